"""Statements of institutions beside the ledger, over the wire: every planted difference is found, and nothing else."""

from __future__ import annotations

import datetime as dt
import random
import time
from hashlib import sha256
from zoneinfo import ZoneInfo

import grpc
import pytest
from google.rpc.status_pb2 import Status

from ledger.api.identity import organisation_id
from ledger.log.entry import parse
from ledger.v1 import commands_pb2 as c
from ledger.v1 import oversight_service_pb2 as o
from ledger.v1 import period_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from tests.book import day
from tests.life import Life
from tests.running import Client, time_ordered_id
from tests.world import details, item, status_of

ZONE = ZoneInfo("Asia/Shanghai")
CENTRE, INSTITUTION, MISMATCH = (
    t.RECONCILIATION_RESULT_CENTRE_ONLY,
    t.RECONCILIATION_RESULT_INSTITUTION_ONLY,
    t.RECONCILIATION_RESULT_DATA_MISMATCH,
)
ROWS = 10_000
PLANTED = 12


@pytest.fixture
def life(whole_service, ledger):
    client = Client(whole_service.channel())
    w = Life(client, ledger)
    pharmacy = w.designate("P1", t.INSTITUTION_LEVEL_NONE)
    pharmacy.designation.kind = t.INSTITUTION_KIND_PHARMACY
    w.batch(item(w.designate("H1")), item(pharmacy))
    w.done(w.opening("ann", balance=10**11, at=-700 * 86_400))
    yield w
    client.close()


def seconds(text):
    """A time in the ledger's zone as seconds from now."""
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) - int(time.time())


def bill(w, number, when, total=1_000, pooled=300, institution="H1", **fields):
    sealed = t.Confidential(institution_settlement_id=f"S-{number}")
    split = {"upstream": {"pooled": pooled}}
    who = fields.pop("who", "ann")
    return w.purchase(who, total, at=seconds(when), institution=institution, sealed=sealed, **split, **fields)


def row(number, total=1_000, funds=300, sign=1, **fields):
    """A row as the institution has it: its own id, and what the bill was."""
    own = total - funds
    return pb.StatementRow(
        institution_settlement_id=f"S-{number}",
        refund=sign < 0,
        total=sign * total,
        funds=sign * funds,
        own_account=sign * own,
        **fields,
    )


def period(first="2025-03-01", last="2025-03-31", clearing_type=0, refunds=True, stated=None, sha=b""):
    return c.Reconciliation(
        from_date=day(first),
        to_date=day(last),
        clearing_type=clearing_type,
        refunds_counted=refunds,
        stated=stated,
        details_sha256=sha,
    )


def start(w, asked, request_id=None, institution="H1"):
    return pb.ReconcileDetailsRequest(
        start=pb.ReconcileDetailsStart(
            institution=f"{w.ledger}/institutions/{institution}",
            request_id=request_id or time_ordered_id(),
            reconciliation=asked,
        )
    )


def messages(first, rows, begin=0, finish=True, size=1_000):
    yield first
    for at in range(begin, len(rows), size):
        yield pb.ReconcileDetailsRequest(rows=pb.StatementRows(first_row=at + 1, rows=rows[at : at + size]))
    if finish:
        yield pb.ReconcileDetailsRequest(finish=True)


def told(w, asked):
    """Numbers of received rows, differences, and the result of a conversation."""
    received, found, result = [], [], None
    for answer in w.client.periods.ReconcileDetails(iter(asked), timeout=60):
        step = answer.WhichOneof("step")
        if step == "received_rows":
            received.append(answer.received_rows)
        elif step == "differences":
            found += answer.differences.differences
        else:
            result = answer.result
    return received, found, result


def refused(call):
    with pytest.raises(grpc.RpcError) as error:
        call()
    info, paths, _ = details(status_of(error.value))
    return info.reason, paths


def totals(w, asked, request_id=None, institution="H1"):
    request = pb.ReconcileTotalsRequest(
        institution=f"{w.ledger}/institutions/{institution}",
        request_id=request_id or time_ordered_id(),
        reconciliation=asked,
    )
    return w.client.periods.ReconcileTotals(request, timeout=20)


class Month:
    """A month of an institution with some thousand bills, its own file of it, and what was planted into it."""

    def __init__(self, w, draw):
        self.w, self.draw = w, draw
        self.rows, self.planted = [], []
        self.bills = {}

    def make(self):
        w, draw = self.w, self.draw
        w.batch(*(item(w.opening(f"p{number}", balance=10**9, at=-700 * 86_400)) for number in range(200)))
        requests = []
        for number in range(ROWS):
            total = draw.randrange(2, 90_000)
            when = f"2025-03-{draw.randrange(1, 31):02}T{draw.randrange(24):02}:30:00"
            if number < PLANTED:  # the institution books it in March, a minute before midnight; it was later
                when = "2025-04-01T00:01:00"
            elif number < 2 * PLANTED:  # the other way round
                when = "2025-03-31T23:59:00"
            self.bills[number] = (when, total, draw.randrange(total))
            requests.append(bill(w, number, when, *self.bills[number][1:], who=f"p{number % 200}"))
        self.entries = {}
        for first in range(0, ROWS, 2_000):
            for number, done in enumerate(w.batch(*map(item, requests[first : first + 2_000]), timeout=60), first):
                assert not isinstance(done, Status), done
                self.entries[number] = done.entries[0].name
        return self

    def row(self, number, sign=1, **fields):
        when, total, pooled = self.bills[number]
        return row(number, total, pooled, sign, date=day(when[:10]), **fields)

    def plant(self):
        """Write the institution's file with every kind of difference in it."""
        w, draw = self.w, self.draw
        free = list(range(2 * PLANTED, ROWS))
        draw.shuffle(free)
        missing, wrong, both, only_here, only_there = ([free.pop() for _ in range(PLANTED)] for _ in range(5))
        reversals = w.batch(
            *(item(w.reverse(int(self.entries[n].rpartition("/")[2]), at=seconds("2025-03-31T10:00:00")))
              for n in both + only_here)
        )  # fmt: skip
        named = dict(zip(both + only_here, (each.entries[0].name for each in reversals), strict=True))
        lines = []
        for number in range(ROWS):
            if number in missing or PLANTED <= number < 2 * PLANTED:
                self.planted.append((("entry", self.entries[number]), CENTRE, ()))
                continue
            made = self.row(number)
            if number < PLANTED:
                made.date.CopyFrom(day("2025-03-31"))
                self.planted.append((("id", number, False), MISMATCH, ("date",)))
            if number in wrong:
                field = draw.choice(["total", "funds", "own_account"])
                setattr(made, field, getattr(made, field) + draw.choice([-1, 1]))
                self.planted.append((("id", number, False), MISMATCH, (field,)))
            lines.append(made)
        for number in both:
            lines.append(self.row(number, -1))
            lines[-1].date.CopyFrom(day("2025-03-31"))
        for number in only_here:
            self.planted.append((("entry", named[number]), CENTRE, ()))
        for number in only_there:
            lines.append(self.row(number, -1))
            self.planted.append((("id", number, True), INSTITUTION, ()))
        for number in range(PLANTED):
            lines.append(row(f"X{number}"))
            self.planted.append((("id", f"X{number}", False), INSTITUTION, ()))
        draw.shuffle(lines)
        self.rows = lines
        return self


def test_every_planted_difference_is_found_in_ten_thousand_rows(life):
    """Missing, extra, amounts, dates over the end of the month, refunds on one side: these, and nothing else."""
    w = life
    month = Month(w, random.Random(72)).make().plant()
    file_hash = sha256(b"the file").digest()
    request_id = time_ordered_id()
    first = start(w, period(sha=file_hash), request_id)
    received, found, result = told(w, messages(first, month.rows))
    assert received[-1] == len(month.rows) >= ROWS - 3 * PLANTED
    shown = []
    for each in found:
        if each.row:
            line = month.rows[each.row - 1]
            number = line.institution_settlement_id.removeprefix("S-")
            place = ("id", number if number.startswith("X") else int(number), line.refund)
        else:
            place = ("entry", each.entry)
        shown.append((place, each.result, tuple(each.fields)))
    assert sorted(map(repr, shown)) == sorted(map(repr, month.planted))
    run = result.run
    assert (run.centre_only, run.institution_only, run.mismatched) == (3 * PLANTED, 2 * PLANTED, 2 * PLANTED)
    assert (run.result, run.reconciliation.details_sha256) == (MISMATCH, file_hash)
    lines = [
        f"{each.row},{each.entry.rpartition('/')[2] or 0},{each.result},{'+'.join(each.fields)}\n" for each in found
    ]
    assert run.report_sha256 == sha256("".join(lines).encode()).digest()
    stored = parse(w.entries(result.transaction.first_position)[0])
    assert stored.reconciliation_run == run
    # More happens, and the same is asked again: the same is told again.
    w.done(bill(w, "late", "2025-03-20T08:00:00"))
    again = told(w, [first, pb.ReconcileDetailsRequest(finish=True)])
    assert (again[0], again[1], again[2].run) == ([len(month.rows)], found, run)
    assert again[2].transaction.replayed


def test_an_upload_that_breaks_off_is_resumed(life):
    """From the row behind the last one that was durable; rows twice or with a gap are refused."""
    w = life
    for number in range(5):
        w.done(bill(w, number, "2025-03-03T09:00:00"))
    rows, request_id = [row(number) for number in range(5)], time_ordered_id()
    first = start(w, period(), request_id)
    assert told(w, messages(first, rows[:2], finish=False, size=1))[0] == [0, 1, 2]
    gap = [first, pb.ReconcileDetailsRequest(rows=pb.StatementRows(first_row=4, rows=rows[3:]))]
    assert refused(lambda: told(w, gap)) == ("INVALID_REQUEST", ["rows.first_row"])
    received, found, result = told(w, messages(first, rows, begin=2))
    assert (received, found) == ([2, 5], [])
    assert (result.run.result, result.run.report_sha256) == (t.RECONCILIATION_RESULT_BALANCED, b"")
    other = start(w, period(last="2025-03-30"), request_id)
    assert refused(lambda: told(w, [other])) == ("IDEMPOTENCY_CONFLICT", [])


def test_an_id_that_was_used_again_stands_for_both(life):
    """A partial return: the whole is refunded and what is kept settled under the same id."""
    w = life
    bought = w.done(bill(w, 1, "2025-03-03T09:00:00")).first_position
    w.done(w.reverse(bought, at=seconds("2025-03-03T10:00:00")))
    w.done(bill(w, 1, "2025-03-03T11:00:00", 600, 100))
    rows = [row(1), row(1, sign=-1), row(1, 600, 100)]
    assert told(w, messages(start(w, period()), rows))[1] == []
    kept = told(w, messages(start(w, period(refunds=False)), [row(1, 600, 100)]))
    assert kept[1] == []
    # Without refunds, the refunded settlement is not the centre's any more.
    still = told(w, messages(start(w, period(refunds=False)), rows[2:] + rows[:1]))[1]
    assert [(each.row, each.result, list(each.fields), each.entry[-2:]) for each in still] == [
        (2, INSTITUTION, ["refund"], f"/{bought}"[-2:])
    ]


def test_rows_that_stand_there_twice(life):
    w = life
    entry = w.done(bill(w, 1, "2025-03-03T09:00:00")).entries[0].name
    named = row(1)
    named.entry = entry
    found = told(w, messages(start(w, period()), [named, row(1), row(1)]))[1]
    assert [(each.row, each.result) for each in found] == [(2, INSTITUTION), (3, INSTITUTION)]


@pytest.mark.parametrize("shared", [None, 5])
def test_shares_and_cash_are_compared_where_they_are_stated(life, shared):
    w = life
    w.done(bill(w, 1, "2025-03-03T09:00:00", own_account_unused=True))
    told_row = pb.StatementRow(institution_settlement_id="S-1", total=1_000, funds=300, shared=shared, cash=700)
    found = told(w, messages(start(w, period()), [told_row]))[1]
    assert [list(each.fields) for each in found] == ([["shared"]] if shared else [])


def test_totals_by_clearing_type_with_and_without_refunds(life):
    """Pharmacies and inpatients are told apart where a bill does not say it; each run is recorded."""
    w = life
    w.done(bill(w, 1, "2025-03-03T09:00:00"))
    back = w.done(bill(w, 2, "2025-03-04T09:00:00", 500, 200)).first_position
    w.done(bill(w, 3, "2025-03-31T23:59:59", 90, 0, category=t.CATEGORY_INPATIENT))
    w.done(bill(w, 4, "2025-04-01T00:00:00", 70, 0))
    w.done(bill(w, 5, "2025-03-05T09:00:00", 60, 0, institution="P1"))
    w.done(w.reverse(back, at=seconds("2025-03-06T09:00:00")))

    def has(institution="H1", **asked):
        shown = totals(w, period(**asked, stated=c.SettlementTotals()), institution=institution).recorded
        return shown.count, shown.total, shown.funds, shown.own_account, shown.shared, shown.cash

    assert has() == (4, 1_090, 300, 790, 0, 0)
    assert has(refunds=False) == (2, 1_090, 300, 790, 0, 0)
    assert has(clearing_type=21) == (1, 90, 0, 90, 0, 0)
    assert has(clearing_type=11) == (3, 1_000, 300, 700, 0, 0)
    assert has(clearing_type=41) == (0,) * 6
    assert has("P1", clearing_type=41) == (1, 60, 0, 60, 0, 0)
    assert has(first="2025-04-01", last="2025-04-30") == (1, 70, 0, 70, 0, 0)
    stated = c.SettlementTotals(count=4, total=1_090, funds=300, own_account=790)
    request_id = time_ordered_id()
    agreed = totals(w, period(stated=stated), request_id)
    assert agreed.result == t.RECONCILIATION_RESULT_BALANCED
    w.done(bill(w, 6, "2025-03-07T09:00:00"))
    again = totals(w, period(stated=stated), request_id)
    assert (again.transaction.replayed, again.recorded, again.result) == (True, agreed.recorded, agreed.result)
    assert totals(w, period(stated=stated)).result == MISMATCH
    stated.cash = 1
    assert refused(lambda: totals(w, period(stated=stated), request_id))[0] == "IDEMPOTENCY_CONFLICT"


@pytest.mark.parametrize("refunds", [True, False])
def test_what_oversight_tells_is_what_reconciliation_agrees_with(life, refunds):
    """An institution may state the totals that it was told; two views of the same bills agree over a year's end."""
    w = life
    days = ("2024-12-31T23:59:59", "2025-01-01T00:00:00", "2025-12-31T23:59:59", "2026-01-01T00:00:00")
    places = [w.done(bill(w, number, when)).first_position for number, when in enumerate(days)]
    w.done(w.reverse(places[1], at=seconds("2025-06-01T09:00:00")))
    w.done(w.reverse(places[2], at=seconds("2026-01-02T09:00:00")))  # in the year behind
    shown = w.client.oversight.GetInstitutionTotals(
        o.GetInstitutionTotalsRequest(
            institution=f"{w.ledger}/institutions/H1",
            from_date=day("2025-01-01"),
            to_date=day("2025-12-31"),
            refunds=o.REFUND_COUNTING_INCLUDED if refunds else o.REFUND_COUNTING_LEFT_OUT,
        ),
        timeout=20,
    ).total
    assert (shown.settlements, shown.refunds, shown.total) == ((2, 1, 1_000) if refunds else (0, 0, 0))
    stated = c.SettlementTotals(
        count=shown.settlements + shown.refunds,
        total=shown.total,
        funds=shown.pooled + shown.funds,
        own_account=shown.own_account,
        shared=shown.shared,
        cash=shown.cash,
    )
    agreed = totals(w, period("2025-01-01", "2025-12-31", refunds=refunds, stated=stated))
    assert agreed.result == t.RECONCILIATION_RESULT_BALANCED, agreed.recorded


def test_a_statement_must_add_up_in_itself(life):
    w = life
    w.done(bill(w, 1, "2025-03-03T09:00:00"))
    stated = c.SettlementTotals(count=1, total=1_000, funds=300, own_account=701)
    size = w.size()
    reason = refused(lambda: told(w, messages(start(w, period(stated=stated)), [row(1)])))[0]
    assert (reason, w.size()) == ("STATEMENT_NOT_CONSISTENT", size)
    stated.own_account = 700
    assert told(w, messages(start(w, period(stated=stated)), [row(1)]))[1] == []


@pytest.mark.parametrize(
    ("asked", "reason", "paths"),
    [
        ({"first": "2025-04-01"}, "RECONCILIATION_PERIOD_INVALID", []),
        ({"last": "2099-01-01"}, "RECONCILIATION_PERIOD_INVALID", []),
        ({"clearing_type": 12}, "INVALID_REQUEST", ["reconciliation.clearing_type"]),
        ({"sha": b"x"}, "INVALID_REQUEST", ["reconciliation.details_sha256"]),
    ],
)
def test_bad_periods(life, asked, reason, paths):
    w = life
    assert refused(lambda: told(w, messages(start(w, period(**asked)), [row(1)]))) == (reason, paths)


def test_bad_requests(life):
    w = life
    unknown = messages(start(w, period(), institution="H9"), [row(1)])
    assert refused(lambda: told(w, unknown)) == ("INSTITUTION_NOT_FOUND", [])
    assert refused(lambda: told(w, [pb.ReconcileDetailsRequest(finish=True)])) == ("INVALID_REQUEST", ["start"])
    twice = start(w, period())
    assert refused(lambda: told(w, [twice, twice])) == ("INVALID_REQUEST", ["start"])
    empty = messages(start(w, period()), [pb.StatementRow(total=1), row(1, date=t.CivilDate(year=1))])
    reason, paths = refused(lambda: told(w, empty))
    assert (reason, paths[0]) == ("INVALID_REQUEST", "rows.rows[0]")
    assert any(path.startswith("rows.rows[1].date") for path in paths)
    foreign = pb.StatementRow(entry="ledgers/other/entries/3")
    assert refused(lambda: told(w, messages(start(w, period()), [foreign])))[1] == ["rows.rows[0].entry"]
    assert refused(lambda: totals(w, period()))[1] == ["reconciliation.stated"]
    bad = pb.ReconcileTotalsRequest(institution="x", request_id="y")
    reason, paths = refused(lambda: w.client.periods.ReconcileTotals(bad, timeout=20))
    assert (reason, paths) == ("INVALID_REQUEST", ["institution", "request_id", "reconciliation"])


@pytest.mark.feature(83)
def test_an_institution_compares_its_own_statements_only(life):
    """Its organisation is named in its designation, the last one that was recorded; the centre compares any."""
    w = life
    own = w.designate("H1")
    own.designation.organisation = organisation_id("first-hospital")
    w.done(own)
    asked = period(stated=c.SettlementTotals())

    def result(institution, organisation="first-hospital", rights="RECONCILE", request_id=None):
        caller = (("x-dev-organisation", organisation), ("x-dev-rights", rights))
        request = pb.ReconcileTotalsRequest(
            institution=f"{w.ledger}/institutions/{institution}",
            request_id=request_id or time_ordered_id(),
            reconciliation=asked,
        )
        size = w.size()
        try:
            return w.client.periods.ReconcileTotals(request, timeout=20, metadata=caller).result
        except grpc.RpcError as error:
            assert w.size() == size
            return details(status_of(error))[0].reason

    another = "INSTITUTION_OF_ANOTHER_ORGANISATION"
    asked_before = time_ordered_id()
    assert result("H1", request_id=asked_before) == t.RECONCILIATION_RESULT_BALANCED
    assert [result(where) for where in ("P1", "H9")] == [another] * 2  # no organisation, no institution
    assert result("H1", "second-hospital") == another
    assert [result(where, "centre", "RECONCILE,ANY_INSTITUTION") for where in ("H1", "P1")] == [
        t.RECONCILIATION_RESULT_BALANCED
    ] * 2
    theirs = (("x-dev-organisation", "second-hospital"), ("x-dev-rights", "RECONCILE"))
    stream = w.client.periods.ReconcileDetails(iter([start(w, period())]), timeout=20, metadata=theirs)
    assert refused(lambda: list(stream)) == (another, [])
    # What is over stays theirs to compare; who was named anew is asked from then on, for repeated requests too.
    w.done(w.revoke_designation("H1"))
    assert result("H1") == t.RECONCILIATION_RESULT_BALANCED
    own = w.designate("H1")
    own.designation.organisation = organisation_id("second-hospital")
    w.done(own)
    assert result("H1", request_id=asked_before) == another
    assert result("H1", "second-hospital") == t.RECONCILIATION_RESULT_BALANCED


def test_every_institution_that_settles_can_compare(life):
    """A code that no resource name can hold is refused before the bill is settled, not a month later."""
    w = life
    for code in ("A/B", "医院", "H 1", "x" * 33, "H1:totals"):
        size = w.size()
        assert details(w.send(bill(w, 1, "2025-03-03T09:00:00", institution=code)))[1] == ["purchase.institution"]
        assert w.size() == size
    w.done(bill(w, 1, "2025-03-03T09:00:00", institution="H-77_a"))  # nobody has designated it yet
    w.done(w.designate("H-77_a"))
    assert totals(w, period(stated=c.SettlementTotals()), institution="H-77_a").recorded.count == 1


def test_entries_that_rows_name_are_found_whenever_they_were(life):
    """Of another month, of before 1970: these have a wrong date. What is no bill of the institution is not found."""
    w = life
    w.done(w.opening("old", balance=10**6, at=seconds("1965-01-01T00:00:00")))
    ours = [
        w.done(bill(w, 1, "2025-04-02T09:00:00")).entries[0].name,
        w.done(bill(w, 2, "1966-03-03T09:00:00", who="old")).entries[0].name,
    ]
    theirs = w.done(bill(w, 3, "2025-04-02T09:00:00", institution="P1")).entries[0].name
    nobodys = w.done(w.deposit("ann", 5)).entries[0].name
    later = f"{w.ledger}/entries/{w.size() + 9}"
    rows = []
    for name in (*ours, theirs, nobodys, later):
        rows.append(row(0))
        rows[-1].entry = name
        rows[-1].ClearField("institution_settlement_id")
    found = told(w, messages(start(w, period()), rows))[1]
    assert [(each.row, each.result, list(each.fields), each.entry) for each in found] == [
        (1, MISMATCH, ["date"], ours[0]),
        (2, MISMATCH, ["date"], ours[1]),
        *((number, INSTITUTION, [], "") for number in (3, 4, 5)),
    ]
