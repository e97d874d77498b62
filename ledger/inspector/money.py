"""What each event does to a balance, and what for, as `events.proto` words it. One event alone can be judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.inspector.layout import EVENT_NAMES, EVENT_TYPES


def _less_owed(amount: Callable[[Any], int]) -> Callable[[Any], int]:
    return lambda event: amount(event) - event.payable_after_close


def _family_reversed(event: Any) -> int:
    amount: int = event.amount
    return -amount if event.receiver_leg else amount - int(event.payable_after_close)


_MOVES: Final[dict[str, Callable[[Any], int]]] = {
    "opening_imported": lambda e: e.opening.balance,
    "balance_paid_out": lambda e: -e.amount,
    "deposit_posted": lambda e: e.deposit.amount,
    "deposit_reversed": lambda e: -e.amount,
    "interest_posted": lambda e: e.posting.amount,
    "adjustment_posted": _less_owed(lambda e: e.amount),
    "premium_deducted": lambda e: -e.deduction.amount,
    "premium_reversed": _less_owed(lambda e: e.amount),
    "purchase_settled": lambda e: -e.split.own_account,
    "purchase_reversed": _less_owed(lambda e: e.split.own_account),
    "share_paid": lambda e: -e.amount,
    "share_refunded": _less_owed(lambda e: e.amount),
    "family_transfer_sent": lambda e: -e.transfer.amount,
    "family_transfer_received": lambda e: e.amount,
    "family_transfer_reversed": _family_reversed,
    "transfer_initiated": lambda e: -e.transfer.amount,
    "transfer_returned": _less_owed(lambda e: e.amount),
    "transfer_credited": _less_owed(lambda e: e.credit.amount),
    "accounts_merged": lambda e: e.amount,
    "account_absorbed": lambda e: -e.amount,
    "hold_placed": lambda e: -e.hold.amount,
    "hold_captured": _less_owed(lambda e: e.returned),
    "hold_released": _less_owed(lambda e: e.amount),
    "relocation_out": lambda e: -e.amount,
    "relocation_in": _less_owed(lambda e: e.arrival.amount),
    "relocation_returned": lambda e: e.amount,
}
_BY_TYPE: Final = {EVENT_TYPES[name]: moves for name, moves in _MOVES.items()}

_PURPOSES: Final[dict[str, Callable[[Any], Any]]] = {
    "purchase_settled": lambda e: e.purchase.category and e.purchase.institution,
    "share_paid": lambda e: e.beneficiary and e.purchase_position,
    "premium_deducted": lambda e: e.deduction.kind,
    "deposit_reversed": lambda e: e.reversed_position,
    "family_transfer_sent": lambda e: e.transfer.receiver,
    "family_transfer_reversed": lambda e: e.reversed_position,
    "transfer_initiated": lambda e: e.transfer.receiver,
    "adjustment_posted": lambda e: e.reason,
    "balance_paid_out": lambda e: e.reason,
    "account_absorbed": lambda e: e.survivor,
    "relocation_out": lambda e: e.departure.destination,
    "hold_placed": lambda e: e.hold.beneficiary,
}
_FOR: Final = {EVENT_TYPES[name]: purpose for name, purpose in _PURPOSES.items()}

_BILLS: Final = {
    EVENT_TYPES["purchase_settled"]: lambda e: e.purchase.bill,
    EVENT_TYPES["claim_filed"]: lambda e: e.filing.bill,
}
_SETTLED: Final = EVENT_TYPES["purchase_settled"]
MOVING: Final = frozenset(_BY_TYPE)
"""Types of events that may move a balance."""


def moves(type_: int, event: Any) -> int:
    """Return what an event says that it does to a balance, in fen."""
    said = _BY_TYPE.get(type_)
    return said(event) if said else 0


def problem(type_: int, event: Any, change: int) -> str:
    """Return what an event says wrongly about money, `change` being what its entry does (fen); else nothing."""
    said = moves(type_, event)
    if said != change:
        return f"{EVENT_NAMES[type_]} moves {said} fen, its entry {change} fen"
    owed = getattr(event, "payable_after_close", 0)
    if owed < 0 and type_ != EVENT_TYPES["adjustment_posted"]:
        return f"{owed} fen are owed outside"
    if change < 0 and not (type_ in _FOR and _FOR[type_](event)):
        return f"{EVENT_NAMES[type_]} takes {-change} fen and names no purpose"
    bill = _BILLS.get(type_)
    if bill is not None and (found := _bill(bill(event))):
        return found
    return (
        split_problem(event.purchase.bill.total, event.purchase.bill.in_scope, event.split) if type_ == _SETTLED else ""
    )


def _bill(bill: Any) -> str:
    parts = (bill.in_scope, bill.pre_self_pay, bill.over_limit_self_pay, bill.full_self_pay)
    if min(parts) < 0 or sum(parts) != bill.total:
        return f"a bill of {bill.total} fen has the parts {' + '.join(map(str, parts))}"
    return ""


def split_problem(total: int, in_scope: int, split: Any) -> str:
    """Return why a split does not add up to its bill (fen), else nothing."""
    funds = sum(fund.amount for fund in split.funds)
    shared = sum(share.amount for share in split.shared)
    paid = (split.pooled, funds, split.hospital, split.own_account, shared, split.cash)
    if min(*paid, split.deductible, split.account_payable) < 0 or any(share.amount <= 0 for share in split.shared):
        return "a part of the split is negative, or a share is nothing"
    if sum(paid) != total or split.personal != split.own_account + shared + split.cash:
        names = ("pooled", "funds", "hospital", "own account", "shared", "cash")
        return f"{total} fen are not " + " + ".join(f"{name} {fen}" for name, fen in zip(names, paid, strict=True))
    if split.own_account + shared > split.account_payable:
        return f"accounts pay {split.own_account + shared} fen, more than the {split.account_payable} that they may"
    if split.pooled + split.deductible > in_scope:
        return f"pooled and deductible are more than the {in_scope} fen in scope"
    return ""
