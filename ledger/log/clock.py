"""Record time: the database's clock as this process knows it, and never backwards.

Times are microseconds since 1970 UTC.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg


class ClockSuspectError(Exception):
    """The clocks disagree, or run behind the last record time: nothing may be written."""


def now_microseconds() -> int:
    """Return the wall clock of this process."""
    return time.time_ns() // 1000


class Clock:
    """Hands out record times while the clock of this process is known to agree with the database's."""

    def __init__(self, *, skew_seconds: float, behind_seconds: float, check_seconds: float = 5.0) -> None:
        """Take the limits; `check_seconds` is how long one comparison is believed."""
        self._skew = int(skew_seconds * 1_000_000)
        self._behind = int(behind_seconds * 1_000_000)
        self._believed = check_seconds
        self._checked_at = float("-inf")

    def is_due(self) -> bool:
        """Tell whether the clocks have to be compared again."""
        return time.monotonic() - self._checked_at > self._believed

    def check(self, connection: psycopg.Connection, last_record_time: int) -> None:
        """Compare the clocks. Raise ClockSuspectError with both times in words."""
        self._checked_at = float("-inf")
        row = connection.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8").fetchone()
        database = row[0] if row else 0
        own = now_microseconds()
        if abs(database - own) > self._skew:
            raise ClockSuspectError(f"the clock of the database differs by {(database - own) / 1e6:.1f} s from ours")
        if database < last_record_time - self._behind:
            behind = (last_record_time - database) / 1e6
            raise ClockSuspectError(f"the clock of the database is {behind:.1f} s behind the last record time")
        self._checked_at = time.monotonic()

    def next_after(self, last_record_time: int) -> int:
        """Return a record time greater than the last one."""
        return max(now_microseconds(), last_record_time + 1)
