"""CheckEligibility (待遇享受检查): the decisions of a purchase of one fen, taken and thrown away.

Every answer is what `record_purchase` decides for a probe, so that it cannot differ from the purchase that follows. One
probe settles without relatives; one more for each relative lets that account alone pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.api import errors
from ledger.api.errors import InvalidRequest, Violation
from ledger.api.kinds import KINDS
from ledger.api.normalise import normalise, work
from ledger.api.shelf import Shelf, find_ledger
from ledger.api.single import Unexecuted
from ledger.domain import names
from ledger.domain.command import NO_ID
from ledger.domain.person import Person
from ledger.domain.policies import Policies
from ledger.domain.values import NONE
from ledger.log.identifiers import POLICIES, ledger_id, named_stream
from ledger.log.outcome import Failed, Quoted
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from ledger.api.calls import Call
    from ledger.domain.command import Work
    from ledger.log.ledger import Ledger

_PROBE = "purchase."


async def check(ledgers: Shelf, request: pb.CheckEligibilityRequest, call: Call) -> Message:
    """Answer CheckEligibility."""
    ledger, purchase = await _purchase(ledgers, request, call)
    first, *_ = await _ask(ledger, [_probe(request, purchase, call)], call)
    if not isinstance(first, Quoted):
        told = _no(first.reason, first.metadata)
        head = ledger.end.size
        return pb.CheckEligibilityResponse(settlement=told, own_account=told, pooled_fund=told, position=head)
    event = first.legs[0].event
    person: Person = first.before
    answer = pb.CheckEligibilityResponse(
        settlement=_YES,
        own_account=_own(event, person),
        pooled_fund=_no(reasons.REFUSAL_REASON_COVERAGE_SUSPENDED, {}) if event.uncounted else _YES,
        policy=event.computation.policy,
        relation=event.computation.relation,
        person_type=event.person_type,
        position=first.position,
    )
    await _family(answer, request, purchase, ledger, person, call)
    return answer


async def _family(
    answer: pb.CheckEligibilityResponse,
    request: pb.CheckEligibilityRequest,
    purchase: commands_pb2.Purchase,
    ledger: Ledger,
    person: Person,
    call: Call,
) -> None:
    """Let every relative in turn pay alone. One whose grant has ended is left out, as in GetAccount."""
    time = _micros(request) or call.now
    payers = [payer for payer in person.payers if not 0 < person.payer_ends[payer] <= time]
    accounts = [names.account_name(ledger.code, payer) for payer in payers]
    probes = []
    for account in accounts:
        alone = commands_pb2.Purchase()
        alone.CopyFrom(purchase)
        alone.shares_unused = False
        alone.own_account_unused = True
        alone.payers.append(account)
        probes.append(_probe(request, alone, call))
    for account, outcome in zip(accounts, await _ask(ledger, probes, call), strict=True):
        if not isinstance(outcome, Quoted):
            verdict = _no(outcome.reason, outcome.metadata)
        elif outcome.legs[0].event.split.shared:
            verdict = _YES
        else:
            verdict = _no(reasons.REFUSAL_REASON_PAYER_CANNOT_PAY, {})
        answer.family.add(payer=account, verdict=verdict)


async def _purchase(
    ledgers: Shelf, request: pb.CheckEligibilityRequest, call: Call
) -> tuple[Ledger, commands_pb2.Purchase]:
    """Return the ledger and the probe: one fen that nobody but the person's side can pay."""
    purchase = commands_pb2.Purchase(
        bill=types_pb2.Bill(total=1, pre_self_pay=1),
        institution=request.institution,
        category=request.category,
        benefit=request.benefit,
        credential=request.credential,
        presenter=request.presenter,
        service_date=request.service_date if request.HasField("service_date") else None,
        shares_unused=True,
        confidential=request.confidential if request.HasField("confidential") else None,
    )
    try:
        code = _normalised(request, purchase, call).ledger
    except InvalidRequest as invalid:
        found = [Violation(path.removeprefix(_PROBE), problem) for path, problem in invalid.violations]
        raise InvalidRequest(found) from None
    ledger = await find_ledger(ledgers, code, call.identity)
    policies, _ = await ledger.read_person(named_stream(ledger_id(code), POLICIES))
    if request.split_supplied or not Policies.of(policies).published:
        purchase.upstream.SetInParent()
    return ledger, purchase


def _normalised(request: pb.CheckEligibilityRequest, purchase: commands_pb2.Purchase, call: Call) -> Any:
    asked = pb.RecordPurchaseRequest(person=request.person, purchase=purchase)
    if request.HasField("effective_time"):
        asked.effective_time.CopyFrom(request.effective_time)
    return normalise(KINDS["record_purchase"], asked, call.now, call.identity.rights)


def _probe(request: pb.CheckEligibilityRequest, purchase: commands_pb2.Purchase, call: Call) -> Work:
    item = work(call.identity, NO_ID, bytes(32), (_normalised(request, purchase, call),), call.trace_id)
    item.quote = True
    return item


async def _ask(ledger: Ledger, probes: list[Work], call: Call) -> list[Any]:
    """Return what each probe leads to: a quote, or a business "no"; raise whatever else stands against it."""
    if not probes:
        return []
    outcomes = await ledger.execute(probes, deadline=call.deadline, source=call.identity.source)
    for outcome in outcomes:
        if isinstance(outcome, Failed) and not errors.meaning(outcome.reason).recorded:
            raise Unexecuted(outcome)
    return list(outcomes)


def _own(event: Any, person: Person) -> pb.Verdict:
    if event.split.own_account:
        return _YES
    none = person.state == NONE
    return _no(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND if none else reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE, {})


def _no(reason: int, metadata: Any) -> pb.Verdict:
    return pb.Verdict(
        reason=errors.meaning(reason).name,
        metadata=metadata,
        english=errors.sentence(reason, metadata, errors.ENGLISH),
        chinese=errors.sentence(reason, metadata, errors.CHINESE),
    )


_YES = pb.Verdict(eligible=True, english="Yes.", chinese="可以。")


def _micros(request: pb.CheckEligibilityRequest) -> int:
    return request.effective_time.seconds * 1_000_000 + request.effective_time.nanos // 1_000
