"""Exports in every form, verified from their files alone; and what is not in order is said with kind and position."""

from __future__ import annotations

import base64
import csv
import json
import shutil

import metamorphic_log
import psycopg
import pyarrow.parquet
import pymerkle
import pytest

from ledger.cli import main
from ledger.export.bound import balances_digest
from ledger.export.source import Source
from ledger.export.tiled import export
from ledger.inspector import inspection
from ledger.inspector.folder import Folder
from ledger.proof.checkpoint import cosign
from ledger.proof.note import COSIGNATURE, Signer
from ledger.v1 import types_pb2 as t
from tests import exported
from tests.running import Client, time_ordered_id
from tests.test_recompute import ledgerctl as ledgerctl  # noqa: PLC0414 - a fixture

FORMS = ("jsonl", "csv", "parquet")


@pytest.fixture(scope="module")
def book(still, database):
    """A ledger with some of everything, signed."""
    client = Client(still.channel())
    made = exported.fill(client, database.new_ledger(), bulk=200)
    exported.sign(database, made.code)
    yield made
    client.close()


@pytest.fixture
def place(tmp_path):
    """Where an export goes."""
    return tmp_path / "export"


def test_a_whole_log_is_in_order_and_says_so(book, ledgerctl, place):
    status, said = ledgerctl("export", book.code, str(place))
    assert (status, f"{book.size()} entries of {book.code}" in said) == (0, True), said
    status, said = ledgerctl("audit", "verify", str(place))
    assert (status, f"{book.code} is in order up to position {book.size()}" in said) == (0, True), said
    assert "26 settlements by the rules, 20 worked out a second time" in said
    assert "checked with the keys that came with the export" in said
    key = (place / "keys").read_text().strip()
    status, said = ledgerctl("audit", "verify", str(place), "--key", key, "--kept", str(place / "checkpoint"))
    assert (status, "earlier checkpoint(s) agree" in said, "came with" in said) == (0, True, False), said


def test_processes_find_what_one_finds(book, database, place, monkeypatch):
    monkeypatch.setattr(inspection, "SMALL", 0)
    folder = exported.write(database, book.code, place)
    assert exported.inspect(folder, processes=2)[0] == []
    bundle = place / "tile/entries/000"
    data = bytearray(bundle.read_bytes())
    data[5_000] ^= 1
    bundle.write_bytes(data)
    alone, spread = exported.inspect(folder)[0], exported.inspect(folder, processes=2)[0]
    assert alone == spread
    assert {"leaf", "root"} <= {defect.kind for defect in alone}


def test_other_peoples_programs_read_the_export(book, database, place):
    folder = exported.write(database, book.code, place)
    note, key = folder.text("checkpoint"), folder.text("keys").strip()
    found = metamorphic_log.checkpoint_verify(note, [key])
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in folder.entries(book.size()):
        tree.append_entry(entry)
    assert (found.size, found.root) == (book.size(), tree.get_root())
    with pytest.raises(Exception, match=r"."):
        metamorphic_log.checkpoint_verify(note.replace(f"\n{book.size()}\n", "\n1\n"), [key])


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_everything_and_of_parts(book, ledgerctl, tmp_path, form):
    parts = {
        "all": (),
        "ann": ("--account", book.account("ann1")),
        "H1": ("--institution", "H1"),
        "today": ("--from", "2020-01-01", "--to", "2100-01-01"),
        "before": ("--to", "2020-01-01"),
    }
    counts = {}
    for name, options in parts.items():
        place = str(tmp_path / name)
        status, said = ledgerctl("export", book.code, place, "--format", form, *options)
        assert status == 0, said
        counts[name] = json.loads((tmp_path / name / "manifest.json").read_text())["entries"]
        status, said = ledgerctl("audit", "verify", place)
        assert (status, "in order" in said, "up to position" in said) == (0, True, False), said
    ann = [row for row in rows(tmp_path / "all", form) if row["stream"] == book.account("ann1").rpartition("/")[2]]
    assert counts["all"] == counts["today"] == book.size()
    assert counts["ann"] == len(ann) > 10
    assert 10 < counts["H1"] < book.size()
    assert counts["before"] == 0


def rows(place, form):
    """The rows of an export, read by other people's programs."""
    if form == "jsonl":
        return [json.loads(line) for line in (place / "entries.jsonl").read_text().splitlines()]
    if form == "csv":
        with (place / "entries.csv").open(newline="") as file:
            return list(csv.DictReader(file))
    return pyarrow.parquet.read_table(place / "entries.parquet").to_pylist()


TAMPERED = {
    "a word": (lambda row: row.update(balance_after=row["balance_after"] + 1), "column"),
    "the event": (lambda row: row["event"].update({"x": 1}), "column"),
    "the type": (lambda row: row.update(type="deposit_posted"), "column"),
    "the time": (lambda row: row.update(record_time="2020-01-01T00:00:00.000000Z"), "column"),
    "the entry": (lambda row: row.update(entry=flipped(row["entry"])), "proof"),
    "the proof": (lambda row: row.update(proof=" ".join(row["proof"].split()[:-1])), "proof"),
    "the position": (lambda row: row.update(position=row["position"] + 1), "column"),
}


def flipped(text):
    """The base64 of an entry with one bit of its salt changed."""
    data = bytearray(base64.b64decode(text))
    data[150] ^= 1
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("name", TAMPERED)
def test_a_changed_row_of_an_account_is_found(book, ledgerctl, place, name):
    change, kind = TAMPERED[name]
    ledgerctl("export", book.code, str(place), "--format", "jsonl", "--account", book.account("ann1"))
    told = rows(place, "jsonl")
    position = told[5]["position"]
    change(told[5])
    (place / "entries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told))
    status, said = ledgerctl("audit", "verify", str(place))
    assert (status, f"{kind}  position {position}" in said) == (1, True), said


def test_a_row_of_an_account_that_is_left_out_is_found(book, ledgerctl, place):
    ledgerctl("export", book.code, str(place), "--format", "jsonl", "--account", book.account("ann1"))
    lines = (place / "entries.jsonl").read_text().splitlines(keepends=True)
    (place / "entries.jsonl").write_text("".join(lines[:4] + lines[5:]))
    status, said = ledgerctl("audit", "verify", str(place))
    assert (status, "versions 5 to 5 are missing" in said) == (1, True), said


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_rows_of_a_whole_log_that_lack_one_give_another_root(book, ledgerctl, place, form):
    ledgerctl("export", book.code, str(place), "--format", form)
    if form == "csv":
        lines = (place / "entries.csv").read_text().splitlines(keepends=True)
        (place / "entries.csv").write_text("".join(lines[:-1]))
    else:
        table = pyarrow.parquet.read_table(place / "entries.parquet")
        pyarrow.parquet.write_table(table.slice(1), place / "entries.parquet")
    status, said = ledgerctl("audit", "verify", str(place))
    assert (status, "root  position" in said) == (1, True), said


def test_a_key_that_was_spoken_of_behind_the_checkpoint_is_compared(book, ledgerctl, database, place):
    """The log grows while it is exported: what spoke of a key meanwhile goes along, and nothing else excuses a row."""
    book.done(book.opening("zoe", 5_000))
    spoken = []

    class Growing(Source):
        """Somebody bills while the rows of the keys are about to be read."""

        def unique_keys(self):
            sealed = t.Confidential(invoice_number=time_ordered_id())
            spoken.append(book.done(book.purchase("zoe", 100, sealed=sealed, upstream={})).first_position)
            return super().unique_keys()

    exported.sign(database, book.code)
    with psycopg.connect(database.url, autocommit=True) as connection:
        export(Growing(connection, book.code), place)
    (position,) = spoken
    assert exported.inspect(Folder(place))[0] == []
    rows = [json.loads(line) for line in (place / "beside/unique_keys.jsonl").read_text().splitlines()]
    (row,) = (row for row in rows if row["position"] == position)
    for wrong in ({**row, "active": False}, {**row, "position": position + 1}):
        changed = [wrong if each is row else each for each in rows]
        (place / "beside/unique_keys.jsonl").write_text("".join(json.dumps(each) + "\n" for each in changed))
        assert [defect.kind for defect in exported.inspect(Folder(place))[0]] == ["unique_key"]
    exported.sign(database, book.code)


def test_a_bound_view_is_compared(book, database, place):
    with psycopg.connect(database.url) as connection:
        last = connection.execute(
            f"SELECT DISTINCT ON (stream) stream, entry FROM ledger_{book.code}.entries WHERE position <= 100"
            " ORDER BY stream, version DESC"
        ).fetchall()
        opened = connection.execute(
            f"SELECT DISTINCT stream FROM ledger_{book.code}.entries WHERE position <= 100"
            " AND substring(entry, 263, 4) IN ('\\x32000000', '\\x34000000')"
        ).fetchall()
    accounts = [(s.bytes, int.from_bytes(e[278:286], "little")) for s, e in last if (s,) in opened]
    number, total, digest = balances_digest(accounts)
    view = {"view": "balances", "position": 100, "accounts": number, "balance": total, "sha256": digest}
    assert exported.inspect(exported.write(database, book.code, place, [view]))[0] == []
    wrong = exported.write(database, book.code, place.with_name("2"), [{**view, "balance": total + 1}])
    assert [(d.kind, d.position) for d in exported.inspect(wrong)[0]] == [("projection", 100)]


def test_what_cannot_be_exported_or_verified_is_said(book, ledgerctl, database, ledger, place):
    for arguments, status, words in (
        (("export", ledger, str(place)), 4, "no checkpoint"),
        (("export", "nosuch", str(place)), 4, "there is no ledger"),
        (("export", book.code, str(place), "--account", "x"), 2, "names no account"),
        (("export", book.code, str(place), "--from", "x"), 2, "write a date"),
        (("export", book.code, str(place), "--institution", "H1"), 2, "tiles hold a whole log"),
        (("audit", "verify", str(place / "nosuch")), 4, "no directory"),
    ):
        ended, said = ledgerctl(*arguments)
        assert (ended, words in said) == (status, True), said
    ledgerctl("export", book.code, str(place))
    assert ledgerctl("export", book.code, str(place))[0] == 2
    (place / "keys").unlink()
    assert ledgerctl("audit", "verify", str(place))[0] == 2
    policy = place / "policy"
    policy.write_text("quorum nobody\n")
    assert ledgerctl("audit", "verify", str(place), "--policy", str(policy))[0] == 2


def test_verification_needs_no_database(book, database, place, monkeypatch, capsys):
    exported.write(database, book.code, place)
    monkeypatch.setattr(psycopg, "connect", lambda *_, **__: pytest.fail("it asked a database"))
    with pytest.raises(SystemExit) as ended:
        main(["audit", "verify", str(place)])
    assert not ended.value.code, capsys.readouterr().out


def test_a_log_without_a_manifest_is_verified_too(book, database, place):
    """As other people's tools and mirrors have it: a checkpoint, tiles, bundles."""
    exported.write(database, book.code, place)
    (place / "manifest.json").unlink()
    shutil.rmtree(place / "beside")
    assert exported.inspect(Folder(place))[0] == []


def test_a_witness_is_asked_for(book, ledgerctl, database, place):
    """A policy file with a witness: first nobody has cosigned, then somebody has, and the export says up to where."""
    witness = Signer("witness.example/court", bytes(range(32)), COSIGNATURE)
    policy = place.with_name("policy")
    ledgerctl("export", book.code, str(place))
    key = (place / "keys").read_text().strip()
    policy.write_text(f"log {key}\nwitness court {witness.verifier.encode()} https://w.example/\nquorum court\n")
    status, said = ledgerctl("audit", "verify", str(place), "--policy", str(policy))
    assert (status, "cosignature  position" in said) == (1, True), said
    text = (place / "checkpoint").read_text().partition("\n\n")[0] + "\n"
    size = int(text.split("\n")[1])
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            f"INSERT INTO ledger_{book.code}.cosignatures VALUES (%s, %s, %s)",
            (size, witness.verifier.name, cosign(witness, text, 1_790_000_000)),
        )
    again = place.with_name("again")
    ledgerctl("export", book.code, str(again))
    status, said = ledgerctl("audit", "verify", str(again), "--policy", str(policy))
    assert (status, f"witnessed up to position {size}: court at 2026-09-21" in said) == (0, True), said
    assert "came with the export" not in said
