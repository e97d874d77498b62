"""What was taken back, and what was decided about claims, is worked out again; bills of older programs, too."""

from __future__ import annotations

import pytest

from ledger.log import header
from ledger.v1 import types_pb2 as t
from ledger.v1.entry_pb2 import Entry
from tests.book import shipped
from tests.life import Life
from tests.running import Client
from tests.test_outside_benefit import days_since
from tests.test_recompute import add, differences


@pytest.fixture(scope="module")
def book(ledgerd, database):
    """Everything that can be taken back, taken back in every way; claims that are approved, rejected and paid."""
    client = Client(ledgerd.channel())
    w = Life(client, database.new_ledger())
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    for who in ("ann", "bob"):
        w.done(w.opening(who, 50_000))
    w.done(w.opening("old", 5_000, person_type=t.PERSON_TYPE_RETIRED))
    w.done(w.grant("bob", "ann", year_limit=40_000))
    first = w.done(w.computed("ann", 160_000, sealed=t.Confidential(invoice_number="I-1"))).first_position
    w.done(w.amend(first, total=90_000))
    later = w.computed("ann", 10_000)
    w.done(later)
    w.done(w.void(later.request_id))
    w.done(w.reverse(w.done(w.deposit("ann", 700)).first_position))
    w.done(w.reverse(w.done(w.premium("old", amount=200)).first_position))
    w.done(w.reverse(w.done(w.transfer("bob", "ann", amount=70)).first_position))
    w.done(w.suspend("ann", since="2025-02-01"))
    outside = w.done(w.computed("ann", 3_000)).first_position
    w.done(w.restore("ann", since="2025-02-02", gap_covered=True))
    w.done(w.reverse(outside))
    at = days_since("2025-03-20")
    claims = [w.done(w.claim("ann", "2025-03-04", f"C-{number}", at=at)).first_position for number in range(3)]
    w.done(w.decide_claim("ann", claims[0]))
    w.done(w.decide_claim("ann", claims[1], t.CLAIM_DECISION_REJECTED))
    w.done(w.decide_claim("ann", claims[2], upstream={"pooled": 70}))
    w.done(w.pay_claim("ann", claims[0], "B-1"))
    w.done(w.close("bob"))
    w.done(w.reverse(w.done(w.computed("ann", 5_000)).first_position))
    yield w
    client.close()


def test_everything_follows_from_what_was_before(book):
    found, again = differences(book.entries(), book.code)
    assert found == []
    assert (again.settlements, again.reversals, again.claims, again.older) == (5, 7, 4, 0)


def changed(data, kind, change):
    """Stored bytes with something changed in their event."""
    message = Entry.FromString(data)
    change(getattr(message, kind))
    message.ClearField("header")
    return data[: header.HEADER_LENGTH] + message.SerializeToString()


PLANTED = {
    "more comes back": ("purchase_reversed", lambda e: add(e.split, "own_account", 1), "split.own_account"),
    "too little leaves the sums": (
        "purchase_reversed",
        lambda e: add(e.accumulator, "pooled", 1),
        "accumulator.pooled",
    ),
    "another visit": ("purchase_reversed", lambda e: add(e.accumulator, "visits", 1), "accumulator.visits"),
    "another purchase": ("purchase_reversed", lambda e: add(e, "reversed_position", -1), "settlement"),
    "another share": ("share_refunded", lambda e: add(e, "amount", -1), "share"),
    "owed for an open account": (
        "purchase_reversed",
        lambda e: add(e, "payable_after_close", 1),
        "payable_after_close",
    ),
    "another deposit's amount": ("deposit_reversed", lambda e: add(e, "amount", 1), "amount"),
    "another premium's amount": ("premium_reversed", lambda e: add(e, "amount", 1), "amount"),
    "another transfer's amount": ("family_transfer_reversed", lambda e: add(e, "amount", 1), "amount"),
    "more is due for a claim": ("claim_decided", lambda e: add(e.split, "pooled", 1), "split.pooled"),
    "a claim's sums": ("claim_decided", lambda e: add(e.accumulator, "eligible", 1), "accumulator.eligible"),
    "a claim that moves no sum": ("claim_decided", lambda e: setattr(e, "uncounted", True), "uncounted"),
    "more is paid": ("claim_paid", lambda e: add(e, "amount", 1), "amount"),
    "another decision is paid": ("claim_paid", lambda e: add(e, "decision_position", 1), "decision_position"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_difference_is_found_where_it_lies(book, name):
    kind, change, field = PLANTED[name]
    entries = book.entries()
    at = next(at for at, data in enumerate(entries) if Entry.FromString(data).WhichOneof("event") == kind)
    entries[at] = changed(entries[at], kind, change)
    found, _ = differences(entries, book.code)
    assert field in {each.field for each in found if each.position == at + 1}, found


def test_a_missing_refund_is_told(book):
    entries = book.entries()
    at = next(i for i, data in enumerate(entries) if Entry.FromString(data).WhichOneof("event") == "share_refunded")
    (cut,) = differences(entries[:at], book.code)[0]
    assert (cut.position, cut.field, cut.recorded) == (at + 1, "share", "none")


def test_bills_of_before_the_mark_are_judged_by_the_rule_of_their_time(client, database):
    """As programs before feature level 2 wrote them: they count, and their reversal takes that back."""
    w = Life(client, database.new_ledger())
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    w.done(w.opening("ann", 50_000))
    position = w.done(w.computed("ann", 1_000, exclusion_reason="ABROAD", date="2025-03-03")).first_position
    size = w.size()
    entries = w.entries()

    def as_before(event):
        event.uncounted = False
        event.accumulator.eligible, event.accumulator.visits = 1_000, 1

    older = [*entries]
    older[position - 1] = changed(entries[position - 1], "purchase_settled", as_before)
    found, again = differences(older[:size], w.code)
    assert (found, again.older) == ([], 1)
    # Behind the first bill that is marked, nobody leaves the mark out.
    w.done(w.computed("ann", 1_000, exclusion_reason="ABROAD", date="2025-03-03"))
    marked = w.entries()
    last = len(marked) - 1
    unmarked = [*marked[:last], changed(marked[last], "purchase_settled", as_before)]
    assert {each.field for each in differences(unmarked, w.code)[0]} >= {"uncounted"}
