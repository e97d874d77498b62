"""Sanctions: imposed by whoever may, ended by effective time or by a lift."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.names import parse_entry
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import sanctioned
from ledger.domain.subject import check_not_closed, check_version
from ledger.domain.values import NONE, Term
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_FREEZING = types_pb2.SANCTION_KIND_ACCOUNT_FROZEN
_CAUSE = types_pb2.FREEZE_CAUSE_SANCTION


def impose_sanction(command: Command, view: View) -> list[Leg]:
    """Impose a sanction from the effective time of the command on. Several of a kind may run side by side."""
    content = cast("commands_pb2.Sanction", command.content)
    person = view.person(command.stream)
    freezes = content.kind == _FREEZING
    if freezes and person.state == NONE:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
    if not person.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    check_version(command, person)
    if freezes:
        check_not_closed(person)
    end = _end(content)
    if end and end <= command.effective_time:
        raise Refusal(reasons.REFUSAL_REASON_SANCTION_PERIOD_EMPTY)
    event = events_pb2.SanctionImposed(sanction=content)
    legs = [Leg(command.stream, types.SANCTION_IMPOSED, event, confidential=command.confidential)]
    if freezes and _CAUSE not in person.freeze_causes:
        legs.append(Leg(command.stream, types.ACCOUNT_FROZEN, events_pb2.AccountFrozen(cause=_CAUSE)))
    return legs


def lift_sanction(command: Command, view: View) -> list[Leg]:
    """End a sanction. The account stays frozen while another sanction freezes it."""
    content = cast("commands_pb2.SanctionLift", command.content)
    person = view.person(command.stream)
    if not person.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    ledger, position = parse_entry(content.sanction)
    term = person.sanctions.get(position) if ledger == view.ledger else None
    if term is None:
        raise Refusal(reasons.REFUSAL_REASON_SANCTION_NOT_FOUND)
    check_version(command, person)
    if term.lifted or term.ended(command.effective_time):
        raise Refusal(reasons.REFUSAL_REASON_SANCTION_NOT_IN_FORCE)
    event = events_pb2.SanctionLifted(lift=content, sanction_position=position, kind=term.kind)
    legs = [Leg(command.stream, types.SANCTION_LIFTED, event, confidential=command.confidential)]
    others = (each for at, each in person.sanctions.items() if at != position and each.kind == _FREEZING)
    frozen = term.kind == _FREEZING and _CAUSE in person.freeze_causes
    # One that ran out by itself still froze what is recorded late for its time.
    if frozen and all(each.lifted for each in others):
        legs.append(Leg(command.stream, types.ACCOUNT_UNFROZEN, events_pb2.AccountUnfrozen(cause=_CAUSE)))
    return legs


def check_may_settle(person: Person, time: int) -> None:
    """Refuse when online settlement is suspended at an effective time (µs)."""
    if sanctioned(person, types_pb2.SANCTION_KIND_SETTLEMENT_SUSPENDED, time):
        raise Refusal(reasons.REFUSAL_REASON_ONLINE_SETTLEMENT_SUSPENDED)


def may_share(person: Person, time: int) -> bool:
    """Tell whether a person may pay for others and let others pay at an effective time (µs)."""
    return not sanctioned(person, types_pb2.SANCTION_KIND_SHARING_SUSPENDED, time)


def check_may_share(time: int, *persons: Person | None) -> None:
    """Refuse when sharing is suspended for one of the persons of this ledger at an effective time (µs)."""
    if not all(may_share(person, time) for person in persons if person is not None):
        raise Refusal(reasons.REFUSAL_REASON_SHARING_SUSPENDED)


def imposed(after: Person, recorded: Recorded) -> None:
    """Write a sanction into a person."""
    asked = recorded.event.sanction
    term = Term(asked.kind, asked.cause, recorded.effective_time, _end(asked))
    after.sanctions = {**after.sanctions, recorded.position: term}


def lifted(after: Person, recorded: Recorded) -> None:
    """Write the lift of a sanction into a person. It is remembered, so that nobody lifts it twice."""
    position = recorded.event.sanction_position
    after.sanctions = {**after.sanctions, position: after.sanctions[position]._replace(lifted=True)}


def _end(content: commands_pb2.Sanction) -> int:
    return content.expire_time.seconds * 1_000_000 + content.expire_time.nanos // 1_000
