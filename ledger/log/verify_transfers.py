"""Wallet transfers in one log: each is sent once, ends once, and is credited once.

One log must be right by itself. That what is credited here was accepted there is held by `ledger.api.transfers`, and
the credit names position and leaf hash of the acceptance, for whoever has both logs.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.domain import entry_types as types
from ledger.log.header import Fields

KINDS: Final = frozenset(
    (
        types.TRANSFER_INITIATED,
        types.TRANSFER_ACCEPTED,
        types.TRANSFER_RETURNED,
        types.TRANSFER_CREDITED,
        types.TRANSFER_SETTLED,
    )
)


class Transfers:
    """Follows the entries in order; remembers pending transfers (some 300 bytes each) and ids (some 150)."""

    def __init__(self, *, trusting: bool) -> None:
        """`trusting`: the log is not read from its beginning, and what was sent before is trusted."""
        self._trusting = trusting
        self._ended_ones: set[int] = set()
        self._pending: dict[int, tuple[bytes, bytes, int, str]] = {}
        self._sent: set[bytes] = set()
        self._credited: set[tuple[str, bytes]] = set()
        self._accepted: dict[int, tuple[bytes, bytes, str]] = {}
        """Position of an acceptance → stream, id, receiver; until its credit is known."""

    def check(self, fields: Fields, event: Any) -> str:
        """Return what is wrong with an entry of one of KINDS, in words; empty where all is well."""
        type_ = fields[18]
        if type_ == types.TRANSFER_INITIATED:
            return self._initiated(fields, event.transfer)
        if type_ == types.TRANSFER_SETTLED:
            return self._settled(fields, event.settlement)
        if type_ == types.TRANSFER_CREDITED:
            credit = event.credit
            transfer = (credit.sender.partition("/accounts/")[0], credit.transfer_id)
            if transfer in self._credited:
                return f"the transfer {credit.transfer_id.hex()} of {transfer[0]} is credited twice"
            self._credited.add(transfer)
            return ""
        return self._ended(fields, event, accepted=type_ == types.TRANSFER_ACCEPTED)

    def _settled(self, fields: Fields, settlement: Any) -> str:
        accepted = self._accepted.pop(settlement.accepted_position, None)
        if accepted is None:
            return "" if self._trusting else f"no acceptance at {settlement.accepted_position} waits for its credit"
        if accepted != (fields[3], settlement.transfer_id, settlement.receiver):
            return f"it settles another transfer than the one that was accepted at {settlement.accepted_position}"
        return ""

    def _initiated(self, fields: Fields, asked: Any) -> str:
        self._pending[fields[2]] = (fields[3], asked.transfer_id, asked.amount, asked.receiver)
        if asked.transfer_id in self._sent:
            return f"the transfer {asked.transfer_id.hex()} is sent twice"
        self._sent.add(asked.transfer_id)
        return ""

    def _ended(self, fields: Fields, event: Any, *, accepted: bool) -> str:
        position = event.initiated_position
        if accepted:
            self._accepted[fields[2]] = (fields[3], event.acceptance.transfer_id, event.receiver)
        sent = self._pending.pop(position, None)
        known = not self._trusting or position in self._ended_ones
        self._ended_ones.add(position)
        if sent is None:
            return "" if not known else f"it ends the transfer at {position}, which is not pending"
        said = (fields[3], event.amount)
        if said != (sent[0], sent[2]):
            return f"it ends a transfer of {sent[2]} fen as one of {event.amount} fen, or in another stream"
        if accepted and (event.acceptance.transfer_id, event.receiver) != (sent[1], sent[3]):
            return f"it accepts another transfer than the one at {position}, or for another receiver"
        return ""
