"""ReplayAccount and ExplainAccount: what an account's entries say, folded anew for every call."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ledger.api import page_tokens, risk, shares
from ledger.api.accounts import account, subject
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.explanation import explain as explain_purchase
from ledger.api.shape import timestamp as timestamp_field
from ledger.api.shares import timestamp
from ledger.api.shelf import Shelf, find_serving
from ledger.audit import replay as audit
from ledger.audit.facts import FEN, RISK_FLAG
from ledger.audit.money import arithmetic
from ledger.audit.wording import EVENTS
from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.values import NONE
from ledger.log.entry import EVENT_NAMES, parse
from ledger.log.state import PERSON_EVENTS
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.options_pb2 import RIGHT_READ_RISK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from google.protobuf.message import Message

    from ledger.api.calls import Call
    from ledger.audit.facts import Change
    from ledger.log.ledger import Ledger

PAGE_DEFAULT = 50
PAGE_MAX = 200
_TIME = timestamp_field().rule


async def replay(ledgers: Shelf, request: pb.ReplayAccountRequest, call: Call) -> Message:
    """Answer ReplayAccount."""
    code, stream, as_account = subject(request.name)
    found: list[Violation] = []
    bound = _bound(request, found)
    if request.page_size < 0:
        found.append(Violation("page_size", "must not be negative"))
    if found:
        raise InvalidRequest(found)
    ledger = await find_serving(ledgers, code, call.identity)
    place = page_tokens.read(request.page_token, request, ledger.secret)
    entries, size = await _entries(ledger, stream, as_account=as_account)
    place = place or page_tokens.Place(min(bound.position, size), 0)
    bound = bound._replace(position=place.upper)
    wanted = min(request.page_size or PAGE_DEFAULT, PAGE_MAX)
    hidden = _hidden(call)
    behind = (
        step
        for step in audit.steps(stream, entries, bound)
        if step.recorded.position > place.after and step.recorded.type not in hidden
    )
    page = list(islice(behind, wanted + 1))
    answer = pb.ReplayAccountResponse(position=place.upper)
    for step in page[:wanted]:
        told = _step(step, code, ledger.time_zone)
        risk.describe(told.account.risk_flags, step.after.flags, code, call.identity)
        answer.steps.append(told)
    if len(page) > wanted:
        after = page[wanted - 1].recorded.position
        answer.next_page_token = page_tokens.write(place._replace(after=after), request, ledger.secret)
    return answer


async def explain(ledgers: Shelf, request: pb.ExplainAccountRequest, call: Call) -> Message:
    """Answer ExplainAccount."""
    code, stream, as_account = subject(request.name)
    found: list[Violation] = []
    end = _bound(request, found)
    if request.from_position < 0:
        found.append(Violation("from_position", "must not be negative"))
    elif request.from_position > end.position:
        found.append(Violation("to_position", "must not lie before from_position"))
    if found:
        raise InvalidRequest(found)
    ledger = await find_serving(ledgers, code, call.identity)
    entries, size = await _entries(ledger, stream, as_account=as_account)
    told = audit.explain(stream, entries, audit.Bound(request.from_position), end, _hidden(call))
    changes = told.changes(code, ledger.time_zone)
    english, chinese = told.equation()
    answer = pb.ExplainAccountResponse(
        opening_balance=told.before.balance,
        closing_balance=told.after.balance,
        english=english,
        chinese=chinese,
        event_count=told.events,
        changes=_changes(each for each in changes if each.code != RISK_FLAG or not _hidden(call)),
        account=account(told.after, code, shares.Moment(told.seen, ledger.time_zone)),
        position=min(end.position, size),
    )
    risk.describe(answer.account.risk_flags, told.after.flags, code, call.identity)
    for line in told.lines.values():
        answer.lines.add(
            kind=line.name,
            english=line.words[0],
            chinese=line.words[1],
            count=line.count,
            amount=line.amount,
            first_entry=names.entry_name(code, line.first_position),
            last_entry=names.entry_name(code, line.last_position),
        )
    return answer


def _hidden(call: Call) -> frozenset[int]:
    """Return the types of events that the caller may not know of: a suspicion is no business of the suspected."""
    return frozenset() if call.identity.rights >> RIGHT_READ_RISK & 1 else types.RISK


def _bound(request: pb.ReplayAccountRequest | pb.ExplainAccountRequest, found: list[Violation]) -> audit.Bound:
    """Return how far to go; tell what is wrong with it."""
    if request.to_position < 0:
        found.append(Violation("to_position", "must not be negative"))
    bound = audit.Bound(request.to_position or audit.FOR_EVER)
    if request.HasField("to_time"):
        problems = [Violation("to_time", problem) for _, problem in _TIME(request.to_time)]
        found += problems
        if not problems:
            bound = bound._replace(time=request.to_time.seconds * 1_000_000 + request.to_time.nanos // 1_000)
    return bound


async def _entries(ledger: Ledger, stream: bytes, *, as_account: bool) -> tuple[list[bytes], int]:
    """Return the entries of a person's stream and the size of the log; refuse where there is no such person."""
    person, _ = await ledger.read_person(stream)
    if as_account and getattr(person, "state", NONE) == NONE:
        raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
    entries, size = await ledger.read_stream(stream)
    if not entries or parse(entries[0]).header.type not in PERSON_EVENTS:
        raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    return entries, size


def _step(step: audit.Step, code: str, zone: tzinfo) -> pb.ReplayStep:
    item = step.recorded
    name = EVENT_NAMES[item.type]
    before, after = step.before.balance, step.after.balance
    explained = explain_purchase(item.event, before, after) if item.type == types.PURCHASE_SETTLED else []
    return pb.ReplayStep(
        entry=names.entry_name(code, item.position),
        position=item.position,
        version=item.version,
        kind=name,
        english=EVENTS[name][0],
        chinese=EVENTS[name][1],
        effective_time=timestamp(item.effective_time),
        record_time=timestamp(item.record_time),
        balance_before=before,
        balance_change=item.balance_change,
        balance_after=after,
        arithmetic=arithmetic(before, item.balance_change, after),
        changes=_changes(step.changes(code, zone)),
        explanation=explained,
        account=account(step.after, code, shares.Moment(step.seen, zone)),
    )


def _changes(changes: Iterable[Change]) -> list[pb.FactChange]:
    return [_change(each) for each in changes]


def _change(change: Change) -> pb.FactChange:
    english, chinese = change.sentence()
    told = pb.FactChange(code=change.code, subject=change.subject, english=english, chinese=chinese)
    before, after = change.before, change.after
    if isinstance(before, int) and isinstance(after, int):
        number = pb.NumberChange(before=before, change=after - before, after=after)
        (told.amount if change.kind == FEN else told.count).CopyFrom(number)
    else:
        told.text.CopyFrom(pb.TextChange(before=str(before), after=str(after)))
    return told
