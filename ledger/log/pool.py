"""The connections that all ledgers of a database share for reading."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def configure(connection: psycopg.AsyncConnection) -> None:
    """Make a connection one for reading: it can change nothing, and no statement takes long."""
    await connection.set_autocommit(True)
    await connection.execute("SET ROLE ledger_writer")
    await connection.execute("SET statement_timeout = '10s'")
    await connection.execute("SET default_transaction_read_only = on")


class ReadPool:
    """A pool of read-only connections to the server of record, for the event loop."""

    def __init__(self, database_url: str, size: int, application: str = "ledgerd views") -> None:
        """Take the most connections, which are opened when they are needed, and what the server knows them by."""
        self._scans = asyncio.Semaphore(max(1, size // 2))
        self._pool = AsyncConnectionPool(
            database_url,
            min_size=1,
            max_size=size,
            open=False,
            configure=configure,
            check=AsyncConnectionPool.check_connection,
            kwargs={"application_name": application, "connect_timeout": 5},
            timeout=5.0,
        )

    async def open(self) -> None:
        """Begin to open connections."""
        await self._pool.open()

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """Lend a connection. Raises psycopg errors and `PoolTimeout` when the database is out of reach."""
        async with self._pool.connection() as connection:
            yield connection

    @asynccontextmanager
    async def scanning(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """Lend a connection to somebody who reads much. Half of them are left to the others; waiting has no limit."""
        async with self._scans, self._pool.connection() as connection:
            yield connection

    @staticmethod
    def uuid(stream: bytes) -> uuid.UUID:
        """Return an id in the form that psycopg wants."""
        return uuid.UUID(bytes=stream)
