"""Lists and pasts: which version of a view answers a read, while others stand beside it."""

from __future__ import annotations

import random
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import grpc
import pytest

from ledger.v1 import books_service_pb2 as b
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import oversight_service_pb2 as o
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from projections import builds, chart, steering
from projections.builder import Builder, work
from projections.comparison import recorded
from projections.restraints import CLOSED
from projections.runner import connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.documents import ROOT
from tests.overseeing import Overseeing
from tests.running import Client
from tests.views import Views
from tests.world import reason_of, status_of

FIRST, LAST = t.CivilDate(year=2020, month=1, day=1), t.CivilDate(year=2035, month=12, day=31)
ZONE = ZoneInfo("Asia/Shanghai")
CACHED = q.CONSISTENCY_CACHED


@pytest.fixture
def world(ledgerd, ledger):
    client = Client(ledgerd.channel())
    world = Overseeing(client, ledger)
    histories.people(world)
    histories.everything(world, random.Random(4), 60)
    for agent in ("B", "C"):
        world.done(world.mandate("A", agent))
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
        ("mandates", w.client.history.ListAgents, h.ListAgentsRequest(person=w.person("A")), "mandates"),
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


def reads(w):
    """Each read that a past makes sense for, by the views that it needs: the method and the request."""
    year = datetime.now(ZONE).year
    account = w.account("A")
    return [
        ("balances", w.client.history.GetBalance, h.GetBalanceRequest(account=account)),
        ("spending", w.client.history.GetSpendingSummary, h.GetSpendingSummaryRequest(account=account, grouping=2)),
        ("spending", w.client.history.GetStatement, h.GetStatementRequest(account=account, year=year)),
        ("spending", w.client.history.RenderStatement, h.RenderStatementRequest(account=account, year=year)),
        ("settlements", w.client.oversight.GetInstitutionTotals,
         o.GetInstitutionTotalsRequest(institution=w.institution("H1"), from_date=FIRST, to_date=LAST)),
        ("journal", w.client.books.GetTrialBalance, b.GetTrialBalanceRequest(ledger=w.ledger)),
        *((name, method, request) for name, method, request, _ in lists(w) if hasattr(request, "past_position")),
    ]  # fmt: skip


def test_every_read_of_a_past_answers_as_it_would_have_then(world, views, connection):
    """More of everything was recorded since; each answer is the one of then, to the last field."""
    place = world.size()
    asked = reads(world)
    for _, _, request in asked:
        request.consistency = CACHED
    then = [method(request, timeout=20) for _, method, request in asked]
    histories.make(world, random.Random(8), 40)
    world.done(world.flag("B", rule="r9", positions=[1]))
    world.done(world.claim("A", str(datetime.now(ZONE).date()), "C-9"))
    views.follow()
    for name in PROJECTIONS:
        builds.begin_past(connection, views.code, name, place, parts=2)
    work(views.url, views.code, threading.Event())
    for (name, method, request), expected in zip(asked, then, strict=True):
        assert method(request, timeout=20) != expected, name  # what is there now is something else
        request.past_position, request.consistency = place, 0
        assert method(request, timeout=20) == expected, name
        request.past_position = place + 1
        assert refusal_of(method, request) == "PAST_NOT_FOUND", name
        request.past_position, request.min_position = place, place + 1
        assert refusal_of(method, request) == "POSITION_BEYOND_END", name
        request.past_position, request.min_position = -1, 0
        assert refusal_of(method, request) == "INVALID_REQUEST", name
    assert {
        builds.find(connection, views.code, each.build).equal for each in builds.builds(connection, views.code)
    } == {True}


def refusal_of(method, request):
    with pytest.raises(grpc.RpcError) as refused:
        method(request, timeout=20)
    return reason_of(status_of(refused.value))


def test_who_takes_no_past_is_documented():
    """A new read of a view takes one, or docs/projections.md says why not."""
    text = (ROOT / "docs" / "projections.md").read_text("utf-8")
    for service in ("HistoryService", "OversightService", "BooksService"):
        (found,) = [file.services_by_name[service] for file in (h.DESCRIPTOR, o.DESCRIPTOR, b.DESCRIPTOR)
                    if service in file.services_by_name]  # fmt: skip
        for method in found.methods:
            if "past_position" not in method.input_type.fields_by_name and "Projection" not in method.name:
                assert f"`{method.name}`" in text, method.name


def test_a_past_is_compared_once_the_present_has_come_as_far(world, views, connection):
    """The version that answers is behind: that is no difference. One that stands still cannot be compared with."""
    for _ in range(2):
        world.done(world.deposit("A", 5))
    build = builds.begin_past(connection, views.code, "balances", world.size(), parts=1)
    builder = Builder(views.url, views.code)
    while builder.step(connection):
        pass
    assert builds.find(connection, views.code, build.build).state == "comparing"
    views.follow()
    while builder.step(connection):
        pass
    found = builds.find(connection, views.code, build.build)
    assert (found.state, found.equal, found.problem) == ("done", True, "")
    steering.pause(connection, views.code, "balances", 1, paused=True)
    world.done(world.deposit("A", 5))
    build = builds.begin_past(connection, views.code, "balances", world.size(), parts=1)
    while builder.step(connection):
        pass
    found = builds.find(connection, views.code, build.build)
    assert (found.state, found.equal) == ("done", False)
    assert recorded(connection, views.code, build.build).differences[0].kind == "is behind the past"
