"""Streams are passed on to the home of their ledger, and the rate of refusals counts over all workers of a service."""

from __future__ import annotations

import os
import signal
import time
import zlib

import grpc
import pytest

from tests.conversation import Conversation
from tests.running import Client, Ledgerd
from tests.test_workers import workers_of
from tests.world import World, item, reason_of

WORKERS = 2


def service_of(database, code, **variables):
    environment = {"LEDGER_WORKERS": str(WORKERS), **variables}
    return Ledgerd(database, [code], environment=environment)


@pytest.fixture
def service(database, ledger):
    with service_of(database, ledger) as process:
        yield process


def worlds(process, code, count=8):
    """Clients of both workers: the kernel spreads connections over them."""
    clients = [World(Client(process.channel()), code) for _ in range(count)]
    for world in clients:
        world.ids = clients[0].ids
    return clients


def opened(process, code):
    """How many workers have opened the ledger to write it."""
    return process.errors().count(f'"ledger": "{code}", "size"')


def test_streams_are_executed_at_the_home(service, ledger):
    """Wherever they come in: in order, answered one by one and ended well; only the home opens the ledger."""
    many = worlds(service, ledger)
    many[0].done(many[0].opening("ann"))
    expected = 1_000
    for world in many:
        stream = Conversation(world.client, world.ledger)
        sizes = [1, 3, 1, 200, 40]
        for size in sizes:
            stream.say(*(item(world.deposit("ann", amount=1)) for _ in range(size)))
        stream.end()
        answers, status = stream.rest()
        assert status is None
        assert [len(answer) for answer in answers] == sizes
        balances = [each.entries[0].balance_after for answer in answers for each in answer]
        assert balances == list(range(expected + 1, expected + 1 + sum(sizes)))
        expected += sum(sizes)
    assert opened(service, ledger) == 1


def test_a_stream_survives_the_end_of_its_home(service, ledger):
    """The home is killed while messages are under way: each is executed once, and no stream that it relayed ends."""
    many = worlds(service, ledger, 16)
    many[0].done(many[0].opening("ann"))
    streams = [Conversation(world.client, world.ledger) for world in many]
    for world, stream in zip(many, streams, strict=True):
        stream.say(item(world.deposit("ann", amount=1)))
        stream.hear()
    home = workers_of(service)[zlib.crc32(ledger.encode()) % WORKERS]
    for world, stream in zip(many, streams, strict=True):
        for _ in range(30):
            stream.say(*(item(world.deposit("ann", amount=1)) for _ in range(5)))
    os.kill(home, signal.SIGKILL)
    survived = executed = 0
    for stream in streams:
        stream.end()
        answers, lost = rest(stream)
        executed += sum(len(answer) for answer in answers)
        survived += not lost
        if not lost:
            assert [len(answer) for answer in answers] == [5] * 30
    assert survived, "every connection was to the worker that was killed"
    world = World(Client(service.channel()), ledger)
    world.ids = many[0].ids
    deposits = world.state("ann").balance - 1_000 - len(many)
    assert executed <= deposits <= executed + (len(many) - survived) * 150


def rest(stream):
    """The answers up to the end, and whether the connection was lost."""
    answers = []
    try:
        while True:
            answers.append(stream.hear())
    except StopIteration:
        return answers, False
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.UNAVAILABLE  # noqa: PT017 - it is what a lost connection says
        return answers, True


def test_the_rate_of_refusals_counts_over_all_workers(database, ledger):
    """A caller gets what one bucket holds, and not one for each worker, whichever worker it asks."""
    burst = 40
    limits = {"LEDGER_REFUSALS_PER_SECOND": "0.001", "LEDGER_REFUSALS_BURST": str(burst)}
    with service_of(database, ledger, **limits) as process:
        many = worlds(process, ledger)
        recorded = 0
        for turn in range(burst * 3):
            world = many[turn % len(many)]
            reason = reason_of(world.send(world.activate(f"nobody-{turn}")))
            if reason == "TOO_MANY_REFUSALS":
                break
            recorded += 1
            time.sleep(0.005)
        assert burst <= recorded <= burst + WORKERS
        reasons = {reason_of(world.send(world.activate("nobody"))) for world in many}
        assert reasons == {"TOO_MANY_REFUSALS"}
