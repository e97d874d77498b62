"""Risk flags: what the risk team suspects of a person or an institution, raised and cleared as events.

A flag blocks nothing (feature 42 of the domain): whoever wants a person or account stopped imposes a sanction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from ledger.domain import entry_types as types
from ledger.domain.flags import flag_of
from ledger.domain.institutions import Institution
from ledger.domain.names import is_named, parse_entry
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import check_version
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

OPEN_MAX: Final = 100
"""Flags of one person or institution that may be open at once: a rule that runs wild must not fill a stream."""


def raise_risk_flag(command: Command, view: View) -> list[Leg]:
    """Raise a flag. The same finding, by kind, rule and entries, is raised once while it is open."""
    content = cast("commands_pb2.RiskFlag", command.content)
    subject = _subject(command, view)
    if any(position >= view.next_position for position in content.positions):
        raise Refusal(reasons.REFUSAL_REASON_ENTRY_NOT_FOUND)
    check_version(command, subject)
    found = flag_of(content, command.effective_time)
    standing = subject.flags.open
    if any(found.same_finding(each) for each in standing.values()):
        raise Refusal(reasons.REFUSAL_REASON_RISK_FLAG_ALREADY_RAISED)
    if len(standing) >= OPEN_MAX:
        raise Refusal(reasons.REFUSAL_REASON_RISK_FLAG_LIMIT_EXCEEDED, {"limit": str(OPEN_MAX)})
    event = events_pb2.RiskFlagRaised(flag=content)
    return [Leg(command.stream, types.RISK_FLAG_RAISED, event, confidential=command.confidential)]


def clear_risk_flag(command: Command, view: View) -> list[Leg]:
    """Clear a flag, once; it must have been raised for the same person or institution."""
    content = cast("commands_pb2.RiskFlagClearance", command.content)
    subject = _subject(command, view)
    ledger, position = parse_entry(content.flag)
    flags = subject.flags
    if ledger != view.ledger or (position not in flags.open and position not in flags.cleared):
        raise Refusal(reasons.REFUSAL_REASON_RISK_FLAG_NOT_FOUND)
    check_version(command, subject)
    if position in flags.cleared:
        raise Refusal(reasons.REFUSAL_REASON_RISK_FLAG_ALREADY_CLEARED)
    event = events_pb2.RiskFlagCleared(clearance=content, flag_position=position)
    return [Leg(command.stream, types.RISK_FLAG_CLEARED, event, confidential=command.confidential)]


def _subject(command: Command, view: View) -> Person | Institution:
    if is_named(command.stream):
        state = view.state(command.stream)
        if not isinstance(state, Institution) or not state.version:
            raise Refusal(reasons.REFUSAL_REASON_INSTITUTION_NOT_FOUND)
        return state
    person = view.person(command.stream)
    if not person.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    return person
