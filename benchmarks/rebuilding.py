"""Rebuilds: how fast parallel processes build, beside following, raw COPY and the library."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks.cases import Round, row
from benchmarks.processes import Bench
from benchmarks.projecting import PATIENCE, copy_rows, follow, library
from benchmarks.report import Row
from ledger.log.collector import calm_collector
from projections import builds, schema, steering
from projections.crew import Crew
from projections.runner import SWITCH_SECONDS, connect
from tests.made_log import fill

NAMES = {"balances": ("balances",), "spending": ("spending",), "both": ("balances", "spending")}
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


def building(bench: Bench) -> Iterator[Row]:
    """Parallel builds beside following in one process, COPY of the rows, and the library's runner."""
    entries, times = (200_000, 1) if bench.quick else (1_000_000, 2)
    code = bench.database.new_ledger()
    schema.migrate(bench.database.url, [code])
    fill(bench.database.url, code, entries)
    sys.setswitchinterval(SWITCH_SECONDS)
    calm_collector()
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
