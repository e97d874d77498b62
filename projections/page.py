"""Pages of the log: stored bytes in order, cut on a transaction end, with their headers sliced and nothing parsed."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from ledger.log import header
from ledger.log.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ledger.log.reader import Reader

TRANSACTION_ENTRIES_MAX: Final = 500
"""Entries of the longest transaction (`docs/log-format.md`, section 6)."""

_WANTED: Final = (
    ("position", "Q"), ("stream", "16s"), ("version", "Q"), ("first_position", "Q"), ("leg", "I"), ("legs", "I"),
    ("effective_time", "q"), ("record_time", "q"), ("type", "I"), ("balance_change", "q"), ("balance_after", "q"),
)  # fmt: skip


def _slices() -> struct.Struct:
    """Return a reader of the wanted values only, at the offsets of the header."""
    code, at = "<", 0
    for name, kind in _WANTED:
        offset = header.OFFSETS[name]
        code += f"{offset - at}x{kind}"
        at = offset + struct.calcsize(f"<{kind}")
    return struct.Struct(f"{code}{header.HEADER_LENGTH - at}x")


_SLICES: Final = _slices()
# Tag and length of the header, tag and value of the format: they say that the rest stands where it should.
_BEGIN: Final = b"\x0a\x9b\x02\x0d" + header.FORMAT.to_bytes(4, "little")

Head = tuple[int, bytes, int, int, int, int, int, int, int, int, int]
"""Position, stream, version, first position, leg, legs, effective time, record time, type, balance change, balance
after. A plain tuple: a page has thousands of them."""


class LogEndError(Exception):
    """The log cannot be followed any further; the message says why, and an operator has to look."""


class Page(NamedTuple):
    """Entries behind a position. Empty where there are none."""

    heads: Sequence[Head]
    entries: Sequence[bytes]

    @property
    def last_position(self) -> int:
        """Position of the last entry; 0 where there is none."""
        return self.heads[-1][0] if self.heads else 0

    @property
    def transactions(self) -> int:
        """Number of transactions."""
        return sum(head[4] == head[5] for head in self.heads)


def read_page(connection: psycopg.Connection, reader: Reader, after: int, leaf: bytes, limit: int) -> Page:
    """Return about `limit` entries behind position `after`, whole transactions only.

    `leaf` is the leaf hash of the entry at `after` as it was taken in. Raise LogEndError when another one is there.
    """
    page = _read(connection, reader, after, leaf, after + limit)
    if not page.heads:  # the first transaction alone is longer than the limit
        page = _read(connection, reader, after, leaf, after + limit + TRANSACTION_ENTRIES_MAX)
    return page


def _read(connection: psycopg.Connection, reader: Reader, after: int, leaf: bytes, last: int) -> Page:
    rows = connection.execute(
        reader.sql("SELECT entry FROM {s}.entries WHERE position >= %s AND position <= %s ORDER BY position"),
        (after, last),
        binary=True,
    ).fetchall()
    entries = [entry for (entry,) in rows]
    if after:
        if not entries or leaf_hash(entries[0]) != leaf:
            raise LogEndError(f"position {after} no longer holds the entry that was taken in: the log was replaced")
        del entries[0]
    heads = heads_of(entries, after + 1)
    cut = len(heads)
    while cut and heads[cut - 1][4] != heads[cut - 1][5]:
        cut -= 1
    return Page(heads[:cut], entries[:cut])


def heads_of(entries: Sequence[bytes], first: int) -> list[Head]:
    """Slice the headers of entries that follow one another from position `first`. Raise LogEndError."""
    read = _SLICES.unpack_from
    heads: list[Head] = []
    add = heads.append
    try:
        for position, entry in enumerate(entries, first):
            head = read(entry)
            if head[0] != position or entry[:8] != _BEGIN:
                break
            add(head)
        else:
            return heads
    except struct.error:  # it is shorter than a header
        pass
    position = first + len(heads)
    raise LogEndError(f"position {position} holds no entry of a format that this version reads")


def heads_between(entries: Sequence[bytes], after: int, last: int) -> list[Head]:
    """Slice the headers of some of the entries behind `after` up to `last`, in order. Raise LogEndError."""
    read = _SLICES.unpack_from
    heads: list[Head] = []
    before = after
    try:
        for entry in entries:
            head = read(entry)
            if not before < head[0] <= last or entry[:8] != _BEGIN:
                break
            before = head[0]
            heads.append(head)
        else:
            return heads
    except struct.error:  # it is shorter than a header
        pass
    raise LogEndError(f"behind position {before} follows an entry of a format that this version does not read")


def read_entries(connection: psycopg.Connection, reader: Reader, positions: Collection[int]) -> Mapping[int, bytes]:
    """Return stored entries by position. Raise LookupError when one is missing."""
    rows = connection.execute(
        reader.sql("SELECT position, entry FROM {s}.entries WHERE position = ANY(%s)"), (list(positions),), binary=True
    )
    found: dict[int, bytes] = dict(rows.fetchall())
    for position in positions:
        if position not in found:
            raise LookupError(f"the log has no position {position}")
    return found
