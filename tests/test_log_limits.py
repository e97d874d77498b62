"""What is too large is refused before anything is written, and the commands beside it are not disturbed."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from ledger.api.calls import Gate
from ledger.api.identity import DevProvider
from ledger.domain import command as kinds
from ledger.domain.command import Command, Work
from ledger.log.intake import AnswerDefectError
from ledger.log.ledgers import Ledgers
from ledger.log.outcome import Committed, Failed
from ledger.log.settings import LogSettings
from ledger.v1 import commands_pb2 as c
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t

ORGANISATION = bytes(15) + b"\1"


def work(*commands):
    """One work under a fresh request id."""
    return Work(ORGANISATION, ORGANISATION, os.urandom(16), os.urandom(32), commands)


def opening(stream):
    """An account with some money."""
    content = c.Opening(scheme=t.SCHEME_EMPLOYEE, person_type=t.PERSON_TYPE_ACTIVE, balance=10_000)
    content.activated_time.seconds = 1
    return command(kinds.IMPORT_OPENING, stream, content)


def purchase(stream, institution, note=""):
    """A purchase whose institution is far longer than a caller may write."""
    content = c.Purchase(
        bill=t.Bill(total=5, in_scope=5), institution=institution, category=1, upstream=c.UpstreamSplit()
    )
    return command(kinds.RECORD_PURCHASE, stream, content, t.Confidential(note=note) if note else None)


def command(kind, stream, content, confidential=None):
    now = time.time_ns() // 1000
    return Command(kind, content, confidential, stream, now, False, now)


def test_an_entry_over_65535_bytes_is_refused_before_anything_is_written(database):
    """Alone, by its sealed part, as a refusal, and inside a group; what stands beside it is recorded."""
    code, stream = database.new_ledger(), os.urandom(16)
    long = "x" * 65_535

    async def body():
        ledgers = Ledgers.open(LogSettings(database.url, database.master_key))
        await ledgers.start()
        ledger = await ledgers.get(code)

        async def execute(*works):
            outcomes = await ledger.execute(works, deadline=time.monotonic() + 20, source=b"")
            return outcomes, (await ledger.read_head()).size

        works = [
            work(opening(stream)),
            work(purchase(stream, long)),
            work(purchase(stream, "H", note=long)),
            work(purchase(os.urandom(16), long)),
            work(purchase(stream, "H"), purchase(stream, long)),
            work(purchase(stream, "H")),
        ]
        outcomes, size = await execute(*works)
        assert [type(outcome) for outcome in outcomes] == [Committed, Failed, Failed, Failed, Failed, Committed]
        assert {outcome.reason for outcome in outcomes[1:5]} == {reasons.REFUSAL_REASON_INVALID_REQUEST}
        assert size == 3
        assert outcomes[-1].entries[0].balance_after == 9_995
        assert (await ledger.read_person(stream))[0].balance == 9_995
        again, size = await execute(works[1], works[-1])
        assert (type(again[0]), again[1].replayed, size) == (Failed, True, 3)
        await ledgers.stop(10)

    asyncio.run(body())


def test_a_deadline_that_has_passed_is_told(database):
    """DEADLINE_EXPIRED, nothing is recorded, and the same id may be sent again."""
    code, stream = database.new_ledger(), os.urandom(16)

    async def body():
        ledgers = Ledgers.open(LogSettings(database.url, database.master_key))
        await ledgers.start()
        ledger = await ledgers.get(code)
        asked = work(opening(stream))
        late = await ledger.execute([asked], deadline=time.monotonic() - 1, source=b"")
        assert late == [Failed(reasons.REFUSAL_REASON_DEADLINE_EXPIRED)]
        assert (await ledger.read_head()).size == 1
        (done,) = await ledger.execute([asked], deadline=time.monotonic() + 20, source=b"")
        assert not done.replayed
        await ledgers.stop(10)

    asyncio.run(body())


def test_an_answer_that_cannot_be_made_says_that_the_outcome_is_unknown(database):
    """It may be committed by then: whoever hears that nothing was recorded would send it again under a new id."""
    code, asked = database.new_ledger(), work(opening(os.urandom(16)))

    def unable(_):
        raise ValueError("no answer can be made of it")

    async def body():
        ledgers = Ledgers.open(LogSettings(database.url, database.master_key))
        await ledgers.start()
        ledger = await ledgers.get(code)
        deadline = time.monotonic() + 20
        with pytest.raises(AnswerDefectError) as caught:
            await ledger.queue((1,), lambda _: asked, unable, deadline=deadline, source=b"")
        told = Gate(DevProvider()).defect(caught.value, "any")
        assert told.reason == reasons.REFUSAL_REASON_OUTCOME_UNKNOWN
        (again,) = await ledger.execute((asked,), deadline=deadline, source=b"")
        assert again.replayed
        await ledgers.stop(5)

    asyncio.run(body())
