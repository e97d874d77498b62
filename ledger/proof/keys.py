"""The keys that sign a ledger's checkpoints: Ed25519, made here, stored wrapped by the master key.

Rotation: prepare a new key, record in the log that it is taken into use, let both sign while auditors learn the new
one, then record that the old one is retired. The log decides; `follow` brings the store after it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.master import MasterKey, wrapper
from ledger.proof.note import Signer, Verifier

if TYPE_CHECKING:
    from ledger.domain.recorded import Recorded

_CONTEXT = b"signing-key"


class SigningKey(NamedTuple):
    """A key as it is listed. Times are microseconds since 1970 UTC; `retired_at` is None while it signs."""

    verifier: Verifier
    taken_at: int
    retired_at: int | None


class Prepared(NamedTuple):
    """A key that waits to be taken into use, and the public keys that signed before anybody asked for one."""

    verifier: Verifier
    earlier: list[bytes]


def signing_context(ledger: bytes, public: bytes) -> bytes:
    """Return what binds a wrapped signing key to its place."""
    return _CONTEXT + ledger + public


def _now() -> int:
    return time.time_ns() // 1000


class SigningKeys:
    """The keys of one ledger, whose checkpoints have the origin `origin`."""

    def __init__(self, ledger: bytes, origin: str, master_key: MasterKey) -> None:
        """Take the ledger's id of 16 bytes, the name that the keys sign under, and the master key."""
        self._ledger = uuid.UUID(bytes=ledger)
        self._origin = origin
        self._master = wrapper(master_key)

    def _bound(self, public: bytes) -> bytes:
        return signing_context(self._ledger.bytes, public)

    def _insert(self, connection: psycopg.Connection, request: bytes | None) -> None:
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        wrapped = self._master.wrap(private.private_bytes_raw(), self._bound(public))
        connection.execute(
            "INSERT INTO ledger_keys.signing_keys (ledger, public, wrapped, taken_at, request)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (ledger, request) DO NOTHING",
            (self._ledger, public, wrapped, None if request else _now(), uuid.UUID(bytes=request) if request else None),
        )

    def prepare(self, connection: psycopg.Connection, request: bytes) -> Prepared:
        """Return the key that a request asked for, made now unless it was before, and the keys in use at that time.

        It signs nothing until the log says that it is taken into use. `request` is 16 bytes.
        """
        self._insert(connection, request)
        name = uuid.UUID(bytes=request)
        row = connection.execute(
            "SELECT public FROM ledger_keys.signing_keys WHERE ledger = %s AND request = %s", (self._ledger, name)
        ).fetchone()
        assert row is not None  # inserted just now, or before
        # Only the first key was not asked for by anybody, so this list never changes.
        earlier = connection.execute(
            "SELECT public FROM ledger_keys.signing_keys WHERE ledger = %s AND request IS NULL"
            " ORDER BY taken_at, public",
            (self._ledger,),
        ).fetchall()
        return Prepared(Verifier(self._origin, row[0]), [public for (public,) in earlier])

    def follow(self, connection: psycopg.Connection, changes: Iterable[Recorded]) -> None:
        """Take keys into use, and retire keys, as the entries of a log say. What was done before changes nothing."""
        for change in changes:
            column = "retired_at" if change.event.retired else "taken_at"
            connection.execute(
                f"UPDATE ledger_keys.signing_keys SET {column} = %s"  # noqa: S608 - one of two names
                f" WHERE ledger = %s AND public = %s AND {column} IS NULL",
                (change.record_time, self._ledger, change.event.public_key),
            )

    def known(self, connection: psycopg.Connection) -> list[SigningKey]:
        """Return all keys that sign or have signed, oldest first."""
        rows = connection.execute(
            "SELECT public, taken_at, retired_at FROM ledger_keys.signing_keys WHERE ledger = %s"
            " AND taken_at IS NOT NULL ORDER BY taken_at, public",
            (self._ledger,),
        )
        return [SigningKey(Verifier(self._origin, public), taken, retired) for public, taken, retired in rows]

    def signers(self, connection: psycopg.Connection) -> list[Signer]:
        """Return the keys that sign now; make the first one where there is none. Raise LookupError.

        Call it inside a transaction that holds the lock of signing, so that two processes do not both make one.
        """
        rows = self._wrapped(connection)
        if not rows:
            self._insert(connection, None)
            rows = self._wrapped(connection)
        return [self._unwrap(public, wrapped) for public, wrapped in rows]

    def _wrapped(self, connection: psycopg.Connection) -> list[tuple[bytes, bytes]]:
        return connection.execute(
            "SELECT public, wrapped FROM ledger_keys.signing_keys WHERE ledger = %s AND retired_at IS NULL"
            " AND taken_at IS NOT NULL ORDER BY taken_at, public",
            (self._ledger,),
        ).fetchall()

    def _unwrap(self, public: bytes, wrapped: bytes) -> Signer:
        try:
            private = self._master.unwrap(wrapped, self._bound(public))
        except InvalidTag:
            raise LookupError("the master key is not the one that wrapped this ledger's signing key") from None
        return Signer(self._origin, private)
