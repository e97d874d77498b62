"""Notices what other processes commit: one question every 20 ms for all ledgers that somebody follows.

What this process commits itself is told by the committer. A notification inside a commit would be simpler, and would
take half of the throughput of many ledgers, because every notifying commit waits for one lock of the whole database.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

import psycopg
import structlog
from psycopg import sql

from ledger.log.pool import configure

if TYPE_CHECKING:
    from collections.abc import Sequence

POLL_SECONDS: Final = 0.02
_PATIENCE_SECONDS: Final = 10.0
"""Silence of the server after which the connection is given up."""
_RETRY_SECONDS: Final = (0.05, 1.0)
"""First and longest wait between attempts to reach the database."""

log = structlog.get_logger(__name__)


class Watcher(Protocol):
    """A ledger that is watched."""

    schema: str

    def due(self) -> bool:
        """Tell whether it has heard nothing for a while, so that asking is worth it."""

    def told(self, size: int) -> None:
        """Learn how many entries are committed, by whichever process."""


class Watch:
    """Asks on a connection of its own while anybody watches. Used on one event loop."""

    def __init__(self, database_url: str) -> None:
        """Take the connection string; nothing is opened yet."""
        self._url = database_url
        self._watchers: set[Watcher] = set()
        self._task: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection | None = None
        self._asked: tuple[str, ...] = ()
        self._question = b""

    def add(self, watcher: Watcher) -> None:
        """Begin to watch."""
        self._watchers.add(watcher)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def remove(self, watcher: Watcher) -> None:
        """Watch no more. The connection goes with the last one."""
        self._watchers.discard(watcher)
        if not self._watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        wait = _RETRY_SECONDS[0]
        try:
            while True:
                await asyncio.sleep(POLL_SECONDS)
                due = [watcher for watcher in self._watchers if watcher.due()]
                if not due:
                    continue
                try:
                    async with asyncio.timeout(_PATIENCE_SECONDS):
                        await self._ask(due)
                    wait = _RETRY_SECONDS[0]
                except (psycopg.Error, OSError, TimeoutError) as error:
                    log.warning("watch.interrupted", error=type(error).__name__)
                    await self._drop()
                    await asyncio.sleep(wait)
                    wait = min(_RETRY_SECONDS[1], wait * 2)
        finally:
            await asyncio.shield(self._drop())

    async def _ask(self, watchers: Sequence[Watcher]) -> None:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, application_name="ledgerd watching", connect_timeout=5
            )
            await configure(self._connection)
        names = tuple(watcher.schema for watcher in watchers)
        if names != self._asked:
            self._asked, self._question = names, _question(names)
        cursor = await self._connection.execute(self._question, binary=True)
        for number, size in await cursor.fetchall():
            watchers[number].told(size)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _question(schemas: Sequence[str]) -> bytes:
    """The statement that asks for the sizes of several ledgers; each row has the number of its ledger in the list."""
    parts = [
        sql.SQL("SELECT {number}::int4, (SELECT max(last_position) FROM {schema}.commits)").format(
            number=sql.Literal(number), schema=sql.Identifier(schema)
        )
        for number, schema in enumerate(schemas)
    ]
    return sql.SQL(" UNION ALL ").join(parts).as_bytes(None)
