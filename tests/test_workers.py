"""Several workers behind one port: they share it, die and come back, and lose nothing that was acknowledged."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import threading
import time

import grpc
import grpc.aio
import pytest

from ledger.cli import service as operator
from ledger.operation.supervisor import Order, reserve
from ledger.settings import Settings, SettingsError
from ledger.v1 import command_service_pb2_grpc
from ledger.v1 import query_service_pb2 as q
from tests.running import Client, Ledgerd
from tests.world import World

WORKERS = 2
CALLERS = 8
KILLS = 3
OPTIONS = [("grpc.use_local_subchannel_pool", 1)]


def events(process, name):
    """The lines of a kind that the service and its workers wrote."""
    lines = [json.loads(line) for line in process.errors().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == name]


def workers_of(process):
    """Process ids of the children that are workers."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(process.process.pid)], capture_output=True, text=True, check=False
    ).stdout  # its status says whether there are any
    return [int(line.split()[0]) for line in listed.splitlines() if "ledger.operation.worker" in line]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def service(database, ledger):
    with Ledgerd(database, [ledger], environment={"LEDGER_WORKERS": str(WORKERS)}) as process:
        yield process


async def insist(address, request, trace):
    """Send a command until it is acknowledged, with its one request id; each try on a new connection."""
    while True:
        async with grpc.aio.insecure_channel(address, options=OPTIONS) as channel:
            stub = command_service_pb2_grpc.CommandServiceStub(channel)
            try:
                answer = await stub.RecordDeposit(request, timeout=10)
            except grpc.aio.AioRpcError as error:
                trace.append(error.code())
                continue
            return answer.transaction


def test_a_worker_dies_while_commands_go_on(service, ledger):
    """Each deposit is in the log exactly once, and every worker gives the recorded answer to a retry."""
    client = Client(service.channel())
    world = World(client, ledger)
    world.done(world.open("anna"))
    world.done(world.activate("anna"))
    acknowledged, troubles = {}, []
    dead = set()

    async def caller(stop):
        while not stop.is_set():
            request = world.deposit("anna", amount=1)
            acknowledged[request.request_id] = request, await insist(service.address, request, troubles)

    def kill_one(number, wanted):
        until(lambda: len(acknowledged) >= wanted and len(workers_of(service)) == WORKERS)
        pid = workers_of(service)[number]
        os.kill(pid, signal.SIGKILL)
        dead.add(pid)
        until(lambda: len(workers_of(service)) == WORKERS)

    async def body():
        stop = threading.Event()
        callers = [asyncio.create_task(caller(stop)) for _ in range(CALLERS)]
        for kill in range(KILLS):
            await asyncio.to_thread(kill_one, kill % WORKERS, len(acknowledged) + 40)
        stop.set()
        await asyncio.gather(*callers)

    asyncio.run(body())
    client.close()
    assert len(events(service, "worker.ended")) == KILLS == len(dead)
    assert set(troubles) <= {grpc.StatusCode.UNAVAILABLE}
    for _ in range(4):  # connections that the kernel gives to one worker or the other
        client = Client(service.channel())
        world.client = client
        assert world.state("anna").balance == len(acknowledged)
        for request, transaction in list(acknowledged.values())[:20]:
            again = world.done(request)
            assert again.replayed
            assert again.first_position == transaction.first_position
        client.close()


def test_every_worker_serves_and_all_are_drained(database, ledger):
    """Connections reach all of them; SIGTERM ends all; what was acknowledged is there for the next service."""
    environment = {"LEDGER_WORKERS": str(WORKERS), "LEDGER_OPERATOR_LISTEN": f"127.0.0.1:{free_ports(WORKERS)}"}
    with Ledgerd(database, [ledger], environment=environment) as process:
        consoles = {line["address"] for line in events(process, "console")}
        assert len(consoles) == WORKERS
        first = Client(process.channel())
        world = World(first, ledger)
        world.done(world.open("anna"))
        world.done(world.activate("anna"))
        clients = [Client(process.channel()) for _ in range(16)]
        for client in clients:
            world.client = client
            world.done(world.deposit("anna", amount=1))
        answered = operator.workers(environment["LEDGER_OPERATOR_LISTEN"])
        assert {said["worker"] for said in answered} == set(range(WORKERS))
        writers = [said for said in answered if said["ledgers"].get(ledger, {}).get("commits")]
        assert len(writers) == 1
        assert sum(said["forwarded"] for said in answered) > 0
        pids = workers_of(process)
        assert len(pids) == WORKERS
        for client in [first, *clients]:
            client.close()
        assert process.terminate() == 0
        assert not any(alive(pid) for pid in pids)
        assert len(events(process, "stopped")) == WORKERS + 1
    with Ledgerd(database, [ledger]) as process:
        world.client = Client(process.channel())
        assert world.state("anna").balance == 16
        world.client.close()


def test_cached_reads_are_no_older_where_another_worker_writes(service, ledger):
    """What a worker remembers of a ledger that it does not write may be as old as itself."""
    clients = [Client(service.channel()) for _ in range(16)]
    world = World(clients[0], ledger)
    world.done(world.opening("anna", 0))
    cached = {"consistency": q.CONSISTENCY_CACHED}
    for number in range(3):
        size = world.done(world.deposit("anna", amount=1)).last_position
        for client in clients:
            world.client = client
            assert world.send(q.GetLedgerRequest(name=world.ledger, **cached)).size == size
            answer = world.send(q.GetAccountRequest(name=world.account("anna"), **cached))
            assert (answer.account.balance, answer.position) == (number + 1, size)
    for client in clients:
        client.close()


def free_ports(count):
    """The first of some ports in a row that nobody uses."""
    for first in range(20_000 + os.getpid() % 10_000, 60_000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no port is free")


def test_workers_end_with_their_supervisor(service):
    """Also when that is killed: nobody would stop them, or start them again."""
    pids = workers_of(service)
    assert len(pids) == WORKERS
    service.kill()
    until(lambda: not any(alive(pid) for pid in pids))


def test_the_port_belongs_to_one_service(service, database, ledger):
    """Neither a second service with workers nor one without can take a part of the connections."""
    for workers in ("1", "2"):
        environment = {"LEDGER_LISTEN": service.address, "LEDGER_WORKERS": workers}
        with pytest.raises(RuntimeError, match="LEDGER_LISTEN"):
            Ledgerd(database, [ledger], environment=environment)


def test_workers_that_cannot_start(database, ledger):
    """End the service, with their own words before."""
    port = free_ports(1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        environment = {"LEDGER_WORKERS": "2", "LEDGER_OPERATOR_LISTEN": f"127.0.0.1:{port}"}
        with pytest.raises(RuntimeError, match=r"LEDGER_OPERATOR_LISTEN(.|\n)*a worker could not start"):
            Ledgerd(database, [ledger], environment=environment)


def test_an_order_arrives_as_it_was_sent():
    order = Order(
        Settings(ledgers=("1", "2"), processors=("0",), grace_seconds=1.5), "url", bytes(range(32)), 3, "/run"
    )
    assert Order.decode(order.encode()) == order
    assert order.encode().count(b"\n") == 1


def test_a_reserved_port_takes_no_connection():
    """The kernel gives connections to those who listen only."""
    with reserve("127.0.0.1:0") as held:
        where = held.getsockname()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(where, timeout=1)
        with pytest.raises(SettingsError, match="cannot be used"):
            reserve(f"127.0.0.1:{where[1]}")
