"""Contributions, interest and what is owed outside, over the wire: amounts that the service computes or checks."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from ledger.domain.interest import interest
from ledger.policy.contributions import Contributions, amount_of
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import shipped
from tests.life import Life
from tests.running import Client
from tests.world import details, item, reason_of

EMPLOYER = t.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION


@pytest.fixture
def life(ledgerd, ledger):
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    w.done(w.opening("ann", balance=1_000))
    yield w
    client.close()


def guangxi(**changes):
    return shipped("guangxi-region", region="000000", **changes)


@pytest.mark.feature(15)
@pytest.mark.parametrize(
    ("wage", "base", "amount"),
    [(800_000, 800_000, 16_000), (300_000, 405_360, 8_107), (3_000_000, 2_026_800, 40_536), (405_361, 405_361, 8_107)],
)
def test_a_contribution_is_computed_from_the_wage(life, wage, base, amount):
    """Within floor and ceiling, half up; what was quoted is accepted as a deposit, and nothing else."""
    w = life
    w.publish(guangxi())
    quoted = w.quote_contribution(wage)
    assert (quoted.base, quoted.rate_bp, quoted.amount) == (base, 200, amount)
    assert (quoted.floor, quoted.ceiling, quoted.policy) == (405_360, 2_026_800, w.policy("guangxi-region"))
    assert w.quote_contribution(wage, source=EMPLOYER).amount == amount_of(base, 600)
    assert w.quote_contribution(wage, rate_bp=100).amount == amount_of(base, 100)
    wrong = w.deposit("ann", amount + 1, period=202503)
    wrong.deposit.base, wrong.deposit.rate_bp = base, 200
    assert reason_of(w.send(wrong)) == "AMOUNT_MISMATCH"
    right = w.deposit("ann", amount, period=202503)
    right.deposit.base, right.deposit.rate_bp = base, 200
    assert w.done(right).entries[0].balance_after == 1_000 + amount
    beyond = w.deposit("ann", amount_of(405_359, 200), period=202504)
    beyond.deposit.base, beyond.deposit.rate_bp = 405_359, 200
    assert reason_of(w.send(beyond)) == "AMOUNT_MISMATCH"


@pytest.mark.feature(14, 15)
def test_who_is_flexible_pays_the_whole(life):
    """By the region's rate; a region without one says so, and so does one without rules."""
    w = life
    assert reason_of(w.quote_contribution(1)) == "CONTRIBUTION_RULES_NOT_PUBLISHED"
    unbounded = w.quote_contribution(3, rate_bp=5_000)
    assert (unbounded.base, unbounded.amount, unbounded.policy) == (3, 2, "")
    w.publish(guangxi(contributions={"rates_bp": {"flexible": 1_000}}))
    flexible = w.quote_contribution(500_000, person_type=t.PERSON_TYPE_FLEXIBLE)
    assert (flexible.amount, flexible.HasField("floor")) == (50_000, False)
    assert reason_of(w.quote_contribution(500_000)) == "CONTRIBUTION_RULES_NOT_PUBLISHED"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"wage": -1}, ["wage"]),
        ({"wage": 10**12 + 1}, ["wage"]),
        ({"wage": 1, "period": 202513}, ["period"]),
        ({"wage": 1, "period": 0}, ["period"]),
        ({"wage": 1, "source": t.DEPOSIT_SOURCE_SUBSIDY}, ["source"]),
        ({"wage": 1, "person_type": 77, "rate_bp": 10_001}, ["person_type", "rate_bp"]),
    ],
)
def test_bad_questions_about_contributions(life, fields, named):
    info, paths, _ = details(life.quote_contribution(**fields))
    assert (info.reason, paths) == ("INVALID_REQUEST", named)


@pytest.mark.parametrize("seed", range(200))
def test_rounding_is_half_up_of_the_exact_value(seed):
    draw = random.Random(seed)
    days, rate, basis = draw.randrange(1, 10**14), draw.randrange(1, 10**6), draw.choice([360, 365, 366])
    exact = Fraction(days * rate, 10**6 * basis)
    assert 0 <= interest(days, rate, basis) - exact + Fraction(1, 2) <= 1
    assert interest(days, rate, basis) == int(exact + Fraction(1, 2))
    base, rate = draw.randrange(10**9), draw.randrange(10_001)
    assert amount_of(base, rate) == int(Fraction(base * rate, 10_000) + Fraction(1, 2))
    bounds = Contributions(100, 500)
    assert bounds.base(base) == sorted((100, base, 500))[1]


def test_interest_is_credited_once_for_each_day(life):
    """A period that has ended, behind the last one; the amount follows from rate and balance days."""
    w = life
    # 1,000 fen over 90 days at 0.35 % of 360 days: 0.875 fen.
    done = w.done(w.interest("ann", 1, days=90_000))
    assert (done.entries[0].type, done.entries[0].balance_after) == ("interest_posted", 1_001)
    again = details(w.send(w.interest("ann", 1, "2025-03-31", "2025-06-30")))[0]
    assert (again.reason, again.metadata["until"]) == ("DUPLICATE_INTEREST_PERIOD", "2025-03-31")
    assert reason_of(w.send(w.interest("ann", 2, "2025-04-01", "2025-06-30", days=90_000))) == "AMOUNT_MISMATCH"
    w.done(w.report("ann"))
    assert w.done(w.interest("ann", 7, "2025-04-01", "2025-06-30")).entries[0].balance_after == 1_008
    assert reason_of(w.send(w.interest("ann", 1, "2025-07-02", "2025-07-01"))) == "INTEREST_PERIOD_INVALID"
    assert reason_of(w.send(w.interest("ann", 1, "2025-07-02", "2099-07-01"))) == "INTEREST_PERIOD_INVALID"


def test_the_region_says_how_many_days_a_year_has(life):
    w = life
    w.publish(guangxi(interest_days=365))
    assert reason_of(w.send(w.interest("ann", 1_000_000))) == "AMOUNT_MISMATCH"
    days = 1_000_000 * 365 * 1_000_000 // 3_500
    w.done(w.interest("ann", 1_000_000, days=days))


@pytest.mark.feature(62)
def test_what_is_owed_after_closing_is_paid_in_parts(life):
    """A refund that came back late; never more than is owed, and a payment counts once."""
    w = life
    bought = w.done(w.purchase("ann", 300)).first_position
    w.done(w.close("ann"))
    assert w.done(w.reverse(bought)).payable_after_close == 300
    more = details(w.send(w.settle_payable("ann", 301)))[0]
    assert (more.reason, more.metadata["payable"]) == ("PAYABLE_EXCEEDED", "300")
    done = w.done(w.settle_payable("ann", 100, "B-1"))
    assert (done.payable_after_close, done.entries[0].balance_change) == (200, 0)
    assert reason_of(w.send(w.settle_payable("ann", 100, "B-1"))) == "DUPLICATE_PAYMENT_REFERENCE"
    w.done(w.settle_payable("ann", 200))
    assert w.send(q.GetAccountRequest(name=w.account("ann"))).account.payable_after_close == 0


def test_they_go_through_batches(life):
    w = life
    requests = [w.interest("ann", 1), w.interest("ann", 2, "2025-04-01", "2025-06-30")]
    first = w.batch(*map(item, requests))
    again = w.batch(*map(item, requests))
    assert [each.first_position for each in again] == [each.first_position for each in first]


def test_balance_days_are_those_of_every_evening(life):
    """Deposits and purchases in any order of time, beside a walk from day to day; the quote is then posted."""
    w, draw, moves = life, random.Random(7), []
    w.done(w.opening("cid", balance=50_000, at=-400 * 86_400))
    now, zone = dt.datetime.now(dt.UTC), ZoneInfo("Asia/Shanghai")
    moves.append(((now - dt.timedelta(400)).astimezone(zone).date(), 50_000))
    requests = []
    for _ in range(40):
        days, amount = draw.randrange(1, 390), draw.randrange(1, 900)
        spends = draw.random() < 0.5
        request = (w.purchase if spends else w.deposit)("cid", amount, at=-days * 86_400)
        requests.append(item(request))
        when = dt.datetime.fromtimestamp(request.effective_time.seconds, zone).date()
        moves.append((when, -amount if spends else amount))
    w.batch(*requests)
    today = now.astimezone(zone).date()
    first, last = today - dt.timedelta(300), today - dt.timedelta(30)
    expected, day = 0, first
    while day <= last:
        expected += sum(change for when, change in moves if when <= day)
        day += dt.timedelta(1)
    quoted = w.quote_interest("cid", str(first), str(last), 15_000)
    assert (quoted.balance_days, quoted.year_days) == (expected, 360)
    assert quoted.amount == int(Fraction(expected * 15_000, 360 * 10**6) + Fraction(1, 2)) > 0
    assert not quoted.HasField("credited_to")
    posting = w.interest("cid", quoted.amount, str(first), str(last), 15_000, quoted.balance_days)
    w.done(posting)
    credited = w.quote_interest("cid").credited_to
    assert (credited.year, credited.month, credited.day) == (last.year, last.month, last.day)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"who": ""}, ["account"]),
        ({"since": "", "until": ""}, ["from_date", "to_date"]),
        ({"since": "2025-04-01"}, ["to_date"]),
        ({"rate": 0}, ["rate_ppm"]),
        ({"rate": 1_000_001}, ["rate_ppm"]),
    ],
)
def test_bad_questions_about_interest(life, fields, named):
    info, paths, _ = details(life.quote_interest(**{"who": "ann", **fields}))
    assert (info.reason, paths) == ("INVALID_REQUEST", named)


def test_interest_of_nobody(life):
    assert reason_of(life.quote_interest("nobody")) == "ACCOUNT_NOT_FOUND"
