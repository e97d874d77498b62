"""Workers pass commands on to the home of their ledger, and execute them themselves where that does not answer."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from ledger.api.answers import refusal
from ledger.api.calls import Call, Gate
from ledger.api.errors import Rejected
from ledger.api.homes import Frames, Homes, frame
from ledger.api.identity import DevProvider, Identity
from ledger.api.single import Unexecuted
from ledger.log.outcome import Refused
from ledger.v1 import reasons_pb2 as reasons

WORKERS = 2
NAME = "CommandService/RecordDeposit"
FROZEN = Refused(reasons.REFUSAL_REASON_ACCOUNT_FROZEN, {}, 7)
IDENTITY = Identity.named("lotus", "pos", 6, frozenset({"410100"}))


def request(code):
    """Bytes that begin as every command does."""
    name = f"ledgers/{code}/accounts/a".encode()
    return b"\x0a" + bytes([len(name)]) + name


async def until(true):
    """Wait until something is true, for a few seconds."""
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become true")


def code_of(homes, wanted):
    """A ledger whose home is the worker, or is not."""
    return next(str(code) for code in range(100) if homes.here(str(code)) is wanted)


class Worker:
    """A gate with homes, and a handler that notes what it was asked."""

    def __init__(self, directory, number):
        self.homes = Homes(directory, number, WORKERS)
        self.gate = Gate(DevProvider(), homes=self.homes)
        self.handle = self.homes.routed(NAME, self._handle)
        self.calls = []
        self.looked = []
        self.ending = None
        self.hold = asyncio.Event()
        self.hold.set()

    async def _handle(self, raw, call):
        self.calls.append((raw, call))
        await self.hold.wait()
        if self.ending:
            raise self.ending
        return b"answered " + raw

    async def ask(self, code, headers=None):
        call = Call(IDENTITY, headers or {}, time.monotonic() + 5, 123)
        return await self.handle(request(code), call)


@contextlib.asynccontextmanager
async def two(directory):
    workers = [Worker(directory, number) for number in range(WORKERS)]
    for worker in workers:
        await worker.homes.start(worker.gate, Call, worker.looked.append)
    peers = [peer for worker in workers for peer in worker.homes._peers.values()]
    await until(lambda: all(peer._frames for peer in peers))
    yield workers
    for worker in workers:
        await worker.homes.stop()


def test_a_call_goes_to_the_home_of_its_ledger(tmp_path):
    """With who asked, until when, in which language, and at what time; one of an own ledger stays."""

    async def body():
        async with two(tmp_path) as (here, there):
            own, foreign = code_of(here.homes, wanted=True), code_of(here.homes, wanted=False)
            assert await here.ask(own) == b"answered " + request(own)
            assert (len(here.calls), len(there.calls)) == (1, 0)
            headers = {"accept-language": "en", "traceparent": "00-" + "ab" * 16 + "-1-1", "x-dev-actor": "x"}
            answers = await asyncio.gather(*(here.ask(foreign, headers) for _ in range(50)))
            assert set(answers) == {b"answered " + request(foreign)}
            assert (len(here.calls), len(there.calls)) == (1, 50)
            raw, call = there.calls[0]
            assert (raw, call.identity, call.now) == (request(foreign), IDENTITY, 123)
            assert (call.language, call.trace_id) == ("en", b"\xab" * 16)
            assert "x-dev-actor" not in call.headers
            assert call.deadline == pytest.approx(time.monotonic() + 5, abs=2)
            assert (here.homes.forwarded, here.homes.alone) == (50, 0)
            assert await here.handle(b"no name", call) == b"answered no name"

    asyncio.run(body())


def test_a_refusal_comes_back_as_it_was_worded(tmp_path):
    """With its status, and whether it is a new entry; a defect without its text."""

    async def body():
        async with two(tmp_path) as (here, there):
            foreign = code_of(here.homes, wanted=False)
            there.ending = Unexecuted(FROZEN)
            with pytest.raises(Rejected) as caught:
                await here.ask(foreign, {"accept-language": "en"})
            assert caught.value.recorded
            assert caught.value.status("zh-CN") == refusal(FROZEN, "en")
            there.ending = RuntimeError("a name")
            with pytest.raises(Rejected) as caught:
                await here.ask(foreign)
            assert caught.value.reason == reasons.REFUSAL_REASON_INTERNAL
            assert "a name" not in str(caught.value.status("en"))

    asyncio.run(body())


def test_a_home_that_is_lost_does_not_lose_the_call(tmp_path):
    """What was under way there, and what comes while it is away, is executed here; later it is asked again."""

    async def body():
        async with two(tmp_path) as (here, there):
            foreign = code_of(here.homes, wanted=False)
            there.hold.clear()
            under_way = asyncio.ensure_future(here.ask(foreign))
            await until(lambda: there.calls)
            there.homes._server.close()
            here.homes._peers[1 - here.homes._number]._frames.transport.abort()
            assert await under_way == b"answered " + request(foreign)
            assert await here.ask(foreign) == b"answered " + request(foreign)
            assert (len(here.calls), here.homes.alone) == (2, 2)
            there.hold.set()
            again = Worker(tmp_path, there.homes._number)
            await again.homes.start(again.gate, Call)
            while not again.calls:
                await here.ask(foreign)
                await asyncio.sleep(0.01)
            await again.homes.stop()

    asyncio.run(body())


def test_a_home_that_drains_takes_nothing_new(tmp_path):
    """And waits for what it has taken."""

    async def body():
        async with two(tmp_path) as (here, there):
            foreign = code_of(here.homes, wanted=False)
            there.hold.clear()
            under_way = asyncio.ensure_future(here.ask(foreign))
            await until(lambda: there.calls)
            closing = asyncio.ensure_future(there.gate.close(5))
            await asyncio.sleep(0)
            assert await here.ask(foreign) == b"answered " + request(foreign)
            assert len(here.calls) == 1
            assert not closing.done()
            there.hold.set()
            assert await under_way == b"answered " + request(foreign)
            await closing

    asyncio.run(body())


def test_frames_are_found_however_they_are_cut():
    """One byte at a time, a few, or all at once."""
    sent = [(1, b"a" * 300), (2, "text", None), (3,)]
    data = b"".join(frame(values) for values in sent)
    for step in (1, 7, len(data)):
        taken = []
        frames = Frames(lambda values, _, taken=taken: taken.append(values), lambda: None)
        frames.connection_made(asyncio.Transport())
        for at in range(0, len(data), step):
            frames.data_received(data[at : at + step])
        assert taken == sent


def test_who_waits_for_the_read_side_asks_the_first_worker(tmp_path):
    """Which has its process: else a ledger that was quiet would be looked at a second later."""

    async def body():
        async with two(tmp_path) as (first, other):
            other.homes.look("410100")
            other.homes.look("x")
            await until(lambda: first.looked == ["410100", "x"])
            first.homes._server.close()
            other.homes._peers[0]._frames.transport.abort()
            await until(lambda: not other.homes._peers[0]._frames)
            other.homes.look("410100")  # nobody hears of it
        assert other.looked == []

    asyncio.run(body())
