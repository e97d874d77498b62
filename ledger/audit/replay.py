"""An account replayed from its first event: the state behind each, and what a balance is made of.

Nothing here decides or remembers anything: entries go in, states come out by the same `evolve` as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ledger.audit.facts import Change, Moment, differences, facts
from ledger.audit.money import yuan
from ledger.audit.wording import EVENTS, Words
from ledger.domain.person import Person, evolve
from ledger.log.entry import EVENT_NAMES, recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from ledger.domain.recorded import Recorded

FOR_EVER = 2**63 - 1


class Step(NamedTuple):
    """One event, the state before and behind it, and the latest effective time (µs) up to here."""

    recorded: Recorded
    before: Person
    after: Person
    seen: int

    def changes(self, code: str, zone: tzinfo) -> list[Change]:
        """Return every fact that the event changed, judged at one moment: what only ran out is no change of it."""
        moment = Moment.at(self.seen, zone)
        return list(differences(facts(self.before, code, moment), facts(self.after, code, moment)))


class Bound(NamedTuple):
    """How far a replay goes: both included. `time` is a record time in µs since 1970 UTC."""

    position: int = FOR_EVER
    time: int = FOR_EVER

    def holds(self, item: Recorded) -> bool:
        """Tell whether the entry's whole transaction lies within: only ends of transactions are states."""
        return item.first_position + item.legs - 1 <= self.position and item.record_time <= self.time


def steps(stream: bytes, entries: Iterable[bytes], bound: Bound) -> Iterator[Step]:
    """Yield the steps of a person's stream. Raise EvolveError where an entry does not continue it."""
    person, seen = Person(stream), 0
    for data in entries:
        item = recorded(data)
        if not bound.holds(item):
            return
        after = evolve(person, item)
        seen = max(seen, item.effective_time)
        yield Step(item, person, after, seen)
        person = after


@dataclass(slots=True)
class Line:
    """All movements of one kind: how many, their sum in fen, and the first and the last of them."""

    name: str
    count: int = 0
    amount: int = 0
    first_position: int = 0
    last_position: int = 0

    @property
    def words(self) -> Words:
        """What the kind is called."""
        return EVENTS[self.name]


@dataclass(slots=True)
class Explanation:
    """What happened to an account between two ends of transactions; amounts are fen."""

    before: Person
    after: Person
    events: int = 0
    seen: int = 0
    lines: dict[str, Line] = field(default_factory=dict)

    def changes(self, code: str, zone: tzinfo) -> list[Change]:
        """Return every fact that differs, judged at the latest effective time."""
        moment = Moment.at(self.seen, zone)
        return list(differences(facts(self.before, code, moment), facts(self.after, code, moment)))

    def equation(self) -> Words:
        """Return how the balance came about, in English and Chinese."""
        told = []
        for language in (0, 1):
            parts = [yuan(self.before.balance)]
            for line in self.lines.values():
                sign = "-" if line.amount < 0 else "+"
                parts.append(f"{sign} {yuan(abs(line.amount))} ({line.words[language]} ×{line.count})")
            told.append(f"{' '.join(parts)} = {yuan(self.after.balance)}")
        return told[0], told[1]


def explain(
    stream: bytes, entries: Iterable[bytes], start: Bound, end: Bound, hidden: frozenset[int] = frozenset()
) -> Explanation:
    """Return what lies behind `start` and up to `end`. Raise EvolveError where the stream breaks.

    Events of `hidden` types are not counted; they move no balance.
    """
    found = Explanation(Person(stream), Person(stream))
    for step in steps(stream, entries, end):
        item, found.after, found.seen = step.recorded, step.after, step.seen
        if start.holds(item):
            found.before = step.after
            continue
        found.events += item.type not in hidden
        if item.balance_change:
            name = EVENT_NAMES[item.type]
            line = found.lines.setdefault(name, Line(name, first_position=item.position))
            line.count += 1
            line.amount += item.balance_change
            line.last_position = item.position
    return found
