"""Keys of the sealed parts: one per person, wrapped by the master key, in a store of their own.

A key is durable before the first entry that it seals: a key without entries harms nobody, an entry without its key
could never be opened. Destroying a key redacts what it sealed, while every hash and proof stays valid.
"""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, NamedTuple

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.log.master import MasterKey, wrapper
from ledger.v1 import entry_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg

    from ledger.v1.entry_pb2 import Sealed
    from ledger.v1.types_pb2 import Confidential

log = structlog.get_logger(__name__)

_NONCE = 12
_CACHE_LIMIT = 100_000


class PersonKey(NamedTuple):
    """The key of one person's sealed parts."""

    key_id: bytes
    cipher: AESGCM


def person_context(ledger: bytes, stream: bytes, key_id: bytes) -> bytes:
    """Return what binds a wrapped person key to its place."""
    return ledger + stream + key_id


def secret_context(ledger: bytes) -> bytes:
    """Return what binds a wrapped secret to its ledger."""
    return b"secret" + ledger


def create_secret(connection: psycopg.Connection, ledger: bytes, master_key: MasterKey) -> None:
    """Store a new random secret for a ledger that has none."""
    wrapped = wrapper(master_key).wrap(os.urandom(32), secret_context(ledger))
    connection.execute(
        "INSERT INTO ledger_keys.secrets (ledger, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (uuid.UUID(bytes=ledger), wrapped),
    )


def read_secret(connection: psycopg.Connection, ledger: bytes, master_key: MasterKey) -> bytes:
    """Return the 32-byte secret of a ledger. Raise LookupError where the store has none."""
    row = connection.execute(
        "SELECT wrapped FROM ledger_keys.secrets WHERE ledger = %s", (uuid.UUID(bytes=ledger),)
    ).fetchone()
    if row is None:
        raise LookupError("the key store has no secret for this ledger: restore the key store first")
    try:
        return wrapper(master_key).unwrap(row[0], secret_context(ledger))
    except InvalidTag:
        raise LookupError("the master key is not the one that wrapped this ledger's secret") from None


def associated_data(ledger: bytes, stream: bytes, version: int) -> bytes:
    """Return what binds a sealed part to its place: ledger ‖ stream ‖ version (8 bytes, little-endian)."""
    return ledger + stream + version.to_bytes(8, "little")


class KeyStore:
    """The person keys of one ledger. Used by one thread; only `forget` is for others too."""

    def __init__(self, ledger: bytes, master_key: MasterKey) -> None:
        """Take the ledger's id and the master key."""
        self._ledger = ledger
        self._master = wrapper(master_key)
        self._keys: dict[bytes, PersonKey] = {}
        self._ciphers: dict[bytes, AESGCM] = {}
        self._destroyed: set[bytes] = set()

    def forget(self, stream: bytes, key_id: bytes) -> None:
        """Drop a key that was destroyed; it is not taken in again. May be called from any thread."""
        self._destroyed.add(stream)
        self._keys.pop(stream, None)
        self._ciphers.pop(key_id, None)

    def destroyed(self, connection: psycopg.Connection, stream: bytes) -> bool:
        """Tell whether a person's key was destroyed."""
        if stream not in self._keys and stream not in self._destroyed:
            self.load(connection, [stream], create=False)
        return stream in self._destroyed

    def missing(self, streams: Iterable[bytes]) -> list[bytes]:
        """Return the streams whose keys are not in memory."""
        return [stream for stream in streams if stream not in self._keys and stream not in self._destroyed]

    def load(self, connection: psycopg.Connection, streams: Iterable[bytes], *, create: bool) -> None:
        """Bring the keys of these streams into memory; create, durably, those that do not exist."""
        wanted = {stream: uuid.UUID(bytes=stream) for stream in streams}
        if len(self._keys) > _CACHE_LIMIT:
            self._keys.clear()
            self._ciphers.clear()
        if create:
            rows = [(uuid.UUID(bytes=self._ledger), name, *self._new_key(stream)) for stream, name in wanted.items()]
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO ledger_keys.person_keys (ledger, stream, key_id, wrapped) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    rows,
                )
        found = connection.execute(
            "SELECT stream, key_id, wrapped FROM ledger_keys.person_keys WHERE ledger = %s AND stream = ANY(%s)",
            (uuid.UUID(bytes=self._ledger), list(wanted.values())),
        )
        self._remember_all(found)

    def key(self, connection: psycopg.Connection, stream: bytes) -> PersonKey | None:
        """Return a person's key, made where there is none; None where it was destroyed."""
        self.load(connection, [stream], create=True)
        return self._keys.get(stream)

    def key_id(self, connection: psycopg.Connection, stream: bytes) -> bytes:
        """Return the id of a person's key, also of one that is destroyed; make the key where there is none."""
        self.load(connection, [stream], create=True)
        row = connection.execute(
            "SELECT key_id FROM ledger_keys.person_keys WHERE ledger = %s AND stream = %s",
            (uuid.UUID(bytes=self._ledger), uuid.UUID(bytes=stream)),
        ).fetchone()
        assert row is not None  # it was there, or was made
        found: bytes = row[0].bytes
        return found

    def load_ids(self, connection: psycopg.Connection, key_ids: Iterable[bytes]) -> None:
        """Bring the keys with these ids into memory, as far as they are still there."""
        wanted = [uuid.UUID(bytes=key_id) for key_id in key_ids if key_id not in self._ciphers]
        if wanted:
            self._remember_all(
                connection.execute(
                    "SELECT stream, key_id, wrapped FROM ledger_keys.person_keys WHERE key_id = ANY(%s)", (wanted,)
                )
            )

    def _remember_all(self, rows: Iterable[tuple[uuid.UUID, uuid.UUID, bytes | None]]) -> None:
        """Unwrap keys. One that cannot be unwrapped is left out: what needs it fails, and what does not goes on."""
        for stream, key_id, wrapped in rows:
            if wrapped is None:
                self.forget(stream.bytes, key_id.bytes)
                continue
            try:
                self._remember(stream.bytes, key_id.bytes, wrapped)
            except InvalidTag:
                log.exception("key.unreadable", ledger=self._ledger.hex(), key_id=str(key_id))

    def _new_key(self, stream: bytes) -> tuple[uuid.UUID, bytes]:
        key_id = uuid.uuid4()
        return key_id, self._master.wrap(AESGCM.generate_key(256), person_context(self._ledger, stream, key_id.bytes))

    def seal(self, stream: bytes, owner: bytes, version: int, content: Confidential) -> Sealed | None:
        """Seal personal data of `owner` for the entry (stream, version). The owner's key must be loaded.

        None where it was destroyed: nothing personal is kept of that person any more.
        """
        key = self._keys.get(owner)
        if key is None:
            if owner in self._destroyed:
                return None
            raise LookupError("the key of a person is not there")
        nonce = os.urandom(_NONCE)
        plain = content.SerializeToString()
        data = associated_data(self._ledger, stream, version)
        return entry_pb2.Sealed(key_id=key.key_id, nonce=nonce, ciphertext=key.cipher.encrypt(nonce, plain, data))

    def open(self, connection: psycopg.Connection, stream: bytes, version: int, sealed: Sealed) -> bytes | None:
        """Return the encoded `Confidential` of an entry, or None where its key is not there (any more)."""
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            row = connection.execute(
                "SELECT stream, wrapped FROM ledger_keys.person_keys WHERE key_id = %s",
                (uuid.UUID(bytes=sealed.key_id),),
            ).fetchone()
            if row is None or row[1] is None:
                return None
            cipher = self._remember(row[0].bytes, sealed.key_id, row[1]).cipher
        data = associated_data(self._ledger, stream, version)
        return cipher.decrypt(sealed.nonce, sealed.ciphertext, data)

    def _remember(self, stream: bytes, key_id: bytes, wrapped: bytes) -> PersonKey:
        key = PersonKey(key_id, AESGCM(self._master.unwrap(wrapped, person_context(self._ledger, stream, key_id))))
        if stream in self._destroyed:  # it was read before it was destroyed
            return key
        self._keys[stream] = key
        self._ciphers[key_id] = key.cipher
        return key


def destroy(connection: psycopg.Connection, ledger: bytes, stream: bytes, now: int) -> bytes:
    """Destroy a person's key, and with it whatever is known of who the person is; return the key's id.

    What was destroyed before stays as it was. A person without a key never gets one. `now` is in microseconds.
    """
    names = uuid.UUID(bytes=ledger), uuid.UUID(bytes=stream)
    with connection.transaction():
        row = connection.execute(
            "INSERT INTO ledger_keys.person_keys AS known (ledger, stream, key_id, wrapped, destroyed_at)"
            " VALUES (%s, %s, %s, NULL, %s) ON CONFLICT (ledger, stream) DO UPDATE"
            " SET wrapped = NULL, destroyed_at = coalesce(known.destroyed_at, excluded.destroyed_at) RETURNING key_id",
            (*names, uuid.uuid4(), now),
        ).fetchone()
        connection.execute("DELETE FROM ledger_identity.identities WHERE ledger = %s AND stream = %s", names)
    assert row is not None  # inserted or updated
    key_id: bytes = row[0].bytes
    return key_id


def destroyed_since(connection: psycopg.Connection, time: int) -> list[tuple[bytes, bytes, bytes]]:
    """Return ledger, stream and id of the keys that were destroyed at a time (microseconds) or later."""
    rows = connection.execute(
        "SELECT ledger, stream, key_id FROM ledger_keys.person_keys WHERE destroyed_at >= %s", (time,)
    )
    return [(ledger.bytes, stream.bytes, key_id.bytes) for ledger, stream, key_id in rows]
