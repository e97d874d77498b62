"""Closings of years must say what the log says: every figure is added up again from the entries before."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from ledger.domain.year_closings import READ_BEHIND_MAX
from ledger.log.civil_years import CivilYears
from ledger.log.entry import EVENT_TYPES
from ledger.log.header import Fields

_OPENED: Final = frozenset((EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]))
_ENDED: Final = EVENT_TYPES["account_closed"]
_INTEREST: Final = EVENT_TYPES["interest_posted"]
YEAR_CLOSED: Final = EVENT_TYPES["year_closed"]
MOVING: Final = _OPENED | {_ENDED}
"""Types that count although they may move no money."""

_Sums = tuple[int, int, int, int]
"""Credits, debits and interest in fen; number of accounts."""
_NOTHING: Final = (0, 0, 0, 0)


class _Closed(NamedTuple):
    """The last closing: the year, and everything that counts in it and before."""

    year: int
    sums: _Sums


class Years:
    """Follows what moves balances, and opens and closes accounts."""

    def __init__(self, *, trusting: bool) -> None:
        """Begin at position 1, or, trusting what lies before, later: then closings cannot be added up."""
        self._trusting = trusting
        self._years: CivilYears | None = None
        self._sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._recent: deque[tuple[int, int, _Sums]] = deque(maxlen=READ_BEHIND_MAX + 1)
        self._closed = _Closed(0, _NOTHING)

    def begin(self, zone: str) -> None:
        """Take the zone, as position 1 says it."""
        if self._trusting:
            return
        try:
            self._years = CivilYears(ZoneInfo(zone))
        except (ValueError, LookupError, OSError):  # somebody rewrote the birth: that is a defect of its own
            self._years = None

    def move(self, fields: Fields) -> None:
        """Take in an entry that moves a balance, or whose type is in `MOVING`."""
        if self._years is None:
            return
        type_, change = fields[18], fields[19]
        accounts = 1 if type_ in _OPENED else -1 if type_ == _ENDED else 0
        of: _Sums = (max(change, 0), max(-change, 0), change if type_ == _INTEREST else 0, accounts)
        year = self._years.of(fields[8])
        self._sums[year] = [one + other for one, other in zip(self._sums[year], of, strict=True)]
        self._recent.append((fields[2], year, of))

    def check(self, fields: Fields, event: Any) -> str:
        """Return what a closing says otherwise than the log, in words; empty where it is right."""
        if self._years is None:
            return ""
        year, last, before = event.closing.year, event.last_position, self._closed
        if before.year and year != before.year + 1:
            return f"closes {year} behind {before.year}"
        if not 0 <= fields[2] - 1 - last <= READ_BEHIND_MAX:
            return f"rests on position {last}"
        sums = self._until(year, last)
        self._closed = _Closed(year, sums)
        credits_, debits, interest = (one - other for one, other in zip(sums[:3], before.sums[:3], strict=True))
        opening = before.sums[0] - before.sums[1]
        said = (
            event.opening_balance, event.credits, event.debits, event.interest, event.balance, event.accounts
        )  # fmt: skip
        true = (opening, credits_, debits, interest, sums[0] - sums[1], sums[3])
        return "" if said == true else f"closes {year} with {said}, the entries say {true}"

    def _until(self, year: int, position: int) -> _Sums:
        """Return everything that happened until the end of a year and was recorded up to a position."""
        total = [0, 0, 0, 0]
        for of, sums in self._sums.items():
            if of <= year:
                total = [one + other for one, other in zip(total, sums, strict=True)]
        for at, of, moved in reversed(self._recent):
            if at <= position:
                break
            if of <= year:
                total = [one - other for one, other in zip(total, moved, strict=True)]
        return (total[0], total[1], total[2], total[3])
