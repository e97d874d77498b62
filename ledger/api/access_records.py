"""Entries about who read what: for auditors before the answer leaves, for operators within a second.

Raw entries and identities are handed out only after the record of it is durable: who cannot be recorded is not
answered. Operators who look at accounts are recorded in bundles, one entry for each account and method.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog

from ledger.api.calls import Call
from ledger.api.errors import Rejected
from ledger.api.identity import Identity
from ledger.api.normalise import instruction
from ledger.api.shelf import Shelf, serving
from ledger.domain.command import NO_ID, RECORD_ACCESS, Work
from ledger.domain.names import id_bytes
from ledger.log.identifiers import ACCESS_LOG, ledger_id, named_stream
from ledger.log.outcome import Committed
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.events_pb2 import AccessRecorded
from ledger.v1.options_pb2 import RIGHT_OPERATE
from ledger.v1.types_pb2 import ACCESS_KIND_ACCOUNT, AccessKind

if TYPE_CHECKING:
    from ledger.api.homes import Homes

BUNDLE_SECONDS: Final = 0.5
"""How long reads of operators are gathered."""
BUNDLES_MAX: Final = 10_000
"""Most reads that wait to be recorded; beyond it operators are refused, until the log takes them."""
WRITE_SECONDS: Final = 10.0

_PREFIX: Final = b"ledgers/"
_ID: Final = 16
_OPERATOR: Final = 1 << RIGHT_OPERATE
_SUBJECT: Final = re.compile(rb"ledgers/([0-9a-z]{1,16})(?:/(?:accounts|persons)/([0-9A-Fa-f-]{36}))?")

_log = structlog.get_logger(__name__)


class Access(NamedTuple):
    """What was read: the method, a stream of 16 bytes or nothing, positions (0 = none), and how many entries."""

    kind: AccessKind
    method: str
    stream: bytes = b""
    from_position: int = 0
    to_position: int = 0
    entries: int = 0
    purpose: str = ""

    def event(self) -> AccessRecorded:
        """Return it as it is recorded."""
        return AccessRecorded(**self._asdict())


class AccessRecords:
    """Records reads in the logs that they are about. Used on one event loop; `enabled` False: nothing is recorded."""

    def __init__(self, ledgers: Shelf, *, enabled: bool = False, homes: Homes | None = None) -> None:
        """Take where ledgers are found, and the way to the workers at whose home they are."""
        self._ledgers = ledgers
        self.enabled = enabled
        write: Callable[[bytes, Call], Awaitable[bytes]] = self._write
        self._routed = homes.routed("AccessRecords/Record", write) if homes else write
        self._bundles: dict[tuple[Identity, str, str, bytes], int] = {}
        self._task: asyncio.Task[None] | None = None

    async def record(self, code: str, access: Access, call: Call) -> None:
        """Return when the record is durable. Raise Rejected where it could not be made: then nothing may be told."""
        if not self.enabled:
            return
        limit = time.monotonic() + WRITE_SECONDS
        if call.deadline > limit:  # a stream may have none
            call = replace(call, deadline=limit)
        try:
            await self._routed(_request(code, access), call)
        except Exception as error:
            _log.warning("access.unrecorded", ledger=code, method=access.method, error=type(error).__name__)
            raise Rejected(reasons.REFUSAL_REASON_ACCESS_NOT_RECORDED) from error

    def note(self, identity: Identity, method: str, raw: bytes) -> None:
        """Note that an operator read an account; it is recorded within a second. Others' reads are their work.

        `raw` is the request, in which the account stands. Raise Rejected where too many reads wait.
        """
        if not self.enabled or not identity.rights & _OPERATOR:
            return
        found = _SUBJECT.search(raw)
        if found is None:
            return
        if len(self._bundles) >= BUNDLES_MAX:
            raise Rejected(reasons.REFUSAL_REASON_ACCESS_NOT_RECORDED)
        stream = b""
        if found[2]:
            with contextlib.suppress(ValueError):
                stream = id_bytes(found[2].decode().lower())
        key = (identity, found[1].decode(), method, stream)
        self._bundles[key] = self._bundles.get(key, 0) + 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._flush_later())

    async def stop(self) -> None:
        """Record what was noted."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._flush()

    async def _flush_later(self) -> None:
        while self._bundles:
            await asyncio.sleep(BUNDLE_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        """Record everything that was noted; what fails waits for the next time."""
        taken, self._bundles = self._bundles, {}
        failed = await asyncio.gather(*(self._flush_one(key, count) for key, count in taken.items()))
        for key, count in failed:
            if count:
                self._bundles[key] = self._bundles.get(key, 0) + count

    async def _flush_one(
        self, key: tuple[Identity, str, str, bytes], count: int
    ) -> tuple[tuple[Identity, str, str, bytes], int]:
        identity, code, method, stream = key
        call = Call(identity, {}, time.monotonic() + WRITE_SECONDS, time.time_ns() // 1000)
        access = Access(ACCESS_KIND_ACCOUNT, method, stream, entries=count)
        try:
            await self._routed(_request(code, access), call)
        except Rejected as rejected:
            if rejected.reason == reasons.REFUSAL_REASON_LEDGER_NOT_FOUND:
                return key, 0  # nothing can have been read there
            _log.warning("access.unrecorded", ledger=code, method=method, reason=rejected.reason)
            return key, count
        except Exception as error:  # noqa: BLE001 - whatever it was, the record is still owed
            _log.warning("access.unrecorded", ledger=code, method=method, error=type(error).__name__)
            return key, count
        return key, 0

    async def _write(self, raw: bytes, call: Call) -> bytes:
        """Write one record as a command of its reader."""
        end = 2 + raw[1]
        code = raw[2 + len(_PREFIX) : end].decode()
        request_id, content = raw[end : end + _ID], AccessRecorded.FromString(raw[end + _ID :])
        ledger = await serving(self._ledgers, code)
        stream = named_stream(ledger_id(code), ACCESS_LOG)
        command, data = instruction(RECORD_ACCESS, content, call.now, 0, stream)
        identity = call.identity
        command_hash = ledger.secret.command_hash(data)
        work = Work(identity.organisation, identity.actor, request_id, command_hash, (command,), call.trace_id)
        outcomes: Any = await ledger.execute((work,), deadline=call.deadline, source=identity.source)
        if not isinstance(outcomes[0], Committed):
            raise Rejected(outcomes[0].reason)
        return b""


def _request(code: str, access: Access) -> bytes:
    """A record as one worker tells another of it: the ledger first, as in every request, an id, and the event."""
    name = _PREFIX + code.encode()
    return bytes((0x0A, len(name))) + name + _new_id() + access.event().SerializeToString()


def _new_id() -> bytes:
    """A UUID of version 7, as callers make them."""
    value = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(_ID - 6))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    assert bytes(value) != NO_ID
    return bytes(value)
