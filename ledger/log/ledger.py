"""One open ledger in this process: commands go in, outcomes and reads come out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from ledger.domain.command import NO_ID, Work
from ledger.domain.person import Person
from ledger.log import header, keystore
from ledger.log.batch import Decider
from ledger.log.clock import Clock
from ledger.log.committer import Committer
from ledger.log.entry import parse
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.identity import Identity
from ledger.log.intake import NOT_MADE, Call, Intake, Item, QueueFullError, resolve
from ledger.log.keystore import KeyStore
from ledger.log.levels import NewerLogError, check_level
from ledger.log.master import MasterKey
from ledger.log.outcome import Failed
from ledger.log.reader import SNAPSHOTS, CorruptLogError, Head, Reader, resume, step
from ledger.log.scan import Scan
from ledger.log.secret import LedgerSecret
from ledger.log.session import Session
from ledger.log.snapshot import Snapshot, restore
from ledger.log.snapshots import Snapshots
from ledger.log.state import NEW_STREAM, End, State, Tip
from ledger.log.tail import Tail
from ledger.log.transfers import TransferIndex
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import REVERSAL_ORDER_LIFO

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import psycopg

    from ledger.log.berths import Berths
    from ledger.log.meter import Meter
    from ledger.log.outcome import Outcome, OutcomeQuery
    from ledger.log.pool import ReadPool
    from ledger.log.settings import LogSettings
    from ledger.log.watch import Watch


T = TypeVar("T")


def identify(connection: psycopg.Connection, code: str, master_key: MasterKey) -> Identity:
    """Read a ledger's birth entry and its secret, and check that they belong together."""
    reader = Reader(schema_name(code))
    birth = reader.since(connection, 0, 1)
    if not birth:
        raise CorruptLogError(f"ledger {code} has no position 1")
    opened = parse(birth[0]).ledger_opened
    try:
        secret = LedgerSecret(keystore.read_secret(connection, ledger_id(code), master_key))
    except LookupError as error:
        raise CorruptLogError(f"ledger {code}: {error}") from None
    if opened.ledger != code or opened.secret_check != secret.check_value():
        raise CorruptLogError(f"the key store does not belong to ledger {code}: its secret is another one")
    latest_first = opened.reversal_order == REVERSAL_ORDER_LIFO
    zone = ZoneInfo(opened.time_zone)
    return Identity(
        code,
        ledger_id(code),
        schema_name(code),
        zone,
        secret,
        Person(NO_ID),
        latest_first,
        opened.approved_openings_only,
    )


class Ledger:
    """An open ledger. Its methods are called on one event loop."""

    def __init__(
        self,
        identity: Identity,
        settings: LogSettings,
        state: State,
        pool: ReadPool,
        watch: Watch,
        berths: Berths,
    ) -> None:
        """Wire the parts; `start` makes them run."""
        self.code = identity.code
        self.id = identity.id
        self.time_zone = identity.time_zone
        self.secret = identity.secret
        self._identity = identity
        self._state = state
        self._pool = pool
        self.known_level = settings.feature_level
        """The highest feature level of a log that this process understands."""
        self._reader = Reader(identity.schema)
        self.scan = Scan(self._reader, pool)
        self.tail = Tail(
            identity.schema,
            state,
            watch,
            self.read_entries,
            lambda: self.problem_reason,
            lambda: self.committer.in_flight() > 0,
        )
        self.transfers = TransferIndex(self._reader, pool, identity.secret)
        self._intake = Intake(
            limit=settings.queue_commands, gather_seconds=settings.gather_seconds, full_batch=settings.full_batch
        )
        session = Session(identity, settings, self._reader, berths)
        keystore = KeyStore(identity.id, settings.master_key)
        self.forget_key = keystore.forget
        """Drops a destroyed key from memory, by stream and key id; for any thread."""
        decider = Decider(identity, state, self._reader, keystore)
        clock = Clock(skew_seconds=settings.clock_skew_seconds, behind_seconds=settings.clock_behind_seconds)
        self._listeners: list[Callable[[int, Sequence[tuple[bytes, int, bytes]]], None]] = []
        self._snapshots = Snapshots(identity, state, self._reader, pool)
        self.committer = Committer(identity, settings, state, self._intake, session, decider, clock, self._committed)

    def start(self) -> None:
        """Start the committer."""
        self.committer.start()

    def keep_snapshots(self) -> None:
        """Begin to write snapshots, on the running event loop."""
        self._snapshots.start()

    def _committed(self, first: int, entries: Sequence[tuple[bytes, int, bytes]]) -> None:
        """Called by the committer after each commit, with its (stream, version, entry) rows."""
        self.tail.offer(first, entries)
        self._snapshots.committed(entries)
        for listener in self._listeners:
            listener(first, entries)

    def listen(self, listener: Callable[[int, Sequence[tuple[bytes, int, bytes]]], None]) -> None:
        """Call somebody after each commit, on the committer's thread: first position and (stream, version, entry) rows.

        Whoever listens must not wait for anything.
        """
        self._listeners.append(listener)

    async def stop(self, grace: float) -> None:
        """Commit what waits, for at most `grace` seconds."""
        await self._snapshots.stop()
        await asyncio.to_thread(self.committer.stop, grace)

    @property
    def serving(self) -> bool:
        """Tell whether commands are taken."""
        return not self.committer.problem

    @property
    def problem(self) -> str:
        """Return why commands are not taken, in words; empty while they are."""
        return self.committer.problem

    @property
    def meter(self) -> Meter:
        """Return what the committer counts."""
        return self.committer.meter

    @property
    def waiting(self) -> int:
        """Return how many works wait for a commit."""
        return self._intake.waiting

    @property
    def persons(self) -> int:
        """Return how many persons are in memory."""
        return self._state.persons

    @property
    def end(self) -> End:
        """Return the end of the log as this process knows it; another process may have written more since."""
        return self._state.end

    @property
    def problem_reason(self) -> int:
        """Return the reason why commands are not taken, as a `RefusalReason`; 0 while they are."""
        return self.committer.problem_reason

    def stop_serving(self, problem: str) -> None:
        """Take no more commands: somebody has found that the log is not the one that was acknowledged."""
        self.committer.condemned = (reasons.REFUSAL_REASON_LEDGER_FORKED, problem)

    async def execute(
        self, items: Sequence[Work | OutcomeQuery], *, deadline: float, source: Hashable
    ) -> list[Outcome]:
        """Execute items in order and return one outcome each. `deadline` is in seconds of the monotonic clock.

        A caller that goes away does not disturb what is under way.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Outcome]] = loop.create_future()
        call = Call(loop, future, len(items), deadline)
        queued = [
            Item(item, call, index, len(item.commands) if isinstance(item, Work) else 1)
            for index, item in enumerate(items)
        ]
        try:
            self._intake.put(source, queued)
        except QueueFullError:
            reason = reasons.REFUSAL_REASON_OVERLOADED
            return [Failed(reason) for _ in items]
        return await future

    def queue(
        self,
        sizes: Sequence[int],
        make: Callable[[int], Work | Failed],
        finish: Callable[[list[Outcome]], T | Exception],
        *,
        deadline: float,
        source: Hashable,
    ) -> asyncio.Future[T]:
        """Execute items in order, each made by `make(index)` when its turn comes; give `finish(outcomes)`.

        `sizes` are the numbers of commands. Both functions run on the committer's thread; an exception that `finish`
        returns is raised. It returns the future itself: each coroutine around it would cost every call a microsecond.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        call = Call(loop, future, len(sizes), deadline, make, finish)
        try:
            self._intake.put(source, [Item(NOT_MADE, call, index, size) for index, size in enumerate(sizes)])
        except QueueFullError:
            resolve(future, finish([Failed(reasons.REFUSAL_REASON_OVERLOADED) for _ in sizes]))
        return future

    async def read_person(self, stream: bytes, *, cached: bool = False, least: int = 0) -> tuple[Person, int]:
        """Return a person and the position up to which the answer reflects every entry.

        `cached` gives the newest state that this process knows, without asking the database where it is in memory and
        reflects position `least`.
        """
        # The end first: a person that is newer than it does no harm, but an older one would claim too much.
        size = self._state.end.size
        known = self._state.peek(stream)
        if cached and known is not None and size >= least:
            return known[0], size
        async with self._pool.connection() as connection:
            if known is not None:
                rows = await self._rows_from(connection, stream, known[1].version + 1)
                return _replay(*known, rows[1:])[0], rows[0][1]
            cursor = await connection.execute(self._reader.sql(SNAPSHOTS), ([self._pool.uuid(stream)],), binary=True)
            row = await cursor.fetchone()
            snapshot = Snapshot(*row) if row else None
            begun = restore(snapshot, self.secret) if snapshot else None
            if snapshot and begun:
                rows = await self._rows_from(connection, stream, snapshot.version)
                resumed = resume(snapshot, begun, [entry for _, _, entry in rows[1:]])
                if resumed is not None:
                    return resumed[0], rows[0][1]
            rows = await self._rows_from(connection, stream, 1)
        person, tip = _replay(Person(stream), NEW_STREAM, rows[1:])
        self._snapshots.replayed(person, tip, len(rows))
        return person, rows[0][1]

    async def _rows_from(self, connection: psycopg.AsyncConnection, stream: bytes, first: int) -> list[tuple[Any, ...]]:
        """Return (0, size of the log, its level), then a stream's (version, position, entry) from a version on.

        Raise NewerLogError, and serve no longer, where this process may not understand what is in them.
        """
        # One statement, one snapshot of the database: both belong together.
        cursor = await connection.execute(
            self._reader.sql(
                "(SELECT 0::int8, last_position, int2send(feature_level) FROM {s}.commits"
                " ORDER BY last_position DESC LIMIT 1) UNION ALL"
                " (SELECT version, position, entry FROM {s}.entries WHERE stream = %s AND version >= %s)"
                " ORDER BY 1"
            ),
            (self._pool.uuid(stream), first),
            binary=True,
        )
        rows = await cursor.fetchall()
        try:
            check_level(int.from_bytes(rows[0][2], "big"), self.known_level)
        except NewerLogError as error:
            self.committer.condemned = (reasons.REFUSAL_REASON_UNAVAILABLE, str(error))
            raise
        return rows

    async def read_stream(self, stream: bytes) -> tuple[list[bytes], int]:
        """Return every stored entry of a stream, in order, and the size of the log that they belong to."""
        async with self._pool.connection() as connection:
            rows = await self._rows_from(connection, stream, 1)
        return [entry for _, _, entry in rows[1:]], rows[0][1]

    async def read_entries(self, from_position: int, limit: int) -> tuple[list[tuple[int, bytes]], int]:
        """Return stored entries from a position on, whole transactions only, and the size of the log."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql(
                    "WITH ends AS (SELECT max(last_position) AS size FROM {s}.commits)"
                    " SELECT position, entry, (SELECT size FROM ends) FROM {s}.entries"
                    " WHERE position >= %s AND position <= (SELECT size FROM ends) ORDER BY position LIMIT %s"
                ),
                (from_position, limit + 500),
                binary=True,
            )
            rows = await cursor.fetchall()
        if not rows:
            head = await self.read_head()
            return [], head.size
        return _whole_transactions([(position, entry) for position, entry, _ in rows], limit), rows[0][2]

    async def read_head(self, *, cached: bool = False, least: int = 0) -> Head:
        """Return the newest commit; with `cached`, the newest that this process knows, if it reflects `least`."""
        known = self._state.end
        if cached and known.size >= least:
            return Head(known.size, known.tree.root(), known.last_leaf, known.record_time, known.feature_level)
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql(
                    "SELECT last_position, root, last_leaf_hash, record_time, feature_level"
                    " FROM {s}.commits ORDER BY last_position DESC LIMIT 1"
                ),
                binary=True,
            )
            row = await cursor.fetchone()
        if row is None:
            raise CorruptLogError("the ledger has no commit")
        return Head(*row)


def _replay(person: Person, tip: Tip, rows: Sequence[tuple[Any, ...]]) -> tuple[Person, Tip]:
    """Apply a stream's next (version, position, entry) rows."""
    for _, _, entry in rows:
        person, tip = step(person, tip, entry)
    return person, tip


def _whole_transactions(rows: list[tuple[int, bytes]], limit: int) -> list[tuple[int, bytes]]:
    """Cut a page at the first end of a transaction at or behind `limit`; a page never ends inside one."""
    cut = 0
    for count, (_, entry) in enumerate(rows, 1):
        fields = header.unpack(entry)
        if fields[6] == fields[7]:
            cut = count
            if count >= limit:
                break
    return rows[:cut]
