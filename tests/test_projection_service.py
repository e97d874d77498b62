"""ProjectionService: steering over the wire, with the runner of a running service doing the work."""

from __future__ import annotations

import grpc
import pytest
from grpc_status import rpc_status

from ledger.v1 import projection_service_pb2 as p
from projections import letters
from projections.runner import connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.running import Client
from tests.views import Views
from tests.world import World, details

WAIT = 30


@pytest.fixture
def client(whole_service):
    client = Client(whole_service.channel())
    yield client
    client.close()


@pytest.fixture
def world(client, ledger):
    world = World(client, ledger)
    histories.people(world)
    for amount in (100, 20, 3):
        world.done(world.deposit("A", amount))
    return world


@pytest.fixture
def views(database, ledger, world):
    views = Views(database, ledger)
    views.wait()
    return views


def refused(call, request):
    with pytest.raises(grpc.RpcError) as error:
        call(request, timeout=WAIT)
    return error.value.code(), details(rpc_status.from_call(error.value))[0].reason


def watched(client, name):
    """Everything that is told about a build until it ends."""
    return list(client.projections.WatchBuild(p.WatchBuildRequest(name=name), timeout=WAIT))


def test_a_rebuild_goes_on_without_whoever_began_it(client, world, views):
    """A resource, a stream of progress that may end at any time, a proof to look at, a switch, a way back."""
    projection = f"{world.ledger}/projections/balances"
    calls = client.projections
    build = calls.CreateBuild(p.CreateBuildRequest(projection=projection, parts=2), timeout=WAIT).build
    assert (build.version, build.against, build.parts, build.purpose) == (2, 1, 2, p.BUILD_PURPOSE_REBUILD)
    stream = calls.WatchBuild(p.WatchBuildRequest(name=build.name), timeout=WAIT)
    assert next(stream).build.name == build.name
    stream.cancel()
    last = watched(client, build.name)[-1].build
    assert (last.state, last.equal, last.taken_entries) == (p.BUILD_STATE_READY, True, last.goal_position)
    found = calls.GetBuild(p.GetBuildRequest(name=build.name), timeout=WAIT)
    assert found.build.compared_position == world.size()
    assert {each.table for each in found.sums} == {"balances", "balance_changes"}
    assert all((each.old_rows, each.old_sum) == (each.new_rows, each.new_sum) for each in found.sums)
    assert list(found.differences) == []
    assert [each.name for each in calls.ListBuilds(p.ListBuildsRequest(ledger=world.ledger)).builds] == [build.name]
    done = calls.SwitchProjection(p.SwitchProjectionRequest(projection=projection), timeout=WAIT)
    assert (done.previous_version, done.version) == (1, 2)
    drop = p.DropProjectionVersionRequest(projection=projection, version=1)
    code = grpc.StatusCode.FAILED_PRECONDITION
    assert refused(calls.DropProjectionVersion, drop) == (code, "PROJECTION_VERSION_SERVING")
    back = calls.RollBackProjection(p.RollBackProjectionRequest(projection=projection), timeout=WAIT)
    assert (back.previous_version, back.version) == (2, 1)


def test_a_verification_names_what_is_wrong(client, world, views):
    views.rows("UPDATE {s}.balances_v1 SET balance = 7 WHERE account = %s", world.id("A"))
    request = p.CreateBuildRequest(
        projection=f"{world.ledger}/projections/balances", purpose=p.BUILD_PURPOSE_VERIFICATION
    )
    name = client.projections.CreateBuild(request, timeout=WAIT).build.name
    last = watched(client, name)[-1].build
    assert (last.state, last.equal) == (p.BUILD_STATE_DONE, False)
    (found,) = client.projections.GetBuild(p.GetBuildRequest(name=name), timeout=WAIT).differences
    assert (found.table, found.kind, found.key) == ("balances", "changed", f"({world.id('A')})")


def test_pausing(client, world, views):
    """A paused version stands still, and says so."""
    projection = f"{world.ledger}/projections/balances"
    paused = client.projections.PauseProjection(p.PauseProjectionRequest(projection=projection), timeout=WAIT)
    assert list(paused.versions) == [1]
    before = world.size()
    world.done(world.deposit("A", 1))
    name = f"{world.ledger}/projections/spending"
    assert views.rows("SELECT position FROM {s}.tracking WHERE projection = 'balances'") == [(before,)], name
    client.projections.ResumeProjection(p.ResumeProjectionRequest(projection=projection), timeout=WAIT)
    views.wait()


def test_dead_letters_are_taken_in_later(client, world, views):
    """What was left out is listed, and taken in when it can be."""
    place = world.done(world.deposit("A", 50)).first_position
    views.wait()
    views.rows("DELETE FROM {s}.transactions_v1 WHERE position = %s", place)
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT 'spending', 1, position, position, stream, 70, 'ValueError: broken' FROM {log}.entries"
        " WHERE position = %s",
        place,
    )
    (letter,) = client.projections.ListDeadLetters(
        p.ListDeadLettersRequest(ledger=world.ledger), timeout=WAIT
    ).dead_letters
    assert (letter.position, letter.first_position, letter.error) == (place, place, "ValueError: broken")
    request = p.ReplayDeadLettersRequest(projection=f"{world.ledger}/projections/spending")
    assert list(client.projections.ReplayDeadLetters(request, timeout=WAIT).taken_positions) == [place]
    assert views.rows("SELECT change FROM {s}.transactions_v1 WHERE position = %s", place) == [(50,)]
    assert not client.projections.ReplayDeadLetters(request, timeout=WAIT).taken_positions
    assert views.rows("SELECT count(*) FROM {s}.dead_letters") == [(0,)]
    # What is there already cannot be taken in again: it stays a letter.
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT 'spending', 1, position, position, stream, 70, '' FROM {log}.entries WHERE position = %s",
        place,
    )
    assert list(client.projections.ReplayDeadLetters(request, timeout=WAIT).failed_positions) == [place]


def test_dead_letters_of_a_position_are_listed_together(client, world, views):
    """Whoever goes on behind the last letter misses none of the same entry in another projection."""
    first = world.done(world.deposit("A", 50)).first_position
    second = world.done(world.deposit("A", 50)).first_position
    views.wait()
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT name, 1, position, position, stream, 70, '' FROM {log}.entries,"
        " unnest(ARRAY['spending', 'balances']) name WHERE position = ANY(%s)",
        [first, second],
    )
    found, after = [], 0
    with connect(views.url) as connection:
        while page := letters.letters(connection, world.code, after=letters.Place(after), most=1):
            found += [(each.position, each.projection) for each in page]
            after = page[-1].position
    assert found == [(place, name) for place in (first, second) for name in ("balances", "spending")]
    wrong = p.ListDeadLettersRequest(ledger=world.ledger, after_position=-1)
    assert refused(client.projections.ListDeadLetters, wrong)[1] == "INVALID_REQUEST"


def test_consumers_keep_their_positions(client, world, views):
    """Forward only, where they are expected to be, with their lag."""
    name, size = f"{world.ledger}/consumers/risk-feed", world.size()
    calls = client.projections
    assert refused(calls.GetConsumer, p.GetConsumerRequest(name=name))[1] == "CONSUMER_NOT_FOUND"
    stored = calls.SetConsumerPosition(
        p.SetConsumerPositionRequest(consumer=name, position=size - 1, expected_position=0), timeout=WAIT
    ).consumer
    assert (stored.position, stored.head, stored.lag_entries) == (size - 1, size, 1)
    assert stored.lag.ToMicroseconds() > 0
    for wrong, reason in (
        ({"position": size, "expected_position": 3}, "CONSUMER_POSITION_CONFLICT"),
        ({"position": size - 2}, "CONSUMER_POSITION_CONFLICT"),
        ({"position": size + 1}, "POSITION_BEYOND_END"),
        ({"position": -1}, "INVALID_REQUEST"),
    ):
        assert refused(calls.SetConsumerPosition, p.SetConsumerPositionRequest(consumer=name, **wrong))[1] == reason
    back = p.SetConsumerPositionRequest(consumer=name, position=1, rewind=True)
    assert calls.SetConsumerPosition(back, timeout=WAIT).consumer.position == 1
    listed = calls.ListConsumers(p.ListConsumersRequest(ledger=world.ledger), timeout=WAIT).consumers
    assert [(each.name, each.position) for each in listed] == [(name, 1)]
    calls.DeleteConsumer(p.DeleteConsumerRequest(name=name), timeout=WAIT)
    assert refused(calls.DeleteConsumer, p.DeleteConsumerRequest(name=name))[1] == "CONSUMER_NOT_FOUND"


def test_what_cannot_be_asked(client, world, views):
    """Shape, names, and pasts that the log does not have; nothing is begun."""
    calls, projection = client.projections, f"{world.ledger}/projections/balances"
    size = world.size()
    past = {"purpose": p.BUILD_PURPOSE_PAST}
    for fields, reason in (
        ({"projection": "balances"}, "INVALID_REQUEST"),
        ({"projection": projection, "parts": 65}, "INVALID_REQUEST"),
        ({"projection": projection, "purpose": 99}, "INVALID_REQUEST"),
        ({"projection": projection, **past}, "INVALID_REQUEST"),
        ({"projection": projection, "past_position": 3}, "INVALID_REQUEST"),
        ({"projection": projection, **past, "past_position": size + 1}, "POSITION_BEYOND_END"),
        ({"projection": f"{world.ledger}/projections/none"}, "PROJECTION_NOT_FOUND"),
        ({"projection": "ledgers/none/projections/balances"}, "LEDGER_NOT_FOUND"),
    ):
        assert refused(calls.CreateBuild, p.CreateBuildRequest(**fields))[1] == reason, fields
    assert refused(calls.GetBuild, p.GetBuildRequest(name=f"{world.ledger}/builds/9"))[1] == "BUILD_NOT_FOUND"
    switch = p.SwitchProjectionRequest(projection=projection, version=9)
    assert refused(calls.SwitchProjection, switch)[1] == "PROJECTION_VERSION_NOT_FOUND"
    assert {name for (name,) in views.rows("SELECT DISTINCT projection FROM {s}.tracking")} == set(PROJECTIONS)
    assert views.rows("SELECT count(*) FROM {s}.builds") == [(0,)]
