"""Snapshots make a cold read short, and never change what is read: whatever is wrong with one, it is ignored."""

from __future__ import annotations

import asyncio
import os

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from ledger.domain.person import Person
from ledger.domain.values import Grant, Sums
from ledger.log import ledger as ledger_module
from ledger.log import reader as reader_module
from ledger.log.secret import LedgerSecret
from ledger.log.snapshot import EVERY, restore, take
from ledger.log.state import Tip
from tests.proxy import wait_until
from tests.test_log_batch_reads import Open, deposit, opening

VERSIONS = 2 * EVERY + 50
SECRET = LedgerSecret(bytes(range(32)))
IDS = st.binary(min_size=16, max_size=16)
FEN = st.integers(0, 10**15)
VALUES = st.one_of(
    FEN,
    st.booleans(),
    st.tuples(IDS, FEN),
    st.frozensets(FEN),
    st.frozensets(IDS),
    st.dictionaries(IDS, st.builds(Grant, st.text(max_size=40), FEN, FEN, FEN, FEN)),
    st.dictionaries(st.tuples(IDS, FEN), FEN),
    st.dictionaries(st.tuples(FEN, FEN), st.one_of(st.builds(Sums, FEN, FEN, FEN, FEN, FEN), st.tuples(FEN, FEN))),
)


@given(IDS, st.data())
def test_a_person_comes_back_as_it_was(stream, data):
    """Whatever its fields hold, in the same order."""
    person = Person(stream)
    for name in set(Person.FIELDS) - {"id", "version", "last_position"}:
        setattr(person, name, data.draw(VALUES))
    found = restore(take(person, Tip(7, bytes(32)), SECRET), SECRET)
    assert found == person
    for name in Person.FIELDS:
        one, other = getattr(found, name), getattr(person, name)
        assert type(one) is type(other)
        if isinstance(one, dict):
            assert list(one) == list(other)


def test_every_part_is_under_the_key():
    """Another secret, or any byte that was changed: it is not ours."""
    made = take(Person(bytes(16)), Tip(7, bytes(32)), SECRET)
    assert restore(made, LedgerSecret(bytes(32))) is None
    for name in made._fields:
        value = getattr(made, name)
        other = value + 1 if isinstance(value, int) else value[:-1] + bytes([value[-1] ^ 1])
        assert restore(made._replace(**{name: other}), SECRET) is None, name


class Counted:
    """How many entries are applied while it is looked."""

    def __init__(self, monkeypatch):
        self.entries, step = 0, reader_module.step

        def counted(*arguments):
            self.entries += 1
            return step(*arguments)

        monkeypatch.setattr(reader_module, "step", counted)
        monkeypatch.setattr(ledger_module, "step", counted)


async def long_stream(database, code):
    """One person with many versions and a snapshot. Returns the person as the log tells it."""
    stream = os.urandom(6) + b"\x40" + os.urandom(9)
    async with Open(database, code) as opened:
        await opened.execute([opening(stream), *(deposit(stream) for _ in range(VERSIONS - 1))])
        await opened.ledger._snapshots.write()
        return (await opened.ledger.read_person(stream))[0]


async def read_cold(database, code, stream):
    """The person as a reader and as a deciding committer see it, each in a process with nothing in memory."""
    async with Open(database, code) as opened:
        read = (await opened.ledger.read_person(stream))[0]
        (done,) = await opened.execute([deposit(stream)])
        return read, done.entries[0]


def rows(database, code, text, *values):
    with psycopg.connect(database.url, autocommit=True) as connection:
        cursor = connection.execute(sql.SQL(text).format(s=sql.Identifier(f"ledger_{code}")), values)
        return cursor.fetchall() if cursor.description else []


def test_a_cold_read_of_a_long_stream_is_short(database, ledger, monkeypatch):
    async def body():
        person = await long_stream(database, ledger)
        assert rows(database, ledger, "SELECT version FROM {s}.snapshots") == [(VERSIONS,)]
        counted = Counted(monkeypatch)
        read, entry = await read_cold(database, ledger, person.id)
        assert read == person
        assert (entry.version, entry.balance_after) == (VERSIONS + 1, person.balance + 5)
        assert counted.entries < EVERY

    asyncio.run(body())


def test_a_long_replay_leaves_a_snapshot(database, ledger, monkeypatch):
    """As after an upgrade, or where the service ended too early."""

    async def body():
        person = await long_stream(database, ledger)
        rows(database, ledger, "DELETE FROM {s}.snapshots")
        async with Open(database, ledger) as opened:
            assert (await opened.ledger.read_person(person.id))[0] == person
            await opened.ledger._snapshots.write()
        counted = Counted(monkeypatch)
        assert (await read_cold(database, ledger, person.id))[0] == person
        assert counted.entries < EVERY

    asyncio.run(body())


def forge(database, code, person, secret, **changed):
    """Put a snapshot in place that is under the right key and yet not what the log says."""
    other = Person(person.id)
    for name in Person.FIELDS:
        setattr(other, name, changed.get(name, getattr(person, name)))
    ((leaf,),) = rows(database, code, "SELECT leaf_hash FROM {s}.snapshots")
    made = take(other, Tip(other.version, changed.get("leaf", leaf)), secret)
    rows(
        database,
        code,
        "UPDATE {s}.snapshots SET version = %s, position = %s, leaf_hash = %s, state = %s, mac = %s",
        made.version,
        made.position,
        made.leaf,
        made.state,
        made.mac,
    )


WRONG = {
    "another balance": {"balance": 10**9},
    "a version that is not there": {"version": VERSIONS + 9},
    "an older version": {"version": VERSIONS - 1},
    "another position": {"last_position": 3},
    "another log": {"leaf": bytes(32)},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_snapshot_that_the_log_does_not_bear_out_is_ignored(database, ledger, changed):
    async def body():
        person = await long_stream(database, ledger)
        async with Open(database, ledger) as opened:
            secret = opened.ledger.secret
        forge(database, ledger, person, secret, **changed)
        read, entry = await read_cold(database, ledger, person.id)
        assert read == person
        assert (entry.version, entry.balance_after) == (VERSIONS + 1, person.balance + 5)

    asyncio.run(body())


@pytest.mark.parametrize("column", ["state", "mac", "leaf_hash"])
def test_a_snapshot_that_was_tampered_with_is_ignored(database, ledger, column):
    async def body():
        person = await long_stream(database, ledger)
        rows(database, ledger, f"UPDATE {{s}}.snapshots SET {column} = set_byte({column}, 9, 7)")
        read, entry = await read_cold(database, ledger, person.id)
        assert read == person
        assert entry.balance_after == person.balance + 5

    asyncio.run(body())


def test_the_service_writes_them_by_itself(database, ledger):
    """Beside the commits, about once a second."""

    def written():
        wait_until(lambda: bool(rows(database, ledger, "SELECT 1 FROM {s}.snapshots")), "a snapshot is there", 20)

    async def body():
        stream = os.urandom(6) + b"\x40" + os.urandom(9)
        async with Open(database, ledger) as opened:
            await opened.execute([opening(stream), *(deposit(stream) for _ in range(EVERY))])
            await asyncio.to_thread(written)

    asyncio.run(body())
