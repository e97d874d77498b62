"""Migrations: numbered, forward only, each in one transaction, and the birth of a ledger at position 1."""

from __future__ import annotations

import re
import uuid
from importlib import resources
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from ledger.domain import features
from ledger.log import keystore
from ledger.log.birth import birth_entry
from ledger.log.identifiers import ledger_id, named_stream, schema_name
from ledger.log.master import MasterKey
from ledger.log.merkle import Tree, leaf_hash
from ledger.log.secret import LedgerSecret
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

SCHEMA_VERSION: Final = 2
"""The version of what all ledgers of a database share."""
LEDGER_VERSION: Final = 2
"""The version of a ledger's own schema. A program that knows only the first one may go on beside this one."""
FEATURE_LEVEL: Final = features.FEATURE_LEVEL
"""The level that this program knows, for those who see the log alone."""
_CODE: Final = re.compile(r"[0-9a-z]{1,16}")


class SchemaError(Exception):
    """The database has no usable schema; the message says what to do."""


def _scripts(folder: Traversable, prefix: str) -> Iterator[tuple[str, int, str]]:
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.startswith(prefix) and file.name.endswith(".sql"):
            yield (
                file.name,
                int(file.name.removeprefix(prefix).removesuffix(".sql")),
                file.read_text("utf-8"),
            )


def _applied(connection: psycopg.Connection, scope: str) -> set[str]:
    exists = connection.execute("SELECT to_regclass('ledger_registry.migrations')").fetchone()
    if exists is None or exists[0] is None:
        return set()
    rows = connection.execute("SELECT name FROM ledger_registry.migrations WHERE scope = %s", (scope,))
    return {name for (name,) in rows}


def _lock(connection: psycopg.Connection) -> None:
    # One migration at a time on a database; a second process waits and then finds nothing to do.
    connection.execute("SELECT pg_advisory_xact_lock(4711, 1)")


def _run(
    connection: psycopg.Connection, scope: str, prefix: str, replace: dict[str, str], oldest_compatible: int
) -> list[str]:
    folder = resources.files("ledger.log") / "migrations"
    return apply_scripts(connection, scope, folder, prefix, replace, oldest_compatible=oldest_compatible)


def apply_scripts(
    connection: psycopg.Connection,
    scope: str,
    folder: Traversable,
    prefix: str,
    replace: dict[str, str],
    *,
    oldest_compatible: int,
) -> list[str]:
    """Run the numbered scripts of a folder that this scope has not seen yet. Return their names.

    `replace` fills names in; `oldest_compatible` is the oldest version of a program that may work with the result.
    Call it inside a transaction; another process that migrates waits until it ends.
    """
    _lock(connection)
    done = _applied(connection, scope)
    names = []
    for name, version, text in _scripts(folder, prefix):
        if name in done:
            continue
        for key, value in replace.items():
            text = text.replace(f"{{{key}}}", value)  # noqa: PLW2901 - the script with its names filled in
        connection.execute(text)
        connection.execute(
            "INSERT INTO ledger_registry.migrations (scope, name, version, oldest_compatible) VALUES (%s, %s, %s, %s)",
            (scope, name, version, oldest_compatible),
        )
        names.append(name)
    return names


def check_version(connection: psycopg.Connection, scope: str, known: int = SCHEMA_VERSION) -> None:
    """Raise SchemaError unless a program that knows this version can work with what was migrated.

    A scope is `database` or a schema.
    """
    exists = connection.execute("SELECT to_regclass('ledger_registry.migrations')").fetchone()
    row = None
    if exists is not None and exists[0] is not None:
        row = connection.execute(
            "SELECT max(version), max(oldest_compatible) FROM ledger_registry.migrations WHERE scope = %s", (scope,)
        ).fetchone()
    version, oldest = row or (None, None)
    if version is None or version < known:
        raise SchemaError(f"{scope} has schema version {version or 0}, needed is {known}: run ledgerctl migrate")
    if oldest > known:
        raise SchemaError(
            f"{scope} needs a program of schema version {oldest} at least, this one has {known}: upgrade it"
        )


def migrate(database_url: str) -> list[str]:
    """Bring the database and every ledger in it up to this version. Return the names of what was applied."""
    with psycopg.connect(database_url) as connection, connection.transaction():
        _lock(connection)
        names = _run(connection, "database", "database_", {}, SCHEMA_VERSION)
        for code, schema in connection.execute("SELECT code, schema_name FROM ledger_registry.ledgers ORDER BY code"):
            names += [f"{code}: {name}" for name in _migrate_ledger(connection, schema)]
    return names


def _migrate_ledger(connection: psycopg.Connection, schema: str) -> list[str]:
    return _run(connection, schema, "ledger_", {"schema": f'"{schema}"', "schema_name": schema}, 1)


def create_ledger(
    database_url: str,
    code: str,
    *,
    master_key: MasterKey,
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    origin: str | None = None,
    reversal_order: types_pb2.ReversalOrder = types_pb2.REVERSAL_ORDER_ANY,
    approved_openings_only: bool = False,
    feature_level: int = FEATURE_LEVEL,
) -> bool:
    """Create a ledger with `LedgerOpened` at position 1. Return False where it exists already.

    Raises LookupError when the master key is not the one of the ledgers that exist.
    `code` is 1 to 16 digits and lower-case letters, for example `410100`; `origin` names its checkpoints.
    `reversal_order` says in which order purchases may be reversed, `approved_openings_only` whether openings are taken
    over only from lists that two identities approved; like the rest of position 1 both are for ever. `feature_level` is
    a lower one while programs of an older version are to serve it too.
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"a ledger code is 1 to 16 digits and lower-case letters, not {code!r}")
    schema = schema_name(code)
    identity = ledger_id(code)
    with psycopg.connect(database_url) as connection, connection.transaction():
        _lock(connection)
        if connection.execute("SELECT 1 FROM ledger_registry.ledgers WHERE code = %s", (code,)).fetchone():
            return False
        other = connection.execute("SELECT id FROM ledger_registry.ledgers LIMIT 1").fetchone()
        if other:
            # A ledger under another master key could never be opened by the service that serves the others.
            keystore.read_secret(connection, other[0].bytes, master_key)
        _migrate_ledger(connection, schema)
        keystore.create_secret(connection, identity, master_key)
        secret = LedgerSecret(keystore.read_secret(connection, identity, master_key))
        origin = origin or f"personal-account-ledger/{code}"
        record_time, entry = birth_entry(
            code,
            origin,
            time_zone,
            currency,
            secret.check_value(),
            reversal_order,
            approved_openings_only=approved_openings_only,
        )
        _write_birth(connection, schema, record_time, entry, feature_level)
        connection.execute(
            "INSERT INTO ledger_registry.ledgers (code, id, schema_name) VALUES (%s, %s, %s)",
            (code, uuid.UUID(bytes=identity), schema),
        )
    return True


def prepare_ledger(connection: psycopg.Connection, code: str) -> bool:
    """Make the empty tables of a ledger whose entries are about to be restored. Return False where it exists already.

    Call it inside the transaction that restores its first entries.
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"a ledger code is 1 to 16 digits and lower-case letters, not {code!r}")
    _lock(connection)
    if connection.execute("SELECT 1 FROM ledger_registry.ledgers WHERE code = %s", (code,)).fetchone():
        return False
    _migrate_ledger(connection, schema_name(code))
    connection.execute(
        "INSERT INTO ledger_registry.ledgers (code, id, schema_name) VALUES (%s, %s, %s)",
        (code, uuid.UUID(bytes=ledger_id(code)), schema_name(code)),
    )
    return True


def _write_birth(connection: psycopg.Connection, schema: str, record_time: int, entry: bytes, level: int) -> None:
    leaf = leaf_hash(entry)
    tree, _ = Tree().append([leaf])
    names = {"s": sql.Identifier(schema)}
    connection.execute(
        sql.SQL("INSERT INTO {s}.entries VALUES (1, %s, 1, %s)").format(**names),
        (uuid.UUID(bytes=named_stream(ledger_id(schema.removeprefix("ledger_")), "admin")), entry),
    )
    connection.execute(
        sql.SQL("INSERT INTO {s}.commits VALUES (1, %s, %s, %s, %s, 1, %s)").format(**names),
        (tree.root(), tree.encoded_frontier(), leaf, record_time, level),
    )
