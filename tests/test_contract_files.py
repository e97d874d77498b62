"""What `make contract` writes is all that a client in another language needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.documents import ROOT

SECONDS = 60
# Keeps what a generator is asked for, and answers that it knows `optional` and writes nothing.
GENERATOR = """#!{python}
import pathlib, sys
pathlib.Path("{seen}").write_bytes(sys.stdin.buffer.read())
sys.stdout.buffer.write(bytes([16, 1]))
"""


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


def test_generators_for_go_get_a_package(contract, tmp_path):
    """The template in docs/clients.md gives our files, and no others, the package that the page names."""
    page = (ROOT / "docs" / "clients.md").read_text("utf-8")
    (tmp_path / "buf.gen.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    for plugin in ("protoc-gen-go", "protoc-gen-go-grpc"):
        (tmp_path / plugin).write_text(GENERATOR.format(python=sys.executable, seen=tmp_path / f"{plugin}.seen"))
        (tmp_path / plugin).chmod(0o755)
    buf = [Path(sys.executable).with_name("buf"), "generate", contract, "--path", "ledger/v1"]
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "BUF_CACHE_DIR": str(tmp_path / "cache")}
    subprocess.run(buf, cwd=tmp_path, env=environment, check=True, timeout=SECONDS)
    for plugin in ("protoc-gen-go", "protoc-gen-go-grpc"):
        request = CodeGeneratorRequest.FromString((tmp_path / f"{plugin}.seen").read_bytes())
        package = {file.name: file.options.go_package for file in request.proto_file}
        assert {package[name] for name in request.file_to_generate} == {"example.com/client/gen/ledger/v1;ledgerv1"}
        assert all(name.startswith("ledger/v1/") for name in request.file_to_generate)
        assert package["google/rpc/status.proto"].startswith("google.golang.org/")


def test_the_descriptor_set_is_complete(contract):
    """Every import is in it, before it is needed, and so are the types of error details."""
    seen = set()
    for file in FileDescriptorSet.FromString(contract.read_bytes()).file:
        assert set(file.dependency) <= seen, file.name
        seen.add(file.name)
    assert {"google/rpc/error_details.proto", "google/rpc/status.proto"} <= seen
    assert {path.name for path in contract.parent.iterdir()} == {"ledger-v1.binpb", "ledger-v1.lua", "protos"}
