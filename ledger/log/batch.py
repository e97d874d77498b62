"""Decides a batch: one work after another on an overlay, and makes the entries that it will commit.

Nothing is stored here. Whatever the batch needs and memory does not hold is read before deciding, in a few queries for
the whole batch; what only turns out to be needed while deciding is read then, and that command is decided again.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from ledger.domain import command as kinds
from ledger.domain.decide import decide
from ledger.domain.recorded import Leg, Recorded
from ledger.domain.refusal import Refusal
from ledger.domain.view import NotLoaded
from ledger.log import header
from ledger.log.append import CommitRow, Expected, Rows, parameters
from ledger.log.entry import EVENT_TYPES, EntryTooLargeError, body
from ledger.log.identifiers import REFUSALS, named_stream
from ledger.log.outcome import Failed, OutcomeQuery
from ledger.log.overlay import KnownCommand, Overlay
from ledger.log.reader import CorruptLogError
from ledger.log.replay import outcome_of, replay
from ledger.log.schema import FEATURE_LEVEL
from ledger.log.state import PERSON_EVENTS, End, Tip, advance
from ledger.log.view import BatchView, Prefetched
from ledger.v1 import entry_pb2, events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.command import Command, Work
    from ledger.log.intake import Item
    from ledger.log.keystore import KeyStore
    from ledger.log.identity import Identity
    from ledger.log.outcome import Outcome
    from ledger.log.reader import Reader
    from ledger.log.state import State

log = structlog.get_logger(__name__)

MAX_TRANSACTION_ENTRIES: Final = 500
_REFUSED: Final = EVENT_TYPES["command_refused"]
_VOIDED: Final = EVENT_TYPES["command_voided"]
_CONTENT_FIELDS: Final = {
    field.number: field.name for field in events_pb2.CommandContent.DESCRIPTOR.fields
}


@dataclass(slots=True)
class Batch:
    """A decided batch: what it will write, and what to tell whom once that is committed."""

    overlay: Overlay
    items: Sequence[Item]
    parameters: list[bytes] = field(default_factory=list)
    answers: list[tuple[Item, Outcome]] = field(default_factory=list)
    """Given only after the commit of this batch."""
    doubtless: list[tuple[Item, Outcome]] = field(default_factory=list)
    """Rest on nothing that this batch writes (replays of committed commands, expired deadlines): given at once."""

    @property
    def writes(self) -> bool:
        """Tell whether the batch adds entries."""
        return bool(self.overlay.leaves)

    @property
    def first_position(self) -> int:
        """Return the position of its first entry."""
        return self.overlay.base.size + 1


class NeedsLockError(Exception):
    """The batch holds a question that only the holder of the lock can answer."""


class Decider:
    """Decides batches of one ledger. Used by the committer's thread only."""

    def __init__(self, identity: Identity, state: State, reader: Reader, keystore: KeyStore) -> None:
        """Take what identifies the ledger, the committed state, its queries and its keys."""
        self._identity = identity
        self._state = state
        self._reader = reader
        self._keystore = keystore
        self._refusals = named_stream(identity.id, REFUSALS)
        self._view = BatchView(identity.code, self._refusals, identity.time_zone, identity.secret)

    def decide(
        self,
        items: Sequence[Item],
        parent: Overlay | None,
        connection: psycopg.Connection,
        record_time: int,
        *,
        locked: bool,
    ) -> Batch:
        """Decide items on top of `parent` or of the committed state. `record_time` is that of the first transaction.

        Raises NeedsLockError for outcome queries when `locked` is False, psycopg errors when reading fails.
        """
        base = parent.end if parent is not None and parent.end is not None else self._state.end
        overlay = Overlay(self._state, parent, base)
        batch = Batch(overlay, items)
        prefetched = Prefetched()
        self._prefetch(items, overlay, prefetched, connection)
        self._view.attach(overlay, prefetched)
        now = time.monotonic()
        record_time = max(record_time, base.record_time + 1)
        for item in items:
            if item.call.deadline <= now:
                batch.doubtless.append((item, Failed(reasons.REFUSAL_REASON_DEADLINE_EXPIRED)))
            elif isinstance(item.work, OutcomeQuery):
                if not locked:
                    raise NeedsLockError
                self._answer_query(item, item.work, batch, prefetched, connection)
            elif self._one(item, item.work, batch, prefetched, connection, record_time):
                record_time += 1
        self._seal(batch, record_time - 1)
        return batch

    # -- what is needed ---------------------------------------------------------------------------------------------

    def _prefetch(
        self, items: Sequence[Item], overlay: Overlay, prefetched: Prefetched, connection: psycopg.Connection
    ) -> None:
        commands = {}
        streams: set[bytes] = set()
        for item in items:
            work = item.work
            key = (work.organisation, work.request_id)
            if overlay.command(key) is None:
                commands[key] = None
            if isinstance(work, OutcomeQuery):
                continue
            for one in work.commands:
                if one.stream != kinds.NO_ID and overlay.stream(one.stream) is None:
                    streams.add(one.stream)
        if commands:
            prefetched.commands.update(commands)
            prefetched.commands.update(self._reader.commands(connection, list(commands)))
        if streams:
            prefetched.streams.update(self._reader.streams(connection, list(streams)))
            self._state.put(prefetched.streams)

    def _load(
        self, missing: NotLoaded, organisation: bytes, prefetched: Prefetched, connection: psycopg.Connection
    ) -> None:
        if missing.stream is not None:
            if missing.stream == self._refusals:
                found = {missing.stream: (self._identity.nobody, self._reader.tip(connection, missing.stream))}
            else:
                found = self._reader.streams(connection, [missing.stream])
            prefetched.streams.update(found)
            self._state.put(found)
        elif missing.position is not None:
            prefetched.transactions.update(self._reader.transactions(connection, [missing.position]))
        elif missing.key is not None:
            prefetched.keys.update(self._reader.active_keys(connection, [missing.key]))
        elif missing.request_id is not None:
            key = (organisation, missing.request_id)
            prefetched.commands[key] = self._reader.commands(connection, [key]).get(key)

    # -- one work ---------------------------------------------------------------------------------------------------

    def _one(
        self,
        item: Item,
        work: Work,
        batch: Batch,
        prefetched: Prefetched,
        connection: psycopg.Connection,
        record_time: int,
    ) -> bool:
        """Decide one work. Return whether it will write."""
        overlay = batch.overlay
        key = (work.organisation, work.request_id)
        known = overlay.command(key)
        if known is not None:
            # The same id is on the way: its answer rests on that commit.
            batch.answers.append((item, self._replay_on_the_way(work, known, overlay, connection)))
            return False
        known = prefetched.commands.get(key)
        if known is not None:
            batch.doubtless.append((item, self._replay_committed(work, known, connection)))
            return False
        if work.window_failure is not None:
            reason, metadata = work.window_failure
            batch.doubtless.append((item, Failed(reason, metadata)))
            return False
        try:
            entries = self._transaction(work, overlay, prefetched, connection, record_time)
        except EntryTooLargeError as error:
            batch.doubtless.append((item, Failed(reasons.REFUSAL_REASON_INVALID_REQUEST, {"detail": str(error)})))
            return False
        except (psycopg.Error, CorruptLogError):
            raise
        except Exception as error:
            # A defect in deciding this one command: it fails alone and leaves nothing behind.
            log.exception("command.defect", kind=work.commands[0].kind, error=type(error).__name__)
            batch.doubtless.append((item, Failed(reasons.REFUSAL_REASON_INTERNAL)))
            return False
        batch.answers.append((item, outcome_of(entries, replayed=False)))
        return True

    def _replay_on_the_way(
        self, work: Work, known: KnownCommand, overlay: Overlay, connection: psycopg.Connection
    ) -> Outcome:
        entries = overlay.transaction(known.first_position)
        if entries is None:
            entries = self._reader.transactions(connection, [known.first_position])[known.first_position]
        return replay(work, known, entries)

    def _replay_committed(self, work: Work, known: KnownCommand, connection: psycopg.Connection) -> Outcome:
        entries = self._reader.transactions(connection, [known.first_position])[known.first_position]
        return replay(work, known, entries)

    def _answer_query(
        self,
        item: Item,
        query: OutcomeQuery,
        batch: Batch,
        prefetched: Prefetched,
        connection: psycopg.Connection,
    ) -> None:
        key = (query.organisation, query.request_id)
        known = batch.overlay.command(key)
        answers = batch.answers
        if known is None:
            known, answers = prefetched.commands.get(key), batch.doubtless
        if known is None:
            answers = batch.answers if batch.overlay.leaves else batch.doubtless
            answers.append((item, Failed(reasons.REFUSAL_REASON_COMMAND_NOT_FOUND)))
            return
        entries = batch.overlay.transaction(known.first_position)
        if entries is None:
            entries = self._reader.transactions(connection, [known.first_position])[known.first_position]
        answers.append((item, outcome_of(entries, replayed=True, tombstone=not any(known.command_hash))))

    def _transaction(
        self,
        work: Work,
        overlay: Overlay,
        prefetched: Prefetched,
        connection: psycopg.Connection,
        record_time: int,
    ) -> list[Recorded]:
        """Decide a work, make its entries, and lay them on the overlay."""
        while True:
            try:
                try:
                    legs, subjects = self._legs(work, overlay, record_time)
                except Refusal as refusal:
                    legs, subjects = self._refusal(work, refusal), [0]
                return self._record(work, legs, subjects, overlay, record_time, connection)
            except NotLoaded as missing:
                self._load(missing, work.organisation, prefetched, connection)

    def _legs(self, work: Work, overlay: Overlay, record_time: int) -> tuple[list[Leg], list[int]]:
        """Return the legs of a work and, for each leg, the index of its command."""
        view = self._view
        first = overlay.next_position
        if len(work.commands) == 1:
            view.begin(work.organisation, first, {}, {}, ())
            legs = decide(work.commands[0], view)
            return legs, [0] * len(legs)
        group: dict[bytes, tuple[object, Tip]] = {}
        keys: dict[tuple[int, bytes], bool] = {}
        legs, subjects, entries = [], [], []
        for index, command in enumerate(work.commands):
            view.begin(work.organisation, first + len(legs), group, keys, entries)  # type: ignore[arg-type]
            try:
                more = decide(command, view)
            except Refusal as refusal:
                raise Refusal(refusal.reason, refusal.metadata, index) from None
            for leg in more:
                person, tip = view.stream(leg.stream)
                item = _recorded(leg, first + len(legs), tip.version + 1, person.balance, command, record_time, first)
                group[leg.stream] = (advance(person, item), Tip(item.version, tip.leaf))
                keys.update({(key.kind, key.hash): not key.released for key in leg.keys})
                legs.append(leg)
                subjects.append(index)
                entries.append(item)
        view.begin(work.organisation, first, {}, {}, ())
        if len(legs) > MAX_TRANSACTION_ENTRIES:
            raise EntryTooLargeError(f"the group has {len(legs)} entries, more than {MAX_TRANSACTION_ENTRIES}")
        return legs, subjects

    def _refusal(self, work: Work, refusal: Refusal) -> list[Leg]:
        """Return the leg that records a refusal, in the stream `refusals`."""
        command = work.commands[refusal.item]
        self._view.begin(work.organisation, 0, {}, {}, ())
        content = events_pb2.CommandContent()
        getattr(content, _CONTENT_FIELDS[command.kind]).CopyFrom(command.content)
        registered = command.stream != kinds.NO_ID and self._view.stream(command.stream)[0]
        event = events_pb2.CommandRefused(
            reason=refusal.reason,  # type: ignore[arg-type]
            metadata=dict(refusal.metadata),
            subject=command.stream,
            subject_version=registered.version if registered else 0,
            item=refusal.item,
            command=content,
        )
        # Personal data of somebody who is not known here is not kept: there is no key to seal it with.
        known = bool(registered and registered.version)
        return [Leg(self._refusals, _REFUSED, event, confidential=command.confidential if known else None)]

    # -- entries ----------------------------------------------------------------------------------------------------

    def _record(
        self,
        work: Work,
        legs: list[Leg],
        subjects: list[int],
        overlay: Overlay,
        record_time: int,
        connection: psycopg.Connection,
    ) -> list[Recorded]:
        """Make the entries of a transaction. The overlay changes only when all of them are made."""
        first = overlay.next_position
        count = len(legs)
        salts = os.urandom(16 * count)
        streams: dict[bytes, tuple[object, Tip]] = {}
        entries: list[Recorded] = []
        stored: list[bytes] = []
        leaves: list[bytes] = []
        ledger = self._identity.id
        pack, leaf_of = header.pack, _leaf
        for number, leg in enumerate(legs):
            command = work.commands[subjects[number]]
            person, tip = streams.get(leg.stream) or self._view.stream(leg.stream)
            item = _recorded(
                leg, first + number, tip.version + 1, person.balance, command, record_time, first, number + 1, count
            )
            sealed = self._sealed(leg, command, item, connection) if leg.confidential is not None else None
            entry = pack(
                ledger, item.position, leg.stream, item.version, first, number + 1, count,
                command.effective_time, command.service_time, record_time, tip.leaf, salts[16 * number : 16 * number + 16],
                work.organisation, work.actor, command.rights, work.request_id, work.command_hash,
                leg.type, leg.balance_change, item.balance_after,
            ) + body(leg.type, leg.event, _references(leg, command, work), sealed)  # fmt: skip
            leaf = leaf_of(entry)
            streams[leg.stream] = (advance(person, item), Tip(item.version, leaf))
            entries.append(item)
            stored.append(entry)
            leaves.append(leaf)
        overlay.streams.update(streams)  # type: ignore[arg-type]
        overlay.leaves += leaves
        self._lay(work, legs, entries, stored, overlay)
        return entries

    def _lay(
        self, work: Work, legs: list[Leg], entries: list[Recorded], stored: list[bytes], overlay: Overlay
    ) -> None:
        """Add the rows of a transaction to the overlay."""
        rows = overlay.rows
        first = entries[0].position
        for item, entry in zip(entries, stored, strict=True):
            rows.streams.append(item.stream)
            rows.versions.append(item.version)
            rows.entries.append(entry)
            for key in item.keys:
                overlay.keys[key.kind, key.hash] = not key.released
                rows.keys[key.kind, key.hash] = (item.position, not key.released)
        _claim(overlay, rows, work.organisation, work.request_id, work.command_hash, first, len(entries))
        overlay.transactions[first] = entries
        if legs[0].type == _VOIDED and legs[0].event.voided_position == 0:
            # A tombstone: should the original arrive later, it meets this transaction under its own id.
            original = legs[0].event.command.request_id
            _claim(overlay, rows, work.organisation, original, bytes(32), first, len(entries))

    def _sealed(
        self, leg: Leg, command: Command, item: Recorded, connection: psycopg.Connection
    ) -> entry_pb2.Sealed | None:
        owner = leg.stream if leg.type in PERSON_EVENTS else command.stream
        if owner == kinds.NO_ID or leg.confidential is None:
            return None
        if self._keystore.missing([owner]):
            self._keystore.load(connection, [owner], create=False)
            if self._keystore.missing([owner]):
                self._keystore.load(connection, [owner], create=True)
        return self._keystore.seal(leg.stream, owner, item.version, leg.confidential)

    def _seal(self, batch: Batch, record_time: int) -> None:
        """Hash the new entries into the tree and build the parameters of the statement."""
        overlay = batch.overlay
        if not overlay.leaves:
            overlay.end = overlay.base
            return
        tree, overlay.tiles = overlay.base.tree.append(overlay.leaves)
        overlay.end = End(tree, overlay.leaves[-1], record_time)
        commit = CommitRow(tree.root(), tree.encoded_frontier(), overlay.leaves[-1], record_time, FEATURE_LEVEL)
        expected = Expected(overlay.base.size, overlay.base.last_leaf)
        batch.parameters = parameters(expected, overlay.rows, overlay.tiles, commit)


def _claim(  # noqa: PLR0913 - one row of the table `commands`
    overlay: Overlay, rows: Rows, organisation: bytes, request_id: bytes, command_hash: bytes, first: int, count: int
) -> None:
    overlay.commands[organisation, request_id] = KnownCommand(command_hash, first, count)
    rows.request_ids.append(request_id)
    rows.organisations.append(organisation)
    rows.command_hashes.append(command_hash)
    rows.first_positions.append(first)
    rows.counts.append(count)


def _leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def _recorded(  # noqa: PLR0913 - it fills every field of a record
    leg: Leg,
    position: int,
    version: int,
    balance: int,
    command: Command,
    record_time: int,
    first: int,
    number: int = 1,
    count: int = 1,
) -> Recorded:
    return Recorded(
        position, leg.stream, version, leg.type, leg.event, leg.balance_change, balance + leg.balance_change,
        command.effective_time, record_time, first, number, count, leg.reverses, leg.keys,
    )  # fmt: skip


def _references(leg: Leg, command: Command, work: Work) -> entry_pb2.References | None:
    """Return what the entry refers to, or None when it refers to nothing."""
    if not (
        leg.reverses
        or leg.causation
        or leg.keys
        or command.expected_version
        or command.effective_time_given
        or work.trace_id != kinds.NO_ID
    ):
        return None
    return entry_pb2.References(
        reverses=leg.reverses,
        causation=leg.causation,
        trace_id=b"" if work.trace_id == kinds.NO_ID else work.trace_id,
        unique_keys=[
            entry_pb2.UniqueKey(kind=key.kind, hash=key.hash, released=key.released)  # type: ignore[arg-type]
            for key in leg.keys
        ],
        expected_version=command.expected_version,
        effective_time_given=command.effective_time_given,
    )
