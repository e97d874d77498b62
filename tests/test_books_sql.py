"""The books over gRPC, beside books that another database makes of the exported log by the table in docs/books.md."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict

import pytest

from ledger.v1 import books_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from tests import histories
from tests.documents import ROOT
from tests.overseeing import Overseeing
from tests.running import Client
from tests.sqlite_books import PAIRS, Books

DAY = 86_400
NOT_IN_USE = {"hold_placed", "hold_captured", "hold_released", "relocation_out", "relocation_in"} | {
    "relocation_confirmed",
    "relocation_returned",
}
"""Events that no command records yet."""


@pytest.fixture
def world(whole_service, database):
    client = Client(whole_service.channel())
    world = Overseeing(client, database.new_ledger())
    histories.people(world)
    yield world
    client.close()


def eventful(w, seed):
    """A random history with every event that moves money."""
    chance = random.Random(seed)
    histories.everything(w, chance, 40)
    histories.lived(w, seed)
    noon = w.noon()
    for who, amount in (("ann", 5_000), ("bob", 0), ("twin", chance.randint(1, 900))):
        w.done(w.opening(who, amount))
    w.done(w.grant("ann", "bob", at=noon - 9 * DAY))
    w.done(w.merge("ann", "twin"))
    for settled in (True, False):
        sent = uuid.uuid4().bytes
        w.done(w.send_to("ann", "bob", chance.randint(1, 300), sent, at=noon))
        w.done(w.accept(sent, "bob", at=noon) if settled else w.send_back(sent, at=noon))
    allocated = w.done(w.deposit("bob", 700, source=t.DEPOSIT_SOURCE_POOL_ALLOCATION)).first_position
    w.done(w.reverse(allocated))
    moved = w.done(w.transfer("ann", "bob", 33)).first_position
    w.done(w.reverse(moved))
    funds = {"pooled": 10, "hospital": 4, "funds": [{"fund": "6", "amount": 7}, {"fund": "7", "amount": 5}]}
    bought = w.done(w.purchase("bob", 2_500, upstream=funds)).first_position  # ann pays what bob has not
    w.done(w.reverse(bought))


def pages(w, method, request, field):
    found = []
    while True:
        page = method(request, timeout=20)
        found += getattr(page, field)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


@pytest.mark.parametrize("seed", range(2))
def test_the_journal_agrees_with_sql_over_the_exported_log(world, seed):
    """Every entry, every account of the books and each part of it, every person, and every position."""
    w = world
    eventful(w, seed)
    trial = w.client.books.GetTrialBalance(pb.GetTrialBalanceRequest(ledger=w.ledger), timeout=20)
    paths = {line.account: line.path for line in trial.lines}
    books = Books(w)
    assert trial.position == books.size
    told = defaultdict(lambda: defaultdict(int))
    for entry in pages(w, w.client.books.ListPostings, pb.ListPostingsRequest(ledger=w.ledger), "entries"):
        for each in entry.postings:
            told[entry.position][paths[each.account], each.owner] += each.amount
    entries = books.entries()
    assert {position: dict(parts) for position, parts in told.items()} == entries
    assert set(paths.values()) == {path for parts in entries.values() for path, _ in parts}
    for account, path in paths.items():
        for position in (0, random.Random(account).randint(1, books.size)):
            request = pb.ListBookBalancesRequest(ledger=w.ledger, account=account, position=position)
            found = pages(w, w.client.books.ListBookBalances, request, "balances")
            until = w.client.books.GetTrialBalance(
                pb.GetTrialBalanceRequest(ledger=w.ledger, position=position), timeout=20
            ).position  # a position inside a transaction counts as the end of the one before
            assert {each.owner: each.balance for each in found} == books.parts(path, until), path
    personal = books.parts("Liabilities:Personal-Accounts")
    for account, balance in books.balances().items():
        assert -personal.get(account, 0) == balance
    names = {w.id(who): who for who in w.ids}
    for account, balance in books.balances().items():
        assert w.balance(names[account]).balance == balance
    ends = set()
    for position in range(1, books.size + 1):
        shown = w.client.books.GetTrialBalance(
            pb.GetTrialBalanceRequest(ledger=w.ledger, position=position), timeout=20
        )
        expected = books.trial_balance(shown.position)
        assert {line.path: (line.debits, line.credits) for line in shown.lines} == expected
        assert sum(debits - credited for debits, credited in expected.values()) == 0
        assert (shown.debits, shown.credits) == tuple(map(sum, zip(*expected.values(), strict=True))) or not expected
        assert expected.get("Equity:Clearing", (0, 0))[0] == expected.get("Equity:Clearing", (0, 0))[1]
        ends.add(shown.position)
    assert books.size in ends


def test_every_event_of_the_table_is_in_the_history(world):
    """What docs/books.md says of an event, the random history has, and the independent books know."""
    eventful(world, 9)
    text = (ROOT / "docs" / "books.md").read_text("utf-8")
    rows = text.split("## Postings")[1].split("## Reading")[0].splitlines()
    events = {row.split("`")[1] for row in rows if row.startswith("| `")}
    assert len(events) > 25
    assert events - NOT_IN_USE <= Books(world).types
    assert all(f"'{name}'" in PAIRS for name in events - NOT_IN_USE)
