"""Manual claims (零星报销): bills that a person prepaid, filed in time, decided like a settlement, paid outside.

A claim moves the yearly sums of its service year, never the balance. Its invoice is unique over purchases and claims,
and is free again when the claim is rejected or withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain import calendar, settle
from ledger.domain import entry_types as types
from ledger.domain.coverage import Decided, check_covered, decide_shares, is_uncounted, place_of
from ledger.domain.insurance import civil, kind_on
from ledger.domain.names import parse_entry
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import check_version, registered_person
from ledger.domain.unique import claim as claim_key
from ledger.domain.unique import release
from ledger.domain.values import NO_SUMS
from ledger.v1 import commands_pb2, events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Key, Recorded
    from ledger.domain.view import View
    from ledger.policy.rules import Date

FILED = types_pb2.CLAIM_STATE_FILED
APPROVED = types_pb2.CLAIM_STATE_APPROVED
PAID = types_pb2.CLAIM_STATE_PAID
_APPROVE = types_pb2.CLAIM_DECISION_APPROVED
_STATES = {
    _APPROVE: APPROVED,
    types_pb2.CLAIM_DECISION_REJECTED: types_pb2.CLAIM_STATE_REJECTED,
    types_pb2.CLAIM_DECISION_WITHDRAWN: types_pb2.CLAIM_STATE_WITHDRAWN,
}


class Claim(NamedTuple):
    """Where a claim stands. `total` and `due` are fen, `filed` is µs since 1970 UTC, positions are 0 for none yet."""

    state: types_pb2.ClaimState
    cause: types_pb2.ClaimCause
    institution: str
    service_date: Date
    filed: int
    deadline: Date
    total: int
    due: int = 0
    decided: int = 0
    paid: int = 0


def file_claim(command: Command, view: View) -> list[Leg]:
    """File a claim. Cause and deadline are those of the region on the service date; the last day counts."""
    content = cast("commands_pb2.ClaimFiling", command.content)
    registered_person(command, view)
    policies = policies_of(view)
    served, today = civil(content.service_date), view.civil_date(command.effective_time)
    rules = policies.rules_on(served).claims
    if content.cause not in rules.causes:
        cause = types_pb2.ClaimCause.Name(content.cause).removeprefix("CLAIM_CAUSE_")
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_CAUSE_NOT_PERMITTED, {"cause": cause})
    deadline = calendar.plus_months(served, rules.deadline_months)
    if today > deadline:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_DEADLINE_PASSED, {"deadline": calendar.text(deadline)})
    if today < served:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_SERVICE_DATE_INVALID)
    invoice = command.confidential.invoice_number if command.confidential else ""
    if not invoice:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_INVOICE_REQUIRED)
    settle.check_bill(content.bill)
    reason = reasons.REFUSAL_REASON_DUPLICATE_REIMBURSEMENT
    key = claim_key(view, types_pb2.UNIQUE_KEY_KIND_INVOICE, (content.institution, invoice), reason)
    year, month, day = deadline
    event = events_pb2.ClaimFiled(filing=content, deadline=types_pb2.CivilDate(year=year, month=month, day=day))
    return [
        Leg(
            stream=command.stream,
            type=types.CLAIM_FILED,
            event=event,
            keys=(key,),
            confidential=command.confidential,
            decided_by=((policies.id, policies.version),) if policies.version else (),
        )
    ]


def review_claim(command: Command, view: View) -> list[Leg]:
    """Decide a claim. What is approved is split by the rules of the service date, as if it were settled now."""
    content = cast("commands_pb2.ClaimReview", command.content)
    person, position, claim = _claim_of(command, content.claim, view)
    if claim.state != FILED:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_ALREADY_DECIDED)
    filed = _entry_at(position, view)
    event = events_pb2.ClaimDecided(review=content, claim_position=position, decision=content.decision)
    keys: tuple[Key, ...] = ()
    decided = Decided(commands_pb2.UpstreamSplit(), uncounted=False)
    if content.decision == _APPROVE:
        decided = _approve(event, filed.event.filing, person, view)
    else:
        keys = release(filed.keys)
    return [
        Leg(
            stream=command.stream,
            type=types.CLAIM_DECIDED,
            event=event,
            keys=keys,
            confidential=command.confidential,
            policy=decided.policy,
            decided_by=decided.decided_by,
        )
    ]


def _approve(event: events_pb2.ClaimDecided, filing: commands_pb2.ClaimFiling, person: Person, view: View) -> Decided:
    """Fill in who pays what, and return what that rests on."""
    date = civil(filing.service_date)
    bill = bill_of(filing)
    if event.review.HasField("upstream"):
        # Also for institutions that nobody designated: an emergency is decided by the centre.
        check_covered(event.review.upstream, person, date)
        decided = Decided(event.review.upstream, is_uncounted(bill, person, date))
    else:
        decided = decide_shares(bill, person, date, place_of(bill, person, date, view))
    shares = decided.shares
    settle.check_shares(bill, shares)
    if shares.own_account:
        settle.mismatch("own_account is given although a claim never touches the account")
    personal = settle.personal_part(bill.bill, shares)
    settle.check_fixed_cash(shares, personal)
    event.split.CopyFrom(
        types_pb2.Split(
            deductible=shares.deductible,
            pooled=shares.pooled,
            funds=shares.funds,
            hospital=shares.hospital,
            personal=personal,
            account_payable=settle.payable_part(bill.bill, shares, personal),
            cash=personal,
        )
    )
    benefit = settle.benefit_of(bill)
    before = person.accumulators.get((date[0], benefit), NO_SUMS)
    event.uncounted = decided.uncounted
    change = settle.sums_of(bill, event.split, uncounted=event.uncounted)
    event.accumulator.CopyFrom(settle.accumulator(date[0], benefit, before, change, 1))
    event.person_type = kind_on(person, date)
    return decided


def bill_of(filing: commands_pb2.ClaimFiling) -> commands_pb2.Purchase:
    """Return the bill of a claim as that of a purchase."""
    return commands_pb2.Purchase(
        bill=filing.bill, institution=filing.institution, category=filing.category, benefit=filing.benefit
    )


def record_claim_payment(command: Command, view: View) -> list[Leg]:
    """Record that the funds paid what they owe for a claim, once."""
    content = cast("commands_pb2.ClaimPayment", command.content)
    _, position, claim = _claim_of(command, content.claim, view)
    if claim.state == PAID:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_ALREADY_PAID)
    if claim.state != APPROVED:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_NOT_APPROVED)
    if not claim.due:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_NOTHING_DUE)
    keys: tuple[Key, ...] = ()
    if command.confidential and command.confidential.payment_ref:
        reason = reasons.REFUSAL_REASON_DUPLICATE_PAYMENT_REFERENCE
        parts = (command.confidential.payment_ref,)
        keys = (claim_key(view, types_pb2.UNIQUE_KEY_KIND_PAYMENT, parts, reason),)
    event = events_pb2.ClaimPaid(
        payment=content, claim_position=position, decision_position=claim.decided, amount=claim.due
    )
    return [Leg(command.stream, types.CLAIM_PAID, event, keys=keys, confidential=command.confidential)]


def _claim_of(command: Command, name: str, view: View) -> tuple[Person, int, Claim]:
    person = view.person(command.stream)
    if not person.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    ledger, position = parse_entry(name)
    claim = person.claims.get(position) if ledger == view.ledger else None
    if claim is None:
        raise Refusal(reasons.REFUSAL_REASON_CLAIM_NOT_FOUND)
    check_version(command, person)
    return person, position, claim


def _entry_at(position: int, view: View) -> Recorded:
    return next(entry for entry in view.transaction(position) if entry.position == position)


def filed(recorded: Recorded) -> Claim:
    """Return a claim as it is filed."""
    asked = recorded.event.filing
    return Claim(
        FILED,
        asked.cause,
        asked.institution,
        civil(asked.service_date),
        recorded.effective_time,
        civil(recorded.event.deadline),
        asked.bill.total,
    )


def decided(claim: Claim, recorded: Recorded) -> Claim:
    """Return a claim after its decision."""
    event = recorded.event
    due = event.split.pooled + sum(fund.amount for fund in event.split.funds)
    return claim._replace(state=_STATES[event.decision], due=due, decided=recorded.position)
