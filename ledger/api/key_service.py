"""KeyService: changes of keys, as commands that the log decides and records.

A key is made before its command and signs nothing until the log says that it is taken into use. Whatever is cut off
between the log and the key store is made up for when the command comes again, or when the ledger is next opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message

from ledger.api import answers
from ledger.api.calls import Call, Handler
from ledger.api.erasures import Erasures
from ledger.api.errors import InvalidRequest, Violation
from ledger.api.kinds import method_rights
from ledger.api.normalise import instruction, request_id
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_ledger, ledger_code
from ledger.api.single import Unexecuted
from ledger.domain import names
from ledger.domain.command import CHANGE_SIGNING_KEY, NO_ID, PROPOSE_KEY_DESTRUCTION, REVIEW_PROPOSAL, Work
from ledger.domain.entry_types import KEY_DESTRUCTION_APPROVED
from ledger.log import keystore
from ledger.log.connection import connect
from ledger.log.outcome import Committed
from ledger.log.settings import LogSettings
from ledger.proof.notary import Notary
from ledger.proof.note import NoteError, Verifier
from ledger.v1 import commands_pb2 as c
from ledger.v1 import key_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import KeyDestructionCause, ProposalDecision

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

_PERSON = "must look like ledgers/{ledger}/persons/{uuid}"
_ENTRY = "must look like ledgers/{ledger}/entries/{position}"

SERVICE = pb.DESCRIPTOR.services_by_name["KeyService"]


class KeyService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, notary: Notary, erasures: Erasures, settings: LogSettings) -> None:
        """Take where ledgers are found, who keeps the signing keys, who destroys persons' keys, and the key store."""
        self._ledgers = ledgers
        self._notary = notary
        self._erasures = erasures
        self._settings = settings

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {
            "RotateSigningKey": self._rotate,
            "RetireSigningKey": self._retire,
            "ProposeKeyDestruction": self._propose,
            "ReviewKeyDestruction": self._review,
        }

    async def _rotate(self, request: pb.RotateSigningKeyRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        own_id = request_id(request.request_id)
        ledger = await find_ledger(self._ledgers, code, call.identity)
        # The organisation is a part of what a request id means, so it is a part of what finds the key again.
        asked = bytes(one ^ other for one, other in zip(own_id, call.identity.organisation, strict=True))
        origin, prepared = await self._notary.prepare_key(code, asked)
        content = c.SigningKeyChange(origin=origin, public_key=prepared.verifier.public, earlier=prepared.earlier)
        outcome = await self._execute(ledger, own_id, CHANGE_SIGNING_KEY, content, "RotateSigningKey", call)
        await self._notary.follow_keys(code)
        response = pb.RotateSigningKeyResponse(verifier_key=prepared.verifier.encode())
        answers.fill(response.transaction, outcome, code)
        return response

    async def _retire(self, request: pb.RetireSigningKeyRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        own_id = request_id(request.request_id)
        try:
            verifier = Verifier.parse(request.verifier_key)
        except NoteError as error:
            problem = str(error) if request.verifier_key else REQUIRED
            raise InvalidRequest([Violation("verifier_key", problem)]) from None
        ledger = await find_ledger(self._ledgers, code, call.identity)
        known = verifier in [key.verifier for key in await self._notary.keys(code)]
        content = c.SigningKeyChange(origin=verifier.name, public_key=verifier.public, retired=True)
        failure = None if known else (reasons.REFUSAL_REASON_SIGNING_KEY_NOT_FOUND, dict[str, str]())
        outcome = await self._execute(ledger, own_id, CHANGE_SIGNING_KEY, content, "RetireSigningKey", call, failure)
        await self._notary.follow_keys(code)
        response = pb.RetireSigningKeyResponse()
        answers.fill(response.transaction, outcome, code)
        return response

    async def _propose(self, request: pb.ProposeKeyDestructionRequest, call: Call) -> Message:
        found = []
        try:
            code, stream = names.parse_person(request.person)
        except ValueError:
            code, stream = "", b""
            found.append(Violation("person", _PERSON if request.person else REQUIRED))
        if request.cause not in KeyDestructionCause.values() or not request.cause:
            found.append(Violation("cause", REQUIRED if not request.cause else "is not a cause"))
        if len(request.order_sha256) not in {0, 32}:
            found.append(Violation("order_sha256", "must have 32 bytes"))
        own_id = request_id(request.request_id)
        if found:
            raise InvalidRequest(found)
        ledger = await find_ledger(self._ledgers, code, call.identity)
        person, _ = await ledger.read_person(stream)
        # A person whom nobody knows gets no key; the log will say so.
        key_id = await asyncio.to_thread(self._key_id, ledger.id, stream) if person.version else b""
        content = c.KeyDestructionProposal(
            person=request.person.lower(), cause=request.cause, order_sha256=request.order_sha256, key_id=key_id
        )
        outcome = await self._execute(
            ledger, own_id, PROPOSE_KEY_DESTRUCTION, content, "ProposeKeyDestruction", call, stream=stream
        )
        response = pb.ProposeKeyDestructionResponse()
        answers.fill(response.transaction, outcome, code)
        return response

    def _key_id(self, ledger: bytes, stream: bytes) -> bytes:
        """The id of a person's key, also of one that is destroyed; it is made where there is none."""
        with connect(self._settings.database_url, application="ledgerd keys") as connection:
            return keystore.KeyStore(ledger, self._settings.master_key).key_id(connection, stream)

    async def _review(self, request: pb.ReviewKeyDestructionRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        own_id = request_id(request.request_id)
        found = []
        try:
            of, _ = names.parse_entry(request.proposal)
            if of != code:
                found.append(Violation("proposal", f"must be of the ledger {code}"))
        except ValueError:
            found.append(Violation("proposal", _ENTRY if request.proposal else REQUIRED))
        if request.decision not in ProposalDecision.values() or not request.decision:
            found.append(Violation("decision", REQUIRED if not request.decision else "is not a decision"))
        if found:
            raise InvalidRequest(found)
        ledger = await find_ledger(self._ledgers, code, call.identity)
        content = c.ProposalReview(proposal=request.proposal, decision=request.decision)
        outcome = await self._execute(ledger, own_id, REVIEW_PROPOSAL, content, "ReviewKeyDestruction", call)
        if any(entry.type == KEY_DESTRUCTION_APPROVED for entry in outcome.entries):
            await self._erasures.fulfil(ledger)
        response = pb.ReviewKeyDestructionResponse()
        answers.fill(response.transaction, outcome, code)
        return response

    async def _execute(
        self,
        ledger: Ledger,
        own_id: bytes,
        kind: int,
        content: Message,
        method: str,
        call: Call,
        failure: tuple[int, dict[str, str]] | None = None,
        stream: bytes = NO_ID,
    ) -> Committed:
        rights = method_rights(SERVICE.methods_by_name[method])
        command, data = instruction(kind, content, call.now, rights, stream)
        identity = call.identity
        command_hash = ledger.secret.command_hash(data)
        work = Work(identity.organisation, identity.actor, own_id, command_hash, (command,), call.trace_id, failure)
        outcomes: Any = await ledger.execute((work,), deadline=call.deadline, source=identity.source)
        outcome = outcomes[0]
        if not isinstance(outcome, Committed):
            raise Unexecuted(outcome)
        return outcome
