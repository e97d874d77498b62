"""JSON over HTTP through a real Envoy: paths, bodies, errors, streams, and what is refused."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from ledger.v1.command_service_pb2 import Command
from tests.documents import ROOT, blocks, differences, run_shell

ENVOY = Path(sys.executable).parent / "envoy"
START_SECONDS = 30
CONFIG = ROOT / "deploy" / "envoy.yaml"
KINDS = {number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()}
OPENING = {"scheme": "SCHEME_EMPLOYEE", "personType": "PERSON_TYPE_ACTIVE"}


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextlib.contextmanager
def envoy(text, directory):
    """An Envoy with a configuration."""
    config = directory / "envoy.yaml"
    config.write_text(text)
    command = [ENVOY, "--config-path", config, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "error"]
    with (directory / "envoy.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def gateway(whole_service, tmp_path_factory):
    """The address of an Envoy with deploy/envoy.yaml, in front of the service."""
    with running(whole_service, tmp_path_factory) as address:
        yield address


@contextlib.contextmanager
def running(service, tmp_path_factory, defect=""):
    """The same, perhaps with a defect behind its script."""
    if not ENVOY.exists():
        pytest.skip(f"there is no Envoy for {sys.platform} on PyPI; the gateway is tested on Linux")
    directory = tmp_path_factory.mktemp("gateway")
    contract = directory / "ledger-v1.binpb"
    generate = [sys.executable, ROOT / "protos" / "generate.py", "--descriptor-set", contract]
    subprocess.run(generate, check=True, timeout=START_SECONDS)
    script = directory / "ledger-v1.lua"
    script.write_text(script.read_text() + defect)
    port = free_port()
    text = CONFIG.read_text()
    for old, new in {
        "port_value: 8080": f"port_value: {port}",
        "port_value: 50051": f"port_value: {service.address.rsplit(':', 1)[1]}",
        "{filename: build/": f"{{filename: {directory}/",
        "proto_descriptor: build/": f"proto_descriptor: {directory}/",
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with envoy(text, directory) as process:
        end = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (directory / "envoy.log").read_text()
            assert time.monotonic() < end, (directory / "envoy.log").read_text()
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"


@pytest.fixture
def send(gateway):
    """Sends a request and returns status and JSON (or text)."""
    connection = http.client.HTTPConnection(gateway, timeout=30)

    def request(method, path, body=None, **headers):
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        names = {"content-type": "application/json", "accept-language": "en"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection.request(method, path, data, names)
        answer = connection.getresponse()
        text = answer.read().decode()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(text) if is_json else text

    yield request
    connection.close()


@pytest.fixture
def account(send, ledger):
    """The path of an open account."""
    path = f"/v1/ledgers/{ledger}/accounts/{uuid.uuid4()}"
    status, _ = send("POST", f"{path}:open", {"requestId": str(uuid.uuid4()), "opening": OPENING})
    assert status == 200
    return path


def deposit(amount, **fields):
    """The body of a deposit."""
    content = {"amount": amount, "source": "DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION"} | fields
    return {"requestId": str(uuid.uuid4()), "deposit": content}


def test_the_page(gateway, ledger):
    """docs/gateway.md, pasted into a shell."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed; install it to run the examples of docs/gateway.md")
    path = ROOT / "docs" / "gateway.md"
    document = blocks(path, {"127.0.0.1:8080": gateway, "410100": ledger})
    if found := list(differences(path, run_shell(document))):
        pytest.fail("\n\n".join(found), pytrace=False)


def test_deposit_and_read(send, account):
    """Amounts may be numbers or strings; a zero is shown."""
    assert send("GET", account)[1]["account"]["balance"] == "0"
    body = deposit("9007199254740993"[:6])
    status, answer = send("POST", f"{account}:recordDeposit", body)
    assert (status, answer["transaction"]["entries"][0]["balanceAfter"]) == (200, "900719")
    assert send("POST", f"{account}:recordDeposit", body)[1]["transaction"]["replayed"] is True
    persons = account.replace("/accounts/", "/persons/")
    assert send("GET", persons)[1] == send("GET", account)[1]


def test_outcome_and_batch(send, account):
    """A command inside a batch is found by its id."""
    name, ledger = account.removeprefix("/v1/"), "/".join(account.split("/")[:4])
    body = deposit(7) | {"account": name}
    status, answer = send("POST", f"{ledger}:batchExecute", {"items": [{"command": {"recordDeposit": body}}]})
    assert status == 200
    [result] = answer["results"]
    status, outcome = send("GET", f"{ledger}/commands/{body['requestId']}/outcome")
    assert status == 200
    assert outcome["transaction"]["lastPosition"] == result["transaction"]["lastPosition"]


def test_errors_are_json(send, account):
    """Reason, fields and sentence, with an HTTP status that fits."""
    status, answer = send("POST", f"{account}:recordDeposit", deposit(-1))
    details = {detail["@type"].rsplit(".", 1)[1]: detail for detail in answer["details"]}
    assert (status, details["ErrorInfo"]["reason"]) == (400, "INVALID_REQUEST")
    assert details["BadRequest"]["fieldViolations"][0]["field"] == "deposit.amount"
    status, answer = send("GET", f"{account[:-36]}{uuid.uuid4()}", accept_language="zh-CN")
    spoken = answer["details"][-1]
    assert (status, spoken["locale"], spoken["message"]) == (404, "zh-CN", "该参保人在本统筹区没有个人账户。")
    status, answer = send("GET", account, x_dev_rights="READ_LEDGER")
    assert (status, answer["details"][0]["metadata"]) == (403, {"right": "RIGHT_READ_ACCOUNT"})
    body = deposit(1)
    send("POST", f"{account}:recordDeposit", body)
    body["deposit"]["amount"] = 2
    assert send("POST", f"{account}:recordDeposit", body)[0] == 409


UNKNOWN = [
    ({"deposit": {"amount": 1, "source": "x", "perid": 202601}}, "deposit.perid"),
    ({"depositt": {}}, "depositt"),
    ({"deposit": {"confidential": {"note": 'a \\" }', "not": 1}}}, "deposit.confidential.not"),
    ({"deposit": None, "request_id": "1", "requestId": "1", "requestid": "1"}, "requestid"),
]


@pytest.mark.parametrize(("body", "field"), UNKNOWN)
def test_unknown_fields_of_a_body_are_refused(send, account, body, field):
    """As over gRPC: a misspelled limit must not be no limit. Envoy itself would drop the field."""
    status, answer = send("POST", f"{account}:recordDeposit", body)
    details = {detail["@type"].rsplit(".", 1)[1]: detail for detail in answer["details"]}
    assert (status, answer["code"], details["ErrorInfo"]["reason"]) == (400, 3, "UNKNOWN_FIELD")
    [violation] = details["BadRequest"]["fieldViolations"]
    assert violation["field"] == field
    assert details["LocalizedMessage"]["locale"] == "en"
    assert send("GET", account)[1]["account"]["version"] == "1"


def test_unknown_fields_are_found_in_batches(send, account):
    """At any depth, in a body of more than a mebibyte, and nothing of the batch is recorded."""
    ledger = "/".join(account.split("/")[:4])
    good = [
        {"command": {"recordDeposit": deposit(1) | {"account": account.removeprefix("/v1/")}}} for _ in range(4_000)
    ]
    bad = {"group": {"requestId": "1", "commands": [{"recordDeposit": {"deposit": {"amout": 1}}}]}}
    status, answer = send("POST", f"{ledger}:batchExecute", {"items": [*good, bad]})
    assert status == 400
    assert (
        answer["details"][1]["fieldViolations"][0]["field"]
        == "items[4000].group.commands[0].recordDeposit.deposit.amout"
    )
    assert send("POST", f"{ledger}:batchExecute", {"items": good})[0] == 200
    assert send("GET", account)[1]["account"]["balance"] == "4000"


DIALECTS = [
    "{'requestId': '1', 'depositt': {}}",
    "{requestId: '1', depositt: {}}",
    '{"deposit": {"amount": 1,}}',
    '{"deposit": {"amount": 1}} {"depositt": 1}',
    '{"deposit": ' + "[" * 80 + "]" * 80 + "}",
    '{"deposit": {"amount": 1}',
]


@pytest.mark.parametrize("body", DIALECTS)
def test_what_is_no_json_does_not_pass(send, account, body):
    """The transcoder reads more than JSON, so that a misspelled field would pass in other quotes."""
    status, answer = send("POST", f"{account}:recordDeposit", body)
    assert (status, answer["details"][0]["reason"]) == (400, "INVALID_REQUEST")
    assert answer["details"][1]["fieldViolations"][0]["field"] == "body"
    assert send("POST", f"{account}:nothing", deposit(1))[0] == 404


@pytest.mark.parametrize(
    "defect",
    ["function unknown_field() error('planted') end", "FIELDS = nil", "function message_of() local a = nil; a() end"],
)
def test_nothing_passes_a_script_that_fails(whole_service, tmp_path_factory, ledger, defect):
    """Envoy itself would let the request through."""
    with running(whole_service, tmp_path_factory, f"\n{defect}\n") as address:
        connection = http.client.HTTPConnection(address, timeout=30)
        path = f"/v1/ledgers/{ledger}/accounts/{uuid.uuid4()}:open"
        body = json.dumps({"requestId": str(uuid.uuid4()), "opening": OPENING})
        connection.request("POST", path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
    assert answer.status in {400, 500}, text
    assert json.loads(text)["details"][0]["reason"] in {"INTERNAL", "INVALID_REQUEST"}


def filled(message, depth=6):
    """A message with every field set, of a oneof the last one."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is None:
            value = {"string": "x", "bytes": b"x", "bool": True}.get(KINDS[field.type], 1)
            if field.enum_type:
                value = field.enum_type.values[-1].number
            if field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)
        elif depth and not field.message_type.full_name.startswith("google."):
            inner = getattr(message, field.name)
            filled(inner.add() if field.is_repeated else inner, depth - 1)
    return message


@pytest.mark.parametrize("kind", [field.name for field in Command.DESCRIPTOR.fields])
def test_known_fields_are_never_refused(send, ledger, kind):
    """Every field of every command, by both of its names."""
    command = Command()
    filled(getattr(command, kind)).SetInParent()
    for snake_case in (False, True):
        item = {"command": json_format.MessageToDict(command, preserving_proto_field_name=snake_case)}
        answer = send("POST", f"/v1/ledgers/{ledger}:batchExecute", {"items": [item]})
        assert "UNKNOWN_FIELD" not in str(answer)
        assert "INVALID_REQUEST" in str(answer), "the service has seen it"


@pytest.mark.parametrize("name", ["account", r"acc\u006funt"])
def test_a_body_never_names_another_account_than_the_path(send, account, name):
    """Whoever lets callers through by their path must not be deceived."""
    other = account[:-1] + ("0" if account[-1] != "0" else "1")
    body = json.dumps({**deposit(1), "account": other.removeprefix("/v1/")}).replace('"account"', f'"{name}"')
    status, answer = send("POST", f"{account}:recordDeposit", body)
    assert status == 400
    assert "UNKNOWN_FIELD" in str(answer)


def test_what_nobody_knows_is_refused(send, account):
    """Paths, query parameters and enum values; nothing is taken for something else."""
    assert send("GET", f"{account}/nothing")[0] == 404
    assert send("GET", f"{account}?consistencies=CONSISTENCY_CACHED")[0] == 400
    assert send("POST", f"{account}:recordDeposit", deposit(1, source="DEPOSIT_SOURCE_NOBODY"))[0] == 400
