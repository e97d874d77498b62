"""Amounts for people: yuan with two digits, and the exact fen beside it."""

from __future__ import annotations


def yuan(fen: int) -> str:
    """Return fen as yuan: 16000 → `160.00`. Integers only, so it is exact."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02}"


def signed(fen: int) -> str:
    """Return a change as yuan with its sign; nothing for no change."""
    return f"{'+' if fen > 0 else ''}{yuan(fen)}" if fen else ""


def exact(fen: int) -> str:
    """Return yuan and fen: `160.00 yuan (16000 fen)`."""
    return f"{yuan(fen)} yuan ({fen} fen)"


def arithmetic(before: int, change: int, after: int) -> str:
    """Return how a balance came about: `300.00 - 52.00 = 248.00`."""
    if not change:
        return yuan(after)
    return f"{yuan(before)} {'+' if change > 0 else '-'} {yuan(abs(change))} = {yuan(after)}"
