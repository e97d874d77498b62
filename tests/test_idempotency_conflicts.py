"""The same request id with other content: the first field that differs is named, and nothing happens."""

from __future__ import annotations

import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, again, details, item, refusal


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture(scope="module")
def code(database):
    """One ledger for all tests here; each uses people of its own."""
    return database.new_ledger()


@pytest.fixture
def world(service, code):
    """A client with fresh people: ann has 1,000 fen, bob too, and ann pays for bob."""
    client = Client(service.channel())
    w = World(client, code)
    w.batch(item(w.opening("ann")), item(w.opening("bob")), item(w.grant("ann", "bob")))
    yield w
    client.close()


def beside(request_id):
    """Another request id, always the same one."""
    return request_id[:-1] + ("1" if request_id[-1] == "0" else "0")


def deposited(world, request_id):
    """Deposit under the id beside: a void of an unknown command keeps no personal data, so that none could differ."""
    world.done(world.deposit("ann", request_id=beside(request_id)))
    return beside(request_id)


CONFLICTS = {
    "amount": (lambda w, i: w.deposit("ann", request_id=i), lambda w, i: w.deposit("ann", 7, request_id=i), "amount"),
    "two fields": (
        lambda w, i: w.deposit("ann", request_id=i),
        lambda w, i: w.deposit("ann", 7, source=2, request_id=i),
        "amount",
    ),
    "source": (
        lambda w, i: w.deposit("ann", request_id=i),
        lambda w, i: w.deposit("ann", source=2, request_id=i),
        "source",
    ),
    "a field that was not set": (
        lambda w, i: w.deposit("ann", request_id=i),
        lambda w, i: w.deposit("ann", channel=2, request_id=i),
        "channel",
    ),
    "account": (lambda w, i: w.deposit("ann", request_id=i), lambda w, i: w.deposit("bob", request_id=i), "account"),
    "method": (lambda w, i: w.deposit("ann", request_id=i), lambda w, i: w.report("ann", request_id=i), "method"),
    "nested": (
        lambda w, i: w.purchase("ann", 90, request_id=i),
        lambda w, i: w.purchase("ann", 80, request_id=i),
        "bill.total",
    ),
    "zero that was given": (
        lambda w, i: w.purchase("ann", request_id=i),
        lambda w, i: w.purchase("ann", upstream=c.UpstreamSplit(cash=0), request_id=i),
        "upstream.cash",
    ),
    "payers": (
        lambda w, i: w.purchase("bob", request_id=i),
        lambda w, i: w.purchase("bob", payers=["ann"], request_id=i),
        "payers",
    ),
    "a refused command": (
        lambda w, i: w.transfer("ann", "bob", 10**6, request_id=i),
        lambda w, i: w.transfer("ann", "bob", 10**5, request_id=i),
        "amount",
    ),
    "a refused command of nobody": (
        lambda w, i: w.deposit("nobody", request_id=i),
        lambda w, i: w.deposit("nobody", 7, request_id=i),
        "amount",
    ),
    "subject of a refused command": (
        lambda w, i: w.deposit("nobody", request_id=i),
        lambda w, i: w.deposit("ann", request_id=i),
        "account",
    ),
    "entry of a reversal": (
        lambda w, i: w.reverse(10**6, request_id=i),
        lambda w, i: w.reverse(10**7, request_id=i),
        "entry",
    ),
    "what a void is about": (
        lambda w, i: w.void(time_ordered_id(), request_id=i),
        lambda w, i: w.void(time_ordered_id(), request_id=i),
        "voided_request_id",
    ),
    "effective time": (
        lambda w, i: w.deposit("ann", at=-60, request_id=i),
        lambda w, i: w.deposit("ann", at=-30, request_id=i),
        "effective_time",
    ),
    "effective time, first not given": (
        lambda w, i: w.deposit("ann", request_id=i),
        lambda w, i: w.deposit("ann", at=-30, request_id=i),
        "effective_time",
    ),
    "effective time, then not given": (
        lambda w, i: w.deposit("ann", at=-30, request_id=i),
        lambda w, i: w.deposit("ann", request_id=i),
        "effective_time",
    ),
    "version": (
        lambda w, i: w.deposit("ann", request_id=i),
        lambda w, i: w.deposit("ann", version=2, request_id=i),
        "expected_version",
    ),
    "version, then not given": (
        lambda w, i: w.deposit("ann", version=2, request_id=i),
        lambda w, i: w.deposit("ann", request_id=i),
        "expected_version",
    ),
    "personal data": (
        lambda w, i: w.deposit("ann", sealed=t.Confidential(note="a"), request_id=i),
        lambda w, i: w.deposit("ann", sealed=t.Confidential(note="b"), request_id=i),
        "confidential.note",
    ),
    "several personal data": (
        lambda w, i: w.purchase("ann", sealed=t.Confidential(trace_codes=[i], note="a"), request_id=i),
        lambda w, i: w.purchase("ann", sealed=t.Confidential(trace_codes=[i[1:]], note="b"), request_id=i),
        "confidential.trace_codes",
    ),
    "personal data of a void": (
        lambda w, i: w.void(deposited(w, i), request_id=i, sealed=t.Confidential(note="a")),
        lambda w, i: w.void(beside(i), request_id=i, sealed=t.Confidential(note="b")),
        "confidential.note",
    ),
    "personal data, first none": (
        lambda w, i: w.deposit("ann", request_id=i),
        lambda w, i: w.deposit("ann", sealed=t.Confidential(note="b"), request_id=i),
        "confidential",
    ),
    "personal data, then none": (
        lambda w, i: w.deposit("ann", sealed=t.Confidential(note="a"), request_id=i),
        lambda w, i: w.deposit("ann", request_id=i),
        "confidential",
    ),
    "personal data of a refused command": (
        lambda w, i: w.transfer("ann", "bob", 10**6, request_id=i),
        lambda w, i: noted(w.transfer("ann", "bob", 10**6, request_id=i)),
        "confidential",
    ),
    "version, with the same personal data": (
        lambda w, i: w.deposit("ann", sealed=t.Confidential(note="a"), request_id=i),
        lambda w, i: w.deposit("ann", sealed=t.Confidential(note="a"), version=2, request_id=i),
        "expected_version",
    ),
}


def neighbour(request_id):
    """Another id, the same each time."""
    return request_id[:-1] + ("1" if request_id[-1] == "0" else "0")


def noted(request):
    """The transfer with a note."""
    request.transfer.confidential.note = "b"
    return request


@pytest.mark.parametrize("name", CONFLICTS)
def test_the_same_id_with_other_content_names_the_first_field(name, world):
    """IDEMPOTENCY_CONFLICT with the field, every time; the first answer stands and nothing is added."""
    make, change, field = CONFLICTS[name]
    request_id = time_ordered_id()
    original = make(world, request_id)
    first = world.send(original)
    size = world.size()
    other = change(world, request_id)
    for _ in range(2):
        info = details(world.send(other))[0]
        assert (info.reason, dict(info.metadata)) == ("IDEMPOTENCY_CONFLICT", {"field": field})
    repeated = world.send(original)
    if isinstance(first, Status):
        assert refusal(repeated) == (*refusal(first)[:2], True)
    else:
        assert repeated.transaction == again(first.transaction)
    assert world.size() == size
