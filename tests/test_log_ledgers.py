"""Opening ledgers: once each, whoever goes away meanwhile, and without holding up the others."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from ledger.log.ledgers import Ledgers
from ledger.log.settings import LogSettings


class Slow(Ledgers):
    """Opening one of the ledgers takes until it is let go."""

    def hold(self, code):
        self.held, self.let_go, self.began, self.starts = code, threading.Event(), threading.Event(), 0

    def _start_ledger(self, code):
        if code == self.held:
            self.starts += 1
            self.began.set()
            assert self.let_go.wait(20)
        return super()._start_ledger(code)


def run(database, held, body):
    """Run a test in a set of ledgers of which one opens slowly."""

    async def all_of_it():
        ledgers = Slow(LogSettings(database.url, database.master_key))
        ledgers.hold(held)
        await ledgers.start()
        try:
            await body(ledgers)
        finally:
            ledgers.let_go.set()
            await ledgers.stop(10)

    asyncio.run(all_of_it())


def committers(code):
    return [thread for thread in threading.enumerate() if thread.name == f"committer-{code}"]


def test_a_caller_that_goes_away_leaves_no_second_committer(database):
    """The first call is cancelled while it opens the ledger; the next one gets what was opened for the first."""
    code = database.new_ledger()

    async def body(ledgers):
        first = asyncio.create_task(ledgers.get(code))
        await asyncio.to_thread(ledgers.began.wait, 20)
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
        ledgers.let_go.set()
        assert (await ledgers.get(code)).code == code
        assert (ledgers.starts, len(committers(code))) == (1, 1)

    run(database, code, body)
    assert not committers(code)


def test_a_caller_that_goes_away_leaves_nothing_behind_at_the_end(database):
    """Nobody waits any more when the service ends: what was being opened is stopped all the same."""
    code = database.new_ledger()

    async def body(ledgers):
        first = asyncio.create_task(ledgers.get(code))
        await asyncio.to_thread(ledgers.began.wait, 20)
        first.cancel()

    run(database, code, body)
    assert not committers(code)


def test_a_ledger_that_opens_slowly_does_not_hold_up_the_others(database):
    slow, quick = database.new_ledger(), database.new_ledger()

    async def body(ledgers):
        first = asyncio.create_task(ledgers.get(slow))
        await asyncio.to_thread(ledgers.began.wait, 20)
        async with asyncio.timeout(10):
            assert (await ledgers.get(quick)).code == quick
            assert await ledgers.get("nobody") is None
        ledgers.let_go.set()
        assert (await first).code == slow

    run(database, slow, body)


def test_what_cannot_be_opened_is_tried_again(database, monkeypatch):
    """A failure is told to everybody who waits for it, and forgotten."""
    code = database.new_ledger()

    async def body(ledgers):
        monkeypatch.setattr(ledgers, "_start_ledger", lambda _: 1 / 0)
        found = await asyncio.gather(*(ledgers.get(code) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in found] == [ZeroDivisionError] * 3
        monkeypatch.undo()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.0):
                await ledgers.get(code)
        assert (await ledgers.get(code)).code == code

    run(database, "", body)
