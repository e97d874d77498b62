"""The processes of a run: PostgreSQL, `ledgerd` in variants, the echo server, the load generator.

Everything is started here, listens on loopback only, and is stopped by the one who started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import psycopg

from tests.running import Database, Ledgerd

START_SECONDS = 60.0
ANSWER_SECONDS = 300.0
SERVER = "benchmarks.variant_server"


def read_line(stream: IO[bytes], seconds: float) -> str:
    """One line, or an error when it does not come in time."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        if not selector.select(seconds):
            raise TimeoutError(f"no answer within {seconds:.0f} s")
    line = stream.readline().decode()
    if not line:
        raise RuntimeError("the process ended; its last words are above")
    return line


def cpu_by_thread(pid: int) -> Counter[str]:
    """Seconds of CPU that each kind of thread of a process has used."""
    used: Counter[str] = Counter()
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            name = (task / "comm").read_text().strip()
            kind = "committer" if name.startswith("committer-") else "other"
            kind = "loop" if task.name == str(pid) else kind
            used[kind] += _seconds(task)
    return used


def _seconds(task: Path) -> float:
    nanoseconds = int((task / "schedstat").read_text().split()[0])
    if nanoseconds:
        return nanoseconds / 1e9
    ticks = (task / "stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    """Memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = [line.split()[1] for line in lines if line.startswith("VmRSS")]
    return int(found[0]) / 1024


class LoadProcess:
    """The load generator, or another program that takes orders."""

    def __init__(self, module: str = "benchmarks.load") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """Give one order and wait for its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **order}).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(read_line(self._process.stdout, ANSWER_SECONDS))
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Echo:
    """The echo server."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.echo_server"], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.address = read_line(self._process.stdout, START_SECONDS).split()[-1]
        self.pid = self._process.pid

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Target:
    """A server to send to, and the ledger whose accounts are open there."""

    address: str
    ledger: str
    pid: int


@dataclass(slots=True)
class Bench:
    """Everything that runs."""

    quick: bool
    accounts: int
    database: Database = field(default_factory=lambda: Database(in_memory=False))
    load: LoadProcess = field(default_factory=LoadProcess)
    _servers: dict[str, tuple[Ledgerd, Target]] = field(default_factory=dict)
    _echo: Echo | None = None

    def target(self, projections: str = "off", mirror: str = "", **settings: Any) -> Target:
        """The server with these settings of its log, with a ledger of its own; it is kept.

        `projections`: `process` or `off` as for `ledgerd`, or `thread`, which it does not offer. `mirror`: a directory.
        """
        key = json.dumps({"projections": projections, "mirror": mirror, **settings}, sort_keys=True)
        if key not in self._servers:
            code = self.database.new_ledger()
            server = Ledgerd(
                self.database,
                [code],
                program=SERVER,
                environment={
                    "BENCHMARK_LOG_SETTINGS": json.dumps(settings),
                    "BENCHMARK_PROJECTIONS_THREAD": code if projections == "thread" else "",
                    "LEDGER_MIRROR_DIR": mirror,
                    "LEDGER_PROJECTIONS": "process" if projections == "process" else "off",
                },
            )
            target = Target(server.address, code, server.process.pid)
            self._servers[key] = server, target
            self.load.ask("open", address=target.address, ledger=code, count=self.accounts)
        return self._servers[key][1]

    def echo(self) -> Target:
        """The echo server, which is sent the deposits of the plain target."""
        if self._echo is None:
            self._echo = Echo()
        return Target(self._echo.address, self.target().ledger, self._echo.pid)

    def postgres_cpu(self) -> dict[int, float]:
        """Seconds of CPU that each process of PostgreSQL has used."""
        pids = self.database.postgres.pids()
        return {pid: sum(cpu_by_thread(pid).values()) for pid in pids}

    def postgres_spent(self, before: dict[int, float]) -> float:
        """Seconds since then, but for what processes used that have ended meanwhile."""
        now = self.postgres_cpu()
        return sum(max(0.0, used - before.get(pid, 0.0)) for pid, used in now.items())

    def query(self, statement: str) -> tuple[Any, ...]:
        """The first row of an answer of PostgreSQL."""
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return row or ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.load.close()
        if self._echo is not None:
            self._echo.close()
        for server, _ in self._servers.values():
            if error is not None and not isinstance(error, KeyboardInterrupt):
                sys.stderr.write(server.errors()[-2000:])
            server.kill()
        self.database.close()
