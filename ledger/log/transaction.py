"""Makes the entries of one transaction and lays them on an overlay.

The hot path of the service: it runs once per command, so it is written out where a tidier form would cost
microseconds (docs/performance.md).
"""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from ledger.domain.command import NO_ID
from ledger.domain.entry_types import ADMIN
from ledger.domain.recorded import Recorded
from ledger.log import header
from ledger.log.entry import EVENT_TYPES, body
from ledger.log.state import PERSON_EVENTS, Tip, advance
from ledger.v1 import entry_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from ledger.domain.command import Command, Work
    from ledger.domain.person import Person
    from ledger.domain.recorded import Leg
    from ledger.log.keystore import KeyStore
    from ledger.log.overlay import Overlay
    from ledger.log.view import BatchView

_VOIDED: Final = EVENT_TYPES["command_voided"]
_NO_HASH: Final = bytes(32)
_SALTS: Final = 512
_tip = tuple.__new__  # a named tuple's own constructor costs three times as much


class Scribe:
    """Writes transactions of one ledger onto overlays. Used by the committer's thread only."""

    def __init__(self, ledger: bytes, view: BatchView, keystore: KeyStore) -> None:
        """Take the ledger's id, the view that knows the streams, and the keys."""
        self._ledger = ledger
        self._view = view
        self._keystore = keystore
        self._salts = b""
        self._salt_at = 0

    def _salt(self) -> bytes:
        """Return 16 random bytes, drawn from the system in large pieces."""
        at = self._salt_at
        if at == len(self._salts):
            self._salts = os.urandom(16 * _SALTS)
            at = 0
        self._salt_at = at + 16
        return self._salts[at : at + 16]

    def record(
        self,
        work: Work,
        legs: Sequence[Leg],
        subjects: Sequence[int],
        overlay: Overlay,
        record_time: int,
        connection: psycopg.Connection,
    ) -> list[Recorded]:
        """Make the entries of a transaction. The overlay changes only when all of them are made.

        `subjects` gives, for each leg, the index of its command; `record_time` is in microseconds.
        Raises NotLoaded for a stream that is not in memory, EntryTooLargeError.
        """
        first = overlay.next_position
        count = len(legs)
        streams: dict[bytes, tuple[Person, Tip]] = {}
        entries: list[Recorded] = []
        stored: list[tuple[bytes, int, bytes]] = []
        leaves: list[bytes] = []
        stream_of = self._view.stream
        commands = work.commands
        command = commands[0]
        for number, leg in enumerate(legs):
            if number:
                command = commands[subjects[number]]
            stream = leg.stream
            person, tip = streams.get(stream) or stream_of(stream)
            version = tip.version + 1
            change = leg.balance_change
            balance = person.balance + change
            item = Recorded(
                first + number, stream, version, leg.type, leg.event, change, balance,
                command.effective_time, record_time, first, number + 1, count, leg.reverses, leg.keys,
            )  # fmt: skip
            if leg.confidential is not None:
                item.sealed = self._sealed(leg, command, version, connection)
            item.actor = work.actor
            if command.expected_version:
                item.expected_version = command.expected_version
            if command.effective_time_given:
                item.effective_time_given = True
            entry = header.pack(
                self._ledger, first + number, stream, version, first, number + 1, count,
                command.effective_time, command.service_time, record_time, tip.leaf, self._salt(),
                work.organisation, work.actor, command.rights, work.request_id, work.command_hash,
                leg.type, change, balance,
            ) + body(leg.type, leg.event, references(leg, command, work), item.sealed, leg.encoded)  # fmt: skip
            leaf = sha256(b"\x00" + entry).digest()
            streams[stream] = (advance(person, item), _tip(Tip, (version, leaf)))
            entries.append(item)
            stored.append((stream, version, entry))
            leaves.append(leaf)
        overlay.streams.update(streams)
        overlay.leaves += leaves
        overlay.next_position = first + count
        overlay.rows.entries += stored
        _lay(work, legs, entries, overlay)
        return entries

    def record_one(
        self, work: Work, leg: Leg, overlay: Overlay, record_time: int, connection: psycopg.Connection
    ) -> list[Recorded]:
        """Do what `record` does for a transaction of one entry, which most are, with half of the objects."""
        command = work.commands[0]
        position = overlay.next_position
        stream = leg.stream
        person, tip = self._view.stream(stream)
        version = tip.version + 1
        change = leg.balance_change
        balance = person.balance + change
        type_ = leg.type
        item = Recorded(
            position, stream, version, type_, leg.event, change, balance,
            command.effective_time, record_time, position, 1, 1, leg.reverses, leg.keys,
        )  # fmt: skip
        if leg.confidential is not None:
            item.sealed = self._sealed(leg, command, version, connection)
        item.actor = work.actor
        if command.expected_version or command.effective_time_given:
            item.expected_version = command.expected_version
            item.effective_time_given = command.effective_time_given
        organisation, request_id, command_hash = work.organisation, work.request_id, work.command_hash
        entry = header.pack(
            self._ledger, position, stream, version, position, 1, 1,
            command.effective_time, command.service_time, record_time, tip.leaf, self._salt(),
            organisation, work.actor, command.rights, request_id, command_hash, type_, change, balance,
        ) + body(type_, leg.event, references(leg, command, work), item.sealed, leg.encoded)  # fmt: skip
        leaf = sha256(b"\x00" + entry).digest()
        overlay.streams[stream] = (advance(person, item), _tip(Tip, (version, leaf)))
        overlay.leaves.append(leaf)
        overlay.next_position = position + 1
        overlay.rows.entries.append((stream, version, entry))
        entries = [item]
        if leg.keys or type_ == _VOIDED:
            _lay(work, (leg,), entries, overlay)
        else:
            row = (request_id, organisation, command_hash, position, 1)
            overlay.commands[organisation, request_id] = row
            overlay.rows.commands.append(row)
            overlay.transactions.append(entries)
        return entries

    def _sealed(
        self, leg: Leg, command: Command, version: int, connection: psycopg.Connection
    ) -> entry_pb2.Sealed | None:
        owner = leg.owner or (leg.stream if leg.type in PERSON_EVENTS and leg.type not in ADMIN else command.stream)
        if owner == NO_ID:
            # What is said about a policy or a list of openings is about no person.
            owner = leg.stream
        if leg.confidential is None:
            return None
        if self._keystore.missing([owner]):
            self._keystore.load(connection, [owner], create=False)
            if self._keystore.missing([owner]):
                self._keystore.load(connection, [owner], create=True)
        return self._keystore.seal(leg.stream, owner, version, leg.confidential)


def _lay(work: Work, legs: Sequence[Leg], entries: list[Recorded], overlay: Overlay) -> None:
    """Add what a transaction claims, its request id and its unique keys, to the overlay."""
    first = entries[0].position
    for item in entries:
        for key in item.keys:
            overlay.keys[key.kind, key.hash] = 0 if key.released else item.position
            overlay.rows.keys[key.kind, key.hash] = (item.position, not key.released)
            if key.released:
                overlay.rows.released.add(key.hash)
    _claim(overlay, work.organisation, work.request_id, work.command_hash, first, len(entries))
    overlay.transactions.append(entries)
    if legs[0].type == _VOIDED and legs[0].event.voided_position == 0:
        # A tombstone: should the original arrive later, it meets this transaction under its own id.
        original = legs[0].event.command.request_id
        _claim(overlay, work.organisation, original, _NO_HASH, first, len(entries))


def _claim(
    overlay: Overlay, organisation: bytes, request_id: bytes, command_hash: bytes, first: int, count: int
) -> None:
    row = (request_id, organisation, command_hash, first, count)
    overlay.commands[organisation, request_id] = row
    overlay.rows.commands.append(row)


def provisional(leg: Leg, command: Command, position: int, version: int, balance: int, actor: bytes) -> Recorded:
    """Return a leg as if it were recorded, for the commands behind it in the same group to see."""
    return Recorded(
        position, leg.stream, version, leg.type, leg.event, leg.balance_change, balance + leg.balance_change,
        command.effective_time, command.service_time, position, 1, 1, leg.reverses, leg.keys, actor=actor,
    )  # fmt: skip


def references(leg: Leg, command: Command, work: Work) -> bytes:
    """Return what the entry refers to as a message's bytes, or none when it refers to nothing."""
    if not (
        leg.reverses
        or leg.causation
        or leg.keys
        or command.expected_version
        or command.effective_time_given
        or work.trace_id != NO_ID
    ):
        return _decisive(leg.policy, leg.decided_by) if leg.decided_by else b""
    return entry_pb2.References(
        reverses=leg.reverses,
        causation=leg.causation,
        policy_position=leg.policy[0] if leg.policy else 0,
        policy_hash=leg.policy[1] if leg.policy else b"",
        trace_id=b"" if work.trace_id == NO_ID else work.trace_id,
        unique_keys=[
            entry_pb2.UniqueKey(kind=key.kind, hash=key.hash, released=key.released)  # type: ignore[arg-type]
            for key in leg.keys
        ],
        expected_version=command.expected_version,
        effective_time_given=command.effective_time_given,
        decided_by=_versions(leg.decided_by),
    ).SerializeToString()


@lru_cache(maxsize=256)
def _decisive(policy: tuple[int, bytes] | None, decided_by: tuple[tuple[bytes, int], ...]) -> bytes:
    """Return the references of an entry that has no others: those of one hospital are alike all day."""
    position, content_hash = policy or (0, b"")
    return entry_pb2.References(
        policy_position=position, policy_hash=content_hash, decided_by=_versions(decided_by)
    ).SerializeToString()


def _versions(decided_by: tuple[tuple[bytes, int], ...]) -> list[entry_pb2.StreamVersion]:
    return [entry_pb2.StreamVersion(stream=stream, version=version) for stream, version in decided_by]
