"""Registering persons and opening, activating and importing their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.amounts import BALANCE_LIMIT
from ledger.domain.openings import check_approved
from ledger.domain.recorded import Key, Leg
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import state_at
from ledger.domain.subject import account_of, check_not_closed, check_version
from ledger.domain.unique import claim
from ledger.domain.values import FROZEN, NONE
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def register_person(command: Command, view: View) -> list[Leg]:
    """Make a person known who may be a beneficiary without having an account."""
    person = view.person(command.stream)
    check_version(command, person)
    if person.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_ALREADY_REGISTERED)
    content = cast("commands_pb2.PersonRegistration", command.content)
    return [
        Leg(
            stream=command.stream,
            type=types.PERSON_REGISTERED,
            event=events_pb2.PersonRegistered(registration=content),
            keys=_number_key(command, view, person),
            confidential=command.confidential,
        )
    ]


def open_account(command: Command, view: View) -> list[Leg]:
    """Open an account that waits for activation; the person is registered by it where needed."""
    content = cast("commands_pb2.AccountOpening", command.content)
    person = _person_without_account(command, view)
    _check_scheme(content.scheme)
    return [
        Leg(
            stream=command.stream,
            type=types.ACCOUNT_OPENED,
            event=events_pb2.AccountOpened(opening=content),
            keys=_number_key(command, view, person),
            confidential=command.confidential,
        )
    ]


def import_opening(command: Command, view: View) -> list[Leg]:
    """Take over an account with its balance and its yearly sums, activated where it was."""
    content = cast("commands_pb2.Opening", command.content)
    person = _person_without_account(command, view)
    _check_scheme(content.scheme)
    _check_sums(content)
    if content.balance > BALANCE_LIMIT:
        raise Refusal(reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED)
    check_approved(content, command.stream, view)
    return [
        Leg(
            stream=command.stream,
            type=types.OPENING_IMPORTED,
            event=events_pb2.OpeningImported(opening=content),
            balance_change=content.balance,
            keys=_number_key(command, view, person),
            confidential=command.confidential,
        )
    ]


def activate_account(command: Command, view: View) -> list[Leg]:
    """Let the account pay from now on."""
    person = account_of(command, view)
    check_not_closed(person)
    if person.activated:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_ALREADY_ACTIVE)
    if state_at(person, command.effective_time) == FROZEN:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_FROZEN)
    content = cast("commands_pb2.Activation", command.content)
    return [
        Leg(
            stream=command.stream,
            type=types.ACCOUNT_ACTIVATED,
            event=events_pb2.AccountActivated(activation=content),
            confidential=command.confidential,
        )
    ]


def _person_without_account(command: Command, view: View) -> Person:
    person = view.person(command.stream)
    check_version(command, person)
    if person.state != NONE:
        check_not_closed(person)
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_ALREADY_OPEN)
    return person


def _check_scheme(scheme: types_pb2.Scheme) -> None:
    if scheme != types_pb2.SCHEME_EMPLOYEE:
        raise Refusal(reasons.REFUSAL_REASON_SCHEME_HAS_NO_PERSONAL_ACCOUNT)


def _check_sums(opening: commands_pb2.Opening) -> None:
    detail = ""
    seen = set()
    if opening.balance < 0:
        detail = "the balance is negative"
    for sums in opening.accumulators:
        amounts = (sums.deductible, sums.pooled, sums.eligible)
        if min(*amounts, sums.visits, sums.admissions) < 0 or max(amounts) > BALANCE_LIMIT:
            detail = f"the sums of {sums.year} are negative or above {BALANCE_LIMIT}"
        if (sums.year, sums.benefit) in seen:
            detail = f"the sums of {sums.year} for one benefit are given twice"
        seen.add((sums.year, sums.benefit))
    if detail:
        raise Refusal(reasons.REFUSAL_REASON_AMOUNT_MISMATCH, {"detail": detail})


def _number_key(command: Command, view: View, person: Person) -> tuple[Key, ...]:
    """Key over the insured person number, unless this stream claimed it when the person was
    registered.
    """
    number = command.confidential.insured_person_id if command.confidential else ""
    if not number:
        return ()
    kind = types_pb2.UNIQUE_KEY_KIND_PERSON
    if person.number_keys:
        if view.key_hash(kind, number) in person.number_keys:
            return ()
        # One person has one number; another one means that the wrong stream was named.
        raise Refusal(reasons.REFUSAL_REASON_PERSON_ALREADY_REGISTERED)
    return (claim(view, kind, (number,), reasons.REFUSAL_REASON_PERSON_ALREADY_REGISTERED),)
