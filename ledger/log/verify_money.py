"""What an event says about money must be what its entry does to a balance, fen for fen.

A split must add up to its bill, and each share in it must have its own entry in the payer's stream.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.domain.changes import CHANGES
from ledger.domain.names import id_bytes
from ledger.log.entry import EVENT_TYPES
from ledger.log.header import Fields

_ID_TEXT: Final = 36


def _transfer_back(event: Any) -> int:
    amount: int = event.amount
    return -amount if event.receiver_leg else amount - int(event.payable_after_close)


_CHANGES: Final[dict[str, Callable[[Any], int]]] = {
    "opening_imported": lambda e: e.opening.balance,
    "balance_paid_out": lambda e: -e.amount,
    "deposit_posted": lambda e: e.deposit.amount,
    "deposit_reversed": lambda e: -e.amount,
    "adjustment_posted": lambda e: e.amount - e.payable_after_close,
    "interest_posted": lambda e: e.posting.amount,
    "accounts_merged": lambda e: e.amount,
    "account_absorbed": lambda e: -e.amount,
    "premium_deducted": lambda e: -e.deduction.amount,
    "premium_reversed": lambda e: e.amount - e.payable_after_close,
    "purchase_settled": lambda e: -e.split.own_account,
    "purchase_reversed": lambda e: e.split.own_account - e.payable_after_close,
    "share_paid": lambda e: -e.amount,
    "share_refunded": lambda e: e.amount - e.payable_after_close,
    "family_transfer_sent": lambda e: -e.transfer.amount,
    "family_transfer_received": lambda e: e.amount,
    "family_transfer_reversed": _transfer_back,
    "transfer_initiated": lambda e: -e.transfer.amount,
    "transfer_returned": lambda e: e.amount - e.payable_after_close,
    "transfer_credited": lambda e: e.credit.amount - e.payable_after_close,
}
# Types that no person's stream holds yet are left out: what they move is not known here.
_MOVES: Final = {
    **{number: lambda _: 0 for number in CHANGES},
    **{EVENT_TYPES[name]: change for name, change in _CHANGES.items()},
}
_SETTLED: Final = EVENT_TYPES["purchase_settled"]
_SHARE: Final = EVENT_TYPES["share_paid"]


class Money:
    """Follows the entries in order; a share is compared with the purchase just before it."""

    def __init__(self) -> None:
        """Begin where no share is due."""
        self._due: list[tuple[int, bytes, int]] = []

    def check(self, fields: Fields, event: Any) -> str:
        """Return what does not add up in an entry, in words; empty where all does."""
        type_ = fields[18]
        moves = _MOVES.get(type_)
        if moves is not None and moves(event) != fields[19]:
            return f"the event moves {moves(event)} fen, the entry {fields[19]} fen"
        if type_ == _SHARE:
            return self._share(fields, event)
        if self._due:
            missing, self._due = len(self._due), []
            return f"{missing} shares of the purchase before have no entry"
        return self._split(fields, event) if type_ == _SETTLED else ""

    def _share(self, fields: Fields, event: Any) -> str:
        due = self._due.pop(0) if self._due else None
        if due != (event.purchase_position, fields[3], event.amount):
            self._due = []
            return f"{event.amount} fen for the purchase at {event.purchase_position} are not due"
        return ""

    def _split(self, fields: Fields, event: Any) -> str:
        split, total = event.split, event.purchase.bill.total
        funds = sum(fund.amount for fund in split.funds)
        self._due = [(fields[2], id_bytes(share.payer[-_ID_TEXT:]), share.amount) for share in split.shared]
        shared = sum(share.amount for share in split.shared)
        personal = split.own_account + shared + split.cash
        if split.personal != personal or split.pooled + funds + split.hospital + personal != total:
            return (
                f"{total} fen are not pooled {split.pooled} + funds {funds} + hospital "
                f"{split.hospital} + own {split.own_account} + shared {shared} + cash {split.cash}"
            )
        return ""
