"""Which request ids cannot be in the log, so that nobody has to look them up.

Time-ordered ids are nearly always greater than every id recorded before. Whatever is greater than the greatest
recorded id (`floor`) and was not recorded since is not there: this is exact, not a guess. It rests on the guard of the
commit: an id that another process records meanwhile changes the end of the log, and the batch is decided again. A
ledger with random ids has its floor near the top, and then every id is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT: Final = 200_000


class RecentIds:
    """Ids of 16 bytes; their order is that of PostgreSQL's `uuid`. Used by the committer's thread only."""

    def __init__(self, floor: bytes, *, limit: int = LIMIT) -> None:
        """Take the greatest recorded id; zeros when there is none."""
        self._floor = floor
        self._recent: set[bytes] = set()
        self._limit = limit

    def may_be_recorded(self, request_id: bytes) -> bool:
        """Return False only for an id that is certainly not in the committed log."""
        return request_id <= self._floor or request_id in self._recent

    def add(self, request_ids: Iterable[bytes]) -> None:
        """Note ids that were committed, by this process or by another."""
        self._recent.update(request_ids)
        if len(self._recent) > self._limit:
            self._floor = max((self._floor, *self._recent))
            self._recent.clear()
