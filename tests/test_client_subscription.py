"""Following a ledger with the client: resumed after every interruption, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import threading
import uuid

import pytest
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from ledger.client import (
    AsyncClient,
    Client,
    NotFound,
    OutOfRange,
    Refused,
    SequenceError,
    Unavailable,
    group,
)
from ledger.client.errors import error_of
from ledger.client.subscription import LONGEST_WAIT_SECONDS, Backoff, Progress
from ledger.v1 import command_service_pb2 as pb
from ledger.v1.query_service_pb2 import StoredEntry
from ledger.v1.subscription_service_pb2 import CaughtUp, SubscribeResponse
from tests.cable import Cable
from tests.running import Ledgerd
from tests.test_client import OPENING, money, wait_until

COMMITS = 60
CUT_EVERY = 12
LAST = 2 + sum(1 if number % 5 else 3 for number in range(COMMITS))
"""The last position: every fifth commit is a group of three."""


@pytest.fixture
def caller(ledgerd):
    """A client on a connection that nobody cuts."""
    with Client(ledgerd.address) as client:
        yield client


@pytest.fixture
def account(caller, ledger):
    """An open account; positions 1 and 2."""
    name = f"ledgers/{ledger}/accounts/{uuid.uuid4()}"
    caller.open_account(account=name, opening=OPENING)
    return name


def ledger_of(account):
    """The name of the account's ledger."""
    return "/".join(account.split("/")[:2])


def deposit_often(client, account, cable):
    """Commit many times, single deposits and groups of three, while the cable of a follower is cut
    now and then and comes back.
    """
    for number in range(COMMITS):
        if number % 5:
            client.record_deposit(account=account, deposit=money(1 + number))
        else:
            requests = [pb.RecordDepositRequest(account=account, deposit=money(1 + number)) for _ in range(3)]
            [outcome] = client.execute(ledger_of(account), [group(*requests)])
            outcome.get()
        if number % CUT_EVERY == 0:
            before = cable.connections
            cable.cut()
            wait_until(lambda before=before: cable.connections > before)


def test_past_and_present(caller, account):
    """What is recorded comes first, then what is committed; the position is where to go on."""
    with caller.follow(ledger_of(account)) as following:
        first = next(following)
        assert [stored.position for stored in first.entries] == [1, 2]
        assert following.position == 3
        caller.record_deposit(account=account, deposit=money(5))
        while following.position < 4:
            message = next(following)
        assert [stored.position for stored in message.entries] == [3]


@pytest.mark.parametrize("selected", [False, True])
def test_cuts_lose_nothing(ledgerd, caller, account, selected):
    """The connection is cut again and again: every entry comes once, in order, in whole transactions."""
    types = ["deposit_posted"] if selected else []
    with Cable(ledgerd.address) as cable, Client(cable.address) as client:
        with client.follow(ledger_of(account), types=types, patience=60) as following:
            positions = [stored.position for stored in next(following).entries]
            writer = threading.Thread(target=deposit_often, args=(caller, account, cable))
            writer.start()
            ends = [following.position]
            while following.position <= LAST:
                message = next(following)
                positions += [stored.position for stored in message.entries]
                ends.append(following.position)
            writer.join()
        assert cable.connections > COMMITS // CUT_EVERY
    assert positions == list(range(3 if selected else 1, LAST + 1))
    assert ends == sorted(ends)
    # A new beginning at any of the ends is accepted: each is the first position of a transaction.
    for end in ends:
        with caller.follow(ledger_of(account), from_position=end, patience=5) as again:
            assert next(again).next_position >= end


def test_cuts_lose_nothing_for_asyncio(ledgerd, caller, account):
    """The same."""

    async def body(cable):
        writing = asyncio.ensure_future(asyncio.to_thread(deposit_often, caller, account, cable))
        async with AsyncClient(cable.address) as client:
            following = client.follow(ledger_of(account), patience=60)
            positions = []
            async for message in following:
                positions += [stored.position for stored in message.entries]
                if following.position > LAST:
                    break
            await following.close()
            assert [message async for message in following] == []
        await writing
        assert positions == list(range(1, LAST + 1))

    with Cable(ledgerd.address) as cable:
        asyncio.run(asyncio.wait_for(body(cable), 60))


def test_the_service_is_killed(database):
    """Another process takes over; the follower goes on with it."""
    code = database.new_ledger()
    name = f"ledgers/{code}/accounts/{uuid.uuid4()}"
    with Ledgerd(database, [code]) as first, Cable(first.address) as cable, Client(cable.address, timeout=30) as client:
        client.open_account(account=name, opening=OPENING)
        with client.follow(ledger_of(name), patience=60) as following:
            positions = [stored.position for stored in next(following).entries]
            first.kill()
            with Ledgerd(database, [code]) as second:
                cable.lead_to(second.address)
                client.record_deposit(account=name, deposit=money(9))
                while following.position < 4:
                    positions += [stored.position for stored in next(following).entries]
    assert positions == [1, 2, 3]


def test_it_ends_when_it_is_closed(caller, account):
    """From another thread, while the follower waits."""
    following = caller.follow(ledger_of(account))
    next(following)
    closer = threading.Timer(0.1, following.close)
    closer.start()
    assert list(following)[-1:] == [] or following.position == 3
    closer.join()
    assert next(following, None) is None


def test_it_ends_when_it_is_closed_for_asyncio(ledgerd, account):
    """From another task, while the follower waits; a cancelled task stays cancelled."""

    async def body():
        async with AsyncClient(ledgerd.address) as client:
            following = client.follow(ledger_of(account))
            asyncio.get_running_loop().call_later(0.1, lambda: asyncio.ensure_future(following.close()))
            assert [stored.position async for message in following for stored in message.entries] == [1, 2]
            async with client.follow(ledger_of(account)) as other:

                async def listen():
                    async for _ in other:
                        pass

                task = asyncio.ensure_future(listen())
                await asyncio.sleep(0.1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    asyncio.run(asyncio.wait_for(body(), 30))


def test_what_cannot_be_mended_is_raised(caller, account):
    """A position that does not exist, a ledger that does not exist, a service that does not exist."""
    with pytest.raises(OutOfRange) as raised, caller.follow(ledger_of(account), from_position=99) as following:
        next(following)
    assert raised.value.reason == "POSITION_BEYOND_END"
    with pytest.raises(NotFound), caller.follow("ledgers/nowhere") as following:
        next(following)
    with Client("127.0.0.1:1") as nobody, pytest.raises(Unavailable):
        next(nobody.follow("ledgers/1", patience=0.1))


# -- the rules, without a service ---------------------------------------------------------------------


def message(first, last, next_position=None, **notice):
    """A message with the entries of positions."""
    entries = [StoredEntry(position=position) for position in range(first, last + 1)]
    return SubscribeResponse(entries=entries, next_position=next_position or last + 1, **notice)


@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_repeated_messages_are_taken_once(first, steps):
    """Whatever is sent again, of whatever length, each entry is yielded once and in order."""
    progress, taken = Progress(first, selected=False), []
    for back, length in steps:
        begin = max(first, progress.position - back)
        fresh = progress.take(message(begin, begin + length - 1))
        taken += [stored.position for stored in fresh.entries] if fresh else []
    assert taken == list(range(first, progress.position))


@pytest.mark.parametrize(
    "wrong",
    [
        message(4, 5),  # 3 is missing
        message(3, 4, 6),  # 5 is missing
        message(3, 2, 4),  # nothing came, but 3 is said to be done
        message(3, 5, 5),  # 5 would come again
    ],
)
def test_a_gap_is_an_error(wrong):
    """A follower that went on would be wrong for ever."""
    with pytest.raises(SequenceError):
        Progress(3, selected=False).take(wrong)


def test_a_selection_may_leave_positions_out():
    """Checkpoints move it, notices come through, old messages do not."""
    progress = Progress(3, selected=True)
    assert progress.take(message(5, 6, 9)) == message(5, 6, 9)
    assert progress.position == 9
    assert progress.take(message(1, 0, 9)) is None
    assert progress.take(message(1, 0, 12)) is not None
    assert progress.take(message(1, 0, 12, caught_up=CaughtUp())) is not None
    assert progress.position == 12


def test_waits_grow_and_are_random():
    """Up to a limit, and are short again after a message."""
    backoff = Backoff(None)
    error = error_of(Status(code=14))
    waits = [backoff.after(error) for _ in range(12)]
    assert waits[0] <= 0.2
    assert waits[1] <= 0.4
    assert all(LONGEST_WAIT_SECONDS / 2 <= wait <= LONGEST_WAIT_SECONDS for wait in waits[7:])
    assert len(set(waits[7:])) > 1
    backoff.heard()
    assert backoff.after(None) <= 0.2
    with pytest.raises(Refused):
        backoff.after(error_of(Status(code=9)))
