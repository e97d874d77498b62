"""CloseYear and QuoteYearClosing: the figures of a year are read from a projection, the log fixes them for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from google.protobuf.message import Message

from ledger.api import answers
from ledger.api.calls import DEFAULT_SECONDS, Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.normalise import instruction, request_id
from ledger.api.shape import REQUIRED, YEAR_MAX, YEAR_MIN
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.api.single import Unexecuted
from ledger.domain.command import CLOSE_YEAR, Work
from ledger.domain.proposals import Admin, ClosedYear
from ledger.domain.year_closings import YearFigures
from ledger.log.identifiers import ADMIN, named_stream
from ledger.log.outcome import Committed
from ledger.v1 import commands_pb2 as c
from ledger.v1 import events_pb2
from ledger.v1 import period_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.options_pb2 import RIGHT_CLOSE_YEAR

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.log.ledger import Ledger


class YearReader(Protocol):
    """Reads what years have."""

    async def year(self, ledger: Ledger, year: int, closed_year: int, closed_position: int) -> tuple[int, ...]:
        """Return the values of `YearFigures` for a year behind one that was closed at a position (0, 0: none was)."""


class YearClosings:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, reader: YearReader) -> None:
        """Take where ledgers are found, and who reads the projection."""
        self._ledgers = ledgers
        self._reader = reader

    def handlers(self) -> Mapping[str, Handler]:
        """Every method about years."""
        return {"CloseYear": self._close, "QuoteYearClosing": self._quote}

    async def _close(self, request: pb.CloseYearRequest, call: Call) -> Message:
        found: list[Violation] = []
        own_id = b""
        try:
            own_id = request_id(request.request_id)
        except InvalidRequest as invalid:
            found += invalid.violations
        ledger = await self._ledger(request.ledger, request.closing.year, "closing.year", found, call)
        async with within(call.deadline):
            _, figures = await self._figures(ledger, request.closing.year)
        command, data = instruction(
            CLOSE_YEAR, c.YearClosing(year=request.closing.year), call.now, 1 << RIGHT_CLOSE_YEAR, facts=figures
        )
        outcome = await record(ledger, own_id, command, data, call)
        response = pb.CloseYearResponse(closed=outcome.entries[0].event)
        answers.fill(response.transaction, outcome, ledger.code)
        return response

    async def _quote(self, request: pb.QuoteYearClosingRequest, call: Call) -> Message:
        ledger = await self._ledger(request.ledger, request.year, "year", [], call)
        async with within(call.deadline):
            closed, figures = await self._figures(ledger, request.year)
        if request.year <= closed.year:
            raise Rejected(reasons.REFUSAL_REASON_YEAR_ALREADY_CLOSED, {"year": str(closed.year)})
        if closed.year and request.year != closed.year + 1:
            raise Rejected(reasons.REFUSAL_REASON_YEAR_NOT_NEXT, {"year": str(closed.year + 1)})
        quoted = events_pb2.YearClosed(closing=c.YearClosing(year=request.year), **figures._asdict())
        return pb.QuoteYearClosingResponse(quoted=quoted, closed_year=closed.year)

    async def _ledger(self, name: str, year: int, path: str, found: list[Violation], call: Call) -> Ledger:
        """Check what both requests say, and find the ledger."""
        code = ""
        try:
            code = ledger_code(name, "ledger")
        except InvalidRequest as invalid:
            found += invalid.violations
        if not YEAR_MIN <= year <= YEAR_MAX:
            found.append(Violation(path, f"must be from {YEAR_MIN} to {YEAR_MAX}" if year else REQUIRED))
        if found:
            raise InvalidRequest(found)
        return await find_serving(self._ledgers, code, call.identity)

    async def _figures(self, ledger: Ledger, year: int) -> tuple[ClosedYear, YearFigures]:
        """Return the last year that was closed, and what a year behind it has."""
        state: Any = (await ledger.read_person(named_stream(ledger.id, ADMIN)))[0]
        closed = Admin.of(state).closed_year
        return closed, YearFigures(*await self._reader.year(ledger, year, closed.year, closed.last_position))


@asynccontextmanager
async def within(deadline: float) -> AsyncIterator[None]:
    """Refuse with DEADLINE_EXPIRED what is not done by a time in seconds of `time.monotonic()`."""
    try:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            yield
    except TimeoutError:
        raise Rejected(reasons.REFUSAL_REASON_DEADLINE_EXPIRED) from None


async def record(ledger: Ledger, own_id: bytes, command: Command, data: bytes, call: Call) -> Committed:
    """Execute a command; anything but a commit is the error of the call."""
    identity = call.identity
    command_hash = ledger.secret.command_hash(data)
    item = Work(identity.organisation, identity.actor, own_id, command_hash, (command,), call.trace_id)
    deadline = min(call.deadline, time.monotonic() + DEFAULT_SECONDS)
    outcomes: Any = await ledger.execute((item,), deadline=deadline, source=identity.source)
    if isinstance(outcomes[0], Committed):
        return outcomes[0]
    raise Unexecuted(outcomes[0])
