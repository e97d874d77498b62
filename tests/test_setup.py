"""`make` in a fresh folder: several at once install one after another, and the second one finds the work done."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.documents import ROOT

STARTERS = 4
INTERPRETER = """#!/bin/sh
# Checks are answered by the real one; what installs says when it begins and ends.
case "$*" in
  *"-m venv"*|*"-m pip"*) echo begin >> trace; sleep 0.2; echo end >> trace
    mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/pip ;;
  *) exec python3 "$@" ;;
esac
"""


@pytest.fixture
def folder(tmp_path):
    """The Makefile in a folder of its own, with an interpreter that installs nothing."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    interpreter = tmp_path / "interpreter"
    interpreter.write_text(INTERPRETER)
    interpreter.chmod(0o755)
    return tmp_path


def start(folder):
    return subprocess.Popen(
        ["make", "setup", f"PYTHON={folder}/interpreter"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def test_several_at_once_install_once(folder):
    started = [start(folder) for _ in range(STARTERS)]
    said = [(process.communicate()[0], process.returncode) for process in started]
    assert [status for _, status in said] == [0] * STARTERS, said
    assert (folder / "trace").read_text().split() == ["begin", "end"] * 3  # venv, requirements, the project
    assert sum(b"Making .venv" in text for text, _ in said) == 1


def test_one_that_died_holds_nobody_up(folder):
    """The lock goes with its process; what was half done is done again."""
    first = start(folder)
    while not (folder / "trace").exists():
        assert first.poll() is None
    first.kill()
    first.wait()
    assert start(folder).wait(timeout=60) == 0
    assert (folder / ".venv" / ".made").exists()
