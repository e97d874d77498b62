"""Personal data: sealed under the person's key, nowhere in clear, gone for ever when the key is gone."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from psycopg import sql

from ledger.log import keystore
from ledger.log.entry import parse
from ledger.log.identifiers import ledger_id
from ledger.log.keystore import KeyStore
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd
from tests.test_log_merkle import leaf_hash, naive_root
from tests.world import World, group

MARK = "SECRET-"
"""Every datum of the tests begins so."""


@pytest.fixture
def service(database):
    """A service whose memory a test may end."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture
def world(service, database):
    """A fresh ledger with ann and bob."""
    client = Client(service.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("ann"))
    w.done(w.opening("bob"))
    yield w
    client.close()


def everything():
    """A `Confidential` with every field set."""
    sealed = t.Confidential()
    for field in t.Confidential.DESCRIPTOR.fields:
        if field.name == "trace_codes":
            sealed.trace_codes.extend([f"{MARK}T1", f"{MARK}T2"])
        elif field.name == "documents":
            sealed.documents.add(kind=t.EVIDENCE_KIND_INVOICE, sha256=(MARK * 5)[:32].encode())
        elif field.name == "agent":
            sealed.agent.principal_id_ref = sealed.agent.agent_id_ref = f"{MARK}A"
        else:
            setattr(sealed, field.name, f"{MARK}{field.name}-中")
    return sealed


def opened(database, world, entry, owner):
    """The personal data of an entry, by the key store; None where it cannot be opened."""
    store = KeyStore(ledger_id(world.code), database.master_key)
    header = entry.header
    with psycopg.connect(database.url) as connection:
        plain = store.open(connection, header.stream, header.version, entry.sealed)
    return None if plain is None else t.Confidential.FromString(plain)


def destroy(database, code, who):
    """Destroy the key of a person, as the keeper of the keys does."""
    with psycopg.connect(database.url) as connection:
        connection.execute("SET ROLE ledger_keeper")
        keystore.destroy(connection, ledger_id(code), uuid.UUID(who).bytes, 1)


def test_the_holder_of_the_key_reads_it(database, world):
    """Every field comes back, from the entry of the command and from a recorded refusal."""
    first = world.done(world.purchase("ann", sealed=everything())).first_position
    world.send(world.purchase("ann", total=10**6, sealed=everything()))  # its invoice was used
    bought, refused = (parse(entry) for entry in world.entries(first))
    assert refused.WhichOneof("event") == "command_refused"
    for entry in (bought, refused):
        assert opened(database, world, entry, "ann") == everything()
        assert (len(entry.sealed.key_id), len(entry.sealed.nonce)) == (16, 12)
    assert bought.sealed.key_id == refused.sealed.key_id
    assert bought.sealed.nonce != refused.sealed.nonce


def test_a_sealed_part_fits_its_own_place_only(database, world):
    """Moved to another version or stream it does not open: the place is authenticated."""
    first = world.done(world.deposit("ann", sealed=everything())).first_position
    entry = parse(world.entries(first)[0])
    store = KeyStore(ledger_id(world.code), database.master_key)
    with psycopg.connect(database.url) as connection:
        for stream, version in (
            (entry.header.stream, entry.header.version + 1),
            (bytes(16), entry.header.version),
        ):
            with pytest.raises(InvalidTag):
                store.open(connection, stream, version, entry.sealed)


def test_nothing_is_stored_or_logged_in_clear(database, world, service):
    """No table, no index of keys, no log line, no answer holds a datum: of commands, refusals, groups and voids."""
    asked = [
        world.register("dan", number=f"{MARK}N"),
        world.deposit("ann", sealed=everything()),
        world.deposit("ann", sealed=everything()),  # refused: the payment was posted
        world.deposit("nobody", sealed=everything()),  # refused: unknown, so not kept at all
        world.purchase("ann", sealed=everything()),
        world.purchase("bob", sealed=everything()),  # refused: the invoice was settled
        world.deposit("ann", amount=-1, sealed=everything()),  # not well formed
        world.void(world.deposit("ann").request_id, sealed=everything()),
    ]
    answers = [str(world.send(request)) for request in asked]
    answers += [str(world.send(request)) for request in asked]
    answers += map(str, world.batch(group(world.report("bob"), world.deposit("bob", sealed=everything()))))
    assert MARK not in "".join(answers)
    stored = world.entries()
    assert not [entry for entry in stored if MARK.encode() in entry]
    with psycopg.connect(database.url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)",
            ([f"ledger_{world.code}", "ledger_keys", "ledger_registry"],),
        ).fetchall()
        for table in tables:
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*table)), binary=True):
                assert not [value for value in row if MARK.encode() in as_bytes(value)], table
    assert MARK not in service.errors()


def as_bytes(value):
    """A column's value as something to look into."""
    return value if isinstance(value, bytes) else str(value).encode()


def test_a_destroyed_key_redacts_for_ever_and_changes_nothing_else(database, world):
    """The person's data cannot be opened, others' can; bytes, root, balances and replays are as before."""
    request = world.deposit("ann", sealed=everything())
    first = world.done(request)
    other = world.done(world.deposit("bob", sealed=t.Confidential(note=f"{MARK}B"))).first_position
    stored, balance = world.entries(), world.state("ann").balance
    destroy(database, world.code, world.id("ann"))
    entry = parse(stored[first.first_position - 1])
    assert opened(database, world, entry, "ann") is None
    assert opened(database, world, parse(stored[other - 1]), "bob").note == f"{MARK}B"
    with Ledgerd(database, []) as fresh:  # one that never had the key in memory
        client = Client(fresh.channel())
        world.client = client
        assert world.entries() == stored
        assert head(world).root == naive_root([leaf_hash(entry) for entry in stored])
        assert world.state("ann").balance == balance
        assert world.done(request).first_position == first.first_position
        later = world.done(world.deposit("ann", sealed=t.Confidential(note=f"{MARK}C"))).first_position
        assert not parse(world.entries(later)[0]).HasField("sealed"), "nobody gets another key"
        assert opened(database, world, entry, "ann") is None
        client.close()


def head(world):
    """The end of the ledger."""
    return world.send(q.GetLedgerRequest(name=world.ledger))


def test_another_master_key_opens_nothing(database, world):
    """The store alone is no use without the master key."""
    first = world.done(world.deposit("ann", sealed=everything())).first_position
    entry = parse(world.entries(first)[0])
    store = KeyStore(ledger_id(world.code), bytes(32))
    with psycopg.connect(database.url) as connection, pytest.raises(InvalidTag):
        store.open(connection, entry.header.stream, entry.header.version, entry.sealed)


def test_the_salt_and_the_secret_hide_what_could_be_guessed(world):
    """Two equal deposits differ in salt and leaf; the same number has different hashes in different ledgers."""
    first = world.done(world.deposit("ann", period=202501)).first_position
    world.done(world.deposit("bob", period=202501))
    one, two = (parse(entry) for entry in world.entries(first))
    assert one.header.salt != two.header.salt
    assert one.references.unique_keys[0].hash != two.references.unique_keys[0].hash
    assert len(one.references.unique_keys[0].hash) == 16
