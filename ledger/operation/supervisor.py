"""Several worker processes behind one port: started, started again when they die, drained together.

The supervisor serves nothing itself. It holds the port without listening on it, so that a second service cannot take
it; the workers listen with SO_REUSEPORT, and the kernel gives each new connection to one of them. Every worker may
serve every ledger: the guard of the commit makes that safe (docs/adr/0013-workers.md).
"""

from __future__ import annotations

import dataclasses
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import structlog

from ledger.settings import Settings, SettingsError, address

if TYPE_CHECKING:
    from types import FrameType

    from ledger.log.settings import LogSettings

LOOK_SECONDS: Final = 0.05
START_SECONDS: Final = 60.0
RESTART_SECONDS: Final = 0.1
"""First wait before a worker that died is started again; it doubles up to `RESTART_SECONDS_MAX`."""
RESTART_SECONDS_MAX: Final = 10.0
STEADY_SECONDS: Final = 30.0
"""A worker that lived so long is not counted as one that cannot start."""
END_SECONDS: Final = 15.0
"""Beside what the settings allow for each step of a drain: the read side ends its page, connections close."""
READY: Final = "ledgerd ready on "
PROGRAM: Final = "ledger.operation.worker"

_log = structlog.get_logger("ledger.server")


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """What a worker is told, over its standard input: the command line and the environment are seen by others."""

    settings: Settings
    database_url: str
    master_key: bytes
    """Empty where a key management service wraps: each worker asks it by itself."""
    number: int
    sockets: str
    """Directory where the workers meet."""

    def encode(self) -> bytes:
        """Return it as one line."""
        said = {
            "settings": dataclasses.asdict(self.settings),
            "database_url": self.database_url,
            "master_key": self.master_key.hex(),
            "number": self.number,
            "sockets": self.sockets,
        }
        return json.dumps(said).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Order:
        """Read it."""
        said = json.loads(line)
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in said["settings"].items()
        }
        key = bytes.fromhex(said["master_key"])
        return cls(Settings(**values), said["database_url"], key, said["number"], said["sockets"])


class Worker:
    """One worker process, and when it may be started again."""

    def __init__(self, order: Order) -> None:
        """Take what it is told."""
        self.order = order
        self.ready = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self._wait = RESTART_SECONDS
        self._started = 0.0
        self._again_at = 0.0

    def start(self) -> None:
        """Start it. Its standard input stays open for as long as this process lives: its end means ours."""
        self.ready.clear()
        self._started = time.monotonic()
        # A session of its own: Ctrl-C is for the supervisor, which then tells the workers.
        self.process = process = subprocess.Popen(  # noqa: S603 - this program again
            [sys.executable, "-m", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        assert process.stdin is not None
        try:
            process.stdin.write(self.order.encode())
        except OSError:
            return  # it is dead already, and is found so
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(READY.encode()):
                self.ready.set()

    def died(self) -> bool:
        """Tell whether it has ended since it was started; once for each end."""
        process = self.process
        if process is None or process.poll() is None:
            return False
        if time.monotonic() - self._started > STEADY_SECONDS:
            self._wait = RESTART_SECONDS
        self._again_at = time.monotonic() + self._wait
        _log.error("worker.ended", worker=self.order.number, status=process.returncode, again_seconds=self._wait)
        self._wait = min(RESTART_SECONDS_MAX, self._wait * 2)
        if process.stdin is not None:
            process.stdin.close()
        self.process = None
        return True

    def start_again(self) -> None:
        """Start it again when its time has come."""
        if self.process is None and time.monotonic() >= self._again_at:
            self.start()
            _log.info("worker.started", worker=self.order.number, pid=self.process.pid if self.process else None)

    def end(self, deadline: float) -> int:
        """Wait for its end until a time of the monotonic clock, then kill it; return its status."""
        if self.process is None:
            return 0
        try:
            return self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.error("worker.killed", worker=self.order.number)
            self.process.kill()
            return self.process.wait()


class Supervisor:
    """Starts the workers, and ends when they have."""

    def __init__(self, settings: Settings, log_settings: LogSettings) -> None:
        """Take the settings; `run` starts."""
        self._settings = settings
        self._log_settings = log_settings
        self._ended = threading.Event()
        self._workers: list[Worker] = []

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT, then drain. Return the exit status. Raise SettingsError."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._leave)
        # Only its owner may enter the directory.
        with reserve(self._settings.listen) as held, tempfile.TemporaryDirectory(prefix="ledgerd-") as sockets:
            host, _ = address(self._settings.listen)
            port = held.getsockname()[1]
            listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            settings = dataclasses.replace(self._settings, listen=listen)
            url, master = self._log_settings.database_url, self._log_settings.master_key
            key = master if isinstance(master, bytes) else b""
            self._workers = [Worker(Order(settings, url, key, number, sockets)) for number in range(settings.workers)]
            try:
                self._start()
                if not self._ended.is_set():
                    sys.stdout.write(f"{READY}{listen}\n")
                    sys.stdout.flush()
                    _log.info("ready", address=listen, profile=settings.profile, workers=settings.workers)
                while not self._ended.wait(LOOK_SECONDS):
                    for worker in self._workers:
                        if not worker.died():
                            worker.start_again()
                _log.info("draining")
            finally:
                status = self._end()
        _log.info("stopped")
        return status

    def _leave(self, number: int, _: FrameType | None) -> None:
        self._ended.set()

    def _start(self) -> None:
        """Start all; return when all are ready."""
        for worker in self._workers:
            worker.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._ended.is_set() and not all(worker.ready.wait(LOOK_SECONDS) for worker in self._workers):
            if any(worker.died() for worker in self._workers):
                raise SettingsError("a worker could not start; its own last words are above")
            if time.monotonic() > deadline:
                raise SettingsError(f"the workers were not ready within {START_SECONDS:.0f} s")

    def _end(self) -> int:
        """Drain all at once; return the worst status."""
        for worker in self._workers:
            if worker.process is not None:
                worker.process.terminate()
        settings = self._settings
        deadline = time.monotonic() + settings.drain_seconds + 3 * settings.grace_seconds + END_SECONDS
        return max((abs(worker.end(deadline)) for worker in self._workers), default=0)


def reserve(listen: str) -> socket.socket:
    """Bind the address so that workers may listen on it and nobody else may. Raise SettingsError when it is taken."""
    host, port = address(listen)
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if port:
            # Without SO_REUSEPORT first: another service that shares the port with its own workers would not mind ours.
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(where)
        held = socket.socket(family, kind, protocol)
        held.setsockopt(socket.SOL_SOCKET, _reuse_port(), 1)
        held.bind(where)
    except OSError as error:
        raise SettingsError(
            f"LEDGER_LISTEN {listen} cannot be used: {error.strerror}; does something else serve there?"
        ) from None
    return held


def _reuse_port() -> int:
    option: Any = getattr(socket, "SO_REUSEPORT", None)
    if not isinstance(option, int):
        raise SettingsError("LEDGER_WORKERS: this operating system cannot share a port; use 1 worker")
    return option
