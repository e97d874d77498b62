"""Every settlement is worked out twice: random policies, bills, years, payers and reversals, the slow way and ours.

The slow way is `tests.slow_settlement`. Quotes are settled as quoted, and a purchase with its reversal leaves balances,
sums and every later quote as they were.
"""

from __future__ import annotations

import random

import pytest

from ledger.domain.decide import decide
from ledger.domain.names import entry_name, parse_account
from ledger.domain.refusal import Refusal
from ledger.policy import seeds
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as content
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t
from tests.book import Book, day, shipped
from tests.slow_settlement import Purse, Undefined, book, settle
from tests.test_domain_ledger import CODE, Ledger, kinds, stream_of
from tests.world import reason_of

LEVELS = {"H1": "TERTIARY", "H2": "PRIMARY", "P1": "NONE"}
FAMILY = ("ann", "bob", "cat")


class Draw(random.Random):
    """Draws policies and bills that meet often: limits lie where a few bills reach them."""

    def deductible(self, benefit):
        kinds_ = ["NONE", "ANNUAL", "PER_ADMISSION" if benefit == "INPATIENT" else "PER_VISIT"]
        kind = self.choice(kinds_)
        if kind == "NONE":
            return {"kind": kind}
        if kind == "ANNUAL":
            return {"kind": kind, "amount": self.randint(1, 900)}
        terms = {"kind": kind, "first": self.randint(0, 400), "later": self.randint(0, 200)}
        return terms | ({"annual_max": self.randint(100, 900)} if self.random() < 0.5 else {})

    def rule(self, benefit, person_types, levels):
        rule = {
            "person_types": person_types,
            "levels": levels,
            "relations": ["IN_REGION", "FILED"],
            "deductible": self.deductible(benefit),
            "bands": [{"ratio_bp": self.choice([0, 3_333, 5_000, 6_500, 8_571, 10_000])}],
            "cap": self.choice([None, None, 0, self.randint(1, 2_500)]),
        }
        if self.random() < 0.7:
            limits = sorted(self.sample(range(1, 3_000), self.randint(1, 3)))
            rule["bands"] = [{"up_to": limit, "ratio_bp": self.randint(0, 10_000)} for limit in limits]
            rule["band_basis"] = self.choice(["ELIGIBLE_GROSS", "ELIGIBLE_NET", "ELIGIBLE_YTD", "FUND_PAID_YTD"])
            if self.random() < 0.75:
                rule["bands"].append({"ratio_bp": self.randint(0, 10_000)})
            else:
                rule["beyond_last_band"] = "UNDEFINED"
        elif self.random() < 0.1:
            rule |= {"bands": [], "cap": 0}
        return rule

    def document(self, benefit, region):
        levels = ["NONE", "PRIMARY", "SECONDARY", "TERTIARY"]
        return shipped(
            "account-only",
            region=region,
            selection="AUTOMATIC",
            policy=f"drawn-{benefit.lower()}",
            benefit=benefit,
            full_self_pay_payable=self.random() < 0.3,
            rules=[
                self.rule(benefit, ["ACTIVE"], levels[:2]),
                self.rule(benefit, ["ACTIVE"], levels[2:]),
                self.rule(benefit, ["RETIRED", "FLEXIBLE"], levels),
            ],
        )

    def bill(self):
        parts = {name: self.choice([0, 0, self.randint(1, 300)]) for name in ("pre", "over", "full")}
        return {"in_scope": self.choice([0, self.randint(1, 40), self.randint(1, 1_500)]) or 1, **parts}


def purchase(document, place, bill, year, *, use_account, payers=(), shares=True, exclusion=""):
    """The content of a purchase."""
    stay = document["benefit"] == "INPATIENT"
    return content.Purchase(
        bill=t.Bill(
            total=sum(bill.values()),
            in_scope=bill["in_scope"],
            pre_self_pay=bill["pre"],
            over_limit_self_pay=bill["over"],
            full_self_pay=bill["full"],
        ),
        institution=place,
        category=t.CATEGORY_INPATIENT if stay else t.CATEGORY_OUTPATIENT,
        benefit=f"BENEFIT_{document['benefit']}",
        own_account_unused=not use_account,
        shares_unused=not shares,
        service_date=t.CivilDate(year=year, month=5, day=1),
        payers=payers,
        exclusion_reason=exclusion,
    )


def amounts(split):
    """A split of the product, in the words of the slow way; payers by their ids."""
    shared = [(parse_account(share.payer)[1], share.amount) for share in split.shared]
    return split.deductible, split.pooled, split.own_account, shared, split.cash


def expected(split, names):
    """A split of the slow way in the same form."""
    shared = [(names[id(payer)], paid) for payer, paid in split["shared"]]
    return split["deductible"], split["pooled"], split["own"], shared, split["cash"]


class Pair:
    """One ledger in memory, and the same people in purses."""

    def __init__(self, seed):
        self.draw = Draw(seed)
        self.ledger = ledger = Ledger()
        self.documents = [self.draw.document(benefit, CODE) for benefit in ("OUTPATIENT", "INPATIENT", "DIABETES")]
        for document in self.documents:
            proposed = ledger.run(kinds.PROPOSE_POLICY, seeds.draft(CODE, document))[0].position
            ledger.actor, proposer = b"2" * 16, ledger.actor
            review = content.ProposalReview(proposal=entry_name(CODE, proposed), decision=1)
            ledger.run(kinds.REVIEW_PROPOSAL, review)
            ledger.actor = proposer
        for code, level in LEVELS.items():
            designation = content.InstitutionDesignation(
                institution=code, level=f"INSTITUTION_LEVEL_{level}", region=CODE, effective_from=day("2024-01-01")
            )
            ledger.run(kinds.DESIGNATE_INSTITUTION, designation, f"institution {code}")
        self.purses = {}
        for who in FAMILY:
            kind, balance = self.draw.choice(["ACTIVE", "RETIRED", "FLEXIBLE"]), self.draw.choice([0, 500, 5_000])
            opening = content.Opening(scheme=310, person_type=f"PERSON_TYPE_{kind}", balance=balance)
            opening.activated_time.seconds = 1
            ledger.run(kinds.IMPORT_OPENING, opening, who)
            self.purses[who] = Purse(kind, balance)
        ledger.grant("bob", "ann")
        ledger.grant("cat", "ann")
        ledger.grant("ann", "cat")
        gap = content.CoverageSuspension(cause=t.COVERAGE_CAUSE_UNPAID_CONTRIBUTIONS, effective_from=day("2026-01-01"))
        ledger.run(kinds.SUSPEND_COVERAGE, gap, "bob")
        self.uncovered = {("bob", 2026)}
        self.payers = {"ann": ["bob", "cat"], "bob": [], "cat": ["ann"]}
        self.names = {id(self.purses[who]): stream_of(who) for who in FAMILY}
        self.settled = []
        self.from_bytes = 0

    def drawn(self):
        """A purchase: who, policy, bill, place, year, use of the own account, and its content."""
        draw = self.draw
        document, place, year = draw.choice(self.documents), draw.choice(list(LEVELS)), draw.choice([2025, 2025, 2026])
        bill, use = draw.bill(), draw.random() < 0.9
        excluded = draw.random() < 0.15
        message = purchase(document, place, bill, year, use_account=use, exclusion="ABROAD" if excluded else "")
        who = draw.choice(FAMILY)
        outside = excluded or (who, year) in self.uncovered
        return who, document, bill, place, year, use, outside, message

    def slow(self, who, document, bill, place, year, use, outside):
        """The split of the slow way, None where nobody says what holds."""
        ask = [self.purses[payer] for payer in self.payers[who]]
        try:
            return settle(
                document,
                self.purses[who],
                bill,
                level=LEVELS[place],
                year=year,
                use_account=use,
                ask=ask,
                outside=outside,
            )
        except Undefined:
            return None

    def quote(self, who, message):
        """What the product says without recording it: its split, or None for an undefined band."""
        command = self.ledger.command_of(kinds.RECORD_PURCHASE, message, who)
        try:
            legs = decide(command, self.ledger)
        except Refusal as refusal:
            if refusal.reason != reasons.REFUSAL_REASON_POLICY_BAND_UNDEFINED:
                raise
            return None
        self.compare_encoded(command, legs[0].event)
        return amounts(legs[0].event.split)

    def compare_encoded(self, command, event):
        """The event that is put together from bytes is the one that is built field by field, to the byte."""
        command.encoded = command.content.SerializeToString(deterministic=True)
        leg = decide(command, self.ledger)[0]
        assert leg.event == event
        assert leg.encoded in (b"", event.SerializeToString(deterministic=True))
        self.from_bytes += bool(leg.encoded)

    def step(self):
        """Quote, settle where it can be, or reverse an earlier one; compare everything."""
        if self.settled and self.draw.random() < 0.25:
            position, facts = self.settled.pop(self.draw.randrange(len(self.settled)))
            self.ledger.reverse(position)
            book(*facts, sign=-1)
        else:
            who, document, bill, place, year, use, outside, message = self.drawn()
            slow = self.slow(who, document, bill, place, year, use, outside)
            quoted = self.quote(who, message)
            assert quoted == (None if slow is None else expected(slow, self.names)), (document, bill)
            if slow is not None:
                recorded = self.ledger.run(kinds.RECORD_PURCHASE, message, who)[0]
                assert amounts(recorded.event.split) == quoted
                facts = (slow, document, self.purses[who], bill, year)
                book(*facts)
                self.settled.append((recorded.position, facts))
        self.compare()

    def compare(self):
        """Balances and every sum."""
        for who, purse in self.purses.items():
            person = self.ledger[who]
            assert person.balance == purse.balance
            for (year, benefit), sums in purse.sums.items():
                ours = person.accumulators.get((year, t.Benefit.Value(f"BENEFIT_{benefit}")))
                fields = ("deductible", "pooled", "eligible", "visits", "admissions")
                assert [getattr(ours, name, 0) for name in fields] == [sums[name] for name in fields]


@pytest.mark.parametrize("seed", range(60))
def test_two_evaluators_agree(seed):
    pair = Pair(seed)
    for _ in range(25):
        pair.step()
    assert pair.from_bytes


@pytest.mark.parametrize("seed", range(20))
def test_a_purchase_and_its_reversal_are_neutral(seed):
    pair = Pair(1_000 + seed)
    for _ in range(8):
        pair.step()
    later = [pair.drawn() for _ in range(8)]
    before = [pair.quote(who, message) for who, *_, message in later]
    people = {who: (pair.ledger[who].balance, sums(pair.ledger[who])) for who in FAMILY}
    undo = []
    for who, *_, message in [pair.drawn() for _ in range(5)]:
        if pair.quote(who, message) is not None:
            undo.append(pair.ledger.run(kinds.RECORD_PURCHASE, message, who)[0].position)
    pair.draw.shuffle(undo)
    for position in undo:
        pair.ledger.reverse(position)
    assert {who: (pair.ledger[who].balance, sums(pair.ledger[who])) for who in FAMILY} == people
    assert [pair.quote(who, message) for who, *_, message in later] == before


def sums(person):
    """The yearly sums without those that are zero again."""
    return {key: value for key, value in person.accumulators.items() if any(value)}


@pytest.mark.parametrize("seed", range(3))
def test_the_service_settles_what_it_quotes(client, database, seed):
    """The same over the wire: every purchase carries the token of its quote, and the slow way says the same."""
    draw = Draw(2_000 + seed)
    world = Book(client, database.new_ledger())
    documents = [draw.document(benefit, "340100") for benefit in ("OUTPATIENT", "INPATIENT")]
    for document in documents:
        world.publish(document)
    for code, level in LEVELS.items():
        world.done(world.designate(code, f"INSTITUTION_LEVEL_{level}"))
    purses = {}
    for who, kind, balance in (("ann", "ACTIVE", 3_000), ("bob", "RETIRED", 800)):
        world.done(world.opening(who, balance, person_type=f"PERSON_TYPE_{kind}"))
        purses[who] = Purse(kind, balance)
    world.done(world.grant("bob", "ann"))
    names = {id(purse): parse_account(world.account(who))[1] for who, purse in purses.items()}
    for _ in range(30):
        document, place, year = draw.choice(documents), draw.choice(list(LEVELS)), draw.choice([2025, 2026])
        bill, who = draw.bill(), draw.choice(["ann", "ann", "bob"])
        outside = draw.random() < 0.2
        message = purchase(document, place, bill, year, use_account=True, exclusion="ABROAD" if outside else "")
        ask = [purses["bob"]] if who == "ann" else []
        quoted = world.send(pb.QuotePurchaseRequest(person=world.person(who), purchase=message))
        try:
            slow = settle(document, purses[who], bill, level=LEVELS[place], year=year, ask=ask, outside=outside)
        except Undefined:
            assert reason_of(quoted) == "POLICY_BAND_UNDEFINED"
            continue
        message.quote = quoted.quote
        request = pb.RecordPurchaseRequest(purchase=message, **world.common(who, "person"))
        done = world.done(request)
        assert done.split == quoted.split
        assert amounts(done.split) == expected(slow, names)
        book(slow, document, purses[who], bill, year)
        assert world.state(who).balance == purses[who].balance == quoted.balance_after
