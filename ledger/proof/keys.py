"""The keys that sign a ledger's checkpoints: Ed25519, made here, stored wrapped by the master key.

Rotation: take a new key into use, let both sign while auditors learn the new one, then retire the old one.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import NamedTuple

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.proof.note import Signer, Verifier

_NONCE = 12
_CONTEXT = b"signing-key"


class SigningKey(NamedTuple):
    """A key as it is listed. Times are microseconds since 1970 UTC; `retired_at` is None while it signs."""

    verifier: Verifier
    taken_at: int
    retired_at: int | None


def _now() -> int:
    return time.time_ns() // 1000


class SigningKeys:
    """The keys of one ledger, whose checkpoints have the origin `origin`."""

    def __init__(self, ledger: bytes, origin: str, master_key: bytes) -> None:
        """Take the ledger's id of 16 bytes, the name that the keys sign under, and the 32-byte master key."""
        self._ledger = uuid.UUID(bytes=ledger)
        self._origin = origin
        self._master = AESGCM(master_key)

    def _bound(self, public: bytes) -> bytes:
        return _CONTEXT + self._ledger.bytes + public

    def create(self, connection: psycopg.Connection) -> Verifier:
        """Take a new key into use beside those that there are."""
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        nonce = os.urandom(_NONCE)
        wrapped = nonce + self._master.encrypt(nonce, private.private_bytes_raw(), self._bound(public))
        connection.execute(
            "INSERT INTO ledger_keys.signing_keys (ledger, public, wrapped, taken_at) VALUES (%s, %s, %s, %s)",
            (self._ledger, public, wrapped, _now()),
        )
        return Verifier(self._origin, public)

    def retire(self, connection: psycopg.Connection, verifier: Verifier) -> bool:
        """Let a key sign nothing more. Return False where it is unknown, retired already, or the only one."""
        done = connection.execute(
            "UPDATE ledger_keys.signing_keys SET retired_at = %s WHERE ledger = %s AND public = %s"
            " AND retired_at IS NULL AND EXISTS (SELECT FROM ledger_keys.signing_keys AS other WHERE other.ledger = %s"
            " AND other.retired_at IS NULL AND other.public <> %s)",
            (_now(), self._ledger, verifier.public, self._ledger, verifier.public),
        )
        return done.rowcount == 1

    def known(self, connection: psycopg.Connection) -> list[SigningKey]:
        """Return all keys, those that sign and those that are retired, oldest first."""
        rows = connection.execute(
            "SELECT public, taken_at, retired_at FROM ledger_keys.signing_keys WHERE ledger = %s"
            " ORDER BY taken_at, public",
            (self._ledger,),
        )
        return [SigningKey(Verifier(self._origin, public), taken, retired) for public, taken, retired in rows]

    def signers(self, connection: psycopg.Connection) -> list[Signer]:
        """Return the keys that sign now; make the first one where there is none. Raise LookupError.

        Call it inside a transaction that holds the lock of signing, so that two processes do not both make one.
        """
        rows = self._wrapped(connection)
        if not rows:
            self.create(connection)
            rows = self._wrapped(connection)
        return [self._unwrap(public, wrapped) for public, wrapped in rows]

    def _wrapped(self, connection: psycopg.Connection) -> list[tuple[bytes, bytes]]:
        return connection.execute(
            "SELECT public, wrapped FROM ledger_keys.signing_keys WHERE ledger = %s AND retired_at IS NULL"
            " ORDER BY taken_at, public",
            (self._ledger,),
        ).fetchall()

    def _unwrap(self, public: bytes, wrapped: bytes) -> Signer:
        try:
            private = self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], self._bound(public))
        except InvalidTag:
            raise LookupError("the master key is not the one that wrapped this ledger's signing key") from None
        return Signer(self._origin, private)
