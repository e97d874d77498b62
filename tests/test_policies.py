"""Policies, institutions and filings over the wire: which version decides, where, and what is refused."""

from __future__ import annotations

import pytest

from ledger.log.entry import parse
from ledger.policy import document, seeds
from ledger.policy.document import DocumentError
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import Book, as_actor, day, shipped
from tests.world import details, reason_of

PINNED = {"selection": "PINNED"}


@pytest.fixture
def book(client, database):
    """A ledger of Hefei with its policy, a tertiary hospital and an active person with 1,000.00."""
    book = Book(client, database.new_ledger())
    book.publish(shipped("hefei-outpatient-2025"))
    book.done(book.designate("H1"))
    book.done(book.opening("ann", balance=100_000))
    return book


def refused(book, request, **options):
    """Reason and metadata of a refusal, which leaves one entry."""
    size = book.size()
    info = details(book.send(request, **options))[0]
    assert book.size() == size + 1
    return info.reason, dict(info.metadata)


def test_a_purchase_is_computed_and_says_why(book):
    answer = book.send(book.computed("ann"))
    done = answer.transaction
    assert (done.split.deductible, done.split.pooled, done.split.own_account) == (20_000, 48_000, 52_000)
    assert done.computation.policy == book.policy("hefei-outpatient-2025")
    lines = [(line.code, getattr(line, line.WhichOneof("value")), line.ratio_bp) for line in answer.explanation]
    assert lines == [
        ("BILL_TOTAL", 100_000, 0),
        ("IN_SCOPE", 100_000, 0),
        ("POLICY", book.policy("hefei-outpatient-2025"), 0),
        ("LEVEL", "TERTIARY", 0),
        ("RELATION", "IN_REGION", 0),
        ("DEDUCTIBLE_OWED", 20_000, 0),
        ("DEDUCTIBLE", 20_000, 0),
        ("BASE", 80_000, 0),
        ("BAND", 80_000, 6_000),
        ("EXACT", 480_000_000, 0),
        ("ROUNDED", 48_000, 0),
        ("CAP_LEFT", 400_000, 0),
        ("POOLED", 48_000, 0),
        ("PERSONAL", 52_000, 0),
        ("ACCOUNT_PAYABLE", 52_000, 0),
        ("BALANCE_BEFORE", 100_000, 0),
        ("OWN_ACCOUNT", 52_000, 0),
        ("CASH", 0, 0),
        ("BALANCE_AFTER", 48_000, 0),
    ]
    assert all(line.english and line.chinese for line in answer.explanation)


def test_an_entry_names_what_decided(book):
    position = book.done(book.computed("ann")).first_position
    references = parse(book.entries(position)[0]).references
    published = parse(book.entries(references.policy_position)[0])
    assert published.policy_published.content_sha256 == references.policy_hash
    assert len(references.decided_by) == 2  # institution and policies


@pytest.mark.feature(52)
def test_a_new_version_decides_from_its_date_and_changes_nothing_that_was_settled(book):
    before = book.computed("ann", 30_000)
    first = book.done(before)
    new = shipped("hefei-outpatient-2025", policy="hefei-outpatient-2026", effective_from="2026-01-01")
    new["rules"][0]["bands"] = [{"ratio_bp": 7_000}]
    assert refused(book, book.propose_policy(new))[0] == "POLICY_OVERLAP"
    book.publish(new, replaces="hefei-outpatient-2025")
    again = book.done(before)
    assert (again.replayed, again.split, again.computation) == (True, first.split, first.computation)
    assert book.done(book.computed("ann", 10_000, date="2025-12-31")).split.pooled == 6_000
    assert book.done(book.computed("ann", 30_000, date="2026-01-01")).split.pooled == 7_000


@pytest.mark.feature(27, 43, 44)
def test_a_quote_is_what_is_settled_and_tells_when_it_would_not_be(book):
    size = book.size()
    request = book.computed("ann", 60_000)
    quoted = book.quote(request)
    assert book.size() == size
    assert (quoted.balance_before, quoted.balance_after) == (100_000, 64_000)
    request.purchase.quote = quoted.quote
    other = book.computed("ann", 60_000)
    other.purchase.quote = quoted.quote
    done = book.send(request)
    assert (done.transaction.split, done.transaction.computation) == (quoted.split, quoted.computation)
    assert list(done.explanation) == list(quoted.explanation)
    assert refused(book, other)[0] == "QUOTE_CHANGED"  # the deductible has been used up


def test_a_quote_is_refused_like_the_purchase_and_leaves_nothing(book):
    size = book.size()
    unknown, bad = book.computed("ann", institution="H9"), book.computed("ann", bill=t.Bill(total=5, in_scope=4))
    assert reason_of(book.quote(unknown)) == "INSTITUTION_NOT_DESIGNATED"
    assert reason_of(book.quote(bad)) == "AMOUNT_MISMATCH"
    assert book.size() == size


def test_an_excluded_bill_is_not_pooled(book):
    done = book.done(book.computed("ann", exclusion_reason="THIRD_PARTY"))
    assert (done.split.deductible, done.split.pooled, done.split.own_account) == (0, 0, 100_000)
    assert book.done(book.computed("ann")).split.deductible == 20_000


@pytest.mark.parametrize("upstream", [None, True])
def test_only_designated_institutions_on_the_day(book, upstream):
    supplied = {"upstream": None} if upstream is None else {"upstream": {}}
    ask = lambda date, code="H1": book.computed("ann", 100, date=date, institution=code, **supplied)  # noqa: E731
    assert refused(book, ask("2025-03-03", "H2")) == ("INSTITUTION_NOT_DESIGNATED", {"institution": "H2"} | place(book))
    assert refused(book, ask("2024-12-31"))[0] == "INSTITUTION_NOT_DESIGNATED"
    book.done(book.revoke_designation("H1", day("2025-06-01")))
    book.done(ask("2025-05-31"))
    assert refused(book, ask("2025-06-01"))[0] == "INSTITUTION_NOT_DESIGNATED"
    assert refused(book, book.revoke_designation("H1", day("2025-07-01")))[0] == "INSTITUTION_NOT_DESIGNATED"
    book.done(book.designate("H1", since=day("2025-09-01"), until=day("2025-09-30")))
    book.done(ask("2025-09-30"))
    assert refused(book, ask("2025-10-01"))[0] == "INSTITUTION_NOT_DESIGNATED"


def place(book):
    """Where the newest refusal stands."""
    return {"position": str(book.size())}


@pytest.mark.feature(38, 45)
def test_level_and_kind_of_person_choose_the_rule(client, database):
    book = Book(client, database.new_ledger())
    for level in ("primary", "secondary", "tertiary"):
        book.publish(shipped(f"generic-{level}"))
        book.done(book.designate(level, f"INSTITUTION_LEVEL_{level.upper()}"))
    book.done(book.designate("none", t.INSTITUTION_LEVEL_NONE))
    for who in ("ACTIVE", "RETIRED", "FLEXIBLE"):
        book.done(book.opening(who, person_type=f"PERSON_TYPE_{who}"))
    shares = {
        (who, level): book.done(book.computed(who, 1_000, institution=level)).split.pooled
        for who in ("ACTIVE", "RETIRED", "FLEXIBLE")
        for level in ("primary", "secondary", "tertiary")
    }
    assert list(shares.values()) == [800, 700, 600, 850, 750, 650, 800, 700, 600]
    assert refused(book, book.computed("ACTIVE", institution="none"))[0] == "POLICY_NOT_FOUND"
    book.done(book.designate("tertiary", t.INSTITUTION_LEVEL_PRIMARY, since=day("2025-03-04")))
    assert book.done(book.computed("ACTIVE", 1_000, institution="tertiary", date="2025-03-03")).split.pooled == 600
    assert book.done(book.computed("ACTIVE", 1_000, institution="tertiary", date="2025-03-04")).split.pooled == 800


def test_the_policies_are_those_of_the_employee_scheme(book):
    book.done(book.register("child"))
    assert refused(book, book.computed("child"))[0] == "POLICY_NOT_FOUND"


def test_a_pinned_version_must_cover_the_purchase(book):
    book.publish(shipped("hefei-outpatient-2025", policy="other", effective_to="2025-06-30", **PINNED))
    pinned = {"policy": book.policy("other")}
    assert book.done(book.computed("ann", **pinned)).computation.policy == book.policy("other")
    for wrong in ({"date": "2025-07-01"}, {"benefit": t.BENEFIT_CHRONIC}):
        assert refused(book, book.computed("ann", **pinned, **wrong))[0] == "POLICY_NOT_APPLICABLE"
    assert refused(book, book.computed("ann", policy=book.policy("nosuch")))[0] == "POLICY_NOT_FOUND"
    book.withdraw("other")
    assert refused(book, book.computed("ann", **pinned))[0] == "POLICY_NOT_FOUND"
    assert refused(book, book.propose_withdrawal("other"))[0] == "POLICY_NOT_FOUND"
    lacking = (("x-dev-rights", "RECORD_PURCHASE,BACKDATE"),)
    assert reason_of(book.send(book.computed("ann", **pinned), metadata=lacking)) == "PERMISSION_DENIED"


def test_what_is_found_by_its_name_only_replaces_nothing_that_is_found_by_itself(book):
    """Else purchases that name no version would find none."""
    new = shipped("hefei-outpatient-2025", policy="pinned", effective_from="2026-01-01", **PINNED)
    reason, metadata = refused(book, book.propose_policy(new, "hefei-outpatient-2025"))
    assert (reason, "PINNED" in metadata["detail"]) == ("POLICY_INVALID", True)
    book.publish(new)
    book.publish({**new, "policy": "later", "effective_from": "2027-01-01"}, replaces="pinned")


def test_an_undefined_band_is_refused_and_counts_for_nothing(book):
    book.publish(shipped("beijing-inpatient-tertiary", region="340100"))
    ask = {"category": t.CATEGORY_INPATIENT}
    reason, metadata = refused(book, book.computed("ann", 15_000_000, **ask))
    assert (reason, metadata["limit"]) == ("POLICY_BAND_UNDEFINED", "10000000")
    assert book.done(book.computed("ann", 2_000_000, **ask)).split.deductible == 130_000
    assert book.done(book.computed("ann", 2_000_000, **ask)).split.deductible == 65_000


def test_categories_of_policy_institution_and_region(book):
    ask = lambda category: book.computed("ann", 100, category=category)  # noqa: E731
    book.done(book.designate("H1", categories=[t.CATEGORY_OUTPATIENT, t.CATEGORY_DRUG]))
    book.done(ask(t.CATEGORY_OUTPATIENT))
    reason, metadata = refused(book, ask(t.CATEGORY_DENTAL))
    assert (reason, metadata["category"]) == ("CATEGORY_NOT_ALLOWED", "DENTAL")
    book.publish(shipped("hefei-region", allowed_categories=["OUTPATIENT"]))
    assert refused(book, ask(t.CATEGORY_DRUG))[0] == "CATEGORY_NOT_ALLOWED"
    assert refused(book, book.computed("ann", category=t.CATEGORY_DRUG, upstream={}))[0] == "CATEGORY_NOT_ALLOWED"


@pytest.mark.feature(37, 39)
def test_treatment_in_another_region_is_filed(book):
    book.done(book.designate("S1", region="310000"))
    book.done(book.designate("S2", region="310000"))
    ask = lambda date="2025-03-03", code="S1", **more: book.computed(  # noqa: E731
        "ann", 100, date=date, institution=code, **more
    )
    assert refused(book, ask())[1]["region"] == "310000"
    assert refused(book, ask(upstream={}))[0] == "CROSS_REGION_FILING_REQUIRED"
    first = book.done(book.file("ann", institutions=["S1"], since=day("2025-03-01"), until=day("2025-12-31")))
    (limits,) = parse(book.entries(first.first_position)[0]).references.decided_by
    assert limits.version == 3  # proposed, decided, published
    assert book.done(ask()).computation.relation == t.REGION_RELATION_FILED
    assert refused(book, ask(code="S2"))[0] == "CROSS_REGION_FILING_REQUIRED"
    assert refused(book, ask("2025-02-28"))[0] == "CROSS_REGION_FILING_REQUIRED"
    book.done(book.file("ann", institutions=["S2"], since=day("2025-04-01")))
    assert refused(book, ask("2025-04-01"))[0] == "CROSS_REGION_FILING_REQUIRED"
    book.done(ask("2025-04-01", "S2"))
    book.done(ask("2025-03-31"))  # the first filing ended the day before the second began
    third = book.done(book.file("ann", institutions=["S1", "S2"], since=day("2025-05-01")))
    assert refused(book, book.file("ann", institutions=["S1"], since=day("2025-06-01")))[0] == "FILING_CHANGE_LIMIT"
    book.done(book.file("ann", institutions=["S1"], since=day("2026-01-01")))
    many = book.file("ann", region="110000", institutions=["B1", "B2", "B3"])
    assert refused(book, many) == ("FILING_INSTITUTIONS_LIMIT", {"limit": "2"} | place(book))
    book.done(book.end_filing("ann", third.first_position, until=day("2025-05-31")))
    assert refused(book, ask("2025-06-01"))[0] == "CROSS_REGION_FILING_REQUIRED"
    # What has ended is not brought back by an end that lies later.
    again = book.end_filing("ann", third.first_position, until=day("2025-06-30"))
    assert refused(book, again)[0] == "FILING_NOT_IN_FORCE"
    for position in (1, first.first_position + 1):
        assert refused(book, book.end_filing("ann", position))[0] == "FILING_NOT_IN_FORCE"


@pytest.mark.feature(39)
@pytest.mark.parametrize("kind", ["LONG_TERM_RESIDENCE", "TEMPORARY"])
def test_ending_a_filing_and_filing_anew_is_a_change_too(book, kind):
    """Two a year, however the one before ended, and whichever kind of residence is named; a referral is no choice."""
    file = lambda place, since, kind=kind, **more: book.file(  # noqa: E731
        "ann", institutions=[place], since=day(since), kind=kind, **more
    )
    first = book.done(file("S1", "2025-01-01"))
    book.done(book.end_filing("ann", first.first_position, until=day("2025-02-28")))
    second = book.done(file("S2", "2025-03-01", until=day("2025-03-31")))
    assert parse(book.entries(second.first_position)[0]).cross_region_filed.changes_in_year == 1
    book.done(file("S2", "2025-04-15"))  # the same choice again is none
    third = book.done(file("S3", "2025-06-01")).first_position
    book.done(book.end_filing("ann", third, until=day("2025-05-31")))  # it never began
    assert refused(book, book.end_filing("ann", third, until=day("2025-05-30")))[0] == "FILING_NOT_IN_FORCE"
    assert refused(book, file("S4", "2025-07-01"))[0] == "FILING_CHANGE_LIMIT"
    if kind != "TEMPORARY":
        assert refused(book, file("S4", "2025-07-01", "WORK_POSTING"))[0] == "FILING_CHANGE_LIMIT"
    book.done(file("S3", "2025-07-01"))
    for place in ("S5", "S6", "S7"):
        book.done(file(place, "2025-08-01", "REFERRAL"))
    assert refused(book, file("S4", "2025-09-01"))[0] == "FILING_CHANGE_LIMIT"
    book.done(file("S4", "2026-01-01"))


def test_an_exempt_region_needs_no_filing(client, database):
    book = Book(client, database.new_ledger())
    book.region = "110000"
    book.publish(shipped("langfang-region"))
    book.publish(shipped("hefei-outpatient-2025", region="131000", effective_from="2023-01-01"))
    book.done(book.designate("B1", since=day("2023-01-01")))
    book.done(book.opening("ann"))
    assert book.done(book.computed("ann", institution="B1", date="2023-02-10")).computation.relation == 2
    assert refused(book, book.computed("ann", institution="B1", date="2023-02-09"))[0] == "CROSS_REGION_FILING_REQUIRED"


BROKEN = {
    "a gap": (("bands", [{"ratio_bp": 6_000}, {"ratio_bp": 7_000}]), "another band follows"),
    "no end": (("bands", [{"up_to": 5, "ratio_bp": 6_000}]), "beyond_last_band"),
    "not monotone": (
        ("bands", [{"up_to": 5, "ratio_bp": 1}, {"up_to": 5, "ratio_bp": 2}, {"ratio_bp": 3}]),
        "must be more than 5",
    ),
    "no basis": (("bands", [{"up_to": 5, "ratio_bp": 1}, {"ratio_bp": 3}]), "band_basis"),
    "more than everything": (("bands", [{"ratio_bp": 10_001}]), "ratio_bp"),
    "a part of a fen": (("cap", 0.5), "cap"),
    "nobody": (("person_types", []), "at least one"),
    "an unknown level": (("levels", ["FOURTH"]), "levels[0]"),
    "an unknown word": (("raito", 1), "not known"),
    "another deductible": (("deductible", {"kind": "ANNUAL", "first": 1}), "deductible.amount"),
    "a list for a basis": (("band_basis", []), "band_basis"),
    "an object for a relation": (("relations", [{}]), "relations[0]"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_document_that_is_not_in_order_says_where(name):
    (field, value), place = BROKEN[name]
    told = shipped("hefei-outpatient-2025")
    told["rules"][0][field] = value
    with pytest.raises(DocumentError) as caught:
        document.read(told)
    assert any(place in problem for problem in caught.value.problems), caught.value.problems


OTHER_SHAPES = [
    ("hefei-outpatient-2025", {"selection": []}, "selection"),
    ("hefei-region", {"losses": {"freeze_scope": []}}, "losses.freeze_scope"),
    ("hefei-outpatient-2025", {"approximate": [f"rules[{'9' * 5_000}]"]}, "approximate[0]"),
]


@pytest.mark.parametrize(("name", "changes", "place"), OTHER_SHAPES)
def test_a_list_where_a_word_belongs_is_a_problem_like_any_other(name, changes, place):
    with pytest.raises(DocumentError) as caught:
        document.read(shipped(name, **changes))
    assert any(problem.startswith(place) for problem in caught.value.problems), caught.value.problems


def test_two_rules_of_a_document_never_meet():
    told = shipped("hefei-outpatient-2025")
    told["rules"][1]["person_types"] = ["RETIRED", "ACTIVE"]
    with pytest.raises(DocumentError, match=r"rules\[1\]: holds for some of the purchases of rules\[0\]"):
        document.read(told)


@pytest.mark.parametrize(("amount", "good"), [(39_992, True), (400, False)])
def test_an_amount_is_base_times_rate(amount, good):
    """The source prints 0.08 % of 4,999.00 as 8.00 (contradiction C10): neither figure fits the other."""
    example = {"base": 499_900, "rate_bp": 800, "amount": amount}
    told = shipped("hefei-region", contributions={"examples": [example]})
    if good:
        document.read(told)
    else:
        with pytest.raises(DocumentError, match="is 400, but 499900 × 800 basis points is 39992"):
            document.read(told)


def test_floor_and_ceiling_follow_from_the_average():
    wages = {"average_month": 675_600, "floor_bp": 6_000, "floor": 405_360, "ceiling_bp": 30_000, "ceiling": 2_026_800}
    document.read(shipped("hefei-region", contributions=wages))
    with pytest.raises(DocumentError, match=r"contributions\.ceiling"):
        document.read(shipped("hefei-region", contributions={**wages, "ceiling": 2_026_801}))


def test_what_is_approximate_is_marked_and_the_mark_names_a_place():
    assert seeds.draft("440300", shipped("shenzhen-tier1")).approximate
    assert not seeds.draft("440300", shipped("hefei-outpatient-2025")).approximate
    with pytest.raises(DocumentError, match=r"approximate\[0\]"):
        document.read(shipped("shenzhen-tier1", approximate=["rules[7].cap"]))


def test_a_draft_repeats_its_document_truly(book):
    good = book.propose_policy(shipped("account-only"))
    for field, value in (
        ("content_sha256", bytes(32)),
        ("source_sha256", bytes(32)),
        ("approximate", True),
        ("benefit", t.BENEFIT_INPATIENT),
        ("content", good.draft.content.replace(b":", b": ", 1)),
        ("policy", book.policy("another-name")),
        ("replaces", book.policy("nosuch")),
    ):
        request = book.propose_policy(shipped("account-only"))
        setattr(request.draft, field, value)
        assert refused(book, request)[0] == "POLICY_INVALID", field
    wrong = book.propose_policy(shipped("anshan-outpatient"))
    assert "region" in refused(book, wrong)[1]["detail"]


def test_what_overlaps_by_the_time_it_is_approved_is_refused_then(book):
    one, two = (shipped("anshan-diabetes", region="340100", policy=name) for name in ("one", "two"))
    proposed = book.done(book.propose_policy(one), **as_actor("ann"))
    book.publish(two)
    late = refused(book, book.review(proposed.first_position), **as_actor("bea"))
    assert late[0] == "POLICY_OVERLAP"
    book.done(book.review(proposed.first_position, t.PROPOSAL_DECISION_REJECTED), **as_actor("bea"))


def test_policies_and_institutions_can_be_read(book):
    waiting = book.done(book.propose_policy(shipped("account-only"))).first_position
    book.withdraw("hefei-outpatient-2025")
    listed = book.send(q.ListPoliciesRequest(parent=book.ledger))
    assert [(each.name, each.state, each.content) for each in listed.policies] == [
        (book.policy("hefei-outpatient-2025"), q.POLICY_STATE_WITHDRAWN, b""),
        (book.policy("account-only"), q.POLICY_STATE_PROPOSED, b""),
    ]
    assert (listed.policies[1].entry, listed.position) == (f"{book.ledger}/entries/{waiting}", book.size())
    one = book.send(q.GetPolicyRequest(name=book.policy("hefei-outpatient-2025"))).policy
    assert document.decode(one.content) == shipped("hefei-outpatient-2025")
    book.done(book.revoke_designation("H1", day("2025-06-01")))
    place = book.send(q.GetInstitutionRequest(name=f"{book.ledger}/institutions/H1"))
    first, second = place.designations
    assert (first.designated, first.level, first.region) == (True, t.INSTITUTION_LEVEL_TERTIARY, "340100")
    assert (second.designated, second.effective_from) == (False, day("2025-06-01"))
    for request in (
        q.GetPolicyRequest(name=book.policy("nosuch")),
        q.GetInstitutionRequest(name=f"{book.ledger}/institutions/H7"),
    ):
        assert reason_of(book.send(request)) == "RECORD_NOT_FOUND"
    assert reason_of(book.send(q.GetPolicyRequest(name="policies/1"))) == "INVALID_REQUEST"


@pytest.mark.parametrize("name", ["admin", "refusals", "policies", "access-log"])
def test_a_stream_of_the_ledger_is_no_institution(book, name):
    """Institutions and the ledger's own streams make their ids in the same way (docs/log-format.md)."""
    assert reason_of(book.send(book.designate(name))) == "INVALID_REQUEST"
    assert refused(book, book.computed("ann", institution=name))[0] == "INSTITUTION_NOT_DESIGNATED"


@pytest.mark.feature(24)
def test_a_region_may_allow_voluntary_top_ups(book):
    top_up = lambda: book.deposit("ann", 500, source=t.DEPOSIT_SOURCE_VOLUNTARY_TOPUP)  # noqa: E731
    assert refused(book, top_up())[0] == "VOLUNTARY_TOPUP_NOT_ALLOWED"
    book.publish(shipped("hefei-region", voluntary_top_ups=True))
    assert book.done(top_up()).entries[0].balance_change == 500
