"""Ceilings of amounts in fen: every sum of amounts below them stays far inside a signed 64-bit
number.
"""

AMOUNT_LIMIT = 10**12
"""Most that one deposit, transfer or bill may be, in fen: 10,000,000,000 yuan."""

BALANCE_LIMIT = 10**15
"""Most that an account may hold, in fen."""
