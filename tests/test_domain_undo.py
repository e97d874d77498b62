"""Rules of reversing entries and of voiding commands."""

from __future__ import annotations

import pytest

from ledger.domain import entry_types as types
from ledger.domain.decide import decide
from ledger.v1 import events_pb2
from ledger.v1.types_pb2 import Confidential
from tests.test_domain_ledger import (
    OTHER_CODE,
    REFUSALS,
    Ledger,
    account,
    content,
    entry,
    expect,
    kinds,
    purchase,
    stream_of,
)

REQUEST = b"q" * 16


@pytest.fixture
def ledger() -> Ledger:
    """A child with 10 fen and two parents who pay for it, with 100 and 50 fen."""
    ledger = Ledger()
    ledger.open("C", 10)
    ledger.open("P", 100)
    ledger.open("Q", 50)
    ledger.grant("P", "C")
    ledger.grant("Q", "C")
    return ledger


def types_of(legs) -> list[int]:
    """Types of entries."""
    return [leg.type for leg in legs]


def owed(ledger: Ledger, label: str) -> tuple[int, int]:
    """Balance, and what is owed outside."""
    return ledger[label].balance, ledger[label].payable_after_close


def test_a_purchase_is_undone_for_everybody_who_paid(ledger):
    bought = ledger.purchase("C", 130)
    first = bought.position
    undone = ledger.reverse(first)
    assert types_of(undone) == [
        types.PURCHASE_REVERSED,
        types.SHARE_REFUNDED,
        types.SHARE_REFUNDED,
    ]
    assert [leg.reverses for leg in undone] == [first, first + 1, first + 2]
    assert [leg.stream for leg in undone] == [stream_of(label) for label in "CPQ"]
    assert undone[1].event.share_position == first + 1
    assert undone[1].event.purchase_position == first
    assert undone[0].event.split == bought.event.split
    assert [ledger[label].balance for label in "CPQ"] == [10, 100, 50]
    assert first + 1 in ledger["P"].reversed


def test_a_refund_comes_back_whatever_became_of_the_payer(ledger):
    bought = ledger.purchase("C", 160)
    ledger.revoke("P", "C")
    ledger.report_loss("P")
    ledger.close("Q")
    ledger.report_loss("C")
    undone = ledger.reverse(bought.position)
    assert [owed(ledger, label) for label in "CPQ"] == [(10, 0), (100, 0), (0, 50)]
    assert undone[2].event.payable_after_close == undone[2].event.amount == 50
    assert undone[2].balance_change == 0


def test_other_legs_of_one_transaction_are_left_alone(ledger):
    commands = [
        ledger.command_of(kinds.RECORD_PURCHASE, purchase(40), "C"),
        ledger.command_of(kinds.RECORD_PURCHASE, purchase(25), "C"),
    ]
    legs = ledger.record(commands)
    assert types_of(legs) == [types.PURCHASE_SETTLED, types.SHARE_PAID] * 2
    undone = ledger.reverse(legs[2].position)
    assert [leg.reverses for leg in undone] == [legs[2].position, legs[3].position]
    assert [ledger[label].balance for label in "CP"] == [0, 70]
    ledger.reverse(legs[0].position)
    assert [ledger[label].balance for label in "CP"] == [10, 100]


def test_a_transfer_is_undone_on_both_sides(ledger):
    sent = ledger.transfer("P", "C", 60)
    undone = ledger.reverse(sent)
    assert types_of(undone) == [types.FAMILY_TRANSFER_REVERSED] * 2
    assert [leg.reverses for leg in undone] == [sent, sent + 1]
    assert [leg.event.receiver_leg for leg in undone] == [False, True]
    assert [leg.balance_change for leg in undone] == [60, -60]
    assert (ledger["P"].balance, ledger["C"].balance) == (100, 10)


def test_a_transfer_comes_back_to_a_closed_sender_as_a_payable(ledger):
    sent = ledger.transfer("P", "C", 60)
    ledger.close("P")
    ledger.reverse(sent)
    assert owed(ledger, "P") == (0, 60)
    assert ledger["C"].balance == 10


def test_the_note_stays_with_the_first_leg(ledger):
    bought = ledger.purchase("C", 20)
    note = Confidential(note="wrong patient")
    command = ledger.command_of(kinds.REVERSE_ENTRY, content.Reversal(entry=entry(bought.position)), "", note)
    assert [leg.confidential for leg in decide(command, ledger)] == [note, None]


REFUSED = [
    # given (returns the position to reverse), reason
    (lambda ledger: len(ledger.log) + 1, "ENTRY_NOT_FOUND"),
    (lambda _: 10**18, "ENTRY_NOT_FOUND"),
    (lambda _: 1, "NOT_REVERSIBLE"),
    (lambda ledger: ledger.purchase("C", 20).position + 1, "NOT_REVERSIBLE"),
    (lambda ledger: ledger.transfer("P", "C", 1) + 1, "NOT_REVERSIBLE"),
    (lambda ledger: ledger.reverse(ledger.deposit("C", 1))[0].position, "NOT_REVERSIBLE"),
    (lambda ledger: undone(ledger, ledger.deposit("C", 1)), "ALREADY_REVERSED"),
    (lambda ledger: undone(ledger, ledger.purchase("C", 20).position), "ALREADY_REVERSED"),
    (lambda ledger: undone(ledger, ledger.transfer("P", "C", 1)), "ALREADY_REVERSED"),
    (lambda ledger: then(ledger, "deposit", "C", 1, "close"), "ACCOUNT_CLOSED"),
    (lambda ledger: then(ledger, "deposit", "C", 1, "purchase"), "INSUFFICIENT_BALANCE"),
    (lambda ledger: sent_and(ledger, "close"), "ACCOUNT_CLOSED"),
    (lambda ledger: sent_and(ledger, "purchase"), "INSUFFICIENT_BALANCE"),
]


def undone(ledger: Ledger, position: int) -> int:
    """A position after its reversal."""
    ledger.reverse(position)
    return position


def then(ledger: Ledger, what: str, label: str, amount: int, change: str) -> int:
    """A position after the account was closed or emptied."""
    position = getattr(ledger, what)(label, amount)
    if change == "close":
        ledger.close(label)
    else:
        ledger.purchase(label, ledger[label].balance)
    return position


def sent_and(ledger: Ledger, change: str) -> int:
    """A transfer whose receiver closed or emptied the account."""
    sent = ledger.transfer("P", "C", 60)
    then(ledger, "deposit", "C", 1, change)
    return sent


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_what_cannot_be_reversed(ledger, given, reason):
    position = given(ledger)
    entries = len(ledger.log)
    expect(reason, ledger.reverse, position)
    assert len(ledger.log) == entries


def test_an_entry_of_another_ledger_is_unknown(ledger):
    position = ledger.deposit("C", 1)
    abroad = content.Reversal(entry=entry(position, OTHER_CODE))
    expect("ENTRY_NOT_FOUND", ledger.run, kinds.REVERSE_ENTRY, abroad)


def test_a_frozen_account_gives_a_mistaken_deposit_back(ledger):
    posted = ledger.deposit("C", 5)
    ledger.report_loss("C")
    ledger.reverse(posted)
    assert ledger["C"].balance == 10


# Voids


def effect_of(legs) -> tuple[int, int]:
    """Effect and position of a void, which comes first, in the stream of refusals."""
    assert legs[0].type == types.COMMAND_VOIDED
    assert legs[0].stream == REFUSALS
    return legs[0].event.effect, legs[0].event.voided_position


VOIDABLE = [
    (kinds.RECORD_DEPOSIT, content.Deposit(amount=5, period=202503), "C"),
    (kinds.RECORD_PURCHASE, purchase(5), "C"),
    (kinds.RECORD_PURCHASE, purchase(130, pooled=10), "C"),
    (kinds.TRANSFER_SHARE, content.FamilyTransfer(receiver=account("C"), amount=9), "P"),
]


@pytest.mark.parametrize(("kind", "message", "label"), VOIDABLE)
def test_a_known_command_is_undone_by_its_void(ledger, kind, message, label):
    before = [ledger[each].balance for each in "CPQ"]
    done = ledger.run(kind, message, label, request_id=REQUEST)
    legs = ledger.void(REQUEST)
    assert effect_of(legs) == (events_pb2.VOID_EFFECT_REVERSED, done[0].position)
    assert [leg.reverses for leg in legs[1:]] == [leg.position for leg in done]
    assert not legs[1].event.HasField("reversal")
    assert [ledger[each].balance for each in "CPQ"] == before
    assert not ledger.keys
    again = ledger.void(REQUEST)
    assert effect_of(again) == (events_pb2.VOID_EFFECT_NOTHING_TO_UNDO, done[0].position)
    assert len(again) == 1
    expect("ALREADY_REVERSED", ledger.reverse, done[0].position)


def test_an_unknown_command_leaves_a_tombstone(ledger):
    legs = ledger.void(REQUEST)
    assert effect_of(legs) == (events_pb2.VOID_EFFECT_TOMBSTONED, 0)
    assert len(legs) == 1
    # The log keeps the tombstone under the id that it voids.
    ledger.commands[REQUEST] = legs[0].position
    again = ledger.void(REQUEST)
    assert effect_of(again) == (events_pb2.VOID_EFFECT_NOTHING_TO_UNDO, legs[0].position)


def test_a_refused_command_has_nothing_to_undo(ledger):
    ledger.refuse(REQUEST)
    legs = ledger.void(REQUEST)
    assert effect_of(legs) == (events_pb2.VOID_EFFECT_NOTHING_TO_UNDO, len(ledger.log) - 1)


def test_a_reversed_command_has_nothing_to_undo(ledger):
    done = ledger.run(kinds.RECORD_DEPOSIT, content.Deposit(amount=5), "C", request_id=REQUEST)
    ledger.reverse(done[0].position)
    assert effect_of(ledger.void(REQUEST))[0] == events_pb2.VOID_EFFECT_NOTHING_TO_UNDO
    assert ledger["C"].balance == 10


NOT_VOIDABLE = [
    (kinds.REPORT_LOSS, content.LossReport(kind=1), "C"),
    (kinds.REVERSE_ENTRY, content.Reversal(entry=entry(6)), ""),
    (kinds.VOID_COMMAND, content.VoidedCommand(request_id=b"x" * 16), ""),
    (kinds.REGISTER_PERSON, content.PersonRegistration(scheme=390), "N"),
]


@pytest.mark.parametrize(("kind", "message", "label"), NOT_VOIDABLE)
def test_other_kinds_are_not_voidable(ledger, kind, message, label):
    if kind == kinds.REVERSE_ENTRY:
        message = content.Reversal(entry=entry(ledger.deposit("C", 1)))
    ledger.run(kind, message, label, request_id=REQUEST)
    expect("NOT_VOIDABLE", ledger.void, REQUEST)


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize(
    ("kind", "message", "label"),
    [(kinds.RECORD_DEPOSIT, content.Deposit(amount=5), "C"), *VOIDABLE[1:]],
)
def test_groups_are_not_voidable(ledger, kind, message, label, same):
    first = ledger.command_of(kind, message, label)
    deposit = content.Deposit(amount=5)
    second = first if same else ledger.command_of(kinds.RECORD_DEPOSIT, deposit, "Q")
    ledger.deposit("P", 1_000)
    ledger.record([first, second], REQUEST)
    expect("NOT_VOIDABLE", ledger.void, REQUEST)


def test_a_void_is_refused_like_a_reversal(ledger):
    ledger.run(kinds.RECORD_DEPOSIT, content.Deposit(amount=5), "C", request_id=REQUEST)
    ledger.purchase("C", 15)
    expect("INSUFFICIENT_BALANCE", ledger.void, REQUEST)
    void = content.VoidedCommand(request_id=REQUEST)
    expect("VERSION_MISMATCH", ledger.run, kinds.VOID_COMMAND, void, expected_version=1)
