"""Claims must add up: what is decided to what was filed, what is paid to what was decided. Once each."""

from __future__ import annotations

from typing import Any, Final

from ledger.log.entry import EVENT_TYPES
from ledger.log.header import Fields
from ledger.v1.types_pb2 import CLAIM_DECISION_APPROVED

_FILED: Final = EVENT_TYPES["claim_filed"]
_DECIDED: Final = EVENT_TYPES["claim_decided"]
_PAID: Final = EVENT_TYPES["claim_paid"]
CLAIM_KINDS: Final = frozenset((_FILED, _DECIDED, _PAID))


class Claims:
    """Follows the claims of a log in order."""

    def __init__(self, *, trusting: bool) -> None:
        """Begin at position 1, or, trusting what lies before, later."""
        self._trusting = trusting
        self._filed: dict[int, tuple[bytes, int]] = {}
        """Position → stream, bill in fen; until it is decided."""
        self._due: dict[int, tuple[bytes, int, int]] = {}
        """Position of the filing → stream, position of the decision, fen; until it is paid."""

    def check(self, fields: Fields, event: Any) -> str:
        """Return what does not add up, in words; empty where all does."""
        position, stream, type_ = fields[2], fields[3], fields[18]
        if type_ == _FILED:
            self._filed[position] = stream, event.filing.bill.total
            return ""
        if type_ == _DECIDED:
            return self._decided(position, stream, event)
        due = self._due.pop(event.claim_position, None)
        if due is None:
            return "" if self._trusting else f"pays the claim at {event.claim_position}, which is not due"
        if due != (stream, event.decision_position, event.amount):
            return (
                f"pays {event.amount} fen, decided at {event.decision_position}; due are {due[2]}, decided at {due[1]}"
            )
        return ""

    def _decided(self, position: int, stream: bytes, event: Any) -> str:
        filed = self._filed.pop(event.claim_position, None)
        split = event.split
        due = split.pooled + sum(fund.amount for fund in split.funds)
        if event.decision == CLAIM_DECISION_APPROVED:
            self._due[event.claim_position] = stream, position, due
        if filed is None:
            return "" if self._trusting else f"decides the claim at {event.claim_position}, which is not open"
        if filed[0] != stream:
            return f"decides the claim at {event.claim_position} of another person"
        if event.decision != CLAIM_DECISION_APPROVED:
            return "owes money for a claim that was not approved" if due else ""
        if split.personal != split.cash or due + split.hospital + split.personal != filed[1]:
            return f"{filed[1]} fen are not due {due} + hospital {split.hospital} + cash {split.cash}"
        return ""
