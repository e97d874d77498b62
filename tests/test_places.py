"""What is remembered of a place holds for the state that it was found on, never for another of the same version."""

from __future__ import annotations

import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import types_pb2 as t
from tests.book import Book, shipped
from tests.world import details, group

PRIMARY, SECONDARY = t.INSTITUTION_LEVEL_PRIMARY, t.INSTITUTION_LEVEL_SECONDARY


@pytest.fixture
def book(client, database):
    """A ledger with a policy for each level and an active person."""
    book = Book(client, database.new_ledger())
    for level in ("primary", "secondary", "tertiary"):
        book.publish(shipped(f"generic-{level}", region=book.region))
    book.done(book.opening("ann", balance=100_000))
    return book


def refuse(book, code, level=PRIMARY):
    """Send a group that designates, settles a purchase there, and is refused as a whole by its last command."""
    members = book.designate(code, level), book.computed("ann", 1_000, institution=code), book.lift("ann")
    answer = book.batch(group(*members))[0]
    assert details(answer)[0].reason == "LOSS_NOT_REPORTED"


def reason_of(book, request):
    """Why a request is refused; empty where it is not."""
    answer = book.send(request)
    return details(answer)[0].reason if isinstance(answer, Status) else ""


def test_another_level_after_a_refused_group(book):
    book.done(book.designate("H2"))
    refuse(book, "H2")
    book.done(book.designate("H2", SECONDARY))
    settled = book.done(book.computed("ann", 1_000, institution="H2"))
    assert settled.computation.policy == book.policy("generic-secondary")


def test_a_revocation_after_a_refused_group(book):
    book.done(book.designate("H2"))
    refuse(book, "H2")
    book.done(book.revoke_designation("H2"))
    assert reason_of(book, book.computed("ann", 1_000, institution="H2")) == "INSTITUTION_NOT_DESIGNATED"


def test_another_region_after_a_refused_group(book):
    refuse(book, "H3")
    book.done(book.designate("H3", PRIMARY, region="310000"))
    assert reason_of(book, book.computed("ann", 1_000, institution="H3")) == "CROSS_REGION_FILING_REQUIRED"


def test_each_change_counts_at_once(book):
    for level, name in ((PRIMARY, "primary"), (SECONDARY, "secondary"), (PRIMARY, "primary")):
        book.done(book.designate("H2", level))
        for _ in range(2):
            settled = book.done(book.computed("ann", 1_000, institution="H2"))
            assert settled.computation.policy == book.policy(f"generic-{name}")
