"""BooksService: postings in the order of the log, and the sums of the books at a position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from google.protobuf.message import Message

from ledger.api.access_records import Access, AccessRecords
from ledger.api.calls import Call, Handler
from ledger.api.errors import Rejected
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_serving
from ledger.domain import names
from ledger.log.entry import EVENT_NAMES
from ledger.v1 import books_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import ACCESS_KIND_ENTRIES, ACCESS_KIND_EXPORT
from projections.chart import CHART, Owned, owner_bytes, owner_text
from projections.journal import BLOCK, block_of
from projections.service import tokens
from projections.service.balance import transaction_end
from projections.service.requests import Shape, timestamp
from projections.service.views import View, view

if TYPE_CHECKING:
    from ledger.log.pool import ReadPool
    from projections.service.arrival import Arrival

SERVICE: Final = pb.DESCRIPTOR.services_by_name["BooksService"]
PAGE_DEFAULT: Final = 100
PAGE_MAX: Final = 1_000
_POSTINGS_NAME: Final = SERVICE.methods_by_name["ListPostings"].full_name
_BALANCES_NAME: Final = SERVICE.methods_by_name["ListBookBalances"].full_name
_LEDGER_PATTERN: Final = "must look like ledgers/{ledger}"

_Request = pb.ListPostingsRequest | pb.GetTrialBalanceRequest | pb.ListBookBalancesRequest

# Every block before the one of the position, and the rows of that one up to it.
_TRIAL: Final = (
    "SELECT account, sum(debits)::int8, sum(credits)::int8 FROM ("
    " SELECT account, debits, credits FROM {journal_sums} WHERE block < %(block)s UNION ALL"
    " SELECT account, greatest(amount, 0), greatest(-amount, 0) FROM {journal}"
    " WHERE position > %(begin)s AND position <= %(position)s) parts GROUP BY account ORDER BY account"
)
_BALANCES: Final = (
    "SELECT owner, sum(greatest(amount, 0))::int8, sum(greatest(-amount, 0))::int8 FROM {journal}"
    " WHERE account = %(account)s AND owner > %(after)s AND position <= %(position)s"
    " GROUP BY owner ORDER BY owner LIMIT %(most)s"
)
# An account without parts has one, whose owner is empty.
_FIRST_BALANCES: Final = _BALANCES.replace("owner > %(after)s", "owner >= %(after)s")
_POSITIONS: Final = (
    "SELECT DISTINCT position FROM {journal} WHERE position > %(after)s AND position <= %(upper)s"
    " ORDER BY position LIMIT %(most)s"
)
_OF_ACCOUNT: Final = _POSITIONS.replace("WHERE", "WHERE account = %(account)s AND")
_OF_OWNER: Final = _OF_ACCOUNT.replace("AND position >", "AND owner = %(owner)s AND position >", 1)
_POSTINGS: Final = (
    "SELECT position, first_position, effective_time, record_time, type, account, owner, amount FROM {journal}"
    " WHERE position = ANY(%(positions)s) ORDER BY position, line"
)
_MISSING: Final = "SELECT count(*) FROM {dead_letters} WHERE projection = 'journal' AND version = %s"


class Asked(NamedTuple):
    """What all requests say: which ledger, how fresh, and how much."""

    ledger: str
    min_position: int
    linearizable: bool
    page_size: int = 0
    past: int = 0


class BooksService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, records: AccessRecords, pool: ReadPool, arrival: Arrival) -> None:
        """Take where ledgers are found, who records what was read, where the tables are, and who waits for them."""
        self._ledgers = ledgers
        self._records = records
        self._pool = pool
        self._arrival = arrival

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {
            "ListPostings": self._postings,
            "GetTrialBalance": self._trial_balance,
            "ListBookBalances": self._balances,
        }

    async def _view(self, asked: Asked, call: Call, at: int, token: tokens.PageToken | None = None) -> View:
        """Return the journal; for a later page, the version that the first one came from."""
        ledger = await find_serving(self._ledgers, asked.ledger, call.identity)
        found = await view(
            ledger,
            self._arrival,
            self._pool,
            "journal",
            position=max(asked.min_position, at, token.upper if token else 0),
            linearizable=asked.linearizable and not token,
            version=token.version if token else 0,
            past=asked.past,
        )
        if token and token.version != found.serving.version:
            raise Rejected(reasons.REFUSAL_REASON_PAGE_TOKEN_OUTDATED)
        return found

    async def _trial_balance(self, request: pb.GetTrialBalanceRequest, call: Call) -> Message:
        shape = Shape(request)
        asked = _read(shape)
        at = shape.position("position")
        shape.check()
        found = await self._view(asked, call, at)
        position = await transaction_end(found, at) if at else found.serving.position
        block = block_of(position) if position else 0
        values = {"block": block, "begin": block * BLOCK, "position": position}
        answer = pb.GetTrialBalanceResponse(position=position, missing_entries=await _missing(found))
        for number, debits, credited in await found.rows(_TRIAL, values):
            account = CHART[number]
            answer.lines.add(
                account=number,
                path=account.path,
                english=account.english,
                chinese=account.chinese,
                debits=debits,
                credits=credited,
                balance=debits - credited,
            )
        answer.debits = sum(line.debits for line in answer.lines)
        answer.credits = sum(line.credits for line in answer.lines)
        return answer

    async def _balances(self, request: pb.ListBookBalancesRequest, call: Call) -> Message:
        shape = Shape(request)
        asked = _read(shape, paged=True)
        at = shape.position("position")
        account = _account(shape, required=True)
        shape.check()
        token = await self._token(request, asked, call)
        found = await self._view(asked, call, at, token)
        upper = token.upper if token else await transaction_end(found, at) if at else found.serving.position
        values = {
            "account": account,
            "after": token.owner if token else b"",
            "position": upper,
            "most": asked.page_size + 1,
        }
        rows = await found.rows(_BALANCES if token else _FIRST_BALANCES, values)
        answer = pb.ListBookBalancesResponse(position=upper, missing_entries=await _missing(found))
        for owner, debits, credited in rows[: asked.page_size]:
            answer.balances.add(
                owner=owner_text(account, owner), debits=debits, credits=credited, balance=debits - credited
            )
        if len(rows) > asked.page_size:
            last = rows[asked.page_size - 1][0]
            answer.next_page_token = _next(found, request, tokens.PageToken(found.serving.version, upper, 0, 0, last))
        if CHART[account].owned is Owned.ID and answer.balances:
            access = Access(ACCESS_KIND_EXPORT, _BALANCES_NAME, b"", 0, upper, len(answer.balances))
            await self._records.record(asked.ledger, access, call)
        return answer

    async def _postings(self, request: pb.ListPostingsRequest, call: Call) -> Message:
        shape = Shape(request)
        asked = _read(shape, paged=True)
        first, last = shape.position("from_position"), shape.position("to_position")
        if last and last < first:
            shape.wrong("to_position", "must not lie before from_position")
        account = _account(shape, required=False)
        owner = _owner(shape, account)
        shape.check()
        token = await self._token(request, asked, call)
        found = await self._view(asked, call, 0, token)
        upper = token.upper if token else found.serving.position
        values = {
            "account": account,
            "owner": owner,
            "after": token.position if token else max(first, 1) - 1,
            "upper": min(upper, last) if last else upper,
            "most": asked.page_size + 1,
        }
        chosen = _OF_OWNER if request.owner else _OF_ACCOUNT if account else _POSITIONS
        positions = [position for (position,) in await found.rows(chosen, values)]
        answer = pb.ListPostingsResponse(position=upper, missing_entries=await _missing(found))
        rows = await found.rows(_POSTINGS, {"positions": positions[: asked.page_size]})
        _fill(answer, asked.ledger, rows)
        if len(positions) > asked.page_size:
            shown = positions[asked.page_size - 1]
            answer.next_page_token = _next(found, request, tokens.PageToken(found.serving.version, upper, 0, shown))
        if answer.entries:
            stream = owner if account and CHART[account].owned is Owned.ID else b""
            begin, end = answer.entries[0].position, answer.entries[-1].position
            access = Access(ACCESS_KIND_ENTRIES, _POSTINGS_NAME, stream, begin, end, len(answer.entries))
            await self._records.record(asked.ledger, access, call)
        return answer

    async def _token(self, request: Any, asked: Asked, call: Call) -> tokens.PageToken | None:
        if not request.page_token:
            return None
        ledger = await find_serving(self._ledgers, asked.ledger, call.identity)
        return tokens.read(request.page_token, request, ledger.secret)


def _next(found: View, request: Message, token: tokens.PageToken) -> str:
    return tokens.write(token, request, found.ledger.secret)


def _fill(answer: pb.ListPostingsResponse, code: str, rows: list[tuple[Any, ...]]) -> None:
    entry = None
    for position, first, effective, recorded, type_, account, owner, amount in rows:
        if entry is None or entry.position != position:
            entry = answer.entries.add(
                name=names.entry_name(code, position),
                position=position,
                first_position=first,
                type=EVENT_NAMES[type_],
                effective_time=timestamp(effective),
                record_time=timestamp(recorded),
            )
        entry.postings.add(account=account, owner=owner_text(account, owner), amount=amount)


async def _missing(found: View) -> int:
    rows = await found.rows(_MISSING, (found.serving.version,))
    return int(rows[0][0])


def _read(shape: Shape, *, paged: bool = False) -> Asked:
    """Check what all requests say, and note what is wrong with it."""
    request = shape.request
    code, size = "", 0
    try:
        code = names.parse_ledger(request.ledger)
    except ValueError:
        shape.wrong("ledger", _LEDGER_PATTERN if request.ledger else REQUIRED)
    if paged:
        if request.page_size < 0:
            shape.wrong("page_size", "must not be negative")
        size = min(request.page_size or PAGE_DEFAULT, PAGE_MAX)
    past = shape.position("past_position")
    return Asked(code, shape.position("min_position"), shape.linearizable(), size, past)


def _account(shape: Shape, *, required: bool) -> int:
    account = shape.choice("account", pb.BookAccount)
    if required and not account:
        shape.wrong("account", REQUIRED)
    return account if account in CHART else 0


def _owner(shape: Shape, account: int) -> bytes:
    owner = cast("str", shape.request.owner)
    if not owner:
        return b""
    if not account:
        shape.wrong("owner", "needs the account that it is a part of")
        return b""
    try:
        return owner_bytes(account, owner)
    except ValueError:
        shape.wrong("owner", f"cannot own a part of {CHART[account].english}")
        return b""
