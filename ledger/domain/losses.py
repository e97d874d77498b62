"""Reporting a card as lost, and lifting a provisional report.

A provisional report lapses after the days of the region, by effective time. The lapse is recorded by the next command
about the card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import loss_at
from ledger.domain.subject import account_of, check_not_closed
from ledger.domain.values import NO_CARD
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_DAY = 86_400_000_000
_CAUSE = types_pb2.FREEZE_CAUSE_LOSS
_PROVISIONAL = types_pb2.LOSS_KIND_PROVISIONAL
_FORMAL = types_pb2.LOSS_KIND_FORMAL


def report_loss(command: Command, view: View) -> list[Leg]:
    """Freeze the account at once, or only the card where the region says so. A second report is recorded and freezes
    nothing twice. Whoever reports for somebody else names both identities.
    """
    person = account_of(command, view)
    check_not_closed(person)
    agent = command.confidential.agent if command.confidential else None
    if agent and bool(agent.principal_id_ref) != bool(agent.agent_id_ref):
        raise Refusal(reasons.REFUSAL_REASON_IDENTITY_MISMATCH)
    content = cast("commands_pb2.LossReport", command.content)
    policies = policies_of(view)
    rules = policies.rules_on(view.civil_date(command.effective_time)).losses
    lapses = content.kind == _PROVISIONAL and rules.provisional_days
    lapse_time = command.effective_time + rules.provisional_days * _DAY if lapses else 0
    legs = [
        Leg(
            stream=command.stream,
            type=types.LOSS_REPORTED,
            event=events_pb2.LossReported(loss=content, lapse_time=lapse_time),
            confidential=command.confidential,
            decided_by=((policies.id, policies.version),) if policies.version else (),
        ),
        *lapse_legs(person, command.effective_time, unfreeze=False),
    ]
    if rules.freezes_account and _CAUSE not in person.freeze_causes:
        legs.append(Leg(command.stream, types.ACCOUNT_FROZEN, events_pb2.AccountFrozen(cause=_CAUSE)))
    return legs


def lift_loss(command: Command, view: View) -> list[Leg]:
    """Lift a provisional report; a formal one ends only with a new card."""
    person = account_of(command, view)
    check_not_closed(person)
    lost = loss_at(person, command.effective_time)
    if not lost:
        raise Refusal(reasons.REFUSAL_REASON_LOSS_NOT_REPORTED)
    if lost == _FORMAL:
        raise Refusal(reasons.REFUSAL_REASON_FORMAL_LOSS_REQUIRES_REISSUE)
    content = cast("commands_pb2.LossLift", command.content)
    lifted = Leg(
        stream=command.stream,
        type=types.LOSS_LIFTED,
        event=events_pb2.LossLifted(lift=content),
        confidential=command.confidential,
    )
    return [lifted, *_unfreeze(person)]


def lapse_legs(person: Person, time: int, *, unfreeze: bool) -> list[Leg]:
    """Return the legs that record a provisional report which has lapsed by an effective time (µs)."""
    card = person.card
    if not person.loss or loss_at(person, time):
        return []
    event = events_pb2.LossLapsed(loss_position=card.loss_position, lapse_time=card.lapse_time)
    return [Leg(person.id, types.LOSS_LAPSED, event), *(_unfreeze(person) if unfreeze else ())]


def _unfreeze(person: Person) -> list[Leg]:
    if _CAUSE not in person.freeze_causes:
        return []
    return [Leg(person.id, types.ACCOUNT_UNFROZEN, events_pb2.AccountUnfrozen(cause=_CAUSE))]


def reported(after: Person, recorded: Recorded) -> None:
    """Write a report into a person. A formal one stays formal and never lapses; one behind a lapse begins anew."""
    event, card = recorded.event, after.card
    if not loss_at(after, recorded.effective_time):
        after.loss = event.loss.kind
        card = card._replace(loss_position=recorded.position, loss_time=recorded.effective_time, lapse_time=0)
        after.card = card._replace(lapse_time=event.lapse_time)
        return
    after.loss = max(after.loss, event.loss.kind)
    later = max(card.lapse_time, event.lapse_time) if card.lapse_time and event.lapse_time else 0
    after.card = card._replace(lapse_time=0 if after.loss == _FORMAL else later)


def ended(after: Person) -> None:
    """Take the loss out of a person; a new card that was asked for stays on its way."""
    after.loss = types_pb2.LOSS_KIND_UNSPECIFIED
    after.card = after.card._replace(loss_position=0, loss_time=0, lapse_time=0)


def issued(after: Person) -> None:
    """Write a new card into a person."""
    after.loss = types_pb2.LOSS_KIND_UNSPECIFIED
    after.card = NO_CARD
