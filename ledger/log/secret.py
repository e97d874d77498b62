"""The secret of a ledger: keyed hashes of commands and of unique keys.

Without the secret nobody can guess an invoice number or an amount from its hash.
"""

from __future__ import annotations

import hmac
from typing import Final

KEY_HASH_SIZE: Final = 16


class LedgerSecret:
    """Keyed hashes (HMAC-SHA256) of one ledger."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Take the 32-byte secret."""
        if len(key) != 32:  # noqa: PLR2004 - the size of a SHA-256 key
            raise ValueError("the secret of a ledger has 32 bytes")
        self._key = key

    def command_hash(self, data: bytes) -> bytes:
        """Return the 32-byte hash of a command's normalised bytes."""
        return hmac.digest(self._key, b"\x00" + data, "sha256")

    def key_hash(self, kind: int, *parts: str) -> bytes:
        """Return the 16-byte hash of a unique key: kind, then each part with its length (UTF-8)."""
        data = bytearray((1, kind))
        for part in parts:
            encoded = part.encode()
            data += len(encoded).to_bytes(4, "little") + encoded
        return hmac.digest(self._key, bytes(data), "sha256")[:KEY_HASH_SIZE]

    def check_value(self) -> bytes:
        """Return 16 bytes that tell this secret from any other; `LedgerOpened` holds them for ever."""
        return hmac.digest(self._key, b"personal-account-ledger/secret-check", "sha256")[:KEY_HASH_SIZE]
