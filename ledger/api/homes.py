"""Each ledger has a home among the workers: the one whose committer writes it. The others pass commands on to it.

A home is a preference and not a lock. Every worker could write every ledger safely, but two committers that take turns
cost half as much processor time again for each command (docs/adr/0013-workers.md). So where a home does not answer, as
it has died and is being started again, the worker that has the call executes it itself, under the same request id:
what the home may have recorded before it died is found in the log and given as the answer.

Between workers: frames over Unix sockets in a directory that only their account may enter, each a length of 4 bytes and
values as Python marshals them, since both ends are the same program. Rights were checked where the call came in.
"""

from __future__ import annotations

import asyncio
import contextlib
import marshal
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from ledger.api.errors import Rejected
from ledger.api.identity import Identity
from ledger.api.relays import AWAY, DONE, REFUSAL, AwayError, Begun, Relay, Relayed, Remote
from ledger.api.single import code_at_start
from ledger.api.streams import Stream, StreamHandler
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.api.calls import Call, Gate

AGAIN_SECONDS: Final = 0.05
"""Between attempts to reach a worker that is not there."""
_FIRST_SECONDS: Final = 2.0
"""How long a worker that starts waits for the others, which start beside it, before it serves without them."""
_ANSWER, _REFUSAL, _AWAY = range(3)
_LENGTH: Final = 4
_HEADERS: Final = ("accept-language", "traceparent")
"""What a handler looks at."""

_log = structlog.get_logger("ledger.api")

Handle = Callable[[bytes, "Call"], Awaitable[bytes]]
MakeCall = Callable[..., "Call"]
Look = Callable[[str], None]


def _nobody_looks(_: str) -> None:
    """The read side is kept by somebody else, who looks now and then."""


class Frames(asyncio.Protocol):
    """One connection: splits what comes into frames and hands each to `take`.

    What is sent in one turn of the event loop leaves in one write: a commit answers many calls at once, and each write
    would wake the other process.
    """

    def __init__(self, take: Callable[[Any, Frames], None], lost: Callable[[Frames], None]) -> None:
        """Take what is called with each frame, and once when the connection is gone."""
        self._take = take
        self._lost = lost
        self._buffer = bytearray()
        self._sending: list[bytes] = []
        self.transport: asyncio.WriteTransport | None = None

    def send(self, values: Any) -> None:
        """Send a frame soon. Nobody hears of it where the connection is gone."""
        if not self._sending:
            asyncio.get_running_loop().call_soon(self._flush)
        self._sending.append(frame(values))

    def _flush(self) -> None:
        data = b"".join(self._sending)
        self._sending.clear()
        if self.transport is not None:
            self.transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at = 0
        while len(buffer) - at >= _LENGTH:
            end = at + _LENGTH + int.from_bytes(buffer[at : at + _LENGTH], "big")
            if len(buffer) < end:
                break
            self._take(marshal.loads(buffer[at + _LENGTH : end]), self)  # noqa: S302 - of our own program
            at = end
        del buffer[:at]

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None
        self._lost(self)


def frame(values: Any) -> bytes:
    """Return values as a frame."""
    data = marshal.dumps(values)
    return len(data).to_bytes(_LENGTH, "big") + data


class Peer:
    """The way to one other worker. Used on one event loop."""

    def __init__(self, path: Path) -> None:
        """Take its socket; `link` connects."""
        self._path = str(path)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._relays: dict[int, Relay] = {}
        self._next = 0
        self._frames: Frames | None = None
        self._gone = asyncio.Event()
        self.reached = asyncio.Event()
        """Set when the first connection stands."""

    async def link(self) -> None:
        """Keep connected for ever."""
        loop = asyncio.get_running_loop()
        while True:
            self._gone.clear()
            with contextlib.suppress(OSError):
                _, self._frames = await loop.create_unix_connection(
                    lambda: Frames(self._answered, self._lost), self._path
                )
                self.reached.set()
                await self._gone.wait()
            await asyncio.sleep(AGAIN_SECONDS)

    async def ask(self, *values: Any) -> Any:
        """Send a call; return the answer. Raise AwayError."""
        frames = self._frames
        if frames is None:
            raise AwayError
        self._next += 1
        number, future = self._next, asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            frames.send((number, *values))
            return await future
        finally:
            del self._waiting[number]

    async def relay(self, name: str, stream: Relay, *values: Any) -> None:
        """Pass a stream on, to its end. Raise AwayError, Rejected."""
        frames = self._frames
        if frames is None:
            raise AwayError
        self._next += 1
        number = self._next
        self._relays[number] = stream
        try:
            frames.send(("open", number, name, *values))
            await stream.run(lambda said: frames.send((said[0], number, *said[1:])))
        finally:
            del self._relays[number]

    def tell(self, *values: Any) -> None:
        """Send what needs no answer. Nobody hears of it where the other worker is not there."""
        if self._frames is not None:
            self._frames.send(values)

    def _answered(self, values: Any, _: Frames) -> None:
        if relay := self._relays.get(values[0]):
            relay.hear(values[1:])
            return
        future = self._waiting.get(values[0])
        if future is not None and not future.done():
            future.set_result(values[1:])

    def _lost(self, _: Frames) -> None:
        self._frames = None
        self._gone.set()
        for relay in self._relays.values():
            relay.hear((AWAY,))
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(AwayError())


class Homes:
    """Which worker is home to a ledger, and the way there. Used on one event loop."""

    def __init__(self, directory: Path, number: int, count: int) -> None:
        """Take the directory of sockets, the number of this worker, and how many there are."""
        self._directory = directory
        self._number = number
        self._count = count
        self._peers = {other: Peer(directory / str(other)) for other in range(count) if other != number}
        self._handles: dict[str, Handle] = {}
        self._streams: dict[str, StreamHandler] = {}
        self._relayed: dict[tuple[Frames, int], tuple[Relayed, asyncio.Task[None]]] = {}
        self._gate: Gate | None = None
        self._make_call: MakeCall | None = None
        self._look: Look = _nobody_looks
        self._server: asyncio.Server | None = None
        self._linking: list[asyncio.Task[None]] = []
        self._serving: set[asyncio.Task[None]] = set()
        self.forwarded = 0
        """Calls that a home answered."""
        self.alone = 0
        """Calls that were executed here although their home is another worker, because that did not answer."""

    def here(self, code: str) -> bool:
        """Tell whether this worker is the home of a ledger."""
        return zlib.crc32(code.encode()) % self._count == self._number

    def routed(self, name: str, handle: Handle) -> Handle:
        """A handler that passes calls on to the home of their ledger, and takes those that others pass on."""
        self._handles[name] = handle

        async def routed(raw: bytes, call: Call) -> bytes:
            code = code_at_start(raw)
            peer = self._peers.get(zlib.crc32(code.encode()) % self._count) if code else None
            if peer is None:
                return await handle(raw, call)
            try:
                answer = await _forward(peer, name, raw, call)
            except AwayError:
                self.alone += 1
                return await handle(raw, call)
            except Remote:
                self.forwarded += 1
                raise
            self.forwarded += 1
            return answer

        return routed

    def relayed(self, name: str, handler: StreamHandler) -> StreamHandler:
        """A handler that passes streams on to the home of the ledger that their first message names."""
        self._streams[name] = handler

        async def relayed(stream: Stream) -> None:
            first = await stream.read()
            code = code_at_start(first) if first else ""
            peer = self._peers.get(zlib.crc32(code.encode()) % self._count) if code else None
            if first is None or peer is None:
                await handler(Begun(stream, first))
                return
            relay = Relay(stream, first, first[: 2 + first[1]])  # of the field with the name: tag, length, text
            try:
                await peer.relay(name, relay, *_described(stream.call))
            except AwayError:
                self.alone += 1
                await handler(relay)
                return
            except Remote:
                self.forwarded += 1
                raise
            self.forwarded += 1

        return relayed

    def spent(self, source: bytes, count: int) -> None:
        """Tell the other workers of refusals that were recorded against a caller."""
        for peer in self._peers.values():
            peer.tell("spent", source, count)

    def look(self, code: str) -> None:
        """Let the read side look at a ledger now, because somebody waits. The first worker has its process."""
        if first := self._peers.get(0):
            first.tell(code)

    async def start(self, gate: Gate, make_call: MakeCall, look: Look = _nobody_looks) -> None:
        """Listen to the others, and connect to them. The gate counts what is in progress; `look` does what the others
        ask for with theirs. Returns when all are reached, or those that are not there have had their time.
        """
        self._gate, self._make_call, self._look = gate, make_call, look
        path = self._directory / str(self._number)
        path.unlink(missing_ok=True)  # that of one who died
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: Frames(self._take, self._left), str(path))
        self._linking = [asyncio.create_task(peer.link()) for peer in self._peers.values()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_SECONDS):
                for peer in self._peers.values():
                    await peer.reached.wait()

    async def stop(self) -> None:
        """Listen no more. What was taken has been answered: the gate waited for it."""
        for task in self._linking:
            task.cancel()
        if self._server:
            self._server.close()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _take(self, values: Any, frames: Frames) -> None:
        match values:
            case (str() as code,):  # it needs no answer
                self._look(code)
                return
            case ("spent", source, count):
                if self._gate:
                    self._gate.refusals.hear(source, count)
                return
            case ("open", number, name, *described):
                self._open(number, name, described, frames)
                return
            case ("leave", number):
                if found := self._relayed.get((frames, number)):
                    found[1].cancel()
                return
            case (str() as said, number, *more):
                if found := self._relayed.get((frames, number)):
                    found[0].hear((said, *more))
                return
            case _:
                self._begin(self._serve(values, frames))

    def _begin(self, serving: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(serving)
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return task

    def _open(self, number: int, name: str, described: Any, frames: Frames) -> None:
        """Take up a stream that another worker passes on."""
        gate, make_call = self._gate, self._make_call
        if gate is None or make_call is None or gate.closed:
            frames.send((number, AWAY))
            return
        call = make_call(_identity(described[0]), *described[1:])
        stream = Relayed(call, gate.closing(), lambda said: frames.send((number, *said)))
        task = self._begin(self._serve_stream(gate, name, stream))
        self._relayed[frames, number] = stream, task
        task.add_done_callback(lambda _: self._relayed.pop((frames, number)))

    async def _serve_stream(self, gate: Gate, name: str, stream: Relayed) -> None:
        try:
            with gate.inside():
                await self._streams[name](stream)
            stream.tell((DONE,))
        except Exception as error:  # noqa: BLE001 - a caller must never see its text
            ending = error if isinstance(error, Rejected) else gate.defect(error, name)
            if gate.closed and ending.reason == reasons.REFUSAL_REASON_UNAVAILABLE:
                stream.tell((AWAY,))  # this worker drains: what was not answered is executed where it came in
            else:
                encoded = ending.status(stream.call.language).SerializeToString()
                stream.tell((REFUSAL, ending.reason, encoded))

    def _left(self, frames: Frames) -> None:
        """A worker is gone, and with it the callers whose streams it passed on."""
        for (of, _), (_, task) in list(self._relayed.items()):
            if of is frames:
                task.cancel()

    async def _serve(self, values: Any, frames: Frames) -> None:
        number, name, raw, identity, headers, deadline, now = values
        gate, make_call = self._gate, self._make_call
        if gate is None or make_call is None:
            raise RuntimeError("a worker was asked before it had started")
        if gate.closed:
            frames.send((number, _AWAY))
            return
        call = make_call(_identity(identity), headers, deadline, now)
        try:
            with gate.inside():
                gate.refusals.admit(call.identity.source)  # batches are counted where they are executed
                answer = await self._handles[name](raw, call)
            reply: tuple[Any, ...] = (number, _ANSWER, answer)
        except Exception as error:  # noqa: BLE001 - a caller must never see its text
            ending = error if isinstance(error, Rejected) else gate.defect(error, name)
            encoded = ending.status(call.language).SerializeToString()
            reply = (number, _REFUSAL, ending.reason, encoded, ending.recorded)
        frames.send(reply)


async def _forward(peer: Peer, name: str, raw: bytes, call: Call) -> bytes:
    """Let the home execute a call. Raise AwayError, Rejected."""
    kind, *said = await peer.ask(name, raw, *_described(call))
    if kind == _AWAY:
        raise AwayError
    if kind == _REFUSAL:
        raise Remote(said[0], said[1], recorded=said[2])
    answer: bytes = said[0]
    return answer


def _described(call: Call) -> tuple[Any, ...]:
    """Who calls, what the headers say, the deadline and the time of a call that is passed on."""
    who = call.identity
    ledgers = None if who.ledgers is None else tuple(who.ledgers)
    names = (who.organisation_name, who.actor_name)
    identity = (who.organisation, who.actor, who.rights, *names, who.source, ledgers, who.person)
    headers = {header: str(call.headers[header]) for header in _HEADERS if header in call.headers}
    return identity, headers, call.deadline, call.now


def _identity(values: Any) -> Identity:
    organisation, actor, rights, organisation_name, actor_name, source, ledgers, person = values
    known = None if ledgers is None else frozenset(ledgers)
    return Identity(organisation, actor, rights, organisation_name, actor_name, source, known, person)
