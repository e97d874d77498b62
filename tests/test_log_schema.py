"""A program serves only a database whose schema it knows."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from ledger.log.ledgers import Ledgers
from ledger.log.schema import SchemaError
from ledger.log.settings import LogSettings


def serve(database, code):
    """Open a ledger as the service does."""

    async def run():
        ledgers = Ledgers.open(LogSettings(database.url, database.master_key))
        await ledgers.start()
        try:
            return await ledgers.get(code)
        finally:
            await ledgers.stop(5)

    return asyncio.run(run())


def test_a_ledger_of_this_version_is_served(database, ledger):
    """The usual case."""
    assert serve(database, ledger).code == ledger


@pytest.fixture
def migrations(database, ledger):
    """Changes what the database says of the ledger's migrations, and undoes it: other tests share the database."""
    scope = f"ledger_{ledger}"

    def change(statement):
        with psycopg.connect(database.url) as connection:
            connection.execute(statement, (scope,))

    with psycopg.connect(database.url) as connection:
        kept = connection.execute(
            "SELECT scope, name, version, oldest_compatible FROM ledger_registry.migrations WHERE scope = %s", (scope,)
        ).fetchall()
    yield change
    change("DELETE FROM ledger_registry.migrations WHERE scope = %s")
    with psycopg.connect(database.url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_registry.migrations (scope, name, version, oldest_compatible) VALUES (%s, %s, %s, %s)",
            kept,
        )


def test_a_newer_schema_that_excludes_this_version_is_refused(database, ledger, migrations):
    """An older program would not know what the newer one relies on."""
    migrations(
        "INSERT INTO ledger_registry.migrations (scope, name, version, oldest_compatible) VALUES (%s, 'x', 9, 9)"
    )
    with pytest.raises(SchemaError, match="upgrade it"):
        serve(database, ledger)


def test_a_schema_that_lacks_a_migration_is_refused(database, ledger, migrations):
    """The message says which command helps."""
    migrations("DELETE FROM ledger_registry.migrations WHERE scope = %s")
    with pytest.raises(SchemaError, match="ledgerctl migrate"):
        serve(database, ledger)
