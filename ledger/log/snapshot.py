"""Snapshots of persons: a short cut for reading a long stream, believed only where key and log agree with it.

A snapshot is derived from the entries and lies beside them (`docs/log-format.md`, section 5). Whatever is wrong with
one, the stream is replayed from its first entry instead.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.domain.claims import Claim
from ledger.domain.filings import Filing
from ledger.domain.flags import Flag, Flags
from ledger.domain.insurance import Gap, Insurance
from ledger.domain.person import Person
from ledger.domain.values import Card, Grant, InFlight, Mandate, Sums, Term, Wallet
from ledger.log import header
from ledger.log.merkle import leaf_hash
from ledger.log.state import Tip

if TYPE_CHECKING:
    from ledger.log.secret import LedgerSecret

EVERY: Final = 200
"""Versions of a stream after which it gets a new snapshot: a cold read replays hardly more."""

_RULES: Final = 2
"""To be raised whenever `evolve` makes another state of the same entries."""
_TUPLES: Final[dict[str, Any]] = {
    "g": Grant,
    "s": Sums,
    "i": InFlight,
    "w": Wallet,
    "c": Filing,
    "n": Insurance,
    "p": Gap,
    "d": Card,
    "e": Term,
    "k": Claim,
    "a": Mandate,
    "r": Flag,
    "o": Flags,
}
"""Letters that mark values with names."""
_LAYOUT: Final = repr((_RULES, Person.FIELDS, [kind._fields for kind in _TUPLES.values()]))
STATE_FORMAT: Final = int.from_bytes(sha256(_LAYOUT.encode()).digest()[:4]) >> 1
"""Tells apart what differs in rules or fields: another program's snapshots are not believed."""
_PLACE: Final = struct.Struct("<16sqq32si")


class Snapshot(NamedTuple):
    """One row: the person after the entry `version` of the stream, which lies at `position`."""

    stream: bytes
    version: int
    position: int
    leaf: bytes
    state_format: int
    state: bytes
    mac: bytes


def take(person: Person, tip: Tip, secret: LedgerSecret) -> Snapshot:
    """Make the snapshot of a committed person. Raise TypeError for a value of an unknown kind."""
    state = json.dumps([_packed(getattr(person, name)) for name in Person.FIELDS], separators=(",", ":")).encode()
    place = (person.id, tip.version, person.last_position, tip.leaf, STATE_FORMAT)
    return Snapshot(*place, state, secret.snapshot_hash(_PLACE.pack(*place) + state))


def restore(snapshot: Snapshot, secret: LedgerSecret) -> Person | None:
    """Return the person, or None unless this program made the snapshot with this secret."""
    place = _PLACE.pack(*snapshot[:5])
    if snapshot.state_format != STATE_FORMAT or snapshot.mac != secret.snapshot_hash(place + snapshot.state):
        return None
    person = Person(snapshot.stream)
    for name, value in zip(Person.FIELDS, json.loads(snapshot.state), strict=True):
        setattr(person, name, _unpacked(value))
    return person


def agrees(snapshot: Snapshot, person: Person, entry: bytes) -> bool:
    """Tell whether the stored entry is the one that the snapshot was taken behind."""
    fields = header.unpack(entry)
    return (
        leaf_hash(entry) == snapshot.leaf
        and (fields[2], fields[3], fields[4]) == (snapshot.position, person.id, person.version)
        and (fields[20], snapshot.version) == (person.balance, person.version)
    )


def _packed(value: Any) -> Any:
    """Return a value as JSON knows it; what JSON does not know is marked by a letter."""
    if isinstance(value, int | str):
        return value
    if isinstance(value, bytes):
        return {"b": value.hex()}
    if isinstance(value, tuple):
        mark = next((mark for mark, kind in _TUPLES.items() if isinstance(value, kind)), "t")
        if mark == "t" and type(value) is not tuple:
            raise TypeError(f"a {type(value).__name__} has no place in a snapshot")
        return {mark: [_packed(each) for each in value]}
    if isinstance(value, frozenset):
        return {"f": [_packed(each) for each in sorted(value)]}
    if isinstance(value, Mapping):
        return {"m": [[_packed(key), _packed(each)] for key, each in value.items()]}
    raise TypeError(f"a {type(value).__name__} has no place in a snapshot")


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((mark, held),) = value.items()
    if mark == "b":
        return bytes.fromhex(held)
    if mark == "m":
        return {_unpacked(key): _unpacked(each) for key, each in held}
    values = [_unpacked(each) for each in held]
    if mark in _TUPLES:
        return _TUPLES[mark](*values)
    return tuple(values) if mark == "t" else frozenset(values)
