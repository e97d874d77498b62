"""Reporting a card as lost, and lifting a provisional report."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import account_of, check_not_closed
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def report_loss(command: Command, view: View) -> list[Leg]:
    """Freeze the account at once. A second report is recorded and freezes nothing twice."""
    person = account_of(command, view)
    check_not_closed(person)
    content = cast("commands_pb2.LossReport", command.content)
    legs = [
        Leg(
            stream=command.stream,
            type=types.LOSS_REPORTED,
            event=events_pb2.LossReported(loss=content),
            confidential=command.confidential,
        )
    ]
    cause = types_pb2.FREEZE_CAUSE_LOSS
    if cause not in person.freeze_causes:
        frozen = events_pb2.AccountFrozen(cause=cause)
        legs.append(Leg(command.stream, types.ACCOUNT_FROZEN, frozen))
    return legs


def lift_loss(command: Command, view: View) -> list[Leg]:
    """Lift a provisional report; a formal one ends only with a new card."""
    person = account_of(command, view)
    check_not_closed(person)
    if person.loss == types_pb2.LOSS_KIND_UNSPECIFIED:
        raise Refusal(reasons.REFUSAL_REASON_LOSS_NOT_REPORTED)
    if person.loss == types_pb2.LOSS_KIND_FORMAL:
        raise Refusal(reasons.REFUSAL_REASON_FORMAL_LOSS_REQUIRES_REISSUE)
    content = cast("commands_pb2.LossLift", command.content)
    return [
        Leg(
            stream=command.stream,
            type=types.LOSS_LIFTED,
            event=events_pb2.LossLifted(lift=content),
            confidential=command.confidential,
        ),
        Leg(
            command.stream,
            types.ACCOUNT_UNFROZEN,
            events_pb2.AccountUnfrozen(cause=types_pb2.FREEZE_CAUSE_LOSS),
        ),
    ]
