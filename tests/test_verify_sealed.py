"""`log verify --sealed`: unique keys follow from what is sealed, whoever else may sign the log."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.log.verify_sealed import SealedVerifier
from ledger.v1.entry_pb2 import Entry
from tests import exported
from tests.attack import entry_of
from tests.running import Client
from tests.tamper_events import keyed


@pytest.fixture(scope="module")
def filled(database, still):
    client = Client(still.channel())
    code = database.new_ledger()
    exported.fill(client, code, bulk=0)
    yield code
    client.close()


@pytest.fixture
def ledgerctl(database, tmp_path):
    """The command line beside the database, with its master key."""
    place = tmp_path / "master.key"
    place.write_text(database.master_key.hex() + "\n")
    place.chmod(0o600)

    def run(*words):
        words = ("--database-url", database.url, "--master-key-file", str(place), *words)
        done = CliRunner().invoke(app, [*words])
        return done.exit_code, done.output + str(done.exception or "")

    return run


class Sealed:
    """The entries of a ledger, in a transaction that is never committed."""

    def __init__(self, connection, code, master_key):
        self.connection, self.code, self.master_key = connection, code, master_key
        self.schema = sql.Identifier(f"ledger_{code}")
        for (name,) in self.run(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = %s AND c.relname LIKE 'entries%%' AND relkind IN ('r', 'p')",
            f"ledger_{code}",
        ):
            connection.execute(
                sql.SQL("ALTER TABLE {}.{} DISABLE TRIGGER USER").format(self.schema, sql.Identifier(name))
            )
        self.entries = [bytes(e) for (e,) in self.run("SELECT entry FROM {s}.entries ORDER BY position")]

    def run(self, text, *values):
        cursor = self.connection.execute(sql.SQL(text).format(s=self.schema), values)
        return cursor.fetchall() if cursor.description else []

    def find(self, where, nth=0):
        found = [n for n, entry in enumerate(self.entries, 1) if where(None, Entry.FromString(entry))]
        return found[nth]

    def change(self, position, change):
        message = Entry.FromString(self.entries[position - 1])
        change(message)
        changed = entry_of(self.entries[position - 1], message)
        self.run("UPDATE {s}.entries SET entry = %s WHERE position = %s", changed, position)

    def defects(self):
        verifier = SealedVerifier(self.connection, self.code, self.master_key)
        return [(each.kind, each.position) for each in verifier.defects(len(self.entries))], verifier


@pytest.fixture
def sealed(filled, database):
    with psycopg.connect(database.url) as connection:
        yield Sealed(connection, filled, database.master_key)
        connection.rollback()


def bought(_, entry):
    return entry.HasField("purchase_settled") and keyed(_, entry)


def clear(message):
    message.references.ClearField("unique_keys")


def other(message):
    message.references.unique_keys[0].hash = b"k" * 16


def more(message):
    message.references.unique_keys.add(kind=2, hash=b"k" * 16)


def cut(message):
    message.sealed.ciphertext = message.sealed.ciphertext[:-1] + bytes((message.sealed.ciphertext[-1] ^ 1,))


def test_what_nobody_tampered_with_is_in_order(sealed, database, filled, ledgerctl):
    found, verifier = sealed.defects()
    assert (found, verifier.opened > 5, verifier.destroyed) == ([], True, 0)
    status, said = ledgerctl("log", "verify", filled, "--sealed")
    assert status == 0, said
    assert f"unique keys follow from {verifier.opened} sealed parts" in said


@pytest.mark.parametrize(
    ("where", "change", "kind"),
    [
        (bought, clear, "key"),
        (bought, other, "key"),
        (bought, more, "key"),
        (bought, cut, "sealed"),
        (bought, lambda message: message.ClearField("sealed"), "key"),
        (lambda _, entry: entry.HasField("claim_filed"), other, "key"),
        (lambda _, entry: entry.HasField("account_opened"), clear, "key"),
        (lambda _, entry: entry.deposit_posted.deposit.period, other, "key"),
        (lambda _, entry: entry.HasField("premium_deducted"), other, "key"),
        (lambda _, entry: entry.HasField("transfer_accepted"), clear, "key"),
        (lambda _, entry: entry.HasField("transfer_credited"), other, "key"),
        (lambda _, entry: entry.HasField("account_activated"), more, "key"),
    ],
)
def test_a_key_that_does_not_follow_is_found(sealed, where, change, kind):
    position = sealed.find(where)
    sealed.change(position, change)
    found, _ = sealed.defects()
    assert found
    assert set(found) == {(kind, position)}
