"""Bills with which the pooled fund has nothing to do: excluded by law, or of a date without coverage."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from ledger.log.entry import parse
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests.book import shipped
from tests.life import Life
from tests.world import details


@pytest.fixture
def book(client, database):
    """A ledger of Hefei with its policy, a tertiary hospital and an active person with 1,000.00."""
    book = Life(client, database.new_ledger())
    book.publish(shipped("hefei-outpatient-2025"))
    book.done(book.designate("H1"))
    book.done(book.opening("ann", balance=100_000))
    return book


def refused(book, request):
    """Reason of a refusal, which leaves one entry."""
    size = book.size()
    info = details(book.send(request))[0]
    assert book.size() == size + 1
    return info.reason


def days_since(date):
    """Seconds from now to the noon of a date in the ledger's zone."""
    noon = dt.datetime.fromisoformat(f"{date}T12:00:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return int(noon.timestamp()) - int(time.time())


def counts(book, who, year=2025):
    """Eligible amount, visits and admissions of a year, over all benefits."""
    sums = [each for each in book.state(who).accumulators if each.year == year]
    return tuple(sum(getattr(each, name) for each in sums) for name in ("eligible", "visits", "admissions"))


@pytest.mark.feature(19, 48, 51)
@pytest.mark.parametrize("supplied", [{}, {"upstream": {}}])
def test_a_bill_outside_the_benefit_moves_no_yearly_sum(book, supplied):
    """Neither an excluded one, nor one of a date without coverage, when settled, reversed, claimed; the next visit is
    the first one.
    """
    book.publish(shipped("anshan-outpatient", region="340100", benefit="CHRONIC"))
    common = {"benefit": t.BENEFIT_CHRONIC, **supplied}
    ask = lambda **more: book.computed("ann", 10_000, **(common | more))  # noqa: E731
    excluded = book.done(ask(exclusion_reason="ABROAD"))
    assert counts(book, "ann") == (0, 0, 0)
    assert book.done(ask(upstream=None)).split.deductible == 4_000  # the first visit of the year
    assert counts(book, "ann") == (10_000, 1, 0)
    book.done(book.suspend("ann", since="2025-03-01"))
    uncovered = book.done(ask())
    stay = book.done(ask(category=t.CATEGORY_INPATIENT, upstream={}, benefit=t.BENEFIT_INPATIENT))
    claimed = book.done(book.claim("ann", "2025-03-04", "I-9", at=days_since("2025-03-05"))).first_position
    decided = book.done(book.decide_claim("ann", claimed)).last_position
    assert parse(book.entries(decided)[0]).claim_decided.uncounted
    assert counts(book, "ann") == (10_000, 1, 0)
    book.done(book.restore("ann", since="2025-03-02", gap_covered=True))
    for done in (excluded, uncovered, stay):
        book.done(book.reverse(done.first_position))
    assert counts(book, "ann") == (10_000, 1, 0)
    assert book.done(ask(upstream=None)).split.deductible == 2_000  # the second one


@pytest.mark.parametrize("part", ["pooled", "deductible"])
def test_the_centre_cannot_supply_shares_of_a_bill_outside_the_benefit(book, part):
    assert refused(book, book.computed("ann", exclusion_reason="ABROAD", upstream={part: 1})) == "AMOUNT_MISMATCH"
    book.done(book.suspend("ann", since="2025-03-01"))
    assert refused(book, book.computed("ann", upstream={part: 1})) == "COVERAGE_SUSPENDED"


@pytest.mark.feature(51, 72)
def test_an_amendment_keeps_the_exclusion(book):
    """Who amends an excluded bill and leaves the reason out does not make the fund pay, and may name another one."""
    bought = book.done(book.computed("ann", 10_000, exclusion_reason="ABROAD")).first_position
    kept = book.done(book.amend(bought, 6_000, upstream=None))
    settled = parse(book.entries(kept.last_position)[0]).purchase_settled
    assert (settled.purchase.exclusion_reason, settled.uncounted, settled.split.pooled) == ("ABROAD", True, 0)
    assert counts(book, "ann") == (0, 0, 0)
    other = book.done(book.amend(kept.last_position, 5_000, upstream=None, exclusion_reason="THIRD_PARTY"))
    settled = parse(book.entries(other.last_position)[0]).purchase_settled
    assert (settled.purchase.exclusion_reason, settled.uncounted) == ("THIRD_PARTY", True)
    supplied = book.amend(other.last_position, 5_000, upstream=c.UpstreamSplit(pooled=1))
    assert refused(book, supplied) == "AMOUNT_MISMATCH"
