"""IdentityService: names and numbers of persons, sealed under their keys, apart from the log and gone with the key."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import psycopg
from google.protobuf.message import Message

from ledger.api.access_records import Access, AccessRecords
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_serving
from ledger.domain import names
from ledger.log.connection import connect
from ledger.log.keystore import KeyStore, PersonKey
from ledger.log.settings import LogSettings
from ledger.v1 import identity_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import ACCESS_KIND_IDENTITY

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

SERVICE = pb.DESCRIPTOR.services_by_name["IdentityService"]

_NONCE: Final = 12
_LONGEST: Final = {"name": 100, "document_number": 64, "phone": 32}
_PURPOSE_MAX: Final = 64
_PERSON = "must look like ledgers/{ledger}/persons/{uuid}"


_KeyWork = Callable[[psycopg.Connection, PersonKey | None], Any]


class _Stored(NamedTuple):
    version: int
    identity: pb.PersonIdentity


class IdentityService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, records: AccessRecords, settings: LogSettings) -> None:
        """Take where ledgers are found, who records accesses, and the key store."""
        self._ledgers = ledgers
        self._records = records
        self._settings = settings

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {"PutIdentity": self._put, "CorrectIdentity": self._correct, "GetIdentity": self._get}

    async def _put(self, request: pb.PutIdentityRequest, call: Call) -> Message:
        ledger, stream = await self._subject(request.person, _violations(request), call)
        await self._record(ledger, "PutIdentity", stream, "", call)
        version = await asyncio.to_thread(self._write, ledger, stream, request.identity, 0)
        return pb.PutIdentityResponse(version=version)

    async def _correct(self, request: pb.CorrectIdentityRequest, call: Call) -> Message:
        found = _violations(request)
        if request.expected_version < 1:
            found.append(Violation("expected_version", "must be at least 1"))
        ledger, stream = await self._subject(request.person, found, call)
        await self._record(ledger, "CorrectIdentity", stream, "", call)
        version = await asyncio.to_thread(self._write, ledger, stream, request.identity, request.expected_version)
        return pb.CorrectIdentityResponse(version=version)

    async def _get(self, request: pb.GetIdentityRequest, call: Call) -> Message:
        found = []
        if not 1 <= len(request.purpose) <= _PURPOSE_MAX:
            found.append(Violation("purpose", REQUIRED if not request.purpose else "has more than 64 characters"))
        ledger, stream = await self._subject(request.person, found, call)
        stored, erased = await asyncio.to_thread(self._read, ledger, stream)
        await self._record(ledger, "GetIdentity", stream, request.purpose, call)
        if erased:
            raise Rejected(reasons.REFUSAL_REASON_IDENTITY_ERASED)
        if stored is None:
            raise Rejected(reasons.REFUSAL_REASON_IDENTITY_NOT_FOUND)
        return pb.GetIdentityResponse(identity=stored.identity, version=stored.version)

    async def _subject(self, name: str, found: list[Violation], call: Call) -> tuple[Ledger, bytes]:
        try:
            code, stream = names.parse_person(name)
        except ValueError:
            raise InvalidRequest([Violation("person", _PERSON if name else REQUIRED), *found]) from None
        if found:
            raise InvalidRequest(found)
        ledger = await find_serving(self._ledgers, code, call.identity)
        person, _ = await ledger.read_person(stream)
        if not person.version:
            raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        return ledger, stream

    async def _record(self, ledger: Ledger, method: str, stream: bytes, purpose: str, call: Call) -> None:
        name = f"{SERVICE.full_name}.{method}"
        access = Access(ACCESS_KIND_IDENTITY, name, stream, entries=1, purpose=purpose)
        await self._records.record(ledger.code, access, call)

    def _with_key(self, ledger: Ledger, stream: bytes, work: _KeyWork) -> Any:
        """Work with a person's key, which nothing keeps in memory afterwards; None: it is destroyed."""
        keystore = KeyStore(ledger.id, self._settings.master_key)
        url = self._settings.database_url
        with connect(url, application="ledgerd identities") as connection, connection.transaction():
            # Whoever destroys the key now waits, and then finds what was written here.
            connection.execute(
                "SELECT 1 FROM ledger_keys.person_keys WHERE ledger = %s AND stream = %s FOR UPDATE",
                _names(ledger, stream),
            )
            return work(connection, keystore.key(connection, stream))

    def _read(self, ledger: Ledger, stream: bytes) -> tuple[_Stored | None, bool]:
        """Return what is stored, and whether it was erased."""

        def work(connection: psycopg.Connection, key: PersonKey | None) -> tuple[_Stored | None, bool]:
            return _opened(connection, key, ledger, stream), key is None

        found: tuple[_Stored | None, bool] = self._with_key(ledger, stream, work)
        return found

    def _write(self, ledger: Ledger, stream: bytes, identity: pb.PersonIdentity, expected: int) -> int:
        """Store an identity: the first one where `expected` is 0, else the one after that version."""

        def work(connection: psycopg.Connection, key: PersonKey | None) -> int:
            if key is None:
                raise Rejected(reasons.REFUSAL_REASON_IDENTITY_ERASED)
            stored = _opened(connection, key, ledger, stream)
            if expected and stored is None:
                raise Rejected(reasons.REFUSAL_REASON_IDENTITY_NOT_FOUND)
            if stored is not None and stored.identity == identity and stored.version >= expected:
                return stored.version  # sent again
            if stored is not None and not expected:
                raise Rejected(reasons.REFUSAL_REASON_IDENTITY_EXISTS)
            if stored is not None and stored.version != expected:
                raise Rejected(reasons.REFUSAL_REASON_IDENTITY_CHANGED)
            version, nonce = expected + 1, os.urandom(_NONCE)
            sealed = key.cipher.encrypt(nonce, identity.SerializeToString(), _place(ledger, stream, version))
            lookup = ledger.secret.identity_hash(identity.document_number)
            try:
                connection.execute(
                    "INSERT INTO ledger_identity.identities VALUES (%s, %s, %s, %s, %s, %s, %s)"
                    " ON CONFLICT (ledger, stream) DO UPDATE SET version = excluded.version, lookup = excluded.lookup,"
                    " nonce = excluded.nonce, ciphertext = excluded.ciphertext, changed_at = excluded.changed_at",
                    (*_names(ledger, stream), version, lookup, nonce, sealed, time.time_ns() // 1000),
                )
            except psycopg.errors.UniqueViolation:
                raise Rejected(reasons.REFUSAL_REASON_IDENTITY_EXISTS) from None
            return version

        stored: int = self._with_key(ledger, stream, work)
        return stored


def _names(ledger: Ledger, stream: bytes) -> tuple[uuid.UUID, uuid.UUID]:
    return uuid.UUID(bytes=ledger.id), uuid.UUID(bytes=stream)


def _place(ledger: Ledger, stream: bytes, version: int) -> bytes:
    return b"identity" + ledger.id + stream + version.to_bytes(8, "little")


def _opened(connection: psycopg.Connection, key: PersonKey | None, ledger: Ledger, stream: bytes) -> _Stored | None:
    row = connection.execute(
        "SELECT version, nonce, ciphertext FROM ledger_identity.identities WHERE ledger = %s AND stream = %s",
        _names(ledger, stream),
    ).fetchone()
    if row is None or key is None:
        return None
    plain = key.cipher.decrypt(row[1], row[2], _place(ledger, stream, row[0]))
    return _Stored(row[0], pb.PersonIdentity.FromString(plain))


def _violations(request: Any) -> list[Violation]:
    found = []
    for name, longest in _LONGEST.items():
        value = getattr(request.identity, name)
        if not value and name != "phone":
            found.append(Violation(f"identity.{name}", REQUIRED))
        elif len(value) > longest:
            found.append(Violation(f"identity.{name}", f"has more than {longest} characters"))
    return found
