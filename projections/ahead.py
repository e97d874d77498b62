"""Reading and folding the next page of a ledger in a thread, while PostgreSQL takes the one before.

Folding depends on the log alone, so it may be done before anybody knows who will lead: what was made ahead counts only
when the tracking rows then stand where it begins; otherwise it is thrown away.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from projections.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from projections.rows import Write

PENDING_MAX: Final = 4
"""Ledgers for which a page is prepared at once: each takes some megabytes, and all may be behind."""


class Prepared(NamedTuple):
    """The page behind a position with this leaf hash, and what the projections of these names make of it."""

    after: int
    leaf: bytes
    page: Page
    writes: Mapping[str, Sequence[Write]]


class Ahead:
    """One thread with a connection of its own, for all ledgers of a runner."""

    def __init__(self, connect: Callable[[], psycopg.Connection]) -> None:
        """Take how to open the connection; it is opened when it is needed."""
        self._connect = connect
        self._connection: psycopg.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "projections-ahead")
        self._pending: dict[str, Future[Prepared]] = {}

    def begin(self, code: str, prepare: Callable[[psycopg.Connection], Prepared]) -> None:
        """Let the next page of a ledger be prepared, unless that is done for many already."""
        if len(self._pending) < PENDING_MAX:
            self._pending[code] = self._thread.submit(self._run, prepare)

    def _run(self, prepare: Callable[[psycopg.Connection], Prepared]) -> Prepared:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return prepare(self._connection)

    def take(self, code: str) -> Prepared | None:
        """Return what was prepared for a ledger, waiting for its end; None when there is nothing.

        An error is no result: whoever does the work again meets it where it counts.
        """
        pending = self._pending.pop(code, None)
        if pending is None:
            return None
        try:
            return pending.result()
        except Exception:  # noqa: BLE001 - as said above
            return None

    def close(self) -> None:
        """End the thread and close its connection."""
        self._thread.shutdown()
        self._pending.clear()
        if self._connection is not None:
            self._connection.close()
