"""Tracking rows: how far each version of a projection has come. Dead letters: what it could not take in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import psycopg
from psycopg import sql

from ledger.log import header
from ledger.log.identifiers import schema_name
from projections.schema import views_schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import LiteralString

    from projections.page import Head, Page

LIVE: Final = "live"
"""The version that answers reads."""
SHADOW: Final = "shadow"
"""One that was built and follows beside the live one of the same shape, never ahead of it, to be compared with it."""
STANDBY: Final = "standby"
"""One that answered before, and is fed on so that it can answer again."""
BUILDING: Final = "building"
"""One whose parts are filled side by side."""
PAST: Final = "past"
"""One that ends at a position for good."""
FROZEN_SECONDS: Final = 30.0
"""An entry that has waited so long for a version that did not move meanwhile: whoever should follow does not."""
ERROR_CHARACTERS_MAX: Final = 500


class Tracked(NamedTuple):
    """A tracking row: everything up to `position` is in the tables; `last_leaf` is the leaf hash of that entry."""

    projection: str
    version: int
    shape: int
    state: str
    position: int
    last_leaf: bytes


class Tracking:
    """The tracking rows of one ledger."""

    def __init__(self, code: str) -> None:
        """Take the code of the ledger."""
        self.schema = views_schema(code)
        self._names = {"s": sql.Identifier(self.schema), "log": sql.Identifier(schema_name(code))}

    def sql(self, text: LiteralString) -> sql.Composed:
        """Return a query with `{s}` replaced by the schema, and `{log}` by that of the log."""
        return sql.SQL(text).format(**self._names)

    def claim(self, connection: psycopg.Connection) -> list[Tracked]:
        """Lock and return the rows that nobody else holds: whoever holds a row leads until the transaction ends."""
        rows = connection.execute(
            self.sql(
                "SELECT projection, version, shape, state, position, last_leaf FROM {s}.tracking"
                " WHERE state IN ('live', 'shadow', 'standby') AND NOT paused"
                " ORDER BY projection, version FOR UPDATE SKIP LOCKED"
            ),
            binary=True,
        )
        return [Tracked(*row) for row in rows]

    def live(self, connection: psycopg.Connection) -> dict[str, Tracked]:
        """Return the rows of the versions that answer, by projection. Locks nothing."""
        rows = connection.execute(
            self.sql(
                "SELECT projection, version, shape, state, position, last_leaf FROM {s}.tracking WHERE state = 'live'"
            ),
            binary=True,
        )
        return {row[0]: Tracked(*row) for row in rows}

    def move(self, connection: psycopg.Connection, rows: Sequence[Tracked], head: Head, leaf: bytes) -> None:
        """Say that everything up to an entry is in the tables."""
        for row in rows:
            connection.execute(
                self.sql(
                    "UPDATE {s}.tracking SET position = %s, record_time = %s, last_leaf = %s, problem = '',"
                    " moved_at = now() WHERE projection = %s AND version = %s"
                ),
                (head[0], head[7], leaf, row.projection, row.version),
            )

    def bury(self, connection: psycopg.Connection, row: Tracked, page: Page, error: str) -> None:
        """Record the entries of a transaction that could not be taken in."""
        for head in page.heads:
            connection.execute(
                self.sql(
                    "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
                ),
                (row.projection, row.version, head[0], head[3], uuid.UUID(bytes=head[1]), head[8],
                 error[:ERROR_CHARACTERS_MAX]),
            )  # fmt: skip

    def halt(self, connection: psycopg.Connection, row: Tracked, problem: str) -> None:
        """Say why this version alone does not move."""
        connection.execute(
            self.sql("UPDATE {s}.tracking SET problem = %s WHERE projection = %s AND version = %s AND problem <> %s"),
            (problem[:ERROR_CHARACTERS_MAX], row.projection, row.version, problem[:ERROR_CHARACTERS_MAX]),
        )

    def complain(self, connection: psycopg.Connection, problem: str) -> None:
        """Say, for every process to see, why nothing moves."""
        connection.execute(
            self.sql("UPDATE {s}.tracking SET problem = %s WHERE problem <> %s"),
            (problem[:ERROR_CHARACTERS_MAX],) * 2,
        )


class Standing(NamedTuple):
    """How a projection stands.

    Times are microseconds since 1970 UTC, `lag_microseconds` how long the oldest entry waits.
    """

    projection: str
    version: int
    shape: int
    state: str
    position: int
    record_time: int
    moved_time: int
    problem: str
    dead_letters: int
    paused: bool
    head: int
    now: int
    lag_microseconds: int

    @property
    def lag_entries(self) -> int:
        """Entries that are recorded and not yet taken in."""
        return 0 if self.state == PAST else max(0, self.head - self.position)

    @property
    def frozen(self) -> bool:
        """Tell whether entries wait and nobody takes them in, although nothing is said to be wrong."""
        still = min(self.lag_microseconds, self.now - self.moved_time)
        return not self.paused and not self.problem and still > FROZEN_SECONDS * 1e6


STANDINGS: Final = (
    "SELECT t.projection, t.version, t.shape, t.state, t.position, t.record_time,"
    " (extract(epoch FROM t.moved_at) * 1000000)::int8, t.problem,"
    " (SELECT count(*) FROM {s}.dead_letters d WHERE d.projection = t.projection AND d.version = t.version),"
    " t.paused, h.last_position, substring(e.entry FROM %s FOR 8),"
    " (extract(epoch FROM clock_timestamp()) * 1000000)::int8"
    " FROM {s}.tracking t"
    " CROSS JOIN (SELECT last_position FROM {log}.commits ORDER BY last_position DESC LIMIT 1) h"
    " LEFT JOIN {log}.entries e ON e.position = t.position + 1 AND t.state <> 'past'"
    " WHERE t.state <> 'building' ORDER BY t.projection, t.state <> 'live', t.version"
)
"""Parameters: `STANDINGS_PARAMETERS`; each row makes a Standing."""
STANDINGS_PARAMETERS: Final = (header.OFFSETS["record_time"] + 1,)


def standing(row: Sequence[Any]) -> Standing:
    """Make a Standing of a row of `STANDINGS`."""
    *known, oldest, now = row
    waits = 0 if oldest is None else max(0, now - int.from_bytes(oldest, "little"))
    return Standing._make([*known, now, waits])
