"""AuditService: signed checkpoints, receipts, proofs and tiles, as C2SP and RFC 6962 write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from google.protobuf.message import Message

from ledger.api import page_tokens
from ledger.api.access_records import Access, AccessRecords
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import REQUIRED
from ledger.api.shares import timestamp
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.domain import names
from ledger.log.merkle import HASH_SIZE, TILE_WIDTH
from ledger.proof.notary import Notary
from ledger.proof.signer import ForkError
from ledger.proof.tree import width_of
from ledger.v1 import audit_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import (
    ACCESS_KIND_ACCOUNT,
    ACCESS_KIND_ENTRIES,
    ACCESS_KIND_EXPORT,
    ACCESS_KIND_UNSEAL,
)

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

LEVELS = 8
"""Levels of tiles that a tree of less than 2^63 entries can have."""
ANSWER_SECONDS = 0.3
"""How long before its deadline a caller is told that witnesses have not answered."""

_READS = (ACCESS_KIND_ENTRIES, ACCESS_KIND_EXPORT, ACCESS_KIND_ACCOUNT, ACCESS_KIND_UNSEAL)
_COMMAND = re.compile(r"ledgerctl(?: [a-z-]{1,20}){1,2}")
_PURPOSE_MAX = 64
_ENTRY_PATTERN = "must look like ledgers/{ledger}/entries/{position}"


class AuditService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, notary: Notary, records: AccessRecords) -> None:
        """Take where ledgers are found, who signs and proves, and who records accesses."""
        self._ledgers = ledgers
        self._notary = notary
        self._records = records

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {
            "GetCheckpoint": self._checkpoint,
            "GetReceipt": self._receipt,
            "GetInclusionProof": self._inclusion,
            "GetConsistencyProof": self._consistency,
            "GetTile": self._tile,
            "ListSigningKeys": self._keys,
            "RecordAccess": self._record_access,
        }

    async def _checkpoint(self, request: pb.GetCheckpointRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        if request.min_position < 0:
            raise InvalidRequest([Violation("min_position", "must not be negative")])
        ledger = await find_serving(self._ledgers, code, call.identity)
        if request.min_position:
            await self._committed(code, request.min_position)
        try:
            if request.cosigned:
                found = await self._notary.cosigned(ledger, request.min_position, call.deadline - ANSWER_SECONDS)
            else:
                found = await self._notary.checkpoint(ledger, request.min_position)
        except ForkError:
            raise Rejected(reasons.REFUSAL_REASON_LEDGER_FORKED) from None
        if found is None:
            raise Rejected(reasons.REFUSAL_REASON_CHECKPOINT_NOT_COSIGNED)
        note, size = found
        return pb.GetCheckpointResponse(note=note, size=size)

    async def _receipt(self, request: pb.GetReceiptRequest, call: Call) -> Message:
        ledger, position = await self._entry(request.entry, call)
        try:
            until = call.deadline - ANSWER_SECONDS if request.cosigned else None
            receipt = await self._notary.receipt(ledger, position, cosigned_by=until)
        except ForkError:
            raise Rejected(reasons.REFUSAL_REASON_LEDGER_FORKED) from None
        if receipt is None:
            raise Rejected(reasons.REFUSAL_REASON_CHECKPOINT_NOT_COSIGNED)
        return pb.GetReceiptResponse(receipt=receipt)

    async def _inclusion(self, request: pb.GetInclusionProofRequest, call: Call) -> Message:
        if request.size < 0:
            raise InvalidRequest([Violation("size", "must not be negative")])
        ledger, position = await self._entry(request.entry, call)
        size = await self._committed(ledger.code, request.size)
        if position > size:
            raise InvalidRequest([Violation("size", f"must be at least the position {position}")])
        hashes, root = await self._notary.inclusion(ledger.code, position, size)
        return pb.GetInclusionProofResponse(hashes=hashes, size=size, root=root)

    async def _consistency(self, request: pb.GetConsistencyProofRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        found = []
        if request.first_size < 1:
            found.append(Violation("first_size", "must be at least 1"))
        if request.second_size < 0:
            found.append(Violation("second_size", "must not be negative"))
        elif 0 < request.second_size < request.first_size:
            found.append(Violation("second_size", "must not be less than first_size"))
        if found:
            raise InvalidRequest(found)
        await find_serving(self._ledgers, code, call.identity)
        await self._committed(code, request.first_size)
        second = await self._committed(code, request.second_size)
        hashes, first_root, second_root = await self._notary.consistency(code, request.first_size, second)
        return pb.GetConsistencyProofResponse(
            hashes=hashes, first_root=first_root, second_size=second, second_root=second_root
        )

    async def _tile(self, request: pb.GetTileRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        found = []
        if not 0 <= request.level < LEVELS:
            found.append(Violation("level", f"must be from 0 to {LEVELS - 1}"))
        if request.number < 0:
            found.append(Violation("number", "must not be negative"))
        if not 0 <= request.width <= TILE_WIDTH:
            found.append(Violation("width", f"must be from 0 to {TILE_WIDTH}"))
        if found:
            raise InvalidRequest(found)
        await find_serving(self._ledgers, code, call.identity)
        size = (await self._notary.head(code)).size
        tile = request.level, request.number
        width = width_of(tile, size)
        if not width or request.width > width:
            end = ((request.number * TILE_WIDTH) + (request.width or 1)) << 8 * request.level
            raise _beyond(end, size)
        hashes = await self._notary.tile(code, tile, size)
        return pb.GetTileResponse(hashes=hashes[: (request.width or width) * HASH_SIZE])

    async def _keys(self, request: pb.ListSigningKeysRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        page_tokens.size(request)
        ledger = await find_serving(self._ledgers, code, call.identity)
        response = pb.ListSigningKeysResponse()
        keys = await self._notary.keys(code)
        if not keys:  # the first checkpoint makes the first key
            await self._notary.checkpoint(ledger)
            keys = await self._notary.keys(code)
        shown, response.next_page_token = page_tokens.page(
            request, ledger.secret, keys, lambda key: [key.taken_at, key.verifier.public.hex()]
        )
        for key in shown:
            response.keys.add(
                verifier_key=key.verifier.encode(),
                take_time=timestamp(key.taken_at),
                retire_time=timestamp(key.retired_at) if key.retired_at else None,
            )
        return response

    async def _record_access(self, request: pb.RecordAccessRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        stream, found = b"", []
        if request.kind not in _READS:
            found.append(
                Violation(
                    "kind", REQUIRED if not request.kind else "must be entries, an export, an account or what is sealed"
                )
            )
        if not _COMMAND.fullmatch(request.command):
            problem = "must be `ledgerctl` and its subcommand, at most 64 characters"
            found.append(Violation("command", problem if request.command else REQUIRED))
        if request.person:
            try:
                of, stream = names.parse_person(request.person)
                if of != code:
                    found.append(Violation("person", f"must be of the ledger {code}"))
            except ValueError:
                found.append(Violation("person", "must look like ledgers/{ledger}/persons/{uuid}"))
        if request.from_position < 0:
            found.append(Violation("from_position", "must not be negative"))
        if request.to_position < max(request.from_position, 0):
            found.append(Violation("to_position", "must not be negative, nor less than from_position"))
        if len(request.purpose) > _PURPOSE_MAX:
            found.append(Violation("purpose", f"has more than {_PURPOSE_MAX} characters"))
        if found:
            raise InvalidRequest(found)
        await find_serving(self._ledgers, code, call.identity)
        first, last = request.from_position, request.to_position
        entries = last - first + 1 if last and not stream else 0
        access = Access(request.kind, request.command, stream, first, last, entries, request.purpose)
        await self._records.record(code, access, call)
        return pb.RecordAccessResponse(recorded=self._records.enabled)

    async def _entry(self, name: str, call: Call) -> tuple[Ledger, int]:
        """The ledger and the position of an entry that is committed."""
        try:
            code, position = names.parse_entry(name)
        except ValueError:
            raise InvalidRequest([Violation("entry", _ENTRY_PATTERN if name else REQUIRED)]) from None
        ledger = await find_serving(self._ledgers, code, call.identity)
        if position > (await self._notary.head(code)).size:
            raise Rejected(reasons.REFUSAL_REASON_ENTRY_NOT_FOUND, {"position": str(position)})
        return ledger, position

    async def _committed(self, code: str, size: int) -> int:
        """A size that lies within the log; the newest one for 0."""
        newest = (await self._notary.head(code)).size
        if size > newest:
            raise _beyond(size, newest)
        return size or newest


def _beyond(position: int, size: int) -> Rejected:
    metadata = {"position": str(position), "size": str(size)}
    return Rejected(reasons.REFUSAL_REASON_POSITION_BEYOND_END, metadata)
