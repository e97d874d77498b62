"""A policy version as it is computed with: plain values, made from a document that was checked.

Amounts are integer fen, ratios basis points, dates (year, month, day) in the ledger's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ledger.policy.contributions import Contributions
from ledger.v1 import types_pb2 as t

Date = tuple[int, int, int]

# Kinds of a deductible.
NONE, ANNUAL, PER_VISIT, PER_ADMISSION = range(4)

# What the limits of bands are measured on.
ELIGIBLE_GROSS, ELIGIBLE_NET, ELIGIBLE_YTD, FUND_PAID_YTD = range(1, 5)

IN_REGION = t.REGION_RELATION_IN_REGION
FILED = t.REGION_RELATION_FILED
UNFILED = t.REGION_RELATION_UNFILED

LAST_DAY: Date = (9999, 12, 31)


class Deductible(NamedTuple):
    """What the person bears first. ANNUAL has `first` only; the others may differ from the second time on.

    `annual_max`: most that a year may take; None = no limit.
    """

    kind: int = NONE
    first: int = 0
    later: int = 0
    annual_max: int | None = None


class Band(NamedTuple):
    """A ratio up to a limit (fen, inclusive); None = without limit."""

    up_to: int | None
    ratio_bp: int


class Rule(NamedTuple):
    """What holds for some persons at some institutions. Without bands nothing is pooled."""

    person_types: frozenset[int]
    levels: frozenset[int]
    relations: frozenset[int]
    deductible: Deductible
    bands: tuple[Band, ...]
    basis: int
    cap: int | None

    def covers(self, level: int, person_type: int, relation: int) -> bool:
        """Tell whether the rule is for such a person at such an institution."""
        return level in self.levels and person_type in self.person_types and relation in self.relations

    def meets(self, other: Rule) -> bool:
        """Tell whether some purchase falls under both rules."""
        return bool(
            self.person_types & other.person_types and self.levels & other.levels and self.relations & other.relations
        )


class Version(NamedTuple):
    """A version of a benefit's policy. `pinned_only`: it is found by its name alone.

    `categories` is empty where every category is allowed. `effective_to` is LAST_DAY for an open end.
    """

    policy: str
    region: str
    benefit: int
    effective_from: Date
    effective_to: Date
    pinned_only: bool
    categories: frozenset[int]
    full_self_pay_payable: bool
    rules: tuple[Rule, ...]

    def rule_for(self, level: int, person_type: int, relation: int) -> Rule | None:
        """Return the rule for such a person at such an institution; there is at most one."""
        for rule in self.rules:
            if rule.covers(level, person_type, relation):
                return rule
        return None


class Exemption(NamedTuple):
    """A region where no filing is needed, from a date on."""

    region: str
    effective_from: Date


class Transfers(NamedTuple):
    """Limits of wallet transfers: fen, number a civil day, minutes of the day without transfers and of the return."""

    amount_max: int = 200_000
    per_day: int = 3
    closed_from: int = 22 * 60
    closed_to: int = 6 * 60
    returned_at: int = 6 * 60


class Losses(NamedTuple):
    """Days of the loss period, days after which a provisional report lapses (0 = never), working days of a reissue.

    `freezes_account`: otherwise a lost card stops that credential only.
    """

    period_days: int = 7
    provisional_days: int = 0
    reissue_days: int = 20
    expedited_days: int = 7
    freezes_account: bool = True


class Claims(NamedTuple):
    """Months after the service date in which a claim may be filed, and the causes that permit one."""

    deadline_months: int = 3
    causes: frozenset[int] = frozenset(
        (
            t.CLAIM_CAUSE_EMERGENCY_WITHOUT_CARD,
            t.CLAIM_CAUSE_FAMILY_PLANNING_SURGERY,
            t.CLAIM_CAUSE_EMPLOYER_ARREARS,
            t.CLAIM_CAUSE_CARD_REISSUE,
        )
    )


class Filings(NamedTuple):
    """Institutions that a filing may choose, and changes of them in a civil year."""

    institutions_max: int = 2
    changes_per_year: int = 2


class RegionRules(NamedTuple):
    """What holds for all benefits of a region. The defaults are what the national rules say.

    `categories` is empty where every category is allowed, `shared_categories` where relatives may pay for whatever the
    holder may. `payout_limit` is the greatest payout in fen without a second pair of eyes, None = any; `premiums` what
    is taken from an account for a year, in fen, by kind; `interest_days` what a year has for interest. `holidays` are
    days off beside weekends, `workdays` weekend days that are worked.
    """

    policy: str = ""
    region: str = ""
    effective_from: Date = (1900, 1, 1)
    effective_to: Date = LAST_DAY
    categories: frozenset[int] = frozenset()
    shared_categories: frozenset[int] = frozenset()
    relations: frozenset[int] = frozenset(
        (
            t.RELATION_SPOUSE,
            t.RELATION_PARENT,
            t.RELATION_CHILD,
            t.RELATION_SIBLING,
            t.RELATION_GRANDPARENT,
            t.RELATION_GRANDCHILD,
        )
    )
    exemptions: tuple[Exemption, ...] = ()
    top_ups: bool = False
    close_reasons: frozenset[int] = frozenset(
        (t.CLOSE_REASON_DEATH, t.CLOSE_REASON_EMIGRATION, t.CLOSE_REASON_LONG_TERM_RESIDENCE)
    )
    filings: Filings = Filings()
    transfers: Transfers = Transfers()
    losses: Losses = Losses()
    claims: Claims = Claims()
    contributions: Contributions = Contributions()
    interest_days: int = 360
    payout_limit: int | None = None
    premiums: Mapping[int, int] = MappingProxyType({})
    holidays: frozenset[Date] = frozenset()
    workdays: frozenset[Date] = frozenset()

    def exempt(self, region: str, date: Date) -> bool:
        """Tell whether treatment there needs no filing."""
        return any(each.region == region and each.effective_from <= date for each in self.exemptions)
