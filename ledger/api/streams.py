"""Streaming calls: what a handler has of one, and how it learns that the service shuts down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from ledger.api.errors import Rejected
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.api.calls import Call


class Stream:
    """One streaming call in progress, seen by its handler. Messages are bytes in both directions.

    When the call is cancelled, by the caller, its deadline or the network, the handler is cancelled.
    """

    def __init__(self, call: Call, context: Any, closing: asyncio.Future[None]) -> None:
        """Take the call, the gRPC context, and the future that is done when the service shuts down."""
        self.call = call
        self.closing = closing
        self._context = context

    async def read(self) -> bytes | None:
        """Return the next message of the caller, None when it sends no more."""
        message = await self._context.read()
        return message if isinstance(message, bytes) else None

    async def write(self, message: bytes) -> None:
        """Send a message; returns when the network has room for the next one."""
        await self._context.write(message)

    async def until_closing(self, work: Coroutine[Any, Any, None]) -> None:
        """Do some work. When the service shuts down, cancel it and raise UNAVAILABLE."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait((task, self.closing), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Rejected(reasons.REFUSAL_REASON_UNAVAILABLE)
            task.result()
        finally:
            task.cancel()


StreamHandler = Callable[[Stream], Coroutine[Any, Any, None]]
"""Serves one streaming call. The call ends well when it returns."""
