"""A ledger whose read side an earlier version made: what became one projection is filled again from the log."""

from __future__ import annotations

import random

import psycopg
import pytest

from ledger.log.schema import SchemaError, check_version
from projections import schema
from projections.schema import VIEWS_VERSION
from tests import histories
from tests.views import Views
from tests.world import World

_OLD = 'CREATE TABLE "{s}".{name}_v{v} (position bigint, institution text, PRIMARY KEY (institution, position))'


@pytest.fixture
def views(client, database, ledger):
    world = World(client, ledger)
    histories.people(world)
    histories.make(world, random.Random(3), 30)
    return Views(database, ledger)


def set_back(views):
    """Let `bills` and `settlements` stand side by side, in two versions each, as they did."""
    s = views.schema
    with psycopg.connect(views.url, autocommit=True) as connection, connection.transaction():
        connection.execute("DELETE FROM ledger_registry.migrations WHERE scope = %s AND name = 'views_0005.sql'", (s,))
        connection.execute(f"UPDATE {s}.tracking SET state = 'standby' WHERE projection = 'settlements'")
        connection.execute(f"SELECT {s}.drop_version('settlements', 1)")
        connection.execute(f"DELETE FROM {s}.scripts WHERE projection = 'settlements'")
        for name in ("bills", "settlements"):
            script = _OLD.replace("{s}", s).replace("{name}", name)
            connection.execute(f"INSERT INTO {s}.scripts VALUES (%s, 1, %s, '{{}}', %s)", (name, [name], script))
            for version, state in ((1, "live"), (2, "standby")):
                connection.execute(f"SELECT {s}.create_version(%s, 1, %s, %s, 1)", (name, version, state))
        connection.execute(
            f"INSERT INTO {s}.dead_letters VALUES (3, 3, now(), 1, 1, gen_random_uuid(), 'bills', 'an error')"
        )


def test_bills_and_settlements_become_one(views):
    """Nothing of the old tables stays, and the new one has what a ledger has that was made today."""
    views.follow()
    rows = views.table("settlements_v1")
    assert rows
    set_back(views)
    with psycopg.connect(views.url) as connection, pytest.raises(SchemaError, match="ledgerctl migrate"):
        check_version(connection, views.schema, VIEWS_VERSION)
    assert schema.migrate(views.url, [views.code]) == [
        f"{views.code}: views_0005.sql",
        f"{views.code}: settlements, version 1",
    ]
    tables = views.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = '{s}'::regnamespace AND relkind IN ('r', 'p')"
    )
    assert not {name for (name,) in tables if name.startswith(("bills", "settlements_v2"))}
    assert views.rows("SELECT version, shape FROM {s}.tracking WHERE projection IN ('bills', 'settlements')") == [
        (1, 2)
    ]
    assert not views.rows("SELECT FROM {s}.dead_letters")
    views.follow()
    assert views.table("settlements_v1") == rows
    assert schema.migrate(views.url, [views.code]) == []
