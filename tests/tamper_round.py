"""Another round of somebody with all rights but a witness's key: times, persons, and what holds entries together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger.inspector.layout import EVENT_TYPES, PLACES
from ledger.v1 import types_pb2 as t
from ledger.v1.entry_pb2 import Entry
from tests.tamper_events import computed, put
from tests.tamper_table import CALLER_KNOWS, ENTRY, LATE, NEXT, POLICY, Tampering, signed

HOUR = 3_600_000_000
Plant = Callable[[Any], int | None]
SEALED = "whoever has the persons' keys finds that neither opens; `ledgerctl log verify --sealed` names both"


def row(what: str, kind: str, plant: Plant, where: str = ENTRY, why: str = "") -> Tampering:
    """A tampering after which everything is recomputed and signed."""
    return Tampering(LATE, what, POLICY, kind, where if kind else "", signed(plant), why)


def another_round() -> Iterator[Tampering]:
    """All of them."""
    yield row("a deposit moved to the day before, as if its caller had named that", "time", _effective(-24 * HOUR))
    yield row("a deposit moved an hour ahead, as if its caller had named that", "time", _effective(HOUR))
    yield row("a command accepted an hour after it was recorded", "time", _accepted_later)
    yield row("a transfer accepted when it had gone back already", "transfer", _expired)
    yield row("the sealed parts of two purchases exchanged", "", _sealed_swapped, "", SEALED)
    yield row("a deposit into an account that nobody opened", "state", _into(b"n" * 16))
    yield row("a deposit into an account that was closed before", "state", _into_closed)
    yield row("an opening left out, everything renumbered", "balance", _opening_out, NEXT)
    yield row("a grant left out, everything renumbered", "transaction", _without("share_granted"))
    yield row("a loss report left out, everything renumbered", "transaction", _without("loss_reported"))
    yield row("a refusal left out, everything renumbered", "", _without("command_refused"), "", CALLER_KNOWS)
    yield row("the kind of person in an opening", "settlement", _kind, NEXT)
    yield row("the yearly limit of a grant raised", "", _limit, "", CALLER_KNOWS)
    yield row("two legs of a transaction exchanged", "money", _legs)
    yield row("a decision about a proposal that nobody made", "approval", _undecided)
    yield row("the service date of a claim moved to another year", "settlement", _claim_year, NEXT)
    yield row("a void that names another command of its caller", "request", _void)


def _effective(by: int) -> Plant:
    def plant(attack: Any) -> int | None:
        position = attack.base.plain(late=True)
        attack.number(position, "effective_time", attack.header(position).service_time + by)
        attack.message(position, lambda message: put("effective_time_given", True)(message.references))
        return int(position)

    return plant


def _accepted_later(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    for name in ("effective_time", "service_time"):
        attack.number(position, name, attack.header(position).record_time + HOUR)
    return int(position)


def _expired(attack: Any) -> int | None:
    position = attack.base.find("transfer_accepted", late=True)
    sent = Entry.FromString(attack.entries[position - 1]).transfer_accepted.initiated_position
    attack.event(sent, put("return_time", attack.header(position).effective_time))
    return int(position)


def _sealed_swapped(attack: Any) -> int | None:
    found = [
        position
        for position in range(attack.base.seen + 1, attack.base.size + 1)
        if attack.header(position).type == EVENT_TYPES["purchase_settled"]
        and Entry.FromString(attack.entries[position - 1]).HasField("sealed")
    ]
    one, other = found[:2]
    parts = [Entry.FromString(attack.entries[at - 1]).sealed for at in (one, other)]
    attack.message(one, lambda message: message.sealed.CopyFrom(parts[1]))
    attack.message(other, lambda message: message.sealed.CopyFrom(parts[0]))
    return None


def _inserted(attack: Any, behind: int, stream: bytes) -> int:
    """A deposit that nobody made, put in behind an entry."""
    deposit = bytearray(attack.entries[attack.base.plain(late=True) - 1])
    at, length = PLACES["stream"]
    deposit[at : at + length] = stream
    attack.insert(behind + 1, bytes(deposit))
    attack.change(behind + 1, "request_id")
    time = attack.header(behind).record_time + 1
    for name in ("effective_time", "service_time", "record_time"):
        attack.number(behind + 1, name, time)
    return behind + 1


def _into(stream: bytes) -> Plant:
    return lambda attack: _inserted(attack, attack.base.plain(late=True), stream)


def _into_closed(attack: Any) -> int | None:
    closed = attack.header(attack.base.find("account_closed", late=True))
    return _inserted(attack, closed.first_position + closed.legs - 1, closed.stream)


def _opening_out(attack: Any) -> int | None:
    position = attack.base.find("opening_imported", late=True)
    stream = attack.header(position).stream
    attack.remove(position)
    headers = [attack.header(at) for at in range(1, len(attack.entries) + 1)]
    return next(each.position for each in headers if each.stream == stream and each.balance_change < 0)


def _without(type_: str) -> Plant:
    def plant(attack: Any) -> int | None:
        position = attack.base.find(type_, late=True, nth=0)
        attack.remove(position)
        return int(position)

    return plant


def _kind(attack: Any) -> int | None:
    position = attack.base.find("opening_imported", late=True)
    attack.event(position, put("opening.person_type", t.PERSON_TYPE_RETIRED))
    return int(attack.base.find("purchase_settled", late=True, where=computed))


def _limit(attack: Any) -> int | None:
    position = attack.base.find("share_granted", late=True, where=lambda _, e: e.share_granted.grant.year_limit > 0)
    attack.event(position, put("grant.year_limit", 10**9))
    return None


def _legs(attack: Any) -> int | None:
    position = attack.base.find("share_paid", late=True, where=lambda header, _: header.leg == 2)
    one, other = attack.entries[position - 2], attack.entries[position - 1]
    first, second = attack.header(position - 1), attack.header(position)
    attack.entries[position - 2 : position] = [other, one]
    for place, values in ((position - 1, first), (position, second)):
        for name in ("position", "leg"):
            attack.number(place, name, getattr(values, name))
    return int(position - 1)


def _undecided(attack: Any) -> int | None:
    position = attack.base.find("proposal_decided", late=True)
    attack.event(position, put("proposal_position", 1))
    return int(position)


def _claim_year(attack: Any) -> int | None:
    position = attack.base.find("claim_filed", late=True)
    attack.event(position, put("filing.service_date.year", 2020))
    return int(attack.base.find("claim_decided", late=True))


def _void(attack: Any) -> int | None:
    position = attack.base.find("command_voided", late=True, where=lambda _, e: e.command_voided.voided_position > 0)
    attack.event(position, put("command.request_id", attack.header(position - 3).request_id))
    return int(position)
