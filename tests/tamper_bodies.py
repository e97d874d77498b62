"""Tamperings with what follows the header: references, sealed parts, and events of every family."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from ledger.inspector.layout import HEADER_BYTES
from ledger.v1 import types_pb2 as t
from tests.tamper_events import EVENTS, Change, add, computed, flip, put
from tests.tamper_table import (
    CALLER_KNOWS,
    EARLY,
    ENTRY,
    FILE,
    KEPT,
    KEY,
    LATE,
    POLICY,
    SEEN,
    WHOLE,
    Tampering,
    signed,
)


def bodies() -> Iterator[Tampering]:
    """All of them."""
    for what, type_, change, moves, kind, where in EVENTS:
        yield Tampering(LATE, what, POLICY, kind, ENTRY, _event(type_, change, moves, where, late=True))
        yield Tampering(EARLY, what, POLICY, "root", SEEN, _event(type_, change, moves, where, late=False))
        yield Tampering(FILE, what, KEY, "leaf", ENTRY, _in_file(type_, change, moves, where))
    yield from _references()
    yield from _parts()
    yield from _chosen()


def _event(type_: str, change: Change, moves: int, where: Any, *, late: bool) -> Callable[[Any], int | None]:
    def plant(attack: Any) -> int | None:
        position = attack.base.find(type_, late=late, where=where)
        attack.event(position, change, moves)
        return position if late else attack.base.seen

    return signed(plant)


def _in_file(type_: str, change: Change, moves: int, where: Any) -> Callable[[Any], int | None]:
    def plant(attack: Any) -> int | None:
        position = attack.base.find(type_, late=False, where=where)
        attack.event(position, change, moves)
        attack.pack(tiles=False)
        return position

    return plant


def _referring(type_: str, change: Change, where: Any = None) -> Callable[[Any], int | None]:
    def plant(attack: Any) -> int | None:
        position = attack.base.find(type_, late=True, where=where)
        attack.message(position, lambda message: change(message.references))
        return position

    return signed(plant)


def _references() -> Iterator[Tampering]:
    def row(what: str, kind: str, plant: Callable[[Any], int | None], where: str = ENTRY, why: str = "") -> Tampering:
        return Tampering(LATE, what, POLICY, kind, where, plant, why)

    bought = "purchase_settled"
    yield row("`reverses` of a reversal", "reversal", _referring("deposit_reversed", add("reverses", -1)))
    yield row("`reverses` of a deposit", "reversal", _referring("deposit_posted", put("reverses", 1)))
    yield row(
        "`reverses` of what is not there yet", "reference", _referring("deposit_reversed", put("reverses", 9_999))
    )
    yield row("`policy_position` of a settlement", "policy", _referring(bought, add("policy_position", -1), computed))
    yield row("`policy_hash` of a settlement", "policy", _referring(bought, flip("policy_hash"), computed))
    yield row("a policy named by half", "reference", _referring(bought, put("policy_hash", b""), computed))
    given = lambda _, entry: entry.references.expected_version  # noqa: E731 - a condition in a table
    yield row("the expected version", "reference", _referring("deposit_posted", add("expected_version"), given))
    timed = lambda _, entry: entry.references.effective_time_given  # noqa: E731 - as above
    unnamed = put("effective_time_given", False)
    yield row("a time that nobody is said to have named", "time", _referring("transfer_initiated", unnamed, timed))
    yield row(
        "the version of a stream that decided",
        "reference",
        _referring(bought, lambda references: add("version")(references.decided_by[0]), computed),
    )
    yield row(
        "a stream that decided, left out",
        "settlement",
        _referring(bought, lambda references: references.decided_by.pop(), computed),
    )
    why = "nothing in the ledger depends on it"
    yield row("a trace id put in", "", _referring("deposit_posted", put("trace_id", b"t" * 16)), "", why)
    yield row("a causation put in", "", _referring("deposit_posted", put("causation", b"t" * 16)), "", why)


def _parts() -> Iterator[Tampering]:
    """Bytes that are no entry any more, or one of a newer program."""

    def row(what: str, kind: str, change: Callable[[bytes], bytes]) -> Tampering:
        def plant(attack: Any) -> int | None:
            position = attack.base.find("deposit_posted", late=True)
            attack.entries[position - 1] = change(attack.entries[position - 1])
            return position

        return Tampering(LATE, what, POLICY, kind, ENTRY, signed(plant))

    def event_again(entry: bytes) -> bytes:
        return entry + entry[HEADER_BYTES:]

    def longer_length(entry: bytes) -> bytes:
        # Tag of two bytes, then the length: the same number, written with a byte more.
        at = HEADER_BYTES + 2
        return entry[:at] + bytes((entry[at] | 0x80, 0)) + entry[at + 1 :]

    yield row("an unknown field in an event", "parts", lambda e: _with_field(e, b"\xf8\x3f\x01"))
    yield row("the event twice", "parts", event_again)
    yield row("a byte behind the event", "parts", lambda e: e + b"\0")
    yield row("an entry that ends inside its event", "parts", lambda e: e[:-1])
    yield row("an unknown part before the event", "parts", lambda e: e[:HEADER_BYTES] + b"\x22\x00" + e[HEADER_BYTES:])
    yield row(
        "a number that is not in its shortest form", "parts", lambda e: _with_field(e, b"\x0a\x80\x00", zero=True)
    )
    yield row("another event under the same type", "parts", lambda e: e[:HEADER_BYTES] + b"\xc2\x04\x00")
    yield row("an entry without an event", "layout", lambda e: e[:HEADER_BYTES])

    def sealed(what: str, kind: str, change: Change, why: str = "") -> Tampering:
        def plant(attack: Any) -> int | None:
            position = attack.base.find("purchase_settled", late=True, where=lambda _, e: e.HasField("sealed"))
            attack.message(position, change)
            return position

        return Tampering(LATE, what, POLICY, kind, ENTRY if kind else "", signed(plant), why)

    holder = "whoever has the person's key finds that it does not open (AES-GCM); an auditor has no such key"
    yield sealed("a bit of a sealed part", "", flip("sealed.ciphertext"), holder)
    yield sealed("a sealed part left out", "key", lambda m: m.ClearField("sealed"))
    yield sealed("the nonce of a sealed part cut", "parts", lambda m: put("nonce", m.sealed.nonce[:-1])(m.sealed))
    yield sealed("a key id that is none", "parts", lambda m: put("key_id", b"")(m.sealed))
    yield sealed("a sealed part without a tag", "parts", lambda m: put("ciphertext", b"x")(m.sealed))


def _with_field(entry: bytes, data: bytes, *, zero: bool = False) -> bytes:
    """An event of less than 128 bytes with something behind its fields."""
    at = HEADER_BYTES
    while entry[at] in {0x12, 0x1A}:
        at += 2 + entry[at + 1]
    begin = at + 3
    event = entry[begin:] + (b"" if zero else data)
    if zero:
        event = event[:-1] + bytes((event[-1] | 0x80, 0))
    return entry[: at + 2] + bytes((len(event),)) + event


def _chosen() -> Iterator[Tampering]:
    """Whole stories of somebody with all rights."""

    def row(what: str, kind: str, plant: Callable[[Any], int | None], where: str = ENTRY, why: str = "") -> Tampering:
        return Tampering(LATE, what, POLICY, kind, where, signed(plant), why)

    yield row("a deposit with more money, balances recomputed", "", _more_money, "", CALLER_KNOWS)
    yield row("a deposit from another source", "", _other_source, "", CALLER_KNOWS)
    yield row("both times of an entry moved", "", _both_times, "", "the service's clock is the only one there is")
    yield row("a record time before the one before", "time", _earlier)
    yield row("a deposit left out, everything renumbered", "", _left_out, "", CALLER_KNOWS)
    yield row("a deposit invented, everything renumbered", "", _invented, "", "only its caller could deny it")
    yield row("a deposit executed twice under its request id", "request", _again, ENTRY)
    yield row("a leg of a transaction left out", "transaction", _leg_out, ENTRY)
    yield row("two entries swapped, times and all", "", _swapped, "", "nothing but the service says which came first")
    yield row("the last four entries cut off", "", _cut, "", "the log's key is the only one that knew of them")
    yield row("a settlement in the stream of refusals", "stream", _misplaced)
    yield row("somebody who approves his own proposal", "approval", _alone)
    yield row("an approved adjustment posted twice", "approval", _adjusted_twice)
    yield row("a refusal for another reason", "", _other_reason, "", "refusals are not decided again")
    yield row("a purchase paid from an account that then goes below zero", "balance", _below_zero)
    kept = "the last four entries cut off, and the auditor kept the last checkpoint"
    yield Tampering(LATE, kept, KEPT, "checkpoint", "the new end", _cut_kept)
    edited = "a deposit with more money, and the auditor kept the last checkpoint"
    yield Tampering(LATE, edited, KEPT, "root", WHOLE, _edited_kept)
    for what, kind, plant in (
        ("a policy's document", "policy", _document),
        ("a policy's document and its hash everywhere", "settlement", _document_everywhere),
        ("the first day of a published policy", "policy", _first_day),
        ("the hash of a published policy", "policy", _published_hash),
        ("the name of the ledger's checkpoints", "birth", _origin),
    ):
        yield Tampering(
            EARLY, f"{what}, and the witness's checkpoint thrown away", KEY, kind, "the first entry it spoils",
            _forgotten(plant),
        )  # fmt: skip


def _more_money(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.event(position, add("deposit.amount", 100), 100)
    return position


def _other_source(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.event(position, put("deposit.source", t.DEPOSIT_SOURCE_SUBSIDY))
    return position


def _both_times(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    for name in ("effective_time", "service_time"):
        attack.number(position, name, attack.header(position).service_time - 1_000_000)
    return position


def _earlier(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.number(position, "record_time", attack.header(position - 1).record_time)
    return position


def _left_out(attack: Any) -> int | None:
    attack.remove(attack.base.plain(late=True))
    return None


def _invented(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.insert(position + 1, attack.entries[position - 1])
    attack.change(position + 1, "request_id")
    attack.number(position + 1, "record_time", attack.header(position).record_time + 1)
    return position + 1


def _again(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.insert(position + 1, attack.entries[position - 1])
    attack.number(position + 1, "record_time", attack.header(position).record_time + 1)
    return position + 1


def _adjusted_twice(attack: Any) -> int | None:
    """One approval, and the adjustment under it posted twice in the same transaction."""
    position = attack.base.find("adjustment_posted", late=True)
    header = attack.header(position)
    attack.insert(position + 1, attack.entries[position - 1])
    for leg in range(header.legs + 1):
        for name, value in (("first_position", header.first_position), ("leg", leg + 1), ("legs", header.legs + 1)):
            attack.number(header.first_position + leg, name, value)
    return position + 1


def _leg_out(attack: Any) -> int | None:
    position = attack.base.find("share_paid", late=True, where=lambda header, _: header.leg == header.legs)
    attack.remove(position)
    return position


def _swapped(attack: Any) -> int | None:
    """Two deposits of one account change places: each takes the other's place, times and number."""
    position = attack.base.plain(late=True)
    one, other = attack.entries[position - 1], attack.entries[position]
    first, second = attack.header(position), attack.header(position + 1)
    attack.entries[position - 1 : position + 1] = [other, one]
    for place, values in ((position, first), (position + 1, second)):
        for name in ("position", "first_position", "version", "record_time"):
            attack.number(place, name, getattr(values, name))
    return position


def _cut(attack: Any) -> int | None:
    del attack.entries[-4:]
    return len(attack.entries)


def _cut_kept(attack: Any) -> int | None:
    attack.kept = [attack.files["checkpoint"].decode()]
    attack.trust = attack.base.log_key()
    return signed(_cut)(attack)


def _edited_kept(attack: Any) -> int | None:
    attack.kept = [attack.files["checkpoint"].decode()]
    attack.trust = attack.base.log_key()
    signed(_more_money)(attack)
    return attack.base.size


def _misplaced(attack: Any) -> int | None:
    refusal = attack.base.find("command_refused", late=True)
    position = attack.base.plain(late=True)
    stream = attack.header(refusal).stream
    attack.change(position, "stream", stream)
    return position


def _alone(attack: Any) -> int | None:
    proposed = attack.base.find("adjustment_proposed", late=True)
    position = attack.base.find("adjustment_posted", late=True)
    actor = attack.header(proposed).actor
    for place in range(attack.header(position).first_position, position + 1):
        attack.change(place, "actor", actor)
    return attack.header(position).first_position


def _other_reason(attack: Any) -> int | None:
    position = attack.base.find("command_refused", late=True)
    attack.event(position, add("reason"))
    return position


def _below_zero(attack: Any) -> int | None:
    position = attack.base.plain(late=True)
    attack.number(position, "balance_change", -(10**12))
    return position


def _forgotten(change: Callable[[Any], int | None]) -> Callable[[Any], int | None]:
    def plant(attack: Any) -> int | None:
        position = signed(change)(attack)
        attack.files = {name: data for name, data in attack.files.items() if not name.startswith("checkpoints/")}
        attack.trust = attack.base.log_key()
        return position

    return plant


def _document(attack: Any) -> int | None:
    position = attack.base.find("policy_proposed", late=False)
    attack.event(position, lambda event: _other_ratio(event.draft))
    return position


def _other_ratio(draft: Any) -> None:
    document = json.loads(draft.content)
    document["rules"][0]["bands"][0]["ratio_bp"] += 1_000
    draft.content = json.dumps(document).encode()


def _document_everywhere(attack: Any) -> int | None:
    position = attack.base.find("policy_proposed", late=False)
    attack.event(position, lambda event: _other_ratio(event.draft))
    new = []

    def rehash(event: Any) -> None:
        old = event.draft.content_sha256
        event.draft.content_sha256 = hashlib.sha256(event.draft.content).digest()
        new.extend((old, event.draft.content_sha256))

    attack.event(position, rehash)
    old, fresh = new
    for place, entry in enumerate(attack.entries):
        attack.entries[place] = entry.replace(old, fresh)
    return attack.base.find("purchase_settled", late=False, where=computed)


def _first_day(attack: Any) -> int | None:
    position = attack.base.find("policy_published", late=False)
    attack.event(position, add("effective_from.year"))
    return position


def _published_hash(attack: Any) -> int | None:
    position = attack.base.find("policy_published", late=False)
    attack.event(position, flip("content_sha256"))
    return position


def _origin(attack: Any) -> int | None:
    attack.event(1, put("origin", "somewhere.example/else"))
    return 1
