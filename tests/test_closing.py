"""Closing, payouts by four eyes, merges, and premiums as published, over the wire."""

from __future__ import annotations

import time
import uuid

import pytest

from ledger.log.entry import parse
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import as_actor, shipped
from tests.life import Life
from tests.running import Client, time_ordered_id
from tests.world import details, item, reason_of

DEATH, EMIGRATION = t.CLOSE_REASON_DEATH, t.CLOSE_REASON_EMIGRATION
REJECTED = t.PROPOSAL_DECISION_REJECTED


@pytest.fixture
def life(ledgerd, ledger):
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    w.done(w.opening("ann", balance=1_000))
    yield w
    client.close()


def rules(**sections):
    return shipped("guangxi-region", region="000000", **sections)


def types_of(done):
    return [entry.type for entry in done.entries]


@pytest.mark.feature(62)
@pytest.mark.parametrize(("reason", "proof"), [(1, 1), (2, 2), (3, 3)])
def test_reasons_for_closing_are_data_of_the_region(life, reason, proof):
    """Death, emigration, residence elsewhere, each with its evidence, unless the region leaves one out."""
    w = life
    names = {1: "DEATH", 2: "EMIGRATION", 3: "LONG_TERM_RESIDENCE"}
    wrong = w.send(w.close("ann", reason=reason, evidence=(8,)))
    assert reason_of(wrong) == "CLOSE_EVIDENCE_REQUIRED"
    w.publish(rules(close_reasons=[name for number, name in names.items() if number != reason]))
    assert reason_of(w.send(w.close("ann", reason=reason, evidence=(proof,)))) == "WITHDRAWAL_NOT_PERMITTED"
    w.done(w.opening("bob", balance=0))
    other = reason % 3 + 1
    assert types_of(w.done(w.close("bob", reason=other, evidence=(other,)))) == ["account_closed"]
    assert w.done(w.close("ann", reason=other, evidence=(other,))).paid_out == 1_000


@pytest.mark.feature(62)
def test_a_payout_above_the_limit_needs_another_pair_of_eyes(life):
    """Proposed by the command that would close; the account goes on until somebody else approves."""
    w = life
    w.publish(rules(payout_limit=999))
    request = w.close("ann")
    proposed = w.done(request, **as_actor("ann"))
    assert (types_of(proposed), proposed.paid_out) == (["payout_proposed"], 0)
    assert w.state("ann").state == t.ACCOUNT_STATE_ACTIVE
    review = w.review(proposed.first_position)
    assert reason_of(w.send(review, **as_actor("ann"))) == "FOUR_EYES_REQUIRED"
    done = w.done(w.review(proposed.first_position), **as_actor("bea"))
    assert types_of(done) == ["proposal_decided", "payout_approved", "account_closed", "balance_paid_out"]
    assert done.paid_out == 1_000
    after = w.state("ann")
    assert (after.state, after.balance) == (t.ACCOUNT_STATE_CLOSED, 0)
    again = w.done(request, **as_actor("ann"))
    assert (again.replayed, again.first_position) == (True, proposed.first_position)
    request.closing.reason = EMIGRATION
    conflict = details(w.send(request, **as_actor("ann")))[0]
    assert (conflict.reason, conflict.metadata["field"]) == ("IDEMPOTENCY_CONFLICT", "reason")


def test_a_payout_is_approved_as_it_was_looked_at(life):
    """A deposit in between needs a new proposal; at the limit none is needed."""
    w = life
    w.publish(rules(payout_limit=1_000))
    w.done(w.deposit("ann", 1))
    proposed = w.done(w.close("ann"), **as_actor("ann")).first_position
    w.done(w.deposit("ann", 1))
    assert reason_of(w.send(w.review(proposed), **as_actor("bea"))) == "PAYOUT_CHANGED"
    w.done(w.review(proposed, REJECTED), **as_actor("bea"))
    w.done(w.opening("bob", balance=1_000))
    assert w.done(w.close("bob")).paid_out == 1_000
    late = w.done(w.close("ann"), **as_actor("ann")).first_position
    other = w.done(w.close("ann"), **as_actor("ann")).first_position
    w.done(w.review(late), **as_actor("bea"))
    assert reason_of(w.send(w.review(other), **as_actor("bea"))) == "ACCOUNT_CLOSED"


def test_two_accounts_of_one_person_become_one(life):
    """Balance and sums move, the other account closes; what comes back for it later is owed outside."""
    w = life
    w.done(w.opening("twin", balance=500))
    for who in ("ann", "twin"):
        bought = w.done(w.purchase(who, 100, upstream={"pooled": 40, "deductible": 10}))
    total = w.state("ann").balance + w.state("twin").balance
    done = w.done(w.merge("ann", "twin"))
    assert types_of(done) == ["accounts_merged", "account_absorbed", "account_closed"]
    ann, twin = w.state("ann"), w.state("twin")
    assert (ann.balance, twin.balance, twin.state) == (total, 0, t.ACCOUNT_STATE_CLOSED)
    (sums,) = ann.accumulators
    assert (sums.deductible, sums.pooled, sums.eligible, sums.visits) == (20, 80, 200, 2)
    absorbed = parse(w.entries(done.first_position + 1)[0]).account_absorbed
    assert (absorbed.merged_position, absorbed.amount) == (done.first_position, 440)
    assert w.done(w.reverse(bought.first_position)).payable_after_close == 60
    assert reason_of(w.send(w.merge("ann", "twin"))) == "ACCOUNT_CLOSED"


def test_what_cannot_be_merged(life):
    """A frozen account keeps its money, and so does one with transfers in flight."""
    w = life
    w.done(w.opening("twin"))
    w.done(w.sanction("twin", t.SANCTION_KIND_ACCOUNT_FROZEN))
    assert reason_of(w.send(w.merge("ann", "twin"))) == "ACCOUNT_FROZEN"
    w.done(w.opening("sender"))
    w.done(w.grant("sender", "ann"))
    noon = int(time.time()) // 86_400 * 86_400 + 28 * 3_600 - int(time.time())
    sent = uuid.uuid4().bytes
    w.done(w.send_to("sender", "ann", 10, sent, at=noon))
    assert reason_of(w.send(w.merge("ann", "sender"))) == "MERGE_TRANSFERS_PENDING"
    w.done(w.send_back(sent, at=noon))
    assert w.done(w.merge("ann", "sender")).entries[0].balance_change == 1_000


def test_merges_and_payouts_go_through_batches(life):
    w = life
    w.done(w.opening("twin"))
    request = w.merge("ann", "twin", request_id=time_ordered_id())
    first = w.batch(item(request))
    again = w.batch(item(request))
    assert again[0].first_position == first[0].first_position
    assert w.send(q.GetAccountRequest(name=w.account("ann"))).account.balance == 2_000


@pytest.mark.feature(82)
def test_a_premium_is_what_the_region_takes(life):
    """120 yuan a year, of which the person bears 30 %: 36 yuan, and no other amount."""
    w = life
    w.done(w.opening("old", balance=10_000, person_type=t.PERSON_TYPE_RETIRED))
    w.publish(rules(premiums={"LARGE_AMOUNT_SUPPLEMENT": {"year_amount": 12_000, "person_bp": 3_000}}))
    for amount in (3_599, 3_601, 12_000):
        assert reason_of(w.send(w.premium("old", amount))) == "AMOUNT_MISMATCH"
    assert w.done(w.premium("old", 3_600)).entries[0].balance_after == 6_400
    w.done(w.premium("old", 5, t.PREMIUM_KIND_LONG_TERM_CARE))
    w.done(w.premium("old", 5, year=2024))
