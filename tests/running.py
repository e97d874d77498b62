"""Real programs for tests: a PostgreSQL of our own, `ledgerd` as a process, and channels to it."""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import grpc
import psycopg

from ledger.embedded_postgres import EmbeddedPostgres
from ledger.log import schema
from ledger.log.verify import Verifier
from ledger.proof import schema as proof_schema
from ledger.v1 import (
    books_service_pb2_grpc,
    command_service_pb2_grpc,
    history_service_pb2_grpc,
    oversight_service_pb2_grpc,
    period_service_pb2_grpc,
    projection_service_pb2_grpc,
    query_service_pb2_grpc,
    subscription_service_pb2_grpc,
)
from tests.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.log.verify_entries import Defect

START_SECONDS = 30.0
SMALL_LOG = {"max_wal_size": "512MB", "dynamic_shared_memory_type": "mmap"}
"""The latter so that a killed server leaves no shared memory behind that outlives its directory."""
MEMORY = Path("/dev/shm")
MEMORY_FREE_BYTES = 6 * 2**30
"""Two servers of tests hold less than half of it."""


def place_of_data(*, in_memory: bool = True) -> Path:
    """Make a directory for a server's data that goes with this process: in memory if there is room, else on the disk.

    A process that is killed loses nothing that it wrote to either, so memory shows the same crashes; but each commit
    waits for a disk, and the suite commits some hundred thousand times, mostly one by one.
    """
    parent = Path("/tmp")
    with contextlib.suppress(OSError):
        room = shutil.disk_usage(MEMORY).free >= MEMORY_FREE_BYTES <= memory_available()
        if in_memory and room and os.access(MEMORY, os.W_OK):
            parent = MEMORY
    for left in parent.glob("ledger-test-*-*"):  # of a session that was killed; its server ends without its directory
        pid = left.name.split("-")[2]
        if pid.isdigit() and not Path("/proc", pid).exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"ledger-test-{os.getpid()}-", dir=parent))


def memory_available() -> int:
    """Bytes that new programs can have without swapping, as Linux estimates them; 0 where it does not say."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


class Database:
    """A PostgreSQL server, its master key, and as many fresh ledgers as a test wants."""

    def __init__(self, *, in_memory: bool = True) -> None:
        """Start a server in a directory that every account may enter, and migrate it.

        Figures are those of a disk: whoever measures says that its data must not lie in memory.
        """
        self.place = place_of_data(in_memory=in_memory)
        self.place.chmod(0o755)
        self.postgres = EmbeddedPostgres(self.place / "postgres", settings=SMALL_LOG)
        self.postgres.start()
        self.master_key = secrets.token_bytes(32)
        self.key_file = self.place / "master.key"
        self.key_file.write_text(self.master_key.hex() + "\n")
        schema.migrate(self.url)

    @property
    def url(self) -> str:
        """Return the connection string."""
        return self.postgres.url

    def new_ledger(self, **options: Any) -> str:
        """Create a ledger with a code that nobody has used, and return the code."""
        code = "t" + secrets.token_hex(6)
        schema.create_ledger(self.url, code, master_key=self.master_key, **options)
        proof_schema.migrate(self.url, [code])
        return code

    def defects(self, code: str) -> list[Defect]:
        """Return what a verification of a ledger's whole log finds."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return list(Verifier(connection, code).defects())

    def close(self) -> None:
        """Stop the server and remove everything."""
        self.postgres.kill()
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.rmtree(self.postgres.sockets, ignore_errors=True)


class Ledgerd:
    """One `ledgerd` process. `program` replaces it by another module that ends in the same main function."""

    def __init__(
        self,
        database: Database,
        ledgers: Sequence[str],
        *,
        program: str = "ledger.server",
        url: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start it on a free port and wait until it is ready."""
        self.log = database.place / f"ledgerd-{uuid.uuid4().hex}.log"
        variables = {
            **os.environ,
            "LEDGER_PROFILE": "dev",
            "LEDGER_LISTEN": "127.0.0.1:0",
            "LEDGER_DATABASE_URL": url or database.url,
            "LEDGER_MASTER_KEY_FILE": str(database.key_file),
            "LEDGER_LEDGERS": ",".join(ledgers),
            # Several services see hundreds of ledgers in a session of tests, and their server takes 100 connections.
            "LEDGER_BUSY_LEDGERS": "8",
            # A test that reads projections says so; the others start faster without the process beside.
            "LEDGER_PROJECTIONS": "off",
            **(environment or {}),
        }
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", program], stdout=subprocess.PIPE, stderr=errors, env=variables
            )
        self.address = self._wait_until_ready()

    def _wait_until_ready(self) -> str:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            selector.select(START_SECONDS)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ledgerd ready on "):
            self.kill()
            raise RuntimeError(f"ledgerd did not start: {line}{self.errors()[-4000:]}")
        return line.removeprefix("ledgerd ready on ").strip()

    def errors(self) -> str:
        """Return what it wrote to standard error."""
        return self.log.read_text(errors="replace")

    def channel(self) -> grpc.Channel:
        """Open a blocking channel of its own (never shared through the global pool of connections)."""
        channel = grpc.insecure_channel(self.address, options=[("grpc.use_local_subchannel_pool", 1)])
        return cast("grpc.Channel", Wire(channel))

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        self.process.kill()
        self.process.wait()

    def terminate(self, timeout: float = 30.0) -> int:
        """SIGTERM, wait for the drain, and return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


class Client:
    """Every stub on one channel."""

    def __init__(self, channel: grpc.Channel) -> None:
        """Take a channel; `close` closes it."""
        self.channel = channel
        self.commands = command_service_pb2_grpc.CommandServiceStub(channel)
        self.queries = query_service_pb2_grpc.QueryServiceStub(channel)
        self.history = history_service_pb2_grpc.HistoryServiceStub(channel)
        self.oversight = oversight_service_pb2_grpc.OversightServiceStub(channel)
        self.books = books_service_pb2_grpc.BooksServiceStub(channel)
        self.projections = projection_service_pb2_grpc.ProjectionServiceStub(channel)
        self.periods = period_service_pb2_grpc.PeriodServiceStub(channel)
        self.subscriptions = subscription_service_pb2_grpc.SubscriptionServiceStub(channel)

    def close(self) -> None:
        """Close the channel."""
        self.channel.close()


def time_ordered_id() -> str:
    """Return a UUID of version 7."""
    value = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(value)))
