"""`ledgerctl projections`: how they stand, what they could not take in, and following by hand."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from ledger.cli import main
from ledger.cli.trouble import DATABASE, DIFFERENT, MISSING
from projections import tracking
from tests import histories
from tests.views import Views
from tests.world import World


@pytest.fixture
def world(client, ledger):
    world = World(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


@pytest.fixture
def ledgerctl(database, monkeypatch, capsys):
    """Run a command in this process; return exit status, output and error output."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    monkeypatch.setenv("LEDGER_MASTER_KEY_FILE", str(database.key_file))
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_how_they_stand(ledgerctl, world, views, ledger):
    """One line for each projection: position, head, lag; in order while nothing is wrong."""
    views.follow()
    world.done(world.deposit("A", 100))
    status, out, _ = ledgerctl("projections", "status", ledger)
    assert status == 0
    head = world.size()
    for name in ("balances", "spending"):
        assert re.search(rf"{ledger} .*{name} .*1 .*live .* {head - 1} .* {head} .* 1 .* \d+\.\d s .* 0 ", out), out


def test_what_is_wrong_is_said_and_is_an_exit_status(ledgerctl, world, views, ledger):
    """A dead letter, then a stop; the letters are listed with their reason."""
    deposit = world.done(world.deposit("A", 100)).first_position
    views.follow()
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT 'spending', 1, position, position, stream, 70, 'ValueError: broken' FROM {log}.entries"
        " WHERE position = %s",
        deposit,
    )
    status, out, _ = ledgerctl("projections", "status", ledger)
    assert (status, f"{ledger} spending has 1 dead letters" in out) == (DIFFERENT, True)
    status, out, _ = ledgerctl("projections", "dead-letters", ledger)
    assert status == DIFFERENT
    assert re.search(rf"spending v1  position {deposit}  {world.id('A')}  deposit_posted  ValueError: broken", out)
    views.rows("UPDATE {s}.tracking SET problem = 'the log was replaced' WHERE projection = 'balances'")
    status, out, _ = ledgerctl("projections", "status", ledger)
    assert (status, f"{ledger} balances is stopped: the log was replaced" in out) == (DIFFERENT, True)


def test_what_stands_still_is_said(ledgerctl, world, views, ledger):
    """A paused view that answers, and entries that nobody takes in, are not called live and in order."""
    views.follow()
    views.rows("UPDATE {s}.tracking SET paused = true WHERE projection = 'spending'")
    status, out, _ = ledgerctl("projections", "status", ledger)
    assert (status, f"{ledger} spending is paused" in out) == (DIFFERENT, True)
    assert re.search(rf"{ledger} .*spending .*1 .*paused ", out), out
    views.rows("UPDATE {s}.tracking SET paused = false")
    world.done(world.deposit("A", 100))
    assert ledgerctl("projections", "status", ledger)[0] == 0
    views.rows("UPDATE {s}.tracking SET moved_at = now() - interval '1 hour' WHERE projection = 'journal'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracking, "FROZEN_SECONDS", 0.0)
        status, out, _ = ledgerctl("projections", "status", ledger)
    assert (status, f"{ledger} journal does not move" in out) == (DIFFERENT, True)


def test_builds_are_begun_all_or_none(ledgerctl, world, views, ledger):
    """A name that is unknown begins nothing of those before it."""
    views.follow()
    for command in ("rebuild", "verify"):
        status, _, err = ledgerctl("projections", command, ledger, "balances", "nothing", "--background")
        assert (status, "there is no projection 'nothing'" in err) == (DIFFERENT, True)
    assert views.rows("SELECT count(*) FROM {s}.builds") == [(0,)]
    assert views.rows("SELECT count(*) FROM {s}.tracking WHERE state = 'building'") == [(0,)]


def test_there_are_none(ledgerctl, database, ledger, views):
    """No dead letters, no ledger, no read side; each with its status."""
    assert ledgerctl("projections", "dead-letters", ledger) == (0, "", "")
    assert ledgerctl("projections", "status", "none")[0] == MISSING
    status, _, err = ledgerctl("projections", "status", database.new_ledger())
    assert (status, "run `ledgerctl migrate`" in err) == (DATABASE, True)


def test_following_by_hand(ledgerctl, database, world, ledger):
    """`migrate` makes the tables, `run` fills them until SIGTERM, and ends in order."""
    status, out, _ = ledgerctl("migrate")
    assert (status, f"applied {ledger}: balances, version 1" in out) == (0, True)
    variables = {**os.environ, "LEDGER_DATABASE_URL": database.url}
    command = [sys.executable, "-m", "ledger.cli", "projections", "run", ledger]
    with subprocess.Popen(command, env=variables) as process:
        try:
            Views(database, ledger).wait(world.size())
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_frozen_runner_shows(ledgerctl, world, views, ledger, monkeypatch):
    """Entries wait and nothing moves: the marks are compared with the last commit, not with one another."""
    views.follow()
    world.done(world.deposit("A", 100))
    assert ledgerctl("projections", "status", ledger)[0] == 0
    monkeypatch.setattr(tracking, "FROZEN_SECONDS", 0.0)
    status, out, _ = ledgerctl("projections", "status", ledger)
    assert (status, f"{ledger} balances does not move" in out, "frozen" in out) == (DIFFERENT, True, True)


def test_restoring_a_damaged_view(ledgerctl, world, views, ledger):
    """The whole way of an operator: verify, rebuild, look, accept, verify again, roll back, drop a past."""
    for amount in (100, 20):
        world.done(world.deposit("A", amount))
    views.follow()
    size = world.size()
    views.rows("UPDATE {s}.balances_v1 SET balance = 7 WHERE account = %s", world.id("A"))
    status, out, _ = ledgerctl("projections", "verify", ledger, "balances")
    said = f"balances, part {int(world.id('A')[0], 16)}: changed ({world.id('A')})"
    assert (status, said in out) == (DIFFERENT, True)
    status, out, _ = ledgerctl("projections", "rebuild", ledger, "balances")
    assert (status, f"not equal at position {size}: 1 differences in balances" in out) == (DIFFERENT, True)
    status, _, err = ledgerctl("projections", "switch", ledger, "balances")
    assert (status, "accept them if the old rows are the wrong ones" in err) == (DIFFERENT, True)
    status, out, _ = ledgerctl("projections", "switch", ledger, "balances", "--accept-differences")
    assert (status, "balances version 3 answers now, version 1 is kept up to date" in out) == (0, True)
    status, out, _ = ledgerctl("projections", "verify", ledger, "balances")
    assert (status, f"balances version 3: every row is what the log says at position {size}" in out) == (0, True)
    status, out, _ = ledgerctl("projections", "rollback", ledger, "balances")
    assert (status, "balances version 1 answers again" in out) == (0, True)
    status, out, _ = ledgerctl(
        "projections", "rebuild", ledger, "balances", "--as-of", str(size - 1), "--processes", "1"
    )
    assert (status, "can be read" in out) == (0, True)
    status, out, _ = ledgerctl("projections", "list", ledger)
    assert (status, re.search(r"balances .* past ", out) is not None) == (0, True)
    assert ledgerctl("projections", "drop", ledger, "balances", "5")[0] == 0
    for command in ("pause", "resume"):
        assert ledgerctl("projections", command, ledger, "spending")[0] == 0
    assert ledgerctl("projections", "replay", ledger, "spending")[0] == 0
    assert ledgerctl("projections", "consumers", ledger)[0] == 0
