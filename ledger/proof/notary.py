"""Keeps the signed checkpoints of the open ledgers fresh, and makes proofs on demand.

Everything here reads the database, so it runs on threads beside the event loop, for each ledger one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from ledger.domain.entry_types import SIGNING_KEY_CHANGED
from ledger.log.connection import connect
from ledger.log.entry import parse
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.reader import Head, Reader
from ledger.log.settings import LogSettings
from ledger.proof import schema
from ledger.proof.administration import administration
from ledger.proof.cosigner import Cosigner
from ledger.proof.cosigning import Cosigning, lines, newest
from ledger.proof.keys import Prepared, SigningKey, SigningKeys
from ledger.proof.policy import Policy
from ledger.proof.receipt import Receipt
from ledger.proof.signer import CheckpointSigner, ForkError, Memory
from ledger.proof.signing import SIGN_SECONDS, SIGNING_MAX, UNREACHABLE, Signers, Signing, sign
from ledger.proof.tree import StoredTree, TileName

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger
    from ledger.log.ledgers import Ledgers

POOL_SIZE: Final = 4
LOOK_SECONDS: Final = 0.2
"""How often it is looked for ledgers that were opened, and whether witnesses have to be asked."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Desk:
    """What belongs to one ledger."""

    signing: Signing
    tree: StoredTree
    keys: SigningKeys
    cosigning: Cosigning | None = None
    """None: no witnesses are asked."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """For what reads the database; nobody who signs waits for it."""
    demand: asyncio.Lock = field(default_factory=asyncio.Lock)
    """For callers who want a checkpoint that is newer than the newest."""


class Notary:
    """Signs and proves for all ledgers of a process. Used on one event loop."""

    def __init__(
        self, settings: LogSettings, memory: Path | None, policy: Policy | None = None, *, create: bool
    ) -> None:
        """Take the database, the directory in which the last checkpoints are kept outside of it, and the witnesses.

        `create` the tables of checkpoints where a ledger has none; otherwise somebody has to migrate.
        """
        self._create = create
        self._settings = settings
        self._memory = Memory(memory) if memory else None
        self._policy = policy if policy and policy.reachable() else None
        self._desks: dict[str, Desk] = {}
        self._pool = ConnectionPool(
            settings.database_url,
            min_size=0,
            max_size=POOL_SIZE,
            open=False,
            configure=_configure,
            check=ConnectionPool.check_connection,
            kwargs={"application_name": "ledgerd proofs", "connect_timeout": 5},
            timeout=5.0,
        )

    async def open(self) -> None:
        """Begin to open connections."""
        await asyncio.to_thread(self._pool.open)

    async def close(self) -> None:
        """Close the connections."""
        for desk in self._desks.values():
            if desk.cosigning:
                await desk.cosigning.stop()
        await asyncio.to_thread(self._pool.close)

    async def keep(self, ledgers: Ledgers) -> None:
        """Sign what has grown, within a second, until cancelled. A ledger that was forked is not served any more.

        Signing is done by threads of their own; here their desks are made, and witnesses asked.
        """

        def watched() -> list[tuple[Ledger, Signing]]:
            found = [(ledger, self._desks.get(ledger.code)) for ledger in ledgers.open_ledgers() if ledger.serving]
            return [(ledger, desk.signing) for ledger, desk in found if desk]

        signers = Signers(self._settings.database_url, watched)
        signers.start()
        room = asyncio.Semaphore(SIGNING_MAX)
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                serving = [ledger for ledger in ledgers.open_ledgers() if ledger.serving]
                if fresh := [ledger for ledger in serving if ledger.code not in self._desks]:
                    await asyncio.gather(*(self._make_desk(ledger, room) for ledger in fresh))
                for ledger in serving:
                    desk = self._desks.get(ledger.code)
                    if desk and desk.cosigning and desk.signing.signed.note:
                        desk.cosigning.ask(ledger, desk.signing.signed.note, desk.signing.signed.size)
        finally:
            await asyncio.to_thread(signers.stop)

    async def _make_desk(self, ledger: Ledger, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                await self._desk(ledger.code)
            except UNREACHABLE as error:
                log.warning("checkpoint.unsigned", ledger=ledger.code, problem=str(error))
            except Exception:
                log.exception("checkpoint.defect", ledger=ledger.code)

    def inspect(self, code: str) -> str:
        """Return what stands against serving a ledger that is being opened: it does not continue what was signed.

        Called on the thread that opens it. Raise psycopg errors, SchemaError.
        """
        desk = self._desks.get(code) or self._furnish(code, self._origin(code))
        try:
            desk.signing.signer.check(desk.cosigning.cosigner.seen() if desk.cosigning else ())
        except ForkError as fork:
            log.critical("ledger.forked", ledger=code, problem=str(fork))
            return str(fork)
        return ""

    async def checkpoint(self, ledger: Ledger, min_position: int = 0) -> tuple[str, int]:
        """Return a note with its cosignatures, and its size. It is signed now unless a fresh one is enough.

        Raise ForkError, psycopg errors.
        """
        desk = await self._desk(ledger.code)
        note, size = await self._fresh(ledger, desk, min_position)
        if desk.cosigning:
            desk.cosigning.ask(ledger, note, size)
        return note + await self._run(desk, lambda connection: lines(connection, ledger.code, size)), size

    async def cosigned(self, ledger: Ledger, min_position: int, deadline: float) -> tuple[str, int] | None:
        """Return the newest note that the quorum has cosigned, and its size; wait for one that covers the position.

        Return None where there is none by the deadline (monotonic seconds), or no witness is asked.
        """
        _, size = await self.checkpoint(ledger, min_position)
        desk = await self._desk(ledger.code)
        cosigning = desk.cosigning
        if cosigning is None:
            return None
        least = min_position or size
        while True:
            arrived = cosigning.arrived
            found = await self._run(desk, lambda connection: newest(connection, cosigning.cosigner, least))
            if found:
                return found
            cosigning.ask(ledger, desk.signing.signed.note, desk.signing.signed.size)
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    await asyncio.wait_for(arrived.wait(), LOOK_SECONDS * 5)
            except TimeoutError:
                if time.monotonic() >= deadline or not ledger.serving:
                    return None

    async def receipt(self, ledger: Ledger, position: int, *, cosigned_by: float | None = None) -> str | None:
        """Return the receipt of the entry at a committed position.

        With `cosigned_by`, a deadline, its checkpoint is one that the quorum has cosigned; None: there was none.
        """
        if cosigned_by is None:
            note, size = await self.checkpoint(ledger, position)
        else:
            found = await self.cosigned(ledger, position, cosigned_by)
            if found is None:
                return None
            note, size = found
        desk = await self._desk(ledger.code)
        proof = await self._run(desk, lambda connection: desk.tree.inclusion(connection, position - 1, size))
        return Receipt(position - 1, proof, note).encode()

    async def inclusion(self, code: str, position: int, size: int) -> tuple[list[bytes], bytes]:
        """Return the inclusion proof of a position in the tree of a committed size, and the root."""
        desk = await self._desk(code)

        def read(connection: psycopg.Connection) -> tuple[list[bytes], bytes]:
            return desk.tree.inclusion(connection, position - 1, size), desk.tree.root(connection, size)

        return await self._run(desk, read)

    async def consistency(self, code: str, first: int, second: int) -> tuple[list[bytes], bytes, bytes]:
        """Return the consistency proof between two sizes, and both roots."""
        desk = await self._desk(code)

        def read(connection: psycopg.Connection) -> tuple[list[bytes], bytes, bytes]:
            tree = desk.tree
            proof = tree.consistency(connection, first, second)
            return proof, tree.root(connection, first), tree.root(connection, second)

        return await self._run(desk, read)

    async def tile(self, code: str, tile: TileName, size: int) -> bytes:
        """Return the hashes of a tile as it is in the tree of a committed size."""
        desk = await self._desk(code)
        return await self._run(desk, lambda connection: desk.tree.tile(connection, tile, size))

    async def keys(self, code: str) -> list[SigningKey]:
        """Return the keys of a ledger."""
        desk = await self._desk(code)
        return await self._run(desk, desk.keys.known)

    async def prepare_key(self, code: str, request: bytes) -> tuple[str, Prepared]:
        """Return the origin, and the key that a request (16 bytes) asked for; it waits for its entry in the log."""
        desk = await self._desk(code)
        origin = desk.signing.signer.origin
        if not await self._run(desk, desk.keys.known):
            # Only the first checkpoint makes a key that nobody asked for. Made between a request and its repetition, it
            # would make them two different ones.
            with contextlib.suppress(ForkError):  # the command will be told so
                await asyncio.to_thread(desk.signing.sign)
        return origin, await self._change(desk, lambda connection: desk.keys.prepare(connection, request))

    async def follow_keys(self, code: str) -> None:
        """Take into use and retire what the log says."""
        desk = await self._desk(code)
        await self._change(desk, lambda connection: _follow(connection, code, desk.keys))

    async def head(self, code: str) -> Head:
        """Return the newest commit."""
        desk = await self._desk(code)
        reader = Reader(schema_name(code))
        return await self._run(desk, reader.head)

    async def _fresh(self, ledger: Ledger, desk: Desk, min_position: int) -> tuple[str, int]:
        """Return a note that is fresh and covers a position, and its size; it is signed now unless there is one."""
        async with desk.demand:  # whoever waited finds what was signed meanwhile
            signed = desk.signing.signed
            fresh = time.monotonic() - signed.at < SIGN_SECONDS or signed.size == ledger.end.size
            if not signed.note or not fresh or signed.size < min_position:
                signed = await asyncio.to_thread(sign, ledger, desk.signing)
        return signed.note, signed.size

    async def _desk(self, code: str) -> Desk:
        found = self._desks.get(code)
        if found is None:
            origin = await asyncio.to_thread(self._origin, code)
            desk = self._furnish(code, origin)
            # A process may have ended between an entry about a key and what follows from it.
            await self._change(desk, lambda connection: _follow(connection, code, desk.keys))
            found = self._desks.setdefault(code, desk)
        return found

    def _furnish(self, code: str, origin: str) -> Desk:
        url, key = self._settings.database_url, self._settings.master_key
        signer = CheckpointSigner(code, origin, url, key, self._memory)
        desk = Desk(Signing(signer), StoredTree(schema_name(code)), SigningKeys(ledger_id(code), origin, key))
        if self._policy:
            desk.cosigning = Cosigning(Cosigner(code, origin, url, self._policy), signer)
        return desk

    async def _change(self, desk: Desk, work: Callable[[psycopg.Connection], T]) -> T:
        """Write to the key store."""

        def change() -> T:
            with connect(self._settings.database_url, application="ledgerd keys") as connection:
                return work(connection)

        async with desk.lock:
            return await asyncio.to_thread(change)

    def _origin(self, code: str) -> str:
        if self._create:
            schema.migrate(self._settings.database_url, [code])
        with self._pool.connection() as connection:
            schema.check(connection, code)
            return parse(Reader(schema_name(code)).since(connection, 0, 1)[0]).ledger_opened.origin

    async def _run(self, desk: Desk, read: Callable[[psycopg.Connection], T]) -> T:
        def work() -> T:
            with self._pool.connection() as connection:
                return read(connection)

        async with desk.lock:
            return await asyncio.to_thread(work)


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True
    connection.execute("SET ROLE ledger_writer")
    connection.execute("SET statement_timeout = '10s'")
    connection.execute("SET default_transaction_read_only = on")


def _follow(connection: psycopg.Connection, code: str, keys: SigningKeys) -> None:
    keys.follow(connection, administration(connection, code, (SIGNING_KEY_CHANGED,)))
