"""Archives and mirrors: what was lost comes back with the same root and the same views, or is refused in words."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.archive.importer import ImportRefusedError
from ledger.archive.mirror import Mirror, MirrorBusyError, MirrorError, full_bundles, mirrored
from ledger.archive.restore import fill, restore
from ledger.cli import main
from ledger.log.header import pack
from ledger.log.reader import Reader
from ledger.proof.note import Signer
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import audit_service_pb2_grpc
from tests import exported
from tests.book import Book
from tests.running import Client, Database, Ledgerd, time_ordered_id
from tests.views import Views
from tests.world import item, reason_of

PATIENCE = 20.0
STILL = {"LEDGER_TRANSFER_SWEEP_SECONDS": "0"}
"""The service writes nothing by itself, so that a position that is foretold is the one that comes."""


@pytest.fixture
def ledgerctl(capsys, monkeypatch):
    """Runs `ledgerctl` on a database: exit status and what it prints."""

    def run(url, *arguments):
        monkeypatch.setenv("LEDGER_DATABASE_URL", url)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


@pytest.fixture(scope="module")
def own():
    """A server that nobody else is connected to, so that its databases can be copied."""
    database = Database()
    yield database
    database.close()


class Copy:
    """Another database of a server, with the things that tests ask of one."""

    def __init__(self, database, name, template="template0"):
        self.place, self.key_file, self.master_key = database.place, database.key_file, database.master_key
        here = conninfo_to_dict(database.url)["dbname"]
        self.url = make_conninfo(database.url, dbname=name)
        # A database with connections cannot be copied, so the statement comes from another one.
        with psycopg.connect(make_conninfo(database.url, dbname="template1"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {here if template == 'this' else template}")

    def defects(self, code):
        return Database.defects(self, code)


def views(database, code):
    """What the views of a ledger hold once they have taken everything in."""
    read = Views(database, code)
    read.follow()
    tables = read.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = %s", read.schema)
    names = sorted(name for (name,) in tables if name not in {"tracking", "dead_letters", "partitions"})
    return {
        name: read.rows(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {{s}}.{name} t") for name in names
    }


def head(database, code):
    """The newest commit."""
    with psycopg.connect(database.url) as connection:
        return Reader(f"ledger_{code}").head(connection)


def test_an_archive_comes_back_with_the_same_root_and_views(own, ledgerctl, tmp_path):
    code = own.new_ledger()
    with Ledgerd(own, [code], environment=STILL) as ledgerd:
        client = Client(ledgerd.channel())
        book = exported.fill(client, code, bulk=200)
        again = book.deposit("eve1", 77)
        first = book.done(again)
        client.close()
        assert ledgerd.terminate() == 0
    exported.sign(own, code)
    place, keys = tmp_path / "archive", tmp_path / "keys"
    assert ledgerctl(own.url, "archive", "create", code, str(place), "--keys", str(keys))[0] == 0
    assert ledgerctl(own.url, "archive", "create", code, str(tmp_path / "2"), "--keys", str(keys))[0] == 2
    assert keys.stat().st_mode & 0o077 == place.stat().st_mode & 0o077 == 0
    assert own.master_key.hex() not in keys.read_text()
    assert ledgerctl(own.url, "archive", "verify", str(place))[0] == 0
    empty = Copy(own, "empty")
    proven = ("archive", "restore", str(place), "--keys", str(keys), "--key", (place / "keys").read_text().strip())
    status, said = ledgerctl(empty.url, *proven)
    assert (status, head(own, code).root.hex() in said) == (0, True), said
    assert head(empty, code) == head(own, code)
    assert empty.defects(code) == []
    assert views(empty, code) == views(own, code)
    status, said = ledgerctl(empty.url, *proven)
    assert (status, "there is a ledger" in said) == (1, True), said
    with Ledgerd(own, [code], url=empty.url, environment=STILL) as ledgerd:
        client = Client(ledgerd.channel())
        answer = client.commands.RecordDeposit(again)
        assert (answer.transaction.replayed, answer.transaction.first_position) == (True, first.first_position)
        assert client.commands.RecordDeposit(other(again)).transaction.first_position == first.first_position + 1
        client.close()
    assert empty.defects(code) == []


def other(request):
    """The same request under another id."""
    changed = type(request)()
    changed.CopyFrom(request)
    changed.request_id = time_ordered_id()
    return changed


def test_a_tampered_archive_is_not_restored(own, ledgerctl, tmp_path):
    code = own.new_ledger()
    exported.sign(own, code)
    place = tmp_path / "archive"
    ledgerctl(own.url, "archive", "create", code, str(place))
    bundle = place / "tile/entries/000.p/1"
    data = bytearray(bundle.read_bytes())
    data[160] ^= 1
    bundle.write_bytes(data)
    empty = Copy(own, "untouched")
    status, said = ledgerctl(empty.url, "archive", "restore", str(place), "--unproven")
    assert (status, "leaf  position 1" in said, "nothing was changed" in said) == (1, True, True), said
    with pytest.raises(ImportRefusedError, match="root of the checkpoint"):
        restore(empty.url, code, place, None)
    with psycopg.connect(empty.url) as connection:
        assert connection.execute("SELECT count(*) FROM ledger_registry.ledgers").fetchone() == (0,)


def test_an_archive_that_nobody_vouches_for_is_restored_only_when_that_is_said(own, ledgerctl, tmp_path):
    """Somebody signs another history with a key of his own: without the log's key that cannot be told apart."""
    code = own.new_ledger()
    exported.sign(own, code)
    place, empty = tmp_path / "archive", Copy(own, "unproven")
    ledgerctl(own.url, "archive", "create", code, str(place))
    another = Signer(f"personal-account-ledger/{code}", bytes(range(32))).verifier.encode()
    for options, expected, words in (
        ((), 2, "nothing was changed: without --key the signatures cannot be checked"),
        (("--key", another), 1, "the archive is not in order; nothing was changed"),
        (("--unproven",), 1, "WARNING: without --key the signatures cannot be checked"),
    ):
        status, said = ledgerctl(empty.url, "archive", "restore", str(place), *options)
        assert (status, words in said) == (expected, True), said
    assert head(empty, code) == head(own, code)


def wait_for(mirror: Path, size: int) -> None:
    """Wait until a mirror has so many entries."""
    end = time.monotonic() + PATIENCE
    while sum(1 for _ in mirrored(mirror, 1)) < size:
        assert time.monotonic() < end, f"the mirror has {sum(1 for _ in mirrored(mirror, 1))} of {size} entries"
        time.sleep(0.02)


def test_an_older_backup_is_refused_and_filled_from_the_mirror(own, ledgerctl, tmp_path):
    """The whole story: backup, more commands, a restore that is too old, the alarm, the mirror, service again."""
    code = own.new_ledger()
    places = {"LEDGER_MIRROR_DIR": str(tmp_path / "mirror"), "LEDGER_CHECKPOINT_DIRECTORY": str(tmp_path / "notes")}
    settings = STILL | places
    mirror = tmp_path / "mirror" / code
    with Ledgerd(own, [code], environment=settings) as ledgerd:
        book = exported.fill(Client(ledgerd.channel()), code, bulk=0)
        size = book.size()
        book.client.close()
        assert ledgerd.terminate() == 0
    wait_for(mirror, size)
    older = Copy(own, "older", template="this")
    with Ledgerd(own, [code], environment=settings) as ledgerd:
        client = Client(ledgerd.channel())
        again = book.deposit("eve1", 1)
        late = Book(client, code)
        late.__dict__.update({key: value for key, value in book.__dict__.items() if key != "client"})
        first = late.done(again)
        for _ in range(3):
            late.batch(*(item(late.deposit("eve1", amount)) for amount in range(1, 151)))
        late.done(late.computed("ann1", 1_000))
        late.done(late.void(again.request_id))
        stub = audit_service_pb2_grpc.AuditServiceStub(client.channel)
        newest = late.size()
        stub.GetCheckpoint(a.GetCheckpointRequest(ledger=late.ledger, min_position=newest), timeout=20)
        client.close()
        assert ledgerd.terminate() == 0
    assert b"".join(mirrored(mirror, 1)) == b"".join(entries(own, code))
    with Ledgerd(own, [], url=older.url, environment=settings) as ledgerd:
        client = Client(ledgerd.channel())
        late.client = client
        refused = late.send(late.deposit("eve1", 2))
        assert reason_of(refused) == "LEDGER_FORKED", refused
        client.close()
        ledgerd.terminate()
        assert f"the positions {size + 1} to {newest} are missing" in ledgerd.errors()
    note = tmp_path / "notes" / f"{code}.checkpoint"
    status, said = ledgerctl(older.url, "archive", "fill", code, str(mirror), "--dry-run")
    assert (status, f"has the positions {size + 1:,} to {newest:,}" in said) == (1, True), said
    cut = tmp_path / "cut"
    shutil.copytree(mirror, cut)
    (cut / "growing").unlink()
    status, said = ledgerctl(older.url, "archive", "fill", code, str(cut), "--kept", str(note))
    assert (status, f"to {newest} are not in" in said, head(older, code).size) == (1, True, size), said
    status, said = ledgerctl(older.url, "archive", "fill", code, str(mirror), "--kept", str(note))
    assert (status, f"{newest - size:,} entries brought back" in said) == (0, True), said
    now, then = head(older, code), head(own, code)
    assert now == then
    assert older.defects(code) == []
    assert views(older, code) == views(own, code)
    with Ledgerd(own, [code], url=older.url, environment=settings) as ledgerd:
        client = Client(ledgerd.channel())
        late.client = client
        replay = late.done(again)
        assert (replay.replayed, replay.first_position) == (True, first.first_position)
        late.done(late.deposit("eve1", 3))
        client.close()
        assert ledgerd.terminate() == 0
    wait_for(mirror, newest + 1)
    assert older.defects(code) == []


def entries(database, code):
    """All stored entries."""
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(f"SELECT entry FROM ledger_{code}.entries ORDER BY position", binary=True)
        return [entry for (entry,) in rows]


@pytest.mark.parametrize("change", ["salt", "order", "behind", "other"])
def test_entries_that_do_not_continue_the_log_are_not_filled_in(own, tmp_path, change):
    code, longer = own.new_ledger(), []
    with Ledgerd(own, [code], environment=STILL) as ledgerd:
        client = Client(ledgerd.channel())
        book = Book(client, code)
        book.done(book.opening("ann"))
        for amount in (1, 2, 3):
            book.done(book.deposit("ann", amount))
        longer = entries(own, code)
        client.close()
        ledgerd.terminate()
    changed = list(longer)
    if change == "salt":
        changed[-2] = changed[-2][:150] + bytes((changed[-2][150] ^ 1,)) + changed[-2][151:]
    elif change == "order":
        changed[-1], changed[-2] = changed[-2], changed[-1]
    elif change == "behind":
        changed[-1] = longer[-2]
    else:
        changed[-2] = changed[-2][:10] + bytes(16) + changed[-2][26:]
    place = tmp_path / "tile/entries/000.p"
    place.mkdir(parents=True)
    data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in changed)
    (place / str(len(changed))).write_bytes(data)
    with psycopg.connect(own.url, autocommit=True) as connection:
        for table in ("entries", "entries_000000", "commits", "commands"):
            connection.execute(f"ALTER TABLE ledger_{code}.{table} DISABLE TRIGGER USER")
        connection.execute(f"DELETE FROM ledger_{code}.entries WHERE position > 2")
        connection.execute(f"DELETE FROM ledger_{code}.commits WHERE last_position > 2")
        connection.execute(f"DELETE FROM ledger_{code}.commands WHERE first_position > 2")
    before = head(own, code)
    with pytest.raises(ImportRefusedError):
        fill(own.url, code, tmp_path, [])
    assert head(own, code) == before


def entry(position: int, length: int = 60) -> bytes:
    """Bytes of an entry that a mirror takes."""
    zero, short = bytes(16), bytes(32)
    return (
        pack(zero, position, zero, 1, 1, 1, 1, 0, 0, 0, short, zero, zero, zero, 0, zero, short, 70, 0, 0)
        + b"x" * length
    )


def test_a_mirror_goes_on_after_a_crash_at_any_byte(tmp_path):
    """Whatever was written of the growing bundle, the whole entries count and the rest is cut off."""
    written = [entry(position) for position in range(1, 261)]
    with Mirror(tmp_path) as mirror:
        mirror.append(1, written)
        mirror.sync()
        with pytest.raises(MirrorBusyError):
            Mirror(tmp_path)
        with pytest.raises(MirrorError):
            mirror.append(270, written[:1])
    growing = (tmp_path / "growing").read_bytes()
    assert (full_bundles(tmp_path), list(mirrored(tmp_path, 1))) == (1, written)
    for cut in range(0, len(growing), 7):
        (tmp_path / "growing").write_bytes(growing[:cut])
        with Mirror(tmp_path) as mirror:
            assert mirror.size == 256 + cut // (len(growing) // 4)
            rest = written[mirror.size :]
            mirror.append(mirror.size + 1, rest)
            assert mirror.last == written[-1]
        assert list(mirrored(tmp_path, 250)) == written[249:]


def test_a_mirror_that_was_made_whole_and_not_emptied_counts_once(tmp_path):
    written = [entry(position) for position in range(1, 257)]
    with Mirror(tmp_path) as mirror:
        mirror.append(1, written[:255])
        growing = (tmp_path / "growing").read_bytes()
        mirror.append(256, written[255:])
    (tmp_path / "growing").write_bytes(growing)
    with Mirror(tmp_path) as mirror:
        assert (mirror.size, mirror.last) == (256, written[-1])
        mirror.append(257, [entry(257)])
    assert len(list(mirrored(tmp_path, 1))) == 257


def test_many_bundles_are_counted_without_looking_at_all(tmp_path):
    for number in range(1_003):
        path = tmp_path / "tile/entries" / (f"x{number // 1000:03}" if number >= 1000 else "") / f"{number % 1000:03}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert full_bundles(tmp_path) == 1_003


def test_a_kill_loses_nothing_that_is_committed_from_the_mirror(own, tmp_path):
    """SIGKILL at any time: after the next start the mirror is the log again."""
    code = own.new_ledger()
    settings = STILL | {"LEDGER_MIRROR_DIR": str(tmp_path)}
    people = None
    for _ in range(3):
        with Ledgerd(own, [code], environment=settings) as ledgerd:
            client = Client(ledgerd.channel())
            book = Book(client, code)
            if people is None:
                book.done(book.opening("ann"))
                people = book
            people.client = client
            for amount in (1, 2):
                people.batch(*(item(people.deposit("ann", amount)) for _ in range(90)))
            ledgerd.kill()
    with Ledgerd(own, [code], environment=settings) as ledgerd:
        wait_for(tmp_path / code, head(own, code).size)
        assert ledgerd.terminate() == 0
    assert list(mirrored(tmp_path / code, 1)) == entries(own, code)


@pytest.mark.parametrize("name", ["nosuch", "empty"])
def test_a_place_without_a_mirror_is_not_taken_for_a_ledger_that_lacks_nothing(tmp_path, capsys, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(["archive", "fill", "410100", str(tmp_path / name), "--dry-run"])
    assert (ended.value.code, "is no mirror or archive" in capsys.readouterr().err) == (4, True)
