"""Brings what a batch needs into memory: in a few queries before deciding, and one by one while deciding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ledger.domain import command as kinds
from ledger.domain.foresight import keys_of, positions_of, streams_of
from ledger.log.outcome import OutcomeQuery
from ledger.log.state import PERSON_EVENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import psycopg

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import NotLoaded
    from ledger.log.identity import Identity
    from ledger.log.intake import Item
    from ledger.log.keystore import KeyStore
    from ledger.log.overlay import Overlay
    from ledger.log.reader import Reader
    from ledger.log.state import State, Tip
    from ledger.log.view import BatchView, Prefetched


_ENTRIES_AHEAD: Final = 5_000
"""Most entries of recorded commands that are read ahead for one batch; what is beyond is read when its turn comes."""
_FOUNDING: Final = frozenset((kinds.REGISTER_PERSON, kinds.OPEN_ACCOUNT, kinds.IMPORT_OPENING))


class StaleEndError(Exception):
    """Another process has committed behind the end of the log that this one knows: catch up, then decide again."""


CommandKey = tuple[bytes, bytes]
"""Organisation and request id, 16 bytes each."""


@dataclass(slots=True)
class Wanted:
    """What a batch will ask for and memory does not hold."""

    known: list[CommandKey] = field(default_factory=list)
    """Request ids that may be recorded."""
    undone: set[CommandKey] = field(default_factory=set)
    """Those of them that the batch voids, or asks whether they were voided."""
    opening: set[CommandKey] = field(default_factory=set)
    """Those of them whose personal data are compared."""
    streams: set[bytes] = field(default_factory=set)
    keys: dict[tuple[int, bytes], None] = field(default_factory=dict)
    positions: set[int] = field(default_factory=set)
    """Entries that the batch names, to reverse them."""
    sealing: list[Command] = field(default_factory=list)
    """Commands with personal data."""


class Loader:
    """Reads for the batches of one ledger. Used by the committer's thread only."""

    def __init__(self, identity: Identity, state: State, reader: Reader, view: BatchView, keystore: KeyStore) -> None:
        """Take the ledger, the committed state, its queries, the view that hashes unique keys, and the person keys."""
        self._identity = identity
        self._keystore = keystore
        self._state = state
        self._reader = reader
        self._view = view

    def prefetch(
        self,
        items: Sequence[Item],
        overlay: Overlay,
        prefetched: Prefetched,
        connection: psycopg.Connection,
    ) -> None:
        """Read what the batch will ask for: a few queries, however large it is."""
        wanted = Wanted()
        keys, streams = wanted.keys, prefetched.streams
        commands = prefetched.commands
        may_be_recorded = self._state.ids.may_be_recorded
        for item in items:
            work = item.work
            key = (work.organisation, work.request_id)
            commands.setdefault(key)
            # A time outside the window is answered without the guard, so its id is looked up whatever memory says:
            # another process may have recorded it, and then its first answer is given again.
            late = not isinstance(work, OutcomeQuery) and work.failure is not None
            quote = not isinstance(work, OutcomeQuery) and work.quote
            if not quote and (late or may_be_recorded(work.request_id)):
                wanted.known.append(key)
            if isinstance(work, OutcomeQuery):
                wanted.undone.add(key)
                continue
            for command in work.commands:
                kind = command.kind
                named: tuple[bytes, ...] = (command.stream,)
                if command.confidential is not None and not quote:
                    wanted.sealing.append(command)
                    wanted.opening.add(key)
                if kind != kinds.RECORD_DEPOSIT:
                    named = (command.stream, *streams_of(command))
                    wanted.positions.update(positions_of(command))
                    if kind == kinds.VOID_COMMAND:
                        voided = (work.organisation, command.content.request_id)  # type: ignore[attr-defined]
                        commands.setdefault(voided)
                        wanted.known.append(voided)
                        wanted.undone.add(voided)
                for stream in named:
                    if stream not in streams:
                        found = overlay.stream(stream)
                        if found is not None:
                            streams[stream] = found
                        elif stream != kinds.NO_ID:
                            wanted.streams.add(stream)
                for key_kind, parts in keys_of(command):
                    keys[key_kind, self._view.key_hash(key_kind, *parts)] = None
        self._read(wanted, overlay, prefetched, connection)

    def _read(self, wanted: Wanted, overlay: Overlay, prefetched: Prefetched, connection: psycopg.Connection) -> None:
        if wanted.known:
            prefetched.commands.update(self._reader.commands(connection, wanted.known))
        positions = wanted.positions | self._positions_of_known(wanted, prefetched)
        if positions:
            prefetched.transactions.update(self._reader.transactions(connection, list(positions)))
            self._want_undone(wanted, overlay, prefetched)
            self._read_sealed(wanted, prefetched, connection)
        if wanted.streams:
            self._take(self._persons(wanted.streams, connection), prefetched)
        if wanted.keys:
            prefetched.keys.update(self._reader.key_positions(connection, list(wanted.keys)))
        if wanted.sealing:
            self._load_keys(wanted.sealing, prefetched, connection)

    def _positions_of_known(self, wanted: Wanted, prefetched: Prefetched) -> set[int]:
        """Return where the recorded commands lie that will be answered again or undone, up to a bound."""
        positions: set[int] = set()
        left = _ENTRIES_AHEAD
        for key in wanted.known:
            known = prefetched.commands.get(key)
            if known is not None and left > 0:
                positions.add(known.first_position)
                left -= known.entries
        return positions

    def _want_undone(self, wanted: Wanted, overlay: Overlay, prefetched: Prefetched) -> None:
        """Note the persons of what a batch reverses, voids, or asks whether it was voided."""
        firsts = {known.first_position for key in wanted.undone if (known := prefetched.commands.get(key))}
        for position, entries in prefetched.transactions.items():
            if position not in firsts and position not in wanted.positions:
                continue
            for entry in entries:
                stream = entry.stream
                if entry.type in PERSON_EVENTS and stream not in prefetched.streams:
                    found = overlay.stream(stream)
                    if found is not None:
                        prefetched.streams[stream] = found
                    else:
                        wanted.streams.add(stream)

    def _read_sealed(self, wanted: Wanted, prefetched: Prefetched, connection: psycopg.Connection) -> None:
        """Read the keys of the personal data that a repeated request is compared with."""
        key_ids: set[bytes] = set()
        for key in wanted.opening:
            known = prefetched.commands.get(key)
            if known is not None:
                entries = prefetched.transactions.get(known.first_position, ())
                key_ids.update(entry.sealed.key_id for entry in entries if entry.sealed is not None)
        self._keystore.load_ids(connection, key_ids)

    def _load_keys(self, sealing: Sequence[Command], prefetched: Prefetched, connection: psycopg.Connection) -> None:
        """Bring the keys into memory that the batch seals with, and make those of new persons: durably, all at once."""
        owners: set[bytes] = set()
        for command in sealing:
            stream = command.stream
            found = prefetched.streams.get(stream)
            # Personal data of somebody who is not known here is not kept: nobody else gets a key.
            if stream != kinds.NO_ID and (command.kind in _FOUNDING or (found is not None and found[1].version)):
                owners.add(stream)
        missing = self._keystore.missing(owners)
        if missing:
            self._keystore.load(connection, missing, create=False)
            missing = self._keystore.missing(missing)
        if missing:
            self._keystore.load(connection, missing, create=True)

    def _persons(self, streams: Collection[bytes], connection: psycopg.Connection) -> dict[bytes, tuple[Person, Tip]]:
        """Read persons. Of refusals and accesses, which may be millions, only the end is read."""
        endless = self._view.endless
        others = [stream for stream in streams if stream not in endless]
        found = self._current(self._reader.streams(connection, others, self._identity.secret)) if others else {}
        for stream in endless.intersection(streams):
            found[stream] = (self._identity.nobody, self._reader.tip(connection, stream))
        return found

    def _take(self, found: dict[bytes, tuple[Person, Tip]], prefetched: Prefetched) -> None:
        prefetched.streams.update(found)
        self._state.put(found)

    def _current(self, found: dict[bytes, tuple[Person, Tip]]) -> dict[bytes, tuple[Person, Tip]]:
        """Return the persons, unless one is newer than the end of the log that the batch is decided on."""
        size = self._state.end.size
        if any(person.last_position > size for person, _ in found.values()):
            raise StaleEndError
        return found

    def load(
        self,
        missing: NotLoaded,
        organisation: bytes,
        prefetched: Prefetched,
        connection: psycopg.Connection,
    ) -> None:
        """Read the one thing that deciding turned out to need."""
        if missing.stream is not None:
            self._take(self._persons((missing.stream,), connection), prefetched)
        elif missing.position is not None:
            prefetched.transactions.update(self._reader.transactions(connection, [missing.position]))
        elif missing.key is not None:
            prefetched.keys.update(self._reader.key_positions(connection, [missing.key]))
        elif missing.request_id is not None:
            key = (organisation, missing.request_id)
            prefetched.commands[key] = self._reader.commands(connection, [key]).get(key)
