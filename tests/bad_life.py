"""Bad input about what changes in a person; tests/test_bad_input.py sends it."""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.domain.risk_flags import OPEN_MAX
from ledger.v1 import types_pb2 as t
from tests.life import NUMBER, OLD, PHONE
from tests.world import item

SHAPE = {
    "a kind from no date": (lambda w: w.change_kind("ann", since=""), ("change.effective_from",)),
    "no kind": (lambda w: w.change_kind("ann", 0), ("change.person_type",)),
    "an unknown kind": (lambda w: w.change_kind("ann", 77), ("change.person_type",)),
    "a gap from no date, for no cause": (
        lambda w: w.suspend("ann", "", 0),
        ("suspension.cause", "suspension.effective_from"),
    ),
    "a restoration from no date": (lambda w: w.restore("ann", ""), ("restoration.effective_from",)),
    "changed data without a datum": (lambda w: w.change_data("ann"), ("change.fields",)),
    "one datum changed twice": (lambda w: w.change_data("ann", PHONE, PHONE), ("change.fields",)),
    "changed data in clear": (
        lambda w: w.change_data("ann", PHONE, new=b"13800000000"),
        ("change.fields[0].new_hash",),
    ),
    "a sanction of nothing": (lambda w: w.sanction("ann", 0, cause=0), ("sanction.kind", "sanction.cause")),
    "a flag of nothing": (lambda w: w.flag("ann", 0, "", 0), ("flag.kind", "flag.severity", "flag.rule")),
    "a flag on one entry twice": (lambda w: w.flag("ann", positions=[1, 1]), ("flag.positions",)),
    "a flag on more entries than one may name": (lambda w: w.flag("ann", positions=range(1, 102)), ("flag.positions",)),
    "a flag on what is no person": (lambda w: w.flag(w.account("ann")), ("subject",)),
    "a flag on a stream of the ledger": (lambda w: w.flag(f"{w.ledger}/institutions/admin"), ("subject",)),
    "a flag on a person who is an institution": (
        lambda w: w.flag(f"{w.ledger}/persons/{uuid.uuid5(uuid.NAMESPACE_URL, 'any')}"),
        ("subject",),
    ),
    "a clearance of nothing": (lambda w: w.clear_flag("ann", 0), ("clearance.flag",)),
    "a lift of nothing": (lambda w: w.lift_sanction("ann", 0), ("sanction_lift.sanction",)),
    "the same evidence twice": (lambda w: w.reissue("ann", evidence=[4, 4]), ("reissue.evidence",)),
    "a mandate of nothing": (
        lambda w: w.revoke_mandate("ann", 0),
        ("mandate_revocation.mandate",),
    ),
    "a mandate for nothing": (lambda w: w.mandate("ann", "bob", kind=""), ("mandate.kind",)),
    "a mandate to give mandates": (lambda w: w.mandate("ann", "bob", "MANAGE_MANDATE"), ("mandate.rights[0]",)),
    "a mandate to read twice": (
        lambda w: w.mandate("ann", "bob", "READ_ACCOUNT", "READ_ACCOUNT"),
        ("mandate.rights",),
    ),
    "a claim of nothing": (
        lambda w: w.claim("ann", "", cause=0, institution="", category=0),
        ("claim.cause", "claim.institution", "claim.category", "claim.service_date"),
    ),
    "a decision of nothing": (
        lambda w: w.decide_claim("ann", 0, 0),
        ("claim_review.claim", "claim_review.decision"),
    ),
    "a payment of nothing": (lambda w: w.pay_claim("ann", 0), ("claim_payment.claim",)),
    "interest of nothing": (
        lambda w: w.interest("ann", 0, "", "", 0, -1),
        ("posting.balance_days", "posting.amount", "posting.from_date", "posting.to_date", "posting.rate_ppm"),
    ),
    "a payment of no fen": (lambda w: w.settle_payable("ann", 0), ("settlement.amount",)),
    "a merge with nothing": (lambda w: w.merge("ann", "ledgers/"), ("merge.absorbed",)),
    "a merge with somebody elsewhere": (
        lambda w: w.merge("ann", f"ledgers/nosuch/accounts/{w.id('bob')}"),
        ("merge.absorbed",),
    ),
    "an event of nothing": (lambda w: w.credential("ann", 0), ("event.kind",)),
}
"""Name → what is asked, and the fields that are named."""

REFUSED = {
    "a kind of nobody": ("PERSON_NOT_FOUND", lambda w: w.change_kind("nobody")),
    "the kind that the person is of": ("PERSON_TYPE_UNCHANGED", lambda w: w.change_kind("ann", t.PERSON_TYPE_ACTIVE)),
    "suspended twice": ("COVERAGE_ALREADY_SUSPENDED", lambda w: w.suspend("uncovered")),
    "restored without a gap": ("COVERAGE_NOT_SUSPENDED", lambda w: w.restore("ann")),
    "pooled without coverage": (
        "COVERAGE_SUSPENDED",
        lambda w: w.purchase("uncovered", upstream={"pooled": 1}),
    ),
    "a card on its way": ("REISSUE_ALREADY_REQUESTED", lambda w: w.reissue("waiting")),
    "a card that nobody asked for": ("REISSUE_NOT_REQUESTED", lambda w: w.issue("ann")),
    "a card without its voucher": ("CARD_VOUCHER_REQUIRED", lambda w: w.issue("waiting", voucher="")),
    "a card before the loss period is over": ("LOSS_PERIOD_NOT_ELAPSED", lambda w: w.reissue("formal")),
    "a card of a provisional loss": ("FORMAL_LOSS_REQUIRED", lambda w: w.reissue("frozen")),
    "an urgent card for no reason": ("EXPEDITE_EVIDENCE_REQUIRED", lambda w: w.reissue("ann", expedited=True)),
    "a card of a closed account": ("ACCOUNT_CLOSED", lambda w: w.reissue("closed")),
    "a card of nobody": ("ACCOUNT_NOT_FOUND", lambda w: w.issue("dan")),
    "settled under a sanction": ("ONLINE_SETTLEMENT_SUSPENDED", lambda w: w.purchase("sanctioned")),
    "granted under a sanction": ("SHARING_SUSPENDED", lambda w: w.grant("sanctioned", "ann")),
    "a sanction of somebody else": ("SANCTION_NOT_FOUND", lambda w: w.lift_sanction("ann", w.imposed)),
    "a sanction lifted twice": ("SANCTION_NOT_IN_FORCE", lambda w: w.lift_sanction("sanctioned", w.lifted)),
    "a sanction that ends before it begins": ("SANCTION_PERIOD_EMPTY", lambda w: w.sanction("ann", until=-60)),
    "a freeze of no account": (
        "ACCOUNT_NOT_FOUND",
        lambda w: w.sanction("dan", t.SANCTION_KIND_ACCOUNT_FROZEN),
    ),
    "a flag on nobody": ("PERSON_NOT_FOUND", lambda w: w.flag("nobody")),
    "a flag on an institution that nobody registered": ("INSTITUTION_NOT_FOUND", lambda w: w.flag("H-nowhere")),
    "a flag that rests on what is yet to come": ("ENTRY_NOT_FOUND", lambda w: w.flag("ann", positions=[10**9])),
    "the same flag again": ("RISK_FLAG_ALREADY_RAISED", lambda w: w.flag("suspect", severity=3)),
    "somebody else's flag": ("RISK_FLAG_NOT_FOUND", lambda w: w.clear_flag("ann", w.flagged)),
    "what is no flag": ("RISK_FLAG_NOT_FOUND", lambda w: w.clear_flag("suspect", 1)),
    "a flag cleared twice": ("RISK_FLAG_ALREADY_CLEARED", lambda w: w.clear_flag("suspect", w.cleared)),
    "more flags than may be open": ("RISK_FLAG_LIMIT_EXCEEDED", lambda w: w.flag("wild", rule="wild/100")),
    "a claim of nobody": ("PERSON_NOT_FOUND", lambda w: w.claim("nobody")),
    "a claim for a cause of its own": ("CLAIM_CAUSE_NOT_PERMITTED", lambda w: w.claim("ann", cause=9)),
    "a claim that is late": ("CLAIM_DEADLINE_PASSED", lambda w: w.claim("ann", "2025-01-15")),
    "a claim of tomorrow": ("CLAIM_SERVICE_DATE_INVALID", lambda w: w.claim("ann", "2099-01-15")),
    "a claim without its invoice": ("CLAIM_INVOICE_REQUIRED", lambda w: w.claim("ann", w.today, "")),
    "a claim whose bill does not add up": (
        "AMOUNT_MISMATCH",
        lambda w: w.claim("ann", w.today, bill=t.Bill(total=100, in_scope=99)),
    ),
    "an invoice that was settled": ("DUPLICATE_REIMBURSEMENT", lambda w: w.claim("ann", w.today, "I-1")),
    "somebody else's claim": ("CLAIM_NOT_FOUND", lambda w: w.decide_claim("ann", w.claimed)),
    "a claim decided twice": ("CLAIM_ALREADY_DECIDED", lambda w: w.decide_claim("claimant", w.decided)),
    "a claim paid too early": ("CLAIM_NOT_APPROVED", lambda w: w.pay_claim("claimant", w.claimed)),
    "a claim paid twice": ("CLAIM_ALREADY_PAID", lambda w: w.pay_claim("claimant", w.paid)),
    "a claim of which nothing is due": ("CLAIM_NOTHING_DUE", lambda w: w.pay_claim("claimant", w.decided)),
    "a claim without split and policy": ("POLICY_NOT_FOUND", lambda w: w.decide_claim("claimant", w.claimed)),
    "a payment that was posted": (
        "DUPLICATE_PAYMENT_REFERENCE",
        lambda w: w.pay_claim("claimant", w.approved, "P-1"),
    ),
    "interest of a closed account": ("ACCOUNT_CLOSED", lambda w: w.interest("closed")),
    "interest of a period to come": ("INTEREST_PERIOD_INVALID", lambda w: w.interest("ann", until="2099-01-01")),
    "interest that does not follow": ("AMOUNT_MISMATCH", lambda w: w.interest("ann", 2, days=1)),
    "interest of the same days": ("DUPLICATE_INTEREST_PERIOD", lambda w: w.interest("claimant")),
    "more than is owed": ("PAYABLE_EXCEEDED", lambda w: w.settle_payable("closed", 1)),
    "a mandate for oneself": ("MANDATE_WITH_SELF", lambda w: w.mandate("ann", "ann")),
    "a mandate for nobody": ("PERSON_NOT_FOUND", lambda w: w.mandate("ann", "dan9")),
    "a mandate that is over": ("MANDATE_PERIOD_EMPTY", lambda w: w.mandate("ann", "bob", until=-5)),
    "a mandate given twice": ("MANDATE_ALREADY_GRANTED", lambda w: w.mandate("uncovered", "claimant")),
    "a mandate that nobody gave": ("MANDATE_NOT_IN_FORCE", lambda w: w.revoke_mandate("ann", w.claimed)),
    "a merge with oneself": ("MERGE_WITH_SELF", lambda w: w.merge("ann", "ann")),
    "a merge with nobody": ("ACCOUNT_NOT_FOUND", lambda w: w.merge("ann", "dan")),
    "a merge with what is frozen": ("ACCOUNT_FROZEN", lambda w: w.merge("ann", "frozen")),
    "a merge beyond what an account may hold": ("BALANCE_LIMIT_EXCEEDED", lambda w: w.merge("rich", "ann")),
    "data that did not change": ("HOLDER_CHANGE_INVALID", lambda w: w.change_data("ann", PHONE, new=OLD)),
    "a number that is not given": ("HOLDER_CHANGE_INVALID", lambda w: w.change_data("ann", NUMBER)),
    "a number that is not named": ("HOLDER_CHANGE_INVALID", lambda w: w.change_data("ann", PHONE, number="N-8")),
    "the number that is known": ("HOLDER_CHANGE_INVALID", lambda w: w.change_data("dan", NUMBER, number="N-1")),
    "somebody else's number": ("PERSON_ALREADY_REGISTERED", lambda w: w.change_data("ann", NUMBER, number="N-1")),
}
"""Name → the reason, and what is asked."""


def arrange(w):
    """What must have happened before."""
    w.done(w.opening("uncovered"))
    w.done(w.suspend("uncovered"))
    w.done(w.opening("claimant"))
    w.done(w.mandate("uncovered", "claimant"))
    w.done(w.interest("claimant"))
    w.today = str(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    w.claimed, w.decided, w.approved, w.paid = (
        w.done(w.claim("claimant", w.today, f"C-{number}")).first_position for number in range(4)
    )
    for position, pooled in ((w.decided, 0), (w.approved, 5), (w.paid, 5)):
        w.done(w.decide_claim("claimant", position, upstream={"pooled": pooled}))
    w.done(w.pay_claim("claimant", w.paid))
    w.done(w.opening("suspect"))
    w.flagged = w.done(w.flag("suspect")).first_position
    w.cleared = w.done(w.flag("suspect", rule="velocity/2")).first_position
    w.done(w.clear_flag("suspect", w.cleared))
    w.done(w.opening("wild"))
    w.batch(*(item(w.flag("wild", rule=f"wild/{number}")) for number in range(OPEN_MAX)))
    w.done(w.opening("waiting"))
    w.done(w.reissue("waiting"))
    w.done(w.opening("sanctioned"))
    w.imposed = w.done(w.sanction("sanctioned")).first_position
    w.done(w.sanction("sanctioned", t.SANCTION_KIND_SHARING_SUSPENDED))
    w.lifted = w.done(w.sanction("sanctioned")).first_position
    w.done(w.lift_sanction("sanctioned", w.lifted))
