"""What an inspection of an export costs, part by part, and what the mirror costs the commits.

Parts are measured in processor time of one process, which others on the machine disturb little; the whole in time.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from benchmarks import settlements as requests
from benchmarks.cases import REFERENCE, measure, row
from benchmarks.processes import Bench
from benchmarks.report import Row
from ledger.audit.again import settle_again
from ledger.export.source import Source
from ledger.export.tiled import export
from ledger.inspector.folder import Folder
from ledger.inspector.follower import follow
from ledger.inspector.inspection import Inspection, trust_in
from ledger.inspector.layout import ledger_id
from ledger.inspector.note import Head, Note
from ledger.inspector.stretch import BUNDLES, End, Stretch, joined
from ledger.inspector.tree import WIDTH, leaf_of, levels, root_at
from tests.exported import sign

SETTLEMENTS = 0.1
"""Part of the commands that are settlements computed from a policy; the others are deposits."""


def audit(bench: Bench) -> Iterator[Row]:
    """Export a ledger, inspect it, and mirror one."""
    wanted = 50_000 if bench.quick else 400_000
    code = _fill(bench, wanted)
    sign(bench.database, code)
    with tempfile.TemporaryDirectory() as place:
        yield from _parts(bench, code, Path(place) / "export")
    yield from mirror(bench)


def _fill(bench: Bench, wanted: int) -> str:
    """A ledger of so many entries that commands have made."""
    target = bench.target()
    requests.prepare(target.address, target.ledger)
    count = 0
    while count < wanted:
        settling = count < wanted * SETTLEMENTS
        measure(bench, target, 0.5 if settling else 1.5, **REFERENCE, settlements=settling)
        (count,) = bench.query(f"SELECT max(last_position) FROM ledger_{target.ledger}.commits")
    return target.ledger


def _parts(bench: Bench, code: str, place: Path) -> Iterator[Row]:
    begin = time.perf_counter()
    with psycopg.connect(bench.database.url, autocommit=True) as connection:
        size = export(Source(connection, code), place)
    yield Row(f"export as tiles, {size:,} entries", size / (time.perf_counter() - begin), "entries/s")
    folder, ledger = Folder(place), ledger_id(code)

    def hashed() -> None:
        leaves = b"".join([leaf_of(entry) for entry in folder.entries(size)])
        assert root_at(levels(leaves), size) == Head.parse(Note.parse(folder.text("checkpoint")).text).root

    def structure(*, bodies: bool) -> None:
        ends: dict[bytes, End] = {}
        bundles = -(-size // WIDTH)
        for first in range(0, bundles, BUNDLES):
            found = Stretch(folder, ledger, size, bodies=bodies).check(first, min(first + BUNDLES, bundles))
            assert not found.defects + joined(found.begins, ends)
            ends.update(found.ends)

    def followed() -> None:
        assert not follow(folder, ledger, size, lambda _: None).defects

    def settled() -> None:
        assert not settle_again(place, size, lambda _: None)[0]

    parts: tuple[tuple[str, Callable[[], None]], ...] = (
        ("hashes and root", hashed),
        ("structure: hashes, tiles, headers, chains, versions, legs, times, balances", lambda: structure(bodies=False)),
        ("structure and every event", lambda: structure(bodies=True)),
        ("what entries owe one another, second opinions, rows beside", followed),
        ("the service's rules over every settlement", settled),
    )
    for what, work in parts:
        began = time.process_time()
        work()
        yield Row(what, size / (time.process_time() - began), "entries/s and core")
    for processes in (1, os.cpu_count() or 1):
        inspection = Inspection(folder, trust_in(folder), again=settle_again)
        begin = time.perf_counter()
        assert not list(inspection.defects(processes))
        rate = size / (time.perf_counter() - begin)
        yield Row(
            f"everything, {processes} process(es), {inspection.result.settlements:,} settlements", rate, "entries/s"
        )


def mirror(bench: Bench) -> Iterator[Row]:
    """The same load with and without a mirror beside it, in turns."""
    seconds, times = (1.5, 2) if bench.quick else (4.0, 3)
    with tempfile.TemporaryDirectory() as place:
        plain, mirrored = bench.target(), bench.target(mirror=place)
        for what, job in (("batch 500 × 8", dict(REFERENCE)), ("unary, 64 callers", {"size": 0, "callers": 64})):
            off, on = [], []
            for _ in range(times):
                off.append(measure(bench, plain, seconds, **job))
                on.append(measure(bench, mirrored, seconds, **job))
            yield row(f"with a mirror, {what}", "commands/s", on, off, "without")
            yield row(f"without, {what}", "commands/s", off, None, "")
