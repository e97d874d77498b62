"""Peers on the same PostgreSQL in the same run: what raw COPY, pgbench and others reach."""

from __future__ import annotations

import os
import random
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks.cases import REFERENCE, Round, measure
from benchmarks.deposits import fresh_ids
from benchmarks.processes import Bench, read_line
from benchmarks.report import Row, middle
from ledger.embedded_postgres import bin_dir

COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"
STREAMS = 5_000
PGBENCH_SCALE = 10
PATIENCE = 120.0

_ENTRY_HEAD = struct.Struct("!hiqi16siqi")
_COMMAND = struct.Struct("!hi16si16si32siqii")


def copy_groups(first: int, count: int, group: int, size: int) -> list[tuple[bytes, bytes]]:
    """Entries and commands of made-up deposits, encoded for COPY, one pair per commit."""
    streams = [os.urandom(16) for _ in range(STREAMS)]
    versions = dict.fromkeys(streams, first * 1_000)
    organisation, groups = os.urandom(16), []
    for begin in range(first, first + count, group):
        entries, commands = [COPY_HEAD], [COPY_HEAD]
        for position, own_id in enumerate(fresh_ids(group), begin):
            stream = random.choice(streams)
            versions[stream] += 1
            entries.append(_ENTRY_HEAD.pack(4, 8, position, 16, stream, 8, versions[stream], size))
            entries.append(os.urandom(size))
            request = bytes.fromhex(own_id.replace("-", ""))
            commands.append(_COMMAND.pack(5, 16, request, 16, organisation, 32, os.urandom(32), 8, position, 4, 1))
        groups.append((b"".join([*entries, COPY_END]), b"".join([*commands, COPY_END])))
    return groups


def copy_round(bench: Bench, ledger: str, group: int, seconds: float, size: int) -> Round:
    """COPY groups into the tables of a ledger that nobody opens, each in a transaction."""
    schema = f"ledger_{ledger}"
    (last,) = bench.query(f"SELECT max(position) FROM {schema}.entries")
    bench.query(f"SELECT {schema}.ensure_ranges({last} + 1000000)")
    groups = copy_groups(last + 1, int(100_000 * seconds), group, size)
    cpu = bench.postgres_cpu()
    with psycopg.connect(bench.database.url) as connection:
        begin, done = time.perf_counter(), 0
        for entries, commands in groups:
            for table, data in (("entries", entries), ("commands", commands)):
                statement = f"COPY {schema}.{table} FROM STDIN (FORMAT BINARY)"
                with connection.cursor().copy(statement.encode()) as copy:
                    copy.write(data)
            connection.commit()
            done += group
            if time.perf_counter() - begin > seconds:
                break
        elapsed = time.perf_counter() - begin
        spent = bench.postgres_spent(cpu)
    return {"rate": done / elapsed, "postgres": 1e6 * spent / done}


def copying(bench: Bench) -> Iterator[Row]:
    """Raw COPY of rows as large as ours, taking turns with batches of 500."""
    seconds, times = (1.5, 2) if bench.quick else (4.0, 3)
    ours, scratch = bench.target(), bench.database.new_ledger()
    measure(bench, ours, 0.5, **REFERENCE)
    (size,) = bench.query(f"SELECT avg(length(entry))::int FROM ledger_{ours.ledger}.entries")
    mine, small, large = [], [], []
    for _ in range(times):
        mine.append(measure(bench, ours, seconds, **REFERENCE))
        small.append(copy_round(bench, scratch, 500, seconds, size))
        large.append(copy_round(bench, scratch, 5_000, seconds, size))
    found = middle(mine)
    for group, rounds in ((500, small), (5_000, large)):
        copied = middle(rounds)
        yield Row(
            f"raw COPY of entry and command, {group:,} per commit",
            copied["rate"],
            "pairs/s",
            cpu={"postgres": copied["postgres"]},
        )
        yield Row(
            "batch 500 × 8 in the same rounds",
            found["rate"],
            "deposits/s",
            ratio=found["rate"] / copied["rate"],
            to=f"COPY by {group:,}",
        )


def pgbench(bench: Bench) -> Iterator[Row]:
    """The TPC-B transactions of pgbench."""
    url = bench.database.url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE pgbench")
    other = url.replace("/ledger?", "/pgbench?")
    program = str(bin_dir() / "pgbench")
    run = [program, "-n", "-c", "8", "-j", "2", "-M", "prepared", "-T", "3" if bench.quick else "8"]
    for command in ([program, "-i", "-q", "-s", str(PGBENCH_SCALE)], run):
        done = subprocess.run([*command, other], check=True, capture_output=True, text=True, timeout=PATIENCE)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    late = re.search(r"latency average = ([\d.]+)", done.stdout)
    if not found or not late:
        raise RuntimeError(f"pgbench said: {done.stdout}")
    yield Row("pgbench TPC-B, 8 clients", float(found[1]), "transactions/s", float(late[1]))


def disk(bench: Bench) -> Iterator[Row]:
    """How long the disk takes to make 8 kB durable. Stops when the two lines are there."""
    file = bench.database.place / "fsync"
    process = subprocess.Popen([str(bin_dir() / "pg_test_fsync"), "-s", "1", "-f", str(file)], stdout=subprocess.PIPE)
    wanted = ["open_datasync", "fdatasync"]
    try:
        assert process.stdout is not None
        end = time.monotonic() + PATIENCE
        while wanted and time.monotonic() < end:
            line = read_line(process.stdout, PATIENCE)
            found = re.search(r"(\w+)\s+([\d.]+) ops/sec\s+([\d.]+) usecs", line)
            if found and found[1] in wanted:
                wanted.remove(found[1])
                yield Row(f"disk: {found[1]} of 8 kB", float(found[2]), "ops/s", float(found[3]) / 1e3)
    finally:
        process.terminate()
        process.wait()


def event_sourcing(bench: Bench) -> Iterator[Row]:
    """The library `eventsourcing` as it comes: one event per save, one caller."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.library_defaults", str(2.0 if bench.quick else 5.0)],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={
            **os.environ,
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": "ledger",
            "POSTGRES_HOST": str(Path(bench.database.postgres.sockets)),
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "ledger",
            "POSTGRES_PASSWORD": "none",
        },
    )
    rate, p50, p99 = map(float, done.stdout.split())
    yield Row("eventsourcing, one event per save", rate, "events/s", p50, p99)


def peers(bench: Bench) -> Iterator[Row]:
    """All of them."""
    for case in (copying, pgbench, disk, event_sourcing):
        yield from case(bench)
