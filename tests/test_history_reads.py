"""Balances, lists and sums over gRPC are what a naive look at the raw entries says, for random histories."""

from __future__ import annotations

import json
import os
import random
import signal
import time
import urllib.request
import uuid
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from ledger.log.entry import recorded
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from projections.schema import views_schema
from projections.service import balance
from tests import histories
from tests.reading import Reading, micros, moment
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import item

OLDEST = h.TRANSACTION_ORDER_OLDEST_FIRST
ALWAYS = {"purchase_settled", "purchase_reversed", "share_paid", "share_refunded"}


@pytest.fixture(scope="module")
def service(database):
    """A service with the runner's process beside it."""
    with Ledgerd(database, [database.new_ledger()], environment={"LEDGER_PROJECTIONS": "process"}) as process:
        yield process


@pytest.fixture
def reading(service, database):
    client = Client(service.channel())
    world = Reading(client, database.new_ledger())
    histories.people(world)
    yield world
    client.close()


def people_of(world, moves):
    """Who has an account, by the bytes of the id."""
    known = {uuid.UUID(text).bytes: who for who, text in world.ids.items()}
    return {m.account: known[m.account] for m in moves if m.type in {"account_opened", "opening_imported"}}


def transaction_end(moves, world, position):
    """The newest transaction end that is not behind a position."""
    records = {m.position: m.recorded for m in moves}
    while position in records and records.get(position + 1) == records[position]:
        position -= 1
    return position


@pytest.mark.feature(74)
@pytest.mark.parametrize("seed", range(4))
def test_balances_of_every_moment(reading, seed):
    """What was so at E, as known at R, for times and positions drawn from the history and beside it."""
    chance = random.Random(seed)
    histories.make(reading, chance, 120)
    moves = histories.raw(reading)
    negative = 0
    effects = sorted({m.effective for m in moves})
    ends = [m.position for m in moves if transaction_end(moves, reading, m.position) == m.position]
    records = {m.position: m.recorded for m in moves}
    openings = {m.account: m.position for m in moves if m.type in {"account_opened", "opening_imported"}}
    for account, who in people_of(reading, moves).items():
        for _ in range(12):
            at = chance.choice(effects) + chance.choice([-1, 0, 1])
            position = chance.choice(ends)
            if position < openings[account]:
                asked = h.GetBalanceRequest(account=reading.account(who), known_position=position)
                assert reading.ask(asked).code == 5
                continue
            expected = histories.balance(moves, account, position, at)
            by_position = reading.balance(who, effective_time=moment(at), known_position=position)
            by_time = reading.balance(who, effective_time=moment(at), known_time=moment(records[position]))
            assert by_position.balance == by_time.balance == expected
            late = explain(moves, account, position, at)
            assert [int(e.name.rsplit("/", 1)[1]) for e in by_position.late_entries] == [m.position for m in late]
            assert by_position.late_change == sum(m.change for m in late)
            assert by_position.balance - by_position.late_change >= 0
            negative += expected < 0
        recorded = [m.after for m in moves if m.account == account]
        assert reading.balance(who).balance == recorded[-1]
    if seed == 0:
        assert negative, "no balance of the past was negative: this history explains nothing"


def looked_at(database, reading, text, values):
    """How many rows of `balance_changes` a query of GetBalance looks at."""
    names = {name: f'"{views_schema(reading.code)}".{name}_v1' for name in ("balances", "balance_changes")}
    with psycopg.connect(database.url) as connection:
        query = f"EXPLAIN (ANALYZE, FORMAT JSON) {text.format(**names)}"
        ((plans,),) = connection.execute(query, values).fetchall()
    waiting, rows = [plans[0]["Plan"]], 0
    while waiting:
        plan = waiting.pop()
        waiting += plan.get("Plans", ())
        if plan.get("Relation Name", "").startswith("balance_changes"):
            rows += (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return rows


def test_what_was_known_at_a_time_is_found_without_reading_the_history(database, reading):
    """However many entries an account has: the last one up to a time is searched for, and its balance recorded."""
    reading.batch(*(item(reading.deposit("A", 7)) for _ in range(400)))
    account = reading.account("A").rsplit("/", 1)[1]
    first = reading.size() - 399
    assert reading.balance("A", known_position=first + 99, min_position=first + 399).balance % 7 == 0
    ever = 2**63 - 1
    values = {"account": account, "position": first + 399, "known": 0, "effective": ever}
    assert 1 <= looked_at(database, reading, balance._BALANCE, values) <= 2
    record_time = recorded(reading.entries(first + 200)[0]).record_time
    for known in (0, record_time, ever):
        assert 1 <= looked_at(database, reading, balance._KNOWN, {**values, "known": known}) <= 40
    assert looked_at(database, reading, balance._BALANCE, {**values, "effective": 0}) >= 400  # the plans say it


def explain(moves, account, position, at):
    """Late entries, the slow way: recorded behind one that happened later than the time asked for."""
    known = [m for m in moves if m.account == account and m.position <= position]
    known = [m for m in known if m.change or m.type in {"account_opened", "opening_imported"}]
    return [m for m in known if m.effective <= at and any(o.position < m.position and o.effective > at for o in known)]


def test_a_position_inside_a_transaction_counts_as_the_end_before(reading):
    """Half of a transfer is no state."""
    reading.done(reading.deposit("A", 100))
    sent = reading.done(reading.transfer("A", "B", 40))
    assert reading.balance("A", known_position=sent.first_position).balance == 100
    assert reading.balance("A", known_position=sent.last_position).balance == 60
    assert reading.balance("B", known_position=sent.last_position).balance == 40


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.feature(75)
@pytest.mark.parametrize("order", [0, OLDEST])
def test_lists_show_every_transaction_once(reading, seed, order):
    """In the order of their effective times, while writes, late ones among them, go on between the pages."""
    chance = random.Random(seed + 50)
    settled = histories.make(reading, chance, 100)
    before = histories.raw(reading)
    for account, who in people_of(reading, before).items():
        known = histories.raw(reading)
        expected = [m for m in known if m.account == account and (m.change or m.type in ALWAYS)]
        expected.sort(key=lambda m: (m.effective, m.position), reverse=not order)
        shown = list(
            reading.pages(who, chance.randint(1, 9), lambda: histories.make(reading, chance, 3, settled), order=order)
        )
        assert [(s.position, s.balance_change, s.balance_after) for s in shown] == [
            (m.position, m.change, m.after) for m in expected
        ]
        for each, move in zip(shown, expected, strict=True):
            assert micros(each.effective_time) == move.effective
            assert micros(each.record_time) == move.recorded
        undone = {m.event.reversed_position: m.position for m in known if m.type == "purchase_reversed"}
        for each in shown:
            if each.kind == h.TRANSACTION_KIND_PURCHASE:
                by = undone.get(each.position)
                assert each.reversed_by == (f"{reading.ledger}/entries/{by}" if by else "")


@pytest.mark.feature(75)
def test_filters_select_what_a_loop_selects(reading):
    """Each filter, and pairs of them, against the unfiltered list."""
    chance = random.Random(77)
    histories.make(reading, chance, 150)
    everything = {who: list(reading.pages(who, 500)) for who in "AB"}
    times = sorted(micros(each.effective_time) for each in everything["A"])
    records = sorted(micros(each.record_time) for each in everything["A"])
    middle, end, late, final = times[len(times) // 3], times[-4], records[len(records) // 3], records[-3]
    cases = [
        ({"effective_from": moment(middle)}, lambda e: micros(e.effective_time) >= middle),
        ({"effective_to": moment(end)}, lambda e: micros(e.effective_time) < end),
        ({"recorded_from": moment(late)}, lambda e: micros(e.record_time) >= late),
        ({"recorded_to": moment(final)}, lambda e: micros(e.record_time) < final),
        ({"kinds": [90, 91]}, lambda e: e.kind in {90, 91}),
        ({"categories": [t.CATEGORY_DRUG]}, lambda e: e.category == t.CATEGORY_DRUG),
        ({"institution": "H2"}, lambda e: e.institution == "H2"),
        ({"beneficiary": reading.person("B")}, lambda e: e.beneficiary == reading.person("B")),
    ]
    for one, holds in cases:
        for other, holds_too in cases:
            for who in "AB":
                shown = [e.position for e in reading.pages(who, 3, **{**other, **one})]
                expected = [
                    e.position for e in everything[who] if holds(e) and (one.keys() == other.keys() or holds_too(e))
                ]
                assert shown == expected, (one, other)
    paid = [e for e in everything["B"] if any(s.payer == reading.account("A") for s in e.settled.shared)]
    assert paid, "A paid for nothing of B"
    assert [e.position for e in reading.pages("B", 4, payer=reading.account("A"))] == [e.position for e in paid]


@pytest.mark.parametrize("grouping", range(5))
def test_sums_add_up_to_the_balance(reading, grouping):
    """By every division, the parts are sums of the listed transactions, and together the change of the balance."""
    chance = random.Random(grouping)
    histories.make(reading, chance, 120)
    zone = ZoneInfo("Asia/Shanghai")
    moves = histories.raw(reading)
    for account, who in people_of(reading, moves).items():
        rows = list(reading.pages(who, 500))
        first, last = sorted(chance.choices([m.effective for m in moves], k=2))
        span = {"effective_from": moment(first), "effective_to": moment(last + 1)}
        for fields, wanted in (({}, rows), (span, [e for e in rows if first <= micros(e.effective_time) <= last])):
            told = reading.summary(who, grouping=grouping, **fields)

            def key(e):
                day = datetime.fromtimestamp(e.effective_time.seconds, zone)
                return [None, int(day.strftime("%Y%m")), e.category, e.institution, e.beneficiary][grouping]

            changes, bills, counts = Counter(), Counter(), Counter()
            for e in wanted:
                changes[key(e)] += e.balance_change
                bills[key(e)] += e.settled.total
                counts[key(e)] += 1
            names = ["", "month", "category", "institution", "beneficiary"]
            found = {getattr(g, names[grouping]) if grouping else None: g.sums for g in told.groups}
            assert {k: s.transactions for k, s in found.items()} == counts
            assert all(found[k].balance_change == changes[k] for k in counts)
            assert all(found[k].settled.total == bills[k] for k in counts)
            for s in [*found.values(), told.total]:
                assert s.balance_change == s.deposited + s.purchased + s.shared + s.transferred + s.other
                parts = s.settled
                paid = parts.pooled + parts.funds + parts.hospital + parts.own_account + parts.cash
                assert parts.total == paid + s.received_shares
            assert told.closing_balance - told.opening_balance == told.total.balance_change == sum(changes.values())
            assert (told.unexplained, told.missing_entries) == (0, 0)
        end = moves[-1].position
        assert reading.summary(who).closing_balance == histories.balance(moves, account, end, 2**63 - 1)
        assert told.opening_balance == histories.balance(moves, account, end, first - 1)
        assert told.closing_balance == histories.balance(moves, account, end, last)


def test_months_are_those_of_the_ledger(reading):
    """Half an hour past midnight in Shanghai belongs to the new month, although it is still the old one in UTC."""
    first = datetime(2025, 3, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    for offset, amount in ((-3_600, 5), (0, 7), (30 * 3_600, 11)):
        request = reading.deposit("A", amount)
        request.effective_time.FromSeconds(int(first.timestamp()) + offset)
        reading.done(request)
    told = reading.summary("A", grouping=h.SUMMARY_GROUPING_MONTH)
    assert [(g.month, g.sums.deposited) for g in told.groups] == [(202502, 5), (202503, 18)]


def test_a_person_without_an_account_has_a_history(reading):
    """A resident child whose bills a parent pays."""
    reading.done(reading.deposit("A", 500))
    bought = reading.done(reading.purchase("R", 90, payers=["A"]))
    request = h.ListTransactionsRequest(account=reading.person("R"))
    (only,) = reading.told(request).transactions
    assert (only.position, only.balance_change, only.settled.total) == (bought.first_position, 0, 90)
    assert [(s.payer, s.amount) for s in only.settled.shared] == [(reading.account("A"), 90)]
    (share,) = [e for e in reading.pages("A") if e.kind == h.TRANSACTION_KIND_SHARE]
    assert (share.beneficiary, share.category, share.institution) == (reading.person("R"), t.CATEGORY_DRUG, "H1")


@pytest.mark.feature(74)
def test_a_read_sees_what_was_answered_before_it(reading):
    """Linearizable by default, and with `min_position` when cached."""
    for amount in range(1, 40):
        answered = reading.done(reading.deposit("A", amount))
        if amount % 2:
            told = reading.balance("A")
        else:
            cached = {"consistency": q.CONSISTENCY_CACHED, "min_position": answered.last_position}
            told = reading.balance("A", **cached)
        assert told.balance == answered.entries[0].balance_after
        assert told.position >= answered.last_position


def children(pid):
    """The processes that a process started."""
    return [
        int(number)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for number in (task / "children").read_text().split()
    ]


def alive(pid):
    """Whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_process_beside_the_service_is_started_again(database):
    """When it dies, and it ends with the service, however that ends."""
    code = database.new_ledger()
    with Ledgerd(database, [code], environment={"LEDGER_PROJECTIONS": "process"}) as ledgerd:
        world = Reading(Client(ledgerd.channel()), code)
        histories.people(world)
        first = children(ledgerd.process.pid)
        assert len(first) == 1
        os.kill(first[0], signal.SIGKILL)
        world.done(world.deposit("A", 70, request_id=time_ordered_id()))
        assert world.balance("A").balance == 70
        (second,) = children(ledgerd.process.pid)
        assert second != first[0]
        ledgerd.kill()
    end = time.monotonic() + 20
    while alive(second):
        assert time.monotonic() < end, "the process outlives its service"
        time.sleep(0.05)


def test_prometheus_is_told_how_projections_stand(database):
    """Position, lag, dead letters and stops, by ledger and projection."""
    code = database.new_ledger()
    settings = {"LEDGER_PROJECTIONS": "process", "LEDGER_OPERATOR_LISTEN": "127.0.0.1:0"}
    with Ledgerd(database, [code], environment=settings) as ledgerd:
        world = Reading(Client(ledgerd.channel()), code)
        histories.people(world)
        position = world.balance("A").position
        told = next(json.loads(line) for line in ledgerd.errors().splitlines() if '"console"' in line)
        with urllib.request.urlopen(f"http://{told['address']}/metrics") as answer:
            page = answer.read().decode()
    for name in ("balances", "spending"):
        labels = f'{{ledger="{code}",projection="{name}"}}'
        assert f"ledger_projection_position{labels} {float(position)}" in page
        for metric in ("lag_entries", "lag_seconds", "dead_letters", "stopped"):
            assert f"ledger_projection_{metric}{labels} 0.0" in page
