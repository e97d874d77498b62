"""Waiting until a projection has come far enough: one look at the tracking rows serves all who wait for a ledger."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from psycopg import sql

from ledger.api.errors import Rejected
from ledger.v1 import reasons_pb2 as reasons
from projections.schema import PROJECTIONS, views_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.log.pool import ReadPool

LOOK_SECONDS: Final = 0.01
"""Between two looks while somebody waits."""
MAKING_SECONDS: Final = 3.0
"""How long the tables of a new ledger may take to be made."""


class Serving(NamedTuple):
    """The version of a projection that answers. `position` is what it reflects."""

    version: int
    position: int


class Arrival:
    """Where the projections of all ledgers stand. Used on one event loop."""

    def __init__(self, pool: ReadPool, wake: Callable[[str], None]) -> None:
        """Take where to look, and whom to tell that somebody waits for a ledger."""
        self._pool = pool
        self._wake = wake
        self._looks: dict[str, asyncio.Task[dict[str, tuple[Serving, str]]]] = {}

    async def at(self, code: str, projection: str, position: int) -> Serving:
        """Return the version that answers once it reflects this position.

        Raise Rejected with PROJECTION_UNAVAILABLE where that cannot be expected.
        """
        begin = time.monotonic()
        woken = False
        while True:
            serving, problem = (await self._look(code)).get(projection, (None, ""))
            if serving and serving.position >= position:
                return serving
            if problem or (serving is None and time.monotonic() - begin > MAKING_SECONDS):
                raise Rejected(reasons.REFUSAL_REASON_PROJECTION_UNAVAILABLE, {"projection": projection})
            if not woken:
                self._wake(code)
                woken = True
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, code: str) -> dict[str, tuple[Serving, str]]:
        """Look, together with whoever looks at the moment."""
        task = self._looks.get(code)
        if task is None:
            task = self._looks[code] = asyncio.create_task(self._rows(code))
            task.add_done_callback(lambda _: self._looks.pop(code, None))
        return await asyncio.shield(task)

    async def _rows(self, code: str) -> dict[str, tuple[Serving, str]]:
        async with self._pool.connection() as connection:
            known = await connection.execute("SELECT to_regclass(%s)", (f"{views_schema(code)}.tracking",))
            row = await known.fetchone()
            if row is None or row[0] is None:
                return {}
            cursor = await connection.execute(
                sql.SQL(
                    "SELECT projection, shape, version, position, problem FROM {}.tracking"
                    " WHERE state = 'live' AND partitions = 1"
                ).format(sql.Identifier(views_schema(code)))
            )
            rows = await cursor.fetchall()
        return {
            name: (Serving(version, position), problem)
            for name, shape, version, position, problem in rows
            if name in PROJECTIONS and PROJECTIONS[name](code).shape == shape
        }
