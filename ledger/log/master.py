"""Master keys: what wraps the keys in the key store, and does nothing else.

A key may lie in a file, in the environment, or in a key management service that wraps and unwraps by itself. Where
there are several, the first one wraps, and all of them unwrap: so a new one is taken into use while the service runs.
"""

from __future__ import annotations

import os
from typing import Final, Protocol, runtime_checkable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_SIZE: Final = 32
_NONCE: Final = 12


@runtime_checkable
class Wrapper(Protocol):
    """What a key management service has to do. `context` binds a wrapped key to its place."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return the key as it may be stored. Wrapping the same key twice gives different bytes."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raise cryptography's InvalidTag where it was wrapped by another master key or elsewhere."""

    def is_current(self, wrapped: bytes, context: bytes) -> bool:
        """Tell whether the newest master key has wrapped it."""


class LocalKeys:
    """Master keys in the memory of this process: AES-256-GCM, nonce ‖ ciphertext ‖ tag."""

    def __init__(self, keys: bytes) -> None:
        """Take one or more keys of 32 bytes, the newest first."""
        if not keys or len(keys) % KEY_SIZE:
            raise ValueError(f"a master key has {KEY_SIZE} bytes")
        self._ciphers = [AESGCM(keys[at : at + KEY_SIZE]) for at in range(0, len(keys), KEY_SIZE)]

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap with the newest key."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap with the key that wrapped it. Raise InvalidTag."""
        for cipher in self._ciphers[:-1]:
            try:
                return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context)
            except InvalidTag:
                continue
        return self._ciphers[-1].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context)

    def is_current(self, wrapped: bytes, context: bytes) -> bool:
        """Tell whether the newest key wrapped it."""
        try:
            self._ciphers[0].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context)
        except InvalidTag:
            return False
        return True


MasterKey = bytes | Wrapper
"""Keys of 32 bytes each, the newest first, or who wraps instead."""


def wrapper(master_key: MasterKey) -> Wrapper:
    """Return who wraps."""
    return LocalKeys(master_key) if isinstance(master_key, bytes) else master_key
