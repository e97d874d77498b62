"""Bad input about shares, premiums and corrections; tests/test_bad_input.py sends it."""

from __future__ import annotations

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests.running import time_ordered_id

NEW = "ledgers/nosuch"
RESIDENT = t.PREMIUM_KIND_RESIDENT_SCHEME


def inside(amendment):
    """An amendment with personal data where none belong."""
    amendment.amendment.purchase.confidential.note = "a"
    return amendment


def nothing_kept(w):
    """An amendment that says nothing of what is kept."""
    content = c.PurchaseAmendment(entry=f"{w.ledger}/entries/9")
    return pb.AmendPurchaseRequest(ledger=w.ledger, request_id=time_ordered_id(), amendment=content)


SHAPE = {
    "an order of nobody": (lambda w: w.order("bob"), ("order.payers",)),
    "an order that names a payer twice": (lambda w: w.order("bob", "ann", "ann"), ("order.payers",)),
    "an order of nine": (lambda w: w.order("bob", *(f"p{n}" for n in range(9))), ("order.payers",)),
    "an order of persons": (lambda w: w.order("bob", w.person("ann")), ("order.payers[0]",)),
    "a premium of nothing": (lambda w: w.premium("ann", amount=0), ("deduction.amount",)),
    "a premium without kind": (lambda w: w.premium("ann", kind=0), ("deduction.kind",)),
    "a premium without year": (lambda w: w.premium("ann", year=0), ("deduction.year",)),
    "a premium for somebody elsewhere": (
        lambda w: w.premium("ann", covered=f"{NEW}/persons/{w.id('bob')}"),
        ("deduction.covered",),
    ),
    "an amendment of nothing": (nothing_kept, ("amendment.purchase",)),
    "an amendment without a bill": (
        lambda w: w.amend(9, bill=t.Bill(pre_self_pay=-1), institution=""),
        ("amendment.purchase.bill.pre_self_pay", "amendment.purchase.bill.total", "amendment.purchase.institution"),
    ),
    "an amendment with personal data in the wrong place": (
        lambda w: inside(w.amend(9)),
        ("amendment.purchase.confidential",),
    ),
    "an amendment under a policy of another ledger": (
        lambda w: w.amend(9, policy=f"{NEW}/policies/p"),
        ("amendment.purchase.policy",),
    ),
}
"""Name → what is asked, and the fields that are named."""

REFUSED = {
    "ended before it begins": ("SHARE_PERIOD_EMPTY", lambda w: w.grant("ann", "dan", until=-60)),
    "order of payers who granted nothing": ("SHARE_NOT_AUTHORIZED", lambda w: w.order("bob", "ann", "dan")),
    "order of payers of another ledger": (
        "SHARE_ACROSS_LEDGERS_NOT_SUPPORTED",
        lambda w: w.order("bob", f"{NEW}/accounts/{w.id('ann')}"),
    ),
    "order of nobody's payers": ("PERSON_NOT_FOUND", lambda w: w.order("nobody", "ann")),
    "premium of somebody in work": ("PERSON_TYPE_NOT_ELIGIBLE", lambda w: w.premium("ann")),
    "resident premium for an employee": (
        "PERSON_TYPE_NOT_ELIGIBLE",
        lambda w: w.premium("ann", kind=RESIDENT, covered="bob"),
    ),
    "premium of a stranger": ("SHARE_NOT_AUTHORIZED", lambda w: w.premium("ann", kind=RESIDENT, covered="dan")),
    "premium taken before": ("DUPLICATE_PREMIUM", lambda w: w.premium("retired")),
    "premium above the balance": ("INSUFFICIENT_BALANCE", lambda w: w.premium("retired", amount=10**6, year=2026)),
    "premium while frozen": ("ACCOUNT_FROZEN", lambda w: w.premium("frozen")),
    "amendment of a deposit": ("NOT_REVERSIBLE", lambda w: w.amend(w.spent)),
    "amendment of what is reversed": ("ALREADY_REVERSED", lambda w: w.amend(w.undone)),
    "amendment of what is not there": ("ENTRY_NOT_FOUND", lambda w: w.amend(10**9)),
    "amendment at another institution": ("INSTITUTION_DIFFERS", lambda w: w.amend(w.bought, institution="H2")),
    "amendment whose parts do not add up": (
        "AMOUNT_MISMATCH",
        lambda w: w.amend(w.bought, bill=t.Bill(total=100, in_scope=99)),
    ),
    "void of an amendment": ("NOT_VOIDABLE", lambda w: w.void(w.amending)),
}
"""Name → the reason, and what is asked."""


def arrange(w):
    """What must have happened before."""
    w.done(w.opening("retired", person_type=t.PERSON_TYPE_RETIRED))
    w.done(w.premium("retired"))
    w.amending = time_ordered_id()
    w.undone = w.done(w.purchase("ann")).first_position
    w.bought = w.done(w.amend(w.undone, request_id=w.amending)).last_position
