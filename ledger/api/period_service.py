"""PeriodService: statements of institutions are compared with the ledger, and years of the books are closed.

What a command rests on is read from projections before it is queued, by whoever implements `PeriodReader`: no state
that the committer holds has the bills of a month or the sums of a year. The log records up to which position was read.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from google.protobuf.message import Message

from ledger.api import answers
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.kinds import method_rights
from ledger.api.normalise import instruction, request_id
from ledger.api.own_institution import check_own
from ledger.api.reading import read_known
from ledger.api.shape import REQUIRED, Field, Shape, choice, civil_date, flag, sha256
from ledger.api.shelf import Shelf, find_serving
from ledger.api.streams import Stream, StreamHandler
from ledger.api.year_closings import YearClosings, YearReader, record, within
from ledger.domain import names
from ledger.domain.command import RECONCILE
from ledger.domain.institutions import Institution
from ledger.domain.reconciliations import Compared
from ledger.log.identifiers import institution_stream
from ledger.v1 import commands_pb2 as c
from ledger.v1 import period_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.log.ledger import Ledger

SERVICE: Final = pb.DESCRIPTOR.services_by_name["PeriodService"]
ROWS_MAX: Final = 1_000
"""Rows of one message, and differences of one answer."""
STATEMENT_ROWS_MAX: Final = 500_000
COMPARING_SECONDS: Final = 60.0
"""For a statement of the greatest size."""

_PATTERN: Final = "must look like ledgers/{ledger}/institutions/{institution}"
_TOTAL: Final = Field(lambda value: [] if abs(value) < 2**53 else [("", "must be below 2⁵³ fen")])
_COUNT: Final = Field(lambda value: [] if 0 <= value < 2**53 else [("", "must be between 0 and 2⁵³")])
_TOTALS: Final = Shape(
    c.SettlementTotals, count=_COUNT, total=_TOTAL, funds=_TOTAL, own_account=_TOTAL, shared=_TOTAL, cash=_TOTAL
)
_RECONCILIATION: Final = Shape(
    c.Reconciliation,
    from_date=civil_date().required(),
    to_date=civil_date().required(),
    clearing_type=choice(t.ClearingType),
    refunds_counted=flag(),
    stated=Field(_TOTALS),
    details_sha256=sha256(),
)


class Statement(NamedTuple):
    """Which bills a statement has. Days are YYYYMMDD; `unstated` is the clearing type of bills that state none."""

    institution: str
    first: int
    last: int
    clearing_type: int
    unstated: int
    refunds_counted: bool


class Upload(NamedTuple):
    """Rows that were received under a request id, by number."""

    number: int
    received: int


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """A statement beside the ledger. `totals` are those of `SettlementTotals` in the order of its fields."""

    position: int
    totals: Sequence[int]
    differences: Sequence[pb.StatementDifference] = ()
    report_sha256: bytes = b""
    inconsistent: str = ""
    """The first field of the stated totals that is not the sum of the rows."""

    def count(self, result: int) -> int:
        """Return how many differences are of a kind."""
        return sum(each.result == result for each in self.differences)


class PeriodReader(YearReader, Protocol):
    """Reads what periods have. `upper` 0 means: everything that is recorded now."""

    async def totals(self, ledger: Ledger, statement: Statement) -> Comparison:
        """Return what the ledger has."""

    async def upload(self, ledger: Ledger, organisation: bytes, asked: bytes, command_hash: bytes) -> Upload | None:
        """Begin or find an upload of a request id (16 bytes); None: the id was used for something else."""

    async def store(self, ledger: Ledger, upload: Upload, institution: str, rows: Sequence[pb.StatementRow]) -> Upload:
        """Keep more rows, durably. Raise InvalidRequest for rows that say nothing."""

    async def compare(
        self, ledger: Ledger, statement: Statement, upload: Upload, stated: Sequence[int] | None, upper: int
    ) -> Comparison:
        """Compare the rows that were received."""


class _Asked(NamedTuple):
    """What a request asks to reconcile."""

    ledger: Ledger
    institution: str
    request_id: bytes
    content: c.Reconciliation


class PeriodService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, reader: PeriodReader) -> None:
        """Take where ledgers are found, and who reads the projections."""
        self._ledgers = ledgers
        self._reader = reader
        self._years = YearClosings(ledgers, reader)

    def handlers(self) -> Mapping[str, Handler]:
        """Every method that answers one request."""
        return {"ReconcileTotals": self._totals, **self._years.handlers()}

    def streams(self) -> Mapping[str, StreamHandler]:
        """Every method that streams."""
        return {"ReconcileDetails": self._details}

    async def _totals(self, request: pb.ReconcileTotalsRequest, call: Call) -> Message:
        asked = await _asked(self._ledgers, request, call, totals_only=True)
        async with within(call.deadline):
            found = await self._reader.totals(asked.ledger, await _statement(asked))
        agreed = _numbers(asked.content.stated) == list(found.totals)
        result = t.RECONCILIATION_RESULT_BALANCED if agreed else t.RECONCILIATION_RESULT_DATA_MISMATCH
        facts = Compared(found.position, _message(found.totals), result)
        command, data = _command(asked, facts, "ReconcileTotals", call.now)
        outcome = await record(asked.ledger, asked.request_id, command, data, call)
        run = outcome.entries[0].event
        response = pb.ReconcileTotalsResponse(
            result=run.result, recorded=run.recorded, up_to_position=run.up_to_position
        )
        answers.fill(response.transaction, outcome, asked.ledger.code)
        return response

    async def _details(self, stream: Stream) -> None:
        await stream.until_closing(_Conversation(self._ledgers, self._reader, stream).run())


async def _asked(
    ledgers: Shelf, request: pb.ReconcileTotalsRequest | pb.ReconcileDetailsStart, call: Call, *, totals_only: bool
) -> _Asked:
    """Check a request, and find its ledger."""
    found: list[Violation] = []
    code, own, institution = "", b"", ""
    try:
        code, institution = names.parse_institution(request.institution)
    except ValueError:
        found.append(Violation("institution", _PATTERN if request.institution else REQUIRED))
    try:
        own = request_id(request.request_id)
    except InvalidRequest as invalid:
        found += invalid.violations
    content = request.reconciliation
    if request.HasField("reconciliation"):
        found += [Violation(f"reconciliation{path}", problem) for path, problem in _RECONCILIATION(content)]
        if totals_only and not content.HasField("stated"):
            found.append(Violation("reconciliation.stated", REQUIRED))
        if totals_only and content.details_sha256:
            found.append(Violation("reconciliation.details_sha256", "must be empty: there are no details"))
    else:
        found.append(Violation("reconciliation", REQUIRED))
    if found:
        raise InvalidRequest(found)
    asked = _Asked(await find_serving(ledgers, code, call.identity), institution, own, content)
    await check_own(asked.ledger, institution, call.identity)
    return asked


class _Conversation:
    """One call of ReconcileDetails."""

    def __init__(self, ledgers: Shelf, reader: PeriodReader, stream: Stream) -> None:
        self._ledgers = ledgers
        self._reader = reader
        self._stream = stream
        self._call = stream.call

    async def run(self) -> None:
        """Receive rows until the caller asks for the comparison, or ends its side to go on another time."""
        message = await self._next()
        if message is None or message.WhichOneof("step") != "start":
            raise InvalidRequest([Violation("start", "must be the first message")])
        asked = await _asked(self._ledgers, message.start, self._call, totals_only=False)
        _, data = _command(asked, None, "ReconcileDetails", self._call.now)
        command_hash = asked.ledger.secret.command_hash(data)
        organisation = self._call.identity.organisation
        upload = await self._reader.upload(asked.ledger, organisation, asked.request_id, command_hash)
        if upload is None:
            raise Rejected(reasons.REFUSAL_REASON_IDEMPOTENCY_CONFLICT, {"field": "reconciliation"})
        await self._send(pb.ReconcileDetailsResponse(received_rows=upload.received))
        while (message := await self._next()) is not None:
            step = message.WhichOneof("step")
            if step == "finish":
                await self._finish(asked, upload)
                return
            if step != "rows":
                raise InvalidRequest([Violation(step or "step", "must be rows or finish behind the first message")])
            upload = await self._store(asked, upload, message.rows)
            await self._send(pb.ReconcileDetailsResponse(received_rows=upload.received))

    async def _next(self) -> pb.ReconcileDetailsRequest | None:
        raw = await self._stream.read()
        if raw is None:
            return None
        return cast("pb.ReconcileDetailsRequest", read_known(pb.ReconcileDetailsRequest, raw))

    async def _send(self, message: pb.ReconcileDetailsResponse) -> None:
        await self._stream.write(message.SerializeToString())

    async def _store(self, asked: _Asked, upload: Upload, rows: pb.StatementRows) -> Upload:
        found = []
        if rows.first_row != upload.received + 1:
            found.append(Violation("rows.first_row", f"must be {upload.received + 1}"))
        if not 1 <= len(rows.rows) <= ROWS_MAX:
            found.append(Violation("rows.rows", f"must have 1 to {ROWS_MAX:,} rows"))
        if upload.received + len(rows.rows) > STATEMENT_ROWS_MAX:
            found.append(Violation("rows.rows", f"are more than {STATEMENT_ROWS_MAX:,} in all"))
        if found:
            raise InvalidRequest(found)
        return await self._reader.store(asked.ledger, upload, asked.institution, rows.rows)

    async def _finish(self, asked: _Asked, upload: Upload) -> None:
        """Compare, record, and tell. What was recorded before is told again as it was compared then."""
        found = await self._compare(asked, upload, 0)
        if found.inconsistent:
            raise Rejected(reasons.REFUSAL_REASON_STATEMENT_NOT_CONSISTENT, {"field": found.inconsistent})
        command, data = _command(asked, _facts(found), "ReconcileDetails", time.time_ns() // 1000)
        outcome = await record(asked.ledger, asked.request_id, command, data, self._call)
        run = outcome.entries[0].event
        if run.up_to_position != found.position:
            found = await self._compare(asked, upload, run.up_to_position)
        for first in range(0, len(found.differences), ROWS_MAX):
            some = pb.StatementDifferences(differences=found.differences[first : first + ROWS_MAX])
            await self._send(pb.ReconcileDetailsResponse(differences=some))
        result = pb.ReconcileDetailsResult(run=run)
        answers.fill(result.transaction, outcome, asked.ledger.code)
        await self._send(pb.ReconcileDetailsResponse(result=result))

    async def _compare(self, asked: _Asked, upload: Upload, upper: int) -> Comparison:
        stated = _numbers(asked.content.stated) if asked.content.HasField("stated") else None
        async with within(min(self._call.deadline, time.monotonic() + COMPARING_SECONDS)):
            return await self._reader.compare(asked.ledger, await _statement(asked), upload, stated, upper)


def _command(asked: _Asked, facts: Compared | None, method: str, now: int) -> tuple[Command, bytes]:
    rights = method_rights(SERVICE.methods_by_name[method])
    stream = institution_stream(asked.ledger.id, asked.institution)
    return instruction(RECONCILE, asked.content, now, rights, stream, facts)


async def _statement(asked: _Asked) -> Statement:
    """Return which bills are compared. Those of a pharmacy that state no clearing type are a pharmacy's."""
    state, _ = await asked.ledger.read_person(institution_stream(asked.ledger.id, asked.institution))
    state = cast("Any", state)
    pharmacy = isinstance(state, Institution) and any(
        each.kind == t.INSTITUTION_KIND_PHARMACY for each in state.designations[-1:]
    )
    content = asked.content
    return Statement(
        asked.institution,
        _day(content.from_date),
        _day(content.to_date),
        content.clearing_type,
        t.CLEARING_TYPE_PHARMACY if pharmacy else t.CLEARING_TYPE_OUTPATIENT,
        content.refunds_counted,
    )


def _facts(found: Comparison) -> Compared:
    worst = max((each.result for each in found.differences), default=t.RECONCILIATION_RESULT_BALANCED)
    return Compared(
        found.position,
        _message(found.totals),
        worst,
        centre_only=found.count(t.RECONCILIATION_RESULT_CENTRE_ONLY),
        institution_only=found.count(t.RECONCILIATION_RESULT_INSTITUTION_ONLY),
        mismatched=found.count(t.RECONCILIATION_RESULT_DATA_MISMATCH),
        report_sha256=found.report_sha256,
    )


def _day(date: t.CivilDate) -> int:
    return date.year * 10_000 + date.month * 100 + date.day


def _numbers(totals: c.SettlementTotals) -> list[int]:
    return [totals.count, totals.total, totals.funds, totals.own_account, totals.shared, totals.cash]


def _message(totals: Sequence[int]) -> c.SettlementTotals:
    count, total, funds, own_account, shared, cash = totals
    return c.SettlementTotals(count=count, total=total, funds=funds, own_account=own_account, shared=shared, cash=cash)
