"""Checkpoints, receipts, proofs and tiles of a running service; and that it signs no log that lost entries."""

from __future__ import annotations

import itertools
import os
import random
import statistics
import threading
import time
import uuid

import metamorphic_log
import psycopg
import pytest

from ledger.log.identifiers import schema_name
from ledger.log.merkle import HASH_SIZE, TILE_WIDTH, Tree, leaf_hash
from ledger.proof import note as notes
from ledger.proof import schema as proof_schema
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.inclusion import ProofError, verify_consistency, verify_inclusion
from ledger.proof.receipt import verify_receipt
from ledger.proof.signer import CheckpointSigner, ForkError, Memory
from ledger.proof.tree import StoredTree
from ledger.v1 import audit_service_pb2 as a
from tests.auditor import Auditor
from tests.restoring import cut
from tests.running import Client, Ledgerd
from tests.world import World, item, reason_of


@pytest.fixture
def auditor(ledger, client):
    world = World(client, ledger)
    world.done(world.opening("ann"))
    return Auditor(world)


def test_a_checkpoint_covers_what_was_answered(auditor):
    world = auditor.world
    for amount in (1, 2, 3):
        position = world.done(world.deposit("ann", amount)).last_position
        found = auditor.checkpoint(min_position=position)
        assert (found.origin, found.size) == (f"personal-account-ledger/{world.code}", position)
        assert found.root == Tree().append([leaf_hash(entry) for entry in world.entries()])[0].root()


def test_checkpoints_are_a_second_old_at_most_while_the_log_grows(auditor, database):
    world = auditor.world
    auditor.checkpoint()
    ended = time.monotonic() + 3.0
    while time.monotonic() < ended:
        world.batch(*(item(world.deposit("ann", 1)) for _ in range(20)))
    with psycopg.connect(database.url) as connection:
        times = [
            signed_at
            for (signed_at,) in connection.execute(
                f"SELECT signed_at FROM {schema_name(world.code)}.checkpoints ORDER BY size"
            )
        ]
    gaps = [(later - earlier) / 1e6 for earlier, later in itertools.pairwise(times)]
    assert len(times) >= 3, "nobody asked, and still it is signed"
    assert statistics.median(gaps) <= 1.0, gaps
    assert max(gaps) < 2.5, gaps  # one second on a machine that does nothing else


def test_receipts_of_entries_and_refusals_hold_offline(auditor):
    world = auditor.world
    world.done(world.deposit("ann", 5))
    refused = world.send(world.deposit("nobody", 5))
    assert reason_of(refused) == "ACCOUNT_NOT_FOUND"
    entries = world.entries()
    keys = auditor.known_keys()
    for position, entry in enumerate(entries, 1):
        answer = auditor.ask("GetReceipt", a.GetReceiptRequest(entry=auditor.entry(position)))
        assert verify_receipt(answer.receipt, entry, keys).size >= position
        with pytest.raises(ProofError):
            verify_receipt(answer.receipt, entries[position - 2], keys)


def test_proofs_and_tiles_are_accepted_by_another_program(auditor):
    world = auditor.world
    world.batch(*(item(world.deposit("ann", 1)) for _ in range(700)))
    entries = world.entries()
    leaves = [leaf_hash(entry) for entry in entries]
    chance = random.Random(4)
    vkeys = [key.encode() for key in auditor.known_keys()]
    notes_seen = []
    for _ in range(30):
        size = chance.randint(1, len(leaves))
        position, old = chance.randint(1, size), chance.randint(1, size)
        proof = auditor.ask("GetInclusionProof", a.GetInclusionProofRequest(entry=auditor.entry(position), size=size))
        assert proof.root == Tree().append(leaves[:size])[0].root()
        verify_inclusion(position - 1, size, leaves[position - 1], proof.hashes, proof.root)
        metamorphic_log.verify_inclusion(position - 1, size, leaves[position - 1], list(proof.hashes), proof.root)
        ask = a.GetConsistencyProofRequest(ledger=world.ledger, first_size=old, second_size=size)
        between = auditor.ask("GetConsistencyProof", ask)
        verify_consistency(old, size, between.first_root, between.second_root, between.hashes)
        metamorphic_log.verify_consistency(old, size, list(between.hashes), between.first_root, between.second_root)
    for _ in range(2):
        answer = auditor.ask("GetCheckpoint", a.GetCheckpointRequest(ledger=world.ledger))
        notes_seen.append((answer.note, answer.size))
        position = world.done(world.deposit("ann", 1)).last_position
        auditor.checkpoint(min_position=position)
    (older, first), (newer, second) = notes_seen
    ask = a.GetConsistencyProofRequest(ledger=world.ledger, first_size=first, second_size=second)
    between = auditor.ask("GetConsistencyProof", ask)
    metamorphic_log.checkpoint_verify_consistency(older, newer, vkeys, list(between.hashes))
    tiles = [
        auditor.ask("GetTile", a.GetTileRequest(ledger=world.ledger, level=0, number=number)).hashes
        for number in range(3)
    ]
    assert b"".join(tiles)[: len(leaves) * HASH_SIZE] == b"".join(leaves)
    above = auditor.ask("GetTile", a.GetTileRequest(ledger=world.ledger, level=1, number=0, width=2)).hashes
    assert above == b"".join(Tree().append(leaves[at : at + 256])[0].root() for at in (0, 256))


BAD = {
    "no ledger": ("GetCheckpoint", lambda _: a.GetCheckpointRequest(), "INVALID_REQUEST"),
    "unknown ledger": ("GetCheckpoint", lambda _: a.GetCheckpointRequest(ledger="ledgers/none"), "LEDGER_NOT_FOUND"),
    "negative": (
        "GetCheckpoint",
        lambda w: a.GetCheckpointRequest(ledger=w.ledger, min_position=-1),
        "INVALID_REQUEST",
    ),
    "beyond": (
        "GetCheckpoint",
        lambda w: a.GetCheckpointRequest(ledger=w.ledger, min_position=99),
        "POSITION_BEYOND_END",
    ),
    "no entry": ("GetReceipt", lambda _: a.GetReceiptRequest(), "INVALID_REQUEST"),
    "not an entry": ("GetReceipt", lambda w: a.GetReceiptRequest(entry=w.account("ann")), "INVALID_REQUEST"),
    "unknown entry": ("GetReceipt", lambda w: a.GetReceiptRequest(entry=f"{w.ledger}/entries/99"), "ENTRY_NOT_FOUND"),
    "smaller than the position": (
        "GetInclusionProof",
        lambda w: a.GetInclusionProofRequest(entry=f"{w.ledger}/entries/2", size=1),
        "INVALID_REQUEST",
    ),
    "size beyond": (
        "GetInclusionProof",
        lambda w: a.GetInclusionProofRequest(entry=f"{w.ledger}/entries/1", size=99),
        "POSITION_BEYOND_END",
    ),
    "first size zero": (
        "GetConsistencyProof",
        lambda w: a.GetConsistencyProofRequest(ledger=w.ledger),
        "INVALID_REQUEST",
    ),
    "sizes turned round": (
        "GetConsistencyProof",
        lambda w: a.GetConsistencyProofRequest(ledger=w.ledger, first_size=2, second_size=1),
        "INVALID_REQUEST",
    ),
    "level": ("GetTile", lambda w: a.GetTileRequest(ledger=w.ledger, level=9), "INVALID_REQUEST"),
    "tile beyond": ("GetTile", lambda w: a.GetTileRequest(ledger=w.ledger, number=7), "POSITION_BEYOND_END"),
    "wider than it is": ("GetTile", lambda w: a.GetTileRequest(ledger=w.ledger, width=200), "POSITION_BEYOND_END"),
    "keys of nobody": (
        "ListSigningKeys",
        lambda _: a.ListSigningKeysRequest(ledger="ledgers/none"),
        "LEDGER_NOT_FOUND",
    ),
}


def test_bad_input(auditor):
    told = {name: reason_of(auditor.ask(method, make(auditor.world))) for name, (method, make, _) in BAD.items()}
    assert told == {name: reason for name, (_, _, reason) in BAD.items()}


@pytest.fixture(scope="module")
def forest(database):
    """A ledger whose log has random bytes for entries behind its birth, three levels of tiles high, and its leaves."""
    code = database.new_ledger()
    schema = schema_name(code)
    with psycopg.connect(database.url, autocommit=True) as connection:
        # The birth stays, since others list the ledgers of this database.
        (birth,) = connection.execute(f"SELECT entry FROM {schema}.entries WHERE position = 1").fetchone()
        entries = [birth, *(os.urandom(24) for _ in range(66_199))]
        leaves = [leaf_hash(entry) for entry in entries]
        _, tiles = Tree().append(leaves)
        with connection.cursor().copy(f"COPY {schema}.entries FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "uuid", "int8", "bytea"])
            for position, entry in enumerate(entries[1:], 2):
                copy.write_row((position, uuid.UUID(int=1), position, entry))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {schema}.tiles VALUES (%s, %s, %s)", tiles)
    return schema, leaves


def test_a_large_tree_is_read_from_its_tiles(database, forest):
    schema, leaves = forest
    tree = StoredTree(schema)
    chance = random.Random(8)
    sizes = [1, 255, 256, 257, 65_535, 65_536, 65_537, 65_792, 66_200, *(chance.randint(1, 66_200) for _ in range(25))]
    with psycopg.connect(database.url, autocommit=True) as connection:
        for size in sizes:
            root = Tree().append(leaves[:size])[0].root()
            assert tree.root(connection, size) == root
            for index in {0, size - 1, chance.randrange(size)}:
                verify_inclusion(index, size, leaves[index], tree.inclusion(connection, index, size), root)
            old = chance.randint(1, size)
            old_root = Tree().append(leaves[:old])[0].root()
            verify_consistency(old, size, old_root, root, tree.consistency(connection, old, size))


def test_partial_tiles_are_those_of_the_specification(database, forest):
    """C2SP tlog-tiles: the partial tile at level l of a tree of size s has floor(s / 256^l) mod 256 hashes."""
    schema, leaves = forest
    tree = StoredTree(schema)
    with psycopg.connect(database.url, autocommit=True) as connection:
        for size in (300, 65_700, 66_200):
            for level in range(3):
                count = size >> 8 * level
                number, width = divmod(count, TILE_WIDTH)
                span = 1 << 8 * level
                first = number * TILE_WIDTH
                true = [
                    Tree().append(leaves[at * span : (at + 1) * span])[0].root() for at in range(first, first + width)
                ]
                assert tree.tile(connection, (level, number), size) == b"".join(true)


# -- refusing to sign ---------------------------------------------------------------------------------


class Signing:
    """A ledger with a service, and a signer of its own beside it."""

    def __init__(self, database, directory):
        self.database, self.directory = database, directory
        self.code = database.new_ledger()
        proof_schema.migrate(database.url, [self.code])

    def service(self):
        environment = {"LEDGER_CHECKPOINT_DIRECTORY": str(self.directory)}
        return Ledgerd(self.database, [self.code], environment=environment)

    def signer(self, directory=True):
        memory = Memory(self.directory) if directory else None
        origin = f"personal-account-ledger/{self.code}"
        return CheckpointSigner(self.code, origin, self.database.url, self.database.master_key, memory)


@pytest.fixture
def signing(database, tmp_path):
    return Signing(database, tmp_path)


def test_a_restored_backup_is_not_signed_and_not_served(signing):
    with signing.service() as server:
        world = World(Client(server.channel()), signing.code)
        kept = world.done(world.opening("ann")).last_position
        lost = [world.done(world.deposit("ann", 1)).last_position for _ in range(3)][-1]
        Auditor(world).checkpoint(min_position=lost)
    cut(signing.database, signing.code, kept)
    with pytest.raises(ForkError, match=f"positions {kept + 1} to {lost} are missing"):
        signing.signer().sign()
    with signing.service() as server:
        world = World(Client(server.channel()), signing.code)
        # It is looked at before anything is served: the very first command is refused.
        assert reason_of(world.send(world.deposit("ann", 7))) == "LEDGER_FORKED"
        found = Auditor(world).ask("GetCheckpoint", a.GetCheckpointRequest(ledger=world.ledger))
        assert reason_of(found) == "LEDGER_FORKED"
        assert f"positions {kept + 1} to {lost} are missing" in server.errors()


def test_another_history_of_the_same_size_is_not_signed(signing):
    with signing.service() as server:
        world = World(Client(server.channel()), signing.code)
        kept = world.done(world.opening("ann")).last_position
        end = world.done(world.deposit("ann", 1)).last_position
        Auditor(world).checkpoint(min_position=end)
    cut(signing.database, signing.code, kept)
    with Ledgerd(signing.database, [signing.code]) as server:  # one that remembers nothing
        world.client = Client(server.channel())
        world.done(world.deposit("ann", 2))
        world.done(world.deposit("ann", 3))
    with pytest.raises(ForkError, match=f"does not continue the checkpoint of size {end}"):
        signing.signer().sign()


def test_a_log_that_is_cut_under_a_running_service_is_noticed_at_the_next_connection(signing):
    with signing.service() as server:
        world = World(Client(server.channel()), signing.code)
        kept = world.done(world.opening("ann")).last_position
        lost = world.done(world.deposit("ann", 1)).last_position
        auditor = Auditor(world)
        auditor.checkpoint(min_position=lost)
        cut(signing.database, signing.code, kept)
        with psycopg.connect(signing.database.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE %s",
                (f"ledgerd {signing.code}%",),
            )
        assert reason_of(world.send(world.deposit("ann", 7))) == "LEDGER_FORKED"
        found = auditor.ask("GetCheckpoint", a.GetCheckpointRequest(ledger=world.ledger))
        assert reason_of(found) == "LEDGER_FORKED"
        assert f"ends at {kept}" in server.errors()
    with pytest.raises(ForkError, match=f"positions {kept + 1} to {lost} are missing"):
        signing.signer().check()


def test_without_the_file_the_database_still_remembers_what_it_signed(signing):
    with signing.service() as server:
        world = World(Client(server.channel()), signing.code)
        world.done(world.opening("ann"))
    signing.signer(directory=False).sign()
    schema = schema_name(signing.code)
    with psycopg.connect(signing.database.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"ALTER TABLE {schema}.commits DISABLE TRIGGER ALL")
        connection.execute(f"UPDATE {schema}.commits SET root = sha256(root)")
    with pytest.raises(ForkError):
        signing.signer(directory=False).sign()


def test_signers_side_by_side_sign_one_history(signing):
    with signing.service() as server:
        world = World(Client(server.channel()), signing.code)
        world.done(world.opening("ann"))
        found, errors = [], []

        def sign():
            signer = signing.signer()
            try:
                found.extend(signer.sign() for _ in range(10))
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)

        threads = [threading.Thread(target=sign) for _ in range(3)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            world.done(world.deposit("ann", 1))
        for thread in threads:
            thread.join()
        keys = Auditor(world).known_keys()
    assert not errors
    assert len(keys) == 1
    by_size = {}
    for note in found:
        checkpoint = Checkpoint.parse(notes.verify(note, keys)[0])
        assert by_size.setdefault(checkpoint.size, note) == note
