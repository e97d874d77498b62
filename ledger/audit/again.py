"""Every settlement of an export once more, by the rules of the service, from what the log had before it.

It is the second of two: `ledger.inspector` works the fund's part out by itself. Only the rules know who may pay at all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ledger.audit.recompute import Difference, Recomputer, transactions_of
from ledger.inspector.defect import Defect
from ledger.inspector.folder import Folder
from ledger.inspector.tree import WIDTH
from ledger.log.entry import parse

BUNDLES: Final = 64
"""Bundles kept in memory for the entries that reversals and decisions name."""
STEP: Final = 2_048
"""Entries between two reports of progress."""


def settle_again(path: Path, size: int, progress: Callable[[int], None]) -> tuple[list[Defect], int]:
    """Return what differs in an export, and how many settlements there are."""
    entries = Folder(path).entries(size)
    birth = next(entries, b"")
    try:
        opened = parse(birth).ledger_opened
        zone = ZoneInfo(opened.time_zone or "Asia/Shanghai")
        again = Recomputer(opened.ledger, zone, transactions_of(_reader(Folder(path), size)))
    except Exception:  # noqa: BLE001 - whoever reads position 1 says what is wrong with it
        return [], 0
    found = [_defect(each) for each in again.differences(birth)]
    for number, entry in enumerate(entries, 2):
        found += [_defect(each) for each in again.differences(entry) if each.field != "entry"]
        if number % STEP == 0:
            progress(STEP)
    found += [_defect(each) for each in again.missing_at_the_end()]
    progress(size % STEP)
    return found, again.settlements


def _reader(folder: Folder, size: int) -> Callable[[int], bytes]:
    """Return a reader of single entries; what is taken back lies mostly a little before."""

    @lru_cache(maxsize=BUNDLES)
    def bundle(number: int) -> list[bytes]:
        return folder.bundle(number, min(WIDTH, size - number * WIDTH))[0]

    def entry_at(position: int) -> bytes:
        number, place = divmod(position - 1, WIDTH)
        return bundle(number)[place]

    return entry_at


def _defect(each: Difference) -> Defect:
    kind = "state" if each.field == "state" else "settlement"
    return Defect(kind, each.position, f"{each.field}: recorded {each.recorded}, computed {each.computed}")
