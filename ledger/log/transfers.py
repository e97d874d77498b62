"""Finding wallet transfers in the log of one ledger, through the unique keys that their entries take and release.

A pending transfer holds a key of its own until it is accepted or returned, and an accepted one holds another until its
credit is known here, so a partial index over these two kinds of keys lists them without a projection
(`docs/transfers.md`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.domain import entry_types as types
from ledger.domain.wallet import ACCEPTED, PENDING, TRANSFER, credited_parts, sent_parts
from ledger.log import header
from ledger.log.entry import recorded
from ledger.log.merkle import leaf_hash
from ledger.log.reader import UuidArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.recorded import Recorded
    from ledger.log.pool import ReadPool
    from ledger.log.reader import Reader
    from ledger.log.secret import LedgerSecret

_TYPE_PLACE: Final = header.OFFSETS["type"] + 1
_ENDS: Final = [kind.to_bytes(4, "little") for kind in (types.TRANSFER_ACCEPTED, types.TRANSFER_RETURNED)]


class Stored(NamedTuple):
    """An opened entry and its leaf hash."""

    recorded: Recorded
    leaf: bytes


class TransferIndex:
    """The queries. Each is one statement on the server of record, so it sees whole commits. Raises psycopg errors."""

    def __init__(self, reader: Reader, pool: ReadPool, secret: LedgerSecret) -> None:
        """Take the ledger's queries, the connections to read with, and the secret that hashes keys."""
        self._reader = reader
        self._pool = pool
        self._secret = secret

    async def pending(self, after: int, limit: int) -> list[Stored]:
        """Return initiations behind a position whose money is in flight and not accepted, in order."""
        return await self._by_kind(PENDING, after, limit)

    async def accepted(self, after: int, limit: int) -> list[Stored]:
        """Return acceptances behind a position whose credit is not known here, in order."""
        return await self._by_kind(ACCEPTED, after, limit)

    async def _by_kind(self, kind: int, after: int, limit: int) -> list[Stored]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql(
                    "SELECT entry FROM {s}.unique_keys JOIN {s}.entries USING (position)"
                    " WHERE active AND kind IN (18, 19) AND kind = %s AND position > %s ORDER BY position LIMIT %s"
                ),
                (kind, after, limit),
                binary=True,
            )
            return [Stored(recorded(entry), leaf_hash(entry)) for (entry,) in await cursor.fetchall()]

    async def still_pending(self, positions: Sequence[int]) -> set[int]:
        """Return those of these initiations that are pending."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql(
                    "SELECT position FROM {s}.unique_keys"
                    " WHERE active AND kind IN (18, 19) AND kind = %s AND position = ANY(%s)"
                ),
                (PENDING, list(positions)),
            )
            return {position for (position,) in await cursor.fetchall()}

    async def credited(self, transfers: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], int]:
        """Return where this ledger credited transfers, given by the sender's ledger and their ids."""
        hashes = {self._secret.key_hash(TRANSFER, *credited_parts(*each)): each for each in transfers}
        found = await self._positions(TRANSFER, list(hashes))
        return {hashes[key_hash]: position for key_hash, position in found.items()}

    async def initiation(self, transfer_id: bytes) -> Stored | None:
        """Return the entry that sent a transfer from this ledger."""
        return await self._keyed(TRANSFER, *sent_parts(transfer_id))

    async def ending(self, initiated: Recorded) -> Stored | None:
        """Return the entry that accepted a transfer or sent it back; it lies in the stream of the initiation."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql(
                    "SELECT entry FROM {s}.entries WHERE stream = %s AND version > %s"
                    " AND substring(entry, %s, 4) = ANY(%s) ORDER BY version"
                ),
                (self._pool.uuid(initiated.stream), initiated.version, _TYPE_PLACE, _ENDS),
                binary=True,
            )
            for (entry,) in await cursor.fetchall():
                found = recorded(entry)
                if found.event.initiated_position == initiated.position:
                    return Stored(found, leaf_hash(entry))
        return None

    async def entry(self, position: int) -> Stored | None:
        """Return the entry at a position."""
        found = await self.entries([position])
        return found[0] if found else None

    async def entries(self, positions: Sequence[int]) -> list[Stored]:
        """Return the entries at these positions, in order."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql("SELECT entry FROM {s}.entries WHERE position = ANY(%s) ORDER BY position"),
                (list(positions),),
                binary=True,
            )
            return [Stored(recorded(entry), leaf_hash(entry)) for (entry,) in await cursor.fetchall()]

    async def _keyed(self, kind: int, *parts: str) -> Stored | None:
        key_hash = self._secret.key_hash(kind, *parts)
        position = (await self._positions(kind, [key_hash])).get(key_hash)
        return await self.entry(position) if position else None

    async def _positions(self, kind: int, hashes: list[bytes]) -> dict[bytes, int]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                self._reader.sql(
                    "SELECT uuid_send(key_hash), position FROM {s}.unique_keys"
                    " WHERE active AND kind = %s AND key_hash = ANY(%s)"
                ),
                (kind, UuidArray(hashes)),
                binary=True,
            )
            return {bytes(key_hash): position for key_hash, position in await cursor.fetchall()}
