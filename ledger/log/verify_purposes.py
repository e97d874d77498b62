"""Money of an account is earmarked (专款专用): every entry that takes some names what for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.log.entry import EVENT_NAMES, EVENT_TYPES

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
DEBITS: Final = {EVENT_TYPES[name]: purpose for name, purpose in _PURPOSES.items()}
"""Types of entries that may take money, and what in the event says for what."""


def without_purpose(type_: int, event: Any, change: int) -> str:
    """Return what is wrong with an entry that changes a balance (fen), in words; empty where nothing is."""
    if change >= 0:
        return ""
    purpose = DEBITS.get(type_)
    if purpose is not None and purpose(event):
        return ""
    return f"{EVENT_NAMES[type_]} takes {-change} fen and names no purpose"
