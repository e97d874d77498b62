"""QuoteInterest: the balances of an account at the end of each day of a period, summed, and what they earn."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import REQUIRED, civil_date
from ledger.api.shelf import Shelf, find_serving
from ledger.domain import names
from ledger.domain.interest import interest
from ledger.domain.person import Person
from ledger.domain.policies import Policies
from ledger.domain.values import NONE
from ledger.log import header
from ledger.log.identifiers import POLICIES, ledger_id, named_stream
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from google.protobuf.message import Message

    from ledger.api.calls import Call

_RATE_MAX = 1_000_000
_DATE = civil_date().rule
_SECOND = 1_000_000
_PATTERN = "must look like ledgers/{ledger}/accounts/{uuid}"


async def quote(ledgers: Shelf, request: pb.QuoteInterestRequest, call: Call) -> Message:
    """Compute balance days and interest; nothing is recorded."""
    code, stream, begin, end = _check(request)
    ledger = await find_serving(ledgers, code, call.identity)
    person, _ = await ledger.read_person(stream)
    if not isinstance(person, Person) or person.state == NONE:
        raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
    policies, _ = await ledger.read_person(named_stream(ledger_id(code), POLICIES))
    year_days = Policies.of(policies).rules_on((end.year, end.month, end.day)).interest_days
    entries, position = await ledger.read_stream(stream)
    summed = balance_days(entries, begin, end, ledger.time_zone)
    answer = pb.QuoteInterestResponse(
        balance_days=summed,
        amount=max(0, interest(summed, request.rate_ppm, year_days)),
        year_days=year_days,
        position=position,
    )
    if any(person.interest_to):
        year, month, day = person.interest_to
        answer.credited_to.CopyFrom(t.CivilDate(year=year, month=month, day=day))
    return answer


def balance_days(entries: Iterable[bytes], begin: date, end: date, zone: ZoneInfo) -> int:
    """Return the sum of the balances at the end of each day, in fen times days.

    Every entry counts from the civil date of its effective time on, also one that was recorded late.
    """
    summed = 0
    for entry in entries:
        fields = header.unpack(entry)
        change = fields[19]
        if change:
            day = datetime.fromtimestamp(fields[8] // _SECOND, zone).date()
            if day <= end:
                summed += change * ((end - max(begin, day)).days + 1)
    return summed


def _check(request: pb.QuoteInterestRequest) -> tuple[str, bytes, date, date]:
    found = []
    code, stream = "", b""
    try:
        code, stream = names.parse_account(request.account)
    except ValueError:
        found.append(Violation("account", _PATTERN if request.account else REQUIRED))
    for name in ("from_date", "to_date"):
        problems = _DATE(getattr(request, name)) if request.HasField(name) else [("", REQUIRED)]
        found += [Violation(name, problem) for _, problem in problems]
    if not 1 <= request.rate_ppm <= _RATE_MAX:
        found.append(Violation("rate_ppm", f"must be from 1 to {_RATE_MAX:,}"))
    if found:
        raise InvalidRequest(found)
    first, last = request.from_date, request.to_date
    begin, end = date(first.year, first.month, first.day), date(last.year, last.month, last.day)
    if end < begin:
        raise InvalidRequest([Violation("to_date", "must not lie before from_date")])
    return code, stream, begin, end
