"""Who reads raw entries is recorded before the answer leaves; operators who look at accounts within a second."""

from __future__ import annotations

import time

import psycopg
import pytest
from google.rpc.status_pb2 import Status

from ledger.api.identity import actor_id, organisation_id
from ledger.domain.entry_types import ACCESS_RECORDED
from ledger.log import header
from ledger.log.entry import recorded
from ledger.log.identifiers import ACCESS_LOG, ledger_id, named_stream, schema_name
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import subscription_service_pb2 as s
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd
from tests.world import World, reason_of

AUDITOR = (("x-dev-organisation", "bureau"), ("x-dev-actor", "auditor"), ("x-dev-rights", "READ_ENTRIES"))
OPERATOR = (("x-dev-actor", "operator"), ("x-dev-rights", "OPERATE,READ_ACCOUNT"))
WINDOW = (("x-dev-actor", "window"), ("x-dev-rights", "READ_ACCOUNT"))


@pytest.fixture(scope="module")
def server(database):
    with Ledgerd(database, [database.new_ledger()], environment={"LEDGER_ACCESS_ENTRIES": "true"}) as process:
        yield process


@pytest.fixture
def world(server, database):
    found = World(Client(server.channel()), database.new_ledger())
    found.database = database
    found.done(found.opening("ann"))
    return found


def accesses(world):
    """What the log says of who read what, from the database: reading it over the wire would leave entries."""
    schema = schema_name(world.code)
    with psycopg.connect(world.database.url) as connection:
        rows = connection.execute(f"SELECT entry FROM {schema}.entries ORDER BY position", binary=True).fetchall()
    found = [entry for (entry,) in rows if header.unpack(entry)[18] == ACCESS_RECORDED]
    assert all(header.unpack(entry)[3] == named_stream(ledger_id(world.code), ACCESS_LOG) for entry in found)
    return [(header.unpack(entry)[13:15], recorded(entry).event) for entry in found]


def read(world, first=1, **options):
    return world.send(q.ReadEntriesRequest(ledger=world.ledger, from_position=first), metadata=AUDITOR, **options)


def test_an_auditor_is_recorded_by_the_time_of_the_answer(world):
    answer = read(world)
    ((who, event),) = accesses(world)
    assert who == (organisation_id("bureau"), actor_id("bureau", "auditor"))
    assert event.kind == t.ACCESS_KIND_ENTRIES
    assert event.method == "ledger.v1.QueryService.ReadEntries"
    assert (event.from_position, event.to_position, event.entries) == (1, answer.size, len(answer.entries))
    later = read(world, 2)
    assert accesses(world)[1][1].from_position == 2
    assert header.unpack(later.entries[-1].entry)[18] == ACCESS_RECORDED, "the record is an entry like any other"
    assert not world.database.defects(world.code)


def test_a_subscriber_is_recorded_before_the_first_entry(world):
    stream = world.client.subscriptions.Subscribe(
        s.SubscribeRequest(ledger=world.ledger, from_position=1), metadata=AUDITOR, timeout=20
    )
    next(stream)
    ((_, event),) = accesses(world)
    assert (event.method, event.from_position, event.to_position) == ("ledger.v1.SubscriptionService.Subscribe", 1, 0)
    stream.cancel()


def test_operators_who_look_at_accounts_are_recorded_in_bundles_and_others_are_not(world):
    world.done(world.opening("bob"))
    for who, times in (("ann", 3), ("bob", 1)):
        for _ in range(times):
            assert not isinstance(world.send(q.GetAccountRequest(name=world.person(who)), metadata=OPERATOR), Status)
            assert not isinstance(world.send(q.GetAccountRequest(name=world.person(who)), metadata=WINDOW), Status)
    ended = time.monotonic() + 10
    while sum(event.entries for _, event in accesses(world)) < 4:
        assert time.monotonic() < ended
        time.sleep(0.05)
    found = accesses(world)
    seen = {}
    for who, event in found:
        assert who[1] == actor_id("dev", "operator")
        assert event.kind == t.ACCESS_KIND_ACCOUNT
        seen[event.stream.hex()] = seen.get(event.stream.hex(), 0) + event.entries
    assert seen == {world.id("ann").replace("-", ""): 3, world.id("bob").replace("-", ""): 1}


def test_what_was_noted_is_recorded_although_the_service_ends(database):
    with Ledgerd(database, [], environment={"LEDGER_ACCESS_ENTRIES": "true"}) as server:
        world = World(Client(server.channel()), database.new_ledger())
        world.database = database
        world.done(world.opening("ann"))
        world.send(q.GetAccountRequest(name=world.person("ann")), metadata=OPERATOR)
        assert server.terminate() == 0
    assert [event.entries for _, event in accesses(world)] == [1]


def test_nothing_is_told_while_it_cannot_be_recorded(world):
    """The log is locked by somebody: it can be read, and not be written. Then auditors are told nothing."""
    assert not isinstance(read(world), Status)
    with psycopg.connect(world.database.url) as connection:
        connection.execute(f"SELECT 1 FROM {schema_name(world.code)}.head FOR UPDATE")
        assert reason_of(read(world, timeout=1.5)) in {"ACCESS_NOT_RECORDED", "DEADLINE_EXPIRED"}
        stream = world.client.subscriptions.Subscribe(
            s.SubscribeRequest(ledger=world.ledger, from_position=1), metadata=AUDITOR, timeout=1.5
        )
        with pytest.raises(Exception, match=r"DEADLINE_EXCEEDED|UNAVAILABLE|recorded"):
            next(stream)
        # Who is no auditor goes on.
        assert not isinstance(world.send(q.GetAccountRequest(name=world.person("ann")), metadata=WINDOW), Status)
    before = len(accesses(world))
    assert not isinstance(read(world), Status)
    assert len(accesses(world)) > before


def test_without_the_setting_reading_leaves_nothing(client, database, ledger):
    world = World(client, ledger)
    world.database = database
    world.done(world.opening("ann"))
    assert not isinstance(read(world), Status)
    assert accesses(world) == []
