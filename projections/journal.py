"""The double-entry books: the postings of every entry, and sums of them by block of positions.

What an entry posts says `projections.postings`. Sums of a block make the trial balance of any position cheap, however
long the log is: those of the blocks before it, and the postings of one block.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from functools import lru_cache
from hashlib import md5
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from ledger.log.civil_years import CivilYears
from ledger.log.entry import EVENT_NAMES, UnknownPartError, parse_body
from projections.postings import MONEYLESS, POSTINGS, Posting, postings
from projections.projection import Table
from projections.rows import Copy, Int8Array, Merge, value
from projections.years import Moved, moved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projections.page import Head
    from projections.projection import Batch, Lookup
    from projections.rows import Write

BLOCK: Final = 16_384
"""Positions of a block: block 0 has the positions 1 to 16,384."""

BLOCK_OF_ROW: Final = "md5(int8send((position - 1) / 16384))::uuid"
"""Partition key of a row with a position: `block_key(block_of(position))` in SQL."""
_BLOCK_KEY: Final = "md5(int8send(block::bigint))::uuid"
_COLUMNS: Final = (
    "position", "first_position", "effective_time", "record_time", "amount", "line", "type", "account", "owner",
)  # fmt: skip
_ROW: Final = struct.Struct("!h" + "iq" * 5 + "ih" * 3)
_MONEYLESS: Final = frozenset(number for number, name in EVENT_NAMES.items() if name in MONEYLESS)
_SUMS: Final = (
    "INSERT INTO {table} AS old (block, account, debits, credits) SELECT * FROM unnest(%s, %s, %s, %s)"
    " ON CONFLICT (block, account) DO UPDATE SET debits = old.debits + excluded.debits,"
    " credits = old.credits + excluded.credits"
)
_YEARS: Final = (
    "INSERT INTO {table} AS old (block, year, credits, debits, interest, opened, closed)"
    " SELECT * FROM unnest(%s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (block, year) DO UPDATE SET credits = old.credits + excluded.credits,"
    " debits = old.debits + excluded.debits, interest = old.interest + excluded.interest,"
    " opened = old.opened + excluded.opened, closed = old.closed + excluded.closed"
)


@lru_cache(maxsize=1024)
def block_key(block: int) -> bytes:
    """Spread the blocks evenly; the declarations of the tables say the same in SQL."""
    return md5(block.to_bytes(8, "big"), usedforsecurity=False).digest()


def block_of(position: int) -> int:
    """Return the block that a position lies in."""
    return (position - 1) // BLOCK


class Journal:
    """The projection `journal`."""

    name: Final = "journal"
    shape: Final = 1
    tables: Final = (
        Table("journal", ("position", "line"), BLOCK_OF_ROW, ranged=True),
        Table("journal_sums", ("block", "account"), _BLOCK_KEY),
        Table("journal_years", ("block", "year"), _BLOCK_KEY),
    )

    def __init__(self) -> None:
        """Know nothing of the ledger's zone yet: its first entry says it."""
        self._years: CivilYears | None = None

    def partition_key(self, head: Head) -> bytes:
        """Return the block: the sums of a block have what all of its entries post."""
        return block_key(block_of(head[0]))

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the postings, and what they add to the sums of their blocks."""
        rows: list[bytes] = []
        sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        blocks: dict[int, list[Head]] = defaultdict(list)
        for head, found in journal(batch):
            position, block = head[0], block_of(head[0])
            for line, (account, owner, amount) in enumerate(found):
                rows.append(
                    _ROW.pack(
                        9, 8, position, 8, head[3], 8, head[6], 8, head[7], 8, amount, 2, line, 2, head[8], 2, account
                    )
                    + value(owner)
                )  # fmt: skip
                sums[block, account][amount < 0] += abs(amount)
            blocks[block].append(head)
        return [
            Copy("journal", _COLUMNS, rows),
            *_merge("journal_sums", _SUMS, [(*key, *both) for key, both in sorted(sums.items())]),
            *_merge("journal_years", _YEARS, list(self._by_year(blocks, batch.lookup))),
        ]

    def _by_year(self, blocks: Mapping[int, Sequence[Head]], lookup: Lookup) -> list[tuple[int, ...]]:
        if self._years is None:
            self._years = CivilYears(zone_of(lookup))
        years = self._years
        found: dict[int, dict[int, Moved]] = {block: moved(heads, years) for block, heads in sorted(blocks.items())}
        return [(block, year, *sums) for block, of in found.items() for year, sums in sorted(of.items())]


def zone_of(lookup: Lookup) -> ZoneInfo:
    """Return the zone of civil dates of a ledger, as its first entry says."""
    return ZoneInfo(parse_body(lookup((1,))[1]).ledger_opened.time_zone)


def _merge(table: str, statement: Any, rows: Sequence[tuple[int, ...]]) -> list[Write]:
    return [Merge(table, statement, [Int8Array(column) for column in zip(*rows, strict=True)])] if rows else []


def journal(batch: Batch) -> list[tuple[Head, list[Posting]]]:
    """Return every entry of a batch with its postings, in the order of the log.

    Raise UnknownPartError for an event of a newer version, UnbalancedError for one that contradicts itself.
    """
    opened: list[tuple[Head, str, Any, int]] = []
    events: dict[int, Any] = {}
    for head, entry in batch:
        type_ = head[8]
        if type_ in _MONEYLESS:
            opened.append((head, "", None, 0))
            continue
        name = EVENT_NAMES.get(type_, "")
        if name not in POSTINGS:
            raise UnknownPartError(f"position {head[0]} has event type {type_}, which the books do not know")
        event = getattr(parse_body(entry), name)
        events[head[0]] = event
        opened.append((head, name, event, getattr(event, field) if (field := POSTINGS[name].origin) else 0))
    missing = {origin for *_, origin in opened if origin} - events.keys()
    events |= _look(batch.lookup, missing) if missing else {}
    return [
        (head, postings(name, head[1], event, events.get(origin), head[9]) if name else _nothing(head))
        for head, name, event, origin in opened
    ]


def _nothing(head: Head) -> list[Posting]:
    if head[9]:
        raise ValueError(f"position {head[0]} moves {head[9]} fen, and its type moves no money")
    return []


def _look(lookup: Lookup, positions: set[int]) -> dict[int, Any]:
    found = {}
    for position, entry in lookup(positions).items():
        message = parse_body(entry)
        name = message.WhichOneof("event")
        found[position] = getattr(message, name) if name else None
    return found
