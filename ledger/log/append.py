"""The one statement that writes a batch, and its binary parameters built by hand.

psycopg's list dumpers cost about 6 µs per row; these cost below one (docs/performance.md).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ledger.log.connection import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.log.merkle import Tile

_BOOL, _BYTEA, _INT8, _INT2, _INT4, _UUID = 16, 17, 20, 21, 23, 2950
_EMPTY: Final = "!iiI"
UUID_ARRAY_OID: Final = 2951
_ARRAY: Final = struct.Struct("!iiIii")
_LENGTH_16: Final = b"\x00\x00\x00\x10"
_LENGTH_32: Final = b"\x00\x00\x00\x20"
_INT8_ELEMENT: Final = struct.Struct("!iq")
_INT4_ELEMENT: Final = struct.Struct("!ii")
_INT2_ELEMENT: Final = struct.Struct("!ih")
_INT8_VALUE: Final = struct.Struct("!q")


def _array(oid: int, count: int, body: bytes) -> bytes:
    if count == 0:
        return struct.pack(_EMPTY, 0, 0, oid)
    return _ARRAY.pack(1, 0, oid, count, 1) + body


def uuids(values: Sequence[bytes]) -> bytes:
    """Return a binary `uuid[]` of 16-byte ids."""
    body = _LENGTH_16 + _LENGTH_16.join(values) if values else b""
    return _array(_UUID, len(values), body)


def _int8s(values: Sequence[int]) -> bytes:
    pack = _INT8_ELEMENT.pack
    return _array(_INT8, len(values), b"".join([pack(8, value) for value in values]))


def _int4s(values: Sequence[int]) -> bytes:
    pack = _INT4_ELEMENT.pack
    return _array(_INT4, len(values), b"".join([pack(4, value) for value in values]))


def _int2s(values: Sequence[int]) -> bytes:
    pack = _INT2_ELEMENT.pack
    return _array(_INT2, len(values), b"".join([pack(2, value) for value in values]))


def _bools(values: Sequence[bool]) -> bytes:
    return _array(_BOOL, len(values), b"".join([b"\x00\x00\x00\x01" + bytes((value,)) for value in values]))


def _byteas(values: Sequence[bytes]) -> bytes:
    parts = [part for value in values for part in (len(value).to_bytes(4, "big"), value)]
    return _array(_BYTEA, len(values), b"".join(parts))


CommandRow = tuple[bytes, bytes, bytes, int, int]
"""Request id, organisation, command hash, first position, entries."""


@dataclass(slots=True)
class Rows:
    """The rows that one batch adds. Ids are 16 bytes."""

    entries: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    """(stream, version, stored bytes), in the order of positions."""
    commands: list[CommandRow] = field(default_factory=list)
    keys: dict[tuple[int, bytes], tuple[int, bool]] = field(default_factory=dict)
    """(kind, hash) → (position of the entry that spoke last, whether the key is in use)."""
    released: set[bytes] = field(default_factory=set)
    """Hashes of keys that the batch itself releases, so that it may take them again."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The commit that the batch was decided on; the statement writes nothing unless it is the last one."""

    size: int
    last_leaf: bytes


@dataclass(frozen=True, slots=True)
class CommitRow:
    """The row that describes the commit. `record_time` is that of its last transaction, in microseconds."""

    root: bytes
    frontier: bytes
    last_leaf: bytes
    record_time: int
    feature_level: int


def lock_statement(schema: str) -> Statement:
    """Return the statement that takes the lock every commit takes."""
    return Statement("lock", f'SELECT 1 FROM "{schema}".head FOR UPDATE')  # noqa: S608 - the schema is ours


def append_statement(schema: str) -> Statement:
    """Return the guarded statement. It answers one row when it wrote, none when the guard did not hold.

    It runs after the lock was taken, as a statement of its own, and so sees everything committed before.
    """
    s = f'"{schema}"'
    return Statement(
        "append",
        f"""
        WITH guard AS MATERIALIZED (
            SELECT 1 FROM {s}.commits
            WHERE last_position = $1::int8 AND last_leaf_hash = $2::bytea
              AND NOT EXISTS (SELECT 1 FROM {s}.commits WHERE last_position > $1::int8)
        ), new_entries AS (
            INSERT INTO {s}.entries (position, stream, version, entry)
            SELECT $1::int8 + ordinal, stream, version, entry
            FROM guard, unnest($3::uuid[], $4::int8[], $5::bytea[])
                 WITH ORDINALITY AS row (stream, version, entry, ordinal)
        ), new_commands AS (
            INSERT INTO {s}.commands (request_id, organisation, command_hash, first_position, entries)
            SELECT row.* FROM guard, unnest($6::uuid[], $7::uuid[], $8::bytea[], $9::int8[], $10::int4[]) AS row
        ), new_keys AS (
            INSERT INTO {s}.unique_keys AS known (kind, key_hash, position, active)
            SELECT row.* FROM guard, unnest($11::int2[], $12::uuid[], $13::int8[], $14::bool[]) AS row
            ON CONFLICT (key_hash, kind) DO UPDATE SET position = excluded.position, active = excluded.active
            WHERE known.active <> excluded.active OR NOT excluded.active OR known.key_hash = ANY($23::uuid[])
            RETURNING 1
        ), new_tiles AS (
            INSERT INTO {s}.tiles (level, index, hashes)
            SELECT row.* FROM guard, unnest($15::int2[], $16::int8[], $17::bytea[]) AS row
        )
        INSERT INTO {s}.commits (last_position, root, frontier, last_leaf_hash, record_time, entries, feature_level)
        SELECT $1::int8 + cardinality($5::bytea[]), $18::bytea, $19::bytea, $20::bytea, $21::int8,
               -- The backstop: a key that is taken already must not be taken again. Its firing is a defect.
               cardinality($5::bytea[]) / (CASE WHEN (SELECT count(*) FROM new_keys) = cardinality($11::int2[])
                                           THEN 1 ELSE 0 END),
               $22::int2
        FROM guard WHERE cardinality($5::bytea[]) > 0
        RETURNING last_position
        """,  # noqa: S608 - the schema is ours
    )


def parameters(expected: Expected, rows: Rows, tiles: Sequence[Tile], commit: CommitRow) -> list[bytes]:
    """Return the statement's parameters in PostgreSQL's binary form."""
    keys = list(rows.keys)
    streams, versions, entries = zip(*rows.entries, strict=True)
    request_ids, organisations, hashes, firsts, counts = zip(*rows.commands, strict=True)
    levels, numbers, tile_hashes = zip(*tiles, strict=True) if tiles else ((), (), ())
    return [
        _INT8_VALUE.pack(expected.size),
        expected.last_leaf,
        uuids(streams),
        _int8s(versions),
        _byteas(entries),
        uuids(request_ids),
        uuids(organisations),
        _byteas(hashes),
        _int8s(firsts),
        _int4s(counts),
        _int2s([kind for kind, _ in keys]),
        uuids([key_hash for _, key_hash in keys]),
        _int8s([rows.keys[key][0] for key in keys]),
        _bools([rows.keys[key][1] for key in keys]),
        _int2s(levels),
        _int8s(numbers),
        _byteas(tile_hashes),
        commit.root,
        commit.frontier,
        commit.last_leaf,
        _INT8_VALUE.pack(commit.record_time),
        commit.feature_level.to_bytes(2, "big"),
        uuids(list(rows.released)),
    ]
