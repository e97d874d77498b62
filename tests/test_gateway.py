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

from tests.documents import ROOT, blocks, differences, run_shell

ENVOY = Path(sys.executable).parent / "envoy"
START_SECONDS = 30
CONFIG = ROOT / "deploy" / "envoy.yaml"
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
def gateway(ledgerd, tmp_path_factory):
    """The address of an Envoy with deploy/envoy.yaml, in front of the service."""
    if not ENVOY.exists():
        pytest.skip(f"there is no Envoy for {sys.platform} on PyPI; the gateway is tested on Linux")
    directory = tmp_path_factory.mktemp("gateway")
    contract = directory / "ledger-v1.binpb"
    generate = [sys.executable, ROOT / "protos" / "generate.py", "--descriptor-set", contract]
    subprocess.run(generate, check=True, timeout=START_SECONDS)
    port = free_port()
    text = CONFIG.read_text()
    for old, new in {
        "port_value: 8080": f"port_value: {port}",
        "port_value: 50051": f"port_value: {ledgerd.address.rsplit(':', 1)[1]}",
        "build/ledger-v1.binpb": str(contract),
    }.items():
        assert text.count(old) == 1 + (old == "build/ledger-v1.binpb")
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
        data = None if body is None else json.dumps(body)
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


def test_what_nobody_knows_is_refused(send, account):
    """Paths, query parameters and enum values; nothing is taken for something else."""
    assert send("GET", f"{account}/nothing")[0] == 404
    assert send("GET", f"{account}?consistencies=CONSISTENCY_CACHED")[0] == 400
    assert send("POST", f"{account}:recordDeposit", deposit(1, source="DEPOSIT_SOURCE_NOBODY"))[0] == 400
