"""A second opinion on what the fund pays, worked out from the published document itself, with fractions.

It knows the words of the document (docs/adr/0017, 0018) and nothing of the service's rules: it walks along the base of
a bill from limit to limit and adds what each ratio gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

_WHOLE: Final = 10_000
_BASIS = "ELIGIBLE_GROSS"


class OpinionError(ValueError):
    """The document does not say what holds; the message says where."""


class Opinion(NamedTuple):
    """What a bill uses up of the deductible, and what the fund pays, in fen."""

    deductible: int
    pooled: int


def opinion(
    document: Mapping[str, Any],
    person_type: str,
    level: str,
    relation: str,
    in_scope: int,
    sums: Mapping[str, int],
    *,
    nothing_pooled: bool,
) -> Opinion:
    """Work out a bill. Words are those of the document; `sums` are those of the year before the bill.

    Raise OpinionError where not exactly one rule holds, or none beyond the last band.
    """
    rules = [
        rule
        for rule in document.get("rules", ())
        if person_type in rule["person_types"] and level in rule["levels"] and relation in rule["relations"]
    ]
    if len(rules) != 1:
        raise OpinionError(f"{len(rules)} rules hold for {person_type}, {level}, {relation}")
    if nothing_pooled:
        return Opinion(0, 0)
    (rule,) = rules
    used = min(in_scope, _owed(rule["deductible"], sums))
    pooled = _half_up(_share(rule, in_scope, used, sums)) if rule["bands"] else 0
    if rule["cap"] is not None:
        pooled = min(pooled, max(0, rule["cap"] - sums["pooled"]))
    return Opinion(used, pooled)


def _owed(terms: Mapping[str, Any], sums: Mapping[str, int]) -> int:
    kind = terms["kind"]
    if kind == "NONE":
        return 0
    if kind == "ANNUAL":
        return int(max(0, terms["amount"] - sums["deductible"]))
    times = sums["admissions"] if kind == "PER_ADMISSION" else sums["visits"]
    owed = int(terms["later"] if times else terms["first"])
    most = terms.get("annual_max")
    return owed if most is None else min(owed, max(0, most - sums["deductible"]))


def _share(rule: Mapping[str, Any], in_scope: int, used: int, sums: Mapping[str, int]) -> Fraction:
    basis = rule.get("band_basis") or _BASIS
    bands, base = rule["bands"], Fraction(in_scope - used)
    if basis == "FUND_PAID_YTD":
        return _along_payments(bands, base, Fraction(sums["pooled"]))
    begin = Fraction({"ELIGIBLE_NET": 0, "ELIGIBLE_YTD": sums["eligible"] + used}.get(basis, used))
    at, end, share = begin, begin + base, Fraction(0)
    while at < end:
        ratio, limit = _band_at(bands, at)
        step = end if limit is None else min(end, Fraction(limit))
        share += (step - at) * ratio
        at = step
    return share


def _along_payments(bands: Any, base: Fraction, paid: Fraction) -> Fraction:
    """Walk along what the fund has paid in the year: a limit is reached by payments, not by the bill."""
    share = Fraction(0)
    while base:
        ratio, limit = _band_at(bands, paid + share)
        step = base
        if limit is not None and ratio:
            step = min(base, (limit - paid - share) / ratio)
        share += step * ratio
        base -= step
    return share


def _band_at(bands: Any, at: Fraction) -> tuple[Fraction, int | None]:
    for band in bands:
        limit = band.get("up_to")
        if limit is None or at < limit:
            return Fraction(band["ratio_bp"], _WHOLE), limit
    raise OpinionError(f"nobody says what holds beyond {bands[-1]['up_to']} fen")


def _half_up(amount: Fraction) -> int:
    return int((amount + Fraction(1, 2)) // 1)
