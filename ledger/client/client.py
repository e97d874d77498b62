"""The clients: a channel to a service, every RPC as a typed method, and what spans several calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any, Self

import grpc
import grpc.aio
from google.protobuf.message import Message

from ledger.client import batches
from ledger.client.batches import CALL_COMMANDS, Outcome
from ledger.client.calls import OPTIONS, TIMEOUT_SECONDS, Metadata, Settings
from ledger.client.methods import AsyncMethods, Methods
from ledger.client.streams import AsyncStream, Stream
from ledger.client.subscription import AsyncSubscription, Backoff, Progress, Subscription
from ledger.v1.query_service_pb2 import StoredEntry
from ledger.v1.subscription_service_pb2 import EntrySelection, SubscribeResponse

CHINESE, ENGLISH = "zh-CN", "en"


class Client(Methods):
    """A client whose methods block. Threads may share it; it keeps one connection.

        with Client("127.0.0.1:50051") as client:
            client.record_deposit(account="ledgers/410100/accounts/…", deposit=Deposit(amount=16000, …))

    A method takes the fields of its request by name and answers with its response; it raises
    `LedgerError`. Commands get a request id when they are given none; an error names it, and the
    same command can be sent again with it as often as one likes.
    """

    def __init__(
        self,
        address: str,
        *,
        credentials: grpc.ChannelCredentials | None = None,
        timeout: float = TIMEOUT_SECONDS,
        language: str = CHINESE,
        metadata: Metadata | Callable[[], Metadata] = (),
        options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        """Take an address, and credentials unless the connection is plain.

        `timeout` is the time in seconds that a unary call may take, retries included; `language`
        that of the sentences in errors; `metadata` go with every call, or are asked for each time;
        `options` are those of the gRPC channel.
        """
        options = [*OPTIONS, *options]
        if credentials is None:
            channel = grpc.insecure_channel(address, options)
        else:
            channel = grpc.secure_channel(address, credentials, options)
        super().__init__(channel, Settings(timeout, language, metadata))

    def execute(
        self, ledger: str, commands: Iterable[Message], *, size: int = CALL_COMMANDS, timeout: float | None = None
    ) -> Iterator[Outcome]:
        """Execute requests of commands, and groups of them, in order; tell how each ended.

        Calls of `size` commands follow one another as the outcomes are taken; `timeout` is for each.
        Requests without an id get one, in place, so that the same requests can be executed again.
        """
        for request in batches.calls(ledger, commands, size):
            answer = self.batch_execute(ledger=ledger, items=request.items, timeout=timeout)
            yield from batches.outcomes(request, answer)

    def entries(
        self, ledger: str, *, from_position: int = 1, page_size: int = 0, timeout: float | None = None
    ) -> Iterator[StoredEntry]:
        """The stored entries from a position to the end, asked for in pages; `timeout` is for each."""
        while True:
            page = self.read_entries(ledger=ledger, from_position=from_position, page_size=page_size, timeout=timeout)
            yield from page.entries
            from_position = page.next_position
            if from_position > page.size:
                return

    def follow(
        self,
        ledger: str,
        *,
        from_position: int = 1,
        streams: Sequence[str] = (),
        types: Sequence[str] = (),
        patience: float | None = None,
    ) -> Subscription:
        """Follow a ledger from a position on: its entries so far, then each commit, without end.

        `streams` are names of accounts or persons, `types` fields of `Entry`; none selects all. An
        interruption is waited for and resumed, with growing random waits; after `patience` seconds
        without a message its error is raised (None: never).
        """

        def begin(position: int) -> Stream[SubscribeResponse]:
            selection = EntrySelection(streams=streams, types=types)
            return self.subscribe(ledger=ledger, from_position=position, selection=selection)

        return Subscription(begin, Progress(from_position, selected=bool(streams or types)), Backoff(patience))

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the channel."""
        self.close()


class AsyncClient(AsyncMethods):
    """A client for asyncio: the same methods, awaited. It belongs to the event loop that made it."""

    def __init__(
        self,
        address: str,
        *,
        credentials: grpc.ChannelCredentials | None = None,
        timeout: float = TIMEOUT_SECONDS,
        language: str = CHINESE,
        metadata: Metadata | Callable[[], Metadata] = (),
        options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        """Take what `Client` takes."""
        options = [*OPTIONS, *options]
        if credentials is None:
            channel = grpc.aio.insecure_channel(address, options)
        else:
            channel = grpc.aio.secure_channel(address, credentials, options)
        super().__init__(channel, Settings(timeout, language, metadata))

    async def execute(
        self, ledger: str, commands: Iterable[Message], *, size: int = CALL_COMMANDS, timeout: float | None = None
    ) -> AsyncIterator[Outcome]:
        """Execute requests of commands as `Client.execute` does."""
        for request in batches.calls(ledger, commands, size):
            answer = await self.batch_execute(ledger=ledger, items=request.items, timeout=timeout)
            for outcome in batches.outcomes(request, answer):
                yield outcome

    async def entries(
        self, ledger: str, *, from_position: int = 1, page_size: int = 0, timeout: float | None = None
    ) -> AsyncIterator[StoredEntry]:
        """The stored entries from a position to the end, asked for in pages; `timeout` is for each."""
        while True:
            page = await self.read_entries(
                ledger=ledger, from_position=from_position, page_size=page_size, timeout=timeout
            )
            for entry in page.entries:
                yield entry
            from_position = page.next_position
            if from_position > page.size:
                return

    def follow(
        self,
        ledger: str,
        *,
        from_position: int = 1,
        streams: Sequence[str] = (),
        types: Sequence[str] = (),
        patience: float | None = None,
    ) -> AsyncSubscription:
        """Follow a ledger from a position on: its entries so far, then each commit, without end.

        `streams` are names of accounts or persons, `types` fields of `Entry`; none selects all. An
        interruption is waited for and resumed, with growing random waits; after `patience` seconds
        without a message its error is raised (None: never).
        """

        def begin(position: int) -> AsyncStream[SubscribeResponse]:
            selection = EntrySelection(streams=streams, types=types)
            return self.subscribe(ledger=ledger, from_position=position, selection=selection)

        return AsyncSubscription(begin, Progress(from_position, selected=bool(streams or types)), Backoff(patience))

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the channel."""
        await self.close()
