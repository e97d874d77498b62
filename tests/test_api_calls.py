"""Calls over the wire against a log that only remembers: rights, shape, batches, overload."""

from __future__ import annotations

import asyncio
import contextlib
import uuid

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from ledger.api import kinds
from ledger.api.calls import Gate
from ledger.api.command_service import BATCH_MAX, GROUP_MAX, CommandService
from ledger.api.execute_stream import ExecuteStream
from ledger.api.identity import DevProvider, Identity, organisation_id
from ledger.domain import entry_types as types
from ledger.domain.recorded import Recorded
from ledger.log.outcome import Committed, Failed, OutcomeQuery, Refused
from ledger.log.secret import LedgerSecret
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import command_service_pb2_grpc, commands_pb2, events_pb2
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import SharePayment, Split

ID = "0198c0de-0000-7000-8000-000000000001"
RELATIVE = "0198c0de-0000-7000-8000-000000000002"
ENGLISH = ("accept-language", "en")


class FakeLedger:
    """Answers every item with what `outcome` makes of it, and remembers the items."""

    code = "410100"
    secret = LedgerSecret(bytes(32))

    def __init__(self):
        self.seen = []
        self.deadline = 0.0
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.finished = 0
        self.outcome = lambda _: posted(len(self.seen) + 1)

    async def execute(self, items, *, deadline, source):
        self.seen += items
        self.asked.set()
        self.deadline = deadline - asyncio.get_running_loop().time()
        await self.gate.wait()
        self.finished += len(items)
        return [self.outcome(item) for item in items]

    async def queue(self, sizes, make, finish, *, deadline, source):
        made = [make(index) for index in range(len(sizes))]
        works = [work for work in made if not isinstance(work, Failed)]
        outcomes = iter(await self.execute(works, deadline=deadline, source=source) if works else [])
        answer = finish([work if isinstance(work, Failed) else next(outcomes) for work in made])
        if isinstance(answer, Exception):
            raise answer
        return answer


def entry(position, stream, type_, event, change=0, after=0, legs=1):
    """One recorded entry."""
    identifier = uuid.UUID(stream).bytes
    return Recorded(
        position, identifier, 3, type_, event, change, after, 1, 1_700_000_000_000_001,
        position, 1, legs,
    )  # fmt: skip


def posted(position):
    """A deposit of 5 fen."""
    return Committed([entry(position, ID, types.DEPOSIT_POSTED, None, 5, 105)])


def deposit(**changes):
    """A well-formed deposit."""
    values = {"account": f"ledgers/410100/accounts/{ID}", "request_id": str(uuid.uuid4())}
    return pb.RecordDepositRequest(**values | changes, deposit=commands_pb2.Deposit(amount=5, source=1))


def item(request):
    """A batch item of a deposit."""
    return pb.BatchItem(command=pb.Command(record_deposit=request))


def batch(*items, ledger="ledgers/410100"):
    """A batch."""
    return pb.BatchExecuteRequest(ledger=ledger, items=items)


class Shelf:
    """One ledger."""

    def __init__(self, ledger):
        self.ledger = ledger

    async def get(self, code):
        return self.opened(code)

    def opened(self, code):
        return self.ledger if code == self.ledger.code else None


@contextlib.asynccontextmanager
async def serving(provider=None, **options):
    """A server with its fake ledger, a stub, and its gate; `stub.channel` is for plain bytes."""
    ledger = FakeLedger()
    gate = Gate(provider or DevProvider(), **options)
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    shelf = Shelf(ledger)
    handlers, streams = CommandService(shelf).handlers(), ExecuteStream(shelf).streams()
    server.add_generic_rpc_handlers((gate.service(kinds.SERVICE, handlers, streams, changes=True),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = command_service_pb2_grpc.CommandServiceStub(channel)
        stub.channel = channel
        yield ledger, stub, gate
    await server.stop(1)


def with_server(test):
    """Run an async test with a server."""

    def run():
        async def body():
            async with serving() as parts:
                await asyncio.wait_for(test(*parts), 30)

        asyncio.run(body())

    run.__doc__ = test.__doc__
    run.__name__ = test.__name__
    return run


def explain(error):
    """Code, reason, metadata and field paths of a failed call or of a batch's error."""
    if isinstance(error, grpc.aio.AioRpcError):
        trailers = dict(error.trailing_metadata())
        answer = Status.FromString(trailers["grpc-status-details-bin"])
        assert answer.code == error.code().value[0]
        assert answer.message == error.details()
    else:
        answer = error
    info, bad = details.ErrorInfo(), details.BadRequest()
    for detail in answer.details:
        detail.Unpack(info)
        detail.Unpack(bad)
    return info.reason, dict(info.metadata), [found.field for found in bad.field_violations]


async def refused(call):
    """What a call is refused with."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return explain(caught.value)


@with_server
async def test_a_deposit_is_answered(ledger, stub, gate):
    """Names, change, balance and version of the subject."""
    response = await stub.RecordDeposit(deposit())
    [told] = response.transaction.entries
    assert told.name == f"ledgers/410100/entries/{response.transaction.first_position}"
    assert told.account == f"ledgers/410100/accounts/{ID}"
    assert (told.type, told.balance_change, told.balance_after) == ("deposit_posted", 5, 105)
    assert response.transaction.record_time.ToMicroseconds() == 1_700_000_000_000_001
    assert 9 < ledger.deadline <= 10  # the call states no deadline
    [work] = ledger.seen
    assert work.organisation == organisation_id("dev")


@with_server
async def test_relatives_show_only_the_change(ledger, stub, gate):
    """A purchase is about its beneficiary; what is left with a payer is nobody's business."""
    split = Split(own_account=30, shared=[SharePayment(amount=10)])
    ledger.outcome = lambda _: Committed(
        [
            entry(7, ID, types.PURCHASE_SETTLED, events_pb2.PurchaseSettled(split=split), -30, 70),
            entry(8, RELATIVE, types.SHARE_PAID, events_pb2.SharePaid(amount=10), -10, 990),
        ],
        replayed=True,
    )
    request = pb.RecordPurchaseRequest(person=f"ledgers/410100/persons/{ID}", request_id=str(uuid.uuid4()))
    request.purchase.bill.total = 40
    request.purchase.institution = "H1"
    request.purchase.category = 1
    told = (await stub.RecordPurchase(request)).transaction
    own, shared = told.entries
    assert (own.balance_after, own.version) == (70, 3)
    assert (shared.balance_change, shared.version) == (-10, 0)
    assert not shared.HasField("balance_after")
    assert told.split == split
    assert told.replayed
    assert (told.first_position, told.last_position) == (7, 8)


@with_server
async def test_shape_errors_never_reach_the_log(ledger, stub, gate):
    """All fields at fault are named at once."""
    request = deposit(request_id="")
    request.deposit.amount = 0
    reason, _, paths = await refused(stub.RecordDeposit(request))
    assert (reason, paths) == ("INVALID_REQUEST", ["request_id", "deposit.amount"])
    assert not ledger.seen


@with_server
async def test_unknown_fields_are_refused(ledger, stub, gate):
    """At the top and nested, with the path to them; an unusual encoding is not unknown."""
    raw = deposit().SerializeToString()
    call = stub.channel.unary_unary("/ledger.v1.CommandService/RecordDeposit")
    unknown = b"\xf8\x06\x01"  # field 111, varint 1
    assert await refused(call(raw + unknown)) == ("UNKNOWN_FIELD", {}, ["111"])
    content = deposit().deposit.SerializeToString() + unknown
    nested = raw + b"\x2a" + bytes([len(content)]) + content  # field 5 again: merged
    assert await refused(call(nested)) == ("UNKNOWN_FIELD", {}, ["deposit.111"])
    assert await call(raw + b"\x20\x80\x00")  # expected_version 0, in two bytes
    batch_raw = batch(item(deposit())).SerializeToString()
    call = stub.channel.unary_unary("/ledger.v1.CommandService/BatchExecute")
    reason, _, _ = await refused(call(batch_raw + unknown))
    assert reason == "UNKNOWN_FIELD"
    assert len(ledger.seen) == 1


@with_server
async def test_bytes_that_are_no_message(ledger, stub, gate):
    """The caller's mistake, not ours."""
    call = stub.channel.unary_unary("/ledger.v1.CommandService/RecordDeposit")
    reason, _, _ = await refused(call(b"\xff\xff"))
    assert reason == "INVALID_REQUEST"


@with_server
async def test_an_unknown_ledger(ledger, stub, gate):
    """It may exist elsewhere, or not be the caller's to know."""
    request = deposit(account=f"ledgers/999999/accounts/{ID}")
    told = await refused(stub.RecordDeposit(request))
    assert told == ("LEDGER_NOT_FOUND", {"ledger": "999999"}, [])
    told = await refused(stub.BatchExecute(batch(item(deposit()), ledger="ledgers/999999")))
    assert told[0] == "LEDGER_NOT_FOUND"
    told = await refused(stub.BatchExecute(batch(item(deposit()), ledger="410100")))
    assert told == ("INVALID_REQUEST", {}, ["ledger"])


@with_server
async def test_batch_sizes(ledger, stub, gate):
    """Empty and oversize batches are refused as a whole, groups counted by their commands."""
    assert (await refused(stub.BatchExecute(batch())))[2] == ["items"]
    many = [item(deposit()) for _ in range(BATCH_MAX)]
    assert len((await stub.BatchExecute(batch(*many))).results) == BATCH_MAX
    assert (await refused(stub.BatchExecute(batch(*many, item(deposit())))))[2] == ["items"]
    ledger.seen.clear()
    command = pb.Command(record_deposit=deposit(request_id=""))
    group = pb.BatchItem(group=pb.AtomicGroup(request_id=str(uuid.uuid4()), commands=[command] * GROUP_MAX))
    full = [group] * (BATCH_MAX // GROUP_MAX)
    assert len((await stub.BatchExecute(batch(*full))).results) == len(full)
    assert (await refused(stub.BatchExecute(batch(*full, item(deposit())))))[2] == ["items"]
    assert {len(work.commands) for work in ledger.seen} == {GROUP_MAX}


@with_server
async def test_a_batch_item_fails_alone(ledger, stub, gate):
    """Its own error in its own place; the others are executed in order."""
    bad = deposit()
    bad.deposit.amount = -1
    elsewhere = deposit(account=f"ledgers/110000/accounts/{ID}")
    command = pb.Command(record_deposit=deposit())
    group = pb.AtomicGroup(request_id=str(uuid.uuid4()), commands=[command])
    empty = pb.AtomicGroup(request_id=str(uuid.uuid4()))
    items = [
        item(deposit()),
        item(bad),
        item(elsewhere),
        pb.BatchItem(),
        pb.BatchItem(group=group),
        pb.BatchItem(group=empty),
        item(deposit()),
    ]
    results = (await stub.BatchExecute(batch(*items), metadata=[ENGLISH])).results
    assert [result.WhichOneof("result") for result in results] == [
        "transaction", "error", "error", "error", "error", "error", "transaction",
    ]  # fmt: skip
    paths = [explain(result.error)[2] for result in results[1:6]]
    assert paths == [
        ["items[1].command.record_deposit.deposit.amount"],
        ["items[2].command.record_deposit.account"],
        ["items[3].command"],
        ["items[4].group.commands[0].record_deposit.request_id"],
        ["items[5].group.commands"],
    ]
    assert [work.request_id for work in ledger.seen] == [
        uuid.UUID(items[index].command.record_deposit.request_id).bytes for index in (0, 6)
    ]


@with_server
async def test_outcomes_that_are_no_commit(ledger, stub, gate):
    """A refusal of the log is the error of a single call, and an item's error in a batch."""
    ledger.outcome = lambda _: Refused(reasons.REFUSAL_REASON_ACCOUNT_FROZEN, {}, 9)
    expected = ("ACCOUNT_FROZEN", {"position": "9"}, [])
    assert await refused(stub.RecordDeposit(deposit())) == expected
    results = (await stub.BatchExecute(batch(item(deposit())))).results
    assert explain(results[0].error) == expected


@with_server
async def test_void_and_outcome(ledger, stub, gate):
    """Both are items of the queue; a tombstone and a refusal are answers, not errors."""
    event = events_pb2.CommandVoided(effect=events_pb2.VOID_EFFECT_TOMBSTONED)
    ledger.outcome = lambda _: Committed([entry(4, ID, types.COMMAND_VOIDED, event)])
    request = pb.VoidCommandRequest(ledger="ledgers/410100", request_id=str(uuid.uuid4()), voided_request_id=ID)
    response = await stub.VoidCommand(request)
    assert response.effect == events_pb2.VOID_EFFECT_TOMBSTONED
    assert response.transaction.entries[0].account == ""
    assert ledger.seen[0].commands[0].content.request_id == uuid.UUID(ID).bytes
    query = pb.GetCommandOutcomeRequest(ledger="ledgers/410100", command_request_id=ID)
    for outcome, voided in (
        (Refused(reasons.REFUSAL_REASON_ACCOUNT_FROZEN, {}, 9), False),
        (Failed(reasons.REFUSAL_REASON_COMMAND_VOIDED), True),
    ):
        ledger.outcome = lambda _, outcome=outcome: outcome
        told = await stub.GetCommandOutcome(query)
        assert (told.WhichOneof("outcome"), told.voided) == ("refusal", voided)
    assert isinstance(ledger.seen[-1], OutcomeQuery)
    ledger.outcome = lambda _: Failed(reasons.REFUSAL_REASON_COMMAND_NOT_FOUND)
    assert (await refused(stub.GetCommandOutcome(query)))[0] == "COMMAND_NOT_FOUND"


@with_server
async def test_rights_are_those_of_the_method(ledger, stub, gate):
    """Denied before the shape is looked at, and per item in a batch."""
    reader = [("x-dev-rights", "read_outcome,RIGHT_REPORT_LOSS")]
    told = await refused(stub.RecordDeposit(pb.RecordDepositRequest(), metadata=reader))
    assert told == ("PERMISSION_DENIED", {"right": "RIGHT_POST_DEPOSIT"}, [])
    results = (await stub.BatchExecute(batch(item(deposit())), metadata=reader)).results
    assert explain(results[0].error)[0] == "PERMISSION_DENIED"
    told = await refused(stub.RecordDeposit(deposit(), metadata=[("x-dev-rights", "fly")]))
    assert told[0] == "UNAUTHENTICATED"
    assert not ledger.seen


@with_server
async def test_organisations_are_kept_apart(ledger, stub, gate):
    """The dev provider lets a test act as several."""
    await stub.RecordDeposit(deposit(), metadata=[("x-dev-organisation", "hospital")])
    await stub.RecordDeposit(deposit(), metadata=[("x-dev-organisation", "pharmacy")])
    first, second = ledger.seen
    assert first.organisation == organisation_id("hospital") != second.organisation


@with_server
async def test_a_defect_never_shows_its_text(ledger, stub, gate):
    """The caller gets an id that the log knows."""

    def broken(item):
        raise ValueError("number 410101199001011234")

    ledger.outcome = broken
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.RecordDeposit(deposit())
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    reason, metadata, _ = explain(caught.value)
    assert (reason, list(metadata)) == ("INTERNAL", ["error_id"])
    assert "4101" not in str(caught.value.trailing_metadata())


@with_server
async def test_a_caller_that_goes_away(ledger, stub, gate):
    """What it sent is not disturbed for others, and the server goes on."""
    ledger.gate.clear()
    gone = stub.RecordDeposit(deposit(), timeout=0.2)
    stays = stub.RecordDeposit(deposit(), timeout=20)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await gone
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    while gate.in_flight > 1:  # noqa: ASYNC110 - the caller knows a moment before the server does
        await asyncio.sleep(0.01)
    ledger.gate.set()
    assert (await stays).transaction.first_position
    assert ledger.finished == 1


def test_too_many_calls_are_refused_at_once():
    """Rather than queued without a bound; a place becomes free when a call ends."""

    async def body():
        async with serving(calls_max=1) as (ledger, stub, _):
            ledger.gate.clear()
            first = asyncio.ensure_future(stub.RecordDeposit(deposit()))
            await ledger.asked.wait()
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.RecordDeposit(deposit())
            assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            assert explain(caught.value)[0] == "OVERLOADED"
            ledger.gate.set()
            await first
            await stub.RecordDeposit(deposit())

    asyncio.run(body())


def test_closing_lets_calls_finish():
    """Who is inside gets an answer, who comes later is told to go elsewhere."""

    async def body():
        async with serving() as (ledger, stub, gate):
            ledger.gate.clear()
            inside = asyncio.ensure_future(stub.RecordDeposit(deposit()))
            await ledger.asked.wait()
            closing = asyncio.ensure_future(gate.close(20))
            await asyncio.sleep(0)
            assert (await refused(stub.RecordDeposit(deposit())))[0] == "UNAVAILABLE"
            assert not closing.done()
            ledger.gate.set()
            assert (await inside).transaction.first_position
            await asyncio.wait_for(closing, 5)
            await gate.close(20)  # nobody is inside

    asyncio.run(body())


def test_a_caller_whom_nobody_knows():
    """Authentication comes first."""

    class Nobody:
        def identify(self, headers, peer) -> Identity | None:
            return None

    async def body():
        async with serving(Nobody()) as (_, stub, _):
            assert (await refused(stub.RecordDeposit(deposit())))[0] == "UNAUTHENTICATED"

    asyncio.run(body())


def test_every_method_has_a_handler_and_rights():
    """A method without rights would be closed; one without a handler could not be served."""
    handlers, streams = CommandService(Shelf(None)).handlers(), ExecuteStream(Shelf(None)).streams()
    assert set(handlers) | set(streams) == {method.name for method in kinds.SERVICE.methods}
    assert all(kinds.method_rights(method) for method in kinds.SERVICE.methods)
