"""What a person's stream says about manual claims, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.api import page_tokens
from ledger.api.errors import Violation
from ledger.api.shape import REQUIRED, civil_date, no_value
from ledger.api.shares import timestamp
from ledger.domain import names
from ledger.domain.claims import APPROVED
from ledger.domain.insurance import civil
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import types_pb2
from ledger.v1.types_pb2 import CivilDate

if TYPE_CHECKING:
    from ledger.domain.claims import Claim
    from ledger.domain.person import Person
    from ledger.log.secret import LedgerSecret
    from ledger.policy.rules import Date

PAGE_DEFAULT = 100
PAGE_MAX = 1_000
_CODE_MAX = 32
_DATE = civil_date().rule
_PATTERN = "must look like ledgers/{ledger}/persons/{uuid}"


def parent(name: str, found: list[Violation]) -> tuple[str, bytes]:
    """Return ledger code and stream of the person whose claims are asked for."""
    try:
        return names.parse_person(name)
    except ValueError:
        found.append(Violation("parent", _PATTERN if name else REQUIRED))
        return "", b""


def check(request: pb.ListClaimsRequest, found: list[Violation]) -> None:
    """Tell what is wrong with filters and page."""
    for name, enum in (("states", types_pb2.ClaimState), ("cause", types_pb2.ClaimCause)):
        given = request.states if name == "states" else [request.cause]
        found += [Violation(name, no_value(enum, value)) for value in given if value not in enum.values()]
    for name in ("from_date", "to_date"):
        if request.HasField(name):
            found += [Violation(name, problem) for _, problem in _DATE(getattr(request, name))]
    if request.HasField("from_date") and request.HasField("to_date"):
        first, last = civil(request.from_date), civil(request.to_date)
        if last < first:
            found.append(Violation("to_date", "must not lie before from_date"))
    if "\0" in request.institution or len(request.institution) > _CODE_MAX:
        found.append(Violation("institution", f"must be a code of at most {_CODE_MAX} characters"))
    if request.page_size < 0:
        found.append(Violation("page_size", "must not be negative"))


def page(
    person: Person, code: str, request: pb.ListClaimsRequest, position: int, secret: LedgerSecret
) -> pb.ListClaimsResponse:
    """Return the page that is asked for; filters are those of the request."""
    place = page_tokens.read(request.page_token, request, secret) or page_tokens.Place(position, 2**63 - 1)
    every = [
        (at, claim)
        for at, claim in sorted(person.claims.items(), reverse=True)
        if at <= place.upper and _is_wanted(claim, request)
    ]
    rest = [at for at, _ in every if at < place.after]
    wanted = min(request.page_size or PAGE_DEFAULT, PAGE_MAX)
    chosen = rest[:wanted]
    answer = pb.ListClaimsResponse(
        claims=_shown(person, chosen, code),
        position=position,
        total_count=len(every),
        total_due=sum(claim.due for _, claim in every if claim.state == APPROVED),
    )
    if len(rest) > wanted:
        answer.next_page_token = page_tokens.write(place._replace(after=chosen[-1]), request, secret)
    return answer


def _is_wanted(claim: Claim, request: pb.ListClaimsRequest) -> bool:
    return (
        (not request.states or claim.state in request.states)
        and request.cause in (types_pb2.CLAIM_CAUSE_UNSPECIFIED, claim.cause)
        and request.institution in ("", claim.institution)
        and not (request.HasField("from_date") and claim.service_date < civil(request.from_date))
        and not (request.HasField("to_date") and claim.service_date > civil(request.to_date))
        and not (request.only_due and not (claim.state == APPROVED and claim.due))
    )


def _shown(person: Person, positions: list[int], code: str) -> list[pb.Claim]:
    return [
        pb.Claim(
            entry=names.entry_name(code, position),
            state=claim.state,
            cause=claim.cause,
            institution=claim.institution,
            service_date=_date(claim.service_date),
            file_time=timestamp(claim.filed),
            deadline=_date(claim.deadline),
            total=claim.total,
            due=claim.due,
            decision_entry=names.entry_name(code, claim.decided) if claim.decided else "",
            payment_entry=names.entry_name(code, claim.paid) if claim.paid else "",
        )
        for position in positions
        for claim in (person.claims[position],)
    ]


def _date(date: Date) -> CivilDate:
    year, month, day = date
    return CivilDate(year=year, month=month, day=day)
