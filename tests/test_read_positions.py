"""Reads say which position they reflect, and wait for the one that the caller has seen, whichever process wrote it."""

from __future__ import annotations

import pytest

from ledger.v1 import query_service_pb2 as q
from tests.running import Client, Ledgerd
from tests.world import World, details, item, reason_of

CACHED = q.CONSISTENCY_CACHED


@pytest.fixture
def world(client, ledger):
    """A fresh ledger with one account."""
    w = World(client, ledger)
    w.done(w.opening("ann"))
    return w


def reads(w, **asked):
    """Every read of a state, with the position that its answer must tell."""
    consistency = {"consistency": asked.pop("consistency")} if "consistency" in asked else {}
    return {
        "account": (q.GetAccountRequest(name=w.account("ann"), **consistency, **asked), "position"),
        "person": (q.GetAccountRequest(name=w.person("ann"), **consistency, **asked), "position"),
        "share use": (q.GetShareUseRequest(account=w.account("ann"), **consistency, **asked), "position"),
        "ledger": (q.GetLedgerRequest(name=w.ledger, **consistency, **asked), "size"),
        "entries": (q.ReadEntriesRequest(ledger=w.ledger, from_position=1, **asked), "size"),
    }


READS = ("account", "person", "share use", "ledger", "entries")


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("consistency", q.Consistency.values())
def test_a_read_reflects_the_position_that_was_told(world, name, consistency):
    """Right behind a command, its position is there; that of the answer is the end of the ledger."""
    for _ in range(20):
        told = world.done(world.deposit("ann"))
        request, field = reads(world, min_position=told.last_position, consistency=consistency)[name]
        assert getattr(world.send(request), field) == told.last_position


@pytest.mark.parametrize("name", READS)
def test_a_position_beyond_the_end_is_refused_at_once(world, name):
    """It does not wait for the deadline: the position was not told by this ledger."""
    for consistency in q.Consistency.values():
        request, _ = reads(world, min_position=world.size() + 1, consistency=consistency)[name]
        status = world.send(request, timeout=20)
        info = details(status)[0]
        assert (status.code, info.reason) == (11, "POSITION_BEYOND_END")
        assert dict(info.metadata) == {"position": str(world.size() + 1), "size": str(world.size())}


@pytest.mark.parametrize("name", READS)
def test_malformed_readings_are_refused(world, name):
    """A negative position, or a consistency that has no meaning."""
    request, _ = reads(world, min_position=-1)[name]
    assert details(world.send(request))[1] == ["min_position"]
    if name != "entries":
        request, _ = reads(world, min_position=-1, consistency=9)[name]
        assert details(world.send(request))[1] == ["consistency", "min_position"]


def test_a_cached_ledger_is_the_ledger(world):
    """Size, root and time of the last commit, from memory as from the database."""
    world.batch(*(item(world.deposit("ann")) for _ in range(300)))
    cached = world.send(q.GetLedgerRequest(name=world.ledger, consistency=CACHED))
    assert cached == world.send(q.GetLedgerRequest(name=world.ledger))
    assert cached.size == 302


def test_what_another_process_acknowledged_is_seen_where_it_is_asked_for(database, world):
    """A process that knows less answers as of what it knows, but never below the position that the caller names."""
    with Ledgerd(database, [world.code]) as second:
        reader = World(Client(second.channel()), world.code)
        reader.ids = world.ids
        name = world.account("ann")
        # The second process has ann in memory as she is now, and hears of nothing.
        before = reader.send(q.GetAccountRequest(name=name, consistency=CACHED))
        reader.done(reader.deposit("ann"))
        told = [world.done(world.deposit("ann")) for _ in range(3)][-1]
        cached = reader.send(q.GetAccountRequest(name=name, consistency=CACHED))
        assert cached.position == before.position + 1
        assert cached.account.balance == before.account.balance + 100
        for request, field in reads(reader, min_position=told.last_position, consistency=CACHED).values():
            assert getattr(reader.send(request), field) == told.last_position
        asked = q.GetAccountRequest(name=name, consistency=CACHED, min_position=told.last_position)
        assert reader.send(asked).account.balance == before.account.balance + 400
        linear = reader.send(q.GetAccountRequest(name=name))
        assert (linear.position, linear.account.balance) == (told.last_position, before.account.balance + 400)
        reader.client.close()


def test_reasons_have_a_sentence(world):
    """In both languages, with the positions."""
    request, _ = reads(world, min_position=10**9)["account"]
    for language, part in (("en", "beyond the end"), ("zh-CN", "超出账本末尾")):
        status = world.send(request, metadata=[("accept-language", language)])
        spoken = details(status)[2]
        assert part in spoken.message
        assert "1000000000" in spoken.message
        assert reason_of(status) == "POSITION_BEYOND_END"
