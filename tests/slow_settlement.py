"""What a bill must be settled as, worked out a second time, fen by fen and with fractions, from a document itself.

It shares nothing with the product: it reads the document as JSON, knows no versions, and walks through the base one fen
after another. Slow, and meant to be obvious.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction


class Undefined(Exception):
    """Nobody says what holds beyond the last band."""


class Purse:
    """A person: money, kind, and what was settled so far, by (year, benefit)."""

    def __init__(self, kind, balance):
        self.kind, self.balance = kind, balance
        self.sums = defaultdict(Counter)
        self.payers = []


def rule_for(document, kind, level):
    """The one rule of a document for such a person at such a place."""
    (found,) = (rule for rule in document["rules"] if kind in rule["person_types"] and level in rule["levels"])
    return found


def deductible(terms, sums, stay):
    """What is still to be borne before the fund pays."""
    kind = terms["kind"]
    if kind == "NONE":
        return 0
    if kind == "ANNUAL":
        return max(terms["amount"] - sums["deductible"], 0)
    times = sums["admissions" if kind == "PER_ADMISSION" else "visits"]
    owed = terms["first"] if times == 0 else terms["later"]
    if "annual_max" in terms:
        owed = min(owed, max(terms["annual_max"] - sums["deductible"], 0))
    return owed


def ratio_at(bands, amount):
    """The ratio of the fen that begins at an amount, as a fraction."""
    for band in bands:
        if band.get("up_to") is None or amount < band["up_to"]:
            return Fraction(band["ratio_bp"], 10_000)
    raise Undefined


def by_the_fen(rule, in_scope, owed, sums):
    """The exact share of the fund: every fen of the bill in turn."""
    bands, basis = rule["bands"], rule.get("band_basis", "ELIGIBLE_GROSS")
    share = Fraction(0)
    if not bands:
        return share
    for fen in range(in_scope):
        if fen < owed:
            continue
        if basis == "ELIGIBLE_GROSS":
            share += ratio_at(bands, fen)
        elif basis == "ELIGIBLE_NET":
            share += ratio_at(bands, fen - owed)
        elif basis == "ELIGIBLE_YTD":
            share += ratio_at(bands, sums["eligible"] + fen)
        else:
            share += _one_fen_by_fund(bands, sums["pooled"] + share)
    return share


def _one_fen_by_fund(bands, paid):
    """What the fund pays of one fen when it has paid so much before: the limit may lie inside the fen."""
    left, share = Fraction(1), Fraction(0)
    while left:
        for band in bands:
            if band.get("up_to") is None or paid + share < band["up_to"]:
                break
        else:
            raise Undefined
        ratio = Fraction(band["ratio_bp"], 10_000)
        part = left
        if band.get("up_to") is not None and ratio:
            part = min(left, (band["up_to"] - paid - share) / ratio)
        share += part * ratio
        left -= part
    return share


def half_up(amount):
    """Round to the fen, ties away from zero."""
    whole = amount.numerator // amount.denominator
    return whole + (amount - whole >= Fraction(1, 2))


def settle(document, purse, bill, *, level, year, use_account=True, ask=(), outside=False):
    """The split of a bill. Changes nothing. `bill` has in_scope, pre, over and full; `ask` are purses in order.

    `outside`: excluded by law, or nobody is covered, so that the fund has nothing to do with it.
    """
    rule = rule_for(document, purse.kind, level)
    stay = document["benefit"] == "INPATIENT"
    sums = purse.sums[year, document["benefit"]]
    owed = pooled = 0
    if not outside:
        owed = min(bill["in_scope"], deductible(rule["deductible"], sums, stay))
        pooled = half_up(by_the_fen(rule, bill["in_scope"], owed, sums))
        if rule["cap"] is not None:
            pooled = min(pooled, max(rule["cap"] - sums["pooled"], 0))
    total = sum(bill.values())
    personal = total - pooled
    payable = personal
    if not document.get("full_self_pay_payable"):
        payable -= bill["full"] + bill["over"]
    own = min(purse.balance, payable) if use_account else 0
    rest, shared = payable - own, []
    for payer in ask:
        paid = min(payer.balance, rest)
        if paid:
            shared.append((payer, paid))
        rest -= paid
    cash = personal - own - sum(paid for _, paid in shared)
    assert total == pooled + own + sum(paid for _, paid in shared) + cash
    return {"deductible": owed, "pooled": pooled, "own": own, "shared": shared, "cash": cash, "outside": outside}


def book(split, document, purse, bill, year, sign=1):
    """Make a settlement count, or with sign -1 no more."""
    sums = purse.sums[year, document["benefit"]]
    if not split["outside"]:
        sums["deductible"] += sign * split["deductible"]
        sums["pooled"] += sign * split["pooled"]
        sums["eligible"] += sign * bill["in_scope"]
        sums["admissions" if document["benefit"] == "INPATIENT" else "visits"] += sign
    purse.balance -= sign * split["own"]
    for payer, paid in split["shared"]:
        payer.balance -= sign * paid
