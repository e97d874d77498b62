"""What institutions settled, what was flagged, and which claims wait: over gRPC, beside a naive look at the log."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ledger.api.identity import organisation_id
from ledger.v1 import commands_pb2 as c
from ledger.v1 import oversight_service_pb2 as o
from ledger.v1 import period_service_pb2 as p
from ledger.v1 import types_pb2 as t
from tests import histories
from tests.overseeing import Overseeing
from tests.running import Client, time_ordered_id
from tests.world import item, reason_of

ZONE = ZoneInfo("Asia/Shanghai")
AMOUNTS = ("total", "pooled", "funds", "hospital", "own_account", "shared", "cash")
CLEARING = [0, t.CLEARING_TYPE_OUTPATIENT, t.CLEARING_TYPE_INPATIENT, t.CLEARING_TYPE_PHARMACY]
LEFT_OUT, SERVED = o.REFUND_COUNTING_LEFT_OUT, o.SETTLEMENT_DATE_SERVED
MONTH, DAILY = o.TOTALS_GROUPING_MONTH, o.TOTALS_GROUPING_DAY


@pytest.fixture
def world(whole_service, database):
    client = Client(whole_service.channel())
    world = Overseeing(client, database.new_ledger())
    histories.people(world)
    yield world
    client.close()


def civil(date):
    return t.CivilDate(year=date.year, month=date.month, day=date.day)


def settle(w, chance, steps):
    """A random history of settlements with dates of service and clearing types, and of reversals."""
    settled = []
    while steps > 0:
        requests = []
        for _ in range(min(steps, 15)):
            request = histories.step(w, chance, settled)
            if hasattr(request, "purchase"):
                request.purchase.clearing_type = chance.choice(CLEARING)
                if chance.random() < 0.5:
                    served = datetime.now(ZONE).date() - timedelta(chance.randint(0, 120))
                    request.purchase.service_date.CopyFrom(civil(served))
            requests.append(request)
        steps -= len(requests)
        for result in w.batch(*map(item, requests)):
            entries = [each for each in getattr(result, "entries", ()) if each.type == "purchase_settled"]
            settled += [int(entry.name.rsplit("/", 1)[1]) for entry in entries]


def naive(w, upper=None):
    """Every settlement and reversal, read from the raw entries one by one."""
    bought, rows = {}, {}
    for move in histories.raw(w):
        if upper and move.position > upper:
            break
        if move.type == "purchase_settled":
            event = move.event
            bought[move.position] = event
            sign, reverses = 1, 0
        elif move.type == "purchase_reversed":
            event, reverses, sign = bought[move.event.reversed_position], move.event.reversed_position, -1
            rows[reverses]["reversed"] = True
        else:
            continue
        split, served = event.split, event.service_date
        amounts = (
            event.purchase.bill.total, split.pooled, sum(fund.amount for fund in split.funds), split.hospital,
            split.own_account, sum(share.amount for share in split.shared), split.cash,
        )  # fmt: skip
        rows[move.position] = {
            "position": move.position,
            "institution": event.purchase.institution,
            "clearing": event.purchase.clearing_type
            or (t.CLEARING_TYPE_INPATIENT if event.purchase.category == t.CATEGORY_INPATIENT else 0),
            "settled": datetime.fromtimestamp(move.effective / 1e6, ZONE).date(),
            "served": datetime(served.year, served.month, served.day, tzinfo=UTC).date(),
            "effective": move.effective,
            "amounts": tuple(sign * amount for amount in amounts),
            "reverses": reverses,
            "reversed": False,
        }
    return list(rows.values())


def chosen(rows, code, first, last, clearing, served, left_out):
    """What a loop over all settlements selects."""
    date = "served" if served else "settled"
    return [
        row
        for row in rows
        if row["institution"] == code
        and first <= row[date] <= last
        and clearing in {0, row["clearing"]}
        and not (left_out and (row["reverses"] or row["reversed"]))
    ]


def summed(rows):
    counts = [sum(not row["reverses"] for row in rows), sum(bool(row["reverses"]) for row in rows)]
    return (*counts, *(sum(row["amounts"][at] for row in rows) for at in range(len(AMOUNTS))))


def told(sums):
    return (sums.settlements, sums.refunds, *(getattr(sums, name) for name in AMOUNTS))


@pytest.mark.feature(83)
@pytest.mark.parametrize("seed", range(3))
def test_totals_and_details_are_what_a_loop_over_the_log_finds(world, seed):
    """By month and day, by date of settlement and of service, with and without refunds, by clearing type."""
    w, chance = world, random.Random(seed)
    settle(w, chance, 130)
    rows = naive(w)
    assert any(row["reverses"] for row in rows)
    today = datetime.now(ZONE).date()
    for _ in range(16):
        code, clearing = chance.choice(["H1", "H2", "P3"]), chance.choice([0, *CLEARING])
        served, left_out = chance.random() < 0.5, chance.random() < 0.5
        first = today - timedelta(chance.randint(0, 125))
        last = first + timedelta(chance.randint(0, 60))
        grouping = chance.choice([0, MONTH, DAILY])
        fields = {
            "clearing_type": clearing,
            "date": SERVED if served else 0,
            "refunds": LEFT_OUT if left_out else 0,
        }
        expected = chosen(rows, code, first, last, clearing, served, left_out)
        found = w.totals(code, civil(first), civil(last), grouping=grouping, **fields)
        assert told(found.total) == summed(expected)
        parts = Counter()
        for row in expected:
            date = row["served" if served else "settled"]
            period = (date.year, date.month, date.day if grouping == DAILY else 0) if grouping else (0, 0, 0)
            parts[(*period, row["clearing"])] += 1
        shown = []
        for group in found.groups:
            period = (group.month // 100, group.month % 100, 0) if grouping == MONTH else (0, 0, 0)
            if grouping == DAILY:
                period = (group.day.year, group.day.month, group.day.day)
            shown.append((*period, group.clearing_type))
            assert group.sums.total == (
                group.sums.pooled + group.sums.funds + group.sums.hospital + group.sums.own_account
                + group.sums.shared + group.sums.cash
            )  # fmt: skip
            assert group.sums.settlements + group.sums.refunds == parts[shown[-1]]
        assert shown == sorted(parts)
        listed = w.settlements(code, civil(first), civil(last), **fields)
        ordered = sorted(expected, key=lambda row: (row["effective"], row["position"]))
        assert [each.name for each in listed] == [f"{w.ledger}/entries/{row['position']}" for row in ordered]
        for each, row in zip(listed, ordered, strict=True):
            assert told(each.amounts)[2:] == row["amounts"]
            assert bool(each.reversed_by) == row["reversed"]
            assert each.reverses.endswith(f"/{row['reverses']}") if row["reverses"] else not each.reverses


@pytest.mark.feature(83)
def test_pages_show_the_log_of_the_first_one(world):
    """What is settled or reversed meanwhile is on no page, and changes none."""
    w, chance = world, random.Random(9)
    settle(w, chance, 60)
    today = datetime.now(ZONE).date()
    first = civil(today - timedelta(200))
    last = civil(today + timedelta(1))
    before = naive(w)
    alive = [row["position"] for row in before if not row["reverses"] and not row["reversed"]]

    def between():
        w.done(w.reverse(alive.pop()))
        w.done(w.purchase("A", 60, institution="H1", at=-60))
        w.totals("H1", first, last)  # so that the next page could see it

    listed = w.settlements("H1", first, last, 2, between, refunds=LEFT_OUT)
    expected = chosen(before, "H1", today - timedelta(200), today + timedelta(1), 0, False, True)
    ordered = sorted(expected, key=lambda row: (row["effective"], row["position"]))
    assert [each.name for each in listed] == [f"{w.ledger}/entries/{row['position']}" for row in ordered]
    assert not any(each.reversed_by for each in listed)


@pytest.mark.feature(83)
def test_a_refund_of_the_next_month(world):
    """It counts in its own month with refunds; without them, the settlement is left out of the month before."""
    w, today = world, datetime.now(ZONE).date()
    w.done(w.opening("ann", 1_000, at=-100 * histories.DAY))
    bought = w.done(w.purchase("ann", 300, institution="H1", at=-62 * histories.DAY)).first_position
    w.done(w.purchase("ann", 100, institution="H1", at=-62 * histories.DAY))
    w.done(w.reverse(bought, at=-histories.DAY))
    month = today - timedelta(62)
    first, last = civil(month), civil(month)
    assert told(w.totals("H1", first, last).total)[:3] == (2, 0, 400)
    assert told(w.totals("H1", first, last, refunds=LEFT_OUT).total)[:3] == (1, 0, 100)
    late = civil(today - timedelta(1))
    assert told(w.totals("H1", late, late).total)[:3] == (0, 1, -300)
    assert told(w.totals("H1", late, late, refunds=LEFT_OUT).total)[:3] == (0, 0, 0)
    # By date of service both belong to the day on which the person was treated.
    assert told(w.totals("H1", first, last, date=SERVED).total)[:3] == (2, 1, 100)


@pytest.mark.feature(83)
def test_totals_are_those_that_reconciliation_compares(world):
    """What an institution is shown balances with the ledger when it states it, whether refunds count or not."""
    w = world
    settle(w, random.Random(4), 80)
    today = datetime.now(ZONE).date()
    first, last = civil(today - timedelta(125)), civil(today)
    for code in ("H1", "H2", "P3"):
        w.done(w.designate(code))
        for counted in (True, False):
            for clearing in (0, t.CLEARING_TYPE_INPATIENT):
                refunds = o.REFUND_COUNTING_INCLUDED if counted else LEFT_OUT
                found = w.totals(code, first, last, refunds=refunds, clearing_type=clearing).total
                stated = c.SettlementTotals(
                    count=found.settlements + found.refunds,
                    total=found.total,
                    funds=found.pooled + found.funds,
                    own_account=found.own_account,
                    shared=found.shared,
                    cash=found.cash,
                )
                asked = c.Reconciliation(
                    from_date=first, to_date=last, clearing_type=clearing, refunds_counted=counted, stated=stated
                )
                request = p.ReconcileTotalsRequest(
                    institution=w.institution(code), request_id=time_ordered_id(), reconciliation=asked
                )
                answer = w.client.periods.ReconcileTotals(request, timeout=20)
                assert answer.recorded == stated
                assert answer.result == t.RECONCILIATION_RESULT_BALANCED


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"institution": "H1"}, "institution"),
        ({"from_date": None}, "from_date"),
        ({"to_date": t.CivilDate(year=2025, month=2, day=30)}, "to_date.day"),
        ({"to_date": t.CivilDate(year=2024, month=12, day=31)}, "to_date"),
        ({"clearing_type": 12}, "clearing_type"),
        ({"grouping": 9}, "grouping"),
        ({"refunds": 9}, "refunds"),
        ({"min_position": -1}, "min_position"),
    ],
)
def test_what_no_totals_are_told_of(world, fields, wrong):
    day = t.CivilDate(year=2025, month=1, day=1)
    values = {"institution": world.institution("H1"), "from_date": day, "to_date": day} | fields
    answer = world.oversee(o.GetInstitutionTotalsRequest(**values))
    assert reason_of(answer) == "INVALID_REQUEST"
    assert wrong.split(".", 1)[0] in str(answer)


def test_rights_and_names(world):
    """Each list has a right of its own; an institution that nobody knows is not one without settlements."""
    w = world
    day = t.CivilDate(year=2025, month=1, day=1)
    ends = t.CivilDate(year=9999, month=12, day=31)
    asked = o.GetInstitutionTotalsRequest(institution=w.institution("H9"), from_date=day, to_date=ends)
    assert reason_of(w.oversee(asked)) == "INSTITUTION_NOT_FOUND"
    w.done(w.designate("H9"))
    assert told(w.seen(asked).total) == (0,) * 9
    for request, right in (
        (asked, "READ_SETTLEMENT"),
        (o.ListRiskFlagsRequest(ledger=w.ledger), "READ_RISK"),
        (o.ListClaimCasesRequest(ledger=w.ledger), "DECIDE_CLAIM"),
        (o.ListExceptionsRequest(ledger=w.ledger), "READ_EXCEPTION"),
    ):
        w.seen(request, metadata=(("x-dev-rights", f"{right},ANY_INSTITUTION"),))
        poor = (("x-dev-rights", "READ_ACCOUNT,READ_LEDGER,OPERATE"),)
        assert reason_of(w.oversee(request, metadata=poor)) == "PERMISSION_DENIED"


@pytest.mark.feature(83)
def test_an_institution_sees_what_is_its_own(world):
    """Totals of a shift and each settlement, where its organisation is named; the centre sees all."""
    w = world
    for code, organisation in (("H1", "first"), ("H2", "second"), ("H3", "")):
        asked = w.designate(code)
        asked.designation.organisation = organisation_id(organisation) if organisation else b""
        w.done(asked)
        w.done(w.purchase("A", 300, institution=code))
    day = civil(datetime.now(ZONE).date())
    seen = {}
    for who, rights in (("first", ""), ("second", ""), ("third", ""), ("centre", ",ANY_INSTITUTION")):
        caller = (("x-dev-organisation", who), ("x-dev-rights", f"READ_SETTLEMENT{rights}"))
        for code in ("H1", "H2", "H3", "H9"):
            period = {"institution": w.institution(code), "from_date": day, "to_date": day}
            for request in (o.GetInstitutionTotalsRequest(**period), o.ListSettlementsRequest(**period)):
                answer = w.oversee(request, metadata=caller)
                if hasattr(answer, "code"):
                    assert reason_of(answer) == (
                        "INSTITUTION_NOT_FOUND" if rights else "INSTITUTION_OF_ANOTHER_ORGANISATION"
                    )
                else:
                    seen.setdefault(who, []).append(code)
    assert seen == {"first": ["H1"] * 2, "second": ["H2"] * 2, "centre": ["H1", "H1", "H2", "H2", "H3", "H3"]}


@pytest.mark.feature(42)
def test_the_feed_of_risk_flags(world):
    """Newest first or from a position on; what was cleared says when and why; pages stay while flags come."""
    w = world
    w.done(w.designate("H1"))
    raised = []
    for number, who in enumerate(["A", "B", "H1", "A", "B"]):
        kind, severity = 1 + number % 2, 1 + number % 3
        raised.append(w.done(w.flag(who, kind, rule=f"r{number}", severity=severity)).first_position)
    cleared = w.done(w.clear_flag("A", raised[0])).first_position
    names = [f"{w.ledger}/entries/{position}" for position in raised]
    assert [each.flag.entry for each in w.flags(size=2)] == names[::-1]
    first = w.flags(after_position=0)
    assert [each.flag.entry for each in first] == names
    assert [each.subject for each in first[1:3]] == [w.person("B"), w.institution("H1")]
    assert (first[0].clearance, first[0].clear_reason) == (f"{w.ledger}/entries/{cleared}", "EXPLAINED")
    assert [each.flag.entry for each in w.flags(after_position=raised[2])] == names[3:]
    assert [each.flag.entry for each in w.flags(state=o.RISK_FLAG_STATE_CLEARED)] == names[:1]
    assert [each.flag.entry for each in w.flags(state=o.RISK_FLAG_STATE_OPEN)] == names[:0:-1]
    assert [each.flag.rule for each in w.flags(min_severity=3)] == ["r2"]
    assert [each.flag.rule for each in w.flags(kinds=[2])] == ["r3", "r1"]
    assert [each.flag.rule for each in w.flags(subject=w.institution("H1"))] == ["r2"]
    assert [each.flag.rule for each in w.flags(subject=w.person("A"), rule="r3")] == ["r3"]
    request = o.ListRiskFlagsRequest(ledger=w.ledger, state=o.RISK_FLAG_STATE_OPEN)

    def between():
        w.done(cleared_meanwhile)
        w.flags()  # so that the next page could see it

    cleared_meanwhile = w.clear_flag("B", raised[1])
    shown = w.all_of(request, "flags", 2, between)
    assert [each.flag.entry for each in shown] == names[:0:-1]
    request = o.ListRiskFlagsRequest(ledger=w.ledger, page_size=2)
    request.page_token = w.seen(request).next_page_token
    request.kinds.append(1)
    assert reason_of(w.oversee(request)) == "PAGE_TOKEN_INVALID"


@pytest.mark.feature(80)
def test_claims_of_a_ledger(world):
    """The oldest first, with what became of each."""
    w, today = world, str(datetime.now(ZONE).date())
    filed = [w.done(w.claim(who, today, f"I-{who}", institution=f"H{who}")).first_position for who in "ABCD"]
    w.done(w.decide_claim("A", filed[0], upstream={"pooled": 70}))
    w.done(w.decide_claim("B", filed[1], upstream={"pooled": 30}))
    w.done(w.pay_claim("B", filed[1]))
    w.done(w.decide_claim("C", filed[2], t.CLAIM_DECISION_REJECTED))

    def cases(**fields):
        return list(w.all_of(o.ListClaimCasesRequest(ledger=w.ledger, **fields), "cases"))

    states = [t.CLAIM_STATE_APPROVED, t.CLAIM_STATE_PAID, t.CLAIM_STATE_REJECTED, t.CLAIM_STATE_FILED]
    found = cases()
    assert [(each.person, each.claim.state) for each in found] == list(zip(map(w.person, "ABCD"), states, strict=True))
    for who, each in zip("ABCD", found, strict=True):
        assert [each.claim] == list(w.claims(who))
        assert cases(state=each.claim.state) == [each]
        assert cases(institution=f"H{who}") == [each]
    assert cases(state=t.CLAIM_STATE_WITHDRAWN) == []


def test_a_position_that_was_not_reached(world):
    request = o.ListExceptionsRequest(ledger=world.ledger, min_position=10**9)
    assert reason_of(world.oversee(request)) == "POSITION_BEYOND_END"
