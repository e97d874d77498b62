"""One ExecuteStream call as a load sends it: messages as bytes, answers in order."""

from __future__ import annotations

import asyncio
from collections import deque

import grpc.aio

METHOD = "/ledger.v1.CommandService/ExecuteStream"


class Exchange:
    """The stream begins with the first message."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        """Take the channel."""
        self._channel = channel
        self._call: grpc.aio.StreamStreamCall | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._turn = asyncio.Lock()

    async def ask(self, message: bytes) -> bytes:
        """Send one message and wait for its answer. Many may wait at once."""
        if self._call is None:
            self._call = self._channel.stream_stream(METHOD)()
            self._reading = asyncio.ensure_future(self._read(self._call))
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        async with self._turn:  # one write at a time, and futures in the order of writes
            self._waiting.append(future)
            await self._call.write(message)
        return await future

    async def _read(self, call: grpc.aio.StreamStreamCall) -> None:
        try:
            while (answer := await call.read()) is not grpc.aio.EOF:
                self._waiting.popleft().set_result(answer)
        finally:
            for future in self._waiting:
                future.set_exception(RuntimeError("the stream ended"))
