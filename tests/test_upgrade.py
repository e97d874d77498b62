"""A rolling upgrade under writes: old and new side by side, then the end of it, and an old process that stops.

The older program is this one, told by its setting `feature_level` to know no more than level 2 does: it serves ledgers
of level 2, cannot raise them, and must stop at level 3.
"""

from __future__ import annotations

import json
import threading
import time

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.cli.trouble import Trouble
from ledger.domain.features import FEATURE_LEVEL, OLDEST_LEVEL
from ledger.log.entry import recorded
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import upgrade_service_pb2 as u
from ledger.v1.upgrade_service_pb2_grpc import UpgradeServiceStub
from tests.life import Life
from tests.proxy import wait_until
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import details, reason_of, status_of

OLD = {"LEDGER_FEATURE_LEVEL": str(OLDEST_LEVEL)}


class Writers:
    """Callers who send each deposit until a process answers it, and remember what was acknowledged."""

    def __init__(self, code, account):
        self.code, self.account = code, account
        self.processes, self.acknowledged, self.contradictions = [], {}, []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(turn,), daemon=True) for turn in range(4)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._ended.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()

    def more(self, count):
        """Wait until `count` more deposits were acknowledged."""
        wanted = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= wanted, "writing goes on", 30)

    def _write(self, turn):
        while not self._ended.is_set():
            request_id, end = time_ordered_id(), time.monotonic() + 30
            while request_id not in self.acknowledged:
                assert time.monotonic() < end, "no process takes a deposit"
                turn += 1
                world = self.processes[turn % len(self.processes)]
                request = world.deposit("A", 7, request_id=request_id)
                try:
                    done = world.client.commands.RecordDeposit(request, timeout=5)
                except grpc.RpcError as error:
                    retried = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN}
                    if error.code() not in retried:
                        self.contradictions.append(error)
                    time.sleep(0.02)
                else:
                    self.acknowledged[request_id] = done.transaction.first_position


class Fleet:
    """Processes of both versions on one ledger of the older level."""

    def __init__(self, database):
        self.database = database
        self.code = database.new_ledger(feature_level=OLDEST_LEVEL)
        self.running = []

    def start(self, environment=None):
        process = Ledgerd(self.database, [self.code], environment=environment)
        world = Life(Client(process.channel()), self.code)
        world.process = process
        if self.running:
            world.ids = self.running[0].ids
        self.running.append(world)
        return world

    def ctl(self, *arguments):
        """Run ledgerctl; its exit status and what it says."""
        options = ["--database-url", self.database.url, "--master-key-file", str(self.database.key_file)]
        done = CliRunner().invoke(app, [*options, *map(str, arguments)])
        if isinstance(done.exception, Trouble):
            return done.exception.status, str(done.exception)
        return done.exit_code, done.output

    def finish(self, world, *arguments):
        return self.ctl("upgrade", "finish", self.code, "--address", world.process.address, *arguments)

    def levels(self):
        """The level of each commit, oldest first."""
        with psycopg.connect(self.database.url) as connection:
            query = f'SELECT last_position, feature_level FROM "ledger_{self.code}".commits ORDER BY 1'
            return connection.execute(query).fetchall()

    def close(self):
        for world in self.running:
            world.client.close()
            if world.process.process.poll() is None:
                world.process.kill()


@pytest.fixture
def fleet(database):
    fleet = Fleet(database)
    yield fleet
    fleet.close()


def health(world):
    stub = health_pb2_grpc.HealthStub(world.client.channel)
    return stub.Check(health_pb2.HealthCheckRequest(service=world.ledger), timeout=10).status


def mandate(world):
    return world.send(world.mandate("A", "B", "READ_ACCOUNT"))


def finish(world, level, request_id=""):
    request = u.FinishUpgradeRequest(
        ledger=world.ledger, request_id=request_id or time_ordered_id(), feature_level=level
    )
    try:
        return UpgradeServiceStub(world.client.channel).FinishUpgrade(request, timeout=20).transaction
    except grpc.RpcError as error:
        return status_of(error)


def test_a_rolling_upgrade_under_writes(fleet):
    first, second = fleet.start(OLD), fleet.start(OLD)
    for who in "AB":
        first.done(first.open(who))
        first.done(first.activate(who))
    writers = Writers(fleet.code, first.account("A"))
    writers.processes = [first, second]
    writers.start()
    writers.more(10)

    newer = fleet.start()
    writers.processes = [first, newer]
    writers.more(10)
    assert second.process.terminate() == 0
    writers.more(10)
    assert {level for _, level in fleet.levels()} == {OLDEST_LEVEL}
    refused = details(mandate(newer))[0]
    assert (refused.reason, refused.metadata["needed_level"]) == ("UPGRADE_NOT_FINISHED", "3")
    status, told = fleet.finish(newer)
    assert status, told
    assert f"process {first.process.process.pid} on" in told
    assert "level 2" in told
    assert reason_of(finish(first, FEATURE_LEVEL)) == "FEATURE_LEVEL_UNKNOWN"
    writers.more(10)

    status, told = fleet.finish(newer, "--force")
    assert status == 0, told
    writers.more(20)
    writers.stop()
    assert not writers.contradictions
    an_older_process_stops(first)
    assert newer.done(newer.mandate("A", "B", "READ_ACCOUNT"))
    nothing_was_lost(fleet, newer, writers)


def an_older_process_stops(older):
    """It says so to who writes and to who reads, in its log and in its health; what it knows is never misread."""
    told = older.send(older.deposit("A"))
    assert reason_of(told) == "UNAVAILABLE"
    assert "feature level 3" in str(told)
    with pytest.raises(grpc.RpcError) as caught:
        older.client.queries.GetAccount(q.GetAccountRequest(name=older.person("A")), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    wait_until(lambda: "ledger.stopped" in older.process.errors(), "it says that it stopped", 10)
    assert "start the newer version" in older.process.errors()
    assert "committer.defect" not in older.process.errors()
    not_serving = health_pb2.HealthCheckResponse.NOT_SERVING
    wait_until(lambda: health(older) == not_serving, "its health says so", 10)


def nothing_was_lost(fleet, world, writers):
    """Every deposit that was acknowledged is there once; the level rises once, where the log says so."""
    entries = [recorded(data) for data in world.entries()]
    deposits = {each.position for each in entries if each.event.DESCRIPTOR.name == "DepositPosted"}
    assert set(writers.acknowledged.values()) == deposits
    assert len(deposits) == len(writers.acknowledged)
    [raised] = [each for each in entries if each.event.DESCRIPTOR.name == "FeatureLevelRaised"]
    assert raised.event.level == FEATURE_LEVEL
    assert raised.event.software_version
    assert all(level == (FEATURE_LEVEL if last >= raised.position else OLDEST_LEVEL) for last, level in fleet.levels())
    assert not fleet.database.defects(fleet.code)


def test_an_idle_older_process_stops_at_a_read(fleet):
    older, newer = fleet.start(OLD), fleet.start()
    older.done(older.open("A"))
    assert finish(newer, FEATURE_LEVEL).first_position
    with pytest.raises(grpc.RpcError) as caught:
        older.client.queries.GetAccount(q.GetAccountRequest(name=older.person("A")), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    wait_until(lambda: "ledger.stopped" in older.process.errors(), "it stopped", 10)
    started_later = fleet.start(OLD)
    an_older_process_stops(started_later)


def test_finishing_is_a_command_like_others(fleet):
    world = fleet.start()
    request_id = time_ordered_id()
    done = finish(world, FEATURE_LEVEL, request_id)
    again = finish(world, FEATURE_LEVEL, request_id)
    assert (again.first_position, again.replayed) == (done.first_position, True)
    assert reason_of(finish(world, FEATURE_LEVEL - 1, request_id)) == "IDEMPOTENCY_CONFLICT"
    assert reason_of(finish(world, FEATURE_LEVEL)) == "FEATURE_LEVEL_REACHED"
    unknown = details(finish(world, FEATURE_LEVEL + 1))[0]
    assert (unknown.reason, unknown.metadata["feature_level"]) == ("FEATURE_LEVEL_UNKNOWN", str(FEATURE_LEVEL))
    size = world.size()
    for bad in (0, -1):
        assert details(finish(world, bad))[1] == ["feature_level"]
    assert world.size() == size


def test_the_status_of_an_upgrade(fleet):
    def status():
        code, told = fleet.ctl("upgrade", "status", "--json")
        report = json.loads(told)
        problems = [line for line in report["problems"] if fleet.code in line or str(pid) in line]
        mine = [each for each in report["processes"] if each["pid"] == pid]
        return code, report["ledgers"][fleet.code], [each["level"] for each in mine], problems

    older = fleet.start(OLD)
    pid = older.process.process.pid
    code, level, mine, problems = status()
    assert (code, level, mine, len(problems)) == (1, OLDEST_LEVEL, [OLDEST_LEVEL], 2)
    newer = fleet.start()
    assert finish(newer, FEATURE_LEVEL).first_position
    code, level, mine, problems = status()
    assert (code, level, mine) == (1, FEATURE_LEVEL, [OLDEST_LEVEL])
    assert "too old for a ledger of level 3" in problems[0]
    older.process.kill()
    wait_until(lambda: status()[2] == [], "it is gone", 10)
    assert status()[3] == []
    assert fleet.finish(newer) == (0, f"nothing is left to do: feature level {FEATURE_LEVEL} in all 1 ledgers\n")


def test_a_ledger_is_born_for_older_programs_too(fleet):
    code = "t" + time_ordered_id().replace("-", "")[-12:]
    status, told = fleet.ctl("ledger", "create", code, "--feature-level", OLDEST_LEVEL)
    assert status == 0, told
    fleet.code = code
    assert fleet.levels() == [(1, OLDEST_LEVEL)]
