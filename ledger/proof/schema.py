"""The tables of signing keys and checkpoints: migrations of their own beside those of the log."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Final

import psycopg

from ledger.log.identifiers import schema_name
from ledger.log.schema import apply_scripts, check_version

PROOF_VERSION: Final = 1
"""The version of these tables that this program works with."""
KEYS_VERSION: Final = 3
"""The version of the table of signing keys."""
_KEYS_SCOPE: Final = "ledger_keys:proof"


def scope(code: str) -> str:
    """Return the name under which the migrations of a ledger's checkpoints are counted."""
    return f"{schema_name(code)}:proof"


def migrate(database_url: str, codes: Iterable[str] | None = None) -> list[str]:
    """Bring the tables of these ledgers, by default of all, up to this version. Return what was applied."""
    folder = resources.files("ledger.proof") / "migrations"
    with psycopg.connect(database_url) as connection, connection.transaction():
        names = apply_scripts(connection, _KEYS_SCOPE, folder, "keys_", {}, oldest_compatible=2)
        if codes is None:
            rows = connection.execute("SELECT code FROM ledger_registry.ledgers ORDER BY code")
            codes = [code for (code,) in rows]
        for code in codes:
            schema = schema_name(code)
            replace = {"schema": f'"{schema}"', "schema_name": schema}
            done = apply_scripts(
                connection, scope(code), folder, "checkpoints_", replace, oldest_compatible=PROOF_VERSION
            )
            names += [f"{code}: {name}" for name in done]
    return names


def check(connection: psycopg.Connection, code: str) -> None:
    """Raise SchemaError unless this program can work with a ledger's tables."""
    check_version(connection, scope(code), PROOF_VERSION)
    check_version(connection, _KEYS_SCOPE, KEYS_VERSION)
