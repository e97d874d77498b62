"""Family sharing over the wire: who is asked in which order, until when, how much, and who used what."""

from __future__ import annotations

import pytest
from google.rpc.status_pb2 import Status

from ledger.policy import seeds
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd
from tests.world import World, details, item, reason_of

HOUR = 3_600
ENGLISH = (("accept-language", "en"),)


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture
def world(database, service):
    """A child without money, and two payers with 100 and 50 fen."""
    client = Client(service.channel())
    w = World(client, database.new_ledger())
    w.batch(item(w.opening("kid", 0)), item(w.opening("ann", 100)), item(w.opening("bob", 50)))
    yield w
    client.close()
    assert database.defects(w.code) == []


def paid(w, transaction):
    """Who paid how much, in the order in which they were asked."""
    people = {w.account(who): who for who in w.ids}
    return [(people[share.payer], share.amount) for share in transaction.split.shared]


def use(w, who, year=0):
    """Who used what of somebody's money."""
    return w.send(q.GetShareUseRequest(account=w.account(who), year=year))


def names(w, accounts):
    """The words for account names."""
    people = {w.account(who): who for who in w.ids}
    return [people[name] for name in accounts]


@pytest.mark.feature(55)
def test_payers_are_asked_in_the_order_of_binding_until_it_is_changed(world):
    """Whoever is named goes first, the others follow as they did, and a new payer comes last."""
    w = world
    w.done(w.grant("ann", "kid"))
    w.done(w.grant("bob", "kid"))
    assert paid(w, w.done(w.purchase("kid", 110))) == [("ann", 100), ("bob", 10)]
    w.done(w.deposit("ann", 100))
    ordered = w.done(w.order("kid", "bob"))
    assert [entry.type for entry in ordered.entries] == ["payers_ordered"]
    assert names(w, w.state("kid").payers) == ["bob", "ann"]
    assert paid(w, w.done(w.purchase("kid", 110))) == [("bob", 40), ("ann", 70)]
    w.done(w.opening("cat", 30))
    w.done(w.grant("cat", "kid"))
    w.done(w.order("kid", "cat", "ann"))
    assert names(w, w.state("kid").payers) == ["cat", "ann", "bob"]


@pytest.mark.feature(56)
def test_somebody_without_an_account_has_payers_too(world):
    """A beneficiary needs no account: the order of the payers belongs to the person."""
    w = world
    w.done(w.register("dan"))
    for payer in ("ann", "bob"):
        w.done(w.grant(payer, "dan"))
    w.done(w.order("dan", "bob", "ann"))
    assert paid(w, w.done(w.purchase("dan", 60))) == [("bob", 50), ("ann", 10)]


@pytest.mark.feature(55)
@pytest.mark.parametrize("relation", [1, 2, 3, 4, 5, 6])
def test_every_near_relative_may_share(world, relation):
    """Spouse, parents, children, siblings, grandparents and grandchildren."""
    world.done(world.grant("ann", "kid", relation=relation))
    assert world.state("ann").grants[0].relation == relation


@pytest.mark.feature(55)
def test_a_grant_that_has_ended_counts_for_nothing(world):
    """It pays no more, is not shown, takes no place, and may be given anew; the payer then comes last."""
    w = world
    w.done(w.grant("ann", "kid", at=-2 * HOUR, until=-HOUR))
    w.done(w.grant("bob", "kid"))
    assert not w.state("ann").grants
    assert names(w, w.state("kid").payers) == ["bob"]
    assert paid(w, w.done(w.purchase("kid", 10))) == [("bob", 10)]
    assert reason_of(w.send(w.purchase("kid", 10, payers=["ann"]))) == "SHARE_NOT_AUTHORIZED"
    assert reason_of(w.send(w.order("kid", "ann"))) == "SHARE_NOT_AUTHORIZED"
    assert reason_of(w.send(w.transfer("ann", "kid"))) == "SHARE_NOT_AUTHORIZED"
    assert [each.state for each in use(w, "ann").uses] == [q.SHARE_STATE_ENDED]
    w.done(w.grant("ann", "kid", until=HOUR))
    assert names(w, w.state("kid").payers) == ["bob", "ann"]
    assert paid(w, w.done(w.purchase("kid", 60))) == [("bob", 40), ("ann", 20)]


def test_a_purchase_of_its_time_may_be_recorded_late(world):
    """What counts is when it happened; only a revocation counts at once, even after the grant's own end."""
    w = world
    w.done(w.grant("ann", "kid", at=-2 * HOUR, until=-HOUR))
    assert paid(w, w.done(w.purchase("kid", 10, at=-3 * HOUR))) == []
    assert paid(w, w.done(w.purchase("kid", 10, at=-HOUR - 60))) == [("ann", 10)]
    assert paid(w, w.done(w.purchase("kid", 10, at=-HOUR + 60))) == []
    w.done(w.revoke("ann", "kid"))
    assert paid(w, w.done(w.purchase("kid", 10, at=-HOUR - 60))) == []


def test_a_revocation_counts_at_once_for_purchases_that_are_recorded_late(world):
    """Whatever the stated time: the payer's word is the newest state."""
    w = world
    w.done(w.grant("ann", "kid", at=-HOUR))
    w.done(w.revoke("ann", "kid"))
    late = w.purchase("kid", 10, at=-600, payers=["ann"])
    assert reason_of(w.send(late)) == "SHARE_NOT_AUTHORIZED"


def test_ended_grants_make_room(world):
    """Eight payers whose grants have ended hinder nobody; eight whose grants hold do."""
    w = world
    for number in range(8):
        w.done(w.opening(f"payer {number}", 10))
        w.done(w.grant(f"payer {number}", "kid", at=-2 * HOUR, until=-HOUR if number else HOUR))
    answer = w.done(w.grant("ann", "kid"))
    assert [entry.type for entry in answer.entries] == ["share_granted", "payer_bound", *["payer_unbound"] * 7]
    assert names(w, w.state("kid").payers) == ["payer 0", "ann"]
    for number in range(1, 7):
        w.done(w.grant(f"payer {number}", "kid"))
    assert reason_of(w.send(w.grant("bob", "kid"))) == "SHARE_LIMIT_EXCEEDED"


def test_a_payers_ended_grants_make_room(world):
    """Sixteen beneficiaries at once, not sixteen for ever."""
    w = world
    people = [f"child {number}" for number in range(17)]
    w.batch(*(item(w.register(who)) for who in people))
    for who in people[:16]:
        w.done(w.grant("ann", who, at=-2 * HOUR, until=-HOUR))
    answer = w.done(w.grant("ann", people[16]))
    assert [entry.type for entry in answer.entries] == ["share_granted", "payer_bound", *["share_revoked"] * 16]
    assert [grant.beneficiary for grant in w.state("ann").grants] == [w.person(people[16])]


@pytest.mark.feature(55)
def test_limits_of_a_purchase_and_of_a_year_and_what_they_leave(world):
    """The account shows what is left; a reversal gives it back."""
    w = world
    w.done(w.grant("ann", "kid", purchase_limit=30, year_limit=50))
    first = w.done(w.purchase("kid", 40))
    assert (paid(w, first), first.split.cash) == ([("ann", 30)], 10)
    (grant,) = w.state("ann").grants
    assert (grant.used, grant.year_left, grant.purchase_limit, grant.year_limit) == (30, 20, 30, 50)
    second = w.done(w.purchase("kid", 40))
    assert paid(w, second) == [("ann", 20)]
    assert w.state("ann").grants[0].year_left == 0
    assert paid(w, w.done(w.purchase("kid", 40))) == []
    w.done(w.reverse(second.first_position))
    assert w.state("ann").grants[0].year_left == 20
    w.done(w.grant("ann", "bob"))
    assert not w.state("ann").grants[1].HasField("year_left")


@pytest.mark.feature(55)
def test_who_spent_what_of_my_money(world):
    """By beneficiary and civil year, the greatest sum first; what was revoked is still told."""
    w = world
    w.done(w.grant("ann", "kid", year_limit=60, at=-400 * 24 * HOUR))
    w.done(w.grant("ann", "bob"))
    w.done(w.purchase("bob", 55))
    w.done(w.purchase("kid", 40))
    last_year = w.done(w.purchase("kid", 7, at=-366 * 24 * HOUR))
    told = use(w, "ann")
    assert [(each.beneficiary, each.used) for each in told.uses] == [(w.person("kid"), 40), (w.person("bob"), 5)]
    assert (told.uses[0].year_left, told.uses[0].relation, told.used) == (20, t.RELATION_SPOUSE, 45)
    assert not told.uses[1].HasField("year_left")
    assert list(told.years) == [told.year, told.year - 1]
    before = use(w, "ann", told.year - 1)
    assert [(each.used, each.year_left) for each in before.uses[:1]] == [(7, 53)]
    w.done(w.revoke("ann", "kid"))
    assert [each.state for each in use(w, "ann").uses] == [q.SHARE_STATE_REVOKED, q.SHARE_STATE_HOLDING]
    w.done(w.reverse(last_year.first_position))
    assert list(use(w, "ann").years) == [told.year]


def test_bad_questions_about_use(world):
    """Every field at fault is named; an account that is not there is not there."""
    w = world
    answer = w.send(q.GetShareUseRequest(account="x", year=1, consistency=9))
    assert details(answer)[1] == ["account", "year", "consistency"]
    assert details(w.send(q.GetShareUseRequest()))[1] == ["account"]
    assert reason_of(use(w, "nobody")) == "ACCOUNT_NOT_FOUND"
    w.done(w.register("dan"))
    assert reason_of(use(w, "dan")) == "ACCOUNT_NOT_FOUND"
    reader = (("x-dev-rights", "POST_DEPOSIT"),)
    ask = q.GetShareUseRequest(account=w.account("ann"))
    assert reason_of(w.send(ask, metadata=reader)) == "PERMISSION_DENIED"


def publish_rules(w, **rules):
    """Rules that hold for all benefits of the region from 2025 on, proposed and approved; `H1` is designated."""
    head = {"format": 1, "policy": "rules", "kind": "REGION", "region": "410100", "effective_from": "2025-01-01"}
    source = {"title": "a test", "text": "invented"}
    draft = seeds.draft(w.code, {**head, "source": source, **rules})
    proposal = pb.ProposePolicyRequest(ledger=w.ledger, draft=draft, **w.common())
    w.done(w.review(w.done(proposal, metadata=(("x-dev-actor", "first"),)).first_position))
    since = t.CivilDate(year=2025, month=1, day=1)
    designation = c.InstitutionDesignation(
        institution="H1",
        kind=t.INSTITUTION_KIND_HOSPITAL,
        level=t.INSTITUTION_LEVEL_TERTIARY,
        region="410100",
        effective_from=since,
    )
    name = f"{w.ledger}/institutions/H1"
    w.done(pb.DesignateInstitutionRequest(institution=name, designation=designation, **w.common()))


@pytest.mark.feature(57)
def test_relatives_may_pay_for_less_than_the_holder(world):
    """A region's list for relatives: they are not asked for anything else, and refuse when they are named."""
    w = world
    w.done(w.grant("ann", "bob"))
    publish_rules(w, shared_categories=["OUTPATIENT", "DRUG", "HOME_DEVICE", "CONSUMABLE"])
    vaccine = {"category": t.CATEGORY_VACCINE}
    bought = w.done(w.purchase("bob", 60, **vaccine))
    assert (bought.split.own_account, list(bought.split.shared), bought.split.cash) == (50, [], 10)
    refused = w.send(w.purchase("bob", 60, payers=["ann"], **vaccine))
    assert (reason_of(refused), details(refused)[0].metadata["category"]) == (
        "SHARE_CATEGORY_NOT_PERMITTED",
        "VACCINE",
    )
    assert paid(w, w.done(w.purchase("bob", 60, category=t.CATEGORY_HOME_DEVICE))) == [("ann", 60)]
    before = w.purchase("kid", 20, service_date=t.CivilDate(year=2024, month=12, day=31), **vaccine)
    w.done(w.grant("ann", "kid"))
    assert reason_of(w.send(before)) == "INSTITUTION_NOT_DESIGNATED"


def test_a_region_says_who_is_a_relative(world):
    """The national list counts until a region publishes one."""
    w = world
    in_law = {"relation": t.RELATION_PARENT_IN_LAW}
    assert reason_of(w.send(w.grant("ann", "bob", **in_law))) == "RELATION_NOT_PERMITTED"
    publish_rules(w, relations=["SPOUSE", "PARENT_IN_LAW"])
    w.done(w.grant("ann", "bob", **in_law))
    assert reason_of(w.send(w.grant("ann", "kid", relation=t.RELATION_SIBLING))) == "RELATION_NOT_PERMITTED"


@pytest.mark.feature(55)
def test_a_payer_of_another_region_is_pointed_to_the_wallet(world):
    """A grant may name a relative of any ledger, but bind-and-deduct works inside one; both sentences say how."""
    w = world
    abroad = f"ledgers/340100/persons/{w.id('abroad')}"
    w.done(w.grant("ann", abroad, year_limit=9))
    assert w.state("ann").grants[0].beneficiary == abroad
    ask = w.purchase("kid", 10, payers=[f"ledgers/340100/accounts/{w.id('ann')}"])
    for metadata, word in (((), "医保钱包"), (ENGLISH, "wallet")):
        refused = w.send(ask, metadata=metadata)
        info, _, spoken = details(refused)
        assert isinstance(refused, Status)
        assert info.reason == "SHARE_ACROSS_LEDGERS_NOT_SUPPORTED"
        assert word in spoken.message
