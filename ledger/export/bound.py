"""What a view said at a position, in three figures that anybody can work out from the log again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def balances_digest(accounts: Iterable[tuple[bytes, int]]) -> tuple[int, int, str]:
    """Return the number of accounts, the sum of their balances in fen, and a SHA-256 over them.

    Hashed is, for each account by its id, `id in hexadecimal digits, space, fen, newline`.
    """
    digest, number, total = sha256(), 0, 0
    for account, balance in sorted(accounts):
        digest.update(f"{account.hex()} {balance}\n".encode())
        number, total = number + 1, total + balance
    return number, total, digest.hexdigest()
