"""Every tampering of the table in docs/audit.md is planted, and found by kind and position, or not, as it says."""

from __future__ import annotations

import shutil

import psycopg
import pytest
from psycopg import sql

from ledger.export.source import Source
from ledger.export.tiled import export
from ledger.inspector.defect import KINDS
from ledger.inspector.folder import Folder
from ledger.inspector.trust import Trust
from tests import exported, tamper_signing
from tests.attack import Attack, Base
from tests.running import Client
from tests.tamper_table import EARLY, FILE, LATE, ROWS, THIEF, table

SHORT = {FILE: "file", ROWS: "rows", EARLY: "early", LATE: "late", THIEF: "thief"}
TAMPERINGS = {f"{SHORT[each.attacker]}: {each.what}": each for each in table()}


@pytest.fixture(scope="module")
def ledger_in_order(still, database, tmp_path_factory):
    """An export in order, with signatures of ours, and the ledger that it came from."""
    client = Client(still.channel())
    code = database.new_ledger()
    exported.fill(client, code)
    exported.sign(database, code)
    folder = exported.write(database, code, tmp_path_factory.mktemp("base") / "export")
    yield Base(folder, code), folder
    client.close()


class Rows:
    """The rows of the ledger in one transaction that is never committed."""

    def __init__(self, connection: psycopg.Connection, base: Base) -> None:
        self.base = base
        self.connection = connection
        tables = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        found = connection.execute(tables + " WHERE nspname = %s AND relkind IN ('r', 'p')", (self.schema,)).fetchall()
        for (name,) in found:
            self.run(
                sql.SQL("ALTER TABLE {}.{} DISABLE TRIGGER USER").format(*map(sql.Identifier, (self.schema, name)))
            )

    @property
    def schema(self) -> str:
        return f"ledger_{self.base.code}"

    def run(self, statement, *values):
        text = statement
        if not isinstance(statement, sql.Composed):
            text = sql.SQL(statement).format(s=sql.Identifier(self.schema))
        cursor = self.connection.execute(text, values or None)
        return cursor.fetchall() if cursor.description else []


def test_what_nobody_tampered_with_is_in_order(ledger_in_order, tmp_path):
    base, _ = ledger_in_order
    attack = Attack(base)
    found, result = exported.inspect(attack.write(tmp_path), attack.trust)
    assert found == []
    assert (result.size, result.witnessed) == (base.size, base.seen)
    attack.recompute()
    assert attack.entries == base.entries, "what covers tracks changes nothing where there are none"
    attack.pack()
    attack.sign()
    shutil.rmtree(tmp_path)
    assert exported.inspect(attack.write(tmp_path), attack.trust)[0] == []


def test_a_change_of_keys_as_it_should_be_is_in_order(ledger_in_order, tmp_path):
    attack = Attack(ledger_in_order[0])
    tamper_signing.in_order(attack)
    assert exported.inspect(attack.write(tmp_path), attack.trust)[0] == []


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampering_is_found_by_kind_and_position(ledger_in_order, database, tmp_path, name):
    each = TAMPERINGS[name]
    base, folder = ledger_in_order
    if each.attacker == ROWS:
        found, position = tampered_rows(each, base, folder, database, tmp_path / "export")
    else:
        attack = Attack(base)
        position = each.plant(attack)
        if "witness" not in each.holds and each.attacker != THIEF:
            attack.trust = base.log_key()
        folder = attack.write(tmp_path)
        found, _ = exported.inspect(folder, attack.trust, kept=attack.kept)
    told = [(defect.kind, defect.position) for defect in found]
    if each.kind:
        assert (each.kind, position or 0) in told, found
    else:
        assert told == [], found


def tampered_rows(each, base, folder, database, place):
    """Tamper with rows, export them, and give all of it back."""
    trust = Trust(logs=exported.trust_in(Folder(folder.path)).logs)
    with psycopg.connect(database.url) as connection:
        position = each.plant(Rows(connection, base))
        export(Source(connection, base.code), place)
        connection.rollback()
    return exported.inspect(Folder(place), trust)[0], position


def test_the_table_is_long_and_has_no_row_twice():
    assert len(TAMPERINGS) == len(table()) >= 200
    assert sum(bool(each.kind) for each in table()) >= 200


def test_every_kind_of_defect_is_planted():
    """One is not in the table: proofs belong to excerpts (tests/test_export.py)."""
    assert {each.kind for each in table() if each.kind} == set(KINDS) - {"proof"}
