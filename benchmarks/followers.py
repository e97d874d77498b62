"""Subscribers, a process of its own: one JSON object per line in, one per line out.

`open` opens so many subscriptions, each to another account that gets no movement, and waits until all have caught up;
`close` ends them; `latency` sends deposits one at a time and measures until a subscription has the entry.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from typing import Any

import grpc.aio
import uvloop

from benchmarks.deposits import deposit, fresh_ids
from ledger.v1 import command_service_pb2_grpc, query_service_pb2, query_service_pb2_grpc, subscription_service_pb2_grpc
from ledger.v1 import subscription_service_pb2 as s

WARM_UP = 200
"""Commands that are not counted: after a load of many callers, the committer waits for them for a while."""
CHANNELS = 10
"""Connections that the subscriptions share."""


class Followers:
    """The subscriptions that are open."""

    def __init__(self) -> None:
        self._channels: list[grpc.aio.Channel] = []
        self._calls: list[Any] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._received = 0

    async def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what a line asks for."""
        do = order.pop("do")
        if do == "open":
            return await self._open(**order)
        if do == "close":
            return await self._close()
        if do == "latency":
            return await self._latency(**order)
        raise ValueError(f"nothing is known of {do!r}")

    async def _open(self, address: str, ledger: str, count: int) -> dict[str, Any]:
        options = (("grpc.use_local_subchannel_pool", 1),)
        self._channels = [grpc.aio.insecure_channel(address, options=options) for _ in range(CHANNELS)]
        self._received = 0
        size = (await query_service_pb2_grpc.QueryServiceStub(self._channels[0]).GetLedger(
            query_service_pb2.GetLedgerRequest(name=f"ledgers/{ledger}")
        )).size  # fmt: skip
        for number in range(count):
            stub = subscription_service_pb2_grpc.SubscriptionServiceStub(self._channels[number % CHANNELS])
            nobody = s.EntrySelection(streams=[f"ledgers/{ledger}/accounts/{uuid.uuid4()}"])
            self._calls.append(
                stub.Subscribe(s.SubscribeRequest(ledger=f"ledgers/{ledger}", from_position=size + 1, selection=nobody))
            )
        await asyncio.gather(*(self._until_caught_up(call) for call in self._calls))
        self._tasks = [asyncio.ensure_future(self._follow(call)) for call in self._calls]
        return {"open": len(self._calls)}

    async def _until_caught_up(self, call: Any) -> None:
        while not (await call.read()).HasField("caught_up"):
            pass

    async def _follow(self, call: Any) -> None:
        while (message := await call.read()) is not grpc.aio.EOF:
            self._received += 1
            if message.entries:
                raise RuntimeError("somebody who does not exist was moved")

    async def _close(self) -> dict[str, Any]:
        for task in self._tasks:
            task.cancel()
        for call in self._calls:
            call.cancel()
        for channel in self._channels:
            await channel.close()
        closed, self._calls, self._tasks, self._channels = len(self._calls), [], [], []
        return {"closed": closed, "messages": self._received}

    async def _latency(self, address: str, ledger: str, account: str, count: int) -> dict[str, Any]:
        async with grpc.aio.insecure_channel(address) as channel:
            commands = command_service_pb2_grpc.CommandServiceStub(channel)
            subscriptions = subscription_service_pb2_grpc.SubscriptionServiceStub(channel)
            queries = query_service_pb2_grpc.QueryServiceStub(channel)
            size = (await queries.GetLedger(query_service_pb2.GetLedgerRequest(name=f"ledgers/{ledger}"))).size
            call = subscriptions.Subscribe(s.SubscribeRequest(ledger=f"ledgers/{ledger}", from_position=size + 1))
            await self._until_caught_up(call)
            received, answered = [], []
            for own_id in fresh_ids(WARM_UP + count):
                sent = time.perf_counter()
                answering = asyncio.ensure_future(commands.RecordDeposit(deposit(account, own_id)))
                answering.add_done_callback(lambda _, sent=sent: answered.append(time.perf_counter() - sent))
                message = await call.read()
                received.append(time.perf_counter() - sent)
                position = (await answering).transaction.first_position
                if [each.position for each in message.entries] != [position]:
                    raise RuntimeError("another entry than the one that was recorded")
            call.cancel()
        return {"received": percentiles(received[WARM_UP:]), "answered": percentiles(answered[WARM_UP:])}


def percentiles(times: list[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(times)
    return {"p50": 1e3 * ordered[len(ordered) // 2], "p99": 1e3 * ordered[len(ordered) * 99 // 100]}


async def main() -> None:
    """Answer line after line until there are none."""
    followers, loop = Followers(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await followers.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
