"""The profile prod over the wire: nobody gets in without a certificate, and nobody does more than the roster says."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import time
import uuid
from pathlib import Path

import grpc
import pytest
from google.rpc.status_pb2 import Status
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from ledger.v1 import query_service_pb2 as q
from ledger.v1 import subscription_service_pb2 as s
from ledger.v1 import subscription_service_pb2_grpc
from tests.authority import Authority, Place, Signer
from tests.running import Client, Database, Ledgerd
from tests.world import World, reason_of

ROSTER = """
[[identity]]
organisation = "agency"
actor = "window"
certificates = ["dns:agency.example.org"]
rights = ["ADMINISTER_ACCOUNT", "POST_DEPOSIT", "READ_ACCOUNT", "READ_OUTCOME", "READ_ENTRIES", "READ_LEDGER"]
ledgers = ["{ledger}"]

[[identity]]
organisation = "lotus"
actor = "pos"
certificates = ["dns:pos.example.org"]
tokens = ["app"]
rights = ["READ_ACCOUNT"]
ledgers = ["*"]
"""


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def ledgers(database: Database):
    """One that the agency may use, and one that it may not know of."""
    return database.new_ledger(), database.new_ledger()


@pytest.fixture(scope="module")
def place(authority, ledgers):
    directory = Path(tempfile.mkdtemp(prefix="ledger-prod-"))
    made = Place(directory, authority)
    made.write("who.toml", ROSTER.format(ledger=ledgers[0]))
    yield made
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def service(database, place, ledgers):
    with Ledgerd(database, ledgers[:1], environment=place.variables()) as process:
        yield process


@pytest.fixture
def connect(service, authority):
    """Open a channel with a client's key and certificate; None: without."""
    opened = []

    def channel(pair, trusted=authority):
        key, chain = pair or (None, None)
        credentials = grpc.ssl_channel_credentials(trusted.pem, key, chain)
        options = [("grpc.use_local_subchannel_pool", 1)]
        opened.append(grpc.secure_channel(service.address, credentials, options=options))
        return opened[-1]

    yield channel
    for each in opened:
        each.close()


def told(channel, request, **options):
    """The answer, or the status of the error."""
    return World(Client(channel), "").send(request, timeout=5, **options)


def get_ledger(code):
    return q.GetLedgerRequest(name=f"ledgers/{code}")


def await_reason(channel, request, reason):
    """Ask until the answer has changed; the files are looked at once a second."""
    end = time.monotonic() + 10
    while not isinstance(answer := told(channel, request), Status) or reason_of(answer) != reason:
        assert time.monotonic() < end, answer
        time.sleep(0.05)


def fails(channel):
    """The code of a call that never reached the service."""
    with pytest.raises(grpc.RpcError) as caught:
        Client(channel).queries.GetLedger(get_ledger("x"), timeout=5)
    return caught.value.code()


def test_a_certificate_opens_what_the_roster_says(connect, authority, ledgers):
    world = World(Client(connect(authority.client("dns:agency.example.org"))), ledgers[0])
    world.done(world.open("anna"))
    world.done(world.activate("anna"))
    world.done(world.deposit("anna"))
    assert world.state("anna").balance == 100


def test_no_certificate_no_connection(connect, authority):
    """None, one of another authority, an expired one; and plain text."""
    expired = authority.client("dns:agency.example.org", life=-dt.timedelta(minutes=1))
    for pair in (None, Authority().client("dns:agency.example.org"), expired):
        assert fails(connect(pair)) is grpc.StatusCode.UNAVAILABLE


def test_plain_text_is_refused(service):
    with service.channel() as channel:
        assert fails(channel) is grpc.StatusCode.UNAVAILABLE


def test_an_unknown_subject_is_nobody(connect, authority, ledgers):
    """A good certificate of somebody whom the roster does not name; headers do not help."""
    channel = connect(authority.client("dns:other.example.org", common="agency.example.org"))
    for metadata in ((), (("x-dev-organisation", "agency"),), (("authorization", "Bearer x.y.z"),)):
        assert reason_of(told(channel, get_ledger(ledgers[0]), metadata=metadata)) == "UNAUTHENTICATED"


def test_a_missing_right_is_named(connect, authority, ledgers):
    world = World(Client(connect(authority.client("dns:pos.example.org"))), ledgers[0])
    refused = world.send(world.deposit("anna"), metadata=[("x-dev-rights", "POST_DEPOSIT")])
    assert reason_of(refused) == "PERMISSION_DENIED"
    assert "RIGHT_POST_DEPOSIT" in refused.message


def test_a_forbidden_ledger_answers_like_a_missing_one(connect, authority, ledgers):
    """In reads, commands, batches and questions; only the code that was asked for differs."""
    client = Client(connect(authority.client("dns:agency.example.org")))
    answers = []
    for code in (ledgers[1], "tmissing00000"):  # codes of one length, so that the bytes can be compared
        world = World(client, code)
        asked = (get_ledger(code), world.deposit("anna"), q.GetAccountRequest(name=world.account("anna")))
        told_all = [world.send(request) for request in asked]
        told_all.append(world.outcome(str(uuid.uuid4())))
        assert {reason_of(status) for status in told_all} == {"LEDGER_NOT_FOUND"}
        answers.append([status.SerializeToString().replace(code.encode(), b"?") for status in told_all])
    assert answers[0] == answers[1]


def test_a_right_is_revoked_while_running(connect, authority, place, ledgers):
    """From the next look at the file on, also on an open connection."""
    channel = connect(authority.client("dns:agency.example.org"))
    request = get_ledger(ledgers[0])
    good = ROSTER.format(ledger=ledgers[0])
    assert told(channel, request).size
    try:
        place.write("who.toml", good.replace(', "READ_LEDGER"', ""))
        await_reason(channel, request, "PERMISSION_DENIED")
        place.write("who.toml", good.replace("agency.example.org", "former.example.org"))
        await_reason(channel, request, "UNAUTHENTICATED")
    finally:
        place.write("who.toml", good)
    end = time.monotonic() + 10
    while not hasattr(told(channel, request), "size"):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_stream_ends_with_its_right(connect, authority, place, ledgers):
    """A subscription may live for days; a right that is revoked ends it within seconds."""
    good = ROSTER.format(ledger=ledgers[0])
    channel = connect(authority.client("dns:agency.example.org"))
    request = s.SubscribeRequest(ledger=f"ledgers/{ledgers[0]}", from_position=1)
    following = subscription_service_pb2_grpc.SubscriptionServiceStub(channel).Subscribe(request, timeout=20)
    next(following)
    try:
        place.write("who.toml", good.replace(', "READ_ENTRIES"', ""))
        with pytest.raises(grpc.RpcError) as caught:
            list(following)
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    finally:
        place.write("who.toml", good)


def test_a_broken_roster_changes_nothing(connect, authority, place, service, ledgers):
    """It is in the log, and who could call can still call."""
    channel = connect(authority.client("dns:agency.example.org"))
    try:
        place.write("who.toml", "[[identity]]\norganisation = 3\n")
        end = time.monotonic() + 10
        while "organisation must be a name" not in service.errors():
            assert time.monotonic() < end
            time.sleep(0.05)
        assert told(channel, get_ledger(ledgers[0])).size
    finally:
        place.write("who.toml", ROSTER.format(ledger=ledgers[0]))


def test_a_new_server_certificate_is_used(connect, authority, place, ledgers):
    """By the next connection, without a restart: here even one of another authority."""
    other = Authority("Next Authority")
    pair = authority.client("dns:agency.example.org")
    assert fails(connect(pair, trusted=other)) is grpc.StatusCode.UNAVAILABLE
    try:
        place.server_certificate(other.server())
        assert told(connect(pair, trusted=other), get_ledger(ledgers[0])).size
        place.write("server.key", "broken")
        assert told(connect(pair, trusted=other), get_ledger(ledgers[0])).size
    finally:
        place.server_certificate(authority.server())


def test_nobody_is_told_the_contract(connect, authority):
    """Reflection is switched off in prod."""
    stub = reflection_pb2_grpc.ServerReflectionStub(connect(authority.client("dns:pos.example.org")))
    with pytest.raises(grpc.RpcError) as caught:
        list(stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="*")])))
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_tokens_over_tls(database, authority, ledgers, tmp_path):
    """Without client certificates: TLS proves the service, the token the caller."""
    signer = Signer()
    place = Place(tmp_path, authority)
    place.write("who.toml", ROSTER.format(ledger=ledgers[0]))
    environment = place.variables(
        LEDGER_TLS_CLIENT_CA_FILE="",
        LEDGER_TOKEN_KEYS_FILE=str(place.write("keys.json", signer.key_set())),
        LEDGER_TOKEN_AUDIENCE="ledgerd",
        LEDGER_TOKEN_ISSUER="https://issuer.example",
    )
    ask = q.GetAccountRequest(name=f"ledgers/{ledgers[0]}/persons/{uuid.uuid4()}")
    with Ledgerd(database, ledgers[:1], environment=environment) as process:
        credentials = grpc.ssl_channel_credentials(authority.pem)
        with grpc.secure_channel(process.address, credentials) as channel:
            for token, reason in (
                (signer.token(time.time()), "PERSON_NOT_FOUND"),
                (signer.token(time.time(), aud="another"), "UNAUTHENTICATED"),
                (Signer().token(time.time()), "UNAUTHENTICATED"),
            ):
                metadata = [("authorization", f"Bearer {token}")]
                assert reason_of(told(channel, ask, metadata=metadata)) == reason
            assert reason_of(told(channel, ask)) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("file", "content", "named"),
    [
        ("who.toml", None, "LEDGER_IDENTITIES_FILE .*No such file"),
        ("who.toml", "x = 1", "LEDGER_IDENTITIES_FILE .* consists of"),
        ("server.pem", "x", "LEDGER_TLS_CERTIFICATE_FILE holds no certificate"),
        ("server.key", "x", "LEDGER_TLS_KEY_FILE holds no private key"),
        ("clients.pem", "", "LEDGER_TLS_CLIENT_CA_FILE holds no certificate"),
    ],
)
def test_a_start_that_cannot_be_safe(database, authority, ledgers, tmp_path, file, content, named):
    """Ends at once, with the setting at fault."""
    place = Place(tmp_path, authority)
    place.write("who.toml", ROSTER.format(ledger=ledgers[0]))
    if content is None:
        (tmp_path / file).unlink()
    else:
        place.write(file, content)
    with pytest.raises(RuntimeError, match=named):
        Ledgerd(database, ledgers[:1], environment=place.variables())


def test_other_starts_that_cannot_be_safe(database, authority, ledgers, tmp_path):
    """An expired certificate, a key of another one, and `ha` on a server without a standby."""
    place = Place(tmp_path, authority)
    place.write("who.toml", ROSTER.format(ledger=ledgers[0]))
    variables = place.variables(LEDGER_PROFILE="ha")
    with pytest.raises(RuntimeError, match="synchronous_standby_names is empty"):
        Ledgerd(database, ledgers[:1], environment=variables)
    (tmp_path / "who.toml").chmod(0o666)
    with pytest.raises(RuntimeError, match="may be written by everybody"):
        Ledgerd(database, ledgers[:1], environment=variables)
    (tmp_path / "who.toml").chmod(0o644)
    place.write("server.key", authority.server()[0])
    with pytest.raises(RuntimeError, match="LEDGER_TLS_KEY_FILE does not hold the key"):
        Ledgerd(database, ledgers[:1], environment=variables)
    place.server_certificate(authority.server(-dt.timedelta(minutes=1)))
    with pytest.raises(RuntimeError, match="LEDGER_TLS_CERTIFICATE_FILE: the certificate expired"):
        Ledgerd(database, ledgers[:1], environment=variables)
