"""Checkpoints under a key whose time is over, by somebody who kept it; and entries about keys that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger.inspector.layout import EVENT_NAMES, EVENT_TYPES, Header, unpack
from ledger.inspector.trust import Trust
from ledger.proof.note import Signer
from ledger.v1.entry_pb2 import Entry
from tests.attack import entry_of, signer
from tests.tamper_table import LATE, POLICY, THIEF, WHOLE, Tampering

BOTH = "the log's keys, old and new"
ADMIN = ("adjustment_proposed", "ledger_opened")
TYPE = EVENT_TYPES["signing_key_changed"]


class Rotated:
    """A log whose keys were changed at its end: a new one, then the old one retired."""

    def __init__(self, attack: Any) -> None:
        self.attack = attack
        self.old: Signer = attack.base.log
        self.new = signer(attack.base.origin)
        attack.trust = Trust(logs=[*attack.base.log_key().logs, *_trusting(self.new)])

    def change(self, key: Signer, *, retired: bool = False, origin: str = "") -> int:
        """Put an entry about a key at the end; return its position."""
        attack = self.attack
        position = len(attack.entries) + 1
        last = next(entry for entry in reversed(attack.entries) if EVENT_NAMES[_header(entry).type] in ADMIN)
        message = Entry()
        changed = message.signing_key_changed
        changed.origin, changed.public_key, changed.retired = origin or attack.base.origin, key.verifier.public, retired
        attack.entries.append(entry_of(last, message))
        before = attack.header(position - 1)
        version = sum(_header(entry).stream == _header(last).stream for entry in attack.entries)
        time = before.record_time + 1
        for name, value in (
            ("position", position), ("first_position", position), ("leg", 1), ("legs", 1), ("version", version),
            ("type", TYPE), ("effective_time", time), ("service_time", time), ("record_time", time),
        ):  # fmt: skip
            attack.number(position, name, value)
        attack.change(position, "request_id", position.to_bytes(16, "big"))
        return position

    def finish(self, *signers: Signer) -> int:
        """Recompute everything, and sign what there is now."""
        self.attack.recompute()
        self.attack.pack()
        self.attack.sign(*signers)
        return len(self.attack.entries)


def _header(entry: bytes) -> Header:
    return Header(*unpack(entry))


def _trusting(key: Signer) -> list[Any]:
    return Trust.parse(f"log {key.verifier.encode()}\nquorum none\n".encode()).logs


def in_order(attack: Any) -> None:
    """A change of keys as it should be: nothing is to be found."""
    log = Rotated(attack)
    log.change(log.old)
    log.change(log.new)
    log.change(log.old, retired=True)
    log.finish(log.new)


def signing() -> Iterator[Tampering]:
    """All of them."""

    def row(what: str, plant: Callable[[Rotated], int]) -> Tampering:
        return Tampering(THIEF, what, BOTH, "checkpoint", WHOLE, lambda attack: plant(Rotated(attack)))

    yield row("the log with its change of keys, and more behind it, signed by the retired key", _retired)
    yield row("another log without the change of keys, signed by the retired key", _without_change)
    yield row("the retirement left out, and a stranger's key taken into use", _stranger)
    for what, plant in (
        ("a key that is taken into use twice", _twice), ("a key of another origin", _elsewhere),
        ("the last key retired", _last), ("a retired key taken into use again", _again),
    ):  # fmt: skip
        yield Tampering(LATE, what, POLICY, "signing_key", "the entry", _entry(plant))


def _entry(plant: Callable[[Rotated], int]) -> Callable[[Any], int]:
    def planted(attack: Any) -> int:
        log = Rotated(attack)
        position = plant(log)
        log.finish(log.old)
        return position

    return planted


def _retired(log: Rotated) -> int:
    log.change(log.old)
    log.change(log.new)
    log.change(log.old, retired=True)
    return log.finish(log.old)


def _without_change(log: Rotated) -> int:
    return log.finish(log.old)


def _stranger(log: Rotated) -> int:
    log.change(log.old)
    log.change(signer(log.attack.base.origin))
    return log.finish(log.old)


def _twice(log: Rotated) -> int:
    log.change(log.old)
    return log.change(log.old)


def _elsewhere(log: Rotated) -> int:
    log.change(log.old)
    return log.change(signer("somewhere"), origin="somewhere.example/else")


def _last(log: Rotated) -> int:
    log.change(log.old)
    return log.change(log.old, retired=True)


def _again(log: Rotated) -> int:
    log.change(log.old)
    log.change(log.new)
    log.change(log.old, retired=True)
    return log.change(log.old)
