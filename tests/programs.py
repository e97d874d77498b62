"""Random programs for a ledger: steps with values drawn evenly, so that money moves in most of them."""

from __future__ import annotations

import random

from google.protobuf.timestamp_pb2 import Timestamp

from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t

MIDNIGHT = 1_735_660_800
"""2025 begins in Shanghai: 2024-12-31T16:00:00Z."""
PEOPLE = "ABCDE"


class Draw(random.Random):
    """Draws the parts of a program."""

    def rarely(self, value, otherwise):
        """Mostly `otherwise`."""
        return value if self.random() < 0.06 else otherwise

    def purchase(self):
        """A bill with the split of the settlement centre; some do not add up."""
        scope, pre, over, full = (self.choice([0, self.randint(1, 900)]) for _ in range(4))
        deductible = self.randint(0, scope)
        pooled = self.randint(0, scope - deductible + self.rarely(1, 0))
        fund = self.randint(0, max(0, scope - deductible - pooled))
        centre = c.UpstreamSplit(
            deductible=deductible,
            pooled=pooled,
            funds=[t.FundPayment(fund="610100", amount=fund)] if fund else [],
            hospital=self.choice([0, 0, 50]),
            own_account=self.rarely(self.randint(1, 500), None),
            cash=self.rarely(self.randint(0, 9), None),
            full_self_pay_payable=self.random() < 0.5,
        )
        invoice = self.choice(["", "", "", "1", "2"])
        return c.Purchase(
            bill=t.Bill(
                total=(scope + pre + over + full + self.rarely(1, 0)) or 1,
                in_scope=scope,
                pre_self_pay=pre,
                over_limit_self_pay=over,
                full_self_pay=full,
            ),
            institution="H1",
            category=self.choice([t.CATEGORY_DRUG, t.CATEGORY_INPATIENT]),
            presenter=self.rarely(t.PRESENTER_OTHER, t.PRESENTER_HOLDER),
            own_account_unused=self.random() < 0.1,
            shares_unused=self.rarely(True, False),
            service_date=self.rarely(t.CivilDate(year=2023, month=5, day=1), None),
            upstream=self.rarely(None, centre),
            exclusion_reason=self.rarely("THIRD_PARTY", ""),
            confidential=t.Confidential(invoice_number=invoice) if invoice else None,
        )

    def deposit(self):
        """A deposit, perhaps of a month or a payment that was posted before."""
        period, payment = self.choice([0, 0, 202501, 202502]), self.rarely("P1", "")
        return c.Deposit(
            amount=self.rarely(10**12, self.randint(1, 2_000)),
            source=self.rarely(t.DEPOSIT_SOURCE_VOLUNTARY_TOPUP, self.randint(1, 3)),
            period=period,
            confidential=t.Confidential(payment_ref=payment) if payment else None,
        )

    def opening(self):
        """An account with its past."""
        past = t.Accumulator(year=2025, benefit=t.BENEFIT_OUTPATIENT, pooled=70, visits=2)
        return c.Opening(
            scheme=t.SCHEME_EMPLOYEE,
            person_type=t.PERSON_TYPE_RETIRED,
            balance=self.randint(0, 5_000),
            source_sha256=bytes(32),
            activated_time=self.choice([None, Timestamp(seconds=1)]),
            accumulators=self.choice([[], [past]]),
        )

    def asked(self):
        """One command: kind and values, effective time, expected version."""
        who, other = self.choice("AAABBBBCCCD"), self.choice("ABCDDE")
        payers = self.sample("ABC", 2) if self.random() < 0.15 else []
        pair = self.choice(["AB", "AB", "CB", "BC", "BA", who + other])
        kinds = [
            ("deposit", who, self.deposit()),
            ("purchase", self.choice("ABBBCDDDDE"), self.purchase(), tuple(payers)),
            ("grant", *pair, self.terms()),
            ("revoke", *pair),
            ("transfer", *pair, self.choice([self.randint(1, 900), 9_000])),
            ("reverse", self.randint(1, 12), self.rarely(True, False)),
            ("amend", self.randint(1, 8), self.rarely(True, False), self.purchase(), tuple(payers)),
            ("order", self.choice("BBDDE"), self.sample("ABC", self.randint(1, 2))),
            ("premium", who, self.randint(2024, 2026), self.rarely(9_000, self.randint(1, 90))),
            ("loss", who, self.rarely(2, 1)),
            ("lift", who),
            ("open", other, self.rarely(t.SCHEME_RESIDENT, t.SCHEME_EMPLOYEE)),
            ("activate", other),
            ("import", other, self.opening()),
            ("register", other),
            ("close", other, self.closing()),
        ]
        weights = 12, 30, 9, 3, 10, 12, 8, 3, 6, 2, 4, 2, 2, 3, 1, 2
        (kind,) = self.choices(kinds, weights)
        return kind, self.choice([MIDNIGHT - 1, MIDNIGHT]), self.rarely(3, 0)

    def terms(self):
        """Relation, limits and end of a grant."""
        relation = self.rarely(t.RELATION_PARENT_IN_LAW, self.randint(1, 6))
        return relation, self.choice([0, 0, 300]), self.choice([0, 0, 500]), self.ending()

    def ending(self):
        return self.choice([0, 0, MIDNIGHT])

    def closing(self):
        reason = self.choice([1, 3, t.CLOSE_REASON_PERSONAL_REQUEST])
        return c.Closing(reason=reason, evidence=self.choice([[1, 3], [2]]))

    def step(self):
        """One step of a program: the name of a method of `History`, and its arguments."""
        steps = {"command": 55, "batch": 12, "group": 8, "void": 12, "late": 3, "retry": 10}
        (name,) = self.choices(list(steps), list(steps.values()))
        if name == "command":
            return name, self.asked()
        if name in {"batch", "group"}:
            return name, [self.asked() for _ in range(self.randint(2, 5))]
        return name, self.randint(1, 60 if name == "retry" else 12)
