"""The growing end of a ledger's log, read once per process for everybody who follows it.

What this process commits comes from the committer's memory, after COMMIT; what other processes commit is read from the
database when `Watch` notices it. Either way passages reach each follower in order, without a gap and without a repeat.
Nothing here runs while nobody follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from ledger.log.passage import Selection, passages, stream_of, type_of
from ledger.log.watch import POLL_SECONDS
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ledger.log.passage import Passage
    from ledger.log.state import State
    from ledger.log.watch import Watch

BUFFER_BYTES: Final = 4 << 20
"""What may wait for one follower. It is shared by all who wait for the same passages."""
_GAP_ENTRIES: Final = 1_000
_RETRY_SECONDS: Final = 0.2
_EVERYTHING: Final = Selection()

log = structlog.get_logger(__name__)


class Follower:
    """Somebody who follows: a bounded buffer of passages. Made by `Tail.join`.

    Everything selected from `first` on comes through it, until `fell_behind` is set: then it has been emptied, gets
    nothing more, and the follower must read the log from where it stands.
    """

    def __init__(self, selection: Selection, first: int) -> None:
        """Take what is wanted, and the position from which on it comes."""
        self.selection = selection
        self.first = first
        self.fell_behind = False
        self.failure = 0
        """The `RefusalReason` for which nothing more comes; 0 while all is well."""
        self._waiting: deque[Passage] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    def give(self, passage: Passage) -> None:
        """Put a passage into the buffer; where it has no room, empty the buffer and stop."""
        if self.fell_behind or self.failure:
            return
        self._bytes += passage.weight
        if self._bytes > BUFFER_BYTES and self._waiting:
            self._waiting.clear()
            self.fell_behind = True
        else:
            self._waiting.append(passage)
        self._news.set()

    def fail(self, reason: int) -> None:
        """Give up: nothing more can come."""
        self.failure = reason
        self._news.set()

    @property
    def empty(self) -> bool:
        """Tell whether nothing waits."""
        return not self._waiting

    async def wait(self, timeout: float) -> None:
        """Wait for a passage, for the end, or for `timeout` seconds."""
        if not self._news.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._news.wait()

    def take(self, most: int) -> list[Passage]:
        """Take passages of together at most `most` bytes, at least one if any waits."""
        taken: list[Passage] = []
        total = 0
        while self._waiting:
            weight = self._waiting[0].weight
            if taken and total + weight > most:
                break
            total += weight
            taken.append(self._waiting.popleft())
        self._bytes = self._bytes - total if self._waiting else 0
        if not self._waiting and not self.fell_behind and not self.failure:
            self._news.clear()
        return taken


class _Group:
    """Followers with the same selection: they share what is selected for them."""

    __slots__ = ("followers", "found", "selection")

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.followers: set[Follower] = set()
        self.found: list[tuple[int, bytes]] = []


class Tail:
    """The end of one ledger. `offer` is called by the committer's thread, all else on the event loop."""

    def __init__(
        self,
        schema: str,
        state: State,
        watch: Watch,
        read: Callable[[int, int], Awaitable[tuple[list[tuple[int, bytes]], int]]],
        problem: Callable[[], int],
        committing: Callable[[], bool],
    ) -> None:
        """Take the committed state, who notices other processes, and how to read entries.

        `problem` gives the reason for which the ledger is not served, 0 while it is. `committing` tells whether a
        commit of this process is on its way.
        """
        self.schema = schema
        self.next_position = 0
        """Everything before it has been given to the followers; it begins a transaction."""
        self._state = state
        self._watch = watch
        self._read = read
        self._problem = problem
        self._committing = committing
        self._groups: dict[Selection, _Group] = {}
        self._by_stream: dict[bytes, list[_Group]] = {}
        self._by_type: dict[bytes, list[_Group]] = {}
        self._offers: deque[tuple[int, Sequence[tuple[bytes, int, bytes]]]] = deque()
        self._known = 0
        self._asked = 0
        self._heard = 0.0
        self._signalled = False
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    # -- followers --------------------------------------------------------------------------------------------------

    def join(self, selection: Selection) -> Follower:
        """Begin to follow. `leave` must be called in the end."""
        if self._task is None or self._task.done():  # done: by a defect, which those who met it were told
            # In this order: a commit is offered from now on, or it is in the state already.
            self._offers.clear()
            self._signalled = False
            self._known = 0
            self._loop = asyncio.get_running_loop()
            self.next_position = self._state.end.size + 1
            self._task = self._loop.create_task(self._run())
            self._watch.add(self)
        follower = Follower(selection, self.next_position)
        group = self._groups.get(selection)
        if group is None:
            group = self._groups[selection] = _Group(selection)
            for index, key in self._places(selection):
                index.setdefault(key, []).append(group)
        group.followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        """Follow no more; what waits is forgotten."""
        group = self._groups[follower.selection]
        group.followers.discard(follower)
        if not group.followers:
            del self._groups[follower.selection]
            for index, key in self._places(follower.selection):
                index[key].remove(group)
                if not index[key]:
                    del index[key]
        if not self._groups and self._task is not None:
            self._watch.remove(self)
            self._loop = None
            self._task.cancel()
            self._task = None

    def _places(self, selection: Selection) -> list[tuple[dict[bytes, list[_Group]], bytes]]:
        """Return where a selection is found: by its streams, else by its types, nowhere when it takes everything."""
        if selection.streams:
            return [(self._by_stream, stream) for stream in selection.streams]
        return [(self._by_type, type_) for type_ in selection.types]

    # -- what is new ------------------------------------------------------------------------------------------------

    def offer(self, first: int, rows: Sequence[tuple[bytes, int, bytes]]) -> None:
        """Take over the entries of a commit of this process: (stream, version, stored bytes) from position `first`."""
        loop = self._loop
        if loop is None:
            return
        self._offers.append((first, rows))
        if not self._signalled:
            self._signalled = True
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody follows any more
                loop.call_soon_threadsafe(self._news.set)

    def due(self) -> bool:
        """Tell whether asking is worth it: nothing was committed here for a while, and nothing is about to be."""
        self._asked = self.next_position
        return time.monotonic() - self._heard >= POLL_SECONDS and not self._committing()

    def told(self, size: int) -> None:
        """Learn that so many entries are committed, by whichever process."""
        problem = self._problem()
        if not problem and size < self._asked - 1:  # what was given before the question was asked
            problem = reasons.REFUSAL_REASON_LEDGER_FORKED
            log.critical("tail.shrunk", schema=self.schema, size=size, given=self._asked - 1)
        if problem:
            self._fail(problem)
        elif size > self._known and not self._committing():
            # With a commit of our own on its way this may be that one, which will be offered. Reading it would be
            # waste, and should it be another one's, then ours shows it.
            self._known = size
            self._news.set()

    def _fail(self, reason: int) -> None:
        for group in self._groups.values():
            for follower in group.followers:
                follower.fail(reason)

    async def _run(self) -> None:
        try:
            await self._follow()
        except Exception:
            log.exception("tail.defect", schema=self.schema)
            self._fail(reasons.REFUSAL_REASON_INTERNAL)

    async def _follow(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            self._signalled = False
            while self._offers:
                first, rows = self._offers.popleft()
                self._heard = time.monotonic()
                if first > self.next_position:
                    await self._read_up_to(first - 1)
                if first == self.next_position:
                    self._give_rows(first, rows)
            await self._read_up_to(self._known)

    async def _read_up_to(self, position: int) -> None:
        """Give what others committed up to a position that ends a transaction. Waits for the database to be there."""
        while self.next_position <= position:
            try:
                page, size = await self._read(self.next_position, _GAP_ENTRIES)
            except (psycopg.OperationalError, OSError) as error:
                log.warning("tail.interrupted", schema=self.schema, error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if not page:
                return
            self._give(page, size)

    def _give_rows(self, first: int, rows: Sequence[tuple[bytes, int, bytes]]) -> None:
        """Hand on a commit of this process. Where only streams are followed, most of its entries are not looked at."""
        last = first + len(rows) - 1
        if self._by_type or _EVERYTHING in self._groups:
            self._give([(first + number, row[2]) for number, row in enumerate(rows)], last)
            return
        streams = self._by_stream
        wanted = [(first + number, row[2]) for number, row in enumerate(rows) if row[0] in streams]
        self.next_position = last + 1
        if wanted:
            self._select(wanted, last)

    def _give(self, entries: Sequence[tuple[int, bytes]], size: int) -> None:
        """Hand entries to everybody who wants them."""
        if whole := self._groups.get(_EVERYTHING):
            for passage in passages(entries, size):
                _hand_out(whole, passage)
        self.next_position = entries[-1][0] + 1
        if self._by_stream or self._by_type:
            self._select(entries, size)

    def _select(self, entries: Sequence[tuple[int, bytes]], size: int) -> None:
        by_stream, by_type = self._by_stream, self._by_type
        touched: list[_Group] = []
        for item in entries:
            for group in by_stream.get(stream_of(item[1]), ()) if by_stream else ():
                types = group.selection.types
                if not types or type_of(item[1]) in types:
                    if not group.found:
                        touched.append(group)
                    group.found.append(item)
            for group in by_type.get(type_of(item[1]), ()) if by_type else ():
                if not group.found:
                    touched.append(group)
                group.found.append(item)
        for group in touched:
            found, group.found = group.found, []
            *parts, last = passages(found, size)
            for part in parts:
                _hand_out(group, part)
            last.next_position = self.next_position
            _hand_out(group, last)


def _hand_out(group: _Group, passage: Passage) -> None:
    for follower in group.followers:
        follower.give(passage)
