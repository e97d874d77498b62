"""Rebuilds: their speed, and a rebuild of everything under writes and reads whose processes are killed ten times."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence

from benchmarks.cases import REFERENCE, Round, row
from benchmarks.processes import Bench, Target
from benchmarks.projecting import PATIENCE, copy_rows, follow, library
from benchmarks.report import Row
from ledger.v1 import history_service_pb2 as h
from projections import builds, schema, steering
from projections.crew import Crew
from projections.runner import SWITCH_SECONDS, connect
from tests.made_log import fill
from tests.running import Client

NAMES = {"balances": ("balances",), "spending": ("spending",), "both": ("balances", "spending")}
KILLS = 10
PROCESSES = 2


def build(bench: Bench, code: str, names: Sequence[str]) -> Round:
    """Build pasts of the whole log in parallel processes; the clock runs until every part has reached its end."""
    url = bench.database.url
    with connect(url) as connection:
        end = bench.query(f"SELECT max(last_position) FROM ledger_{code}.commits")[0]
        begin, postgres = time.perf_counter(), bench.postgres_cpu()  # the start of the processes counts too
        begun = [builds.begin_past(connection, code, name, end, parts=PROCESSES) for name in names]
        crew = Crew(url, code, PROCESSES)
        crew.muster()
        ended = 0.0
        while not ended:
            time.sleep(0.01)
            states = [builds.progress(connection, code, each.build) for each in begun]
            if all(state.build.state != "building" for state in states):
                ended = time.perf_counter()
            assert ended - begin < PATIENCE
        spent = bench.postgres_spent(postgres)
        while any(builds.find(connection, code, each.build).open for each in begun):
            time.sleep(0.05)
        assert all(builds.find(connection, code, each.build).equal for each in begun)
        crew.dismiss()
        for each in begun:
            steering.drop(connection, code, each.projection, each.version)
    return {"rate": end / (ended - begin), "p50": 0.0, "p99": 0.0, "postgres": 1e6 * spent / end}


def speed(bench: Bench) -> Iterator[Row]:
    """Parallel builds beside following in one process, COPY of the rows, and the library's runner."""
    entries, times = (200_000, 1) if bench.quick else (1_000_000, 2)
    code = bench.database.new_ledger()
    schema.migrate(bench.database.url, [code])
    fill(bench.database.url, code, entries)
    sys.setswitchinterval(SWITCH_SECONDS)
    built: dict[str, list[Round]] = {}
    for what, names in NAMES.items():
        rounds, one, raw = [], [], []
        for _ in range(times):
            one.append(follow(bench, code, names))
            rounds.append(build(bench, code, names))
            raw.append(copy_rows(bench, code, names))
        built[what] = rounds
        yield row(f"following of {what}, 1 process", "entries/s", one, raw, "COPY of its rows")
        yield row(f"rebuild of {what}, {PROCESSES} processes", "entries/s", rounds, raw, "COPY of its rows")
        yield row(f"rebuild of {what}, {PROCESSES} processes", "entries/s", rounds, one, "following")
    theirs = library(bench, code)
    rivals = [theirs] * len(built["balances"])
    yield row("rebuild of balances", "entries/s", built["balances"], rivals, "ProjectionRunner of eventsourcing")


class Reading(threading.Thread):
    """Reads one account after another, and keeps what is wrong."""

    def __init__(self, bench: Bench, target: Target) -> None:
        super().__init__(daemon=True)
        self._channel_of, self._ledger = target, target.ledger
        accounts = bench.query(
            f"SELECT array_agg(account::text) FROM (SELECT account FROM views_{target.ledger}.balances_v1 LIMIT 20) a"
        )[0]
        self._accounts = [f"ledgers/{target.ledger}/accounts/{account}" for account in accounts]
        self._server = next(server for server, known in bench._servers.values() if known == target)
        self.stopped = threading.Event()
        self.reads, self.wrong, self.longest = 0, [], 0.0

    def run(self) -> None:
        """Read until told to stop."""
        client = Client(self._server.channel())
        newest: dict[str, int] = {}
        while not self.stopped.is_set():
            for account in self._accounts:
                begin = time.perf_counter()
                try:
                    told = client.history.GetBalance(h.GetBalanceRequest(account=account), timeout=20)
                    request = h.ListTransactionsRequest(account=account, page_size=1, consistency=2)
                    listed = client.history.ListTransactions(request, timeout=20)
                    if told.position < newest.get(account, 0) or listed.position < newest.get(account, 0):
                        self.wrong.append(f"{account} went back")
                    newest[account] = max(told.position, listed.position)
                except Exception as error:  # noqa: BLE001 - whatever it is, a reader saw it
                    self.wrong.append(str(error))
                self.longest = max(self.longest, time.perf_counter() - begin)
                self.reads += 1
        client.close()


def under_fire(bench: Bench) -> Iterator[Row]:
    """Rebuild every projection while writes and reads go on, and kill the processes at random moments."""
    entries = 60_000 if bench.quick else 1_000_000
    target, chance = bench.target("process"), random.Random(7)
    code, url = target.ledger, bench.database.url
    job = {"address": target.address, "ledger": code, **REFERENCE}

    def load(seconds: float) -> int:
        bench.load.ask("prepare", seconds=seconds, **job)
        return int(bench.load.ask("run")["commands"])

    while bench.query(f"SELECT max(last_position) FROM ledger_{code}.commits")[0] < entries:
        load(2.0 if bench.quick else 10.0)
    names = sorted(schema.PROJECTIONS)
    behind = f"SELECT min(position) >= {entries} FROM views_{code}.tracking"
    while not bench.query(behind)[0]:
        time.sleep(0.1)
    reading, written = Reading(bench, target), []
    reading.start()
    stopped = threading.Event()

    def write() -> None:
        while not stopped.is_set():
            written.append(load(1.0))

    writing = threading.Thread(target=write)
    writing.start()
    begin, kills, rewinds = time.perf_counter(), 0, 0
    with connect(url) as connection:
        begun = [builds.begin(connection, code, name, parts=PROCESSES, switches=True) for name in names]
        while any(builds.find(connection, code, each.build).open for each in begun):
            crew = Crew(url, code, PROCESSES)
            crew.muster()
            rest = time.perf_counter() + (chance.uniform(1, 4) if kills < KILLS else 3600)
            before = sum(builds.progress(connection, code, each.build).taken for each in begun)
            while time.perf_counter() < rest and crew.at_work:
                time.sleep(0.05)
            if kills < KILLS:
                for process in crew.processes:
                    process.kill()
                    process.wait()
                kills += 1
                after = sum(builds.progress(connection, code, each.build).taken for each in begun)
                rewinds += after < before
            else:
                crew.dismiss()
        seconds = time.perf_counter() - begin
        done = [builds.find(connection, code, each.build) for each in begun]
    stopped.set()
    writing.join()
    reading.stopped.set()
    reading.join()
    assert all((each.state, each.equal) == ("done", True) for each in done), done
    assert not reading.wrong, reading.wrong[:3]
    assert kills == KILLS
    assert not rewinds
    size = max(each.position for each in done)
    yield Row(f"rebuild of {len(names)} projections under writes, SIGKILL {kills} times, equal, switched", seconds, "s")
    yield Row("entries at the switch", size, "entries")
    yield Row("written meanwhile", sum(written), "commands")
    yield Row("reads meanwhile, none wrong", reading.reads, "reads")
    yield Row("longest pair of reads", reading.longest * 1e3, "ms")


def rebuild(bench: Bench) -> Iterator[Row]:
    """All of it."""
    yield from speed(bench)
    yield from under_fire(bench)
