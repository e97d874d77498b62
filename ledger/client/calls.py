"""How a call is made: its deadline, its request id, what is waited for, and what it raises.

gRPC itself retries what `service_config.json` allows, with the same bytes and so with the same
request id, until the deadline. Only the delay that an overloaded service asks for is not gRPC's
business; it is waited for here.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from importlib import resources
from typing import Any, Final, Generic, NamedTuple, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from ledger.client.errors import LedgerError, error_of_call
from ledger.client.identifiers import give_ids, request_id_of
from ledger.client.streams import AsyncStream, Stream

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)
Metadata = Sequence[tuple[str, str | bytes]]

TIMEOUT_SECONDS: Final = 10.0
"""Time of a unary call, retries included, when neither the call nor the client names another."""
KEEPALIVE_MS: Final = 60_000
"""How often a connection with a call in progress is probed, so that a dead one is noticed."""
MESSAGE_BYTES_MAX: Final = 64 * 1024 * 1024
"""A page of 10,000 entries is larger than the 4 MiB that gRPC takes by default."""

SERVICE_CONFIG: Final = resources.files("ledger.client").joinpath("service_config.json").read_text("utf-8")
"""Which calls gRPC retries, and when: every one, on UNAVAILABLE. A file, because other languages load it too.

It is safe for every method: a read changes nothing, and a command carries a request id that is good
for ever. RESOURCE_EXHAUSTED is not retried by gRPC, which does not read the RetryInfo that says when.
"""

OPTIONS: Final = (
    ("grpc.service_config", SERVICE_CONFIG),
    ("grpc.enable_retries", 1),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    # While there is no connection, calls fail at once; a retry helps only when a new attempt was made meanwhile.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
)


class Rpc(NamedTuple, Generic[Request, Response]):
    """An RPC: its path and its messages."""

    path: str
    request: type[Request]
    response: type[Response]


class Settings(NamedTuple):
    """What all calls of a client have in common. `timeout` is in seconds; `language` is that of sentences."""

    timeout: float
    language: str
    metadata: Metadata | Callable[[], Metadata]

    def headers(self) -> Metadata:
        """The metadata of one call."""
        own = self.metadata() if callable(self.metadata) else self.metadata
        return [*own, ("accept-language", self.language)]


def moment(time: datetime | Timestamp | None) -> datetime | Timestamp | None:
    """A time as it is sent. One without a zone would silently be taken for UTC, so it is an error."""
    if isinstance(time, datetime) and time.tzinfo is None:
        raise ValueError(f"{time.isoformat()} has no time zone; write datetime(..., tzinfo=ZoneInfo('Asia/Shanghai'))")
    return time


def patience(error: LedgerError, deadline: float) -> float | None:
    """Seconds to wait before the same request is sent again; None when it should not be."""
    if error.retry_delay is None:
        return None
    delay = error.retry_delay * random.uniform(1.0, 1.5)  # noqa: S311 - spreads callers, no secret
    return delay if time.monotonic() + delay < deadline else None


class _Stubs:
    """What blocking calls and those of asyncio share: a channel, settings, and one stub for each RPC used."""

    def __init__(self, channel: Any, settings: Settings) -> None:
        """Take the channel, which `close` closes."""
        self.channel = channel
        self.settings = settings
        self._stubs: dict[str, Any] = {}

    def _stub(self, kind: str, rpc: Rpc[Any, Any]) -> Any:
        stub = self._stubs.get(rpc.path)
        if stub is None:
            make = getattr(self.channel, kind)
            encode, decode = rpc.request.SerializeToString, rpc.response.FromString
            stub = self._stubs[rpc.path] = make(rpc.path, request_serializer=encode, response_deserializer=decode)
        return stub

    def _time(self, timeout: float | None) -> float:
        return self.settings.timeout if timeout is None else timeout


class Calls(_Stubs):
    """Blocking calls on a channel."""

    def close(self) -> None:
        """Close the channel; calls in progress end with CANCELLED."""
        self.channel.close()

    def unary(self, rpc: Rpc[Request, Response], request: Request, timeout: float | None = None) -> Response:
        """Make a call and wait for its answer. Raises `LedgerError`."""
        give_ids(request)
        deadline = time.monotonic() + self._time(timeout)
        call = self._stub("unary_unary", rpc)
        while True:
            try:
                left = max(deadline - time.monotonic(), 0.0)
                answer: Response = call(request, timeout=left, metadata=self.settings.headers())
                return answer
            except grpc.RpcError as failure:
                error = error_of_call(failure, request_id_of(request))
                delay = patience(error, deadline)
                if delay is None:
                    raise error from failure
            time.sleep(delay)

    def pages(
        self, rpc: Rpc[Request, Any], request: Request, field: str, timeout: float | None = None
    ) -> Iterator[Any]:
        """The elements of all pages of a list method, asked for as they are needed."""
        asked: Any = request
        while True:
            page = self.unary(rpc, request, timeout)
            yield from getattr(page, field)
            if not page.next_page_token:
                return
            asked.page_token = page.next_page_token

    def stream(self, rpc: Rpc[Request, Response], request: Request, timeout: float | None = None) -> Stream[Response]:
        """The messages of a server stream, without a deadline unless one is named."""
        call = self._stub("unary_stream", rpc)(request, timeout=timeout, metadata=self.settings.headers())
        return Stream(call)

    def exchange(
        self, rpc: Rpc[Request, Response], requests: Iterable[Request], timeout: float | None = None
    ) -> Stream[Response]:
        """The answers of a bidirectional stream; requests are taken on a thread of their own."""
        call = self._stub("stream_stream", rpc)(_with_ids(requests), timeout=timeout, metadata=self.settings.headers())
        return Stream(call)


class AsyncCalls(_Stubs):
    """Calls on a channel of asyncio."""

    async def close(self) -> None:
        """Close the channel; calls in progress end with CANCELLED."""
        await self.channel.close()

    async def unary(self, rpc: Rpc[Request, Response], request: Request, timeout: float | None = None) -> Response:
        """Make a call and wait for its answer. Raises `LedgerError`."""
        give_ids(request)
        deadline = time.monotonic() + self._time(timeout)
        call = self._stub("unary_unary", rpc)
        while True:
            try:
                left = max(deadline - time.monotonic(), 0.0)
                answer: Response = await call(request, timeout=left, metadata=self.settings.headers())
                return answer
            except grpc.aio.AioRpcError as failure:
                error = error_of_call(failure, request_id_of(request))
                delay = patience(error, deadline)
                if delay is None:
                    raise error from failure
            await asyncio.sleep(delay)

    async def pages(
        self, rpc: Rpc[Request, Any], request: Request, field: str, timeout: float | None = None
    ) -> AsyncIterator[Any]:
        """The elements of all pages of a list method, asked for as they are needed."""
        asked: Any = request
        while True:
            page = await self.unary(rpc, request, timeout)
            for element in getattr(page, field):
                yield element
            if not page.next_page_token:
                return
            asked.page_token = page.next_page_token

    def stream(
        self, rpc: Rpc[Request, Response], request: Request, timeout: float | None = None
    ) -> AsyncStream[Response]:
        """The messages of a server stream, without a deadline unless one is named."""
        call = self._stub("unary_stream", rpc)(request, timeout=timeout, metadata=self.settings.headers())
        return AsyncStream(call)

    def exchange(
        self, rpc: Rpc[Request, Response], requests: AsyncIterable[Request], timeout: float | None = None
    ) -> AsyncStream[Response]:
        """The answers of a bidirectional stream."""
        call = self._stub("stream_stream", rpc)(
            _with_ids_async(requests), timeout=timeout, metadata=self.settings.headers()
        )
        return AsyncStream(call)


def _with_ids(requests: Iterable[Request]) -> Iterator[Request]:
    for request in requests:
        give_ids(request)
        yield request


async def _with_ids_async(requests: AsyncIterable[Request]) -> AsyncIterator[Request]:
    async for request in requests:
        give_ids(request)
        yield request
