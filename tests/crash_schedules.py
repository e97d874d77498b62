"""Exact schedules, each the smallest one in which a certain defect would do harm.

A schedule passes with the service as it is, and raises AssertionError with the defect that it is
written for (`tests/test_crash_planted.py`).
"""

from __future__ import annotations

from concurrent.futures import Future, wait

from ledger.v1 import command_service_pb2 as pb
from tests.crash_load import Sent
from tests.crash_server import SMALL
from tests.crash_stage import HEALTHY, Stage
from tests.proxy import BATCH, COMMIT, LATE, wait_until
from tests.running import Database, Ledgerd

A_MOMENT = 0.3
"""How long a wrong answer is given the chance to arrive, in seconds."""


def killed_before_commit(database: Database, program: str = HEALTHY) -> None:
    """Everything but COMMIT has reached the server when the service dies: nothing is there."""
    with Stage(database, program) as stage:
        for _ in range(3):
            process = stage.ledgerd()
            trap = stage.proxy.trap(COMMIT)
            call = stage.deposit(process)
            trap.wait()
            wait([call], A_MOMENT)
            process.kill()
            trap.decide("cut")
            sent = call.result(10)
            wait_until(lambda: not stage.backends("true"), "the old connection ends")
            assert sent.request_id not in stage.log().by_request or sent.final
        stage.check()


def killed_behind_commit(database: Database, program: str = HEALTHY) -> None:
    """COMMIT was executed, the service dies before it knows; the caller asks again."""
    with Stage(database, program) as stage:
        for _ in range(2):
            process = stage.ledgerd()
            trap = stage.proxy.trap(LATE)
            call = stage.deposit(process)
            trap.wait()
            process.kill()
            trap.decide("cut")
            sent = call.result(10)
            assert not sent.final
            again = stage.ledgerd()
            stage.load.call(stage.client(again), sent)
            again.kill()
        stage.check()


def cut_behind_commit(database: Database, program: str = HEALTHY) -> None:
    """The connection ends between COMMIT and its answer: the caller gets the right answer."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        for count in (1, 30, 80):
            trap = stage.proxy.trap(LATE, "cut")
            call = stage.deposits(process, count)
            trap.wait()
            call.result(20)
        stage.check()


def read_before_commit(database: Database, program: str = HEALTHY) -> None:
    """Reads while a batch waits for COMMIT, which never comes."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        account = stage.load.accounts[0]
        stage.deposit(process).result(20)  # now the account is in memory
        trap = stage.proxy.trap(COMMIT)
        call = stage.deposit(process)
        trap.wait()
        for linearizable in (False, True):
            assert stage.load.read(stage.client(process), account, linearizable=linearizable)
        process.kill()
        trap.decide("cut")
        call.result(10)
        stage.check()


def two_commit_at_once(database: Database, program: str = HEALTHY) -> None:
    """A second process wants to write while the first one has written and not committed."""
    with Stage(database, program) as stage:
        first, second = stage.ledgerd(), stage.ledgerd(proxied=False)
        trap = stage.proxy.trap(COMMIT)
        calls = [stage.deposit(first)]
        trap.wait()
        calls.append(stage.deposit(second))
        stage.wait_for_backend("wait_event_type = 'Lock'")
        trap.decide("pass")
        assert all(call.result(20).final for call in calls)
        stage.check()


def asked_while_in_flight(database: Database, program: str = HEALTHY) -> None:
    """The outcome of a command is asked elsewhere while its COMMIT is on the way."""
    with Stage(database, program) as stage:
        first, second = stage.ledgerd(), stage.ledgerd(proxied=False)
        trap = stage.proxy.trap(COMMIT)
        call = stage.deposit(first)
        trap.wait()
        request_id = stage.load.sent[-1].request_id
        asked = stage.later(stage.outcome, second, request_id)
        wait([asked], A_MOMENT)
        trap.decide("pass")
        assert call.result(20).final
        told = asked.result(20)
        assert told == "transaction", f"the command is recorded, but the final answer was {told}"
        stage.check()


def voided_while_in_flight(database: Database, program: str = HEALTHY) -> None:
    """A command is voided elsewhere while its COMMIT is on the way: it is reversed."""
    with Stage(database, program) as stage:
        first, second = stage.ledgerd(), stage.ledgerd(proxied=False)
        trap = stage.proxy.trap(COMMIT)
        call = stage.deposit(first)
        trap.wait()
        void = stage.load.make_void(stage.load.sent[-1].request_id)
        voided = stage.later(stage.load.call, stage.client(second), void, 20)
        stage.wait_for_backend("wait_event_type = 'Lock'")
        trap.decide("pass")
        assert call.result(20).final
        told = voided.result(20)
        stage.check()
        assert told.effect == 1, f"the command was executed, but voiding it had effect {told.effect}"


def overtaken_by_as_many(database: Database, program: str = HEALTHY) -> None:
    """Two batches in flight; before the first arrives, another process writes equally many entries.

    The size is then the one that the second batch was decided on; the log is another one.
    """
    with Stage(database, program) as stage:
        first, second = stage.ledgerd(), stage.ledgerd(proxied=False)
        stage.deposits(first, 6).result(20)  # the accounts are in memory
        trap = stage.proxy.trap(BATCH)
        calls = [stage.deposits(first, 80)]
        trap.wait()
        wait_until(lambda: trap.held == 2, "two batches are in flight")
        calls.append(stage.deposits(second, 40))
        assert calls[1].result(20)
        trap.decide("pass")
        assert calls[0].result(20)
        assert stage.proxy.deepest == 2
        stage.check()


def notice_in_commit(database: Database, program: str = HEALTHY) -> None:
    """COMMIT returns with a notice: nothing is acknowledged until a later clean COMMIT."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        for count in (1, 80):
            stage.proxy.refuse(False)
            trap = stage.proxy.trap(LATE)
            call = stage.deposits(process, count)
            trap.wait()
            stage.proxy.refuse(True)
            trap.decide("notice")
            early = wait([call], A_MOMENT).done
            stage.proxy.refuse(False)
            assert not early, "acknowledged although COMMIT ended with a notice"
            assert call.result(20)
        stage.check()


def decided_on_a_newer_account(database: Database, program: str = HEALTHY) -> None:
    """A process reads an account that is not in its memory and that another one has just changed.

    What it knows of the end of the log is older than the account: nobody may notice.
    """
    with Stage(database, program) as stage:
        first, second = stage.ledgerd(proxied=False), stage.ledgerd(proxied=False)
        one, other, third = stage.load.accounts[:3]
        stage.load.call(stage.client(first), stage.load.make_deposit(1, one))
        for account in (other, third):
            assert stage.load.call(stage.client(second), stage.load.make_deposit(2, account)).final
            sent = stage.load.call(stage.client(first), stage.load.make_deposit(3, account))
            assert sent.final, sent.failures
        stage.check()


def large_batches_dropped(database: Database, program: str = HEALTHY) -> None:
    """Two batches larger than a slice of the queue are dropped while more of their call waits.

    Items of one call keep their order all the same (the load notes when they do not).
    """
    with Stage(database, program) as stage:
        first = stage.ledgerd(batch_commands=100)
        second = stage.ledgerd(proxied=False)
        trap = stage.proxy.trap(BATCH)
        call = stage.deposits(first, 350)
        trap.wait()
        wait_until(lambda: trap.held == 2, "two batches are in flight")
        stage.deposit(second).result(20)
        trap.decide("pass")
        assert call.result(20)
        stage.check()


def dropped_before_a_question(database: Database, program: str = HEALTHY) -> None:
    """The first half of a call is dropped while its second half waits beside a question.

    Items of one call keep their order all the same (the load notes when they do not).
    """
    with Stage(database, program) as stage:
        first, second = stage.ledgerd(), stage.ledgerd(proxied=False)
        stage.deposits(first, 6).result(20)
        blocked, trap = stage.proxy.trap(BATCH), stage.proxy.trap(BATCH)
        calls = [stage.deposit(first)]
        blocked.wait()
        calls.append(stage.deposits(first, 80))
        asked = pb.GetCommandOutcomeRequest(
            ledger=f"ledgers/{stage.code}", command_request_id=stage.load.sent[0].request_id
        )
        question = stage.client(first).commands.GetCommandOutcome.future(
            asked, timeout=20, metadata=[("x-dev-actor", "somebody else")]
        )
        wait(calls, A_MOMENT)  # time for all of it to be queued behind the blocked one
        blocked.decide("pass")
        trap.wait()
        stage.deposit(second).result(20)
        trap.decide("pass")
        assert all(call.result(20) for call in calls)
        assert question.result(20)
        stage.check()


def late_bytes(database: Database, program: str = HEALTHY) -> None:
    """What a dead connection carried reaches the server after the outcome was told.

    The caller's time runs out while the database is away; then the command is looked for and is not
    there, which is final. The old server process must not be able to commit it any more.
    """
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        stage.deposit(process).result(20)
        trap = stage.proxy.trap(BATCH)
        call = stage.deposit(process, timeout=2.5)
        trap.wait()
        stage.proxy.refuse(True)
        trap.decide("cut client")
        sent = call.result(20)
        assert sent.unknown == 1
        link = stage.proxy.kept_link()
        stage.proxy.refuse(False)
        told = stage.outcome(process, sent.request_id)
        link.late_bytes.set()
        assert stage.proxy.delivered.wait(20)
        there = sent.request_id in stage.log().by_request
        assert told == ("transaction" if there else "COMMAND_NOT_FOUND")
        stage.check()


def black_hole(database: Database, program: str = HEALTHY) -> None:
    """The server goes silent in the middle of a batch, which holds the lock, and behind COMMIT."""
    with Stage(database, program) as stage:
        process = stage.ledgerd(commit_timeout_seconds=1)
        for point in (COMMIT, LATE, BATCH):
            trap = stage.proxy.trap(point)
            call = stage.deposit(process, timeout=12)
            trap.wait()
            sent = call.result(20)
            assert sent.final, f"silence at {point} was not overcome"
            trap.decide("cut")
        stage.check()


POISON = """
    CREATE FUNCTION {s}.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.request_id = '%s' THEN RAISE EXCEPTION 'poison' USING ERRCODE = '%s'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER poison BEFORE INSERT ON {s}.commands FOR EACH ROW EXECUTE FUNCTION {s}.poison();
    ALTER TABLE {s}.commands ENABLE ALWAYS TRIGGER poison;
"""
CURE = "DROP TRIGGER poison ON {s}.commands; DROP FUNCTION {s}.poison()"


def overlapped(stage: Stage, process: Ledgerd, several: list[Sent]) -> Future[bool]:
    """Send a call; where it makes two batches, none arrives before both are in flight."""
    trap = stage.proxy.trap(BATCH)
    call = stage.later(stage.load.call_batch, stage.client(process), several, 15)
    trap.wait()
    if len(several) > SMALL["batch_commands"] + SMALL["full_batch"]:
        wait_until(lambda: trap.held == 2, "two batches are in flight")
    trap.decide("pass")
    return call


def poison(database: Database, program: str = HEALTHY) -> None:
    """The server refuses one command of many: it fails alone, the others are committed."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        for count, bad in ((1, 0), (10, 3), (90, 0), (90, 50)):
            several = [stage.load.make_deposit(1 + n, stage.load.accounts[n % 6]) for n in range(count)]
            stage.rows(POISON % (several[bad].request_id, "P0001"))
            assert overlapped(stage, process, several).result(30), "no answer in time"
            stage.rows(CURE)
            failures = [sent.failures for sent in several]
            assert failures[bad] == ["INTERNAL"], failures[bad]
            failures[bad].clear()
            assert sum(map(len, failures)) == 0
        stage.check(stopped=True)


def disk_full(database: Database, program: str = HEALTHY) -> None:
    """The server refuses for a while, for a reason that has nothing to do with the command."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        for count in (1, 90):
            several = [stage.load.make_deposit(1 + n, stage.load.accounts[n % 6]) for n in range(count)]
            stage.rows(POISON % (several[-1].request_id, "53100"))
            call = overlapped(stage, process, several)
            wait([call], A_MOMENT)
            stage.rows(CURE)
            assert call.result(20)
            assert all(sent.final for sent in several)
        stage.check(stopped=True)


def key_used_again(database: Database, program: str = HEALTHY) -> None:
    """One batch takes a payment reference back and uses it again: no constraint may fire."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        client = stage.client(process)
        first = stage.load.make_deposit(5)
        first.item.command.record_deposit.deposit.confidential.payment_ref = "R1"
        stage.load.call(client, first)
        again = stage.load.make_deposit(5)
        again.item.command.record_deposit.deposit.confidential.payment_ref = "R1"
        reversal = stage.load.make_reversal(first.answer.first_position)
        assert stage.load.call_batch(client, [reversal, again])
        assert again.answer is not None
        stage.check()


def drained(database: Database, program: str = HEALTHY) -> None:
    """SIGTERM under load: whatever the service took up is answered, and the answers are true."""
    with Stage(database, program) as stage:
        process = stage.ledgerd()
        stage.load.use(process)
        stage.load.start(singles=4, batchers=1, batch=100)
        assert stage.load.wait_for(200)
        assert process.terminate() == 0
        stage.load.stop()
        told = [sent for sent in stage.load.sent if sent.attempts]
        assert all(sent.final or sent.failures or sent.unknown for sent in told)
        stage.check()
