"""What moved in the personal accounts of a ledger in each civil year of the effective time, in the ledger's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.log.entry import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.log.civil_years import CivilYears
    from projections.page import Head

_OPENED: Final = frozenset((EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]))
_CLOSED: Final = EVENT_TYPES["account_closed"]
_INTEREST: Final = EVENT_TYPES["interest_posted"]


class Moved(NamedTuple):
    """Sums of balance changes above and below zero (both positive) and of interest, in fen; how many accounts were
    opened and closed.
    """

    credits: int = 0
    debits: int = 0
    interest: int = 0
    opened: int = 0
    closed: int = 0

    def plus(self, other: Moved) -> Moved:
        """Return both together."""
        return Moved(*map(sum, zip(self, other, strict=True)))

    def minus(self, other: Moved) -> Moved:
        """Return what is in this and not in the other, which must be a part of it."""
        return Moved(*(mine - its for mine, its in zip(self, other, strict=True)))


def moved(heads: Iterable[Head], years: CivilYears) -> dict[int, Moved]:
    """Return what entries moved, by year."""
    sums: dict[int, list[int]] = {}
    for _, _, _, _, _, _, effective, _, type_, change, _ in heads:
        opened, closed = type_ in _OPENED, type_ == _CLOSED
        if not (change or opened or closed):
            continue
        year = sums.setdefault(years.of(effective), [0, 0, 0, 0, 0])
        year[change < 0] += abs(change)
        year[2] += change if type_ == _INTEREST else 0
        year[3] += opened
        year[4] += closed
    return {year: Moved(*found) for year, found in sums.items()}
