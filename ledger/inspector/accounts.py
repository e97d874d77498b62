"""Accounts: a balance moves only where an account was opened, and not closed before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ledger.inspector.layout import EVENT_TYPES, Header

_OPENED: Final = frozenset((EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]))
_CLOSED: Final = EVENT_TYPES["account_closed"]
_NEVER: Final = 0


class Accounts:
    """Follows the entries in order. It remembers some 100 bytes for each account."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self._closed: dict[bytes, int] = {}
        """Account → first position of the transaction that closed it, 0 while it is open."""

    def take(self, header: Header) -> None:
        """Check the next entry."""
        if header.type in _OPENED:
            self._closed[header.stream] = _NEVER
        elif header.balance_change:
            closed = self._closed.get(header.stream)
            if closed is None:
                self._say("state", header.position, "it moves the balance of an account that nobody opened")
            elif closed not in {_NEVER, header.first_position}:
                self._say("state", header.position, f"it moves the balance of an account that was closed at {closed}")
        if header.type == _CLOSED:
            self._closed[header.stream] = header.first_position
