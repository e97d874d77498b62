"""The read side: how fast entries are taken in, beside raw COPY of the same rows and the library; how far it lags."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from statistics import median

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.cases import REFERENCE, Round, measure, row
from benchmarks.processes import Bench
from benchmarks.report import Row
from ledger.log.collector import calm_collector
from ledger.log.merkle import leaf_hash
from ledger.log.reader import Reader
from projections import schema
from projections.ahead import Ahead
from projections.follower import Follower
from projections.page import read_entries, read_page
from projections.projection import Batch
from projections.rows import Copy
from projections.runner import SWITCH_SECONDS, connect
from tests.made_log import fill

PATIENCE = 120.0
SAMPLE_SECONDS = 0.05
PAGE = 10_000
NAMES = {"balances": ("balances",), "spending": ("spending",), "both": ("balances", "spending")}
TABLES = ("balances_v1", "balance_changes_v1", "transactions_v1")


def start_over(bench: Bench, code: str, names: tuple[str, ...]) -> None:
    """Empty the tables and let these projections begin before position 1."""
    with psycopg.connect(bench.database.url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f"TRUNCATE views_{code}.{table}".encode())
        connection.execute(f"DELETE FROM views_{code}.tracking".encode())
        begun = f"INSERT INTO views_{code}.tracking (projection, version, shape, state) VALUES (%s, 1, 1, 'live')"
        for name in names:
            connection.execute(begun.encode(), (name,))


def follow(bench: Bench, code: str, names: tuple[str, ...]) -> Round:
    """Take the whole log in."""
    start_over(bench, code, names)
    postgres, own = bench.postgres_cpu(), time.process_time()
    ahead = Ahead(lambda: connect(bench.database.url))
    follower, taken, longest = Follower(code, ahead), 0, 0.0
    with connect(bench.database.url) as connection:
        begin = time.perf_counter()
        while True:
            turn = time.perf_counter()
            count = follower.step(connection)
            longest = max(longest, time.perf_counter() - turn)
            taken += count
            if not count:
                break
        elapsed, own = time.perf_counter() - begin, time.process_time() - own
        spent = bench.postgres_spent(postgres)  # while both connections are there
    ahead.close()
    return {
        "rate": taken / elapsed,
        "p50": 0.0,
        "p99": longest * 1e3,
        "client": 1e6 * own / taken,
        "postgres": 1e6 * spent / taken,
    }


def copy_rows(bench: Bench, code: str, names: tuple[str, ...]) -> Round:
    """COPY the rows that the projections add, made before the clock starts, into the same tables, page by page."""
    start_over(bench, code, names)
    reader, follower, pages, after, leaf = Reader(f"ledger_{code}"), Follower(code), [], 0, b""
    with connect(bench.database.url) as connection:
        while (page := read_page(connection, reader, after, leaf, PAGE)).heads:
            batch = Batch(page.heads, page.entries, lambda at: read_entries(connection, reader, at))
            folded = [write for name in names for write in follower._projections[name].fold(batch)]
            pages.append([write for write in folded if isinstance(write, Copy)])
            after, leaf = page.last_position, leaf_hash(page.entries[-1])
        postgres, begin = bench.postgres_cpu(), time.perf_counter()
        for writes in pages:
            with connection.transaction():
                for write in writes:
                    write.run(connection, f"views_{code}", 1)
        elapsed = time.perf_counter() - begin
    return {"rate": after / elapsed, "postgres": 1e6 * bench.postgres_spent(postgres) / after}


def library(bench: Bench, code: str) -> Round:
    """The library's runner on the same log."""
    known = conninfo_to_dict(bench.database.url)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.library_projection", str(2.0 if bench.quick else 5.0)],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={
            **os.environ,
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "LEDGER_MAPPER_TOPIC": "ledger.log.mapper:EntryMapper",
            "LEDGER_APPLICATION_RECORDER_TOPIC": "ledger.log.recorder:LedgerRecorder",
            "LEDGER_CREATE_TABLE": "no",
            "LEDGER_POSTGRES_SCHEMA": f"ledger_{code}",
            "BALANCES_POSTGRES_SCHEMA": "public",
            "POSTGRES_DBNAME": str(known["dbname"]),
            "POSTGRES_HOST": str(known["host"]),
            "POSTGRES_PORT": str(known["port"]),
            "POSTGRES_USER": str(known["user"]),
            "POSTGRES_PASSWORD": "",
        },
    )
    return {"rate": float(done.stdout)}


def taking_in(bench: Bench) -> Iterator[Row]:
    """A made log, half deposits and half purchases of 20,000 accounts, from its begin."""
    entries, times = (100_000, 3) if bench.quick else (400_000, 3)
    code = bench.database.new_ledger()
    schema.migrate(bench.database.url, [code])
    fill(bench.database.url, code, entries)
    sys.setswitchinterval(SWITCH_SECONDS)
    calm_collector()  # as the runner's process does
    for what, names in NAMES.items():
        rounds, raw = [], []
        for _ in range(times):
            rounds.append(follow(bench, code, names))
            raw.append(copy_rows(bench, code, names))
        longest = max(each["p99"] for each in rounds)
        found = row(f"projections, {what}", "entries/s", rounds, raw, "COPY of its rows")
        found.p50 = found.p99 = None
        yield found
        yield Row(f"raw COPY of the rows of {what}", median(each["rate"] for each in raw), "entries/s")
        yield Row(f"longest turn, {what}", longest, "ms")
    theirs = library(bench, code)
    yield Row("eventsourcing ProjectionRunner, balances", theirs["rate"], "entries/s")


class Lag:
    """Looks at the lag again and again while the load runs."""

    def __init__(self, url: str, code: str) -> None:
        self._stop = threading.Event()
        self.entries: list[int] = []
        self._thread = threading.Thread(target=self._look, args=(url, code), daemon=True)
        self._thread.start()

    def _look(self, url: str, code: str) -> None:
        statement = (
            f"SELECT (SELECT max(last_position) FROM ledger_{code}.commits) - min(position) FROM views_{code}.tracking"
        )
        with psycopg.connect(url, autocommit=True) as connection:
            while not self._stop.wait(SAMPLE_SECONDS):
                row = connection.execute(statement.encode()).fetchone()
                self.entries.append(row[0] if row else 0)

    def end(self) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()


def catch_up_seconds(url: str, code: str) -> float:
    """How long it takes until everything is taken in."""
    begin = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        while time.perf_counter() - begin < PATIENCE:
            row = connection.execute(
                f"SELECT (SELECT max(last_position) FROM ledger_{code}.commits) <= min(position)"
                f" FROM views_{code}.tracking".encode()
            ).fetchone()
            if row and row[0]:
                break
            time.sleep(0.005)
    return time.perf_counter() - begin


def lagging(bench: Bench) -> Iterator[Row]:
    """Full write load with the read side off, in a process beside, and in a thread of the service; lag meanwhile."""
    seconds, times = (3.0, 2) if bench.quick else (10.0, 3)
    targets = {name: bench.target(name) for name in ("off", "process", "thread")}
    for kind, job in (("batch 500 × 8", dict(REFERENCE)), ("unary 64", {"size": 0, "callers": 64})):
        rounds: dict[str, list[Round]] = {name: [] for name in targets}
        lags: dict[str, list[int]] = {name: [] for name in targets}
        late: dict[str, list[float]] = {name: [] for name in targets}
        for target in targets.values():
            measure(bench, target, 0.5, **job)
        for _ in range(times):
            for name, target in targets.items():
                lag = Lag(bench.database.url, target.ledger) if name != "off" else None
                rounds[name].append(measure(bench, target, seconds, **job))
                if lag:
                    lag.end()
                    lags[name] += lag.entries
                    late[name].append(catch_up_seconds(bench.database.url, target.ledger))
        for name, found in rounds.items():
            base = None if name == "off" else rounds["off"]
            yield row(f"{kind}, projections {name}", "commands/s", found, base, "off" if base else "")
            if lags[name]:
                yield Row(f"{kind}, {name}: largest lag", max(lags[name]), "entries")
                yield Row(f"{kind}, {name}: median lag", median(lags[name]), "entries")
                yield Row(f"{kind}, {name}: caught up after the load in", 1e3 * max(late[name]), "ms")


def projections(bench: Bench) -> Iterator[Row]:
    """All of it."""
    yield from taking_in(bench)
    yield from lagging(bench)
