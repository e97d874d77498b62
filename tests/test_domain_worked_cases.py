"""The worked cases of the domain, literally: fen, and splits as the settlement centre gives them.

Replays of one request id (part of G55 and G62) belong to the log and are tested there.
"""

from __future__ import annotations

import pytest

from ledger.domain.names import parse_account
from ledger.v1 import types_pb2
from tests.test_domain_ledger import Ledger, account, content, expect, instant, kinds, purchase

DRUG = types_pb2.CATEGORY_DRUG


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def split(recorded) -> dict:
    """The split of a settled or reversed purchase, as the cases write it."""
    found = recorded.event.split
    return {
        "deductible": found.deductible,
        "pooled": found.pooled,
        "personal": found.personal,
        "own_account": found.own_account,
        "shared": [(parse_account(share.payer)[1], share.amount) for share in found.shared],
        "cash": found.cash,
    }


def parts(deductible: int, pooled: int, personal: int, own_account: int, shared: dict, cash: int) -> dict:
    """An expected split; `shared` maps labels of payers to fen."""
    return {
        "deductible": deductible,
        "pooled": pooled,
        "personal": personal,
        "own_account": own_account,
        "shared": [(parse_account(account(who))[1], fen) for who, fen in shared.items()],
        "cash": cash,
    }


def test_g28_insufficient_balance_is_no_refusal(ledger):
    ledger.open("A", 10_000)
    bought = ledger.purchase("A", 100_000, deductible=20_000, pooled=48_000)
    assert split(bought) == parts(20_000, 48_000, 52_000, 10_000, {}, 42_000)
    assert ledger["A"].balance == 0


def test_g29_empty_account_all_cash_still_one_event(ledger):
    ledger.open("A", 0)
    bought = ledger.purchase("A", 8_880, category=DRUG)
    assert split(bought) == parts(0, 0, 8_880, 0, {}, 8_880)
    assert bought.legs == 1
    assert ledger["A"].balance == 0


def test_g30_patient_does_not_use_the_account(ledger):
    ledger.open("A", 100_000)
    bought = ledger.purchase("A", 100_000, deductible=20_000, pooled=48_000, own_account_unused=True)
    assert split(bought) == parts(20_000, 48_000, 52_000, 0, {}, 52_000)
    assert ledger["A"].balance == 100_000


def test_g31_out_of_catalogue_part_is_cash(ledger):
    ledger.open("A", 100_000)
    bought = ledger.purchase("A", 30_000, in_scope=20_000, full_self_pay=10_000, pooled=12_000)
    assert split(bought) == parts(0, 12_000, 18_000, 8_000, {}, 10_000)
    assert ledger["A"].balance == 92_000


def test_g33_bill_parts_do_not_add_up(ledger):
    ledger.open("A", 100_000)
    expect("AMOUNT_MISMATCH", ledger.purchase, "A", 100_001, in_scope=100_000)
    assert ledger["A"].balance == 100_000


def test_g34_father_pays_for_a_resident_child_without_account(ledger):
    ledger.open("F", 50_000)
    ledger.register("C")
    ledger.grant("F", "C")
    bought = ledger.purchase("C", 20_000, pooled=10_000)
    assert split(bought) == parts(0, 10_000, 10_000, 0, {"F": 10_000}, 0)
    assert ledger["F"].balance == 40_000


def test_g35_own_then_payers_in_binding_order_then_cash(ledger):
    ledger.open("B", 5_000)
    ledger.open("P", 8_000)
    ledger.open("Q", 5_000)
    ledger.grant("P", "B", relation=types_pb2.RELATION_SPOUSE)
    ledger.grant("Q", "B", relation=types_pb2.RELATION_PARENT)
    bought = ledger.purchase("B", 20_000)
    assert split(bought) == parts(0, 0, 20_000, 5_000, {"P": 8_000, "Q": 5_000}, 2_000)
    assert [ledger[who].balance for who in "BPQ"] == [0, 0, 0]


def test_g36_named_payer_without_grant(ledger):
    ledger.open("B", 0)
    ledger.open("P", 8_000)
    expect("SHARE_NOT_AUTHORIZED", ledger.purchase, "B", 5_000, payers=[account("P")])
    assert [ledger[who].balance for who in "BP"] == [0, 8_000]


def test_g37_after_revocation_later_purchases_get_cash(ledger):
    ledger.open("B", 0)
    ledger.open("P", 8_000)
    ledger.grant("P", "B", relation=types_pb2.RELATION_SPOUSE)
    assert split(ledger.purchase("B", 5_000)) == parts(0, 0, 5_000, 0, {"P": 5_000}, 0)
    ledger.revoke("P", "B")
    assert split(ledger.purchase("B", 2_000)) == parts(0, 0, 2_000, 0, {}, 2_000)
    assert [ledger[who].balance for who in "BP"] == [0, 3_000]


def test_g39_parent_in_law_cannot_be_bound(ledger):
    ledger.open("P", 8_000)
    ledger.register("L")
    relation = types_pb2.RELATION_PARENT_IN_LAW
    expect("RELATION_NOT_PERMITTED", ledger.grant, "P", "L", relation=relation)
    assert ledger["P"].balance == 8_000


def test_g40_frozen_refuses_purchases_takes_deposits_and_refunds(ledger):
    ledger.open("A", 50_000)
    bought = ledger.purchase("A", 10_000, category=DRUG)
    assert split(bought) == parts(0, 0, 10_000, 10_000, {}, 0)
    ledger.report_loss("A")
    expect("ACCOUNT_FROZEN", ledger.purchase, "A", 3_000, category=DRUG)
    ledger.deposit("A", 16_000)
    assert split(ledger.reverse(bought.position)[0]) == parts(0, 0, 10_000, 10_000, {}, 0)
    assert ledger["A"].balance == 66_000


def test_g41_provisional_loss_lifted(ledger):
    ledger.open("A", 50_000)
    ledger.report_loss("A")
    ledger.lift_loss("A")
    bought = ledger.purchase("A", 3_000, category=DRUG)
    assert split(bought) == parts(0, 0, 3_000, 3_000, {}, 0)
    assert ledger["A"].balance == 47_000


def test_g42_formal_loss_cannot_be_lifted(ledger):
    ledger.open("A", 50_000)
    ledger.report_loss("A", types_pb2.LOSS_KIND_FORMAL)
    expect("FORMAL_LOSS_REQUIRES_REISSUE", ledger.lift_loss, "A")


def test_g48_lending_ban(ledger):
    ledger.open("A", 50_000)
    message = purchase(3_000, category=DRUG, presenter=types_pb2.PRESENTER_OTHER)
    expect("IDENTITY_MISMATCH", ledger.run, kinds.RECORD_PURCHASE, message, "A")
    agent = types_pb2.Agent(principal_id_ref="checked", agent_id_ref="checked")
    bought = ledger.run(kinds.RECORD_PURCHASE, message, "A", types_pb2.Confidential(agent=agent))[0]
    assert split(bought) == parts(0, 0, 3_000, 3_000, {}, 0)
    assert ledger["A"].balance == 47_000


def test_g49_not_activated_yet(ledger):
    ledger.open("A", 16_000, active=False)
    expect("ACCOUNT_NOT_ACTIVATED", ledger.purchase, "A", 3_000, category=DRUG)
    ledger.run(kinds.ACTIVATE_ACCOUNT, content.Activation(), "A")
    bought = ledger.purchase("A", 3_000, category=DRUG)
    assert split(bought) == parts(0, 0, 3_000, 3_000, {}, 0)
    assert ledger["A"].balance == 13_000


def test_g51_resident_scheme_has_no_personal_account(ledger):
    ledger.register("C")
    opening = content.AccountOpening(scheme=types_pb2.SCHEME_RESIDENT)
    expect("SCHEME_HAS_NO_PERSONAL_ACCOUNT", ledger.run, kinds.OPEN_ACCOUNT, opening, "C")
    assert ledger["C"].state == types_pb2.ACCOUNT_STATE_UNSPECIFIED


def test_g53_reversal_restores_balance_and_yearly_sums(ledger):
    ledger.open("A", 100_000)
    bought = ledger.purchase("A", 100_000, deductible=20_000, pooled=48_000)
    assert split(bought) == parts(20_000, 48_000, 52_000, 52_000, {}, 0)
    undone = ledger.reverse(bought.position)[0]
    assert split(undone) == parts(20_000, 48_000, 52_000, 52_000, {}, 0)
    assert ledger["A"].balance == 100_000
    year = ledger["A"].accumulators[2025, types_pb2.BENEFIT_OUTPATIENT]
    assert (year.deductible, year.pooled, year.eligible) == (0, 0, 0)


def test_g54_reversal_reports_the_cash_to_hand_back(ledger):
    ledger.open("A", 10_000)
    bought = ledger.purchase("A", 100_000, deductible=20_000, pooled=48_000)
    undone = ledger.reverse(bought.position)[0]
    assert split(undone) == parts(20_000, 48_000, 52_000, 10_000, {}, 42_000)
    assert ledger["A"].balance == 10_000


def test_g55_second_reversal_refused(ledger):
    ledger.open("A", 100_000)
    bought = ledger.purchase("A", 30_000)
    undone = ledger.reverse(bought.position)[0]
    assert split(undone) == parts(0, 0, 30_000, 30_000, {}, 0)
    expect("ALREADY_REVERSED", ledger.reverse, bought.position)
    expect("NOT_REVERSIBLE", ledger.reverse, undone.position)
    assert ledger["A"].balance == 100_000


def test_g61_spent_deposit_cannot_be_reversed(ledger):
    ledger.open("A", 0)
    posted = ledger.deposit("A", 16_000)
    ledger.purchase("A", 10_000, category=DRUG)
    expect("INSUFFICIENT_BALANCE", ledger.reverse, posted)
    assert ledger["A"].balance == 6_000


def test_g62_one_request_is_one_event(ledger):
    ledger.open("A", 0)
    entries = len(ledger.log)
    ledger.deposit("A", 16_000)
    assert len(ledger.log) == entries + 1
    assert ledger["A"].balance == 16_000


def test_g65_no_cash_out_but_death_pays_everything_out(ledger):
    ledger.open("A", 123_456)
    request = content.Closing(reason=types_pb2.CLOSE_REASON_PERSONAL_REQUEST)
    expect("WITHDRAWAL_NOT_PERMITTED", ledger.run, kinds.CLOSE_ACCOUNT, request, "A")
    ledger.close("A")
    paid_out = ledger.log[-1]
    assert (paid_out.event.amount, paid_out.balance_change) == (123_456, -123_456)
    expect("ACCOUNT_CLOSED", ledger.deposit, "A", 16_000)
    assert ledger["A"].balance == 0


def test_g67_refund_after_closing_goes_to_a_payable(ledger):
    ledger.open("A", 20_000)
    bought = ledger.purchase("A", 5_000, category=DRUG)
    ledger.close("A")
    assert ledger.log[-1].event.amount == 15_000
    undone = ledger.reverse(bought.position)[0]
    assert undone.event.payable_after_close == 5_000
    assert undone.balance_change == 0
    assert ledger["A"].balance == 0
    assert ledger["A"].payable_after_close == 5_000


def test_a_bill_of_new_years_eve_counts_in_its_own_year(ledger):
    ledger.open("A", 200_000)
    ledger.now = instant("2025-12-31 23:59:59")
    ledger.purchase("A", 50_000)
    ledger.now = instant("2026-01-01 00:00")
    ledger.purchase("A", 50_000, deductible=20_000, pooled=18_000)
    benefit = types_pb2.BENEFIT_OUTPATIENT
    assert ledger["A"].accumulators[2025, benefit].pooled == 0
    assert ledger["A"].accumulators[2026, benefit].pooled == 18_000
