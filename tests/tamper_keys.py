"""Tamperings with unique keys: left out, put in, under another hash, or not released, by somebody with all rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger.v1.entry_pb2 import Entry
from tests.tamper_events import flip, keyed
from tests.tamper_table import ENTRY, LATE, NEXT, POLICY, Tampering, signed

INVOICE = 2
SEALED = (
    "the number is sealed, and its hash keyed with the ledger's secret; `ledgerctl log verify --sealed`, with the key "
    "store, opens it and names it"
)
Plant = Callable[[Any], int | None]
Where = Callable[[Any, Any], bool]


def row(what: str, kind: str, plant: Plant, where: str = ENTRY, why: str = "") -> Tampering:
    """A tampering after which everything is recomputed and signed."""
    return Tampering(LATE, what, POLICY, kind, where, signed(plant), why)


def keys() -> Iterator[Tampering]:
    """All of them."""
    bought, accepted, undone = "purchase_settled", "transfer_accepted", "purchase_reversed"
    yield row("the hash of a unique key that is released later", "key", _before_release(_flip_first), NEXT)
    yield row("all keys of a purchase left out that is reversed later", "key", _before_release(_none), NEXT)
    yield row("a unique key that is released instead of taken", "key", _change(bought, _release_first, keyed))
    yield row("a unique key without a kind", "key", _change(bought, _without_kind, keyed))
    yield row("a unique key taken twice", "key", _change(bought, _twice, keyed))
    yield row("the key of a deposit's month left out", "key", _change("deposit_posted", _none, _of_a_month))
    yield row("the key of a premium's year left out", "key", _change("premium_deducted", _none))
    yield row("the key of a claim's invoice left out", "key", _change("claim_filed", _none))
    yield row("the keys of a sent transfer left out", "key", _change("transfer_initiated", _none))
    yield row("the key of a credited transfer left out", "key", _change("transfer_credited", _none))
    yield row("an accepted transfer that still counts as pending", "key", _change(accepted, _all_but_last))
    yield row("an accepted transfer whose credit nobody waits for", "key", _change(accepted, _all_but_first))
    yield row("the keys of a reversed purchase not released", "key", _change(undone, _none, _releasing))
    yield row("one key of a reversed purchase not released", "key", _change(undone, _all_but_last, _releasing))
    yield row("the key of a rejected claim not released", "key", _change("claim_decided", _none, _releasing))
    yield row("a key that an event does not call for", "key", _uncalled)
    yield row("the same month of a person twice, under another hash", "key", _month_twice)
    yield row("all keys of a purchase left out", "", _standing(_none), "", SEALED)
    yield row("the hash of a purchase's invoice", "", _standing(_flip_first), "", SEALED)


# -- changes of the references ---------------------------------------------------------------------


def _none(references: Any) -> None:
    references.ClearField("unique_keys")


def _all_but_last(references: Any) -> None:
    del references.unique_keys[-1]


def _all_but_first(references: Any) -> None:
    del references.unique_keys[0]


def _twice(references: Any) -> None:
    references.unique_keys.add().CopyFrom(references.unique_keys[0])


def _flip_first(references: Any) -> None:
    flip("hash")(references.unique_keys[0])


def _release_first(references: Any) -> None:
    references.unique_keys[0].released = True


def _without_kind(references: Any) -> None:
    references.unique_keys[0].kind = 0


# -- entries ---------------------------------------------------------------------------------------


def _change(type_: str, change: Callable[[Any], object], where: Where | None = None) -> Plant:
    def plant(attack: Any) -> int | None:
        position = int(attack.base.find(type_, late=True, where=where))
        attack.message(position, lambda message: change(message.references))
        return position

    return plant


def _of_a_month(_header: Any, entry: Any) -> bool:
    return bool(entry.deposit_posted.deposit.period)


def _releasing(_header: Any, entry: Any) -> bool:
    return any(key.released for key in entry.references.unique_keys)


def _standing(change: Callable[[Any], object]) -> Plant:
    """Change a purchase with keys that nothing undoes."""

    def plant(attack: Any) -> int | None:
        undone = {Entry.FromString(entry).references.reverses for entry in attack.entries}
        found = _change("purchase_settled", change, lambda h, e: keyed(h, e) and h.position not in undone)
        return found(attack)

    return plant


def _before_release(change: Callable[[Any], object]) -> Plant:
    """Change the keys of a purchase; its reversal then releases others than it took."""

    def plant(attack: Any) -> int | None:
        back = attack.base.find("purchase_reversed", late=True, where=_releasing)
        taken = Entry.FromString(attack.entries[back - 1]).references.reverses
        attack.message(taken, lambda message: change(message.references))
        return int(back)

    return plant


def _uncalled(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.message(position, lambda message: message.references.unique_keys.add(kind=INVOICE, hash=b"k" * 16))
    return int(position)


def _month_twice(attack: Any) -> int | None:
    """A contribution that is credited once more, as if it were another month's to whoever looks at hashes alone."""
    position = int(attack.base.find("deposit_posted", late=True, where=_of_a_month))
    attack.insert(position + 1, attack.entries[position - 1])
    attack.change(position + 1, "request_id")
    attack.number(position + 1, "record_time", attack.header(position).record_time + 1)

    def other(message: Any) -> None:
        _flip_first(message.references)
        message.references.expected_version += 1

    attack.message(position + 1, other)
    return position + 1
