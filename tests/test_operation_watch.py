"""What operators see: metrics, health per ledger, lines about calls, `ledgerctl status`; and the limit on refusals."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import grpc
import psycopg
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families

from ledger.api.access import LINES_MAX, AccessLog
from ledger.api.errors import Rejected
from ledger.api.refusals import RefusalRate
from ledger.cli import main
from ledger.log.histogram import Histogram
from ledger.v1 import query_service_pb2 as q
from tests.running import Client, Ledgerd
from tests.world import World, item, reason_of

RUNNING = Path(__file__).parent.parent / "docs" / "operations" / "running.md"
PERSON = str(uuid.uuid4())


def console_of(process):
    """The address of its operator port."""
    lines = [json.loads(line) for line in process.errors().splitlines() if line.startswith("{")]
    return next(line["address"] for line in lines if line["event"] == "console")


def page(address, path):
    with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
        return answer.read().decode()


def samples(address):
    """Every sample of the metrics by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page(address, "/metrics"))
        for sample in family.samples
    }


def count(found, name, **labels):
    return found.get((name, *sorted(labels.items())), 0)


@pytest.fixture(scope="module")
def service(database):
    environment = {
        "LEDGER_OPERATOR_LISTEN": "127.0.0.1:0",
        "LEDGER_ACCESS_LOG_SAMPLE": "1",
        "LEDGER_REFUSALS_BURST": "20",
        "LEDGER_REFUSALS_PER_SECOND": "0.5",
    }
    with Ledgerd(database, [database.new_ledger()], environment=environment) as process:
        yield process


@pytest.fixture
def client(service):
    made = Client(service.channel())
    yield made
    made.close()


@pytest.fixture
def world(client, ledger):
    return World(client, ledger)


def test_metrics_count_what_happened(service, world):
    """Commands by kind and outcome, calls by method and code, commits, sizes; no label names a person."""
    before = samples(console_of(service))
    world.ids["anna"] = PERSON
    world.done(world.open("anna"))
    world.done(world.activate("anna"))
    deposit = world.deposit("anna")
    world.done(deposit)
    world.done(deposit)
    world.send(world.activate("anna"))
    world.send(q.GetLedgerRequest(name="ledgers/none"))
    after = samples(console_of(service))

    def more(name, **labels):
        return count(after, name, **labels) - count(before, name, **labels)

    assert more("ledger_commands_total", kind="record_deposit", outcome="committed", replayed="false") == 1
    assert more("ledger_commands_total", kind="record_deposit", outcome="committed", replayed="true") == 1
    refused = {"kind": "activate_account", "outcome": "account_already_active", "replayed": "false"}
    assert more("ledger_commands_total", **refused) == 1
    assert more("ledger_calls_total", method="CommandService/RecordDeposit", code="OK") == 2
    assert more("ledger_calls_total", method="CommandService/ActivateAccount", code="FAILED_PRECONDITION") == 1
    assert more("ledger_calls_total", method="QueryService/GetLedger", code="NOT_FOUND") == 1
    assert more("ledger_call_seconds_count", method="CommandService/RecordDeposit") == 2
    assert count(after, "ledger_commits_total", ledger=world.code) >= 3
    assert count(after, "ledger_size_entries", ledger=world.code) >= 4
    assert count(after, "ledger_serving", ledger=world.code) == 1
    assert count(after, "ledger_backstops_total", ledger=world.code) == 0
    assert count(after, "ledger_batch_works_sum") - count(before, "ledger_batch_works_sum") >= 3
    text = page(console_of(service), "/metrics")
    assert PERSON not in text
    assert PERSON.replace("-", "") not in text


def test_every_metric_is_explained(service, world):
    """docs/operations/running.md has each of ours, and none that is not there."""
    world.done(world.open("anna"))
    families = text_string_to_metric_families(page(console_of(service), "/metrics"))
    ours = {family.name for family in families if family.name.startswith("ledger_")}
    ours |= {"ledger_certificate_expires_seconds"}  # with TLS only
    ours |= {"ledger_mirror_position", "ledger_mirror_stopped"}  # with a mirror only
    assert ours == set(re.findall(r"^\| `(ledger_[a-z_]+)` \|", RUNNING.read_text(), re.MULTILINE))


def test_lines_about_calls(service, world):
    """Method, code, time, trace and who asked, as ids and names of systems; nothing about whom it was for."""
    trace = uuid.uuid4().hex
    world.ids["anna"] = PERSON
    world.send(world.activate("anna"), metadata=[("traceparent", f"00-{trace}-{'1' * 16}-01")])
    lines = [line for line in service.errors().splitlines() if trace in line]
    said = json.loads(lines[0])
    assert (said["event"], said["method"], said["code"]) == (
        "call",
        "CommandService/ActivateAccount",
        "NOT_FOUND",
    )
    assert (said["reason"], said["organisation"]) == ("ACCOUNT_NOT_FOUND", "dev")
    assert PERSON not in lines[0]


def test_a_ledger_that_stops_is_not_serving(service, client, database, ledger):
    """Its health says so, and `ledgerctl status` says why; the service itself goes on."""
    world = World(client, ledger)
    world.done(world.open("anna"))
    health = health_pb2_grpc.HealthStub(client.channel)

    def told(name):
        try:
            return health.Check(health_pb2.HealthCheckRequest(service=name)).status
        except grpc.RpcError as error:
            return error.code()  # NOT_FOUND until the ledger is open

    name = f"ledgers/{ledger}"
    assert until(lambda: told(name) == health_pb2.HealthCheckResponse.SERVING)
    with psycopg.connect(database.url) as connection:
        connection.execute(f"ALTER TABLE ledger_{ledger}.commits DISABLE TRIGGER ALL")
        connection.execute(f"DELETE FROM ledger_{ledger}.commits WHERE last_position > 1")
    assert isinstance(world.send(world.activate("anna")), Status)
    assert until(lambda: told(name) == health_pb2.HealthCheckResponse.NOT_SERVING)
    assert told("") == health_pb2.HealthCheckResponse.SERVING
    found = samples(console_of(service))
    assert count(found, "ledger_forked", ledger=ledger) == 1
    assert count(found, "ledger_serving", ledger=ledger) == 0


def until(true):
    """Whether something becomes true within a few seconds."""
    end = time.monotonic() + 10
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def ledgerctl(database, monkeypatch, capsys):
    """Run a command in this process; return exit status and output."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return ended.value.code or 0, capsys.readouterr().out

    return run


def test_status_for_people_and_scripts(database, ledgerctl):
    """Exit status 0 while all is well, 1 when a ledger stopped or nobody answers."""
    good = database.new_ledger()
    environment = {"LEDGER_OPERATOR_LISTEN": "127.0.0.1:0", "LEDGER_READERS": "3"}
    with Ledgerd(database, [good], environment=environment) as process:
        where = ("--address", process.address, "--operator", console_of(process))
        status, out = ledgerctl("status", *where, "--json")
        report = json.loads(out)
        mine = next(ledger for ledger in report["ledgers"] if ledger["ledger"] == good)
        assert (report["health"], mine["health"], mine["size"]) == ("serving", "serving", 1)
        assert re.fullmatch("[0-9a-f]{64}", mine["root"])
        assert report["workers"][0]["settings"]["readers"] == "3"
        assert "database_url" in report["workers"][0]["settings"]
        assert status == bool(report["problems"])
        assert [problem for problem in report["problems"] if good in problem] == []
        _, out = ledgerctl("status", *where)
        assert re.search(rf"{good} +. serving ", out)
        assert "readers = 3" in out
    status, out = ledgerctl("status", *where, "--json")
    assert status == 1
    assert "the service is unreachable" in json.loads(out)["problems"]


def test_refusals_are_limited_over_the_wire(world):
    """After the burst every command of the caller is turned away with the time to wait; others are not."""
    noisy = [("x-dev-actor", f"noisy-{uuid.uuid4()}")]
    reasons = [reason_of(world.send(world.activate("nobody"), metadata=noisy)) for _ in range(20)]
    assert set(reasons) == {"ACCOUNT_NOT_FOUND"}
    limited = world.send(world.open("anna"), metadata=noisy)
    assert reason_of(limited) == "TOO_MANY_REFUSALS"
    retry = RetryInfo()
    assert any(detail.Unpack(retry) for detail in limited.details)
    assert 1 < retry.retry_delay.ToTimedelta().total_seconds() <= 2
    world.done(world.open("anna"))
    assert world.send(q.GetLedgerRequest(name=world.ledger), metadata=noisy).size


def test_refusals_of_a_batch_are_counted(world):
    noisy = [("x-dev-actor", f"noisy-{uuid.uuid4()}")]
    world.batch(*(item(world.activate("nobody")) for _ in range(30)), metadata=noisy)
    limited = world.send(world.open("anna"), metadata=noisy)
    assert reason_of(limited) == "TOO_MANY_REFUSALS"


def test_an_answer_given_again_is_no_new_refusal(world):
    noisy = [("x-dev-actor", f"noisy-{uuid.uuid4()}")]
    request = world.activate("nobody")
    for _ in range(40):
        assert reason_of(world.send(request, metadata=noisy)) == "ACCOUNT_NOT_FOUND"


def test_the_bucket_fills_again():
    """Against the obvious model: burst, then the rate, and never more than the burst."""
    clock = [0.0]
    rate = RefusalRate(2.0, 10, now=lambda: clock[0])
    rate.spend(b"a", 10)
    with pytest.raises(Rejected) as caught:
        rate.admit(b"a")
    assert caught.value.metadata == {"retry_after_ms": "500"}
    rate.admit(b"b")
    clock[0] += 0.5
    rate.admit(b"a")
    clock[0] += 1000
    rate.admit(b"a")
    rate.spend(b"a", 9)
    rate.admit(b"a")
    rate.spend(b"a")
    with pytest.raises(Rejected):
        rate.admit(b"a")
    unlimited = RefusalRate(0, 1)
    unlimited.spend(b"a", 100)
    unlimited.admit(b"a")


def test_channelz_shows_connections(client):
    """In dev; the call itself is on one of them."""
    stub = channelz_pb2_grpc.ChannelzStub(client.channel)
    servers = stub.GetServers(channelz_pb2.GetServersRequest()).server
    assert sum(server.data.calls_started for server in servers) >= 1


def test_a_flood_of_trouble_leaves_few_lines(capsys):
    access = AccessLog(sample=0)
    meter = access.method("A/B")
    for _ in range(3 * LINES_MAX):
        access.failed("A/B", meter, time.monotonic(), None, Rejected(46))
    assert access.suppressed >= LINES_MAX
    assert meter.codes == {13: 3 * LINES_MAX}


def test_a_histogram_counts_up_to_its_bounds():
    histogram = Histogram((1, 2))
    for value in (0.5, 1, 1.5, 2, 3):
        histogram.add(value)
    assert (histogram.counts, histogram.total) == ([2, 2, 1], 8.0)


def test_other_pages_are_not_there(service):
    with pytest.raises(urllib.error.HTTPError):
        page(console_of(service), "/")
