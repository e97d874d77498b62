"""What the stream `admin` of a ledger says about keys: it decides, and the key store follows."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import psycopg

from ledger.log import header
from ledger.log.entry import recorded
from ledger.log.identifiers import ADMIN, ledger_id, named_stream, schema_name
from ledger.log.reader import Reader

if TYPE_CHECKING:
    from ledger.domain.recorded import Recorded

POSITION_MAX: Final = 2**63 - 1
_VERSION, _TYPE = 4, 18


def administration(connection: psycopg.Connection, code: str, types: Collection[int]) -> list[Recorded]:
    """Return the entries of these types in the stream `admin` of a ledger, oldest first. Raise psycopg errors."""
    return administration_between(connection, code, types, 0, POSITION_MAX)[0]


def administration_between(
    connection: psycopg.Connection, code: str, types: Collection[int], version: int, size: int
) -> tuple[list[Recorded], int]:
    """Return those behind a version of the stream and up to a position of the log, and the version that this reaches.

    Raise psycopg errors.
    """
    stream = uuid.UUID(bytes=named_stream(ledger_id(code), ADMIN))
    rows = connection.execute(
        Reader(schema_name(code)).sql(
            "SELECT entry FROM {s}.entries WHERE stream = %s AND version > %s AND position <= %s ORDER BY version"
        ),
        (stream, version, size),
        binary=True,
    ).fetchall()
    found = [recorded(entry) for (entry,) in rows if header.unpack(entry)[_TYPE] in types]
    return found, int(header.unpack(rows[-1][0])[_VERSION]) if rows else version
