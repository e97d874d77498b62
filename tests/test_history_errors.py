"""Bad input to HistoryService: the documented status and reason, the field, and nothing else. How projections stand."""

from __future__ import annotations

import base64
import uuid

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.code_pb2 import ABORTED, INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE, UNAVAILABLE

from ledger.v1 import history_service_pb2 as h
from ledger.v1 import query_service_pb2 as q
from projections.schema import PROJECTIONS
from tests import histories
from tests.reading import Reading
from tests.views import Views
from tests.world import details

GET, LIST, SUM = h.GetBalanceRequest, h.ListTransactionsRequest, h.GetSpendingSummaryRequest
STATUS = h.GetProjectionStatusRequest
FUTURE = Timestamp(seconds=4_000_000_000)
LATER, SOONER = Timestamp(seconds=20), Timestamp(seconds=10)
CACHED = q.CONSISTENCY_CACHED


@pytest.fixture
def reading(client, ledger):
    world = Reading(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


WRONG = [
    (GET, {"account": ""}, "account"),
    (GET, {"account": "nobody"}, "account"),
    (GET, {"account": "{person}"}, "account"),
    (GET, {"known_time": FUTURE}, "known_time"),
    (GET, {"known_time": LATER, "known_position": 3}, "known_position"),
    (GET, {"known_position": -1}, "known_position"),
    (GET, {"min_position": -1}, "min_position"),
    (GET, {"consistency": 9}, "consistency"),
    (GET, {"effective_time": Timestamp(seconds=10**15)}, "effective_time"),
    (GET, {"effective_time": Timestamp(nanos=-1)}, "effective_time"),
    (LIST, {"account": "ledgers/x/entries/3"}, "account"),
    (LIST, {"page_size": -1}, "page_size"),
    (LIST, {"order": 7}, "order"),
    (LIST, {"effective_from": LATER, "effective_to": SOONER}, "effective_to"),
    (LIST, {"recorded_from": LATER, "recorded_to": LATER}, "recorded_to"),
    (LIST, {"kinds": [90, 3]}, "kinds[1]"),
    (LIST, {"kinds": [0]}, "kinds[0]"),
    (LIST, {"kinds": [90] * 51}, "kinds"),
    (LIST, {"categories": [99]}, "categories[0]"),
    (LIST, {"institution": "x" * 33}, "institution"),
    (LIST, {"institution": "H\0"}, "institution"),
    (LIST, {"beneficiary": "{account}"}, "beneficiary"),
    (LIST, {"payer": "ledgers/other/accounts/00000000-0000-0000-0000-000000000000"}, "payer"),
    (SUM, {"grouping": 5}, "grouping"),
    (SUM, {"effective_from": LATER, "effective_to": SOONER}, "effective_to"),
    (STATUS, {"name": ""}, "name"),
    (STATUS, {"name": "ledgers/x/projections/"}, "name"),
    (h.ListProjectionsRequest, {"ledger": "x"}, "ledger"),
]


@pytest.mark.parametrize(("kind", "fields", "path"), WRONG)
def test_what_is_not_well_formed_names_its_field(reading, kind, fields, path):
    """Before anything is looked up."""
    places = {"account": reading.account("A"), "person": reading.person("A")}
    fields = {name: value.format(**places) if isinstance(value, str) else value for name, value in fields.items()}
    if "account" in kind.DESCRIPTOR.fields_by_name:
        fields = {"account": reading.account("A"), **fields}
    status = reading.ask(kind(**fields))
    info, bad, spoken = details(status)
    assert (status.code, info.reason, bad) == (INVALID_ARGUMENT, "INVALID_REQUEST", [path])
    assert spoken.message


def test_everything_that_is_wrong_is_said_at_once(reading):
    """A caller mends it in one go."""
    status = reading.ask(LIST(account="x", page_size=-2, payer="y", min_position=-3))
    assert sorted(details(status)[1]) == ["account", "min_position", "page_size", "payer"]


def test_who_and_what_is_not_there(reading, views):
    """Unknown ledgers, accounts, persons and projections; a person has no balance."""
    views.follow()
    nobody = str(uuid.uuid4())
    ledger = reading.ledger
    cases = [
        (GET(account=f"ledgers/none/accounts/{nobody}"), "LEDGER_NOT_FOUND"),
        (GET(account=f"{ledger}/accounts/{nobody}"), "ACCOUNT_NOT_FOUND"),
        (GET(account=reading.account("R")), "ACCOUNT_NOT_FOUND"),
        (GET(account=reading.account("A"), known_time=SOONER), "ACCOUNT_NOT_FOUND"),
        (LIST(account=f"{ledger}/accounts/{nobody}"), "ACCOUNT_NOT_FOUND"),
        (LIST(account=f"{ledger}/persons/{nobody}"), "PERSON_NOT_FOUND"),
        (SUM(account=f"{ledger}/accounts/{nobody}"), "ACCOUNT_NOT_FOUND"),
        (SUM(account=reading.account("R")), "ACCOUNT_NOT_FOUND"),
        (STATUS(name=f"{ledger}/projections/horoscopes"), "PROJECTION_NOT_FOUND"),
        (h.ListProjectionsRequest(ledger="ledgers/none"), "LEDGER_NOT_FOUND"),
    ]
    for request, reason in cases:
        status = reading.ask(request)
        assert (status.code, details(status)[0].reason) == (NOT_FOUND, reason), request
    assert not reading.told(LIST(account=reading.account("A"))).transactions
    assert not reading.told(SUM(account=reading.person("R"))).groups


def test_beyond_the_end_is_told_at_once(reading, views):
    """And not after the deadline, as nobody can know when it will come."""
    views.follow()
    size = reading.size()
    for kind, name in ((GET, "min_position"), (GET, "known_position"), (LIST, "min_position"), (SUM, "min_position")):
        request = kind(account=reading.account("A"), consistency=CACHED, **{name: size + 1})
        status = reading.ask(request)
        info = details(status)[0]
        assert (status.code, info.reason) == (OUT_OF_RANGE, "POSITION_BEYOND_END")
        assert dict(info.metadata) == {"position": str(size + 1), "size": str(size)}


def test_a_projection_that_does_not_come_is_waited_for_until_the_deadline(reading, views):
    """Nobody follows the log here; a cached read does not wait."""
    views.follow()
    reading.done(reading.deposit("A", 100))
    request = GET(account=reading.account("A"))
    # The service ends the call itself a moment before the caller's deadline, or the caller does.
    status = reading.client.history.GetBalance.future(request, timeout=0.6).exception()
    assert status.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert reading.balance("A", consistency=CACHED).balance == 0
    views.follow()
    assert reading.balance("A").balance == 100


def test_a_paused_projection_is_told_at_once(reading, views):
    """As paused, and where: it does not look like one that is broken, nor like one that comes along."""
    views.follow()
    views.rows("UPDATE {s}.tracking SET paused = true")
    assert reading.balance("A").balance == 0
    size = reading.size()
    reading.done(reading.deposit("A", 100))
    status = reading.ask(GET(account=reading.account("A")))
    told = details(status)[0]
    assert (status.code, told.reason, told.metadata["position"]) == (UNAVAILABLE, "PROJECTION_PAUSED", str(size))
    assert reading.balance("A", consistency=CACHED).balance == 0


def test_a_stopped_projection_is_told_at_once(reading, views):
    """What it holds can still be read."""
    views.follow()
    views.rows("UPDATE {s}.tracking SET problem = 'the log was replaced'")
    assert reading.balance("A").balance == 0
    reading.done(reading.deposit("A", 100))
    status = reading.ask(GET(account=reading.account("A")))
    assert (status.code, details(status)[0].reason) == (UNAVAILABLE, "PROJECTION_UNAVAILABLE")
    assert reading.balance("A", consistency=CACHED).balance == 0


def test_what_could_not_be_taken_in_is_said_with_every_answer(reading, views):
    """Balance, list and sums of the account that misses something, and of no other."""
    deposit = reading.done(reading.deposit("A", 100))
    views.follow()
    for name in ("balances", "spending"):
        views.rows(
            "INSERT INTO {s}.dead_letters (projection, version, position, first_position, stream, type, error)"
            " SELECT %s, 1, position, position, stream, 70, 'x' FROM {log}.entries WHERE position = %s",
            name,
            deposit.first_position,
        )
    views.rows("DELETE FROM {s}.transactions_v1 WHERE position = %s", deposit.first_position)
    reading.done(reading.deposit("A", 50))
    views.follow()
    assert reading.balance("A").missing_entries == 1
    assert reading.told(LIST(account=reading.account("A"))).missing_entries == 1
    told = reading.summary("A")
    assert (told.missing_entries, told.unexplained) == (1, 100)
    assert (reading.balance("B").missing_entries, reading.summary("B").unexplained) == (0, 0)
    assert reading.told(STATUS(name=f"{reading.ledger}/projections/spending")).projection.dead_letters == 1


@pytest.fixture
def page(reading, views):
    """The first of several pages, and its request."""
    for amount in range(1, 8):
        reading.done(reading.deposit("A", amount))
    views.follow()
    request = LIST(account=reading.account("A"), page_size=2)
    return request, reading.told(request)


def refused(reading, request):
    """Status and reason, and that the token is named."""
    status = reading.ask(request)
    info, bad, _ = details(status)
    assert bad in ([], ["page_token"])
    return status.code, info.reason


def test_a_token_belongs_to_its_query(reading, page):
    """Any other field that decides which rows there are makes it another query; the size of pages does not."""
    request, first = page
    request.page_token = first.next_page_token
    invalid = (INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")
    changes = [
        {"account": reading.account("B")},
        {"order": h.TRANSACTION_ORDER_OLDEST_FIRST},
        {"kinds": [70]},
        {"institution": "H1"},
        {"effective_to": LATER},
    ]
    for change in changes:
        other = LIST()
        other.CopyFrom(request)
        other.MergeFrom(LIST(**change))
        assert refused(reading, other) == invalid, change
    request.page_size = 5
    assert len(reading.told(request).transactions) == 5
    assert not reading.told(request).next_page_token


def test_a_token_cannot_be_made_up(reading, page, client, database):
    """Neither changed in any byte, nor taken to another ledger, nor invented."""
    request, first = page
    data = base64.urlsafe_b64decode(first.next_page_token + "==")
    invalid = (INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")
    forged = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), 5)]
    forged += [b"", data[:-1], data + b"\0", bytes(len(data))]
    for attempt in forged:
        request.page_token = base64.urlsafe_b64encode(attempt).decode().rstrip("=") or "AA"
        assert refused(reading, request) == invalid, attempt
    for text in ("!", "not a token", first.next_page_token * 2, "é"):
        request.page_token = text
        assert refused(reading, request) == invalid, text
    other = Reading(client, database.new_ledger())
    other.ids = reading.ids
    histories.people(other)
    Views(database, other.code).follow()
    request = LIST(account=other.account("A"), page_size=2, page_token=first.next_page_token)
    assert refused(other, request) == invalid


def test_a_token_gives_no_rights(reading, page):
    """They are looked at in every call."""
    request, first = page
    request.page_token = first.next_page_token
    status = reading.ask(request, metadata=[("x-dev-rights", "READ_LEDGER")])
    assert details(status)[0].reason == "PERMISSION_DENIED"


def test_a_token_of_a_version_that_was_replaced_is_outdated(reading, page, views):
    """The rows of another version may differ; the caller begins again."""
    request, first = page
    for table in ("transactions",):
        views.rows(f"ALTER TABLE {{s}}.{table}_v1 RENAME TO {table}_v2")
    views.rows("UPDATE {s}.tracking SET version = 2 WHERE projection = 'spending'")
    request.page_token = first.next_page_token
    assert refused(reading, request) == (ABORTED, "PAGE_TOKEN_OUTDATED")
    request.page_token = ""
    assert len(reading.told(request).transactions) == 2


def test_too_large_a_page_is_cut(reading, page):
    """As AIP-158 has it: 1,000 at most."""
    request, _ = page
    request.page_size = 2**31 - 1
    assert len(reading.told(request).transactions) == 7


def test_how_projections_stand(reading, views):
    """Position, head, lag in entries and in time, for each projection."""
    views.follow()
    reading.done(reading.deposit("A", 100))
    listed = reading.told(h.ListProjectionsRequest(ledger=reading.ledger)).projections
    assert [each.name.rsplit("/", 1)[1] for each in listed] == sorted(PROJECTIONS)
    for each in listed:
        assert (each.state, each.version, each.head - each.position) == (h.PROJECTION_STATE_LIVE, 1, 1)
        assert (each.lag_entries, each.dead_letters, each.problem) == (1, 0, "")
        assert 0 < each.lag.seconds * 10**9 + each.lag.nanos < 10 * 10**9
    views.follow()
    told = reading.told(STATUS(name=f"{reading.ledger}/projections/balances")).projection
    assert (told.position, told.lag_entries, told.lag.ToMicroseconds()) == (reading.size(), 0, 0)


def test_a_view_that_was_never_made_is_unavailable(reading):
    """As where `ledgerctl migrate` was not run; nothing is made up."""
    status = reading.ask(GET(account=reading.account("A")))
    assert (status.code, details(status)[0].reason) == (UNAVAILABLE, "PROJECTION_UNAVAILABLE")
    assert not reading.told(h.ListProjectionsRequest(ledger=reading.ledger)).projections
