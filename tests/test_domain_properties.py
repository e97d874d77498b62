"""What holds for every history: money is conserved, and a reversed purchase leaves no trace."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain import entry_types as types
from ledger.domain.names import parse_account
from ledger.domain.person import Person, evolve
from ledger.domain.refusal import Refusal
from ledger.v1 import types_pb2
from tests.test_domain_ledger import Ledger, account, content, entry, kinds, purchase, stream_of

LABELS = "ABCD"
label = st.sampled_from(LABELS)
fen = st.integers(1, 3_000)


@st.composite
def bills(draw: Any) -> Any:
    """A purchase whose bill and split add up."""
    in_scope, pre, over, full = (draw(st.integers(0, 2_000)) for _ in range(4))
    deductible = draw(st.integers(0, in_scope))
    pooled = draw(st.integers(0, in_scope - deductible))
    fund = draw(st.integers(0, in_scope - deductible - pooled))
    total = in_scope + pre + over + full
    return purchase(
        total,
        in_scope=in_scope,
        pre_self_pay=pre,
        over_limit_self_pay=over,
        full_self_pay=full,
        deductible=deductible,
        pooled=pooled,
        funds=[types_pb2.FundPayment(fund="1", amount=fund)] if fund else [],
        hospital=draw(st.integers(0, total - pooled - fund)),
        full_self_pay_payable=draw(st.booleans()),
        own_account_unused=draw(st.booleans()),
        shares_unused=draw(st.booleans()),
        category=draw(st.sampled_from([types_pb2.CATEGORY_DRUG, types_pb2.CATEGORY_INPATIENT])),
    )


steps = st.one_of(
    st.tuples(st.just("deposit"), label, fen),
    st.tuples(st.just("buy"), label, bills()),
    st.tuples(st.just("grant"), label, label, st.integers(0, 500), st.integers(0, 800)),
    st.tuples(st.just("revoke"), label, label),
    st.tuples(st.just("transfer"), label, label, fen),
    st.tuples(st.just("reverse"), st.integers(1, 60)),
    st.tuples(st.just("amend"), st.integers(1, 60), bills()),
    st.tuples(st.just("order"), label, st.lists(label, min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("premium"), label, fen, st.integers(2024, 2026)),
    st.tuples(st.just("adjust"), label, st.integers(-2_000, 2_000).filter(bool)),
    st.tuples(st.just("report_loss"), label),
    st.tuples(st.just("lift_loss"), label),
    st.tuples(st.just("close"), label),
)


def take(ledger: Ledger, step: tuple[Any, ...]) -> None:
    """Run one step; a refusal is an answer like any other."""
    name, *arguments = step
    with suppress(Refusal):
        if name == "buy":
            ledger.run(kinds.RECORD_PURCHASE, arguments[1], arguments[0])
        elif name == "grant":
            payer, beneficiary, purchase_limit, year_limit = arguments
            ledger.grant(payer, beneficiary, purchase_limit=purchase_limit, year_limit=year_limit)
        elif name == "reverse":
            ledger.reverse(arguments[0])
        elif name == "amend":
            amend(ledger, *arguments)
        elif name == "order":
            order = content.PayerOrder(payers=map(account, arguments[1]))
            ledger.run(kinds.ORDER_PAYERS, order, arguments[0])
        elif name == "premium":
            who, amount, year = arguments
            deduction = content.PremiumDeduction(amount=amount, kind=types_pb2.PREMIUM_KIND_SUPPLEMENTARY, year=year)
            ledger.run(kinds.DEDUCT_PREMIUM, deduction, who)
        elif name == "adjust":
            adjust(ledger, *arguments)
        else:
            getattr(ledger, name)(*arguments)


def amend(ledger: Ledger, position: int, kept: Any) -> list[Any]:
    """Amend a purchase."""
    message = content.PurchaseAmendment(entry=entry(position), purchase=kept)
    return ledger.run(kinds.AMEND_PURCHASE, message)


def adjust(ledger: Ledger, who: str, amount: int) -> None:
    """Propose a correction as one identity and approve it as another."""
    ledger.actor = b"1" * 16
    proposal = content.AdjustmentProposal(account=account(who), amount=amount)
    position = ledger.run(kinds.PROPOSE_ADJUSTMENT, proposal, who)[0].position
    ledger.actor = b"2" * 16
    approval = types_pb2.PROPOSAL_DECISION_APPROVED
    ledger.run(kinds.REVIEW_PROPOSAL, content.ProposalReview(proposal=entry(position), decision=approval))


def family(history: list[tuple[Any, ...]]) -> Ledger:
    """Four persons, the last of whom has no account, after a history."""
    ledger = Ledger()
    for each in "ABC":
        ledger.open(each, 1_000, retired=each == "C")
    ledger.register("D")
    for step in (("grant", "A", "B", 0, 0), ("grant", "C", "D", 0, 700), *history):
        take(ledger, step)
    return ledger


def people(ledger: Ledger) -> list[Person]:
    """Everybody, without the registers of the ledger itself."""
    return [each for each in ledger.persons.values() if isinstance(each, Person)]


def flows(ledger: Ledger) -> tuple[int, int]:
    """Fen that came in from outside, and fen that left, according to what the events say."""
    came = left = 0
    for recorded in ledger.log:
        event = recorded.event
        if recorded.type == types.OPENING_IMPORTED:
            came += event.opening.balance
        elif recorded.type == types.DEPOSIT_POSTED:
            came += event.deposit.amount
        elif recorded.type == types.DEPOSIT_REVERSED:
            came -= event.amount
        elif recorded.type in (types.PURCHASE_SETTLED, types.PURCHASE_REVERSED):
            split = event.split
            paid = split.own_account + sum(share.amount for share in split.shared)
            left += paid if recorded.type == types.PURCHASE_SETTLED else -paid
        elif recorded.type in (types.BALANCE_PAID_OUT, types.PREMIUM_REVERSED):
            left += event.amount if recorded.type == types.BALANCE_PAID_OUT else -event.amount
        elif recorded.type == types.PREMIUM_DEDUCTED:
            left += event.deduction.amount
        elif recorded.type == types.ADJUSTMENT_POSTED:
            came += event.amount
    return came, left


@given(st.lists(steps, max_size=25))
@settings(max_examples=300, deadline=None)
def test_money_is_conserved(history):
    ledger = family(history)
    came, left = flows(ledger)
    held = sum(each.balance + each.payable_after_close for each in people(ledger))
    assert held == came - left
    assert all(each.balance >= 0 for each in people(ledger))


@given(st.lists(steps, max_size=25))
@settings(max_examples=100, deadline=None)
def test_every_prefix_folds_to_what_was_decided_on(history):
    ledger = family(history)
    folded: dict[bytes, Person] = {}
    for recorded in ledger.log:
        if recorded.stream == ledger.admin:
            continue
        before = folded.get(recorded.stream) or Person(recorded.stream)
        folded[recorded.stream] = evolve(before, recorded)
    assert folded == {each.id: each for each in people(ledger)}


@given(st.lists(steps, max_size=25))
@settings(max_examples=100, deadline=None)
def test_every_split_adds_up(history):
    ledger = family(history)
    for recorded in ledger.log:
        if recorded.type != types.PURCHASE_SETTLED:
            continue
        split, bill = recorded.event.split, recorded.event.purchase.bill
        borne = split.pooled + sum(each.amount for each in split.funds) + split.hospital
        paid = split.own_account + sum(each.amount for each in split.shared)
        assert bill.total == borne + paid + split.cash
        assert split.personal == bill.total - borne
        assert paid <= split.account_payable <= split.personal
        assert min(split.cash, split.own_account, split.account_payable) >= 0
        legs = [leg for leg in ledger.transaction(recorded.position) if leg.type == types.SHARE_PAID]
        assert [(leg.stream, leg.event.amount) for leg in legs] == [
            (parse_account(each.payer)[1], each.amount) for each in split.shared
        ]
        assert recorded.balance_change == -split.own_account


def sums(ledger: Ledger) -> dict[bytes, Any]:
    """Every sum that a purchase moves, without those that are zero."""
    return {
        each.id: (
            each.balance + each.payable_after_close,
            {key: value for key, value in each.accumulators.items() if any(value)},
            {key: value for key, value in each.grant_use.items() if value},
        )
        for each in people(ledger)
    }


@given(
    st.lists(steps, max_size=10),
    label,
    bills(),
    st.sets(st.sampled_from(["freeze", "revoke", "buy"])),
)
@settings(max_examples=300, deadline=None)
def test_reversing_a_purchase_is_neutral(history, who, bill, between):
    ledger = family(history)
    try:
        bought = ledger.run(kinds.RECORD_PURCHASE, bill, who)[0]
    except Refusal:
        return
    other = ledger.purchase(who, 50) if "buy" in between else None
    if other:
        ledger.reverse(other.position)
    if "revoke" in between:
        take(ledger, ("revoke", "A", "B"))
    if "freeze" in between:
        take(ledger, ("report_loss", "A"))
    ledger.reverse(bought.position)
    alone = family(history)
    assert sums(ledger) == sums(alone)
    assert ledger.keys == alone.keys


@given(st.lists(steps, max_size=10), label, bills(), bills(), st.sets(st.sampled_from(["freeze", "revoke", "order"])))
@settings(max_examples=300, deadline=None)
def test_amending_is_reversing_and_then_settling(history, who, bought, kept, between):
    def before() -> tuple[Ledger, int]:
        ledger = family(history)
        position = ledger.run(kinds.RECORD_PURCHASE, bought, who)[0].position
        if "revoke" in between:
            take(ledger, ("revoke", "A", "B"))
        if "freeze" in between:
            take(ledger, ("report_loss", "A"))
        if "order" in between:
            take(ledger, ("order", "B", ["C", "A"]))
        return ledger, position

    try:
        once, position = before()
    except Refusal:
        return
    size = len(once.log)
    twice, _ = before()
    twice.reverse(position)
    refused = settled = None
    try:
        settled = twice.run(kinds.RECORD_PURCHASE, kept, who)[0]
    except Refusal as refusal:
        refused = refusal.reason
    if settled is None:
        with pytest.raises(Refusal) as caught:
            amend(once, position, kept)
        assert (caught.value.reason, len(once.log)) == (refused, size)
        return
    amended = amend(once, position, kept)
    anew = next(each for each in amended if each.type == types.PURCHASE_SETTLED)
    assert amended[0].event.kept_position == anew.position
    assert anew.event.split == settled.event.split
    assert sums(once) == sums(twice)
    assert once.keys == twice.keys


@given(st.lists(steps, max_size=15), label, st.integers(-2_000, 2_000).filter(bool))
@settings(max_examples=100, deadline=None)
def test_an_adjustment_and_its_opposite_leave_balances_alone(history, who, amount):
    ledger = family(history)
    before = sums(ledger)
    try:
        adjust(ledger, who, amount)
    except Refusal:
        assert sums(ledger) == before
        return
    if ledger[who].state != types_pb2.ACCOUNT_STATE_CLOSED:
        adjust(ledger, who, -amount)
        assert sums(ledger) == before


@given(st.lists(st.tuples(label, fen), min_size=1, max_size=8), fen)
def test_a_transfer_and_its_reversal_leave_balances_alone(deposits, amount):
    ledger = Ledger()
    for each in LABELS:
        ledger.open(each, amount)
    for who, deposited in deposits:
        ledger.deposit(who, deposited)
    ledger.grant("A", "B")
    before = sums(ledger)
    message = content.FamilyTransfer(receiver=account("B"), amount=amount)
    sent = ledger.run(kinds.TRANSFER_SHARE, message, "A")[0]
    assert ledger["B"].balance == before[stream_of("B")][0] + amount
    ledger.reverse(sent.position)
    assert sums(ledger) == before
