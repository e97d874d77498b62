"""ListClaimCases: the claims of a whole ledger and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg import sql

from ledger.domain import names
from ledger.v1 import oversight_service_pb2 as pb
from ledger.v1 import query_service_pb2 as query
from ledger.v1 import types_pb2 as types
from projections.claims import DECIDED, PAID
from projections.service import listing
from projections.service.requests import Shape, timestamp

if TYPE_CHECKING:
    from projections.service.tokens import PageToken
    from projections.service.views import View

INSTITUTION_CHARACTERS_MAX: Final = 32
_STATES: Final[dict[int, int]] = {
    0: types.CLAIM_STATE_FILED,
    types.CLAIM_DECISION_APPROVED: types.CLAIM_STATE_APPROVED,
    types.CLAIM_DECISION_REJECTED: types.CLAIM_STATE_REJECTED,
    types.CLAIM_DECISION_WITHDRAWN: types.CLAIM_STATE_WITHDRAWN,
}
_CLAIMS: Final = (
    "SELECT c.position, c.effective_time, c.total, c.served_on, c.deadline, c.cause, uuid_send(c.person),"
    " c.institution, coalesce(d.decision, 0), coalesce(d.amount, 0), coalesce(d.position, 0), coalesce(p.position, 0)"
    " FROM {claims} c"
    " LEFT JOIN {claim_steps} d ON d.claim = c.position AND d.step = %(decided)s AND d.position <= %(upper)s"
    " LEFT JOIN {claim_steps} p ON p.claim = c.position AND p.step = %(paid)s AND p.position <= %(upper)s"
    " WHERE c.position <= %(upper)s AND c.position > %(after)s"
)
_IN_STATE: Final[dict[int, str]] = {
    types.CLAIM_STATE_FILED: " AND d.claim IS NULL",
    types.CLAIM_STATE_PAID: " AND p.claim IS NOT NULL",
    **{
        state: f" AND p.claim IS NULL AND d.decision = {int(decision)}"
        for decision, state in _STATES.items()
        if decision
    },
}


class Wanted(NamedTuple):
    """What is asked for. `state` 0 = any, `institution` empty = any."""

    asked: listing.Asked
    state: int
    institution: str


def read(request: pb.ListClaimCasesRequest) -> Wanted:
    """Check the request. Raise InvalidRequest."""
    found = Shape(request)
    found.text("institution", INSTITUTION_CHARACTERS_MAX)
    wanted = Wanted(listing.asked(found), found.choice("state", types.ClaimState), request.institution)
    found.check()
    return wanted


async def page(
    view: View, wanted: Wanted, request: pb.ListClaimCasesRequest, token: PageToken | None
) -> pb.ListClaimCasesResponse:
    """Return a page of claims, the oldest first."""
    upper = listing.upper(view, token)
    size = wanted.asked.page_size
    text = _CLAIMS + _IN_STATE.get(wanted.state, "")
    if wanted.institution:
        text += " AND c.institution = %(institution)s"
    text += f" ORDER BY c.position LIMIT {size + 1}"
    values = {
        "decided": DECIDED,
        "paid": PAID,
        "upper": upper,
        "after": token.position if token else 0,
        "institution": wanted.institution,
    }
    tables = {name: view.sql(f"{{{name}}}") for name in ("claims", "claim_steps")}
    rows = await view.rows(sql.SQL(text).format(**tables), values)
    response = pb.ListClaimCasesResponse(
        cases=[_case(wanted.asked.ledger, row) for row in rows[:size]],
        position=upper,
        missing_entries=await listing.missing(view),
    )
    if len(rows) > size:
        response.next_page_token = listing.following(view, request, upper, rows[size - 1][0])
    return response


def _case(code: str, row: tuple[Any, ...]) -> pb.ClaimCase:
    position, effective, total, served, deadline, cause, person, institution, decision, due, decided, paid = row
    claim = query.Claim(
        entry=names.entry_name(code, position),
        state=types.CLAIM_STATE_PAID if paid else _STATES[decision],  # type: ignore[arg-type]
        cause=cause,
        institution=institution,
        service_date=_date(served),
        file_time=timestamp(effective),
        deadline=_date(deadline),
        total=total,
        due=due,
        decision_entry=names.entry_name(code, decided) if decided else "",
        payment_entry=names.entry_name(code, paid) if paid else "",
    )
    return pb.ClaimCase(claim=claim, person=names.person_name(code, bytes(person)))


def _date(day: int) -> types.CivilDate:
    return types.CivilDate(year=day // 10_000, month=day // 100 % 100, day=day % 100)
