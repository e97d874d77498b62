"""What a projection is: a name, tables, the entries it listens to, and how a batch of them folds into rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from projections.page import Head
    from projections.rows import Write

Lookup = Callable[[Collection[int]], Mapping[int, bytes]]
"""Positions → stored bytes. Reads the log, never a table of a projection, so that a rebuild folds the same rows."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries in the order of the log, whole transactions, and a way to look at earlier ones."""

    heads: Sequence[Head]
    entries: Sequence[bytes]
    lookup: Lookup

    def __iter__(self) -> Iterator[tuple[Head, bytes]]:
        return zip(self.heads, self.entries, strict=True)


class Projection(Protocol):
    """One view of the log. It has no state: all that it knows is in the batch."""

    @property
    def name(self) -> str:
        """Name, as callers see it in `ledgers/{ledger}/projections/{projection}`."""

    @property
    def shape(self) -> int:
        """Number of its table script `migrations/NAME_SHAPE.sql`. It rises when rows mean something else."""

    @property
    def ranged(self) -> Sequence[str]:
        """Its tables that are split by ranges of positions, without the suffix of the version."""

    def partition_key(self, head: Head) -> bytes:
        """Return 16 bytes by which a rebuild may divide the entries: rows of different keys never touch."""

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return what to write for a batch.

        Raise UnknownPartError for an entry of a newer version, which stops the projection; anything else that is raised
        makes the transaction a dead letter.
        """
