"""How old the newest signed checkpoint is while the service writes as fast as it can: looked at again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg

from benchmarks.cases import REFERENCE, measure
from benchmarks.processes import Bench
from benchmarks.report import Row
from ledger.log.reader import Reader

LOOK_SECONDS = 0.01
UNSIGNED = (
    "SELECT record_time FROM {s}.commits WHERE last_position > (SELECT coalesce(max(size), 0) FROM {s}.checkpoints)"
    " ORDER BY last_position LIMIT 1"
)


def checkpoints(bench: Bench) -> Iterator[Row]:
    """Deposits in batches and one by one; every figure is the age of the oldest commit that no checkpoint covers."""
    seconds = 5.0 if bench.quick else 20.0
    target = bench.target()
    jobs = {"batch 500 × 8": REFERENCE, "one by one × 64": {**REFERENCE, "size": 1, "callers": 64}}
    for name, job in jobs.items():
        measure(bench, target, 1.0, **job)
        ages, ended = [], threading.Event()
        watching = threading.Thread(target=_watch, args=(bench.database.url, target.ledger, ages, ended))
        watching.start()
        measure(bench, target, seconds, **job)
        ended.set()
        watching.join()
        ages.sort()
        last = len(ages) - 1
        yield Row(
            f"age of the checkpoint, oldest of {len(ages)} looks, {name}",
            ages[-1],
            "ms",
            ages[last // 2],
            ages[last * 99 // 100],
        )


def _watch(url: str, code: str, ages: list[float], ended: threading.Event) -> None:
    """Note the age in milliseconds until the end."""
    statement = Reader(f"ledger_{code}").sql(UNSIGNED)
    with psycopg.connect(url, autocommit=True) as connection:
        while not ended.wait(LOOK_SECONDS):
            now = time.time_ns() // 1_000
            row = connection.execute(statement).fetchone()
            ages.append(max(0, now - row[0]) / 1_000 if row else 0.0)
