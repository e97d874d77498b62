"""Reading what is recorded, for followers who are not at the end yet: passage after passage, the selection made by
PostgreSQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg import sql

from ledger.log import header
from ledger.log.passage import Passage, passages
from ledger.log.reader import CorruptLogError, UuidArray

if TYPE_CHECKING:
    import psycopg

    from ledger.log.passage import Selection
    from ledger.log.pool import ReadPool
    from ledger.log.reader import Reader

_WINDOW: Final = 2_000
"""Positions that are looked at in one go when all of them are wanted."""
_SELECTIVE_WINDOW: Final = 50_000
"""The same for a selection: about what one statement can look through in 50 ms."""
_ROWS: Final = 2_000
"""Most entries of one go of a selection; more than a transaction can have."""
_TYPE_OFFSET: Final = header.OFFSETS["type"] + 1  # PostgreSQL counts from 1


class Scan:
    """Reads the log of one ledger from a position on. Raises psycopg errors."""

    def __init__(self, reader: Reader, pool: ReadPool) -> None:
        """Take the queries and the connections."""
        self._reader = reader
        self._pool = pool

    async def passages(self, position: int, selection: Selection, upto: int = 0) -> list[Passage]:
        """Return what is selected from a position on, which begins a transaction; the last passage says how far it is.

        At most one go: call it again from there. `upto` ends a transaction and is where to stop, 0 = nowhere. At the
        end of the log the answer is one passage that stays where it is.
        """
        window = _WINDOW if selection.everything else _SELECTIVE_WINDOW
        async with self._pool.scanning() as connection:
            size, stop = await self._stop(connection, position, window)
            if upto and upto < max(stop, position + window):
                stop = upto
            if stop < position:
                return [Passage((), position, size)]
            rows = await self._rows(connection, position, stop, selection)
        next_position = stop + 1
        if len(rows) >= _ROWS and not selection.everything:
            # Cut short, perhaps inside a transaction: that one is for the next go.
            next_position = header.unpack(rows[-1][1])[5]
            rows = [row for row in rows if row[0] < next_position]
        found = list(passages(rows, size)) or [Passage((), next_position, size)]
        found[-1].next_position = next_position
        return found

    async def first_of_transaction(self, position: int) -> int:
        """Return the first position of the transaction that a recorded position lies in."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql("SELECT entry FROM {s}.entries WHERE position = %s"), (position,), binary=True
            )
            row = await cursor.fetchone()
        if row is None:
            raise CorruptLogError(f"position {position} is missing")
        return header.unpack(row[0])[5]

    async def _stop(self, connection: psycopg.AsyncConnection, position: int, window: int) -> tuple[int, int]:
        """Return the size of the log, and the last end of a commit in the window, else the first one behind it."""
        cursor = await connection.execute(
            self._reader.sql(
                "SELECT (SELECT max(last_position) FROM {s}.commits), coalesce("
                "(SELECT last_position FROM {s}.commits WHERE last_position >= %(from)s AND last_position < %(to)s"
                " ORDER BY last_position DESC LIMIT 1),"
                "(SELECT last_position FROM {s}.commits WHERE last_position >= %(from)s"
                " ORDER BY last_position LIMIT 1), 0)"
            ),
            {"from": position, "to": position + window},
            binary=True,
        )
        row = await cursor.fetchone()
        if row is None or row[0] is None:
            raise CorruptLogError("the ledger has no commit")
        return row[0], row[1]

    async def _rows(
        self, connection: psycopg.AsyncConnection, position: int, stop: int, selection: Selection
    ) -> list[tuple[int, bytes]]:
        conditions: list[sql.Composable] = [sql.SQL("position >= %s AND position <= %s")]
        values: list[object] = [position, stop]
        if selection.streams:
            conditions.append(sql.SQL("stream = ANY(%s)"))
            values.append(UuidArray(sorted(selection.streams)))
        if selection.types:
            conditions.append(sql.SQL("substring(entry FROM {} FOR 4) = ANY(%s)").format(sql.Literal(_TYPE_OFFSET)))
            values.append(sorted(selection.types))
        limit = sql.SQL("") if selection.everything else sql.SQL(" LIMIT {}").format(sql.Literal(_ROWS))
        cursor = await connection.execute(
            sql.SQL("{} WHERE {} ORDER BY position{}").format(
                self._reader.sql("SELECT position, entry FROM {s}.entries"), sql.SQL(" AND ").join(conditions), limit
            ),
            values,
            binary=True,
        )
        return await cursor.fetchall()
