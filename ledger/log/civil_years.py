"""The civil year of a time, in the zone of a ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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
