"""Money that comes back, and the pairs of entries that belong together: each once, by the recorded amount."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ledger.inspector.layout import EVENT_TYPES, Body, Header

_E: Final = EVENT_TYPES
_UUID_TEXT: Final = 36


class _Standing(NamedTuple):
    """What stands at a position and may be taken back: stream, type, fen."""

    stream: bytes
    type: int
    amount: int


# Reversing type → type that it takes back, and where its position stands in the event.
_TAKES_BACK: Final[dict[int, tuple[int, Callable[[Any], int]]]] = {
    _E["deposit_reversed"]: (_E["deposit_posted"], lambda e: e.reversed_position),
    _E["premium_reversed"]: (_E["premium_deducted"], lambda e: e.reversed_position),
    _E["purchase_reversed"]: (_E["purchase_settled"], lambda e: e.reversed_position),
    _E["share_refunded"]: (_E["share_paid"], lambda e: e.share_position),
    _E["transfer_returned"]: (_E["transfer_initiated"], lambda e: e.initiated_position),
}
_AMOUNTS: Final[dict[int, Callable[[Any], int]]] = {
    _E["deposit_posted"]: lambda e: e.deposit.amount,
    _E["premium_deducted"]: lambda e: e.deduction.amount,
    _E["purchase_settled"]: lambda e: e.split.own_account,
    _E["share_paid"]: lambda e: e.amount,
    _E["transfer_initiated"]: lambda e: e.transfer.amount,
    _E["family_transfer_sent"]: lambda e: e.transfer.amount,
    _E["family_transfer_received"]: lambda e: e.amount,
    _E["deposit_reversed"]: lambda e: e.amount,
    _E["premium_reversed"]: lambda e: e.amount,
    _E["purchase_reversed"]: lambda e: e.split.own_account,
    _E["share_refunded"]: lambda e: e.amount,
    _E["transfer_returned"]: lambda e: e.amount,
    _E["family_transfer_reversed"]: lambda e: e.amount,
}
_STANDS: Final = {target for target, _ in _TAKES_BACK.values()} | {
    _E["family_transfer_sent"],
    _E["family_transfer_received"],
}


def person_of(name: str) -> bytes:
    """Return the id at the end of the name of a person or account; nothing where there is none."""
    try:
        return uuid.UUID(name[-_UUID_TEXT:]).bytes
    except ValueError:
        return b""


class Reversals:
    """Follows the entries in order."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self._standing: dict[int, _Standing] = {}
        self._shares: dict[int, list[int]] = {}
        """Purchase → positions of its shares."""
        self._splits: dict[int, bytes] = {}
        """Purchase → its recorded split."""
        self._closed: set[bytes] = set()
        self._due: list[tuple[tuple[str, int, bytes, int], int]] = []
        """Legs that must still come: kind of defect, purchase or transfer, stream, fen; and where it is said."""

    def take(self, header: Header, body: Body) -> None:
        """Check the next entry."""
        type_, event = header.type, body.event
        if header.leg == 1:
            self.finish()
        self._paired(header, event)
        reverses = body.references.reverses if body.references is not None else 0
        if type_ in _TAKES_BACK:
            wanted, at = _TAKES_BACK[type_]
            self._take_back(header, event, wanted, at(event), reverses)
        elif type_ == _E["family_transfer_reversed"]:
            wanted = _E["family_transfer_received" if event.receiver_leg else "family_transfer_sent"]
            self._take_back(header, event, wanted, reverses, reverses)
        elif reverses:
            self._say("reversal", header.position, f"it says that it reverses {reverses}, and is no reversal")
        if type_ in _STANDS:
            self._standing[header.position] = _Standing(header.stream, type_, _AMOUNTS[type_](event))
        if type_ == _E["balance_paid_out"] and header.balance_after:
            self._say("money", header.position, f"{header.balance_after} fen stay in an account that was paid out")
        if type_ == _E["account_closed"]:
            self._closed.add(header.stream)
        elif type_ in {_E["account_opened"], _E["opening_imported"]}:
            self._closed.discard(header.stream)
        if getattr(event, "payable_after_close", 0) > 0 and header.stream not in self._closed:
            self._say("reversal", header.position, "money is owed outside although the account is open")

    def finish(self) -> None:
        """Report the legs that did not come."""
        for (kind, of, stream, amount), place in self._due:
            self._say(kind, place, f"{amount} fen of what is at {of} have no entry in {stream.hex()}")
        self._due = []

    def _take_back(self, header: Header, event: Any, wanted: int, of: int, reverses: int) -> None:
        target = self._standing.pop(of, None)
        place = header.position
        if reverses != of:
            self._say("reversal", place, f"its references reverse {reverses}, its event {of}")
        if target is None or target.type != wanted:
            self._say("reversal", place, f"nothing that it could take back stands at {of}")
            return
        if target.stream != header.stream:
            self._say("reversal", place, f"what is at {of} lies in another stream")
        if _AMOUNTS[header.type](event) != target.amount:
            detail = f"it takes back {_AMOUNTS[header.type](event)} fen; {target.amount} fen are recorded at {of}"
            self._say("reversal", place, detail)
        if header.type == _E["purchase_reversed"]:
            if event.split.SerializeToString(deterministic=True) != self._splits.pop(of, b""):
                self._say("reversal", place, f"its split is not the one at {of}")
            for share in self._shares.pop(of, ()):
                paid = self._standing[share]
                self._due.append((("reversal", share, paid.stream, paid.amount), place))

    def _paired(self, header: Header, event: Any) -> None:
        """Follow legs that come together: a purchase and its shares, what was sent and what was received."""
        type_, place = header.type, header.position
        if type_ == _E["purchase_settled"]:
            self._splits[place] = event.split.SerializeToString(deterministic=True)
            shared = event.split.shared
            self._due += [(("money", place, person_of(share.payer), share.amount), place) for share in shared]
        elif type_ == _E["share_paid"]:
            self._shares.setdefault(event.purchase_position, []).append(place)
            self._came("money", place, event.purchase_position, header.stream, event.amount)
        elif type_ == _E["share_refunded"]:
            self._came("reversal", place, event.share_position, header.stream, event.amount)
        elif type_ == _E["family_transfer_sent"]:
            self._due.append((("transfer", place, person_of(event.transfer.receiver), event.transfer.amount), place))
        elif type_ == _E["family_transfer_received"]:
            self._came("transfer", place, event.sent_position, header.stream, event.amount)
        elif type_ == _E["family_transfer_reversed"] and event.receiver_leg:
            self._came("reversal", place, event.reversed_position, header.stream, event.amount)
        elif type_ == _E["family_transfer_reversed"]:
            sent = next((at for at in (event.reversed_position + 1,) if at in self._standing), 0)
            if sent:
                self._due.append(
                    (("reversal", event.reversed_position, self._standing[sent].stream, event.amount), place)
                )
        elif type_ == _E["accounts_merged"]:
            self._due.append((("money", place, person_of(event.merge.absorbed), event.amount), place))
        elif type_ == _E["account_absorbed"]:
            self._came("money", place, event.merged_position, header.stream, event.amount)

    def _came(self, kind: str, place: int, of: int, stream: bytes, amount: int) -> None:
        due = [each for each in self._due if each[0] == (kind, of, stream, amount)]
        if due:
            self._due.remove(due[0])
        else:
            self._say(kind, place, f"{amount} fen for what is at {of} are not due in this stream")
