"""Money into an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.amounts import AMOUNT_LIMIT, BALANCE_LIMIT
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Key, Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import account_of, check_not_closed
from ledger.domain.unique import claim
from ledger.policy.contributions import amount_of
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

# Plain numbers: an attribute of a generated module costs a look-up for each deposit.
_PERIOD_KEY = types_pb2.UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD
_PAYMENT_KEY = types_pb2.UNIQUE_KEY_KIND_PAYMENT
_ONE_BYTE_LENGTH = 128
_parse = events_pb2.DepositPosted.FromString
_TOPUP = types_pb2.DEPOSIT_SOURCE_VOLUNTARY_TOPUP


def record_deposit(command: Command, view: View) -> list[Leg]:
    """Credit an account that is open, be it pending, active or frozen."""
    person = account_of(command, view)
    check_not_closed(person)
    deposit = cast("commands_pb2.Deposit", command.content)
    amount = deposit.amount
    if deposit.source == _TOPUP and not _top_ups_allowed(command, view):
        raise Refusal(reasons.REFUSAL_REASON_VOLUNTARY_TOPUP_NOT_ALLOWED)
    if not 0 < amount <= AMOUNT_LIMIT:
        detail = f"the amount {amount} is not in 1 … {AMOUNT_LIMIT}"
        raise Refusal(reasons.REFUSAL_REASON_AMOUNT_MISMATCH, {"detail": detail})
    if deposit.base and deposit.rate_bp:
        _check_contribution(deposit, view)
    if person.balance + amount > BALANCE_LIMIT:
        raise Refusal(reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED)
    data = _encoded_event(command.encoded)
    event = _parse(data) if data else events_pb2.DepositPosted(deposit=deposit)
    keys = _keys(command, deposit, view)
    return [Leg(command.stream, types.DEPOSIT_POSTED, event, amount, 0, b"", keys, command.confidential, data)]


def _check_contribution(deposit: commands_pb2.Deposit, view: View) -> None:
    """Refuse an amount that is not base × rate, and a base outside of the bounds of its month's first day."""
    expected = amount_of(deposit.base, deposit.rate_bp)
    detail = ""
    if deposit.amount != expected:
        detail = f"the amount {deposit.amount} is not {expected}, {deposit.base} × {deposit.rate_bp} basis points"
    elif deposit.period:
        year, month = divmod(deposit.period, 100)
        bounded = policies_of(view).rules_on((year, month, 1)).contributions.base(deposit.base)
        if bounded != deposit.base:
            detail = f"the base {deposit.base} is beyond {bounded}"
    if detail:
        raise Refusal(reasons.REFUSAL_REASON_AMOUNT_MISMATCH, {"detail": detail})


def _top_ups_allowed(command: Command, view: View) -> bool:
    """Tell whether the rules of the region allow voluntary top-ups on the day; the national ones do not."""
    return policies_of(view).rules_on(view.civil_date(command.effective_time)).top_ups


def _encoded_event(content: bytes) -> bytes:
    """Put the tag and length of `DepositPosted.deposit` before the content's bytes; nothing where they are unknown.

    A third of the price of building the event from the content and encoding it again.
    """
    return b"\x0a%c%b" % (len(content), content) if 0 < len(content) < _ONE_BYTE_LENGTH else b""


def _keys(command: Command, deposit: commands_pb2.Deposit, view: View) -> tuple[Key, ...]:
    keys: tuple[Key, ...] = ()
    period = deposit.period
    if period:
        parts = (command.stream.hex(), str(period), str(deposit.source))
        reason = reasons.REFUSAL_REASON_DUPLICATE_CONTRIBUTION_PERIOD
        keys = (claim(view, _PERIOD_KEY, parts, reason, {"period": parts[1]}),)
    confidential = command.confidential
    if confidential is not None and confidential.payment_ref:
        reason = reasons.REFUSAL_REASON_DUPLICATE_PAYMENT_REFERENCE
        keys += (claim(view, _PAYMENT_KEY, (confidential.payment_ref,), reason),)
    return keys
