"""Four eyes: a proposal is decided once, by somebody who may, and what it brings about follows at once."""

from __future__ import annotations

import pytest

from ledger.domain import entry_types as types
from ledger.domain.names import entry_name, person_name
from ledger.domain.register import Register
from ledger.domain.values import EvolveError
from ledger.log.identifiers import ADMIN, POLICIES, ledger_id, named_stream
from ledger.policy import seeds
from ledger.v1 import commands_pb2 as content
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import Book, as_actor, shipped
from tests.test_domain_ledger import CODE, Ledger, expect, kinds
from tests.world import item, reason_of, time_ordered_id

APPROVED, REJECTED, WITHDRAWN = (
    t.PROPOSAL_DECISION_APPROVED,
    t.PROPOSAL_DECISION_REJECTED,
    t.PROPOSAL_DECISION_WITHDRAWN,
)
FIRST, SECOND = b"1" * 16, b"2" * 16


def version(name="general"):
    """A version of one year for purchases without a pooled part."""
    return shipped("account-only", policy=name, effective_to="2025-12-31")


def draft(name="general", ledger=CODE):
    return seeds.draft(ledger, version(name))


@pytest.fixture
def ledger():
    return Ledger()


def propose(ledger, name="general"):
    ledger.actor = FIRST
    return ledger.run(kinds.PROPOSE_POLICY, draft(name))[0].position


def decide(ledger, position, decision, actor=SECOND, **options):
    ledger.actor = actor
    review = content.ProposalReview(proposal=entry_name(CODE, position), decision=decision)
    return ledger.run(kinds.REVIEW_PROPOSAL, review, **options)


def test_approving_records_the_decision_and_its_effect(ledger):
    position = propose(ledger)
    decided, published = decide(ledger, position, APPROVED)
    assert (decided.type, published.type) == (types.PROPOSAL_DECIDED, types.POLICY_PUBLISHED)
    assert (decided.event.proposal_position, published.event.proposal_position) == (position, position)
    assert decided.stream == published.stream == ledger.policies


@pytest.mark.parametrize("decision", [REJECTED, WITHDRAWN])
def test_other_decisions_bring_nothing_about(ledger, decision):
    position = propose(ledger)
    assert [entry.type for entry in decide(ledger, position, decision, FIRST)] == [types.PROPOSAL_DECIDED]


def test_nobody_approves_his_own_proposal(ledger):
    position = propose(ledger)
    expect("FOUR_EYES_REQUIRED", decide, ledger, position, APPROVED, FIRST)
    decide(ledger, position, APPROVED, SECOND)


def test_only_its_proposer_withdraws(ledger):
    position = propose(ledger)
    expect("PROPOSAL_NOT_OWN", decide, ledger, position, WITHDRAWN, SECOND)
    decide(ledger, position, WITHDRAWN, FIRST)


@pytest.mark.parametrize("first", [APPROVED, REJECTED])
def test_a_proposal_is_decided_once(ledger, first):
    position = propose(ledger)
    decide(ledger, position, first)
    for actor in (FIRST, SECOND):
        expect("PROPOSAL_ALREADY_DECIDED", decide, ledger, position, APPROVED, actor)


def test_what_is_no_proposal_is_not_decided(ledger):
    ledger.open("A")
    expect("NOT_A_PROPOSAL", decide, ledger, 1, APPROVED)
    expect("ENTRY_NOT_FOUND", decide, ledger, 99, APPROVED)


def test_the_expected_version_is_that_of_the_proposals_stream(ledger):
    position = propose(ledger)
    propose(ledger, "other")
    expect("VERSION_MISMATCH", decide, ledger, position, APPROVED, expected_version=1)
    decide(ledger, position, APPROVED, expected_version=2)


def test_a_name_is_taken_for_ever(ledger):
    decide(ledger, propose(ledger), REJECTED)
    expect("POLICY_VERSION_EXISTS", propose, ledger)


def test_a_register_refuses_what_does_not_continue_it(ledger):
    propose(ledger)
    with pytest.raises(EvolveError):
        Register(ledger.policies).after(ledger.log[-1]).after(ledger.log[-1])


@pytest.fixture
def book(client, ledger_code):
    return Book(client, ledger_code)


@pytest.fixture
def ledger_code(database):
    return database.new_ledger()


def test_four_eyes_over_the_wire(book):
    proposed = book.done(book.propose_policy(version()), **as_actor("ann"))
    assert [entry.type for entry in proposed.entries] == ["policy_proposed"]
    own = book.send(book.review(proposed.first_position), **as_actor("ann"))
    assert reason_of(own) == "FOUR_EYES_REQUIRED"
    request = book.review(proposed.first_position)
    done = book.done(request, **as_actor("bea"))
    assert [entry.type for entry in done.entries] == ["proposal_decided", "policy_published"]
    assert not any(entry.account for entry in done.entries)
    again = book.done(request, **as_actor("bea"))
    assert (again.replayed, again.first_position) == (True, done.first_position)
    late = book.send(book.review(proposed.first_position), **as_actor("cat"))
    assert reason_of(late) == "PROPOSAL_ALREADY_DECIDED"


def test_another_content_under_the_same_id_is_a_conflict(book):
    request = book.propose_policy(version())
    book.done(request)
    request.draft.effective_to.day = 30
    conflict = book.send(request)
    assert reason_of(conflict) == "IDEMPOTENCY_CONFLICT"


def test_a_register_is_nobodys_account(book):
    """Streams of the ledger have ids that everybody can derive; they are not persons."""
    book.done(book.propose_policy(version()))
    for name in (ADMIN, POLICIES):
        person = person_name(book.code, named_stream(ledger_id(book.code), name))
        assert reason_of(book.send(q.GetAccountRequest(name=person))) == "PERSON_NOT_FOUND"
        assert reason_of(book.send(book.purchase(person))) == "PERSON_NOT_FOUND"


def test_a_proposal_and_its_approval_in_one_batch(book):
    """The second command sees the register as the first one made it, before either is committed."""
    size = book.size()
    first, second = (
        book.propose_policy(version("one")),
        book.propose_policy(version("one"), request_id=time_ordered_id()),
    )
    done, refused = book.batch(item(first), item(second))
    assert done.first_position == size + 1
    assert reason_of(refused) == "POLICY_VERSION_EXISTS"
