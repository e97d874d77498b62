"""The state as it is after some legs of the same command: what the next step of it decides on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.domain.person import evolve
from ledger.domain.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Leg
    from ledger.domain.view import View


class Afterwards:
    """Implements `View` over another one and the legs that come first. Everything else passes through."""

    def __init__(self, view: View, command: Command, legs: Sequence[Leg]) -> None:
        """Fold the legs, which stand at the next positions of the view."""
        self._view = view
        self._persons: dict[bytes, Person] = {}
        self._keys: dict[tuple[int, bytes], int] = {}
        self.ledger = view.ledger
        self.organisation = view.organisation
        self.actor = view.actor
        self.refusals = view.refusals
        self.admin = view.admin
        self.policies = view.policies
        self.latest_first = view.latest_first
        self.approved_openings_only = view.approved_openings_only
        self.feature_level = view.feature_level
        self.next_position = view.next_position
        for leg in legs:
            before = self.person(leg.stream)
            self._persons[leg.stream] = evolve(before, provisional(leg, command, self.next_position, before))
            self._keys.update({(key.kind, key.hash): 0 if key.released else self.next_position for key in leg.keys})
            self.next_position += 1

    def person(self, stream: bytes) -> Person:
        """Return the person of a stream after the legs."""
        return self._persons.get(stream) or self._view.person(stream)

    def state(self, stream: bytes) -> Any:
        """Return what a stream says after the legs, be it of a person or a register of the ledger."""
        return self._persons.get(stream) or self._view.state(stream)

    def institution(self, code: str) -> bytes:
        """Return the id of an institution's stream by its code."""
        return self._view.institution(code)

    def transaction(self, position: int) -> Sequence[Recorded]:
        """Return the entries of a recorded transaction; the legs are not recorded yet."""
        return self._view.transaction(position)

    def command(self, request_id: bytes) -> int:
        """Return the first position of a recorded command, 0 if unknown."""
        return self._view.command(request_id)

    def key_hash(self, kind: int, *parts: str) -> bytes:
        """Return the keyed hash of a unique key."""
        return self._view.key_hash(kind, *parts)

    def key_active(self, kind: int, key_hash: bytes) -> bool:
        """Tell whether a key is in use after the legs."""
        return self.key_position(kind, key_hash) != 0

    def key_position(self, kind: int, key_hash: bytes) -> int:
        """Return the position of the entry that took a key, 0 when it is not in use after the legs."""
        known = self._keys.get((kind, key_hash))
        return self._view.key_position(kind, key_hash) if known is None else known

    def civil_date(self, time: int) -> tuple[int, int, int]:
        """Return year, month and day of a time (µs) in the ledger's zone."""
        return self._view.civil_date(time)

    def local_time(self, time: int) -> datetime:
        """Return a time (µs) in the ledger's zone."""
        return self._view.local_time(time)


def provisional(leg: Leg, command: Command, position: int, before: Person) -> Recorded:
    """Return a leg as if it were recorded after `before`, for the steps behind it in the same transaction to see."""
    return Recorded(
        position,
        leg.stream,
        before.version + 1,
        leg.type,
        leg.event,
        leg.balance_change,
        before.balance + leg.balance_change,
        command.effective_time,
        command.service_time,
        position,
        1,
        1,
        leg.reverses,
        leg.keys,
    )
