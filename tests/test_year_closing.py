"""Closing years over the wire: every entry counts in one year, and a closed year never changes."""

from __future__ import annotations

import datetime as dt
import random
import time
from zoneinfo import ZoneInfo

import grpc
import psycopg
import pytest

from ledger.log import header
from ledger.log.civil_years import CivilYears
from ledger.log.entry import parse
from ledger.log.verify_years import MOVING, Years
from ledger.v1 import commands_pb2 as c
from ledger.v1 import events_pb2
from ledger.v1 import period_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from projections import journal
from projections.page import heads_of
from projections.service import period
from projections.years import Moved, moved
from tests import histories
from tests.life import Life
from tests.running import Client, time_ordered_id
from tests.views import Views
from tests.world import details, item, status_of

ZONE = ZoneInfo("Asia/Shanghai")
THIS_YEAR = dt.datetime.now(ZONE).year


@pytest.fixture
def life(whole_service, ledger):
    client = Client(whole_service.channel())
    yield Life(client, ledger)
    client.close()


@pytest.fixture
def quiet(ledgerd, ledger):
    """As `life`, where nobody follows the log but the test."""
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    yield w
    client.close()


def seconds(*date):
    """A time in the ledger's zone as seconds from now."""
    return int(dt.datetime(*date, tzinfo=ZONE).timestamp()) - int(time.time())


def close(w, year, request_id=None):
    request = pb.CloseYearRequest(
        ledger=w.ledger, request_id=request_id or time_ordered_id(), closing=c.YearClosing(year=year)
    )
    return w.client.periods.CloseYear(request, timeout=20)


def quote(w, year):
    return w.client.periods.QuoteYearClosing(pb.QuoteYearClosingRequest(ledger=w.ledger, year=year), timeout=20)


def refused(call):
    with pytest.raises(grpc.RpcError) as error:
        call()
    info, paths, _ = details(status_of(error.value))
    return info.reason, dict(info.metadata), paths


def year_of(move):
    return dt.datetime.fromtimestamp(move.effective // 1_000_000, ZONE).year


def counted(moves, closings):
    """Year → its entries, by the rule as it is told: the year of its effective time, or the first that is open."""
    found = {closed.closing.year: [] for closed in closings}
    for move in moves:
        for closed in closings:
            if year_of(move) <= closed.closing.year and move.position <= closed.last_position:
                found[closed.closing.year].append(move)
                break
    return found


def lived(w, draw, steps, years):
    """Random requests whose effective times lie in some years."""
    requests = []
    for _ in range(steps):
        at = seconds(draw.choice(years), draw.randrange(1, 13), draw.randrange(1, 28), draw.randrange(24))
        at = min(at, -1)
        who, amount = draw.choice("ABC"), draw.randrange(1, 900)
        kind = draw.randrange(3)
        request = (w.deposit, w.purchase, w.deposit)[kind](who, amount, at=at)
        requests.append(item(request))
    w.batch(*requests)


@pytest.mark.parametrize("seed", range(3))
def test_every_entry_counts_in_one_year(life, database, seed):
    """Late ones in the first year that is open; each year begins where the one before ended."""
    w, draw = life, random.Random(seed)
    for who in "ABC":
        w.done(w.opening(who, draw.randrange(9_000), at=seconds(THIS_YEAR - 3, 1, 1)))
    w.done(w.opening("dead", 500, at=seconds(THIS_YEAR - 3, 5, 5)))
    w.done(w.close("dead", at=seconds(THIS_YEAR - 2, 5, 5)))
    closings = []
    for year in range(THIS_YEAR - 3, THIS_YEAR):
        lived(w, draw, 25, range(THIS_YEAR - 3, THIS_YEAR + 1))
        quoted = quote(w, year).quoted
        closed = close(w, year).closed
        assert closed == quoted
        closings.append(closed)
    lived(w, draw, 10, range(THIS_YEAR - 3, THIS_YEAR + 1))
    moves, opening = histories.raw(w), 0
    of_year = counted(moves, closings)
    for closed in closings:
        entries = of_year[closed.closing.year]
        assert closed.credits == sum(move.change for move in entries if move.change > 0)
        assert closed.debits == -sum(move.change for move in entries if move.change < 0)
        assert closed.opening_balance == opening
        opening = closed.opening_balance + closed.credits - closed.debits
        assert closed.balance == opening
    assert [closed.accounts for closed in closings] == [4, 3, 3]
    # Whoever was there at the end of the last year, as the accounts themselves say.
    until = [m for m in moves if m.position <= closings[-1].last_position and year_of(m) <= THIS_YEAR - 1]
    assert closings[-1].balance == sum(move.change for move in until)
    assert database.defects(w.code) == []


def test_a_year_is_closed_once(life):
    """A retry gets the record; whoever asks again is told; nothing that is recorded later changes it."""
    w = life
    w.done(w.opening("A", 1_000, at=seconds(THIS_YEAR - 1, 3, 3)))
    request_id = time_ordered_id()
    first = close(w, THIS_YEAR - 1, request_id)
    assert first.transaction.entries[0].type == "year_closed"
    assert parse(w.entries(first.transaction.first_position)[0]).year_closed == first.closed
    late = w.done(w.deposit("A", 70, at=seconds(THIS_YEAR - 1, 4, 4)))
    again = close(w, THIS_YEAR - 1, request_id)
    assert (again.closed, again.transaction.replayed) == (first.closed, True)
    assert late.first_position > first.closed.last_position
    reason, metadata, _ = refused(lambda: close(w, THIS_YEAR - 1))
    assert (reason, metadata["year"]) == ("YEAR_ALREADY_CLOSED", str(THIS_YEAR - 1))
    assert refused(lambda: close(w, THIS_YEAR, request_id))[0] == "IDEMPOTENCY_CONFLICT"
    # What came late counts in the open year.
    ahead = quote(w, THIS_YEAR).quoted
    assert (ahead.opening_balance, ahead.credits, ahead.balance) == (1_000, 70, 1_070)


def test_years_are_closed_in_their_order_when_they_are_over(life):
    w = life
    assert refused(lambda: close(w, THIS_YEAR))[:2][0] == "YEAR_NOT_OVER"
    empty = close(w, THIS_YEAR - 4).closed
    assert (empty.balance, empty.accounts, empty.last_position >= 1) == (0, 0, True)
    reason, metadata, _ = refused(lambda: close(w, THIS_YEAR - 2))
    assert (reason, metadata["year"]) == ("YEAR_NOT_NEXT", str(THIS_YEAR - 3))
    assert refused(lambda: quote(w, THIS_YEAR - 2))[0] == "YEAR_NOT_NEXT"
    assert refused(lambda: quote(w, THIS_YEAR - 4))[0] == "YEAR_ALREADY_CLOSED"
    assert close(w, THIS_YEAR - 3).closed.opening_balance == 0
    assert refused(lambda: close(w, 0))[2] == ["closing.year"]
    bad = pb.CloseYearRequest(ledger="x", request_id="y", closing=c.YearClosing(year=3))
    assert refused(lambda: w.client.periods.CloseYear(bad, timeout=20))[2] == ["request_id", "ledger", "closing.year"]


def test_interest_carries_over_and_yearly_sums_begin_anew(life):
    """Interest that is credited with an effective time in the year is the year's. Deductibles belong to the service."""
    w = life
    w.done(w.opening("A", 100_000, at=seconds(THIS_YEAR - 2, 1, 1)))
    w.done(w.purchase("A", 900, at=seconds(THIS_YEAR - 1, 6, 1), upstream={"deductible": 200, "pooled": 300}))
    interest = w.interest("A", 350, f"{THIS_YEAR - 1}-01-01", f"{THIS_YEAR - 1}-12-31", at=seconds(THIS_YEAR, 1, 1) - 1)
    late = seconds(THIS_YEAR - 1, 12, 31, 23, 59)
    interest.effective_time.seconds = int(time.time()) + late
    refusal, _, _ = refused(lambda: w.client.commands.PostInterest(interest, timeout=20))
    assert refusal == "INTEREST_PERIOD_INVALID"  # the period has not ended then
    interest = w.interest("A", 350, f"{THIS_YEAR - 1}-01-01", f"{THIS_YEAR - 1}-12-30", at=late)
    w.done(interest)
    closed = close(w, THIS_YEAR - 1).closed
    assert (closed.interest, closed.credits, closed.balance) == (350, 100_350, 100_000 - 600 + 350)
    w.done(w.purchase("A", 500, at=seconds(THIS_YEAR, 1, 5), upstream={"deductible": 70, "pooled": 30}))
    # A bill of the closed year that comes late still moves the sums of its year.
    served = t.CivilDate(year=THIS_YEAR - 1, month=12, day=30)
    w.done(w.purchase("A", 400, at=seconds(THIS_YEAR, 1, 6), service_date=served, upstream={"deductible": 10}))
    sums = {each.year: (each.deductible, each.pooled) for each in w.state("A").accumulators}
    assert sums == {THIS_YEAR - 1: (210, 300), THIS_YEAR: (70, 30)}
    assert w.state("A").balance == closed.balance - 470 - 400


@pytest.mark.parametrize("field", ["accounts", "balance", "credits", "debits", "interest", "opening_balance"])
def test_a_wrong_figure_is_a_defect(life, field):
    """The verifier adds every figure up again; one unit more in any of them is seen, and so is a wrong order."""
    w = life
    w.done(w.opening("A", 1_000, at=seconds(THIS_YEAR - 2, 3, 3)))
    w.done(w.interest("A", 1, f"{THIS_YEAR - 3}-01-01", f"{THIS_YEAR - 3}-03-31", at=seconds(THIS_YEAR - 2, 4, 4)))
    close(w, THIS_YEAR - 2)
    w.done(w.purchase("A", 300, at=seconds(THIS_YEAR - 1, 3, 3)))
    last = close(w, THIS_YEAR - 1).transaction.first_position

    def problem(change):
        years = Years(trusting=False)
        years.begin("Asia/Shanghai")
        for entry in w.entries():
            fields = header.unpack(entry)
            if fields[19] or fields[18] in MOVING:
                years.move(fields)
            message = parse(entry)
            if message.WhichOneof("event") == "year_closed":
                event = events_pb2.YearClosed.FromString(message.year_closed.SerializeToString())
                if fields[2] == last:
                    change(event)
                if found := years.check(fields, event):
                    return fields[2], found
        return None

    assert problem(lambda _: None) is None
    place, words = problem(lambda event: setattr(event, field, getattr(event, field) + 1))
    assert (place, words.startswith(f"closes {THIS_YEAR - 1}")) == (last, True)
    assert problem(lambda event: setattr(event.closing, "year", THIS_YEAR))[0] == last


def test_sums_of_years_do_not_depend_on_blocks(quiet, database, monkeypatch):
    """Whole blocks from the table and the rest from the log, at every position and for every year."""
    w = quiet
    for who in "ABC":
        w.done(w.opening(who, 5_000, at=seconds(THIS_YEAR - 3, 1, 1)))
    lived(w, random.Random(4), 40, range(THIS_YEAR - 3, THIS_YEAR + 1))
    monkeypatch.setattr(journal, "BLOCK", 8)
    views = Views(database, w.code)
    views.follow()
    heads = heads_of(w.entries(), 1)
    query = period._YEARS.replace("{journal_years}", f"{views.schema}.journal_years_v1")
    with psycopg.connect(database.url) as connection:
        for position in range(1, len(heads) + 1):
            block = journal.block_of(position)
            for year in range(THIS_YEAR - 3, THIS_YEAR + 1):
                row = connection.execute(query, {"block": block, "year": year}).fetchone()
                total, expected = Moved(*row), Moved()
                for of, part in moved(heads[block * 8 : position], CivilYears(ZONE)).items():
                    total = total.plus(part) if of <= year else total
                for of, part in moved(heads[:position], CivilYears(ZONE)).items():
                    expected = expected.plus(part) if of <= year else expected
                assert total == expected
