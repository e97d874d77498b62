"""Rules of registering, opening, activating, importing, losing and closing."""

from __future__ import annotations

import pytest

from ledger.domain import entry_types as types
from ledger.domain.amounts import BALANCE_LIMIT
from ledger.v1 import types_pb2
from ledger.v1.types_pb2 import Confidential
from tests.test_domain_ledger import Ledger, content, expect, kinds, stream_of

EMPLOYEE = types_pb2.SCHEME_EMPLOYEE
RESIDENT = types_pb2.SCHEME_RESIDENT
OPEN = (kinds.OPEN_ACCOUNT, content.AccountOpening(scheme=EMPLOYEE))
REGISTER = (kinds.REGISTER_PERSON, content.PersonRegistration(scheme=RESIDENT))
IMPORT = (kinds.IMPORT_OPENING, content.Opening(scheme=EMPLOYEE, balance=7))
ACTIVATE = (kinds.ACTIVATE_ACCOUNT, content.Activation())
REPORT = (kinds.REPORT_LOSS, content.LossReport(kind=types_pb2.LOSS_KIND_PROVISIONAL))
REPORT_FORMAL = (kinds.REPORT_LOSS, content.LossReport(kind=types_pb2.LOSS_KIND_FORMAL))
LIFT = (kinds.LIFT_LOSS, content.LossLift())


def closing(reason, *evidence):
    """A closing and its kind."""
    return kinds.CLOSE_ACCOUNT, content.Closing(reason=reason, evidence=evidence)


DIED = closing(types_pb2.CLOSE_REASON_DEATH, types_pb2.EVIDENCE_KIND_DEATH_CERTIFICATE)


def sums(**values):
    """Yearly sums of an opening."""
    return types_pb2.Accumulator(year=2025, benefit=types_pb2.BENEFIT_OUTPATIENT, **values)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


PENDING, ACTIVE, FROZEN, CLOSED = range(1, 5)

STATES = [
    # given, when, then: a refusal, or the state of the account
    ([], REGISTER, 0),
    ([REGISTER], REGISTER, "PERSON_ALREADY_REGISTERED"),
    ([OPEN], REGISTER, "PERSON_ALREADY_REGISTERED"),
    ([], OPEN, PENDING),
    ([REGISTER], OPEN, PENDING),
    (
        [],
        (kinds.OPEN_ACCOUNT, content.AccountOpening(scheme=RESIDENT)),
        "SCHEME_HAS_NO_PERSONAL_ACCOUNT",
    ),
    ([], (kinds.OPEN_ACCOUNT, content.AccountOpening()), "SCHEME_HAS_NO_PERSONAL_ACCOUNT"),
    ([OPEN], OPEN, "ACCOUNT_ALREADY_OPEN"),
    ([OPEN, DIED], OPEN, "ACCOUNT_CLOSED"),
    ([OPEN], IMPORT, "ACCOUNT_ALREADY_OPEN"),
    ([IMPORT], IMPORT, "ACCOUNT_ALREADY_OPEN"),
    ([IMPORT, DIED], IMPORT, "ACCOUNT_CLOSED"),
    ([REGISTER], IMPORT, PENDING),
    (
        [],
        (kinds.IMPORT_OPENING, content.Opening(scheme=RESIDENT)),
        "SCHEME_HAS_NO_PERSONAL_ACCOUNT",
    ),
    ([], ACTIVATE, "ACCOUNT_NOT_FOUND"),
    ([REGISTER], ACTIVATE, "ACCOUNT_NOT_FOUND"),
    ([OPEN], ACTIVATE, ACTIVE),
    ([IMPORT], ACTIVATE, ACTIVE),
    ([OPEN, ACTIVATE], ACTIVATE, "ACCOUNT_ALREADY_ACTIVE"),
    ([OPEN, REPORT], ACTIVATE, "ACCOUNT_FROZEN"),
    ([OPEN, ACTIVATE, REPORT], ACTIVATE, "ACCOUNT_ALREADY_ACTIVE"),
    ([OPEN, DIED], ACTIVATE, "ACCOUNT_CLOSED"),
    ([], REPORT, "ACCOUNT_NOT_FOUND"),
    ([OPEN, ACTIVATE], REPORT, FROZEN),
    ([OPEN], REPORT, FROZEN),
    ([OPEN, DIED], REPORT, "ACCOUNT_CLOSED"),
    ([OPEN, REPORT], REPORT_FORMAL, FROZEN),
    ([OPEN, ACTIVATE], LIFT, "LOSS_NOT_REPORTED"),
    ([OPEN, ACTIVATE, REPORT], LIFT, ACTIVE),
    ([OPEN, REPORT], LIFT, PENDING),
    ([OPEN, ACTIVATE, REPORT, REPORT], LIFT, ACTIVE),
    ([OPEN, ACTIVATE, REPORT, LIFT], LIFT, "LOSS_NOT_REPORTED"),
    ([OPEN, ACTIVATE, REPORT_FORMAL], LIFT, "FORMAL_LOSS_REQUIRES_REISSUE"),
    ([OPEN, ACTIVATE, REPORT_FORMAL, REPORT], LIFT, "FORMAL_LOSS_REQUIRES_REISSUE"),
    ([OPEN, REPORT, DIED], LIFT, "ACCOUNT_CLOSED"),
    ([], DIED, "ACCOUNT_NOT_FOUND"),
    ([OPEN], DIED, CLOSED),
    ([OPEN, ACTIVATE, REPORT_FORMAL], DIED, CLOSED),
    ([OPEN, DIED], DIED, "ACCOUNT_CLOSED"),
]


@pytest.mark.parametrize(("given", "when", "then"), STATES)
def test_states_of_an_account(ledger, given, when, then):
    for kind, message in given:
        ledger.run(kind, message, "A")
    kind, message = when
    if isinstance(then, str):
        entries = len(ledger.log)
        expect(then, ledger.run, kind, message, "A")
        assert len(ledger.log) == entries
    else:
        ledger.run(kind, message, "A")
        assert ledger["A"].state == then
        assert ledger["A"].registered


CLOSINGS = [
    ("DEATH", "DEATH_CERTIFICATE"),
    ("EMIGRATION", "EMIGRATION_PROOF"),
    ("LONG_TERM_RESIDENCE", "RESIDENCE_PROOF"),
]


@pytest.mark.parametrize(("reason", "evidence"), CLOSINGS)
def test_each_reason_of_closing_needs_its_own_evidence(ledger, reason, evidence):
    ledger.open("A", 5)
    reason = types_pb2.CloseReason.Value(f"CLOSE_REASON_{reason}")
    others = [f"EVIDENCE_KIND_{other}" for _, other in CLOSINGS if other != evidence]
    refusal = expect("CLOSE_EVIDENCE_REQUIRED", ledger.run, *closing(reason, *others), "A")
    assert refusal.metadata == {"evidence": evidence}
    legs = ledger.run(*closing(reason, f"EVIDENCE_KIND_{evidence}", *others), "A")
    assert [leg.type for leg in legs] == [types.ACCOUNT_CLOSED, types.BALANCE_PAID_OUT]
    assert ledger["A"].balance == 0


@pytest.mark.parametrize("reason", ["UNSPECIFIED", "PERSONAL_REQUEST", "RELOCATION", "MERGE"])
def test_no_other_reason_pays_out(ledger, reason):
    ledger.open("A", 5)
    every = types_pb2.EvidenceKind.values()
    reason = types_pb2.CloseReason.Value(f"CLOSE_REASON_{reason}")
    expect("WITHDRAWAL_NOT_PERMITTED", ledger.run, *closing(reason, *every), "A")


def test_closing_an_empty_account_pays_nothing_out(ledger):
    ledger.open("A", 0)
    assert [leg.type for leg in ledger.run(*DIED, "A")] == [types.ACCOUNT_CLOSED]


def test_a_second_report_freezes_nothing_twice(ledger):
    ledger.open("A")
    first = ledger.run(*REPORT, "A")
    assert [leg.type for leg in first] == [types.LOSS_REPORTED, types.ACCOUNT_FROZEN]
    assert [leg.type for leg in ledger.run(*REPORT_FORMAL, "A")] == [types.LOSS_REPORTED]
    assert ledger["A"].loss == types_pb2.LOSS_KIND_FORMAL


def test_an_opening_takes_balance_and_sums_over(ledger):
    opening = content.Opening(scheme=EMPLOYEE, balance=500, accumulators=[sums(pooled=7, visits=2)])
    opening.activated_time.seconds = 1
    (recorded,) = ledger.run(kinds.IMPORT_OPENING, opening, "A")
    assert recorded.balance_change == ledger["A"].balance == 500
    assert ledger["A"].state == ACTIVE
    assert ledger["A"].imported
    year = ledger["A"].accumulators[2025, types_pb2.BENEFIT_OUTPATIENT]
    assert (year.pooled, year.visits) == (7, 2)


def test_an_opening_adds_to_what_a_beneficiary_used_before(ledger):
    ledger.register("A")
    bought = ledger.purchase("A", 100, pooled=40)
    opening = content.Opening(scheme=EMPLOYEE, accumulators=[sums(pooled=7)])
    ledger.run(kinds.IMPORT_OPENING, opening, "A")
    assert ledger["A"].accumulators[2025, types_pb2.BENEFIT_OUTPATIENT].pooled == 47
    ledger.reverse(bought.position)
    assert ledger["A"].accumulators[2025, types_pb2.BENEFIT_OUTPATIENT].pooled == 7


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"balance": BALANCE_LIMIT}, None),
        ({"balance": BALANCE_LIMIT + 1}, "BALANCE_LIMIT_EXCEEDED"),
        ({"balance": -1}, "AMOUNT_MISMATCH"),
        ({"accumulators": [sums(pooled=-1)]}, "AMOUNT_MISMATCH"),
        ({"accumulators": [sums(visits=-1)]}, "AMOUNT_MISMATCH"),
        ({"accumulators": [sums(eligible=BALANCE_LIMIT + 1)]}, "AMOUNT_MISMATCH"),
        ({"accumulators": [sums(), sums()]}, "AMOUNT_MISMATCH"),
    ],
)
def test_amounts_of_an_opening(ledger, fields, reason):
    opening = content.Opening(scheme=EMPLOYEE, **fields)
    if reason:
        expect(reason, ledger.run, kinds.IMPORT_OPENING, opening, "A")
    else:
        ledger.run(kinds.IMPORT_OPENING, opening, "A")


NUMBERS = [
    # commands before with their numbers, then one more, then what comes of it: keys or a refusal
    ([], ("A", OPEN, "1"), 1),
    ([], ("A", OPEN, ""), 0),
    ([("A", REGISTER, "1")], ("A", OPEN, "1"), 0),
    ([("A", REGISTER, "1")], ("A", OPEN, ""), 0),
    ([("A", REGISTER, "")], ("A", OPEN, "1"), 1),
    ([("A", REGISTER, "1")], ("A", OPEN, "2"), "PERSON_ALREADY_REGISTERED"),
    ([("A", REGISTER, "1")], ("B", OPEN, "1"), "PERSON_ALREADY_REGISTERED"),
    ([("A", OPEN, "1")], ("B", REGISTER, "1"), "PERSON_ALREADY_REGISTERED"),
    ([("A", IMPORT, "1")], ("B", IMPORT, "1"), "PERSON_ALREADY_REGISTERED"),
    ([("A", IMPORT, "1")], ("B", IMPORT, "2"), 1),
]


@pytest.mark.parametrize(("before", "then", "comes"), NUMBERS)
def test_one_insured_person_number_one_person(ledger, before, then, comes):
    for label, (kind, message), number in before:
        ledger.run(kind, message, label, Confidential(insured_person_id=number))
    label, (kind, message), number = then
    confidential = Confidential(insured_person_id=number)
    if isinstance(comes, str):
        expect(comes, ledger.run, kind, message, label, confidential)
    else:
        assert len(ledger.run(kind, message, label, confidential)[0].keys) == comes


def test_a_person_of_nobody_is_empty(ledger):
    assert ledger.person(stream_of("nobody")).version == 0
    assert not ledger["nobody"].registered
