"""The fixed header: packed by hand, equal to what the protobuf encoder writes, and what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.recorded import Recorded
from ledger.log import header
from ledger.log.entry import (
    EVENT_TYPES,
    MAX_ENTRY_BYTES,
    EntryTooLargeError,
    MalformedEntryError,
    body,
    recorded,
)
from ledger.v1 import commands_pb2 as c
from ledger.v1 import entry_pb2
from ledger.v1 import events_pb2 as e

PAGE = Path(__file__).parent.parent / "docs" / "log-format.md"
FIELDS = entry_pb2.Header.DESCRIPTOR.fields
BYTES = {"previous_leaf": 32, "command_hash": 32}  # others have 16


def value_of(field):
    """A strategy for the values of a header field."""
    if field.name == "format":
        return st.just(1)
    if field.type == field.TYPE_BYTES:
        size = BYTES.get(field.name, 16)
        return st.binary(min_size=size, max_size=size)
    bits = 32 if field.type == field.TYPE_FIXED32 else 64
    if field.type == field.TYPE_SFIXED64:
        return st.integers(-(2**63), 2**63 - 1)
    return st.integers(0, 2**bits - 1)


values = st.tuples(*(value_of(field) for field in FIELDS))
ZEROS = tuple(
    1 if field.name == "format" else bytes(BYTES.get(field.name, 16)) if field.type == field.TYPE_BYTES else 0
    for field in FIELDS
)


def encoded(of):
    """The header as the protobuf encoder writes it inside an entry."""
    message = entry_pb2.Header(**dict(zip((field.name for field in FIELDS), of, strict=True)))
    return entry_pb2.Entry(header=message).SerializeToString()


@given(values)
@settings(max_examples=300, deadline=None, database=None)
def test_a_packed_header_is_what_protobuf_writes(of):
    """Byte for byte, for any values; and slicing gives the values back."""
    packed = header.pack(*of[1:])
    assert packed == encoded(of)
    assert header.unpack(packed) == of
    header.check_layout(packed)


def test_zeros_are_written_too():
    """Every field has its place, also when its value is zero."""
    assert header.pack(*ZEROS[1:]) == encoded(ZEROS)
    assert len(encoded(ZEROS)) == header.HEADER_LENGTH == 286


def test_the_page_has_every_offset():
    """Tags, offsets and lengths in docs/log-format.md are those of the encoder."""
    row = re.compile(r"^\| (\d+) \| `([0-9a-f ]+)` \| (\d+) \| (\d+) \| [^|]+ \| `(\w+)` \|", re.MULTILINE)
    rows = row.findall(PAGE.read_text())
    assert [name for *_, name in rows] == [field.name for field in FIELDS]
    for tag_at, tag, at, length, name in rows:
        zero = ZEROS[[field.name for field in FIELDS].index(name)]
        marked = b"\xee" * len(zero) if isinstance(zero, bytes) else 0x11
        of = [marked if field.name == name else other for field, other in zip(FIELDS, ZEROS, strict=True)]
        data = encoded(of)
        assert data[int(tag_at) : int(at)] == bytes.fromhex(tag)
        assert header.OFFSETS[name] == int(at)
        expected = marked if isinstance(marked, bytes) else marked.to_bytes(int(length), "little")
        assert data[int(at) : int(at) + int(length)] == expected


def entry(event=None, of=None):
    """An entry with a deposit."""
    event = event or e.DepositPosted(deposit=c.Deposit(amount=5))
    of = list(of or ZEROS)
    of[18] = EVENT_TYPES["deposit_posted"]
    return header.pack(*of[1:]) + body(of[18], event, b"", None)


def test_an_entry_is_read_back():
    """Header and event of a hand-built entry."""
    item = recorded(entry())
    assert isinstance(item, Recorded)
    assert item.event.deposit.amount == 5
    whole = entry_pb2.Entry.FromString(entry())
    assert whole.header.type == 70
    assert whole.WhichOneof("event") == "deposit_posted"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: header.HEADER_LENGTH],
        lambda data: data[1:],
        lambda _: b"",
        lambda data: data[:4] + b"\x02" + data[5:],  # format 2
        lambda data: data[:262] + bytes([71]) + data[263:],  # another type than the event
        lambda data: data[:262] + bytes([250]) + data[263:],  # a type of a newer version
        lambda data: data[:35] + b"\x2a" + data[36:],  # another tag
        lambda data: data + b"\xba\x04\x00",  # a second event, DepositReversed, behind
    ],
)
def test_what_is_not_a_whole_entry_of_format_1_is_refused(damage):
    """A reader stops; it never guesses."""
    with pytest.raises(MalformedEntryError):
        recorded(damage(entry()))


def test_an_entry_has_at_most_65535_bytes():
    """The longest entry passes; one byte more does not."""
    type_ = EVENT_TYPES["deposit_reversed"]

    def whole(length):
        event = e.DepositReversed(reversal=c.Reversal(reason="x" * length))
        return header.HEADER_LENGTH + len(body(type_, event, b"", None))

    length = MAX_ENTRY_BYTES - header.HEADER_LENGTH - 20
    length += MAX_ENTRY_BYTES - whole(length)
    assert whole(length) == MAX_ENTRY_BYTES == 65_535
    with pytest.raises(EntryTooLargeError):
        whole(length + 1)
