"""Family transfer: money from the subject's account to a relative's in the same ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.amounts import AMOUNT_LIMIT, BALANCE_LIMIT
from ledger.domain.payers import holding_grant
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.sanctions import check_may_share
from ledger.domain.subject import check_may_pay, check_not_closed, check_version, existing_account
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def transfer_share(command: Command, view: View) -> list[Leg]:
    """Send money to a relative who holds a grant. The grant's limits bound purchases, not what the
    payer sends.
    """
    content = cast("commands_pb2.FamilyTransfer", command.content)
    ledger, stream = names.parse_account(content.receiver)
    amount = content.amount
    sender = existing_account(command.stream, view)
    here = ledger == view.ledger
    receiver = existing_account(stream, view) if here else None
    check_version(command, sender)
    check_not_closed(sender)
    if receiver is not None:
        check_not_closed(receiver)
    check_may_pay(sender, command.effective_time)
    if not 0 < amount <= AMOUNT_LIMIT:
        detail = f"the amount {amount} is not in 1 … {AMOUNT_LIMIT}"
        raise Refusal(reasons.REFUSAL_REASON_AMOUNT_MISMATCH, {"detail": detail})
    if receiver is None:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_ACROSS_LEDGERS_NOT_SUPPORTED)
    if receiver.id == sender.id:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_WITH_SELF)
    check_may_share(command.effective_time, sender, receiver)
    if holding_grant(sender, receiver.id, view.ledger, command.effective_time) is None:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED)
    if amount > sender.balance:
        raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
    if receiver.balance + amount > BALANCE_LIMIT:
        raise Refusal(reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED)
    received = events_pb2.FamilyTransferReceived(
        sender=sender.id,
        amount=amount,
        sent_position=view.next_position,  # the sent leg is the first of this command
    )
    return [
        Leg(
            stream=command.stream,
            type=types.FAMILY_TRANSFER_SENT,
            event=events_pb2.FamilyTransferSent(transfer=content),
            balance_change=-amount,
            confidential=command.confidential,
        ),
        Leg(stream, types.FAMILY_TRANSFER_RECEIVED, received, amount),
    ]
