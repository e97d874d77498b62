"""Verifies a ledger from its database: that the entries hold together, and that everything beside
them says what they say (`docs/log-format.md`, section 8). It needs no key and opens nothing sealed.

The log is read in pages, each in a statement of its own, so it may grow meanwhile: what is checked
is the log up to the commit that was the newest at the beginning.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg

from ledger.log import header
from ledger.log.entry import EVENT_TYPES, MalformedEntryError, recorded
from ledger.log.identifiers import schema_name
from ledger.log.merkle import HASH_SIZE, TILE_HEIGHT, Tile, Tree, leaf_hash
from ledger.log.reader import CorruptLogError, Reader
from ledger.log.verify_entries import KINDS, NEW, Defect, Entries, Tip

__all__ = ["KINDS", "Defect", "Verifier"]

PAGE: Final = 4_096
_FRAME: Final = struct.Struct("!q16sqi")
_COMMAND: Final = struct.Struct("!16s16s32sqi")
_VOIDED: Final = EVENT_TYPES["command_voided"]


class Verifier:
    """One verification of one ledger. `first` > 1 trusts the commit before that position."""

    def __init__(self, connection: psycopg.Connection, code: str, *, first: int = 1) -> None:
        """Take an autocommitting connection that may read the ledger's schema."""
        self.size = 0
        self.first = first
        self.entries = 0
        """How many entries were checked."""
        self._connection = connection
        self._reader = Reader(schema_name(code))
        self._tree = Tree()
        self._level = 0
        self._commands = 0
        self._log = Entries(code, self._tip_before if first > 1 else None)

    @property
    def root(self) -> bytes:
        """Return the root of what was checked."""
        return self._tree.root()

    def defects(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[Defect]:
        """Check everything once, and yield each defect as soon as its page is done."""
        begin = self._begin()
        at = begin
        while at < self.size:
            end = min(at + PAGE, self.size)
            self._page(at, end)
            self._commits(at, end)
            self._command_rows()
            yield from self._taken()
            self.entries += end - at
            at = end
            progress(at)
        self._log.finish(self.size)
        self._surplus_commands(begin)
        self._key_rows(begin)
        self._surplus_tiles()
        yield from self._taken()

    def _taken(self) -> list[Defect]:
        found, self._log.found = self._log.found, []
        return found

    def _rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(self._reader.sql(text), values, binary=True).fetchall()

    # -- where it begins -------------------------------------------------------------------------

    def _begin(self) -> int:
        """Fix what is checked; return the position of the last entry that is trusted."""
        size, last = self._rows(
            "SELECT coalesce((SELECT max(last_position) FROM {s}.commits), 0),"
            " coalesce((SELECT max(position) FROM {s}.entries), 0)"
        )[0]
        self.size = size
        if last > size:
            self._log.report("uncommitted", size + 1, f"the last commit ends at {size}")
        if not size:
            self._log.report("birth", 1, "the log has no commit")
        trusted = self._rows(
            "SELECT last_position, frontier, record_time, feature_level FROM {s}.commits"
            " WHERE last_position < %s ORDER BY last_position DESC LIMIT 1",
            self.first,
        )
        if not trusted:
            return 0
        begin, frontier, self._log.time, self._level = trusted[0]
        self.first = begin + 1
        try:
            partial = self._reader._partial_tiles(self._connection, begin)  # noqa: SLF001
            self._tree = Tree.restore(begin, frontier, partial)
        except (CorruptLogError, ValueError) as error:
            self._log.report("commit", begin, f"cannot begin behind it: {error}")
            self.size = 0
        return int(begin)

    def _tip_before(self, stream: bytes, version: int) -> Tip:
        """Return the end of a stream that lies before what is checked."""
        rows = self._rows(
            "SELECT entry FROM {s}.entries WHERE stream = %s AND version = %s AND position < %s",
            uuid.UUID(bytes=stream),
            version - 1,
            self.first,
        )
        if not rows:
            return NEW
        return version - 1, leaf_hash(rows[0][0]), header.unpack(rows[0][0])[20]

    # -- entries, commits, tiles -----------------------------------------------------------------

    def _page(self, at: int, end: int) -> None:
        """Check the entries behind `at` up to `end`. One framed value is far faster than rows."""
        data = self._rows(
            "SELECT string_agg(int8send(position) || uuid_send(stream) || int8send(version)"
            " || int4send(octet_length(entry)) || entry, ''::bytea ORDER BY position)"
            " FROM {s}.entries WHERE position > %s AND position <= %s",
            at,
            end,
        )[0][0]
        place, expected, total = 0, at + 1, len(data or b"")
        check, unpack, width = self._log.check, _FRAME.unpack_from, _FRAME.size
        while place < total:
            position, stream, version, length = unpack(data, place)
            place += width + length
            while expected < position:
                self._log.missing(expected)
                expected += 1
            check(position, stream, version, data[place - length : place])
            expected += 1
        for position in range(expected, end + 1):
            self._log.missing(position)

    def _commits(self, at: int, end: int) -> None:
        tiles: list[Tile] = []
        for row in self._rows(
            "SELECT last_position, root, frontier, last_leaf_hash, record_time, entries,"
            " feature_level FROM {s}.commits WHERE last_position > %s AND last_position <= %s"
            " ORDER BY last_position",
            at,
            end,
        ):
            tiles += self._commit(*row)
        if not tiles:
            return
        rows = self._rows(
            "SELECT level, index, hashes FROM {s}.tiles JOIN unnest(%s::int2[], %s::int8[])"
            " AS wanted (level, index) USING (level, index)",
            [level for level, _, _ in tiles],
            [index for _, index, _ in tiles],
        )
        stored = {(level, index): hashes for level, index, hashes in rows}
        for level, index, true in tiles:
            hashes = stored.get((level, index))
            if hashes != true:
                last = (index + 1) << TILE_HEIGHT * (level + 1)
                what = "is missing" if hashes is None else "has other hashes"
                self._log.report("tile", last, f"tile {level}/{index} {what}")

    def _commit(
        self,
        last: int,
        root: bytes,
        frontier: bytes,
        leaf: bytes,
        time: int,
        entries: int,
        level: int,
    ) -> list[Tile]:
        """Check a commit row against the leaves behind the commit before; return its full tiles."""
        log, number = self._log, last - self._tree.size
        leaves, ended = log.leaves[:number], log.ends[number - 1]
        del log.leaves[:number], log.ends[:number]
        tree, tiles = self._tree.append(leaves)
        if (entries, time, leaf) != (number, ended, leaves[-1]) or level < self._level:
            said = f"{entries} entries, time {time}, level {level}, leaf {leaf.hex()}"
            true = f"{number}, {ended or 'open transaction'}, {self._level}, {leaves[-1].hex()}"
            log.report("commit", last, f"it says {said}; the entries say {true}")
        self._level = max(level, self._level)
        computed = tree.root()
        if computed != root:
            log.report("root", last, f"it says {root.hex()}, the entries give {computed.hex()}")
            if len(frontier) == HASH_SIZE * last.bit_count():
                claimed = Tree.restore(last, frontier, ())
                if claimed.root() == root:  # go on from its claim, to find what else is wrong
                    tree = Tree(last, claimed.frontier, tree.partial)
        elif tree.encoded_frontier() != frontier:
            log.report("commit", last, "its frontier does not give its root")
        self._tree = tree
        return tiles

    def _surplus_tiles(self) -> None:
        """Find tiles that no commit has completed; those that are missing were found before."""
        rows = self._rows(
            "SELECT level, index FROM {s}.tiles, (SELECT max(last_position) AS size"
            " FROM {s}.commits) AS newest WHERE level NOT BETWEEN 0 AND 6 OR index < 0"
            " OR index >= size >> (8 * (least(level, 6) + 1)) ORDER BY level, index"
        )
        for level, index in rows:
            self._log.report("tile", self.size, f"tile {level}/{index} is not complete yet")

    # -- request ids and unique keys -------------------------------------------------------------

    def _command_rows(self) -> None:
        """Compare the request ids of a page with their rows."""
        expected, self._log.commands = self._log.commands, {}
        if not expected:
            return
        # As text and as one value: lists and rows would cost more than all the hashes.
        ids = "{" + ",".join([request_id.hex() for request_id, _ in expected]) + "}"
        data = self._rows(
            "SELECT string_agg(uuid_send(request_id) || uuid_send(organisation) || command_hash"
            " || int8send(first_position) || int4send(entries), ''::bytea) FROM {s}.commands"
            " WHERE request_id = ANY(%s::uuid[]) AND octet_length(command_hash) = 32",
            ids,
        )[0][0]
        stored = {
            (request_id, organisation): (command_hash, first, count)
            for request_id, organisation, command_hash, first, count in _COMMAND.iter_unpack(data or b"")
        }
        for key, true in expected.items():
            row = stored.get(key)
            if row == true:
                self._commands += 1
                continue
            said = "has no row" if row is None else f"says {row[2]} entries from {row[1]}"
            differs = ", with another hash" if row is not None and row[0] != true[0] else ""
            self._log.report("command", true[1], f"{uuid.UUID(bytes=key[0])} {said}{differs}")

    def _surplus_commands(self, begin: int) -> None:
        """Find rows of request ids that no entry has."""
        count = self._rows(
            "SELECT count(*) FROM {s}.commands WHERE first_position > %s AND first_position <= %s",
            begin,
            self.size,
        )
        if count[0][0] > self._commands:
            # A tombstone stands under the id of a command that never came: its hash is zero, and the id is not in the
            # header of its entry but in the event, which voids it.
            rows = self._rows(
                "SELECT request_id, first_position FROM {s}.commands WHERE first_position > %s"
                " AND first_position <= %s AND NOT EXISTS ("
                "SELECT FROM {s}.entries WHERE position = first_position"
                " AND substring(entry, 163, 16) = uuid_send(organisation)"
                " AND CASE WHEN command_hash = %s THEN substring(entry, 263, 4) = %s"
                " AND position(uuid_send(request_id) IN substring(entry, 287)) > 0"
                " ELSE substring(entry, 210, 16) = uuid_send(request_id) END)",
                begin,
                self.size,
                bytes(HASH_SIZE),
                _VOIDED.to_bytes(4, "little"),
            )
            for request_id, position in rows:
                self._log.report("command", position, f"{request_id} is in no entry")
        for request_id, position in self._rows(
            "SELECT request_id, first_position FROM {s}.commands WHERE first_position < 1"
            " OR first_position > (SELECT max(last_position) FROM {s}.commits)"
        ):
            self._log.report("command", position, f"{request_id} lies outside of the log")

    def _key_rows(self, begin: int) -> None:
        """Compare the rows of the unique keys with what the entries said last."""
        expected = self._log.keys
        last: tuple[Any, ...] = (uuid.UUID(int=0), -(2**15) - 1)
        while rows := self._rows(
            "SELECT kind, key_hash, position, active, (SELECT max(last_position) FROM {s}.commits) FROM {s}.unique_keys"
            " WHERE (key_hash, kind) > (%s, %s) ORDER BY key_hash, kind LIMIT %s",
            *last,
            PAGE,
        ):
            for kind, key_hash, position, active, newest in rows:
                true = expected.pop((kind, key_hash.bytes), None)
                if self.size < position <= newest and self._says(position, kind, key_hash.bytes) == active:
                    continue  # spoken of meanwhile
                if (position, active) != true:
                    if true is None and 1 <= position <= begin:
                        continue  # spoken of only in what is trusted
                    said = f"kind {kind} {key_hash.hex} is said to be {_use(position, active)}"
                    self._log.report("unique_key", position, f"{said}, but is {_use(*true or ())}")
            last = (rows[-1][1], rows[-1][0])
        for (kind, key_hash), true in expected.items():
            self._log.report("unique_key", true[0], f"kind {kind} {key_hash.hex()} has no row")

    def _says(self, position: int, kind: int, key_hash: bytes) -> bool | None:
        """Tell whether the entry at a position takes a key; None where it does not speak of it."""
        for (entry,) in self._rows("SELECT entry FROM {s}.entries WHERE position = %s", position):
            try:
                keys = recorded(entry).keys
            except MalformedEntryError:
                return None  # it is reported when it is checked itself
            return next((not key.released for key in reversed(keys) if (key.kind, key.hash) == (kind, key_hash)), None)
        return None


def _use(position: int = 0, active: bool = False) -> str:  # noqa: FBT001, FBT002 - a row's columns
    if not position:
        return "in no entry"
    return f"{'in use' if active else 'free'} since {position}"
