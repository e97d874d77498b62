"""Changes of the events of every family, each as an author of events would call it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.v1 import types_pb2 as t

Change = Callable[[Any], object]
APPROVED = 1


def add(path: str, amount: int = 1) -> Change:
    """Add to a number inside an event."""

    def change(event: Any) -> None:
        *names, last = path.split(".")
        for name in names:
            event = getattr(event, name)
        setattr(event, last, getattr(event, last) + amount)

    return change


def put(path: str, value: Any) -> Change:
    """Put a value inside an event."""

    def change(event: Any) -> None:
        *names, last = path.split(".")
        for name in names:
            event = getattr(event, name)
        setattr(event, last, value)

    return change


def both(*changes: Change) -> Change:
    """Several changes."""
    return lambda event: [change(event) for change in changes]


def flip(path: str) -> Change:
    """Flip a bit of bytes inside an event."""

    def change(event: Any) -> None:
        *names, last = path.split(".")
        for name in names:
            event = getattr(event, name)
        value = getattr(event, last)
        setattr(event, last, bytes((value[0] ^ 1,)) + value[1:])

    return change


def computed(_header: Any, entry: Any) -> bool:
    """A settlement that a policy decided, from an account that could pay all of it."""
    settled = entry.purchase_settled
    return settled.HasField("computation") and settled.split.own_account > 0 and settled.split.pooled > 0


def with_cash(_header: Any, entry: Any) -> bool:
    """A settlement that a policy decided, with a part in cash."""
    return entry.purchase_settled.HasField("computation") and entry.purchase_settled.split.cash > 0


def supplied(_header: Any, entry: Any) -> bool:
    """A settlement whose split a centre supplied, with a pooled part."""
    return entry.purchase_settled.purchase.upstream.pooled > 0


def keyed(_header: Any, entry: Any) -> bool:
    """An entry that takes unique keys, which are released later."""
    return any(not key.released for key in entry.references.unique_keys)


def credited(header: Any, _entry: Any) -> bool:
    """An entry that puts money into an account."""
    return header.balance_change > 0


def approved(_header: Any, entry: Any) -> bool:
    """A claim that was approved."""
    return entry.claim_decided.decision == APPROVED


def rejected(_header: Any, entry: Any) -> bool:
    """A claim that was rejected."""
    return entry.claim_decided.decision != APPROVED


def of_somebody(_header: Any, entry: Any) -> bool:
    """A refusal about a stream."""
    return bool(entry.command_refused.subject.strip(b"\0"))


# What, type of the entry, change of the event, what the entry moves then, kind, condition.
EVENTS: tuple[tuple[str, str, Change, int, str, Any], ...] = (
    ("the amount of a deposit", "deposit_posted", add("deposit.amount"), 0, "money", None),
    (
        "the amount of a reversal of a deposit, balances recomputed",
        "deposit_reversed",
        add("amount"),
        -1,
        "reversal",
        None,
    ),
    ("what a reversal takes back", "deposit_reversed", add("reversed_position", -1), 0, "reversal", None),
    ("the amount of a premium", "premium_deducted", add("deduction.amount"), 0, "money", None),
    ("a premium without a kind", "premium_deducted", put("deduction.kind", 0), 0, "money", None),
    (
        "the amount of a premium that came back, balances recomputed",
        "premium_reversed",
        add("amount"),
        1,
        "reversal",
        None,
    ),
    (
        "the pooled part for cash",
        "purchase_settled",
        both(add("split.pooled"), add("split.cash", -1), add("split.personal", -1)),
        0,
        "settlement",
        with_cash,
    ),
    ("the deductible", "purchase_settled", add("split.deductible", -1), 0, "settlement", with_cash),
    (
        "cash for the own account, balances recomputed",
        "purchase_settled",
        both(add("split.own_account", -1), add("split.cash")),
        1,
        "settlement",
        computed,
    ),
    ("the part that accounts may pay", "purchase_settled", add("split.account_payable"), 0, "settlement", computed),
    ("the total of a bill", "purchase_settled", add("purchase.bill.total"), 0, "money", None),
    (
        "total and in-scope part of a bill, cash with it",
        "purchase_settled",
        both(
            add("purchase.bill.total", 100),
            add("purchase.bill.in_scope", 100),
            add("split.cash", 100),
            add("split.personal", 100),
            add("split.account_payable", 100),
        ),
        0,
        "settlement",
        with_cash,
    ),
    (
        "a part of a bill below zero",
        "purchase_settled",
        both(add("purchase.bill.full_self_pay", -1), add("purchase.bill.in_scope")),
        0,
        "money",
        with_cash,
    ),
    ("the sums of the year, pooled", "purchase_settled", add("accumulator.pooled"), 0, "sums", None),
    ("the sums of the year, visits", "purchase_settled", add("accumulator.visits"), 0, "sums", None),
    ("the sums of another year", "purchase_settled", add("accumulator.year"), 0, "sums", None),
    ("a bill that no longer counts", "purchase_settled", put("uncounted", True), 0, "sums", computed),
    (
        "the kind of the person",
        "purchase_settled",
        put("person_type", t.PERSON_TYPE_RETIRED),
        0,
        "settlement",
        computed,
    ),
    (
        "the level of the institution",
        "purchase_settled",
        put("computation.level", t.INSTITUTION_LEVEL_PRIMARY),
        0,
        "settlement",
        computed,
    ),
    ("an intermediate of the computation", "purchase_settled", add("computation.base"), 0, "settlement", computed),
    (
        "the name of the policy that decided",
        "purchase_settled",
        put("computation.policy", "ledgers/x/policies/y"),
        0,
        "policy",
        computed,
    ),
    ("the institution of a purchase", "purchase_settled", put("purchase.institution", "H9"), 0, "settlement", computed),
    (
        "the category of a purchase",
        "purchase_settled",
        put("purchase.category", t.CATEGORY_INPATIENT),
        0,
        "sums",
        computed,
    ),
    (
        "the pooled part that a centre supplied, for cash",
        "purchase_settled",
        both(add("split.pooled"), add("split.cash", -1), add("split.personal", -1)),
        0,
        "settlement",
        supplied,
    ),
    ("the amount of a share", "share_paid", add("amount"), 0, "money", None),
    ("the amount of a share, balances recomputed", "share_paid", add("amount"), -1, "money", None),
    ("for whom a share was paid", "share_paid", flip("beneficiary"), 0, "settlement", None),
    ("the amount of a share that came back, balances recomputed", "share_refunded", add("amount"), 1, "reversal", None),
    ("the split that a reversal negates", "purchase_reversed", add("split.cash"), 0, "reversal", None),
    ("the sums after a reversal", "purchase_reversed", add("accumulator.eligible"), 0, "sums", None),
    (
        "money owed outside for an open account, balances recomputed",
        "purchase_reversed",
        add("payable_after_close"),
        -1,
        "reversal",
        credited,
    ),
    (
        "what was sent to a relative, balances recomputed",
        "family_transfer_sent",
        add("transfer.amount"),
        -1,
        "transfer",
        None,
    ),
    ("what a relative received, balances recomputed", "family_transfer_received", add("amount"), 1, "transfer", None),
    (
        "a family transfer that came back, balances recomputed",
        "family_transfer_reversed",
        add("amount"),
        1,
        "reversal",
        credited,
    ),
    (
        "the receiver of an accepted transfer",
        "transfer_accepted",
        put("receiver", "ledgers/x/accounts/y"),
        0,
        "transfer",
        None,
    ),
    ("the amount of an accepted transfer", "transfer_accepted", add("amount"), 0, "transfer", None),
    ("the amount of a returned transfer, balances recomputed", "transfer_returned", add("amount"), 1, "transfer", None),
    (
        "the amount of a credited transfer, balances recomputed",
        "transfer_credited",
        add("credit.amount"),
        1,
        "transfer",
        None,
    ),
    ("the id of a credited transfer", "transfer_credited", flip("credit.transfer_id"), 0, "transfer", None),
    (
        "what a claim was approved for",
        "claim_decided",
        both(add("split.pooled"), add("split.cash", -1)),
        0,
        "claim",
        approved,
    ),
    ("the sums after a claim", "claim_decided", add("accumulator.pooled"), 0, "sums", approved),
    ("a claim that was rejected, approved", "claim_decided", put("decision", APPROVED), 0, "claim", rejected),
    ("the amount that was paid for a claim", "claim_paid", add("amount"), 0, "claim", None),
    ("which claim was paid", "claim_paid", add("claim_position"), 0, "claim", None),
    ("the amount of an adjustment, balances recomputed", "adjustment_posted", add("amount"), 1, "approval", None),
    ("who proposed an adjustment", "adjustment_posted", flip("proposer"), 0, "approval", None),
    ("which proposal was decided", "proposal_decided", add("proposal_position", -1), 0, "approval", None),
    (
        "the version that a refusal was decided on",
        "command_refused",
        add("subject_version"),
        0,
        "reference",
        of_somebody,
    ),
    ("a refusal without a reason", "command_refused", put("reason", 0), 0, "reference", None),
    ("a refusal without its command", "command_refused", lambda e: e.ClearField("command"), 0, "reference", None),
    ("which command was voided", "command_voided", add("voided_position"), 0, "request", None),
    (
        "the amount that was paid out at a closing, balances recomputed",
        "balance_paid_out",
        add("amount", -1),
        1,
        "money",
        None,
    ),
    ("a payout without a reason", "balance_paid_out", put("reason", 0), 0, "money", None),
)
