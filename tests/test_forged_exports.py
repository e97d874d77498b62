"""Exports that somebody spoilt so that a verification would end early, look away, or break off."""

from __future__ import annotations

import base64
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.inspector.beside import FILES
from ledger.inspector.note import LOG_KEY, BadNoteError, Head, Key
from ledger.log import header
from tests import exported
from tests.test_export import rows
from tests.test_recompute import ledgerctl as ledgerctl  # noqa: PLC0414 - a fixture

DEEP = b"[" * 100_000


@pytest.fixture(scope="module")
def good(database, tmp_path_factory):
    """The export of a ledger that has nothing but its birth."""
    code = database.new_ledger()
    exported.sign(database, code)
    return exported.write(database, code, tmp_path_factory.mktemp("good")).path


@pytest.fixture
def place(good, tmp_path):
    """A copy of it to spoil."""
    return shutil.copytree(good, tmp_path / "export")


def manifest(place, **changes) -> None:
    said = json.loads((place / "manifest.json").read_text()) | changes
    (place / "manifest.json").write_text(json.dumps(said))


def verify(ledgerctl, place):
    """Status and words of a verification under the log's key."""
    return ledgerctl("audit", "verify", str(place), "--key", (place / "keys").read_text().strip())


@pytest.mark.parametrize("name", FILES)
def test_a_file_beside_the_entries_that_is_missing_is_found(ledgerctl, place, name):
    (place / name).unlink()
    status, said = verify(ledgerctl, place)
    assert (status, f"manifest  position 0  {name} is missing" in said) == (1, True), said


def test_what_was_not_there_to_be_compared_is_said(ledgerctl, place):
    (place / "manifest.json").unlink()
    shutil.rmtree(place / "beside")
    status, said = verify(ledgerctl, place)
    assert (status, "not compared, as nothing lies beside the entries: commits, request ids" in said) == (0, True), said


def test_a_log_that_calls_itself_rows_is_not_called_in_order(ledgerctl, place):
    manifest(place, format="jsonl", selected={"institution": "H1"})
    status, said = verify(ledgerctl, place)
    assert (status, "there is no entries.jsonl" in said) == (2, True), said
    (place / "entries.jsonl").write_text("")
    status, said = verify(ledgerctl, place)
    assert (status, "it says None rows, and there are 0" in said) == (1, True), said
    manifest(place, entries=0)
    status, said = verify(ledgerctl, place)
    assert (status, "up to position" in said) == (0, False), said
    assert "\n0 of 1 entries of" in "\n" + said
    assert "entries that are not there cannot be judged" in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "nonsense"}, "format is 'nonsense'"),
        ({"format": ["jsonl"]}, "format is ['jsonl']"),
        ({"size": "1"}, "size is '1'"),
        ({"format": "jsonl", "entries": 0, "selected": ["account"]}, "what was selected cannot be read"),
        ({"format": "jsonl", "entries": 0, "selected": {"account": "zz"}}, "what was selected cannot be read"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_found(ledgerctl, place, changes, words):
    (place / "entries.jsonl").write_text("")
    manifest(place, **changes)
    status, said = verify(ledgerctl, place)
    assert (status, f"manifest  position 0  {words}" in said) == (1, True), said


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("manifest.json", DEEP, "manifest"),
        ("beside/commits.jsonl", DEEP, "commit"),
        ("beside/commands.jsonl", DEEP, "command"),
        ("beside/commands.jsonl", b'{"organisation":5,"request_id":7}\n', "command"),
        (
            "beside/commands.jsonl",
            b'{"organisation":"%(id)s","request_id":"%(id)s","first_position":"x","entries":1,"command_hash":""}\n'
            % {b"id": b"00000000-0000-0000-0000-000000000001"},
            "command",
        ),
        ("beside/unique_keys.jsonl", b'{"kind":Infinity}\n', "unique_key"),
        ("beside/behind.jsonl", DEEP, "unique_key"),
        ("beside/behind.jsonl", b'{"position":999,"entry":"AAAA"}\n', "unique_key"),
        ("beside/columns.jsonl", DEEP, "column"),
        ("beside/projections.jsonl", DEEP, "projection"),
        ("beside/projections.jsonl", b'{"view":"balances","position":"1"}\n', "projection"),
        ("beside/projections.jsonl", b'{"view":"others","position":1}\n', "projection"),
    ],
)
def test_files_that_are_none_are_defects_and_end_no_inspection(ledgerctl, place, name, content, kind):
    (place / name).write_bytes(content)
    status, said = verify(ledgerctl, place)
    assert (status, f"{kind}  position" in said) == (1, True), said


@pytest.mark.parametrize("digits", [20, 5_000])
def test_a_checkpoint_of_more_entries_than_a_log_can_have_is_none(digits):
    with pytest.raises(BadNoteError, match="no log has 999"):
        Head.parse(f"log\n{'9' * digits}\n{'A' * 43}=\n")


def test_where_no_trusted_key_signed_nothing_else_is_judged(ledgerctl, place):
    key = Key("another", LOG_KEY, bytes(32))
    vkey = f"{key.name}+{key.id.hex()}+{base64.b64encode(bytes((LOG_KEY,)) + key.public).decode()}"
    status, said = ledgerctl("audit", "verify", str(place), "--key", vkey)
    assert (status, "no key that is trusted has signed it" in said, "birth" in said) == (1, True, False), said
    assert "1 defect(s) in the export" in said


SPOILT = {
    "no number": lambda row: row.update(version="x"),
    "no list of hashes": lambda row: row.update(proof=["x"]),
    "no base64": lambda row: row.update(entry=7),
    "not an object": lambda row: row.clear(),
}


@pytest.mark.parametrize("name", SPOILT)
def test_rows_that_are_none_are_defects(ledgerctl, good, database, tmp_path, name):
    place, code = tmp_path / "rows", json.loads((good / "manifest.json").read_text())["ledger"]
    assert ledgerctl("export", code, str(place), "--format", "jsonl")[0] == 0
    assert verify(ledgerctl, place)[0] == 0
    row = json.loads((place / "entries.jsonl").read_text())
    stream = row["stream"].replace("-", "")
    SPOILT[name](row)
    (place / "entries.jsonl").write_text(json.dumps(row) + "\n")
    for selected in ({}, {"account": stream}):
        manifest(place, selected=selected)
        status, said = verify(ledgerctl, place)
        assert (status, "position" in said, "Traceback" in said) == (1, True, False), said


@pytest.mark.parametrize(("form", "content"), [("csv", b"a,b\n\xff\xfe\n"), ("parquet", b"PAR1 nothing")])
def test_a_file_that_is_no_table_is_named(ledgerctl, place, form, content):
    (place / f"entries.{form}").write_bytes(content)
    manifest(place, format=form, entries=1, selected={})
    status, said = verify(ledgerctl, place)
    assert (status, f"the rows cannot be read: entries.{form}" in said) == (2, True), said


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_row_of_a_time_that_no_calendar_has_is_a_defect(ledgerctl, good, tmp_path, form):
    """An entry that nobody has signed may say anything; its proof is wrong, and the inspection goes on."""
    place, code = tmp_path / "rows", json.loads((good / "manifest.json").read_text())["ledger"]
    ledgerctl("export", code, str(place), "--format", form)
    (row,) = rows(place, form)
    packed = isinstance(row["entry"], bytes)
    entry = bytearray(row["entry"] if packed else base64.b64decode(row["entry"]))
    at = header.OFFSETS["effective_time"]
    entry[at : at + 8] = b"\xff" * 7 + b"\x7f"
    row["entry"] = bytes(entry) if packed else base64.b64encode(entry).decode()
    if form == "parquet":
        schema = pq.read_schema(place / "entries.parquet")
        pq.write_table(pa.Table.from_pylist([row], schema), place / "entries.parquet")
    elif form == "csv":
        names = (place / "entries.csv").read_text().splitlines()[0]
        values = ",".join(f'"{str(value).replace(chr(34), chr(34) * 2)}"' for value in row.values())
        (place / "entries.csv").write_text(f"{names}\n{values}\n")
    else:
        (place / "entries.jsonl").write_text(json.dumps(row) + "\n")
    status, said = verify(ledgerctl, place)
    assert (status, "root  position" in said, "it cannot be judged" in said) == (1, True, True), said
