"""Ledgers as they are after an older backup was restored."""

from __future__ import annotations

import psycopg

from ledger.log.identifiers import schema_name


def cut(database, code, size):
    """What restoring an older backup does: everything behind a committed size is gone."""
    schema = schema_name(code)
    with psycopg.connect(database.url) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, column in (
            ("entries_000000", "position"),
            ("commits", "last_position"),
            ("commands", "first_position"),
            ("unique_keys", "position"),
            ("cosignatures", "size"),
            ("checkpoints", "size"),
        ):
            connection.execute(f"ALTER TABLE {schema}.{table} DISABLE TRIGGER ALL")
            connection.execute(f"DELETE FROM {schema}.{table} WHERE {column} > {size}")
            connection.execute(f"ALTER TABLE {schema}.{table} ENABLE TRIGGER ALL")
