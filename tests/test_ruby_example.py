"""The Ruby client in examples/ruby against a running service."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.documents import ROOT

SECONDS = 60
PRINTED = (ROOT / "docs" / "clients.md").read_text("utf-8").partition("```text\n")[2].partition("```")[0]


@pytest.mark.skipif(not shutil.which("grpc_tools_ruby_protoc"), reason="Debian's ruby-grpc and ruby-grpc-tools run it")
def test_the_tour(whole_service, ledger):
    """It prints what docs/clients.md says."""
    build = ROOT / "build"
    contract = [sys.executable, ROOT / "protos" / "generate.py", "--descriptor-set", build / "ledger-v1.binpb"]
    subprocess.run(contract, check=True, timeout=SECONDS)
    (build / "ruby").mkdir(exist_ok=True)
    protoc = ["grpc_tools_ruby_protoc", f"-I{build}/protos", f"--ruby_out={build}/ruby", f"--grpc_out={build}/ruby"]
    subprocess.run([*protoc, *(build / "protos/ledger/v1").glob("*.proto")], check=True, timeout=SECONDS)
    tour = ["ruby", ROOT / "examples" / "ruby" / "tour.rb", whole_service.address, ledger]
    done = subprocess.run(tour, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (done.stdout, done.stderr) == (PRINTED, "")
