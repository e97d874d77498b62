"""The answers of a streaming call, one after another, with errors as `LedgerError`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, Self, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

from ledger.client.errors import error_of_call

Response = TypeVar("Response", bound=Message)


class Stream(Iterator[Response], Generic[Response]):
    """Messages as they arrive. Leaving a `with` block, or `cancel` from any thread, ends the call."""

    def __init__(self, call: Any) -> None:
        """Take the call."""
        self._call = call

    def __next__(self) -> Response:
        """Wait for the next message. Raises `LedgerError` when the call fails, also when it was cancelled."""
        try:
            message: Response = next(self._call)
        except grpc.RpcError as failure:
            raise error_of_call(failure) from failure
        return message

    def cancel(self) -> None:
        """End the call."""
        self._call.cancel()

    def __enter__(self) -> Self:
        """Return the stream."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the call."""
        self.cancel()


class AsyncStream(AsyncIterator[Response], Generic[Response]):
    """Messages as they arrive, for asyncio. Leaving an `async with` block, or `cancel`, ends the call."""

    def __init__(self, call: Any) -> None:
        """Take the call."""
        self._call = call
        self._messages = aiter(call)

    async def __anext__(self) -> Response:
        """Wait for the next message. Raises `LedgerError` when the call fails."""
        try:
            message: Response = await anext(self._messages)
        except grpc.aio.AioRpcError as failure:
            raise error_of_call(failure) from failure
        return message

    def cancel(self) -> None:
        """End the call; who waits for a message gets `asyncio.CancelledError`."""
        self._call.cancel()

    async def __aenter__(self) -> Self:
        """Return the stream."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the call."""
        self.cancel()
