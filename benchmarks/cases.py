"""The cases: what is sent, in which order, and beside what. Rounds of rivals take turns."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import psycopg

from benchmarks.processes import Bench, Target, cpu_by_thread, resident_megabytes
from benchmarks.report import Row, middle

UNARY_CALLERS = (1, 8, 64, 256)
BATCH_SIZES = (1, 50, 500, 5_000)
BATCH_CALLERS = {1: (1, 8), 50: (1, 8), 500: (1, 8), 5_000: (1, 4)}
REFERENCE = {"size": 500, "callers": 8, "encoded": True}
"""The case that others are compared with."""

Round = dict[str, Any]


def measure(bench: Bench, target: Target, seconds: float, **job: Any) -> Round:
    """One run, with the CPU of every process per command and the WAL per command."""
    bench.load.ask("prepare", address=target.address, ledger=target.ledger, seconds=seconds, **job)
    (wal,) = bench.query("SELECT pg_current_wal_lsn() - '0/0'")
    threads, postgres = cpu_by_thread(target.pid), bench.postgres_cpu()
    result = bench.load.ask("run")
    spent = bench.postgres_spent(postgres)
    threads = cpu_by_thread(target.pid) - threads
    (wal_after,) = bench.query("SELECT pg_current_wal_lsn() - '0/0'")
    per_command = 1e6 / result["commands"]
    return {
        "rate": result["commands"] / result["seconds"],
        "p50": result["p50_ms"],
        "p99": result["p99_ms"],
        "client": result["client_us"],
        **{name: threads[name] * per_command for name in ("loop", "committer", "other")},
        "postgres": spent * per_command,
        "wal": float(wal_after - wal) / result["commands"],
    }


def row(what: str, unit: str, rounds: list[Round], rival: list[Round] | None, to: str) -> Row:
    """The medians of some rounds, and the median of the ratios to the rival of the same round."""
    found = middle(rounds)
    ratio = None
    if rival:
        pairs = zip(rounds, rival, strict=True)
        ratio = middle([{"ratio": one["rate"] / other["rate"]} for one, other in pairs])["ratio"]
    names = ("client", "loop", "committer", "other", "postgres")
    cpu = {name: found[name] for name in names if name in found}
    return Row(what, found["rate"], unit, found["p50"], found["p99"], ratio, to, cpu)


def unary(bench: Bench) -> Iterator[Row]:
    """Single deposits, beside the bare echo."""
    seconds, times = (1.5, 2) if bench.quick else (4.0, 3)
    ours, echo = bench.target(), bench.echo()
    for callers in UNARY_CALLERS:
        job = {"size": 0, "callers": callers}
        mine, bare = [], []
        measure(bench, ours, 0.5, **job)
        measure(bench, echo, 0.5, **job)
        for _ in range(times):
            mine.append(measure(bench, ours, seconds, **job))
            bare.append(measure(bench, echo, seconds, **job))
        for each in bare:
            each.pop("committer")
            each.pop("postgres")
        plural = "caller" if callers == 1 else "callers"
        yield row(f"unary, {callers} {plural}", "commands/s", mine, bare, "bare echo")
        yield row(f"bare echo, {callers} {plural}", "calls/s", bare, None, "")


def batches(bench: Bench) -> Iterator[Row]:
    """Deposits in batches, built live and before."""
    seconds, times = (1.0, 1) if bench.quick else (3.0, 3)
    target = bench.target()
    for size in BATCH_SIZES:
        for callers in BATCH_CALLERS[size]:
            encoded, live = [], []
            for _ in range(times):
                job = {"size": size, "callers": callers}
                encoded.append(measure(bench, target, seconds, encoded=True, **job))
                live.append(measure(bench, target, seconds, **job))
            what = f"batch {size:,} × {callers}"
            yield row(f"{what}, pre-encoded", "deposits/s", encoded, None, "")
            yield row(f"{what}, live", "deposits/s", live, encoded, "pre-encoded")


def overlapping(bench: Bench) -> Iterator[Row]:
    """What deciding during a commit, and waiting for more callers, are worth."""
    seconds, times = (1.5, 2) if bench.quick else (4.0, 3)
    # Ledgers of the same age on both sides: a larger one has PostgreSQL tidying up beside it.
    pairs = (
        ("overlap", {"overlap": 2}, {"overlap": 1}, dict(REFERENCE), "batch 500 × 8"),
        (
            "gathering",
            {"gather_seconds": 0.006},
            {"gather_seconds": 0.0},
            {"size": 0, "callers": 64},
            "unary 64",
        ),
    )
    for name, settings, others, job, what in pairs:
        plain, other = bench.target(**settings), bench.target(**others)
        on, off = [], []
        measure(bench, plain, 0.5, **job)
        measure(bench, other, 0.5, **job)
        for _ in range(times):
            on.append(measure(bench, plain, seconds, **job))
            off.append(measure(bench, other, seconds, **job))
        yield row(f"{name} on, {what}", "commands/s", on, off, f"{name} off")
        yield row(f"{name} off, {what}", "commands/s", off, None, "")


@contextlib.contextmanager
def foreign_snapshot(bench: Bench) -> Iterator[None]:
    """Another session that holds a snapshot of the database."""
    with psycopg.connect(bench.database.url, autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SELECT 1")
        yield
        connection.execute("ROLLBACK")


def snapshot(bench: Bench) -> Iterator[Row]:
    """Small commits while somebody else keeps a snapshot open, between two spells without."""
    seconds = 6.0 if bench.quick else 60.0
    target = bench.target()
    job = {"size": 20, "callers": 8}
    measure(bench, target, 1.0, **job)
    free = [measure(bench, target, seconds / 2, **job)]
    with foreign_snapshot(bench):
        held = [measure(bench, target, seconds, **job)]
    free.append(measure(bench, target, seconds / 2, **job))
    base = middle(free)
    yield row(f"snapshot held for {seconds:.0f} s, batch 20 × 8", "deposits/s", held, [base], "without")
    yield row("without, batch 20 × 8", "deposits/s", [base], None, "")


def footprint(bench: Bench) -> Iterator[Row]:
    """Bytes that a command leaves behind, and the memory of the server."""
    target = bench.target()
    before = _sizes(bench, target.ledger)
    rounds = [measure(bench, target, 3.0 if bench.quick else 10.0, **REFERENCE)]
    after = _sizes(bench, target.ledger)
    commands = after["entries"] - before["entries"]
    for name in ("heap", "indexes", "entry bytes"):
        value = (after[name] - before[name]) / commands
        yield Row(f"{name} per command", value, "bytes")
    yield Row("WAL per command, batch 500 × 8", rounds[0]["wal"], "bytes")
    yield Row("memory of ledgerd", resident_megabytes(target.pid), "MB")
    yield Row("log size then", after["entries"], "entries")


def _sizes(bench: Bench, ledger: str) -> dict[str, float]:
    schema = f"ledger_{ledger}"
    heap, indexes = bench.query(
        "SELECT sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid)) FROM pg_class c"
        f" JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = '{schema}'"
        " AND relkind = 'r'"
    )
    count, total = bench.query(f"SELECT count(*), sum(length(entry)) FROM {schema}.entries")
    found = {"heap": heap, "indexes": indexes, "entries": count, "entry bytes": total}
    return {name: float(value or math.nan) for name, value in found.items()}
