"""Wallet transfers and claims: each begins once, ends once, and by the amount with which it began."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from ledger.inspector.layout import EVENT_TYPES, Header, ledger_id

_E: Final = EVENT_TYPES
_APPROVED: Final = 1


class Wallet:
    """Follows the entries in order. One log must be right by itself: where a credit came from, another log says."""

    def __init__(self, ledger: bytes, say: Callable[[str, int, str], None]) -> None:
        """Take the ledger's id, and whom to tell: kind, position, detail."""
        self._say = say
        self._ledger = ledger
        self._accepted: dict[int, tuple[bytes, bytes, int, str]] = {}
        """Position → leaf hash, id, fen, receiver; until it is credited."""
        self._sent: set[bytes] = set()
        self._pending: dict[int, tuple[bytes, bytes, int, str]] = {}
        """Position → stream, id, fen, receiver."""
        self._credited: set[tuple[str, bytes]] = set()
        self._filed: dict[int, tuple[bytes, int]] = {}
        """Position → stream, bill in fen."""
        self._due: dict[int, tuple[bytes, int, int]] = {}
        """Claim → stream, position of the decision, fen."""
        self._steps: dict[int, Callable[[Header, Any], None]] = {
            _E["transfer_initiated"]: self._initiated,
            _E["transfer_accepted"]: self._ended,
            _E["transfer_returned"]: self._ended,
            _E["transfer_credited"]: self._credit,
            _E["claim_filed"]: self._file,
            _E["claim_decided"]: self._decide,
            _E["claim_paid"]: self._pay,
        }

    @property
    def in_flight(self) -> int:
        """Fen that have left a balance and were neither accepted nor returned."""
        return sum(fen for _, _, fen, _ in self._pending.values())

    def take(self, header: Header, event: Any, leaf: bytes) -> None:
        """Check the next entry, which has this leaf hash."""
        if header.type == _E["transfer_accepted"]:
            self._accepted[header.position] = (leaf, event.acceptance.transfer_id, event.amount, event.receiver)
        step = self._steps.get(header.type)
        if step is not None:
            step(header, event)

    def _initiated(self, header: Header, event: Any) -> None:
        asked = event.transfer
        if asked.transfer_id in self._sent:
            self._say("transfer", header.position, f"{asked.transfer_id.hex()} is sent twice")
        self._sent.add(asked.transfer_id)
        self._pending[header.position] = (header.stream, asked.transfer_id, asked.amount, asked.receiver)

    def _ended(self, header: Header, event: Any) -> None:
        sent = self._pending.pop(event.initiated_position, None)
        place = header.position
        if sent is None:
            self._say("transfer", place, f"no transfer is pending at {event.initiated_position}")
            return
        if (header.stream, event.amount) != (sent[0], sent[2]):
            self._say("transfer", place, f"it ends {sent[2]} fen as {event.amount} fen, or in another stream")
        if header.type == _E["transfer_accepted"]:
            if (event.acceptance.transfer_id, event.receiver) != (sent[1], sent[3]):
                self._say("transfer", place, "it accepts another transfer, or for another receiver")
        elif event.HasField("transfer_return") and event.transfer_return.transfer_id != sent[1]:
            self._say("transfer", place, "it returns another transfer")

    def _credit(self, header: Header, event: Any) -> None:
        credit = event.credit
        name = (credit.sender.partition("/accounts/")[0], credit.transfer_id)
        if name in self._credited:
            self._say("transfer", header.position, f"{credit.transfer_id.hex()} is credited twice")
        self._credited.add(name)
        code = name[0].removeprefix("ledgers/")
        if ledger_id(code) != self._ledger:
            return  # the sender's log says whether it was accepted
        accepted = self._accepted.pop(credit.accepted_position, None)
        receiver = f"{name[0]}/accounts/{uuid.UUID(bytes=header.stream)}"
        if accepted != (credit.accepted_leaf, credit.transfer_id, credit.amount, receiver):
            self._say("transfer", header.position, f"it is not what was accepted at {credit.accepted_position}")

    def _file(self, header: Header, event: Any) -> None:
        self._filed[header.position] = (header.stream, event.filing.bill.total)

    def _decide(self, header: Header, event: Any) -> None:
        filed = self._filed.pop(event.claim_position, None)
        place = header.position
        if filed is None or filed[0] != header.stream:
            self._say("claim", place, f"no claim of this person waits at {event.claim_position}")
            return
        split = event.split
        due = split.pooled + sum(fund.amount for fund in split.funds)
        if event.decision != _APPROVED:
            if due:
                self._say("claim", place, "money is due for a claim that was not approved")
            return
        if split.personal != split.cash or due + split.hospital + split.cash != filed[1]:
            self._say(
                "claim", place, f"{filed[1]} fen are not due {due} + hospital {split.hospital} + cash {split.cash}"
            )
        self._due[event.claim_position] = (header.stream, place, due)

    def _pay(self, header: Header, event: Any) -> None:
        due = self._due.pop(event.claim_position, None)
        if due != (header.stream, event.decision_position, event.amount):
            owed = f"{due[2]} fen are due, decided at {due[1]}" if due else "nothing is due"
            self._say("claim", header.position, f"{event.amount} fen for the claim at {event.claim_position}: {owed}")
