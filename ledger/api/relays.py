"""A stream of commands that is passed on to the home of its ledger, and taken up there as if it had come in there.

The worker that has the call sends a message when the home has room for it, and the home answers no further ahead than
the caller takes in; so a caller who does not read is not read from, however many processes lie between. What was not
answered is kept: where the home is lost, the stream goes on here, and what the home had recorded is found in the log.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from google.rpc.status_pb2 import Status

from ledger.api.errors import Rejected
from ledger.api.streams import Stream
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.api.calls import Call

MESSAGES_AHEAD: Final = 8
"""Messages that a home has not looked at yet."""
ANSWERS_AHEAD: Final = 16
"""Answers that the caller has not taken in yet."""
ANSWER, MORE, DONE, REFUSAL, AWAY = "answer", "more", "done", "refusal", "away"
"""What a home says: an answer, room for a message, the end, the reason for it, or that it cannot go on."""

Send = Callable[[tuple[Any, ...]], None]


class AwayError(Exception):
    """The home cannot take the call, or was lost before it answered."""


class Remote(Rejected):
    """A refusal that the home has worded."""

    def __init__(self, reason: int, encoded: bytes, *, recorded: bool) -> None:
        """Take the reason, the status, and whether it is a new entry of the log."""
        super().__init__(reason)
        self._encoded = encoded
        self.recorded = recorded

    def status(self, language: str) -> Status:
        """The status as it was worded, in the caller's language."""
        return Status.FromString(self._encoded)


class Begun(Stream):
    """A call whose first message has been read, to see where it belongs: here."""

    def __init__(self, stream: Stream, first: bytes | None) -> None:
        """Take the call and the message, None where none came."""
        super().__init__(stream.call, None, stream.closing)
        self._first: bytes | None = first
        self._stream = stream

    async def read(self) -> bytes | None:
        """Return the next message of the caller, None when it sends no more."""
        if self._first is None:
            return await self._stream.read()
        first, self._first = self._first, None
        return first

    async def write(self, message: bytes) -> None:
        """Answer the caller."""
        await self._stream.write(message)


class Relay(Stream):
    """A call of this worker, on its way to the home; as a `Stream` it is what is left, once the home is lost."""

    def __init__(self, stream: Stream, first: bytes, name: bytes) -> None:
        """Take the call, its first message, which has been read, and the ledger's name as it begins a message."""
        super().__init__(stream.call, None, stream.closing)
        self._stream = stream
        self._name = name
        self._left = deque([first])
        self._room = asyncio.Semaphore(MESSAGES_AHEAD)
        self._reading: asyncio.Task[bytes | None] | None = None
        self._heard: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()
        self.hear = self._heard.put_nowait
        """Takes what the home says."""

    async def read(self) -> bytes | None:
        """Return what the home did not answer, then what comes. Every message may be the first one."""
        if self._left:
            return self._name + self._left.popleft()  # a name that the message has itself comes later, and counts
        message = await (self._next() if self._reading else self._stream.read())
        return None if message is None else self._name + message

    async def write(self, message: bytes) -> None:
        """Answer the caller."""
        await self._stream.write(message)

    async def run(self, send: Send) -> None:
        """Pass messages and answers on until the end. Raise AwayError, Rejected."""
        feeding = asyncio.create_task(self._feed(send))
        closing = asyncio.ensure_future(asyncio.shield(self.closing))
        closing.add_done_callback(lambda _: feeding.cancel())
        try:
            while (said := await self._heard.get())[0] != DONE:
                match said:
                    case ("answer", message):
                        await self._stream.write(message)
                        self._left.popleft()
                        send(("taken",))
                    case ("more",):
                        self._room.release()
                    case ("refusal", reason, encoded):
                        raise Remote(reason, encoded, recorded=False)
                    case _:
                        raise AwayError
            if self.closing.done():
                raise Rejected(reasons.REFUSAL_REASON_UNAVAILABLE)
        finally:
            feeding.cancel()
            closing.cancel()
            send(("leave",))

    async def _feed(self, send: Send) -> None:
        try:
            message: bytes | None = self._left[0]
            while message is not None:
                await self._room.acquire()
                send(("message", message))
                message = await self._next()
                if message is not None:
                    self._left.append(message)
        finally:
            send(("message", None))  # also when this worker shuts down: what is under way is answered still

    async def _next(self) -> bytes | None:
        # A read that was begun cannot be taken back: who asks next gets what it brings.
        self._reading = self._reading or asyncio.create_task(self._stream.read())
        message = await asyncio.shield(self._reading)
        self._reading = None
        return message


class Relayed(Stream):
    """Such a call at the home of its ledger: its caller is at another worker."""

    def __init__(self, call: Call, closing: asyncio.Future[None], send: Send) -> None:
        """Take the call as it was let in, the future that is done when this worker shuts down, and the way back."""
        super().__init__(call, None, closing)
        self.tell = send
        """Says something to the worker that has the call."""
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._ahead = 0
        self._room = asyncio.Event()

    async def read(self) -> bytes | None:
        """Return the next message of the caller, None when it sends no more."""
        message = await self._messages.get()
        self.tell((MORE,))
        return message

    async def write(self, message: bytes) -> None:
        """Send an answer; returns when the caller has taken in nearly all before it."""
        while self._ahead >= ANSWERS_AHEAD:
            self._room.clear()
            await self._room.wait()
        self._ahead += 1
        self.tell((ANSWER, message))

    def hear(self, said: tuple[Any, ...]) -> None:
        """Take what the worker says that has the call."""
        if said[0] == "message":
            self._messages.put_nowait(said[1])
        else:
            self._ahead -= 1
            self._room.set()
