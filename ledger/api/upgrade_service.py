"""UpgradeService: an operator ends an upgrade, as a command that the log decides and records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from ledger.api import answers
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Violation
from ledger.api.kinds import method_rights
from ledger.api.normalise import instruction, request_id
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.api.single import Unexecuted
from ledger.domain.command import RAISE_FEATURE_LEVEL, Work
from ledger.log.outcome import Committed
from ledger.v1 import commands_pb2 as c
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import upgrade_service_pb2 as pb

SERVICE = pb.DESCRIPTOR.services_by_name["UpgradeService"]


class UpgradeService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, version: str) -> None:
        """Take where ledgers are found, and the version of this program, which the entry names."""
        self._ledgers = ledgers
        self._version = version

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {"FinishUpgrade": self._finish}

    async def _finish(self, request: pb.FinishUpgradeRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        own_id = request_id(request.request_id)
        level = request.feature_level
        if level < 1:
            raise InvalidRequest([Violation("feature_level", "must be above 0" if level else REQUIRED)])
        ledger = await find_serving(self._ledgers, code, call.identity)
        failure = None
        if level > ledger.known_level:
            failure = reasons.REFUSAL_REASON_FEATURE_LEVEL_UNKNOWN, {"feature_level": str(ledger.known_level)}
        rights = method_rights(SERVICE.methods_by_name["FinishUpgrade"])
        content = c.FeatureLevelRaise(level=level)
        command, data = instruction(RAISE_FEATURE_LEVEL, content, call.now, rights, facts=self._version)
        identity = call.identity
        command_hash = ledger.secret.command_hash(data)
        work = Work(identity.organisation, identity.actor, own_id, command_hash, (command,), call.trace_id, failure)
        outcomes: Any = await ledger.execute((work,), deadline=call.deadline, source=identity.source)
        outcome = outcomes[0]
        if not isinstance(outcome, Committed):
            raise Unexecuted(outcome)
        response = pb.FinishUpgradeResponse()
        answers.fill(response.transaction, outcome, code)
        return response
