"""Reversing a deposit, a purchase, a premium or a sent family transfer: negating what was recorded, computing
nothing again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names, settle
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import check_not_closed, check_version
from ledger.domain.unique import release
from ledger.domain.values import CLOSED
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def reverse_entry(command: Command, view: View) -> list[Leg]:
    """Reverse the entry that the command names."""
    content = cast("commands_pb2.Reversal", command.content)
    target, transaction = entry_named(content.entry, view)
    if target.type not in _REVERSERS:
        raise Refusal(reasons.REFUSAL_REASON_NOT_REVERSIBLE)
    check_version(command, view.person(target.stream))
    check_standing(target, view)
    legs = reversal_legs(target, transaction, content, view)
    legs[0].confidential = command.confidential
    return legs


def entry_named(name: str, view: View) -> tuple[Recorded, Sequence[Recorded]]:
    """Return the entry of a resource name and its transaction; refuse one that does not exist."""
    ledger, position = names.parse_entry(name)
    transaction: Sequence[Recorded] = ()
    if ledger == view.ledger and position < view.next_position:
        transaction = view.transaction(position)
    target = next((entry for entry in transaction if entry.position == position), None)
    if target is None:
        raise Refusal(reasons.REFUSAL_REASON_ENTRY_NOT_FOUND)
    return target, transaction


def check_standing(target: Recorded, view: View) -> None:
    """Refuse an entry that was reversed before, and where the latest goes first, a purchase before a later one.

    What a later purchase of the service year and benefit paid depends on the sums that the earlier
    one left.
    """
    if is_reversed(target, view):
        raise Refusal(reasons.REFUSAL_REASON_ALREADY_REVERSED)
    if not view.latest_first or target.type != types.PURCHASE_SETTLED:
        return
    sums = target.event.accumulator
    latest = view.person(target.stream).standing[sums.year, sums.benefit][-1]
    if latest != target.position:
        first = {"entry": names.entry_name(view.ledger, latest)}
        raise Refusal(reasons.REFUSAL_REASON_REVERSAL_OUT_OF_ORDER, first)


def is_reversed(target: Recorded, view: View) -> bool:
    """Tell whether the entry has been reversed."""
    return target.position in view.person(target.stream).reversed


def reversal_legs(
    target: Recorded,
    transaction: Sequence[Recorded],
    reversal: commands_pb2.Reversal | None,
    view: View,
) -> list[Leg]:
    """Return the legs that undo a deposit, purchase, premium or sent transfer that nobody has undone yet.

    `transaction` holds the target and the other legs of its command; `reversal` is None when a void
    or an amendment undoes it.
    """
    return _REVERSERS[target.type](target, transaction, reversal, view)


def _deposit_legs(
    target: Recorded,
    _transaction: Sequence[Recorded],
    reversal: commands_pb2.Reversal | None,
    view: View,
) -> list[Leg]:
    person = view.person(target.stream)
    check_not_closed(person)
    amount = target.event.deposit.amount
    if amount > person.balance:
        raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
    event = events_pb2.DepositReversed(reversal=reversal, reversed_position=target.position, amount=amount)
    return [
        Leg(
            stream=target.stream,
            type=types.DEPOSIT_REVERSED,
            event=event,
            balance_change=-amount,
            reverses=target.position,
            keys=release(target.keys),
        )
    ]


def _purchase_legs(
    target: Recorded,
    transaction: Sequence[Recorded],
    reversal: commands_pb2.Reversal | None,
    view: View,
) -> list[Leg]:
    settled = target.event
    person = view.person(target.stream)
    credited, owed = _credit(target.stream, settled.split.own_account, view)
    year, benefit = settled.accumulator.year, settled.accumulator.benefit
    change = settle.sums_of(settled.purchase, settled.split, uncounted=settled.uncounted)
    event = events_pb2.PurchaseReversed(
        reversal=reversal,
        reversed_position=target.position,
        split=settled.split,
        # The sums of the original year as they stand now: later purchases keep theirs.
        accumulator=settle.accumulator(year, benefit, person.accumulators[year, benefit], change, -1),
        payable_after_close=owed,
    )
    legs = [
        Leg(
            stream=target.stream,
            type=types.PURCHASE_REVERSED,
            event=event,
            balance_change=credited,
            reverses=target.position,
            keys=release(target.keys),
        )
    ]
    legs += [
        _refund(entry, view)
        for entry in transaction
        if entry.type == types.SHARE_PAID and entry.event.purchase_position == target.position
    ]
    return legs


def _refund(paid: Recorded, view: View) -> Leg:
    """Give a relative's part back, whatever became of the grant or of the card."""
    share = paid.event
    credited, owed = _credit(paid.stream, share.amount, view)
    event = events_pb2.ShareRefunded(
        beneficiary=share.beneficiary,
        amount=share.amount,
        purchase_position=share.purchase_position,
        share_position=paid.position,
        payable_after_close=owed,
        year=share.year,
    )
    return Leg(paid.stream, types.SHARE_REFUNDED, event, credited, reverses=paid.position)


def _premium_legs(
    target: Recorded,
    _transaction: Sequence[Recorded],
    reversal: commands_pb2.Reversal | None,
    view: View,
) -> list[Leg]:
    amount = target.event.deduction.amount
    credited, owed = _credit(target.stream, amount, view)
    event = events_pb2.PremiumReversed(
        reversal=reversal, reversed_position=target.position, amount=amount, payable_after_close=owed
    )
    return [
        Leg(
            stream=target.stream,
            type=types.PREMIUM_REVERSED,
            event=event,
            balance_change=credited,
            reverses=target.position,
            keys=release(target.keys),
        )
    ]


def _transfer_legs(
    target: Recorded,
    transaction: Sequence[Recorded],
    reversal: commands_pb2.Reversal | None,
    view: View,
) -> list[Leg]:
    received = next(
        entry
        for entry in transaction
        if entry.type == types.FAMILY_TRANSFER_RECEIVED and entry.event.sent_position == target.position
    )
    amount = received.event.amount
    receiver = view.person(received.stream)
    check_not_closed(receiver)
    if amount > receiver.balance:
        raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
    credited, owed = _credit(target.stream, amount, view)
    to_sender = events_pb2.FamilyTransferReversed(
        reversal=reversal,
        reversed_position=target.position,
        amount=amount,
        payable_after_close=owed,
    )
    from_receiver = events_pb2.FamilyTransferReversed(
        reversed_position=target.position, amount=amount, receiver_leg=True
    )
    kind = types.FAMILY_TRANSFER_REVERSED
    return [
        Leg(target.stream, kind, to_sender, credited, reverses=target.position),
        Leg(received.stream, kind, from_receiver, -amount, reverses=received.position),
    ]


def _credit(stream: bytes, amount: int, view: View) -> tuple[int, int]:
    """Return what goes to the balance and what is owed outside because the account is closed, in
    fen.
    """
    return (0, amount) if view.person(stream).state == CLOSED else (amount, 0)


_REVERSERS: dict[
    int,
    Callable[[Recorded, Sequence[Recorded], commands_pb2.Reversal | None, View], list[Leg]],
] = {
    types.DEPOSIT_POSTED: _deposit_legs,
    types.PURCHASE_SETTLED: _purchase_legs,
    types.PREMIUM_DEDUCTED: _premium_legs,
    types.FAMILY_TRANSFER_SENT: _transfer_legs,
}
