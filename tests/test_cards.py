"""A lost card and the new one, over the wire: loss period, working days, lapse, voucher."""

from __future__ import annotations

import pytest

from ledger.log.entry import parse
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import shipped
from tests.life import Life
from tests.running import Client
from tests.world import details, item, reason_of

FORMAL, PROVISIONAL = t.LOSS_KIND_FORMAL, t.LOSS_KIND_PROVISIONAL
DAY = 86_400
ADMISSION = t.EVIDENCE_KIND_ADMISSION_CERTIFICATE


@pytest.fixture
def life(ledgerd, ledger):
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    w.done(w.opening("ann", balance=1_000))
    yield w
    client.close()


def shown(w, who="ann"):
    return w.send(q.GetAccountRequest(name=w.account(who))).account


def types_of(done):
    return [entry.type for entry in done.entries]


@pytest.mark.feature(66, 67, 70)
def test_a_new_card_carries_the_same_account(life):
    """Asked for after seven days, ready by a working day, handed out against a voucher."""
    w = life
    w.done(w.report("ann", FORMAL, at=-8 * DAY))
    early = details(w.send(w.reissue("ann", at=-2 * DAY)))[0]
    assert early.reason == "LOSS_PERIOD_NOT_ELAPSED"
    assert reason_of(w.send(w.issue("ann"))) == "REISSUE_NOT_REQUESTED"
    done = w.done(w.reissue("ann"))
    assert w.send(w.reissue("ann")).code == 9
    assert shown(w).reissue.due_date == done.due_date
    assert not shown(w).reissue.overdue
    assert reason_of(w.send(w.issue("ann", voucher=""))) == "CARD_VOUCHER_REQUIRED"
    assert types_of(w.done(w.issue("ann"))) == ["card_issued", "account_unfrozen"]
    after = shown(w)
    assert (after.state, after.loss, after.balance) == (t.ACCOUNT_STATE_ACTIVE, 0, 1_000)
    assert not after.HasField("reissue")
    assert w.done(w.purchase("ann", 300)).split.own_account == 300


@pytest.mark.feature(67)
def test_a_card_that_is_late_shows(life):
    """A damaged card needs no loss report; forty days later the new one is overdue."""
    w = life
    done = w.done(w.reissue("ann", at=-60 * DAY))
    assert parse(w.entries(done.first_position)[0]).reissue_requested.loss_position == 0
    assert shown(w).reissue.overdue
    assert w.done(w.purchase("ann", 300)).split.own_account == 300
    assert types_of(w.done(w.issue("ann"))) == ["card_issued"]


@pytest.mark.feature(67)
def test_the_calendar_of_the_region_counts(life):
    """A holiday and a weekend that is worked instead move the day; days of a wait are the region's."""
    w = life
    rules = shipped(
        "zhengzhou-region",
        region="000000",
        losses={"period_days": 3, "reissue_days": 5},
        calendar={"holidays": ["2025-10-01", "2025-10-02", "2025-10-03", "2025-10-06"], "workdays": ["2025-09-28"]},
        approximate=[],
    )
    w.publish(rules)
    # Friday: worked are Sunday 28, Monday 29, Tuesday 30, Tuesday 7, Wednesday 8.
    due = w.done(at_noon(w.reissue("ann"), 1_758_859_200)).due_date
    assert (due.year, due.month, due.day) == (2025, 10, 8)


def at_noon(request, seconds):
    request.effective_time.seconds = seconds
    return request


@pytest.mark.feature(68)
@pytest.mark.parametrize("evidence", [ADMISSION, t.EVIDENCE_KIND_DEPOSIT_RECEIPT])
def test_urgency_needs_evidence_of_the_hospital(life, evidence):
    """It may replace an ordinary request, never another urgent one."""
    w = life
    ordinary = w.done(w.reissue("ann")).due_date
    assert reason_of(w.send(w.reissue("ann", expedited=True))) == "EXPEDITE_EVIDENCE_REQUIRED"
    other = w.reissue("ann", expedited=True, evidence=[t.EVIDENCE_KIND_INVOICE])
    assert reason_of(w.send(other)) == "EXPEDITE_EVIDENCE_REQUIRED"
    sooner = w.done(w.reissue("ann", expedited=True, evidence=[evidence])).due_date
    assert (sooner.year, sooner.month, sooner.day) < (ordinary.year, ordinary.month, ordinary.day)
    again = w.reissue("ann", expedited=True, evidence=[evidence])
    assert reason_of(w.send(again)) == "REISSUE_ALREADY_REQUESTED"


@pytest.mark.feature(65)
def test_a_new_card_needs_a_formal_report(life):
    """The loss period began with the provisional one."""
    w = life
    w.done(w.report("ann", PROVISIONAL, at=-8 * DAY))
    assert reason_of(w.send(w.reissue("ann"))) == "FORMAL_LOSS_REQUIRED"
    w.done(w.report("ann", FORMAL, at=-60))
    w.done(w.reissue("ann"))


@pytest.mark.feature(65)
def test_a_provisional_report_lapses(life):
    """By effective time: the account pays again, and the next command about the card records the lapse."""
    w = life
    w.publish(shipped("zhengzhou-region", region="000000", losses={"provisional_days": 5}, approximate=[]))
    reported = w.done(w.report("ann", PROVISIONAL, at=-6 * DAY))
    inside = w.deposit("ann", 5)
    w.done(inside)
    assert (shown(w).state, shown(w).loss) == (t.ACCOUNT_STATE_ACTIVE, 0)
    w.done(w.designate("H1"))
    centre = c.UpstreamSplit()
    assert w.done(w.purchase("ann", 300, upstream=centre)).split.own_account == 300
    frozen = w.send(w.purchase("ann", 300, upstream=centre, at=-2 * DAY))
    assert reason_of(frozen) == "ACCOUNT_FROZEN"
    assert reason_of(w.send(w.lift("ann"))) == "LOSS_NOT_REPORTED"
    again = w.done(w.report("ann", PROVISIONAL))
    assert types_of(again) == ["loss_reported", "loss_lapsed"]
    lapsed = parse(w.entries(again.last_position)[0]).loss_lapsed
    assert lapsed.loss_position == reported.first_position
    assert shown(w).state == t.ACCOUNT_STATE_FROZEN
    assert shown(w).loss_lapse_time.seconds > 0
    assert reason_of(w.send(w.purchase("ann", 300, upstream=centre))) == "ACCOUNT_FROZEN"
    w.done(w.lift("ann"))
    assert shown(w).state == t.ACCOUNT_STATE_ACTIVE


def test_a_region_may_stop_the_card_only(life):
    """Then other credentials work on."""
    w = life
    w.publish(shipped("zhengzhou-region", region="000000", losses={"freeze_scope": "CREDENTIAL"}, approximate=[]))
    w.done(w.designate("H1"))
    assert types_of(w.done(w.report("ann", FORMAL))) == ["loss_reported"]
    centre = {"upstream": c.UpstreamSplit()}
    for credential in (t.CREDENTIAL_TYPE_SOCIAL_CARD, 0):
        assert reason_of(w.send(w.purchase("ann", 300, credential=credential, **centre))) == "CARD_REPORTED_LOST"
    w.done(w.purchase("ann", 300, credential=t.CREDENTIAL_TYPE_E_CREDENTIAL, **centre))


@pytest.mark.feature(64)
def test_a_guardian_reports_for_a_minor(life):
    """Both identities by reference, sealed; one of them is not enough."""
    w = life
    request = w.report("ann")
    request.loss.confidential.agent.agent_id_ref = "guardian"
    assert reason_of(w.send(request)) == "IDENTITY_MISMATCH"
    request = w.report("ann")
    request.loss.confidential.agent.CopyFrom(t.Agent(principal_id_ref="minor", agent_id_ref="guardian"))
    done = w.done(request)
    assert parse(w.entries(done.first_position)[0]).HasField("sealed")
    assert shown(w).state == t.ACCOUNT_STATE_FROZEN


# -- sanctions --------------------------------------------------------------------------------------


@pytest.mark.feature(59)
def test_online_settlement_is_suspended_until_its_end(life):
    """The account takes money and pays nothing, not even for others' credentials; then it is over by itself."""
    w = life
    done = w.done(w.sanction("ann", until=-DAY, at=-10 * DAY))
    refused = w.purchase("ann", 300, at=-2 * DAY)
    assert reason_of(w.send(refused)) == "ONLINE_SETTLEMENT_SUSPENDED"
    before = w.purchase("ann", 10, at=-11 * DAY)
    assert w.done(before).split.own_account == 10
    w.done(w.deposit("ann", 5))
    assert w.done(w.purchase("ann", 300)).split.own_account == 300
    assert reason_of(w.send(w.lift_sanction("ann", done.first_position))) == "SANCTION_NOT_IN_FORCE"


@pytest.mark.feature(59)
def test_a_sanction_is_lifted(life):
    """Only by whoever may, only once; the account shows what is in force."""
    w = life
    poor = (("x-dev-rights", "ADMINISTER_ACCOUNT"),)
    assert reason_of(w.send(w.sanction("ann"), metadata=poor)) == "PERMISSION_DENIED"
    first = w.done(w.sanction("ann", t.SANCTION_KIND_ACCOUNT_FROZEN)).first_position
    second = w.done(w.sanction("ann", t.SANCTION_KIND_ACCOUNT_FROZEN, until=DAY)).first_position
    assert [each.entry for each in shown(w).sanctions] == [f"{w.ledger}/entries/{at}" for at in (first, second)]
    w.done(w.lift_sanction("ann", first))
    assert reason_of(w.send(w.purchase("ann", 300))) == "ACCOUNT_FROZEN"
    assert types_of(w.done(w.lift_sanction("ann", second))) == ["sanction_lifted", "account_unfrozen"]
    assert reason_of(w.send(w.lift_sanction("ann", second))) == "SANCTION_NOT_IN_FORCE"
    assert not shown(w).sanctions
    w.done(w.purchase("ann", 300))


@pytest.mark.feature(59)
def test_a_frozen_account_thaws_by_itself(life):
    """Unless a lost card freezes it too."""
    w = life
    w.done(w.sanction("ann", t.SANCTION_KIND_ACCOUNT_FROZEN, until=-60, at=-DAY))
    assert shown(w).state == t.ACCOUNT_STATE_ACTIVE
    w.done(w.report("ann"))
    assert reason_of(w.send(w.purchase("ann", 300))) == "ACCOUNT_FROZEN"
    w.done(w.lift("ann"))
    w.done(w.purchase("ann", 300))


@pytest.mark.feature(59)
def test_sharing_is_suspended_on_both_sides(life):
    """The payer is passed over, the beneficiary pays cash; nothing is granted or sent."""
    w = life
    w.done(w.opening("bob", balance=0))
    w.done(w.grant("ann", "bob"))
    kind = t.SANCTION_KIND_SHARING_SUSPENDED
    for who in ("ann", "bob"):
        position = w.done(w.sanction(who, kind)).first_position
        split = w.done(w.purchase("bob", 100)).split
        assert (len(split.shared), split.cash) == (0, 100)
        assert reason_of(w.send(w.transfer("ann", "bob"))) == "SHARING_SUSPENDED"
        assert reason_of(w.send(w.grant("bob", "ann"))) == "SHARING_SUSPENDED"
        w.done(w.lift_sanction(who, position))
    named = w.purchase("bob", 100, payers=["ann"])
    w.done(w.sanction("bob", kind))
    assert reason_of(w.send(named)) == "SHARING_SUSPENDED"


def test_cards_and_sanctions_go_through_batches(life):
    w = life
    requests = [w.report("ann", FORMAL, at=-9 * DAY), w.reissue("ann"), w.issue("ann"), w.sanction("ann", until=DAY)]
    first = w.batch(*map(item, requests))
    again = w.batch(*map(item, requests))
    assert [each.first_position for each in again] == [each.first_position for each in first]
    assert first[1].due_date == again[1].due_date
