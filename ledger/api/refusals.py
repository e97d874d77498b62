"""How many refusals one caller may have recorded: each is an entry for ever, and costs the caller nothing.

A token bucket per caller (organisation and actor), for all workers of a service: each tells the others what it counted,
so they agree within milliseconds. One that starts again begins with full buckets. Refusals are counted when they are
recorded, and a caller whose bucket is empty is told to come back before the next command is looked at, so that a batch
may overdraw it.
Answers given again to a retry are not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ledger.api.errors import RETRY_METADATA, Rejected
from ledger.v1 import reasons_pb2 as reasons

SOURCES_MAX: Final = 10_000
"""Callers in memory; beyond it those whose buckets are full again are forgotten."""


class RefusalRate:
    """The buckets. Used on one event loop."""

    def __init__(self, per_second: float = 0.0, burst: int = 1, *, now: Callable[[], float] = time.monotonic) -> None:
        """Take the rate at which buckets fill (0: no limit), their size, and the clock."""
        self._rate = per_second
        self._burst = float(burst)
        self._now = now
        self._buckets: dict[bytes, tuple[float, float]] = {}  # tokens at a time, by source
        self.told: Callable[[bytes, int], None] | None = None
        """Called with what was counted here; None: there are no other workers."""
        self.limited = 0
        """How many calls were turned away."""

    def admit(self, source: bytes) -> None:
        """Raise Rejected, with the time to wait, for a caller whose bucket is empty."""
        if source not in self._buckets:
            return
        tokens = self._tokens(source)
        if tokens < 1:
            self.limited += 1
            wait = max(1, round((1 - tokens) / self._rate * 1000))
            raise Rejected(reasons.REFUSAL_REASON_TOO_MANY_REFUSALS, {RETRY_METADATA: str(wait)})
        if tokens >= self._burst:
            del self._buckets[source]

    def spend(self, source: bytes, count: int = 1) -> None:
        """Count refusals that were recorded, here and at the other workers."""
        if not count or not self._rate:
            return
        if self.told:
            self.told(source, count)
        self.hear(source, count)

    def hear(self, source: bytes, count: int) -> None:
        """Count refusals that were recorded, wherever that was."""
        if len(self._buckets) >= SOURCES_MAX and source not in self._buckets:
            self._forget()
        self._buckets[source] = (self._tokens(source) - count, self._now())

    def _tokens(self, source: bytes) -> float:
        now = self._now()
        tokens, then = self._buckets.get(source, (self._burst, now))
        return min(self._burst, tokens + (now - then) * self._rate)

    def _forget(self) -> None:
        for source in [source for source in self._buckets if self._tokens(source) >= self._burst]:
            del self._buckets[source]
