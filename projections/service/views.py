"""One read: the ledger, the version of the projection that answers, and queries of its tables."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import sql

from ledger.api.errors import Rejected
from ledger.log.identifiers import schema_name
from ledger.v1 import reasons_pb2 as reasons
from projections.schema import PROJECTIONS, views_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.log.ledger import Ledger
    from ledger.log.pool import ReadPool
    from projections.service.arrival import Arrival, Serving


@dataclass(frozen=True, slots=True)
class View:
    """A projection of a ledger, as a read sees it: nothing behind `serving.position` counts."""

    ledger: Ledger
    projection: str
    serving: Serving
    pool: ReadPool

    async def rows(
        self, text: LiteralString | sql.Composed, values: Sequence[object] | Mapping[str, object]
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which `{NAME}` stands for that table of this version."""
        query = text if isinstance(text, sql.Composed) else self.sql(text)
        async with self.pool.connection() as connection:
            try:
                cursor = await connection.execute(query, values, binary=True)
            except psycopg.errors.UndefinedTable:  # the version went while it was read
                metadata = {"projection": self.projection}
                raise Rejected(reasons.REFUSAL_REASON_PROJECTION_UNAVAILABLE, metadata) from None
            return await cursor.fetchall()

    def sql(self, text: LiteralString) -> sql.Composed:
        """Fill the names of tables in."""
        return composed(text, self.ledger.code, self.projection, self.serving.version)

    async def missing(self, stream: bytes) -> int:
        """Return how many entries of an account could not be taken in."""
        rows = await self.rows(
            "SELECT count(*) FROM {dead_letters} WHERE stream = %s AND projection = %s AND version = %s",
            (uuid.UUID(bytes=stream), self.projection, self.serving.version),
        )
        return int(rows[0][0])


def composed(text: LiteralString, code: str, projection: str, version: int) -> sql.Composed:
    """Fill the names of tables of a ledger in: those of a version of a projection, `tracking` and the like."""
    schema = views_schema(code)
    return sql.SQL(text).format(
        dead_letters=sql.Identifier(schema, "dead_letters"),
        tracking=sql.Identifier(schema, "tracking"),
        entries=sql.Identifier(schema_name(code), "entries"),
        **{
            table.name: sql.Identifier(schema, f"{table.name}_v{version}")
            for table in PROJECTIONS[projection](code).tables
        },
    )


async def view(
    ledger: Ledger,
    arrival: Arrival,
    pool: ReadPool,
    projection: str,
    *,
    position: int,
    linearizable: bool,
    version: int = 0,
    past: int = 0,
) -> View:
    """Return a projection once it reflects `position`, and everything that is recorded now if `linearizable`.

    `version` is the one that a page before came from; `past` asks for the view that was built up to that position.
    Raise Rejected with POSITION_BEYOND_END for a position that does not exist, or that this past does not reach.
    """
    if past:
        linearizable = False
    if position or linearizable:
        size = past or (await ledger.read_head()).size
        if position > size:
            metadata = {"position": str(position), "size": str(size)}
            raise Rejected(reasons.REFUSAL_REASON_POSITION_BEYOND_END, metadata)
        position = size if linearizable else position
    serving = await arrival.at(ledger.code, projection, position, version=version, past=past)
    return View(ledger, projection, serving, pool)
