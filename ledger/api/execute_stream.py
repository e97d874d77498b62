"""ExecuteStream: commands that come one message after another, executed and answered in the order of the stream.

Reading and answering are two tasks. Between them at most 1,000 commands are in flight; a command is in flight until its
answer has gone to the network, so who does not take answers in is not read from.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Mapping
from typing import cast

from google.protobuf.unknown_fields import UnknownFieldSet

from ledger.api.calls import DEFAULT_SECONDS
from ledger.api.command_service import Batch, item_sizes
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.reading import read_any, unknown_field, unknown_field_refused
from ledger.api.refusals import RefusalRate
from ledger.api.shelf import Shelf, find_ledger, ledger_code
from ledger.api.streams import Stream, StreamHandler
from ledger.api.transfers import Transfers
from ledger.log.ledger import Ledger
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons

IN_FLIGHT_MAX = 1_000
"""Commands that are read and not answered; the server stops reading then. Also the most in one message."""


class ExecuteStream:
    """The method, as a handler by name."""

    def __init__(self, ledgers: Shelf, refusals: RefusalRate | None = None) -> None:
        """Take where ledgers are found, and who counts refusals."""
        self._ledgers = ledgers
        self._refusals = refusals or RefusalRate()

    def streams(self) -> Mapping[str, StreamHandler]:
        """Every streaming method of CommandService."""
        return {"ExecuteStream": self._execute_stream}

    async def _execute_stream(self, stream: Stream) -> None:
        await CommandStream(self._ledgers, self._refusals, stream).run()


class CommandStream:
    """One call of ExecuteStream."""

    def __init__(self, ledgers: Shelf, refusals: RefusalRate, stream: Stream) -> None:
        """Take where ledgers are found, who counts refusals, and the call."""
        self._ledgers = ledgers
        self._refusals = refusals
        self._stream = stream
        self._transfers = Transfers(ledgers)
        self._ledger: Ledger | None = None
        self._in_flight = 0
        self._room = asyncio.Event()
        self._answers: asyncio.Queue[tuple[asyncio.Future[bytes], Batch, int] | None] = asyncio.Queue()

    async def run(self) -> None:
        """Read and answer until the caller ends its side, a message cannot be taken, or the service shuts down."""
        reading = asyncio.ensure_future(self._read())
        answering = asyncio.ensure_future(self._answer())
        try:
            await asyncio.wait((reading, answering, self._stream.closing), return_when=asyncio.FIRST_COMPLETED)
            reading.cancel()  # nothing more is taken up; it has ended already unless the service shuts down
            await asyncio.wait((reading,))
            self._answers.put_nowait(None)
            await answering
            if reading.cancelled():
                raise Rejected(reasons.REFUSAL_REASON_UNAVAILABLE)
            reading.result()
        finally:
            reading.cancel()
            answering.cancel()

    async def _read(self) -> None:
        while (raw := await self._stream.read()) is not None:
            request, rejected = read_items(raw)
            ledger = await self._ledger_of(request)
            sizes = item_sizes(request.items)
            count = sum(sizes)
            if not 1 <= count <= IN_FLIGHT_MAX:
                raise InvalidRequest([Violation("items", f"must have 1 to {IN_FLIGHT_MAX:,} commands")])
            while self._in_flight + count > IN_FLIGHT_MAX:
                self._room.clear()
                await self._room.wait()
            self._in_flight += count
            deadline = min(self._stream.call.deadline, time.monotonic() + DEFAULT_SECONDS)
            call = dataclasses.replace(self._stream.call, deadline=deadline, now=time.time_ns() // 1000)
            source = call.identity.source
            try:
                self._refusals.admit(source)
            except Rejected as limited:
                rejected = dict.fromkeys(range(len(sizes)), limited)
            failures = await self._transfers.failures(request.items, call.identity.rights)
            batch = Batch(ledger, call, request.items, failures, pb.ExecuteStreamResponse, rejected)
            future = ledger.queue(sizes, batch.make, batch.answer, deadline=deadline, source=source)
            self._answers.put_nowait((future, batch, count))

    async def _ledger_of(self, request: pb.ExecuteStreamRequest) -> Ledger:
        """The ledger of the stream, which the first message names."""
        if self._ledger is None:
            code = ledger_code(request.ledger, "ledger")
            self._ledger = await find_ledger(self._ledgers, code, self._stream.call.identity)
        elif request.ledger and ledger_code(request.ledger, "ledger") != self._ledger.code:
            raise InvalidRequest([Violation("ledger", f"must be ledgers/{self._ledger.code}, as before")])
        return self._ledger

    async def _answer(self) -> None:
        while (next_answer := await self._answers.get()) is not None:
            future, batch, count = next_answer
            answer = await future
            self._refusals.spend(self._stream.call.identity.source, batch.refused)
            await self._stream.write(answer)
            self._in_flight -= count
            self._room.set()


def read_items(raw: bytes) -> tuple[pb.ExecuteStreamRequest, Mapping[int, Rejected]]:
    """A message, and the items that have unknown fields, which are refused each by itself, by index."""
    request = cast("pb.ExecuteStreamRequest", read_any(pb.ExecuteStreamRequest, raw))
    size = request.ByteSize()
    request.DiscardUnknownFields()
    if request.ByteSize() == size:
        return request, {}
    whole = pb.ExecuteStreamRequest.FromString(raw)
    if len(UnknownFieldSet(whole)):
        raise unknown_field_refused(unknown_field(whole))
    refused = {
        index: unknown_field_refused(f"items[{index}].{path}")
        for index, item in enumerate(whole.items)
        if (path := unknown_field(item))
    }
    return request, refused
