"""How long to wait before the next attempt: longer each time, and by chance, so that many do not come back at once."""

from __future__ import annotations

import random
from typing import Final

FIRST_SECONDS: Final = 0.25
MOST_SECONDS: Final = 15.0


class Backoff:
    """Waits between attempts at one thing."""

    def __init__(
        self, first: float = FIRST_SECONDS, most: float = MOST_SECONDS, chance: random.Random | None = None
    ) -> None:
        """Take the longest first wait and the longest of all, in seconds."""
        self._first, self._most = first, most
        self._chance = chance or random.Random()  # noqa: S311 - nobody gains by guessing it
        self.failures = 0

    def failed(self) -> float:
        """Count a failure. Return how long to wait (seconds): between half of the longest wait and all of it."""
        longest: float = min(self._most, self._first * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return longest * self._chance.uniform(0.5, 1.0)

    def succeeded(self) -> None:
        """Begin again with short waits."""
        self.failures = 0
