"""Berths: how many ledgers of a process may hold connections to commit on at one time.

One server serves hundreds of ledgers and far fewer connections. A ledger that is at rest holds a berth only as long as
nobody lacks one, and one that is busy gives its berth up now and then while others wait: every ledger gets its turn.
"""

from __future__ import annotations

import threading
import time
from typing import Final

_TURN_SECONDS: Final = 1.0
"""How long a busy ledger keeps its berth while others wait: far longer than it takes to connect again."""
_SPARE: Final = 8
"""One berth in so many is kept free by those at rest, so that a ledger that wakes up seldom waits."""


class Berth:
    """One ledger's claim. Used by its committer's thread, looked at by those of the others."""

    def __init__(self) -> None:
        """Begin without a berth."""
        self.taken_at = 0.0
        self.rested_at: float | None = None
        """When the rest began; None while there is work. Seconds of the monotonic clock."""


class Berths:
    """The berths of a process. Thread-safe."""

    def __init__(self, most: int) -> None:
        """Take how many ledgers may hold connections at one time."""
        self._most = most
        self._spare = most // _SPARE
        self._changed = threading.Condition()
        self._held: set[Berth] = set()
        self._waiting = 0

    def take(self, berth: Berth, timeout: float) -> bool:
        """Take a berth, waiting for at most `timeout` seconds; tell whether it was given. Taking it again is free."""
        with self._changed:
            if berth in self._held:
                return True
            self._waiting += 1
            try:
                if not self._changed.wait_for(lambda: len(self._held) < self._most, timeout):
                    return False
            finally:
                self._waiting -= 1
            berth.taken_at = time.monotonic()
            berth.rested_at = None
            self._held.add(berth)
            return True

    def give_back(self, berth: Berth) -> None:
        """Give a berth back; without one nothing happens."""
        with self._changed:
            if berth in self._held:
                self._held.remove(berth)
                self._changed.notify()

    def wanted(self, berth: Berth) -> bool:
        """Tell whether this berth should be given back now, for the sake of others."""
        with self._changed:
            if berth not in self._held:
                return False
            if berth.rested_at is None:
                return self._waiting > 0 and time.monotonic() - berth.taken_at > _TURN_SECONDS
            lacking = len(self._held) + self._spare + self._waiting - self._most
            earlier = sum(1 for one in self._held if one.rested_at is not None and one.rested_at < berth.rested_at)
            return earlier < lacking
