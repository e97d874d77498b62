"""Reading single values of a document, each with its place, so that every problem is told at once."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Protocol

from ledger.policy.rules import LAST_DAY, Date

if TYPE_CHECKING:
    from collections.abc import Collection

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_REGION = re.compile(r"\d{6}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class EnumType(Protocol):
    """A generated enum."""

    def items(self) -> Collection[tuple[str, int]]:
        """Return names and numbers."""


class Reader:
    """Collects problems; a value that is wrong is replaced by a harmless one."""

    def __init__(self, problems: list[str]) -> None:
        """Take the list that problems are added to."""
        self._problems = problems

    def problem(self, at: str, text: str) -> None:
        """Note what is wrong at a place."""
        self._problems.append(f"{at}: {text}")

    def items(self, value: Any, at: str) -> list[Any]:
        """Return a list."""
        if isinstance(value, list):
            return value
        self.problem(at, "must be a list")
        return []

    def number(self, value: Any, at: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.problem(at, f"must be a whole number from {low:,} to {high:,}")
        return low

    def flag(self, value: Any, at: str) -> bool:
        """Return yes or no."""
        if not isinstance(value, bool):
            self.problem(at, "must be true or false")
        return bool(value)

    def word(self, value: Any, at: str, known: Collection[str]) -> str | None:
        """Return one of some words; None for anything else, which may be a list or an object."""
        if isinstance(value, str) and value in known:
            return value
        self.problem(at, f"must be one of {', '.join(known)}")
        return None

    def name(self, value: Any, at: str) -> str:
        """Return the last part of a policy's name."""
        if isinstance(value, str) and _NAME.fullmatch(value):
            return value
        self.problem(at, "must be a name of small letters, digits and hyphens, at most 63")
        return ""

    def region(self, value: Any, at: str) -> str:
        """Return a region's code."""
        if isinstance(value, str) and _REGION.fullmatch(value):
            return value
        self.problem(at, "must be a region of six digits")
        return ""

    def date(self, value: Any, at: str) -> Date:
        """Return a civil date, written as 2025-01-31."""
        try:
            date = dt.date.fromisoformat(value)
            if date.isoformat() == value and date.year >= 1900:  # noqa: PLR2004 - the first year of the API
                return date.year, date.month, date.day
        except (TypeError, ValueError):
            pass
        self.problem(at, "must be a date such as 2025-01-31")
        return 1900, 1, 1

    def end(self, value: Any, at: str) -> Date:
        """Return a last civil date; null is an open end."""
        return LAST_DAY if value is None else self.date(value, at)

    def minutes(self, value: Any, at: str) -> int:
        """Return a time of day such as 22:00 as minutes since midnight."""
        found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
        if found:
            return int(found[1]) * 60 + int(found[2])
        self.problem(at, "must be a time of day such as 22:00")
        return 0

    def choice(self, value: Any, at: str, enum: EnumType, prefix: str) -> int:
        """Return an enum's number by its name without the prefix."""
        numbers = {name.removeprefix(prefix): number for name, number in enum.items() if number}
        if isinstance(value, str) and value in numbers:
            return numbers[value]
        self.problem(at, f"must be one of {', '.join(numbers)}")
        return 0

    def choices(self, value: Any, at: str, enum: EnumType, prefix: str) -> frozenset[int]:
        """Return the numbers of a list of names, each at most once."""
        listed = self.items(value, at)
        found = [self.choice(each, f"{at}[{index}]", enum, prefix) for index, each in enumerate(listed)]
        if len(set(found)) < len(found):
            self.problem(at, "names one of them twice")
        return frozenset(found)


def read_object(value: Any, at: str, reader: Reader, known: Collection[str]) -> dict[str, Any]:
    """Return an object whose every key is known."""
    if not isinstance(value, dict):
        reader.problem(at, "must be an object")
        return {}
    for name in sorted(value.keys() - set(known)):
        reader.problem(f"{at}.{name}".lstrip("."), "is not known here")
    return value
