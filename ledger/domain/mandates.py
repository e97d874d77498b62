"""Mandates (代办、监护): who may act for a person, with which rights, from when until when.

An identity that is one person's may act for that person, and for others as their mandates say. A mandate counts by the
clock of the service, whatever effective time a command states, and a recorded revocation counts at once.

Nobody gives away what he looks after for somebody else, unless the mandate names in whose favour: neither a guardian
what is his ward's (民法典 art. 35), nor an agent to himself (art. 168).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from ledger.domain import command as kinds
from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import registered_person
from ledger.domain.values import Mandate
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

MANDATES_PER_PERSON = 16
_GUARDIAN = types_pb2.MANDATE_KIND_GUARDIAN
_GIVING: Final[dict[int, Callable[[Any], str]]] = {
    kinds.GRANT_SHARE: lambda content: content.beneficiary,
    kinds.TRANSFER_SHARE: lambda content: _owner(content.receiver),
    kinds.INITIATE_TRANSFER: lambda content: _owner(content.receiver),
}
"""In whose favour, by full name, a command gives away what is its subject's."""
_NAMED_BY_CONTENT = frozenset((kinds.ACCEPT_TRANSFER, kinds.RETURN_TRANSFER))


def grant_mandate(command: Command, view: View) -> list[Leg]:
    """Let somebody act for the subject. Whoever acts for one person only, cannot make himself a guardian."""
    content = cast("commands_pb2.Mandate", command.content)
    person = registered_person(command, view)
    ledger, agent = names.parse_person(content.agent)
    if ledger == view.ledger and not view.person(agent).registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    if content.agent == names.person_name(view.ledger, person.id):
        raise Refusal(reasons.REFUSAL_REASON_MANDATE_WITH_SELF)
    if content.kind == _GUARDIAN and command.behalf:
        raise Refusal(reasons.REFUSAL_REASON_GUARDIANSHIP_BY_AGENCY)
    now = command.effective_time
    end = _end(content)
    if 0 < end <= now:
        raise Refusal(reasons.REFUSAL_REASON_MANDATE_PERIOD_EMPTY)
    standing = [each for each in person.mandates.values() if not each.ended(command.service_time)]
    if any((each.agent, each.kind) == (content.agent, content.kind) for each in standing):
        raise Refusal(reasons.REFUSAL_REASON_MANDATE_ALREADY_GRANTED)
    if len(standing) >= MANDATES_PER_PERSON:
        raise Refusal(reasons.REFUSAL_REASON_MANDATE_LIMIT_EXCEEDED, {"limit": str(MANDATES_PER_PERSON)})
    event = events_pb2.MandateGranted(mandate=content)
    return [Leg(command.stream, types.MANDATE_GRANTED, event, confidential=command.confidential)]


def revoke_mandate(command: Command, view: View) -> list[Leg]:
    """Take a mandate back, also one that has run out. A ward cannot take it from the guardian."""
    content = cast("commands_pb2.MandateRevocation", command.content)
    person = registered_person(command, view)
    ledger, position = names.parse_entry(content.mandate)
    mandate = person.mandates.get(position) if ledger == view.ledger else None
    if mandate is None:
        raise Refusal(reasons.REFUSAL_REASON_MANDATE_NOT_IN_FORCE)
    if mandate.kind == _GUARDIAN and command.behalf:
        raise Refusal(reasons.REFUSAL_REASON_GUARDIANSHIP_BY_AGENCY)
    event = events_pb2.MandateRevoked(revocation=content, granted_position=position)
    return [Leg(command.stream, types.MANDATE_REVOKED, event, confidential=command.confidential)]


def may_act(person: Person, name: str, behalf: str, rights: int, time: int, favoured: str = "") -> int:
    """Return why the person `behalf` may not do for a person, by full name, what needs rights (a mask); 0 = may.

    `time` is the service time in µs; `favoured`, by full name, is to whom something is given away. To whom nobody gave
    a mandate, the person does not exist.
    """
    if behalf == name:
        return 0
    held = [each for each in person.mandates.values() if each.agent == behalf and _holds(each, time)]
    if not held:
        return reasons.REFUSAL_REASON_PERSON_NOT_FOUND
    wide = [each for each in held if not rights & ~each.rights]
    if not wide:
        return reasons.REFUSAL_REASON_MANDATE_INSUFFICIENT
    if favoured and not any(favoured in each.beneficiaries for each in wide):
        return reasons.REFUSAL_REASON_MANDATE_NOT_IN_FAVOUR
    return 0


def check_may_act(command: Command, view: View) -> None:
    """Refuse a command of one person's identity about somebody who gave no mandate for it.

    Who takes or declines a transfer stands in its content. Where that is a person of another ledger, only that ledger
    knows the mandate, and it was looked at before: nothing decides in two ledgers at once.
    """
    stream = command.stream
    if command.kind in _NAMED_BY_CONTENT:
        receiver = cast("commands_pb2.TransferAcceptance | commands_pb2.TransferReturn", command.content).receiver
        if not receiver:  # who sends back what expired is nobody's agent
            raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        ledger, stream = names.parse_account(receiver)
        if ledger != view.ledger:
            return
    person = view.person(stream)
    name = names.person_name(view.ledger, stream)
    giving = _GIVING.get(command.kind)
    favoured = giving(command.content) if giving else ""
    reason = may_act(person, name, command.behalf, command.rights, command.service_time, favoured)
    if reason:
        raise Refusal(cast("reasons.RefusalReason", reason))


def granted(mandates: Mapping[int, Mandate], recorded: Recorded) -> dict[int, Mandate]:
    """Return the mandates with a new one; those that had run out when it was recorded are forgotten."""
    asked = recorded.event.mandate
    rights = 0
    for right in asked.rights:
        rights |= 1 << right
    kept = {at: each for at, each in mandates.items() if not each.ended(recorded.record_time)}
    given = Mandate(asked.agent, asked.kind, rights, recorded.effective_time, _end(asked), tuple(asked.beneficiaries))
    return {**kept, recorded.position: given}


def _owner(account: str) -> str:
    """Return the person, by full name, to whom an account belongs."""
    return names.person_name(*names.parse_account(account))


def _holds(mandate: Mandate, time: int) -> bool:
    return mandate.start <= time and not mandate.ended(time)


def _end(content: commands_pb2.Mandate) -> int:
    return content.expire_time.seconds * 1_000_000 + content.expire_time.nanos // 1_000
