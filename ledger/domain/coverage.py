"""What the rules of the ledger make of a purchase: may it be settled at this place, and what the pooled fund pays.

The register of institutions and the rules of the region count as soon as the ledger has published a policy. Before
that it takes what the settlement centre has decided, from wherever it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain.filings import is_filed
from ledger.domain.institutions import institution_of
from ledger.domain.insurance import gap_on, kind_on
from ledger.domain.policies import Policies, Published, policies_of
from ledger.domain.refusal import Refusal
from ledger.domain.settle import benefit_of
from ledger.domain.values import NO_SUMS
from ledger.policy.compute import Shares, UndefinedBandError, compute
from ledger.policy.rules import FILED, IN_REGION, NONE, UNFILED, Deductible, Version
from ledger.v1 import commands_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.institutions import Designation
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.policy.rules import Date, Rule

_CATEGORY = "CATEGORY_"


class Place(NamedTuple):
    """Where a purchase is settled: the designation that holds on the service date, and how the region sees it.

    `found` remembers the rules for a category, a benefit and a kind of person whom nothing stood against.
    """

    policies: Policies
    designation: Designation
    relation: types_pb2.RegionRelation
    decided_by: tuple[tuple[bytes, int], ...]
    found: dict[tuple[int, int, int], tuple[Published, Rule]]


class Decided(NamedTuple):
    """The fund's part of a bill, and what it rests on: position and hash of the policy, streams with their versions.

    `uncounted`: the bill moves no yearly sum (`is_uncounted`).
    """

    shares: commands_pb2.UpstreamSplit
    uncounted: bool
    computation: types_pb2.Computation | None = None
    policy: tuple[int, bytes] | None = None
    decided_by: tuple[tuple[bytes, int], ...] = ()


def place_of(purchase: commands_pb2.Purchase, person: Person, date: Date, view: View) -> Place | None:
    """Return where the purchase is settled, None while the ledger has no policies; refuse what is not designated."""
    policies = policies_of(view)
    if not policies.published:
        return None
    institution = institution_of(purchase.institution, view)
    # Kept by the states themselves: one that a refused group, or a batch that was not committed, made for a moment is
    # gone together with what was found for it, whatever version the next one has.
    known: Place | None = institution.places.get(date)
    if known is not None and known.policies is policies:
        return known
    designation = institution.on(date)
    if designation is None:
        metadata = {"institution": purchase.institution}
        raise Refusal(reasons.REFUSAL_REASON_INSTITUTION_NOT_DESIGNATED, metadata)
    decided_by = ((institution.id, institution.version), (policies.id, policies.version))
    relation = _relation(purchase.institution, designation, person, date, policies, view.ledger)
    place = Place(policies, designation, relation, decided_by, {})
    if relation == IN_REGION:  # for whomever; elsewhere it is a question of filings
        institution.keep(date, place)
    return place


def _relation(
    code: str, designation: Designation, person: Person, date: Date, policies: Policies, ledger: str
) -> types_pb2.RegionRelation:
    own, region = policies.region(ledger), designation.region
    if not own or region in {own, ""}:
        return IN_REGION
    if policies.rules_on(date).exempt(region, date) or is_filed(person.filings, region, code, date):
        return FILED
    return UNFILED


def decide_shares(purchase: commands_pb2.Purchase, person: Person, date: Date, place: Place | None) -> Decided:
    """Return the fund's part: as the settlement centre supplied it, or computed from the policy of the service date."""
    uncounted = is_uncounted(purchase, person, date)
    if place is None:
        if not purchase.HasField("upstream"):
            raise Refusal(reasons.REFUSAL_REASON_POLICY_NOT_FOUND)
        check_covered(purchase.upstream, person, date)
        return Decided(purchase.upstream, uncounted)
    if purchase.HasField("upstream"):
        _check_place(purchase.category, date, place)
        if place.relation == UNFILED and not _unfiled_is_covered(purchase, person, date, place):
            raise _filing_required(place)
        check_covered(purchase.upstream, person, date)
        return Decided(purchase.upstream, uncounted, decided_by=place.decided_by)
    benefit = benefit_of(purchase)
    published, rule = _rule(purchase, benefit, person, date, place)
    if uncounted:
        # Somebody else has to bear the bill, or nobody is covered: nothing is pooled, and no deductible is used up.
        rule = rule._replace(deductible=Deductible(NONE), bands=(), cap=0)
    try:
        shares = compute(rule, purchase.bill.in_scope, person.accumulators.get((date[0], benefit), NO_SUMS))
    except UndefinedBandError as error:
        metadata = {"policy": published.name, "limit": str(error.limit)}
        raise Refusal(reasons.REFUSAL_REASON_POLICY_BAND_UNDEFINED, metadata) from None
    payable = cast("Version", published.says).full_self_pay_payable
    computation = computation_of(shares, published.name, place, payable=payable)
    if uncounted and gap_on(person, date) is not None:
        computation.coverage_suspended = True
    return Decided(
        commands_pb2.UpstreamSplit(deductible=shares.deductible, pooled=shares.pooled, full_self_pay_payable=payable),
        uncounted,
        computation,
        (published.position, published.draft.content_sha256),
        place.decided_by,
    )


def computation_of(shares: Shares, policy: str, place: Place, *, payable: bool) -> types_pb2.Computation:
    """Return the intermediates as they are recorded."""
    computation = types_pb2.Computation(
        policy=policy,
        level=cast("types_pb2.InstitutionLevel", place.designation.level),
        relation=place.relation,
        deductible_owed=shares.owed,
        base=shares.base,
        exact=shares.exact,
        rounded=shares.rounded,
        cap_left=shares.cap_left,
        full_self_pay_payable=payable,
    )
    for amount, ratio in shares.parts:
        computation.bands.add(amount=amount, ratio_bp=ratio)  # a list of dictionaries costs twice as much
    return computation


def _check_place(category: int, date: Date, place: Place) -> None:
    """Refuse a category that the place was not designated for, or that the region does not allow."""
    _check_category(category, place.designation.categories)
    _check_category(category, place.policies.rules_on(date).categories)


def _rule(
    purchase: commands_pb2.Purchase, benefit: int, person: Person, date: Date, place: Place
) -> tuple[Published, Rule]:
    """Return version and rule for a bill, whose category must be allowed."""
    usual = not purchase.policy and person.scheme == types_pb2.SCHEME_EMPLOYEE
    key = (purchase.category, benefit, kind_on(person, date))
    if usual and (known := place.found.get(key)):
        return known
    _check_place(purchase.category, date, place)
    found = _policy(purchase, person, date, place)
    _check_category(purchase.category, cast("Version", found[0].says).categories)
    if usual:
        place.found[key] = found
    return found


def _policy(purchase: commands_pb2.Purchase, person: Person, date: Date, place: Place) -> tuple[Published, Rule]:
    """Return version and rule: the pinned one, or the only one that matches."""
    level, relation, benefit = place.designation.level, place.relation, benefit_of(purchase)
    if purchase.policy:
        published = place.policies.published.get(purchase.policy)
        if published is None or published.withdrawn or not isinstance(published.says, Version):
            raise Refusal(reasons.REFUSAL_REASON_POLICY_NOT_FOUND)
        says = published.says
        pinned = says.rule_for(level, kind_on(person, date), relation)
        if pinned is None or says.benefit != benefit or not says.effective_from <= date <= says.effective_to:
            if relation == UNFILED:
                raise _filing_required(place)
            raise Refusal(reasons.REFUSAL_REASON_POLICY_NOT_APPLICABLE, {"policy": published.name})
        return published, pinned
    # The policies of a ledger are those of the employee scheme.
    employee = person.scheme == types_pb2.SCHEME_EMPLOYEE
    found = place.policies.find(benefit, level, kind_on(person, date), relation, date) if employee else None
    if found is None:
        if relation == UNFILED:
            raise _filing_required(place)
        raise Refusal(reasons.REFUSAL_REASON_POLICY_NOT_FOUND)
    return found


def _unfiled_is_covered(purchase: commands_pb2.Purchase, person: Person, date: Date, place: Place) -> bool:
    """Tell whether the region pays for treatment elsewhere that nobody filed."""
    level = place.designation.level
    return place.policies.find(benefit_of(purchase), level, kind_on(person, date), UNFILED, date) is not None


def is_uncounted(purchase: commands_pb2.Purchase, person: Person, date: Date) -> bool:
    """Tell whether a bill is outside the benefit: excluded by law, or of a date without coverage.

    It uses up no deductible and no cap, and is neither an eligible cost nor a visit nor an admission of its year.
    """
    return bool(purchase.exclusion_reason) or gap_on(person, date) is not None


def check_covered(upstream: commands_pb2.UpstreamSplit, person: Person, date: Date) -> None:
    """Refuse a pooled part, or a deductible, that the settlement centre supplied for a date without coverage."""
    if (upstream.pooled or upstream.deductible) and gap_on(person, date):
        raise Refusal(reasons.REFUSAL_REASON_COVERAGE_SUSPENDED)


def _filing_required(place: Place) -> Refusal:
    return Refusal(reasons.REFUSAL_REASON_CROSS_REGION_FILING_REQUIRED, {"region": place.designation.region})


def _check_category(category: int, allowed: frozenset[int]) -> None:
    if allowed and category not in allowed:
        name = types_pb2.Category.Name(cast("types_pb2.Category", category)).removeprefix(_CATEGORY)
        raise Refusal(reasons.REFUSAL_REASON_CATEGORY_NOT_ALLOWED, {"category": name})
