"""Unique keys: which ones an entry must take or release follows from its event, and is compared with what it says.

Hashes are keyed with the ledger's secret, which an auditor does not get, so they are not computed here. What a key is
made of stands open in many events (months, premium years, ids): there the same always has the same hash, so that
nothing is taken twice under two. What is made of sealed numbers (invoices, settlements, trace codes, payments, insured
persons) is counted where the event asks for it, and must be released as it was taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from ledger.inspector.layout import EVENT_NAMES, EVENT_TYPES, Body, Header
from ledger.inspector.reversals import person_of
from ledger.v1 import types_pb2 as t

Name = tuple[int, bytes]
"""Kind and hash of a key; or kind and what it is made of, where that stands open."""
State = dict[Name, tuple[int, bool]]
"""Key → position of the entry that spoke of it last, whether it is in use."""

_E: Final = EVENT_TYPES
_HASH_BYTES: Final = 16
_SHORTEST: Final = 3
"""Bytes of the shortest sealed number: tag, length, one character."""
_TAG_BYTES: Final = 16
_TRACE_CODES_MAX: Final = 100
_PERSON = t.UNIQUE_KEY_KIND_PERSON
_TRANSFER, _PENDING = t.UNIQUE_KEY_KIND_TRANSFER, t.UNIQUE_KEY_KIND_PENDING_TRANSFER
_ACCEPTED = t.UNIQUE_KEY_KIND_ACCEPTED_TRANSFER
_NUMBER = t.HOLDER_FIELD_INSURED_PERSON_ID


def _parts(*parts: object) -> bytes:
    return b"|".join(part if isinstance(part, bytes) else str(part).encode() for part in parts)


def _date(date: Any) -> str:
    return f"{date.year}-{date.month}-{date.day}"


def _month(header: Header, event: Any) -> list[Name]:
    deposit = event.deposit
    parts = _parts(header.stream, deposit.period, deposit.source)
    return [(t.UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD, parts)] if deposit.period else []


def _premium(header: Header, event: Any) -> list[Name]:
    asked = event.deduction
    covered = person_of(asked.covered) if asked.covered else header.stream
    return [(t.UNIQUE_KEY_KIND_PREMIUM_YEAR, _parts(covered, asked.year, asked.kind))]


def _interest(header: Header, event: Any) -> list[Name]:
    days = (_date(event.posting.from_date), _date(event.posting.to_date))
    return [(t.UNIQUE_KEY_KIND_INTEREST_PERIOD, _parts(header.stream, *days))]


def _sent(_: Header, event: Any) -> list[Name]:
    transfer_id: bytes = event.transfer.transfer_id
    return [(_TRANSFER, b"sent" + transfer_id), (_PENDING, transfer_id)]


def _credited(_: Header, event: Any) -> list[Name]:
    credit = event.credit
    return [(_TRANSFER, _parts("credited", credit.sender.split("/accounts/")[0], credit.transfer_id))]


# What an event takes, by what stands open in it.
_OPEN: Final[Mapping[int, Callable[[Header, Any], list[Name]]]] = {
    _E["deposit_posted"]: _month,
    _E["premium_deducted"]: _premium,
    _E["interest_posted"]: _interest,
    _E["transfer_initiated"]: _sent,
    _E["transfer_accepted"]: lambda _, event: [(_ACCEPTED, event.acceptance.transfer_id)],
    _E["transfer_credited"]: _credited,
}
# What an event takes, by what is sealed in it: kind → at least, at most.
_SEALED: Final[Mapping[int, Callable[[Any], dict[int, tuple[int, int]]]]] = {
    _E["person_registered"]: lambda _: {_PERSON: (0, 1)},
    _E["account_opened"]: lambda _: {_PERSON: (0, 1)},
    _E["opening_imported"]: lambda _: {_PERSON: (0, 1)},
    _E["holder_info_changed"]: lambda e: {_PERSON: (1, 1) if _changes_number(e) else (0, 0)},
    _E["deposit_posted"]: lambda _: {t.UNIQUE_KEY_KIND_PAYMENT: (0, 1)},
    _E["payable_settled"]: lambda _: {t.UNIQUE_KEY_KIND_PAYMENT: (0, 1)},
    _E["claim_paid"]: lambda _: {t.UNIQUE_KEY_KIND_PAYMENT: (0, 1)},
    _E["claim_filed"]: lambda _: {t.UNIQUE_KEY_KIND_INVOICE: (1, 1)},
    _E["purchase_settled"]: lambda _: {
        t.UNIQUE_KEY_KIND_INVOICE: (0, 1),
        t.UNIQUE_KEY_KIND_SETTLEMENT: (0, 1),
        t.UNIQUE_KEY_KIND_TRACE_CODE: (0, _TRACE_CODES_MAX),
    },
}
# What an event releases: everything that was taken at a position.
_GIVES_BACK: Final[Mapping[int, Callable[[Any], int]]] = {
    _E["deposit_reversed"]: lambda e: e.reversed_position,
    _E["premium_reversed"]: lambda e: e.reversed_position,
    _E["purchase_reversed"]: lambda e: e.reversed_position,
    _E["transfer_returned"]: lambda e: e.initiated_position,
    _E["claim_decided"]: lambda e: 0 if e.decision == t.CLAIM_DECISION_APPROVED else e.claim_position,
}
_HOLDS: Final = {
    _E[name] for name in ("deposit_posted", "premium_deducted", "purchase_settled", "transfer_initiated", "claim_filed")
}
# What an event releases, by what stands open in it.
_ENDS: Final[Mapping[int, Callable[[Any], Name]]] = {
    _E["transfer_accepted"]: lambda e: (_PENDING, e.acceptance.transfer_id),
    _E["transfer_settled"]: lambda e: (_ACCEPTED, e.settlement.transfer_id),
}
_SPEAKS: Final = _OPEN.keys() | _SEALED.keys() | _GIVES_BACK.keys() | _ENDS.keys()


def _changes_number(event: Any) -> bool:
    return any(change.field == _NUMBER for change in event.change.fields)


def speak(state: State, position: int, key: Any) -> str:
    """Let an entry take or release a key; return what is wrong with that, in words, or nothing."""
    name = (key.kind, key.hash)
    said = f"kind {key.kind} {key.hash.hex()}"
    problem = ""
    if len(key.hash) != _HASH_BYTES or not key.kind:
        problem = f"{said} is no key"
    elif state.get(name, (0, False))[1] != key.released:
        problem = f"{said}: " + ("released, but not in use" if key.released else "taken, but in use already")
    state[name] = (position, not key.released)
    return problem


class UniqueKeys:
    """Follows the entries in order. It remembers some 300 bytes for each key."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self.state: State = {}
        self._hashes: dict[Name, bytes] = {}
        """Kind and what a key is made of, where that stands open → its hash."""
        self._held: dict[int, frozenset[Name]] = {}
        """Position → keys that were taken there, until they are given back."""
        self._numbers: dict[bytes, Name] = {}
        """Person → key of the insured person number."""
        self._erased: set[bytes] = set()
        """Persons whose own key is to be destroyed: what is personal is recorded no more, but unique all the same."""

    def take(self, header: Header, body: Body) -> None:
        """Check the next entry."""
        if header.type == _E["key_destruction_approved"]:
            self._erased.add(header.stream)
        spoken = body.references.unique_keys if body.references is not None else ()
        if not spoken and header.type not in _SPEAKS:
            return
        position = header.position
        for key in spoken:
            if problem := speak(self.state, position, key):
                self._say("key", position, problem)
        taken = [(key.kind, key.hash) for key in spoken if not key.released]
        self._taken(header, body, taken)
        self._released(header, body.event, {(key.kind, key.hash) for key in spoken if key.released})
        for name in taken:
            if name[0] == _PERSON:
                self._numbers[header.stream] = name
        if taken and header.type in _HOLDS:
            self._held[position] = frozenset(taken)

    def _taken(self, header: Header, body: Body, taken: list[Name]) -> None:
        """Compare what an entry takes with what its event calls for."""
        open_ = _OPEN.get(header.type)
        for kind, parts in open_(header, body.event) if open_ else ():
            found = next((name for name in taken if name[0] == kind), None)
            if found is None:
                self._say("key", header.position, f"it takes no key of kind {kind}, as {EVENT_NAMES[header.type]} must")
                continue
            taken = [name for name in taken if name is not found]
            known = self._hashes.setdefault((kind, parts), found[1])
            if known != found[1]:
                detail = f"kind {kind}: the same has had the hash {known.hex()}, and not {found[1].hex()}"
                self._say("key", header.position, detail)
        sealed = _SEALED.get(header.type)
        limits = sealed(body.event) if sealed else {}
        counts = Counter(kind for kind, _ in taken)
        for kind in limits.keys() | counts.keys():
            least, most = limits.get(kind, (0, 0))
            if not least <= counts[kind] <= most:
                detail = f"it takes {counts[kind]} keys of kind {kind}, not {least} to {most}"
                self._say("key", header.position, detail)
        room = len(body.sealed.ciphertext) - _TAG_BYTES if body.sealed is not None else 0
        if len(taken) * _SHORTEST > room and header.stream not in self._erased:
            self._say("key", header.position, f"{len(taken)} sealed numbers do not fit into {room} bytes")
        if header.stream in self._numbers and counts[_PERSON] and header.type != _E["holder_info_changed"]:
            self._say("key", header.position, "the person has an insured person number already")

    def _released(self, header: Header, event: Any, released: set[Name]) -> None:
        """Compare what an entry releases with what it must."""
        due: set[Name] = set()
        if at := _GIVES_BACK.get(header.type):
            held = self._held.pop(at(event), frozenset[Name]())
            due = {name for name in held if name[0] != _TRANSFER}  # the id of a transfer is used once
        elif ends := _ENDS.get(header.type):
            kind, parts = ends(event)
            due = {(kind, self._hashes.get((kind, parts), b""))}
        elif header.type == _E["holder_info_changed"] and _changes_number(event) and header.stream in self._numbers:
            due = {self._numbers[header.stream]}
        for kind, hash_ in due ^ released:
            what = "is to be released here" if (kind, hash_) in due else "is not to be released here"
            self._say("key", header.position, f"kind {kind} {hash_.hex()} {what}")
