"""How a bill is split: the identities that every split satisfies, in integer fen.

total    = in_scope + pre_self_pay + over_limit_self_pay + full_self_pay
pooled + deductible ≤ in_scope
personal = total − pooled − Σ funds − hospital
total    = pooled + Σ funds + hospital + own_account + Σ shared + cash
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NoReturn

from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.domain.refusal import Refusal
from ledger.domain.values import NO_SUMS, Sums
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from ledger.v1 import commands_pb2


QUOTE_BYTES = 16


def mismatch(detail: str) -> NoReturn:
    """Refuse an amount that contradicts another one."""
    raise Refusal(reasons.REFUSAL_REASON_AMOUNT_MISMATCH, {"detail": detail})


def check_bill(bill: types_pb2.Bill) -> None:
    """Refuse a bill whose parts are negative or do not add up to its total."""
    total, in_scope, pre = bill.total, bill.in_scope, bill.pre_self_pay
    over, full = bill.over_limit_self_pay, bill.full_self_pay
    if total == in_scope + pre + over + full and total <= AMOUNT_LIMIT and min(total, in_scope, pre, over, full) >= 0:
        return
    parts = {"in_scope": in_scope, "pre_self_pay": pre, "over_limit_self_pay": over, "full_self_pay": full}
    _check_not_negative({"total": total, **parts})
    if total > AMOUNT_LIMIT:
        mismatch(f"total {total} is above {AMOUNT_LIMIT}")
    if total != sum(parts.values()):
        named = " + ".join(f"{name} {amount}" for name, amount in parts.items())
        mismatch(f"total {total} is not {named}")


def check_shares(purchase: commands_pb2.Purchase, shares: commands_pb2.UpstreamSplit) -> None:
    """Refuse shares that are negative, exceed the bill's in-scope part, or ignore an exclusion."""
    bill = purchase.bill
    pooled, deductible, hospital = shares.pooled, shares.deductible, shares.hospital
    if (
        min(pooled, deductible, hospital) >= 0
        and pooled + deductible <= bill.in_scope
        and pooled + hospital <= bill.total
        and not shares.funds
        and not purchase.exclusion_reason
    ):
        return  # nearly all purchases; what follows finds the words for the others
    funds = {f"fund {payment.fund}": payment.amount for payment in shares.funds}
    if len(funds) != len(shares.funds):
        mismatch("a fund is named twice")
    borne = {"pooled": shares.pooled, "hospital": shares.hospital, **funds}
    _check_not_negative({"deductible": shares.deductible, **borne})
    in_scope = purchase.bill.in_scope
    used = shares.pooled + shares.deductible
    if used > in_scope:
        # Other funds may bear the deductible or what lies outside the scope, as a civil servants' fund does.
        mismatch(f"pooled and deductible are {used}, more than in_scope {in_scope}")
    if sum(borne.values()) > purchase.bill.total:
        mismatch(f"pooled, funds and hospital are more than total {purchase.bill.total}")
    if purchase.exclusion_reason and used:
        name = "pooled" if shares.pooled else "deductible"
        mismatch(f"{name} is {shares.pooled or shares.deductible} although the bill is excluded")


def personal_part(bill: types_pb2.Bill, shares: commands_pb2.UpstreamSplit) -> int:
    """Return what the person's side has to bear, in fen."""
    personal = bill.total - shares.pooled - shares.hospital
    if shares.funds:
        personal -= sum([payment.amount for payment in shares.funds])
    return personal


def payable_part(bill: types_pb2.Bill, shares: commands_pb2.UpstreamSplit, personal: int) -> int:
    """Return the part of the personal part that accounts may pay, in fen."""
    if shares.full_self_pay_payable:
        return personal
    # The hospital may bear some of what accounts must not pay, so that nothing is left for them.
    return max(0, personal - bill.full_self_pay - bill.over_limit_self_pay)


def check_fixed_own_part(purchase: commands_pb2.Purchase, shares: commands_pb2.UpstreamSplit, payable: int) -> None:
    """Refuse a part of the own account that the centre fixed but that the account must not pay."""
    if not shares.HasField("own_account"):
        return
    fixed = shares.own_account
    _check_not_negative({"own_account": fixed})
    if fixed > payable:
        mismatch(f"own_account {fixed} is more than accounts may pay, {payable}")
    if fixed and purchase.own_account_unused:
        mismatch(f"own_account is {fixed} although the own account is not to be used")


def own_part(purchase: commands_pb2.Purchase, shares: commands_pb2.UpstreamSplit, payable: int, balance: int) -> int:
    """Return what the own account pays, in fen; a part that the centre fixed is payable in full or
    refused.
    """
    if shares.HasField("own_account"):
        if shares.own_account > balance:
            raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
        return shares.own_account
    if purchase.own_account_unused:
        return 0
    return min(balance, payable)


def check_fixed_cash(shares: commands_pb2.UpstreamSplit, cash: int) -> None:
    """Refuse when the centre fixed another cash part than what is left."""
    if shares.HasField("cash") and shares.cash != cash:
        mismatch(f"cash {shares.cash} is not what is left, {cash}")


def benefit_of(purchase: commands_pb2.Purchase) -> types_pb2.Benefit:
    """Return the benefit whose yearly sums the purchase moves."""
    if purchase.benefit:
        return purchase.benefit
    if purchase.category == types_pb2.CATEGORY_INPATIENT:
        return types_pb2.BENEFIT_INPATIENT
    return types_pb2.BENEFIT_OUTPATIENT


_tuple = tuple.__new__  # a named tuple's own constructor costs three times as much


def sums_of(purchase: commands_pb2.Purchase, split: types_pb2.Split, *, uncounted: bool) -> Sums:
    """Return what one purchase adds to its yearly sums: an inpatient stay counts as an admission,
    else as a visit. `uncounted` is what was decided, and recorded, about this bill: it adds nothing.
    """
    if uncounted:
        return NO_SUMS
    stay = purchase.category == types_pb2.CATEGORY_INPATIENT or purchase.benefit == types_pb2.BENEFIT_INPATIENT
    return _tuple(Sums, (split.deductible, split.pooled, purchase.bill.in_scope, 0 if stay else 1, 1 if stay else 0))


def accumulator(year: int, benefit: types_pb2.Benefit, before: Sums, change: Sums, sign: int) -> types_pb2.Accumulator:
    """Return the sums after a purchase (sign 1) or after its reversal (sign -1)."""
    return types_pb2.Accumulator(
        year=year,
        benefit=benefit,
        deductible=before.deductible + sign * change.deductible,
        pooled=before.pooled + sign * change.pooled,
        eligible=before.eligible + sign * change.eligible,
        visits=before.visits + sign * change.visits,
        admissions=before.admissions + sign * change.admissions,
    )


def check_quote(quote: bytes, stream: bytes, split: types_pb2.Split) -> None:
    """Refuse when a purchase names a quote and its split is another one."""
    if quote and quote != quote_token(stream, split):
        raise Refusal(reasons.REFUSAL_REASON_QUOTE_CHANGED)


def quote_token(stream: bytes, split: types_pb2.Split) -> bytes:
    """Return 16 bytes that stand for a person's split. They protect from a change, not from the caller."""
    amounts = (split.deductible, split.pooled, split.personal, split.account_payable, split.own_account, split.cash)
    others = [f"{payment.fund}={payment.amount}" for payment in split.funds]
    others += [f"{share.payer}={share.amount}" for share in split.shared]
    text = " ".join([stream.hex(), *map(str, amounts), str(split.hospital), *others])
    return sha256(text.encode()).digest()[:QUOTE_BYTES]


def _check_not_negative(amounts: dict[str, int]) -> None:
    for name, amount in amounts.items():
        if amount < 0:
            mismatch(f"{name} is negative")
