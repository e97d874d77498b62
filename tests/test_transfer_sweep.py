"""Going on with wallet transfers that stopped half way: by ledgerd, by several at once, by ledgerctl."""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextlib import ExitStack

import psycopg
import pytest

from ledger.cli import main
from ledger.log.ledgers import Ledgers
from ledger.log.settings import LogSettings
from ledger.log.verify import Verifier
from ledger.operation import sweeper
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd
from tests.test_transfers import DAY, new_id, noon, transfer_of
from tests.world import World, item, reason_of

QUICK = {"LEDGER_TRANSFER_SWEEP_SECONDS": "0.1", "LEDGER_TRANSFER_GRACE_SECONDS": "0"}
ENDED = (t.TRANSFER_STATE_CREDITED, t.TRANSFER_STATE_RETURNED)
SECONDS = 20


@pytest.fixture
def worlds(database):
    """Two ledgers behind a service that leaves transfers alone."""
    with Ledgerd(database, [], environment={"LEDGER_TRANSFER_SWEEP_SECONDS": "0"}) as process:
        client = Client(process.channel())
        yield founded(client, database)
        client.close()


def founded(client, database):
    """Four people who send, and four who receive."""
    here, there = (World(client, database.new_ledger()) for _ in range(2))
    for number in range(4):
        here.done(here.opening(f"a{number}", 10_000))
        there.done(there.opening(f"b{number}", 0))
        grant = here.grant(f"a{number}", there.person(f"b{number}"), relation=t.RELATION_CHILD, at=noon() - 9 * DAY)
        here.done(grant)
    return here, there


def stop_half_way(here, there):
    """Send twelve transfers of two days ago; half of them are accepted and not credited. Return their ids."""
    accepted, pending = [], []
    for number in range(4):
        for amount in (1, 20, 300):
            transfer_id, bob = new_id(), there.account(f"b{number}")
            here.done(here.send_to(f"a{number}", bob, amount, transfer_id, at=noon() - 2 * DAY))
            if number % 2:
                here.batch(item(here.accept(transfer_id, bob, at=noon() - 2 * DAY)))
            (accepted if number % 2 else pending).append(transfer_id)
    return accepted, pending


def wait_until_ended(world, transfers):
    end = time.monotonic() + SECONDS
    while any(transfer_of(world, each).state not in ENDED for each in transfers):
        assert time.monotonic() < end
        time.sleep(0.05)


def check(here, there, accepted, pending):
    """Every accepted transfer is credited once, every other one is back, and nothing else is in the logs."""
    assert {transfer_of(here, each).state for each in accepted} == {t.TRANSFER_STATE_CREDITED}
    assert {transfer_of(here, each).return_reason for each in pending} == {t.TRANSFER_RETURN_REASON_EXPIRED}
    assert [here.state(f"a{number}").balance for number in range(4)] == [10_000, 9_679, 10_000, 9_679]
    assert [there.state(f"b{number}").balance for number in range(4)] == [0, 321, 0, 321]
    # 1 birth, 4 opened and granted, 12 sent, 6 accepted and settled, 6 returned; and 1 birth, 4 opened, 6 credited.
    assert (here.size(), there.size()) == (1 + 8 + 12 + 12 + 6, 1 + 4 + 6)


def test_several_processes_at_once_take_each_step_once(database, worlds):
    here, there = worlds
    accepted, pending = stop_half_way(here, there)
    with ExitStack() as running:
        for _ in range(2):
            running.enter_context(Ledgerd(database, [here.code, there.code], environment=QUICK))
        wait_until_ended(here, accepted + pending)
        time.sleep(0.5)  # whatever they do again must leave no trace
    check(here, there, accepted, pending)


def test_a_ledger_that_cannot_be_opened_holds_nothing_else_up(database, worlds, monkeypatch):
    """What is for it waits, however much that is, and everything else ends."""
    monkeypatch.setattr(sweeper, "STEPS", 2)
    here, there = worlds
    broken = World(there.client, database.new_ledger())
    broken.done(broken.opening("b0", 0))
    here.done(here.grant("a1", broken.person("b0"), relation=t.RELATION_CHILD, at=noon() - 9 * DAY))
    waiting = []
    for _ in range(3):
        waiting.append(new_id())
        here.done(here.send_to("a1", broken.account("b0"), 5, waiting[-1], at=noon() - 3 * DAY))
        here.batch(item(here.accept(waiting[-1], broken.account("b0"), at=noon() - 3 * DAY)))
    accepted, pending = stop_half_way(here, there)
    with newer_schema(database, broken.code):
        asyncio.run(sweep(database, here.code, 12))
    assert {transfer_of(here, each).state for each in accepted} == {t.TRANSFER_STATE_CREDITED}
    assert {transfer_of(here, each).state for each in pending} == {t.TRANSFER_STATE_RETURNED}
    assert {transfer_of(here, each).state for each in waiting} == {t.TRANSFER_STATE_ACCEPTED}


@contextlib.contextmanager
def newer_schema(database, code):
    """A ledger that this program cannot open, as a newer one has migrated it."""
    scope = f"ledger_{code}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO ledger_registry.migrations (scope, name, version, oldest_compatible)"
            " VALUES (%s, 'newer', 99, 99)",
            (scope,),
        )
        yield
        connection.execute("DELETE FROM ledger_registry.migrations WHERE scope = %s AND name = 'newer'", (scope,))


async def sweep(database, code, times):
    """Sweep a ledger as a process does that has just started."""
    ledgers = Ledgers(LogSettings(database.url, database.master_key))
    await ledgers.start()
    try:
        sweeps = sweeper.Sweeper(ledgers, grace_seconds=0)
        for _ in range(times):
            await sweeps.sweep(code)
    finally:
        await ledgers.stop(10)


def test_ledgerctl_sweeps_and_lists(database, worlds, capsys):
    here, there = worlds
    accepted, pending = stop_half_way(here, there)
    options = ["--database-url", database.url, "--master-key-file", str(database.key_file), "transfers"]
    assert run([*options, "list", here.code]) == 0
    out = capsys.readouterr().out
    assert out.count("pending") == out.count("accepted") == 6
    assert "12.84 yuan in flight" in out
    assert run([*options, "sweep", here.code]) == 0
    assert "6 credited, 0 returned, 0 waiting" in capsys.readouterr().out  # they were recorded just now
    assert run([*options, "sweep", "--grace-seconds", "0", here.code]) == 0
    assert "0 credited, 6 returned, 0 waiting" in capsys.readouterr().out
    assert run([*options, "sweep", "--grace-seconds", "0", here.code]) == 0
    assert "0 credited, 0 returned, 0 waiting" in capsys.readouterr().out
    check(here, there, accepted, pending)
    assert run([*options, "list", here.code, there.code]) == 0
    assert "0.00 yuan in flight" in capsys.readouterr().out
    assert run([*options, "list", "nosuch"]) == 4


def held(database, code):
    """How many keys of accepted transfers are in use."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        statement = f"SELECT count(*) FROM ledger_{code}.unique_keys WHERE active AND kind IN (18, 19) AND kind = 19"
        return connection.execute(statement).fetchone()[0]


def test_a_settled_transfer_is_looked_at_by_nobody(database, worlds):
    """What was accepted in many years is not walked through again: its key is released when its credit is known."""
    here, there = worlds
    accepted, _ = stop_half_way(here, there)
    assert held(database, here.code) == 6
    asyncio.run(sweep(database, here.code, 1))
    assert held(database, here.code) == 0
    size = here.size()
    asyncio.run(sweep(database, here.code, 3))
    assert here.size() == size
    assert {transfer_of(here, each).state for each in accepted} == {t.TRANSFER_STATE_CREDITED}
    with psycopg.connect(database.url, autocommit=True) as connection:
        for world in worlds:
            assert list(Verifier(connection, world.code).defects()) == []


def test_a_credit_by_the_receivers_call_is_settled_by_the_next_sweep(database, worlds):
    """The acceptance itself takes two commits as before; the third is nobody's wait."""
    here, there = worlds
    transfer_id, bob = new_id(), there.account("b0")
    here.done(here.send_to("a0", bob, 5, transfer_id, at=noon()))
    here.done(here.accept(transfer_id, bob, at=noon()))
    assert held(database, here.code) == 1
    size = here.size()
    asyncio.run(sweep(database, here.code, 2))
    assert (held(database, here.code), here.size(), there.size()) == (0, size + 1, 1 + 4 + 1)


def test_nothing_is_settled_that_was_not_credited(worlds):
    """Whoever may settle cannot make an accepted transfer be forgotten."""
    here, there = worlds
    transfer_id, bob = new_id(), there.account("b0")
    here.done(here.send_to("a0", bob, 5, transfer_id, at=noon()))
    here.done(here.accept(transfer_id, bob, at=noon()))
    good = here.settlement(transfer_id, there)
    for field, value in (
        ("credited_position", 1),
        ("credited_leaf", bytes(31) + b"1"),
        ("accepted_position", good.settled.accepted_position - 1),
        ("transfer_id", bytes(15) + b"1"),
        ("receiver", there.account("b1")),
    ):
        wrong = here.settlement(transfer_id, there)
        setattr(wrong.settled, field, value)
        assert reason_of(here.send(wrong)) == "TRANSFER_NOT_FOUND", field
    done = here.done(good)
    assert here.done(good).replayed
    assert done.entries[0].type == "transfer_settled"
    assert reason_of(here.send(here.settlement(transfer_id, there))) == "TRANSFER_ALREADY_SETTLED"


def run(arguments):
    """The exit status of ledgerctl."""
    try:
        main(arguments)
    except SystemExit as ended:
        return ended.code or 0
    return 0
