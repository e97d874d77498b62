"""Ends of transactions: the states that a view of the past, or of now, can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.page import LogEndError, heads_of

if TYPE_CHECKING:
    import psycopg

    from ledger.log.reader import Reader
    from projections.page import Head


def head_at(connection: psycopg.Connection, reader: Reader, position: int) -> tuple[Head, bytes]:
    """Return the header and the stored bytes of an entry. Raise LogEndError where there is none."""
    rows = connection.execute(
        reader.sql("SELECT entry FROM {s}.entries WHERE position = %s"), (position,), binary=True
    ).fetchall()
    if not rows:
        raise LogEndError(f"the log has no position {position}")
    return heads_of([rows[0][0]], position)[0], rows[0][0]


def size(connection: psycopg.Connection, reader: Reader) -> int:
    """Return the position of the last entry that was committed."""
    row = connection.execute(
        reader.sql("SELECT last_position FROM {s}.commits ORDER BY last_position DESC LIMIT 1")
    ).fetchone()
    return int(row[0]) if row else 0


def end_before(connection: psycopg.Connection, reader: Reader, position: int) -> int:
    """Return the last end of a transaction up to a position; 0 = there is none."""
    if not position:
        return 0
    head, _ = head_at(connection, reader, position)
    leg, legs = head[4], head[5]
    return position if leg == legs else position - leg


def end_behind(connection: psycopg.Connection, reader: Reader, position: int) -> int:
    """Return the first end of a transaction at or behind a position."""
    head, _ = head_at(connection, reader, position)
    return position + head[5] - head[4]


def position_at(connection: psycopg.Connection, reader: Reader, moment: int) -> int:
    """Return the last position that was recorded up to a time (microseconds since 1970 UTC); 0 = nothing was.

    Record times never fall from one position to the next, so twenty looks find it.
    """
    low, high = 0, size(connection, reader)
    while low < high:
        middle = (low + high + 1) // 2
        head, _ = head_at(connection, reader, middle)
        if head[7] <= moment:
            low = middle
        else:
            high = middle - 1
    return low
