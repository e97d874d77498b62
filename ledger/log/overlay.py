"""What a batch that is not committed yet would make of the state.

Commands of a batch see the ones before them through the overlay, and the batch in flight before them through its
parent. Nobody else sees it: it is dropped when its commit fails, together with every overlay above it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ledger.log.append import CommandRow, Rows

if TYPE_CHECKING:
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.log.merkle import Tile
    from ledger.log.state import End, State, Tip


class KnownCommand(NamedTuple):
    """A request id that is taken: the hash of its content and where its transaction lies."""

    command_hash: bytes
    first_position: int
    entries: int


@dataclass(slots=True)
class Overlay:
    """Changes of one batch on top of `parent` (a batch in flight) or of the committed state."""

    state: State
    parent: Overlay | None
    base: End
    streams: dict[bytes, tuple[Person, Tip]] = field(default_factory=dict)
    keys: dict[tuple[int, bytes], int] = field(default_factory=dict)
    """(kind, hash) → position of the entry that takes the key, 0 = released."""
    commands: dict[tuple[bytes, bytes], CommandRow] = field(default_factory=dict)
    """(organisation, request id) → the row that claims it."""
    transactions: list[list[Recorded]] = field(default_factory=list)
    """The entries of each transaction, in the order of positions."""
    rows: Rows = field(default_factory=Rows)
    leaves: list[bytes] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)
    next_position: int = 0
    """Position of the next entry."""
    end: End | None = None
    """The end of the log once this batch is committed; set when the batch is sealed."""

    def __post_init__(self) -> None:
        """Begin behind the base."""
        self.next_position = self.base.size + 1

    def stream(self, stream: bytes) -> tuple[Person, Tip] | None:
        """Return the newest state of a stream, or None when it is not in memory."""
        found = self.streams.get(stream)
        if found is not None:
            return found
        if self.parent is not None:
            return self.parent.stream(stream)
        return self.state.get(stream)

    def key(self, key: tuple[int, bytes]) -> int | None:
        """Return where a batch on the way takes a key, 0 = it releases it; None = none of them says."""
        found = self.keys.get(key)
        if found is None and self.parent is not None:
            return self.parent.key(key)
        return found

    def command(self, key: tuple[bytes, bytes]) -> KnownCommand | None:
        """Return a command of a batch on the way by (organisation, request id)."""
        row = self.commands.get(key)
        if row is not None:
            return KnownCommand(*row[2:])
        return self.parent.command(key) if self.parent is not None else None

    def transaction_at(self, position: int) -> list[Recorded] | None:
        """Return the entries of the transaction on the way that a position lies in."""
        if position <= self.base.size:
            return self.parent.transaction_at(position) if self.parent is not None else None
        index = bisect_right(self.transactions, position, key=_first_position) - 1
        if index < 0 or self.transactions[index][-1].position < position:
            return None
        return self.transactions[index]

    @property
    def end_of_committed(self) -> int:
        """Return the last position below every batch on the way."""
        return self.parent.end_of_committed if self.parent is not None else self.base.size


def _first_position(entries: list[Recorded]) -> int:
    return entries[0].position
