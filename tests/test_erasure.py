"""A person's key is destroyed by four eyes: nothing personal can be read again, and every proof stays as it was."""

from __future__ import annotations

import time
import uuid

import grpc
import psycopg
import pytest
from google.rpc.status_pb2 import Status

from ledger.domain.entry_types import KEY_DESTROYED, KEY_DESTRUCTION_APPROVED
from ledger.log.entry import parse, recorded
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.keystore import KeyStore
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import key_service_pb2 as k
from ledger.v1 import key_service_pb2_grpc
from ledger.v1 import types_pb2 as t
from tests.auditor import Auditor
from tests.restoring import cut
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, reason_of, status_of

BOSS = (("x-dev-actor", "boss"),)
SECRET = "NO-1190-SECRET"


class Eraser(Auditor):
    """Proposes and approves that keys are destroyed, and looks into the key store."""

    def __init__(self, database, world):
        super().__init__(world)
        self.database = database
        self.keys = key_service_pb2_grpc.KeyServiceStub(world.client.channel)

    def call(self, method, request, metadata=()):
        try:
            return getattr(self.keys, method)(request, timeout=20, metadata=metadata)
        except grpc.RpcError as error:
            return status_of(error)

    def propose(self, who, request_id="", cause=t.KEY_DESTRUCTION_CAUSE_RETENTION_ENDED):
        request = k.ProposeKeyDestructionRequest(
            person=self.world.person(who), request_id=request_id or time_ordered_id(), cause=cause
        )
        return self.call("ProposeKeyDestruction", request)

    def review(self, proposal, decision=t.PROPOSAL_DECISION_APPROVED, metadata=BOSS):
        position = proposal.transaction.first_position
        request = k.ReviewKeyDestructionRequest(
            ledger=self.world.ledger,
            request_id=time_ordered_id(),
            proposal=self.entry(position),
            decision=decision,
        )
        return self.call("ReviewKeyDestruction", request, metadata)

    def erase(self, who):
        answer = self.review(self.propose(who))
        assert not isinstance(answer, Status), answer

    def stored(self, who):
        """The row of a person's key: whether there is a key in it."""
        with psycopg.connect(self.database.url) as connection:
            row = connection.execute(
                "SELECT wrapped IS NOT NULL FROM ledger_keys.person_keys WHERE ledger = %s AND stream = %s",
                (uuid.UUID(bytes=ledger_id(self.world.code)), uuid.UUID(self.world.id(who))),
            ).fetchone()
        return row and row[0]

    def opened(self, position):
        """The plaintext of an entry's sealed part, as whoever holds the master key reads it; None: nobody can."""
        entry = self.world.entries(position)[0]
        item = recorded(entry)
        keystore = KeyStore(ledger_id(self.world.code), self.database.master_key)
        with psycopg.connect(self.database.url) as connection:
            return keystore.open(connection, item.stream, item.version, item.sealed)


def living(eraser, who="ann"):
    """Somebody with sealed data and a closed account; the position of the sealed entry."""
    world = eraser.world
    world.done(world.opening(who))
    sealed = t.Confidential(invoice_number=SECRET)
    position = world.done(world.purchase(who, 100, sealed=sealed)).first_position
    world.done(world.close(who))
    assert SECRET.encode() in eraser.opened(position)
    return position


@pytest.fixture
def eraser(database, ledger, client):
    return Eraser(database, World(client, ledger))


def test_nothing_personal_is_left_and_every_proof_stays(eraser):
    position = living(eraser)
    world = eraser.world
    before = world.entries()
    checkpoint = eraser.checkpoint(min_position=world.size())
    receipt = a.GetInclusionProofRequest(entry=eraser.entry(position), size=checkpoint.size)
    proof = eraser.ask("GetInclusionProof", receipt)
    eraser.erase("ann")
    assert eraser.opened(position) is None
    assert eraser.stored("ann") is False
    assert world.entries()[: len(before)] == before
    again = eraser.ask("GetInclusionProof", receipt)
    assert not isinstance(again, Status), again
    assert (again.root, list(again.hashes)) == (checkpoint.root, list(proof.hashes))
    types = [recorded(entry).type for entry in world.entries()]
    assert types.count(KEY_DESTRUCTION_APPROVED) == types.count(KEY_DESTROYED) == 1
    done = next(recorded(entry) for entry in world.entries() if recorded(entry).type == KEY_DESTROYED)
    assert done.event.key_id == parse(before[position - 1]).sealed.key_id
    assert not eraser.database.defects(world.code)
    assert world.state("ann").version == done.version


def test_four_eyes_and_a_closed_account(eraser):
    world = eraser.world
    assert reason_of(eraser.propose("ann")) == "PERSON_NOT_FOUND"
    world.done(world.opening("ann"))
    assert reason_of(eraser.propose("ann")) == "KEY_IN_USE"
    world.done(world.close("ann"))
    proposal = eraser.propose("ann")
    assert reason_of(eraser.review(proposal, metadata=())) == "FOUR_EYES_REQUIRED"
    other = world.review(proposal.transaction.first_position)
    assert reason_of(world.send(other, metadata=BOSS)) == "NOT_A_PROPOSAL", "it needs a right of its own"
    weak = (*BOSS, ("x-dev-rights", "OPERATE"))
    assert reason_of(eraser.review(proposal, metadata=weak)) == "PERMISSION_DENIED"
    assert not isinstance(eraser.review(proposal, t.PROPOSAL_DECISION_REJECTED), Status)
    assert eraser.stored("ann") is True
    eraser.erase("ann")
    assert reason_of(eraser.propose("ann")) == "KEY_ALREADY_DESTROYED"


def test_a_proposal_that_is_sent_again_is_the_same(eraser):
    living(eraser)
    request_id = time_ordered_id()
    first = eraser.propose("ann", request_id)
    assert eraser.propose("ann", request_id).transaction.replayed
    assert not isinstance(eraser.review(first), Status)
    again = eraser.propose("ann", request_id)
    assert again.transaction.first_position == first.transaction.first_position
    other = eraser.propose("ann", request_id, t.KEY_DESTRUCTION_CAUSE_COURT_ORDER)
    assert reason_of(other) == "IDEMPOTENCY_CONFLICT"


def test_what_comes_later_about_an_erased_person_is_not_kept(eraser):
    """A hospital sends a bill after the erasure: it is refused, and what it says of the person is dropped."""
    position = living(eraser)
    world = eraser.world
    eraser.erase("ann")
    request = world.purchase("ann", 50, sealed=t.Confidential(invoice_number="LATE"))
    first = world.send(request)
    assert isinstance(first, Status)
    entry = parse(world.entries()[-1])
    assert entry.HasField("command_refused")
    assert not entry.HasField("sealed")
    again = world.send(request)
    assert reason_of(again) == reason_of(first), "and a retry gets the same answer"
    assert eraser.opened(position) is None
    assert eraser.stored("ann") is False


def test_no_process_opens_it_any_more(database, ledger):
    """Two services have the key in memory; one destroys it, and the other compares no retry with it any more."""
    with Ledgerd(database, [ledger]) as one, Ledgerd(database, [ledger]) as other:
        world, eraser = World(Client(one.channel()), ledger), None
        eraser = Eraser(database, world)
        world.done(world.opening("ann"))
        request = world.purchase("ann", 100, sealed=t.Confidential(invoice_number=SECRET))
        world.done(request)
        elsewhere = World(Client(other.channel()), ledger)
        changed = type(request).FromString(request.SerializeToString())
        changed.purchase.confidential.invoice_number = "ANOTHER"
        assert reason_of(elsewhere.send(changed)) == "IDEMPOTENCY_CONFLICT", "it opened what was sealed"
        world.done(world.close("ann"))
        eraser.erase("ann")
        ended = time.monotonic() + 10
        while isinstance(elsewhere.send(changed), Status):
            assert time.monotonic() < ended, "the other process still holds the key"
            time.sleep(0.1)


def test_a_process_that_ends_after_the_approval_leaves_nothing_undone(database, ledger):
    with Ledgerd(database, [ledger]) as server:
        eraser = Eraser(database, World(Client(server.channel()), ledger))
        position = living(eraser)
        key = _key_row(database, eraser)
        approval = eraser.review(eraser.propose("ann")).transaction.first_position
    # As if the process had ended right behind the approval: no entry about the destruction, and the key is there.
    cut(database, ledger, approval + 1)
    _put_back(database, eraser, key)
    with Ledgerd(database, [ledger]) as server:
        eraser.world.client = Client(server.channel())
        assert eraser.opened(position) is None
        ended = time.monotonic() + 10
        while KEY_DESTROYED not in [recorded(entry).type for entry in eraser.world.entries()]:
            assert time.monotonic() < ended


def test_an_older_backup_brings_nobody_back(database, ledger, tmp_path):
    """The log is restored without the approval, the key store with the key; the list outside of both stays."""
    environment = {"LEDGER_CHECKPOINT_DIRECTORY": str(tmp_path)}
    with Ledgerd(database, [ledger], environment=environment) as server:
        eraser = Eraser(database, World(Client(server.channel()), ledger))
        position = living(eraser)
        size = eraser.world.size()
        key = _key_row(database, eraser)
        eraser.erase("ann")
    cut(database, ledger, size)
    _put_back(database, eraser, key)
    assert eraser.stored("ann") is True
    (tmp_path / f"{ledger}.checkpoint").unlink(missing_ok=True)  # or the shortened log would not be served at all
    with Ledgerd(database, [ledger], environment=environment) as server:
        eraser.world.client = Client(server.channel())
        assert eraser.stored("ann") is False
        assert eraser.opened(position) is None


def _key_row(database, eraser):
    with psycopg.connect(database.url) as connection:
        return connection.execute(
            "SELECT wrapped FROM ledger_keys.person_keys WHERE ledger = %s AND stream = %s",
            (uuid.UUID(bytes=ledger_id(eraser.world.code)), uuid.UUID(eraser.world.id("ann"))),
        ).fetchone()[0]


def _put_back(database, eraser, wrapped):
    """What restoring an older backup of the key store does."""
    with psycopg.connect(database.url) as connection:
        connection.execute(
            "UPDATE ledger_keys.person_keys SET wrapped = %s, destroyed_at = NULL WHERE ledger = %s AND stream = %s",
            (wrapped, uuid.UUID(bytes=ledger_id(eraser.world.code)), uuid.UUID(eraser.world.id("ann"))),
        )
    assert schema_name(eraser.world.code)
