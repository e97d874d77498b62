"""The fixed header of an entry: packed in one go, read by slicing (`docs/log-format.md`).

Every field is always present, in the same order and length, so each one stands at a known offset of the entry.
A golden test holds that the result equals what the protobuf encoder writes for a fully set `Header`.
"""

from __future__ import annotations

import struct
from typing import Final

FORMAT: Final = 1

_FIXED32, _FIXED64, _BYTES = 5, 1, 2
# Name, wire type, length in bytes, in the order of the field numbers 1 … 21.
_FIELDS: Final = (
    ("format", _FIXED32, 4),
    ("ledger", _BYTES, 16),
    ("position", _FIXED64, 8),
    ("stream", _BYTES, 16),
    ("version", _FIXED64, 8),
    ("first_position", _FIXED64, 8),
    ("leg", _FIXED32, 4),
    ("legs", _FIXED32, 4),
    ("effective_time", _FIXED64, 8),
    ("service_time", _FIXED64, 8),
    ("record_time", _FIXED64, 8),
    ("previous_leaf", _BYTES, 32),
    ("salt", _BYTES, 16),
    ("organisation", _BYTES, 16),
    ("actor", _BYTES, 16),
    ("rights", _FIXED64, 8),
    ("request_id", _BYTES, 16),
    ("command_hash", _BYTES, 32),
    ("type", _FIXED32, 4),
    ("balance_change", _FIXED64, 8),
    ("balance_after", _FIXED64, 8),
)
_SIGNED: Final = frozenset({"effective_time", "service_time", "record_time", "balance_change", "balance_after"})


def varint(value: int) -> bytes:
    """Return a protobuf varint."""
    out = bytearray()
    while value >= 1 << 7:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _tag(number: int, wire_type: int, length: int) -> bytes:
    tag = varint(number << 3 | wire_type)
    return tag + varint(length) if wire_type == _BYTES else tag


_TAGS: Final = tuple(_tag(number, wire, size) for number, (_, wire, size) in enumerate(_FIELDS, 1))
_BODY_LENGTH: Final = sum(len(tag) for tag in _TAGS) + sum(size for _, _, size in _FIELDS)
_LEAD: Final = b"\x0a" + varint(_BODY_LENGTH)
HEADER_LENGTH: Final = len(_LEAD) + _BODY_LENGTH
"""Bytes from the begin of an entry to the end of its header, tag and length included."""


def _code(name: str, wire: int, size: int) -> str:
    if wire == _BYTES:
        return f"{size}s"
    if wire == _FIXED32:
        return "I"
    return "q" if name in _SIGNED else "Q"


def _offsets() -> dict[str, int]:
    offsets, at = {}, len(_LEAD)
    for (name, _, size), tag in zip(_FIELDS, _TAGS, strict=True):
        at += len(tag)
        offsets[name] = at
        at += size
    return offsets


OFFSETS: Final = _offsets()
"""Offset of each field's value from the begin of the entry."""

_PACKER: Final = struct.Struct(
    "<"
    f"{len(_LEAD) + len(_TAGS[0])}s{_code(*_FIELDS[0])}"
    + "".join(f"{len(tag)}s{_code(*field)}" for field, tag in zip(_FIELDS[1:], _TAGS[1:], strict=True))
)
_READER: Final = struct.Struct(
    "<"
    f"{len(_LEAD) + len(_TAGS[0])}x{_code(*_FIELDS[0])}"
    + "".join(f"{len(tag)}x{_code(*field)}" for field, tag in zip(_FIELDS[1:], _TAGS[1:], strict=True))
)
_TAG_READER: Final = struct.Struct(
    f"{len(_LEAD) + len(_TAGS[0])}s4s"
    + "".join(f"{len(tag)}s{field[2]}x" for field, tag in zip(_FIELDS[1:], _TAGS[1:], strict=True))
)
_ALL_TAGS: Final = (_LEAD + _TAGS[0], FORMAT.to_bytes(4, "little"), *_TAGS[1:])
(
    _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9, _T10, _T11,
    _T12, _T13, _T14, _T15, _T16, _T17, _T18, _T19, _T20, _T21,
) = (_LEAD + _TAGS[0], *_TAGS[1:])  # fmt: skip

Fields = tuple[
    int, bytes, int, bytes, int, int, int, int, int, int, int,
    bytes, bytes, bytes, bytes, int, bytes, bytes, int, int, int,
]  # fmt: skip
"""The header's values in field order: format, ledger, position, stream, version, first_position, leg, legs,
effective_time, service_time, record_time, previous_leaf, salt, organisation, actor, rights, request_id,
command_hash, type, balance_change, balance_after."""


def pack(
    ledger: bytes, position: int, stream: bytes, version: int, first_position: int, leg: int, legs: int,
    effective_time: int, service_time: int, record_time: int, previous_leaf: bytes, salt: bytes,
    organisation: bytes, actor: bytes, rights: int, request_id: bytes, command_hash: bytes, type_: int,
    balance_change: int, balance_after: int,
) -> bytes:  # fmt: skip
    """Return the encoded header with its tag and length. Times in microseconds, amounts in fen."""
    return _PACKER.pack(
        _T1, FORMAT, _T2, ledger, _T3, position, _T4, stream, _T5, version, _T6, first_position,
        _T7, leg, _T8, legs, _T9, effective_time, _T10, service_time, _T11, record_time,
        _T12, previous_leaf, _T13, salt, _T14, organisation, _T15, actor, _T16, rights,
        _T17, request_id, _T18, command_hash, _T19, type_, _T20, balance_change, _T21, balance_after,
    )  # fmt: skip


def unpack(entry: bytes) -> Fields:
    """Return the header's values. The entry must be checked before with `check_layout`."""
    return _READER.unpack_from(entry)


def check_layout(entry: bytes) -> None:
    """Raise ValueError unless every tag of the header stands where format 1 has it."""
    if len(entry) < HEADER_LENGTH or _TAG_READER.unpack_from(entry) != _ALL_TAGS:
        raise ValueError("the entry does not begin with a header of format 1")
