"""`ledgerctl account statement`: the page of a year, read from the tables without a service."""

from __future__ import annotations

import random
import uuid
from string import Formatter

import pytest

from ledger.cli import main
from ledger.cli.trouble import DATABASE, MISSING
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import types_pb2 as t
from projections.statement.words import LANGUAGES, TEXTS, Words
from tests import histories
from tests.test_statements import THIS_YEAR
from tests.views import Views
from tests.world import World

USAGE = 2


@pytest.fixture
def world(client, ledger):
    world = World(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def ledgerctl(database, monkeypatch, capsys, tmp_path):
    """Run a command in this process and in an empty directory; return exit status, output and error output."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_a_page_is_written(ledgerctl, world, database, tmp_path):
    """With the holder's name, as far as the tables have come, in either language."""
    histories.make(world, random.Random(3), 40)
    account = world.account("A")
    assert ledgerctl("account", "statement", account, "--year", str(THIS_YEAR))[0] == DATABASE
    views = Views(database, world.code)
    views.follow()
    status, out, _ = ledgerctl("account", "statement", account, "--year", str(THIS_YEAR), "--holder", "张三")
    assert status == 0
    assert out.endswith(f"as of position {views.head()}\n")
    text = (tmp_path / f"statement-{THIS_YEAR}.html").read_text("utf-8")
    balance = world.state("A").balance
    assert "张三" in text
    assert f"<b>{balance // 100:,}.{balance % 100:02}</b>" in text
    arguments = ["--year", str(THIS_YEAR - 1), "--language", "en", "--output", "old.html"]
    assert ledgerctl("account", "statement", account.upper().replace("LEDGERS", "ledgers"), *arguments)[0] == 0
    assert "Statement for" in (tmp_path / "old.html").read_text("utf-8")


def test_what_another_account_lacks_is_not_said(ledgerctl, world, database, tmp_path):
    """A page tells of the dead letters of its own account, as GetStatement does; a past year is not called open."""
    places = {who: world.done(world.deposit(who, 100)).first_position for who in "AB"}
    views = Views(database, world.code)
    views.follow()
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT 'spending', 1, position, position, stream, 70, 'ValueError: broken' FROM {log}.entries"
        " WHERE position = %s",
        places["B"],
    )
    pages = {}
    for who in "AB":
        for year in (THIS_YEAR - 1, THIS_YEAR):
            arguments = ["--year", str(year), "--language", "en", "--output", "page.html"]
            assert ledgerctl("account", "statement", world.account(who), *arguments)[0] == 0
            pages[who, year] = (tmp_path / "page.html").read_text("utf-8")
    assert ["could not be counted" in pages[who, THIS_YEAR] for who in "AB"] == [False, True]
    assert ["is not over" in pages["A", year] for year in (THIS_YEAR - 1, THIS_YEAR)] == [False, True]


def test_what_no_page_is_written_of(ledgerctl, world, database):
    Views(database, world.code).follow()
    name = world.account("A")
    year, last = ["--year", str(THIS_YEAR)], ["--year", str(THIS_YEAR - 1)]
    for arguments, expected in (
        ([name, "--year", "1948"], USAGE),
        ([name, "--year", str(THIS_YEAR + 1)], USAGE),
        ([name, *year, "--language", "fr"], USAGE),
        ([name, *last, "--drawn", f"{THIS_YEAR - 1}-06-01"], USAGE),
        ([name, *last, "--previous-drawn", "2001-01-01"], USAGE),
        (["nobody", *year], USAGE),
        ([f"ledgers/none/accounts/{uuid.uuid4()}", *year], MISSING),
        ([f"ledgers/{world.code}/accounts/{uuid.uuid4()}", *year], MISSING),
    ):
        assert ledgerctl("account", "statement", *arguments)[0] == expected, arguments


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_a_word(language):
    """A kind that is added to the contract needs its words in both languages."""
    words = Words(language)
    for kind in h.TransactionKind.values()[1:]:
        assert not words.kind(kind).startswith("#"), h.TransactionKind.Name(kind)
    for source in t.DepositSource.values()[1:]:
        assert words.kind(h.TRANSACTION_KIND_DEPOSIT, source) != words.kind(h.TRANSACTION_KIND_DEPOSIT)
    for category in t.Category.values():
        assert not words.category(category).startswith("#"), t.Category.Name(category)
    marks = (
        set(",;()")
        if language == "zh"
        else set("\N{FULLWIDTH COMMA}\N{FULLWIDTH LEFT PARENTHESIS}\N{IDEOGRAPHIC FULL STOP}")
    )
    for name, texts in TEXTS.items():
        fields = {field: "x" for _, field, _, _ in Formatter().parse(texts[0]) if field}
        assert not marks & set(words.text(name, **fields)), name
    assert all(len(texts) == len(LANGUAGES) and all(texts) for texts in TEXTS.values())
