"""What moved in the personal accounts of a ledger in each civil year of the effective time, in the ledger's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.log.entry import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from projections.page import Head

_OPENED: Final = frozenset((EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]))
_CLOSED: Final = EVENT_TYPES["account_closed"]
_INTEREST: Final = EVENT_TYPES["interest_posted"]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


class CivilYears:
    """Tells the civil year of a time in a zone; quick for times that come in order."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Take the zone of the ledger."""
        self._zone = zone
        self._begin = self._end = self._year = 0

    def begin(self, year: int) -> int:
        """Return the first microsecond of a year, since 1970 UTC."""
        return int((datetime(year, 1, 1, tzinfo=self._zone) - _EPOCH).total_seconds()) * 1_000_000

    def of(self, time: int) -> int:
        """Return the year of a time in microseconds since 1970 UTC."""
        if not self._begin <= time < self._end:
            self._year = datetime.fromtimestamp(time // 1_000_000, self._zone).year
            self._begin, self._end = self.begin(self._year), self.begin(self._year + 1)
        return self._year


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
