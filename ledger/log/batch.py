"""Decides a batch: one work after another on an overlay, and makes the entries that it will commit.

Nothing is stored here. Whatever the batch needs and memory does not hold is read before deciding, in a few queries for
the whole batch; what only turns out to be needed while deciding is read then, and that command is decided again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

import psycopg
import structlog

from ledger.domain import command as kinds
from ledger.domain.decide import decide
from ledger.domain.features import OLDEST_LEVEL
from ledger.domain.proposals import Admin
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.view import NotLoaded
from ledger.log.append import CommitRow, Expected, parameters
from ledger.log.entry import EVENT_TYPES, EntryTooLargeError
from ledger.log.identifiers import REFUSALS, named_stream
from ledger.log.loader import Loader, StaleEndError
from ledger.log.outcome import Committed, Failed, OutcomeQuery, Quoted
from ledger.log.overlay import Overlay
from ledger.log.reader import CorruptLogError
from ledger.log.replay import confidential_difference, outcome_of, replay
from ledger.log.state import End, Tip, advance
from ledger.log.transaction import Scribe, provisional
from ledger.log.view import BatchView, Prefetched
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.command import Work
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.log.identity import Identity
    from ledger.log.intake import Item
    from ledger.log.keystore import KeyStore
    from ledger.log.outcome import Outcome
    from ledger.log.overlay import KnownCommand
    from ledger.log.reader import Reader
    from ledger.log.state import State

log = structlog.get_logger(__name__)

MAX_TRANSACTION_ENTRIES: Final = 500
_FIRST: Final = (0,)
_REFUSED: Final = EVENT_TYPES["command_refused"]
_CONTENT_FIELDS: Final = {field.number: field.name for field in events_pb2.CommandContent.DESCRIPTOR.fields}


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
    sent_at: float = 0.0
    """When it left for the server, in seconds of the monotonic clock."""

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
        self._view = BatchView(identity)
        self._scribe = Scribe(identity.id, self._view, keystore)
        self._loader = Loader(identity, state, reader, self._view, keystore)

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
        self._view.attach(overlay, prefetched)
        self._loader.prefetch(items, overlay, prefetched, connection)
        now = time.monotonic()
        record_time = max(record_time, base.record_time + 1)
        for item in items:
            if item.call.deadline <= now:
                batch.doubtless.append((item, Failed(reasons.REFUSAL_REASON_DEADLINE_EXPIRED)))
            elif isinstance(item.work, OutcomeQuery) and not locked:
                raise NeedsLockError
            elif self._one(item, batch, prefetched, connection, record_time):
                record_time += 1
        self._seal(batch, record_time - 1)
        return batch

    # -- one work ---------------------------------------------------------------------------------------------------

    def _one(
        self,
        item: Item,
        batch: Batch,
        prefetched: Prefetched,
        connection: psycopg.Connection,
        record_time: int,
    ) -> bool:
        """Decide one work or answer one query. Return whether it will write.

        A defect in it fails it alone, and leaves nothing behind.
        """
        work = item.work
        try:
            if isinstance(work, OutcomeQuery):
                self._answer_query(item, work, batch, prefetched, connection)
                return False
            if work.quote:
                batch.answers.append((item, self._quote(work, batch.overlay, prefetched, connection)))
                return False
            return self._decide_one(item, work, batch, prefetched, connection, record_time)
        except EntryTooLargeError as error:
            batch.doubtless.append((item, Failed(reasons.REFUSAL_REASON_INVALID_REQUEST, {"detail": str(error)})))
        except (psycopg.Error, CorruptLogError, StaleEndError):
            raise
        except Exception as error:
            kind = 0 if isinstance(work, OutcomeQuery) else work.commands[0].kind
            log.exception("command.defect", kind=kind, error=type(error).__name__)
            batch.doubtless.append((item, Failed(reasons.REFUSAL_REASON_INTERNAL)))
        return False

    def _decide_one(
        self,
        item: Item,
        work: Work,
        batch: Batch,
        prefetched: Prefetched,
        connection: psycopg.Connection,
        record_time: int,
    ) -> bool:
        overlay = batch.overlay
        key = (work.organisation, work.request_id)
        known = overlay.command(key)
        if known is not None:
            # The same id is on the way: its answer rests on that commit.
            batch.answers.append((item, self._replay(work, known, overlay, prefetched, connection)))
            return False
        known = prefetched.commands.get(key)
        if known is not None:
            batch.doubtless.append((item, self._replay(work, known, overlay, prefetched, connection)))
            return False
        if work.failure is not None:
            reason, metadata = work.failure
            batch.doubtless.append((item, Failed(reason, metadata)))
            return False
        entries = self._transaction(work, overlay, prefetched, connection, record_time)
        outcome = Committed(entries) if entries[0].type != _REFUSED else outcome_of(entries, replayed=False)
        batch.answers.append((item, outcome))
        return True

    def _replay(
        self,
        work: Work,
        known: KnownCommand,
        overlay: Overlay,
        prefetched: Prefetched,
        connection: psycopg.Connection,
    ) -> Outcome:
        """Answer a request whose id is taken, by a committed command or by one on the way."""
        entries = self._entries_of(known, overlay, prefetched, connection)
        outcome = replay(work, known, entries)
        if isinstance(outcome, Failed):
            return outcome
        field_name = confidential_difference(work, entries, self._keystore, connection)
        if field_name:
            return Failed(reasons.REFUSAL_REASON_IDEMPOTENCY_CONFLICT, {"field": field_name})
        return outcome

    def _entries_of(
        self, known: KnownCommand, overlay: Overlay, prefetched: Prefetched, connection: psycopg.Connection
    ) -> Sequence[Recorded]:
        first = known.first_position
        entries = overlay.transaction_at(first) or prefetched.transactions.get(first)
        return entries or self._reader.transactions(connection, [first])[first]

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
        entries = self._entries_of(known, batch.overlay, prefetched, connection)
        outcome = outcome_of(entries, replayed=True, tombstone=not any(known.command_hash))
        if isinstance(outcome, Committed):
            outcome.voided = self._is_voided(query, entries, prefetched, connection)
        answers.append((item, outcome))

    def _is_voided(
        self,
        query: OutcomeQuery,
        entries: Sequence[Recorded],
        prefetched: Prefetched,
        connection: psycopg.Connection,
    ) -> bool:
        first = entries[0]
        try:
            person, _ = self._view.stream(first.stream)
        except NotLoaded as missing:
            self._loader.load(missing, query.organisation, prefetched, connection)
            person, _ = self._view.stream(first.stream)
        return first.position in person.reversed and self._reader.was_voided(connection, entries)

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
                    legs, subjects = self._legs(work, overlay)
                except Refusal as refusal:
                    legs, subjects = self._refusal(work, refusal), _FIRST
                if len(legs) == 1 and len(work.commands) == 1:
                    return self._scribe.record_one(work, legs[0], overlay, record_time, connection)
                return self._scribe.record(work, legs, subjects, overlay, record_time, connection)
            except NotLoaded as missing:
                self._loader.load(missing, work.organisation, prefetched, connection)

    def _quote(self, work: Work, overlay: Overlay, prefetched: Prefetched, connection: psycopg.Connection) -> Outcome:
        """Decide a work as if it were to be recorded, and say what that would be."""
        if work.failure is not None:
            return Failed(*work.failure)
        while True:
            try:
                legs, _ = self._legs(work, overlay)
                before = self._view.state(work.commands[0].stream)
                return cast("Outcome", Quoted(legs, before, overlay.next_position - 1))
            except Refusal as refusal:
                return Failed(refusal.reason, refusal.metadata)
            except NotLoaded as missing:
                self._loader.load(missing, work.organisation, prefetched, connection)

    def _legs(self, work: Work, overlay: Overlay) -> tuple[list[Leg], Sequence[int]]:
        """Return the legs of a work and, for each leg, the index of its command."""
        self._view.actor = work.actor
        if len(work.commands) > 1:
            return self._group_legs(work, overlay.next_position)
        self._view.begin_single(work.organisation, overlay.next_position)
        legs = decide(work.commands[0], self._view)
        return legs, _FIRST * len(legs)

    def _group_legs(self, work: Work, first: int) -> tuple[list[Leg], Sequence[int]]:
        """Decide the commands of an atomic group, each on what the ones before it would make of the state."""
        view = self._view
        group: dict[bytes, tuple[Person, Tip]] = {}
        keys: dict[tuple[int, bytes], int] = {}
        legs: list[Leg] = []
        subjects: list[int] = []
        for index, command in enumerate(work.commands):
            view.begin(work.organisation, first + len(legs), group, keys)
            try:
                more = decide(command, view)
            except Refusal as refusal:
                raise Refusal(refusal.reason, refusal.metadata, index) from None
            for leg in more:
                person, tip = view.stream(leg.stream)
                item = provisional(leg, command, first + len(legs), tip.version + 1, person.balance, work.actor)
                group[leg.stream] = (advance(person, item), Tip(item.version, tip.leaf))
                position = first + len(legs)
                keys.update({(key.kind, key.hash): 0 if key.released else position for key in leg.keys})
                legs.append(leg)
                subjects.append(index)
        view.begin(work.organisation, first, {}, {})
        if len(legs) > MAX_TRANSACTION_ENTRIES:
            raise EntryTooLargeError(f"the group has {len(legs)} entries, more than {MAX_TRANSACTION_ENTRIES}")
        return legs, subjects

    def _refusal(self, work: Work, refusal: Refusal) -> list[Leg]:
        """Return the leg that records a refusal, in the stream `refusals`."""
        command = work.commands[refusal.item]
        self._view.begin(work.organisation, 0, {}, {})
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
            grouped=work.grouped,
        )
        # Personal data of somebody who is not known here is not kept: there is no key to seal it with.
        known = bool(registered and registered.version)
        return [
            Leg(
                self._refusals,
                _REFUSED,
                event,
                confidential=command.confidential if known else None,
            )
        ]

    def _seal(self, batch: Batch, record_time: int) -> None:
        """Hash the new entries into the tree and build the parameters of the statement."""
        overlay = batch.overlay
        if not overlay.leaves:
            overlay.end = overlay.base
            return
        tree, overlay.tiles = overlay.base.tree.append(overlay.leaves)
        level = max(overlay.base.feature_level, OLDEST_LEVEL)
        if (admin := overlay.streams.get(self._view.admin)) is not None:
            level = max(level, Admin.of(admin[0]).feature_level)
        overlay.end = End(tree, overlay.leaves[-1], record_time, level)
        commit = CommitRow(tree.root(), tree.encoded_frontier(), overlay.leaves[-1], record_time, level)
        expected = Expected(overlay.base.size, overlay.base.last_leaf)
        batch.parameters = parameters(expected, overlay.rows, overlay.tiles, commit)
