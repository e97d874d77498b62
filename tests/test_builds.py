"""Builds: a version made beside the one that answers, whoever is killed when, compared, and put in its place."""

from __future__ import annotations

import random
import signal
import threading

import grpc
import pytest

from ledger.v1 import history_service_pb2 as h
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import reasons_pb2 as reasons
from projections import builds, spending, steering
from projections.builder import Builder, work
from projections.comparison import recorded
from projections.crew import Crew
from projections.parts import Parts
from projections.runner import connect
from projections.schema import PROJECTIONS
from projections.steering import SteeringError
from tests import histories, onlookers
from tests.life import Life
from tests.made_log import fill
from tests.onlookers import Onlooker, Truth
from tests.running import Client
from tests.under_fire import Rebuild
from tests.views import RunnerProcess, Views
from tests.world import item

CACHED = q.CONSISTENCY_CACHED
KILLS = 10

NAMES = sorted(PROJECTIONS)


@pytest.fixture
def world(client, ledger):
    world = Life(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


@pytest.fixture
def connection(database):
    with connect(database.url) as connection:
        yield connection


def rows_of(views, name, version):
    return [
        sorted(map(repr, views.rows(f"SELECT * FROM {{s}}.{table.name}_v{version}")))
        for table in PROJECTIONS[name](views.code).tables
    ]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_rebuild_gives_the_same_rows_and_takes_over(world, views, connection, name, parts):
    histories.everything(world, random.Random(21), 80)
    views.follow()
    build = builds.begin(connection, views.code, name, parts=parts, switches=True)
    work(views.url, views.code, threading.Event(), Parts(views.code, page_entries=7, page_entries_max=7))
    build = builds.find(connection, views.code, build.build)
    assert (build.state, build.equal, build.position, build.problem) == ("done", True, world.size(), "")
    found = {each.version: each.state for each in steering.versions(connection, views.code, name)}
    assert found == {1: "standby", 2: "live"}
    whole = rows_of(views, name, 1)
    assert all(whole)
    assert rows_of(views, name, 2) == whole
    world.done(world.deposit("A", 100))
    views.follow()
    assert rows_of(views, name, 2) == rows_of(views, name, 1)
    assert steering.roll_back(connection, views.code, name) == (2, 1)


def test_how_much_is_left_counts_what_was_written_since(world, views, connection):
    """The goal follows the version that answers in steps; what is told does not wait for the next one."""
    views.follow()
    build = builds.begin(connection, views.code, "balances", parts=2)
    past = builds.begin_past(connection, views.code, "balances", build.goal, parts=1)
    for _ in range(5):
        world.done(world.deposit("A", 1))
    views.follow()
    parts = Parts(views.code)
    while parts.step(connection):
        pass
    told = builds.progress(connection, views.code, build.build)
    assert (told.taken, told.wanted, told.at_goal) == (2 * build.goal, 2 * (build.goal + 5), True)
    told = builds.progress(connection, views.code, past.build)
    assert (told.taken, told.wanted, told.ratio) == (past.goal, past.goal, 1.0)


def leave(views, name, version):
    """Remove a version, whose readers are gone."""
    views.rows("UPDATE {s}.tracking SET served_until = NULL WHERE projection = %s AND version = %s", name, version)
    with connect(views.url) as connection:
        steering.drop(connection, views.code, name, version)


@pytest.mark.parametrize("moment", ["before_moving", "before_commit", "behind_commit"])
def test_killed_at_the_worst_moments(database, ledger, views, connection, moment):
    """Rows are there and the position is not, or both: a part goes on where its row says."""
    fill(database.url, ledger, 600, accounts=50)
    views.follow()
    build = builds.begin(connection, ledger, "balances", parts=2)
    variables = {"PAGE_ENTRIES": "50", "DIE_AT": moment}
    crew = Crew(database.url, ledger, 1, program="tests.small_builds", variables=variables)
    crew.muster()
    assert crew.processes[0].wait(30) == -signal.SIGKILL
    assert 0 < builds.progress(connection, ledger, build.build).taken < 1_200
    crew = Crew(database.url, ledger, 2, program="tests.small_builds", variables={"PAGE_ENTRIES": "50"})
    crew.muster()
    for process in crew.processes:
        assert process.wait(30) == 0
    assert builds.find(connection, ledger, build.build).equal is True


def test_killed_ten_times_while_writes_and_reads_go_on(database, ledgerd, ledger, connection):
    """Builders die at any moment; nobody who reads sees an error, a mixture, or less than before."""
    chance, client = random.Random(5), Client(ledgerd.channel())
    world, views, answered = Life(client, ledger), Views(database, ledger), [0]
    histories.people(world)
    histories.everything(world, chance, 80)
    for _ in range(10):
        world.batch(*(item(world.deposit(who, chance.randint(1, 500))) for who in "AB" * 50))
    accounts = [world.account(who) for who in "AB"]

    def write():
        while not stopped.wait(0.05):
            answered[0] = world.done(world.deposit(chance.choice("AB"), chance.randint(1, 500))).last_position

    with RunnerProcess(database, ledger, program="tests.small_runner", variables={"PAGE_ENTRIES": "10"}):
        views.wait()
        lookers = [
            Onlooker(client, question, world.ledger, accounts, lambda: answered[0], 0.02)
            for question in onlookers.QUESTIONS
        ]
        stopped, writing = threading.Event(), threading.Thread(target=write)
        for thread in (writing, *lookers):
            thread.start()
        rebuild = Rebuild(connection, ledger, parts=2)
        try:
            rebuild.under_fire(chance, KILLS, 0, 60)
        finally:
            stopped.set()
            for looker in lookers:
                looker.stopped.set()
            for thread in (writing, *lookers):
                thread.join(30)
    done = rebuild.now()
    assert [(each.state, each.equal, each.problem) for each in done] == [("done", True, "")] * len(NAMES)
    assert (rebuild.kills, rebuild.rewinds) == (KILLS, 0)
    truth = Truth(connection, ledger, accounts)
    for looker in lookers:
        truth.judge(looker.seen)
        assert looker.seen.wrong == []
        assert looker.seen.reads > 5, looker.name
    client.close()


def test_what_no_reader_may_see_is_seen(world, views, connection):
    """Onlookers notice an error, a mixture and an older balance, each in the view where it is."""
    histories.everything(world, random.Random(3), 20)
    views.follow()
    account = [world.account("A")]
    truth = Truth(connection, views.code, account)

    def look(question, damage=""):
        looker = Onlooker(world.client, question, world.ledger, account)
        for statement in ("", *filter(None, damage.split(";"))):
            if statement:
                views.rows(statement)
            looker.look(CACHED)
        truth.judge(looker.seen)
        return looker.seen

    for question in onlookers.QUESTIONS:
        assert look(question).wrong == []
    who = world.id("A")
    a_row = f"(SELECT max(position) FROM {{s}}.transactions_v1 WHERE account = '{who}' AND change <> 0)"
    assert look(onlookers.balance, "UPDATE {s}.balances_v1 SET balance = balance + 1").mixtures
    assert look(onlookers.trial_balance, "UPDATE {s}.journal_sums_v1 SET debits = debits + 1;"
                "UPDATE {s}.journal_v1 SET amount = amount + 1 WHERE position = 1 + (SELECT min(position) FROM"
                " {s}.journal_v1)").mixtures  # fmt: skip
    assert look(onlookers.institution, "UPDATE {s}.settlements_v1 SET total = total + 1").mixtures
    assert look(onlookers.agents, "DELETE FROM {s}.mandates_v1").mixtures
    assert look(onlookers.claims, "DELETE FROM {s}.claims_v1").mixtures
    assert look(onlookers.flags, "DELETE FROM {s}.risk_flags_v1").mixtures
    assert look(onlookers.summary, f"DELETE FROM {{s}}.transactions_v1 WHERE position = {a_row}").mixtures
    assert look(onlookers.transactions).mixtures
    assert look(
        onlookers.postings, "UPDATE {s}.tracking SET position = position - 1 WHERE projection = 'journal'"
    ).older
    assert look(onlookers.exceptions, "UPDATE {s}.tracking SET state = 'shadow' WHERE projection = 'restraints'").errors


def test_a_switch_is_not_lost_with_who_was_to_do_it(world, views, connection):
    """Proven and killed before the switch, or behind just then: whoever comes next switches."""
    world.done(world.deposit("A", 100))
    views.follow()
    build = builds.begin(connection, views.code, "balances", parts=1, switches=True)
    builder = Builder(views.url, views.code)
    while builds.find(connection, views.code, build.build).state != "ready":
        builder.step(connection)
    assert builds.find(connection, views.code, build.build).open
    del builder  # as if it was killed here
    steering.pause(connection, views.code, "balances", build.version, paused=True)
    world.done(world.deposit("A", 1))
    views.follow()
    heir = Builder(views.url, views.code)
    assert heir.step(connection) is False
    steering.pause(connection, views.code, "balances", build.version, paused=False)
    views.follow()
    assert heir.step(connection) is True
    assert heir.step(connection) is None
    build = builds.find(connection, views.code, build.build)
    assert (build.state, build.open, build.problem) == ("done", False, "")


def test_a_switch_that_was_overtaken_is_left_to_an_operator(world, views, connection):
    """It lacks an entry since it was proven: the reason is kept, and nobody tries it for ever."""
    views.follow()
    build = builds.begin(connection, views.code, "balances", parts=1, switches=True)
    builder = Builder(views.url, views.code)
    while builds.find(connection, views.code, build.build).state != "ready":
        builder.step(connection)
    bury(views, "balances", build.version, world.size())
    assert [builder.step(connection), builder.step(connection)] == [True, None]
    build = builds.find(connection, views.code, build.build)
    assert (build.state, build.open, "lacks 1 entries" in build.problem) == ("ready", False, True)


def test_short_pages_bring_versions_together(world, views, connection):
    """Under load pages are short and entries keep coming: the one that answers waits for who is a long page behind."""
    views.follow()
    build = builds.begin(connection, views.code, "balances", parts=1)
    work(views.url, views.code, threading.Event())
    steering.pause(connection, views.code, "balances", build.version, paused=True)
    for _ in range(12):
        world.done(world.deposit("A", 1))
    views.follow()
    steering.pause(connection, views.code, "balances", build.version, paused=False)
    for _ in range(12):
        world.done(world.deposit("A", 1))
        world.done(world.deposit("A", 1))
        views.follower._page = 2
        views.follower.step(connection)
    found = views.rows("SELECT position FROM {s}.tracking WHERE projection = 'balances'")
    assert found[0] == found[1]


def test_a_past_is_read_beside_now(reading_past):
    """Balance, pages and sums of then, while the present goes on; what it does not reach is not there."""
    client, world, place, then = reading_past
    account = world.account("A")
    told = client.history.GetBalance(h.GetBalanceRequest(account=account, past_position=place), timeout=10)
    assert (told.position, told.balance) == (place, then)
    request = h.ListTransactionsRequest(account=account, past_position=place, page_size=1)
    first = client.history.ListTransactions(request, timeout=10)
    assert (first.position, first.transactions[0].balance_after) == (place, then)
    request.page_token = first.next_page_token
    assert client.history.ListTransactions(request, timeout=10).transactions[0].balance_after == then - 20
    for changed in ({"past_position": place + 1}, {"past_position": place, "min_position": place + 1}):
        with pytest.raises(grpc.RpcError) as error:
            client.history.GetBalance(h.GetBalanceRequest(account=account, **changed), timeout=10)
        assert error.value.code() in {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.OUT_OF_RANGE}


@pytest.fixture
def reading_past(database, whole_service, ledger):
    client = Client(whole_service.channel())
    world = Life(client, ledger)
    histories.people(world)
    world.done(world.deposit("A", 100))
    place = world.done(world.deposit("A", 20)).last_position
    world.done(world.deposit("A", 3))
    views = Views(database, ledger)
    views.wait()
    with connect(database.url) as connection:
        for name in ("balances", "spending"):
            build = builds.begin_past(connection, ledger, name, place)
            assert builds.begin_past(connection, ledger, name, place).build == build.build
        work(views.url, ledger, threading.Event())
    yield client, world, place, 120
    client.close()


def test_an_entry_that_cannot_be_taken_in_stops_a_rebuild(world, views, connection, monkeypatch):
    """Loudly, and nothing is skipped; mended, it goes on where it stood."""
    world.done(world.deposit("A", 100))
    views.follow()
    place = world.size()
    with monkeypatch.context() as broken:
        real = spending.Spending.fold

        def fold(self, batch):
            if any(head[0] == place for head in batch.heads):
                raise ValueError("broken")
            return real(self, batch)

        broken.setattr(spending.Spending, "fold", fold)
        build = builds.begin(connection, views.code, "spending", parts=1)
        work(views.url, views.code, threading.Event())
        failed = builds.find(connection, views.code, build.build)
        assert failed.state == "failed"
        assert f"behind position {place - 1}: ValueError: broken" in failed.problem
    steering.pause(connection, views.code, "spending", build.version, paused=False)
    work(views.url, views.code, threading.Event())
    assert builds.find(connection, views.code, build.build).state == "ready"


def test_a_switch_needs_proof_or_consent(world, views, connection):
    """Rows that differ are named; whoever knows that the old ones are wrong says so."""
    world.done(world.deposit("A", 100))
    views.follow()
    views.rows("UPDATE {s}.balances_v1 SET balance = balance + 1 WHERE account = %s", world.id("A"))
    build = builds.begin(connection, views.code, "balances", parts=1, switches=True)
    with pytest.raises(SteeringError, match="is building"):
        steering.switch(connection, views.code, "balances", build.version)
    with pytest.raises(SteeringError, match=f"build {build.build} "):
        builds.begin(connection, views.code, "balances")
    work(views.url, views.code, threading.Event())
    build = builds.find(connection, views.code, build.build)
    assert (build.state, build.equal) == ("ready", False)
    found = recorded(connection, views.code, build.build).differences
    assert [(each.table, each.kind, each.key) for each in found] == [("balances", "changed", f"({world.id('A')})")]
    with pytest.raises(SteeringError, match="not found equal"):
        steering.switch(connection, views.code, "balances")
    assert steering.switch(connection, views.code, "balances", accept_differences=True) == (1, 2)
    with pytest.raises(SteeringError, match="answers, or did so"):
        steering.drop(connection, views.code, "balances", 1)
    leave(views, "balances", 1)
    assert [each.version for each in steering.versions(connection, views.code, "balances")] == [2]
    with pytest.raises(SteeringError, match="answered before"):
        steering.roll_back(connection, views.code, "balances")


def test_a_version_that_is_behind_does_not_take_over(world, views, connection):
    """A paused version stands still; the live one goes on alone, and is not held up by one that is far behind."""
    views.follow()
    build = builds.begin(connection, views.code, "balances", parts=1)
    work(views.url, views.code, threading.Event())
    steering.pause(connection, views.code, "balances", build.version, paused=True)
    world.done(world.deposit("A", 100))
    views.follow()
    assert views.rows("SELECT version, position FROM {s}.tracking WHERE projection = 'balances' ORDER BY 1") == [
        (1, world.size()),
        (2, world.size() - 1),
    ]
    with pytest.raises(SteeringError, match="is paused at position") as paused:
        steering.switch(connection, views.code, "balances")
    assert paused.value.reason == reasons.REFUSAL_REASON_PROJECTION_VERSION_PAUSED
    steering.pause(connection, views.code, "balances", build.version, paused=False)
    views.follow()
    assert steering.switch(connection, views.code, "balances") == (1, 2)


def bury(views, name, version, position):
    """Make a dead letter of one version."""
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT %s, %s, position, position, stream, 70, 'ValueError: broken' FROM {log}.entries WHERE position = %s",
        name,
        version,
        position,
    )


def test_no_switch_makes_balances_step_back(world, views, connection):
    """What was found equal can have lost an entry since, or be paused; neither may answer, and nothing has moved."""
    views.follow()
    build = builds.begin(connection, views.code, "balances", parts=1)
    work(views.url, views.code, threading.Event())
    steering.pause(connection, views.code, "balances", build.version, paused=True)
    with pytest.raises(SteeringError, match="is paused at position"):
        steering.switch(connection, views.code, "balances")
    steering.pause(connection, views.code, "balances", build.version, paused=False)
    place = world.done(world.deposit("A", 100)).first_position
    views.follow()
    bury(views, "balances", 2, place)
    with pytest.raises(SteeringError, match="lacks 1 entries"):
        steering.switch(connection, views.code, "balances")
    bury(views, "balances", 1, place)  # both lack it: nothing steps back
    assert steering.switch(connection, views.code, "balances") == (1, 2)
    views.rows("DELETE FROM {s}.dead_letters WHERE version = 2")
    with pytest.raises(SteeringError, match="lacks 1 entries"):
        steering.roll_back(connection, views.code, "balances")
    assert steering.switch(connection, views.code, "balances", 1, accept_differences=True) == (2, 1)
    steering.pause(connection, views.code, "balances", 2, paused=True)
    with pytest.raises(SteeringError, match="is paused at position"):
        steering.roll_back(connection, views.code, "balances")


def test_tables_that_are_gone_stop_one_version_and_are_rebuilt(world, views, connection):
    """The other projections go on; the rebuild is taken over with consent."""
    views.follow()
    views.rows("DROP TABLE {s}.balances_v1")
    world.done(world.deposit("A", 100))
    views.follow()
    problems = dict(views.rows("SELECT projection, problem FROM {s}.tracking"))
    assert "balances_v1" in problems.pop("balances")
    assert set(problems.values()) == {""}
    assert views.rows("SELECT count(*) FROM {s}.dead_letters") == [(0,)]
    build = builds.begin(connection, views.code, "balances", parts=1)
    work(views.url, views.code, threading.Event())
    build = builds.find(connection, views.code, build.build)
    assert (build.state, build.equal) == ("ready", False), build
    steering.switch(connection, views.code, "balances", accept_differences=True)
    views.follow()
    assert views.rows("SELECT balance FROM {s}.balances_v2 WHERE account = %s", world.id("A")) == [(100,)]
