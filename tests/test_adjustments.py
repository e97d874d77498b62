"""Adjustments over the wire: one identity proposes, another approves, and the balance never goes below zero."""

from __future__ import annotations

import pytest

from ledger.domain.names import id_bytes
from ledger.log.entry import parse
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd
from tests.world import World, again, details, group, item, reason_of, refusal

HOUR = 3_600
FIRST, SECOND = ((("x-dev-actor", actor),) for actor in ("first", "second"))


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture
def world(database, service):
    """Somebody with 1,000 fen, 100 of which were credited by mistake."""
    client = Client(service.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("ann", 900))
    w.mistake = w.done(w.deposit("ann", 100)).first_position
    yield w
    client.close()
    assert database.defects(w.code) == []


def proposed(w, who="ann", amount=-100, **options):
    """The position of a proposal of the first identity."""
    return w.done(w.adjustment(who, amount, **options), metadata=FIRST).first_position


def approve(w, proposal, **options):
    """What the second identity is told when it approves."""
    return w.send(w.review(proposal), metadata=SECOND, **options)


@pytest.mark.feature(73)
def test_a_correction_by_four_eyes(world):
    """Proposing moves nothing; the posting keeps reason, corrected entry, proposer, and in its header the approver."""
    w = world
    w.done(w.purchase("ann", 950))
    assert reason_of(w.send(w.reverse(w.mistake))) == "INSUFFICIENT_BALANCE"
    proposal = proposed(w, amount=-50, entry=w.mistake)
    assert w.state("ann").balance == 50
    assert reason_of(w.send(w.review(proposal), metadata=FIRST)) == "FOUR_EYES_REQUIRED"
    done = approve(w, proposal).transaction
    assert [entry.type for entry in done.entries] == ["proposal_decided", "adjustment_posted"]
    assert (done.entries[1].balance_change, done.entries[1].balance_after) == (-50, 0)
    asked, *_, decided, posted = (parse(entry) for entry in w.entries(proposal))
    event = posted.adjustment_posted
    assert (event.reason, event.corrected_position) == (t.ADJUSTMENT_REASON_SYSTEM_ERROR, w.mistake)
    assert event.proposer == asked.header.actor != decided.header.actor == posted.header.actor
    assert posted.header.stream == id_bytes(w.id("ann"))
    assert (posted.header.balance_change, posted.header.balance_after) == (-50, 0)
    assert reason_of(w.send(w.reverse(done.last_position))) == "NOT_REVERSIBLE"


def test_what_is_added_reaches_a_closed_account_as_a_debt(world):
    """Money that turns up after closing is owed outside; nothing can be taken from a closed account."""
    w = world
    proposal = proposed(w, amount=70)
    w.done(w.close("ann"))
    assert approve(w, proposal).transaction.payable_after_close == 70
    assert (w.state("ann").balance, w.state("ann").payable_after_close) == (0, 70)
    assert reason_of(w.send(w.adjustment("ann", -1))) == "INSUFFICIENT_BALANCE"


def test_a_balance_never_goes_below_zero(world):
    """Neither as proposed nor as it is when somebody approves; the proposal then waits."""
    w = world
    assert reason_of(w.send(w.adjustment("ann", -1_001))) == "INSUFFICIENT_BALANCE"
    proposal = proposed(w, amount=-600)
    w.done(w.purchase("ann", 500))
    assert reason_of(approve(w, proposal)) == "INSUFFICIENT_BALANCE"
    assert w.state("ann").balance == 500
    w.done(w.deposit("ann", 100))
    approve(w, proposal)
    assert w.state("ann").balance == 0


@pytest.mark.parametrize("decision", [t.PROPOSAL_DECISION_REJECTED, t.PROPOSAL_DECISION_WITHDRAWN])
def test_what_is_not_approved_moves_nothing(world, decision):
    """Rejected by another, withdrawn by the proposer; decided once."""
    w = world
    proposal = proposed(w)
    w.done(w.review(proposal, decision), metadata=FIRST)
    assert w.state("ann").balance == 1_000
    assert reason_of(approve(w, proposal)) == "PROPOSAL_ALREADY_DECIDED"


def test_a_proposal_may_end_by_itself(world):
    """Judged by effective time; one that would have ended before it began is refused."""
    w = world
    proposal = proposed(w, until=-HOUR, at=-2 * HOUR)
    assert reason_of(approve(w, proposal)) == "PROPOSAL_EXPIRED"
    assert reason_of(w.send(w.adjustment("ann", until=-HOUR))) == "PROPOSAL_EXPIRED"


def test_bad_proposals(world):
    """Every field at fault is named; the corrected entry is one of the account."""
    w = world
    w.done(w.opening("bob"))
    other = w.done(w.deposit("bob", 5)).first_position
    assert reason_of(w.send(w.adjustment("nobody"))) == "ACCOUNT_NOT_FOUND"
    for entry in (other, 10**9):
        assert reason_of(w.send(w.adjustment("ann", entry=entry))) == "ENTRY_NOT_FOUND"
    assert reason_of(w.send(w.adjustment("ann", version=1))) == "VERSION_MISMATCH"
    huge = w.adjustment("ann", amount=10**12)
    huge.adjustment.reason = 0
    huge.adjustment.account = w.account("bob")
    huge.adjustment.amount = -(10**12) - 1
    assert sorted(details(w.send(huge))[1]) == ["adjustment.account", "adjustment.amount", "adjustment.reason"]
    assert details(w.send(w.adjustment("ann", amount=0)))[1] == ["adjustment.amount"]
    reader = (("x-dev-rights", "POST_DEPOSIT,REVERSE"),)
    assert reason_of(w.send(w.adjustment("ann"), metadata=reader)) == "PERMISSION_DENIED"


def test_the_same_proposal_and_approval_again(world):
    """The first answers for ever, in any spelling; other content names the field."""
    w = world
    ask = w.adjustment("ann", sealed=t.Confidential(note="court"))
    first = w.done(ask, metadata=FIRST)
    ask.adjustment.account = w.account("ann").upper().replace("LEDGERS", "ledgers").replace("ACCOUNTS", "accounts")
    ask.adjustment.account = ask.adjustment.account.replace(w.code.upper(), w.code)
    assert w.done(ask, metadata=FIRST) == again(first)
    other = w.adjustment("ann", amount=-11, request_id=ask.request_id, sealed=t.Confidential(note="court"))
    conflict = details(w.send(other, metadata=FIRST))[0]
    assert (conflict.reason, conflict.metadata["field"]) == ("IDEMPOTENCY_CONFLICT", "amount")
    review = w.review(first.first_position)
    approved = w.done(review, metadata=SECOND)
    assert w.done(review, metadata=SECOND) == again(approved)
    assert w.state("ann").balance == 990


def test_proposed_and_decided_in_one_batch(world):
    """Each sees what the one before it did; the second of two approvals is told that it came late."""
    w = world
    size = w.size()
    told = w.batch(
        item(w.adjustment("ann", -1_000)),
        item(w.adjustment("ann", -1_000)),
        group(w.review(size + 1, t.PROPOSAL_DECISION_REJECTED), w.deposit("ann", 1)),
        item(w.review(size + 1, t.PROPOSAL_DECISION_REJECTED)),
    )
    assert [each.first_position for each in told[:3]] == [size + 1, size + 2, size + 3]
    assert refusal(told[3])[0] == "PROPOSAL_ALREADY_DECIDED"
    assert isinstance(told[2], pb.Transaction)
    approve(w, size + 2)
    assert w.state("ann").balance == 1
