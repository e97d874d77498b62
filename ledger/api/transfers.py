"""Wallet transfers over two ledgers: what a command needs to know of the other ledger, and the step that follows.

A decision looks at one ledger only. What is asked of the other one is asked here, before the command is queued, and
answers a new command only: a retry gets its first answer whatever became of the other ledger since.

The service's own steps have ids that follow from the transfer, and an organisation that no caller can have. So every
resume, by whichever process, is the same command again, and is answered with what was recorded the first time.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final

import structlog

from ledger.api.identity import ALL_RIGHTS, URN, Identity
from ledger.api.kinds import KINDS
from ledger.api.normalise import normalise, work
from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.command import (
    ACCEPT_TRANSFER,
    CREDIT_TRANSFER,
    INITIATE_TRANSFER,
    NO_ID,
    RETURN_TRANSFER,
    SETTLE_TRANSFER,
    Work,
)
from ledger.domain.values import CLOSED, NONE
from ledger.domain.wallet import EXPIRED
from ledger.log.outcome import Committed
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.api.shelf import Shelf
    from ledger.log.ledger import Ledger
    from ledger.log.transfers import Stored

_log = structlog.get_logger(__name__)

Failure = tuple[int, dict[str, str]]
"""Reason and metadata of what stands against a command outside its own ledger."""

_NOT_FOUND: Final[Failure] = (reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND, {})


def _service_id(what: str) -> bytes:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{URN}:service:{what}").bytes


SERVICE: Final = Identity(
    organisation=_service_id("transfers"),
    actor=_service_id("transfers:actor"),
    rights=ALL_RIGHTS,
    organisation_name="service",
    actor_name="transfers",
    source=b"transfers",
)
"""Who goes on with transfers that stopped half way, in every process."""


def step_id(step: str, ledger: str, transfer_id: bytes) -> bytes:
    """Return the request id of the service's own step of a transfer: a UUID of version 8.

    It begins with a zero byte, below every id of version 7, so that the log's look-up of recent ids stays exact and
    cheap (`ledger.log.recent_ids`).
    """
    data = f"{URN}:transfer:{step}:{ledger}:".encode() + transfer_id
    value = bytearray(hashlib.sha256(data).digest()[:16])
    value[0] = 0
    value[6] = 0x80 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return bytes(value)


TRANSFER_KINDS: Final = frozenset(
    (INITIATE_TRANSFER, ACCEPT_TRANSFER, RETURN_TRANSFER, CREDIT_TRANSFER, SETTLE_TRANSFER)
)
"""Kinds of commands that name another ledger."""

_RIGHTS: Final = reduce(or_, (kind.rights for kind in KINDS.values() if kind.number in TRANSFER_KINDS))
_FIELDS: Final = {kind.field: kind.number for kind in KINDS.values() if kind.number in TRANSFER_KINDS}


def acting_ledger(number: int, request: Any) -> str:
    """Return the code of the ledger for which a well-formed request acts, where another one executes it: that of the
    receiver who accepts or declines. Empty where they are the same.
    """
    receiver = ""
    if number == ACCEPT_TRANSFER:
        receiver = request.acceptance.receiver
    elif number == RETURN_TRANSFER:
        receiver = request.transfer_return.receiver
    return names.parse_account(receiver)[0] if receiver else ""


class Transfers:
    """What transfers ask of other ledgers. `ledgers` finds them; psycopg errors pass through."""

    def __init__(self, ledgers: Shelf) -> None:
        """Take where ledgers are found."""
        self._ledgers = ledgers

    async def failure(self, number: int, request: Any) -> Failure | None:
        """Return what stands against a request of a kind outside its own ledger; nothing where its shape is wrong."""
        try:
            if number == INITIATE_TRANSFER:
                return await self._no_ledger(request.transfer.receiver.lower())
            if number == ACCEPT_TRANSFER:
                return await self._no_acceptor(request.acceptance.receiver.lower())
            if number == CREDIT_TRANSFER:
                return await self._no_acceptance(request.account.lower(), request.credit)
            if number == SETTLE_TRANSFER:
                return await self._no_credit(request.account.lower(), request.settled)
        except ValueError:  # a name that the shape of the request does not allow either
            return None
        return None

    async def failures(self, items: Sequence[pb.BatchItem], rights: int) -> dict[int, Failure]:
        """Return, by the index of the item, what stands against the transfers of a batch outside its ledger.

        `rights` is the caller's mask: whoever may not send transfers does not pay for looking.
        """
        found: dict[int, Failure] = {}
        if not rights & _RIGHTS:
            return found
        for index, item in enumerate(items):
            field = item.command.WhichOneof("kind")
            if field in _FIELDS:
                commands: Sequence[pb.Command] = (item.command,)
            elif field is None and item.HasField("group"):
                commands = item.group.commands
            else:
                continue
            for command in commands:
                field = command.WhichOneof("kind")
                failure = await self.failure(_FIELDS[field], getattr(command, field)) if field in _FIELDS else None
                if failure is not None:
                    found[index] = failure
                    break
        return found

    async def credit(self, origin: Ledger, position: int, deadline: float) -> tuple[str, Committed] | None:
        """Credit the acceptance at a position of the sender's ledger. Return the receiver's ledger and what is recorded
        there; nothing when it could not be done now: whoever sweeps goes on.
        """
        try:
            accepted = await origin.transfers.entry(position)
            assert accepted is not None  # it is committed
            code, _ = names.parse_account(accepted.recorded.event.receiver)
            target = await self._ledgers.get(code)
            if target is None:
                return None
            item = credit_work(origin.code, accepted, target)
            (outcome,) = await target.execute((item,), deadline=deadline, source=SERVICE.source)
            if isinstance(outcome, Committed):
                return code, outcome
            if outcome.reason == reasons.REFUSAL_REASON_TRANSFER_ALREADY_CREDITED:
                return code, await _credited_before(origin.code, accepted, target)
        except Exception as error:  # noqa: BLE001 - the acceptance stands, so the caller is told of it
            _log.warning("transfer.credit_postponed", ledger=origin.code, position=position, error=type(error).__name__)
        return None

    async def _no_ledger(self, receiver: str) -> Failure | None:
        code, _ = names.parse_account(receiver)
        if await self._ledgers.get(code) is None:
            return reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code}
        return None

    async def _no_acceptor(self, receiver: str) -> Failure | None:
        """The account that accepts must be there to be credited: an acceptance cannot be taken back."""
        code, stream = names.parse_account(receiver)
        ledger = await self._ledgers.get(code)
        if ledger is None:
            return reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code}
        if not ledger.serving:
            return ledger.problem_reason, {}
        person, _ = await ledger.read_person(stream)
        if person.state == NONE:
            return reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND, {}
        if person.state == CLOSED:
            return reasons.REFUSAL_REASON_ACCOUNT_CLOSED, {}
        return None

    async def _no_acceptance(self, receiver: str, credit: c.TransferCredit) -> Failure | None:
        """What is credited must stand in the sender's log as accepted, fen for fen."""
        code, stream = names.parse_account(credit.sender.lower())
        ledger = await self._ledgers.get(code)
        if ledger is None:
            return reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code}
        stored = await ledger.transfers.entry(credit.accepted_position)
        if stored is None or stored.recorded.type != types.TRANSFER_ACCEPTED or stored.recorded.stream != stream:
            return _NOT_FOUND
        event = stored.recorded.event
        said = (credit.transfer_id, credit.amount, credit.accepted_leaf, receiver)
        true = (event.acceptance.transfer_id, event.amount, stored.leaf, event.receiver)
        return None if said == true else _NOT_FOUND

    async def _no_credit(self, sender: str, settled: c.TransferSettlement) -> Failure | None:
        """What is settled must stand in the receiver's log as credited."""
        code, stream = names.parse_account(settled.receiver.lower())
        ledger = await self._ledgers.get(code)
        if ledger is None:
            return reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code}
        stored = await ledger.transfers.entry(settled.credited_position)
        if stored is None or stored.recorded.type != types.TRANSFER_CREDITED or stored.recorded.stream != stream:
            return _NOT_FOUND
        credit = stored.recorded.event.credit
        said = (settled.transfer_id, sender, settled.accepted_position, settled.credited_leaf)
        true = (credit.transfer_id, credit.sender, credit.accepted_position, stored.leaf)
        return None if said == true else _NOT_FOUND


async def _credited_before(origin: str, accepted: Stored, target: Ledger) -> Committed:
    """Return the credit that somebody else's command recorded."""
    transfer = (origin, accepted.recorded.event.acceptance.transfer_id)
    position = (await target.transfers.credited([transfer]))[transfer]
    stored = await target.transfers.entry(position)
    assert stored is not None  # the key says so
    return Committed([stored.recorded], replayed=True)


def credit_work(origin: str, accepted: Stored, target: Ledger) -> Work:
    """Return the command that credits an acceptance of the ledger `origin` in the ledger `target`."""
    event, recorded = accepted.recorded.event, accepted.recorded
    transfer_id = event.acceptance.transfer_id
    request = pb.CreditTransferRequest(
        account=event.receiver,
        credit=c.TransferCredit(
            transfer_id=transfer_id,
            sender=names.account_name(origin, recorded.stream),
            amount=event.amount,
            accepted_position=recorded.position,
            accepted_leaf=accepted.leaf,
        ),
    )
    return _work("credit_transfer", request, step_id("credit", origin, transfer_id), target)


def settle_work(origin: Ledger, accepted: Stored, credited: Stored) -> Work:
    """Return the command that tells the sender's ledger of a credit."""
    recorded = accepted.recorded
    transfer_id = recorded.event.acceptance.transfer_id
    request = pb.SettleTransferRequest(
        account=names.account_name(origin.code, recorded.stream),
        settled=c.TransferSettlement(
            transfer_id=transfer_id,
            receiver=recorded.event.receiver,
            accepted_position=recorded.position,
            credited_position=credited.recorded.position,
            credited_leaf=credited.leaf,
        ),
    )
    return _work("settle_transfer", request, step_id("settle", origin.code, transfer_id), origin)


def return_work(transfer_id: bytes, ledger: Ledger) -> Work:
    """Return the command that sends a transfer back whose time has run out."""
    content = c.TransferReturn(transfer_id=transfer_id, reason=EXPIRED)
    request = pb.ReturnTransferRequest(ledger=names.ledger_name(ledger.code), transfer_return=content)
    return _work("return_transfer", request, step_id("return", ledger.code, transfer_id), ledger)


def _work(field: str, request: Any, request_id: bytes, ledger: Ledger) -> Work:
    normalised = normalise(KINDS[field], request, time.time_ns() // 1000, SERVICE.rights)
    command_hash = ledger.secret.command_hash(normalised.data)
    return work(SERVICE, request_id, command_hash, (normalised,), NO_ID)
