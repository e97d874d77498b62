"""Yearly statements over gRPC: they add up, each opens as the one before closed, and one that was drawn stays."""

from __future__ import annotations

import random
import re
import time
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from ledger.v1 import history_service_pb2 as h
from ledger.v1 import types_pb2 as t
from projections.service.statement import is_final
from projections.statement.year import year_of
from tests import histories
from tests.overseeing import Overseeing
from tests.reading import micros, moment
from tests.running import Client
from tests.sqlite_log import Exported
from tests.world import item, reason_of

ZONE = ZoneInfo("Asia/Shanghai")
THIS_YEAR = datetime.now(ZONE).year
YEARS = range(THIS_YEAR - 3, THIS_YEAR + 1)
REVERSIBLE = {"deposit_posted", "purchase_settled", "family_transfer_sent"}
VOID = {"meta", "line", "rect"}


@pytest.fixture
def reading(whole_service, database):
    client = Client(whole_service.channel())
    world = Overseeing(client, database.new_ledger())
    histories.people(world)
    yield world
    client.close()


def begin(year):
    """Midnight of New Year in the zone of the ledger, in microseconds."""
    return int(datetime(year, 1, 1, tzinfo=ZONE).timestamp()) * 1_000_000


def now():
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1_000


def at(date):
    """Seconds from now to noon of a day."""
    return int(datetime.fromisoformat(f"{date}T12:00").replace(tzinfo=ZONE).timestamp() - time.time())


def ask(world, who, year, drawn=None, previous=None, kind=h.GetStatementRequest, **fields):
    """A request; times are microseconds."""
    return kind(
        account=world.account(who),
        year=year,
        drawn_time=drawn and moment(drawn),
        previous_drawn_time=previous and moment(previous),
        **fields,
    )


def statement(world, who, year, *times, **fields):
    return world.told(ask(world, who, year, *times, **fields))


def check_sums(found):
    """Everything that a statement says twice is the same, and all of it adds up to the fen."""
    late, lines = found.late_transactions, found.transactions
    assert (len(late), len(lines)) == (found.late_transaction_count, found.transaction_count)
    assert found.late_change == sum(each.balance_change for each in late)
    moved = sum(each.balance_change for each in lines)
    assert found.credits + found.interest - found.debits == moved
    assert found.opening_balance + found.late_change + moved == found.closing_balance
    assert sum(each.balance_change for each in found.items) == moved
    assert sum(each.transactions for each in found.items) == len(lines)
    months = found.months
    for name in ("credits", "interest", "debits"):
        assert sum(getattr(month, name) for month in months) == getattr(found, name) >= 0
    assert months[-1].balance == found.closing_balance
    spent = sum(month.spent for month in months)
    assert spent == sum(each.spent for each in found.categories) == sum(each.spent for each in found.beneficiaries)
    bill = found.settled
    paid = bill.pooled + bill.funds + bill.hospital + bill.own_account + found.received_shares + bill.cash
    assert bill.total == paid
    bounds = begin(found.year), begin(found.year + 1)
    assert all(bounds[0] <= micros(each.effective_time) < bounds[1] for each in lines)
    assert all(micros(each.effective_time) < bounds[0] for each in late)
    keys = [(micros(each.effective_time), each.position) for each in (*late, *lines)]
    assert keys == sorted(keys)


def scattered(world, chance, steps):
    """A random history over four years, in batches; now and then somebody draws breath. Returns times between them."""
    settled, times = [], []
    for quarter in ("01-01", "04-01", "07-01", "10-01"):
        for who in histories.PEOPLE:  # who closed an account is refused
            first, posted = f"{YEARS[0]}-{quarter}", at(f"{chance.choice(YEARS)}-02-03")
            world.send(world.interest(who, chance.randint(1, 90), first, first, at=posted))
        requests = [histories.step(world, chance, settled) for _ in range(steps // 4)]
        for request in requests:
            if chance.random() < 0.8:
                request.effective_time.CopyFrom(moment(chance.randint(begin(YEARS[0]), begin(THIS_YEAR + 1) - 1)))
                request.effective_time.seconds = min(request.effective_time.seconds, now() // 1_000_000)
        for result in world.batch(*map(item, requests)):
            entries = [each for each in getattr(result, "entries", ()) if each.type in REVERSIBLE]
            settled += [int(entry.name.rsplit("/", 1)[1]) for entry in entries]
        times.append(now())
    return times


@pytest.mark.feature(75)
@pytest.mark.parametrize("seed", range(3))
def test_statements_balances_and_summaries_agree_with_sql_over_the_exported_log(reading, seed):
    """For every account of a random history with late entries, drawn at any time: another database, another query."""
    chance = random.Random(seed)
    times = scattered(reading, chance, 160)
    reading.done(reading.deposit("A", 1))  # what was drawn before it is final
    log = Exported(reading)
    for who in log.accounts():
        drawn = sorted(chance.sample(times, 3))
        # The statements of three years drawn one after another, then that of the year that is not over.
        plan = list(zip(YEARS, [*drawn, None], [begin(YEARS[0]), *drawn], strict=True))
        closing = None
        for year, end, start in plan:
            found = statement(reading, who, year, end, start)
            check_sums(found)
            expected = log.statement(who, begin(year), begin(year + 1), end, start)
            told = found.opening_balance, found.late_change, found.credits, found.interest, found.debits
            assert (*told, found.closing_balance, found.recorded_later_change, found.recorded_later_count) == expected
            assert closing in {None, found.opening_balance}
            closing = found.closing_balance
            assert found.final == (end is not None)
        summary = reading.summary(who, effective_from=moment(begin(YEARS[1])), effective_to=moment(begin(YEARS[3])))
        sums = summary.opening_balance, summary.total.balance_change, summary.closing_balance
        assert sums == log.summary(who, begin(YEARS[1]), begin(YEARS[3]))
        assert reading.balance(who).balance == log.balance(who)
        past = begin(YEARS[2])
        known = times[1]
        found = reading.balance(who, effective_time=moment(past), known_time=moment(known)).balance
        assert found == log.balance(who, past, known)


@pytest.mark.feature(75)
def test_a_statement_that_was_drawn_stays(reading):
    """What is recorded afterwards stands in the next one as late, and is only counted beside the old one."""
    w = reading
    w.done(w.opening("ann", 0, at=at(f"{THIS_YEAR - 2}-03-01")))
    w.done(w.deposit("ann", 10_000, at=at(f"{THIS_YEAR - 2}-05-01")))
    drawn = now()
    before = statement(w, "ann", THIS_YEAR - 2, drawn)
    told = before.opening_balance, before.late_change, before.credits, before.closing_balance
    assert told == (0, 0, 10_000, 10_000)
    late = w.done(w.purchase("ann", 700, at=at(f"{THIS_YEAR - 2}-06-01")))
    w.done(w.purchase("ann", 300, at=at(f"{THIS_YEAR - 1}-06-01")))
    again = statement(w, "ann", THIS_YEAR - 2, drawn)
    assert (again.recorded_later_count, again.recorded_later_change) == (1, -700)
    assert (before.final, again.final) == (False, True)  # until then an entry could have been on its way
    for name in ("final", "recorded_later_count", "recorded_later_change", "position"):
        again.ClearField(name)
        before.ClearField(name)
    assert again == before
    later = now()
    following = statement(w, "ann", THIS_YEAR - 1, later, drawn)
    assert [(each.name, each.balance_change) for each in following.late_transactions] == [
        (f"{w.ledger}/entries/{late.first_position}", -700)
    ]
    told = following.opening_balance, following.late_change, following.debits, following.closing_balance
    assert told == (10_000, -700, 300, 9_000)
    assert statement(w, "ann", THIS_YEAR, None, later).opening_balance == 9_000


@pytest.mark.parametrize(
    ("recorded", "after_drawing", "complete", "missing", "final"),
    [
        (-1, 0, True, 0, False),  # one that was recorded before may still be committed
        (-1, 3_600_000_000, True, 0, False),
        (-1, 7_200_000_000, True, 0, True),
        (-1, 7_200_000_000, False, 0, False),
        (0, 0, False, 0, True),
        (0, 7_200_000_000, True, 1, False),
    ],
)
def test_when_a_statement_is_final(recorded, after_drawing, complete, missing, final):
    year = year_of(2024, ZONE, begin(2026), begin(2025), None)
    found = h.GetStatementResponse(missing_entries=missing)
    now = year.drawn + after_drawing
    assert is_final(found, year, year.drawn + recorded, now, complete=complete) == final


@pytest.mark.feature(75)
def test_what_a_year_was_spent_on(reading):
    """By month, category and beneficiary, less what came back; and who paid the holder's own bills."""
    w, year = reading, THIS_YEAR
    w.done(w.opening("ann", 10_000, at=at(f"{year}-01-02")))
    w.done(w.opening("bob", 0, at=at(f"{year}-01-02")))
    w.done(w.grant("ann", "bob", at=at(f"{year}-01-03")))
    w.done(w.purchase("ann", 900, upstream={"pooled": 500}, category=t.CATEGORY_DRUG, at=at(f"{year}-02-03")))
    back = w.done(w.purchase("ann", 100, category=t.CATEGORY_DENTAL, at=at(f"{year}-02-04"))).first_position
    w.done(w.purchase("bob", 250, category=t.CATEGORY_DRUG, at=at(f"{year}-03-05")))
    w.done(w.reverse(back, at=at(f"{year}-04-04")))
    found = statement(w, "ann", year)
    check_sums(found)
    assert {month.month % 100: month.spent for month in found.months if month.spent} == {2: 500, 3: 250, 4: -100}
    assert [(each.category, each.spent, each.payments) for each in found.categories] == [(t.CATEGORY_DRUG, 650, 2)]
    people = [(each.beneficiary, each.spent) for each in found.beneficiaries]
    assert people == [(w.person("ann"), 400), (w.person("bob"), 250)]
    assert (found.settled.total, found.settled.pooled, found.settled.own_account) == (900, 500, 400)
    (dental,) = [each for each in found.transactions if each.position == back]
    assert dental.reversed_by
    assert statement(w, "bob", year).received_shares == 250
    sums = statement(w, "ann", year, sums_only=True)
    assert (len(sums.transactions), sums.transaction_count) == (0, found.transaction_count)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"year": 1948}, "year"),
        ({"year": THIS_YEAR + 1}, "year"),
        ({"year": 10_000}, "year"),
        ({"year": THIS_YEAR - 1, "drawn": begin(THIS_YEAR) - 1}, "drawn_time"),
        ({"year": THIS_YEAR - 1, "drawn": begin(THIS_YEAR + 9)}, "drawn_time"),
        ({"year": THIS_YEAR, "drawn": begin(THIS_YEAR) + 1}, "drawn_time"),
        ({"year": THIS_YEAR, "previous": begin(THIS_YEAR) - 1}, "previous_drawn_time"),
        ({"year": THIS_YEAR, "previous": begin(THIS_YEAR + 9)}, "previous_drawn_time"),
        ({"year": THIS_YEAR, "kind": h.RenderStatementRequest, "language": "fr"}, "language"),
        ({"year": THIS_YEAR, "kind": h.RenderStatementRequest, "holder": "x" * 65}, "holder"),
    ],
)
def test_what_no_statement_can_be_drawn_of(reading, fields, wrong):
    answer = reading.ask(ask(reading, "A", **fields))
    assert reason_of(answer) == "INVALID_REQUEST"
    assert wrong in str(answer)


def test_a_statement_of_nobody(reading):
    assert reason_of(reading.ask(ask(reading, "nobody", THIS_YEAR))) == "ACCOUNT_NOT_FOUND"
    poor = (("x-dev-rights", "READ_LEDGER"),)
    assert reason_of(reading.ask(ask(reading, "A", THIS_YEAR), metadata=poor)) == "PERMISSION_DENIED"


class Balanced(HTMLParser):
    """Checks that every element that is opened is closed, and collects what is written."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.tags = [], [], set()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not {name for name, _ in attrs} & {"onload", "onclick", "href", "src"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.feature(75)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_the_statement_says(reading, language):
    """Well-formed, without anything from elsewhere; what a caller gives is text and never markup."""
    w = reading
    histories.make(w, random.Random(5), 60)
    found = statement(w, "A", THIS_YEAR)
    name = "<script>alert('张三')</script>"
    asked = ask(w, "A", THIS_YEAR, kind=h.RenderStatementRequest, language=language, holder=name)
    answer = w.told(asked)
    assert answer.media_type == "text/html; charset=utf-8"
    text = answer.content.decode()
    page = Balanced(text)
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert not re.search(r"url\(|@import|https?:", text)
    assert name in page.words
    words = " ".join(page.words)
    for fen in (found.opening_balance, found.credits, found.debits, found.closing_balance):
        assert f"{fen // 100:,}.{fen % 100:02}" in words
    assert words.count("H1") >= sum(each.institution == "H1" for each in found.transactions) > 0
    assert ("对账单" in words) == (language == "zh")
    assert "#" not in "".join(each for each in page.words if "#" in each and "{" not in each)  # every kind has a word
