"""What the stream `admin` of a ledger says about keys: it decides, and the key store follows."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

import psycopg

from ledger.log import header
from ledger.log.entry import recorded
from ledger.log.identifiers import ADMIN, ledger_id, named_stream, schema_name
from ledger.log.reader import Reader

if TYPE_CHECKING:
    from ledger.domain.recorded import Recorded

_TYPE = 18


def administration(connection: psycopg.Connection, code: str, types: Collection[int]) -> list[Recorded]:
    """Return the entries of these types in the stream `admin` of a ledger, oldest first. Raise psycopg errors."""
    stream = uuid.UUID(bytes=named_stream(ledger_id(code), ADMIN))
    rows = connection.execute(
        Reader(schema_name(code)).sql("SELECT entry FROM {s}.entries WHERE stream = %s ORDER BY version"),
        (stream,),
        binary=True,
    )
    return [recorded(entry) for (entry,) in rows if header.unpack(entry)[_TYPE] in types]
