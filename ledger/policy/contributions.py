"""Contributions of a month: the wage within floor and ceiling, times a rate."""

from __future__ import annotations

from typing import NamedTuple

_BASIS_POINTS = 10_000


class Contributions(NamedTuple):
    """Bounds of the base in fen, None for none; rates in basis points, 0 for none, of each who pays."""

    floor: int | None = None
    ceiling: int | None = None
    employee_bp: int = 0
    employer_bp: int = 0
    flexible_bp: int = 0

    def base(self, wage: int) -> int:
        """Return the base of a monthly wage, in fen."""
        base = wage if self.floor is None else max(wage, self.floor)
        return base if self.ceiling is None else min(base, self.ceiling)


def amount_of(base: int, rate_bp: int) -> int:
    """Return base × rate, half up, in fen."""
    return (base * rate_bp + _BASIS_POINTS // 2) // _BASIS_POINTS
