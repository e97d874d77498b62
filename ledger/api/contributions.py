"""QuoteContribution: what a month's contribution comes to by the rules that the region has published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import YEAR_MAX, YEAR_MIN, no_value
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.domain.policies import Policies
from ledger.log.identifiers import POLICIES, ledger_id, named_stream
from ledger.policy.contributions import Contributions, amount_of
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from ledger.api.calls import Call

_RATE_MAX = 10_000
_SOURCES = (t.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION, t.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION)
_MONTHS = range(1, 13)


async def quote(ledgers: Shelf, request: pb.QuoteContributionRequest, call: Call) -> Message:
    """Compute base and amount; nothing is recorded."""
    code = ledger_code(request.ledger, "ledger")
    year, month = _check(request)
    ledger = await find_serving(ledgers, code, call.identity)
    state, position = await ledger.read_person(named_stream(ledger_id(code), POLICIES))
    version = next(Policies.of(state).in_effect(0, (year, month, 1)), None)
    rules = version.says.contributions if version is not None else Contributions()  # type: ignore[union-attr]
    rate = request.rate_bp or _rate(rules, request)
    if not rate:
        raise Rejected(reasons.REFUSAL_REASON_CONTRIBUTION_RULES_NOT_PUBLISHED)
    base = rules.base(request.wage)
    return pb.QuoteContributionResponse(
        base=base,
        rate_bp=rate,
        amount=amount_of(base, rate),
        floor=rules.floor,
        ceiling=rules.ceiling,
        policy=version.name if version is not None else "",
        position=position,
    )


def _check(request: pb.QuoteContributionRequest) -> tuple[int, int]:
    found = []
    if not 0 <= request.wage <= AMOUNT_LIMIT:
        found.append(Violation("wage", f"must be from 0 to {AMOUNT_LIMIT:,}"))
    year, month = divmod(request.period, 100)
    if not YEAR_MIN <= year <= YEAR_MAX or month not in _MONTHS:
        found.append(Violation("period", "must be a month as YYYYMM"))
    if request.source not in _SOURCES:
        found.append(Violation("source", "must be the own contribution or the employer's part"))
    if request.person_type not in t.PersonType.values():
        found.append(Violation("person_type", no_value(t.PersonType, request.person_type)))
    if not 0 <= request.rate_bp <= _RATE_MAX:
        found.append(Violation("rate_bp", f"must be from 0 to {_RATE_MAX:,}"))
    if found:
        raise InvalidRequest(found)
    return year, month


def _rate(rules: Contributions, request: pb.QuoteContributionRequest) -> int:
    if request.source == t.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION:
        return rules.employer_bp
    flexible = request.person_type == t.PERSON_TYPE_FLEXIBLE
    return rules.flexible_bp if flexible else rules.employee_bp
