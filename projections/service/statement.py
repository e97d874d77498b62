"""GetStatement and RenderStatement: what happened in a civil year, as it was known when the statement was drawn."""

from __future__ import annotations

import uuid
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.domain import names
from ledger.log import header
from ledger.log.entry import EVENT_TYPES, parse_body
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.v1 import history_service_pb2 as pb
from projections.service import transactions
from projections.service.requests import Shape, timestamp
from projections.statement import sums
from projections.statement.page import LANGUAGES, page
from projections.statement.year import FIRST, NEVER, civil, year_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from projections.service.views import View
    from projections.statement.year import Year

TRANSACTIONS_MAX: Final = 5_000
HOLDER_CHARACTERS_MAX: Final = 64
_FIRST_ZONE: Final = timezone(timedelta(hours=14))
"""Where a year begins first."""
MEDIA_TYPE: Final = "text/html; charset=utf-8"

BEFORE: Final = (
    "SELECT coalesce(sum(change) FILTER (WHERE effective_time < %(begin)s AND record_time < %(previous)s), 0)::int8,"
    " coalesce(sum(change) FILTER (WHERE record_time >= %(drawn)s), 0)::int8,"
    " count(*) FILTER (WHERE record_time >= %(drawn)s)"
    " FROM {transactions} WHERE account = %(account)s AND position <= %(upper)s AND effective_time < %(end)s"
)
COUNTED: Final = (
    "SELECT {columns} FROM {transactions} WHERE account = %(account)s AND position <= %(upper)s"
    " AND effective_time < %(end)s AND record_time < %(drawn)s"
    " AND (effective_time >= %(begin)s OR record_time >= %(previous)s) ORDER BY effective_time, position"
).replace("{columns}", transactions.COLUMNS)
DESIGNATIONS: Final = (
    "SELECT entry FROM {entries} WHERE stream = ANY(%(streams)s) AND position <= %(upper)s"
    " AND substring(entry FROM %(begin)s FOR 4) = %(type)s ORDER BY position"
)
_DESIGNATED: Final = EVENT_TYPES["institution_designated"].to_bytes(4, "little")
_RECORDED: Final = "SELECT substring(entry FROM %s FOR 8) FROM {entries} WHERE position = %s"
_SETTLING: Final = 7_200_000_000
"""An entry may be committed later than the record time that it was given, by the difference between two clocks (an hour
at most) and the time of a commit; µs."""


class Asked(NamedTuple):
    """What is asked for. Times are µs since 1970 UTC, None = not given."""

    ledger: str
    stream: bytes
    year: int
    drawn: int | None
    previous: int | None
    sums_only: bool
    min_position: int
    linearizable: bool
    past: int = 0


def read(request: pb.GetStatementRequest | pb.RenderStatementRequest, now: int) -> Asked:
    """Check the request. Raise InvalidRequest. What depends on the ledger's zone is checked by `bounds`."""
    shape = Shape(request)
    code, stream, _ = shape.account(persons=False)
    latest = civil(now, _FIRST_ZONE).year
    if not FIRST <= request.year <= latest:
        shape.wrong("year", f"must be from {FIRST} to {latest}")
    asked = Asked(
        code,
        stream,
        request.year,
        shape.time("drawn_time"),
        shape.time("previous_drawn_time"),
        request.sums_only,
        shape.position("min_position"),
        shape.linearizable(),
        shape.position("past_position"),
    )
    if isinstance(request, pb.RenderStatementRequest):
        if request.language and request.language not in LANGUAGES:
            shape.wrong("language", f"must be one of {', '.join(LANGUAGES)}")
        shape.text("holder", HOLDER_CHARACTERS_MAX)
    shape.check()
    return asked


def bounds(asked: Asked, request: pb.GetStatementRequest | pb.RenderStatementRequest, zone: ZoneInfo, now: int) -> Year:
    """Return the year that is asked for. Raise InvalidRequest for times that no statement can be drawn at."""
    shape = Shape(request)
    year = year_of(asked.year, zone, now, asked.drawn, asked.previous)
    if year.begin > now:
        shape.wrong("year", "must have begun in the ledger's zone")
    if asked.drawn is not None and not year.end <= asked.drawn <= now:
        shape.wrong("drawn_time", "must be between the end of the year and now")
    if not year.begin <= year.previous <= min(year.drawn, now):
        shape.wrong("previous_drawn_time", "must be between the beginning of the year and drawn_time")
    shape.check()
    return year


def parameters(asked: Asked, year: Year, upper: int) -> dict[str, object]:
    """Return the values that `BEFORE` and `COUNTED` need. Nothing behind the position `upper` counts."""
    return {
        "account": uuid.UUID(bytes=asked.stream),
        "upper": upper,
        "begin": year.begin,
        "end": year.end,
        "drawn": year.drawn,
        "previous": year.previous,
    }


async def answer(view: View, asked: Asked, year: Year, now: int) -> pb.GetStatementResponse:
    """Return the statement. Raise Rejected with ACCOUNT_NOT_FOUND where there is no such account."""
    upper = view.serving.position
    values = parameters(asked, year, upper)
    (before,) = await view.rows(BEFORE, values)
    rows = await view.rows(COUNTED, values)
    if not rows and not before[0]:
        await transactions.check_known(view, asked.stream, as_account=True)
    newest = await view.rows(_RECORDED, (header.OFFSETS["record_time"] + 1, upper))
    response = compose(asked, year, before, rows, now)
    response.position = upper
    response.missing_entries = await view.missing(asked.stream)
    recorded = int.from_bytes(newest[0][0], "little") if newest else 0
    response.final = is_final(response, year, recorded, now, complete=asked.linearizable and not asked.past)
    return response


def is_final(found: pb.GetStatementResponse, year: Year, recorded: int, now: int, *, complete: bool) -> bool:
    """Tell whether a statement can no longer change.

    `recorded` is the record time (µs) of the last entry that it reflects: what comes behind that is later. `complete`:
    it reflects all that was recorded when it was asked for; then nothing earlier comes once the drawing is long past.
    """
    if year.drawn == NEVER or found.missing_entries:
        return False
    return recorded >= year.drawn or (complete and now >= year.drawn + _SETTLING)


def compose(
    asked: Asked, year: Year, before: tuple[int, int, int], rows: list[tuple[Any, ...]], now: int
) -> pb.GetStatementResponse:
    """Make a statement of the row of `BEFORE` and the rows of `COUNTED`, as of a time (µs)."""
    opening, later, later_count = before
    reversed_by = {row[transactions.REVERSES]: row[0] for row in rows if row[transactions.REVERSES]}
    found = [transactions.message(asked.ledger, row, reversed_by.get(row[0], 0)) for row in rows]
    late = [each for each, row in zip(found, rows, strict=True) if row[1] < year.begin]
    response = pb.GetStatementResponse(
        account=names.account_name(asked.ledger, asked.stream),
        year=year.number,
        opening_balance=opening,
        transactions=found[len(late) :],
        recorded_later_change=later,
        recorded_later_count=later_count,
        time_zone=year.zone.key,
    )
    if year.drawn != NEVER:
        response.drawn_time.CopyFrom(timestamp(year.drawn))
    sums.fill(response, year, late, year.month(min(now, year.end - 1)))
    room = 0 if asked.sums_only else TRANSACTIONS_MAX
    response.late_transactions.extend(late[:room])
    del response.transactions[room - len(response.late_transactions) :]
    return response


def designations_of(statement: pb.GetStatementResponse, code: str) -> dict[str, object]:
    """Return the values that `DESIGNATIONS` needs for the institutions that a statement names, in a ledger."""
    listed = {each.institution for each in (*statement.late_transactions, *statement.transactions)} - {""}
    return {
        "streams": [uuid.UUID(bytes=institution_stream(ledger_id(code), each)) for each in sorted(listed)],
        "upper": statement.position,
        "begin": header.OFFSETS["type"] + 1,
        "type": _DESIGNATED,
    }


def places(rows: Iterable[tuple[bytes]]) -> dict[str, str]:
    """Return the names of institutions by their codes, from the entries of their designations: the last one counts."""
    designations = [parse_body(entry).institution_designated.designation for (entry,) in rows]
    return {each.institution: each.display_name for each in designations if each.display_name}


async def render(
    view: View, statement: pb.GetStatementResponse, request: pb.RenderStatementRequest
) -> pb.RenderStatementResponse:
    """Return a statement as a page."""
    rows = await view.rows(DESIGNATIONS, designations_of(statement, view.ledger.code))
    text = page(statement, request.language or LANGUAGES[0], request.holder, places(rows))
    return pb.RenderStatementResponse(content=text.encode(), media_type=MEDIA_TYPE, position=statement.position)
