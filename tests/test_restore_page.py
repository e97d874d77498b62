"""docs/operations/restore-projections.md, walked through by an operator whose view of balances was damaged."""

from __future__ import annotations

import random
import re
import shlex
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ledger.cli import main
from tests import histories
from tests.documents import ROOT, blocks, matches
from tests.life import Life
from tests.running import Client, Ledgerd
from tests.test_operation_watch import console_of, page
from tests.views import Views

STATUS = re.compile(r"(.*?)(?: +# (?:exit status (\d))?.*)?")


def alerts(service, code):
    """Views of which `ledger_projection_build_unequal` says that rows are wrong."""
    families = text_string_to_metric_families(page(console_of(service), "/metrics"))
    samples = [sample for family in families for sample in family.samples]
    return [
        (each.labels["projection"], each.labels["version"])
        for each in samples
        if (each.name, each.labels.get("ledger"), each.value) == ("ledger_projection_build_unequal", code, 1)
    ]


@pytest.fixture
def run(database, monkeypatch, capsys):
    """Run a command of the page in this process: exit status, and what it prints on a wide terminal."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    monkeypatch.setenv("LEDGER_MASTER_KEY_FILE", str(database.key_file))
    monkeypatch.setenv("COLUMNS", "160")

    def command(line):
        words = shlex.split(line)
        assert words[0] == "ledgerctl"
        with pytest.raises(SystemExit) as ended:
            main(words[1:])
        return ended.value.code or 0, "".join(capsys.readouterr())

    return command


def expect_lines(block, printed):
    """Every line that the page shows is printed, in this order."""
    lines = iter(printed.splitlines())
    for expected in (block.printed or "").splitlines():
        assert any(matches(f"{expected}…" if expected.startswith("│") else expected, line) for line in lines), (
            f"line {block.line}: {expected!r} is not in\n{printed}"
        )


def test_the_page_from_the_alert_to_a_view_that_is_proven(database, run):
    code = database.new_ledger()
    settings = {"LEDGER_PROJECTIONS": "process", "LEDGER_OPERATOR_LISTEN": "127.0.0.1:0"}
    with Ledgerd(database, [code], environment=settings) as service:
        client = Client(service.channel())
        world = Life(client, code)
        histories.people(world)
        histories.everything(world, random.Random(1), 60)
        views = Views(database, code)
        views.wait()
        views.rows("UPDATE {s}.balances_v1 SET balance = balance + 100 WHERE account = %s", world.id("A"))
        document = blocks(Path(ROOT / "docs" / "operations" / "restore-projections.md"), {"410100": code})
        assert sum(block.printed is not None for block in document) >= 7
        seen = []
        for block in document:
            printed = ""
            for line in block.code.splitlines():
                command, status = STATUS.fullmatch(line).groups()
                if " drop " in command:  # half a minute later
                    views.rows("UPDATE {s}.tracking SET served_until = NULL")
                ended, words = run(command)
                printed += words
                assert ended == int(status or 0), f"line {block.line}: {command}\n{words}"
                seen.append((command.split()[2], alerts(service, code)))
            expect_lines(block, printed)
        found = dict(
            views.rows("SELECT version, state FROM {s}.tracking WHERE projection = 'balances' AND state <> 'building'")
        )
        assert (1 in found, found[3], "past" in found.values()) == (False, "live", True)
        wrong = [
            row for row in views.rows("SELECT account, balance FROM {s}.balances_v3") if str(row[0]) == world.id("A")
        ]
        assert wrong == [(wrong[0][0], world.state("A").balance)]
        client.close()
    told = [(word, [version for name, version in found if name == "balances"]) for word, found in seen]
    # The alert is raised by the first verification, ends with the switch, and is there while the old version is back.
    assert ("verify", ["1"]) in told
    assert [versions for word, versions in told if word == "switch"] == [["3"], []]
    assert [versions for word, versions in told if word == "rollback"] == [["1"], []]
    assert told[-1][1] == []
