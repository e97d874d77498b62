"""Wallet transfer (医保钱包): money that leaves an account, is in flight, and arrives in an account of any ledger.

The sender's ledger alone decides whether a transfer is accepted or returned. The receiver's ledger credits what was
accepted, once, and cannot refuse it. Nothing here looks at another ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.domain.payers import holding_grant
from ledger.domain.recorded import Key, Leg
from ledger.domain.refusal import Refusal
from ledger.domain.sanctions import check_may_share
from ledger.domain.shares import NEAR_RELATIVES
from ledger.domain.subject import check_may_pay, check_not_closed, check_version, existing_account
from ledger.domain.transfer_rules import NATIONAL, TransferRules
from ledger.domain.unique import claim
from ledger.domain.values import CLOSED, NONE
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

TRANSFER = types_pb2.UNIQUE_KEY_KIND_TRANSFER
PENDING = types_pb2.UNIQUE_KEY_KIND_PENDING_TRANSFER
ACCEPTED = types_pb2.UNIQUE_KEY_KIND_ACCEPTED_TRANSFER

DECLINED = types_pb2.TRANSFER_RETURN_REASON_DECLINED
EXPIRED = types_pb2.TRANSFER_RETURN_REASON_EXPIRED
VOIDED = types_pb2.TRANSFER_RETURN_REASON_VOIDED


def sent_parts(transfer_id: bytes) -> tuple[str, ...]:
    """Return what the key of a sent transfer is made of. It is never released: an id is used once."""
    return ("sent", transfer_id.hex())


def credited_parts(ledger: str, transfer_id: bytes) -> tuple[str, ...]:
    """Return what the key of a credited transfer is made of: two ledgers may choose the same id."""
    return ("credited", ledger, transfer_id.hex())


class Sent(NamedTuple):
    """A transfer as its initiation tells it, and the sender as the log tells it now."""

    initiated: Recorded
    sender: Person

    @property
    def asked(self) -> commands_pb2.WalletTransfer:
        """What the sender asked for."""
        asked: commands_pb2.WalletTransfer = self.initiated.event.transfer
        return asked


def initiate_transfer(command: Command, view: View, rules: TransferRules = NATIONAL) -> list[Leg]:
    """Take the money out of the balance; it is in flight from now on."""
    content = cast("commands_pb2.WalletTransfer", command.content)
    ledger, stream = names.parse_account(content.receiver)
    sender = existing_account(command.stream, view)
    receiver = existing_account(stream, view) if ledger == view.ledger else None
    check_version(command, sender)
    check_not_closed(sender)
    if receiver is not None:
        check_not_closed(receiver)
    check_may_pay(sender, command.effective_time)
    amount = content.amount
    if not 0 < amount <= AMOUNT_LIMIT:
        detail = f"the amount {amount} is not in 1 … {AMOUNT_LIMIT}"
        raise Refusal(reasons.REFUSAL_REASON_AMOUNT_MISMATCH, {"detail": detail})
    check_may_share(command.effective_time, sender, receiver)
    _check_relatives(content, sender, ledger, stream, command.effective_time)
    local = view.local_time(command.effective_time)
    day = local.year * 10_000 + local.month * 100 + local.day
    if not rules.is_open(local):
        hours = {"from": f"{rules.closed_from:%H:%M}", "to": f"{rules.closed_until:%H:%M}"}
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_WINDOW_CLOSED, hours)
    if amount > rules.amount_limit:
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_LIMIT_EXCEEDED, {"limit": str(rules.amount_limit)})
    if sender.wallet.days.get(day, 0) >= rules.daily_count:
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_COUNT_EXCEEDED, {"limit": str(rules.daily_count)})
    if amount > sender.balance:
        raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
    transfer_id = content.transfer_id
    sent = claim(view, TRANSFER, sent_parts(transfer_id), reasons.REFUSAL_REASON_DUPLICATE_TRANSFER_ID)
    event = events_pb2.TransferInitiated(
        transfer=content,
        return_time=rules.return_time(local),
        counted_on=types_pb2.CivilDate(year=local.year, month=local.month, day=local.day),
    )
    return [
        Leg(
            stream=command.stream,
            type=types.TRANSFER_INITIATED,
            event=event,
            balance_change=-amount,
            causation=transfer_id,
            keys=(sent, Key(PENDING, view.key_hash(PENDING, transfer_id.hex()))),
            confidential=command.confidential,
        )
    ]


def accept_transfer(command: Command, view: View) -> list[Leg]:
    """Accept a pending transfer: from now on it can only be credited."""
    content = cast("commands_pb2.TransferAcceptance", command.content)
    transfer_id = content.transfer_id
    sent = _sent(transfer_id, view)
    asked = sent.asked
    if asked.receiver != content.receiver:
        # Whoever it is not for learns nothing about it.
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND)
    check_version(command, sent.sender)
    check_pending(sent.initiated, sent.sender)
    _check_sent_before(command, sent, view)
    if command.effective_time >= sent.initiated.event.return_time:
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_EXPIRED, _until(sent, view))
    event = events_pb2.TransferAccepted(
        acceptance=content,
        initiated_position=sent.initiated.position,
        amount=asked.amount,
        receiver=asked.receiver,
    )
    return [
        Leg(
            stream=sent.sender.id,
            type=types.TRANSFER_ACCEPTED,
            event=event,
            causation=transfer_id,
            keys=(_no_longer_pending(transfer_id, view), Key(ACCEPTED, view.key_hash(ACCEPTED, transfer_id.hex()))),
            confidential=command.confidential,
        )
    ]


def return_transfer(command: Command, view: View) -> list[Leg]:
    """Send a pending transfer back. The receiver alone declines it, and it expires only when its time has run out."""
    content = cast("commands_pb2.TransferReturn", command.content)
    sent = _sent(content.transfer_id, view)
    if content.receiver != (sent.asked.receiver if content.reason == DECLINED else ""):
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND)
    check_version(command, sent.sender)
    check_pending(sent.initiated, sent.sender)
    if content.reason == EXPIRED and command.effective_time < sent.initiated.event.return_time:
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_NOT_EXPIRED, _until(sent, view))
    leg = return_leg(sent.initiated, content, content.reason, view)
    leg.confidential = command.confidential
    return [leg]


def credit_transfer(command: Command, view: View) -> list[Leg]:
    """Credit an accepted transfer to an account in whatever state; what a closed or unknown one cannot take is owed
    outside.
    """
    content = cast("commands_pb2.TransferCredit", command.content)
    receiver = view.person(command.stream)
    check_version(command, receiver)
    parts = credited_parts(names.parse_account(content.sender)[0], content.transfer_id)
    key = claim(view, TRANSFER, parts, reasons.REFUSAL_REASON_TRANSFER_ALREADY_CREDITED)
    owed = content.amount if receiver.state in (CLOSED, NONE) else 0
    return [
        Leg(
            stream=command.stream,
            type=types.TRANSFER_CREDITED,
            event=events_pb2.TransferCredited(credit=content, payable_after_close=owed),
            balance_change=content.amount - owed,
            causation=content.transfer_id,
            keys=(key,),
            confidential=command.confidential,
        )
    ]


def settle_transfer(command: Command, view: View) -> list[Leg]:
    """Record that an accepted transfer of the subject was credited, once: from now on nobody looks at it again."""
    content = cast("commands_pb2.TransferSettlement", command.content)
    sender = existing_account(command.stream, view)
    transaction = view.transaction(content.accepted_position) if content.accepted_position < view.next_position else ()
    accepted = next((entry for entry in transaction if entry.position == content.accepted_position), None)
    said = (sender.id, content.transfer_id, content.receiver)
    if accepted is None or accepted.type != types.TRANSFER_ACCEPTED or said != _accepted(accepted):
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND)
    check_version(command, sender)
    held = view.key_hash(ACCEPTED, content.transfer_id.hex())
    if not view.key_active(ACCEPTED, held):
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_ALREADY_SETTLED)
    return [
        Leg(
            stream=command.stream,
            type=types.TRANSFER_SETTLED,
            event=events_pb2.TransferSettled(settlement=content),
            causation=content.transfer_id,
            keys=(Key(ACCEPTED, held, released=True),),
        )
    ]


def _accepted(entry: Recorded) -> tuple[bytes, bytes, str]:
    return entry.stream, entry.event.acceptance.transfer_id, entry.event.receiver


def check_pending(initiated: Recorded, sender: Person) -> None:
    """Refuse when the transfer has been accepted or has gone back."""
    if initiated.position in sender.wallet.in_flight:
        return
    if initiated.position in sender.reversed:
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_ALREADY_RETURNED)
    raise Refusal(reasons.REFUSAL_REASON_TRANSFER_ALREADY_ACCEPTED)


def return_leg(
    initiated: Recorded,
    asked: commands_pb2.TransferReturn | None,
    reason: types_pb2.TransferReturnReason,
    view: View,
) -> Leg:
    """Return the leg that gives a pending transfer back; `asked` is None when its command is voided."""
    transfer = initiated.event.transfer
    owed = transfer.amount if view.person(initiated.stream).state == CLOSED else 0
    event = events_pb2.TransferReturned(
        transfer_return=asked,
        initiated_position=initiated.position,
        amount=transfer.amount,
        reason=reason,
        payable_after_close=owed,
    )
    return Leg(
        stream=initiated.stream,
        type=types.TRANSFER_RETURNED,
        event=event,
        balance_change=transfer.amount - owed,
        reverses=initiated.position,
        causation=transfer.transfer_id,
        keys=(_no_longer_pending(transfer.transfer_id, view),),
    )


def _sent(transfer_id: bytes, view: View) -> Sent:
    position = view.key_position(TRANSFER, view.key_hash(TRANSFER, *sent_parts(transfer_id)))
    for entry in view.transaction(position) if position else ():
        if entry.position == position:
            return Sent(entry, view.person(entry.stream))
    raise Refusal(reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND)


def _check_relatives(
    content: commands_pb2.WalletTransfer, sender: Person, ledger: str, receiver: bytes, time: int
) -> None:
    """Refuse unless the sender has granted the receiver a share, in the relation that the content names if any."""
    if receiver == sender.id:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_WITH_SELF)
    if content.relation and content.relation not in NEAR_RELATIVES:
        raise Refusal(reasons.REFUSAL_REASON_RELATION_NOT_PERMITTED)
    grant = holding_grant(sender, receiver, ledger, time)
    if grant is None or content.relation not in (types_pb2.RELATION_UNSPECIFIED, grant.relation):
        raise Refusal(reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED)


def _check_sent_before(command: Command, sent: Sent, view: View) -> None:
    """Refuse an acceptance that happened before the transfer was sent: nobody can take what is not there yet."""
    begun = sent.initiated.effective_time
    if command.effective_time < begun:
        metadata = {"initiate_time": view.local_time(begun).isoformat()}
        raise Refusal(reasons.REFUSAL_REASON_TRANSFER_NOT_YET_SENT, metadata)


def _no_longer_pending(transfer_id: bytes, view: View) -> Key:
    return Key(PENDING, view.key_hash(PENDING, transfer_id.hex()), released=True)


def _until(sent: Sent, view: View) -> dict[str, str]:
    return {"return_time": view.local_time(sent.initiated.event.return_time).isoformat()}
