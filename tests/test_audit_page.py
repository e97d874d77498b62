"""docs/audit.md, pasted into a shell: what it says of other people's tools is what they print."""

from __future__ import annotations

import pytest

from tests import exported
from tests.documents import ROOT, blocks, differences, run_shell
from tests.running import Client


def test_other_peoples_tools_as_written(database, still, tmp_path, monkeypatch):
    code, client = database.new_ledger(), Client(still.channel())
    exported.fill(client, code, bulk=300)
    client.close()
    exported.sign(database, code)
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    path = ROOT / "docs" / "audit.md"
    places = {"410100": code, "build/export": str(tmp_path / "export"), "build/rows": str(tmp_path / "rows")}
    document = blocks(path, places)
    assert {block.language for block in document} == {"sh"}
    assert sum(block.printed is not None for block in document) >= 6
    if found := list(differences(path, run_shell(document))):
        pytest.fail("\n\n".join(found), pytrace=False)
