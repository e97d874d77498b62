"""`python -m benchmarks`: start everything, measure, print one table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import (
    auditing,
    cases,
    checkpoints,
    peers,
    projecting,
    rebuilding,
    report,
    settling,
    streams,
    under_fire,
)
from benchmarks.processes import Bench

CASES: dict[str, Callable[[Bench], Iterable[report.Row]]] = {
    "unary": cases.unary,
    "batch": cases.batches,
    "overlap": cases.overlapping,
    "footprint": cases.footprint,
    "peers": peers.peers,
    "snapshot": cases.snapshot,
    "projections": projecting.projections,
    "building": rebuilding.building,
    "rebuild": under_fire.rebuild,
    "settlements": settling.settlements,
    "audit": auditing.audit,
    "checkpoints": checkpoints.checkpoints,
    "stream": streams.execute_stream,
    "subscribers": streams.subscribers,
}


def about(bench: Bench) -> dict[str, str]:
    """What the figures belong to."""
    (version,) = bench.query("SHOW server_version")
    return {
        "processors": str(os.cpu_count()),
        "python": platform.python_version(),
        "postgresql": version,
        "kernel": platform.release(),
        "date": time.strftime("%Y-%m-%d"),
        "length": "quick" if bench.quick else "full",
    }


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of ten")
    parser.add_argument("--only", metavar="NAME", choices=CASES, action="append", help="one case")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the rows as JSON")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args()
    rows: list[report.Row] = []
    with Bench(options.quick, 1_000 if options.quick else 5_000) as bench:
        machine = about(bench)
        for name in options.only or CASES:
            for row in CASES[name](bench):
                rows.append(row)
                sys.stderr.write(f"{row.what}: {report.number(row.value)} {row.unit}\n")
    form = report.markdown if options.markdown else report.plain
    print(", ".join(f"{name} {value}" for name, value in machine.items()) + "\n")
    print(form(rows))
    if options.json:
        content = {"machine": machine, "rows": report.machine_readable(rows)}
        options.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
