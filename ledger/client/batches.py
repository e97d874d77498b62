"""Many commands in few calls: items with ids of their own, and one outcome for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from google.protobuf.message import Message

from ledger.client.errors import LedgerError, error_of
from ledger.client.identifiers import new_request_id
from ledger.v1 import command_service_pb2 as pb

CALL_COMMANDS: Final = 1_000
"""Commands of one call. Larger ones are no faster, and one more retry has more to repeat."""
CALL_COMMANDS_MAX: Final = 5_000
"""Commands that a call may have (`BatchExecuteRequest.items`)."""

_KINDS: Final = {
    field.message_type.full_name: field.name for field in pb.Command.DESCRIPTOR.fields if field.message_type
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one item of a batch ended: `transaction` is what was recorded, or None where there is an `error`."""

    request_id: str
    transaction: pb.Transaction | None
    error: LedgerError | None

    def get(self) -> pb.Transaction:
        """What was recorded; raises the error where nothing was."""
        if self.error is not None:
            raise self.error
        assert self.transaction is not None
        return self.transaction


def group(*commands: Message, request_id: str = "") -> pb.AtomicGroup:
    """Commands that are recorded together or not at all, at most 500."""
    return pb.AtomicGroup(
        request_id=request_id or new_request_id(), commands=[_command(command) for command in commands]
    )


def items(commands: Iterable[Message]) -> Iterator[pb.BatchItem]:
    """An item for each request of a command or group.

    A request without an id gets one, in place: when the call fails, the same requests can be
    executed again, and what was recorded is not recorded twice.
    """
    for command in commands:
        if isinstance(command, pb.AtomicGroup):
            command.request_id = command.request_id or new_request_id()
            yield pb.BatchItem(group=command)
        else:
            yield pb.BatchItem(command=_command(_with_id(command)))


def calls(ledger: str, commands: Iterable[Message], size: int) -> Iterator[pb.BatchExecuteRequest]:
    """The requests that execute commands in order, each with about `size` items."""
    if not 1 <= size <= CALL_COMMANDS_MAX:
        raise ValueError(f"a call has 1 to {CALL_COMMANDS_MAX} commands, not {size}")
    waiting = items(commands)
    while page := list(islice(waiting, size)):
        yield pb.BatchExecuteRequest(ledger=ledger, items=page)


def outcomes(request: pb.BatchExecuteRequest, answer: pb.BatchExecuteResponse) -> Iterator[Outcome]:
    """How each item ended, in order."""
    for item, result in zip(request.items, answer.results, strict=True):
        request_id = _request_id(item)
        if result.HasField("error"):
            yield Outcome(request_id, None, error_of(result.error, request_id))
        else:
            yield Outcome(request_id, result.transaction, None)


def _kind(command: Message) -> str:
    """The field of `Command` that a request belongs in."""
    kind = _KINDS.get(command.DESCRIPTOR.full_name)
    if kind is None:
        raise TypeError(f"{command.DESCRIPTOR.full_name} is not the request of a command")
    return kind


def _with_id(command: Message) -> Message:
    _kind(command)  # what is no command is not touched
    named: Any = command
    named.request_id = named.request_id or new_request_id()
    return command


def _command(command: Message) -> pb.Command:
    wrapped: Any = {_kind(command): command}
    return pb.Command(**wrapped)


def _request_id(item: pb.BatchItem) -> str:
    if item.HasField("group"):
        return item.group.request_id
    command: Any = getattr(item.command, item.command.WhichOneof("kind") or "")
    return str(command.request_id)
