"""What this process knows to be committed: the end of the log, and the persons it has seen.

Only the committer changes it, and only after COMMIT has returned. Readers on other threads see whole objects: every
value is replaced, never modified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.domain import entry_types as types
from ledger.domain.changes import CHANGES
from ledger.domain.institutions import evolve_institution
from ledger.domain.person import Person, evolve
from ledger.domain.policies import Policies, evolve_policies
from ledger.domain.proposals import evolve_admin
from ledger.log.merkle import Tree
from ledger.log.recent_ids import RecentIds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.domain.recorded import Recorded


class Tip(NamedTuple):
    """The end of a stream: its version and the leaf hash of its last entry."""

    version: int
    leaf: bytes


NEW_STREAM = Tip(0, bytes(32))


class End(NamedTuple):
    """The end of the log: tree, leaf hash of the last entry, last record time (microseconds), level of the ledger."""

    tree: Tree
    last_leaf: bytes
    record_time: int
    feature_level: int

    @property
    def size(self) -> int:
        """Return the number of entries."""
        return self.tree.size


class State:
    """The committed end, and a bounded cache of persons and stream ends.

    The cache has two generations: what is used moves to the young one, and the old one is dropped when the young one
    is full. A lookup costs two dictionary reads at most.
    """

    def __init__(self, end: End, limit: int, floor: bytes = b"\xff" * 16) -> None:
        """Start at a committed end with an empty cache of at most `limit` persons (per generation).

        `floor` is the greatest request id recorded so far; unless it is known, every id is looked up.
        """
        self.end = end
        self.ids = RecentIds(floor)
        self._limit = limit
        self._young: dict[bytes, tuple[Person, Tip]] = {}
        self._old: dict[bytes, tuple[Person, Tip]] = {}

    def peek(self, stream: bytes) -> tuple[Person, Tip] | None:
        """Return person and stream end, or None when it is not in memory, and change nothing: for other threads.

        What `get` moves between the generations could lay an older state over one that is committed meanwhile.
        """
        return self._young.get(stream) or self._old.get(stream)

    def get(self, stream: bytes) -> tuple[Person, Tip] | None:
        """Return person and stream end, or None when it is not in memory. For the committer's thread only."""
        found = self._young.get(stream)
        if found is None:
            found = self._old.get(stream)
            if found is not None:
                self._young[stream] = found
        return found

    @property
    def persons(self) -> int:
        """Return how many persons are in memory; one that is in both generations counts twice."""
        return len(self._young) + len(self._old)

    def put(self, streams: Mapping[bytes, tuple[Person, Tip]]) -> None:
        """Take over committed states."""
        self._young.update(streams)
        if len(self._young) > self._limit:
            self._old = self._young
            self._young = {}

    def apply(self, recorded: Recorded, leaf: bytes) -> None:
        """Bring a person in memory up to date with an entry that another process committed."""
        known = self.get(recorded.stream)
        if known is not None and recorded.version == known[1].version + 1:
            self.put({recorded.stream: (advance(known[0], recorded), Tip(recorded.version, leaf))})


def advance(person: Person, recorded: Recorded) -> Person:
    """Evolve a person, or a register of the ledger, which takes its place; other streams keep their empty person."""
    fold = _FOLDS.get(recorded.type)
    return fold(person, recorded) if fold is not None else person


def _decided(state: Any, recorded: Recorded) -> Any:
    return (evolve_policies if isinstance(state, Policies) else evolve_admin)(state, recorded)


def _flagged(state: Any, recorded: Recorded) -> Any:
    return (evolve if isinstance(state, Person) else evolve_institution)(state, recorded)


FIRST_PERSON_EVENT = 30
LAST_PERSON_EVENT = 179
PERSON_EVENTS = range(FIRST_PERSON_EVENT, LAST_PERSON_EVENT + 1)
"""Event types that live in person streams; below are those of the ledger, above those of other registers."""

_FOLDS: dict[int, Callable[[Any, Recorded], Any]] = {
    **dict.fromkeys(PERSON_EVENTS, evolve),
    **dict.fromkeys(types.ADMIN, evolve_admin),
    **dict.fromkeys(types.POLICY, evolve_policies),
    **dict.fromkeys(types.INSTITUTION, evolve_institution),
    **dict.fromkeys(CHANGES, evolve),
    types.PROPOSAL_DECIDED: _decided,
    **dict.fromkeys(types.RISK, _flagged),
}
"""Type of an entry → what it makes of its stream."""
