"""Subscribe over the wire: what comes, in which order, what may be asked, and how it ends."""

from __future__ import annotations

import contextlib

import grpc
import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import subscription_service_pb2 as s
from ledger.v1.entry_pb2 import Entry
from tests.running import Client, Ledgerd
from tests.world import World, details, group, item, status_of

SECONDS = 20


@pytest.fixture
def world(client, ledger):
    """A fresh ledger with two accounts; positions 1 to 3."""
    w = World(client, ledger)
    w.done(w.opening("ann"))
    w.done(w.opening("bob"))
    return w


@contextlib.contextmanager
def following(w, first=1, *, streams=(), types=(), client=None, metadata=()):
    """A subscription, as an iterator over its messages."""
    ask = s.SubscribeRequest(
        ledger=w.ledger, from_position=first, selection=s.EntrySelection(streams=streams, types=types)
    )
    call = (client or w.client).subscriptions.Subscribe(ask, timeout=SECONDS, metadata=metadata)
    yield call
    call.cancel()


def until_caught_up(call):
    """The messages up to the notice, which is the last of them."""
    messages = []
    for message in call:
        messages.append(message)
        if message.HasField("caught_up"):
            return messages
    raise AssertionError("the stream ended")


def positions(*messages):
    """Positions of the entries of messages."""
    return [stored.position for message in messages for stored in message.entries]


def until(call, last):
    """The messages until everything before a position has come."""
    messages = []
    for message in call:
        messages.append(message)
        if message.next_position > last:
            return messages
    raise AssertionError("the stream ended")


def ending(call):
    """The status with which a stream ends."""
    with pytest.raises(grpc.RpcError) as caught:
        for _ in call:
            pass
    return status_of(caught.value)


def test_what_is_recorded_comes_first_then_what_is_committed(world):
    """Stored bytes with their positions, a notice between past and present, then each commit."""
    with following(world) as call:
        past = until_caught_up(call)
        assert positions(*past) == [1, 2, 3]
        assert [stored.entry for stored in past[0].entries] == world.entries()
        assert (past[-1].next_position, past[-1].size) == (4, 3)
        for position in (4, 5, 6):
            world.done(world.deposit("ann"))
            (message,) = until(call, position)
            assert positions(message) == [position]
            assert (message.next_position, message.size) == (position + 1, position)
            assert [stored.entry for stored in message.entries] == world.entries(position)


def test_a_subscription_begins_where_it_is_told(world):
    """At any transaction's first position, or with what comes next."""
    world.done(world.deposit("ann"))
    with following(world, 3) as call:
        assert positions(*until_caught_up(call)) == [3, 4]
    with following(world, 5) as call:
        (notice,) = until_caught_up(call)
        assert (notice.next_position, notice.size) == (5, 4)
        world.done(world.deposit("ann"))
        assert positions(*until(call, 5)) == [5]


def test_transactions_come_whole(world):
    """The legs of a purchase and of a group come in one message, in the past and live."""
    world.done(world.grant("bob", world.person("ann")))
    recorded = [
        world.done(world.purchase("ann", 1_500, payers=("bob",))),
        *world.batch(group(*(world.deposit("ann") for _ in range(40)))),
    ]
    spans = [range(t.first_position, t.last_position + 1) for t in recorded]
    with following(world) as call:
        past = until_caught_up(call)
        assert positions(*past) == list(range(1, spans[-1][-1] + 1))
        live = world.batch(group(*(world.deposit("bob") for _ in range(40))))[0]
        assert positions(*until(call, live.last_position)) == list(range(live.first_position, live.last_position + 1))
    for first in (spans[0][0], spans[1][0]):
        with following(world, first) as call:
            assert positions(*until_caught_up(call))[0] == first


def names(message):
    """Types of the entries of a message."""
    return [Entry.FromString(stored.entry).WhichOneof("event") for stored in message.entries]


FILTERS = {
    "an account": (("ann",), ()),
    "two accounts": (("ann", "bob"), ()),
    "types": ((), ("deposit_posted", "share_paid")),
    "types of an account": (("bob",), ("share_paid",)),
    "somebody who does not exist": (("cid",), ()),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_out_entries(world, name):
    """The same entries pass while catching up and live, and positions stay whole transactions."""
    people, types = FILTERS[name]
    world.done(world.grant("bob", world.person("ann")))

    def movements():
        world.batch(
            item(world.purchase("ann", 1_100, payers=("bob",))),
            item(world.deposit("ann", 1_000)),
            item(world.deposit("bob", 1_000)),
        )

    def matching(entry):
        parsed = Entry.FromString(entry)
        ids = {world.id(who).replace("-", "") for who in people}
        return (not ids or parsed.header.stream.hex() in ids) and (not types or parsed.WhichOneof("event") in types)

    movements()
    streams = [world.account(who) if who == "ann" else world.person(who) for who in people]
    with following(world, streams=streams, types=types) as call:
        past = until_caught_up(call)
        assert past[-1].next_position == world.size() + 1
        assert positions(*past) == [at for at, entry in enumerate(world.entries(), 1) if matching(entry)]
        first = world.size() + 1
        movements()
        expected = [at for at, entry in enumerate(world.entries(first), first) if matching(entry)]
        if name == "somebody who does not exist":
            assert not expected
        else:
            assert positions(*until(call, expected[-1])) == expected


BAD = {
    "no ledger": ({"ledger": ""}, "ledger", "INVALID_REQUEST"),
    "a malformed ledger": ({"ledger": "410100"}, "ledger", "INVALID_REQUEST"),
    "position 0": ({"from_position": 0}, "from_position", "INVALID_REQUEST"),
    "a negative position": ({"from_position": -1}, "from_position", "INVALID_REQUEST"),
    "a malformed name": ({"streams": ["ann"]}, "selection.streams[0]", "INVALID_REQUEST"),
    "an entry as a stream": ({"streams": ["ledgers/{code}/entries/1"]}, "selection.streams[0]", "INVALID_REQUEST"),
    "an empty name": ({"streams": [""]}, "selection.streams[0]", "INVALID_REQUEST"),
    "an account elsewhere": (
        {"streams": ["ledgers/elsewhere/accounts/0198c0de-0000-7000-8000-000000000001"]},
        "selection.streams[0]",
        "INVALID_REQUEST",
    ),
    "too many streams": (
        {"streams": ["ledgers/{code}/accounts/0198c0de-0000-7000-8000-000000000001"] * 1_001},
        "selection.streams",
        "INVALID_REQUEST",
    ),
    "an unknown type": ({"types": ["deposit_posted", "deposit"]}, "selection.types[1]", "INVALID_REQUEST"),
    "the header as a type": ({"types": ["header"]}, "selection.types[0]", "INVALID_REQUEST"),
    "too many types": ({"types": ["deposit_posted"] * 101}, "selection.types", "INVALID_REQUEST"),
    "an unknown ledger": ({"ledger": "ledgers/nowhere"}, "", "LEDGER_NOT_FOUND"),
    "beyond the end": ({"from_position": 5}, "", "POSITION_BEYOND_END"),
    "far beyond the end": ({"from_position": 2**63 - 1}, "", "POSITION_BEYOND_END"),
}
CODES = {
    "INVALID_REQUEST": grpc.StatusCode.INVALID_ARGUMENT,
    "LEDGER_NOT_FOUND": grpc.StatusCode.NOT_FOUND,
    "POSITION_BEYOND_END": grpc.StatusCode.OUT_OF_RANGE,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(world, name):
    """The documented status and reason, the field, and a sentence; the subscription does not begin."""
    changes, field, reason = BAD[name]
    changes = dict(changes)
    streams = [each.format(code=world.code) for each in changes.pop("streams", ())]
    selected = s.EntrySelection(streams=streams, types=changes.pop("types", ()))
    ask = s.SubscribeRequest(**{"ledger": world.ledger, "from_position": 1, "selection": selected} | changes)
    call = world.client.subscriptions.Subscribe(ask, timeout=SECONDS)
    status = ending(call)
    info, fields, spoken = details(status)
    assert (info.reason, fields) == (reason, [field] if field else [])
    assert call.code() is CODES[reason]
    assert spoken.message


def test_bytes_that_are_no_request_are_refused(world):
    """Also a field of a newer contract, which might leave something out."""
    subscribe = world.client.channel.unary_stream("/ledger.v1.SubscriptionService/Subscribe")
    whole = s.SubscribeRequest(ledger=world.ledger, from_position=1).SerializeToString()
    for raw, reason in ((b"\xff", "INVALID_REQUEST"), (whole + b"\x98\x06\x01", "UNKNOWN_FIELD")):
        assert details(ending(subscribe(raw, timeout=SECONDS)))[0].reason == reason


def test_a_position_inside_a_transaction_is_refused(world):
    """With the position from which it can begin."""
    recorded = world.batch(group(*(world.deposit("ann") for _ in range(3))))[0]
    with following(world, recorded.first_position + 1) as call:
        status = ending(call)
    info = details(status)[0]
    assert (status.code, info.reason) == (grpc.StatusCode.INVALID_ARGUMENT.value[0], "POSITION_INSIDE_TRANSACTION")
    assert info.metadata["first_position"] == str(recorded.first_position)


def test_it_needs_the_right_to_read_entries(world):
    """Whoever may read accounts only is refused."""
    with following(world, metadata=[("x-dev-rights", "READ_ACCOUNT,READ_LEDGER")]) as call:
        status = ending(call)
    assert (details(status)[0].reason, call.code()) == ("PERMISSION_DENIED", grpc.StatusCode.PERMISSION_DENIED)


def test_shutting_down_ends_it(database, ledger):
    """SIGTERM ends subscriptions with UNAVAILABLE, at once, even those that nobody reads; nobody new gets in."""
    with Ledgerd(database, [ledger]) as service:
        client = Client(service.channel())
        w = World(client, ledger)
        w.done(w.opening("ann"))
        with following(w) as call, following(w):
            until_caught_up(call)
            w.batch(*(item(w.deposit("ann")) for _ in range(5_000)))
            assert service.terminate(10) == 0
            received, status = [], Status()
            try:
                for message in call:
                    received += positions(message)
            except grpc.RpcError as error:
                status = status_of(error)
            assert details(status)[0].reason == "UNAVAILABLE"
            assert received == list(range(3, 3 + len(received)))
        client.close()


def test_commits_of_another_process_come_as_well(database, world):
    """A subscriber of one service gets what either of two commits, in order, although one of them only looks."""
    with Ledgerd(database, []) as second:
        client = Client(second.channel())
        other = World(client, world.code)
        other.ids = world.ids
        with following(other, 4) as call, following(other, 4, streams=[world.account("bob")]) as bobs:
            until_caught_up(call)
            until_caught_up(bobs)
            for number in range(30):
                writer = (world, other)[number % 3 == 0]
                writer.done(writer.deposit("bob" if number % 5 == 0 else "ann"))
            size = world.size()
            assert positions(*until(call, size)) == list(range(4, size + 1))
            bob = world.deposit("bob")
            last = world.done(bob).last_position
            assert positions(*until(bobs, last)) == [*range(4, size + 1, 5), last]
        client.close()


@pytest.fixture(scope="module")
def narrow(database):
    """A service whose followers have little room."""
    with Ledgerd(database, [], program="tests.narrow_server") as service:
        yield service


def test_who_does_not_read_falls_behind_and_loses_nothing(database, narrow):
    """Its buffer overflows, it is told so, the log is read again: every entry once and in order."""
    client = Client(narrow.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("ann"))
    with following(w) as call, following(w, types=["deposit_posted"]) as deposits:
        until_caught_up(call)
        until_caught_up(deposits)
        for _ in range(8):
            w.batch(*(item(w.deposit("ann")) for _ in range(2_500)))
        size = w.size()
        for each in (call, deposits):
            messages = until(each, size)
            assert positions(*messages) == list(range(3, size + 1))
            behind = [at for at, message in enumerate(messages) if message.HasField("fell_behind")]
            assert behind
            notices = [m.WhichOneof("notice") for m in messages if m.WhichOneof("notice")]
            assert notices == ["fell_behind", "caught_up"] * len(behind) or notices[-1] == "fell_behind"
    client.close()


def test_checkpoints_come_while_nothing_matches(database, narrow):
    """Positions advance in the past and live, although the filter lets nothing pass; none while nothing happens."""
    client = Client(narrow.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("ann"))
    w.batch(*(item(w.deposit("ann")) for _ in range(1_000)))
    with following(w, streams=[w.account("bob")]) as call:
        past = until_caught_up(call)
        assert len(past) > 2
        assert not positions(*past)
        told = [message.next_position for message in past]
        assert told == sorted(told)
        assert told[-1] == w.size() + 1
        w.done(w.deposit("ann"))
        checkpoint = next(call)
        assert (checkpoint.next_position, checkpoint.size) == (w.size() + 1, w.size())
        assert not checkpoint.entries
        assert checkpoint.WhichOneof("notice") is None
        w.done(w.opening("bob"))
        assert positions(*until(call, w.size())) == [w.size()]
    client.close()
