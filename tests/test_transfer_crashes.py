"""SIGKILL of ledgerd behind every arrow of a wallet transfer, and of PostgreSQL under load: money stays constant, no
transfer is both accepted and returned, and every accepted one is credited once in the end.
"""

from __future__ import annotations

import random
import threading
import time

import grpc
import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import types_pb2 as t
from tests.crash_postgres import OwnDatabase
from tests.running import Client, Ledgerd
from tests.test_transfers import DAY, new_id, noon
from tests.transfer_books import Books
from tests.transfer_server import STEPS
from tests.world import World

ROUNDS = 9
"""Of each step: 54 kills."""
PEOPLE = 12
BALANCE = 100_000
SECONDS = 30
SETTINGS = {
    "LEDGER_TRANSFER_SWEEP_SECONDS": "0.05",
    "LEDGER_TRANSFER_GRACE_SECONDS": "0",
    "LEDGER_PROJECTIONS": "off",
}


class Users:
    """People who send, accept and decline, and ask again when they were not answered."""

    def __init__(self, seed, worlds):
        self.random = random.Random(seed)
        self.here, self.there = worlds
        self.known, self.asked = [], []

    def connect(self, process):
        self.client = Client(process.channel())
        self.here.client = self.there.client = self.client

    def found(self):
        for number in range(PEOPLE):
            self.here.done(self.here.opening(f"a{number}", BALANCE))
            if number % 4:  # every fourth receiver is unknown
                self.there.done(self.there.opening(f"b{number}", 0))
        for number in range(PEOPLE):
            for receiver in (self.there.person(f"b{number}"), self.here.person(f"a{(number + 1) % PEOPLE}")):
                self.here.done(self.here.grant(f"a{number}", receiver, relation=t.RELATION_CHILD, at=noon() - 99 * DAY))

    def request(self):
        """Something new, or something that was asked before."""
        draw = self.random.random()
        if self.asked and draw < 0.2:
            return self.random.choice(self.asked)
        if not self.known or draw < 0.6:
            number = self.random.randrange(PEOPLE)
            near = self.random.random() < 0.3
            receiver = self.here.account(f"a{(number + 1) % PEOPLE}") if near else self.there.account(f"b{number}")
            transfer_id = new_id()
            # Half of them could have returned long ago, the others return tomorrow.
            past = self.random.randrange(1, 60) if self.random.random() < 0.5 else 0
            self.known.append((transfer_id, receiver, noon() - past * DAY))
            return self.here.send_to(
                f"a{number}", receiver, self.random.randint(1, 50), transfer_id, at=self.known[-1][2]
            )
        transfer_id, receiver, at = self.random.choice(self.known[-5:])
        if draw < 0.8:
            return self.here.accept(transfer_id, receiver, at=at)
        declined = t.TRANSFER_RETURN_REASON_DECLINED
        return self.here.send_back(transfer_id, declined, receiver)

    def live(self, process, limit):
        """Ask until the process dies, at most `limit` times; True when it died."""
        for _ in range(limit):
            request = self.request()
            self.asked = [*self.asked[-30:], request]
            try:
                self.here.send(request, timeout=10)
            except grpc.RpcError:
                process.process.wait(SECONDS)
            if process.process.poll() is not None:
                self.client.close()
                return True
        return False


@pytest.fixture
def users(database):
    made = Users(7, [World(None, database.new_ledger()) for _ in range(2)])
    made.codes = [made.here.code, made.there.code]
    return made


@pytest.mark.timeout(600)
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_behind_every_arrow(database, users, step):
    books = Books(database.url, users.codes)
    with Ledgerd(database, users.codes, environment={**SETTINGS, "LEDGER_TRANSFER_SWEEP_SECONDS": "0"}) as process:
        users.connect(process)
        users.found()
        users.client.close()
    killed = 0
    for number in range(ROUNDS):
        kill = {"TRANSFER_KILL": f"{step}:{1 + number % 3}"}
        with Ledgerd(
            database, users.codes, program="tests.transfer_server", environment={**SETTINGS, **kill}
        ) as process:
            users.connect(process)
            killed += users.live(process, 600)
        books.check(PEOPLE * BALANCE)
    assert killed == ROUNDS
    settle(database, users, books)


def settle(database, users, books):
    """Let a last service finish: what was accepted is credited, and the rest that is due goes back."""
    with Ledgerd(database, users.codes, environment=SETTINGS) as process:
        users.connect(process)
        for transfer_id, _, _ in users.known:
            users.here.send(users.here.send_back(transfer_id))
        end = time.monotonic() + SECONDS
        while books.check(PEOPLE * BALANCE)[1]:
            assert time.monotonic() < end
            time.sleep(0.1)
        users.client.close()
    ended, _ = books.check(PEOPLE * BALANCE)
    assert ended["accepted"] == ended["credited"] > 0
    assert ended["returned"] > 0
    books.verify()


@pytest.mark.timeout(600)
def test_postgresql_is_killed_under_transfers():
    database = OwnDatabase()
    try:
        users = Users(11, [World(None, database.new_ledger()) for _ in range(2)])
        users.codes = [users.here.code, users.there.code]
        books = Books(database.url, users.codes)
        with Ledgerd(database, users.codes, environment=SETTINGS) as process:
            users.connect(process)
            users.found()
            stop = threading.Event()

            def load():
                while not stop.is_set():
                    request = users.request()
                    users.asked = [*users.asked[-30:], request]
                    answer = users.here.send(request, timeout=10)
                    if isinstance(answer, Status) and answer.code == grpc.StatusCode.UNAVAILABLE.value[0]:
                        time.sleep(0.02)

            thread = threading.Thread(target=load)
            thread.start()
            for _ in range(5):
                time.sleep(users.random.uniform(0.2, 0.6))
                database.kill()
                database.start()
                books.check(PEOPLE * BALANCE)
            stop.set()
            thread.join(SECONDS)
            assert not thread.is_alive()
            users.client.close()
        settle(database, users, books)
    finally:
        database.close()
