"""Who persons are, apart from the log: found nowhere in plain text, recorded when read, and gone with the key."""

from __future__ import annotations

import grpc
import psycopg
import pytest
from google.rpc.status_pb2 import Status

from ledger.domain.entry_types import ACCESS_RECORDED
from ledger.log.entry import recorded
from ledger.v1 import identity_service_pb2 as i
from ledger.v1 import identity_service_pb2_grpc
from tests.running import Client, Database, Ledgerd
from tests.test_erasure import Eraser
from tests.world import World, reason_of, status_of

NAME, NUMBER, PHONE = "Zhang Sanfeng", "410105199001011234", "13900001234"
READER = (("x-dev-rights", "READ_IDENTITY"),)


class Registry(Eraser):
    """Puts, reads and corrects identities of a ledger."""

    def __init__(self, database, world):
        super().__init__(database, world)
        self.identities = identity_service_pb2_grpc.IdentityServiceStub(world.client.channel)

    def tell(self, method, request, metadata=()):
        try:
            return getattr(self.identities, method)(request, timeout=20, metadata=metadata)
        except grpc.RpcError as error:
            return status_of(error)

    def put(self, who, name=NAME, number=NUMBER):
        identity = i.PersonIdentity(name=name, document_number=number, phone=PHONE)
        return self.tell("PutIdentity", i.PutIdentityRequest(person=self.world.person(who), identity=identity))

    def correct(self, who, version, name=NAME, number=NUMBER):
        identity = i.PersonIdentity(name=name, document_number=number)
        request = i.CorrectIdentityRequest(person=self.world.person(who), identity=identity, expected_version=version)
        return self.tell("CorrectIdentity", request)

    def get(self, who, purpose="CLAIM", metadata=READER):
        return self.tell("GetIdentity", i.GetIdentityRequest(person=self.world.person(who), purpose=purpose), metadata)


@pytest.fixture(scope="module")
def own():
    """A database of its own, whose files are searched."""
    server = Database()
    yield server
    server.close()


@pytest.fixture(scope="module")
def server(own):
    with Ledgerd(own, [own.new_ledger()], environment={"LEDGER_ACCESS_ENTRIES": "true"}) as process:
        yield process


@pytest.fixture
def registry(own, server):
    found = Registry(own, World(Client(server.channel()), own.new_ledger()))
    found.world.done(found.world.opening("ann"))
    return found


def test_an_identity_is_put_once_read_with_a_purpose_and_corrected(registry):
    assert reason_of(registry.get("ann")) == "IDENTITY_NOT_FOUND"
    assert registry.put("ann").version == registry.put("ann").version == 1
    answer = registry.get("ann")
    assert (answer.identity.name, answer.identity.document_number, answer.identity.phone) == (NAME, NUMBER, PHONE)
    assert reason_of(registry.put("ann", "Li Si")) == "IDENTITY_EXISTS"
    assert registry.correct("ann", 1, "Li Si").version == 2
    assert registry.correct("ann", 1, "Li Si").version == 2, "sent again"
    assert reason_of(registry.correct("ann", 1, "Wang Wu")) == "IDENTITY_CHANGED"
    assert registry.get("ann").identity.name == "Li Si"
    registry.world.done(registry.world.opening("bob"))
    assert reason_of(registry.put("bob", "Bob")) == "IDENTITY_EXISTS", "the number is somebody else's"
    assert reason_of(registry.put("nobody")) == "PERSON_NOT_FOUND"
    assert reason_of(registry.get("ann", "")) == "INVALID_REQUEST"
    assert reason_of(registry.put("ann", "")) == "INVALID_REQUEST"
    assert reason_of(registry.get("ann", metadata=(("x-dev-rights", "OPERATE"),))) == "PERMISSION_DENIED"
    events = [recorded(entry) for entry in registry.world.entries()]
    told = [item.event for item in events if item.type == ACCESS_RECORDED]
    reads = [event for event in told if event.method.endswith("GetIdentity")]
    assert len(reads) == 3
    assert {event.purpose for event in reads} == {"CLAIM"}


def test_erasing_leaves_no_identity_and_none_can_be_put_again(registry):
    registry.put("ann")
    registry.world.done(registry.world.close("ann"))
    registry.erase("ann")
    assert reason_of(registry.get("ann")) == "IDENTITY_ERASED"
    assert reason_of(registry.put("ann")) == "IDENTITY_ERASED"
    registry.world.done(registry.world.opening("bob"))
    assert not isinstance(registry.put("bob"), Status), "the number is free again"


def test_plain_text_is_nowhere(registry, own, server):
    """Not in the files of the database, its write-ahead log, the service's lines, or the entries."""
    registry.put("ann")
    registry.get("ann")
    with psycopg.connect(own.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        connection.execute("CREATE TABLE planted AS SELECT 'PLANTED-4711'::text")  # what is searched can be found
        connection.execute("CHECKPOINT")
    files = {path: path.read_bytes() for path in own.place.rglob("*") if path.is_file()}
    assert len(files) > 500
    assert any(b"PLANTED-4711" in content for content in files.values())
    for secret in (NAME, NUMBER, PHONE):
        assert [str(path) for path, content in files.items() if secret.encode() in content] == []
    assert not any(NUMBER.encode() in entry for entry in registry.world.entries())
    assert NUMBER not in server.errors()
