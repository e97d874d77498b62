"""Settlements by institution: a row for each purchase that was settled, one with negative amounts for each reversal.

Totals and details of an institution (对总账, 对明细账) are sums and rows of this table, be it that the agency looks at
them or that the institution compares its own statement with them.
"""

from __future__ import annotations

import struct
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.log.entry import EVENT_TYPES, parse_body
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.v1.types_pb2 import CATEGORY_INPATIENT, CLEARING_TYPE_INPATIENT, UNIQUE_KEY_KIND_SETTLEMENT
from projections.journal import zone_of
from projections.projection import Table, by_stream
from projections.rows import LENGTH_16, Copy, id_value, value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from projections.page import Head
    from projections.projection import Batch, Lookup
    from projections.rows import Write

SETTLED: Final = EVENT_TYPES["purchase_settled"]
REVERSED: Final = EVENT_TYPES["purchase_reversed"]
_COLUMNS: Final = (
    "position", "effective_time", "record_time", "reverses",
    "total", "pooled", "funds", "hospital", "own_account", "shared", "cash",
    "settled_on", "served_on", "clearing_type", "category", "benefit", "key", "person", "place", "institution",
)  # fmt: skip
_ROW: Final = struct.Struct("!h" + "iq" * 11 + "ii" * 2 + "ih" * 3)


class Bought(NamedTuple):
    """What a reversal repeats from its purchase. `total` is in fen, `served_on` is YYYYMMDD."""

    institution: str
    total: int
    served_on: int
    clearing_type: int
    category: int
    benefit: int


class Settlements:
    """The projection `settlements`."""

    name: Final = "settlements"
    shape: Final = 2
    tables: Final = (Table("settlements", ("institution", "effective_time", "position"), "person", ranged=True),)

    def __init__(self, ledger: str) -> None:
        """Take the code of the ledger, which the ids of institutions' streams are made from.

        Its zone is not known yet: the first entry says it.
        """
        self._ledger = ledger_id(ledger)
        self._zone: ZoneInfo | None = None

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        found: list[tuple[Head, Any, bytes, int]] = []
        bought: dict[int, Bought] = {}
        for head, message in batch.of(SETTLED):
            event = message.purchase_settled
            bought[head[0]] = _bought(event)
            found.append((head, event.split, _key(message.references.unique_keys), 0))
        for head, message in batch.of(REVERSED):
            undone = message.purchase_reversed
            found.append((head, undone.split, _key(message.references.unique_keys), undone.reversed_position))
        missing = {origin for *_, origin in found if origin} - bought.keys()
        if missing:
            bought |= _look(batch.lookup, missing)
        if found and self._zone is None:
            self._zone = zone_of(batch.lookup)
        rows = [self._row(head, split, key, origin, bought[origin or head[0]]) for head, split, key, origin in found]
        return [Copy("settlements", _COLUMNS, rows)]

    def _row(self, head: Head, split: Any, key: bytes, reverses: int, bought: Bought) -> bytes:
        sign = -1 if reverses else 1
        code, total, served_on, clearing_type, category, benefit = bought
        day = datetime.fromtimestamp(head[6] // 1_000_000, self._zone)
        return (
            _ROW.pack(
                20, 8, head[0], 8, head[6], 8, head[7], 8, reverses,
                8, sign * total, 8, sign * split.pooled, 8, sign * sum(fund.amount for fund in split.funds),
                8, sign * split.hospital, 8, sign * split.own_account,
                8, sign * sum(share.amount for share in split.shared), 8, sign * split.cash,
                4, day.year * 10_000 + day.month * 100 + day.day, 4, served_on,
                2, clearing_type, 2, category, 2, benefit,
            )
            + id_value(key) + LENGTH_16 + head[1] + LENGTH_16 + institution_stream(self._ledger, code) + _text(code)
        )  # fmt: skip


def _key(keys: Sequence[Any]) -> bytes:
    """Return the keyed hash of the institution's own settlement id; empty where it gave none."""
    return next((key.hash for key in keys if key.kind == UNIQUE_KEY_KIND_SETTLEMENT), b"")


def _bought(event: Any) -> Bought:
    purchase, date = event.purchase, event.service_date
    return Bought(
        purchase.institution,
        purchase.bill.total,
        date.year * 10_000 + date.month * 100 + date.day,
        # What an institution would list it under; reconciliation goes by the same.
        purchase.clearing_type or (CLEARING_TYPE_INPATIENT if purchase.category == CATEGORY_INPATIENT else 0),
        purchase.category,
        event.accumulator.benefit,
    )


def _look(lookup: Lookup, positions: set[int]) -> dict[int, Bought]:
    found = {}
    for position, entry in lookup(positions).items():
        message = parse_body(entry)
        if message.WhichOneof("event") != "purchase_settled":
            raise ValueError(f"position {position} holds {message.WhichOneof('event')}, not a purchase")
        found[position] = _bought(message.purchase_settled)
    return found


@lru_cache(maxsize=4096)  # a page names few institutions, again and again
def _text(code: str) -> bytes:
    return value(code.encode())
