"""GetInstitutionTotals and ListSettlements: sums and rows of what an institution settled in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from psycopg import sql

from ledger.api import shape
from ledger.api.errors import Rejected
from ledger.domain import names
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.v1 import oversight_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as types
from projections.service import listing
from projections.service.requests import Shape, timestamp

if TYPE_CHECKING:
    from projections.service.tokens import PageToken
    from projections.service.views import View

PATTERN: Final = "ledgers/{ledger}/institutions/{institution}"
_SUMS: Final = (
    "count(*) FILTER (WHERE reverses = 0), count(*) FILTER (WHERE reverses > 0), coalesce(sum(total), 0)::int8,"
    " coalesce(sum(pooled), 0)::int8, coalesce(sum(funds), 0)::int8, coalesce(sum(hospital), 0)::int8,"
    " coalesce(sum(own_account), 0)::int8, coalesce(sum(shared), 0)::int8, coalesce(sum(cash), 0)::int8"
)
_OF: Final = " FROM {settlements} s WHERE institution = %(institution)s AND position <= %(upper)s"
_SETTLED: Final = " AND effective_time >= %(first)s AND effective_time < %(last)s"
_SERVED: Final = " AND served_on >= %(first)s AND served_on <= %(last)s"
_CLEARED: Final = " AND clearing_type = %(clearing_type)s"
_STANDING: Final = (
    " AND reverses = 0 AND NOT EXISTS (SELECT FROM {settlements} r WHERE r.institution = %(institution)s"
    " AND r.reverses = s.position AND r.reverses > 0 AND r.position <= %(upper)s)"
)
_PERIODS: Final = {
    (pb.TOTALS_GROUPING_UNSPECIFIED, False): "0",
    (pb.TOTALS_GROUPING_MONTH, False): "settled_on / 100",
    (pb.TOTALS_GROUPING_DAY, False): "settled_on",
    (pb.TOTALS_GROUPING_UNSPECIFIED, True): "0",
    (pb.TOTALS_GROUPING_MONTH, True): "served_on / 100",
    (pb.TOTALS_GROUPING_DAY, True): "served_on",
}
_COLUMNS: Final = (
    "position, effective_time, record_time, reverses, total, pooled, funds, hospital, own_account, shared, cash,"
    " served_on, clearing_type, category, benefit, uuid_send(person)"
)
_REVERSALS: Final = (
    "SELECT reverses, position FROM {settlements} WHERE institution = %s AND reverses = ANY(%s) AND reverses > 0"
    " AND position <= %s"
)


class Period(NamedTuple):
    """What is asked for. Days are YYYYMMDD, both included."""

    asked: listing.Asked
    institution: str
    first: int
    last: int
    served: bool
    left_out: bool
    clearing_type: int
    grouping: int


def read(request: pb.GetInstitutionTotalsRequest | pb.ListSettlementsRequest) -> Period:
    """Check the request. Raise InvalidRequest."""
    found = Shape(request)
    code, institution = "?", ""
    try:
        code, institution = names.parse_institution(request.institution)
    except ValueError:
        found.wrong("institution", f"must look like {PATTERN}" if request.institution else shape.REQUIRED)
    first, last = listing.civil_day(found, "from_date"), listing.civil_day(found, "to_date")
    if first and last and first > last:
        found.wrong("to_date", "must not lie before from_date")
    totals = isinstance(request, pb.GetInstitutionTotalsRequest)
    period = Period(
        listing.asked(found, code),
        institution,
        first,
        last,
        found.choice("date", pb.SettlementDate) == pb.SETTLEMENT_DATE_SERVED,
        found.choice("refunds", pb.RefundCounting) == pb.REFUND_COUNTING_LEFT_OUT,
        found.choice("clearing_type", types.ClearingType),
        found.choice("grouping", pb.TotalsGrouping) if totals else 0,
    )
    found.check()
    return period


async def totals(view: View, period: Period) -> pb.GetInstitutionTotalsResponse:
    """Return the sums. All of them are of the same rows."""
    where, values = _where(view, period, view.serving.position)
    key = _PERIODS[cast("pb.TotalsGrouping", period.grouping), period.served]
    text = sql.SQL(f"SELECT {key} AS part, clearing_type, {_SUMS}" + where + " GROUP BY 1, 2 ORDER BY 1, 2")
    rows = await view.rows(text.format(settlements=view.sql("{settlements}")), values)
    response = pb.GetInstitutionTotalsResponse(
        position=view.serving.position, missing_entries=await listing.missing(view)
    )
    for part, clearing_type, *sums in rows:
        group = response.groups.add(clearing_type=clearing_type, sums=_sums(sums))
        if period.grouping == pb.TOTALS_GROUPING_MONTH:
            group.month = part
        elif period.grouping == pb.TOTALS_GROUPING_DAY:
            group.day.CopyFrom(_day(part))
        for field in group.sums.DESCRIPTOR.fields:
            added = getattr(response.total, field.name) + getattr(group.sums, field.name)
            setattr(response.total, field.name, added)
    if not rows:
        await _check_known(view, period)
    return response


async def page(
    view: View, period: Period, request: pb.ListSettlementsRequest, token: PageToken | None
) -> pb.ListSettlementsResponse:
    """Return a page of settlements."""
    upper = listing.upper(view, token)
    where, values = _where(view, period, upper)
    if token:
        where += " AND (effective_time, position) > (%(last_time)s, %(last_position)s)"
        values |= {"last_time": token.effective_time, "last_position": token.position}
    size = period.asked.page_size
    text = sql.SQL(f"SELECT {_COLUMNS}" + where + f" ORDER BY effective_time, position LIMIT {size + 1}")
    rows = await view.rows(text.format(settlements=view.sql("{settlements}")), values)
    if not rows and not token:
        await _check_known(view, period)
    shown = rows[:size]
    positions = [row[0] for row in shown]
    reversed_by = dict(await view.rows(_REVERSALS, (period.institution, positions, upper))) if positions else {}
    response = pb.ListSettlementsResponse(
        settlements=[_settlement(period.asked.ledger, row, reversed_by.get(row[0], 0)) for row in shown],
        position=upper,
        missing_entries=await listing.missing(view),
    )
    if len(rows) > size:
        position, effective_time = shown[-1][:2]
        response.next_page_token = listing.following(view, request, upper, position, effective_time)
    return response


def _where(view: View, period: Period, upper: int) -> tuple[str, dict[str, object]]:
    """Return the condition of a period with its values."""
    zone = view.ledger.time_zone
    first, last = period.first, period.last
    if not period.served:
        first, last = listing.begin_of(first, zone), listing.begin_of(last, zone, days=1)
    where = _OF + (_SERVED if period.served else _SETTLED)
    if period.clearing_type:
        where += _CLEARED
    if period.left_out:
        where += _STANDING
    values = {
        "institution": period.institution,
        "upper": upper,
        "first": first,
        "last": last,
        "clearing_type": period.clearing_type,
    }
    return where, values


async def _check_known(view: View, period: Period) -> None:
    """Raise Rejected unless the institution is registered or has settled something, be it outside of the period."""
    stream = institution_stream(ledger_id(period.asked.ledger), period.institution)
    state, _ = await view.ledger.read_person(stream)
    if state.version:
        return
    any_rows = "SELECT 1 FROM {settlements} WHERE institution = %s LIMIT 1"
    if not await view.rows(any_rows, (period.institution,)):
        raise Rejected(reasons.REFUSAL_REASON_INSTITUTION_NOT_FOUND)


def _sums(columns: list[int]) -> pb.SettlementSums:
    settlements, refunds, total, pooled, funds, hospital, own, shared, cash = columns
    return pb.SettlementSums(
        settlements=settlements,
        refunds=refunds,
        total=total,
        pooled=pooled,
        funds=funds,
        hospital=hospital,
        own_account=own,
        shared=shared,
        cash=cash,
    )


def _settlement(code: str, row: tuple[Any, ...], reversed_by: int) -> pb.Settlement:
    position, effective, recorded, reverses, *amounts, served_on, clearing_type, category, benefit, person = row
    counts = [0, 1] if reverses else [1, 0]
    return pb.Settlement(
        name=names.entry_name(code, position),
        person=names.person_name(code, bytes(person)),
        effective_time=timestamp(effective),
        record_time=timestamp(recorded),
        service_date=_day(served_on),
        clearing_type=clearing_type,
        category=category,
        benefit=benefit,
        amounts=_sums([*counts, *amounts]),
        reverses=names.entry_name(code, reverses) if reverses else "",
        reversed_by=names.entry_name(code, reversed_by) if reversed_by else "",
    )


def _day(day: int) -> types.CivilDate:
    return types.CivilDate(year=day // 10_000, month=day // 100 % 100, day=day % 100)
