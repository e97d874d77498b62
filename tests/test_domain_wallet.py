"""Wallet transfers in the domain: hours, limits, ends, closing, voids, and what the receiver's ledger does."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time
from typing import Any

import pytest

from ledger.domain import entry_types as types
from ledger.domain.decide import decide
from ledger.domain.person import EvolveError, evolve
from ledger.domain.transfer_rules import TransferRules
from ledger.domain.wallet import initiate_transfer
from ledger.v1 import types_pb2
from tests.test_domain_ledger import (
    DAY,
    NOW,
    OTHER_CODE,
    ZONE,
    Ledger,
    account,
    content,
    expect,
    instant,
    kinds,
    person,
)

T1, T2 = b"1" * 16, b"2" * 16
CANCELLED = types_pb2.TRANSFER_RETURN_REASON_CANCELLED
EXPIRED = types_pb2.TRANSFER_RETURN_REASON_EXPIRED


class Wallets(Ledger):
    """A ledger whose A has 10,000 fen and two relatives: B here, and F in another ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW - 7 * DAY
        self.open("A", 10_000)
        self.open("B")
        self.grant("A", "B")
        abroad = content.ShareGrant(beneficiary=person("F", OTHER_CODE), relation=types_pb2.RELATION_PARENT)
        self.run(kinds.GRANT_SHARE, abroad, "A")
        self.now = NOW

    def send(self, transfer_id: bytes = T1, amount: int = 100, receiver: str = "", **options: Any) -> Any:
        message = content.WalletTransfer(
            receiver=receiver or account("F", OTHER_CODE), amount=amount, transfer_id=transfer_id
        )
        return self.run(kinds.INITIATE_TRANSFER, message, "A", **options)[0]

    def accept(self, transfer_id: bytes = T1, receiver: str = "", **options: Any) -> Any:
        message = content.TransferAcceptance(transfer_id=transfer_id, receiver=receiver or account("F", OTHER_CODE))
        return self.run(kinds.ACCEPT_TRANSFER, message, **options)[0]

    def send_back(self, transfer_id: bytes = T1, reason: int = CANCELLED, **options: Any) -> Any:
        return self.run(
            kinds.RETURN_TRANSFER, content.TransferReturn(transfer_id=transfer_id, reason=reason), **options
        )[0]

    def credit(self, label: str, transfer_id: bytes = T1, amount: int = 100, ledger: str = OTHER_CODE) -> Any:
        message = content.TransferCredit(transfer_id=transfer_id, sender=account("A", ledger), amount=amount)
        return self.run(kinds.CREDIT_TRANSFER, message, label)[0]

    @property
    def in_flight(self) -> int:
        return sum(sent.amount for sent in self["A"].wallet.in_flight.values())


@pytest.fixture
def ledger() -> Wallets:
    return Wallets()


def test_sent_money_is_in_flight_until_six_next_morning(ledger):
    sent = ledger.send()
    assert (sent.balance_change, ledger["A"].balance, ledger.in_flight) == (-100, 9_900, 100)
    assert sent.event.return_time == instant("2025-03-04 06:00")
    assert sent.event.counted_on == types_pb2.CivilDate(year=2025, month=3, day=3)


def test_accepting_moves_no_money_and_ends_it(ledger):
    ledger.send()
    accepted = ledger.accept()
    assert (accepted.type, accepted.balance_change) == (types.TRANSFER_ACCEPTED, 0)
    assert (accepted.event.amount, accepted.event.receiver) == (100, account("F", OTHER_CODE))
    assert ledger.in_flight == 0
    expect("TRANSFER_ALREADY_ACCEPTED", ledger.accept)
    expect("TRANSFER_ALREADY_ACCEPTED", ledger.send_back)
    assert ledger["A"].balance == 9_900


def test_a_returned_one_is_back_and_cannot_be_accepted(ledger):
    ledger.send()
    assert ledger.send_back().balance_change == 100
    assert (ledger["A"].balance, ledger.in_flight) == (10_000, 0)
    expect("TRANSFER_ALREADY_RETURNED", ledger.accept)
    expect("TRANSFER_ALREADY_RETURNED", ledger.send_back)
    expect("DUPLICATE_TRANSFER_ID", ledger.send)


@pytest.mark.parametrize(
    ("at", "is_open"), [("05:59:59", False), ("06:00", True), ("21:59:59", True), ("22:00", False)]
)
def test_hours(ledger, at, is_open):
    ledger.now = instant(f"2025-03-03 {at}")
    if is_open:
        assert ledger.send()
    else:
        refused = expect("TRANSFER_WINDOW_CLOSED", ledger.send)
        assert refused.metadata == {"from": "22:00", "to": "06:00"}


def test_acceptance_ends_at_the_time_of_return(ledger):
    ledger.send()
    ledger.send(T2)
    last = instant("2025-03-04 05:59:59")
    expect("TRANSFER_NOT_EXPIRED", ledger.send_back, T1, EXPIRED, at=last)
    assert ledger.accept(T2, at=last)
    refused = expect("TRANSFER_EXPIRED", ledger.accept, at=last + 1_000_000)
    assert refused.metadata == {"return_time": "2025-03-04T06:00:00+08:00"}
    assert ledger.send_back(T1, EXPIRED, at=last + 1_000_000).event.reason == EXPIRED


def test_a_day_counts_by_the_effective_time(ledger):
    yesterday = instant("2025-03-02 12:00")
    for number in b"abc":
        ledger.send(bytes([number]) * 16)
    expect("TRANSFER_COUNT_EXCEEDED", ledger.send)
    for number in b"def":
        ledger.send(bytes([number]) * 16, at=yesterday)
    expect("TRANSFER_COUNT_EXCEEDED", ledger.send, at=yesterday)
    ledger.send_back(b"a" * 16)
    expect("TRANSFER_COUNT_EXCEEDED", ledger.send)


def test_other_rules_of_a_region():
    rules = TransferRules(
        amount_limit=10, daily_count=1, closed_from=time(12), closed_until=time(13), returned_at=time(8)
    )
    local = datetime(2025, 3, 3, 11, 59, 59, tzinfo=ZONE)
    assert [rules.is_open(local.replace(hour=hour)) for hour in (0, 11, 12, 13, 23)] == [True, True, False, True, True]
    assert rules.return_time(local) == instant("2025-03-04 08:00")
    ledger = Wallets()
    message = content.WalletTransfer(receiver=account("F", OTHER_CODE), amount=11, transfer_id=T1)
    command = ledger.command_of(kinds.INITIATE_TRANSFER, message, "A")
    refused = expect("TRANSFER_LIMIT_EXCEEDED", initiate_transfer, command, ledger, rules)
    assert refused.metadata == {"limit": "10"}
    assert initiate_transfer(command, ledger, dataclasses.replace(rules, amount_limit=11))


def test_frozen_accounts_send_nothing_but_get_back_and_are_credited(ledger):
    ledger.send()
    ledger.report_loss("A")
    expect("ACCOUNT_FROZEN", ledger.send, T2)
    assert ledger.send_back().balance_change == 100
    ledger.report_loss("B")
    assert ledger.credit("B").balance_change == 100
    assert ledger["B"].balance == 100


def test_what_comes_back_to_a_closed_account_is_owed_outside(ledger):
    ledger.send()
    ledger.close("A")
    back = ledger.send_back(reason=EXPIRED, at=instant("2025-03-04 06:00"))
    assert (back.balance_change, back.event.payable_after_close) == (0, 100)
    assert (ledger["A"].balance, ledger["A"].payable_after_close) == (0, 100)


@pytest.mark.parametrize("label", ["closed", "nobody", "resident"])
def test_a_credit_is_never_refused(ledger, label):
    ledger.open("closed")
    ledger.close("closed")
    ledger.register("resident")
    credited = ledger.credit(label)
    assert (credited.balance_change, credited.event.payable_after_close) == (0, 100)
    assert (ledger[label].balance, ledger[label].payable_after_close) == (0, 100)


def test_an_account_may_be_opened_after_a_credit_that_came_too_early(ledger):
    ledger.credit("nobody")
    ledger.open("nobody", 5)
    assert (ledger["nobody"].balance, ledger["nobody"].payable_after_close) == (5, 100)


def test_a_transfer_is_credited_once_and_ids_of_two_ledgers_do_not_meet(ledger):
    ledger.credit("B")
    expect("TRANSFER_ALREADY_CREDITED", ledger.credit, "B")
    assert ledger.credit("B", ledger="110000").balance_change == 100
    assert ledger["B"].balance == 200


def test_both_ends_in_one_ledger(ledger):
    ledger.send(receiver=account("B"))
    ledger.accept(receiver=account("B"))
    ledger.credit("B", ledger=ledger.ledger)
    assert (ledger["A"].balance, ledger["B"].balance, ledger.in_flight) == (9_900, 100, 0)


def test_only_its_receiver_accepts(ledger):
    ledger.send()
    for other in (account("B"), account("F"), account("A")):
        expect("TRANSFER_NOT_FOUND", ledger.accept, T1, other)
    expect("TRANSFER_NOT_FOUND", ledger.accept, T2)
    assert ledger.in_flight == 100


def test_a_grant_is_needed_and_a_grant_of_the_same_person_elsewhere_is_not_one(ledger):
    expect("SHARE_NOT_AUTHORIZED", ledger.send, T1, 100, account("F", "110000"))
    ledger.revoke("A", "B")
    expect("SHARE_NOT_AUTHORIZED", ledger.send, T1, 100, account("B"))


def test_a_void_takes_a_pending_transfer_back_and_uncounts_it(ledger):
    for number in b"123":
        ledger.send(bytes([number]) * 16, request_id=bytes([number]))
    expect("TRANSFER_COUNT_EXCEEDED", ledger.send, b"4" * 16)
    voided, back = ledger.void(b"3")
    assert (voided.type, back.type, back.balance_change) == (types.COMMAND_VOIDED, types.TRANSFER_RETURNED, 100)
    assert back.event.reason == types_pb2.TRANSFER_RETURN_REASON_VOIDED
    assert ledger.send(b"4" * 16)
    ledger.accept(T1)
    expect("TRANSFER_ALREADY_ACCEPTED", ledger.void, b"1")
    ledger.send_back(T2)
    assert len(ledger.void(b"2")) == 1  # nothing is left to undo
    assert ledger["A"].balance == 10_000 - 2 * 100


def test_no_end_can_be_voided_and_no_transfer_reversed(ledger):
    sent = ledger.send()
    expect("NOT_REVERSIBLE", ledger.reverse, sent.position)
    ledger.accept(request_id=b"accepting")
    expect("NOT_VOIDABLE", ledger.void, b"accepting")


def test_an_account_without_transfers_shares_one_empty_wallet(ledger):
    assert ledger["B"].wallet is Ledger()["X"].wallet
    ledger.deposit("B", 5)
    assert ledger["B"].wallet is Ledger()["X"].wallet


@pytest.mark.parametrize("second", ["accept", "send_back"])
def test_a_log_that_ends_a_transfer_twice_is_a_defect(ledger, second):
    ledger.send()
    message = {"accept": content.TransferAcceptance(transfer_id=T1, receiver=account("F", OTHER_CODE))}
    kind = {"accept": kinds.ACCEPT_TRANSFER, "send_back": kinds.RETURN_TRANSFER}[second]
    command = ledger.command_of(kind, message.get(second, content.TransferReturn(transfer_id=T1)))
    (leg,) = decide(command, ledger)
    ledger.accept()
    before = ledger["A"]
    forged = dataclasses.replace(
        ledger.log[-1],
        position=len(ledger.log) + 1,
        version=before.version + 1,
        type=leg.type,
        event=leg.event,
        balance_change=leg.balance_change,
        balance_after=before.balance + leg.balance_change,
        reverses=leg.reverses,
    )
    with pytest.raises(EvolveError, match="not pending"):
        evolve(before, forged)


def test_time_of_a_test_is_inside_the_hours():
    assert TransferRules().is_open(datetime.fromtimestamp(NOW // 1_000_000, ZONE))
