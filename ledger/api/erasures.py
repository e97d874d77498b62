"""Brings about what the log has approved: keys of persons that are destroyed, and stay destroyed.

The log says whose key is destroyed; a file outside the database says it too. Both are followed before a ledger is
served, so that neither a key store nor a log from an older backup brings anybody back.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import psycopg
import structlog

from ledger.api.identity import ALL_RIGHTS, URN, Identity
from ledger.api.normalise import instruction
from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.command import RECORD_KEY_DESTRUCTION, Work
from ledger.domain.proposals import APPROVED
from ledger.log import keystore
from ledger.log.connection import connect
from ledger.log.identifiers import ledger_id
from ledger.log.outcome import Committed
from ledger.proof.administration import administration
from ledger.v1.events_pb2 import KeyDestroyed

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger
    from ledger.log.ledgers import Ledgers

LOOK_SECONDS: Final = 1.0
"""How long a process may still hold a key in memory that another one has destroyed."""
OVERLAP_MICROSECONDS: Final = 60_000_000
"""How far it is looked back, because clocks differ and transactions end later than they begin."""
WRITE_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


def _service_id(what: str) -> bytes:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{URN}:service:{what}").bytes


SERVICE: Final = Identity(
    organisation=_service_id("erasures"),
    actor=_service_id("erasures:actor"),
    rights=ALL_RIGHTS,
    organisation_name="service",
    actor_name="erasures",
    source=b"erasures",
)
"""Who records that a key is destroyed, in every process."""


class Erasure(NamedTuple):
    """An approved destruction: whose key, and the first position of the transaction that approved it."""

    stream: bytes
    approval: int


class ErasedList:
    """The erased persons of each ledger, in files outside the database: one stream in hexadecimal digits a line."""

    def __init__(self, directory: Path) -> None:
        """Take the directory; it is made when it is needed."""
        self._directory = directory

    def recall(self, code: str) -> set[bytes]:
        """Return the streams of a ledger's erased persons."""
        try:
            lines = (self._directory / f"{code}.erased").read_text("ascii").split("\n")
        except FileNotFoundError:
            return set()
        return {bytes.fromhex(line) for line in lines if len(line) == 32}  # noqa: PLR2004 - a whole line

    def keep(self, code: str, streams: Iterable[bytes]) -> None:
        """Add streams, durably."""
        fresh = sorted(set(streams) - self.recall(code))
        if not fresh:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / f"{code}.erased").open("a", encoding="ascii") as file:
            # A line that a crash cut off is ended, and is none.
            file.write("\n" + "".join(f"{stream.hex()}\n" for stream in fresh))
            file.flush()
            os.fsync(file.fileno())


def approved(connection: psycopg.Connection, code: str) -> list[Erasure]:
    """Return the destructions that the log has approved."""
    proposals: dict[int, bytes] = {}
    found = []
    for entry in administration(connection, code, (types.KEY_DESTRUCTION_PROPOSED, types.PROPOSAL_DECIDED)):
        if entry.type == types.KEY_DESTRUCTION_PROPOSED:
            proposals[entry.position] = names.parse_person(entry.event.proposal.person)[1]
        elif entry.event.decision == APPROVED and entry.event.proposal_position in proposals:
            found.append(Erasure(proposals[entry.event.proposal_position], entry.first_position))
    return found


class Erasures:
    """Used on one event loop; what reads and writes the key store is done by threads."""

    def __init__(self, database_url: str, directory: Path | None) -> None:
        """Take the database, and where the erased are remembered outside of it; None: nowhere."""
        self._url = database_url
        self._list = ErasedList(directory) if directory else None
        self._done: dict[str, set[int]] = {}
        """Ledger → approvals whose destruction is recorded."""
        self._looked = 0

    def replay(self, code: str) -> list[Erasure]:
        """Destroy again whatever is destroyed; return what the log has approved. For a ledger that is being opened.

        Called on a thread. Raise psycopg errors.
        """
        with connect(self._url, application=f"ledgerd {code} erasing") as connection:
            from_log = approved(connection, code)
            listed = self._list.recall(code) if self._list else set()
            for stream in {erasure.stream for erasure in from_log} | listed:
                keystore.destroy(connection, ledger_id(code), stream, time.time_ns() // 1000)
        if self._list:
            self._list.keep(code, [erasure.stream for erasure in from_log])
        return from_log

    async def fulfil(self, ledger: Ledger) -> None:
        """Destroy what is approved, forget it here, and record that it is done. Raise psycopg errors."""
        from_log = await asyncio.to_thread(self.replay, ledger.code)
        await self._forget({ledger.id: ledger}, 0)
        done = self._done.setdefault(ledger.code, set())
        for erasure in from_log:
            if erasure.approval not in done and await self._record(ledger, erasure):
                done.add(erasure.approval)

    async def _record(self, ledger: Ledger, erasure: Erasure) -> bool:
        """Record in the person's stream that the key is destroyed, once for ever."""
        key_id = await asyncio.to_thread(self._key_id, ledger.id, erasure.stream)
        now = time.time_ns() // 1000
        content = KeyDestroyed(key_id=key_id, approval_position=erasure.approval)
        command, data = instruction(RECORD_KEY_DESTRUCTION, content, now, 0, erasure.stream)
        request_id = _step_id(ledger.code, erasure.approval)
        command_hash = ledger.secret.command_hash(data)
        work = Work(SERVICE.organisation, SERVICE.actor, request_id, command_hash, (command,))
        deadline = time.monotonic() + WRITE_SECONDS
        outcomes: Any = await ledger.execute((work,), deadline=deadline, source=SERVICE.source)
        return isinstance(outcomes[0], Committed)

    def _key_id(self, ledger: bytes, stream: bytes) -> bytes:
        with connect(self._url, application="ledgerd erasing") as connection:
            return keystore.destroy(connection, ledger, stream, time.time_ns() // 1000)

    async def keep(self, ledgers: Ledgers) -> None:
        """Forget what other processes destroy, and end what was begun, until cancelled."""
        while True:
            try:
                opened = ledgers.open_ledgers()
                for ledger in opened:
                    if ledger.serving and ledger.code not in self._done:
                        await self.fulfil(ledger)
                if opened:
                    await self._forget({ledger.id: ledger for ledger in opened}, self._looked - OVERLAP_MICROSECONDS)
            except psycopg.Error as error:
                _log.warning("erasures.unread", problem=str(error))
            except Exception:  # noqa: BLE001 - the next look tries again, whatever it was
                _log.exception("erasures.defect")
            await asyncio.sleep(LOOK_SECONDS)

    async def _forget(self, opened: dict[bytes, Ledger], since: int) -> None:
        begun = time.time_ns() // 1000
        for ledger_bytes, stream, key_id in await asyncio.to_thread(self._since, since):
            with contextlib.suppress(KeyError):
                opened[ledger_bytes].forget_key(stream, key_id)
        if since:
            self._looked = begun

    def _since(self, time_: int) -> list[tuple[bytes, bytes, bytes]]:
        with connect(self._url, application="ledgerd erasing") as connection:
            return keystore.destroyed_since(connection, time_)


def _step_id(code: str, approval: int) -> bytes:
    """Return the request id of the service's own record: a UUID of version 8 that begins with a zero byte."""
    value = bytearray(hashlib.sha256(f"{URN}:erasure:{code}:{approval}".encode()).digest()[:16])
    value[0] = 0
    value[6] = 0x80 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return bytes(value)
