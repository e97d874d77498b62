"""What `make contract` writes is all that a client in another language needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.documents import ROOT

SECONDS = 60


@pytest.fixture
def contract(tmp_path):
    """The descriptor set, with what lies beside it."""
    target = tmp_path / "build" / "ledger-v1.binpb"
    generate = [sys.executable, ROOT / "protos" / "generate.py", "--descriptor-set", target]
    subprocess.run(generate, check=True, timeout=SECONDS)
    return target


def test_the_protos_are_complete(contract, tmp_path):
    """They compile with nothing else at hand, to the same descriptors."""
    again, folder = tmp_path / "again.binpb", contract.parent / "protos"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.proto"))
    assert [name for name in names if name.startswith("ledger/v1/")] == [
        f"ledger/v1/{path.name}" for path in sorted((ROOT / "protos/ledger/v1").glob("*.proto"))
    ]
    protoc = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", "--include_imports"]
    subprocess.run([*protoc, f"--descriptor_set_out={again}", *names], check=True, timeout=SECONDS)
    ours, theirs = (
        {file.name: file for file in FileDescriptorSet.FromString(path.read_bytes()).file} for path in (contract, again)
    )
    assert ours == theirs


def test_the_descriptor_set_is_complete(contract):
    """Every import is in it, before it is needed, and so are the types of error details."""
    seen = set()
    for file in FileDescriptorSet.FromString(contract.read_bytes()).file:
        assert set(file.dependency) <= seen, file.name
        seen.add(file.name)
    assert {"google/rpc/error_details.proto", "google/rpc/status.proto"} <= seen
    assert {path.name for path in contract.parent.iterdir()} == {"ledger-v1.binpb", "ledger-v1.lua", "protos"}
