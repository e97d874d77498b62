"""Keeps the snapshots of one ledger: notes which are due, and writes them on the event loop, beside every commit."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import structlog

from ledger.domain.person import Person
from ledger.log.snapshot import EVERY, take

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.log.identity import Identity
    from ledger.log.pool import ReadPool
    from ledger.log.reader import Reader
    from ledger.log.state import State, Tip

log = structlog.get_logger(__name__)

WRITE_SECONDS: Final = 1.0
_DUE_MAX: Final = 10_000
"""What is due beyond it is forgotten, oldest first: a snapshot is never needed."""
_ROWS_MAX: Final = 200


class Snapshots:
    """Notes on the committer's thread what is due, and writes it on the event loop."""

    def __init__(self, identity: Identity, state: State, reader: Reader, pool: ReadPool) -> None:
        """Take the ledger, the committed state, and the way to the database."""
        self._identity = identity
        self._state = state
        self._reader = reader
        self._pool = pool
        self._due: deque[tuple[Person, Tip] | bytes] = deque(maxlen=_DUE_MAX)
        self._task: asyncio.Task[None] | None = None

    def committed(self, entries: Iterable[tuple[bytes, int, bytes]]) -> None:
        """Note the streams of a commit, (stream, version, entry), that reached the next multiple of `EVERY`."""
        self._due.extend([stream for stream, version, _ in entries if not version % EVERY])

    def replayed(self, person: Person, tip: Tip, entries: int) -> None:
        """Note a person whose reading took long."""
        if entries > EVERY and type(person) is Person:
            self._due.append((person, tip))

    def start(self) -> None:
        """Begin to write what is due, once a second."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            try:
                while self._due:
                    await self.write()
            except Exception as error:  # noqa: BLE001 - the next second is another chance
                log.warning("snapshots.not_written", ledger=self._identity.code, error=type(error).__name__)

    async def write(self) -> None:
        """Write some of what is due."""
        rows: list[tuple[Any, ...]] = []
        while self._due and len(rows) < _ROWS_MAX:
            due = self._due.popleft()
            found = self._state.peek(due) if isinstance(due, bytes) else due
            if found is not None and type(found[0]) is Person and found[0].version:
                made = take(*found, self._identity.secret)
                rows.append((uuid.UUID(bytes=made.stream), *made[1:]))
        if not rows:
            return
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION READ WRITE")
            # It may be lost: nobody waits for a disk or a standby for its sake.
            await connection.execute("SET LOCAL synchronous_commit = off")
            async with connection.cursor() as cursor:
                await cursor.executemany(
                    self._reader.sql(
                        "INSERT INTO {s}.snapshots AS known VALUES (%s, %s, %s, %s, %s, %s, %s)"
                        " ON CONFLICT (stream) DO UPDATE SET version = excluded.version, position = excluded.position,"
                        " leaf_hash = excluded.leaf_hash, state_format = excluded.state_format,"
                        " state = excluded.state, mac = excluded.mac"
                        " WHERE known.version < excluded.version OR known.state_format <> excluded.state_format"
                    ),
                    rows,
                )
