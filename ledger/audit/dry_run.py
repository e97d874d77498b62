"""A period of recorded settlements under another version of a policy: what would have been paid instead.

Nothing is recorded. Each person's deductible, cap and counts go on from what would have been, not from what was: the
sums begin as they were recorded before the period, and every settlement and reversal in it moves them anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ledger.domain import entry_types as types
from ledger.domain import settle
from ledger.domain.values import Sums
from ledger.log.entry import recorded
from ledger.policy.compute import UndefinedBandError, compute
from ledger.policy.rules import NONE, Deductible

if TYPE_CHECKING:
    from ledger.domain.recorded import Recorded
    from ledger.policy.rules import Date, Rule, Version


class Outcome(NamedTuple):
    """One settlement under the other version, in fen. `pooled_then` is None where the version does not say."""

    position: int
    service_date: Date
    in_scope: int
    pooled_now: int
    pooled_then: int | None


@dataclass(slots=True)
class Totals:
    """Sums of a dry run in fen; a reversal takes back what its settlement added."""

    settlements: int = 0
    reversals: int = 0
    changed: int = 0
    pooled_now: int = 0
    pooled_then: int = 0
    supplied: int = 0
    """Settlements whose split came from the settlement centre: no policy of the ledger decided them."""
    not_covered: int = 0
    """Settlements that no rule of the version covers, or that reach beyond its last band; they count as they were."""
    people: set[bytes] = field(default_factory=set)
    """Who would bear something else."""


class DryRun:
    """Takes the entries of a whole log in order; `first` and `last` are service dates, both included."""

    def __init__(self, version: Version, first: Date, last: Date) -> None:
        """Take the version and the period."""
        self._version = version
        self._first = max(first, version.effective_from)
        self._last = min(last, version.effective_to)
        self._sums: dict[tuple[bytes, int], Sums] = {}
        self._moved: dict[int, tuple[Sums, int, int]] = {}
        self.totals = Totals()

    def outcome(self, data: bytes) -> Outcome | None:
        """Return what the next stored entry would have been, None where it is no settlement of the period."""
        entry = recorded(data)
        if entry.type == types.PURCHASE_REVERSED:
            self._reverse(entry)
        if entry.type != types.PURCHASE_SETTLED:
            return None
        settled = entry.event
        date = (settled.service_date.year, settled.service_date.month, settled.service_date.day)
        if settled.accumulator.benefit != self._version.benefit or not self._first <= date <= self._last:
            return None
        if not settled.HasField("computation"):
            self.totals.supplied += 1
            return None
        return self._settle(entry, date)

    def _settle(self, entry: Recorded, date: Date) -> Outcome:
        settled, totals = entry.event, self.totals
        change = settle.sums_of(settled.purchase, settled.split, uncounted=settled.uncounted)
        key = (entry.stream, date[0])
        before = self._sums.get(key)
        if before is None:
            before = _less(_sums(settled.accumulator), change)
        computed = settled.computation
        rule = self._version.rule_for(computed.level, settled.person_type, computed.relation)
        then = self._then(rule, settled, before)
        if then is None:
            totals.not_covered += 1
        moved = change if then is None else change._replace(deductible=then[0], pooled=then[1])
        self._sums[key] = Sums(*map(sum, zip(before, moved, strict=True)))
        pooled_then = change.pooled if then is None else then[1]
        self._moved[entry.position] = (moved, change.pooled, date[0])
        totals.settlements += 1
        totals.pooled_now += change.pooled
        totals.pooled_then += pooled_then
        if pooled_then != change.pooled:
            totals.changed += 1
            totals.people.add(entry.stream)
        in_scope = settled.purchase.bill.in_scope
        return Outcome(entry.position, date, in_scope, change.pooled, None if then is None else pooled_then)

    def _then(self, rule: Rule | None, settled: object, before: Sums) -> tuple[int, int] | None:
        """Return deductible and pooled part under the version."""
        purchase = settled.purchase  # type: ignore[attr-defined]
        if rule is None:
            return None
        if purchase.exclusion_reason or settled.computation.coverage_suspended:  # type: ignore[attr-defined]
            rule = rule._replace(deductible=Deductible(NONE), bands=(), cap=0)
        try:
            shares = compute(rule, purchase.bill.in_scope, before)
        except UndefinedBandError:
            return None
        return shares.deductible, shares.pooled

    def _reverse(self, entry: Recorded) -> None:
        """Take a settlement of the period back, wherever in the log that happens."""
        moved = self._moved.pop(entry.event.reversed_position, None)
        if moved is None:
            return
        change, pooled_now, year = moved
        key = (entry.stream, year)
        self._sums[key] = _less(self._sums[key], change)
        self.totals.reversals += 1
        self.totals.pooled_now -= pooled_now
        self.totals.pooled_then -= change.pooled


def _sums(sums: object) -> Sums:
    return Sums(*(getattr(sums, name) for name in Sums._fields))


def _less(sums: Sums, change: Sums) -> Sums:
    return Sums(*(one - other for one, other in zip(sums, change, strict=True)))
