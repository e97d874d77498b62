"""What ends by itself, a lost card or a sanction, is judged alike by every read and every decision (ADR 0023)."""

from __future__ import annotations

import random
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest

from ledger.api.accounts import account as account_message
from ledger.api.shares import Moment
from ledger.audit.facts import Moment as FactsMoment
from ledger.audit.facts import facts
from ledger.domain import entry_types as types
from ledger.domain.decide import decide
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import loss_at
from ledger.policy import seeds
from ledger.v1 import types_pb2 as t
from ledger.v1.types_pb2 import Confidential
from tests.book import day, shipped
from tests.test_domain_ledger import CODE, DAY, NOW, Ledger, account, content, entry, kinds, person, reason_name


@pytest.mark.parametrize("seed", range(4))
def test_every_read_and_decision_judges_ends_alike(seed):
    """At any time, around the very microsecond of an end: what is shown as frozen pays nothing in any way, and what is
    shown as active is refused by nobody for being frozen.
    """
    draw, ledger = random.Random(seed), Ledger()
    publish(ledger)
    for who in ("A", "B", "C"):
        ledger.open(who, 10_000)
    ledger.grant("A", "B")
    ledger.grant("B", "A")
    ends = [NOW + 3 * DAY]
    for _ in range(12):
        time = max(ends) + draw.choice([-DAY, -1, 0, 1, DAY])
        until = time + draw.randint(1, 3) * DAY
        end = {"seconds": until // 1_000_000, "nanos": until % 1_000_000 * 1_000}
        kind, message = draw.choice([
            (kinds.REPORT_LOSS, content.LossReport(kind=draw.choice([1, 1, 1, 2]))),
            (kinds.IMPOSE_SANCTION, content.Sanction(kind=t.SANCTION_KIND_ACCOUNT_FROZEN, cause=1, expire_time=end)),
            (kinds.LIFT_LOSS, content.LossLift()),
            (kinds.REQUEST_REISSUE, content.ReissueRequest()),
            (kinds.ISSUE_CARD, content.CardIssue()),
        ])  # fmt: skip
        command = ledger.command_of(kind, message, "A")
        command.effective_time = time
        command.confidential = Confidential(auth_ref="V") if kind == kinds.ISSUE_CARD else None
        with suppress(Refusal):
            ledger.record([command])
        person = ledger["A"]
        ends += [term.end for term in person.sanctions.values()] + [person.card.lapse_time or ends[0]]
        for moment in {end + shift for end in ends for shift in (-1, 0, 1)}:
            shown = account_message(person, CODE, Moment(moment, ZoneInfo("Asia/Shanghai")))
            frozen = {each: refused_as_frozen(ledger, moment, each) for each in DEBITS}
            assert set(frozen.values()) == {shown.state == t.ACCOUNT_STATE_FROZEN}, (moment, frozen)
            assert bool(shown.loss) == (person.loss != 0 and loss_at(person, moment) != 0)
            told = facts(person, CODE, FactsMoment.at(moment, ZoneInfo("Asia/Shanghai")))
            assert told["STATE", ""][1] == t.AccountState.Name(shown.state).removeprefix("ACCOUNT_STATE_")


def refused_as_frozen(ledger, time, debit):
    kind, message, label = DEBITS[debit]()
    command = ledger.command_of(kind, message, label)
    command.effective_time = time
    try:
        legs = decide(command, ledger)
    except Refusal as refusal:
        return reason_name(refusal.reason) == "ACCOUNT_FROZEN"
    return debit == "share" and not any(leg.stream == ledger["A"].id for leg in legs)


def publish(ledger):
    """Rules of a region in which provisional reports lapse after five days."""
    document = shipped(
        "zhengzhou-region", region=CODE, effective_from="2020-01-01", losses={"provisional_days": 5}, approximate=[]
    )
    proposed = ledger.run(kinds.PROPOSE_POLICY, seeds.draft(CODE, document))[0].position
    ledger.actor, proposer = b"2" * 16, ledger.actor
    ledger.run(kinds.REVIEW_PROPOSAL, content.ProposalReview(proposal=entry(proposed), decision=1))
    ledger.actor = proposer
    designation = content.InstitutionDesignation(
        institution="H1", level=t.INSTITUTION_LEVEL_TERTIARY, region=CODE, effective_from=day("2020-01-01")
    )
    ledger.run(kinds.DESIGNATE_INSTITUTION, designation, "institution H1")


def purchase(**fields):
    upstream = content.UpstreamSplit()
    return content.Purchase(
        bill=t.Bill(total=5, pre_self_pay=5), institution="H1", category=t.CATEGORY_DRUG, upstream=upstream, **fields
    )


DEBITS = {
    "grant": lambda: (kinds.GRANT_SHARE, content.ShareGrant(beneficiary=person("C"), relation=3), "A"),
    "transfer": lambda: (kinds.TRANSFER_SHARE, content.FamilyTransfer(receiver=account("B"), amount=1), "A"),
    "wallet": lambda: (
        kinds.INITIATE_TRANSFER,
        content.WalletTransfer(receiver=account("B"), amount=1, transfer_id=b"T" * 16),
        "A",
    ),
    "purchase": lambda: (kinds.RECORD_PURCHASE, purchase(), "A"),
    "share": lambda: (kinds.RECORD_PURCHASE, purchase(own_account_unused=True, payers=[account("A")]), "B"),
    "premium": lambda: (
        kinds.DEDUCT_PREMIUM,
        content.PremiumDeduction(amount=1, kind=t.PREMIUM_KIND_SUPPLEMENTARY, year=2025),
        "A",
    ),
}
"""Ways to take money from A: name → kind, content, subject."""


def test_a_card_ends_no_report_that_has_lapsed():
    """It lapsed between request and hand-out: the new card says that it ended none, and the lapse is recorded."""
    ledger = Ledger()
    publish(ledger)
    ledger.open("A")
    ledger.run(kinds.REQUEST_REISSUE, content.ReissueRequest(), "A")
    reported = ledger.run(kinds.REPORT_LOSS, content.LossReport(kind=t.LOSS_KIND_PROVISIONAL), "A")[0].position
    for days, ended, expected in ((4, reported, 0), (6, 0, 1)):
        command = ledger.command_of(kinds.ISSUE_CARD, content.CardIssue(), "A")
        command.effective_time, command.confidential = NOW + days * DAY, Confidential(auth_ref="V")
        legs = decide(command, ledger)
        assert legs[0].event.loss_position == ended
        assert sum(leg.type == types.LOSS_LAPSED for leg in legs) == expected
    ledger.record([command])
    assert (ledger["A"].loss, ledger["A"].state) == (0, t.ACCOUNT_STATE_ACTIVE)
