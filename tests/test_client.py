"""The Python client against a running service: calls, ids, errors, batches and pages."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import sys
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest

import ledger.client
from ledger.api.errors import meaning, status
from ledger.client import (
    ENGLISH,
    SERVICE_CONFIG,
    AsyncClient,
    Client,
    DeadlineExceeded,
    IdempotencyConflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Refused,
    Unauthenticated,
    Unavailable,
    VersionMismatch,
    Violation,
    errors,
    group,
    new_request_id,
)
from ledger.client.methods import AsyncMethods, Methods
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from ledger.v1.commands_pb2 import AccountOpening, Activation, Deposit, LossLift
from ledger.v1.entry_pb2 import Entry
from ledger.v1.reasons_pb2 import RefusalReason
from tests.cable import Cable
from tests.running import Ledgerd
from tests.test_tidy import rpc_methods

OPENING = AccountOpening(scheme=t.SCHEME_EMPLOYEE, person_type=t.PERSON_TYPE_ACTIVE)


@pytest.fixture
def caller(ledgerd):
    """A client that reads English."""
    with Client(ledgerd.address, language=ENGLISH) as client:
        yield client


@pytest.fixture
def account(caller, ledger):
    """The name of an open account of a fresh ledger."""
    name = f"ledgers/{ledger}/accounts/{uuid.uuid4()}"
    caller.open_account(account=name, opening=OPENING)
    return name


def money(amount):
    """A deposit of some fen."""
    return Deposit(amount=amount, source=t.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION)


def balance(caller, account):
    """The balance of an account in fen."""
    return caller.get_account(name=account).account.balance


def test_every_rpc_has_a_method():
    """The client is complete by construction; this holds it to that."""
    for method in rpc_methods():
        name = "".join("_" + letter.lower() if letter.isupper() else letter for letter in method.name)[1:]
        assert callable(getattr(Methods, name)), method.full_name
        assert callable(getattr(AsyncMethods, name)), method.full_name


def test_the_client_knows_only_the_messages_and_grpc():
    """It could be a package of its own."""
    allowed = {"grpc", "google", "ledger.client", "ledger.v1"}
    for path in Path(ledger.client.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [found.name for found in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = ".".join(name.split(".")[:2]) if name.startswith("ledger") else name.split(".")[0]
                standard = ours in sys.stdlib_module_names
                assert standard or ours in allowed, f"{path.name} imports {name}"


def test_deposit_and_read(caller, account):
    """A command answers with what was recorded, and a read shows it."""
    answer = caller.record_deposit(account=account, deposit=money(16_000))
    [entry] = answer.transaction.entries
    assert (entry.balance_change, entry.balance_after, entry.type) == (16_000, 16_000, "deposit_posted")
    assert balance(caller, account) == 16_000


def test_an_id_is_made_once_and_may_be_given(caller, account):
    """Version 7, and the same command again is answered again."""
    request_id = new_request_id()
    assert uuid.UUID(request_id).version == 7
    first = caller.record_deposit(account=account, deposit=money(5), request_id=request_id)
    again = caller.record_deposit(account=account, deposit=money(5), request_id=request_id)
    assert again.transaction.replayed
    assert again.transaction.last_position == first.transaction.last_position
    with pytest.raises(IdempotencyConflict) as raised:
        caller.record_deposit(account=account, deposit=money(6), request_id=request_id)
    assert raised.value.reason == "IDEMPOTENCY_CONFLICT"
    assert raised.value.metadata["field"] == "amount"
    assert raised.value.request_id == request_id
    assert not raised.value.recorded


def test_a_refusal_speaks(caller, ledgerd, account):
    """Reason, sentence in the language of the client, and that it is recorded."""
    activation = Activation(channel=t.CHANNEL_APP)
    caller.activate_account(account=account, activation=activation)
    with pytest.raises(Refused) as raised:
        caller.activate_account(account=account, activation=activation)
    refused = raised.value
    assert refused.reason == "ACCOUNT_ALREADY_ACTIVE"
    assert (refused.sentence, refused.locale) == ("The account has been activated before.", "en")
    assert refused.code is grpc.StatusCode.FAILED_PRECONDITION
    assert (refused.recorded, refused.replayed) == (True, False)
    with Client(ledgerd.address) as chinese, pytest.raises(Refused) as raised:
        chinese.activate_account(account=account, activation=activation, request_id=refused.request_id)
    assert (raised.value.sentence, raised.value.locale) == ("账户此前已激活。", "zh-CN")
    assert raised.value.replayed


def test_bad_input_names_its_fields(caller, account):
    """Each field at fault, for programs."""
    with pytest.raises(InvalidRequest) as raised:
        caller.record_deposit(account=account, deposit=Deposit(amount=-1))
    found = {violation.field for violation in raised.value.violations}
    assert {"deposit.amount", "deposit.source"} <= found
    assert all(isinstance(violation, Violation) and violation.description for violation in raised.value.violations)


def test_who_may_not_and_what_is_not_there(ledgerd, caller, account):
    """Rights, identities, versions, and things that do not exist have exceptions of their own."""
    rights = [("x-dev-rights", "READ_LEDGER")]
    with Client(ledgerd.address, metadata=lambda: rights) as other:
        with pytest.raises(PermissionDenied) as raised:
            other.get_account(name=account)
        assert raised.value.metadata == {"right": "RIGHT_READ_ACCOUNT"}
        rights[0] = ("x-dev-rights", "NO_SUCH_RIGHT")
        with pytest.raises(Unauthenticated):
            other.get_account(name=account)
    with pytest.raises(NotFound) as missing:
        caller.get_account(name=f"{account[:-36]}{uuid.uuid4()}")
    assert missing.value.reason == "ACCOUNT_NOT_FOUND"
    with pytest.raises(VersionMismatch):
        caller.record_deposit(account=account, deposit=money(1), expected_version=99)


def test_times_have_zones(caller, account):
    """A time without one would be taken for UTC, eight hours off."""
    now = datetime.now(UTC)
    assert caller.record_deposit(account=account, deposit=money(1), effective_time=now).transaction.first_position
    with pytest.raises(ValueError, match="no time zone"):
        caller.record_deposit(account=account, deposit=money(1), effective_time=now.replace(tzinfo=None))


def test_many_commands(caller, ledger, account):
    """Each item has an outcome; executing the same requests again records nothing twice."""
    requests = [pb.RecordDepositRequest(account=account, deposit=money(amount)) for amount in (1, 2, -3, 4)]
    requests.append(group(pb.RecordDepositRequest(account=account, deposit=money(5))))
    done = list(caller.execute(f"ledgers/{ledger}", requests, size=2))
    assert [outcome.error is None for outcome in done] == [True, True, False, True, True]
    assert [outcome.request_id for outcome in done] == [request.request_id for request in requests]
    assert isinstance(done[2].error, InvalidRequest)
    with pytest.raises(InvalidRequest):
        done[2].get()
    assert balance(caller, account) == 1 + 2 + 4 + 5
    again = list(caller.execute(f"ledgers/{ledger}", requests))
    assert all(outcome.get().replayed for outcome in again if not outcome.error)
    assert balance(caller, account) == 1 + 2 + 4 + 5
    with pytest.raises(TypeError, match="not the request of a command"):
        list(caller.execute(f"ledgers/{ledger}", [money(1)]))


def test_pages_of_entries(caller, ledger, account):
    """Every entry once, in order, over several pages."""
    for amount in range(1, 8):
        caller.record_deposit(account=account, deposit=money(amount))
    found = list(caller.entries(f"ledgers/{ledger}", page_size=3))
    size = caller.get_ledger(name=f"ledgers/{ledger}").size
    assert [stored.position for stored in found] == list(range(1, size + 1))
    assert [stored.position for stored in caller.entries(f"ledgers/{ledger}", from_position=size)] == [size]
    assert Entry.FromString(found[-1].entry).deposit_posted.deposit.amount == 7
    assert list(caller.entries(f"ledgers/{ledger}", from_position=size + 1)) == []


def test_for_asyncio(ledgerd, ledger):
    """The same with `await`: calls side by side, errors, batches, pages."""

    async def body():
        name = f"ledgers/{ledger}/accounts/{uuid.uuid4()}"
        async with AsyncClient(ledgerd.address, language=ENGLISH) as client:
            await client.open_account(account=name, opening=OPENING)
            await asyncio.gather(*(client.record_deposit(account=name, deposit=money(10)) for _ in range(20)))
            assert (await client.get_account(name=name)).account.balance == 200
            with pytest.raises(Refused) as raised:
                await client.lift_loss(account=name, lift=LossLift())
            assert raised.value.reason == "LOSS_NOT_REPORTED"
            requests = [pb.RecordDepositRequest(account=name, deposit=money(1)) for _ in range(5)]
            outcomes = [outcome async for outcome in client.execute(f"ledgers/{ledger}", requests, size=2)]
            assert [outcome.get().replayed for outcome in outcomes] == [False] * 5
            positions = [stored.position async for stored in client.entries(f"ledgers/{ledger}", page_size=4)]
            assert positions == list(range(1, outcomes[-1].get().last_position + 1))

    asyncio.run(body())


def messages(ledger, account):
    """Messages of a stream of commands, without request ids."""
    for amounts in ((1, 2), (-3, 4)):
        items = [
            pb.BatchItem(command=pb.Command(record_deposit=pb.RecordDepositRequest(account=account, deposit=money(n))))
            for n in amounts
        ]
        yield pb.ExecuteStreamRequest(ledger=f"ledgers/{ledger}", items=items)


def test_a_stream_of_commands(caller, ledger, account):
    """Both ways at once; ids are made on the way, and an error of a stream is one of ours."""
    with caller.execute_stream(messages(ledger, account)) as answers:
        results = [result.WhichOneof("result") for answer in answers for result in answer.results]
    assert results == ["transaction", "transaction", "error", "transaction"]
    assert balance(caller, account) == 7
    with pytest.raises(InvalidRequest):
        list(caller.execute_stream(iter([pb.ExecuteStreamRequest()])))


def test_a_stream_of_commands_for_asyncio(ledgerd, ledger, account):
    """The same."""

    async def asked():
        for message in messages(ledger, account):
            yield message

    async def nothing():
        yield pb.ExecuteStreamRequest()

    async def body():
        async with AsyncClient(ledgerd.address) as client:
            async with client.execute_stream(asked()) as answers:
                results = [result.WhichOneof("result") async for answer in answers for result in answer.results]
            assert results == ["transaction", "transaction", "error", "transaction"]
            with pytest.raises(InvalidRequest):
                await anext(client.execute_stream(nothing()))

    asyncio.run(body())


# -- retries and deadlines ------------------------------------------------------------------------


def size_of(caller, account):
    """How many entries the account's ledger has."""
    return caller.get_ledger(name="/".join(account.split("/")[:2])).size


def wait_until(condition, seconds=20):
    """Ask again until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def lose_the_answer(cable, recorded):
    """Let the next command be recorded, lose its answer, and break the connection."""
    cable.swallows = True
    wait_until(recorded)
    cable.swallows = False
    cable.cut()


def test_a_lost_answer_is_asked_for_again(ledgerd, caller, account):
    """The command was recorded, its answer is lost with the connection: nothing is recorded twice."""
    size = size_of(caller, account)
    with Cable(ledgerd.address) as cable, Client(cable.address) as client:
        assert balance(client, account) == 0
        fault = threading.Thread(target=lose_the_answer, args=(cable, lambda: size_of(caller, account) > size))
        cable.swallows = True
        fault.start()
        answer = client.record_deposit(account=account, deposit=money(70))
        fault.join()
    assert answer.transaction.replayed
    assert (size_of(caller, account), balance(caller, account)) == (size + 1, 70)


def test_a_lost_answer_for_asyncio(ledgerd, caller, account):
    """The same."""
    size = size_of(caller, account)

    async def body(cable):
        async with AsyncClient(cable.address) as client:
            await client.get_account(name=account)
            cable.swallows = True
            fault = asyncio.to_thread(lose_the_answer, cable, lambda: size_of(caller, account) > size)
            answer, _ = await asyncio.gather(client.record_deposit(account=account, deposit=money(70)), fault)
            assert answer.transaction.replayed

    with Cable(ledgerd.address) as cable:
        asyncio.run(body(cable))
    assert (size_of(caller, account), balance(caller, account)) == (size + 1, 70)


def test_a_service_that_comes_back_is_found(ledgerd, caller, account):
    """Connections fail for a while; the command waits for the service, within its deadline."""
    with Cable(ledgerd.address) as cable, Client(cable.address) as client:
        cable.unplugged = True

        def plug_in():
            wait_until(lambda: cable.connections >= 2)
            cable.unplugged = False

        repair = threading.Thread(target=plug_in)
        repair.start()
        assert client.record_deposit(account=account, deposit=money(3)).transaction.last_position
        repair.join()
    assert balance(caller, account) == 3


def test_nobody_is_there():
    """Attempts are counted and the deadline is kept; the error can be tried again."""
    with Client("127.0.0.1:1", timeout=1.0) as client:
        begun = time.monotonic()
        with pytest.raises((Unavailable, DeadlineExceeded)) as raised:
            client.record_deposit(account="ledgers/1/accounts/1", deposit=money(1))
        assert time.monotonic() - begun < 3.0
        assert uuid.UUID(raised.value.request_id).version == 7
        assert not raised.value.reason


def test_a_silent_connection_ends_at_the_deadline(ledgerd, account):
    """Nobody waits for ever, and the error names the id under which to ask again."""
    with Cable(ledgerd.address) as cable, Client(cable.address, timeout=0.5) as client:
        balance(client, account)
        cable.swallows = True
        with pytest.raises(DeadlineExceeded) as raised:
            client.record_deposit(account=account, deposit=money(8))
        cable.swallows = False
        cable.cut()
        again = client.record_deposit(account=account, deposit=money(8), request_id=raised.value.request_id, timeout=10)
        assert again.transaction.replayed
        assert balance(client, account) == 8


def test_overload_is_waited_for(database):
    """A service without room says when to come back; the client comes back then, and no later than its deadline."""
    code = database.new_ledger()
    with Ledgerd(database, [code], environment={"LEDGER_CALLS_MAX": "1"}) as crowded, Client(crowded.address) as client:
        names = [f"ledgers/{code}/accounts/{uuid.uuid4()}" for _ in range(8)]
        threads = [
            threading.Thread(target=client.open_account, kwargs={"account": name, "opening": OPENING}) for name in names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {balance(client, name) for name in names} == {0}


# -- what the files say -----------------------------------------------------------------------------


def test_the_retry_policy_covers_every_method():
    """UNAVAILABLE is retried everywhere, and only that, with the name {} that stands for every method.

    It has no `timeout`: that would cut calls whose callers allow more, and subscriptions.
    """
    [entry] = json.loads(SERVICE_CONFIG)["methodConfig"]
    assert entry.keys() == {"name", "retryPolicy"}
    assert entry["name"] == [{}]
    assert entry["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert entry["retryPolicy"]["maxAttempts"] <= 5, "gRPC never makes more"


def test_every_reason_becomes_an_exception():
    """None is left to the general class, and what is recorded is known."""
    for number in RefusalReason.values():
        if number:
            raised = errors.error_of(status(number, {}, "en"))
            assert type(raised) is not errors.LedgerError, meaning(number).name
            assert raised.reason == meaning(number).name
            assert raised.sentence
    assert isinstance(errors.error_of(status(42, {}, "en")), errors.OutcomeUnknown)


def test_methods_are_typed():
    """A reader of `help(Client.record_deposit)` sees each field with its type."""
    signature = inspect.signature(Client.record_deposit)
    assert signature.parameters["deposit"].annotation == "commands_pb2.Deposit"
    assert signature.parameters["account"].default is inspect.Parameter.empty
    assert signature.parameters["request_id"].default is None
