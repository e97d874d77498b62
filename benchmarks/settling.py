"""Computed settlements beside deposits of the same batch size: what policies cost."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import settlements as requests
from benchmarks.cases import REFERENCE, measure, row
from benchmarks.processes import Bench
from benchmarks.report import Row


def settlements(bench: Bench) -> Iterator[Row]:
    """Purchases computed from a policy, in batches of 500."""
    seconds, times = (1.5, 2) if bench.quick else (4.0, 3)
    target = bench.target()
    requests.prepare(target.address, target.ledger)
    job = {**REFERENCE, "settlements": True}
    measure(bench, target, 0.5, **job)
    computed, deposits = [], []
    for _ in range(times):
        computed.append(measure(bench, target, seconds, **job))
        deposits.append(measure(bench, target, seconds, **REFERENCE))
    yield row("computed settlements, batch 500 × 8", "settlements/s", computed, deposits, "deposits")
    yield row("deposits beside them, batch 500 × 8", "deposits/s", deposits, None, "")
