"""What keeps a person from paying, settling or sharing at an effective time: a lost card, a sanction.

What is frozen is so from the moment it is recorded. Its end comes by effective time and by itself: a provisional report
lapses and a sanction runs out without an entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.values import ACTIVE, FROZEN, PENDING
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.domain.person import Person
    from ledger.domain.values import Term

_LOSS = types_pb2.FREEZE_CAUSE_LOSS
_FREEZING = types_pb2.SANCTION_KIND_ACCOUNT_FROZEN


def loss_at(person: Person, time: int) -> types_pb2.LossKind:
    """Return the loss report that is in force at an effective time (µs), UNSPECIFIED for none."""
    return types_pb2.LOSS_KIND_UNSPECIFIED if 0 < person.card.lapse_time <= time else person.loss


def state_at(person: Person, time: int) -> types_pb2.AccountState:
    """Return the state of the account at an effective time (µs): frozen unless every cause has run out."""
    if person.state != FROZEN:
        return person.state
    for cause in person.freeze_causes:
        if cause == _LOSS:
            if loss_at(person, time):
                return FROZEN
        elif any(not term.ended(time) for term in person.sanctions.values() if term.kind == _FREEZING):
            return FROZEN
    return ACTIVE if person.activated else PENDING


def in_force(person: Person, time: int) -> Iterator[tuple[int, Term]]:
    """Yield the sanctions that are in force at an effective time (µs), by position."""
    for position, term in person.sanctions.items():
        if term.start <= time and not term.ended(time):
            yield position, term


def sanctioned(person: Person, kind: int, time: int) -> bool:
    """Tell whether a kind of sanction is in force at an effective time (µs)."""
    return bool(person.sanctions) and any(term.kind == kind for _, term in in_force(person, time))
