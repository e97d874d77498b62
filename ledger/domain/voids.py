"""Voiding a command of the same organisation (冲正) when its caller does not know, or regrets, its
outcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.reversals import is_reversed, reversal_legs
from ledger.domain.subject import check_version
from ledger.domain.wallet import VOIDED, check_pending, return_leg
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

TOMBSTONED = events_pb2.VOID_EFFECT_TOMBSTONED
REVERSED = events_pb2.VOID_EFFECT_REVERSED
NOTHING_TO_UNDO = events_pb2.VOID_EFFECT_NOTHING_TO_UNDO


def void_command(command: Command, view: View) -> list[Leg]:
    """Undo a known command, or leave a tombstone for an unknown one, so that a late original is
    refused.
    """
    content = cast("commands_pb2.VoidedCommand", command.content)
    first_position = view.command(content.request_id)
    if not first_position:
        return [_voided(command, TOMBSTONED, 0, view)]  # about nobody who is known, so nothing personal is kept
    transaction = view.transaction(first_position)
    first = transaction[0]
    # The second case: the id itself was voided before it arrived, and its tombstone stands.
    if first.type == types.COMMAND_REFUSED or (
        first.type == types.COMMAND_VOIDED and first.event.command.request_id == content.request_id
    ):
        known = first.type == types.COMMAND_REFUSED and first.event.subject_version
        return [_voided(command, NOTHING_TO_UNDO, first_position, view, first.event.subject if known else b"")]
    if not _is_voidable(transaction):
        raise Refusal(reasons.REFUSAL_REASON_NOT_VOIDABLE)
    check_version(command, view.person(first.stream))
    if is_reversed(first, view):
        return [_voided(command, NOTHING_TO_UNDO, first_position, view, first.stream)]
    if first.type == types.TRANSFER_INITIATED:
        check_pending(first, view.person(first.stream))
        undone = [return_leg(first, None, VOIDED, view)]
    else:
        undone = reversal_legs(first, transaction, None, view)
    return [_voided(command, REVERSED, first_position, view, first.stream), *undone]


def _is_voidable(transaction: Sequence[Recorded]) -> bool:
    """Tell whether the transaction is one deposit, one premium, one purchase or one transfer that was
    sent, and nothing beside it.
    """
    first, *others = transaction
    if first.type in {types.DEPOSIT_POSTED, types.PREMIUM_DEDUCTED, types.TRANSFER_INITIATED}:
        return not others
    if first.type == types.PURCHASE_SETTLED:
        return all(
            entry.type == types.SHARE_PAID and entry.event.purchase_position == first.position for entry in others
        )
    if first.type == types.FAMILY_TRANSFER_SENT:
        return len(others) == 1  # the received leg
    return False


def _voided(command: Command, effect: events_pb2.VoidEffect, position: int, view: View, person: bytes = b"") -> Leg:
    """Return the entry of a void. What is personal is kept for the voided command's person, or not at all."""
    event = events_pb2.CommandVoided(
        command=cast("commands_pb2.VoidedCommand", command.content),
        effect=effect,
        voided_position=position,
    )
    return Leg(
        stream=view.refusals,
        type=types.COMMAND_VOIDED,
        event=event,
        confidential=command.confidential if person else None,
        owner=person,
    )
