"""Which refusal is given when several rules are broken.

Each ladder breaks every rule of a command at once and mends them one by one: the refusals must come
in the order of `PRECEDENCE`, and when the last rule is mended the command is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.domain.amounts import BALANCE_LIMIT
from ledger.domain.precedence import PRECEDENCE, RANK
from ledger.domain.refusal import Refusal
from ledger.v1 import reasons_pb2, types_pb2
from ledger.v1.options_pb2 import reason as reason_option
from ledger.v1.types_pb2 import Agent, Confidential
from tests.test_domain_ledger import (
    OTHER_CODE,
    Ledger,
    account,
    content,
    entry,
    kinds,
    person,
    purchase,
    reason_name,
)

Broken = SimpleNamespace
Step = tuple[str, Callable[[Broken], Any]]

OPEN_FROZEN = lambda at, label, balance=0: (  # noqa: E731 - a step of many ladders
    at.ledger.open(label, balance),
    at.ledger.report_loss(label),
)


def put(**fields: Any) -> Callable[[Broken], None]:
    """Set fields of the message."""

    def mend(at: Broken) -> None:
        for name, value in fields.items():
            at.message.ClearField(name)
            if isinstance(value, list):
                getattr(at.message, name).extend(value)
            else:
                setattr(at.message, name, value)

    return mend


def version(at: Broken) -> None:
    """Expect no version."""
    at.expected_version = 0


def purchase_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    for label in ("P", "Q", "Z"):
        ledger.open(label, 100)
    taken = Confidential(invoice_number="1", institution_settlement_id="S", trace_codes=["T"])
    ledger.run(kinds.RECORD_PURCHASE, purchase(5), "Z", taken)
    message = purchase(1_000, in_scope=999, presenter=types_pb2.PRESENTER_OTHER)
    message.ClearField("upstream")
    message.payers[:] = [account("Q"), account("P", OTHER_CODE)]
    confidential = Confidential()
    confidential.CopyFrom(taken)
    at = Broken(
        ledger=ledger,
        kind=kinds.RECORD_PURCHASE,
        message=message,
        label="A",
        confidential=confidential,
        expected_version=99,
    )

    def supply(at: Broken) -> None:
        at.message.upstream.own_account = 300
        at.message.upstream.pooled = 500

    return at, [
        ("PERSON_NOT_FOUND", lambda at: OPEN_FROZEN(at, "A", 200)),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_FROZEN", lambda at: at.ledger.lift_loss("A")),
        (
            "IDENTITY_MISMATCH",
            lambda at: at.confidential.agent.CopyFrom(Agent(principal_id_ref="p", agent_id_ref="a")),
        ),
        ("AMOUNT_MISMATCH", lambda at: setattr(at.message.bill, "in_scope", 1_000)),
        ("POLICY_NOT_FOUND", supply),
        ("SHARE_ACROSS_LEDGERS_NOT_SUPPORTED", put(payers=[account("Q")])),
        ("SHARE_NOT_AUTHORIZED", put(payers=[])),
        ("INSUFFICIENT_BALANCE", lambda at: at.ledger.deposit("A", 100)),
        ("DUPLICATE_REIMBURSEMENT", lambda at: at.confidential.ClearField("invoice_number")),
        (
            "DUPLICATE_SETTLEMENT_ID",
            lambda at: at.confidential.ClearField("institution_settlement_id"),
        ),
        ("TRACE_CODE_ALREADY_SETTLED", lambda at: at.confidential.ClearField("trace_codes")),
    ]


def deposit_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("A", BALANCE_LIMIT - 100)
    topup = types_pb2.DEPOSIT_SOURCE_VOLUNTARY_TOPUP
    own = types_pb2.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION
    message = content.Deposit(amount=0, source=topup, period=202503)
    taken = Confidential(payment_ref="1")
    ledger.run(kinds.RECORD_DEPOSIT, content.Deposit(amount=1, source=own, period=202503), "A", taken)
    at = Broken(
        ledger=ledger,
        kind=kinds.RECORD_DEPOSIT,
        message=message,
        label="nobody",
        confidential=taken,
        expected_version=99,
    )
    return at, [
        ("ACCOUNT_NOT_FOUND", lambda at: setattr(at, "label", "A")),
        ("VERSION_MISMATCH", version),
        ("VOLUNTARY_TOPUP_NOT_ALLOWED", put(source=own)),
        ("AMOUNT_MISMATCH", put(amount=100)),
        ("BALANCE_LIMIT_EXCEEDED", put(amount=1)),
        ("DUPLICATE_CONTRIBUTION_PERIOD", put(period=202504)),
        ("DUPLICATE_PAYMENT_REFERENCE", lambda at: setattr(at, "confidential", None)),
    ]


def closed_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("A")
    ledger.close("A")
    ledger.open("B")
    at = Broken(
        ledger=ledger,
        kind=kinds.CLOSE_ACCOUNT,
        message=content.Closing(reason=types_pb2.CLOSE_REASON_PERSONAL_REQUEST),
        label="nobody",
        confidential=None,
        expected_version=99,
    )
    return at, [
        ("ACCOUNT_NOT_FOUND", lambda at: setattr(at, "label", "A")),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", lambda at: setattr(at, "label", "B")),
        ("WITHDRAWAL_NOT_PERMITTED", put(reason=types_pb2.CLOSE_REASON_DEATH)),
        (
            "CLOSE_EVIDENCE_REQUIRED",
            put(evidence=[types_pb2.EVIDENCE_KIND_DEATH_CERTIFICATE]),
        ),
    ]


def opening_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    number = Confidential(insured_person_id="1")
    registration = content.PersonRegistration(scheme=types_pb2.SCHEME_RESIDENT)
    ledger.run(kinds.REGISTER_PERSON, registration, "Z", number)
    ledger.open("A")
    message = content.Opening(
        scheme=types_pb2.SCHEME_RESIDENT,
        balance=BALANCE_LIMIT + 1,
        accumulators=[types_pb2.Accumulator(year=2025, visits=-1)],
    )
    at = Broken(
        ledger=ledger,
        kind=kinds.IMPORT_OPENING,
        message=message,
        label="A",
        confidential=number,
        expected_version=99,
    )
    return at, [
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_ALREADY_OPEN", lambda at: setattr(at, "label", "B")),
        ("SCHEME_HAS_NO_PERSONAL_ACCOUNT", put(scheme=types_pb2.SCHEME_EMPLOYEE)),
        ("AMOUNT_MISMATCH", put(accumulators=[])),
        ("BALANCE_LIMIT_EXCEEDED", put(balance=BALANCE_LIMIT)),
        ("PERSON_ALREADY_REGISTERED", lambda at: setattr(at, "confidential", None)),
    ]


def grant_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("C")
    for number in range(7):
        ledger.open(f"payer {number}")
        ledger.grant(f"payer {number}", "C")

    def granted_and_frozen(at: Broken) -> None:
        at.ledger.open("P")
        at.ledger.grant("P", "C")
        at.ledger.report_loss("P")

    def revoke_and_fill(at: Broken) -> None:
        at.ledger.revoke("P", "C")
        at.ledger.open("payer 7")
        at.ledger.grant("payer 7", "C")

    message = content.ShareGrant(
        beneficiary=person("nobody"), relation=types_pb2.RELATION_PARENT_IN_LAW, expire_time={"seconds": 1}
    )
    at = Broken(
        ledger=ledger,
        kind=kinds.GRANT_SHARE,
        message=message,
        label="P",
        confidential=None,
        expected_version=99,
    )
    return at, [
        ("ACCOUNT_NOT_FOUND", granted_and_frozen),
        ("PERSON_NOT_FOUND", put(beneficiary=person("P"))),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_FROZEN", lambda at: at.ledger.lift_loss("P")),
        ("SHARE_WITH_SELF", put(beneficiary=person("C"))),
        ("RELATION_NOT_PERMITTED", put(relation=types_pb2.RELATION_CHILD)),
        ("SHARE_ALREADY_GRANTED", revoke_and_fill),
        ("SHARE_PERIOD_EMPTY", lambda at: at.message.ClearField("expire_time")),
        ("SHARE_LIMIT_EXCEEDED", lambda at: at.ledger.revoke("payer 0", "C")),
    ]


def transfer_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("closed")
    ledger.close("closed")
    ledger.open("C", BALANCE_LIMIT - 10)
    at = Broken(
        ledger=ledger,
        kind=kinds.TRANSFER_SHARE,
        message=content.FamilyTransfer(receiver=account("nobody"), amount=0),
        label="P",
        confidential=None,
        expected_version=99,
    )

    def go_abroad(at: Broken) -> None:
        at.message.amount = 50
        at.message.receiver = account("C", OTHER_CODE)

    return at, [
        ("ACCOUNT_NOT_FOUND", lambda at: OPEN_FROZEN(at, "P", 20)),
        ("ACCOUNT_NOT_FOUND", put(receiver=account("closed"))),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", put(receiver=account("C"))),
        ("ACCOUNT_FROZEN", lambda at: at.ledger.lift_loss("P")),
        ("AMOUNT_MISMATCH", go_abroad),
        ("SHARE_ACROSS_LEDGERS_NOT_SUPPORTED", put(receiver=account("P"))),
        ("SHARE_WITH_SELF", put(receiver=account("C"))),
        ("SHARE_NOT_AUTHORIZED", lambda at: at.ledger.grant("P", "C")),
        ("INSUFFICIENT_BALANCE", lambda at: at.ledger.deposit("P", 100)),
        ("BALANCE_LIMIT_EXCEEDED", put(amount=10)),
    ]


def reversal_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    for label in ("A", "B", "C"):
        ledger.open(label)
    reversed_of_closed = ledger.deposit("A", 5)
    of_closed = ledger.deposit("A", 5)
    spent = ledger.deposit("B", 5)
    good = ledger.deposit("C", 5)
    ledger.reverse(reversed_of_closed)
    ledger.purchase("B", 5)
    earlier = ledger.purchase("A", 1).position
    ledger.purchase("A", 1)
    ledger.latest_first = True
    ledger.close("A")
    at = Broken(
        ledger=ledger,
        kind=kinds.REVERSE_ENTRY,
        message=content.Reversal(entry=entry(10**6)),
        label="",
        confidential=None,
        expected_version=99,
    )
    return at, [
        ("ENTRY_NOT_FOUND", put(entry=entry(1))),
        ("NOT_REVERSIBLE", put(entry=entry(reversed_of_closed))),
        ("VERSION_MISMATCH", version),
        ("ALREADY_REVERSED", put(entry=entry(earlier))),
        ("REVERSAL_OUT_OF_ORDER", put(entry=entry(of_closed))),
        ("ACCOUNT_CLOSED", put(entry=entry(spent))),
        ("INSUFFICIENT_BALANCE", put(entry=entry(good))),
    ]


def amendment_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("A", 100)
    gone, first, last = (ledger.purchase("A", 10).position for _ in range(3))
    ledger.reverse(gone)
    ledger.latest_first = True
    ledger.report_loss("A")
    kept = purchase(10, in_scope=9, institution="H2")
    at = Broken(
        ledger=ledger,
        kind=kinds.AMEND_PURCHASE,
        message=content.PurchaseAmendment(entry=entry(10**6), purchase=kept),
        label="",
        confidential=None,
        expected_version=99,
    )
    return at, [
        ("ENTRY_NOT_FOUND", put(entry=entry(1))),
        ("NOT_REVERSIBLE", put(entry=entry(gone))),
        ("INSTITUTION_DIFFERS", lambda at: setattr(at.message.purchase, "institution", "H41010000005")),
        ("VERSION_MISMATCH", version),
        ("ALREADY_REVERSED", put(entry=entry(first))),
        ("REVERSAL_OUT_OF_ORDER", put(entry=entry(last))),
        ("ACCOUNT_FROZEN", lambda at: at.ledger.lift_loss("A")),
        ("AMOUNT_MISMATCH", lambda at: setattr(at.message.purchase.bill, "in_scope", 10)),
    ]


def premium_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("C")
    ledger.register("R")
    message = content.PremiumDeduction(
        amount=50, kind=types_pb2.PREMIUM_KIND_RESIDENT_SCHEME, year=2025, covered=person("nobody")
    )
    at = Broken(
        ledger=ledger,
        kind=kinds.DEDUCT_PREMIUM,
        message=message,
        label="P",
        confidential=None,
        expected_version=99,
    )

    def taken(at: Broken) -> None:
        at.ledger.deposit("P", 100)
        at.ledger.run(kinds.DEDUCT_PREMIUM, at.message, "P")

    return at, [
        ("ACCOUNT_NOT_FOUND", lambda at: OPEN_FROZEN(at, "P")),
        ("PERSON_NOT_FOUND", put(covered=person("C"))),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_FROZEN", lambda at: at.ledger.lift_loss("P")),
        ("PERSON_TYPE_NOT_ELIGIBLE", put(covered=person("R"))),
        ("SHARE_NOT_AUTHORIZED", lambda at: at.ledger.grant("P", "R")),
        ("INSUFFICIENT_BALANCE", taken),
        ("DUPLICATE_PREMIUM", put(year=2026)),
    ]


def order_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("P")
    ledger.open("Q")
    at = Broken(
        ledger=ledger,
        kind=kinds.ORDER_PAYERS,
        message=content.PayerOrder(payers=[account("P"), account("Q", OTHER_CODE)]),
        label="C",
        confidential=None,
        expected_version=99,
    )
    return at, [
        ("PERSON_NOT_FOUND", lambda at: at.ledger.register("C")),
        ("VERSION_MISMATCH", version),
        ("SHARE_ACROSS_LEDGERS_NOT_SUPPORTED", put(payers=[account("P"), account("Q")])),
        ("SHARE_NOT_AUTHORIZED", lambda at: at.ledger.grant("P", "C")),
        ("SHARE_NOT_AUTHORIZED", lambda at: at.ledger.grant("Q", "C")),
    ]


LADDERS = [
    *(purchase_ladder, deposit_ladder, closed_ladder, opening_ladder),
    *(grant_ladder, transfer_ladder, reversal_ladder),
    *(amendment_ladder, premium_ladder, order_ladder),
]


@pytest.mark.parametrize("ladder", LADDERS)
def test_refusals_come_in_the_documented_order(ladder):
    at, steps = ladder()
    ranks = []

    def attempt() -> Any:
        return at.ledger.run(
            at.kind,
            at.message,
            at.label,
            at.confidential,
            expected_version=at.expected_version,
        )

    for reason, mend in steps:
        with pytest.raises(Refusal) as caught:
            attempt()
        assert reason_name(caught.value.reason) == reason
        ranks.append(RANK[caught.value.reason])
        mend(at)
    assert ranks == sorted(ranks)
    assert attempt()


def test_a_fixed_cash_is_compared_when_all_payers_are_known():
    ledger = Ledger()
    ledger.open("A", 10)
    taken = Confidential(invoice_number="1")
    ledger.run(kinds.RECORD_PURCHASE, purchase(5), "A", taken)
    message = purchase(100, own_account=6, cash=1)
    at = (kinds.RECORD_PURCHASE, message, "A", taken)
    for mend, reason in (
        (lambda: None, "INSUFFICIENT_BALANCE"),
        (lambda: setattr(message.upstream, "own_account", 5), "AMOUNT_MISMATCH"),
        (lambda: setattr(message.upstream, "cash", 95), "DUPLICATE_REIMBURSEMENT"),
    ):
        mend()
        with pytest.raises(Refusal) as caught:
            ledger.run(*at)
        assert reason_name(caught.value.reason) == reason


def test_every_recorded_reason_has_its_place_once():
    listed = [reason for _, group in PRECEDENCE for reason in group]
    assert len(listed) == len(set(listed))
    recorded = {
        value.number
        for value in reasons_pb2.RefusalReason.DESCRIPTOR.values
        if value.GetOptions().Extensions[reason_option].recorded
    }
    assert set(listed) == recorded
