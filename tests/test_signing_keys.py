"""Signing keys are changed by commands: recorded, idempotent, never down to none, and the key store follows the log."""

from __future__ import annotations

import uuid

import grpc
import psycopg
import pytest
from google.rpc.status_pb2 import Status
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.domain.entry_types import SIGNING_KEY_CHANGED
from ledger.log.entry import recorded
from ledger.log.identifiers import ledger_id
from ledger.proof import note as notes
from ledger.proof.note import Signer, Verifier
from ledger.proof.signer import CheckpointSigner
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import key_service_pb2 as k
from ledger.v1 import key_service_pb2_grpc
from tests.auditor import Auditor
from tests.judge import Judge
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, reason_of, status_of


class Keeper(Auditor):
    """An operator who changes the keys of a ledger, and looks at what comes of it."""

    def __init__(self, world):
        super().__init__(world)
        self.keys = key_service_pb2_grpc.KeyServiceStub(world.client.channel)

    def change(self, method, request, metadata=()):
        try:
            return getattr(self.keys, method)(request, timeout=20, metadata=metadata)
        except grpc.RpcError as error:
            return status_of(error)

    def rotate(self, request_id="", **options):
        request_id = request_id or time_ordered_id()
        return self.change(
            "RotateSigningKey", k.RotateSigningKeyRequest(ledger=self.world.ledger, request_id=request_id), **options
        )

    def retire(self, verifier, request_id=""):
        return self.change(
            "RetireSigningKey",
            k.RetireSigningKeyRequest(
                ledger=self.world.ledger,
                request_id=request_id or time_ordered_id(),
                verifier_key=verifier if isinstance(verifier, str) else verifier.encode(),
            ),
        )

    def note(self):
        """A note over everything that is recorded by now."""
        ask = a.GetCheckpointRequest(ledger=self.world.ledger, min_position=self.world.size())
        return self.ask("GetCheckpoint", ask).note

    def signed_by(self):
        """Which of the listed keys signed it."""
        return notes.verify(self.note(), self.known_keys())[1]

    def recorded(self):
        """What the log says of keys: which, and whether it signs."""
        entries = [recorded(entry) for entry in self.world.entries()]
        return [
            (entry.event.public_key, not entry.event.retired) for entry in entries if entry.type == SIGNING_KEY_CHANGED
        ]


@pytest.fixture
def keeper(ledger, client):
    world = World(client, ledger)
    world.done(world.opening("ann"))
    return Keeper(world)


def test_both_keys_sign_until_the_old_one_is_retired_and_the_log_tells_all_of_it(keeper):
    keeper.note()
    (old,) = keeper.known_keys()
    answer = keeper.rotate()
    new = Verifier.parse(answer.verifier_key)
    assert keeper.recorded() == [(old.public, True), (new.public, True)]
    assert keeper.signed_by() == [old, new]
    (told,) = Judge().ask([{"kind": "note", "note": keeper.note(), "keys": [old.encode(), new.encode()]}])
    assert told.startswith("ok 2 ")
    keeper.retire(old)
    assert keeper.recorded()[2:] == [(old.public, False)]
    assert keeper.signed_by() == [new]
    listed = keeper.ask("ListSigningKeys", a.ListSigningKeysRequest(ledger=keeper.world.ledger)).keys
    assert [key.HasField("retire_time") for key in listed] == [True, False]
    third = Verifier.parse(keeper.rotate().verifier_key)
    assert keeper.recorded()[3:] == [(third.public, True)]
    assert keeper.signed_by() == [new, third]


def test_a_command_that_is_sent_again_makes_no_second_key(keeper):
    request_id = time_ordered_id()
    first, again = keeper.rotate(request_id), keeper.rotate(request_id)
    assert again.transaction.replayed
    assert (again.verifier_key, again.transaction.last_position) == (
        first.verifier_key,
        first.transaction.last_position,
    )
    elsewhere = keeper.rotate(request_id, metadata=(("x-dev-organisation", "other"),))
    assert elsewhere.verifier_key != first.verifier_key
    retiring = time_ordered_id()
    before, after = keeper.retire(first.verifier_key, retiring), keeper.retire(first.verifier_key, retiring)
    assert after.transaction.replayed
    assert after.transaction.last_position == before.transaction.last_position
    assert reason_of(keeper.retire(elsewhere.verifier_key, retiring)) == "IDEMPOTENCY_CONFLICT"


def test_what_cannot_be_changed(keeper):
    keeper.note()
    (old,) = keeper.known_keys()
    before = keeper.world.size()
    assert reason_of(keeper.retire(old)) == "SIGNING_KEY_LAST"
    assert keeper.world.size() == before + 1, "the refusal is recorded"
    stranger = Signer(old.name, bytes(32)).verifier
    assert reason_of(keeper.retire(stranger)) == "SIGNING_KEY_NOT_FOUND"
    for wrong in ("", "nonsense", old.encode()[:-1]):
        assert reason_of(keeper.retire(wrong)) == "INVALID_REQUEST"
    assert reason_of(keeper.rotate(metadata=(("x-dev-rights", "OPERATE"),))) == "PERMISSION_DENIED"
    keeper.rotate()
    assert not isinstance(keeper.retire(old), Status)
    assert reason_of(keeper.retire(old)) == "SIGNING_KEY_RETIRED"


def test_the_store_follows_the_log_after_a_process_ended_between_them(database, ledger):
    with Ledgerd(database, [ledger]) as server:
        world = World(Client(server.channel()), ledger)
        keeper = Keeper(world)
        world.done(world.opening("ann"))
        keeper.note()
        (old,) = keeper.known_keys()
        new = Verifier.parse(keeper.rotate().verifier_key)
        keeper.retire(old)
    with psycopg.connect(database.url) as connection:
        connection.execute(
            "UPDATE ledger_keys.signing_keys SET retired_at = NULL,"
            " taken_at = CASE WHEN request IS NULL THEN taken_at END WHERE ledger = %s",
            (uuid.UUID(bytes=ledger_id(ledger)),),
        )
    with Ledgerd(database, [ledger]) as server:
        world.client = Client(server.channel())
        world.done(world.deposit("ann", 1))
        assert Keeper(world).signed_by() == [new]


def test_the_command_line_rotates_and_retires(keeper, ledgerd):
    def run(*words):
        done = CliRunner().invoke(app, ["keys", *words], env={"LEDGER_LISTEN": ledgerd.address, "COLUMNS": "300"})
        return done.exit_code, done.output + str(done.exception or "")

    keeper.note()
    (old,) = keeper.known_keys()
    code = keeper.world.code
    status, said = run("rotate", code)
    assert status == 0, said
    assert "signs from position" in said
    status, said = run("retire", code, old.encode())
    assert (status, "retired at position" in said) == (0, True)
    status, said = run("list", code)
    assert status == 0
    assert all(key.encode() in said for key in keeper.known_keys())
    assert run("retire", code, old.encode())[0] == 1


def test_a_checkpoint_is_signed_by_the_keys_that_its_entries_have_in_use(database, ledger):
    """A process that ended between an entry about a key and the key store leaves no checkpoint that nobody accepts."""
    with Ledgerd(database, [ledger]) as server:
        world = World(Client(server.channel()), ledger)
        keeper = Keeper(world)
        world.done(world.opening("ann"))
        keeper.note()
        (old,) = keeper.known_keys()
        new = Verifier.parse(keeper.rotate().verifier_key)
        keeper.retire(old)
    with psycopg.connect(database.url) as connection:
        connection.execute(
            "UPDATE ledger_keys.signing_keys SET retired_at = NULL,"
            " taken_at = CASE WHEN request IS NULL THEN taken_at END WHERE ledger = %s",
            (uuid.UUID(bytes=ledger_id(ledger)),),
        )
        for table in ("cosignatures", "checkpoints"):
            connection.execute(f"ALTER TABLE ledger_{ledger}.{table} DISABLE TRIGGER ALL")
            connection.execute(f"DELETE FROM ledger_{ledger}.{table}")
    origin = f"personal-account-ledger/{ledger}"
    note = CheckpointSigner(ledger, origin, database.url, database.master_key).sign()
    assert notes.verify(note, [old, new])[1] == [new]
