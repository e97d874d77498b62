"""What happens to the holder outside of the money: changed data, as keyed hashes, and events of credentials.

Neither touches account, id or balance. A corrected insured person number moves the key that keeps it unique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.recorded import Key, Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import registered_person
from ledger.domain.unique import claim
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from typing import NoReturn

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_NUMBER = types_pb2.HOLDER_FIELD_INSURED_PERSON_ID
_KEY = types_pb2.UNIQUE_KEY_KIND_PERSON


def change_holder_info(command: Command, view: View) -> list[Leg]:
    """Record which data changed. The insured person number travels along where it is among them, and only there."""
    content = cast("commands_pb2.HolderInfoChange", command.content)
    person = registered_person(command, view)
    number = command.confidential.insured_person_id if command.confidential else ""
    for change in content.fields:
        if change.old_hash == change.new_hash:
            _invalid(f"{_name(change.field)} is the same before and after")
    changes_number = any(change.field == _NUMBER for change in content.fields)
    if changes_number != bool(number):
        _invalid("the insured person number is named as changed and not given, or given and not named as changed")
    event = events_pb2.HolderInfoChanged(change=content)
    keys = _moved(number, person, view) if number else ()
    return [Leg(command.stream, types.HOLDER_INFO_CHANGED, event, keys=keys, confidential=command.confidential)]


def record_credential_event(command: Command, view: View) -> list[Leg]:
    """Record a fact about a credential or a PIN, whatever the state of the account."""
    content = cast("commands_pb2.CredentialEvent", command.content)
    registered_person(command, view)
    event = events_pb2.CredentialEventRecorded(event=content)
    return [Leg(command.stream, types.CREDENTIAL_EVENT_RECORDED, event, confidential=command.confidential)]


def _moved(number: str, person: Person, view: View) -> tuple[Key, ...]:
    """Return the release of the numbers that the person had, and the claim of the new one."""
    if view.key_hash(_KEY, number) in person.number_keys:
        _invalid("the insured person number is the one that is known already")
    new = claim(view, _KEY, (number,), reasons.REFUSAL_REASON_PERSON_ALREADY_REGISTERED)
    return (*(Key(_KEY, old, released=True) for old in sorted(person.number_keys)), new)


def _name(field: types_pb2.HolderField) -> str:
    return types_pb2.HolderField.Name(field).removeprefix("HOLDER_FIELD_")


def _invalid(detail: str) -> NoReturn:
    raise Refusal(reasons.REFUSAL_REASON_HOLDER_CHANGE_INVALID, {"detail": detail})
