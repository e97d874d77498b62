"""When the service must stop writing, or must not start: wrong clocks, forks, newer logs, unsafe servers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import wait

import grpc
import psycopg
import pytest

from ledger.log.connection import UnsafeServerError, check_server
from ledger.log.schema import FEATURE_LEVEL
from tests.crash_load import reason_of, status_of
from tests.crash_postgres import OwnDatabase
from tests.crash_schedules import A_MOMENT
from tests.crash_stage import HEALTHY, Stage
from tests.proxy import wait_until
from tests.running import Ledgerd

pytestmark = pytest.mark.crash


@pytest.fixture
def own() -> Iterator[OwnDatabase]:
    """A PostgreSQL that only this test uses."""
    database = OwnDatabase()
    yield database
    database.close()


# -- clocks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [-120, 120])
def test_a_clock_that_differs_stops_writing(database, ahead):
    with Stage(database) as stage:
        process = stage.ledgerd(proxied=False, clock_ahead=ahead)
        sent = stage.deposit(process).result(20)
        assert sent.failures == ["CLOCK_SUSPECT"]
        stage.check()


def test_a_clock_behind_the_log_stops_writing_until_it_has_caught_up(database):
    with Stage(database) as stage:
        ahead = stage.ledgerd(proxied=False, clock_ahead=8)
        assert stage.deposit(ahead).result(20).final
        ahead.kill()
        process = stage.ledgerd(proxied=False)
        assert stage.deposit(process).result(20).failures == ["CLOCK_SUSPECT"]
        wait_until(lambda: stage.deposit(process).result(20).final, "the clock catches up", 15)
        stage.check()  # record times rise all the same


# -- another log than the one that was acknowledged -------------------------------------------------


def forked(database: OwnDatabase, more: int, program: str = HEALTHY) -> None:
    """An older copy is put in place while the service runs; then `more` entries are written to it.

    The service had seen 5 entries more than the copy has.
    """
    with Stage(database, program) as stage:
        process = stage.ledgerd(proxied=False)
        stage.deposits(process, 7).result(20)
        copy = database.save()
        database.start()
        assert stage.deposits(process, 5).result(20)
        database.restore(copy)
        if more:
            other = stage.ledgerd(proxied=False, program=HEALTHY)
            assert stage.deposits(other, more).result(20)
            other.kill()
        for _ in range(3):
            failures = stage.deposit(process).result(20).failures
            assert failures == ["LEDGER_FORKED"], f"answered {failures} after a fork"
        assert '"ledger.stopped"' in process.errors()
        assert "committer.defect" not in process.errors()
        assert not stage.log().found


@pytest.mark.parametrize("more", [0, 3, 5, 9])
def test_a_restored_copy_is_noticed(own, more):
    forked(own, more)


def test_a_fork_of_the_same_size_is_missed_by_size_alone(own):
    with pytest.raises(AssertionError, match="after a fork"):
        forked(own, 5, "tests.planted.size_only")


def test_a_fork_during_a_commit(own):
    """The copy comes back while a batch waits for its outcome."""
    with Stage(own) as stage:
        process = stage.ledgerd()
        copy = own.save()
        own.start()
        assert stage.deposits(process, 5).result(20)
        trap = stage.proxy.trap("commit")
        call = stage.deposit(process)
        trap.wait()
        own.restore(copy)
        trap.decide("cut")
        assert not call.result(20).final
        assert stage.deposit(process).result(20).failures == ["LEDGER_FORKED"]
        assert "committer.defect" not in process.errors()


def test_a_newer_log_stops_the_older_service(database):
    with Stage(database) as stage:
        older = stage.ledgerd(proxied=False)
        assert stage.deposit(older).result(20).final
        newer = stage.ledgerd(proxied=False, feature_level=FEATURE_LEVEL + 1)
        assert stage.deposit(newer).result(20).final
        assert stage.deposit(older).result(20).final  # they go on side by side until the operator finishes it
        stage.finish_upgrade(newer, FEATURE_LEVEL + 1)
        started_later = stage.ledgerd(proxied=False)
        for process in (older, started_later, older):
            sent = stage.deposit(process).result(20)
            assert sent.failures == ["UNAVAILABLE"], sent
        for process in (older, started_later):
            wait_until(lambda: f"feature level {FEATURE_LEVEL + 1}" in process.errors(), "it says why", 10)  # noqa: B023
        assert "committer.defect" not in older.errors() + started_later.errors()
        assert stage.deposit(newer).result(20).final
        with pytest.raises(AssertionError) as caught:
            stage.log()
        assert all(f"feature level {FEATURE_LEVEL + 1}" in line for line in caught.value.args[0])


def test_a_service_that_stops_lets_the_lock_go(database):
    """It learns of the newer log while it holds the lock; the newer service must not have to wait for it."""
    with Stage(database) as stage:
        older = stage.ledgerd(proxied=False)
        sent = stage.deposit(older).result(20)
        newer = stage.ledgerd(proxied=False, feature_level=FEATURE_LEVEL + 1)
        stage.finish_upgrade(newer, FEATURE_LEVEL + 1)
        assert stage.outcome(older, sent.request_id) == "UNAVAILABLE"
        wait_until(lambda: not stage.backends("state LIKE 'idle in transaction%'"), "the lock is free", 5)
        assert stage.deposit(newer).result(20).final


# -- servers that may lose what they acknowledge ----------------------------------------------------


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_an_unsafe_server_is_refused_at_the_start(own, name):
    code = own.new_ledger()
    own.change(name, "off")
    with pytest.raises(RuntimeError, match=f"{name} is off"):
        Ledgerd(own, [code])


def test_a_server_that_became_unsafe_is_not_written_to(own):
    with Stage(own) as stage:
        process = stage.ledgerd(proxied=False)
        assert stage.deposit(process).result(20).final
        own.change("fsync", "off")
        for _ in range(2):
            assert stage.deposit(process).result(20).failures == ["UNAVAILABLE"]
        assert "fsync is off" in process.errors()
        assert "committer.defect" not in process.errors()


@pytest.mark.parametrize("in_flight", [False, True])
def test_a_replica_that_is_not_promoted_yet_is_waited_for(own, in_flight):
    """As in a failover: for a while the address leads to a server that only reads."""
    with Stage(own) as stage:
        process = stage.ledgerd()
        assert stage.deposit(process).result(20).final
        if in_flight:
            trap = stage.proxy.trap("commit")
            stage.deposit(process, timeout=2)
            trap.wait()
        own.change("default_transaction_read_only", "on")
        if in_flight:
            trap.decide("cut")
        # The first one is still sent, on a connection that is gone.
        assert [told(stage, process, 3) for _ in range(2)][1] == "UNAVAILABLE"
        own.change("default_transaction_read_only", "off")
        wait_until(lambda: stage.deposit(process, timeout=2).result(20).final, "it goes on", 30)
        assert "committer.defect" not in process.errors()
        stage.check()


WATCH_SETTING = """
    CREATE TABLE watched (found text);
    CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        INSERT INTO watched VALUES (current_setting('synchronous_commit')); RETURN NEW;
    END $$;
    CREATE TRIGGER watch BEFORE INSERT ON {s}.commits FOR EACH ROW EXECUTE FUNCTION watch();
"""


def test_synchronous_commit_is_refused_off_and_switched_on_by_the_service(own):
    with (
        psycopg.connect(own.url, options="-c synchronous_commit=off") as connection,
        pytest.raises(UnsafeServerError, match="synchronous_commit is off"),
    ):
        check_server(connection, require_replica=False)
    with Stage(own) as stage:
        stage.rows("ALTER DATABASE ledger SET synchronous_commit = off")
        stage.rows(WATCH_SETTING)
        assert stage.deposit(stage.ledgerd(proxied=False)).result(20).final
        assert stage.rows("SELECT found FROM watched") == [("on",)]


# -- a standby that does not confirm ----------------------------------------------------------------


def without_standby(stage: Stage, names: str) -> None:
    stage.rows(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
    stage.rows("SELECT pg_reload_conf()")
    wait_until(lambda: stage.rows("SHOW synchronous_standby_names")[0][0] == names, "the setting counts")


def cancel_confirming(stage: Stage) -> None:
    """Cancel the wait for a standby of the service's own, harmless commits."""
    stage.rows(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
        " WHERE application_name LIKE 'ledgerd % confirming' AND wait_event = 'SyncRep'"
    )


@pytest.mark.parametrize("end", ["pg_cancel_backend", "pg_terminate_backend", "cut"])
def test_nothing_is_acknowledged_that_no_standby_has(own, end):
    """COMMIT waits for a standby; the wait is cancelled, or the connection ends. The row is there
    all the same, but only here.
    """
    with Stage(own) as stage:
        process = stage.ledgerd()
        assert stage.deposit(process).result(20).final
        without_standby(stage, "nobody")
        call = stage.deposit(process)
        pid = stage.wait_for_backend("wait_event = 'SyncRep'")
        if end == "cut":
            stage.proxy.cut_all()
        else:
            stage.rows(f"SELECT {end}({pid})")
        wait([call], 3 * A_MOMENT)
        assert not call.done(), "acknowledged although no standby has it"
        cancel_confirming(stage)  # this COMMIT is not clean either
        wait([call], A_MOMENT)
        assert not call.done(), "acknowledged although no standby has it"
        without_standby(stage, "")
        cancel_confirming(stage)
        assert call.result(20).final
        stage.check()


def test_nothing_is_replayed_that_no_standby_has(own):
    """Service and server die while COMMIT waits for a standby. Both come back, the standby does not:
    the row is there, and the caller asks again.
    """
    with Stage(own) as stage:
        process = stage.ledgerd()
        assert stage.deposit(process).result(20).final
        without_standby(stage, "nobody")
        call = stage.deposit(process)
        stage.wait_for_backend("wait_event = 'SyncRep'")
        process.kill()
        own.kill()
        own.start()
        sent = call.result(20)
        assert not sent.final
        again = stage.ledgerd()
        call = stage.later(stage.load.call, stage.client(again), sent, 20)
        wait([call], 3 * A_MOMENT)
        assert sent.request_id in stage.log().by_request
        assert not call.done(), "acknowledged although no standby has it"
        cancel_confirming(stage)
        wait([call], A_MOMENT)
        assert not call.done(), "acknowledged although no standby has it"
        without_standby(stage, "")
        cancel_confirming(stage)
        assert call.result(20).final
        stage.check()


def told(stage: Stage, process: Ledgerd, timeout: float) -> str:
    """Deposit once and return the reason that the caller reads; empty where there is none in time."""
    sent = stage.load.make_deposit(100)
    stage.load.sent.append(sent)
    sent.attempts, sent.unknown = 1, 1
    try:
        stage.client(process).commands.RecordDeposit(sent.item.command.record_deposit, timeout=timeout)
    except grpc.RpcError as error:
        return reason_of(status_of(error))[0]
    return "done"


@pytest.mark.parametrize("patience", [20, 0.5])
def test_callers_are_told_in_time_while_a_standby_is_away(own, patience):
    """Whether COMMIT itself waits or the service has given it up: nobody waits beyond the own deadline."""
    with Stage(own) as stage:
        process = stage.ledgerd(proxied=False, commit_timeout_seconds=patience)
        assert stage.deposit(process).result(20).final
        without_standby(stage, "nobody")
        sent = stage.later(told, stage, process, 3)
        stage.wait_for_backend("wait_event = 'SyncRep'")
        waiting = stage.later(told, stage, process, 3)
        assert sent.result(20) == "OUTCOME_UNKNOWN"
        assert waiting.result(20) == "UNAVAILABLE"
        assert told(stage, process, 2) == "UNAVAILABLE"
        left = stage.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        assert left[0][0] <= 2, "commits that wait for a standby pile up"
        without_standby(stage, "")
        wait_until(lambda: stage.deposit(process, timeout=2).result(20).final, "it goes on", 40)
        assert "committer.defect" not in process.errors()
        stage.check()
