"""Exactly once: what the tables hold is what the log says, however it was read, by whom, and whoever was killed."""

from __future__ import annotations

import os
import random
import signal
import time
from types import SimpleNamespace

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.log.reader import Reader
from projections.child import Child
from projections.page import read_entries, read_page
from projections.projection import Batch, is_divided, part_of
from projections.runner import Runner, connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.crash_postgres import OwnDatabase
from tests.made_log import fill
from tests.views import PATIENCE, RunnerProcess, Views
from tests.world import World

KILLS = 6
TABLES = ("balances_v1", "balance_changes_v1", "transactions_v1")
ALL_TABLES = [f"{table.name}_v1" for make in PROJECTIONS.values() for table in make("x").tables]
ENTRIES = 6_000


@pytest.fixture
def world(client, ledger):
    world = World(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


def contents(views):
    return {name: views.table(name) for name in ALL_TABLES}


def check_against_log(views, entries):
    """Every entry of a made log counts once: `entries` money entries behind position 1."""
    balances = views.rows("SELECT account, balance, position FROM {s}.balances_v1 ORDER BY account")
    newest = (
        "SELECT DISTINCT ON (stream) stream, entry, position FROM {log}.entries WHERE position > 1"
        " ORDER BY stream, version DESC"
    )
    known = [
        (stream, int.from_bytes(entry[278:286], "little"), position) for stream, entry, position in views.rows(newest)
    ]
    assert balances == sorted(known)
    for table in TABLES[1:]:
        count, total = views.rows(f"SELECT count(*), count(DISTINCT position) FROM {{s}}.{table}")[0]
        assert (count, total) == (entries, entries), table
    unsummed = (
        "SELECT sum(amount), count(DISTINCT position), sum(greatest(amount, 0)), (SELECT sum(debits) FROM"
        " {s}.journal_sums_v1), (SELECT sum(credits) FROM {s}.journal_sums_v1) FROM {s}.journal_v1"
    )
    total, posted, debits, *blocks = views.rows(unsummed)[0]
    assert (total, posted, blocks) == (0, entries, [debits, debits])
    broken = "SELECT count(*) FROM {s}.transactions_v1 t JOIN {s}.balance_changes_v1 c USING (account, position)"
    assert views.rows("SELECT * FROM {s}.dead_letters") == []
    assert views.rows(f"{broken} WHERE (t.change, t.balance_after) = (c.change, c.balance_after)") == [(entries,)]


@pytest.mark.parametrize("seed", range(3))
def test_tables_say_what_the_log_says(world, views, seed):
    """Balance, and one row for each entry that moves money, with every amount of it."""
    histories.make(world, random.Random(seed), 120)
    views.follow()
    moves = histories.raw(world)
    money = [move for move in moves if move.change]
    changes = views.rows(
        "SELECT position, uuid_send(account), change, balance_after, effective_time, record_time"
        " FROM {s}.balance_changes_v1 ORDER BY position"
    )
    known = [m for m in moves if m.change or m.type in {"account_opened", "opening_imported"}]
    assert changes == [(m.position, m.account, m.change, m.after, m.effective, m.recorded) for m in known]
    accounts = {m.account: 0 for m in moves if m.type in {"account_opened", "opening_imported"}}
    accounts |= {m.account: m.after for m in money}
    assert dict(views.rows("SELECT uuid_send(account), balance FROM {s}.balances_v1")) == accounts
    rows = views.rows("SELECT position, change FROM {s}.transactions_v1 ORDER BY position")
    assert [row for row in rows if row[1]] == [(m.position, m.change) for m in money]
    settled = {m.position: m for m in moves if m.type in {"purchase_settled", "purchase_reversed"}}
    assert settled.keys() <= {position for position, _ in rows}
    bills = views.rows(
        "SELECT position, total, pooled + funds + hospital + own_account + shared + cash, own_account, change, payable"
        " FROM {s}.transactions_v1 WHERE total IS NOT NULL"
    )
    assert {row[0] for row in bills} == settled.keys()
    for position, total, parts, own, change, payable in bills:
        assert total == parts, position
        assert change + payable == -own, position


def test_the_size_of_pages_changes_nothing(world, views, database, ledger):
    """Pages of one entry, which then end behind whole transactions, give the same rows as one page for all."""
    histories.make(world, random.Random(7), 80)
    views.follow()
    whole = contents(views)
    moves = histories.raw(world)
    begins = {one.recorded: one.position for one in reversed(moves)}
    ends = {position - 1 for position in begins.values()} | {world.size()}
    assert len(ends) < len(moves)
    for size in (1, 7):
        for table in ALL_TABLES:
            views.rows(f"TRUNCATE {{s}}.{table}")
        views.rows("UPDATE {s}.tracking SET position = 0, last_leaf = ''")
        other = Views(database, ledger, page_entries=size)
        with connect(database.url) as connection:
            while other.follower.step(connection):
                assert other.position() in ends
        assert other.position() == world.size()
        assert contents(views) == whole


def test_entries_may_be_divided_by_the_partition_key(world, views, database, ledger):
    """What a parallel rebuild rests on: parts folded apart give the rows of the whole."""
    histories.make(world, random.Random(8), 80)
    reader = Reader(f"ledger_{ledger}")
    with connect(database.url) as connection:
        page = read_page(connection, reader, 0, b"", 10_000)

        def rows(projection, wanted):
            pairs = [pair for pair in zip(page.heads, page.entries, strict=True) if wanted(pair[0])]
            heads, entries = zip(*pairs, strict=True) if pairs else ((), ())
            batch = Batch(heads, entries, lambda positions: read_entries(connection, reader, positions))
            return sorted(row for write in projection.fold(batch) if hasattr(write, "rows") for row in write.rows)

        for make in PROJECTIONS.values():
            projection = make(ledger)
            if not is_divided(projection):
                continue
            apart = []
            for part in range(3):
                apart += rows(projection, lambda head, p=projection, at=part: part_of(p.partition_key(head), 3) == at)
            assert sorted(apart) == rows(projection, lambda _: True)


def test_a_projection_that_is_behind_joins_the_others(world, views):
    """It goes from where it stands to where the others stand; then one page serves all."""
    histories.make(world, random.Random(9), 40)
    views.follow()
    whole = contents(views)
    views.rows("TRUNCATE {s}.transactions_v1")
    views.rows("UPDATE {s}.tracking SET position = 0, last_leaf = '' WHERE projection = 'spending'")
    assert views.follow() == world.size()
    assert contents(views) == whole


def test_killing_the_runner(database, ledger):
    """SIGKILL at any moment, again and again, on small pages."""
    views, chance = Views(database, ledger), random.Random(3)
    fill(database.url, ledger, ENTRIES, accounts=500)
    stops = []
    small = {"PAGE_ENTRIES": "40"}
    while views.position() < ENTRIES + 1:
        with RunnerProcess(database, ledger, program="tests.small_pages", variables=small) as runner:
            begin = views.position()
            while views.position() == begin:
                assert runner.process.poll() is None
                time.sleep(0.005)
            time.sleep(chance.random() * 0.1 if len(stops) < KILLS else 5)
            runner.kill()
        stops.append(views.position())
    assert len(set(stops)) > 5
    check_against_log(views, ENTRIES)


@pytest.mark.parametrize("moment", ["before_moving", "before_commit", "behind_commit"])
def test_killed_at_the_worst_moments(database, ledger, moment):
    """Rows are there and the position is not, or both and nobody was told: neither lost nor twice."""
    views = Views(database, ledger)
    fill(database.url, ledger, 500, accounts=50)
    variables = {"PAGE_ENTRIES": "20", "DIE_AT": moment}
    with RunnerProcess(database, ledger, program="tests.small_pages", variables=variables) as runner:
        assert runner.process.wait(PATIENCE) == -signal.SIGKILL
    assert views.position() == (60 if moment == "behind_commit" else 40)
    views.follow()
    check_against_log(views, 500)


def test_two_runners_take_turns(database, ledger):
    """Both take pages in, none twice."""
    views = Views(database, ledger)
    fill(database.url, ledger, ENTRIES, accounts=500)
    small = {"PAGE_ENTRIES": "40"}
    with (
        RunnerProcess(database, ledger, program="tests.small_pages", variables=small) as one,
        RunnerProcess(database, ledger, program="tests.small_pages", variables=small) as other,
    ):
        views.wait()
        for runner in (one, other):
            status, errors = runner.end()
            assert (status, errors) == (0, "")
    check_against_log(views, ENTRIES)


@pytest.mark.crash
def test_killing_postgresql():
    """Its crash loses pages that were not flushed, rows and tracking row together; the same process goes on."""
    database = OwnDatabase()
    try:
        code = database.new_ledger()
        views, chance = Views(database, code), random.Random(4)
        fill(database.url, code, ENTRIES, accounts=500)
        small = {"PAGE_ENTRIES": "20"}
        with RunnerProcess(database, code, program="tests.small_pages", variables=small) as runner:
            for _ in range(3):
                begin = views.position()
                while views.position() == begin:
                    assert runner.process.poll() is None
                    time.sleep(0.005)
                time.sleep(chance.random() * 0.1)
                database.kill()
                database.start()
            assert begin < ENTRIES
            views.wait()
        check_against_log(views, ENTRIES)
    finally:
        database.close()


def test_the_runner_takes_up_ledgers_that_come_later(database, ledger):
    """And makes what their read side lacks where it may."""
    runner = Runner(database.url, [ledger], create=True)
    runner.turn()
    later = database.new_ledger()
    runner.follow(later)
    runner.turn()
    runner.close()
    assert Views(database, later).position() == 1


def test_a_runner_needs_no_more_than_the_projector_may(database, ledger):
    """A login that is a member of the projector follows the log, and may not write to it; a writer may only read."""
    views = Views(database, ledger)
    fill(database.url, ledger, 50)
    with psycopg.connect(database.url, autocommit=True) as connection:
        for login, role in (("test_projector", "ledger_projector"), ("test_writer", "ledger_writer")):
            connection.execute(f"DROP ROLE IF EXISTS {login}")
            connection.execute(f"CREATE ROLE {login} LOGIN IN ROLE {role}")
    parts = conninfo_to_dict(database.url)
    runner = Runner(make_conninfo(**parts | {"user": "test_projector"}), [ledger])
    runner.turn()
    runner.close()
    assert views.position() == 51
    attempts = {
        "test_projector": (f"DELETE FROM ledger_{ledger}.entries", f"INSERT INTO ledger_{ledger}.head VALUES (true)"),
        "test_writer": (f"DELETE FROM views_{ledger}.tracking", f"TRUNCATE views_{ledger}.transactions_v1"),
    }
    for login, statements in attempts.items():
        with psycopg.connect(make_conninfo(**parts | {"user": login}), autocommit=True) as connection:
            for statement in statements:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
    with psycopg.connect(make_conninfo(**parts | {"user": "test_writer"})) as connection:
        rows = connection.execute(f"SELECT count(*) FROM views_{ledger}.balance_changes_v1").fetchall()
    assert rows == [(50,)]


def test_a_code_that_the_pipe_did_not_take_is_said_again(database):
    """A pipe that is full takes nothing, and says so without an exception."""
    child = Child(database.url, lambda: ["one"], create=False)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with os.fdopen(reader, "rb", 0) as inside, os.fdopen(writer, "wb", 0) as stdin:
        child._process = SimpleNamespace(stdin=stdin)
        while stdin.write(b"x" * 4096):
            pass
        child.look("one")
        assert child._followed == set()
        inside.read(1 << 20)
        child.look("one")
        assert child._followed == {"one"}
        assert inside.read(1 << 20).endswith(b"one\n")
