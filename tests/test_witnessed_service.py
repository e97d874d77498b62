"""A service and its witnesses: cosigned checkpoints and receipts, silence that stops nothing, forks that are seen."""

from __future__ import annotations

import time

import psycopg
import pytest
from google.rpc.status_pb2 import Status

from ledger.log.identifiers import ledger_id
from ledger.proof import schema as proof_schema
from ledger.proof.keys import SigningKeys
from ledger.proof.note import Signer
from ledger.proof.policy import Policy
from ledger.proof.receipt import verify_receipt
from ledger.proof.signer import CheckpointSigner
from ledger.v1 import audit_service_pb2 as a
from tests.auditor import Auditor
from tests.restoring import cut
from tests.running import Client, Ledgerd
from tests.witnesses import WitnessThread
from tests.world import World, reason_of


class Witnessed:
    """A ledger, its witnesses, and services that ask them."""

    def __init__(self, database, place):
        self.database, self.place = database, place
        self.code = database.new_ledger()
        proof_schema.migrate(database.url, [self.code])
        origin = f"personal-account-ledger/{self.code}"
        CheckpointSigner(self.code, origin, database.url, database.master_key).sign()  # the first makes its key
        with psycopg.connect(database.url) as connection:
            ((self.key, _, _),) = SigningKeys(ledger_id(self.code), origin, database.master_key).known(connection)
        self.world = World(None, self.code)
        self.witnesses = [WitnessThread(place, f"audit.test/w{number}", [self.key]) for number in (1, 2)]

    def policy(self, quorum="all"):
        names = " ".join(witness.name for witness in self.witnesses)
        lines = "".join(witness.line() for witness in self.witnesses)
        return f"log {self.key.encode()}\n{lines}group both {quorum} {names}\nquorum both\n"

    def service(self, quorum="all"):
        file = self.place / "policy"
        file.write_text(self.policy(quorum))
        server = Ledgerd(self.database, [self.code], environment={"LEDGER_WITNESS_POLICY_FILE": str(file)})
        self.world.client = Client(server.channel())
        if not self.world.ids:
            self.world.done(self.world.opening("ann"))
        return server

    def checkpoint(self, timeout=20):
        auditor = Auditor(self.world)
        ask = a.GetCheckpointRequest(ledger=self.world.ledger, min_position=self.world.size(), cosigned=True)
        return auditor.ask("GetCheckpoint", ask, timeout=timeout)


@pytest.fixture
def witnessed(database, tmp_path):
    found = Witnessed(database, tmp_path)
    yield found
    for witness in found.witnesses:
        witness.stop()


def test_checkpoints_and_receipts_carry_the_quorum(witnessed):
    world = witnessed.world
    with witnessed.service():
        position = world.done(world.deposit("ann", 5)).last_position
        policy = Policy.parse(witnessed.policy())
        note = witnessed.checkpoint().note
        assert policy.check(note, witnessed.key.name).size == position
        ask = a.GetReceiptRequest(entry=f"{world.ledger}/entries/{position}", cosigned=True)
        receipt = Auditor(world).ask("GetReceipt", ask).receipt
        keys = [witness.verifier for witness in witnessed.witnesses]
        assert verify_receipt(receipt, world.entries()[-1], [witnessed.key], keys, witnesses_min=2).size >= position
        plain = Auditor(world).ask("GetCheckpoint", a.GetCheckpointRequest(ledger=world.ledger)).note
        assert policy.check(plain).size == position, "who does not wait is shown what there is"


def test_a_silent_witness_stops_nothing_and_is_asked_again(witnessed):
    world = witnessed.world
    with witnessed.service():
        witnessed.checkpoint()
        witnessed.witnesses[1].stop()
        for _ in range(20):
            world.done(world.deposit("ann", 1))
        missing = witnessed.checkpoint(timeout=2)
        assert reason_of(missing) == "CHECKPOINT_NOT_COSIGNED"
        witnessed.witnesses[1].start()
        answer = witnessed.checkpoint()  # without anything new in the log
        assert not isinstance(answer, Status), answer
        assert set(Policy.parse(witnessed.policy()).cosigners(answer.note)) == {"audit.test/w1", "audit.test/w2"}


def test_one_of_two_is_enough_where_the_quorum_says_so(witnessed):
    world = witnessed.world
    with witnessed.service("any"):
        witnessed.witnesses[0].stop()
        world.done(world.deposit("ann", 1))
        assert set(Policy.parse(witnessed.policy("any")).cosigners(witnessed.checkpoint().note)) == {"audit.test/w2"}


def test_a_witness_that_does_not_know_the_key_cosigns_nothing(witnessed):
    for witness in witnessed.witnesses:
        witness.stop()
        witness.know(Signer(witnessed.key.name, bytes(32)).verifier)
        witness.start()
    with witnessed.service():
        assert reason_of(witnessed.checkpoint(timeout=2)) == "CHECKPOINT_NOT_COSIGNED"


def test_without_witnesses_nobody_is_told_that_something_was_witnessed(witnessed):
    with Ledgerd(witnessed.database, [witnessed.code]) as server:
        witnessed.world.client = Client(server.channel())
        assert reason_of(witnessed.checkpoint()) == "CHECKPOINT_NOT_COSIGNED"


def test_a_restore_that_lost_what_was_witnessed_is_refused_without_any_file(witnessed):
    world = witnessed.world
    with witnessed.service():
        kept = world.size()
        lost = [world.done(world.deposit("ann", 1)).last_position for _ in range(3)][-1]
        witnessed.checkpoint()
    cut(witnessed.database, witnessed.code, kept)
    with witnessed.service() as server:
        assert reason_of(world.send(world.deposit("ann", 7))) == "LEDGER_FORKED"
        assert f"positions {kept + 1} to {lost} are missing" in server.errors()


def test_a_witness_tells_of_a_fork_that_grows_beside_the_service(witnessed):
    """The witness has seen another history: it was away when the service started, and the service learns of it."""
    world = witnessed.world
    with witnessed.service():
        kept = world.size()
        world.done(world.deposit("ann", 1))
        witnessed.checkpoint()
    cut(witnessed.database, witnessed.code, kept)
    for witness in witnessed.witnesses:
        witness.stop()
    with witnessed.service():
        for amount in (2, 3, 4):
            world.done(world.deposit("ann", amount))
        for witness in witnessed.witnesses:
            witness.start()
        ended = time.monotonic() + 20
        while reason_of_or_none(world.send(world.deposit("ann", 5))) != "LEDGER_FORKED":
            assert time.monotonic() < ended


def reason_of_or_none(answer):
    return reason_of(answer) if isinstance(answer, Status) else None
