"""The codes of all ledgers of the database, for one worker that looks after what others have opened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

if TYPE_CHECKING:
    from ledger.log.ledgers import Ledgers

POLL_SECONDS: Final = 2.0

_log = structlog.get_logger("ledger.server")


class Registered:
    """Asks the database now and then. Used on one event loop."""

    def __init__(self, ledgers: Ledgers) -> None:
        """Take the way to the database; nothing is known yet."""
        self._ledgers = ledgers
        self._codes: list[str] = []

    def codes(self) -> list[str]:
        """Return what the last look found."""
        return self._codes

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            try:
                self._codes = await self._ledgers.registered()
            except psycopg.Error as error:
                _log.warning("database_unavailable", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)
