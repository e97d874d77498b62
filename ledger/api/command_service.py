"""CommandService: every typed method from one table, the batch, the void and the outcome.

All of them become items of one `execute` call of a ledger, in the order of the request. A shape
error is the answer of its own item and never reaches the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from google.protobuf.message import Message

from ledger.api import answers, eligibility
from ledger.api.calls import Call, Handler, Raw, demand_rights
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.kinds import KINDS, SERVICE, Kind, method_rights
from ledger.api.normalise import (
    Normalised,
    group_bytes,
    normalise,
    request_id,
    void,
    work,
)
from ledger.api.refusals import RefusalRate
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_ledger, ledger_code
from ledger.api.single import Single, Unexecuted, code_at_start, read
from ledger.api.transfer_commands import TransferCommands
from ledger.api.transfers import TRANSFER_KINDS, Failure, acting_ledger
from ledger.domain.command import NO_ID, Work
from ledger.log.outcome import Committed, Failed, Outcome, OutcomeQuery, Quoted, Refused
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

_log = structlog.get_logger(__name__)

BATCH_MAX = 5_000
GROUP_MAX = 500

_TOO_MANY = Violation("items", f"has more than {BATCH_MAX:,} commands")
_VOID_RIGHTS = method_rights(SERVICE.methods_by_name["VoidCommand"])


class CommandService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, refusals: RefusalRate | None = None) -> None:
        """Take where ledgers are found, and who counts the refusals of batches."""
        self._ledgers = ledgers
        self._refusals = refusals or RefusalRate()
        self._transfers = TransferCommands(ledgers)

    def handlers(self) -> Mapping[str, Handler | Raw]:
        """Every method of the service."""
        typed: dict[str, Handler | Raw] = {kind.method: Raw(partial(self._execute, kind)) for kind in KINDS.values()}
        return typed | {
            **self._transfers.handlers(),
            "BatchExecute": self._batch,
            "VoidCommand": self._void,
            "QuotePurchase": self._quote,
            "CheckEligibility": partial(eligibility.check, self._ledgers),
            "GetCommandOutcome": self._outcome,
        }

    def _execute(self, kind: Kind, raw: bytes, call: Call) -> Awaitable[bytes]:
        """Queue a typed command. Where its ledger is open, nobody but the committer reads its bytes."""
        code = code_at_start(raw)
        ledger = self._ledgers.opened(code)
        if ledger is None or not call.identity.may_use(code):
            return self._open(kind, raw, call)
        return _queue(ledger, kind, raw, call)

    async def _open(self, kind: Kind, raw: bytes, call: Call) -> bytes:
        code, _, _ = read(kind, raw, call)
        return await _queue(await find_ledger(self._ledgers, code, call.identity), kind, raw, call)

    async def _void(self, request: pb.VoidCommandRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        own_id = request_id(request.request_id)
        command, data = void(request, call.now, _VOID_RIGHTS)
        if getattr(command.content, "request_id", b"") == own_id:
            raise InvalidRequest([Violation("voided_request_id", "must be the id of another command")])
        ledger = await find_ledger(self._ledgers, code, call.identity)
        identity = call.identity
        command_hash = ledger.secret.command_hash(data)
        item = Work(identity.organisation, identity.actor, own_id, command_hash, (command,), call.trace_id)
        outcome = await self._one(ledger, item, call)
        response = pb.VoidCommandResponse(effect=answers.void_effect(outcome.entries))
        answers.fill(response.transaction, outcome, ledger.code)
        return response

    async def _quote(self, request: pb.QuotePurchaseRequest, call: Call) -> Message:
        asked = pb.RecordPurchaseRequest(person=request.person)
        if request.HasField("effective_time"):
            asked.effective_time.CopyFrom(request.effective_time)
        if request.HasField("purchase"):
            asked.purchase.CopyFrom(request.purchase)
        normalised = normalise(KINDS["record_purchase"], asked, call.now, call.identity.rights)
        ledger = await find_ledger(self._ledgers, normalised.ledger, call.identity)
        item = work(call.identity, NO_ID, bytes(32), (normalised,), call.trace_id)
        item.quote = True
        outcomes: Any = await ledger.execute((item,), deadline=call.deadline, source=call.identity.source)
        outcome = outcomes[0]
        if not isinstance(outcome, Quoted):
            raise Unexecuted(outcome)
        return answers.quote(outcome)

    async def _one(self, ledger: Ledger, item: Work, call: Call) -> Committed:
        """Execute one item; anything but a commit is the error of the call."""
        outcomes = await ledger.execute((item,), deadline=call.deadline, source=call.identity.source)
        outcome = outcomes[0]
        if isinstance(outcome, Committed):
            return outcome
        raise Unexecuted(outcome)

    async def _outcome(self, request: pb.GetCommandOutcomeRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        query = OutcomeQuery(
            call.identity.organisation,
            request_id(request.command_request_id, "command_request_id"),
        )
        ledger = await find_ledger(self._ledgers, code, call.identity)
        outcomes = await ledger.execute((query,), deadline=call.deadline, source=call.identity.source)
        outcome = outcomes[0]
        response = pb.GetCommandOutcomeResponse()
        if isinstance(outcome, Committed):
            answers.fill(response.transaction, outcome, ledger.code)
            response.voided = bool(getattr(outcome, "voided", False))
            return response
        tombstone = outcome.reason == reasons.REFUSAL_REASON_COMMAND_VOIDED
        if isinstance(outcome, Failed) and not tombstone:
            raise Unexecuted(outcome)
        response.refusal.CopyFrom(answers.refusal(outcome, call.language))
        response.voided = tombstone
        return response

    async def _batch(self, request: pb.BatchExecuteRequest, call: Call) -> bytes:
        code = ledger_code(request.ledger, "ledger")
        if not request.items:
            raise InvalidRequest([Violation("items", "must have at least one item")])
        if len(request.items) > BATCH_MAX:
            raise InvalidRequest([_TOO_MANY])
        ledger = await find_ledger(self._ledgers, code, call.identity)
        batch = Batch(ledger, call, request.items, await self._transfers.failures(request.items, call.identity.rights))
        sizes = item_sizes(request.items)
        if sum(sizes) > BATCH_MAX:
            raise InvalidRequest([_TOO_MANY])
        answer = await ledger.queue(
            sizes, batch.make, batch.answer, deadline=call.deadline, source=call.identity.source
        )
        self._refusals.spend(call.identity.source, batch.refused)
        return answer


def _queue(ledger: Ledger, kind: Kind, raw: bytes, call: Call) -> asyncio.Future[bytes]:
    single = Single(ledger, kind, raw, call)
    return ledger.queue((1,), single.make, single.answer, deadline=call.deadline, source=call.identity.source)


def item_sizes(items: Sequence[pb.BatchItem]) -> list[int]:
    """The number of commands of each item; a group counts at least once."""
    return [max(len(item.group.commands), 1) if item.HasField("group") else 1 for item in items]


class Batch:
    """The items of one BatchExecute call, or of one message of a stream.

    Works and answer are made on the committer's thread, in their turn.
    """

    def __init__(
        self,
        ledger: Ledger,
        call: Call,
        items: Sequence[pb.BatchItem],
        failures: Mapping[int, Failure],
        response: type[pb.BatchExecuteResponse | pb.ExecuteStreamResponse] = pb.BatchExecuteResponse,
        rejected: Mapping[int, Rejected] = {},
    ) -> None:
        """Take the call, its items, what answers them, and by index what stands against items outside of their ledger
        and those that are rejected already.
        """
        self._failures = failures
        self._items = items
        self._response = response
        self._rejected = rejected
        self._ledger = ledger
        self._call = call
        self._trace_id = call.trace_id
        self.refused = 0
        """How many refusals were recorded; known once there is an answer."""

    def make(self, index: int) -> Work | Failed:
        """Make the work of an item, or say why there is none."""
        item = self._items[index]
        try:
            if index in self._rejected:
                raise self._rejected[index]
            made = self._group(item.group) if item.HasField("group") else self._single(item)
            if self._failures and made.failure is None:
                made.failure = self._failures.get(index)
            return made
        except InvalidRequest as invalid:
            rejected: Rejected = invalid.below(f"items[{index}]")
        except Rejected as other:
            rejected = other
        except Exception:  # noqa: BLE001 - a defect in one item must not stop the others
            _log.exception("defect", method=self._response.DESCRIPTOR.name)
            rejected = Rejected(reasons.REFUSAL_REASON_INTERNAL)
        return Failed(rejected.reason, rejected.metadata, rejected)

    def answer(self, outcomes: Sequence[Outcome]) -> bytes:
        """Return the encoded answer: one result per item, in order."""
        response = self._response()
        add, code, language = response.results.add, self._ledger.code, self._call.language
        for index, outcome in enumerate(outcomes):
            result = add()
            if isinstance(outcome, Committed):
                answers.fill(result.transaction, outcome, code)
            elif isinstance(outcome, Failed) and outcome.cause is not None:
                result.error.CopyFrom(outcome.cause.status(language))
            elif outcome.reason == reasons.REFUSAL_REASON_INVALID_REQUEST:
                # Only deciding shows how many entries, of which size, a command makes.
                place = "group.commands" if self._items[index].HasField("group") else "command"
                too_large = Violation(f"items[{index}].{place}", outcome.metadata["detail"])
                result.error.CopyFrom(InvalidRequest([too_large]).status(language))
            else:
                self.refused += isinstance(outcome, Refused) and not outcome.replayed
                result.error.CopyFrom(answers.refusal(outcome, language))
        return response.SerializeToString()

    def _single(self, item: pb.BatchItem) -> Work:
        command = item.command
        field = command.WhichOneof("kind")
        if field is None:
            raise InvalidRequest([Violation("command", REQUIRED)])
        request = getattr(command, field)
        try:
            own_id = request_id(request.request_id)
            normalised = self._command(KINDS[field], request)
        except InvalidRequest as invalid:
            raise invalid.below(f"command.{field}") from None
        command_hash = self._ledger.secret.command_hash(normalised.data)
        return work(self._call.identity, own_id, command_hash, (normalised,), self._trace_id)

    def _group(self, group: pb.AtomicGroup) -> Work:
        size = len(group.commands)
        if not 1 <= size <= GROUP_MAX:
            problem = f"must have 1 to {GROUP_MAX} commands"
            raise InvalidRequest([Violation("group.commands", problem)])
        own_id = request_id(group.request_id, "group.request_id")
        members = []
        for index, command in enumerate(group.commands):
            path = f"group.commands[{index}]"
            field = command.WhichOneof("kind")
            if field is None:
                raise InvalidRequest([Violation(path, REQUIRED)])
            request = getattr(command, field)
            try:
                if request.request_id:
                    problem = "must be empty: the group has the request id"
                    raise InvalidRequest([Violation("request_id", problem)])
                members.append(self._command(KINDS[field], request))
            except InvalidRequest as invalid:
                raise invalid.below(f"{path}.{field}") from None
        data = group_bytes([member.data for member in members])
        command_hash = self._ledger.secret.command_hash(data)
        return work(self._call.identity, own_id, command_hash, members, self._trace_id, grouped=True)

    def _command(self, kind: Kind, request: Any) -> Normalised:
        """Normalise one command, which needs its own method's rights and the batch's ledger."""
        identity = self._call.identity
        if kind.rights & ~identity.rights:
            demand_rights(identity, kind.rights)
        normalised = normalise(kind, request, self._call.now, identity.rights)
        if normalised.ledger != self._ledger.code:
            problem = f"must be of the ledger {self._ledger.code}"
            raise InvalidRequest([Violation(kind.subject, problem)])
        if kind.number in TRANSFER_KINDS:
            acting = acting_ledger(kind.number, request)
            if acting and not identity.may_use(acting):
                raise Rejected(reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": acting})
        return normalised
