"""A random year of a ledger with many accounts: everything that moves money, in batches, in the order of no clock."""

from __future__ import annotations

import datetime as dt
import random
import time
from zoneinfo import ZoneInfo

from google.rpc.status_pb2 import Status

from ledger.v1 import types_pb2 as t
from tests.world import item

YEAR = 2025
ZONE = ZoneInfo("Asia/Shanghai")
BATCH = 1_000
SPLITS = (
    {"upstream": {}},
    {"upstream": {"pooled": 3_000}},
    {"upstream": {"pooled": 1_000, "hospital": 700}},
    {"upstream": {"pooled": 500, "funds": [{"fund": "390100", "amount": 400}, {"fund": "大病", "amount": 35}]}},
)
INSTITUTIONS = ("H34010000001", "P34010000007", "h-lower_case", "协和医院")


class LedgerYear:
    """Makes the year in the ledger of a world; `people` are the words for the holders."""

    def __init__(self, world, accounts, seed):
        self.w, self.draw = world, random.Random(seed)
        self.people = [f"p{number}" for number in range(accounts)]
        self.reversible = []

    def at(self, first=1, last=12, hour=None):
        """A random time of these months, as seconds from now."""
        begin = dt.datetime(YEAR, first, 1, tzinfo=ZONE)
        days = (dt.datetime(YEAR + last // 12, last % 12 + 1, 1, tzinfo=ZONE) - begin).days
        hours = self.draw.randrange(24) if hour is None else hour
        when = begin + dt.timedelta(days=self.draw.randrange(days), hours=hours, minutes=self.draw.randrange(60))
        return int(when.timestamp()) - int(time.time())

    def send(self, requests):
        """Execute in batches. Return the transactions; refusals belong to a year, too."""
        done = []
        for first in range(0, len(requests), BATCH):
            told = self.w.batch(*map(item, requests[first : first + BATCH]), timeout=60)
            done += [each for each in told if not isinstance(each, Status)]
        return done

    def begin(self):
        """Openings, and a net of families: each pays for the next one."""
        w, draw = self.w, self.draw
        kinds = (t.PERSON_TYPE_ACTIVE, t.PERSON_TYPE_ACTIVE, t.PERSON_TYPE_RETIRED)
        at = int(dt.datetime(YEAR, 1, 1, tzinfo=ZONE).timestamp()) - int(time.time())
        openings = [w.opening(who, draw.randrange(200_000), draw.choice(kinds), at=at) for who in self.people]
        assert len(self.send(openings)) == len(self.people)
        pairs = list(zip(self.people, self.people[1:], strict=False))[::3]
        self.send([w.grant(payer, other, at=at + 60) for payer, other in pairs])
        return pairs

    def make(self, steps):
        """The whole year."""
        pairs = self.begin()
        for _ in range(4):  # so that reversals find something to reverse
            done = self.send([self.step(pairs) for _ in range(steps // 4)])
            self.reversible += [
                each.first_position
                for each in done
                if each.entries[0].type in {"deposit_posted", "purchase_settled", "premium_deducted"}
            ]
        self.corrections()
        self.ends()

    def step(self, pairs):
        """One request."""
        w, draw = self.w, self.draw
        who, at = draw.choice(self.people), self.at()
        kind = draw.choices(["deposit", "buy", "reverse", "premium", "family", "wallet"], [40, 40, 6, 4, 5, 5])[0]
        if kind == "deposit":
            return w.deposit(who, draw.randrange(1, 60_000), source=draw.choice([1, 1, 2, 3, 5]), at=at)
        if kind == "reverse" and self.reversible:
            return w.reverse(draw.choice(self.reversible), at=at)
        if kind == "premium":
            return w.premium(who, draw.randrange(1, 4_000), kind=draw.choice([1, 3]), year=YEAR, at=at)
        if kind == "family":
            return w.transfer(*draw.choice(pairs), draw.randrange(1, 9_000), at=at)
        if kind == "wallet":
            payer, other = draw.choice(pairs)
            return w.send_to(payer, other, draw.randrange(1, 9_000), at=self.at(hour=draw.randrange(7, 21)))
        total = draw.randrange(6_000, 90_000)
        return w.purchase(who, total, institution=draw.choice(INSTITUTIONS), at=at, **draw.choice(SPLITS))

    def corrections(self):
        """Interest, adjustments, claims, and the ends of transfers that were sent."""
        w, draw = self.w, self.draw
        self.send([w.interest(who, draw.randrange(1, 400), at=self.at(4)) for who in self.people[::7]])
        proposed = self.send([w.adjustment(who, draw.choice([-3, 70]), at=self.at()) for who in self.people[::40]])
        other = (("x-dev-actor", "other"),)
        for each in proposed:
            w.send(w.review(each.first_position), metadata=other)
        claims = self.send(
            [
                w.claim(who, served=f"{YEAR}-06-02", invoice=f"I-{number}", at=self.at(6, 8))
                for number, who in enumerate(self.people[::50])
            ]
        )
        for each in claims:
            who = each.entries[0].account
            split = {"pooled": draw.randrange(1, 9_000), "funds": [{"fund": "390100", "amount": 11}]}
            if w.send(w.decide_claim(self.named(who), each.first_position, upstream=split)):
                w.send(w.pay_claim(self.named(who), each.first_position))

    def named(self, account):
        """The word for an account."""
        identifier = account.rpartition("/")[2]
        return next(who for who, known in self.w.ids.items() if known == identifier)

    def ends(self):
        """Deaths, what comes back after them, and what is paid of it."""
        w = self.w
        last = {who: w.done(w.purchase(who, 7_000, at=self.at(11, 11))).first_position for who in self.people[::60]}
        for who, position in last.items():
            w.send(w.close(who, at=self.at(12)))
            back = w.send(w.reverse(position, at=self.at(12)))
            if not isinstance(back, Status) and back.transaction.payable_after_close > 1:
                w.done(w.settle_payable(who, back.transaction.payable_after_close - 1))
