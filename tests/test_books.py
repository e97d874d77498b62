"""The books over the wire: balanced at every position, the same as the accounts that they are about."""

from __future__ import annotations

import uuid
from collections import defaultdict

import grpc
import psycopg
import pytest

from ledger.log.entry import parse
from ledger.v1 import books_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from projections import chart, journal
from projections.schema import PROJECTIONS
from projections.service import books
from tests import histories
from tests.life import Life
from tests.running import Client, Ledgerd
from tests.views import Views
from tests.world import World, details, status_of

CHART = chart.CHART


@pytest.fixture
def life(whole_service, ledger):
    client = Client(whole_service.channel())
    w = Life(client, ledger)
    histories.people(w)
    yield w
    client.close()


@pytest.fixture
def quiet(ledgerd, ledger):
    """As `life`, where nobody follows the log but the test."""
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    histories.people(w)
    yield w
    client.close()


def trial(w, position=0):
    return w.client.books.GetTrialBalance(pb.GetTrialBalanceRequest(ledger=w.ledger, position=position), timeout=20)


def listed(w, page_size=7, **filters):
    """All pages of the postings."""
    request = pb.ListPostingsRequest(ledger=w.ledger, page_size=page_size, **filters)
    found = []
    while True:
        page = w.client.books.ListPostings(request, timeout=20)
        found += page.entries
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def balances(w, account, position=0, page_size=3):
    """All parts of an account."""
    request = pb.ListBookBalancesRequest(ledger=w.ledger, account=account, position=position, page_size=page_size)
    found = {}
    while True:
        page = w.client.books.ListBookBalances(request, timeout=20)
        found |= {each.owner: each.balance for each in page.balances}
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


@pytest.mark.parametrize("seed", range(2))
def test_the_trial_balance_is_zero_at_every_position(life, seed):
    """And is the sum of the postings up to there, where they stand alone and by owner."""
    w = life
    histories.lived(w, seed)
    entries, size = listed(w), w.size()
    moves = histories.raw(w)
    assert {each.position for each in entries} >= {move.position for move in moves if move.change}
    ends = {move.position for move in moves[:-1] if moves[move.position].recorded != move.recorded} | {size}
    sums, owners = defaultdict(int), defaultdict(int)
    by_position = {each.position: each for each in entries}
    for position in range(1, size + 1):
        each = by_position.get(position)
        for posting in each.postings if each else ():
            sums[posting.account] += posting.amount
            owners[posting.account, posting.owner] += posting.amount
        if position not in ends:
            continue
        assert sums.get(chart.CLEARING, 0) == 0
        shown = trial(w, position)
        assert (shown.position, shown.debits, shown.missing_entries) == (position, shown.credits, 0)
        assert {line.account: line.balance for line in shown.lines} == sums
    for account in CHART:
        expected = {owner: amount for (of, owner), amount in owners.items() if of == account}
        assert balances(w, account) == expected


def test_inside_a_transaction_counts_as_before_it(life):
    w = life
    w.done(w.deposit("A", 500))
    done = w.done(w.transfer("A", "B", 40))
    assert done.last_position == done.first_position + 1
    inside, before = trial(w, done.first_position), trial(w, done.first_position - 1)
    assert (inside.position, inside.lines) == (before.position, before.lines)


def test_the_books_agree_with_the_accounts(life):
    """What is owed to each holder, in flight and after closing is what the account itself says."""
    w = life
    histories.lived(w, 5)
    personal, payable = balances(w, chart.PERSONAL), balances(w, chart.PAYABLE)
    shown = 0
    for who in w.ids:
        state = w.state(who)
        if state is None or not state.state:
            continue
        assert -personal.get(w.id(who), 0) == state.balance
        assert -payable.get(w.id(who), 0) == state.payable_after_close
        shown += state.balance
    line = next(line for line in trial(w).lines if line.account == chart.PERSONAL)
    assert (-line.balance, line.path, line.chinese) == (shown, "Liabilities:Personal-Accounts", "个人账户")
    institutions = balances(w, chart.INSTITUTIONS)
    bills = defaultdict(int)
    for move in histories.raw(w):
        if move.type == "purchase_settled":
            part = move.event.split
            bills[move.event.purchase.institution] += move.event.purchase.bill.total - part.cash - part.hospital
        if move.type == "purchase_reversed":
            origin = histories.raw(w)[move.event.reversed_position - 1].event.purchase
            part = move.event.split
            bills[origin.institution] -= origin.bill.total - part.cash - part.hospital
    assert {owner: -amount for owner, amount in institutions.items()} == bills


def test_postings_are_found_by_account_and_owner(life):
    w = life
    w.done(w.deposit("A", 500, source=t.DEPOSIT_SOURCE_POOL_ALLOCATION))
    bought = w.done(w.purchase("A", 200, institution="H7", upstream={"pooled": 80})).first_position
    w.done(w.deposit("B", 5))
    [entry] = listed(w, account=chart.INSTITUTIONS, owner="H7")
    assert (entry.position, entry.type, entry.first_position) == (bought, "purchase_settled", bought)
    assert [(each.account, each.owner, each.amount) for each in entry.postings] == [
        (chart.POOLED, "OUTPATIENT", 80),
        (chart.PERSONAL, w.id("A"), 120),
        (chart.INSTITUTIONS, "H7", -200),
    ]
    assert [each.position for each in listed(w, account=chart.PERSONAL, owner=w.id("A"))] == [bought - 1, bought]
    assert [each.position for each in listed(w, from_position=bought, to_position=bought)] == [bought]
    assert balances(w, chart.POOLED) == {"ALLOCATION": 500, "OUTPATIENT": 80}


def test_sums_do_not_depend_on_blocks(quiet, database, monkeypatch):
    """Small blocks, whole ones and parts of one, give what the postings say."""
    w = quiet
    histories.lived(w, 3)
    monkeypatch.setattr(journal, "BLOCK", 8)
    views = Views(database, w.code)
    names = {f"{{{table.name}}}": f"{views.schema}.{table.name}_v1" for table in PROJECTIONS["journal"]("").tables}
    views.follow()
    query = books._TRIAL
    for name, table in names.items():
        query = query.replace(name, table)
    assert views.rows("SELECT count(*) FROM {s}.journal_sums_v1")[0][0] > 50
    for position in range(1, w.size() + 1):
        block = journal.block_of(position)
        values = {"block": block, "begin": block * 8, "position": position}
        with psycopg.connect(database.url) as connection:
            summed = connection.execute(query, values).fetchall()
            plain = connection.execute(
                "SELECT account, sum(greatest(amount, 0)), sum(greatest(-amount, 0))"
                f" FROM {names['{journal}']} WHERE position <= %s GROUP BY account ORDER BY account",
                (position,),
            ).fetchall()
        assert summed == plain


@pytest.mark.parametrize(
    ("request_", "paths"),
    [
        (pb.GetTrialBalanceRequest(), ["ledger"]),
        (pb.GetTrialBalanceRequest(ledger="ledgers/X!"), ["ledger"]),
        (pb.GetTrialBalanceRequest(ledger="ledgers/a", position=-1, min_position=-1), ["min_position", "position"]),
        (pb.ListBookBalancesRequest(ledger="ledgers/a"), ["account"]),
        (pb.ListBookBalancesRequest(ledger="ledgers/a", account=99, page_size=-1), ["page_size", "account"]),
        (pb.ListPostingsRequest(ledger="ledgers/a", from_position=3, to_position=2), ["to_position"]),
        (pb.ListPostingsRequest(ledger="ledgers/a", owner="H1"), ["owner"]),
        (pb.ListPostingsRequest(ledger="ledgers/a", account=1, owner="H1"), ["owner"]),
        (pb.ListPostingsRequest(ledger="ledgers/a", account=42, owner="H1"), ["owner"]),
        (pb.ListPostingsRequest(ledger="ledgers/a", consistency=9), ["consistency"]),
    ],
)
def test_bad_questions(life, request_, paths):
    method = getattr(life.client.books, type(request_).__name__.removesuffix("Request"))
    with pytest.raises(grpc.RpcError) as refused:
        method(request_, timeout=20)
    info, found, _ = details(status_of(refused.value))
    assert (info.reason, found) == ("INVALID_REQUEST", paths)


def test_beyond_the_end_and_foreign_tokens(life):
    w = life
    with pytest.raises(grpc.RpcError) as refused:
        trial(w, w.size() + 1)
    assert details(status_of(refused.value))[0].reason == "POSITION_BEYOND_END"
    w.done(w.deposit("A", 5))
    w.done(w.deposit("B", 5))
    page = w.client.books.ListPostings(pb.ListPostingsRequest(ledger=w.ledger, page_size=1), timeout=20)
    other = pb.ListPostingsRequest(ledger=w.ledger, page_size=1, account=1, page_token=page.next_page_token)
    with pytest.raises(grpc.RpcError) as refused:
        w.client.books.ListPostings(other, timeout=20)
    assert details(status_of(refused.value))[0].reason == "PAGE_TOKEN_INVALID"


def test_reading_the_books_leaves_an_access_entry(database, ledger):
    """Where the service is told to: postings and balances of people are pseudonymous. Sums of all leave none."""
    settings = {"LEDGER_PROJECTIONS": "process", "LEDGER_ACCESS_ENTRIES": "true"}
    with Ledgerd(database, [ledger], environment=settings) as service:
        client = Client(service.channel())
        w = World(client, ledger)
        w.done(w.opening("A"))
        place = w.done(w.deposit("A", 5)).first_position
        trial(w)
        assert balances(w, chart.OPENINGS) == {"": 1_000}
        assert [each.position for each in listed(w, account=chart.PERSONAL, owner=w.id("A"))] == [place - 1, place]
        assert balances(w, chart.PERSONAL) == {w.id("A"): -1_005}
        client.close()
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(f"SELECT entry FROM ledger_{ledger}.entries ORDER BY position").fetchall()
    read = [message.access_recorded for (entry,) in rows if (message := parse(entry)).HasField("access_recorded")]
    read = [each for each in read if "BooksService" in each.method]
    assert [(each.method.rpartition(".")[2], each.kind, each.entries) for each in read] == [
        ("ListPostings", t.ACCESS_KIND_ENTRIES, 2),
        ("ListBookBalances", t.ACCESS_KIND_EXPORT, 1),
    ]
    assert str(uuid.UUID(bytes=read[0].stream)) == w.id("A")
