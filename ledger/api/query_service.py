"""QueryService: the state of an account, the state of a ledger, and stored entries as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from google.protobuf.message import Message

from ledger.api import claims, contributions, interest, replays, risk, shares
from ledger.api.access_records import Access, AccessRecords
from ledger.api.accounts import account, subject
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.register_queries import RegisterQueries
from ledger.api.shape import REQUIRED, YEAR_MAX, YEAR_MIN, no_value
from ledger.api.shares import timestamp
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.api.transfer_queries import TransferQueries
from ledger.domain import names
from ledger.domain.person import Person
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import ACCESS_KIND_ENTRIES, ACCOUNT_STATE_UNSPECIFIED

_READ_ENTRIES = "ledger.v1.QueryService.ReadEntries"

PAGE_DEFAULT = 1_000
PAGE_MAX = 10_000
PAGE_STEP = 1_000
"""Entries fetched at a time, so that a page can end where it gets too big."""
PAGE_BYTES = 3_000_000
"""A page ends beyond this size: clients take 4 MiB unless they are told otherwise."""

_ACCOUNT_PATTERN = "must look like ledgers/{ledger}/accounts/{uuid}"


_Read = pb.GetAccountRequest | pb.ListClaimsRequest | pb.GetShareUseRequest | pb.GetLedgerRequest


def _check_reading(request: _Read, found: list[Violation]) -> None:
    """Check what all reads of a state ask for: its consistency, and the least position that it must reflect."""
    if request.consistency not in pb.Consistency.values():
        found.append(Violation("consistency", no_value(pb.Consistency, request.consistency)))
    if request.min_position < 0:
        found.append(Violation("min_position", "must not be negative"))


def _demand(position: int, least: int) -> None:
    """Refuse where what was read ends before the least position asked for."""
    if position < least:
        metadata = {"position": str(least), "size": str(position)}
        raise Rejected(reasons.REFUSAL_REASON_POSITION_BEYOND_END, metadata)


class QueryService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, records: AccessRecords, at_home: Callable[[str], bool] = lambda _: True) -> None:
        """Take where ledgers are found, who records what is read, and which ledgers this process writes.

        What it remembers of the others may be old, so that a cached read of them is a linearizable one.
        """
        self._ledgers = ledgers
        self._records = records
        self._transfers = TransferQueries(ledgers)
        self._registers = RegisterQueries(ledgers)
        self._at_home = at_home

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {
            "GetAccount": self._account,
            "ReplayAccount": partial(replays.replay, self._ledgers),
            "ExplainAccount": partial(replays.explain, self._ledgers),
            "GetShareUse": self._share_use,
            "ListClaims": self._claims,
            "QuoteInterest": partial(interest.quote, self._ledgers),
            "QuoteContribution": partial(contributions.quote, self._ledgers),
            "GetLedger": self._ledger,
            "GetTransfer": self._transfers.get,
            "ListTransfers": self._transfers.unfinished,
            "GetPolicy": self._registers.policy,
            "ListPolicies": self._registers.policies,
            "GetInstitution": self._registers.institution,
            "ReadEntries": self._entries,
        }

    async def _account(self, request: pb.GetAccountRequest, call: Call) -> Message:
        code, stream, as_account = subject(request.name)
        found: list[Violation] = []
        _check_reading(request, found)
        if found:
            raise InvalidRequest(found)
        ledger = await find_serving(self._ledgers, code, call.identity)
        cached = request.consistency == pb.CONSISTENCY_CACHED and self._at_home(code)
        person, position = await ledger.read_person(stream, cached=cached, least=request.min_position)
        _demand(position, request.min_position)
        if not isinstance(person, Person):  # a register of the ledger
            raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        if as_account and person.state == ACCOUNT_STATE_UNSPECIFIED:
            raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
        if not person.version:
            raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        shown = account(person, code, shares.Moment(call.now, ledger.time_zone))
        risk.describe(shown.risk_flags, person.flags, code, call.identity)
        return pb.GetAccountResponse(account=shown, position=position)

    async def _share_use(self, request: pb.GetShareUseRequest, call: Call) -> Message:
        found = []
        try:
            code, stream = names.parse_account(request.account)
        except ValueError:
            code, stream = "", b""
            found.append(Violation("account", _ACCOUNT_PATTERN if request.account else REQUIRED))
        if request.year and not YEAR_MIN <= request.year <= YEAR_MAX:
            found.append(Violation("year", f"must be from {YEAR_MIN} to {YEAR_MAX}"))
        _check_reading(request, found)
        if found:
            raise InvalidRequest(found)
        ledger = await find_serving(self._ledgers, code, call.identity)
        cached = request.consistency == pb.CONSISTENCY_CACHED and self._at_home(code)
        person, position = await ledger.read_person(stream, cached=cached, least=request.min_position)
        _demand(position, request.min_position)
        if not isinstance(person, Person) or person.state == ACCOUNT_STATE_UNSPECIFIED:
            raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
        now = shares.Moment(call.now, ledger.time_zone)
        answer = shares.use(person, code, request.year or now.year, now)
        answer.position = position
        return answer

    async def _claims(self, request: pb.ListClaimsRequest, call: Call) -> Message:
        found: list[Violation] = []
        code, stream = claims.parent(request.parent, found)
        _check_reading(request, found)
        claims.check(request, found)
        if found:
            raise InvalidRequest(found)
        ledger = await find_serving(self._ledgers, code, call.identity)
        cached = request.consistency == pb.CONSISTENCY_CACHED and self._at_home(code)
        person, position = await ledger.read_person(stream, cached=cached, least=request.min_position)
        _demand(position, request.min_position)
        if not isinstance(person, Person) or not person.version:
            raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        return claims.page(person, code, request, position, ledger.secret)

    async def _ledger(self, request: pb.GetLedgerRequest, call: Call) -> Message:
        found: list[Violation] = []
        code = ledger_code(request.name, "name")
        _check_reading(request, found)
        if found:
            raise InvalidRequest(found)
        ledger = await find_serving(self._ledgers, code, call.identity)
        cached = request.consistency == pb.CONSISTENCY_CACHED and self._at_home(code)
        head = await ledger.read_head(cached=cached, least=request.min_position)
        _demand(head.size, request.min_position)
        return pb.GetLedgerResponse(
            name=f"ledgers/{ledger.code}",
            size=head.size,
            root=head.root,
            record_time=timestamp(head.record_time),
        )

    async def _entries(self, request: pb.ReadEntriesRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        found = [Violation("from_position", "must be at least 1")] if request.from_position < 1 else []
        negative = [name for name in ("page_size", "min_position") if getattr(request, name) < 0]
        found += [Violation(name, "must not be negative") for name in negative]
        if found:
            raise InvalidRequest(found)
        ledger = await find_serving(self._ledgers, code, call.identity)
        wanted = min(request.page_size or PAGE_DEFAULT, PAGE_MAX)
        response = pb.ReadEntriesResponse(next_position=request.from_position)
        bytes_read = 0
        while (left := wanted - len(response.entries)) > 0 and bytes_read < PAGE_BYTES:
            page, size = await ledger.read_entries(response.next_position, min(left, PAGE_STEP))
            _demand(size, request.min_position)
            response.size = size
            for position, entry in page:
                response.entries.add(position=position, entry=entry)
                bytes_read += len(entry)
            if not page:
                break
            response.next_position = page[-1][0] + 1
            if response.next_position > size:
                break
        if response.entries:
            first, last = request.from_position, response.next_position - 1
            access = Access(ACCESS_KIND_ENTRIES, _READ_ENTRIES, b"", first, last, len(response.entries))
            await self._records.record(code, access, call)
        return response
