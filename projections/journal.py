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
from projections.rows import LENGTH_16, Copy, Int8Array, Merge, value
from projections.years import Moved, moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
# A row in pieces: what all postings of an entry share, the amount, line with type and account, and the owner.
_ENTRY: Final = struct.Struct("!h" + "iq" * 4)
_AMOUNT: Final = struct.Struct("!iq")
_KIND: Final = struct.Struct("!" + "ih" * 3)
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


@lru_cache(maxsize=4096)
def _kind(line: int, type_: int, account: int) -> bytes:
    return _KIND.pack(2, line, 2, type_, 2, account)


@lru_cache(maxsize=4096)  # a page names few institutions, again and again
def _word(owner: bytes) -> bytes:
    return value(owner)


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
        blocks: dict[int, list[Head]] = defaultdict(list)
        sums: dict[int, dict[int, list[int]]] = defaultdict(dict)
        entry, amount_of, kind = _ENTRY.pack, _AMOUNT.pack, _kind
        for head in batch.heads:
            blocks[(head[0] - 1) // BLOCK].append(head)
        for head, found in sorted(posted(batch)):  # as the key of the table is: it is then written at its right end
            position, stream, _, first, _, _, effective, recorded, type_, _, _ = head
            begin = entry(9, 8, position, 8, first, 8, effective, 8, recorded)
            of_block = sums[(position - 1) // BLOCK]
            for line, (account, owner, amount) in enumerate(found):
                rows += (
                    begin,
                    amount_of(8, amount),
                    kind(line, type_, account),
                    LENGTH_16 + stream if owner is stream else _word(owner),
                )
                both = of_block.get(account)
                if both is None:
                    both = of_block[account] = [0, 0]
                if amount < 0:
                    both[1] -= amount
                else:
                    both[0] += amount
        lines = [(block, *of) for block in sorted(sums) for of in sorted((a, *both) for a, both in sums[block].items())]
        return [
            Copy("journal", _COLUMNS, rows),
            *_merge("journal_sums", _SUMS, lines),
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
    known = {head[0]: found for head, found in posted(batch)}
    return [(head, known.get(head[0], [])) for head in batch.heads]


def posted(batch: Batch) -> Iterator[tuple[Head, list[Posting]]]:
    """Yield every entry that moves money with its postings, type by type. Raise as `journal` does."""
    for type_ in batch.types():
        name = EVENT_NAMES[type_]
        if type_ in _MONEYLESS:
            _check_moneyless(batch, type_)
            continue
        if name not in POSTINGS:
            raise UnknownPartError(
                f"position {batch.heads_of(type_)[0][0]} has event type {type_}, which the books do not know"
            )
        field = POSTINGS[name].origin
        if not field:
            for head, message in batch.of(type_):
                yield head, postings(name, head[1], getattr(message, name), None, head[9])
            continue
        events = [(head, getattr(message, name)) for head, message in batch.of(type_)]
        origins = _look(batch.lookup, {getattr(event, field) for _, event in events} - {0})
        for head, event in events:
            yield head, postings(name, head[1], event, origins.get(getattr(event, field)), head[9])


def _check_moneyless(batch: Batch, type_: int) -> None:
    for head in batch.heads_of(type_):
        if head[9]:
            raise ValueError(f"position {head[0]} moves {head[9]} fen, and its type moves no money")


def _look(lookup: Lookup, positions: set[int]) -> dict[int, Any]:
    found = {}
    for position, entry in lookup(positions).items():
        message = parse_body(entry)
        name = message.WhichOneof("event")
        found[position] = getattr(message, name) if name else None
    return found
