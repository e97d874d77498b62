"""What a rule makes of a bill: deductible, bands, rounding, cap. Integers and fractions, nothing else.

    owed     what the deductible still asks for
    base     in_scope − min(in_scope, owed)
    exact    Σ part of the base in a band × its ratio
    rounded  exact, half up, once
    pooled   min(rounded, cap − pooled before)

What the fund does not pay is the person's, so the remainder of rounding is too.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ledger.policy.rules import (
    ANNUAL,
    ELIGIBLE_GROSS,
    ELIGIBLE_NET,
    FUND_PAID_YTD,
    NONE,
    PER_ADMISSION,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.values import Sums
    from ledger.policy.rules import Band, Deductible, Rule

WHOLE = 10_000
"""Basis points of the whole."""


class UndefinedBandError(Exception):
    """The bill reaches beyond the last band of the rule, and nobody knows what holds there. `limit` in fen."""

    def __init__(self, limit: int) -> None:
        """Take the upper limit of the last band."""
        super().__init__(limit)
        self.limit = limit


class Shares(NamedTuple):
    """The result and every intermediate, in fen; `exact` in ten-thousandths of a fen, cut.

    `parts` are pairs of the part of the base (cut to the fen) and its ratio; `cap_left` is None without a cap.
    """

    owed: int
    deductible: int
    base: int
    parts: tuple[tuple[int, int], ...]
    exact: int
    rounded: int
    cap_left: int | None
    pooled: int


_tuple = tuple.__new__  # a named tuple's own constructor costs three times as much


def compute(rule: Rule, in_scope: int, before: Sums) -> Shares:
    """Return the fund's share of a bill. `before` are the sums of the service year and benefit.

    Raises UndefinedBandError.
    """
    owed = deductible_owed(rule.deductible, before)
    deductible = min(in_scope, owed)
    base = in_scope - deductible
    bands = rule.bands
    if len(bands) == 1 and bands[0].up_to is None:
        # The usual policy has one ratio: no limits to cut at.
        ratio = bands[0].ratio_bp
        exact = base * ratio
        parts: tuple[tuple[int, int], ...] = ((base, ratio),) if base else ()
        rounded = (exact + WHOLE // 2) // WHOLE
    elif rule.basis == FUND_PAID_YTD and bands:
        parts, exact, rounded = _by_fund(rule.bands, base, before.pooled)
    else:
        shift = 0 if rule.basis in {ELIGIBLE_GROSS, ELIGIBLE_NET} else before.eligible
        begin = shift if rule.basis == ELIGIBLE_NET else shift + deductible
        parts = _by_eligible(rule.bands, begin, begin + base)
        exact = sum([part * ratio for part, ratio in parts])
        rounded = (exact + WHOLE // 2) // WHOLE
    if rule.cap is None:
        return _tuple(Shares, (owed, deductible, base, parts, exact, rounded, None, rounded))
    left = max(0, rule.cap - before.pooled)
    return _tuple(Shares, (owed, deductible, base, parts, exact, rounded, left, min(rounded, left)))


def deductible_owed(deductible: Deductible, before: Sums) -> int:
    """Return what the deductible still asks for before this bill, by the number of the visit or admission."""
    kind = deductible.kind
    if kind == NONE:
        return 0
    if kind == ANNUAL:
        return max(0, deductible.first - before.deductible)
    times = before.admissions if kind == PER_ADMISSION else before.visits
    owed = deductible.later if times else deductible.first
    if deductible.annual_max is None:
        return owed
    return min(owed, max(0, deductible.annual_max - before.deductible))


def _by_eligible(bands: Sequence[Band], begin: int, end: int) -> tuple[tuple[int, int], ...]:
    """Cut what lies between two amounts at the limits of the bands."""
    if not bands or begin == end:
        return ()
    parts = []
    for up_to, ratio in bands:
        if up_to is None or end <= up_to:
            parts.append((end - begin, ratio))
            return tuple(parts)
        if begin < up_to:
            parts.append((up_to - begin, ratio))
            begin = up_to
    raise UndefinedBandError(bands[-1].up_to or 0)


def _by_fund(bands: Sequence[Band], base: int, paid: int) -> tuple[tuple[tuple[int, int], ...], int, int]:
    """Cut the base where the money that the fund has paid in the year reaches a limit.

    A limit is reached inside a fen: 1 yuan of the fund at 70 % takes 1.428571… yuan of the base.
    """
    rest, fund = Fraction(base), Fraction(0)
    parts: list[tuple[int, int]] = []
    for up_to, ratio in bands:
        if not rest:
            break
        wanted = rest * ratio / WHOLE
        room = None if up_to is None else up_to - paid - fund
        if room is not None and room <= 0:
            continue
        if room is None or wanted <= room:
            parts.append((int(rest), ratio))
            fund += wanted
            rest = Fraction(0)
        else:
            used = room * WHOLE / ratio
            parts.append((int(used), ratio))
            fund += room
            rest -= used
    if rest:
        raise UndefinedBandError(bands[-1].up_to or 0)
    return tuple(parts), int(fund * WHOLE), int(fund + Fraction(1, 2))
