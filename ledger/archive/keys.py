"""The keys that a log cannot do without, as they are stored: wrapped by the master key, useless without it.

They go into a file of their own: whoever has the log and the keys and the master key can open what is sealed.
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from ledger.log.identifiers import ledger_id

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = "ledger_keys"


def _tables(connection: psycopg.Connection) -> list[str]:
    """Return the tables of the key store that belong to ledgers, whatever columns they have by now."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a"
        " ON a.attrelid = c.oid WHERE n.nspname = %s AND c.relkind = 'r' AND a.attname = 'ledger' ORDER BY c.relname",
        (SCHEMA,),
    )
    return [name for (name,) in rows]


def save(connection: psycopg.Connection, code: str, path: Path) -> int:
    """Write a ledger's wrapped keys into a new file that its owner alone may read; return their number.

    Raise FileExistsError, OSError, psycopg errors.
    """
    count = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for table, row in _rows(connection, code):
            file.write(json.dumps({"table": table, "row": row}) + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _rows(connection: psycopg.Connection, code: str) -> Iterator[tuple[str, Any]]:
    for table in _tables(connection):
        rows = connection.execute(
            sql.SQL("SELECT to_jsonb(row) FROM {} AS row WHERE ledger = %s").format(sql.Identifier(SCHEMA, table)),
            (uuid.UUID(bytes=ledger_id(code)),),
        )
        for (row,) in rows:
            yield table, row


def restore(connection: psycopg.Connection, code: str, path: Path) -> int:
    """Put a ledger's wrapped keys back; those that are there stay. Return how many were added.

    Raise ValueError where the file is of another ledger or none, OSError, psycopg errors.
    """
    known, count = set(_tables(connection)), 0
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        told = json.loads(line)
        table, row = told["table"], told["row"]
        if table not in known or uuid.UUID(row["ledger"]).bytes != ledger_id(code):
            raise ValueError(f"line {number} of {path} is no key of ledger {code}")
        done = connection.execute(
            sql.SQL(
                "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"
                " ON CONFLICT DO NOTHING"
            ).format(table=sql.Identifier(SCHEMA, table)),
            (json.dumps(row),),
        )
        count += done.rowcount
    return count
