"""A new card: asked for after the loss period, ready by a working day, handed out against its voucher."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import calendar
from ledger.domain import entry_types as types
from ledger.domain.losses import lapse_legs
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import loss_at
from ledger.domain.subject import account_of, check_not_closed
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.policy.rules import Losses
    from ledger.v1 import commands_pb2

_EVIDENCE = frozenset((types_pb2.EVIDENCE_KIND_ADMISSION_CERTIFICATE, types_pb2.EVIDENCE_KIND_DEPOSIT_RECEIPT))


def request_reissue(command: Command, view: View) -> list[Leg]:
    """Ask for a new card. A damaged card needs no loss report; a lost one needs a formal report whose period is over.

    Days and calendar are the region's of the day of the request.
    """
    content = cast("commands_pb2.ReissueRequest", command.content)
    person = account_of(command, view)
    check_not_closed(person)
    policies = policies_of(view)
    today = view.civil_date(command.effective_time)
    rules = policies.rules_on(today).losses
    pending = person.card.request_position
    if pending and not (content.expedited and not person.card.expedited):
        raise Refusal(reasons.REFUSAL_REASON_REISSUE_ALREADY_REQUESTED)
    lost = loss_at(person, command.effective_time)
    if lost:
        _check_period(person, lost, rules, command, view)
    if content.expedited and not _EVIDENCE.intersection(content.evidence):
        raise Refusal(reasons.REFUSAL_REASON_EXPEDITE_EVIDENCE_REQUIRED)
    days = rules.expedited_days if content.expedited else rules.reissue_days
    year, month, day = calendar.plus_working_days(today, days, policies)
    event = events_pb2.ReissueRequested(
        request=content,
        due_date=types_pb2.CivilDate(year=year, month=month, day=day),
        loss_position=person.card.loss_position if lost else 0,
    )
    decided_by = ((policies.id, policies.version),) if policies.version else ()
    requested = Leg(
        stream=command.stream,
        type=types.REISSUE_REQUESTED,
        event=event,
        confidential=command.confidential,
        decided_by=decided_by,
    )
    return [requested, *lapse_legs(person, command.effective_time, unfreeze=True)]


def _check_period(person: Person, lost: int, rules: Losses, command: Command, view: View) -> None:
    """Refuse a provisional report, and a request before the loss period is over. It begins with the first report."""
    if lost != types_pb2.LOSS_KIND_FORMAL:
        raise Refusal(reasons.REFUSAL_REASON_FORMAL_LOSS_REQUIRED)
    earliest = calendar.plus_days(view.civil_date(person.card.loss_time), rules.period_days)
    if view.civil_date(command.effective_time) < earliest:
        metadata = {"earliest": calendar.text(earliest)}
        raise Refusal(reasons.REFUSAL_REASON_LOSS_PERIOD_NOT_ELAPSED, metadata)


def issue_card(command: Command, view: View) -> list[Leg]:
    """Hand out the card that was asked for, early or late. Whatever loss was reported ends with it."""
    content = cast("commands_pb2.CardIssue", command.content)
    person = account_of(command, view)
    check_not_closed(person)
    if not person.card.request_position:
        raise Refusal(reasons.REFUSAL_REASON_REISSUE_NOT_REQUESTED)
    if not (command.confidential and command.confidential.auth_ref):
        raise Refusal(reasons.REFUSAL_REASON_CARD_VOUCHER_REQUIRED)
    event = events_pb2.CardIssued(
        issue=content,
        request_position=person.card.request_position,
        # A report that has lapsed did not end with the card.
        loss_position=person.card.loss_position if loss_at(person, command.effective_time) else 0,
    )
    legs = [Leg(command.stream, types.CARD_ISSUED, event, confidential=command.confidential)]
    legs += lapse_legs(person, command.effective_time, unfreeze=False)
    cause = types_pb2.FREEZE_CAUSE_LOSS
    if cause in person.freeze_causes:
        legs.append(Leg(command.stream, types.ACCOUNT_UNFROZEN, events_pb2.AccountUnfrozen(cause=cause)))
    return legs
