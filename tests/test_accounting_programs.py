"""Other people's bookkeeping reads our books: it finds nothing wrong, and its balances are ours to the fen."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import realization

from ledger.cli import main
from ledger.v1 import books_service_pb2 as pb
from projections.chart import CHART, PERSONAL, owner_bytes, path
from tests.ledger_year import LedgerYear
from tests.life import Life
from tests.running import Client

ACCOUNTS = 1_000
STEPS = 6_000
HLEDGER = shutil.which("hledger")

hledger_present = pytest.mark.skipif(HLEDGER is None, reason="hledger is not installed here; Debian's package has it")


@pytest.fixture(scope="module")
def year(whole_service, database):
    """A ledger in which 1,000 accounts have lived a year."""
    client = Client(whole_service.channel())
    w = Life(client, database.new_ledger())
    LedgerYear(w, ACCOUNTS, 2025).make(STEPS)
    yield w
    client.close()


@pytest.fixture
def exported(year, database, monkeypatch, capsys, tmp_path):
    """Write the books with the command line, and return where."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)

    def export(name, *options, edit=lambda text: text):
        with pytest.raises(SystemExit) as ended:
            main(("books", "export", year.code, "--format", name, *options))
        assert not ended.value.code
        place = tmp_path / f"books.{name}"
        place.write_text(edit(capsys.readouterr().out), "utf-8")
        return place

    return export


def ours(w):
    """Balance in fen of every part of every account of the books, as the service says."""
    found = {}
    for account in CHART:
        request = pb.ListBookBalancesRequest(ledger=w.ledger, account=account, page_size=1_000)
        while True:
            page = w.client.books.ListBookBalances(request, timeout=20)
            for each in page.balances:
                found[path(account, owner_bytes(account, each.owner))] = each.balance
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    return {name: fen for name, fen in found.items() if fen}


def beans(place):
    """What beancount makes of the file: errors, and balances in fen by account."""
    entries, errors, _ = loader.load_file(str(place))
    found = {}
    for account in realization.iter_children(realization.realize(entries)):
        for position in account.balance:
            found[account.account] = int(position.units.number * 100)
    return errors, found


def hledger(place, *arguments):
    return subprocess.run([HLEDGER, "-f", str(place), *arguments], capture_output=True, text=True, check=False)


def test_the_year_has_everything(year):
    """Or the programs would judge a poor one: most accounts of the books have postings, and most events happened."""
    trial = year.client.books.GetTrialBalance(pb.GetTrialBalanceRequest(ledger=year.ledger), timeout=20)
    assert len(trial.lines) >= 16
    assert trial.debits == trial.credits > 100_000_000
    balances = ours(year)
    assert sum(name.startswith(CHART[PERSONAL].path) for name in balances) > ACCOUNTS * 0.8
    assert sum(balances.values()) == 0


def test_beancount_agrees(year, exported):
    """bean-check is content with every assertion, and beancount's balances are ours."""
    place = exported("beancount")
    program = Path(sys.executable).with_name("bean-check")
    checked = subprocess.run([program, str(place)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    errors, found = beans(place)
    assert errors == []
    assert found == ours(year)


@hledger_present
@pytest.mark.parametrize("dates", ["effective", "recorded"])
def test_hledger_agrees(year, exported, dates):
    """Strictly: accounts and commodity are declared, transactions and assertions hold. Its balances are ours."""
    place = exported("hledger", "--dates", dates)
    checked = hledger(place, "check", "--strict")
    assert (checked.returncode, checked.stderr) == (0, "")
    shown = hledger(place, "balance", "--flat", "--no-total", "-O", "csv").stdout
    rows = list(csv.reader(shown.splitlines()))[1:]
    assert {name: int(Decimal(amount.split()[0]) * 100) for name, amount in rows} == ours(year)


def one_fen_more(text):
    """Change one posting of a personal account, and the other side with it: balanced, and wrong."""
    lines, changed = text.splitlines(keepends=True), 0
    for number, line in enumerate(lines):
        if (
            "Personal-Accounts:" in line
            and " CNY" in line
            and "balance " not in line
            and "Contributions" in lines[number - 1]
        ):
            for at, more in ((number, -1), (number - 1, 1)):
                name, amount, rest = lines[at].split(maxsplit=2)
                fen = int(Decimal(amount) * 100) + more
                lines[at] = f"    {name}  {Decimal(fen) / 100:.2f} {rest}"
            changed += 1
            break
    assert changed
    return "".join(lines)


def test_beancount_would_notice_a_fen(exported):
    assert beans(exported("beancount", edit=one_fen_more))[0]


@hledger_present
@pytest.mark.parametrize("dates", ["effective", "recorded"])
def test_hledger_would_notice_a_fen(exported, dates):
    assert "assertion" in hledger(exported("hledger", "--dates", dates, edit=one_fen_more), "check").stderr


def test_the_command_line_prints_the_same_trial_balance(year, database, monkeypatch, capsys):
    """Folded from the log, without a service."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    monkeypatch.setenv("COLUMNS", "160")
    with pytest.raises(SystemExit) as ended:
        main(("books", "trial-balance", year.code))
    assert not ended.value.code
    printed = capsys.readouterr().out
    trial = year.client.books.GetTrialBalance(pb.GetTrialBalanceRequest(ledger=year.ledger), timeout=20)
    for line in trial.lines:
        [cells] = [row.split("│") for row in printed.splitlines() if f" {line.path} " in f" {row.replace('│', ' ')} "]
        amounts = [int(cell.replace(",", "").replace(".", "")) for cell in cells if re.search(r"\d\.\d\d", cell)]
        assert amounts == [line.debits, line.credits, line.balance]
        assert line.chinese in "".join(cells)


def test_an_older_position(year, exported):
    """The books of a transaction end; the middle of a transaction is none."""
    request = pb.GetTrialBalanceRequest(ledger=year.ledger, position=ACCOUNTS + 1)
    trial = year.client.books.GetTrialBalance(request, timeout=20)
    errors, found = beans(exported("beancount", "--position", str(ACCOUNTS + 1)))
    assert not errors
    assert sum(fen for name, fen in found.items() if name.startswith("Liabilities")) == trial.lines[0].balance
