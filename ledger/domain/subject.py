"""The person or account that a command is about: that it exists, is at the expected version, and is
in a state to act.

Each function returns what the next rule needs, or refuses. Their order in a command is that of
`PRECEDENCE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import loss_at, state_at
from ledger.domain.values import ACTIVE, CLOSED, FROZEN, NONE
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.register import Register
    from ledger.domain.view import View

# A purchase that does not say what was shown may have been made with the card.
_CARDS = frozenset((types_pb2.CREDENTIAL_TYPE_UNSPECIFIED, types_pb2.CREDENTIAL_TYPE_SOCIAL_CARD))


def account_of(command: Command, view: View) -> Person:
    """Return the subject, which has or had an account and is at the version that the caller
    expects.
    """
    person = existing_account(command.stream, view)
    if command.expected_version:
        check_version(command, person)
    return person


def registered_person(command: Command, view: View) -> Person:
    """Return the subject, which is registered and at the version that the caller expects."""
    person = view.person(command.stream)
    if not person.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    check_version(command, person)
    return person


def existing_account(stream: bytes, view: View) -> Person:
    """Return the person of the stream, who has or had an account."""
    person = view.person(stream)
    if person.state == NONE:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
    return person


def check_version(command: Command, person: Person | Register) -> None:
    """Refuse when the caller expects another version of the stream than the recorded one."""
    if command.expected_version and command.expected_version != person.version:
        raise Refusal(reasons.REFUSAL_REASON_VERSION_MISMATCH, {"version": str(person.version)})


def check_not_closed(person: Person) -> None:
    """Refuse when the account is closed."""
    if person.state == CLOSED:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_CLOSED)


def check_may_pay(person: Person, time: int) -> None:
    """Refuse unless the account is active: a debit needs a holder who activated it and did not lose
    the card. What froze it may have run out by the effective time (µs).
    """
    if person.state == ACTIVE:
        return
    check_not_closed(person)
    state = state_at(person, time)
    if state == ACTIVE:
        return
    if state == FROZEN:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_FROZEN)
    raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_NOT_ACTIVATED)


def check_card(credential: int, person: Person, time: int) -> None:
    """Refuse a card that was reported lost where the region lets other credentials work on (µs)."""
    if credential in _CARDS and person.loss and loss_at(person, time):
        raise Refusal(reasons.REFUSAL_REASON_CARD_REPORTED_LOST)
