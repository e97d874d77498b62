"""The Node client in examples/node against a running service."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys

import pytest

from tests.cable import Cable
from tests.documents import ROOT
from tests.test_client import wait_until

EXAMPLE = ROOT / "examples" / "node"
SECONDS = 180
PRINTED = """\
deposited 16000 fen
sent again, replayed: true
balance 16000 fen, ACCOUNT_STATE_PENDING_ACTIVATION
listed TRANSACTION_KIND_DEPOSIT 16000
followed account_opened
followed deposit_posted
refused: LOSS_NOT_REPORTED - No loss has been reported.
refused: INVALID_REQUEST - deposit.amount, deposit.source
"""


@pytest.fixture(scope="module")
def packages():
    """What package-lock.json names, installed once; npm keeps its cache inside the project."""
    if not (shutil.which("node") and shutil.which("npm")):
        if os.environ.get("CI"):
            pytest.fail("Node is missing in CI: install Node 18 or newer with npm")
        pytest.skip("Node is not installed; with Node 18 or newer and npm the example in examples/node is tested, too")
    lock, stamp = EXAMPLE / "package-lock.json", EXAMPLE / "node_modules" / ".package-lock-done"
    cache = ROOT / ".cache" / "npm"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "install.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != lock.read_text():
            command = ["npm", "ci", "--cache", str(cache)]
            done = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, timeout=SECONDS, check=False)
            assert done.returncode == 0, f"npm ci failed:\n{done.stdout}{done.stderr}"
            stamp.write_text(lock.read_text())


@pytest.mark.usefixtures("packages")
def test_the_tour(whole_service, ledger):
    """List, deposit, read, follow, and two refusals with their reasons.

    The first connections fail, so that the published retry policy is at work in another language, too.
    """
    contract = ["--descriptor-set", ROOT / "build" / "ledger-v1.binpb"]
    subprocess.run([sys.executable, ROOT / "protos" / "generate.py", *contract], check=True, timeout=SECONDS)
    with Cable(whole_service.address) as cable:
        cable.unplugged = True
        node = subprocess.Popen(
            ["node", "tour.js", cable.address, ledger],
            cwd=EXAMPLE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: cable.connections >= 2 or node.poll() is not None)
        cable.unplugged = False
        printed, errors = node.communicate(timeout=SECONDS)
    assert (printed, errors) == (PRINTED, "")
