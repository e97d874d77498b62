"""Streams: commands over ExecuteStream, and what subscribers cost those who write."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.cases import REFERENCE, measure, row
from benchmarks.processes import Bench, LoadProcess, resident_megabytes
from benchmarks.report import Row

IN_FLIGHT = {1: (1, 64), 50: (20,), 500: (2,)}
"""Messages outstanding by commands per message; the service takes 1,000 commands in flight."""
FOLLOWERS = 1_000


def execute_stream(bench: Bench) -> Iterator[Row]:
    """Deposits on one stream, beside batches of the same size with as many outstanding."""
    seconds, times = (1.5, 2) if bench.quick else (4.0, 3)
    target = bench.target()
    for size, outstanding in IN_FLIGHT.items():
        for callers in outstanding:
            streamed, called = [], []
            job = {"size": size, "callers": callers, "encoded": True}
            for _ in range(times):
                streamed.append(measure(bench, target, seconds, stream=True, **job))
                called.append(measure(bench, target, seconds, **job))
            what = f"{size} per message, {callers} outstanding"
            yield row(f"ExecuteStream, {what}", "deposits/s", streamed, called, "BatchExecute")
            yield row(f"BatchExecute, {what}", "deposits/s", called, None, "")


def subscribers(bench: Bench) -> Iterator[Row]:
    """A thousand subscribers to whom nothing happens, and how soon one hears of a commit."""
    seconds, times = (2.0, 3) if bench.quick else (5.0, 5)
    target = bench.target()
    followers = LoadProcess("benchmarks.followers")
    where = {"address": target.address, "ledger": target.ledger}
    try:
        measure(bench, target, 1.0, **REFERENCE)
        followers.ask("open", count=FOLLOWERS, **where)  # what is only loaded at the first time is not theirs
        followers.ask("close")
        settle(target.pid)
        free, watched, memory = [], [], []
        for _ in range(times):
            settle(target.pid)
            free.append(measure(bench, target, seconds, **REFERENCE))
            settle(target.pid)
            before = resident_megabytes(target.pid)
            followers.ask("open", count=FOLLOWERS, **where)
            settle(target.pid)
            memory.append(resident_megabytes(target.pid) - before)
            watched.append(measure(bench, target, seconds, **REFERENCE))
            followers.ask("close")
        yield row(f"with {FOLLOWERS:,} idle subscribers, batch 500 × 8", "deposits/s", watched, free, "without")
        yield row("without, batch 500 × 8", "deposits/s", free, None, "")
        yield Row(f"memory of {FOLLOWERS:,} idle subscribers", sorted(memory)[len(memory) // 2], "MB")
        yield Row("memory of ledgerd then", resident_megabytes(target.pid), "MB")
        count = 300 if bench.quick else 2_000
        account = bench.load.ask("account", ledger=target.ledger)["account"]
        alone = followers.ask("latency", count=count, account=account, **where)
        for what, name in (("entry received by a subscriber", "received"), ("answer to the same command", "answered")):
            yield Row(what, count, "commands", alone[name]["p50"], alone[name]["p99"])
    finally:
        followers.close()


def settle(pid: int) -> None:
    """Wait until a process has let go of what it can: its memory stays the same for a second."""
    last = resident_megabytes(pid)
    for _ in range(10):
        time.sleep(1)
        now = resident_megabytes(pid)
        if abs(now - last) < 0.5:
            return
        last = now
