"""What changes in a person, over the wire: kind and coverage by date, data as hashes, credentials as facts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from ledger.log.entry import parse
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import shipped
from tests.life import NUMBER, OLD, PHONE, Life
from tests.running import Client
from tests.world import item, reason_of

ACTIVE, RETIRED = t.PERSON_TYPE_ACTIVE, t.PERSON_TYPE_RETIRED


@pytest.fixture
def life(ledgerd, ledger):
    """A region with the policy of Hefei: 60 % in work, 70 % retired, above 200 yuan a year."""
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    w.done(w.opening("ann", balance=500_000))
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    yield w
    client.close()


def event(w, transaction, name):
    return getattr(parse(w.entries(transaction.first_position)[0]), name)


def today(days=0):
    return str((dt.datetime.now(ZoneInfo("Asia/Shanghai")) + dt.timedelta(days)).date())


@pytest.mark.feature(18)
def test_a_purchase_is_split_by_the_kind_on_its_service_date(life):
    """A retirement that is recorded late, or ahead of its day, and what was settled stays."""
    w = life
    before = w.done(w.computed("ann", 120_000, date="2025-05-31"))
    assert (before.split.deductible, before.split.pooled) == (20_000, 60_000)
    retired = w.done(w.change_kind("ann", RETIRED, "2025-06-01"))
    assert event(w, retired, "person_type_changed").previous == ACTIVE
    for date, pooled, kind in (("2025-06-01", 70_000, RETIRED), ("2025-05-31", 60_000, ACTIVE)):
        quoted = w.quote(request := w.computed("ann", 100_000, date=date))
        done = w.done(request)
        assert (done.split.pooled, quoted.split.pooled) == (pooled, pooled)
        assert event(w, done, "purchase_settled").person_type == kind
    assert w.done(w.reverse(before.first_position)).split.pooled == 60_000


@pytest.mark.feature(13, 18)
def test_the_account_shows_the_kind_of_today(life):
    """A change to come does not show yet; premiums go by the day of the deduction."""
    w = life
    w.done(w.change_kind("ann", RETIRED, today(2)))
    assert w.state("ann").person_type == ACTIVE
    assert reason_of(w.send(w.premium("ann"))) == "PERSON_TYPE_NOT_ELIGIBLE"
    w.done(w.change_kind("ann", RETIRED, today()))
    assert w.state("ann").person_type == RETIRED
    w.done(w.premium("ann"))


@pytest.mark.feature(19, 20)
@pytest.mark.parametrize("cause", [t.COVERAGE_CAUSE_EMPLOYER_ARREARS, t.COVERAGE_CAUSE_LEFT_SCHEME])
def test_without_coverage_nothing_is_pooled_and_the_account_pays(life, cause):
    """No deductible is used up either; services of another date, and after the gap, are covered."""
    w = life
    suspended = w.done(w.suspend("ann", "2025-06-01", cause))
    request = w.computed("ann", 100_000, date="2025-06-01")
    quoted = w.quote(request)
    assert (quoted.computation.coverage_suspended, quoted.split.pooled) == (True, 0)
    assert "COVERAGE_SUSPENDED" in [line.code for line in quoted.explanation]
    split = w.done(request).split
    assert (split.deductible, split.pooled, split.own_account, split.cash) == (0, 0, 100_000, 0)
    centre = w.computed("ann", 100, date="2025-06-01", upstream=c.UpstreamSplit(pooled=1))
    assert reason_of(w.send(centre)) == "COVERAGE_SUSPENDED"
    assert w.done(w.computed("ann", 100_000, date="2025-05-31")).split.pooled == 48_000
    restored = w.done(w.restore("ann", "2025-09-01"))
    assert event(w, restored, "coverage_restored").suspended_position == suspended.first_position
    for date, pooled in (("2025-08-31", 0), ("2025-09-01", 60_000)):
        assert w.done(w.computed("ann", 100_000, date=date)).split.pooled == pooled


@pytest.mark.feature(19)
def test_paid_arrears_cover_the_gap(life):
    """What was settled in between keeps its split."""
    w = life
    w.done(w.suspend("ann", "2025-06-01"))
    inside = w.done(w.computed("ann", 50_000, date="2025-07-01"))
    w.done(w.restore("ann", "2025-09-01", gap_covered=True))
    assert inside.split.pooled == 0
    assert w.done(w.computed("ann", 100_000, date="2025-07-01")).split.pooled == 48_000


@pytest.mark.feature(20)
def test_who_left_the_scheme_keeps_the_balance(life):
    """Coverage ends today; the account says since when and why, and stays open."""
    w = life
    w.done(w.suspend("ann", today(), t.COVERAGE_CAUSE_LEFT_SCHEME))
    shown = w.send(q.GetAccountRequest(name=w.account("ann"))).account
    assert (shown.coverage_suspended, shown.coverage_cause) == (True, t.COVERAGE_CAUSE_LEFT_SCHEME)
    since = shown.coverage_suspended_from
    assert f"{since.year}-{since.month:02}-{since.day:02}" == today()
    assert (shown.state, shown.balance) == (t.ACCOUNT_STATE_ACTIVE, 500_000)
    assert w.done(w.deposit("ann", 5)).entries[0].balance_after == 500_005


@pytest.mark.feature(6)
def test_changed_data_leave_hashes_only(life):
    """Id and balance stay; the entry seals what is personal."""
    w = life
    before = w.state("ann")
    done = w.done(w.change_data("ann", PHONE, t.HOLDER_FIELD_ADDRESS))
    changes = event(w, done, "holder_info_changed").change.fields
    assert [(each.field, each.old_hash) for each in changes] == [(PHONE, OLD), (t.HOLDER_FIELD_ADDRESS, OLD)]
    after = w.state("ann")
    assert (after.name, after.balance, after.version) == (before.name, before.balance, before.version + 1)


@pytest.mark.feature(6)
def test_a_corrected_number_moves(life):
    """The old one is free for its true owner, the new one is taken; the data are sealed."""
    w = life
    w.done(w.register("dan", number="N-1"))
    w.done(w.register("eve", number="N-2"))
    taken = w.change_data("dan", NUMBER, number="N-2")
    assert reason_of(w.send(taken)) == "PERSON_ALREADY_REGISTERED"
    moved = w.done(w.change_data("dan", NUMBER, number="N-3"))
    entry = parse(w.entries(moved.first_position)[0])
    assert [key.released for key in entry.references.unique_keys] == [True, False]
    assert entry.HasField("sealed")
    assert b"N-3" not in entry.SerializeToString()
    w.done(w.register("fay", number="N-1"))
    assert reason_of(w.send(w.register("gus", number="N-3"))) == "PERSON_ALREADY_REGISTERED"


@pytest.mark.feature(4, 5)
def test_a_pin_is_never_kept_and_its_reset_is_a_fact(life):
    """Also while the card is lost. A purchase keeps how it was authenticated, sealed; no field could hold a PIN."""
    w = life
    w.done(w.report("ann"))
    done = w.done(w.credential("ann", sealed=t.Confidential(auth_ref="desk 4")))
    told = event(w, done, "credential_event_recorded").event
    assert (told.kind, told.credential) == (t.CREDENTIAL_EVENT_KIND_PIN_RESET, t.CREDENTIAL_TYPE_SOCIAL_CARD)
    w.done(w.lift("ann"))
    bought = w.done(
        w.computed("ann", 500, credential=t.CREDENTIAL_TYPE_SOCIAL_CARD, sealed=t.Confidential(auth_ref="pin ok"))
    )
    entry = parse(w.entries(bought.first_position)[0])
    assert entry.purchase_settled.purchase.credential == t.CREDENTIAL_TYPE_SOCIAL_CARD
    assert entry.HasField("sealed")
    assert not [field.name for field in t.Confidential.DESCRIPTOR.fields if "pin" in field.name.split("_")]


def test_changes_go_through_batches(life):
    """Each kind of command is an item, and a replay gives its first answer."""
    w = life
    requests = [w.change_kind("ann"), w.suspend("ann"), w.restore("ann"), w.change_data("ann", PHONE)]
    requests.append(w.credential("ann"))
    first = w.batch(*map(item, requests))
    again = w.batch(*map(item, requests))
    assert [each.first_position for each in again] == [each.first_position for each in first]
    assert all(each.replayed for each in again)


def test_snapshots_keep_what_changed(life):
    """A long stream is read from its snapshot, and its filings, kinds and gaps are there again."""
    w = life
    w.done(w.change_kind("ann", RETIRED, "2025-06-01"))
    w.done(w.suspend("ann", "2025-07-01"))
    w.done(w.file("ann"))
    w.batch(*(item(w.deposit("ann", 1)) for _ in range(250)))
    assert w.done(w.computed("ann", 120_000, date="2025-06-02")).split.pooled == 70_000
    assert w.done(w.computed("ann", 120_000, date="2025-07-02")).split.pooled == 0
