"""Puts entries back into a log: all of them into an empty ledger, or those that are missing behind its end.

Everything beside them (commits, tiles, request ids, unique keys) is derived again. Every entry must continue what is
there: position, stream version, chain, balance, whole transactions, rising times. What a signed checkpoint says of the
result is compared before anything is committed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from psycopg import sql

from ledger.domain.features import FEATURE_LEVEL
from ledger.log import header
from ledger.log.entry import EVENT_TYPES, parse_body
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.merkle import Tree, leaf_hash
from ledger.log.reader import Reader

if TYPE_CHECKING:
    import psycopg

COMMIT_ENTRIES: Final = 500
"""Entries of a commit that is made up, where nobody knows the old ones."""
_NOBODY: Final = bytes(16)
_VOIDED: Final = EVENT_TYPES["command_voided"]


class ImportRefusedError(Exception):
    """An entry does not continue the log, or the result is not what was signed; nothing was written."""


class CommitEnd(NamedTuple):
    """The end of an old commit, and its feature level."""

    position: int
    feature_level: int


@dataclass(slots=True)
class _Rows:
    """What is added by the commits at hand."""

    entries: list[tuple[int, uuid.UUID, int, bytes]] = field(default_factory=list)
    commits: list[tuple[int, bytes, bytes, bytes, int, int, int]] = field(default_factory=list)
    commands: list[tuple[uuid.UUID, uuid.UUID, bytes, int, int]] = field(default_factory=list)
    keys: dict[tuple[int, bytes], tuple[int, bool]] = field(default_factory=dict)
    tiles: list[tuple[int, int, bytes]] = field(default_factory=list)


class Importer:
    """Imports into one ledger, inside one transaction of a login that may write it."""

    def __init__(self, connection: psycopg.Connection, code: str) -> None:
        """Take the connection and the ledger, whose tables exist; lock its head."""
        self._connection = connection
        self._reader = Reader(schema_name(code))
        self._schema = sql.Identifier(schema_name(code))
        self._ledger = ledger_id(code)
        self._ends: dict[bytes, tuple[int, bytes, int]] = {}
        self._time = 0
        self._level = FEATURE_LEVEL
        self._tree = Tree()
        connection.execute(self._reader.sql("SELECT 1 FROM {s}.head FOR UPDATE"))
        if connection.execute(self._reader.sql("SELECT 1 FROM {s}.commits LIMIT 1")).fetchone():
            end = self._reader.end(connection)
            head = self._reader.head(connection)
            self._tree, self._time = end.tree, end.record_time
            self._level = max(FEATURE_LEVEL, head.feature_level)

    @property
    def size(self) -> int:
        """How many entries the log has now."""
        return self._tree.size

    def root(self) -> bytes:
        """Return the root over them."""
        return self._tree.root()

    def run(
        self,
        entries: Iterable[bytes],
        ends: Iterable[CommitEnd] = (),
        signed: dict[int, bytes] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Append entries; return how many. `ends` are those of the old commits, `signed` roots by their size.

        An incomplete transaction at the end is left out. Raise ImportRefusedError, psycopg errors; then roll back.
        """
        begin, roots = self.size, dict(signed or {})
        for commit, level in _commits(entries, iter(ends), self._level):
            self._append(commit, level, roots)
            progress(self.size)
        return self.size - begin

    def _append(self, commit: list[bytes], level: int, signed: dict[int, bytes]) -> None:
        rows = _Rows()
        leaves: list[bytes] = []
        for entry in commit:
            leaves.append(self._check(entry, self.size + len(leaves) + 1, rows))
        before = self._tree
        self._tree, tiles = before.append(leaves)
        rows.tiles = [(tile.level, tile.number, tile.hashes) for tile in tiles]
        self._level = max(self._level, level)
        rows.commits.append(
            (self.size, self.root(), self._tree.encoded_frontier(), leaves[-1], self._time, len(leaves), self._level)
        )
        for size in [size for size in signed if before.size < size <= self.size]:
            if before.append(leaves[: size - before.size])[0].root() != signed.pop(size):
                raise ImportRefusedError(f"the entries do not give the root of the checkpoint of size {size}")
        self._write(rows)

    def _check(self, entry: bytes, position: int, rows: _Rows) -> bytes:
        """Check an entry against what is before it, and note its rows. Return its leaf hash."""
        try:
            header.check_layout(entry)
            fields = header.unpack(entry)
            message = parse_body(entry)
        except Exception as error:  # noqa: BLE001 - whatever the bytes are, they are no entry
            raise ImportRefusedError(f"the entry at {position} cannot be read: {error}") from None
        stream = fields[3]
        version, leaf, balance = self._end_of(stream)
        if fields[1] != self._ledger or fields[2] != position:
            raise ImportRefusedError(f"position {position} is given entry {fields[2]} of {fields[1].hex()}")
        if fields[4] != version + 1 or fields[11] != leaf or fields[20] != balance + fields[19] or fields[20] < 0:
            raise ImportRefusedError(f"the entry at {position} does not continue version {version} of {stream.hex()}")
        if fields[6] == 1:
            if fields[10] <= self._time:
                raise ImportRefusedError(f"the record time of {position} does not rise")
            self._time = fields[10]
            if fields[13] != _NOBODY or fields[16] != _NOBODY:
                ids = (uuid.UUID(bytes=fields[16]), uuid.UUID(bytes=fields[13]))
                rows.commands.append((*ids, fields[17], position, fields[7]))
        own = leaf_hash(entry)
        self._ends[stream] = (fields[4], own, fields[20])
        rows.entries.append((position, uuid.UUID(bytes=stream), fields[4], entry))
        for key in message.references.unique_keys:
            rows.keys[key.kind, key.hash] = (position, not key.released)
        if fields[18] == _VOIDED and not message.command_voided.voided_position:
            # The tombstone of a command that never came stands under that command's own id.
            ids = (uuid.UUID(bytes=message.command_voided.command.request_id), uuid.UUID(bytes=fields[13]))
            rows.commands.append((*ids, bytes(32), fields[5], fields[7]))
        return own

    def _end_of(self, stream: bytes) -> tuple[int, bytes, int]:
        """Return version, leaf hash and balance of the end of a stream."""
        known = self._ends.get(stream)
        if known is None:
            row = self._connection.execute(
                self._reader.sql(
                    "SELECT version, entry FROM {s}.entries WHERE stream = %s ORDER BY version DESC LIMIT 1"
                ),
                (uuid.UUID(bytes=stream),),
                binary=True,
            ).fetchone()
            known = (row[0], leaf_hash(row[1]), header.unpack(row[1])[20]) if row else (0, bytes(32), 0)
            self._ends[stream] = known
        return known

    def _write(self, rows: _Rows) -> None:
        self._connection.execute(sql.SQL("SELECT {}.ensure_ranges(%s)").format(self._schema), (self.size,))
        self._copy("entries (position, stream, version, entry)", rows.entries)
        self._copy("tiles (level, index, hashes)", rows.tiles)
        self._copy("commands (request_id, organisation, command_hash, first_position, entries)", rows.commands)
        self._copy(
            "commits (last_position, root, frontier, last_leaf_hash, record_time, entries, feature_level)", rows.commits
        )
        keys = [(kind, uuid.UUID(bytes=key), *state) for (kind, key), state in rows.keys.items()]
        with self._connection.cursor() as cursor:
            cursor.executemany(
                self._reader.sql(
                    "INSERT INTO {s}.unique_keys AS known (kind, key_hash, position, active) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT (key_hash, kind) DO UPDATE"
                    " SET position = excluded.position, active = excluded.active"
                ),
                keys,
            )

    def _copy(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        name, _, columns = table.partition(" ")
        statement = sql.SQL("COPY {}.{} {} FROM STDIN").format(
            self._schema,
            sql.Identifier(name),
            sql.SQL(columns),
        )
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _commits(entries: Iterable[bytes], ends: Iterator[CommitEnd], level: int) -> Iterator[tuple[list[bytes], int]]:
    """Cut entries into commits: at the old ends, and where there are none, at ends of transactions."""
    waiting: list[bytes] = []
    whole = 0
    end = next(ends, None)
    for entry in entries:
        waiting.append(entry)
        position = header.unpack(entry)[2] if len(entry) >= header.HEADER_LENGTH else 0
        while end is not None and position > end.position:
            end = next(ends, None)
        if end is not None and position == end.position:
            yield waiting, end.feature_level
            waiting, whole, end = [], 0, next(ends, None)
            continue
        fields = header.unpack(entry) if position else None
        if fields is None or fields[6] == fields[7]:
            whole = len(waiting)
            if whole >= COMMIT_ENTRIES and end is None:
                yield waiting, level
                waiting, whole = [], 0
    if whole:
        yield waiting[:whole], level
