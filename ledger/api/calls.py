"""What happens around every call: who is it, may they, is there room; and how it ends.

The order is the order of precedence of errors: authentication, authorisation, overload, then the
shape of the request. A wrapper around each handler does it: an interceptor of grpc.aio costs 7 µs
of CPU per call more (measured), and this one sees the bytes, so that it can refuse unknown fields.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import psycopg
import structlog
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ledger.api import errors
from ledger.api.access import AccessLog, MethodMeter
from ledger.api.errors import Rejected
from ledger.api.identity import Headers, Identity, Peer, Provider, right_names
from ledger.api.kinds import method_rights
from ledger.api.reading import read_any, read_known
from ledger.api.refusals import RefusalRate
from ledger.api.review import Review
from ledger.api.streams import Stream, StreamHandler
from ledger.domain.command import NO_ID
from ledger.log.intake import AnswerDefectError
from ledger.log.levels import NewerLogError
from ledger.log.reader import CorruptLogError
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.options_pb2 import RIGHT_READ_ACCOUNT

if TYPE_CHECKING:
    from ledger.api.homes import Homes

DEFAULT_SECONDS = 10.0
"""Time of a call that states no deadline."""
CALLS_MAX = 4096
"""Calls in flight at once; more are refused at once rather than queued without a bound."""
STREAMS_MAX = 4096
"""Streaming calls at once. They are counted apart: subscribers must not take the room of those who pay."""

_TRACEPARENT_PARTS = 4
_TRACE_HEX = 32

_READS_ACCOUNT = 1 << RIGHT_READ_ACCOUNT

Noted = Callable[[Identity, str, bytes], None]
"""Is told who reads an account by which method, and the request."""

_log = structlog.get_logger("ledger.api")


@dataclass(frozen=True, slots=True)
class Call:
    """One call in progress. `deadline` is in seconds of `time.monotonic()`, `now` is the service
    time in microseconds since 1970 UTC.
    """

    identity: Identity
    headers: Headers
    deadline: float
    now: int

    @property
    def language(self) -> str:
        """The language in which the caller wants to read sentences."""
        return errors.language_of(str(self.headers.get("accept-language", "")))

    @property
    def trace_id(self) -> bytes:
        """The 16 bytes of the W3C trace that the call belongs to; zeros for none."""
        parts = str(self.headers.get("traceparent", "")).split("-")
        if len(parts) >= _TRACEPARENT_PARTS and len(parts[1]) == _TRACE_HEX:
            try:
                return bytes.fromhex(parts[1]).rjust(16, b"\0")
            except ValueError:
                return NO_ID
        return NO_ID


Handler = Callable[[Any, Call], Awaitable[Message | bytes]]
"""Answers with a message, or with one that is encoded already."""


Personal = Callable[[Any, int, Call], Awaitable[None]]
"""Refuses a request that an identity of one person may not make; it needs the rights of the mask."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A handler that takes the bytes of a request and reads them itself, when their turn comes."""

    handle: Callable[[bytes, Call], Awaitable[bytes]]


class Gate:
    """Lets calls in. One per server; `explain` puts the text of a defect into the log, which may
    hold personal data, so it is for development.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        calls_max: int = CALLS_MAX,
        streams_max: int = STREAMS_MAX,
        explain: bool = False,
        access: AccessLog | None = None,
        refusals: RefusalRate | None = None,
        homes: Homes | None = None,
        personal: Personal | None = None,
        noted: Noted | None = None,
    ) -> None:
        """Take who knows callers, how many calls and streams may be in flight, who counts calls, and who refusals.

        `homes` passes commands on to other workers; None: there are none. `personal` lets in the calls of identities
        that are one person's; None: nobody does. `noted` is told of each account that is read, and may refuse.
        """
        self.provider = provider
        self.calls_max = calls_max
        self.streams_max = streams_max
        self.explain = explain
        self.access = access or AccessLog()
        self.refusals = refusals or RefusalRate()
        self.homes = homes
        self.personal = personal
        self.noted = noted
        self.in_flight = 0
        self.streams = 0
        self._review = Review()
        self._closing: asyncio.Future[None] | None = None  # done when the service shuts down; made by the first stream
        self._closed: asyncio.Event | None = None  # once closed: set when nobody is inside

    @property
    def closed(self) -> bool:
        """Tell whether nobody is let in any more."""
        return self._closed is not None

    def closing(self) -> asyncio.Future[None]:
        """Return what is done when the service shuts down."""
        self._closing = self._closing or asyncio.get_running_loop().create_future()
        return self._closing

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Count a call that another worker let in and passed on."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1
            self._left()

    async def close(self, grace: float) -> None:
        """Let nobody in any more, and wait for the calls in progress, at most `grace` seconds.

        The server itself, when it stops, answers calls that it has not handed over yet with
        CANCELLED, after which a caller cannot tell what happened; here it is told UNAVAILABLE.
        """
        self._closed = asyncio.Event()
        if self._closing:
            self._closing.set_result(None)
        if self.in_flight or self.streams:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), grace)

    def service(
        self,
        service: ServiceDescriptor,
        handlers: Mapping[str, Handler | Raw],
        streams: Mapping[str, StreamHandler] = {},
        *,
        changes: bool,
    ) -> grpc.GenericRpcHandler:
        """Guard every method of a service, `streams` being those that stream. `changes`: its requests change state,
        so a field that is unknown here is refused, as it could carry a meaning that would be lost.
        """
        guarded: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {}
        for method in service.methods:
            if method.client_streaming or method.server_streaming:
                # On the wire a single request is a stream of one message, so one kind of handler serves all.
                stream = self._guard_stream(method, streams[method.name])
                guarded[method.name] = grpc.stream_stream_rpc_method_handler(stream)
            else:
                call = self._guard(method, handlers[method.name], changes=changes)
                guarded[method.name] = grpc.unary_unary_rpc_method_handler(call)
        return grpc.method_handlers_generic_handler(service.full_name, guarded)

    def _guard(
        self, method: MethodDescriptor, handler: Handler | Raw, *, changes: bool
    ) -> Callable[[bytes, Any], Awaitable[bytes]]:
        needed = method_rights(method)
        if isinstance(handler, Raw):
            handle = handler.handle
        else:
            handle = _reading(GetMessageClass(method.input_type), handler, changes=changes)
        access, name = self.access, f"{method.containing_service.name}/{method.name}"
        meter = access.method(name)
        if changes and self.homes:
            handle = self.homes.routed(name, handle)
        noted = self.noted if not changes and needed & _READS_ACCOUNT else None

        async def guarded(raw: bytes, context: Any) -> bytes:
            headers: dict[str, str | bytes] = dict(context.invocation_metadata() or ())
            started, call = time.monotonic(), None
            try:
                identity = self._admit(needed, headers, context.auth_context)
                if changes:
                    self.refusals.admit(identity.source)
                self.in_flight += 1
                try:
                    left = context.time_remaining()
                    deadline = started + (DEFAULT_SECONDS if left is None else left)
                    call = Call(identity, headers, deadline, time.time_ns() // 1000)
                    if identity.person:
                        await self._admit_person(method, needed, raw, call)
                    if noted:
                        noted(identity, method.full_name, raw)
                    encoded = await handle(raw, call)
                finally:
                    self.in_flight -= 1
                    self._left()
                access.ended(name, meter, started, call)
                return encoded
            except Rejected as rejected:
                ending = rejected
            except Exception as error:  # noqa: BLE001 - a caller must never see its text
                ending = self.defect(error, method.full_name)
            except asyncio.CancelledError:
                access.cancelled(meter, started)
                raise
            self._ended(name, meter, started, call, ending)
            await _abort(context, ending, headers)
            raise AssertionError("abort always raises")

        return guarded

    def _guard_stream(self, method: MethodDescriptor, handler: StreamHandler) -> Callable[[Any, Any], Awaitable[None]]:
        needed = method_rights(method)
        access, name = self.access, f"{method.containing_service.name}/{method.name}"
        meter = access.method(name)

        async def guarded(_: Any, context: Any) -> None:
            headers: dict[str, str | bytes] = dict(context.invocation_metadata() or ())
            started, call = time.monotonic(), None
            try:
                identity = self._admit(needed, headers, context.auth_context, streams=True)
                self.streams += 1
                try:
                    left = context.time_remaining()
                    deadline = math.inf if left is None else started + left
                    call = Call(identity, headers, deadline, time.time_ns() // 1000)
                    look = partial(self._look, needed, call, context.auth_context)
                    await self._review.during(handler(Stream(call, context, self.closing())), look)
                finally:
                    self.streams -= 1
                    self._left()
                access.streamed(meter)
                return
            except Rejected as rejected:
                ending = rejected
            except Exception as error:  # noqa: BLE001 - a caller must never see its text
                ending = self.defect(error, method.full_name)
            except asyncio.CancelledError:
                access.cancelled(meter, started)
                raise
            self._ended(name, meter, started, call, ending)
            await _abort(context, ending, headers)

        return guarded

    def _look(self, needed: int, call: Call, peer: Peer) -> None:
        """Refuse a stream that its caller would not be let into now."""
        identity = self.provider.identify(call.headers, peer)
        if identity is None:
            raise Rejected(reasons.REFUSAL_REASON_UNAUTHENTICATED)
        demand_rights(identity, needed)
        if identity.ledgers != call.identity.ledgers:
            raise Rejected(reasons.REFUSAL_REASON_UNAVAILABLE)  # who may go on will come again

    def _ended(self, name: str, meter: MethodMeter, started: float, call: Call | None, ending: Rejected) -> None:
        """Count a call that ended with a reason, and a refusal that was recorded against its caller."""
        draining = self.closed and ending.reason == reasons.REFUSAL_REASON_UNAVAILABLE
        self.access.failed(name, meter, started, call, ending, expected=draining)
        if ending.recorded and call is not None:
            self.refusals.spend(call.identity.source)

    def _left(self) -> None:
        if self._closed and not self.in_flight and not self.streams:
            self._closed.set()

    async def _admit_person(self, method: MethodDescriptor, needed: int, raw: bytes, call: Call) -> None:
        """Refuse what an identity that is one person's may not ask for."""
        if self.personal is None:
            raise Rejected(reasons.REFUSAL_REASON_NOT_PERSONAL)
        await self.personal(read_any(GetMessageClass(method.input_type), raw), needed, call)

    def _admit(self, needed: int, headers: Headers, peer: Peer, *, streams: bool = False) -> Identity:
        if self._closed:
            raise Rejected(reasons.REFUSAL_REASON_UNAVAILABLE)
        identity = self.provider.identify(headers, peer)
        if identity is None:
            raise Rejected(reasons.REFUSAL_REASON_UNAUTHENTICATED)
        demand_rights(identity, needed)
        if streams and identity.person:
            raise Rejected(reasons.REFUSAL_REASON_NOT_PERSONAL)
        if self.streams >= self.streams_max if streams else self.in_flight >= self.calls_max:
            raise Rejected(reasons.REFUSAL_REASON_OVERLOADED)
        return identity

    def defect(self, error: Exception, method: str) -> Rejected:
        """Log an unexpected exception under an id that the caller is told, and word it."""
        if isinstance(error, psycopg.OperationalError | ConnectionError):
            reason, event = reasons.REFUSAL_REASON_UNAVAILABLE, "database_unavailable"
        elif isinstance(error, NewerLogError):
            reason, event = reasons.REFUSAL_REASON_UNAVAILABLE, "log_newer"
        elif isinstance(error, AnswerDefectError):
            reason, event = reasons.REFUSAL_REASON_OUTCOME_UNKNOWN, "answer_defect"
        elif isinstance(error, CorruptLogError):
            reason, event = reasons.REFUSAL_REASON_LEDGER_FORKED, "log_corrupt"
        else:
            reason, event = reasons.REFUSAL_REASON_INTERNAL, "defect"
        error_id = str(uuid.uuid4())
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        text = {"text": str(error)} if self.explain else {}
        _log.error(event, error_id=error_id, method=method, error=type(error).__name__, at=places, **text)
        return Rejected(reason, {"error_id": error_id})


async def _abort(context: Any, ending: Rejected, headers: Headers) -> None:
    """End a call with the words of a refusal."""
    answered = ending.status(errors.language_of(str(headers.get("accept-language", ""))))
    await context.abort(errors.code_of(answered), answered.message, errors.trailers(answered))


def demand_rights(identity: Identity, needed: int) -> None:
    """Refuse unless the identity has every right of the mask. A method without any is closed."""
    missing = needed & ~identity.rights
    if missing or not needed:
        right = right_names(missing)[0] if missing else "NONE"
        raise Rejected(reasons.REFUSAL_REASON_PERMISSION_DENIED, {"right": right})


def _reading(
    request_class: type[Message], handler: Handler, *, changes: bool
) -> Callable[[bytes, Call], Awaitable[bytes]]:
    """The same handler, from bytes to bytes."""
    read = read_known if changes else read_any
    answer = handler if changes else _bounded(handler)

    async def reading(raw: bytes, call: Call) -> bytes:
        response = await answer(read(request_class, raw), call)
        return response if isinstance(response, bytes) else response.SerializeToString()

    return reading


def _bounded(handler: Handler) -> Handler:
    """A read that ends at its deadline. Commands have theirs looked at by the commit queue."""

    async def bounded(request: Any, call: Call) -> Message | bytes:
        try:
            async with asyncio.timeout(call.deadline - time.monotonic()):
                return await handler(request, call)
        except TimeoutError:
            raise Rejected(reasons.REFUSAL_REASON_DEADLINE_EXPIRED) from None

    return bounded
