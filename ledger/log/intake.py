"""The queue in front of the committer: fair between callers, gathering callers that are about to send again.

Round-robin over sources in slices of at most 64 items, so that a batch of 5,000 does not hold up a pharmacy's single
purchase. Items of one source keep their order.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from ledger.log.outcome import Failed, OutcomeQuery

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from ledger.domain.command import Work
    from ledger.log.outcome import Outcome

log = structlog.get_logger(__name__)

SLICE: Final = 64
NOT_MADE: Final = OutcomeQuery(b"", b"")
_WORTH: Final = 2 / 3
"""Part of the recent peak of outstanding commands that is worth a commit. At 64 callers half gave a fifth less
per second, and three quarters no more (docs/performance.md)."""
_PEAK_DECAY: Final = 0.95
"""How fast callers that have gone are forgotten: half of them after 14 commits."""


class Call:
    """The items of one call, and the future that is resolved when the last of them has its outcome.

    `make` makes the work of an item when its turn has come, on the committer's thread: thousands of prepared commands
    that wait would leave the processor's cache before they are used. `finish` makes the answer, there as well.
    """

    __slots__ = ("deadline", "finish", "future", "left", "loop", "make", "outcomes")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[Any],
        size: int,
        deadline: float,
        make: Callable[[int], Work | Failed] | None = None,
        finish: Callable[[list[Outcome]], Any] | None = None,
    ) -> None:
        """Take the waiting future, the number of items, and the deadline (monotonic seconds)."""
        self.loop = loop
        self.future = future
        self.left = size
        self.deadline = deadline
        self.make = make
        self.finish = finish
        self.outcomes: list[Outcome | None] = [None] * size

    def result(self) -> Any:
        """Return what the caller waits for. Every item must have its outcome."""
        return self.finish(self.outcomes) if self.finish is not None else self.outcomes  # type: ignore[arg-type]


@dataclass(slots=True, eq=False)
class Item:
    """One work or query on its way; where `work` is `NOT_MADE`, it is made when its turn comes.

    `alone` marks one that is retried by itself after its batch was rolled back.
    """

    work: Work | OutcomeQuery
    call: Call
    index: int
    size: int
    alone: bool = False


def prepare(items: Sequence[Item]) -> tuple[list[Item], list[tuple[Item, Outcome]]]:
    """Make the works of the items that have none. Return the items that can be decided, and what the others get."""
    ready: list[Item] = []
    failed: list[tuple[Item, Outcome]] = []
    for item in items:
        if item.work is NOT_MADE:
            if item.call.make is None:
                raise RuntimeError("an item without work cannot be made")
            made = item.call.make(item.index)
            if isinstance(made, Failed):
                failed.append((item, made))
                continue
            item.work = made
        ready.append(item)
    return ready, failed


def deliver(answers: Sequence[tuple[Item, Outcome]]) -> None:
    """Hand outcomes to their calls; one wake-up of the event loop for all calls that are complete now."""
    finished: list[tuple[Call, Any]] = []
    for item, outcome in answers:
        call = item.call
        call.outcomes[item.index] = outcome
        call.left -= 1
        if not call.left:
            try:
                finished.append((call, call.result()))
            except Exception:
                log.exception("answer.defect")
                finished.append((call, AnswerDefectError()))
    if finished:
        try:
            finished[0][0].loop.call_soon_threadsafe(_resolve, finished)
        except RuntimeError:
            # The event loop has ended: nobody waits any more.
            log.warning("answers.undelivered", calls=len(finished))


def _resolve(finished: Sequence[tuple[Call, Any]]) -> None:
    for call, result in finished:
        resolve(call.future, result)


def resolve(future: asyncio.Future[Any], result: Any) -> None:
    """Give a waiting caller its result, or raise it there where it is an exception. One that has gone gets nothing."""
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


class AnswerDefectError(Exception):
    """What was decided, and perhaps committed, could not be put into an answer: the caller must ask again."""


class QueueFullError(Exception):
    """More commands are waiting than the settings allow."""


class Intake:
    """The queue. `put` is called by the event loop, everything else by the committer's thread."""

    def __init__(self, *, limit: int, gather_seconds: float, full_batch: int) -> None:
        """Take the most commands that may wait, the longest wait for more, and what is worth no wait at all."""
        self._limit = limit
        self._full = float(full_batch)
        self._gather = gather_seconds
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._sources: dict[Hashable, deque[Item]] = {}
        self._turns: deque[Hashable] = deque()
        self._back: deque[Item] = deque()
        """Put back, and taken before all others: behind a later item of its call none may ever come."""
        self._waiting = 0
        self._commands = 0
        """Commands of the items that wait: a group is one item and many commands."""
        self._under_way = 0
        self._peak = 0.0
        self._threshold = 1.0
        self._sleeping = False
        self._closed = False

    def put(self, source: Hashable, items: Sequence[Item]) -> None:
        """Queue items behind those of the same source. Raise QueueFullError."""
        commands = sum([item.size for item in items])
        with self._lock:
            if self._closed or self._commands + commands > self._limit:
                raise QueueFullError
            self._commands += commands
            queue = self._sources.get(source)
            if queue is None:
                self._sources[source] = deque(items)
                self._turns.append(source)
            else:
                queue.extend(items)
            self._waiting += len(items)
            # Measured here, while a commit is under way: those whom it answers are about to come again.
            self._peak = max(self._peak, self._waiting + self._under_way)
            if self._sleeping and self._waiting >= self._threshold:
                self._wake.notify()

    def put_back(self, items: Iterable[Item]) -> None:
        """Queue items of a batch that was not committed in front of everything else, in their order."""
        back = list(items)
        with self._lock:
            self._back.extendleft(reversed(back))
            self._waiting += len(back)
            self._commands += sum([item.size for item in back])
            self._under_way -= len(back)

    def answered(self, count: int) -> None:
        """Note that so many items taken have their outcome."""
        with self._lock:
            self._under_way -= count

    @property
    def waiting(self) -> int:
        """Return the number of items waiting."""
        return self._waiting

    def wait(self, timeout: float) -> bool:
        """Wait until a batch is worth taking; False when nothing came within `timeout` seconds."""
        with self._lock:
            if not self._sleep_until(1.0, timeout):
                return False
            wanted = min(max(1.0, self._peak * _WORTH), self._full)
            if self._waiting < wanted:
                self._sleep_until(wanted, self._gather)
            self._peak = max(self._peak * _PEAK_DECAY, float(self._waiting))
            return self._waiting > 0

    def _sleep_until(self, wanted: float, timeout: float) -> bool:
        end = time.monotonic() + timeout
        self._threshold = wanted
        while self._waiting < wanted and not self._closed:
            left = end - time.monotonic()
            if left <= 0:
                break
            self._sleeping = True
            self._wake.wait(left)
            self._sleeping = False
        return self._waiting > 0

    def take(self, limit: int) -> list[Item]:
        """Take at most `limit` commands (at least one item), a slice of each source in turn."""
        taken: list[Item] = []
        with self._lock:
            left = _move(self._back, taken, limit, len(self._back))
            while self._turns and left > 0 and not self._back:
                source = self._turns.popleft()
                queue = self._sources[source]
                before = len(taken)
                left = _move(queue, taken, left, SLICE)
                if not queue:
                    del self._sources[source]
                elif len(taken) > before:
                    self._turns.append(source)
                else:
                    # A source whose turn was cut short keeps its place.
                    self._turns.appendleft(source)
                    break
            self._waiting -= len(taken)
            self._commands -= sum([item.size for item in taken])
            self._under_way += len(taken)
        return taken

    def close(self) -> None:
        """Refuse what comes from now on; what waits is still taken."""
        with self._lock:
            self._closed = True
            self._wake.notify_all()

    def drain(self) -> list[Item]:
        """Take everything that waits, for a committer that cannot go on."""
        items: list[Item] = []
        while more := self.take(1 << 60):
            items += more
        return items


def _move(queue: deque[Item], taken: list[Item], left: int, most: int) -> int:
    """Move items, at most `most`, until `left` commands are used up. One that is to be alone goes alone."""
    while queue and most and left > 0 and not (taken and (queue[0].alone or taken[-1].alone)):
        item = queue.popleft()
        taken.append(item)
        left -= item.size
        most -= 1
    return left
