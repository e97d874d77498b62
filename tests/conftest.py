"""What all tests share: one PostgreSQL per worker process, a fresh ledger per test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running import Client, Database, Ledgerd

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A running PostgreSQL with the schema of the ledger."""
    server = Database()
    yield server
    server.close()


@pytest.fixture(scope="session")
def ledgerd(database: Database) -> Iterator[Ledgerd]:
    """A running service; ledgers are opened when they are first asked for."""
    with Ledgerd(database, [database.new_ledger()]) as process:
        yield process


@pytest.fixture
def ledger(database: Database) -> str:
    """The code of a fresh ledger."""
    return database.new_ledger()


@pytest.fixture
def client(ledgerd: Ledgerd) -> Iterator[Client]:
    """A client of the running service."""
    client = Client(ledgerd.channel())
    yield client
    client.close()
