"""A person and the account as a message, and the names by which they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.api import mandates, shares
from ledger.api.errors import InvalidRequest, Violation
from ledger.api.shape import REQUIRED
from ledger.api.shares import timestamp
from ledger.domain import names
from ledger.domain.claims import APPROVED, FILED
from ledger.domain.filings import last_day
from ledger.domain.insurance import gap_on, kind_on
from ledger.domain.restrictions import in_force, loss_at, state_at
from ledger.policy.rules import LAST_DAY
from ledger.v1 import query_service_pb2 as pb
from ledger.v1.types_pb2 import Accumulator, Benefit, CivilDate, FilingKind

if TYPE_CHECKING:
    from ledger.domain.person import Person
    from ledger.policy.rules import Date

_SUBJECT_PATTERN = "must look like ledgers/{ledger}/accounts/{uuid} or ledgers/{ledger}/persons/{uuid}"


def subject(name: str) -> tuple[str, bytes, bool]:
    """Return ledger code, stream, and whether it was named as an account."""
    try:
        return *names.parse_account(name), True
    except ValueError:
        pass
    try:
        return *names.parse_person(name), False
    except ValueError:
        problem = _SUBJECT_PATTERN if name else REQUIRED
        raise InvalidRequest([Violation("name", problem)]) from None


def account(person: Person, code: str, now: shares.Moment) -> pb.Account:
    """What a person's stream says, as a message. Grants that have ended are left out."""
    prefix = f"ledgers/{code}/accounts/"
    answer = pb.Account(
        name=prefix + names.id_text(person.id),
        state=state_at(person, now.time),
        balance=person.balance,
        scheme=person.scheme,
        person_type=kind_on(person, now.date),
        version=person.version,
        last_position=person.last_position,
        loss=loss_at(person, now.time),
        payers=[
            prefix + names.id_text(payer) for payer in person.payers if not 0 < person.payer_ends[payer] <= now.time
        ],
        payable_after_close=person.payable_after_close,
        in_flight=sum(sent.amount for sent in person.wallet.in_flight.values()),
    )
    if gap := gap_on(person, now.date):
        year, month, day = gap.begin
        answer.coverage_suspended = True
        answer.coverage_cause = gap.cause
        answer.coverage_suspended_from.CopyFrom(CivilDate(year=year, month=month, day=day))
    _restrictions(answer, person, code, now)
    mandates.describe(answer, person, code, now.time)
    _filings(answer, person, code, now)
    states = [claim.state for claim in person.claims.values()]
    answer.claims_open = states.count(FILED)
    answer.claims_due = sum(claim.due for claim in person.claims.values() if claim.state == APPROVED)
    if any(person.interest_to):
        answer.interest_to.CopyFrom(_civil(person.interest_to))
    for beneficiary, grant in person.grants.items():
        if not grant.ended(now.time):
            shares.describe(answer.grants.add(), grant, person.grant_use.get((beneficiary, now.year), 0))
    for (year, benefit), sums in sorted(person.accumulators.items()):
        answer.accumulators.append(
            Accumulator(
                year=year,
                benefit=cast("Benefit", benefit),
                deductible=sums.deductible,
                pooled=sums.pooled,
                eligible=sums.eligible,
                visits=sums.visits,
                admissions=sums.admissions,
            )
        )
    return answer


def _filings(answer: pb.Account, person: Person, code: str, now: shares.Moment) -> None:
    """Write the filings that count today or later, the latest first."""
    for position, filing in sorted(person.filings.items(), reverse=True):
        if filing.is_empty or filing.effective_to < now.date:
            continue
        told = answer.filings.add(
            entry=names.entry_name(code, position),
            kind=cast("FilingKind", filing.kind),
            region=filing.region,
            institutions=sorted(filing.institutions),
            effective_from=_civil(filing.effective_from),
        )
        if filing.effective_to != LAST_DAY:
            told.effective_to.CopyFrom(_civil(filing.effective_to))


def _civil(date: Date) -> CivilDate:
    year, month, day = last_day(date)
    return CivilDate(year=year, month=month, day=day)


def _restrictions(answer: pb.Account, person: Person, code: str, now: shares.Moment) -> None:
    """Write the card on its way, the end of a loss report, and the sanctions in force."""
    card = person.card
    if answer.loss and card.lapse_time:
        answer.loss_lapse_time.CopyFrom(timestamp(card.lapse_time))
    if card.request_position:
        year, month, day = card.due
        reissue = pb.Reissue(
            entry=names.entry_name(code, card.request_position),
            expedited=card.expedited,
            due_date=CivilDate(year=year, month=month, day=day),
            overdue=card.due < now.date,
        )
        answer.reissue.CopyFrom(reissue)
    for position, term in in_force(person, now.time):
        answer.sanctions.add(
            entry=names.entry_name(code, position),
            kind=term.kind,
            cause=term.cause,
            start_time=timestamp(term.start),
            expire_time=timestamp(term.end) if term.end else None,
        )
