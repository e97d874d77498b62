"""Times that an entry may have: when it happened lies near the service's time, unless a right says otherwise.

Whoever moves what happened to another day moves it out of a window, a limit or a year.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.inspector.layout import EVENT_TYPES, Header
from ledger.v1 import options_pb2

BEFORE: Final = 15 * 60 * 1_000_000
AFTER: Final = 60 * 1_000_000
"""How far an effective time may lie before and after the service's without the right BACKDATE, in µs."""
CLOCKS: Final = 60 * 1_000_000
"""How far clocks may differ, in µs: a service whose clock differs more from the database's writes nothing."""
_BACKDATE: Final = 1 << options_pb2.RIGHT_BACKDATE
_E: Final = EVENT_TYPES


class Times:
    """Follows the entries in order."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self._return_times: dict[int, int] = {}
        """Transfer in flight → when it goes back, µs since 1970 UTC."""

    def take(self, header: Header, event: Any) -> None:
        """Check the next entry."""
        position, moved = header.position, header.effective_time - header.service_time
        if not -BEFORE <= moved <= AFTER and not header.rights & _BACKDATE:
            detail = f"it happened {abs(moved) // 1_000_000} s {'after' if moved > 0 else 'before'} the service's time"
            self._say("time", position, f"{detail}, without the right to say so")
        if header.service_time > header.record_time + CLOCKS:
            late = (header.service_time - header.record_time) // 1_000_000
            self._say("time", position, f"it was accepted {late} s after it was recorded")
        if header.type == _E["transfer_initiated"]:
            self._return_times[position] = event.return_time
        elif header.type in {_E["transfer_accepted"], _E["transfer_returned"]}:
            end = self._return_times.pop(event.initiated_position, None)
            if header.type == _E["transfer_accepted"] and end is not None and header.effective_time >= end:
                self._say("transfer", position, "it was accepted when it had gone back already")
