"""All ledgers of one database: opened when they are first asked for, drained together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from ledger.log import running
from ledger.log.berths import Berths
from ledger.log.connection import check_server, connect
from ledger.log.identifiers import schema_name
from ledger.log.ledger import Ledger, identify
from ledger.log.pool import ReadPool
from ledger.log.reader import Reader
from ledger.log.schema import LEDGER_VERSION, check_version
from ledger.log.settings import LogSettings
from ledger.log.state import State
from ledger.log.watch import Watch

log = structlog.get_logger(__name__)


class Ledgers:
    """The open ledgers of this process. Used on one event loop."""

    def __init__(self, settings: LogSettings) -> None:
        """Take the settings of the database."""
        self._settings = settings
        self.inspect: Callable[[str], str] = _nothing_against
        """Asked about each ledger while it is opened: what stands against serving it, or nothing. It may block."""
        self._pool = ReadPool(settings.database_url, settings.readers, running.name(settings.feature_level))
        self._watch = Watch(settings.database_url)
        self._berths = Berths(settings.busy_ledgers)
        self._open: dict[str, Ledger] = {}
        self._opening: dict[str, asyncio.Task[Ledger | None]] = {}

    @classmethod
    def open(cls, settings: LogSettings) -> Ledgers:
        """Return the ledgers of a database; `start` connects."""
        return cls(settings)

    async def start(self) -> None:
        """Check that the server keeps what it acknowledges. Raise UnsafeServerError, psycopg errors."""
        await asyncio.to_thread(self._check)
        await self._pool.open()

    def _check(self) -> None:
        with connect(self._settings.database_url, application="ledgerd start") as connection:
            check_server(connection, require_replica=self._settings.require_replica)
            check_version(connection, "database")

    async def stop(self, grace: float) -> None:
        """Commit what waits in every ledger, for at most `grace` seconds, then close the connections."""
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        await asyncio.gather(*(ledger.stop(grace) for ledger in self._open.values()))
        await self._pool.close()

    async def get(self, code: str) -> Ledger | None:
        """Return an open ledger, or None where the database has none of this code. Raise psycopg errors."""
        found = self._open.get(code)
        if found is not None:
            return found
        opening = self._opening.get(code)
        if opening is None:
            opening = self._opening[code] = asyncio.create_task(self._open_ledger(code))
            opening.add_done_callback(lambda task: self._opened(code, task))
        # Callers come and go; what is begun is finished, or there would be a second committer that nobody stops.
        return await asyncio.shield(opening)

    def _opened(self, code: str, task: asyncio.Task[Ledger | None]) -> None:
        del self._opening[code]
        if not task.cancelled():
            task.exception()  # whoever waited has it; perhaps nobody does any more

    async def _open_ledger(self, code: str) -> Ledger | None:
        # Asked on a connection that is there already: a mistyped code must not cost a new one.
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT 1 FROM ledger_registry.ledgers WHERE code = %s", (code,))
            if await cursor.fetchone() is None:
                return None
        ledger = await asyncio.to_thread(self._start_ledger, code)
        ledger.keep_snapshots()
        self._open[code] = ledger
        return ledger

    def opened(self, code: str) -> Ledger | None:
        """Return a ledger that is open already."""
        return self._open.get(code)

    def open_codes(self) -> list[str]:
        """Return the codes of the ledgers that are open."""
        return sorted(self._open)

    async def registered(self) -> list[str]:
        """Return the codes of all ledgers of the database. Raise psycopg errors."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT code FROM ledger_registry.ledgers ORDER BY code")
            return [row[0] for row in await cursor.fetchall()]

    def open_ledgers(self) -> list[Ledger]:
        """Return the ledgers that are open. May be called from any thread."""
        return list(self._open.values())

    def _start_ledger(self, code: str) -> Ledger:
        with connect(self._settings.database_url, application=f"ledgerd {code} opening") as connection:
            check_version(connection, schema_name(code), LEDGER_VERSION)
            identity = identify(connection, code, self._settings.master_key)
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                # One snapshot: the floor of the request ids belongs to this end of the log.
                end = Reader(identity.schema).end(connection)
                floor = Reader(identity.schema).greatest_request_id(connection)
        state = State(end, self._settings.cached_persons, floor)
        ledger = Ledger(identity, self._settings, state, self._pool, self._watch, self._berths)
        if problem := self.inspect(code):
            ledger.stop_serving(problem)
        ledger.start()
        log.info("ledger.opened", ledger=code, size=end.size)
        return ledger


def _nothing_against(_: str) -> str:
    return ""
