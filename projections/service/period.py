"""What PeriodService reads: settlements beside the statements that institutions upload, and the sums of years."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, cast

from psycopg import sql

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.period_service import Comparison, Statement, Upload
from ledger.api.shape import civil_date
from ledger.domain import names
from ledger.log.civil_years import CivilYears
from ledger.log.header import OFFSETS
from ledger.v1 import period_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t
from projections.journal import BLOCK, block_of
from projections.page import heads_of
from projections.reconciliation import (
    AMOUNTS,
    Bill,
    Difference,
    Filter,
    Row,
    Totals,
    compare,
    report_hash,
    stated_otherwise,
    totals,
    unmatched_rows,
)
from projections.schema import views_schema
from projections.service.listing import begin_of
from projections.service.views import View, view
from projections.years import Moved, moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.log.ledger import Ledger
    from ledger.log.pool import ReadPool
    from projections.service.arrival import Arrival

UPLOAD_DAYS: Final = 30
"""How long rows of a statement are kept; the record of the run stays."""
AMOUNT_LIMIT: Final = 2**53

_DATE: Final = civil_date().rule
_COLUMNS: Final = (
    "SELECT position, reverses, settled_on, CASE clearing_type WHEN 0 THEN %(unstated)s ELSE clearing_type END,"
    " coalesce(uuid_send(key), ''), reverses > 0 OR position IN (SELECT reverses FROM {settlements}"
    " WHERE institution = %(institution)s AND reverses > 0 AND position <= %(position)s),"
    " total, pooled + funds, own_account, shared, cash FROM {settlements}"
    " WHERE institution = %(institution)s AND position <= %(position)s"
)
_OF_DAYS: Final = _COLUMNS + " AND effective_time >= %(begin)s AND effective_time < %(end)s ORDER BY position"
_KEYED: Final = _COLUMNS + " AND key = ANY(%(keys)s)"
_PLACED: Final = (
    _COLUMNS + " AND (effective_time, position) IN (SELECT * FROM unnest(%(times)s::int8[], %(positions)s::int8[]))"  # noqa: S608 - no values
)
"""The table is kept by effective time, so a position alone would be looked for in all that the institution settled."""
_TIMES: Final = (
    "SELECT position, substring(entry FROM %s FOR 8) FROM {entries} WHERE position = ANY(%s) AND position <= %s"
)
_STORE: Final = (
    "INSERT INTO {rows} (upload, number, position, key, refund, day, total, funds, own_account, shared, cash)"
    " SELECT %s, %s + ordinality, position, key, refund, day, total, funds, own_account, shared, cash"
    " FROM unnest(%s::int8[], %s::uuid[], %s::bool[], %s::int4[], %s::int8[], %s::int8[], %s::int8[], %s::int8[],"
    " %s::int8[]) WITH ORDINALITY"
    " AS given (position, key, refund, day, total, funds, own_account, shared, cash, ordinality)"
)
_YEARS: Final = (
    "SELECT coalesce(sum(credits), 0)::int8, coalesce(sum(debits), 0)::int8, coalesce(sum(interest), 0)::int8,"
    " coalesce(sum(opened), 0)::int8, coalesce(sum(closed), 0)::int8 FROM {journal_years}"
    " WHERE block < %(block)s AND year <= %(year)s"
)
_ENTRIES: Final = (
    "SELECT entry FROM {entries} WHERE position > %(begin)s AND position <= %(position)s ORDER BY position"
)
_ROWS: Final = (
    "SELECT number, position, coalesce(uuid_send(key), ''), refund, day, total, funds, own_account, shared, cash"
    " FROM {rows} WHERE upload = %s AND number <= %s ORDER BY number"
)


class PeriodReading:
    """Implements `ledger.api.period_service.PeriodReader`."""

    def __init__(self, pool: ReadPool, arrival: Arrival) -> None:
        """Take where the tables are, and who waits for projections."""
        self._pool = pool
        self._arrival = arrival

    async def totals(self, ledger: Ledger, statement: Statement) -> Comparison:
        """Return what the ledger has."""
        found = await self._view(ledger, "settlements", 0)
        bills = await _bills(found, statement, found.serving.position)
        return Comparison(found.serving.position, totals(bills))

    async def upload(self, ledger: Ledger, organisation: bytes, asked: bytes, command_hash: bytes) -> Upload | None:
        """Begin or find an upload of a request id; None: the id was used for something else. Forget old ones."""
        await self._view(ledger, "settlements", 0)  # before that the tables may be still to be made
        ids = (uuid.UUID(bytes=organisation), uuid.UUID(bytes=asked))
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION READ WRITE")
            await connection.execute(
                _composed("DELETE FROM {uploads} WHERE begun_at < now() - make_interval(days => %s)", ledger),
                (UPLOAD_DAYS,),
            )
            await connection.execute(
                _composed(
                    "INSERT INTO {uploads} (organisation, request_id, command_hash) VALUES (%s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    ledger,
                ),
                (*ids, command_hash),
            )
            cursor = await connection.execute(
                _composed(
                    "SELECT upload, received, command_hash FROM {uploads} WHERE organisation = %s AND request_id = %s",
                    ledger,
                ),
                ids,
            )
            row = await cursor.fetchone()
        if row is None or bytes(row[2]) != command_hash:
            return None
        return Upload(row[0], row[1])

    async def store(self, ledger: Ledger, upload: Upload, institution: str, rows: Sequence[pb.StatementRow]) -> Upload:
        """Keep more rows, durably. Two calls that send the same rows at once: the second one is refused."""
        columns = _columns(ledger, institution, rows)
        received = upload.received + len(rows)
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION READ WRITE")
            cursor = await connection.execute(
                _composed("UPDATE {uploads} SET received = %s WHERE upload = %s AND received = %s", ledger),
                (received, upload.number, upload.received),
            )
            if cursor.rowcount != 1:
                raise InvalidRequest([Violation("rows.first_row", "another call has sent these rows: begin again")])
            await connection.execute(_composed(_STORE, ledger), (upload.number, upload.received, *columns))
        return Upload(upload.number, received)

    async def compare(
        self, ledger: Ledger, statement: Statement, upload: Upload, stated: Sequence[int] | None, upper: int
    ) -> Comparison:
        """Compare the rows that were received with the bills up to a position; 0: with those that are recorded now."""
        found = await self._view(ledger, "settlements", upper)
        upper = upper or found.serving.position
        rows = [Row(*row) for row in await found.rows(_composed(_ROWS, ledger), (upload.number, upload.received))]
        bills = await _bills(found, statement, upper)
        if stated is not None and (wrong := stated_otherwise(rows, Totals(*stated))):
            return Comparison(upper, totals(bills), inconsistent=wrong)
        others = await _named(found, statement, upper, unmatched_rows(bills, rows))
        differences = compare(bills, rows, _filter(statement), others)
        told = [_told(each, ledger.code) for each in differences]
        return Comparison(upper, totals(bills), told, report_hash(differences))

    async def year(self, ledger: Ledger, year: int, closed_year: int, closed_position: int) -> tuple[int, ...]:
        """Return last position, open accounts, balance, credits, debits, interest and opening balance of a year."""
        found = await self._view(ledger, "journal", 0)
        last = found.serving.position
        before = await _moved(found, ledger, closed_year, closed_position)
        until = await _moved(found, ledger, year, last)
        of = until.minus(before)
        opening = before.credits - before.debits
        balance = until.credits - until.debits
        return last, until.opened - until.closed, balance, of.credits, of.debits, of.interest, opening

    async def _view(self, ledger: Ledger, projection: str, upper: int) -> View:
        """Return a projection that has every entry; refuse where some could not be taken in."""
        found = await view(ledger, self._arrival, self._pool, projection, position=upper, linearizable=not upper)
        missing = "SELECT count(*) FROM {dead_letters} WHERE projection = %s AND version = %s"
        ((letters,),) = await found.rows(missing, (projection, found.serving.version))
        if letters:
            raise Rejected(reasons.REFUSAL_REASON_PROJECTION_UNAVAILABLE, {"projection": projection})
        return found


async def _moved(found: View, ledger: Ledger, year: int, position: int) -> Moved:
    """Return what moved up to the end of a year, of what was recorded up to a position."""
    if not position:
        return Moved()
    block = block_of(position)
    ((*sums,),) = await found.rows(_YEARS, {"block": block, "year": year})
    values = {"begin": block * BLOCK, "position": position}
    entries = [entry for (entry,) in await found.rows(_ENTRIES, values)]
    rest = moved(heads_of(entries, block * BLOCK + 1), CivilYears(ledger.time_zone))
    total = Moved(*sums)
    for of, part in rest.items():
        total = total.plus(part) if of <= year else total
    return total


def _composed(text: Any, ledger: Ledger) -> sql.Composed:
    schema = views_schema(ledger.code)
    return sql.SQL(text).format(uploads=sql.Identifier(schema, "uploads"), rows=sql.Identifier(schema, "uploaded_rows"))


def _filter(statement: Statement) -> Filter:
    return Filter(statement.first, statement.last, statement.clearing_type, statement.refunds_counted)


def _values(found: View, statement: Statement, upper: int) -> dict[str, object]:
    zone = found.ledger.time_zone
    return {
        "institution": statement.institution,
        "position": upper,
        "unstated": statement.unstated,
        "begin": begin_of(statement.first, zone),
        "end": begin_of(statement.last, zone, days=1),
    }


async def _bills(found: View, statement: Statement, upper: int) -> list[Bill]:
    wanted = _filter(statement)
    bills = [Bill(*row) for row in await found.rows(_OF_DAYS, _values(found, statement, upper))]
    return [bill for bill in bills if not wanted.rejects(bill)]


async def _named(found: View, statement: Statement, upper: int, rows: Sequence[Row]) -> list[Bill]:
    """Return the bills of the institution, whenever they were, that rows name by entry or by settlement id."""
    values, named = _values(found, statement, upper), {}
    if keys := [uuid.UUID(bytes=row.key) for row in rows if row.key]:
        named = {bill[0]: Bill(*bill) for bill in await found.rows(_KEYED, {**values, "keys": keys})}
    if positions := [row.position for row in rows if row.position]:
        entries = await found.rows(_TIMES, (OFFSETS["effective_time"] + 1, positions, upper))
        times = {position: int.from_bytes(data, "little", signed=True) for position, data in entries}
        placed = {"times": list(times.values()), "positions": list(times)}
        named |= {bill[0]: Bill(*bill) for bill in await found.rows(_PLACED, {**values, **placed})}
    return [named[position] for position in sorted(named)]


def _columns(ledger: Ledger, institution: str, rows: Iterable[pb.StatementRow]) -> list[list[Any]]:
    """Return rows as columns to store. Settlement ids become keyed hashes: they are personal data."""
    found: list[Violation] = []
    stored: list[tuple[Any, ...]] = []
    for index, row in enumerate(rows):
        place = f"rows.rows[{index}]"
        position, key = 0, None
        if row.institution_settlement_id:
            parts = (institution, row.institution_settlement_id)
            key = uuid.UUID(bytes=ledger.secret.key_hash(t.UNIQUE_KEY_KIND_SETTLEMENT, *parts))
        elif row.entry:
            position = _position(row.entry, ledger.code)
            if not position:
                found.append(Violation(f"{place}.entry", f"must look like ledgers/{ledger.code}/entries/{{position}}"))
        else:
            found.append(Violation(place, "must have an entry or an institution_settlement_id"))
        date, day = row.date, 0
        if row.HasField("date"):
            found += [Violation(f"{place}.date{path}", problem) for path, problem in _DATE(date)]
            day = date.year * 10_000 + date.month * 100 + date.day
        amounts = [getattr(row, name) for name in AMOUNTS[:3]]
        amounts += [getattr(row, name) if row.HasField(name) else None for name in ("shared", "cash")]
        found += [
            Violation(f"{place}.{name}", "must be below 2⁵³ fen")
            for name, fen in zip(AMOUNTS, amounts, strict=True)
            if fen is not None and abs(fen) >= AMOUNT_LIMIT
        ]
        stored.append((position, key, row.refund, day, *amounts))
    if found:
        raise InvalidRequest(found)
    return [list(column) for column in zip(*stored, strict=True)]


def _position(name: str, code: str) -> int:
    try:
        ledger, position = names.parse_entry(name)
    except ValueError:
        return 0
    return position if ledger == code and position < 2**63 else 0


def _told(difference: Difference, code: str) -> pb.StatementDifference:
    row, bill = difference.row, difference.bill
    told = pb.StatementDifference(
        row=row.number if row else 0,
        entry=names.entry_name(code, bill.position) if bill else "",
        result=cast("t.ReconciliationResult", difference.result),
        fields=difference.fields,
    )
    if bill:
        day = t.CivilDate(year=bill.day // 10_000, month=bill.day // 100 % 100, day=bill.day % 100)
        amounts = {name: getattr(bill, name) for name in AMOUNTS}
        told.recorded.CopyFrom(pb.StatementRow(entry=told.entry, refund=bool(bill.reverses), date=day, **amounts))
    return told
