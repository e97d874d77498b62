"""Calls that end early, while the log is held up: what is told to be undone is undone, the rest is done once."""

from __future__ import annotations

import contextlib
import time

import grpc
import psycopg
import pytest

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import query_service_pb2 as q
from tests.running import Client, Ledgerd
from tests.world import World, item, reason_of


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture
def world(service, database):
    """A fresh ledger with one account."""
    client = Client(service.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("ann"))
    yield w
    client.close()


@contextlib.contextmanager
def held_up(database, world):
    """Hold the lock that every commit takes; yields a function that waits until a commit wants it."""
    with psycopg.connect(database.url) as connection:
        connection.execute(f'SELECT 1 FROM "ledger_{world.code}".head FOR UPDATE')

        def waited_for():
            query = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            end = time.monotonic() + 20
            while not connection.execute(query).fetchone()[0]:
                assert time.monotonic() < end
                time.sleep(0.01)

        yield waited_for


def test_what_expires_in_the_queue_is_not_executed(database, world, service):
    """Behind a commit that waits, a command whose deadline passes leaves no trace, and can be sent again."""
    first, late = world.deposit("ann"), world.deposit("ann", amount=7)
    client = Client(service.channel())
    with held_up(database, world) as waited_for:
        blocked = client.commands.RecordDeposit.future(first, timeout=30)
        waited_for()
        with pytest.raises(grpc.RpcError) as caught:
            world.client.commands.RecordDeposit(late, timeout=0.3)
        # Told shortly before that it was not sent; where the answer comes too late, gRPC ends the call by itself.
        assert caught.value.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
    assert not blocked.result().transaction.replayed
    assert reason_of(world.outcome(late.request_id)) == "COMMAND_NOT_FOUND"
    assert world.state("ann").balance == 1_100
    assert not world.done(late).replayed
    client.close()


def test_a_caller_that_goes_away_does_not_stop_what_is_under_way(database, world, service):
    """A connection that is closed while its command is committed: it is recorded once, a retry finds it."""
    request = world.deposit("ann")
    client = Client(service.channel())
    with held_up(database, world) as waited_for:
        gone = client.commands.RecordDeposit.future(request, timeout=30)
        waited_for()
        client.close()
        assert gone.exception() is not None
    assert world.done(request).replayed
    assert world.state("ann").balance == 1_100


def test_a_cancelled_batch_is_recorded_as_a_whole_or_not_seen(database, world, service):
    """Each item of a batch whose caller cancels has one outcome, and a retry of the batch gives it."""
    items = [item(world.deposit("ann", amount=1)) for _ in range(50)]
    with held_up(database, world) as waited_for:
        ask = pb.BatchExecuteRequest(ledger=world.ledger, items=items)
        call = world.client.commands.BatchExecute.future(ask, timeout=30)
        waited_for()
        assert call.cancel()
    answers = world.batch(*items)
    assert all(answer.replayed for answer in answers)
    assert world.state("ann").balance == 1_050


def test_the_same_command_from_two_callers_while_the_first_waits(database, world, service):
    """The second waits behind the first and gets its answer."""
    request = world.deposit("ann")
    others = [Client(service.channel()) for _ in range(2)]
    with held_up(database, world) as waited_for:
        first = others[0].commands.RecordDeposit.future(request, timeout=30)
        waited_for()
        second = others[1].commands.RecordDeposit.future(request, timeout=30)
    told = first.result().transaction, second.result().transaction
    assert [each.replayed for each in told] == [False, True]
    assert told[0].first_position == told[1].first_position
    assert world.state("ann").balance == 1_100
    for client in others:
        client.close()


def test_reads_do_not_see_what_is_not_committed(database, world, service):
    """While a commit waits, accounts, ledger and entries are as they were, cached or not."""
    size, before = world.size(), world.state("ann")
    client = Client(service.channel())
    with held_up(database, world) as waited_for:
        blocked = client.commands.RecordDeposit.future(world.deposit("ann"), timeout=30)
        waited_for()
        for consistency in q.Consistency.values():
            ask = q.GetAccountRequest(name=world.account("ann"), consistency=consistency)
            answer = world.send(ask)
            assert (answer.account, answer.position) == (before, size)
        assert (world.size(), len(world.entries())) == (size, size)
    assert blocked.result().transaction.first_position == size + 1
    assert world.state("ann").balance == 1_100
    client.close()
