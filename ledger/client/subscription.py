"""Following a ledger without end: resumed by itself, nothing lost, nothing twice.

A subscription yields the messages of `SubscriptionService.Subscribe`. Each ends on the end of a
transaction and says where to go on: keep its `next_position` together with what was made of the
message, and begin there after a restart of one's own program.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, Self

import grpc

from ledger.client.errors import (
    DeadlineExceeded,
    LedgerError,
    Overloaded,
    ServiceDefect,
    Unavailable,
)
from ledger.client.streams import AsyncStream, Stream
from ledger.v1.subscription_service_pb2 import SubscribeResponse

FIRST_WAIT_SECONDS: Final = 0.2
LONGEST_WAIT_SECONDS: Final = 10.0
"""Waits double from the first to the longest; each is random from its half to its whole."""

_log = logging.getLogger("ledger.client")

# A proxy in between may reset a stream or end it, which gRPC words in these ways.
_PASSING_CODES = {grpc.StatusCode.UNKNOWN, grpc.StatusCode.CANCELLED}


class SequenceError(Exception):
    """The service sent entries that do not follow one another. It must not be gone on; call an operator."""


class Progress:
    """Where a subscription stands. `position` is the first one that has not been taken in."""

    def __init__(self, position: int, *, selected: bool) -> None:
        """Begin at a position; `selected`: not every entry is asked for, so that positions may be left out."""
        self.position = position
        self._selected = selected

    def take(self, message: SubscribeResponse) -> SubscribeResponse | None:
        """What is new in a message; None when nothing is. Raises `SequenceError` when entries are missing."""
        new = [stored for stored in message.entries if stored.position >= self.position]
        expected = self.position
        for stored in new:
            if stored.position < expected or (stored.position > expected and not self._selected):
                raise SequenceError(f"entry {stored.position} came where {expected} was due")
            expected = stored.position + 1
        if new and message.next_position < expected:
            raise SequenceError(f"entry {expected - 1} came with the next position {message.next_position}")
        if not self._selected and message.next_position > expected:
            raise SequenceError(f"entry {expected} is missing before the next position {message.next_position}")
        moved = message.next_position > self.position
        self.position = max(self.position, message.next_position)
        if not moved and message.WhichOneof("notice") is None:
            return None
        if len(new) < len(message.entries):
            shorter = SubscribeResponse()
            shorter.CopyFrom(message)
            del shorter.entries[: len(message.entries) - len(new)]
            return shorter
        return message


class Backoff:
    """How long to wait before the next attempt, and when to give up."""

    def __init__(self, patience: float | None) -> None:
        """Give up after `patience` seconds without a message; None: never."""
        self._patience = patience
        self._attempts = 0
        self._since = time.monotonic()

    def heard(self) -> None:
        """A message has come: the next wait is short again."""
        self._attempts = 0
        self._since = time.monotonic()

    def after(self, error: LedgerError | None) -> float:
        """Seconds to wait after an interruption, which is an error or the end of the stream.

        Raises the error when a new attempt cannot help, or patience is over.
        """
        if error is not None and not _passes(error):
            raise error
        longest: float = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**self._attempts)
        wait = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads callers, no secret
        if error is not None and error.retry_delay:
            wait = max(wait, error.retry_delay)
        if self._patience is not None and time.monotonic() + wait - self._since > self._patience:
            raise error or TimeoutError("the service ends the subscription again and again")
        self._attempts += 1
        _log.warning("subscription interrupted, resuming in %.1f s: %s", wait, error or "the stream ended")
        return wait


def _passes(error: LedgerError) -> bool:
    """Whether an interruption may be over at the next attempt."""
    if isinstance(error, Unavailable | Overloaded | DeadlineExceeded):
        return True
    # Without a reason the service did not say it: a connection broke, or a proxy spoke.
    return not error.reason and (isinstance(error, ServiceDefect) or error.code in _PASSING_CODES)


class Subscription(Iterator[SubscribeResponse]):
    """An iterator over messages, resumed by itself. `close` ends it from any thread."""

    def __init__(self, begin: Callable[[int], Stream[SubscribeResponse]], progress: Progress, backoff: Backoff) -> None:
        """Take what opens a stream at a position."""
        self._begin, self._progress, self._backoff = begin, progress, backoff
        self._stream: Stream[SubscribeResponse] | None = None
        self._closed = threading.Event()

    @property
    def position(self) -> int:
        """Where to go on: everything before it was yielded."""
        return self._progress.position

    def __next__(self) -> SubscribeResponse:
        """Wait for the next message. Raises `LedgerError` when resuming cannot help."""
        while not self._closed.is_set():
            interruption: LedgerError | None = None
            try:
                stream = self._stream = self._stream or self._begin(self.position)
                message = next(stream)
            except LedgerError as error:
                interruption = error
            except StopIteration:
                pass
            else:
                self._backoff.heard()
                if fresh := self._progress.take(message):
                    return fresh
                continue
            self._stream = None
            if not self._closed.is_set():
                self._closed.wait(self._backoff.after(interruption))
        raise StopIteration

    def close(self) -> None:
        """End it; who waits for a message is told the end."""
        self._closed.set()
        if stream := self._stream:
            stream.cancel()

    def __enter__(self) -> Self:
        """Return the subscription."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.close()


class AsyncSubscription(AsyncIterator[SubscribeResponse]):
    """An iterator over messages for asyncio, resumed by itself. `close` ends it."""

    def __init__(
        self, begin: Callable[[int], AsyncStream[SubscribeResponse]], progress: Progress, backoff: Backoff
    ) -> None:
        """Take what opens a stream at a position."""
        self._begin, self._progress, self._backoff = begin, progress, backoff
        self._stream: AsyncStream[SubscribeResponse] | None = None
        self._closed = asyncio.Event()

    @property
    def position(self) -> int:
        """Where to go on: everything before it was yielded."""
        return self._progress.position

    async def __anext__(self) -> SubscribeResponse:
        """Wait for the next message. Raises `LedgerError` when resuming cannot help."""
        while not self._closed.is_set():
            interruption: LedgerError | None = None
            try:
                stream = self._stream = self._stream or self._begin(self.position)
                message = await anext(stream)
            except LedgerError as error:
                interruption = error
            except StopAsyncIteration:
                pass
            except asyncio.CancelledError:
                if not self._closed.is_set():
                    raise
            else:
                self._backoff.heard()
                if fresh := self._progress.take(message):
                    return fresh
                continue
            self._stream = None
            if not self._closed.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), self._backoff.after(interruption))
        raise StopAsyncIteration

    async def close(self) -> None:
        """End it; who waits for a message is told the end."""
        self._closed.set()
        if stream := self._stream:
            stream.cancel()

    async def __aenter__(self) -> Self:
        """Return the subscription."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        await self.close()
