"""What a batch needs is read in a few queries, however large it is; an unreadable key fails what needs it alone."""

from __future__ import annotations

import asyncio
import os
import threading
import time

import psycopg
import pytest

from ledger.domain import command as kinds
from ledger.domain.command import NO_ID, Command, Work
from ledger.log.ledgers import Ledgers
from ledger.log.outcome import Committed, Failed, OutcomeQuery
from ledger.log.settings import LogSettings
from ledger.v1 import commands_pb2 as c
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t

ORGANISATION = bytes(15) + b"\1"
FEW, MANY = 3, 40


def work(kind, stream, content, **confidential):
    """One work of one command under a fresh, random request id."""
    now = time.time_ns() // 1000
    sealed = t.Confidential(**confidential) if confidential else None
    command = Command(kind, content, sealed, stream, now, False, now)
    return Work(ORGANISATION, ORGANISATION, os.urandom(16), os.urandom(32), (command,))


def opening(stream, **confidential):
    content = c.Opening(scheme=t.SCHEME_EMPLOYEE, person_type=t.PERSON_TYPE_ACTIVE, balance=1_000)
    content.activated_time.seconds = 1
    return work(kinds.IMPORT_OPENING, stream, content, **confidential)


def deposit(stream):
    return work(kinds.RECORD_DEPOSIT, stream, c.Deposit(amount=5, source=1), note="seen by nobody")


def void(other):
    return work(kinds.VOID_COMMAND, NO_ID, c.VoidedCommand(request_id=other.request_id))


def reversal(code, position):
    return work(kinds.REVERSE_ENTRY, NO_ID, c.Reversal(entry=f"ledgers/{code}/entries/{position}"))


class Open:
    """A ledger in this process whose memory is empty."""

    def __init__(self, database, code):
        self.ledgers, self.code = Ledgers.open(LogSettings(database.url, database.master_key)), code

    async def __aenter__(self):
        await self.ledgers.start()
        self.ledger = await self.ledgers.get(self.code)
        return self

    async def __aexit__(self, *_):
        await self.ledgers.stop(10)

    async def execute(self, works):
        return await self.ledger.execute(works, deadline=time.monotonic() + 60, source=b"")


async def prepared(database, code, count):
    """Persons with one deposit each; returns the deposits and their outcomes."""
    streams = [os.urandom(6) + b"\x40" + os.urandom(9) for _ in range(count)]
    deposits = [deposit(stream) for stream in streams]
    async with Open(database, code) as first:
        await first.execute([opening(stream) for stream in streams])
        return deposits, await first.execute(deposits)


ASKED = {
    "the same again": lambda _code, works, _done: works,
    "what became of it": lambda _code, works, _done: [OutcomeQuery(ORGANISATION, each.request_id) for each in works],
    "void it": lambda _code, works, _done: [void(each) for each in works],
    "reverse it": lambda code, _works, done: [reversal(code, each.entries[0].position) for each in done],
    "new persons": lambda _code, works, _done: [
        opening(os.urandom(6) + b"\x40" + os.urandom(9), insured_person_id=os.urandom(8).hex()) for _ in works
    ],
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_large_batch_takes_as_many_queries_as_a_small_one(database, monkeypatch, asked):
    """Counted on the committer's thread of a process that has nothing in memory."""
    execute, executemany, counts = psycopg.Connection.execute, psycopg.Cursor.executemany, []

    def note():
        if threading.current_thread().name.startswith("committer"):
            counts[-1] += 1

    def counted(connection, *arguments, **options):
        note()
        return execute(connection, *arguments, **options)

    def counted_many(cursor, *arguments, **options):
        note()
        return executemany(cursor, *arguments, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", counted)
    monkeypatch.setattr(psycopg.Cursor, "executemany", counted_many)

    async def body(count):
        counts.append(0)
        code = database.new_ledger()
        works = asked(code, *await prepared(database, code, count))
        async with Open(database, code) as again:
            counts[-1] = 0
            outcomes = await again.execute(works)
        assert {type(outcome) for outcome in outcomes} == {Committed}, outcomes

    for count in (FEW, MANY):
        asyncio.run(body(count))
    # The clocks are compared every five seconds, which may fall into one of the two.
    assert counts[1] <= counts[0] + 2


def test_a_key_that_cannot_be_unwrapped_fails_what_needs_it_alone(database):
    """A retry that would be compared with it, and a new entry that it would seal; the ledger goes on."""

    async def body():
        code = database.new_ledger()
        deposits, _ = await prepared(database, code, FEW)
        with psycopg.connect(database.url) as connection:
            connection.execute(
                "UPDATE ledger_keys.person_keys SET wrapped = set_byte(wrapped, 20, 255 - get_byte(wrapped, 20))"
                " WHERE stream = %s",
                (deposits[0].commands[0].stream.hex(),),
            )
        async with Open(database, code) as again:
            new = [deposit(each.commands[0].stream) for each in deposits[:2]]
            outcomes = await again.execute([*deposits, *new])
            failed = Failed(reasons.REFUSAL_REASON_INTERNAL)
            assert [outcomes[0], outcomes[FEW]] == [failed, failed]
            assert all(isinstance(each, Committed) for each in (*outcomes[1:FEW], outcomes[FEW + 1]))
            assert again.ledger.serving

    asyncio.run(body())
