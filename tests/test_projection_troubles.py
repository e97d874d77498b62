"""What cannot be taken in: dead letters for what is broken, a stop for what is newer or another log. Never silence."""

from __future__ import annotations

import contextlib
import random
import struct

import psycopg
import pytest

from ledger.log import header
from ledger.log.entry import EVENT_TYPES, UnknownPartError
from projections import runner as runner_module
from projections import spending
from projections.ahead import PENDING_MAX, Ahead, Prepared
from projections.follower import Follower
from projections.page import NO_ENTRIES, LogEndError, Page
from projections.runner import Runner, connect
from tests import histories
from tests.views import Views
from tests.world import World


@pytest.fixture
def world(client, ledger):
    world = World(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


def change_entry(database, ledger, position, change):
    """Rewrite a stored entry, as only who owns the server can."""
    with psycopg.connect(database.url) as connection:
        connection.execute(f"ALTER TABLE ledger_{ledger}.entries_000000 DISABLE TRIGGER ALL")
        (entry,) = connection.execute(
            f"SELECT entry FROM ledger_{ledger}.entries WHERE position = %s", (position,)
        ).fetchone()
        connection.execute(
            f"UPDATE ledger_{ledger}.entries SET entry = %s WHERE position = %s", (change(entry), position)
        )
        connection.execute(f"ALTER TABLE ledger_{ledger}.entries_000000 ENABLE ALWAYS TRIGGER refuse_row_change")


TAKING_PURCHASES = ("journal", "settlements", "spending")


def letters(views):
    return views.rows("SELECT projection, position FROM {s}.dead_letters ORDER BY projection, position")


def test_a_poisoned_transaction_is_buried_as_a_whole(world, views, database, ledger):
    """The purchase cannot be read: its share goes with it, and everything else is taken in."""
    histories.make(world, random.Random(1), 30)
    world.done(world.deposit("A", 500))
    poisoned = world.done(world.purchase("C", 10_000, shares_unused=False))
    places = [int(entry.name.rsplit("/", 1)[1]) for entry in poisoned.entries]
    assert len(places) == 2
    after = world.done(world.deposit("A", 7)).last_position
    size = world.size()  # before the service can notice that its log was changed, and stop serving it
    change_entry(database, ledger, places[0], lambda entry: entry[:-1] + bytes([entry[-1] ^ 0xFF]) + b"\xff")
    assert views.follow() == size
    assert letters(views) == [(name, place) for name in TAKING_PURCHASES for place in places]
    assert views.follower.buried == 6
    assert views.position() == after
    assert (after,) in views.rows("SELECT position FROM {s}.transactions_v1")
    # Headers were enough for the balances.
    assert views.rows("SELECT count(*) FROM {s}.balance_changes_v1 WHERE position = ANY(%s)", places) == [(2,)]


def test_what_fails_while_writing_is_buried_too(world, views, monkeypatch):
    """Such as a value that PostgreSQL refuses."""
    real = spending._deposit
    monkeypatch.setitem(
        spending._DETAILS, EVENT_TYPES["deposit_posted"], lambda event, stream: real(event, stream)._replace(tail=b"")
    )
    place = world.done(world.deposit("A", 100)).first_position
    after = world.done(world.purchase("A", 60)).first_position
    views.follow()
    assert letters(views) == [("spending", place)]
    assert views.rows("SELECT position FROM {s}.transactions_v1") == [(after,)]


def test_a_balance_that_does_not_follow_is_buried(world, views, database, ledger):
    """The arithmetic of headers is checked where two entries of an account meet in a page."""
    world.done(world.deposit("A", 100))
    place = world.done(world.deposit("A", 100)).first_position
    at = header.OFFSETS["balance_after"]
    change_entry(database, ledger, place, lambda entry: entry[:at] + struct.pack("<q", 300) + entry[at + 8 :])
    views.follow()
    assert views.rows("SELECT sum(change) FROM {s}.balance_changes_v1") == [(200,)]


def unknown_type(entry):
    at = header.OFFSETS["type"]
    return entry[:at] + (9_999).to_bytes(4, "little") + entry[at + 4 :]


@pytest.mark.parametrize("change", [unknown_type, lambda entry: entry + b"\xa2\x06\x00"])
def test_what_a_newer_version_wrote_stops_it(world, views, database, ledger, change):
    """It waits for its own upgrade, says why, and guesses nothing."""
    views.follow()
    before = views.position()
    place = world.done(world.deposit("A", 100)).first_position
    change_entry(database, ledger, place, change)
    with connect(database.url) as connection, pytest.raises(UnknownPartError):
        views.follower.step(connection)
    runner = Runner(database.url, [ledger])
    runner.turn()
    runner.close()
    assert views.position() == before
    assert letters(views) == []
    problems = views.rows("SELECT problem FROM {s}.tracking")
    assert all("does not know" in text or "cannot read" in text for (text,) in problems)


def test_another_log_stops_it(world, views, database, ledger):
    """The last entry that was taken in is looked at before each page."""
    views.follow()
    change_entry(database, ledger, views.position(), lambda entry: entry[:-1] + b"\x7f")
    world.done(world.deposit("A", 100))
    with connect(database.url) as connection, pytest.raises(LogEndError, match="replaced"):
        views.follower.step(connection)


def test_a_shorter_log_stops_it(world, views, database):
    """As after a restore from an older backup."""
    views.follow()
    views.rows("UPDATE {s}.tracking SET position = position + 5")
    with connect(database.url) as connection, pytest.raises(LogEndError, match="the log ends at"):
        views.follower.step(connection)


def test_a_page_that_takes_too_long_is_made_smaller(world, views, monkeypatch):
    """PostgreSQL ends a statement that takes too long; the same page again would end in the same way for ever."""
    for _ in range(6):
        world.done(world.deposit("A", 100))
    real = Follower._write

    def slow(self, connection, row, page, folded):
        if len(page.heads) > 3:
            connection.execute("SET LOCAL statement_timeout = 1")
            connection.execute("SELECT pg_sleep(5)")
        real(self, connection, row, page, folded)

    monkeypatch.setattr(Follower, "_write", slow)
    for _ in range(50):
        with contextlib.suppress(psycopg.errors.QueryCanceled):
            views.follow()
            break
    assert views.position() == world.size()
    assert letters(views) == []


def test_a_ledger_that_is_locked_does_not_hold_up_the_others(client, database, monkeypatch):
    monkeypatch.setattr(runner_module, "_SESSION", (*runner_module._SESSION, "SET lock_timeout = '50ms'"))
    locked, other = sorted(database.new_ledger() for _ in range(2))
    views = {code: Views(database, code) for code in (locked, other)}
    with psycopg.connect(database.url) as holder:
        holder.execute(f"LOCK TABLE views_{locked}.balances_v1, views_{locked}.balance_changes_v1")
        for code in (locked, other):
            world = World(client, code)
            world.done(world.opening("A", 100))
        runner = Runner(database.url, [locked, other])
        for _ in range(3):
            with contextlib.suppress(psycopg.errors.LockNotAvailable):
                runner.turn()
        runner.close()
        assert views[other].position() == views[other].head()
        assert views[locked].position() == 0


def test_pages_are_prepared_for_a_few_ledgers_only():
    """Each takes some twenty megabytes, and after an upgrade every ledger may be behind."""
    prepared = Prepared(0, b"", Page((), NO_ENTRIES), {})
    ahead = Ahead(lambda: None)
    for number in range(100):
        ahead.begin(str(number), lambda _: prepared)
    assert [ahead.take(str(number)) for number in range(100)].count(prepared) == PENDING_MAX
    ahead.begin("one more", lambda _: prepared)
    assert ahead.take("one more") is prepared
    ahead.close()


def test_ranges_of_a_page_that_was_given_up_are_made_again(world, views, monkeypatch):
    """They went with the transaction; rows behind them would else be buried one after the other."""
    views.rows("DROP TABLE {s}.balance_changes_v1_000000")
    real, failures = Follower._write, iter([True])

    def once(self, connection, row, page, folded):
        if next(failures, False):
            raise ValueError
        real(self, connection, row, page, folded)

    monkeypatch.setattr(Follower, "_write", once)
    views.follow()
    assert letters(views) == []
    assert views.position() == world.size()
