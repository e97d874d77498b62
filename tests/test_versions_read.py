"""Lists and pasts: which version of a view answers a read, while others stand beside it."""

from __future__ import annotations

import random
import threading

import grpc
import pytest

from ledger.v1 import books_service_pb2 as b
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import oversight_service_pb2 as o
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from projections import builds, chart, steering
from projections.builder import work
from projections.restraints import CLOSED
from projections.runner import connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.overseeing import Overseeing
from tests.running import Client
from tests.views import Views
from tests.world import reason_of, status_of

FIRST, LAST = t.CivilDate(year=2020, month=1, day=1), t.CivilDate(year=2035, month=12, day=31)
CACHED = q.CONSISTENCY_CACHED


@pytest.fixture
def world(ledgerd, ledger):
    client = Client(ledgerd.channel())
    world = Overseeing(client, ledger)
    histories.people(world)
    histories.everything(world, random.Random(4), 60)
    yield world
    client.close()


@pytest.fixture
def views(database, world):
    views = Views(database, world.code)
    views.follow()
    return views


@pytest.fixture
def connection(database):
    with connect(database.url) as connection:
        yield connection


def lists(w):
    """Each list that has pages, by the projection that answers: the method, the request, and the field of its rows."""
    history = h.ListTransactionsRequest(account=w.account("A"))
    return [
        ("spending", w.client.history.ListTransactions, history, "transactions"),
        ("journal", w.client.books.ListPostings, b.ListPostingsRequest(ledger=w.ledger), "entries"),
        ("journal", w.client.books.ListBookBalances,
         b.ListBookBalancesRequest(ledger=w.ledger, account=chart.PERSONAL), "balances"),
        ("settlements", w.client.oversight.ListSettlements,
         o.ListSettlementsRequest(institution=w.institution("H1"), from_date=FIRST, to_date=LAST), "settlements"),
        ("risk", w.client.oversight.ListRiskFlags, o.ListRiskFlagsRequest(ledger=w.ledger), "flags"),
        ("claims", w.client.oversight.ListClaimCases, o.ListClaimCasesRequest(ledger=w.ledger), "cases"),
        ("restraints", w.client.oversight.ListExceptions, o.ListExceptionsRequest(ledger=w.ledger), "exceptions"),
    ]  # fmt: skip


def rest(method, request, field, token):
    """Everything behind a page."""
    found = []
    while token:
        request.page_token = token
        page = method(request, timeout=20)
        found += getattr(page, field)
        token = page.next_page_token
    return found


def test_a_list_is_turned_on_the_version_on_which_it_began(world, views, connection):
    """Another version answers by now, and has other rows: no page shows them, until the old one is gone."""
    # An account that was closed and yet moves, so that there is more than one exception.
    views.rows(
        "INSERT INTO {s}.restraints_v1 VALUES (2, 2, 2, 0, %s, %s)", CLOSED, world.id("A")
    )  # fmt: skip
    begun = []
    for name, method, request, field in lists(world):
        request.page_size, request.consistency = 1, CACHED
        first = method(request, timeout=20)
        assert first.next_page_token, name
        begun.append(
            (name, method, request, field, first.next_page_token, rest(method, request, field, first.next_page_token))
        )
    for name in PROJECTIONS:
        builds.begin(connection, views.code, name, parts=1)
    work(views.url, views.code, threading.Event())
    for name, made in PROJECTIONS.items():
        for table in made(views.code).tables:
            views.rows(f"DELETE FROM {{s}}.{table.name}_v2")
        assert steering.switch(connection, views.code, name, accept_differences=True) == (1, 2)
    for name, method, request, field, token, expected in begun:
        assert rest(method, request, field, token) == expected, name
        request.page_token = ""
        assert not getattr(method(request, timeout=20), field), name  # a list that begins now is that of version 2
    views.rows("UPDATE {s}.tracking SET served_until = NULL")
    for name in PROJECTIONS:
        steering.drop(connection, views.code, name, 1)
    for name, method, request, field, token, _ in begun:
        with pytest.raises(grpc.RpcError) as refused:
            rest(method, request, field, token)
        assert reason_of(status_of(refused.value)) == "PAGE_TOKEN_OUTDATED", name
