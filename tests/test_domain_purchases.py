"""Rules of bills, splits, yearly sums and unique keys of purchases."""

from __future__ import annotations

import pytest

from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.v1 import types_pb2
from ledger.v1.types_pb2 import Confidential, FundPayment
from tests.test_domain_ledger import Ledger, account, expect, instant, kinds, purchase

OUTPATIENT = types_pb2.BENEFIT_OUTPATIENT
INPATIENT = types_pb2.BENEFIT_INPATIENT


@pytest.fixture
def ledger() -> Ledger:
    """A holder with 100 fen and a relative with 1,000."""
    ledger = Ledger()
    ledger.open("A", 100)
    ledger.open("P", 1_000)
    return ledger


def fund(amount: int, code: str = "610100") -> FundPayment:
    """Money of another fund."""
    return FundPayment(fund=code, amount=amount)


MISMATCHES = [
    # fields of a bill of 1,000 fen and of its split, and words of the detail
    ({"in_scope": 999}, "total 1000 is not in_scope 999"),
    ({"in_scope": 1_000, "pre_self_pay": 1}, "pre_self_pay 1"),
    ({"in_scope": 1_001, "full_self_pay": -1}, "full_self_pay is negative"),
    ({"in_scope": 1_001, "pre_self_pay": -1}, "pre_self_pay is negative"),
    ({"in_scope": 1_001, "over_limit_self_pay": -1}, "over_limit_self_pay is negative"),
    ({"in_scope": -1, "pre_self_pay": 1_001}, "in_scope is negative"),
    ({"pooled": -1}, "pooled is negative"),
    ({"deductible": -1}, "deductible is negative"),
    ({"hospital": -1}, "hospital is negative"),
    ({"funds": [fund(-1)]}, "fund 610100 is negative"),
    ({"funds": [fund(1), fund(1)]}, "a fund is named twice"),
    ({"pooled": 1_001}, "more than in_scope 1000"),
    ({"pooled": 600, "deductible": 401}, "1001, more than in_scope 1000"),
    ({"pooled": 600, "funds": [fund(401)]}, "more than total 1000"),
    ({"pooled": 501, "in_scope": 500, "full_self_pay": 500}, "more than in_scope 500"),
    ({"pooled": 600, "hospital": 401}, "more than total 1000"),
    ({"pooled": 1, "exclusion_reason": "THIRD_PARTY"}, "although the bill is excluded"),
    ({"own_account": -1}, "own_account is negative"),
    ({"own_account": 401, "pooled": 600}, "more than accounts may pay, 400"),
    ({"own_account": 1, "own_account_unused": True}, "not to be used"),
    ({"cash": 899}, "cash 899 is not what is left, 900"),
    ({"own_account": 50, "cash": 900}, "cash 900 is not what is left, 950"),
]


@pytest.mark.parametrize(("fields", "words"), MISMATCHES)
def test_identities_that_do_not_hold(ledger, fields, words):
    refusal = expect("AMOUNT_MISMATCH", ledger.purchase, "A", 1_000, **fields)
    assert words in refusal.metadata["detail"]


def test_a_bill_has_a_ceiling(ledger):
    ledger.purchase("A", AMOUNT_LIMIT)
    expect("AMOUNT_MISMATCH", ledger.purchase, "A", AMOUNT_LIMIT + 1)
    expect("AMOUNT_MISMATCH", ledger.purchase, "A", -1)


SPLITS = [
    # fields, then personal, account_payable, own_account, cash of a bill of 1,000 fen
    ({}, (1_000, 1_000, 100, 900)),
    ({"pooled": 1_000}, (0, 0, 0, 0)),
    ({"pooled": 500, "funds": [fund(300), fund(150, "630100")]}, (50, 50, 50, 0)),
    ({"deductible": 1_000}, (1_000, 1_000, 100, 900)),
    ({"full_self_pay": 950, "pooled": 20}, (980, 30, 30, 950)),
    ({"over_limit_self_pay": 950}, (1_000, 50, 50, 950)),
    ({"pre_self_pay": 950}, (1_000, 1_000, 100, 900)),
    ({"full_self_pay": 1_000, "full_self_pay_payable": True}, (1_000, 1_000, 100, 900)),
    ({"hospital": 930}, (70, 70, 70, 0)),
    ({"full_self_pay": 1_000, "hospital": 400}, (600, 0, 0, 600)),
    ({"own_account": 60}, (1_000, 1_000, 60, 940)),
    ({"own_account": 0, "cash": 1_000}, (1_000, 1_000, 0, 1_000)),
    ({"own_account": 100, "cash": 900}, (1_000, 1_000, 100, 900)),
    ({"own_account_unused": True}, (1_000, 1_000, 0, 1_000)),
    ({"exclusion_reason": "ABROAD"}, (1_000, 1_000, 100, 900)),
]


@pytest.mark.parametrize(("fields", "expected"), SPLITS)
def test_who_pays_what(ledger, fields, expected):
    split = ledger.purchase("A", 1_000, **fields).event.split
    assert (split.personal, split.account_payable, split.own_account, split.cash) == expected
    assert ledger["A"].balance == 100 - split.own_account


def test_a_fixed_part_of_the_own_account_is_payable_in_full(ledger):
    expect("INSUFFICIENT_BALANCE", ledger.purchase, "A", 1_000, own_account=101)
    ledger.register("C")
    expect("INSUFFICIENT_BALANCE", ledger.purchase, "C", 1_000, own_account=1)


def test_relatives_pay_what_a_fixed_part_leaves(ledger):
    ledger.grant("P", "A")
    split = ledger.purchase("A", 300, own_account=60, cash=0).event.split
    assert [share.amount for share in split.shared] == [240]
    expect("AMOUNT_MISMATCH", ledger.purchase, "A", 300, own_account=10, cash=290)
    split = ledger.purchase("A", 300, own_account=10, cash=290, shares_unused=True).event.split
    assert split.cash == 290


def test_without_a_supplied_split_a_policy_is_needed(ledger):
    message = purchase(1_000)
    message.ClearField("upstream")
    expect("POLICY_NOT_FOUND", ledger.run, kinds.RECORD_PURCHASE, message, "A")


HOLDERS = [
    (lambda _: None, "PERSON_NOT_FOUND"),
    (lambda ledger: ledger.register("X"), None),
    (lambda ledger: ledger.open("X"), None),
    (lambda ledger: ledger.open("X", active=False), "ACCOUNT_NOT_ACTIVATED"),
    (lambda ledger: (ledger.open("X"), ledger.report_loss("X")), "ACCOUNT_FROZEN"),
    (lambda ledger: (ledger.open("X"), ledger.close("X")), "ACCOUNT_CLOSED"),
]


@pytest.mark.parametrize(("given", "reason"), HOLDERS)
@pytest.mark.parametrize("unused", [True, False])
def test_whose_credential_settles(ledger, given, reason, unused):
    given(ledger)
    if reason:
        expect(reason, ledger.purchase, "X", 10, own_account_unused=unused)
    else:
        ledger.purchase("X", 10, own_account_unused=unused)


@pytest.mark.parametrize(
    ("confidential", "accepted"),
    [
        (None, False),
        (Confidential(), False),
        (Confidential(agent=types_pb2.Agent(principal_id_ref="p")), False),
        (Confidential(agent=types_pb2.Agent(agent_id_ref="a")), False),
        (Confidential(agent=types_pb2.Agent(principal_id_ref="p", agent_id_ref="a")), True),
    ],
)
def test_somebody_else_needs_both_references(ledger, confidential, accepted):
    message = purchase(10, presenter=types_pb2.PRESENTER_OTHER)
    if accepted:
        ledger.run(kinds.RECORD_PURCHASE, message, "A", confidential)
    else:
        expect("IDENTITY_MISMATCH", ledger.run, kinds.RECORD_PURCHASE, message, "A", confidential)


SUMS = [
    # fields, benefit, visits and admissions
    ({}, OUTPATIENT, 1, 0),
    ({"category": types_pb2.CATEGORY_DRUG}, OUTPATIENT, 1, 0),
    ({"category": types_pb2.CATEGORY_INPATIENT}, INPATIENT, 0, 1),
    ({"benefit": INPATIENT}, INPATIENT, 0, 1),
    ({"benefit": types_pb2.BENEFIT_CHRONIC}, types_pb2.BENEFIT_CHRONIC, 1, 0),
]


@pytest.mark.parametrize(("fields", "benefit", "visits", "admissions"), SUMS)
def test_yearly_sums(ledger, fields, benefit, visits, admissions):
    for _ in range(2):
        bought = ledger.purchase("A", 100, in_scope=90, pre_self_pay=10, deductible=20, pooled=30, **fields)
    expected = (40, 60, 180, 2 * visits, 2 * admissions)
    assert ledger["A"].accumulators == {(2025, benefit): expected}
    recorded = bought.event.accumulator
    assert (recorded.year, recorded.benefit, recorded.pooled) == (2025, benefit, 60)
    ledger.reverse(bought.position)
    assert ledger["A"].accumulators == {(2025, benefit): tuple(each // 2 for each in expected)}


@pytest.mark.parametrize(
    ("given", "at", "expected"),
    [
        (None, "2025-12-31 23:59:59", (2025, 12, 31)),
        (None, "2026-01-01 00:00", (2026, 1, 1)),
        ((2024, 12, 30), "2026-01-01 00:00", (2024, 12, 30)),
    ],
)
def test_the_service_date_decides_the_year(ledger, given, at, expected):
    message = purchase(10)
    if given:
        year, month, day = given
        message.service_date.CopyFrom(types_pb2.CivilDate(year=year, month=month, day=day))
    bought = ledger.run(kinds.RECORD_PURCHASE, message, "A", at=instant(at))[0]
    date = bought.event.service_date
    assert (date.year, date.month, date.day) == expected
    assert list(ledger["A"].accumulators) == [(expected[0], OUTPATIENT)]
    ledger.reverse(bought.position)
    assert ledger["A"].accumulators[expected[0], OUTPATIENT] == (0, 0, 0, 0, 0)


KEYS = [
    # personal data, institution, and the reason when the first purchase had the same
    ({"invoice_number": "1"}, "H1", "DUPLICATE_REIMBURSEMENT"),
    ({"invoice_number": "1"}, "H2", None),
    ({"invoice_number": "2"}, "H1", None),
    ({"institution_settlement_id": "S"}, "H1", "DUPLICATE_SETTLEMENT_ID"),
    ({"institution_settlement_id": "S"}, "H2", None),
    ({"trace_codes": ["T2", "T9"]}, "H2", "TRACE_CODE_ALREADY_SETTLED"),
    ({"trace_codes": ["T8", "T9"]}, "H2", None),
    ({"trace_codes": ["T8", "T8"]}, "H2", "TRACE_CODE_ALREADY_SETTLED"),
    ({"visit_id": "V", "settlement_id": "C"}, "H1", None),
    ({}, "H1", None),
]


@pytest.mark.parametrize(("fields", "institution", "reason"), KEYS)
def test_what_is_settled_once(ledger, fields, institution, reason):
    first = Confidential(
        invoice_number="1",
        institution_settlement_id="S",
        trace_codes=["T1", "T2"],
        visit_id="V",
        settlement_id="C",
    )
    settled = ledger.run(kinds.RECORD_PURCHASE, purchase(10, institution="H1"), "A", first)[0]
    assert [key.kind for key in settled.keys] == [2, 3, 4, 4]
    command = (kinds.RECORD_PURCHASE, purchase(10, institution=institution), "P")
    if not reason:
        ledger.run(*command, Confidential(**fields))
        return
    expect(reason, ledger.run, *command, Confidential(**fields))
    undone = ledger.reverse(settled.position)[0]
    assert [key.hash for key in undone.keys] == [key.hash for key in settled.keys]
    assert all(key.released for key in undone.keys)
    if fields != {"trace_codes": ["T8", "T8"]}:
        ledger.run(*command, Confidential(**fields))


def test_the_entry_keeps_what_was_asked(ledger):
    ledger.grant("P", "A")
    message = purchase(300, pooled=50, payers=[account("P")])
    bought = ledger.run(kinds.RECORD_PURCHASE, message, "A")[0]
    assert bought.event.purchase == message
    assert bought.event.person_type == types_pb2.PERSON_TYPE_ACTIVE
    assert bought.event.split.shared[0].payer == account("P")
