"""What a projection is: a name, tables, the entries it listens to, and how a batch of them folds into rows.

Everything that is done with a projection (following, rebuilding in parallel, comparing, replaying) goes by this
declaration alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, LiteralString, Protocol

from ledger.log.entry import EVENT_NAMES, UnknownPartError
from ledger.log.header import HEADER_LENGTH
from projections.bundle import parse_bodies
from projections.page import Entries

if TYPE_CHECKING:
    from projections.page import Head
    from projections.rows import Write

Lookup = Callable[[Collection[int]], Mapping[int, bytes]]
"""Positions → stored bytes. Reads the log, never a table of a projection, so that a rebuild folds the same rows."""


class Batch:
    """Entries in the order of the log, whole transactions, and a way to look at earlier ones.

    What is parsed of them is parsed once, whichever projections of a page want it.
    """

    def __init__(self, heads: Sequence[Head], entries: Entries | Sequence[bytes], lookup: Lookup) -> None:
        """Take headers and bytes, as many of each."""
        self.heads = heads
        self.entries = entries
        self.lookup = lookup
        self._parsed: dict[int, list[tuple[Head, Any]]] = {}

    def __iter__(self) -> Iterator[tuple[Head, bytes]]:
        return zip(self.heads, self.entries, strict=True)

    @cached_property
    def _indices(self) -> Mapping[int, Sequence[int]]:
        indices: dict[int, list[int]] = defaultdict(list)
        for index, head in enumerate(self.heads):
            indices[head[8]].append(index)
        return dict(indices)

    def types(self) -> AbstractSet[int]:
        """Return the types that occur. Raise UnknownPartError where one is of a newer version."""
        for type_ in self._indices.keys() - EVENT_NAMES.keys():
            position = self.heads[self._indices[type_][0]][0]
            raise UnknownPartError(f"position {position} has event type {type_}, which this version cannot read")
        return self._indices.keys()

    def heads_of(self, type_: int) -> list[Head]:
        """Return the headers of the entries of a type."""
        return [self.heads[index] for index in self._indices[type_]] if type_ in self.types() else []

    def of(self, type_: int) -> Sequence[tuple[Head, Any]]:
        """Return each entry of a type as header and message; `references` and the event are parts of the message.

        Raise UnknownPartError and DecodeError as `parse_body` does.
        """
        found = self._parsed.get(type_)
        if found is None:
            indices = self._indices[type_] if type_ in self.types() else []
            bodies = self.entries.body if isinstance(self.entries, Entries) else self._body
            messages = parse_bodies(type_, [bodies(index) for index in indices])
            found = self._parsed[type_] = list(zip(self.heads_of(type_), messages, strict=True))
        return found

    def _body(self, index: int) -> bytes:
        return self.entries[index][HEADER_LENGTH:]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a projection, named without the suffix of the version.

    `key` are the columns in which no two rows are equal. `partition` is an SQL expression of type uuid over the columns
    of a row: the partition key of the entries that the row comes from, such as `account` or
    `md5(institution)::uuid`. Empty: the projection cannot be divided, and one process rebuilds it.

    `ranged`: rows are only added, never changed; each has the `position` of its entry, by ranges of which the table is
    split. Rows of other tables may change.
    """

    name: str
    key: tuple[str, ...]
    partition: LiteralString = ""
    ranged: bool = False


class Projection(Protocol):
    """One view of the log. It has no state: all that it knows is in the batch."""

    @property
    def name(self) -> str:
        """Name, as callers see it in `ledgers/{ledger}/projections/{projection}`."""

    @property
    def shape(self) -> int:
        """Number of its table script `migrations/NAME_SHAPE.sql`. It rises when rows mean something else."""

    @property
    def tables(self) -> Sequence[Table]:
        """Its tables. No two projections share a name of one."""

    def partition_key(self, head: Head) -> bytes:
        """Return 16 bytes, evenly spread, by which a rebuild may divide the entries: rows of different keys never
        touch. It is asked for only where every table names its `partition`.
        """

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return what to write for a batch.

        What is written for two transactions must give the same rows in whatever order they are written: a dead letter
        is taken in later than what came behind it. So a `Merge` adds, or lets the row of the later position win.

        Raise UnknownPartError for an entry of a newer version, which stops the projection; anything else that is raised
        makes the transaction a dead letter.
        """


def by_stream(head: Head) -> bytes:
    """Return the stream, for most projections the account: a `partition_key` by which PostgreSQL divides the log."""
    return head[1]


def is_divided(projection: Projection) -> bool:
    """Tell whether a rebuild may divide the entries by the partition key."""
    return all(table.partition for table in projection.tables)


def first_bytes(part: int, parts: int) -> tuple[int, int]:
    """Return the least and the greatest first byte of the keys of a part."""
    return -(-256 * part // parts), -(-256 * (part + 1) // parts) - 1


def part_of(key: bytes, parts: int) -> int:
    """Return to which of so many parts a partition key belongs; at most 256 parts."""
    return key[0] * parts >> 8
