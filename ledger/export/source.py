"""What is exported, read from the database in pages: no statement looks at more than some thousand rows."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import psycopg

from ledger.log.entry import EVENT_TYPES
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.reader import Reader
from ledger.proof.administration import administration_between
from ledger.proof.keys import SigningKey, SigningKeys
from ledger.proof.note import split

if TYPE_CHECKING:
    from typing import LiteralString

PAGE: Final = 4_096
NOTES_MAX: Final = 256
"""Most earlier notes of each kind, cosigned and merely signed, that go along."""


class Stored(NamedTuple):
    """A row of the entries: the columns, and the bytes that decide."""

    position: int
    stream: bytes
    version: int
    entry: bytes


class NoCheckpointError(Exception):
    """No checkpoint was signed yet, so nothing can be proven."""


class Source:
    """One ledger of one database. Takes an autocommitting connection that may read it."""

    def __init__(self, connection: psycopg.Connection, code: str) -> None:
        """Take the connection and the ledger's code."""
        self.code = code
        self._connection = connection
        self._reader = Reader(schema_name(code))

    def rows(self, text: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query with `{s}` for the ledger's schema."""
        return self._connection.execute(self._reader.sql(text), values, binary=True).fetchall()

    def checkpoint(self) -> tuple[int, str]:
        """Return the newest signed checkpoint with its cosignatures, and its size. Raise NoCheckpointError."""
        try:
            found = self._notes("ORDER BY size DESC LIMIT 1")
        except psycopg.errors.UndefinedTable:
            found = []
        if not found:
            raise NoCheckpointError(self.code)
        return found[0]

    def earlier(self) -> list[tuple[int, str]]:
        """Return earlier notes by size: the newest ones, and the newest ones that witnesses have cosigned."""
        newest = self._notes(f"ORDER BY size DESC LIMIT {NOTES_MAX}")
        cosigned = self._notes(
            "WHERE EXISTS (SELECT FROM {s}.cosignatures AS c WHERE c.size = n.size)"
            f" ORDER BY size DESC LIMIT {NOTES_MAX}"
        )
        return sorted(set(newest + cosigned))

    def _notes(self, which: LiteralString) -> list[tuple[int, str]]:
        text: LiteralString = (
            "SELECT size, note || coalesce((SELECT string_agg(line, '' ORDER BY witness) FROM {s}.cosignatures AS c"
            " WHERE c.size = n.size), '') FROM {s}.checkpoints AS n "
        )
        return [(size, note) for size, note in self.rows(text + which)]

    def keys(self, note: str) -> list[str]:
        """Return the verifier keys that the log up to this note tells of, and those that signed the note.

        None where this login may not ask for them.
        """
        text, lines = split(note)
        origin, size = text.split("\n")[:2]
        types = (EVENT_TYPES["signing_key_changed"],)
        changes, _ = administration_between(self._connection, self.code, types, 0, int(size))
        told = {change.event.public_key for change in changes}
        try:
            with self._connection.transaction():
                self._connection.execute("SET LOCAL ROLE ledger_keeper")
                found: list[SigningKey] = SigningKeys(ledger_id(self.code), origin, bytes(32)).known(self._connection)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable):
            return []
        verifiers = [key.verifier for key in found]
        return [each.encode() for each in verifiers if each.public in told or any(line.is_of(each) for line in lines)]

    def entries(self, size: int, first: int = 1) -> Iterator[Stored]:
        """Yield the rows of the entries from a position up to `size`, in order."""
        at = first - 1
        while at < size:
            rows = self.rows(
                "SELECT position, uuid_send(stream), version, entry FROM {s}.entries"
                " WHERE position > %s AND position <= %s ORDER BY position",
                at,
                min(at + PAGE, size),
            )
            yield from (Stored(position, bytes(stream), version, entry) for position, stream, version, entry in rows)
            at = min(at + PAGE, size)

    def stream(self, stream: bytes, size: int) -> Iterator[Stored]:
        """Yield the rows of one stream up to a position, in order."""
        version = 0
        while rows := self.rows(
            "SELECT position, version, entry FROM {s}.entries WHERE stream = %s AND version > %s AND version <= %s"
            " ORDER BY version",
            uuid.UUID(bytes=stream),
            version,
            version + PAGE,
        ):
            yield from (Stored(place, stream, each, entry) for place, each, entry in rows if place <= size)
            version += PAGE

    def tiles(self, size: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield the stored tiles that are full in a tree of this size: level, number, hashes."""
        level, count = 0, size // 256
        while count:
            for first in range(0, count, PAGE // 8):
                yield from self.rows(
                    "SELECT level, index, hashes FROM {s}.tiles WHERE level = %s AND index >= %s AND index < %s"
                    " ORDER BY index",
                    level,
                    first,
                    min(first + PAGE // 8, count),
                )
            level, count = level + 1, count // 256

    def commits(self, size: int) -> Iterator[dict[str, Any]]:
        """Yield the commit rows up to a position, in order."""
        at = 0
        while rows := self.rows(
            "SELECT last_position, root, frontier, last_leaf_hash, record_time, entries, feature_level"
            " FROM {s}.commits WHERE last_position > %s AND last_position <= %s ORDER BY last_position LIMIT %s",
            at,
            size,
            PAGE,
        ):
            for at, root, frontier, leaf, time, entries, level in rows:
                yield {
                    "last_position": at,
                    "root": root.hex(),
                    "frontier": frontier.hex(),
                    "last_leaf_hash": leaf.hex(),
                    "record_time": time,
                    "entries": entries,
                    "feature_level": level,
                }

    def commands(self, size: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of the request ids whose entries lie up to a position."""
        at = (uuid.UUID(int=0), uuid.UUID(int=0))
        while rows := self.rows(
            "SELECT request_id, organisation, command_hash, first_position, entries FROM {s}.commands"
            " WHERE (request_id, organisation) > (%s, %s) ORDER BY request_id, organisation LIMIT %s",
            *at,
            PAGE,
        ):
            for request_id, organisation, command_hash, first, entries in rows:
                at = (request_id, organisation)
                if first <= size:
                    yield {
                        "request_id": str(request_id),
                        "organisation": str(organisation),
                        "command_hash": command_hash.hex(),
                        "first_position": first,
                        "entries": entries,
                    }

    def unique_keys(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the unique keys, also of those that were spoken of behind the checkpoint."""
        at: tuple[object, int] = (uuid.UUID(int=0), -(2**15))
        while rows := self.rows(
            "SELECT kind, key_hash, position, active FROM {s}.unique_keys WHERE (key_hash, kind) > (%s, %s)"
            " ORDER BY key_hash, kind LIMIT %s",
            *at,
            PAGE,
        ):
            for kind, key_hash, position, active in rows:
                at = (key_hash, kind)
                yield {"kind": kind, "key_hash": str(key_hash), "position": position, "active": active}

    def at(self, positions: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Yield the entries at these positions, as far as there are any; for some of those behind the checkpoint."""
        for position in sorted(positions):
            for (entry,) in self.rows("SELECT entry FROM {s}.entries WHERE position = %s", position):
                yield {"position": position, "entry": base64.b64encode(entry).decode()}
