"""Spending history: a row for each entry that moves an account's money or settles a purchase, to be listed and summed.

Every entry that changes a balance has exactly one row, whatever its type, so that the rows of an account add up to its
balance. A reversal has the amounts of what it reverses, negative, at its own effective time.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.log.entry import EVENT_NAMES, EVENT_TYPES, parse_body
from ledger.log.header import OFFSETS
from projections.projection import Table, by_stream
from projections.rows import NULL, Copy, id_value, int8_array, uuid_array, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.page import Head
    from projections.projection import Batch, Lookup
    from projections.rows import Write

_COLUMNS: Final = (
    "position", "effective_time", "record_time", "first_position", "change", "balance_after", "account", "type",
    "category", "benefit", "source", "period", "reverses", "payable",
    "beneficiary", "counterparty", "institution",
    "total", "pooled", "funds", "hospital", "own_account", "shared", "cash", "payers", "shares",
)  # fmt: skip
_FIXED: Final = struct.Struct("!h" + "iq" * 6 + "i16s" + "ih" * 4 + "ii" + "iq" * 2)
_BILL: Final = struct.Struct("!" + "iq" * 7)
# A purchase up to its institution: most of the entries are such, so they are packed in one go.
_BOUGHT: Final = struct.Struct(_FIXED.format + "i16s" + "i")
_NO_BILL: Final = NULL * 9
_NULLS: Final = NULL * 2
_NO_TAIL: Final = NULL * 12
_STREAM: Final = OFFSETS["stream"]
_SETTLED: Final = EVENT_TYPES["purchase_settled"]
_ORIGINS: Final = frozenset({_SETTLED, EVENT_TYPES["family_transfer_sent"]})
"""Types that other entries refer to."""
_FORWARD: Final = _ORIGINS | {EVENT_TYPES["deposit_posted"], EVENT_TYPES["share_paid"]}
"""Types that never reverse anything."""


class Bought(NamedTuple):
    """What a reversal or a share repeats from its purchase. `total` is in fen."""

    category: int
    benefit: int
    institution: str
    total: int


class Detail(NamedTuple):
    """What an event says beside its header. `origin` is the position whose entry says the rest, 0 = none does."""

    category: int = 0
    benefit: int = 0
    source: int = 0
    period: int = 0
    payable: int = 0
    tail: bytes = _NO_TAIL
    origin: int = 0


def _id(name: str) -> bytes:
    return bytes.fromhex(name[-36:].replace("-", "")) if name else b""


@lru_cache(maxsize=4096)  # a page names few institutions, again and again
def _institution(code: str) -> bytes:
    return value(code.encode())


def _tail(beneficiary: bytes, counterparty: str = "", institution: str = "", bill: bytes = _NO_BILL) -> bytes:
    return (
        id_value(beneficiary)
        + (value(counterparty.encode()) if counterparty else NULL)
        + (_institution(institution) if institution else NULL)
        + bill
    )


def _bill(total: int, split: Any, sign: int) -> bytes:
    """Return the columns from `total` on."""
    shared, funds = split.shared, split.funds
    if not shared:
        return _BILL.pack(
            8, sign * total, 8, sign * split.pooled, 8, sign * sum(fund.amount for fund in funds) if funds else 0,
            8, sign * split.hospital, 8, sign * split.own_account, 8, 0, 8, sign * split.cash,
        ) + _NULLS  # fmt: skip
    amounts = [share.amount for share in shared]
    columns = _BILL.pack(
        8, sign * total, 8, sign * split.pooled, 8, sign * sum(fund.amount for fund in funds) if funds else 0,
        8, sign * split.hospital, 8, sign * split.own_account, 8, sign * sum(amounts), 8, sign * split.cash,
    )  # fmt: skip
    payers = value(uuid_array([_id(share.payer) for share in shared]))
    return columns + payers + value(int8_array([sign * amount for amount in amounts]))


def _bought(event: Any) -> Bought:
    purchase = event.purchase
    return Bought(purchase.category, event.accumulator.benefit, purchase.institution, purchase.bill.total)


def _deposit(event: Any, _: bytes) -> Detail:
    deposit = event.deposit
    return Detail(0, 0, deposit.source, deposit.period)


def _sent(event: Any, _: bytes) -> Detail:
    return Detail(tail=_tail(b"", event.transfer.receiver))


def _premium(event: Any, stream: bytes) -> Detail:
    return Detail(tail=_tail(_id(event.deduction.covered) or stream))


def _plain(event: Any, _: bytes) -> Detail:
    return Detail(payable=getattr(event, "payable_after_close", 0))


def _origin(name: str) -> Callable[[Any, bytes], Detail]:
    def detail(event: Any, _: bytes) -> Detail:
        return Detail(payable=getattr(event, "payable_after_close", 0), origin=getattr(event, name))

    return detail


def _numbered(named: Mapping[str, Callable[[Any, bytes], Detail]]) -> dict[int, Callable[[Any, bytes], Detail]]:
    return {EVENT_TYPES[name]: detail for name, detail in named.items()}


# Types that have a row also when they move no money of the account, such as a refund that is owed outside.
_DETAILS: Final = _numbered(
    {
        "deposit_posted": _deposit,
        "deposit_reversed": _plain,
        "adjustment_posted": _plain,
        "premium_deducted": _premium,
        "premium_reversed": _plain,
        "purchase_reversed": _origin("reversed_position"),
        "share_paid": _origin("purchase_position"),
        "share_refunded": _origin("purchase_position"),
        "family_transfer_sent": _sent,
        "family_transfer_received": _origin("sent_position"),
        "family_transfer_reversed": _origin("reversed_position"),
        "transfer_initiated": _sent,
        "transfer_returned": _plain,
        "transfer_credited": lambda event, _: Detail(
            payable=event.payable_after_close, tail=_tail(b"", event.credit.sender)
        ),
        "relocation_in": lambda event, _: Detail(
            payable=event.payable_after_close, tail=_tail(b"", event.arrival.origin)
        ),
        "relocation_out": lambda event, _: Detail(tail=_tail(b"", event.departure.destination)),
        "hold_captured": _plain,
        "hold_released": _plain,
    }
)
_SHARES: Final = frozenset({EVENT_TYPES["share_paid"], EVENT_TYPES["share_refunded"]})
_TRANSFERS: Final = frozenset({EVENT_TYPES["family_transfer_received"], EVENT_TYPES["family_transfer_reversed"]})


class Spending:
    """The projection `spending`."""

    name: Final = "spending"
    shape: Final = 1
    tables: Final = (Table("transactions", ("account", "effective_time", "position"), "account", ranged=True),)

    def __init__(self, ledger: str) -> None:
        """Take the code of the ledger, which the names of accounts begin with."""
        self._accounts = f"ledgers/{ledger}/accounts/"

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        rows: dict[bytes, list[bytes]] = defaultdict(list)
        waiting: list[tuple[Head, Any, int, Detail]] = []
        for head, message in batch.of(_SETTLED):
            rows[head[1]].append(_purchase(head, message.purchase_settled))
        for type_ in batch.types() - {_SETTLED}:
            details = _DETAILS.get(type_)
            if details is None:
                _plain_rows(batch, type_, rows)
                continue
            name, forward = EVENT_NAMES[type_], type_ in _FORWARD
            for head, message in batch.of(type_):
                event = getattr(message, name)
                detail = details(event, head[1])
                reverses = 0 if forward else message.references.reverses
                if detail[6]:
                    waiting.append((head, event, reverses, detail))
                else:
                    rows[head[1]].append(_row(head, reverses, detail))
        origins = _origins(batch, {detail.origin for *_, detail in waiting})
        for head, event, reverses, detail in waiting:
            whole = self._complete(head, event, detail, *origins[detail.origin])
            rows[head[1]].append(_row(head, reverses, whole))
        # The index is then written from left to right, and an account's rows of a page lie together.
        return [Copy("transactions", _COLUMNS, list(chain.from_iterable(map(rows.__getitem__, sorted(rows)))))]

    def _complete(self, head: Head, event: Any, detail: Detail, stream: bytes, origin: Any) -> Detail:
        """Add what the entry at `detail.origin`, of another stream perhaps, says."""
        type_ = head[8]
        if type_ in _TRANSFERS:
            # The other side: the sender for whoever received the money, the receiver for whoever sent it.
            other = self._accounts + _id_text(stream) if head[1] != stream else origin.transfer.receiver
            return detail._replace(tail=_tail(b"", other))
        bought = _bought(origin)
        if type_ in _SHARES:
            tail = _tail(event.beneficiary, "", bought.institution)
        else:
            tail = _tail(head[1], "", bought.institution, _bill(bought.total, event.split, -1))
        return detail._replace(category=bought.category, benefit=bought.benefit, tail=tail)


def _plain_rows(batch: Batch, type_: int, rows: Mapping[bytes, list[bytes]]) -> None:
    """Add a row for each entry of a type that says nothing more, where it moves money."""
    if any(head[9] for head in batch.heads_of(type_)):
        for head, message in batch.of(type_):
            if head[9]:
                rows[head[1]].append(_row(head, message.references.reverses, Detail()))


def _origins(batch: Batch, positions: set[int]) -> dict[int, tuple[bytes, Any]]:
    """Return stream and event of the entries at these positions, in the batch or before it."""
    found: dict[int, tuple[bytes, Any]] = {}
    if not positions:
        return found
    for type_ in _ORIGINS & set(batch.types()):
        name = EVENT_NAMES[type_]
        found |= {head[0]: (head[1], getattr(each, name)) for head, each in batch.of(type_) if head[0] in positions}
    if missing := positions - found.keys():
        found |= _look(batch.lookup, missing)
    return found


def _look(lookup: Lookup, positions: set[int]) -> dict[int, tuple[bytes, Any]]:
    found = {}
    for position, entry in lookup(positions).items():
        message = parse_body(entry)
        name = message.WhichOneof("event")
        if name not in {"purchase_settled", "family_transfer_sent"}:
            raise ValueError(f"position {position} holds {name}, not a purchase or transfer")
        found[position] = bytes(entry[_STREAM : _STREAM + 16]), getattr(message, name)
    return found


def _row(head: Head, reverses: int, detail: Detail) -> bytes:
    position, stream, _, first, _, _, effective, recorded, type_, change, after = head
    category, benefit, source, period, payable, tail, _ = detail
    return (
        _FIXED.pack(
            26, 8, position, 8, effective, 8, recorded, 8, first, 8, change, 8, after, 16, stream, 2, type_,
            2, category, 2, benefit, 2, source, 4, period, 8, reverses, 8, payable,
        )
        + tail
    )  # fmt: skip


def _purchase(head: Head, event: Any) -> bytes:
    """Return the row of a purchase that was settled."""
    position, stream, _, first, _, _, effective, recorded, type_, change, after = head
    purchase = event.purchase
    return (
        _BOUGHT.pack(
            26, 8, position, 8, effective, 8, recorded, 8, first, 8, change, 8, after, 16, stream, 2, type_,
            2, purchase.category, 2, event.accumulator.benefit, 2, 0, 4, 0, 8, 0, 8, 0, 16, stream, -1,
        )
        + _institution(purchase.institution)
        + _bill(purchase.bill.total, event.split, 1)
    )  # fmt: skip


def _id_text(identifier: bytes) -> str:
    text = identifier.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
