"""Refusals about cards, sanctions, claims, interest and merges in the documented order; ends by effective time."""

from __future__ import annotations

import random

import pytest

from ledger.domain.precedence import RANK
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import loss_at, sanctioned, state_at
from ledger.domain.risk_flags import OPEN_MAX
from ledger.v1 import types_pb2 as t
from ledger.v1.types_pb2 import Confidential
from tests.test_domain_ledger import CODE, DAY, NOW, Ledger, account, content, entry, kinds, reason_name
from tests.test_domain_precedence import Broken, put, version

FORMAL = t.LOSS_KIND_FORMAL
TODAY = t.CivilDate(year=2025, month=3, day=3)


def civil(year, month, day):
    return t.CivilDate(year=year, month=month, day=day)


def at(kind, message, label, sealed=None, ledger=None):
    return Broken(
        ledger=ledger or Ledger(),
        kind=kind,
        message=message,
        label=label,
        confidential=sealed,
        expected_version=99,
        time=NOW,
    )


def reissue_ladder():
    broken = at(kinds.REQUEST_REISSUE, content.ReissueRequest(expedited=True), "nobody")
    for label in ("closed", "waiting", "lost"):
        broken.ledger.open(label)
    broken.ledger.close("closed")
    evidence = [t.EVIDENCE_KIND_DEPOSIT_RECEIPT]
    urgent = content.ReissueRequest(expedited=True, evidence=evidence)
    broken.ledger.run(kinds.REQUEST_REISSUE, urgent, "waiting")
    broken.ledger.report_loss("lost")

    def named(label):
        return lambda b: setattr(b, "label", label)

    return broken, [
        ("ACCOUNT_NOT_FOUND", named("closed")),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", named("waiting")),
        ("REISSUE_ALREADY_REQUESTED", named("lost")),
        ("FORMAL_LOSS_REQUIRED", lambda b: b.ledger.report_loss("lost", FORMAL)),
        ("LOSS_PERIOD_NOT_ELAPSED", lambda b: setattr(b, "time", NOW + 7 * DAY)),
        ("EXPEDITE_EVIDENCE_REQUIRED", put(evidence=evidence)),
    ]


def issue_ladder():
    broken = at(kinds.ISSUE_CARD, content.CardIssue(), "nobody")
    for label in ("closed", "A"):
        broken.ledger.open(label)
    broken.ledger.close("closed")
    return broken, [
        ("ACCOUNT_NOT_FOUND", lambda b: setattr(b, "label", "closed")),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", lambda b: setattr(b, "label", "A")),
        ("REISSUE_NOT_REQUESTED", lambda b: b.ledger.run(kinds.REQUEST_REISSUE, content.ReissueRequest(), "A")),
        ("CARD_VOUCHER_REQUIRED", lambda b: setattr(b, "confidential", Confidential(auth_ref="V"))),
    ]


def sanction_ladder():
    message = content.Sanction(kind=t.SANCTION_KIND_ACCOUNT_FROZEN, cause=1, expire_time={"seconds": 1})
    broken = at(kinds.IMPOSE_SANCTION, message, "nobody")
    for label in ("closed", "A"):
        broken.ledger.open(label)
    broken.ledger.close("closed")
    return broken, [
        ("ACCOUNT_NOT_FOUND", put(kind=t.SANCTION_KIND_SHARING_SUSPENDED)),
        ("PERSON_NOT_FOUND", lambda b: (setattr(b, "label", "closed"), put(kind=2)(b))),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", lambda b: setattr(b, "label", "A")),
        ("SANCTION_PERIOD_EMPTY", lambda b: b.message.ClearField("expire_time")),
    ]


def claim_ladder():
    message = content.ClaimFiling(
        cause=t.CLAIM_CAUSE_OTHER,
        bill=t.Bill(total=100, in_scope=99),
        institution="H1",
        category=t.CATEGORY_OUTPATIENT,
        service_date=civil(2024, 12, 2),
    )
    broken = at(kinds.FILE_CLAIM, message, "nobody")
    broken.ledger.open("A")
    broken.ledger.open("B")
    taken = Confidential(invoice_number="I")
    first = content.ClaimFiling()
    first.CopyFrom(message)
    first.cause = t.CLAIM_CAUSE_CARD_REISSUE
    first.bill.in_scope = 100
    first.service_date.CopyFrom(TODAY)
    broken.ledger.run(kinds.FILE_CLAIM, first, "B", taken)

    def served(year, month, day):
        return lambda b: b.message.service_date.CopyFrom(civil(year, month, day))

    return broken, [
        ("PERSON_NOT_FOUND", lambda b: setattr(b, "label", "A")),
        ("VERSION_MISMATCH", version),
        ("CLAIM_CAUSE_NOT_PERMITTED", put(cause=t.CLAIM_CAUSE_CARD_REISSUE)),
        ("CLAIM_DEADLINE_PASSED", served(2025, 3, 4)),
        ("CLAIM_SERVICE_DATE_INVALID", served(2024, 12, 3)),
        ("CLAIM_INVOICE_REQUIRED", lambda b: setattr(b, "confidential", taken)),
        ("AMOUNT_MISMATCH", lambda b: setattr(b.message.bill, "in_scope", 100)),
        ("DUPLICATE_REIMBURSEMENT", lambda b: setattr(b, "confidential", Confidential(invoice_number="J"))),
    ]


def interest_ladder():
    dates = {"from_date": civil(2025, 2, 1), "to_date": TODAY}
    message = content.InterestPosting(amount=1, rate_ppm=3_500, balance_days=1, **dates)
    broken = at(kinds.POST_INTEREST, message, "nobody")
    for label in ("closed", "A"):
        broken.ledger.open(label)
    broken.ledger.close("closed")
    days = {"rate_ppm": 3_500, "balance_days": 90_000, "to_date": civil(2025, 2, 1)}
    before = content.InterestPosting(amount=1, from_date=civil(2025, 1, 1), **days)
    broken.ledger.run(kinds.POST_INTEREST, before, "A")

    def until(day):
        return lambda b: b.message.to_date.CopyFrom(civil(2025, 3, day))

    return broken, [
        ("ACCOUNT_NOT_FOUND", lambda b: setattr(b, "label", "closed")),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", lambda b: setattr(b, "label", "A")),
        ("INTEREST_PERIOD_INVALID", until(2)),
        ("AMOUNT_MISMATCH", put(balance_days=90_000)),
        ("DUPLICATE_INTEREST_PERIOD", lambda b: b.message.from_date.CopyFrom(civil(2025, 2, 2))),
    ]


def merge_ladder():
    broken = at(kinds.MERGE_ACCOUNTS, content.AccountMerge(absorbed=account("nobody")), "A")
    for label in ("closed", "frozen", "A", "B"):
        broken.ledger.open(label)
    broken.ledger.close("closed")
    broken.ledger.report_loss("frozen")
    return broken, [
        ("ACCOUNT_NOT_FOUND", put(absorbed=account("closed"))),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", put(absorbed=account("frozen"))),
        ("ACCOUNT_FROZEN", put(absorbed=account("A"))),
        ("MERGE_WITH_SELF", put(absorbed=account("B"))),
    ]


def flag_ladder():
    message = content.RiskFlag(kind=4, severity=1, rule="R", positions=[10**6])
    broken = at(kinds.RAISE_RISK_FLAG, message, "nobody")
    broken.ledger.open("A")
    broken.ledger.run(kinds.RAISE_RISK_FLAG, content.RiskFlag(kind=4, severity=3, rule="R", positions=[1]), "A")
    rules = [f"R{number}" for number in range(OPEN_MAX - 1)]
    flags = [
        broken.ledger.run(kinds.RAISE_RISK_FLAG, content.RiskFlag(kind=4, severity=1, rule=rule), "A")[0].position
        for rule in rules
    ]

    def clear_one(b):
        clearance = content.RiskFlagClearance(flag=entry(flags[0], CODE))
        b.ledger.run(kinds.CLEAR_RISK_FLAG, clearance, "A")

    return broken, [
        ("PERSON_NOT_FOUND", lambda b: setattr(b, "label", "A")),
        ("ENTRY_NOT_FOUND", put(positions=[1])),
        ("VERSION_MISMATCH", version),
        ("RISK_FLAG_ALREADY_RAISED", put(positions=[2])),
        ("RISK_FLAG_LIMIT_EXCEEDED", clear_one),
    ]


LADDERS = [reissue_ladder, issue_ladder, sanction_ladder, claim_ladder, interest_ladder, merge_ladder, flag_ladder]


@pytest.mark.parametrize("ladder", LADDERS)
def test_refusals_come_in_the_documented_order(ladder):
    broken, steps = ladder()
    ranks = []

    def attempt():
        return broken.ledger.run(
            broken.kind,
            broken.message,
            broken.label,
            broken.confidential,
            at=broken.time,
            expected_version=broken.expected_version,
        )

    for reason, mend in steps:
        with pytest.raises(Refusal) as caught:
            attempt()
        assert reason_name(caught.value.reason) == reason
        # Which of two things does not exist is told by whoever was asked for first.
        if reason not in {"PERSON_NOT_FOUND", "ACCOUNT_NOT_FOUND"}:
            ranks.append(RANK[caught.value.reason])
        mend(broken)
    assert ranks == sorted(ranks)
    assert attempt()


@pytest.mark.parametrize("seed", range(60))
def test_restrictions_hold_until_their_ends(seed):
    """Random sanctions and lifts, judged at random times beside a plain list of periods."""
    draw, ledger, periods = random.Random(seed), Ledger(), {}
    ledger.open("A")
    for _ in range(12):
        now = NOW + draw.randrange(30) * DAY
        if draw.random() < 0.6:
            kind, end = draw.choice([1, 2, 3]), draw.choice([0, now + draw.randrange(1, 20) * DAY])
            message = content.Sanction(kind=kind, cause=1, expire_time={"seconds": end // 10**6} if end else None)
            position = ledger.run(kinds.IMPOSE_SANCTION, message, "A", at=now)[0].position
            periods[position] = [kind, now, end]
        elif periods:
            position = draw.choice(list(periods))
            _, _, end = periods[position]
            message = content.SanctionLift(sanction=entry(position, CODE))
            if end == -1 or 0 < end <= now:
                with pytest.raises(Refusal):
                    ledger.run(kinds.LIFT_SANCTION, message, "A", at=now)
            else:
                ledger.run(kinds.LIFT_SANCTION, message, "A", at=now)
                periods[position][2] = -1
        time = NOW + draw.randrange(60) * DAY
        for kind in (1, 3):
            expected = any(
                k == kind and start <= time and (end == 0 or time < end) for k, start, end in periods.values()
            )
            assert sanctioned(ledger["A"], kind, time) == expected
        frozen = any(kind == 2 and (end == 0 or time < end) for kind, _, end in periods.values())
        assert state_at(ledger["A"], time) == (t.ACCOUNT_STATE_FROZEN if frozen else t.ACCOUNT_STATE_ACTIVE)


def test_a_formal_report_never_lapses_and_a_later_provisional_one_extends():
    ledger = Ledger()
    ledger.open("A")
    person = ledger["A"]
    assert loss_at(person, NOW) == 0
    ledger.report_loss("A")
    assert loss_at(ledger["A"], NOW + 1_000 * DAY) == t.LOSS_KIND_PROVISIONAL
    ledger.report_loss("A", FORMAL)
    ledger.report_loss("A")
    assert loss_at(ledger["A"], NOW + 1_000 * DAY) == FORMAL
    assert ledger["A"].card.loss_position == 2


def test_keys_are_those_of_the_stored_format():
    """Their parts are for ever: docs/log-format.md names them."""
    ledger = Ledger()
    ledger.open("A")
    days = {"rate_ppm": 3_500, "balance_days": 90_000, "from_date": civil(2025, 1, 1), "to_date": civil(2025, 2, 1)}
    ledger.run(kinds.POST_INTEREST, content.InterestPosting(amount=1, **days), "A")
    kind, parts = ledger.keys_seen[-1]
    assert (kind, parts) == (t.UNIQUE_KEY_KIND_INTEREST_PERIOD, (account("A")[-36:], "2025-01-01", "2025-02-01"))
    claim = content.ClaimFiling(
        cause=t.CLAIM_CAUSE_CARD_REISSUE,
        bill=t.Bill(total=1, in_scope=1),
        institution="H1",
        service_date=TODAY,
    )
    ledger.run(kinds.FILE_CLAIM, claim, "A", Confidential(invoice_number="I"))
    assert ledger.keys_seen[-1] == (t.UNIQUE_KEY_KIND_INVOICE, ("H1", "I"))
