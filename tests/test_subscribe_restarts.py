"""More than 100,000 entries, two services on one ledger, everything restarted: each subscriber gets each of its entries
once and in order.

One thread sends batches to either service and sends a batch again, with the same request ids, until it is answered. The
services are killed and drained in turn, and so is PostgreSQL. The second service has little room for slow followers.
Subscribers stop and resume at random, are slow at times, and change the service as they like. What each took in is
compared with the entries that PostgreSQL holds in the end, filtered as plainly as it goes.
"""

from __future__ import annotations

import os
import random
import secrets
import threading
import time
from collections import Counter

import grpc
import psycopg
import pytest

from benchmarks.deposits import fresh_ids
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import subscription_service_pb2 as s
from ledger.v1.entry_pb2 import Entry
from tests.crash_postgres import OwnDatabase
from tests.running import Client, Ledgerd
from tests.world import World, group, item

ENTRIES = 105_000
PEOPLE = [f"p{number}" for number in range(30)]
BATCH = 1_500
PROGRAMS = ("ledger.server", "tests.narrow_server")
END_SECONDS = 60
DISTURBANCES = ("kill", "drain", "database")
PASSING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}
"""Statuses after which one tries again. CANCELLED is what gRPC itself tells a call that comes while the server ends."""


class Services:
    """Two processes on one ledger, each replaced by a new one when it ends."""

    def __init__(self, database):
        self.database = database
        self.running = [Ledgerd(database, [], program=program) for program in PROGRAMS]
        self.over = threading.Event()

    def client(self, draw):
        """A client of one of them."""
        return Client(draw.choice(self.running).channel())

    def replace(self, number, *, kill):
        """End one and start another in its place."""
        old = self.running[number]
        if kill:
            old.kill()
        else:
            assert old.terminate() == 0
        self.running[number] = Ledgerd(self.database, [], program=PROGRAMS[number])

    def close(self):
        for each in self.running:
            each.kill()


class Subscriber(threading.Thread):
    """Takes entries in: `taken` and `position` change together, as in a transaction of its own."""

    def __init__(self, services, world, seed, *, people=(), types=()):
        super().__init__(daemon=True)
        self.services, self.world = services, world
        self.draw = random.Random(seed)
        self.people, self.types = people, types
        self.taken, self.position = [], 1
        self.seen = Counter()
        self.goal = None
        self.trouble = None

    def run(self):
        try:
            while self.goal is None or self.position <= self.goal:
                client = self.services.client(self.draw)
                try:
                    self.follow(client)
                except grpc.RpcError as error:
                    self.seen[error.code().name] += 1
                    if error.code() not in PASSING:
                        raise
                    time.sleep(0.1)
                finally:
                    client.close()
        except BaseException as error:  # noqa: BLE001 - the test fails with it
            self.trouble = error

    def follow(self, client):
        """Read for a while from where it stands."""
        selection = s.EntrySelection(streams=map(self.world.account, self.people), types=self.types)
        ask = s.SubscribeRequest(ledger=self.world.ledger, from_position=self.position, selection=selection)
        call = client.subscriptions.Subscribe(ask, timeout=self.draw.choice([1, 5, 20]))
        for message in call:
            if self.draw.random() < 0.01:
                self.seen["stopped"] += 1  # with a message in hand that it did not take in
                call.cancel()
                return
            self.seen[message.WhichOneof("notice") or ("entries" if message.entries else "checkpoint")] += 1
            self.take(message)
            if self.draw.random() < 0.02:
                time.sleep(self.draw.choice([0.01, 0.3]))
            if self.goal is not None and self.position > self.goal:
                call.cancel()
                return

    def take(self, message):
        assert message.next_position >= self.position, "the position went back"
        for stored in message.entries:
            assert self.position <= stored.position < message.next_position
            if not self.taken or stored.position > self.taken[-1][0]:
                self.taken.append((stored.position, stored.entry))
            else:
                raise AssertionError(f"position {stored.position} came again or too late")
        self.position = message.next_position

    def wanted(self, stored):
        """What it should have taken in."""
        streams = {self.world.id(who).replace("-", "") for who in self.people}
        return [
            (position, entry)
            for position, entry, stream, event in stored
            if (not streams or stream in streams) and (not self.types or event in self.types)
        ]


class Writer(threading.Thread):
    """Sends batches until there are enough entries; each until it is answered."""

    def __init__(self, services, world, draw):
        super().__init__(daemon=True)
        self.services, self.world, self.draw = services, world, draw
        self.size, self.repeated = 0, 0
        self.trouble = None

    def run(self):
        try:
            while self.size < ENTRIES:
                self.deliver(self.batch())
        except BaseException as error:  # noqa: BLE001 - the test fails with it
            self.trouble = error

    def batch(self):
        w, draw = self.world, self.draw
        items = [
            item(w.deposit(who, amount=500, request_id=own_id))
            for who, own_id in zip(draw.choices(PEOPLE, k=BATCH), fresh_ids(BATCH), strict=True)
        ]
        items += [item(w.purchase("p0", 900, payers=("p1", "p2"))) for _ in range(20)]
        items += [group(*(w.deposit(draw.choice(PEOPLE)) for _ in range(30))) for _ in range(3)]
        return pb.BatchExecuteRequest(ledger=w.ledger, items=items)

    def deliver(self, request):
        while True:
            client = self.services.client(self.draw)
            try:
                answer = client.commands.BatchExecute(request, timeout=20)
            except grpc.RpcError as error:
                if error.code() not in PASSING:
                    raise
                self.repeated += 1
                time.sleep(0.1)
                continue
            finally:
                client.close()
            told = [result.transaction for result in answer.results if result.HasField("transaction")]
            self.size = max([self.size, *(each.last_position for each in told)])
            if len(told) == len(request.items):
                return
            self.repeated += 1  # some were not executed: an outage within the batch


def disturb(services, writer, draw):
    """Kill, drain and restart, while the writer writes."""
    happened, turn = Counter(), []
    while writer.is_alive() or len(happened) < len(DISTURBANCES):
        time.sleep(draw.uniform(0.3, 1.0))
        turn = turn or draw.sample(DISTURBANCES, k=len(DISTURBANCES))
        what = turn.pop()
        happened[what] += 1
        if what == "database":
            services.database.kill()
            services.database.start()
        else:
            services.replace(draw.randrange(2), kill=what == "kill")
    return happened


def stored_entries(database, world):
    """Everything that PostgreSQL holds: position, bytes, stream, event."""
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(
            f"SELECT position, entry FROM ledger_{world.code}.entries ORDER BY position", binary=True
        ).fetchall()
    parsed = ((position, entry, Entry.FromString(entry)) for position, entry in rows)
    return [(at, entry, whole.header.stream.hex(), whole.WhichOneof("event")) for at, entry, whole in parsed]


@pytest.fixture
def own():
    """A PostgreSQL that may be killed."""
    database = OwnDatabase()
    yield database
    database.close()


@pytest.mark.slow
@pytest.mark.crash
def test_every_entry_once_and_in_order_whatever_restarts(own):
    """Nothing is lost, repeated or out of order."""
    seed = os.environ.get("LEDGER_TEST_SEED") or secrets.token_hex(8)
    draw = random.Random(seed)
    services = Services(own)
    client = services.client(draw)
    w = World(client, own.new_ledger())
    w.batch(*(item(w.opening(who)) for who in PEOPLE), *(item(w.grant(who, w.person("p0"))) for who in ("p1", "p2")))
    client.close()
    purchases = ("purchase_settled", "share_paid")
    subscribers = [
        Subscriber(services, w, f"{seed} 1"),
        Subscriber(services, w, f"{seed} 2"),
        Subscriber(services, w, f"{seed} 3", people=("p1", "p7")),
        Subscriber(services, w, f"{seed} 4", types=purchases),
        Subscriber(services, w, f"{seed} 5", people=("p2",), types=purchases),
        Subscriber(services, w, f"{seed} 6", people=("nobody",)),
    ]
    writer = Writer(services, w, draw)
    for each in (*subscribers, writer):
        each.start()
    try:
        happened = disturb(services, writer, random.Random(f"{seed} 0"))
        assert writer.trouble is None, (seed, writer.trouble)
        stored = stored_entries(own, w)
        for each in subscribers:
            each.goal = len(stored)
        for each in subscribers:
            each.join(END_SECONDS)
            assert each.trouble is None, (seed, each.trouble)
            assert not each.is_alive(), (seed, each.position, len(stored), each.seen)
    finally:
        services.close()
    assert len(stored) >= ENTRIES
    for each in subscribers:
        assert each.taken == each.wanted(stored), (seed, each.people, each.types)
        assert each.seen["stopped"] or each.seen["UNAVAILABLE"]
    print(seed, dict(happened), writer.repeated, [dict(each.seen) for each in subscribers])  # noqa: T201
