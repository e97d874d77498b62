"""SIGKILL, again and again, of the service and of PostgreSQL, under load; nothing may be lost."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.crash_finish import finish
from tests.crash_load import Load
from tests.crash_postgres import OwnDatabase
from tests.crash_server import SMALL, environment
from tests.proxy import LATE, Proxy, wait_until
from tests.running import Database, Ledgerd

pytestmark = [pytest.mark.crash, pytest.mark.slow]

SERVER = "tests.crash_server"
_started: list[Ledgerd] = []


@pytest.fixture
def own() -> Iterator[OwnDatabase]:
    """A PostgreSQL that only this test uses, because it is killed."""
    database = OwnDatabase()
    yield database
    database.close()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """A test that fails leaves no process behind."""
    yield
    while _started:
        process = _started.pop()
        if process.process.poll() is None:
            process.kill()


def start(database: Database, ledger: str, url: str | None = None, settings: dict[str, float] = SMALL) -> Ledgerd:
    """A process; it overlaps commits at a small scale unless `settings` say otherwise."""
    limits = environment(**settings)
    _started.append(Ledgerd(database, [ledger], program=SERVER, url=url, environment=limits))
    return _started[-1]


def opened(database: Database, ledgerd: Ledgerd, code: str, **options: int) -> Load:
    """A load with its accounts open."""
    load = Load(code, **options)
    load.use(ledgerd)
    load.open_accounts(load.client())
    return load


@pytest.mark.parametrize(("rounds", "overlapped"), [(50, True), (50, False)])
def test_killing_the_service(database, rounds, overlapped):
    chance = random.Random(rounds)
    code = database.new_ledger()
    programs = []
    with Proxy(database) as proxy:
        url = proxy.url if overlapped else None
        programs.append(start(database, code, url))
        load = opened(database, programs[-1], code)
        load.start(singles=3, batchers=2, batch=120) if overlapped else load.start(singles=8)
        for _ in range(rounds):
            assert load.wait_for(chance.randint(1, 150 if overlapped else 40)), "no progress"
            programs[-1].kill()
            load.drop()
            programs.append(start(database, code, url))
            load.use(programs[-1])
        load.stop()
        programs[-1].kill()
        if overlapped:
            assert proxy.deepest == 2
    with start(database, code) as last:
        finish(database.url, load, last, programs)


@pytest.mark.parametrize("overlapped", [True, False])
def test_killing_postgresql(own, overlapped):
    chance = random.Random(7)
    code = own.new_ledger()
    with Proxy(own) as proxy:
        ledgerd = start(own, code, proxy.url if overlapped else None)
        load = opened(own, ledgerd, code)
        load.start(singles=3, batchers=2, batch=120) if overlapped else load.start(singles=8)
        for _ in range(50):
            assert load.wait_for(chance.randint(1, 100 if overlapped else 40)), "no progress"
            own.kill()
            own.start()
        assert load.wait_for(10)
        load.stop()
        ledgerd.kill()
        if overlapped:
            assert proxy.deepest == 2
    with start(own, code) as last:
        finish(own.url, load, last, [ledgerd])


LOADS = {"single": (8, 0, 1), "overlapped": (3, 2, 120), "large": (0, 2, 3200)}
"""Callers of one command, callers of batches, largest batch. Large ones overlap at the real limits."""


@pytest.mark.parametrize(("kind", "cuts"), [("single", 50), ("overlapped", 50), ("large", 4)])
def test_cutting_behind_commit(database, kind, cuts):
    """The server has committed; the committer does not get to know."""
    chance = random.Random(11)
    singles, batchers, batch = LOADS[kind]
    code = database.new_ledger()
    with Proxy(database) as proxy:
        ledgerd = start(database, code, proxy.url, {} if kind == "large" else SMALL)
        load = opened(database, ledgerd, code)
        trap = proxy.trap(LATE)
        load.start(singles=singles, batchers=batchers, batch=batch)
        for number in range(cuts):
            trap.wait()
            if kind == "large" and not number:  # the answer stays away until the next batch is sent
                wait_until(lambda: proxy.deepest == 2, "two batches are in flight")
            trap.decide("cut")
            assert load.wait_for(chance.randint(1, 20)), "no progress"
            trap = proxy.trap(LATE)
        trap.decide("cut")
        load.stop()
        ledgerd.kill()
        if batchers:
            assert proxy.deepest == 2
    with start(database, code) as last:
        finish(database.url, load, last, [ledgerd])


def test_two_services_and_ten_hot_accounts(database):
    """Both write to the same accounts, and the second one is killed now and then."""
    chance = random.Random(13)
    code = database.new_ledger()
    with Proxy(database) as proxy:
        first = start(database, code, proxy.url)
        programs = [first, start(database, code)]
        load = opened(database, first, code, accounts=10)
        load.use(programs[-1], 1)
        load.start(singles=6, batchers=2, batch=100)
        for _ in range(10):
            assert load.wait_for(chance.randint(100, 250)), "no progress"
            programs[-1].kill()
            load.drop(1)
            assert load.wait_for(20), "no progress"
            programs.append(start(database, code))
            load.use(programs[-1], 1)
        load.stop()
        for program in programs:
            program.kill()
    with start(database, code) as last:
        finish(database.url, load, last, programs)
