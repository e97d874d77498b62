"""Exceptions: none in a ledger that is in order; each kind is found where a careless service let it happen."""

from __future__ import annotations

import random

import pytest

from ledger.v1 import oversight_service_pb2 as o
from ledger.v1 import types_pb2 as t
from tests import histories
from tests.book import shipped
from tests.overseeing import Overseeing
from tests.running import Client, Ledgerd

DAY = 86_400
FROZEN, CLOSED = o.EXCEPTION_KIND_DEBIT_WHILE_FROZEN, o.EXCEPTION_KIND_MOVED_AFTER_CLOSING
PLACE, STUCK = o.EXCEPTION_KIND_NOT_DESIGNATED, o.EXCEPTION_KIND_TRANSFER_NOT_CREDITED
FREEZING = t.SANCTION_KIND_ACCOUNT_FROZEN


@pytest.fixture(scope="module")
def careless(database):
    """A service that does not look."""
    variables = {"LEDGER_PROJECTIONS": "process"}
    with Ledgerd(database, [database.new_ledger()], program="tests.careless_server", environment=variables) as process:
        yield process


def worlds(process, database):
    client = Client(process.channel())
    yield Overseeing(client, database.new_ledger())
    client.close()


@pytest.fixture
def wild(careless, database):
    yield from worlds(careless, database)


@pytest.fixture
def world(whole_service, database):
    yield from worlds(whole_service, database)


def found(w, **fields):
    return [(int(each.name.rsplit("/", 1)[1]), each.kind) for each in w.exceptions(**fields)]


@pytest.mark.parametrize("seed", range(3))
def test_a_ledger_in_order_has_none(world, seed):
    """Losses, sanctions and their ends among deposits and purchases; the service refuses what must not be."""
    w, chance = world, random.Random(seed)
    histories.people(w)
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    w.done(w.designate("P3"))
    imposed = []
    for _ in range(70):
        who, at = chance.choice("ABCD"), -chance.randint(0, 20) * DAY
        kind = chance.randrange(12)
        if kind == 0:
            w.send(w.report(who, at=at))
        elif kind == 1:
            w.send(w.lift(who, at=at))
        elif kind == 2:
            sanction = w.sanction(who, FREEZING, until=chance.randint(-10, 10) * DAY, at=at - 15 * DAY)
            answer = w.send(sanction)
            if hasattr(answer, "transaction"):
                imposed.append((who, answer.transaction.first_position))
        elif kind == 3 and imposed:
            w.send(w.lift_sanction(*imposed.pop(), at=at))
        else:
            w.send(histories.step(w, chance, []))
    types = [move.type for move in histories.raw(w)]
    assert {"account_frozen", "command_refused", "purchase_settled"} <= set(types)
    assert w.exceptions() == []


def test_debits_of_a_frozen_account(wild):
    """A loss and a sanction, up to their ends by effective time, and not what lands on the account."""
    w = wild
    for who in ("ann", "bob"):
        w.done(w.opening(who, 1_000))
    w.done(w.opening("cat", 1_000, t.PERSON_TYPE_RETIRED))
    w.done(w.grant("ann", "bob"))
    w.done(w.purchase("ann", 10))
    w.done(w.report("ann"))
    w.done(w.deposit("ann", 10))
    one = w.done(w.purchase("ann", 10)).first_position
    shared = w.done(w.purchase("bob", 1_100)).last_position
    w.done(w.lift("ann"))
    w.done(w.purchase("ann", 10))
    sanction = w.done(w.sanction("cat", FREEZING, until=-DAY, at=-9 * DAY)).first_position
    two = w.done(w.purchase("cat", 10, at=-2 * DAY)).first_position
    w.done(w.purchase("cat", 10))
    other = w.done(w.sanction("cat", FREEZING)).first_position
    three = w.done(w.premium("cat", 10)).first_position
    w.done(w.lift_sanction("cat", other))
    w.done(w.purchase("cat", 10))
    assert sanction < two
    expected = [(one, FROZEN), (shared, FROZEN), (two, FROZEN), (three, FROZEN)]
    assert found(w) == found(w, size=100) == expected
    (first, *_) = w.exceptions(size=9)
    assert (first.account, first.type, first.amount) == (w.account("ann"), "purchase_settled", -10)
    assert found(w, from_position=one + 1, to_position=three - 1) == expected[1:3]
    assert found(w, kinds=[CLOSED, PLACE, STUCK]) == []


def test_money_of_a_closed_account(wild):
    w = wild
    w.done(w.opening("ann", 500))
    w.done(w.close("ann"))
    after = w.done(w.deposit("ann", 10)).first_position
    assert found(w) == [(after, CLOSED)]


def test_settlements_at_places_that_are_not_designated(wild):
    """On the service date, as the register stood when it was settled; only once the ledger has rules."""
    w = wild
    w.done(w.opening("ann", 5_000))
    w.done(w.purchase("ann", 10, institution="H9"))
    w.publish(shipped("hefei-outpatient-2025"))
    before = w.done(w.purchase("ann", 10, institution="H9")).first_position
    w.done(w.designate("H9"))
    w.done(w.purchase("ann", 10, institution="H9"))
    early = t.CivilDate(year=2001, month=1, day=1)
    served = w.done(w.purchase("ann", 10, institution="H9", service_date=early)).first_position
    w.done(w.revoke_designation("H9"))
    gone = w.done(w.purchase("ann", 10, institution="H9")).first_position
    assert found(w) == [(position, PLACE) for position in (before, served, gone)]
    assert {each.institution for each in w.exceptions()} == {"H9"}


def test_transfers_that_are_not_credited(wild):
    w = wild
    w.done(w.opening("ann", 500))
    w.done(w.opening("bob", 0))
    w.done(w.grant("ann", "bob", at=-9 * DAY))
    now = w.noon()
    w.done(w.send_to("ann", "bob", 100, b"T" * 16, at=now))
    assert found(w) == []
    accepted = w.done(w.accept(b"T" * 16, "bob", at=now)).first_position
    assert found(w) == [(accepted, STUCK)]
    (only,) = w.exceptions()
    assert (only.type, only.amount) == ("transfer_accepted", 100)
