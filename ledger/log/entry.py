"""Entries: from a leg to stored bytes, and back. Bytes are made once and never encoded again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.domain.recorded import Key, Recorded
from ledger.log import header
from ledger.v1 import entry_pb2

if TYPE_CHECKING:
    from ledger.v1.entry_pb2 import Entry, Sealed

MAX_ENTRY_BYTES: Final = 65_535
"""Entry bundles of tlog-tiles carry lengths of 16 bits."""

EVENT_NAMES: Final[dict[int, str]] = {
    field.number: field.name for field in entry_pb2.Entry.DESCRIPTOR.oneofs_by_name["event"].fields
}
"""Field number of an event in `Entry` → its name."""
EVENT_TYPES: Final[dict[str, int]] = {name: number for number, name in EVENT_NAMES.items()}
_EVENT_TAGS: Final[dict[int, bytes]] = {number: header.varint(number << 3 | 2) for number in EVENT_NAMES}
_REFERENCES_TAG: Final = b"\x12"
_SEALED_TAG: Final = b"\x1a"
_SHORT: Final = tuple(header.varint(length) for length in range(1024))


class EntryTooLargeError(ValueError):
    """An entry would exceed 65,535 bytes."""


class MalformedEntryError(ValueError):
    """Stored bytes are not an entry of a format that this version reads."""


class UnknownPartError(MalformedEntryError):
    """The entry has an event, a part or a field that this version does not know: a newer one wrote it."""


def body(type_: int, event: Any, references: bytes, sealed: Sealed | None, encoded: bytes = b"") -> bytes:
    """Return what follows the header: references, sealed part and event, each with tag and length.

    `references` are a message's bytes, `encoded` the event's, where they are known already.
    """
    data: bytes = encoded or event.SerializeToString()
    size = len(data)
    tail = _EVENT_TAGS[type_] + (_SHORT[size] if size < len(_SHORT) else header.varint(size)) + data
    if sealed is not None:
        tail = _field(_SEALED_TAG, sealed.SerializeToString()) + tail
    if references:
        tail = _field(_REFERENCES_TAG, references) + tail
    if len(tail) + header.HEADER_LENGTH > MAX_ENTRY_BYTES:
        raise EntryTooLargeError(f"an entry of type {EVENT_NAMES[type_]} would exceed 65,535 bytes")
    return tail


def _field(tag: bytes, data: bytes) -> bytes:
    return tag + header.varint(len(data)) + data


def parse(entry: bytes) -> Entry:
    """Return the whole entry as a message, header included."""
    return entry_pb2.Entry.FromString(entry)


def _check_known(message: Entry, data: bytes) -> None:
    """Raise MalformedEntryError for parts that this version does not know, or that stand there twice."""
    message.DiscardUnknownFields()
    # What is known, in its shortest form, is as long as the stored bytes only where they hold nothing else.
    if message.ByteSize() == len(data):
        return
    if entry_pb2.Entry.FromString(data).ByteSize() != len(data):
        raise MalformedEntryError("a part of the entry stands there twice, or is not in its shortest form")
    raise UnknownPartError("the entry has a part or a field that this version does not know")


def parse_body(entry: bytes) -> Entry:
    """Return what follows the header as a message.

    Raise UnknownPartError for a part or field of a newer version, protobuf's DecodeError for bytes that are no message.
    """
    return parse_tail(entry[header.HEADER_LENGTH :])


def parse_tail(data: bytes) -> Entry:
    """Do the same for bytes that have no header before them."""
    message = entry_pb2.Entry.FromString(data)
    _check_known(message, data)
    return message


def recorded(entry: bytes) -> Recorded:
    """Open stored bytes far enough to evolve state. Raise MalformedEntryError for an unknown format or event."""
    try:
        header.check_layout(entry)
        fields = header.unpack(entry)
        message = parse_body(entry)
    except Exception as error:
        raise MalformedEntryError(str(error)) from error
    type_ = fields[18]
    name = EVENT_NAMES.get(type_)
    if name is None or message.WhichOneof("event") != name:
        raise MalformedEntryError(f"entry {fields[2]} has event type {type_}, which this version cannot read")
    references = message.references
    return Recorded(
        position=fields[2],
        stream=fields[3],
        version=fields[4],
        type=type_,
        event=getattr(message, name),
        balance_change=fields[19],
        balance_after=fields[20],
        effective_time=fields[8],
        record_time=fields[10],
        first_position=fields[5],
        leg=fields[6],
        legs=fields[7],
        reverses=references.reverses,
        keys=tuple(Key(key.kind, key.hash, key.released) for key in references.unique_keys),
        sealed=message.sealed if message.HasField("sealed") else None,
        expected_version=references.expected_version,
        actor=fields[14],
        effective_time_given=references.effective_time_given,
    )
