"""The load generator, a process of its own: one JSON object per line in, one per line out.

`open` makes accounts, `prepare` makes ready what `run` then sends. Callers are closed loops: each
sends its next call when it has its answer. Answers are checked after the clock has stopped.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import grpc.aio
import uvloop

from benchmarks.deposits import (
    account_names,
    batch,
    deposit,
    encoded_batches,
    fresh_ids,
    opening_batch,
)
from benchmarks.exchange import Exchange
from benchmarks.settlements import settlement_item
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import command_service_pb2_grpc

BATCH_METHOD = "/ledger.v1.CommandService/BatchExecute"
OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.use_local_subchannel_pool", 1),
)
CALL_SECONDS = 60.0
SETTLED_PER_SECOND_MAX = 40_000
PER_SECOND_MAX = 130_000
"""Deposits per second that pre-encoded requests are made for."""
ANSWERS_KEPT = 60_000
ACCOUNTS_PER_CALL = 500

Call = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Job:
    """What one run sends."""

    address: str
    ledger: str
    size: int
    """Deposits per call; 0: the unary method."""
    callers: int
    seconds: float
    encoded: bool = False
    settlements: bool = False
    """Purchases that the service computes from a policy, instead of deposits."""
    stream: bool = False
    """Whether calls are messages of one stream."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. CPU is that of this process, in microseconds per command."""

    commands: int
    calls: int
    seconds: float
    p50_ms: float
    p99_ms: float
    client_us: float


class Load:
    """Channels, accounts, and the run that is prepared."""

    def __init__(self) -> None:
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._accounts: dict[str, list[str]] = {}
        self._job: Job | None = None
        self._calls: Iterator[Call] = iter(())
        self._answers: list[Any] = []

    async def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what a line asks for."""
        do = order.pop("do")
        if do == "open":
            return await self._open(**order)
        if do == "prepare":
            self._job = Job(**order)
            self._calls = self._prepare(self._job)
            return {}
        if do == "run" and self._job:
            return asdict(await self._run(self._job))
        if do == "account":
            return {"account": self._accounts[order["ledger"]][0]}
        raise ValueError(f"nothing is known of {do!r}")

    def _channel(self, address: str) -> grpc.aio.Channel:
        if address not in self._channels:
            self._channels[address] = grpc.aio.insecure_channel(address, options=OPTIONS)
        return self._channels[address]

    async def _open(self, address: str, ledger: str, count: int) -> dict[str, Any]:
        names = account_names(ledger, count)
        stub = command_service_pb2_grpc.CommandServiceStub(self._channel(address))
        for at in range(0, count, ACCOUNTS_PER_CALL):
            request = opening_batch(ledger, names[at : at + ACCOUNTS_PER_CALL])
            check([await stub.BatchExecute(request, timeout=CALL_SECONDS)])
        self._accounts[ledger] = names
        return {"accounts": count}

    def _prepare(self, job: Job) -> Iterator[Call]:
        channel, accounts = self._channel(job.address), self._accounts[job.ledger]
        stub = command_service_pb2_grpc.CommandServiceStub(channel)
        if not job.size:
            return unary_calls(stub, accounts)
        if not job.encoded:
            return batch_calls(stub, job, accounts)
        raw = channel.unary_unary(BATCH_METHOD)
        count = int(PER_SECOND_MAX * job.seconds / job.size)
        count = max(job.callers * 2, min(count, int(20_000 * job.seconds)))
        if job.settlements:
            count = min(count, int(SETTLED_PER_SECOND_MAX * job.seconds / job.size) + job.callers)
            people = [name.replace("/accounts/", "/persons/") for name in accounts]
            requests = encoded_batches(job.ledger, people, job.size, count, settlement_item)
        else:
            requests = encoded_batches(job.ledger, accounts, job.size, count)
        if job.stream:  # the messages of the two methods have the same form
            exchange = Exchange(channel)
            return (lambda request=request: exchange.ask(request) for request in requests)
        return (lambda request=request: raw(request, timeout=CALL_SECONDS) for request in requests)

    async def _run(self, job: Job) -> Result:
        times: list[float] = []
        self._answers = []
        keep = ANSWERS_KEPT // max(1, job.size)
        clock = time.perf_counter
        begin, cpu = clock(), time.process_time()
        end = begin + job.seconds

        async def caller() -> None:
            for call in self._calls:
                sent = clock()
                if sent >= end:
                    return
                answer = await call()
                times.append(clock() - sent)
                if len(self._answers) < keep:
                    self._answers.append(answer)

        await asyncio.gather(*(caller() for _ in range(job.callers)))
        seconds, cpu = clock() - begin, time.process_time() - cpu
        check(self._answers)
        times.sort()
        commands = len(times) * max(1, job.size)
        return Result(
            commands,
            len(times),
            seconds,
            1e3 * times[len(times) // 2],
            1e3 * times[min(len(times) - 1, len(times) * 99 // 100)],
            1e6 * cpu / commands,
        )


def unary_calls(stub: Any, accounts: list[str]) -> Iterator[Call]:
    """Deposits without end."""
    while True:
        for own_id in fresh_ids(256):
            request = deposit(random.choice(accounts), own_id)
            yield lambda request=request: stub.RecordDeposit(request, timeout=CALL_SECONDS)


def batch_calls(stub: Any, job: Job, accounts: list[str]) -> Iterator[Call]:
    """Batches without end, each built when its turn comes."""
    while True:
        request = batch(job.ledger, accounts, job.size)
        yield lambda request=request: stub.BatchExecute(request, timeout=CALL_SECONDS)


def check(answers: list[Any]) -> None:
    """Raise unless every command was recorded."""
    for answer in answers:
        if isinstance(answer, pb.RecordDepositResponse):
            if not answer.transaction.first_position:
                raise RuntimeError("an answer has no transaction")
            continue
        full = pb.BatchExecuteResponse.FromString(answer) if isinstance(answer, bytes) else answer
        for result in full.results:
            if not result.HasField("transaction"):
                raise RuntimeError(f"a command was not recorded: {result.error}")


async def main() -> None:
    """Answer line after line until there are none."""
    load, loop = Load(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await load.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
