"""Comparing an institution's statement with the ledger, row by row. Pure.

A row and a bill are the same settlement when the row names the bill's entry, or the settlement id that the institution
gave; a refund is a settlement of its own. An id that was given again, after its settlement was refunded, stands for its
settlements in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.v1 import types_pb2 as t

BALANCED: Final = int(t.RECONCILIATION_RESULT_BALANCED)
CENTRE_ONLY: Final = int(t.RECONCILIATION_RESULT_CENTRE_ONLY)
INSTITUTION_ONLY: Final = int(t.RECONCILIATION_RESULT_INSTITUTION_ONLY)
DATA_MISMATCH: Final = int(t.RECONCILIATION_RESULT_DATA_MISMATCH)
AMOUNTS: Final = ("total", "funds", "own_account", "shared", "cash")


class Bill(NamedTuple):
    """What the ledger has of a settlement or refund. Amounts are fen, `day` is YYYYMMDD, `key` 16 bytes or empty.

    `refunded`: it is a refund, or was refunded.
    """

    position: int
    reverses: int
    day: int
    clearing_type: int
    key: bytes
    refunded: bool
    total: int
    funds: int
    own_account: int
    shared: int
    cash: int


class Row(NamedTuple):
    """A row of a statement. `position` or `key` says which settlement it is; 0 and None mean: not stated."""

    number: int
    position: int
    key: bytes
    refund: bool
    day: int
    total: int
    funds: int
    own_account: int
    shared: int | None
    cash: int | None


class Filter(NamedTuple):
    """Which bills a statement has: from a day to a day, both YYYYMMDD, of a clearing type (0 = any)."""

    first: int
    last: int
    clearing_type: int
    refunds_counted: bool

    def rejects(self, bill: Bill) -> list[str]:
        """Return why a bill is not in the statement, as names of a row's fields; empty when it is."""
        found = [] if self.first <= bill.day <= self.last else ["date"]
        if self.clearing_type and bill.clearing_type != self.clearing_type:
            found.append("clearing_type")
        if bill.refunded and not self.refunds_counted:
            found.append("refund")
        return found


class Difference(NamedTuple):
    """A row and a bill, either of which may be absent, and the fields in which they differ."""

    row: Row | None
    bill: Bill | None
    result: int
    fields: tuple[str, ...] = ()

    def line(self) -> str:
        """Return the line of the report."""
        row, position = self.row.number if self.row else 0, self.bill.position if self.bill else 0
        return f"{row},{position},{self.result},{'+'.join(self.fields)}\n"


class Totals(NamedTuple):
    """Number of settlements, and sums in fen; refunds count negative."""

    settlements: int
    total: int
    funds: int
    own_account: int
    shared: int
    cash: int


def totals(bills: Iterable[Bill]) -> Totals:
    """Return the totals of bills."""
    found = list(bills)
    return Totals(len(found), *(sum(getattr(bill, name) for bill in found) for name in AMOUNTS))


def stated_otherwise(rows: Sequence[Row], stated: Totals) -> str:
    """Return the first field in which stated totals are not those of the rows; empty when they agree."""
    if len(rows) != stated.settlements:
        return "count"
    for name in AMOUNTS:
        values = [getattr(row, name) for row in rows]
        if None not in values and sum(values) != getattr(stated, name):
            return name
    return ""


def differing(row: Row, bill: Bill) -> list[str]:
    """Return the fields of a row that are not those of its bill."""
    found = ["date"] if row.day and row.day != bill.day else []
    if row.refund != bool(bill.reverses) and not row.position:
        found.append("refund")
    return found + [name for name in AMOUNTS if getattr(row, name) not in {None, getattr(bill, name)}]


class _Matcher:
    """Gives each row the bill that it stands for, and each bill to one row."""

    def __init__(self, bills: Iterable[Bill]) -> None:
        self._by_position: dict[int, Bill] = {}
        self._by_key: dict[tuple[bytes, bool], list[int]] = defaultdict(list)
        for bill in sorted(bills):
            self._by_position[bill.position] = bill
            if bill.key:
                self._by_key[bill.key, bool(bill.reverses)].append(bill.position)

    def take(self, row: Row) -> Bill | None:
        if row.position:
            return self._by_position.pop(row.position, None)
        for position in self._by_key.get((row.key, row.refund), ()):
            if position in self._by_position:
                return self._by_position.pop(position)
        return None

    def left(self) -> list[Bill]:
        return list(self._by_position.values())


def compare(bills: Sequence[Bill], rows: Sequence[Row], wanted: Filter, others: Sequence[Bill]) -> list[Difference]:
    """Return the differences: rows in their order, then what only the ledger has, by position.

    `bills` are those that the filter takes. `others` are bills of the institution that unmatched rows may stand for:
    a row with one of them has a wrong date or type, or counts what was refunded.
    """
    matcher, found, unmatched = _Matcher(bills), list[Difference](), list[Row]()
    # Rows that name an entry go first: an id must not take the bill of another row.
    for row in sorted(rows, key=lambda row: not row.position):
        bill = matcher.take(row)
        if bill is None:
            unmatched.append(row)
        elif fields := differing(row, bill):
            found.append(Difference(row, bill, DATA_MISMATCH, tuple(fields)))
    elsewhere = _Matcher([bill for bill in others if wanted.rejects(bill)])
    seen = {bill.position: bill for bill in bills}
    for row in unmatched:
        bill = elsewhere.take(row)
        if bill is None:
            # It may stand for a bill that another row took: then it stands there twice.
            found.append(Difference(row, seen.get(row.position), INSTITUTION_ONLY))
            continue
        fields = wanted.rejects(bill)
        result = INSTITUTION_ONLY if "refund" in fields else DATA_MISMATCH
        fields += [name for name in differing(row, bill) if name not in fields]
        found.append(Difference(row, bill, result, tuple(fields)))
    found.sort(key=lambda each: each.row.number if each.row else 0)
    return found + [Difference(None, bill, CENTRE_ONLY) for bill in matcher.left()]


def unmatched_rows(bills: Sequence[Bill], rows: Sequence[Row]) -> list[Row]:
    """Return the rows that stand for none of these bills."""
    matcher = _Matcher(bills)
    return [row for row in sorted(rows, key=lambda row: not row.position) if matcher.take(row) is None]


def report_hash(differences: Sequence[Difference]) -> bytes:
    """Return the SHA-256 of the report; empty when there are no differences."""
    if not differences:
        return b""
    return sha256("".join(each.line() for each in differences).encode()).digest()
