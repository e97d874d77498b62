"""Relatives who pay for a beneficiary: whose grant holds, in which order they are asked, and how
much each gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger.domain import names
from ledger.domain.policies import policies_of
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import state_at
from ledger.domain.sanctions import check_may_share, may_share
from ledger.domain.values import ACTIVE, Grant
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.policy.rules import Date
    from ledger.v1 import commands_pb2


class Payment(NamedTuple):
    """What one relative's account pays, in fen."""

    payer: bytes
    amount: int


def holding_grant(payer: Person, beneficiary: bytes, ledger: str, time: int) -> Grant | None:
    """Return the payer's grant to a beneficiary of this ledger if it holds at the effective time
    (µs), else None.
    """
    grant = payer.grants.get(beneficiary)
    if grant is None or not grant.beneficiary_name.startswith(f"ledgers/{ledger}/"):
        return None
    if time < grant.start_time or grant.ended(time):
        return None
    return grant


def payers_to_ask(
    purchase: commands_pb2.Purchase, beneficiary: Person, date: Date, command: Command, view: View
) -> list[tuple[Person, Grant]]:
    """Return who is asked, in order: the named payers, who must have granted it, else all who hold
    a grant. Nobody is asked for a category that the region's rules of the service date keep from
    relatives.
    """
    if purchase.shares_unused:
        return []
    if purchase.payers:
        return _named_payers(purchase, beneficiary, date, command, view)
    if not beneficiary.payers or not may_share(beneficiary, command.effective_time):
        return []
    if not _may_be_shared(purchase.category, date, view):
        return []
    asked = []
    for stream in beneficiary.payers:
        payer = view.person(stream)
        grant = holding_grant(payer, beneficiary.id, view.ledger, command.effective_time)
        if grant is not None:
            asked.append((payer, grant))
    return asked


def _may_be_shared(category: int, date: Date, view: View) -> bool:
    allowed = policies_of(view).rules_on(date).shared_categories
    return not allowed or category in allowed


def _named_payers(
    purchase: commands_pb2.Purchase, beneficiary: Person, date: Date, command: Command, view: View
) -> list[tuple[Person, Grant]]:
    # A payer named twice must not be asked twice for the same money.
    parsed = {name: names.parse_account(name) for name in purchase.payers}
    for name, (ledger, _) in parsed.items():
        if ledger != view.ledger:
            raise Refusal(reasons.REFUSAL_REASON_SHARE_ACROSS_LEDGERS_NOT_SUPPORTED, {"payer": name})
    check_may_share(command.effective_time, beneficiary)
    if not _may_be_shared(purchase.category, date, view):
        category = types_pb2.Category.Name(purchase.category).removeprefix("CATEGORY_")
        raise Refusal(reasons.REFUSAL_REASON_SHARE_CATEGORY_NOT_PERMITTED, {"category": category})
    asked = []
    for name, (_, stream) in parsed.items():
        payer = view.person(stream)
        grant = holding_grant(payer, beneficiary.id, view.ledger, command.effective_time)
        if grant is None:
            raise Refusal(reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED, {"payer": name})
        asked.append((payer, grant))
    return asked


def payments(
    asked: Iterable[tuple[Person, Grant]], beneficiary: bytes, year: int, rest: int, time: int
) -> list[Payment]:
    """Take the rest (fen) from the payers in order, within balances and limits. Those that are frozen, closed or kept
    from sharing at an effective time (µs) are skipped.
    """
    paid = []
    for payer, grant in asked:
        if state_at(payer, time) != ACTIVE or not may_share(payer, time):
            continue
        amount = min(payer.balance, rest)
        if grant.purchase_limit:
            amount = min(amount, grant.purchase_limit)
        if grant.year_limit:
            amount = min(amount, grant.year_limit - payer.grant_use.get((beneficiary, year), 0))
        if amount > 0:
            paid.append(Payment(payer.id, amount))
            rest -= amount
    return paid
