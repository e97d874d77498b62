"""Pages of the log: stored bytes in order, cut on a transaction end, with their headers sliced and nothing parsed.

PostgreSQL sends them in chunks, headers and bodies apart. A row for each entry costs twice the interpreter's time; and
what only asks headers never touches a body.
"""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from ledger.log import header
from ledger.log.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import LiteralString

    from ledger.log.reader import Reader

TRANSACTION_ENTRIES_MAX: Final = 500
"""Entries of the longest transaction (`docs/log-format.md`, section 6)."""

_CHUNK: Final = 64
"""Entries of a chunk: some 20 kB, for which PostgreSQL needs no fresh memory."""
_LENGTH: Final = header.HEADER_LENGTH
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


class Entries:
    """Stored bytes of entries in order, cut out when they are asked for."""

    __slots__ = ("_bodies", "_ends", "_headers")

    def __init__(self, headers: bytes, bodies: bytes, ends: Sequence[int]) -> None:
        """Take all headers, all bodies, and where in `bodies` each begins; behind the last one, where it ends."""
        self._headers, self._bodies, self._ends = headers, bodies, ends

    @classmethod
    def of(cls, entries: Sequence[bytes]) -> Entries:
        """Put single ones together."""
        tails = [entry[_LENGTH:] for entry in entries]
        return cls(b"".join([entry[:_LENGTH] for entry in entries]), b"".join(tails), _places(map(len, tails)))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> bytes:
        """Return the bytes of one."""
        at = range(len(self))[index]
        return self._headers[at * _LENGTH : (at + 1) * _LENGTH] + self.body(at)

    def __iter__(self) -> Iterator[bytes]:
        """Return the bytes of all."""
        return map(self.__getitem__, range(len(self)))

    def body(self, index: int) -> bytes:
        """Return what follows the header of one; `index` counts from 0."""
        return self._bodies[self._ends[index] : self._ends[index + 1]]

    def between(self, begin: int, end: int) -> Entries:
        """Return those from index `begin` on up to before `end`."""
        return Entries(self._headers[begin * _LENGTH : end * _LENGTH], self._bodies, self._ends[begin : end + 1])

    def heads(self, first: int) -> list[Head]:
        """Slice the headers; entries follow one another from position `first`. Raise LogEndError."""
        heads = self._sliced()
        if [head[0] for head in heads] != list(range(first, first + len(self))) or not self._whole():
            heads_of(list(self), first)  # it says which one
            raise LogEndError(f"behind position {first - 1} the log cannot be read")
        return heads

    def heads_between(self, after: int, last: int) -> list[Head]:
        """Slice the headers of some of the entries behind `after` up to `last`, in order. Raise LogEndError."""
        heads = self._sliced()
        places = [after, *(head[0] for head in heads)]
        if places != sorted(set(places)) or places[-1] > last or not self._whole():
            raise LogEndError(f"between positions {after} and {last} is what this version does not read")
        return heads

    def _sliced(self) -> list[Head]:
        return list(_SLICES.iter_unpack(self._headers))

    def _whole(self) -> bool:
        """Tell whether each begins as an entry does."""
        headers = self._headers
        return all(headers[at::_LENGTH] == bytes([byte]) * len(self) for at, byte in enumerate(_BEGIN))


def _places(lengths: Iterable[int]) -> list[int]:
    return list(accumulate(lengths, initial=0))


NO_ENTRIES: Final = Entries(b"", b"", (0,))


class Page(NamedTuple):
    """Entries behind a position. Empty where there are none."""

    heads: Sequence[Head]
    entries: Entries

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
    entries = fetch(connection, reader, max(after, 1), last)
    if after:
        if not len(entries) or leaf_hash(entries[0]) != leaf:
            raise LogEndError(f"position {after} no longer holds the entry that was taken in: the log was replaced")
        entries = entries.between(1, len(entries))
    heads = entries.heads(after + 1)
    cut = len(heads)
    while cut and heads[cut - 1][4] != heads[cut - 1][5]:
        cut -= 1
    return Page(heads[:cut], entries.between(0, cut))


_FETCH: Final[LiteralString] = (
    "SELECT g.first, chunk.* FROM generate_series(%(first)s::int8, %(last)s::int8, %(chunk)s) AS g (first),"
    " LATERAL (SELECT string_agg(int4send(octet_length(entry)), ''::bytea),"
    " string_agg(substring(entry FOR %(header)s), ''::bytea),"
    " string_agg(substring(entry FROM %(header)s + 1), ''::bytea)"
    # The whole stretch again: so the ranges of the table are chosen once and not for each chunk.
    " FROM (SELECT entry FROM {s}.entries WHERE position >= g.first AND position < g.first + %(chunk)s"
    " AND position >= %(first)s AND position <= %(last)s{which} ORDER BY position) e) chunk"
)


def fetch(
    connection: psycopg.Connection,
    reader: Reader,
    first: int,
    last: int,
    which: LiteralString = "",
    values: Mapping[str, object] | None = None,
) -> Entries:
    """Return the entries from position `first` to `last` that are there, in order.

    `which`: SQL that leaves some out, with its values. Raise LogEndError for what is too short to be an entry.
    """
    rows = connection.execute(
        reader.sql(_FETCH.replace("{which}", which)),
        {"first": first, "last": last, "chunk": _CHUNK, "header": _LENGTH, **(values or {})},
        binary=True,
    ).fetchall()
    found = sorted(row for row in rows if row[1] is not None)
    sizes = b"".join([row[1] for row in found])
    lengths = struct.unpack(f"!{len(sizes) // 4}I", sizes)
    if lengths and min(lengths) < _LENGTH:
        raise LogEndError(f"between positions {first} and {last} is no entry")
    return Entries(
        b"".join([row[2] for row in found]),
        b"".join([row[3] for row in found]),
        _places([length - _LENGTH for length in lengths]),
    )


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
