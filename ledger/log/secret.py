"""The secret of a ledger: keyed hashes of commands and of unique keys.

Without the secret nobody can guess an invoice number or an amount from its hash.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

KEY_HASH_SIZE: Final = 16
_BLOCK: Final = 64


class LedgerSecret:
    """Keyed hashes (HMAC-SHA256) of one ledger."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        """Take the 32-byte secret."""
        if len(key) != 32:  # noqa: PLR2004 - the size of a SHA-256 key
            raise ValueError("the secret of a ledger has 32 bytes")
        # HMAC as RFC 2104 writes it, from two hashes that already took the key in: `hmac.digest` costs twice as much.
        block = key.ljust(_BLOCK, b"\x00")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def _hmac(self, data: bytes) -> bytes:
        inner = self._inner.copy()
        inner.update(data)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()

    def command_hash(self, data: bytes) -> bytes:
        """Return the 32-byte hash of a command's normalised bytes."""
        return self._hmac(b"\x00" + data)

    def key_hash(self, kind: int, *parts: str) -> bytes:
        """Return the 16-byte hash of a unique key: kind, then each part with its length (UTF-8)."""
        data = bytearray((1, kind))
        for part in parts:
            encoded = part.encode()
            data += len(encoded).to_bytes(4, "little") + encoded
        return self._hmac(bytes(data))[:KEY_HASH_SIZE]

    def token_hash(self, data: bytes) -> bytes:
        """Return 16 bytes that tell a page token which this ledger gave; they are stored nowhere."""
        return self._hmac(b"\x02" + data)[:KEY_HASH_SIZE]

    def snapshot_hash(self, data: bytes) -> bytes:
        """Return the 32-byte hash by which a snapshot is known to be ours."""
        return self._hmac(b"\x03" + data)

    def identity_hash(self, number: str) -> bytes:
        """Return the 32-byte hash by which the identity store finds a document's number."""
        return self._hmac(b"\x04" + number.encode())

    def check_value(self) -> bytes:
        """Return 16 bytes that tell this secret from any other; `LedgerOpened` holds them for ever."""
        return self._hmac(b"personal-account-ledger/secret-check")[:KEY_HASH_SIZE]
