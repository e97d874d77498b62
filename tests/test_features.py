"""Features that are a fact to keep rather than a rule: asked for over the wire, found again in the log."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from ledger.log.entry import parse
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.features import ROOT, mistakes, page, sections
from tests.running import Client
from tests.world import World, details, reason_of

CREDENTIALS = [number for number in t.CredentialType.values() if number]
SOURCES = [
    t.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION,
    t.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION,
    t.DEPOSIT_SOURCE_POOL_ALLOCATION,
    t.DEPOSIT_SOURCE_SUBSIDY,
]
CHANNELS = [number for number in t.Channel.values() if number]


@pytest.fixture
def world(ledgerd, ledger):
    """Somebody with 1,000 fen, a retiree with as much, and a relative of the first without an account."""
    client = Client(ledgerd.channel())
    w = World(client, ledger)
    w.done(w.opening("ann"))
    w.done(w.opening("old", person_type=t.PERSON_TYPE_RETIRED))
    w.done(w.register("dan"))
    w.done(w.grant("ann", "dan"))
    yield w
    client.close()


def event(w, transaction, name):
    """The event of a transaction's first entry, as it is stored."""
    return getattr(parse(w.entries(transaction.first_position)[0]), name)


@pytest.mark.feature(1, 3)
def test_the_agency_opens_and_the_holder_activates(world):
    """Two entries of two actors; where it was activated is kept."""
    w = world
    agency, app = ((("x-dev-actor", actor),) for actor in ("agency", "citizen-app"))
    opened = w.done(w.open("new"), metadata=agency)
    w.done(w.deposit("new", 70))
    assert reason_of(w.send(w.purchase("new"))) == "ACCOUNT_NOT_ACTIVATED"
    activated = w.done(w.activate("new"), metadata=app)
    assert event(w, activated, "account_activated").activation.channel == t.CHANNEL_APP
    first, second = (parse(w.entries(each.first_position)[0]).header.actor for each in (opened, activated))
    assert first != second
    assert w.done(w.purchase("new", 70)).split.own_account == 70


@pytest.mark.feature(2, 74)
def test_the_account_says_how_it_stands_and_when(world):
    """State, balance and the position up to which both are true, also right after a change."""
    w = world
    w.done(w.report("ann"))
    last = w.done(w.deposit("ann", 5)).last_position
    told = w.send(q.GetAccountRequest(name=w.account("ann")))
    assert (told.account.state, told.account.loss) == (t.ACCOUNT_STATE_FROZEN, t.LOSS_KIND_PROVISIONAL)
    assert (told.account.balance, told.position >= last) == (1_005, True)


@pytest.mark.feature(7, 8)
@pytest.mark.parametrize("credential", CREDENTIALS)
def test_any_credential_of_one_account(world, credential):
    """The account belongs to the person; which credential was shown is kept with the purchase."""
    bought = world.done(world.purchase("ann", 5, credential=credential))
    assert event(world, bought, "purchase_settled").purchase.credential == credential


@pytest.mark.feature(13)
def test_kinds_of_insured_person(world):
    """Active, retired, flexible: kept with the account and with each purchase."""
    w = world
    for number, kind in enumerate((1, 2, 3)):
        w.done(w.opening(f"person {number}", person_type=kind))
        assert w.state(f"person {number}").person_type == kind
        bought = w.done(w.purchase(f"person {number}", 5))
        assert event(w, bought, "purchase_settled").person_type == kind


@pytest.mark.feature(14, 23)
def test_a_month_is_credited_once_for_each_source(world):
    """A batch of the month can be run again; another id for the same month is refused."""
    w = world
    request = w.deposit("ann", 160, period=202511)
    first = w.done(request)
    assert w.done(request).first_position == first.first_position
    assert reason_of(w.send(w.deposit("ann", 160, period=202511))) == "DUPLICATE_CONTRIBUTION_PERIOD"
    w.done(w.deposit("ann", 40, period=202511, source=t.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION))
    w.done(w.deposit("ann", 160, period=202512))
    assert w.state("ann").balance == 1_000 + 160 + 40 + 160


@pytest.mark.feature(16, 22)
@pytest.mark.parametrize("source", SOURCES)
def test_deposits_by_source(world, source):
    """Own and employer's part, the pooled fund's fixed sum for retirees, a subsidy."""
    who = "old" if source == t.DEPOSIT_SOURCE_POOL_ALLOCATION else "ann"
    done = world.done(world.deposit(who, 30, source=source))
    assert event(world, done, "deposit_posted").deposit.source == source
    assert world.state(who).balance == 1_030


@pytest.mark.feature(24)
@pytest.mark.parametrize("channel", CHANNELS)
def test_deposits_by_channel(world, channel):
    """Every channel is kept; a voluntary top-up needs a region that allows it."""
    done = world.done(world.deposit("ann", 30, channel=channel))
    assert event(world, done, "deposit_posted").deposit.channel == channel
    topup = world.deposit("ann", 30, channel=channel, source=t.DEPOSIT_SOURCE_VOLUNTARY_TOPUP)
    assert reason_of(world.send(topup)) == "VOLUNTARY_TOPUP_NOT_ALLOWED"


@pytest.mark.feature(21, 25)
def test_an_external_payment_counts_once(world):
    """Its reference is unique while the deposit stands; money that was paid twice goes back."""
    w = world
    paid = t.Confidential(payment_ref="P-7")
    first = w.done(w.deposit("ann", 50, channel=t.CHANNEL_THIRD_PARTY, sealed=paid))
    assert reason_of(w.send(w.deposit("old", 50, sealed=paid))) == "DUPLICATE_PAYMENT_REFERENCE"
    w.done(w.reverse(first.first_position))
    w.done(w.deposit("old", 50, sealed=paid))
    assert (w.state("ann").balance, w.state("old").balance) == (1_000, 1_050)


@pytest.mark.feature(26, 28, 34)
@pytest.mark.parametrize("category", [t.CATEGORY_REGISTRATION, t.CATEGORY_DRUG, t.CATEGORY_VACCINE])
def test_what_accounts_pay_for(world, category):
    """For the holder and for a relative who has no account."""
    own = world.done(world.purchase("ann", 20, category=category))
    other = world.done(world.purchase("dan", 20, category=category))
    assert own.split.own_account == 20
    assert [share.amount for share in other.split.shared] == [20]
    assert event(world, own, "purchase_settled").purchase.category == category


@pytest.mark.feature(29, 30, 44)
def test_each_benefit_has_sums_of_its_own(world):
    """An inpatient stay counts as an admission, the rest as visits; deductible and fund by year and benefit."""
    w = world
    centre = c.UpstreamSplit(deductible=4, pooled=6)
    for benefit in (t.BENEFIT_CHRONIC, t.BENEFIT_HYPERTENSION, t.BENEFIT_CHRONIC):
        w.done(w.purchase("ann", 20, benefit=benefit, upstream=centre))
    w.done(w.purchase("ann", 20, category=t.CATEGORY_INPATIENT, upstream=centre))
    found = {
        each.benefit: (each.deductible, each.pooled, each.visits, each.admissions)
        for each in w.state("ann").accumulators
    }
    assert found == {
        t.BENEFIT_CHRONIC: (8, 12, 2, 0),
        t.BENEFIT_HYPERTENSION: (4, 6, 1, 0),
        t.BENEFIT_INPATIENT: (4, 6, 0, 1),
    }


@pytest.mark.feature(31, 57)
def test_accounts_do_not_pay_what_lies_outside_of_the_catalogue(world):
    """Neither the holder's nor a relative's: cash; what the person has to bear inside is paid."""
    bill = t.Bill(total=100, in_scope=60, pre_self_pay=10, over_limit_self_pay=10, full_self_pay=20)
    centre = c.UpstreamSplit(pooled=40)
    for who in ("ann", "dan"):
        split = world.done(world.purchase(who, bill=bill, upstream=centre)).split
        assert (split.account_payable, split.own_account + sum(each.amount for each in split.shared)) == (30, 30)
        assert split.cash == 30


@pytest.mark.feature(41)
def test_documents_by_reference(world):
    """Kinds and hashes travel sealed: the same purchase with another document is another content."""
    w = world
    form = t.Confidential(documents=[t.Document(kind=t.EVIDENCE_KIND_OTHER, sha256=bytes(32))])
    request = w.purchase("ann", 20, sealed=form)
    done = w.done(request)
    assert parse(w.entries(done.first_position)[0]).HasField("sealed")
    request.purchase.confidential.documents[0].sha256 = b"\1" * 32
    conflict = details(w.send(request))[0]
    assert (conflict.reason, conflict.metadata["field"]) == ("IDEMPOTENCY_CONFLICT", "confidential.documents")


@pytest.mark.feature(51)
def test_an_excluded_bill_has_no_pooled_part(world):
    """Whoever else is liable: a split that says otherwise is refused."""
    w = world
    excluded = {"exclusion_reason": "THIRD_PARTY_LIABLE"}
    pooled = w.purchase("ann", 20, upstream=c.UpstreamSplit(pooled=1), **excluded)
    assert reason_of(w.send(pooled)) == "AMOUNT_MISMATCH"
    assert w.done(w.purchase("ann", 20, **excluded)).split.own_account == 20


@pytest.mark.feature(60)
def test_an_invoice_is_settled_once(world):
    """At one institution; when the settlement is reversed it may be settled again."""
    w = world
    invoice = t.Confidential(invoice_number="I-9")
    first = w.done(w.purchase("ann", 20, sealed=invoice))
    assert reason_of(w.send(w.purchase("dan", 20, sealed=invoice))) == "DUPLICATE_REIMBURSEMENT"
    w.done(w.purchase("ann", 20, sealed=invoice, institution="H2"))
    w.done(w.reverse(first.first_position))
    w.done(w.purchase("dan", 20, sealed=invoice))


@pytest.mark.feature(63)
@pytest.mark.parametrize("channel", [t.CHANNEL_PHONE, t.CHANNEL_APP, t.CHANNEL_AGENCY_COUNTER, t.CHANNEL_WEB])
def test_a_loss_takes_effect_at_once(world, channel):
    """By telephone, app, counter or web; a second report freezes nothing twice."""
    w = world
    loss = c.LossReport(kind=t.LOSS_KIND_PROVISIONAL, channel=channel)
    reported = w.done(pb.ReportLossRequest(loss=loss, **w.common("ann")))
    assert [entry.type for entry in reported.entries] == ["loss_reported", "account_frozen"]
    assert reason_of(w.send(w.purchase("ann"))) == "ACCOUNT_FROZEN"
    assert len(w.done(w.report("ann")).entries) == 1
    assert event(w, reported, "loss_reported").loss.channel == channel


@pytest.mark.feature(54)
def test_a_retry_after_a_timeout_is_safe(world):
    """A caller that gave up asks again with the same id: one settlement, the same answer."""
    w = world
    request = w.purchase("ann", 20)
    request.effective_time.CopyFrom(Timestamp(seconds=int(time.time())))
    w.client.commands.RecordPurchase.future(request).cancel()  # before or after it was recorded: nobody knows
    first, second = w.done(request), w.done(request)
    assert first.first_position == second.first_position
    assert w.state("ann").balance == 980


MARKED = """
import pytest

@pytest.mark.feature(1)
def test_no_call():
    pass

@pytest.mark.feature(1)
@pytest.mark.skip
def test_skipped():
    pass

@pytest.mark.feature(1)
def test_skips_itself():
    pytest.skip("not today")

@pytest.mark.feature(1)
def test_calls():
    from tests.wire import Wire
    Wire.calls += 1

def test_unmarked():
    pass
"""


def test_a_mark_needs_a_call_and_allows_no_skip(tmp_path):
    """What the page lists has run and has gone over the wire."""
    place = tmp_path / "test_marked.py"
    place.write_text(MARKED)
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-q", "-rA", "-c", str(ROOT / "pyproject.toml")]
    run = [sys.executable, "-m", "pytest", *options, f"--rootdir={tmp_path}", str(place)]
    said = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60).stdout
    ended = {name: word for word, name in re.findall(r"^(\w+) \S*?::(test_\w+)", said, re.MULTILINE)}
    assert {name for name, word in ended.items() if word == "PASSED"} == {"test_calls", "test_unmarked"}, said
    assert "2 failed, 2 passed, 1 error" in said  # an error: a skip in its mark ends a test before it begins


def test_a_feature_without_a_test_is_found():
    """The page cannot say more than the marks, nor less."""
    table = sections()
    numbers = [feature.number for rows in table.values() for feature in rows]
    assert numbers == list(range(1, 86))
    tests = {feature.number: {"m.t": 1} for rows in table.values() for feature in rows if feature.state == "built"}
    assert mistakes(table, tests) == []
    assert mistakes(table, {**tests, 55: {}}) == [
        "feature 55 is listed as built, and no test over gRPC is marked with it"
    ]
    assert mistakes(table, {**tests, 17: {"m.t": 1}, 99: {"m.t": 1}}) == [
        "feature 99 of a mark is not in the table",
        "feature 17 has tests and is listed as outside",
    ]
    assert "| 17 | years of contribution | 累计缴费年限 | outside |" in page(table, tests)
