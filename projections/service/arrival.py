"""Waiting until a projection has come far enough: one look at the tracking rows serves all who wait for a ledger."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from psycopg import sql

from ledger.api.errors import Rejected
from ledger.v1 import reasons_pb2 as reasons
from projections.schema import PROJECTIONS, views_schema
from projections.tracking import LIVE, PAST

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


class Standing(NamedTuple):
    """A version that can be read. `stopped`: it cannot go on; `paused`: nobody feeds it until somebody resumes it."""

    projection: str
    state: str
    paused: bool
    stopped: bool
    serving: Serving


class Arrival:
    """Where the projections of all ledgers stand. Used on one event loop."""

    def __init__(self, pool: ReadPool, wake: Callable[[str], None]) -> None:
        """Take where to look, and whom to tell that somebody waits for a ledger."""
        self._pool = pool
        self._wake = wake
        self._looks: dict[str, asyncio.Task[list[Standing]]] = {}

    async def at(self, code: str, projection: str, position: int, *, version: int = 0, past: int = 0) -> Serving:
        """Return the version that answers once it reflects this position.

        `version`: the one that answered before, if it is still there. `past`: the one that ends at that position. Raise
        Rejected with PROJECTION_UNAVAILABLE where the position cannot be expected, PROJECTION_PAUSED where an operator
        stopped it before it, PAST_NOT_FOUND where no such past was built.
        """
        begin = time.monotonic()
        woken = False
        while True:
            standing = _choose(await self._look(code), projection, version, past)
            if standing and standing.serving.position >= position:
                return standing.serving
            if past:
                metadata = {"projection": projection, "position": str(past)}
                raise Rejected(reasons.REFUSAL_REASON_PAST_NOT_FOUND, metadata)
            if standing and standing.paused:
                metadata = {"projection": projection, "position": str(standing.serving.position)}
                raise Rejected(reasons.REFUSAL_REASON_PROJECTION_PAUSED, metadata)
            late = standing is None and time.monotonic() - begin > MAKING_SECONDS
            if late or (standing and standing.stopped):
                raise Rejected(reasons.REFUSAL_REASON_PROJECTION_UNAVAILABLE, {"projection": projection})
            if not woken:
                self._wake(code)
                woken = True
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, code: str) -> list[Standing]:
        """Look, together with whoever looks at the moment."""
        task = self._looks.get(code)
        if task is None:
            task = self._looks[code] = asyncio.create_task(self._rows(code))
            task.add_done_callback(lambda _: self._looks.pop(code, None))
        return await asyncio.shield(task)

    async def _rows(self, code: str) -> list[Standing]:
        async with self._pool.connection() as connection:
            known = await connection.execute("SELECT to_regclass(%s)", (f"{views_schema(code)}.tracking",))
            row = await known.fetchone()
            if row is None or row[0] is None:
                return []
            cursor = await connection.execute(
                sql.SQL(
                    "SELECT projection, shape, version, position, state, paused, problem <> '' FROM {}.tracking"
                    " WHERE state IN ('live', 'standby', 'past')"
                ).format(sql.Identifier(views_schema(code)))
            )
            rows = await cursor.fetchall()
        return [
            Standing(name, state, paused, stopped, Serving(version, position))
            for name, shape, version, position, state, paused, stopped in rows
            if name in PROJECTIONS and PROJECTIONS[name](code).shape == shape
        ]


def _choose(standings: list[Standing], projection: str, version: int, past: int) -> Standing | None:
    """Return the version that is asked for, or the live one."""
    known = [each for each in standings if each.projection == projection]
    if past:
        return next((each for each in known if each.state == PAST and each.serving.position == past), None)
    same = (each for each in known if each.serving.version == version and each.state != PAST)
    return next(same, None) or next((each for each in known if each.state == LIVE), None)
