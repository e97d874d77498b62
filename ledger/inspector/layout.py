"""Reading stored entries, written from the tables of `docs/log-format.md`, section 2, and nothing else."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from google.protobuf.message import DecodeError, Message

from ledger.v1 import entry_pb2

HEADER_BYTES: Final = 286
ENTRY_BYTES_MAX: Final = 65_535

# Tag at, tag, value at, length: as the page has them.
_TABLE: Final = (
    (3, "0d", 4, 4, "format"),
    (8, "1210", 10, 16, "ledger"),
    (26, "19", 27, 8, "position"),
    (35, "2210", 37, 16, "stream"),
    (53, "29", 54, 8, "version"),
    (62, "31", 63, 8, "first_position"),
    (71, "3d", 72, 4, "leg"),
    (76, "45", 77, 4, "legs"),
    (81, "49", 82, 8, "effective_time"),
    (90, "51", 91, 8, "service_time"),
    (99, "59", 100, 8, "record_time"),
    (108, "6220", 110, 32, "previous_leaf"),
    (142, "6a10", 144, 16, "salt"),
    (160, "7210", 162, 16, "organisation"),
    (178, "7a10", 180, 16, "actor"),
    (196, "8101", 198, 8, "rights"),
    (206, "8a0110", 209, 16, "request_id"),
    (225, "920120", 228, 32, "command_hash"),
    (260, "9d01", 262, 4, "type"),
    (266, "a101", 268, 8, "balance_change"),
    (276, "a901", 278, 8, "balance_after"),
)
_SIGNED: Final = {"effective_time", "service_time", "record_time", "balance_change", "balance_after"}
PLACES: Final = {name: (at, length) for _, _, at, length, name in _TABLE}
"""Offset and length of each value of the header."""


class Header(NamedTuple):
    """The values of a header. Ids and hashes are bytes, times microseconds since 1970 UTC, amounts fen."""

    format: int
    ledger: bytes
    position: int
    stream: bytes
    version: int
    first_position: int
    leg: int
    legs: int
    effective_time: int
    service_time: int
    record_time: int
    previous_leaf: bytes
    salt: bytes
    organisation: bytes
    actor: bytes
    rights: int
    request_id: bytes
    command_hash: bytes
    type: int
    balance_change: int
    balance_after: int


def _codes() -> Iterator[str]:
    end = 0
    for _, _, at, length, name in _TABLE:
        number = {4: "I", 8: "q" if name in _SIGNED else "Q"}.get(length, f"{length}s")
        yield f"{at - end}x{number}"
        end = at + length


_READER: Final = struct.Struct("<" + "".join(_codes()))
unpack: Final = _READER.unpack_from
"""Gives the values of a header in the order of `Header`, as a plain tuple. The layout must have been checked."""


class FixedPart:
    """What is the same in every header of a ledger: tags, lengths, format, the ledger's id."""

    def __init__(self, ledger: bytes) -> None:
        """Take the ledger's id of 16 bytes."""
        value, mask = bytearray(HEADER_BYTES), bytearray(HEADER_BYTES)

        def put(at: int, data: bytes) -> None:
            value[at : at + len(data)] = data
            mask[at : at + len(data)] = b"\xff" * len(data)

        put(0, bytes.fromhex("0a9b02"))
        for tag_at, tag, _, _, _ in _TABLE:
            put(tag_at, bytes.fromhex(tag))
        put(PLACES["format"][0], (1).to_bytes(4, "little"))
        put(PLACES["ledger"][0], ledger)
        self.mask = int.from_bytes(mask, "little")
        self.value = int.from_bytes(value, "little")

    def holds(self, entry: bytes) -> bool:
        """Tell whether an entry begins with a header of this ledger, and something follows."""
        if len(entry) <= HEADER_BYTES:
            return False
        # One comparison instead of 23: a loop would cost more than the hash.
        return int.from_bytes(entry[:HEADER_BYTES], "little") & self.mask == self.value

    def problem(self, entry: bytes) -> str:
        """Say in words why it does not."""
        if len(entry) <= HEADER_BYTES:
            return f"an entry of {len(entry)} bytes is shorter than a header and an event"
        if entry[:3] != bytes.fromhex("0a9b02"):
            return "it does not begin with a header of format 1"
        for tag_at, tag, at, length, name in _TABLE:
            if entry[tag_at : tag_at + len(tag) // 2] != bytes.fromhex(tag):
                return f"the tag of {name} is not at byte {tag_at}"
            got = int.from_bytes(entry[at : at + length], "little")
            own = self.value >> 8 * at & (1 << 8 * length) - 1
            if name in {"format", "ledger"} and got != own:
                return f"its {name} is {entry[at : at + length].hex()}"
        return "its header is another one"


def ledger_id(code: str) -> bytes:
    """Return the id of a ledger by its code (section 3)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "urn:personal-account-ledger:ledger:" + code).bytes


def stream_id(ledger: bytes, name: str) -> bytes:
    """Return the id of a named stream or of an institution's by its code (section 3)."""
    return uuid.uuid5(uuid.UUID(bytes=ledger), name).bytes


EVENT_NAMES: Final[dict[int, str]] = {
    field.number: field.name for field in entry_pb2.Entry.DESCRIPTOR.oneofs_by_name["event"].fields
}
EVENT_TYPES: Final[dict[str, int]] = {name: number for number, name in EVENT_NAMES.items()}
_CLASSES: Final[dict[int, Any]] = {
    number: type(getattr(entry_pb2.Entry(), name)) for number, name in EVENT_NAMES.items()
}


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits in each byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


_TAGS: Final = {number: _varint(number << 3 | 2) for number in EVENT_NAMES}


class PartsError(ValueError):
    """What follows the header is not what it must be; the message says what."""


class Body(NamedTuple):
    """What follows the header."""

    references: Any
    sealed: Any
    event: Any


def _length_at(entry: bytes, at: int) -> tuple[int, int]:
    length = shift = 0
    while True:
        byte = entry[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return length, at
        shift += 7


def _parsed(cls: Any, data: bytes, what: str) -> Any:
    message: Message = cls.FromString(data)
    if message.ByteSize() != len(data):
        raise PartsError(f"{what} is not in its shortest form")
    message.DiscardUnknownFields()
    if message.ByteSize() != len(data):
        raise PartsError(f"{what} has a field that this program does not know: the log is newer than it")
    return message


def body(entry: bytes, type_: int) -> Body:
    """Walk through references, sealed part and event: in this order, once, nothing behind. Raise PartsError."""
    try:
        return _body(entry, type_)
    except (IndexError, DecodeError, ValueError) as error:
        if isinstance(error, PartsError):
            raise
        raise PartsError(f"unreadable: {type(error).__name__} {error}".strip()) from None


def _body(entry: bytes, type_: int) -> Body:
    at, references, sealed = HEADER_BYTES, None, None
    if entry[at] == 0x12:  # noqa: PLR2004 - field 2 with a length
        length, at = _length_at(entry, at + 1)
        references = _parsed(entry_pb2.References, entry[at : at + length], "the references")
        at += length
    if entry[at] == 0x1A:  # noqa: PLR2004 - field 3 with a length
        length, at = _length_at(entry, at + 1)
        sealed = _parsed(entry_pb2.Sealed, entry[at : at + length], "the sealed part")
        if len(sealed.key_id) != 16 or len(sealed.nonce) != 12 or len(sealed.ciphertext) < 16:  # noqa: PLR2004
            raise PartsError("the sealed part has no key id of 16, nonce of 12 and tag of 16 bytes")
        at += length
    tag = _TAGS.get(type_)
    if tag is None:
        raise PartsError(f"there is no event type {type_}: the log is newer than this program, or it is none")
    if not entry.startswith(tag, at):
        raise PartsError(f"no event of type {type_} stands at byte {at}")
    length, begin = _length_at(entry, at + len(tag))
    if begin + length != len(entry):
        raise PartsError(f"the event ends at byte {begin + length}, the entry at {len(entry)}")
    return Body(references, sealed, _parsed(_CLASSES[type_], entry[begin:], EVENT_NAMES[type_]))
