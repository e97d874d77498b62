"""More ledgers than connections: those at rest give theirs up, those that are busy take turns."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ledger.log import berths
from ledger.log.berths import Berth, Berths
from tests.running import Client, Ledgerd
from tests.world import World

BUSY = 2
LEDGERS = 6
ROUNDS = 12


class Beat:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def beat(monkeypatch):
    clock = Beat()
    monkeypatch.setattr(berths, "time", clock)
    return clock


def test_no_more_are_given_than_there_are(beat):
    places, claims = Berths(2), [Berth() for _ in range(3)]
    assert [places.take(claim, 0) for claim in claims] == [True, True, False]
    assert places.take(claims[0], 0)
    places.give_back(claims[2])
    assert not places.take(claims[2], 0)
    places.give_back(claims[1])
    assert places.take(claims[2], 0)


def test_who_rests_longest_goes_first_and_keeps_one_free(beat):
    places, claims = Berths(8), [Berth() for _ in range(8)]
    for claim in claims[:7]:
        assert places.take(claim, 0)
        claim.rested_at = beat.now = beat.now + 1
    assert [places.wanted(claim) for claim in claims] == [False] * 8
    assert places.take(claims[7], 0)
    assert [places.wanted(claim) for claim in claims] == [True] + [False] * 7
    claims[0].rested_at = None
    assert [places.wanted(claim) for claim in claims] == [False, True] + [False] * 6


def test_who_is_busy_keeps_its_turn_and_no_longer(beat):
    places, first, second = Berths(1), Berth(), Berth()
    assert places.take(first, 0)
    beat.now += 10
    assert not places.wanted(first)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(places.take, second, 20)
        while not places.wanted(first):
            threading.Event().wait(0.001)
        places.give_back(first)
        assert waiting.result()
    assert places.take(first, 0) is False


@pytest.fixture(scope="module")
def narrow(database):
    """A service that may hold the connections of two ledgers."""
    with Ledgerd(database, [database.new_ledger()], environment={"LEDGER_BUSY_LEDGERS": str(BUSY)}) as process:
        yield process


def connections(database, codes):
    """How many connections the ledgers hold."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        names = [row[0] for row in connection.execute("SELECT application_name FROM pg_stat_activity").fetchall()]
    return sum(1 for name in names if name.split(" ")[-1] in {"reading", "writing"} and name.split(" ")[1] in codes)


def test_every_ledger_gets_its_turn(narrow, database):
    """Six ledgers are busy at once on the connections of two: all commands are executed, and no more are held."""
    codes = [database.new_ledger() for _ in range(LEDGERS)]
    seen = []

    def live(code):
        world = World(Client(narrow.channel()), code)
        world.done(world.open("holder"))
        for _ in range(ROUNDS):
            world.done(world.deposit("holder", 100))
            seen.append(connections(database, set(codes)))
        balance = world.state("holder").balance
        world.client.close()
        return balance

    with ThreadPoolExecutor(LEDGERS) as pool:
        assert list(pool.map(live, codes)) == [ROUNDS * 100] * LEDGERS
    assert 0 < max(seen) <= 2 * BUSY
    assert not [defect for code in codes for defect in database.defects(code)]
