"""Brings what a batch needs into memory: in a few queries before deciding, and one by one while deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import command as kinds
from ledger.domain.foresight import keys_of, positions_of, streams_of
from ledger.log.outcome import OutcomeQuery

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from ledger.domain.person import Person
    from ledger.domain.view import NotLoaded
    from ledger.log.identity import Identity
    from ledger.log.intake import Item
    from ledger.log.overlay import KnownCommand, Overlay
    from ledger.log.reader import Reader
    from ledger.log.state import State, Tip
    from ledger.log.view import BatchView, Prefetched


class StaleEndError(Exception):
    """Another process has committed behind the end of the log that this one knows: catch up, then decide again."""


class Loader:
    """Reads for the batches of one ledger. Used by the committer's thread only."""

    def __init__(self, identity: Identity, state: State, reader: Reader, view: BatchView) -> None:
        """Take the ledger, the committed state, its queries, and the view that hashes unique keys."""
        self._identity = identity
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
        """Read what the batch will ask for: four queries at most, however large it is."""
        commands: dict[tuple[bytes, bytes], KnownCommand | None] = {}
        missing: set[bytes] = set()
        keys: dict[tuple[int, bytes], None] = {}
        positions: set[int] = set()
        streams = prefetched.streams
        known: list[tuple[bytes, bytes]] = []
        may_be_recorded = self._state.ids.may_be_recorded
        for item in items:
            work = item.work
            key = (work.organisation, work.request_id)
            commands[key] = None
            # A time outside the window is answered without the guard, so its id is looked up whatever memory says:
            # another process may have recorded it, and then its first answer is given again.
            late = not isinstance(work, OutcomeQuery) and work.window_failure is not None
            if late or may_be_recorded(work.request_id):
                known.append(key)
            if isinstance(work, OutcomeQuery):
                continue
            for command in work.commands:
                kind = command.kind
                wanted: tuple[bytes, ...] = (command.stream,)
                if kind != kinds.RECORD_DEPOSIT:
                    wanted = (command.stream, *streams_of(command))
                    positions.update(positions_of(command))
                for stream in wanted:
                    if stream not in streams:
                        found = overlay.stream(stream)
                        if found is not None:
                            streams[stream] = found
                        elif stream != kinds.NO_ID:
                            missing.add(stream)
                for key_kind, parts in keys_of(command):
                    keys[key_kind, self._view.key_hash(key_kind, *parts)] = None
        prefetched.commands = commands
        self._read(known, missing, keys, positions, prefetched, connection)

    def _read(
        self,
        known: Sequence[tuple[bytes, bytes]],
        missing: set[bytes],
        keys: dict[tuple[int, bytes], None],
        positions: set[int],
        prefetched: Prefetched,
        connection: psycopg.Connection,
    ) -> None:
        if known:
            prefetched.commands.update(self._reader.commands(connection, known))
        if missing:
            found = self._current(self._reader.streams(connection, list(missing)))
            prefetched.streams.update(found)
            self._state.put(found)
        if keys:
            prefetched.keys.update(self._reader.active_keys(connection, list(keys)))
        if positions:
            prefetched.transactions.update(self._reader.transactions(connection, list(positions)))

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
            if missing.stream == self._view.refusals:
                found = {
                    missing.stream: (
                        self._identity.nobody,
                        self._reader.tip(connection, missing.stream),
                    )
                }
            else:
                found = self._current(self._reader.streams(connection, [missing.stream]))
            prefetched.streams.update(found)
            self._state.put(found)
        elif missing.position is not None:
            prefetched.transactions.update(self._reader.transactions(connection, [missing.position]))
        elif missing.key is not None:
            prefetched.keys.update(self._reader.active_keys(connection, [missing.key]))
        elif missing.request_id is not None:
            key = (organisation, missing.request_id)
            prefetched.commands[key] = self._reader.commands(connection, [key]).get(key)
