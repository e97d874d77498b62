"""The Go program that judges what we prove: built once, asked with lines of JSON."""

from __future__ import annotations

import base64
import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache" / "go"
SUMDB = "golang.org/x/mod/sumdb"


def toolchain() -> Path:
    """The folder of the Go that is installed beside us."""
    spec = importlib.util.find_spec("go")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def build() -> Path:
    """Compile the judge with the `sumdb` that Go itself is made with, unless that was done before."""
    root = toolchain()
    told = sha256((HERE / "judge.go").read_bytes() + (root / "VERSION").read_bytes()).hexdigest()
    program = CACHE / f"judge-{told[:16]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if program.exists():
            return program
        library = CACHE / "path" / "src" / SUMDB
        shutil.rmtree(library, ignore_errors=True)
        shutil.copytree(root / "src" / "cmd" / "vendor" / SUMDB, library)
        environment = {
            **os.environ,
            "GOROOT": str(root),
            "GOPATH": str(CACHE / "path"),
            "GOCACHE": str(CACHE / "build"),
            "GO111MODULE": "off",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
            "CGO_ENABLED": "0",
        }
        fresh = program.with_suffix(".new")
        command = [root / "bin" / "go", "build", "-o", fresh, HERE / "judge.go"]
        subprocess.run(command, check=True, env=environment, cwd=HERE)
        fresh.rename(program)
    return program


class Judge:
    """Asks the program."""

    def __init__(self) -> None:
        self._program = build()

    def ask(self, questions: list[dict[str, Any]]) -> list[str]:
        """One answer for each question: what it found behind `ok`, or `refused` and why."""
        lines = b"".join(json.dumps(question, default=_base64).encode() + b"\n" for question in questions)
        said = subprocess.run([self._program], input=lines, check=True, capture_output=True).stdout.decode()
        answers = said.splitlines()
        assert len(answers) == len(questions)
        return answers

    def accepts(self, questions: list[dict[str, Any]]) -> list[bool]:
        """Whether it accepts each of them."""
        return [answer.startswith("ok") for answer in self.ask(questions)]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
