"""What all tests share: one PostgreSQL per worker process, a fresh ledger per test, and the marks of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running import Client, Database, Ledgerd
from tests.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


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


@pytest.fixture(scope="session")
def still(database: Database) -> Iterator[Ledgerd]:
    """A running service that writes nothing by itself: what is exported twice is the same, and positions stay free."""
    environment = {"LEDGER_TRANSFER_SWEEP_SECONDS": "0"}
    with Ledgerd(database, [database.new_ledger()], environment=environment) as process:
        yield process


@pytest.fixture(scope="session")
def whole_service(database: Database) -> Iterator[Ledgerd]:
    """A running service as `make serve` starts it, projections and all."""
    with Ledgerd(database, [database.new_ledger()], environment={"LEDGER_PROJECTIONS": "process"}) as process:
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test that stands for a feature calls a running service: docs/features.md says so of it."""
    calls = Wire.calls
    yield
    if item.get_closest_marker("feature") and Wire.calls == calls:
        pytest.fail("it is marked with a feature and makes no call over gRPC", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that stands for a feature is never left out."""
    report = yield
    if report.skipped and item.get_closest_marker("feature"):
        report.outcome = "failed"
        report.longrepr = "it is marked with a feature and may not be skipped"
    return report
