"""Interest on a balance: credited for a period that has ended, once for every day."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import calendar, names, settle
from ledger.domain import entry_types as types
from ledger.domain.amounts import BALANCE_LIMIT
from ledger.domain.insurance import civil
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import account_of, check_not_closed
from ledger.domain.unique import claim
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_MILLION = 1_000_000


def post_interest(command: Command, view: View) -> list[Leg]:
    """Credit interest that follows from balance days and rate; it is rounded half up, once."""
    content = cast("commands_pb2.InterestPosting", command.content)
    person = account_of(command, view)
    check_not_closed(person)
    begin, end = civil(content.from_date), civil(content.to_date)
    if end < begin or end >= view.civil_date(command.effective_time):
        raise Refusal(reasons.REFUSAL_REASON_INTEREST_PERIOD_INVALID)
    basis = policies_of(view).rules_on(end).interest_days
    expected = interest(content.balance_days, content.rate_ppm, basis)
    if content.amount != expected:
        days = f"{content.balance_days} fen days at {content.rate_ppm} millionths of {basis} days"
        settle.mismatch(f"the amount {content.amount} is not {expected}, which is {days}")
    if person.balance + content.amount > BALANCE_LIMIT:
        raise Refusal(reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED)
    if begin <= person.interest_to:
        until = {"until": calendar.text(person.interest_to)}
        raise Refusal(reasons.REFUSAL_REASON_DUPLICATE_INTEREST_PERIOD, until)
    parts = (names.id_text(command.stream), calendar.text(begin), calendar.text(end))
    reason = reasons.REFUSAL_REASON_DUPLICATE_INTEREST_PERIOD
    key = claim(view, types_pb2.UNIQUE_KEY_KIND_INTEREST_PERIOD, parts, reason, {"until": parts[2]})
    return [
        Leg(
            stream=command.stream,
            type=types.INTEREST_POSTED,
            event=events_pb2.InterestPosted(posting=content),
            balance_change=content.amount,
            keys=(key,),
            confidential=command.confidential,
        )
    ]


def interest(balance_days: int, rate_ppm: int, basis: int) -> int:
    """Return the interest in fen on fen times days, at a yearly rate in millionths, half up."""
    divisor = _MILLION * basis
    return (2 * balance_days * rate_ppm + divisor) // (2 * divisor)
