"""Calls of an identity that is one person's: about that person, or about somebody who gave a mandate for it.

What names neither a person nor an account (whole ledgers, batches, other people's request ids, streams of entries) is
refused. Commands are looked at again where they are decided, under the lock of the log; this look also covers reads,
and answers to requests that are sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.api.errors import Rejected
from ledger.api.shares import timestamp
from ledger.api.shelf import Shelf, find_serving
from ledger.domain import names
from ledger.domain.mandates import may_act
from ledger.domain.person import Person
from ledger.v1 import command_service_pb2 as commands
from ledger.v1 import options_pb2
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.api.calls import Call

_SUBJECT = 1
"""Number of the field that says what a request is about, in every request."""


class Mandates:
    """Lets in what mandates allow."""

    def __init__(self, ledgers: Shelf) -> None:
        """Take where ledgers are found."""
        self._ledgers = ledgers

    async def admit(self, request: Any, rights: int, call: Call) -> None:
        """Refuse unless the caller's person may do for the subject of a request what needs these rights (a mask)."""
        behalf = call.identity.person
        code, stream = _subject(request)
        name = names.person_name(code, stream)
        if name == behalf:
            return
        ledger = await find_serving(self._ledgers, code, call.identity)
        person, _ = await ledger.read_person(stream)
        if not isinstance(person, Person):
            raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        reason = may_act(person, name, behalf, rights, call.now)
        if reason:
            raise Rejected(reason)


def _subject(request: Any) -> tuple[str, bytes]:
    """Return ledger and stream of the person or account that a request is about."""
    if isinstance(request, commands.AcceptTransferRequest):
        name = request.acceptance.receiver
    elif isinstance(request, commands.ReturnTransferRequest):
        name = request.transfer_return.receiver
    else:
        field = request.DESCRIPTOR.fields_by_number[_SUBJECT]
        name = getattr(request, field.name) if field.type == field.TYPE_STRING else ""
    for parse in (names.parse_account, names.parse_person):
        try:
            return parse(name.lower())
        except ValueError:
            continue
    raise Rejected(reasons.REFUSAL_REASON_NOT_PERSONAL)


def describe(shown: pb.Account, person: Person, code: str, time: int) -> None:
    """Write the mandates of a person that have not run out at a time (µs)."""
    for position, mandate in person.mandates.items():
        if mandate.ended(time):
            continue
        told = shown.mandates.add(
            entry=names.entry_name(code, position),
            agent=mandate.agent,
            kind=mandate.kind,
            rights=[number for number in options_pb2.Right.values() if number and mandate.rights >> number & 1],
            start_time=timestamp(mandate.start),
            beneficiaries=mandate.beneficiaries,
        )
        if mandate.end:
            told.expire_time.CopyFrom(timestamp(mandate.end))
