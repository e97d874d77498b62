"""May this person pay here, now? The answer is that of the purchase which follows, and leaves no entry."""

from __future__ import annotations

import random

import pytest

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from tests.book import day, shipped
from tests.life import Life
from tests.world import details, reason_of

DAY = 86_400


@pytest.fixture
def life(client, database):
    """Hefei: a hospital of the region, one of Shanghai, a wife who pays for her husband, a child without an account."""
    w = Life(client, database.new_ledger())
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    w.done(w.designate("S1", region="310000"))
    w.done(w.opening("ann", 1_000))
    w.done(w.opening("bob", 2_000))
    w.done(w.register("kid"))
    w.done(w.grant("bob", "ann"))
    w.done(w.grant("bob", "kid"))
    return w


def check(w, who, place="H1", category=t.CATEGORY_OUTPATIENT, **fields):
    """The answer; it leaves nothing in the log."""
    options = {name: fields.pop(name) for name in ("metadata",) if name in fields}
    size = w.size()
    request = pb.CheckEligibilityRequest(person=w.person(who), institution=place, category=category, **fields)
    answer = w.send(request, **options)
    assert w.size() == size
    return answer


def verdicts(answer):
    """The reasons of settlement, own account, fund and relatives; empty = possible."""
    told = [answer.settlement, answer.own_account, answer.pooled_fund, *(each.verdict for each in answer.family)]
    assert all(each.eligible != bool(each.reason) and each.english and each.chinese for each in told)
    return [each.reason for each in told]


@pytest.mark.feature(2)
def test_who_may_pay_is_told_before_anybody_pays(life):
    w = life
    answer = check(w, "ann")
    assert verdicts(answer) == ["", "", "", ""]
    assert (answer.policy, answer.relation) == (w.policy("hefei-outpatient-2025"), t.REGION_RELATION_IN_REGION)
    assert [each.payer for each in answer.family] == [w.account("bob")]
    assert (answer.person_type, answer.position) == (t.PERSON_TYPE_ACTIVE, w.size())
    assert verdicts(check(w, "kid", split_supplied=True)) == ["", "ACCOUNT_NOT_FOUND", "", ""]
    assert verdicts(check(w, "kid"))[0] == "POLICY_NOT_FOUND"  # residents have no policy here
    w.done(w.purchase("ann", 1_000, upstream={}))
    assert verdicts(check(w, "ann")) == ["", "INSUFFICIENT_BALANCE", "", ""]


@pytest.mark.feature(2, 19, 37, 65)
def test_why_not_is_told_in_words_of_both_languages(life):
    w = life
    elsewhere = check(w, "ann", "S1")
    assert verdicts(elsewhere) == ["CROSS_REGION_FILING_REQUIRED"] * 3
    assert elsewhere.settlement.metadata["region"] == "310000"
    assert "310000" in elsewhere.settlement.english
    assert "310000" in elsewhere.settlement.chinese
    assert verdicts(check(w, "ann", "H9"))[0] == "INSTITUTION_NOT_DESIGNATED"
    assert verdicts(check(w, "nobody"))[0] == "PERSON_NOT_FOUND"
    agent = t.Confidential(agent=t.Agent(principal_id_ref="1", agent_id_ref="2"))
    assert verdicts(check(w, "ann", presenter=t.PRESENTER_OTHER))[0] == "IDENTITY_MISMATCH"
    assert verdicts(check(w, "ann", presenter=t.PRESENTER_OTHER, confidential=agent))[0] == ""
    w.done(w.suspend("ann", since="2025-06-01"))
    assert verdicts(check(w, "ann", service_date=day("2025-05-31")))[2] == ""
    assert verdicts(check(w, "ann", service_date=day("2025-06-01"))) == ["", "", "COVERAGE_SUSPENDED", ""]
    w.done(w.report("bob"))
    assert verdicts(check(w, "ann"))[3] == "PAYER_CANNOT_PAY"  # what keeps him from it is his affair
    w.done(w.report("ann"))
    assert verdicts(check(w, "ann"))[0] == "ACCOUNT_FROZEN"


def test_relatives_follow_grants_and_rules_of_the_region(life):
    w = life
    w.publish(shipped("hefei-region", shared_categories=["DRUG"]))
    assert verdicts(check(w, "ann"))[3] == "SHARE_CATEGORY_NOT_PERMITTED"
    assert verdicts(check(w, "ann", category=t.CATEGORY_DRUG))[3] == ""
    w.done(w.sanction("ann", t.SANCTION_KIND_SHARING_SUSPENDED, until=DAY))
    assert verdicts(check(w, "ann", category=t.CATEGORY_DRUG))[3] == "SHARING_SUSPENDED"
    w.done(w.revoke("bob", "ann"))
    assert len(verdicts(check(w, "ann"))) == 3


BAD = [
    ({"institution": ""}, {"institution"}),
    ({"category": 0}, {"category"}),
    ({"category": 99}, {"category"}),
    ({"person": "x"}, {"person"}),
    ({"service_date": t.CivilDate(year=2025, month=13, day=1)}, {"service_date"}),
]


@pytest.mark.parametrize(("fields", "paths"), BAD)
def test_a_bad_question_is_refused(life, fields, paths):
    request = pb.CheckEligibilityRequest(person=life.person("ann"), institution="H1", category=t.CATEGORY_OUTPATIENT)
    for name, value in fields.items():
        if isinstance(value, t.CivilDate):
            getattr(request, name).CopyFrom(value)
        else:
            setattr(request, name, value)
    assert set(details(life.send(request))[1]) == paths


def test_it_needs_a_right_of_its_own(life):
    """One that pays nobody and tells no amounts."""
    only = {"metadata": (("x-dev-rights", "CHECK_ELIGIBILITY"),)}
    assert verdicts(check(life, "ann", **only))[0] == ""
    assert reason_of(check(life, "ann", metadata=(("x-dev-rights", "READ_ACCOUNT"),))) == "PERMISSION_DENIED"
    late = {"effective_time": {"seconds": 1_700_000_000}}
    assert reason_of(check(life, "ann", **late, **only)) == "EFFECTIVE_TIME_OUT_OF_WINDOW"


@pytest.mark.parametrize("seed", range(4))
def test_the_purchase_that_follows_agrees(life, seed):
    """In random states: refused for the reason that was told, or settled by those who could pay."""
    w, draw = life, random.Random(seed)
    if draw.random() < 0.5:
        w.publish(shipped("hefei-region", shared_categories=["DRUG", "OUTPATIENT"]))
    seen = set()
    for _ in range(25):
        who = draw.choice(["ann", "bob", "kid"])
        w.send(
            draw.choice([
                lambda who=who: w.report(who),
                lambda who=who: w.lift(who),
                lambda who=who: w.suspend(who, since="2025-01-01"),
                lambda who=who: w.restore(who, since="2025-01-01"),
                lambda who=who: w.sanction(who, draw.choice([1, 2, 3]), until=draw.choice([1, DAY])),
                lambda who=who: w.file(who, region="310000"),
                lambda: w.deposit(draw.choice(["ann", "bob"]), 500),
                lambda: w.grant("bob", "ann"),
            ])()
        )  # fmt: skip
        place, supplied = draw.choice(["H1", "S1", "H9"]), draw.random() < 0.5
        category = draw.choice([t.CATEGORY_OUTPATIENT, t.CATEGORY_DRUG, t.CATEGORY_DENTAL])
        asked = {"category": category, "institution": place}
        told = check(w, who, place, category, split_supplied=supplied)
        alone = w.computed(
            who, 3, upstream={} if supplied else None, shares_unused=True, date="2026-01-01",
            bill=t.Bill(total=3, pre_self_pay=3), **asked,
        )  # fmt: skip
        alone.purchase.ClearField("service_date")
        settled = w.send(alone)
        seen.add(told.settlement.reason)
        if not told.settlement.eligible:
            assert reason_of(settled) == told.settlement.reason
            continue
        assert bool(settled.transaction.split.own_account) == told.own_account.eligible
        for each in told.family:
            shared = w.computed(
                who, 2, upstream={} if supplied else None, own_account_unused=True, payers=[each.payer],
                bill=t.Bill(total=2, pre_self_pay=2), date="2026-01-01", **asked,
            )  # fmt: skip
            shared.purchase.ClearField("service_date")
            paid = w.send(shared)
            if each.verdict.reason in {"", "PAYER_CANNOT_PAY"}:
                assert bool(paid.transaction.split.shared) == each.verdict.eligible
            else:
                assert reason_of(paid) == each.verdict.reason
    assert len(seen) > 2
