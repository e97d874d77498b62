"""What the entries of a log must satisfy among themselves, checked one by one in their order.

`Entries` remembers the end of each stream (some 300 bytes) and the state of each unique key (some
200 bytes), and collects what the rows beside the log must say. It never holds the log.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, NamedTuple

from google.protobuf.message import DecodeError, Message

from ledger.log import header
from ledger.log.entry import EVENT_NAMES, EVENT_TYPES
from ledger.log.identifiers import ADMIN, ledger_id, named_stream
from ledger.log.merkle import HASH_SIZE
from ledger.log.verify_claims import CLAIM_KINDS, Claims
from ledger.log.verify_money import Money
from ledger.log.verify_purposes import without_purpose
from ledger.log.verify_transfers import KINDS as TRANSFER_KINDS
from ledger.log.verify_transfers import Transfers
from ledger.log.verify_years import MOVING, YEAR_CLOSED, Years
from ledger.v1 import entry_pb2

KINDS: Final[Mapping[str, str]] = {
    "gap": "a position has no entry",
    "layout": "the header is not one of format 1 of this ledger",
    "column": "a column beside an entry is not what its header says",
    "parts": "what follows the header is not references, sealed part and one readable event",
    "birth": "position 1 is not the birth of this ledger, or another entry is",
    "transaction": "a transaction is not whole, or its entries do not belong together",
    "time": "a record time does not rise",
    "version": "the versions of a stream are not 1, 2, 3 …",
    "chain": "an entry does not name the entry before it in its stream",
    "balance": "a balance does not follow from the one before, or is negative",
    "money": "what an event says about money does not add up",
    "transfer": "a wallet transfer is sent, ended or credited twice, or ends without having begun",
    "key": "a unique key is taken twice, or released when nobody has it",
    "root": "the root of a commit is not that of its entries",
    "commit": "a commit row is not what its entries say",
    "uncommitted": "an entry lies behind the last commit",
    "tile": "a tile is not what the entries say",
    "command": "a row of the request ids is not what the entries say",
    "unique_key": "a row of the unique keys is not what the entries say",
}
"""The kinds of defects."""

Tip = tuple[int, bytes, int]
"""The end of a stream: version, leaf hash, balance after."""

NEW: Final[Tip] = (0, bytes(HASH_SIZE), 0)
_NOBODY: Final = bytes(16)
_BIRTH: Final = EVENT_TYPES["ledger_opened"]
_VOIDED: Final = EVENT_TYPES["command_voided"]
_REFERENCES, _SEALED = 0x12, 0x1A
_TAGS: Final = {number: header.varint(number << 3 | 2) for number in EVENT_NAMES}
_MESSAGES: Final[dict[int, Callable[[bytes], Message]]] = {
    number: type(getattr(entry_pb2.Entry(), name)).FromString for number, name in EVENT_NAMES.items()
}
# What the legs of a transaction have in common, from `first_position` to `command_hash`.
_shared = itemgetter(5, 7, 9, 10, 13, 14, 16, 17)


class Defect(NamedTuple):
    """One thing that is not as it must be. `kind` is a key of KINDS."""

    kind: str
    position: int
    detail: str


class Entries:
    """The checks, and what they know so far."""

    def __init__(self, code: str, tip_before: Callable[[bytes, int], Tip] | None) -> None:
        """Take the ledger's code, and how to find the end of a stream before a trusted position."""
        self.found: list[Defect] = []
        self.leaves: list[bytes] = []
        """Leaf hashes that belong to no commit yet."""
        self.ends: list[int] = []
        """For each of these leaves: the record time where a transaction ends, else 0."""
        self.commands: dict[tuple[bytes, bytes], tuple[bytes, int, int]] = {}
        """(request id, organisation) → command hash, first position, entries; since last taken."""
        self.keys: dict[tuple[int, bytes], tuple[int, bool]] = {}
        """(kind, hash) → position of the entry that spoke last, whether the key is in use."""
        self.time = 0
        self._code = code
        self._id = ledger_id(code)
        self._tip_before = tip_before
        self._mask, self._constant = _fixed_part(self._id)
        self._tips: dict[bytes, Tip] = {}
        self._legs: tuple[Any, ...] = ()
        self._rest = 0
        self._money = Money()
        self._claims = Claims(trusting=tip_before is not None)
        self._transfers = Transfers(trusting=tip_before is not None)
        self._years = Years(trusting=tip_before is not None)

    def report(self, kind: str, position: int, detail: str) -> None:
        """Note a defect."""
        self.found.append(Defect(kind, position, detail))

    def missing(self, position: int) -> None:
        """Note a gap. The tree stays aligned, and its root will not match."""
        self.report("gap", position, "there is no entry at this position")
        self.leaves.append(bytes(HASH_SIZE))
        self.ends.append(0)

    def check(self, position: int, stream: bytes, version: int, entry: bytes) -> None:
        """Check the next entry and the columns beside it."""
        leaf = sha256(b"\x00" + entry).digest()
        self.leaves.append(leaf)
        # One comparison for 22 tags, format and ledger id: a loop would cost more than the hash.
        fixed = int.from_bytes(entry[: header.HEADER_LENGTH], "little") & self._mask
        if fixed != self._constant or len(entry) <= header.HEADER_LENGTH:
            self.report("layout", position, _layout_problem(entry))
            self.ends.append(0)
            return
        fields = header.unpack(entry)
        if fields[2] != position or fields[3] != stream or fields[4] != version:
            said = f"position {position}, {uuid.UUID(bytes=stream)} version {version}"
            true = f"position {fields[2]}, {uuid.UUID(bytes=fields[3])} version {fields[4]}"
            self.report("column", position, f"the columns say {said}; the header says {true}")
            stream, version = fields[3], fields[4]
        tip = self._tips.get(stream)
        if tip is None:
            tip = self._tip_before(stream, version) if self._tip_before else NEW
        if version != tip[0] + 1:
            name = uuid.UUID(bytes=stream)
            self.report("version", position, f"version {version} follows {tip[0]} in {name}")
        else:
            if fields[11] != tip[1]:
                self.report("chain", position, f"names {fields[11].hex()}, not {tip[1].hex()}")
            if fields[20] != tip[2] + fields[19] or fields[20] < 0:
                self.report("balance", position, f"{tip[2]}{fields[19]:+} gives {fields[20]} fen")
        self._tips[stream] = (version, leaf, fields[20])
        self.ends.append(fields[10] if fields[6] == fields[7] else 0)
        self._leg(position, fields)
        self._parts(position, entry, fields)

    def _leg(self, position: int, fields: header.Fields) -> None:
        first, leg, legs, time = fields[5], fields[6], fields[7], fields[10]
        if leg == 1:
            if self._rest:
                self.report("transaction", position, f"the one before lacks {self._rest} legs")
            if first != position or legs < 1:
                self.report("transaction", position, f"leg 1 of {legs} names {first} as the first")
            if time <= self.time:
                self.report("time", position, f"record time {time} follows {self.time}")
            self.time, self._legs, self._rest = time, _shared(fields), legs
            if fields[13] != _NOBODY or fields[16] != _NOBODY:
                self.commands[fields[16], fields[13]] = (fields[17], position, legs)
        elif not self._rest or leg != position - first + 1 or _shared(fields) != self._legs:
            detail = f"leg {leg} of {legs} does not continue what is before it"
            self.report("transaction", position, detail)
            self._legs, self._rest = _shared(fields), max(legs - leg + 1, 1)
        self._rest -= 1

    def finish(self, size: int) -> None:
        """Check that nothing is left open at the end of the log."""
        if self._rest:
            self.report("transaction", size, f"the last one lacks {self._rest} legs")

    def _parts(self, position: int, entry: bytes, fields: header.Fields) -> None:
        """Walk what follows the header: nothing unknown, nothing twice, nothing behind the event."""
        at, type_ = header.HEADER_LENGTH, fields[18]
        references = b""
        try:
            if entry[at] == _REFERENCES:
                length, at = _length(entry, at + 1)
                references = entry[at : at + length]
                at += length
            if entry[at] == _SEALED:
                length, at = _length(entry, at + 1)
                at += length
            tag = _TAGS[type_]
            length, begin = _length(entry, at + len(tag))
            if not entry.startswith(tag, at) or begin + length != len(entry):
                self.report("parts", position, f"no single event of type {type_} at byte {at}")
                return
            event: Any = _MESSAGES[type_](entry[begin:])
            if references:
                self._key_events(position, entry_pb2.References.FromString(references))
        except (IndexError, KeyError, DecodeError) as error:
            self.report("parts", position, f"unreadable: {type(error).__name__} {error}")
            return
        if problem := self._money.check(fields, event):
            self.report("money", position, problem)
        if fields[19] < 0 and (problem := without_purpose(type_, event, fields[19])):
            self.report("money", position, problem)
        if type_ in CLAIM_KINDS and (problem := self._claims.check(fields, event)):
            self.report("money", position, problem)
        if fields[19] or type_ in MOVING:
            self._years.move(fields)
        if type_ == YEAR_CLOSED and (problem := self._years.check(fields, event)):
            self.report("money", position, problem)
        if type_ in TRANSFER_KINDS and (problem := self._transfers.check(fields, event)):
            self.report("transfer", position, problem)
        if type_ == _VOIDED and not event.voided_position:
            original = event.command.request_id
            self.commands[original, fields[13]] = (bytes(HASH_SIZE), fields[5], fields[7])
        if position == 1 or type_ == _BIRTH:
            self._birth(position, fields, event)

    def _birth(self, position: int, fields: header.Fields, event: Any) -> None:
        if position != 1 or fields[18] != _BIRTH:
            self.report("birth", position, f"it holds {EVENT_NAMES[fields[18]]}")
            return
        self._years.begin(event.time_zone)
        said = (event.ledger, event.hash_algorithm, event.format, fields[3])
        if said != (self._code, "SHA-256", header.FORMAT, named_stream(self._id, ADMIN)):
            self.report("birth", 1, f"it opens {said[0]!r} with {said[1]}, format {said[2]}")

    def _key_events(self, position: int, references: entry_pb2.References) -> None:
        for key in references.unique_keys:
            name = (key.kind, key.hash)
            before = self.keys.get(name)
            trusted = before is None and self._tip_before is not None
            if not trusted and (before is not None and before[1]) != key.released:
                what = "released, but not in use" if key.released else "taken, but in use already"
                self.report("key", position, f"kind {key.kind} {key.hash.hex()}: {what}")
            self.keys[name] = (position, not key.released)


def _fixed_part(ledger: bytes) -> tuple[int, int]:
    """Return a mask over what is the same in every header, and its value under the mask."""
    low = _uniform(0, b"\x00", ledger)
    high = _uniform(-1, b"\xff", ledger)
    mask = bytes(0xFF if one == other else 0 for one, other in zip(low, high, strict=True))
    number = int.from_bytes(mask, "little")
    return number, int.from_bytes(low, "little") & number


def _uniform(number: int, byte: bytes, ledger: bytes) -> bytes:
    """Return a header whose every bit is like the others, but for tags, format and ledger."""
    long, short = number % 2**64, number % 2**32
    return header.pack(
        ledger, long, byte * 16, long, long, short, short, number, number, number, byte * 32,
        byte * 16, byte * 16, byte * 16, long, byte * 16, byte * 32, short, number, number,
    )  # fmt: skip


def _layout_problem(entry: bytes) -> str:
    try:
        header.check_layout(entry)
    except ValueError as error:
        return str(error)
    if len(entry) <= header.HEADER_LENGTH:
        return "nothing follows the header"
    return f"it belongs to the ledger {header.unpack(entry)[1].hex()}"


def _length(entry: bytes, at: int) -> tuple[int, int]:
    """Return the length (a varint) that stands at a place, and the place behind it."""
    length = shift = 0
    while True:
        byte = entry[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return length, at
        shift += 7
