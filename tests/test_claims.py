"""Manual claims over the wire: filed in time, decided like a settlement, paid once, outside of the account."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from ledger.domain.calendar import plus_months
from ledger.log.entry import parse
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import shipped
from tests.life import Life
from tests.running import Client
from tests.world import details, item, reason_of

APPROVED, REJECTED = t.CLAIM_DECISION_APPROVED, t.CLAIM_DECISION_REJECTED
WITHDRAWN = t.CLAIM_DECISION_WITHDRAWN
CAUSES = [
    "EMERGENCY_WITHOUT_CARD",
    "FAMILY_PLANNING_SURGERY",
    "EMPLOYER_ARREARS",
    "CARD_REISSUE",
    "DIRECT_SETTLEMENT_UNAVAILABLE",
    "BEFORE_CARD_ISSUED",
    "EMERGENCY_NOT_DESIGNATED",
    "SETTLEMENT_SUSPENDED",
]


@pytest.fixture
def life(ledgerd, ledger):
    """The policy of Hefei, and a claim on the second of June."""
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    w.done(w.opening("ann", balance=1_000))
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    yield w
    client.close()


def on(request, text):
    """A request of a time in Shanghai."""
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    request.effective_time.CopyFrom(Timestamp(seconds=int(moment.timestamp())))
    return request


def filed(w, **fields):
    """The position of a claim that is filed in July."""
    return w.done(on(w.claim("ann", **fields), "2025-07-01T09:00")).first_position


def event(w, transaction, name):
    return getattr(parse(w.entries(transaction.first_position)[0]), name)


@pytest.mark.feature(76, 80)
def test_a_claim_is_decided_like_a_settlement_and_paid_once(life):
    """Deductible, ratio and sums of the service year; the balance never moves."""
    w = life
    position = filed(w)
    assert [(each.state, each.due) for each in w.claims("ann")] == [(t.CLAIM_STATE_FILED, 0)]
    assert reason_of(w.send(w.pay_claim("ann", position))) == "CLAIM_NOT_APPROVED"
    decided = w.done(w.decide_claim("ann", position))
    split = decided.split
    assert (split.deductible, split.pooled, split.cash, split.own_account) == (20_000, 48_000, 52_000, 0)
    assert (split.personal, decided.claim_amount) == (52_000, 48_000)
    assert event(w, decided, "claim_decided").person_type == t.PERSON_TYPE_ACTIVE
    assert reason_of(w.send(w.decide_claim("ann", position, REJECTED))) == "CLAIM_ALREADY_DECIDED"
    paid = w.done(w.pay_claim("ann", position, "B-1"))
    assert paid.claim_amount == 48_000
    assert reason_of(w.send(w.pay_claim("ann", position, "B-2"))) == "CLAIM_ALREADY_PAID"
    state = w.state("ann")
    assert (state.balance, state.accumulators[0].deductible, state.accumulators[0].pooled) == (1_000, 20_000, 48_000)
    (claim,) = w.claims("ann")
    assert (claim.state, claim.due, claim.total) == (t.CLAIM_STATE_PAID, 48_000, 100_000)
    assert claim.payment_entry == f"{w.ledger}/entries/{paid.first_position}"
    # The deductible is used up: the next purchase of the year is pooled from its first fen.
    assert w.done(w.computed("ann", 10_000, date="2025-06-03")).split.pooled == 6_000


@pytest.mark.feature(78)
@pytest.mark.parametrize(
    ("served", "last"), [("2025-06-02", "2025-09-02"), ("2025-11-30", "2026-02-28"), ("2023-11-30", "2024-02-29")]
)
def test_the_last_day_counts(life, served, last):
    """Three months, to the end of a month that is shorter; a minute later it is too late."""
    w = life
    done = w.done(on(w.claim("ann", served), f"{last}T23:59"))
    deadline = done.deadline
    assert f"{deadline.year}-{deadline.month:02}-{deadline.day:02}" == last
    late = dt.date.fromisoformat(last) + dt.timedelta(1)
    info = details(w.send(on(w.claim("ann", served, "I-2"), f"{late}T00:00")))[0]
    assert (info.reason, info.metadata["deadline"]) == ("CLAIM_DEADLINE_PASSED", last)
    early = on(w.claim("ann", served, "I-2"), f"{dt.date.fromisoformat(served) - dt.timedelta(1)}T23:59")
    assert reason_of(w.send(early)) == "CLAIM_SERVICE_DATE_INVALID"


@pytest.mark.feature(11, 40, 76, 77)
@pytest.mark.parametrize("cause", CAUSES)
def test_causes_are_data_of_the_region(life, cause):
    """Four hold everywhere; others where the region says so, from the service dates that it says."""
    w = life
    number = t.ClaimCause.Value(f"CLAIM_CAUSE_{cause}")
    usual = CAUSES.index(cause) < 4
    first = w.send(on(w.claim("ann", cause=number), "2025-07-01T09:00"))
    assert usual or details(first)[0].metadata["cause"] == cause
    assert usual or reason_of(first) == "CLAIM_CAUSE_NOT_PERMITTED"
    w.publish(
        shipped(
            "zhengzhou-region",
            region="340100",
            effective_from="2025-06-10",
            losses={},
            approximate=[],
            claims={"deadline_months": 1, "causes": [cause]},
        )
    )
    w.done(on(w.claim("ann", "2025-06-10", "I-2", cause=number), "2025-07-10T09:00"))
    late = on(w.claim("ann", "2025-06-10", "I-3", cause=number), "2025-07-11T09:00")
    assert reason_of(w.send(late)) == "CLAIM_DEADLINE_PASSED"


@pytest.mark.feature(40)
def test_an_emergency_at_a_place_that_is_not_designated(life):
    """The centre decides; a policy cannot, because the level of the place is not known."""
    w = life
    position = filed(w, institution="HX")
    assert reason_of(w.send(w.decide_claim("ann", position))) == "INSTITUTION_NOT_DESIGNATED"
    centre = c.UpstreamSplit(deductible=10_000, pooled=50_000, funds=[t.FundPayment(fund="330100", amount=5_000)])
    decided = w.done(w.decide_claim("ann", position, upstream=centre))
    assert (decided.claim_amount, decided.split.cash) == (55_000, 45_000)


@pytest.mark.feature(60, 76)
def test_an_invoice_is_reimbursed_once_over_purchases_and_claims(life):
    """A rejected or withdrawn claim frees it; an approved one keeps it."""
    w = life
    invoice = t.Confidential(invoice_number="I-7")
    bought = w.done(w.computed("ann", 500, sealed=invoice))
    again = on(w.claim("ann", invoice="I-7"), "2025-07-01T09:00")
    assert reason_of(w.send(again)) == "DUPLICATE_REIMBURSEMENT"
    w.done(w.reverse(bought.first_position))
    for decision in (REJECTED, WITHDRAWN):
        position = filed(w, invoice="I-7")
        assert reason_of(w.send(w.computed("ann", 500, sealed=invoice))) == "DUPLICATE_REIMBURSEMENT"
        w.done(w.decide_claim("ann", position, decision))
        assert reason_of(w.send(w.pay_claim("ann", position))) == "CLAIM_NOT_APPROVED"
    w.done(w.decide_claim("ann", filed(w, invoice="I-7")))
    assert reason_of(w.send(w.computed("ann", 500, sealed=invoice))) == "DUPLICATE_REIMBURSEMENT"
    states = [each.state for each in w.claims("ann")]
    assert states == [t.CLAIM_STATE_APPROVED, t.CLAIM_STATE_WITHDRAWN, t.CLAIM_STATE_REJECTED]


@pytest.mark.feature(79)
def test_receipts_by_reference(life):
    """An invoice number must be given; documents are hashes, sealed."""
    w = life
    assert reason_of(w.send(on(w.claim("ann", invoice=""), "2025-07-01T09:00"))) == "CLAIM_INVOICE_REQUIRED"
    request = on(w.claim("ann"), "2025-07-01T09:00")
    request.claim.confidential.documents.add(kind=t.EVIDENCE_KIND_INVOICE, sha256=bytes(32))
    done = w.done(request)
    entry = parse(w.entries(done.first_position)[0])
    assert list(entry.claim_filed.filing.evidence) == [t.EVIDENCE_KIND_INVOICE]
    assert entry.HasField("sealed")
    request.claim.confidential.documents[0].sha256 = b"\1" * 32
    assert reason_of(w.send(request)) == "IDEMPOTENCY_CONFLICT"


@pytest.mark.feature(19, 76)
def test_arrears_are_made_good_by_a_claim(life):
    """While coverage is suspended nothing is due; when the gap is covered the claim is worth the policy."""
    w = life
    w.done(w.suspend("ann", "2025-06-01", t.COVERAGE_CAUSE_EMPLOYER_ARREARS))
    position = filed(w, cause=t.CLAIM_CAUSE_EMPLOYER_ARREARS)
    centre = c.UpstreamSplit(pooled=1)
    assert reason_of(w.send(w.decide_claim("ann", position, upstream=centre))) == "COVERAGE_SUSPENDED"
    w.done(w.restore("ann", "2025-07-01", gap_covered=True))
    assert w.done(w.decide_claim("ann", position)).claim_amount == 48_000
    w.done(w.suspend("ann", "2025-06-01"))
    other = filed(w, invoice="I-2", cause=t.CLAIM_CAUSE_EMPLOYER_ARREARS)
    assert w.done(w.decide_claim("ann", other)).claim_amount == 0
    assert reason_of(w.send(w.pay_claim("ann", other))) == "CLAIM_NOTHING_DUE"


def test_claims_are_decided_by_whoever_may(life):
    w = life
    position = filed(w)
    poor = (("x-dev-rights", "ADMINISTER_ACCOUNT"),)
    assert reason_of(w.send(w.decide_claim("ann", position), metadata=poor)) == "PERMISSION_DENIED"
    own = c.UpstreamSplit(own_account=1)
    assert reason_of(w.send(w.decide_claim("ann", position, upstream=own))) == "AMOUNT_MISMATCH"


def test_claims_go_through_batches(life):
    w = life
    position = filed(w)
    requests = [w.decide_claim("ann", position), w.pay_claim("ann", position, "B-1")]
    first = w.batch(*map(item, requests))
    again = w.batch(*map(item, requests))
    assert [each.claim_amount for each in first] == [each.claim_amount for each in again] == [48_000, 48_000]


@pytest.mark.parametrize(("parent", "reason"), [("", "INVALID_REQUEST"), ("nobody", "PERSON_NOT_FOUND")])
def test_claims_of_nobody(life, parent, reason):
    asked = q.ListClaimsRequest(parent=parent and life.person(parent))
    assert reason_of(life.send(asked)) == reason


def test_months_later_is_the_same_day_or_the_last():
    """Against the calendar: every day of four years."""
    day = dt.date(2023, 1, 1)
    while day < dt.date(2027, 1, 1):
        for months in (1, 3, 13):
            year, month, found = plus_months((day.year, day.month, day.day), months)
            assert (year * 12 + month) - (day.year * 12 + day.month) == months
            after = dt.date(year, month, found) + dt.timedelta(1)
            assert found == day.day or (found < day.day and after.day == 1)
        day += dt.timedelta(1)


@pytest.mark.feature(80)
def test_claims_are_listed_in_pages_by_what_they_are(life):
    """Filters, counts and sums over all pages; a claim that is filed meanwhile moves no page."""
    w = life
    w.done(w.designate("H2"))
    at = "2025-06-10T09:00"
    for number in range(7):
        claim = w.claim(
            "ann", f"2025-06-0{number + 1}", f"L-{number}", total=10_000 * (number + 1), cause=1 + number % 2,
            institution=f"H{1 + number % 2}",
        )  # fmt: skip
        w.done(on(claim, at))
    every = [each.entry for each in w.claims("ann")]
    positions = [int(entry.rpartition("/")[2]) for entry in every]
    assert positions == sorted(positions, reverse=True)
    ask = lambda **fields: w.send(q.ListClaimsRequest(parent=w.person("ann"), **fields))  # noqa: E731
    first = ask(page_size=3)
    w.done(on(w.claim("ann", "2025-06-09", "L-9"), at))
    second = ask(page_size=3, page_token=first.next_page_token)
    third = ask(page_size=3, page_token=second.next_page_token)
    assert [each.entry for page in (first, second, third) for each in page.claims] == every
    assert (third.next_page_token, first.total_count, third.total_count) == ("", 7, 7)
    w.done(w.decide_claim("ann", positions[0]))
    w.done(w.decide_claim("ann", positions[1]))
    w.done(w.decide_claim("ann", positions[2], REJECTED))
    w.done(w.pay_claim("ann", positions[1]))
    approved = ask(states=[t.CLAIM_STATE_APPROVED])
    assert [each.entry for each in approved.claims] == every[:1]
    assert approved.total_due == approved.claims[0].due > 0
    assert [each.entry for each in ask(only_due=True).claims] == every[:1]
    assert ask(states=[t.CLAIM_STATE_PAID, t.CLAIM_STATE_REJECTED]).total_count == 2
    assert ask().total_due == approved.total_due
    assert {each.cause for each in ask(cause=2).claims} == {2}
    assert ask(institution="H2").total_count == 3
    dated = ask(from_date=t.CivilDate(year=2025, month=6, day=2), to_date=t.CivilDate(year=2025, month=6, day=4))
    assert [each.service_date.day for each in dated.claims] == [4, 3, 2]
    assert ask(institution="H7").total_count == 0
    assert reason_of(ask(page_size=2, cause=1, page_token=first.next_page_token)) == "PAGE_TOKEN_INVALID"


def test_a_bad_list_of_claims_is_refused(life):
    w, date = life, t.CivilDate(year=2025, month=6, day=2)
    for fields, path in (
        ({"states": [9]}, "states"),
        ({"cause": 99}, "cause"),
        ({"page_size": -1}, "page_size"),
        ({"institution": "x" * 33}, "institution"),
        ({"from_date": t.CivilDate(year=1)}, "from_date"),
        ({"from_date": date, "to_date": t.CivilDate(year=2025, month=6, day=1)}, "to_date"),
    ):
        assert details(w.send(q.ListClaimsRequest(parent=w.person("ann"), **fields)))[1] == [path]
