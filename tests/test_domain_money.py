"""Rules of deposits and family transfers."""

from __future__ import annotations

import pytest

from ledger.domain import entry_types as types
from ledger.domain.amounts import AMOUNT_LIMIT, BALANCE_LIMIT
from ledger.domain.command import Command
from ledger.domain.decide import decide
from ledger.v1 import types_pb2
from ledger.v1.types_pb2 import Confidential
from tests.test_domain_ledger import (
    DAY,
    NOW,
    OTHER_CODE,
    Ledger,
    account,
    content,
    expect,
    kinds,
    stream_of,
)

ALLOCATION = types_pb2.DEPOSIT_SOURCE_EMPLOYER_ALLOCATION


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
def test_a_deposit_lands_in_every_open_account(ledger, active, frozen):
    ledger.open("A", active=active)
    if frozen:
        ledger.report_loss("A")
    ledger.deposit("A", 16_000)
    assert ledger["A"].balance == 16_000


@pytest.mark.parametrize(
    ("balance", "fields", "reason"),
    [
        (0, {"amount": 1}, None),
        (0, {"amount": 0}, "AMOUNT_MISMATCH"),
        (0, {"amount": -1}, "AMOUNT_MISMATCH"),
        (0, {"amount": AMOUNT_LIMIT}, None),
        (0, {"amount": AMOUNT_LIMIT + 1}, "AMOUNT_MISMATCH"),
        (BALANCE_LIMIT - 1, {"amount": 1}, None),
        (BALANCE_LIMIT, {"amount": 1}, "BALANCE_LIMIT_EXCEEDED"),
        (
            0,
            {"amount": 1, "source": types_pb2.DEPOSIT_SOURCE_VOLUNTARY_TOPUP},
            "VOLUNTARY_TOPUP_NOT_ALLOWED",
        ),
    ],
)
def test_amounts_and_sources_of_deposits(ledger, balance, fields, reason):
    ledger.open("A", balance)
    if reason:
        expect(reason, ledger.deposit, "A", **fields)
    else:
        ledger.deposit("A", **fields)


def test_no_deposit_without_an_open_account(ledger):
    expect("ACCOUNT_NOT_FOUND", ledger.deposit, "A", 1)
    ledger.register("A")
    expect("ACCOUNT_NOT_FOUND", ledger.deposit, "A", 1)
    ledger.open("A")
    ledger.close("A")
    expect("ACCOUNT_CLOSED", ledger.deposit, "A", 1)


def test_one_deposit_per_person_month_and_source(ledger):
    ledger.open("A")
    ledger.open("B")
    posted = ledger.deposit("A", 1, period=202503)
    kind = types_pb2.UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD
    assert ledger.keys_seen == [(kind, (stream_of("A").hex(), "202503", "1"))]
    refusal = expect("DUPLICATE_CONTRIBUTION_PERIOD", ledger.deposit, "A", 2, period=202503)
    assert refusal.metadata == {"period": "202503"}
    ledger.deposit("A", 1, period=202504)
    ledger.deposit("A", 1, period=202503, source=ALLOCATION)
    ledger.deposit("B", 1, period=202503)
    ledger.deposit("A", 1)
    ledger.deposit("A", 1)  # without a month there is nothing to be unique
    ledger.reverse(posted)
    ledger.deposit("A", 1, period=202503)


def test_one_deposit_per_external_payment(ledger):
    ledger.open("A")
    ledger.open("B")
    message = content.Deposit(amount=1)
    paid = Confidential(payment_ref="bank-1")
    posted = ledger.run(kinds.RECORD_DEPOSIT, message, "A", paid)
    assert [key.kind for key in posted[0].keys] == [types_pb2.UNIQUE_KEY_KIND_PAYMENT]
    again = (kinds.RECORD_DEPOSIT, message, "B", paid)
    expect("DUPLICATE_PAYMENT_REFERENCE", ledger.run, *again)
    ledger.reverse(posted[0].position)
    ledger.run(*again)


def test_a_transfer_moves_money_within_the_family(ledger):
    ledger.open("P", 1_000)
    ledger.open("C", 5)
    ledger.grant("P", "C")
    sent = ledger.transfer("P", "C", 1_000)
    assert [recorded.type for recorded in ledger.transaction(sent)] == [
        types.FAMILY_TRANSFER_SENT,
        types.FAMILY_TRANSFER_RECEIVED,
    ]
    assert ledger.log[-1].event.sent_position == sent
    assert ledger.log[-1].event.sender == stream_of("P")
    assert (ledger["P"].balance, ledger["C"].balance) == (0, 1_005)


def no_grant(ledger):
    """The grant ends."""
    ledger.revoke("P", "C")


TRANSFERS = [
    (lambda ledger: ledger.open("C"), None),
    (lambda ledger: ledger.open("C", active=False), None),
    (lambda ledger: (ledger.open("C"), ledger.report_loss("C")), None),
    (lambda _: None, "ACCOUNT_NOT_FOUND"),
    (lambda ledger: (ledger.open("C"), ledger.close("C")), "ACCOUNT_CLOSED"),
    (lambda ledger: (ledger.open("C"), ledger.report_loss("P")), "ACCOUNT_FROZEN"),
    (lambda ledger: (ledger.open("C"), ledger.close("P")), "ACCOUNT_CLOSED"),
    (lambda ledger: (ledger.open("C"), no_grant(ledger)), "SHARE_NOT_AUTHORIZED"),
    (lambda ledger: (ledger.open("C"), ledger.purchase("P", 1)), "INSUFFICIENT_BALANCE"),
    (lambda ledger: ledger.open("C", BALANCE_LIMIT), "BALANCE_LIMIT_EXCEEDED"),
]


@pytest.mark.parametrize(("given", "reason"), TRANSFERS)
def test_who_may_send_to_whom(ledger, given, reason):
    ledger.open("P", 100)
    ledger.register("C")
    ledger.grant("P", "C")
    given(ledger)
    if reason:
        expect(reason, ledger.transfer, "P", "C", 100)
    else:
        ledger.transfer("P", "C", 100)


def test_transfers_that_make_no_sense(ledger):
    ledger.open("P", 100, active=False)
    ledger.open("C")
    expect("ACCOUNT_NOT_ACTIVATED", ledger.transfer, "P", "C", 1)
    ledger.run(kinds.ACTIVATE_ACCOUNT, content.Activation(), "P")
    expect("SHARE_NOT_AUTHORIZED", ledger.transfer, "P", "C", 1)
    expect("SHARE_WITH_SELF", ledger.transfer, "P", "P", 1)
    expect("AMOUNT_MISMATCH", ledger.transfer, "P", "C", 0)
    expect("AMOUNT_MISMATCH", ledger.transfer, "P", "C", -1)
    abroad = content.FamilyTransfer(receiver=account("C", OTHER_CODE), amount=1)
    reason = "SHARE_ACROSS_LEDGERS_NOT_SUPPORTED"
    expect(reason, ledger.run, kinds.TRANSFER_SHARE, abroad, "P")


def test_an_expired_grant_permits_no_transfer(ledger):
    ledger.open("P", 100)
    ledger.open("C")
    ledger.grant("P", "C", expire_time={"seconds": (NOW + DAY) // 1_000_000})
    ledger.transfer("P", "C", 1)
    ledger.now = NOW + DAY
    expect("SHARE_NOT_AUTHORIZED", ledger.transfer, "P", "C", 1)


def test_the_event_is_the_same_whether_its_bytes_were_known_or_not(ledger):
    """The shorter way of building a deposit's event must not be another way."""
    ledger.open("Z")
    deposit = content.Deposit(amount=5, source=1, period=202501, base=3)
    encoded = deposit.SerializeToString(deterministic=True)
    slow = Command(kinds.RECORD_DEPOSIT, deposit, None, stream_of("Z"), 1, False, 1)
    fast = Command(kinds.RECORD_DEPOSIT, deposit, None, stream_of("Z"), 1, False, 1, encoded=encoded)
    (one,), (other,) = (decide(command, ledger) for command in (slow, fast))
    assert one.event == other.event
    assert one.event.SerializeToString() == other.encoded
