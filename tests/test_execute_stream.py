"""ExecuteStream over the wire: order, what ends a stream and what does not, limits, ends from either side."""

from __future__ import annotations

import asyncio
import itertools
import math

import grpc
import pytest
from google.rpc.status_pb2 import Status

from ledger.api import execute_stream
from ledger.api.calls import Call
from ledger.api.identity import ALL_RIGHTS, Identity
from ledger.api.refusals import RefusalRate
from ledger.log.outcome import Failed
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from tests.conversation import Conversation
from tests.running import Client, Ledgerd
from tests.test_interrupted_calls import held_up
from tests.world import World, again, details, group, item, reason_of, refusal


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture
def world(service, database):
    """A fresh ledger with one account of 1,000 fen."""
    client = Client(service.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("ann"))
    yield w
    client.close()


def test_answers_come_in_order_one_per_message(world):
    """Messages of many commands, sent without waiting, are executed and answered in their order."""
    stream = Conversation(world.client, world.ledger)
    sizes = [1, 7, 1, 300, 2, 500, 40, 1]
    for size in sizes:
        stream.say(*(item(world.deposit("ann", amount=1)) for _ in range(size)))
    stream.end()
    answers, status = stream.rest()
    assert status is None
    assert [len(answer) for answer in answers] == sizes
    transactions = list(itertools.chain(*answers))
    first = transactions[0].first_position
    assert [t.first_position for t in transactions] == list(range(first, first + sum(sizes)))
    assert [t.entries[0].balance_after for t in transactions] == list(range(1_001, 1_001 + sum(sizes)))


def test_each_message_is_answered_without_waiting_for_the_next(world):
    """A caller that waits for each answer gets it."""
    stream = Conversation(world.client, world.ledger)
    for number in range(5):
        stream.say(item(world.deposit("ann", amount=1)))
        (answer,) = stream.hear()
        assert answer.entries[0].balance_after == 1_001 + number
    stream.end()
    assert stream.rest() == ([], None)


def test_items_that_cannot_be_executed_are_answered_and_stop_nothing(world):
    """Malformed, not permitted, refused, too large or half unknown: each has its own result."""
    unknown = item(world.deposit("ann", amount=2)).SerializeToString()
    wrong = {
        "no command": pb.BatchItem(),
        "no amount": item(world.deposit("ann", amount=0)),
        "a malformed id": item(world.deposit("ann", request_id="1")),
        "another ledger": item(world.deposit("ledgers/elsewhere/accounts/" + world.id("ann"))),
        "an empty group": pb.BatchItem(group=pb.AtomicGroup(request_id=world.deposit("ann").request_id)),
        "too large a group": group(*(world.deposit("ann") for _ in range(501))),
        "too little money": item(world.transfer("ann", "ann", amount=5)),
    }
    items = [part for each in wrong.values() for part in (item(world.deposit("ann", amount=1)), each)]
    message = pb.ExecuteStreamRequest(ledger=world.ledger, items=items).SerializeToString()
    # One more item, with a field 1000 that no contract has.
    extra = unknown + b"\xc0\x3e\x01"
    message += b"\x12" + bytes([len(extra) & 0x7F | 0x80, len(extra) >> 7]) + extra
    stream = Conversation(world.client, world.ledger)
    stream.raw(message)
    answers = stream.hear()
    assert all(isinstance(answer, pb.Transaction) for answer in answers[:-1:2])
    assert [reason_of(answer) for answer in answers[1::2]] == ["INVALID_REQUEST"] * 6 + ["SHARE_WITH_SELF"]
    assert details(answers[3])[1] == ["items[3].command.record_deposit.deposit.amount"]
    assert (reason_of(answers[-1]), details(answers[-1])[1]) == ("UNKNOWN_FIELD", ["items[14].1000"])
    stream.say(item(world.deposit("ann", amount=1)))
    assert stream.hear()[0].entries[0].balance_after == 1_008
    stream.cancel()


def test_the_same_id_twice_in_a_stream(world):
    """The second time in the same message, the next one, or a later stream: the first answer, or a conflict."""
    first, other = world.deposit("ann", amount=5), world.transfer("ann", "nobody")
    changed = world.deposit("ann", amount=6, request_id=first.request_id)
    stream = Conversation(world.client, world.ledger)
    stream.say(item(first), item(other), item(first), item(changed), item(other))
    stream.say(item(first), item(changed))
    stream.end()
    ((done, refused, replayed, conflict, refused_again), later), status = stream.rest()
    assert status is None
    assert replayed == again(done)
    assert [reason_of(answer) for answer in (conflict, later[1])] == ["IDEMPOTENCY_CONFLICT"] * 2
    assert later[0] == again(done)
    assert refusal(refused_again) == (*refusal(refused)[:2], True)
    assert world.batch(item(first)) == [again(done)]
    assert world.state("ann").balance == 1_005


def test_each_command_needs_its_own_right(world):
    """Who may only post deposits is refused a transfer, item by item."""
    rights = [("x-dev-rights", "READ_OUTCOME,POST_DEPOSIT")]
    stream = Conversation(world.client, world.ledger, metadata=rights)
    stream.say(item(world.transfer("ann", "ann")), item(world.deposit("ann")))
    denied, done = stream.hear()
    assert reason_of(denied) == "PERMISSION_DENIED"
    assert isinstance(done, pb.Transaction)
    stream.cancel()
    _, status = Conversation(world.client, world.ledger, metadata=[("x-dev-rights", "POST_DEPOSIT")]).rest()
    assert reason_of(status) == "PERMISSION_DENIED"


def test_refusals_are_counted_against_the_caller(database):
    """Who has too many recorded is told to wait, item by item, and the stream goes on."""
    limits = {"LEDGER_REFUSALS_PER_SECOND": "0.001", "LEDGER_REFUSALS_BURST": "10"}
    with Ledgerd(database, [], environment=limits) as limited:
        client = Client(limited.channel())
        w = World(client, database.new_ledger())
        w.done(w.opening("ann"))
        stream = Conversation(client, w.ledger)
        stream.say(*(item(w.deposit("nobody")) for _ in range(10)))
        assert {reason_of(answer) for answer in stream.hear()} == {"ACCOUNT_NOT_FOUND"}
        stream.say(item(w.deposit("ann")), item(w.deposit("nobody")))
        assert [reason_of(answer) for answer in stream.hear()] == ["TOO_MANY_REFUSALS"] * 2
        stream.cancel()
        client.close()


MESSAGES = {
    "no ledger at first": (lambda w: [pb.ExecuteStreamRequest(items=[item(w.deposit("ann"))])], "ledger"),
    "no items": (lambda w: [w.message(1), pb.ExecuteStreamRequest()], "items"),
    "too many commands": (lambda w: [w.message(2), w.message(1_001)], "items"),
    "another ledger later": (lambda w: [w.message(1), pb.ExecuteStreamRequest(ledger="ledgers/1")], "ledger"),
    "a malformed ledger": (lambda _: [pb.ExecuteStreamRequest(ledger="1")], "ledger"),
    "an unknown ledger": (lambda _: [pb.ExecuteStreamRequest(ledger="ledgers/nowhere")], "LEDGER_NOT_FOUND"),
    "no message": (lambda w: [w.message(1), b"\xff"], ""),
    "a field of a newer contract": (lambda w: [w.message(3).SerializeToString() + b"\x98\x06\x01"], "UNKNOWN_FIELD"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_cannot_be_taken_ends_the_stream(world, name):
    """With the documented reason and field, after the messages before it were answered; nothing behind it is done."""
    make, expected = MESSAGES[name]
    world.message = lambda size: pb.ExecuteStreamRequest(
        ledger=world.ledger, items=[item(world.deposit("ann", amount=1)) for _ in range(size)]
    )
    messages = make(world)
    stream = Conversation(world.client, world.ledger)
    for each in messages:
        stream.raw(each if isinstance(each, bytes) else each.SerializeToString())
    stream.say(item(world.deposit("ann", amount=1)))
    answers, status = stream.rest()
    assert [len(answer) for answer in answers] == [len(message.items) for message in messages[:-1]]
    info, fields, _ = details(status)
    if expected in {"LEDGER_NOT_FOUND", "UNKNOWN_FIELD"}:
        assert info.reason == expected
    else:
        assert (info.reason, fields) == ("INVALID_REQUEST", [expected])
    assert world.state("ann").balance == 1_000 + sum(map(len, answers))


def test_what_was_read_is_done_although_the_caller_goes_away(database, world):
    """A stream that is cancelled while its commands wait: they are executed once, and a new stream is told so."""
    requests = [world.deposit("ann", amount=1) for _ in range(40)]
    with held_up(database, world) as waited_for:
        stream = Conversation(world.client, world.ledger)
        for at in range(0, 40, 10):
            stream.say(*map(item, requests[at : at + 10]))
        waited_for()
        stream.cancel()
    fresh = Conversation(world.client, world.ledger)
    fresh.say(*map(item, requests))
    answers = fresh.hear()
    assert answers[0].replayed
    assert [answer.entries[0].balance_after for answer in answers] == list(range(1_001, 1_041))
    fresh.cancel()
    assert world.state("ann").balance == 1_040


def test_what_is_not_taken_up_by_the_deadline_is_not_executed(database, world, service):
    """The deadline of the stream holds for every command that still waits."""
    client = Client(service.channel())
    late = world.deposit("ann", amount=7)
    with held_up(database, world) as waited_for:
        blocked = client.commands.RecordDeposit.future(world.deposit("ann", amount=1), timeout=30)
        waited_for()
        stream = Conversation(world.client, world.ledger, timeout=0.5)
        stream.say(item(late))
        try:
            ending = reason_of(stream.hear()[0])
        except grpc.RpcError as error:
            ending = error.code().name
        # It depends on whose clock strikes first, and on what the log waits for.
        assert ending in {"DEADLINE_EXCEEDED", "DEADLINE_EXPIRED", "UNAVAILABLE"}
        stream.cancel()
    assert blocked.result().transaction
    assert reason_of(world.outcome(late.request_id)) == "COMMAND_NOT_FOUND"
    assert world.state("ann").balance == 1_001
    client.close()


def test_shutting_down_answers_what_was_read(database):
    """SIGTERM: every message that was read is answered, then the stream ends with UNAVAILABLE."""
    with Ledgerd(database, []) as service:
        client = Client(service.channel())
        w = World(client, database.new_ledger())
        w.done(w.opening("ann"))
        stream = Conversation(client, w.ledger)
        stream.say(item(w.deposit("ann", amount=1)))
        stream.hear()
        with held_up(database, w) as waited_for:
            stream.say(*(item(w.deposit("ann", amount=1)) for _ in range(100)))
            waited_for()
            service.process.terminate()
            # While the lock is held, newcomers are refused: it has begun to drain.
            while reason_of(w.send(w.deposit("ann", request_id=""))) != "UNAVAILABLE":
                pass
        answers, status = stream.rest()
        assert [len(answer) for answer in answers] == [100]
        assert reason_of(status) == "UNAVAILABLE"
        assert service.process.wait(20) == 0
        client.close()


class Caller:
    """The caller's side in memory: as many messages as the service reads, and answers that nobody takes in yet."""

    def __init__(self, ledger):
        self.call = Call(Identity.named("dev", "dev", ALL_RIGHTS), {}, math.inf, 0)
        self.closing = asyncio.get_running_loop().create_future()
        self.may_write = asyncio.Event()
        self.read_count, self.written = 0, []
        items = [pb.BatchItem()] * 100
        self.message = pb.ExecuteStreamRequest(ledger=f"ledgers/{ledger.code}", items=items).SerializeToString()

    async def read(self):
        await asyncio.sleep(0)
        self.read_count += 1
        return self.message if self.read_count < 100 else None

    async def write(self, data):
        await self.may_write.wait()
        self.written.append(data)


class Log:
    """A ledger that answers when it is told to."""

    code = "410100"

    def __init__(self):
        self.waiting = []

    async def get(self, code):
        return self

    def queue(self, sizes, make, finish, *, deadline, source):
        future = asyncio.get_running_loop().create_future()
        answer = finish([Failed(reasons.REFUSAL_REASON_OVERLOADED) for _ in sizes])
        self.waiting.append((sum(sizes), future, answer))
        return future

    def answer_all(self):
        for _, future, answer in self.waiting:
            if not future.done():
                future.set_result(answer)


async def settled():
    """Let everything run that can."""
    for _ in range(200):
        await asyncio.sleep(0)


def test_at_most_a_thousand_commands_are_in_flight():
    """Beyond that nothing is read until answers have left, whether the log or the caller is slow."""

    async def scenario():
        log = Log()
        caller = Caller(log)
        stream = asyncio.ensure_future(execute_stream.CommandStream(log, RefusalRate(), caller).run())
        await settled()
        assert (len(log.waiting), caller.read_count) == (10, 11)
        log.answer_all()
        await settled()
        assert (len(log.waiting), caller.read_count) == (10, 11), "a caller that takes nothing in is read from"
        caller.may_write.set()
        await settled()
        assert len(caller.written) == 10
        assert len(log.waiting) == 20
        caller.closing.set_result(None)
        await settled()
        assert not stream.done(), "what was read is not answered"
        log.answer_all()
        with pytest.raises(execute_stream.Rejected) as caught:
            await stream
        assert caught.value.reason == reasons.REFUSAL_REASON_UNAVAILABLE
        assert len(caller.written) == len(log.waiting)

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_statuses_of_items_are_statuses(world):
    """An error inside an answer has a code, a reason and a sentence, like that of a call."""
    stream = Conversation(world.client, world.ledger, metadata=[("accept-language", "en")])
    stream.say(item(world.deposit("nobody")))
    (status,) = stream.hear()
    assert isinstance(status, Status)
    info, _, spoken = details(status)
    assert (status.code, info.reason, spoken.locale) == (5, "ACCOUNT_NOT_FOUND", "en")
    stream.cancel()
