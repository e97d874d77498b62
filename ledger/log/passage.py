"""A stretch of the log on its way to followers: whole transactions, of which a selection may leave entries out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ledger.log import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PASSAGE_BYTES: Final = 1 << 20
"""A passage ends at the first end of a transaction beyond this size."""
OVERHEAD_BYTES: Final = 200
"""What a passage and an entry of it take in memory beside the stored bytes, about."""

_STREAM: Final = slice(header.OFFSETS["stream"], header.OFFSETS["stream"] + 16)
_TYPE: Final = slice(header.OFFSETS["type"], header.OFFSETS["type"] + 4)
_LEG: Final = slice(header.OFFSETS["leg"], header.OFFSETS["leg"] + 4)
_LEGS: Final = slice(header.OFFSETS["legs"], header.OFFSETS["legs"] + 4)


def stream_of(entry: bytes) -> bytes:
    """Return the 16 bytes of the stream that stored bytes belong to."""
    return entry[_STREAM]


def type_of(entry: bytes) -> bytes:
    """Return the type of stored bytes as they hold it: four bytes, little-endian."""
    return entry[_TYPE]


def ends_transaction(entry: bytes) -> bool:
    """Tell whether stored bytes are the last entry of their transaction."""
    return entry[_LEG] == entry[_LEGS]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries a follower wants. Both conditions must hold; an empty one always does."""

    streams: frozenset[bytes] = frozenset()
    """Ids of 16 bytes."""
    types: frozenset[bytes] = frozenset()
    """As `type_of` gives them."""

    @property
    def everything(self) -> bool:
        """Tell whether nothing is left out."""
        return not self.streams and not self.types


@dataclass(slots=True, eq=False)
class Passage:
    """Entries with their positions, in order. `next_position` begins a transaction, and nothing before it is missing.

    `size` is the number of entries of the ledger, as far as was known. `encoded` is for whoever sends the passage to
    many: what was made of it once.
    """

    entries: Sequence[tuple[int, bytes]]
    next_position: int
    size: int
    encoded: bytes = b""
    weight: int = 0
    """About how many bytes it takes in memory."""

    def __post_init__(self) -> None:
        """Weigh it once: it is asked for by every follower."""
        self.weight = OVERHEAD_BYTES + sum([len(entry) + OVERHEAD_BYTES for _, entry in self.entries])

    def behind(self, position: int) -> Passage:
        """Return what it has from a position on, which begins a transaction."""
        if not self.entries or self.entries[0][0] >= position:
            return self
        return Passage([entry for entry in self.entries if entry[0] >= position], self.next_position, self.size)


def passages(entries: Iterable[tuple[int, bytes]], size: int) -> Iterator[Passage]:
    """Cut entries into passages of a bearable size, at ends of transactions. The last one ends with the last entry."""
    taken: list[tuple[int, bytes]] = []
    bytes_taken = 0
    for item in entries:
        taken.append(item)
        bytes_taken += len(item[1])
        if bytes_taken >= PASSAGE_BYTES and ends_transaction(item[1]):
            yield Passage(taken, item[0] + 1, size)
            taken, bytes_taken = [], 0
    if taken:
        yield Passage(taken, taken[-1][0] + 1, size)
