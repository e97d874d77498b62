"""The domain's view of an overlay: what is not in memory is named, loaded, and asked for again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.person import Person
from ledger.domain.refusal import Refusal
from ledger.domain.view import NotLoaded
from ledger.log.identifiers import ACCESS_LOG, ADMIN, POLICIES, REFUSALS, institution_stream, named_stream
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.recorded import Recorded
    from ledger.log.identity import Identity
    from ledger.log.overlay import KnownCommand, Overlay
    from ledger.log.state import Tip


_QUARTER: Final = 15 * 60 * 1_000_000
"""Microseconds in which clocks nearly never pass midnight: the offsets of today's zones are multiples of it."""
_DATES: Final = 1_024


def _day(time: datetime) -> tuple[int, int, int]:
    return time.year, time.month, time.day


class Prefetched:
    """What one batch works on: the streams as its commands have made them so far, and what was read for it.

    `streams` begins with what the batch needs and takes in what its transactions make of them.
    """

    __slots__ = ("commands", "keys", "streams", "transactions")

    def __init__(self) -> None:
        """Start empty. A value of None means: looked up and not there."""
        self.commands: dict[tuple[bytes, bytes], KnownCommand | None] = {}
        self.keys: dict[tuple[int, bytes], int] = {}
        self.transactions: dict[int, list[Recorded]] = {}
        self.streams: dict[bytes, tuple[Person, Tip]] = {}


class BatchView:
    """Implements `ledger.domain.view.View` over an overlay. One per batch; `begin` prepares it for a command."""

    def __init__(self, identity: Identity) -> None:
        """Take what identifies the ledger."""
        self.ledger = identity.code
        self.refusals = named_stream(identity.id, REFUSALS)
        self.endless = frozenset((self.refusals, named_stream(identity.id, ACCESS_LOG)))
        """Streams of which nothing but the end is ever read: they may have millions of entries."""
        self.admin = named_stream(identity.id, ADMIN)
        self.policies = named_stream(identity.id, POLICIES)
        self.organisation = b""
        self.actor = b""
        self.latest_first = identity.latest_first
        self.approved_openings_only = identity.approved_openings_only
        self.feature_level = 0
        self.next_position = 0
        self._secret = identity.secret
        self._ledger_id = identity.id
        self._hashes: dict[tuple[int, tuple[str, ...]], bytes] = {}
        self._zone = identity.time_zone
        self._dates: dict[int, tuple[int, int, int]] = {}
        """Quarter of an hour since 1970 → its civil date, where it has only one."""
        self._overlay: Overlay
        self._prefetched: Prefetched
        self._streams: dict[bytes, tuple[Person, Tip]] = {}
        self._changed: dict[bytes, tuple[Person, Tip]] = {}
        self._group: dict[bytes, tuple[Person, Tip]] = {}
        self._group_keys: dict[tuple[int, bytes], int] = {}

    def attach(self, overlay: Overlay, prefetched: Prefetched) -> None:
        """Look at this overlay from now on."""
        self._overlay = overlay
        self.feature_level = overlay.base.feature_level
        self._prefetched = prefetched
        self._streams = prefetched.streams
        self._changed = overlay.streams
        self._hashes.clear()

    def key_hash(self, kind: int, *parts: str) -> bytes:
        """Return the keyed hash of a unique key; each is computed once per batch."""
        key = (kind, parts)
        found = self._hashes.get(key)
        if found is None:
            found = self._hashes[key] = self._secret.key_hash(kind, *parts)
        return found

    def begin_single(self, organisation: bytes, next_position: int) -> None:
        """Prepare for a command that is a transaction by itself."""
        self.organisation = organisation
        self.next_position = next_position
        if self._group or self._group_keys:
            self._group = {}
            self._group_keys = {}

    def begin(
        self,
        organisation: bytes,
        next_position: int,
        group: dict[bytes, tuple[Person, Tip]],
        group_keys: dict[tuple[int, bytes], int],
    ) -> None:
        """Prepare for one command; `group…` is what the commands before it in the same transaction decided."""
        self.organisation = organisation
        self.next_position = next_position
        self._group = group
        self._group_keys = group_keys

    def stream(self, stream: bytes) -> tuple[Person, Tip]:
        """Return person and end of a stream. Raise NotLoaded."""
        found = self._group.get(stream) or self._changed.get(stream) or self._streams.get(stream)
        if found is None:
            found = self._overlay.stream(stream)
            if found is None:
                raise NotLoaded(stream=stream)
            self._streams[stream] = found
        return found

    def person(self, stream: bytes) -> Person:
        """Return the person of a stream. Raise NotLoaded; refuse streams that belong to no person."""
        found = self._changed.get(stream) or self._streams.get(stream)
        if found is None or self._group:
            found = self.stream(stream)
        person = found[0]
        if type(person) is not Person or stream in self.endless or person.version != found[1].version:
            raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        return person

    def state(self, stream: bytes) -> Any:
        """Return what a stream says: a person, or a register of the ledger. Raise NotLoaded."""
        return self.stream(stream)[0]

    def institution(self, code: str) -> bytes:
        """Return the id of an institution's stream by its code."""
        return institution_stream(self._ledger_id, code)

    def transaction(self, position: int) -> Sequence[Recorded]:
        """Return the entries of the transaction that a position lies in. Raise NotLoaded."""
        if position > self._overlay.end_of_committed:
            return self._overlay.transaction_at(position) or ()
        found = self._prefetched.transactions.get(position)
        if found is None:
            raise NotLoaded(position=position)
        return found

    def command(self, request_id: bytes) -> int:
        """Return the first position of a command of the caller's organisation, 0 if unknown. Raise NotLoaded."""
        key = (self.organisation, request_id)
        known = self._overlay.command(key)
        if known is None:
            if key not in self._prefetched.commands:
                raise NotLoaded(request_id=request_id)
            known = self._prefetched.commands[key]
        return known.first_position if known else 0

    def key_active(self, kind: int, key_hash: bytes) -> bool:
        """Tell whether a unique key is in use. Raise NotLoaded."""
        return self.key_position(kind, key_hash) != 0

    def key_position(self, kind: int, key_hash: bytes) -> int:
        """Return the position of the entry that took a unique key, 0 when it is not in use. Raise NotLoaded."""
        key = (kind, key_hash)
        found = self._group_keys.get(key)
        if found is None:
            found = self._overlay.key(key)
        if found is None:
            found = self._prefetched.keys.get(key)
        if found is None:
            raise NotLoaded(key=key)
        return found

    def civil_date(self, time: int) -> tuple[int, int, int]:
        """Return year, month and day of a time (microseconds) in the ledger's zone."""
        quarter = time // _QUARTER
        date = self._dates.get(quarter)
        if date is None:
            date = _day(self.local_time(time))
            ends = (quarter * _QUARTER, (quarter + 1) * _QUARTER - 1)
            if all(_day(self.local_time(end)) == date for end in ends):
                if len(self._dates) >= _DATES:
                    self._dates.clear()
                self._dates[quarter] = date
        return date

    def local_time(self, time: int) -> datetime:
        """Return a time (microseconds) in the ledger's zone, to the second."""
        return datetime.fromtimestamp(time // 1_000_000, self._zone)
