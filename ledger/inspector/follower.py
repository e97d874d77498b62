"""One reader of a whole log in its order: what entries must satisfy among one another, and the rows beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ledger.inspector import beside, money
from ledger.inspector.defect import Defect
from ledger.inspector.folder import Folder
from ledger.inspector.layout import EVENT_NAMES, FixedPart, Header, PartsError, body, unpack
from ledger.inspector.relations import Relations
from ledger.inspector.signing_keys import Change
from ledger.inspector.tree import leaf_of

STEP: Final = 8_192
"""Entries between two reports of progress."""


class Followed(NamedTuple):
    """What was found, how many settlements had a second opinion, and what moved by type of event, in fen."""

    defects: list[Defect]
    second_opinions: int
    moved: Mapping[str, int]
    in_flight: int
    """Wallet transfers that have left one balance and not been accepted or returned."""
    key_changes: list[Change]
    """Signing keys that were taken into use or retired."""


def follow(folder: Folder, ledger: bytes, size: int, progress: Callable[[int], None]) -> Followed:
    """Read a log from its first entry to its last. What cannot be read is left to the stretches to report."""
    defects: list[Defect] = []
    relations = Relations(ledger, defects.append)
    fixed, say = FixedPart(ledger), relations.say
    commits, balances = beside.Commits(folder, say), beside.Balances(folder, say)
    moved: dict[str, int] = {}
    for place, entry in enumerate(folder.entries(size)):
        header = Header(*unpack(entry)) if fixed.holds(entry) else None
        leaf = leaf_of(entry)
        commits.take(place + 1, leaf, header)
        if header is not None:
            balances.take(header)
            try:
                parts = body(entry, header.type)
                if fen := money.moves(header.type, parts.event):
                    name = EVENT_NAMES[header.type]
                    moved[name] = moved.get(name, 0) + fen
                relations.take(header, parts, leaf)
            except PartsError:
                pass  # the stretches say what is wrong with it
            except Exception as error:  # noqa: BLE001 - a forged entry may be anything, and none may end the inspection
                say("state", header.position, f"it cannot be judged: {type(error).__name__} {error}")
        if place % STEP == STEP - 1:
            progress(STEP)
    relations.finish()
    commits.finish(size)
    balances.finish(size)
    beside.compare_commands(folder, relations.requests, size, say)
    beside.compare_keys(folder, ledger, relations.keys.state, size, say)
    beside.compare_columns(folder, say)
    progress(size % STEP)
    in_flight, changes = relations.wallet.in_flight, relations.signing_keys.changes
    return Followed(defects, relations.settlements.computed, moved, in_flight, changes)
