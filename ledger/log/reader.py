"""Reads of the log: by position, by stream, by request id, by unique key. Every one on the server of record."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, LiteralString, NamedTuple

import psycopg
import structlog
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.pq import Format

from ledger.domain.entry_types import TRANSFER_RETURNED
from ledger.domain.person import EvolveError, Person
from ledger.log.append import UUID_ARRAY_OID, uuids
from ledger.log.entry import MalformedEntryError, recorded
from ledger.log.merkle import HASH_SIZE, TILE_WIDTH, Tree, leaf_hash
from ledger.log.overlay import KnownCommand
from ledger.log.snapshot import Snapshot, agrees, restore
from ledger.log.state import NEW_STREAM, End, Tip, advance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ledger.domain.recorded import Recorded
    from ledger.log.secret import LedgerSecret

log = structlog.get_logger(__name__)

CommandKey = tuple[bytes, bytes]
"""Organisation and request id, 16 bytes each."""


class Head(NamedTuple):
    """The newest commit: entries, root, leaf hash of the last entry, record time (microseconds), feature level."""

    size: int
    root: bytes
    last_leaf: bytes
    record_time: int
    feature_level: int


class CorruptLogError(Exception):
    """What is stored does not hold together; the message names position and defect."""


def fold(stream: bytes, entries: Iterable[bytes]) -> tuple[Person, Tip]:
    """Replay a stream from its first entry. Raise CorruptLogError where the chain of versions breaks."""
    person, tip = Person(stream), NEW_STREAM
    for data in entries:
        person, tip = step(person, tip, data)
    return person, tip


def resume(snapshot: Snapshot, person: Person, entries: Sequence[bytes]) -> tuple[Person, Tip] | None:
    """Replay a stream behind a snapshot; the first entry is the one that it was taken behind.

    Return None where they do not agree, as after another log was put in place.
    """
    if not entries or not agrees(snapshot, person, entries[0]):
        return None
    tip = Tip(snapshot.version, snapshot.leaf)
    for data in entries[1:]:
        person, tip = step(person, tip, data)
    return person, tip


def step(person: Person, tip: Tip, data: bytes) -> tuple[Person, Tip]:
    """Apply one stored entry to a person."""
    item = opened(data)
    if item.version != tip.version + 1:
        raise CorruptLogError(f"position {item.position}: version {item.version} follows {tip.version}")
    try:
        return advance(person, item), Tip(item.version, leaf_hash(data))
    except EvolveError as error:
        raise CorruptLogError(str(error)) from error


def opened(data: bytes) -> Recorded:
    """Open stored bytes. Raise CorruptLogError where they are no entry that this version reads."""
    try:
        return recorded(data)
    except MalformedEntryError as error:
        raise CorruptLogError(str(error)) from error


SNAPSHOTS: Final = (
    "SELECT uuid_send(stream), version, position, leaf_hash, state_format, state, mac FROM {s}.snapshots"
    " WHERE stream = ANY(%s)"
)
"""Reads the fields of `Snapshot`."""


class UuidArray:
    """Ids of 16 bytes as a parameter. psycopg's own list of UUIDs costs 4 µs for each."""

    def __init__(self, ids: Sequence[bytes]) -> None:
        """Take the ids."""
        self.ids = ids


class _UuidArrayDumper(Dumper):
    format = Format.BINARY
    oid = UUID_ARRAY_OID

    def dump(self, obj: UuidArray) -> bytes:
        """Return the array in PostgreSQL's binary form."""
        return uuids(obj.ids)


psycopg.adapters.register_dumper(UuidArray, _UuidArrayDumper)


class Reader:
    """The queries of one ledger. Methods take the connection, so that they run inside or outside a transaction."""

    def __init__(self, schema: str) -> None:
        """Take the schema of the ledger."""
        self._schema = sql.Identifier(schema)

    def sql(self, text: LiteralString) -> sql.Composed:
        """Return a query with `{s}` replaced by the ledger's schema."""
        return sql.SQL(text).format(s=self._schema)

    def head(self, connection: psycopg.Connection) -> Head:
        """Return the newest commit."""
        row = connection.execute(
            self.sql(
                "SELECT last_position, root, last_leaf_hash, record_time, feature_level"
                " FROM {s}.commits ORDER BY last_position DESC LIMIT 1"
            )
        ).fetchone()
        if row is None:
            raise CorruptLogError("the ledger has no commit")
        return Head(*row)

    def leaf_at(self, connection: psycopg.Connection, position: int) -> bytes | None:
        """Return the leaf hash of the entry at a position, computed from its bytes."""
        row = connection.execute(
            self.sql("SELECT entry FROM {s}.entries WHERE position = %s"), (position,), binary=True
        ).fetchone()
        return leaf_hash(row[0]) if row else None

    def end(self, connection: psycopg.Connection) -> End:
        """Return the end of the log with its tree, checked against the root of the newest commit."""
        row = connection.execute(
            self.sql(
                "SELECT last_position, root, frontier, last_leaf_hash, record_time, feature_level"
                " FROM {s}.commits ORDER BY last_position DESC LIMIT 1"
            )
        ).fetchone()
        if row is None:
            raise CorruptLogError("the ledger has no commit")
        size, root, frontier, last_leaf, record_time, level = row
        tree = Tree.restore(size, frontier, self._partial_tiles(connection, size))
        if tree.root() != root:
            raise CorruptLogError(f"position {size}: frontier and root of the last commit disagree")
        return End(tree, last_leaf, record_time, level)

    def _partial_tiles(self, connection: psycopg.Connection, size: int) -> list[list[bytes]]:
        """Return the hashes of the unfinished tile of each tile level for a tree of this size."""
        first = size // TILE_WIDTH * TILE_WIDTH + 1
        rows = connection.execute(
            self.sql("SELECT entry FROM {s}.entries WHERE position BETWEEN %s AND %s ORDER BY position"),
            (first, size),
            binary=True,
        )
        partial = [[leaf_hash(entry) for (entry,) in rows]]
        level, count = 1, size // TILE_WIDTH
        while count:
            begin = count // TILE_WIDTH * TILE_WIDTH
            found = connection.execute(
                self.sql("SELECT hashes FROM {s}.tiles WHERE level = %s AND index >= %s AND index < %s ORDER BY index"),
                (level - 1, begin, count),
                binary=True,
            ).fetchall()
            if len(found) != count - begin:
                raise CorruptLogError(f"tiles of level {level - 1} from {begin} to {count} are missing")
            partial.append([_tile_root(hashes) for (hashes,) in found])
            level, count = level + 1, count // TILE_WIDTH
        return partial

    def streams(
        self, connection: psycopg.Connection, streams: Sequence[bytes], secret: LedgerSecret
    ) -> dict[bytes, tuple[Person, Tip]]:
        """Replay persons from snapshot or first entry; a stream without entries gives a person of version 0."""
        begun: dict[bytes, tuple[Snapshot, Person]] = {}
        for snapshot in self._snapshots(connection, streams):
            person = restore(snapshot, secret)
            if person is not None:
                begun[snapshot.stream] = snapshot, person
        first = dict.fromkeys(streams, 1) | {stream: snapshot.version for stream, (snapshot, _) in begun.items()}
        found: dict[bytes, tuple[Person, Tip]] = {}
        wrong: list[bytes] = []
        for stream, entries in self._entries_from(connection, first).items():
            resumed = resume(*begun[stream], entries) if stream in begun else fold(stream, entries)
            if resumed is None:
                wrong.append(stream)
            else:
                found[stream] = resumed
        if wrong:
            log.error("snapshots.ignored", streams=[stream.hex() for stream in wrong])
            for stream, entries in self._entries_from(connection, dict.fromkeys(wrong, 1)).items():
                found[stream] = fold(stream, entries)
        return found

    def _snapshots(self, connection: psycopg.Connection, streams: Sequence[bytes]) -> list[Snapshot]:
        rows = connection.execute(self.sql(SNAPSHOTS), (UuidArray(streams),), binary=True)
        return [Snapshot(*row) for row in rows]

    def _entries_from(self, connection: psycopg.Connection, first: Mapping[bytes, int]) -> dict[bytes, list[bytes]]:
        """Return the stored entries of each stream from a version on, in order."""
        found: dict[bytes, list[bytes]] = {stream: [] for stream in first}
        rows = connection.execute(
            self.sql(
                "SELECT uuid_send(wanted.stream), entry FROM unnest(%s, %s::int8[]) AS wanted (stream, first),"
                " LATERAL (SELECT version, entry FROM {s}.entries"
                " WHERE entries.stream = wanted.stream AND version >= first) AS later ORDER BY wanted.stream, version"
            ),
            (UuidArray(list(first)), list(first.values())),
            binary=True,
        )
        for stream, entry in rows:
            found[bytes(stream)].append(entry)
        return found

    def tip(self, connection: psycopg.Connection, stream: bytes) -> Tip:
        """Return the end of a stream that belongs to no person, without replaying it."""
        row = connection.execute(
            self.sql("SELECT version, entry FROM {s}.entries WHERE stream = %s ORDER BY version DESC LIMIT 1"),
            (uuid.UUID(bytes=stream),),
            binary=True,
        ).fetchone()
        return Tip(row[0], leaf_hash(row[1])) if row else NEW_STREAM

    def commands(self, connection: psycopg.Connection, keys: Sequence[CommandKey]) -> dict[CommandKey, KnownCommand]:
        """Return those of these commands that are recorded."""
        wanted = set(keys)
        rows = connection.execute(
            self.sql(
                "SELECT uuid_send(organisation), uuid_send(request_id), command_hash, first_position, entries"
                " FROM {s}.commands WHERE request_id = ANY(%s)"
            ),
            (UuidArray([request_id for _, request_id in keys]),),
            binary=True,
        )
        found = {}
        for organisation, request_id, command_hash, first, entries in rows:
            key = (bytes(organisation), bytes(request_id))
            if key in wanted:
                found[key] = KnownCommand(command_hash, first, entries)
        return found

    def greatest_request_id(self, connection: psycopg.Connection) -> bytes:
        """Return the greatest recorded request id; zeros when there is none."""
        row = connection.execute(
            self.sql("SELECT uuid_send(request_id) FROM {s}.commands ORDER BY request_id DESC LIMIT 1"), binary=True
        ).fetchone()
        return bytes(row[0]) if row else bytes(16)

    def key_positions(
        self, connection: psycopg.Connection, keys: Sequence[tuple[int, bytes]]
    ) -> dict[tuple[int, bytes], int]:
        """Return for each key the position of the entry that took it, 0 when it is not in use."""
        rows = connection.execute(
            self.sql(
                "SELECT kind, uuid_send(key_hash), position FROM {s}.unique_keys WHERE active AND key_hash = ANY(%s)"
            ),
            (UuidArray([key_hash for _, key_hash in keys]),),
            binary=True,
        )
        taken = {(kind, bytes(key_hash)): position for kind, key_hash, position in rows}
        return {key: taken.get(key, 0) for key in keys}

    def transactions(self, connection: psycopg.Connection, positions: Sequence[int]) -> dict[int, list[Recorded]]:
        """Return, for each position, the opened entries of the transaction that it lies in; [] beyond the end."""
        entries = self._entries_at(connection, positions)
        others: set[int] = set()
        for item in entries.values():
            others.update(range(item.first_position, item.first_position + item.legs))
        entries.update(self._entries_at(connection, sorted(others - entries.keys())))
        found = {}
        for position in positions:
            hit = entries.get(position)
            span = range(hit.first_position, hit.first_position + hit.legs) if hit else range(0)
            found[position] = [entries[place] for place in span]
        return found

    def _entries_at(self, connection: psycopg.Connection, positions: Sequence[int]) -> dict[int, Recorded]:
        if not positions:
            return {}
        rows = connection.execute(
            self.sql("SELECT entry FROM {s}.entries WHERE position = ANY(%s)"),
            (list(positions),),
            binary=True,
        )
        return {item.position: item for item in (opened(entry) for (entry,) in rows)}

    def was_voided(self, connection: psycopg.Connection, entries: Sequence[Recorded]) -> bool:
        """Tell whether a void, and not a reversal that somebody asked for, reversed a transaction."""
        first = entries[0]
        rows = connection.execute(
            self.sql("SELECT entry FROM {s}.entries WHERE stream = %s AND version > %s ORDER BY version"),
            (uuid.UUID(bytes=first.stream), first.version),
            binary=True,
        )
        for (data,) in rows:
            later = opened(data)
            if later.reverses == first.position:
                # The field holds what somebody asked for; a void leaves it unset.
                asked = "transfer_return" if later.type == TRANSFER_RETURNED else "reversal"
                return not later.event.HasField(asked)
        return False

    def since(self, connection: psycopg.Connection, size: int, limit: int) -> list[bytes]:
        """Return at most `limit` stored entries behind the first `size`, in order."""
        rows = connection.execute(
            self.sql("SELECT entry FROM {s}.entries WHERE position > %s ORDER BY position LIMIT %s"),
            (size, limit),
            binary=True,
        )
        return [entry for (entry,) in rows]


def _tile_root(hashes: bytes) -> bytes:
    leaves = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
    return Tree().append(leaves)[0].root()
