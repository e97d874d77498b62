"""Reading wallet transfers: one by its name, and the lists of those that have not ended.

Both are read from the logs of the two ledgers, through `ledger.log.transfers`, and reflect every command that was
answered before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import TYPE_CHECKING, Final

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import REQUIRED
from ledger.api.shares import timestamp
from ledger.api.shelf import find_serving, serving
from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.protobuf.message import Message

    from ledger.api.calls import Call
    from ledger.api.shelf import Shelf
    from ledger.domain.recorded import Recorded
    from ledger.log.ledger import Ledger
    from ledger.log.transfers import Stored

PAGE_DEFAULT: Final = 100
PAGE_MAX: Final = 1_000
SCAN_MAX: Final = 10_000
"""Accepted transfers looked at for one page; those that were just credited are left out."""

_TRANSFER_PATTERN: Final = "must look like ledgers/{ledger}/transfers/{uuid}"
_PARENT_PATTERN: Final = "must look like ledgers/{ledger} or ledgers/{ledger}/accounts/{uuid}"
_TOKEN: Final = struct.Struct("<8sQ")


class TransferQueries:
    """The methods of QueryService about transfers."""

    def __init__(self, ledgers: Shelf) -> None:
        """Take where ledgers are found."""
        self._ledgers = ledgers

    async def get(self, request: pb.GetTransferRequest, call: Call) -> Message:
        """Answer GetTransfer."""
        try:
            code, transfer_id = names.parse_transfer(request.name)
        except ValueError:
            raise InvalidRequest([Violation("name", _TRANSFER_PATTERN if request.name else REQUIRED)]) from None
        ledger = await serving(self._ledgers, code)
        initiated = await ledger.transfers.initiation(transfer_id)
        answer = _pending(ledger.code, initiated.recorded) if initiated else pb.Transfer()
        parties = (code, names.parse_account(answer.receiver)[0]) if initiated else (code,)
        if not any(call.identity.may_use(party) for party in parties):
            raise Rejected(reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code})
        if initiated is None:
            raise Rejected(reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND)
        ended = await ledger.transfers.ending(initiated.recorded)
        if ended and ended.recorded.type == types.TRANSFER_ACCEPTED:
            await self._accepted(answer, ledger.code, ended.recorded)
        elif ended:
            event = ended.recorded.event
            answer.state = t.TRANSFER_STATE_RETURNED
            answer.ended_position = ended.recorded.position
            answer.return_reason = event.reason
            answer.payable_after_close = event.payable_after_close
        return pb.GetTransferResponse(transfer=answer)

    async def _accepted(self, answer: pb.Transfer, origin: str, accepted: Recorded) -> None:
        answer.state = t.TRANSFER_STATE_ACCEPTED
        answer.ended_position = accepted.position
        target = await self._ledgers.get(names.parse_account(answer.receiver)[0])
        transfer = (origin, accepted.event.acceptance.transfer_id)
        position = (await target.transfers.credited([transfer])).get(transfer) if target else None
        credit = await target.transfers.entry(position) if target and position else None
        if credit is not None:
            answer.state = t.TRANSFER_STATE_CREDITED
            answer.credited_position = credit.recorded.position
            answer.payable_after_close = credit.recorded.event.payable_after_close

    async def unfinished(self, request: pb.ListTransfersRequest, call: Call) -> Message:
        """Answer ListTransfers."""
        code, sender = _parent(request.parent.lower())
        state = request.state or t.TRANSFER_STATE_PENDING
        if state not in (t.TRANSFER_STATE_PENDING, t.TRANSFER_STATE_ACCEPTED):
            problem = "must be TRANSFER_STATE_PENDING or TRANSFER_STATE_ACCEPTED; the others have ended"
            raise InvalidRequest([Violation("state", problem)])
        if request.page_size < 0:
            raise InvalidRequest([Violation("page_size", "must not be negative")])
        query = hashlib.sha256(f"{request.parent.lower()} {state}".encode()).digest()[:8]
        after = _read_token(request.page_token, query)
        wanted = min(request.page_size or PAGE_DEFAULT, PAGE_MAX)
        ledger = await find_serving(self._ledgers, code, call.identity)
        response = pb.ListTransfersResponse()
        looked_at = 0
        while len(response.transfers) < wanted and looked_at < SCAN_MAX:
            page = await self._page(ledger, sender, state, after)
            looked_at += len(page)
            kept = page
            if state == t.TRANSFER_STATE_ACCEPTED:
                kept = [stored for stored in page if not sender or stored.recorded.stream == sender]
                kept = await not_credited(self._ledgers, code, kept)
            kept = kept[: wanted - len(response.transfers)]
            response.transfers.extend([await self._listed(ledger, stored) for stored in kept])
            if len(response.transfers) == wanted:
                after = kept[-1].recorded.position
            elif len(page) < PAGE_MAX:
                return response
            else:
                after = page[-1].recorded.position
        response.next_page_token = base64.urlsafe_b64encode(_TOKEN.pack(query, after)).decode()
        return response

    async def _page(self, ledger: Ledger, sender: bytes, state: int, after: int) -> list[Stored]:
        if state == t.TRANSFER_STATE_ACCEPTED:
            return await ledger.transfers.accepted(after, PAGE_MAX)
        if not sender:
            return await ledger.transfers.pending(after, PAGE_MAX)
        person, _ = await ledger.read_person(sender)
        positions = sorted(position for position in person.wallet.in_flight if position > after)
        return await ledger.transfers.entries(positions[:PAGE_MAX])

    async def _listed(self, ledger: Ledger, stored: Stored) -> pb.Transfer:
        if stored.recorded.type == types.TRANSFER_INITIATED:
            return _pending(ledger.code, stored.recorded)
        initiated = await ledger.transfers.entry(stored.recorded.event.initiated_position)
        assert initiated is not None  # what was accepted was sent
        answer = _pending(ledger.code, initiated.recorded)
        answer.state = t.TRANSFER_STATE_ACCEPTED
        answer.ended_position = stored.recorded.position
        return answer


async def not_credited(ledgers: Shelf, origin: str, accepted: Sequence[Stored]) -> list[Stored]:
    """Return those of these acceptances of the ledger `origin` whose receiver's ledger has not credited them."""
    by_ledger: dict[str, list[tuple[str, bytes]]] = {}
    for stored in accepted:
        event = stored.recorded.event
        code, _ = names.parse_account(event.receiver)
        by_ledger.setdefault(code, []).append((origin, event.acceptance.transfer_id))
    credited: set[tuple[str, bytes]] = set()
    for code, transfers in by_ledger.items():
        target = await ledgers.get(code)
        if target is not None:
            credited |= (await target.transfers.credited(transfers)).keys()
    return [stored for stored in accepted if (origin, stored.recorded.event.acceptance.transfer_id) not in credited]


def _pending(code: str, initiated: Recorded) -> pb.Transfer:
    """What an initiation says, as a message."""
    event = initiated.event
    asked = event.transfer
    return pb.Transfer(
        name=names.transfer_name(code, asked.transfer_id),
        state=t.TRANSFER_STATE_PENDING,
        sender=names.account_name(code, initiated.stream),
        receiver=asked.receiver,
        amount=asked.amount,
        initiate_time=timestamp(initiated.effective_time),
        return_time=timestamp(event.return_time),
        initiated_position=initiated.position,
    )


def _parent(name: str) -> tuple[str, bytes]:
    """Ledger code, and the stream of the account or nothing."""
    try:
        return names.parse_ledger(name), b""
    except ValueError:
        pass
    try:
        return names.parse_account(name)
    except ValueError:
        raise InvalidRequest([Violation("parent", _PARENT_PATTERN if name else REQUIRED)]) from None


def _read_token(token: str, query: bytes) -> int:
    """The position behind which a page begins."""
    if not token:
        return 0
    try:
        asked, after = _TOKEN.unpack(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, binascii.Error, struct.error):
        asked, after = b"", 0
    if asked != query or after >= 2**63:
        raise InvalidRequest([Violation("page_token", "is not the token of a page of this list")])
    position: int = after
    return position
