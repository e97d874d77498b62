"""The typed methods of wallet transfers. Each may have to look at another ledger before its command is queued, so they
are not read on the committer's thread like the others.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ledger.api import answers
from ledger.api.kinds import KINDS
from ledger.api.shelf import find_ledger, serving
from ledger.api.single import Unexecuted, executable
from ledger.api.transfers import TRANSFER_KINDS, Transfers, acting_ledger
from ledger.log.outcome import Committed
from ledger.v1 import command_service_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from google.protobuf.message import Message

    from ledger.api.calls import Call, Handler
    from ledger.api.kinds import Kind
    from ledger.api.shelf import Shelf
    from ledger.api.transfers import Failure
    from ledger.log.ledger import Ledger


class TransferCommands:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf) -> None:
        """Take where ledgers are found."""
        self._ledgers = ledgers
        self._transfers = Transfers(ledgers)

    def handlers(self) -> Mapping[str, Handler]:
        """Every method about wallet transfers."""
        kinds = [kind for kind in KINDS.values() if kind.number in TRANSFER_KINDS]
        return {kind.method: partial(self._execute, kind) for kind in kinds} | {"AcceptTransfer": self._accept}

    async def failures(self, items: Sequence[pb.BatchItem], rights: int) -> Mapping[int, Failure]:
        """Return, by the index of the item, what stands against the transfers of a batch outside its ledger."""
        return await self._transfers.failures(items, rights)

    async def _execute(self, kind: Kind, request: Any, call: Call) -> Message:
        ledger, outcome = await self._committed(kind, request, call)
        response = kind.response()
        answers.fill(response.transaction, outcome, ledger.code)  # type: ignore[attr-defined]
        return response

    async def _accept(self, request: pb.AcceptTransferRequest, call: Call) -> Message:
        """Accept in the sender's ledger, then credit in the receiver's. A retry goes on where the first one stopped."""
        ledger, outcome = await self._committed(KINDS["accept_transfer"], request, call)
        response = pb.AcceptTransferResponse()
        answers.fill(response.transaction, outcome, ledger.code)
        credited = await self._transfers.credit(ledger, outcome.entries[0].position, call.deadline)
        if credited is not None:
            code, credit = credited
            answers.fill(response.credit, credit, code)
        return response

    async def _committed(self, kind: Kind, request: Any, call: Call) -> tuple[Ledger, Committed]:
        """Execute a request; anything but a commit is the error of the call."""
        code, data, item = executable(kind, request, call)
        acting = acting_ledger(kind.number, request)
        if acting:
            # Whoever receives a transfer acts for the receiver's ledger; the sender's decides.
            await find_ledger(self._ledgers, acting, call.identity)
            ledger = await serving(self._ledgers, code)
        else:
            ledger = await find_ledger(self._ledgers, code, call.identity)
        item.command_hash = ledger.secret.command_hash(data)
        if item.failure is None:
            item.failure = await self._transfers.failure(kind.number, request)
        (outcome,) = await ledger.execute((item,), deadline=call.deadline, source=call.identity.source)
        if isinstance(outcome, Committed):
            return ledger, outcome
        raise Unexecuted(outcome)
