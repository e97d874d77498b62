"""A plain `eventsourcing` application reads and follows the log, and cannot write to it."""

from __future__ import annotations

import threading
import time
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from psycopg.conninfo import conninfo_to_dict

from ledger.demo.story import new_id
from ledger.domain.person import Person, evolve
from ledger.log.mapper import EntryMapper, LedgerEvent, ReadOnlyLogError
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c

DEPOSITS = 40
PURE = {}
OWN = {"APPLICATION_RECORDER_TOPIC": "ledger.log.recorder:LedgerRecorder"}


class Ledger(Application[UUID]):
    """Nothing but a name."""

    name = "ledger"


@pytest.fixture
def environment(database, ledger):
    known = conninfo_to_dict(database.url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "MAPPER_TOPIC": "ledger.log.mapper:EntryMapper",
        "CREATE_TABLE": "no",
        "POSTGRES_SCHEMA": f"ledger_{ledger}",
        "POSTGRES_DBNAME": known["dbname"],
        "POSTGRES_HOST": known["host"],
        "POSTGRES_PORT": known["port"],
        "POSTGRES_USER": known["user"],
        "POSTGRES_PASSWORD": "",
    }


@pytest.fixture(params=[PURE, OWN], ids=["library-recorder", "ledger-recorder"])
def app(request, environment):
    app = Ledger({**environment, **request.param})
    yield app
    app.close()


@pytest.fixture
def following(environment):
    app = Ledger({**environment, **OWN})
    yield app
    app.close()


@pytest.fixture
def account(client, ledger):
    """An account with a balance of 100.00, at position 2."""
    name = f"ledgers/{ledger}/accounts/{new_id()}"
    opening = c.Opening(
        scheme=310, person_type=1, balance=10_000, source_sha256=bytes(32), activated_time={"seconds": 1_600_000_000}
    )
    client.commands.ImportOpening(pb.ImportOpeningRequest(account=name, request_id=new_id(), opening=opening))
    return name


def deposit(client, account, amount=100):
    request = pb.RecordDepositRequest(account=account, request_id=new_id(), deposit=c.Deposit(amount=amount, source=5))
    return client.commands.RecordDeposit(request).transaction.first_position


def originator(account: str) -> UUID:
    return UUID(account[-36:])


def test_every_event_of_an_account(app, client, account):
    positions = [deposit(client, account, amount) for amount in range(1, DEPOSITS)]
    events = list(app.events.get(originator(account)))
    assert all(isinstance(event, LedgerEvent) for event in events)
    assert [event.originator_version for event in events] == list(range(1, DEPOSITS + 1))
    assert [event.position for event in events] == [2, *positions]
    assert [event.type for event in events] == ["opening_imported"] + ["deposit_posted"] * (DEPOSITS - 1)
    assert events[-1].recorded.event.deposit.amount == DEPOSITS - 1
    assert events[-1].timestamp > events[0].timestamp
    assert [event.position for event in app.events.get(originator(account), gt=1, lte=3)] == positions[:2]


def test_the_repository_folds_an_account(app, client, account):
    deposit(client, account, 500)

    def fold(person, events):
        for event in events:
            person = evolve(person or Person(event.originator_id.bytes), event.recorded)
        return person

    person = app.repository.get(originator(account), projector_func=fold)
    assert person.balance == 10_500
    assert app.repository.get(originator(account), version=1, projector_func=fold).balance == 10_000


def test_sections_of_the_notification_log(app, client, account):
    for _ in range(25):
        deposit(client, account)
    found, section_id = [], "1,10"
    while section_id:
        section = app.notification_log[section_id]
        found += [item.id for item in section.items]
        section_id = section.next_id
    assert found == list(range(1, 28))
    assert app.recorder.max_notification_id() == 27
    selected = app.notification_log.select(start=5, limit=3)
    assert [app.mapper.to_domain_event(item).position for item in selected] == [5, 6, 7]


def test_a_puller_follows_gapless_while_the_service_writes(app, client, account):
    writer = threading.Thread(target=lambda: [deposit(client, account) for _ in range(DEPOSITS)])
    writer.start()
    seen = 0
    deadline = time.monotonic() + 60
    while seen < DEPOSITS + 2 and time.monotonic() < deadline:
        for item in app.recorder.select_notifications(start=seen, limit=7, inclusive_of_start=False):
            assert item.id == seen + 1
            assert app.mapper.to_domain_event(item).position == item.id
            seen = item.id
    writer.join()
    assert seen == DEPOSITS + 2


def test_a_subscription_follows_gapless_while_the_service_writes(following, client, account):
    deposit(client, account)
    positions = []
    with following.recorder.subscribe(gt=0) as subscription:
        writer = threading.Thread(target=lambda: [deposit(client, account) for _ in range(DEPOSITS)])
        for item in subscription:
            positions.append(item.id)
            if item.id == 3:  # it has caught up: what follows is new
                writer.start()
            if item.id == DEPOSITS + 3:
                break
        writer.join()
    assert positions == list(range(1, DEPOSITS + 4))


def test_a_subscription_begins_where_it_is_told(following, client, account):
    last = [deposit(client, account) for _ in range(3)][-1]
    with following.recorder.subscribe(gt=last - 1) as subscription:
        assert next(subscription).id == last


def test_nothing_can_be_written(app):
    with pytest.raises(ReadOnlyLogError):
        app.save(Aggregate())


def test_the_recorder_refuses_too(following, environment):
    event = StoredEvent(uuid4(), 1, "anything", b"")
    with pytest.raises(ReadOnlyLogError):
        following.recorder.insert_events([event])
    with pytest.raises(ReadOnlyLogError, match="CREATE_TABLE=no"):
        Ledger({**environment, **OWN, "CREATE_TABLE": "yes"})


def test_an_event_that_is_not_that_of_its_row_is_not_mapped(app, account):
    stored = next(iter(app.recorder.select_events(originator(account))))
    wrong = StoredEvent(uuid4(), stored.originator_version, stored.topic, stored.state)
    with pytest.raises(MapperDeserialisationError, match="its row says"):
        app.mapper.to_domain_event(wrong)
    cut = StoredEvent(stored.originator_id, 1, stored.topic, stored.state[:40])
    with pytest.raises(MapperDeserialisationError):
        app.mapper.to_domain_event(cut)


def test_compression_and_encryption_are_refused():
    with pytest.raises(ValueError, match="CIPHER_TOPIC"):
        EntryMapper(object(), cipher=object())
