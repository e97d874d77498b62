"""Answers from recorded entries: the first answer again, or the first field in which a second request differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.domain import command as kinds
from ledger.log.entry import EVENT_TYPES
from ledger.log.outcome import Committed, Failed, Refused
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from ledger.domain.command import Command, Work
    from ledger.domain.recorded import Recorded
    from ledger.log.keystore import KeyStore
    from ledger.log.outcome import Outcome
    from ledger.log.overlay import KnownCommand

_REFUSED: Final = EVENT_TYPES["command_refused"]
_VOIDED: Final = EVENT_TYPES["command_voided"]
_PAYOUT: Final = EVENT_TYPES["payout_proposed"]
_SUBJECT_KNOWN_BY_LOG: Final = frozenset(
    {
        kinds.REVERSE_ENTRY,
        kinds.AMEND_PURCHASE,
        kinds.PROPOSE_ADJUSTMENT,
        kinds.PROPOSE_OPENINGS,
        kinds.VOID_COMMAND,
        kinds.REVIEW_PROPOSAL,
        kinds.PROPOSE_POLICY,
        kinds.WITHDRAW_POLICY,
        kinds.ACCEPT_TRANSFER,
        kinds.RETURN_TRANSFER,
        kinds.RAISE_FEATURE_LEVEL,
        kinds.CHANGE_SIGNING_KEY,
        kinds.CLOSE_YEAR,
    }
)


def outcome_of(entries: Sequence[Recorded], *, replayed: bool, tombstone: bool = False) -> Outcome:
    """Return what a transaction's entries say to the caller. `tombstone`: they void a command that never came."""
    if tombstone:
        return Failed(reasons.REFUSAL_REASON_COMMAND_VOIDED)
    first = entries[0]
    if first.type == _REFUSED:
        event = first.event
        item = event.item if event.grouped else None
        return Refused(event.reason, dict(event.metadata), first.position, item, replayed)
    return Committed(entries, replayed)


def replay(work: Work, known: KnownCommand, entries: Sequence[Recorded]) -> Outcome:
    """Answer a request whose id is taken: the recorded answer where the content is the same, else a conflict."""
    if known.command_hash == work.command_hash:
        return outcome_of(entries, replayed=True)
    if not any(known.command_hash):
        return Failed(reasons.REFUSAL_REASON_COMMAND_VOIDED)
    return Failed(reasons.REFUSAL_REASON_IDEMPOTENCY_CONFLICT, {"field": differing_field(work, entries)})


def differing_field(work: Work, entries: Sequence[Recorded]) -> str:
    """Name the first field in which a request differs from the recorded command of the same id."""
    if len(work.commands) != 1:
        return "commands"
    command = work.commands[0]
    recorded, subject = _content(entries[0])
    if recorded is None or recorded.DESCRIPTOR is not command.content.DESCRIPTOR:
        return "method"
    if command.kind not in _SUBJECT_KNOWN_BY_LOG and subject != command.stream:
        return "account"
    name = first_difference(recorded, command.content)
    if command.kind == kinds.VOID_COMMAND and name:
        return f"voided_{name}"  # the field of the request
    return name or _time_or_version(command, entries[0])


def confidential_difference(
    work: Work, entries: Sequence[Recorded], keystore: KeyStore, connection: psycopg.Connection
) -> str:
    """Name the first field of personal data that differs from what was sealed; empty when none does.

    Where the key was destroyed, or the data was not kept because nobody knew the person, nothing can differ.
    """
    first = entries[0]
    commands = work.commands
    if first.type == _REFUSED:
        commands = (work.commands[first.event.item],)
        if first.sealed is None and not first.event.subject_version:
            return ""
    if first.type == _VOIDED and first.sealed is None:
        return ""
    asked = [command.confidential for command in commands if command.confidential is not None]
    kept = [item for item in entries if item.sealed is not None]
    if len(asked) != len(kept):
        # Nothing was kept of somebody whose key had been destroyed by then.
        gone = any(keystore.destroyed(connection, command.stream) for command in commands if command.confidential)
        return "" if gone else "confidential"
    for confidential, item in zip(asked, kept, strict=True):
        plain = keystore.open(connection, item.stream, item.version, item.sealed)
        if plain is None:
            continue
        name = first_difference(types_pb2.Confidential.FromString(plain), confidential)
        if name:
            return f"confidential.{name}"
    return ""


def _content(first: Recorded) -> tuple[Any, bytes]:
    """Return the content of the recorded command, and its subject."""
    event = first.event
    if first.type == _REFUSED:
        kind = event.command.WhichOneof("content")
        return (getattr(event.command, kind) if kind else None), event.subject
    subject = event.account if first.type == _PAYOUT else first.stream  # such a proposal lies in another stream
    # Every event that answers a command holds the command's content in its first field.
    content = event.DESCRIPTOR.fields_by_number[1]
    if content.message_type is None or not event.HasField(content.name):
        return None, subject
    return getattr(event, content.name), subject


def first_difference(left: Any, right: Any) -> str:
    """Return the path of the first field, by number, that differs; empty when none does."""
    for field in sorted(left.DESCRIPTOR.fields, key=lambda item: item.number):
        one, other = getattr(left, field.name), getattr(right, field.name)
        if one == other and (not field.has_presence or left.HasField(field.name) == right.HasField(field.name)):
            continue
        if field.message_type is not None and not field.is_repeated:
            inner = first_difference(one, other)
            return f"{field.name}.{inner}" if inner else str(field.name)
        return str(field.name)
    return ""


def _time_or_version(command: Command, first: Recorded) -> str:
    """The content is the same, so the difference is in what stands beside it, or one of them is a group."""
    given = command.effective_time_given
    if given != first.effective_time_given or (given and command.effective_time != first.effective_time):
        return "effective_time"
    return "expected_version" if command.expected_version != first.expected_version else "commands"
