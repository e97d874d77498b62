"""Rules of granting, revoking and using family shares."""

from __future__ import annotations

import pytest

from ledger.domain import entry_types as types
from ledger.domain.names import parse_account
from ledger.domain.shares import NEAR_RELATIVES
from ledger.v1 import types_pb2
from tests.test_domain_ledger import (
    DAY,
    NOW,
    OTHER_CODE,
    Ledger,
    account,
    content,
    expect,
    instant,
    kinds,
    person,
    stream_of,
)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def family() -> Ledger:
    """A child without money, and two payers with 100 and 50 fen."""
    ledger = Ledger()
    ledger.open("C")
    ledger.open("P", 100)
    ledger.open("Q", 50)
    return ledger


def shared(recorded) -> dict[bytes, int]:
    """Who paid how much."""
    return {parse_account(each.payer)[1]: each.amount for each in recorded.event.split.shared}


def paid(**amounts: int) -> dict[bytes, int]:
    """Expected payments, by label."""
    return {stream_of(label): amount for label, amount in amounts.items()}


@pytest.mark.parametrize("relation", types_pb2.Relation.values())
def test_near_relatives_only(family, relation):
    if relation in NEAR_RELATIVES:
        family.grant("P", "C", relation=relation)
        assert family["P"].grants[stream_of("C")].relation == relation
        assert family["C"].payers == (stream_of("P"),)
    else:
        expect("RELATION_NOT_PERMITTED", family.grant, "P", "C", relation=relation)


def test_there_are_six_near_relatives():
    names = {types_pb2.Relation.Name(each).removeprefix("RELATION_") for each in NEAR_RELATIVES}
    assert names == {"SPOUSE", "PARENT", "CHILD", "SIBLING", "GRANDPARENT", "GRANDCHILD"}


GRANTS = [
    (lambda ledger: ledger.report_loss("P"), "ACCOUNT_FROZEN"),
    (lambda ledger: ledger.close("P"), "ACCOUNT_CLOSED"),
    (lambda ledger: ledger.grant("P", "C"), "SHARE_ALREADY_GRANTED"),
    (lambda ledger: (ledger.grant("P", "C"), ledger.revoke("P", "C")), None),
    (lambda ledger: ledger.report_loss("C"), None),
]


@pytest.mark.parametrize(("given", "reason"), GRANTS)
def test_who_may_grant(family, given, reason):
    given(family)
    if reason:
        expect(reason, family.grant, "P", "C")
    else:
        family.grant("P", "C")


def test_grants_that_make_no_sense(family):
    expect("SHARE_WITH_SELF", family.grant, "P", "P")
    expect("PERSON_NOT_FOUND", family.grant, "P", "nobody")
    expect("ACCOUNT_NOT_FOUND", family.grant, "nobody", "C")
    family.open("N", active=False)
    expect("ACCOUNT_NOT_ACTIVATED", family.grant, "N", "C")


def test_a_payer_grants_sixteen_at_most(family):
    for number in range(16):
        family.register(f"child {number}")
        family.grant("P", f"child {number}")
    refusal = expect("SHARE_LIMIT_EXCEEDED", family.grant, "P", "C")
    assert refusal.metadata == {"limit": "16"}
    family.revoke("P", "child 3")
    family.grant("P", "C")


def test_a_beneficiary_has_eight_payers_at_most(family):
    for number in range(8):
        family.open(f"payer {number}")
        family.grant(f"payer {number}", "C")
    refusal = expect("SHARE_LIMIT_EXCEEDED", family.grant, "P", "C")
    assert refusal.metadata == {"limit": "8"}
    family.revoke("payer 3", "C")
    family.grant("P", "C")
    assert family["C"].payers[-1] == stream_of("P")


def test_a_relative_of_another_ledger_is_noted_by_the_payer_only(family):
    abroad = person("X", OTHER_CODE)
    grant = content.ShareGrant(beneficiary=abroad, relation=types_pb2.RELATION_CHILD)
    legs = family.run(kinds.GRANT_SHARE, grant, "P")
    assert [leg.type for leg in legs] == [types.SHARE_GRANTED]
    # The same id in this ledger is not what was granted.
    family.open("X")
    expect("SHARE_NOT_AUTHORIZED", family.purchase, "X", 10, payers=[account("P")])
    expect("SHARE_NOT_AUTHORIZED", family.revoke, "P", "X")
    revocation = content.ShareRevocation(beneficiary=abroad)
    legs = family.run(kinds.REVOKE_SHARE, revocation, "P")
    assert [leg.type for leg in legs] == [types.SHARE_REVOKED]
    assert not family["P"].grants


@pytest.mark.parametrize("change", ["report_loss", "close"])
def test_revoking_is_possible_in_every_state(family, change):
    family.grant("P", "C")
    getattr(family, change)("P")
    family.revoke("P", "C")
    assert not family["P"].grants
    assert not family["C"].payers
    expect("SHARE_NOT_AUTHORIZED", family.revoke, "P", "C")


SKIPPED = [
    lambda ledger: ledger.report_loss("P"),
    lambda ledger: ledger.close("P"),
    lambda ledger: ledger.purchase("P", 100),
]


@pytest.mark.parametrize("given", SKIPPED)
@pytest.mark.parametrize("named", [True, False])
def test_payers_who_cannot_pay_are_skipped(family, given, named):
    family.grant("P", "C")
    family.grant("Q", "C")
    given(family)
    payers = [account("P"), account("Q")] if named else []
    assert shared(family.purchase("C", 30, payers=payers)) == paid(Q=30)


def test_an_expired_grant_is_skipped_but_not_when_it_is_named(family):
    family.grant("P", "C", expire_time={"seconds": (NOW + DAY) // 1_000_000})
    family.grant("Q", "C")
    assert shared(family.purchase("C", 10)) == paid(P=10)
    family.now = NOW + DAY
    assert shared(family.purchase("C", 10)) == paid(Q=10)
    expect("SHARE_NOT_AUTHORIZED", family.purchase, "C", 10, payers=[account("P")])
    # What counts is when it happened, not when it is recorded.
    purchase = family.purchase("C", 10).event.purchase
    back = family.run(kinds.RECORD_PURCHASE, purchase, "C", at=NOW)
    assert shared(back[0]) == paid(P=10)


def test_payers_are_asked_in_the_named_order_else_in_binding_order(family):
    family.grant("Q", "C")
    family.grant("P", "C")
    assert shared(family.purchase("C", 60)) == paid(Q=50, P=10)
    family.deposit("Q", 50)
    named = [account("P"), account("Q")]
    assert shared(family.purchase("C", 100, payers=named)) == paid(P=90, Q=10)
    assert shared(family.purchase("C", 10, payers=[account("Q")])) == paid(Q=10)
    assert shared(family.purchase("C", 10, shares_unused=True)) == {}


def test_a_payer_named_twice_pays_once(family):
    family.grant("P", "C")
    bought = family.purchase("C", 150, payers=[account("P"), account("P")])
    assert shared(bought) == paid(P=100)
    assert bought.event.split.cash == 50


def test_a_payer_of_another_ledger_cannot_be_asked(family):
    family.grant("P", "C")
    payers = [account("P"), account("P", OTHER_CODE)]
    reason = "SHARE_ACROSS_LEDGERS_NOT_SUPPORTED"
    refusal = expect(reason, family.purchase, "C", 10, payers=payers)
    assert refusal.metadata == {"payer": payers[1]}


def test_limits_of_a_grant(family):
    family.grant("P", "C", purchase_limit=30, year_limit=50)
    assert shared(family.purchase("C", 40)) == paid(P=30)
    second = family.purchase("C", 40)
    assert shared(second) == paid(P=20)
    assert shared(family.purchase("C", 40)) == {}
    family.reverse(second.position)
    assert shared(family.purchase("C", 5)) == paid(P=5)
    family.now = instant("2026-01-01 00:00")
    assert shared(family.purchase("C", 40)) == paid(P=30)


def test_the_year_of_a_grant_is_that_of_the_effective_time(family):
    family.grant("P", "C", year_limit=50)
    last_year = types_pb2.CivilDate(year=2024, month=12, day=31)
    assert shared(family.purchase("C", 40, service_date=last_year)) == paid(P=40)
    assert shared(family.purchase("C", 40)) == paid(P=10)
    assert family["P"].grant_use == {(stream_of("C"), 2025): 50}


def test_a_new_grant_does_not_forget_what_the_year_used(family):
    family.grant("P", "C", year_limit=50)
    family.purchase("C", 45)
    family.revoke("P", "C")
    family.grant("P", "C", year_limit=50)
    assert shared(family.purchase("C", 45)) == paid(P=5)
    family.revoke("P", "C")
    family.grant("P", "C", year_limit=10)
    assert shared(family.purchase("C", 45)) == {}


def test_a_share_payment_names_its_purchase(family):
    family.grant("P", "C")
    bought = family.purchase("C", 10)
    leg = family.log[-1]
    assert leg.type == types.SHARE_PAID
    assert leg.event.purchase_position == bought.position == leg.position - 1
    assert (leg.event.beneficiary, leg.event.year) == (stream_of("C"), 2025)
    assert leg.balance_change == -10
