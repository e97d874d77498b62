"""Rows on their way to PostgreSQL: binary COPY for rows that are added, one statement for rows that are changed.

psycopg's own dumpers cost several microseconds for each row; these cost about one.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, LiteralString, Protocol

import psycopg
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END: Final = b"\xff\xff"
_INT8_OID: Final = 20
_INT8_ARRAY_OID: Final = 1016
_UUID_OID: Final = 2950
_ARRAY: Final = struct.Struct("!iiIii")
_EMPTY: Final = struct.Struct("!iiI")
_INT8_LENGTH: Final = b"\x00\x00\x00\x08"
_INT8: Final = struct.Struct("!iq")
_INT4: Final = struct.Struct("!ii")
_INT2: Final = struct.Struct("!ih")
LENGTH_16: Final = b"\x00\x00\x00\x10"
"""What stands before an id in a COPY row."""
NULL: Final = b"\xff\xff\xff\xff"
"""The absent value of a COPY row."""


class Write(Protocol):
    """Something to write inside the transaction that moves the tracking row."""

    def run(self, connection: psycopg.Connection, schema: str, version: int) -> None:
        """Write it into the tables of this version."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows to add, encoded for binary COPY; each may be in several pieces."""

    table: str
    columns: Sequence[str]
    rows: Sequence[bytes]

    def run(self, connection: psycopg.Connection, schema: str, version: int) -> None:
        """COPY them."""
        if not self.rows:
            return
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier(schema, f"{self.table}_v{version}"),
            sql.SQL(", ").join(map(sql.Identifier, self.columns)),
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(b"".join([_COPY_HEAD, *self.rows, _COPY_END]))


@dataclass(frozen=True, slots=True)
class Merge:
    """One statement over columns of values; `{table}` stands for the table of the version."""

    table: str
    statement: LiteralString
    columns: Sequence[object]

    def run(self, connection: psycopg.Connection, schema: str, version: int) -> None:
        """Execute it."""
        table = sql.Identifier(schema, f"{self.table}_v{version}")
        connection.execute(sql.SQL(self.statement).format(table=table), self.columns)


class Int8Array:
    """Whole numbers as a parameter, encoded when they are given: while PostgreSQL works, not while it waits."""

    def __init__(self, values: Sequence[int]) -> None:
        """Take the values."""
        self.data = int8_array(values)


class _Int8ArrayDumper(Dumper):
    format = Format.BINARY
    oid = _INT8_ARRAY_OID

    def dump(self, obj: Int8Array) -> bytes:
        """Return the array in PostgreSQL's binary form."""
        return obj.data


psycopg.adapters.register_dumper(Int8Array, _Int8ArrayDumper)


def int8_array(values: Sequence[int]) -> bytes:
    """Return a binary `bigint[]`."""
    numbers = array("q", values)
    if sys.byteorder == "little":
        numbers.byteswap()
    # Thirds of four bytes: the length 8, and both halves of the number.
    halves, thirds = array("I", numbers.tobytes()), array("I", bytes(12 * len(values)))
    thirds[0::3] = array("I", _INT8_LENGTH) * len(values)
    thirds[1::3], thirds[2::3] = halves[0::2], halves[1::2]
    return _array(_INT8_OID, len(values), thirds.tobytes())


def uuid_array(values: Sequence[bytes]) -> bytes:
    """Return a binary `uuid[]` of 16-byte ids."""
    return _array(_UUID_OID, len(values), LENGTH_16 + LENGTH_16.join(values) if values else b"")


def _array(oid: int, count: int, body: bytes) -> bytes:
    return _ARRAY.pack(1, 0, oid, count, 1) + body if count else _EMPTY.pack(0, 0, oid)


def value(data: bytes) -> bytes:
    """Return a value of a COPY row with its length before it."""
    return len(data).to_bytes(4, "big") + data


def row(*values: bytes) -> bytes:
    """Return a COPY row of values, for tables that get few."""
    return len(values).to_bytes(2, "big") + b"".join(values)


def int8_value(number: int) -> bytes:
    """Return a `bigint` as a value of a COPY row."""
    return _INT8.pack(8, number)


def int4_value(number: int) -> bytes:
    """Return an `integer` as a value of a COPY row."""
    return _INT4.pack(4, number)


def int2_value(number: int) -> bytes:
    """Return a `smallint` as a value of a COPY row."""
    return _INT2.pack(2, number)


def text_value(text: str) -> bytes:
    """Return a text as a value of a COPY row."""
    return value(text.encode())


def id_value(identifier: bytes) -> bytes:
    """Return an id of 16 bytes as a value of a COPY row; absent where it is empty."""
    return LENGTH_16 + identifier if identifier else NULL
