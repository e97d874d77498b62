"""Bills by institution, as its own statement would list them: a row for each settlement and each refund."""

from __future__ import annotations

import struct
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.log.entry import EVENT_NAMES, EVENT_TYPES, UnknownPartError, parse_body
from ledger.v1.types_pb2 import CATEGORY_INPATIENT, CLEARING_TYPE_INPATIENT, UNIQUE_KEY_KIND_SETTLEMENT
from projections.journal import BLOCK_OF_ROW, block_key, block_of, zone_of
from projections.projection import Table
from projections.rows import Copy, id_value, value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from projections.page import Head
    from projections.projection import Batch, Lookup
    from projections.rows import Write

_SETTLED: Final = EVENT_TYPES["purchase_settled"]
_REVERSED: Final = EVENT_TYPES["purchase_reversed"]
_COLUMNS: Final = (
    "position", "reverses", "total", "funds", "own_account", "shared", "cash", "day", "clearing_type", "key",
    "institution",
)  # fmt: skip
_ROW: Final = struct.Struct("!h" + "iq" * 7 + "ii" + "ih")


class Bought(NamedTuple):
    """What a refund repeats from its settlement; `total` is in fen."""

    institution: str
    total: int
    clearing_type: int


class Bills:
    """The projection `bills`."""

    name: Final = "bills"
    shape: Final = 1
    tables: Final = (Table("bills", ("institution", "position"), BLOCK_OF_ROW, ranged=True),)

    def __init__(self) -> None:
        """Know nothing of the ledger's zone yet: its first entry says it."""
        self._zone: ZoneInfo | None = None

    def partition_key(self, head: Head) -> bytes:
        """Return the block of the position."""
        return block_key(block_of(head[0]))

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        found: list[tuple[Head, Any, bytes, int]] = []
        bought: dict[int, Bought] = {}
        for head, entry in batch:
            type_ = head[8]
            if type_ in {_SETTLED, _REVERSED}:
                message = parse_body(entry)
                key = next(
                    (k.hash for k in message.references.unique_keys if k.kind == UNIQUE_KEY_KIND_SETTLEMENT), b""
                )
                if type_ == _SETTLED:
                    bought[head[0]] = _bought(message.purchase_settled)
                    found.append((head, message.purchase_settled.split, key, 0))
                else:
                    event = message.purchase_reversed
                    found.append((head, event.split, key, event.reversed_position))
            elif type_ not in EVENT_NAMES:
                raise UnknownPartError(f"position {head[0]} has event type {type_}, which this version cannot read")
        missing = {origin for *_, origin in found if origin} - bought.keys()
        bought |= _look(batch.lookup, missing) if missing else {}
        if found and self._zone is None:
            self._zone = zone_of(batch.lookup)
        return [Copy("bills", _COLUMNS, [self._row(*each, bought[each[3] or each[0][0]]) for each in found])]

    def _row(self, head: Head, split: Any, key: bytes, reverses: int, bought: Bought) -> bytes:
        sign = -1 if reverses else 1
        day = datetime.fromtimestamp(head[6] // 1_000_000, self._zone)
        funds = split.pooled + sum(fund.amount for fund in split.funds)
        shared = sum(share.amount for share in split.shared)
        return (
            _ROW.pack(
                11, 8, head[0], 8, reverses, 8, sign * bought.total, 8, sign * funds, 8, sign * split.own_account,
                8, sign * shared, 8, sign * split.cash, 4, day.year * 10_000 + day.month * 100 + day.day,
                2, bought.clearing_type,
            )
            + id_value(key)
            + _text(bought.institution)
        )  # fmt: skip


def _bought(event: Any) -> Bought:
    purchase = event.purchase
    inpatient = CLEARING_TYPE_INPATIENT if purchase.category == CATEGORY_INPATIENT else 0
    return Bought(purchase.institution, purchase.bill.total, purchase.clearing_type or inpatient)


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
