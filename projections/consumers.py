"""Positions of consumers: how far somebody who reads the log from outside has come, as they said themselves.

A subscriber that keeps its position here instead of in a store of its own is seen by operators, with its lag. It stores
a position when what it made of the entries is safe; then it begins behind it after a restart.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.log import header
from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from ledger.v1 import reasons_pb2 as reasons
from projections import moments
from projections.steering import SteeringError
from projections.tracking import Tracking

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg


class Consumer(NamedTuple):
    """A consumer. Times are microseconds since 1970 UTC, `lag_microseconds` how long the oldest entry waits."""

    consumer: str
    organisation: bytes
    position: int
    record_time: int
    created_time: int
    moved_time: int
    head: int
    lag_microseconds: int

    @property
    def lag_entries(self) -> int:
        """Entries that are recorded and not yet dealt with."""
        return max(0, self.head - self.position)


CONSUMERS: Final = (
    "SELECT c.consumer, uuid_send(c.organisation), c.position, c.record_time,"
    " (extract(epoch FROM c.created_at) * 1000000)::int8, (extract(epoch FROM c.moved_at) * 1000000)::int8,"
    " h.last_position, substring(e.entry FROM %(at)s FOR 8), (extract(epoch FROM clock_timestamp()) * 1000000)::int8"
    " FROM {s}.consumers c"
    " CROSS JOIN (SELECT last_position FROM {log}.commits ORDER BY last_position DESC LIMIT 1) h"
    " LEFT JOIN {log}.entries e ON e.position = c.position + 1"
    " WHERE c.consumer = %(name)s OR %(name)s = '' ORDER BY c.consumer"
)


def parameters(name: str = "") -> dict[str, object]:
    """Return the parameters of `CONSUMERS`, for one or for all."""
    return {"at": header.OFFSETS["record_time"] + 1, "name": name}


def consumer(row: Sequence[Any]) -> Consumer:
    """Make a Consumer of a row of `CONSUMERS`."""
    *known, oldest, now = row
    waits = 0 if oldest is None else max(0, now - int.from_bytes(oldest, "little"))
    return Consumer._make([*known, waits])


def consumers(connection: psycopg.Connection, code: str, name: str = "") -> list[Consumer]:
    """Return all consumers of a ledger, or the one of that name."""
    rows = connection.execute(Tracking(code).sql(CONSUMERS), parameters(name), binary=True)
    return [consumer(row) for row in rows]


def _not_found(name: str) -> SteeringError:
    return SteeringError(reasons.REFUSAL_REASON_CONSUMER_NOT_FOUND, f"there is no consumer {name!r}", consumer=name)


def store(
    connection: psycopg.Connection,
    code: str,
    name: str,
    organisation: bytes,
    position: int,
    *,
    expected: int | None = None,
    rewind: bool = False,
) -> Consumer:
    """Store how far a consumer has come. It goes forward, unless `rewind`, and must be where it was `expected`.

    Raise SteeringError where it is not, where it belongs to another organisation, and beyond the end of the log.
    """
    tracking, reader = Tracking(code), Reader(schema_name(code))
    with connection.transaction():
        end = moments.size(connection, reader)
        if position > end:
            raise SteeringError(
                reasons.REFUSAL_REASON_POSITION_BEYOND_END,
                f"the ledger ends at {end}",
                position=position,
                size=end,
            )
        record_time = moments.head_at(connection, reader, position)[0][7] if position else 0
        connection.execute(
            tracking.sql(
                "INSERT INTO {s}.consumers (consumer, organisation, position, record_time) VALUES (%s, %s, 0, 0)"
                " ON CONFLICT DO NOTHING"
            ),
            (name, uuid.UUID(bytes=organisation)),
        )
        row = connection.execute(
            tracking.sql("SELECT position, uuid_send(organisation) FROM {s}.consumers WHERE consumer = %s FOR UPDATE"),
            (name,),
        ).fetchone()
        if row is None or bytes(row[1]) != organisation:
            raise _not_found(name)  # what others have is not told
        if (expected is not None and row[0] != expected) or (position < row[0] and not rewind):
            raise SteeringError(
                reasons.REFUSAL_REASON_CONSUMER_POSITION_CONFLICT,
                f"{name} is at {row[0]}",
                consumer=name,
                position=row[0],
            )
        connection.execute(
            tracking.sql(
                "UPDATE {s}.consumers SET position = %s, record_time = %s, moved_at = now() WHERE consumer = %s"
            ),
            (position, record_time, name),
        )
        return consumers(connection, code, name)[0]


def find(connection: psycopg.Connection, code: str, name: str) -> Consumer:
    """Return a consumer. Raise SteeringError where there is none of that name."""
    found = consumers(connection, code, name)
    if not name or not found:
        raise _not_found(name)
    return found[0]


def forget(connection: psycopg.Connection, code: str, name: str) -> None:
    """Remove a consumer. Raise SteeringError where there is none of that name."""
    done = connection.execute(Tracking(code).sql("DELETE FROM {s}.consumers WHERE consumer = %s"), (name,))
    if not done.rowcount:
        raise _not_found(name)
