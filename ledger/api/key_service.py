"""KeyService: changes of keys, as commands that the log decides and records.

A key is made before its command and signs nothing until the log says that it is taken into use. Whatever is cut off
between the log and the key store is made up for when the command comes again, or when the ledger is next opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message

from ledger.api import answers
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Violation
from ledger.api.kinds import method_rights
from ledger.api.normalise import instruction, request_id
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_ledger, ledger_code
from ledger.api.single import Unexecuted
from ledger.domain.command import CHANGE_SIGNING_KEY, Work
from ledger.log.outcome import Committed
from ledger.proof.notary import Notary
from ledger.proof.note import NoteError, Verifier
from ledger.v1 import commands_pb2 as c
from ledger.v1 import key_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

SERVICE = pb.DESCRIPTOR.services_by_name["KeyService"]


class KeyService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, notary: Notary) -> None:
        """Take where ledgers are found, and who keeps the signing keys."""
        self._ledgers = ledgers
        self._notary = notary

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {"RotateSigningKey": self._rotate, "RetireSigningKey": self._retire}

    async def _rotate(self, request: pb.RotateSigningKeyRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        own_id = request_id(request.request_id)
        ledger = await find_ledger(self._ledgers, code, call.identity)
        # The organisation is a part of what a request id means, so it is a part of what finds the key again.
        asked = bytes(one ^ other for one, other in zip(own_id, call.identity.organisation, strict=True))
        origin, prepared = await self._notary.prepare_key(code, asked)
        content = c.SigningKeyChange(origin=origin, public_key=prepared.verifier.public, earlier=prepared.earlier)
        outcome = await self._change(ledger, own_id, content, "RotateSigningKey", call)
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
        outcome = await self._change(ledger, own_id, content, "RetireSigningKey", call, failure)
        response = pb.RetireSigningKeyResponse()
        answers.fill(response.transaction, outcome, code)
        return response

    async def _change(
        self,
        ledger: Ledger,
        own_id: bytes,
        content: c.SigningKeyChange,
        method: str,
        call: Call,
        failure: tuple[int, dict[str, str]] | None = None,
    ) -> Committed:
        rights = method_rights(SERVICE.methods_by_name[method])
        command, data = instruction(CHANGE_SIGNING_KEY, content, call.now, rights)
        identity = call.identity
        command_hash = ledger.secret.command_hash(data)
        work = Work(identity.organisation, identity.actor, own_id, command_hash, (command,), call.trace_id, failure)
        outcomes: Any = await ledger.execute((work,), deadline=call.deadline, source=identity.source)
        outcome = outcomes[0]
        if not isinstance(outcome, Committed):
            raise Unexecuted(outcome)
        await self._notary.follow_keys(ledger.code)
        return outcome
