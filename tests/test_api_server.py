"""ledgerd as a process: it starts from nothing, serves, and loses nothing when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ledger.embedded_postgres import EmbeddedPostgres
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import command_service_pb2_grpc, commands_pb2, query_service_pb2_grpc
from ledger.v1 import query_service_pb2 as query_pb

LEDGER = "ledgers/410100"
CALLERS = 16


@pytest.fixture(scope="module")
def directory():
    """A place that the account of PostgreSQL can reach, which pytest's own is not for root."""
    with tempfile.TemporaryDirectory(prefix="ledgerd-test-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path / "postgres"
        EmbeddedPostgres(path / "postgres").stop(attached=True)


@contextlib.contextmanager
def ledgerd(directory):
    """A running service on a free port: its process and address."""
    command = [sys.executable, "-m", "ledger.server", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data-directory", str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("ledgerd ready on "), process.stderr.read()
        yield process, line.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=60)


def open_requests(identifier):
    """What makes an account that takes money."""
    account = f"{LEDGER}/accounts/{identifier}"
    opening = commands_pb2.AccountOpening(scheme=310, person_type=1)
    opening.confidential.insured_person_id = identifier
    return (
        pb.OpenAccountRequest(account=account, request_id=str(uuid.uuid4()), opening=opening),
        pb.ActivateAccountRequest(account=account, request_id=str(uuid.uuid4()), activation=commands_pb2.Activation()),
    )


def deposit(identifier, request_id=None):
    """One fen."""
    return pb.RecordDepositRequest(
        account=f"{LEDGER}/accounts/{identifier}",
        request_id=request_id or str(uuid.uuid4()),
        deposit=commands_pb2.Deposit(amount=1, source=1),
    )


async def balance(channel, identifier):
    """Of an account, linearizable."""
    queries = query_service_pb2_grpc.QueryServiceStub(channel)
    request = query_pb.GetAccountRequest(name=f"{LEDGER}/accounts/{identifier}")
    return (await queries.GetAccount(request)).account.balance


def test_a_drain_loses_nothing(directory):
    """Every call is answered or told UNAVAILABLE; what was acknowledged is there afterwards."""
    identifier = str(uuid.uuid4())

    async def load(process, address):
        acknowledged, endings = [], set()
        async with grpc.aio.insecure_channel(address) as channel:
            stub = command_service_pb2_grpc.CommandServiceStub(channel)
            opening, activation = open_requests(identifier)
            await stub.OpenAccount(opening)
            await stub.ActivateAccount(activation)

            async def caller():
                while True:
                    request = deposit(identifier)
                    try:
                        await stub.RecordDeposit(request)
                    except grpc.aio.AioRpcError as error:
                        endings.add(error.code())
                        return
                    acknowledged.append(request.request_id)
                    if len(acknowledged) == 200:
                        process.send_signal(signal.SIGTERM)

            await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return acknowledged, endings

    async def check(address, acknowledged):
        async with grpc.aio.insecure_channel(address) as channel:
            assert await balance(channel, identifier) == len(acknowledged)
            stub = command_service_pb2_grpc.CommandServiceStub(channel)
            again = await stub.RecordDeposit(deposit(identifier, acknowledged[0]))
            assert again.transaction.replayed

    with ledgerd(directory) as (process, address):
        acknowledged, endings = asyncio.run(load(process, address))
        assert process.wait(30) == 0
        events = [json.loads(line)["event"] for line in process.stderr]
        assert events[-2:] == ["draining", "stopped"]
    assert endings == {grpc.StatusCode.UNAVAILABLE}
    with ledgerd(directory) as (_, address):
        asyncio.run(check(address, acknowledged))


def test_health_and_window(directory):
    """Health says SERVING; a replay is answered although its time has left the window since."""
    identifier = str(uuid.uuid4())
    live = [("x-dev-rights", "POST_DEPOSIT"), ("accept-language", "en")]

    async def body(address):
        async with grpc.aio.insecure_channel(address) as channel:
            check = health_pb2.HealthCheckRequest(service="ledger.v1.CommandService")
            told = await health_pb2_grpc.HealthStub(channel).Check(check)
            assert told.status == health_pb2.HealthCheckResponse.SERVING
            stub = command_service_pb2_grpc.CommandServiceStub(channel)
            opening, activation = open_requests(identifier)
            await stub.OpenAccount(opening)
            await stub.ActivateAccount(activation)
            late = deposit(identifier)
            late.effective_time.seconds = 1_600_000_000
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.RecordDeposit(late, metadata=live)
            assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            await stub.RecordDeposit(late)  # dev may backdate
            again = await stub.RecordDeposit(late, metadata=live)
            assert again.transaction.replayed
            assert await balance(channel, identifier) == 1

    with ledgerd(directory) as (_, address):
        asyncio.run(body(address))


def test_a_second_server_on_the_port_fails(directory):
    """Rather than taking half of the connections; what it says names the setting."""
    with ledgerd(directory) as (_, address):
        command = [sys.executable, "-m", "ledger.server", "--listen", address]
        second = subprocess.run(
            [*command, "--data-directory", str(directory)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert "LEDGER_LISTEN" in second.stderr.splitlines()[-1]
