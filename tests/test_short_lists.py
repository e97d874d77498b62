"""Lists that were told as a whole have pages like all others: each row once, whatever comes or goes meanwhile."""

from __future__ import annotations

from ledger.v1 import (
    audit_service_pb2,
    books_service_pb2,
    history_service_pb2,
    oversight_service_pb2,
    projection_service_pb2,
    query_service_pb2,
)
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import projection_service_pb2 as p
from ledger.v1 import query_service_pb2 as q
from tests.book import Book, shipped
from tests.test_projection_service import WAIT, refused
from tests.test_projection_service import client as client  # noqa: PLC0414 - a fixture
from tests.test_projection_service import views as views  # noqa: PLC0414 - a fixture
from tests.test_projection_service import world as world  # noqa: PLC0414 - a fixture
from tests.test_signing_keys import Keeper

MODULES = (
    audit_service_pb2, books_service_pb2, history_service_pb2, oversight_service_pb2, projection_service_pb2,
    query_service_pb2,
)  # fmt: skip


def pages(call, request, rows, size=2):
    """Every page of a list, as lists of its rows."""
    found = []
    while True:
        request.page_size = size
        answer = call(request)
        page = getattr(answer, rows)
        assert len(page) <= size
        found.append(list(page))
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


def test_every_list_has_pages():
    """AIP-158: page_size, page_token, and the token of the next page."""
    lists = [
        method
        for module in MODULES
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
        if method.name.startswith("List")
    ]
    assert len(lists) >= 15
    for method in lists:
        assert {"page_size", "page_token"} <= set(method.input_type.fields_by_name), method.name
        assert "next_page_token" in method.output_type.fields_by_name, method.name


def test_consumers(client, world, views):
    """One that goes and one that comes between two pages move nobody else."""
    calls, size = client.projections, world.size()
    for name in "bdfhj":
        calls.SetConsumerPosition(
            p.SetConsumerPositionRequest(consumer=f"{world.ledger}/consumers/{name}", position=size)
        )
    request = p.ListConsumersRequest(ledger=world.ledger, page_size=2)
    first = calls.ListConsumers(request)
    calls.DeleteConsumer(p.DeleteConsumerRequest(name=f"{world.ledger}/consumers/d"))
    calls.SetConsumerPosition(p.SetConsumerPositionRequest(consumer=f"{world.ledger}/consumers/a", position=size))
    request.page_token = first.next_page_token
    rest = pages(calls.ListConsumers, request, "consumers")
    names = [each.name[-1] for page in [first.consumers, *rest] for each in page]
    assert names == ["b", "d", "f", "h", "j"]
    assert [
        each.name[-1] for each in calls.ListConsumers(p.ListConsumersRequest(ledger=world.ledger)).consumers
    ] == list("abfhj")
    for wrong in (
        p.ListConsumersRequest(ledger=world.ledger, page_token="nonsense"),
        p.ListBuildsRequest(ledger=world.ledger, page_token=first.next_page_token),
        p.ListDeadLettersRequest(ledger=world.ledger, page_token=first.next_page_token),
    ):
        call = getattr(calls, type(wrong).__name__.removesuffix("Request"))
        assert refused(call, wrong)[1] == "PAGE_TOKEN_INVALID"


def test_dead_letters(client, world, views):
    """Page by page also inside of a position; without a size all of the last position, as before."""
    views.rows(
        "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
        " SELECT name, 1, position, position, stream, 70, '' FROM {log}.entries,"
        " unnest(ARRAY['spending', 'balances', 'books']) name WHERE position IN (3, 4)"
    )
    request = p.ListDeadLettersRequest(ledger=world.ledger)
    found = [
        (each.position, each.projection.rsplit("/", 1)[1])
        for page in pages(client.projections.ListDeadLetters, request, "dead_letters")
        for each in page
    ]
    assert found == [(at, name) for at in (3, 4) for name in ("balances", "books", "spending")]
    every = client.projections.ListDeadLetters(p.ListDeadLettersRequest(ledger=world.ledger, after_position=3))
    assert ([each.position for each in every.dead_letters], every.next_page_token) == ([4, 4, 4], "")


def test_versions_of_projections_and_builds(client, world, views):
    for position in (2, 3, 4):
        asked = p.CreateBuildRequest(
            projection=f"{world.ledger}/projections/balances", purpose=p.BUILD_PURPOSE_PAST, past_position=position
        )
        client.projections.CreateBuild(asked, timeout=WAIT)
    found = pages(client.projections.ListBuilds, p.ListBuildsRequest(ledger=world.ledger), "builds")
    assert [[each.name.rsplit("/", 1)[1] for each in page] for page in found] == [["3", "2"], ["1"]]
    listed = pages(client.history.ListProjections, h.ListProjectionsRequest(ledger=world.ledger), "projections", 3)
    every = client.history.ListProjections(h.ListProjectionsRequest(ledger=world.ledger))
    names = [(each.name, each.version) for page in listed for each in page]
    assert names == [(each.name, each.version) for each in every.projections]
    assert (names, every.next_page_token) == (sorted(set(names)), "")


def test_policies_and_signing_keys(client, database):
    book = Book(client, database.new_ledger())
    for name in ("hefei-outpatient-2025", "hefei-region"):
        book.publish(shipped(name))
    found = pages(client.queries.ListPolicies, q.ListPoliciesRequest(parent=book.ledger), "policies", 1)
    every = client.queries.ListPolicies(q.ListPoliciesRequest(parent=book.ledger)).policies
    assert [each.name for page in found for each in page] == [each.name for each in every]
    assert [len(page) for page in found] == [1, 1]
    keeper = Keeper(book)
    keeper.rotate()
    keeper.rotate()
    request = a.ListSigningKeysRequest(ledger=book.ledger, page_size=2)
    first = keeper.ask("ListSigningKeys", request)
    request.page_token = first.next_page_token
    second = keeper.ask("ListSigningKeys", request)
    keys = [each.verifier_key for each in [*first.keys, *second.keys]]
    assert (keys, second.next_page_token) == ([each.encode() for each in keeper.known_keys()], "")
    assert len(keys) == 3
