"""A version is withdrawn by two identities, and what it had replaced counts again."""

from __future__ import annotations

import pytest

from ledger.log.entry import parse
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import Book, as_actor, shipped
from tests.world import details


@pytest.fixture
def book(client, database):
    """A ledger of Hefei with its policy, a tertiary hospital and an active person with 1,000.00."""
    book = Book(client, database.new_ledger())
    book.publish(shipped("hefei-outpatient-2025"))
    book.done(book.designate("H1"))
    book.done(book.opening("ann", balance=100_000))
    return book


def refused(book, request, **options):
    """Reason of a refusal, which leaves one entry."""
    size = book.size()
    info = details(book.send(request, **options))[0]
    assert book.size() == size + 1
    return info.reason


def test_when_a_version_between_two_is_withdrawn_the_older_one_counts_until_the_newer_begins(book):
    """What replaces a withdrawn version replaces what that one replaced."""
    second = shipped("hefei-outpatient-2025", policy="second", effective_from="2026-01-01")
    third = {**second, "policy": "third", "effective_from": "2027-01-01"}
    book.publish(second, replaces="hefei-outpatient-2025")
    book.publish(third, replaces="second")
    book.withdraw("second")
    assert book.done(book.computed("ann", date="2026-05-01")).computation.policy.endswith("hefei-outpatient-2025")
    assert book.done(book.computed("ann", date="2026-12-31")).computation.policy.endswith("hefei-outpatient-2025")
    assert book.done(book.computed("ann", date="2027-01-01")).computation.policy.endswith("third")
    again = {**second, "policy": "second-mended"}
    assert refused(book, book.propose_policy(again, "hefei-outpatient-2025")) == "POLICY_OVERLAP"
    book.publish({**again, "effective_to": "2026-12-31"}, replaces="hefei-outpatient-2025")
    for date, policy in (("2025-12-31", "2025"), ("2026-01-01", "mended"), ("2027-01-01", "third")):
        assert book.done(book.computed("ann", date=date)).computation.policy.endswith(policy)
    book.withdraw("third")
    assert book.done(book.computed("ann", date="2026-05-01")).computation.policy.endswith("mended")
    assert refused(book, book.computed("ann", date="2027-01-01")) == "POLICY_NOT_FOUND"  # both of them ended


def test_a_version_is_withdrawn_by_two(book):
    """It counts until another identity than the proposer's has approved."""
    name = "hefei-outpatient-2025"
    request = book.propose_withdrawal(name)
    proposed = book.done(request, **as_actor("ann"))
    assert refused(book, book.review(proposed.first_position), **as_actor("ann")) == "FOUR_EYES_REQUIRED"
    (listed,) = book.send(q.ListPoliciesRequest(parent=book.ledger)).policies
    assert (listed.state, listed.withdrawal_entry) == (
        q.POLICY_STATE_PUBLISHED,
        f"{book.ledger}/entries/{proposed.first_position}",
    )
    assert book.done(book.computed("ann", 100)).computation.policy == book.policy(name)
    book.done(book.review(proposed.first_position, t.PROPOSAL_DECISION_REJECTED), **as_actor("bea"))
    assert book.done(book.computed("ann", 100)).computation.policy == book.policy(name)
    twice = [book.done(book.propose_withdrawal(name), **as_actor("ann")).first_position for _ in range(2)]
    withdrawn = book.done(book.review(twice[0]), **as_actor("bea"))
    event = parse(book.entries(withdrawn.last_position)[0]).policy_withdrawn
    assert (event.proposal_position, event.withdrawal.policy) == (twice[0], book.policy(name))
    assert refused(book, book.computed("ann", 100)) == "POLICY_NOT_FOUND"
    assert refused(book, book.review(twice[1]), **as_actor("bea")) == "POLICY_NOT_FOUND"
    assert book.done(request, **as_actor("ann")).replayed
