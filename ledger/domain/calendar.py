"""Civil dates: days, months and working days after a date."""

from __future__ import annotations

import calendar
from datetime import date as CivilDay  # noqa: N812 - a date of this module is a tuple
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.domain.policies import Policies
    from ledger.policy.rules import Date

_SATURDAY = 5
_MONTHS = 12


def plus_days(date: Date, days: int) -> Date:
    """Return the date so many days later."""
    return _triple(CivilDay(*date) + timedelta(days))


def plus_months(date: Date, months: int) -> Date:
    """Return the same day so many months later, or the last day of a month that is shorter."""
    year, month, day = date
    later, index = divmod(year * _MONTHS + month - 1 + months, _MONTHS)
    return later, index + 1, min(day, calendar.monthrange(later, index + 1)[1])


def plus_working_days(date: Date, days: int, policies: Policies) -> Date:
    """Return the working day that is the so-manieth after a date, by the calendars that the region has published."""
    day = CivilDay(*date)
    while days:
        day += timedelta(1)
        days -= is_working_day(_triple(day), policies)
    return _triple(day)


def is_working_day(date: Date, policies: Policies) -> bool:
    """Tell whether a date is worked: a weekday that is no holiday, or a weekend that is worked instead."""
    rules = policies.rules_on(date)
    if CivilDay(*date).weekday() >= _SATURDAY:
        return date in rules.workdays
    return date not in rules.holidays


def text(date: Date) -> str:
    """Write a date as 2025-06-10."""
    return CivilDay(*date).isoformat()


def _triple(day: CivilDay) -> Date:
    return day.year, day.month, day.day
