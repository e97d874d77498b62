"""The master key changes while the ledger is in use; what the old one wrapped is wrapped again, or opens nothing."""

from __future__ import annotations

import secrets

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from google.rpc.status_pb2 import Status
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.log.identifiers import ledger_id
from ledger.log.keystore import read_secret
from ledger.log.master import LocalKeys, Wrapper
from ledger.settings import SettingsError, master_keys_of
from ledger.v1 import types_pb2 as t
from tests.auditor import Auditor
from tests.running import Client, Database, Ledgerd
from tests.test_identities import NAME, Registry
from tests.world import World, reason_of


class Kms:
    """An adapter as a key management service has one: here it keeps its key to itself."""

    def __init__(self, key=bytes(32)):
        self._keys = LocalKeys(key)
        self.calls = 0

    def wrap(self, key, context):
        self.calls += 1
        return self._keys.wrap(key, context)

    def unwrap(self, wrapped, context):
        self.calls += 1
        return self._keys.unwrap(wrapped, context)

    def is_current(self, wrapped, context):
        return self._keys.is_current(wrapped, context)


def made():
    """What LEDGER_KEY_WRAPPER names."""
    return Kms()


def test_the_newest_key_wraps_and_all_unwrap():
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    wrapped = LocalKeys(old).wrap(b"key", b"place")
    both = LocalKeys(new + old)
    assert both.unwrap(wrapped, b"place") == b"key"
    assert not both.is_current(wrapped, b"place")
    fresh = both.wrap(b"key", b"place")
    assert LocalKeys(new).unwrap(fresh, b"place") == b"key"
    for wrong in (LocalKeys(old), LocalKeys(secrets.token_bytes(32))):
        with pytest.raises(InvalidTag):
            wrong.unwrap(fresh, b"place")
    with pytest.raises(InvalidTag):
        both.unwrap(fresh, b"elsewhere")
    assert isinstance(Kms(), Wrapper)


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 33, "00" * 32 + "\n" + "11" * 5])
def test_what_is_no_master_key(text):
    with pytest.raises(SettingsError, match="64 hexadecimal digits"):
        master_keys_of(text, "it")


def test_it_changes_while_services_run_and_the_old_one_opens_nothing_then():
    database = Database()
    try:
        _rotate(database)
    finally:
        database.close()


def _rotate(database):
    code = database.new_ledger()
    sealed = t.Confidential(note="PRIVATE")
    with Ledgerd(database, [code]) as server:
        world = World(Client(server.channel()), code)
        world.done(world.opening("ann"))
        request = world.deposit("ann", 1, sealed=sealed)
        world.done(request)
        Auditor(world).checkpoint()  # makes the signing key
        assert Registry(database, world).put("ann").version == 1
    old, new = database.master_key, secrets.token_bytes(32)
    database.key_file.write_text(f"{new.hex()}\n{old.hex()}\n")
    with Ledgerd(database, [code]) as server:
        world.client = Client(server.channel())
        world.done(world.deposit("ann", 2, sealed=sealed))
        world.done(world.opening("bob"))
        world.done(world.deposit("bob", 2, sealed=sealed))
        environment = {"LEDGER_DATABASE_URL": database.url, "LEDGER_MASTER_KEY_FILE": str(database.key_file)}
        done = CliRunner().invoke(app, ["keys", "rewrap"], env=environment)
        assert done.exit_code == 0, done.output
        assert "1 secrets, 1 person keys, 1 signing keys wrapped again" in done.output
        again = CliRunner().invoke(app, ["keys", "rewrap"], env=environment)
        assert "0 secrets, 0 person keys, 0 signing keys wrapped again" in again.output
        world.done(world.deposit("ann", 3, sealed=sealed))
    database.key_file.write_text(f"{new.hex()}\n")
    with Ledgerd(database, [code]) as server:
        world.client = Client(server.channel())
        changed = type(request).FromString(request.SerializeToString())
        changed.deposit.confidential.note = "OTHER"
        assert reason_of(world.send(changed)) == "IDEMPOTENCY_CONFLICT", "what was sealed before can be opened"
        assert not isinstance(world.send(request), Status)
        assert Registry(database, world).get("ann").identity.name == NAME, "its row was not touched"
    with psycopg.connect(database.url) as connection:
        assert len(read_secret(connection, ledger_id(code), new)) == 32
        with pytest.raises(LookupError):
            read_secret(connection, ledger_id(code), old)


@pytest.mark.parametrize("way", ["variable", "service"])
def test_it_comes_from_a_variable_or_a_key_management_service(way):
    database = Database()
    try:
        database.master_key = bytes(32)
        code = database.new_ledger()
        settings = {
            "variable": {"LEDGER_MASTER_KEY_VARIABLE": "OUR_KEY", "OUR_KEY": "00" * 32},
            "service": {"LEDGER_KEY_WRAPPER": "tests.test_master_key:made"},
        }[way]
        with Ledgerd(database, [code], environment={"LEDGER_MASTER_KEY_FILE": "", **settings}) as server:
            world = World(Client(server.channel()), code)
            world.done(world.opening("ann"))
            world.done(world.deposit("ann", 1, sealed=t.Confidential(note="PRIVATE")))
            registry = Registry(database, world)
            assert (registry.put("ann").version, registry.get("ann").identity.name) == (1, NAME)
            world.done(world.close("ann"))
            registry.erase("ann")
            assert reason_of(registry.get("ann")) == "IDENTITY_ERASED"
    finally:
        database.close()
