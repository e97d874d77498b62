"""Closings of civil years: every figure added up once more from the entries, as decision 0036 words them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.inspector.layout import EVENT_TYPES, Header

LOOK_BACK: Final = 100_000
"""Entries between the position that a closing rests on and the closing, at most."""
_OPENED: Final = frozenset((EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]))
_Sums = tuple[int, int, int, int]
"""Credits, debits and interest in fen; accounts that are open."""
_NOTHING: Final[_Sums] = (0, 0, 0, 0)


class Years:
    """Follows what moves a balance, opens or closes an account."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self._zone: ZoneInfo | None = None
        self._days: dict[int, int] = {}
        """Whole quarters of an hour since 1970 → civil year: no zone moves its new year within one."""
        self._settled: dict[int, _Sums] = {}
        """Civil year → what entries moved that no closing can leave out any more."""
        self._recent: deque[tuple[int, int, _Sums]] = deque()
        self._closed: tuple[int, _Sums] = (0, _NOTHING)

    def take(self, header: Header, event: Any) -> None:
        """Check the next entry."""
        if header.type == EVENT_TYPES["ledger_opened"]:
            try:
                self._zone = ZoneInfo(event.time_zone)
            except (ValueError, LookupError, OSError):
                self._say("birth", header.position, f"there is no time zone {event.time_zone!r}")
        elif header.type == EVENT_TYPES["year_closed"]:
            self._close(header.position, event)
        elif header.balance_change or header.type in _OPENED or header.type == EVENT_TYPES["account_closed"]:
            self._move(header)

    def _move(self, header: Header) -> None:
        change, type_ = header.balance_change, header.type
        accounts = 1 if type_ in _OPENED else -1 if type_ == EVENT_TYPES["account_closed"] else 0
        interest = change if type_ == EVENT_TYPES["interest_posted"] else 0
        moved = (max(change, 0), max(-change, 0), interest, accounts)
        self._recent.append((header.position, self._year(header.effective_time), moved))
        while self._recent[0][0] < header.position - LOOK_BACK - 1:
            _, year, old = self._recent.popleft()
            self._settled[year] = _plus(self._settled.get(year, _NOTHING), old)

    def _year(self, time: int) -> int:
        quarter = time // 900_000_000
        year = self._days.get(quarter)
        if year is None:
            moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=quarter * 900)
            year = self._days[quarter] = moment.astimezone(self._zone or dt.UTC).year
        return year

    def _close(self, position: int, event: Any) -> None:
        year, last = event.closing.year, event.last_position
        before, old = self._closed
        if before and year != before + 1:
            self._say("money", position, f"it closes {year} behind {before}")
        if not 0 <= position - 1 - last <= LOOK_BACK:
            self._say("money", position, f"its figures rest on position {last}")
        total = _NOTHING
        for of, moved in self._settled.items():
            if of <= year:
                total = _plus(total, moved)
        for at, of, moved in self._recent:
            if at <= last and of <= year:
                total = _plus(total, moved)
        self._closed = (year, total)
        true = {
            "credits": total[0] - old[0],
            "debits": total[1] - old[1],
            "interest": total[2] - old[2],
            "accounts": total[3],
            "opening_balance": old[0] - old[1],
            "balance": total[0] - total[1],
        }
        for name, value in true.items():
            if getattr(event, name) != value:
                self._say("money", position, f"{name} of {year} is said to be {getattr(event, name)}, and is {value}")


def _plus(one: _Sums, other: _Sums) -> _Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]
