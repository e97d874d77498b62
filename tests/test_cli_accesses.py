"""What `ledgerctl` reads from the database leaves an entry first, by the service; else nothing is read."""

from __future__ import annotations

import getpass

import pytest
from google.rpc.status_pb2 import Status

from ledger.api.identity import actor_id
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import types_pb2 as t
from tests.auditor import Auditor
from tests.running import Client, Ledgerd
from tests.test_access_records import accesses
from tests.test_cli_commands import ledgerctl as ledgerctl  # noqa: PLC0414 - a fixture
from tests.views import Views
from tests.world import World, details

ENTRIES, EXPORT, ACCOUNT = t.ACCESS_KIND_ENTRIES, t.ACCESS_KIND_EXPORT, t.ACCESS_KIND_ACCOUNT


@pytest.fixture(scope="module")
def server(database):
    with Ledgerd(database, [database.new_ledger()], environment={"LEDGER_ACCESS_ENTRIES": "true"}) as process:
        yield process


@pytest.fixture
def world(server, database, monkeypatch):
    """A ledger with a checkpoint and views, and `ledgerctl` knows the service that records."""
    found = World(Client(server.channel()), database.new_ledger())
    found.database = database
    found.done(found.opening("ann"))
    Auditor(found).checkpoint(min_position=found.size())
    Views(database, found.code).follow()
    monkeypatch.setenv("LEDGER_LISTEN", server.address)
    monkeypatch.setenv("LEDGER_ACCESS_ENTRIES", "true")
    return found


def reading(world, place):
    """Every subcommand that reads entries, and as what it is recorded; the stream where it reads one only."""
    code, account = world.code, world.account("ann")
    return [
        (("export", code, str(place / "tiles")), EXPORT, False),
        (("export", code, str(place / "rows"), "--format", "jsonl", "--account", account), EXPORT, True),
        (("archive", "create", code, str(place / "archive")), EXPORT, False),
        (("books", "export", code, "--format", "hledger"), EXPORT, False),
        (("books", "trial-balance", code), ENTRIES, False),
        (("log", "tail", code), ENTRIES, False),
        (("log", "verify", code), ENTRIES, False),
        (("log", "verify", code, "--sealed"), t.ACCESS_KIND_UNSEAL, False),
        (("audit", "recompute", code), ENTRIES, False),
        (("transfers", "list", code), ENTRIES, False),
        (("account", "show", account), ACCOUNT, True),
        (("account", "replay", account), ACCOUNT, True),
        (("account", "explain", account), ACCOUNT, True),
        (("account", "statement", account, "--year", "2026", "--output", str(place / "page.html")), ACCOUNT, True),
    ]


def test_every_command_that_reads_leaves_an_entry_first(world, ledgerctl, tmp_path):
    stream = bytes.fromhex(world.id("ann").replace("-", ""))
    commands = reading(world, tmp_path)
    for words, kind, one in commands:
        known = len(accesses(world))
        status, out, err = ledgerctl("--reason", "CASE-7", "--as", "auditor", *words)
        assert status == 0, out + err
        told = accesses(world)
        assert len(told) == known + 1, words
        (_, actor), event = told[-1]
        assert (actor, event.kind, event.purpose) == (actor_id("dev", "auditor"), kind, "CASE-7")
        assert words[: event.method.count(" ")] == tuple(event.method.split()[1:]), event.method
        assert (event.stream, bool(event.to_position)) == ((stream, False) if one else (b"", True)), words
    status, _, _ = ledgerctl("log", "tail", world.code)
    assert (status, accesses(world)[-1][0][1]) == (0, actor_id("dev", getpass.getuser()))


def test_what_cannot_be_recorded_is_not_read(world, ledgerctl, tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER_LISTEN", "127.0.0.1:1")
    account, known = world.account("ann"), len(accesses(world))
    for words in (
        ("export", world.code, str(tmp_path / "x")),
        ("log", "tail", world.code),
        ("account", "show", account),
    ):
        status, out, err = ledgerctl(*words)
        assert (status, out, "nothing was read" in err) == (1, "", True), err
    assert not (tmp_path / "x").exists()
    status, out, err = ledgerctl("log", "verify", world.code)
    assert (status, "is in order" in out, "not recorded" in err) == (0, True, True), err
    monkeypatch.setenv("LEDGER_ACCESS_ENTRIES", "false")
    assert ledgerctl("log", "tail", world.code)[0] == 0
    assert len(accesses(world)) == known


def test_a_ledger_whose_log_holds_accesses_is_never_read_without(world, ledgerctl, monkeypatch):
    """Nothing is set where the auditor sits: the log itself says that reads are recorded here."""
    monkeypatch.delenv("LEDGER_ACCESS_ENTRIES")
    assert ledgerctl("log", "tail", world.code)[0] == 0
    assert not accesses(world)
    world.entries()
    assert ledgerctl("log", "tail", world.code)[0] == 0
    assert [event.method for _, event in accesses(world)][1:] == ["ledgerctl log tail"]
    monkeypatch.setenv("LEDGER_LISTEN", "127.0.0.1:1")
    assert ledgerctl("log", "tail", world.code)[0] == 1


def test_what_is_recorded_is_well_formed(world):
    auditor = Auditor(world)
    good = {"ledger": world.ledger, "kind": ENTRIES, "command": "ledgerctl log tail"}
    for field, value in (
        ("kind", 0),
        ("kind", t.ACCESS_KIND_IDENTITY),
        ("command", ""),
        ("command", "ledger.v1.QueryService.ReadEntries"),
        ("person", "somebody"),
        ("person", f"ledgers/another/persons/{world.id('ann')}"),
        ("to_position", -1),
        ("purpose", "x" * 65),
    ):
        answer = auditor.ask("RecordAccess", a.RecordAccessRequest(**{**good, field: value}))
        assert isinstance(answer, Status), field
        assert details(answer)[1] == [field]
    assert auditor.ask("RecordAccess", a.RecordAccessRequest(**good)).recorded
