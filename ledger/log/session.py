"""The committer's connections to the server of record, and the questions it asks after an unclear end.

One connection commits, one reads beside it, so that reading for the next batch never waits for a commit.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from ledger.log import header
from ledger.log.append import append_statement, lock_statement
from ledger.log.berths import Berth
from ledger.log.connection import (
    CommitConnection,
    CommitDoubtError,
    ConnectionLostError,
    check_server,
    connect,
    end_backend,
)
from ledger.log.entry import EVENT_TYPES, MalformedEntryError, recorded
from ledger.log.levels import NewerLogError, check_level
from ledger.log.merkle import leaf_hash
from ledger.log.patience import LOOK_SECONDS, PatientConnection, nothing
from ledger.log.state import End

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.log.berths import Berths
    from ledger.log.connection import Backend
    from ledger.log.identity import Identity
    from ledger.log.reader import Reader
    from ledger.log.settings import LogSettings
    from ledger.log.state import State

log = structlog.get_logger(__name__)

_PAGE: Final = 5_000
_VOIDED: Final = EVENT_TYPES["command_voided"]
_RANGE_AHEAD: Final = 262_144


class ForkedError(Exception):
    """The log is shorter than what was acknowledged, or another one; the message names the position."""


class Session:
    """Connections of one committer."""

    def __init__(self, identity: Identity, settings: LogSettings, reader: Reader, berths: Berths) -> None:
        """Take the ledger, the settings, the queries, and what limits the connections of all ledgers together."""
        self._identity = identity
        self._settings = settings
        self._reader = reader
        self._writing: CommitConnection | None = None
        self._reading: psycopg.Connection | None = None
        self._settling: psycopg.Connection | None = None
        self._last_backend: Backend | None = None
        self._berths = berths
        self._berth = Berth()
        self._reach = 0
        self.meanwhile: Callable[[], None] = nothing
        """What is to be done again and again while the server is waited for."""

    def _connect(self, what: str) -> PatientConnection:
        connection = connect(
            self._settings.database_url,
            application=f"ledgerd {self._identity.code} {what}",
            limit=self._settings.commit_timeout_seconds,
            meanwhile=self.meanwhile,
        )
        if connection.execute("SHOW transaction_read_only").fetchone() == ("on",):
            # While a standby takes over, the address may lead to one that has not been promoted yet.
            connection.close()
            raise ConnectionLostError("the server is read-only; waiting for the server of record")
        return connection

    @property
    def writing(self) -> CommitConnection:
        """Return the connection that commits."""
        if self._writing is None:
            raise ConnectionLostError("there is no connection to commit on")
        return self._writing

    @property
    def reading(self) -> psycopg.Connection:
        """Return the connection that reads."""
        if self._reading is None:
            raise ConnectionLostError("there is no connection to read on")
        return self._reading

    def has_answer(self) -> bool:
        """Tell whether the outcome of the oldest batch lies ready."""
        return self.writing.ready()

    def rest(self) -> None:
        """There is nothing to do: give the connections back after a long rest, or sooner when others lack them."""
        now = time.monotonic()
        if self._berth.rested_at is None:
            self._berth.rested_at = now
        if now - self._berth.rested_at > self._settings.idle_seconds or self._berths.wanted(self._berth):
            self.close()

    def ensure_open(self, state: State, *, in_flight: int) -> None:
        """Open what is not open, and make sure that the log continues what this process knows.

        With nothing in flight this is also the moment to let another ledger have its turn.
        """
        self._berth.rested_at = None
        if not in_flight and self._berths.wanted(self._berth):
            self.close()
        if self._writing is None or self._reading is None:
            self._open()
            # What an earlier process or server left behind may not be on the standby yet, and is about to be answered.
            self.confirm()
            self.catch_up(state)

    def _open(self) -> None:
        while not self._berths.take(self._berth, LOOK_SECONDS):
            self.meanwhile()
        if self._reading is None or self._reading.closed:
            self._reading = self._connect("reading")
        check_server(self._reading, require_replica=self._settings.require_replica)
        schema = self._identity.schema
        self._writing = CommitConnection(
            self._connect("writing"),
            lock_statement(schema),
            append_statement(schema),
            self._settings.commit_timeout_seconds,
        )
        self._last_backend = self._writing.backend

    def begin_settling(self) -> None:
        """Drop both connections and make sure that the old backend can commit nothing any more."""
        self.close()
        if self._last_backend is not None:
            self._end_backend(self._last_backend)

    def _end_backend(self, old: Backend) -> None:
        """Terminate the old server process, then wait for its end by taking the lock that its commit holds."""
        connection = self._connect("settling")
        self._settling = connection
        end_backend(connection, old)
        connection.execute("BEGIN")
        connection.execute(self._reader.sql("SELECT 1 FROM {s}.head FOR UPDATE"))

    def holds(self, position: int, leaf: bytes) -> bool:
        """Tell whether the entry at a position is ours. The salt makes its leaf hash unique."""
        connection = self._settling
        if connection is None:
            raise ConnectionLostError("there is no connection to settle on")
        return self._reader.leaf_at(connection, position) == leaf

    def confirm(self) -> None:
        """Commit something harmless; returns only when that commit ended without a notice.

        Raise psycopg.OperationalError when a standby is away for longer than a commit may take.
        """
        notices: list[str] = []
        with self._connect("confirming") as connection:
            connection.add_notice_handler(lambda item: notices.append(str(item.message_primary)))
            connection.execute("SELECT pg_logical_emit_message(true, 'ledger', 'confirm')")
        if notices:
            raise CommitDoubtError("; ".join(notices))

    def release(self) -> None:
        """Give the lock back that settling took, and open the connections again."""
        if self._settling is not None:
            self._settling.close()
            self._settling = None
        if self._writing is None:
            self._open()

    def catch_up(self, state: State) -> None:
        """Take in what other processes committed. Raise ForkedError unless it continues what this one knows."""
        connection = self.reading
        known = state.end
        head = self._reader.head(connection)
        check_level(head.feature_level, self._settings.feature_level)
        if head.size < known.size:
            raise ForkedError(f"the log ends at {head.size}, but positions up to {known.size} were acknowledged")
        if head.size == known.size and head.last_leaf == known.last_leaf:
            return
        if self._reader.leaf_at(connection, known.size) != known.last_leaf:
            raise ForkedError(f"position {known.size} holds another entry than the one that was acknowledged")
        while state.end.size < head.size:
            self._take_page(state, head.size)
        state.end = state.end._replace(feature_level=head.feature_level)
        if state.end.tree.root() != head.root:
            raise ForkedError(f"the entries up to {head.size} do not give the root of their commit")

    def _take_page(self, state: State, size: int) -> None:
        limit = min(_PAGE, size - state.end.size)
        page = self._reader.since(self.reading, state.end.size, limit)
        if not page:
            raise ForkedError(f"the entries behind {state.end.size} are missing")
        leaves = [leaf_hash(entry) for entry in page]
        tree, _ = state.end.tree.append(leaves)
        record_time = state.end.record_time
        ids: list[bytes] = []
        try:
            for entry, leaf in zip(page, leaves, strict=True):
                item = recorded(entry)
                record_time = item.record_time
                ids.append(header.unpack(entry)[16])
                if item.type == _VOIDED:
                    ids.append(item.event.command.request_id)
                state.apply(item, leaf)
        except MalformedEntryError as error:
            raise NewerLogError(str(error)) from error
        state.ids.add(ids)
        state.end = End(tree, leaves[-1], record_time, state.end.feature_level)

    def make_room(self, next_position: int) -> None:
        """Create the next range of positions long before it is reached."""
        if next_position + _RANGE_AHEAD > self._reach:
            reach = next_position + 2 * _RANGE_AHEAD
            self.reading.execute(self._reader.sql("SELECT {s}.ensure_ranges(%s)"), (reach,))
            self._reach = reach

    def close(self) -> None:
        """Close every connection, whatever is in flight."""
        if self._writing is not None:
            self._writing.close()
            self._writing = None
        for connection in (self._reading, self._settling):
            if connection is not None:
                connection.close()
        self._reading = self._settling = None
        self._berths.give_back(self._berth)
