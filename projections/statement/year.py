"""Which entries a statement counts: those of its year, and those of earlier years that came too late for the last one.

The statement of a year counts what was recorded before it was drawn. With E for effective and R for record time:

    opening   E < begin and R < previous drawn
    late      E < begin and previous drawn ≤ R < drawn
    year      begin ≤ E < end and R < drawn
    closing   E < end and R < drawn           = opening + late + year

The closing balance of one year is the opening balance of the next by this definition alone, whatever was recorded when.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIRST: Final = 1949
"""The first year of which there is a statement."""
NEVER: Final = 2**63 - 1
"""Drawn at no time: the year is not over, and all that is recorded counts."""
MONTHS: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Year(NamedTuple):
    """A civil year in a zone and when its statement and the one before were drawn; µs since 1970 UTC."""

    number: int
    zone: ZoneInfo
    begin: int
    end: int
    drawn: int
    previous: int

    def month(self, time: int) -> int:
        """Return the month of a time (µs) as YYYYMM."""
        moment = civil(time, self.zone)
        return moment.year * 100 + moment.month


def civil(time: int, zone: tzinfo) -> datetime:
    """Return a time (µs since 1970 UTC) in a zone."""
    return (_EPOCH + time * _MICROSECOND).astimezone(zone)


def year_of(number: int, zone: ZoneInfo, now: int, drawn: int | None, previous: int | None) -> Year:
    """Return a year with its bounds. Without times of drawing, a statement is drawn when its year ends."""
    begin, end = _midnight(number, zone), _midnight(number + 1, zone)
    if drawn is None:
        drawn = end if end <= now else NEVER
    return Year(number, zone, begin, end, drawn, begin if previous is None else previous)


def _midnight(year: int, zone: ZoneInfo) -> int:
    return (datetime(year, 1, 1, tzinfo=zone) - _EPOCH) // _MICROSECOND
