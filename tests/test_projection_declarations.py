"""What every projection declares is true: tables, keys, partition keys, and that order does not matter."""

from __future__ import annotations

import random

import pytest

from ledger.log.reader import Reader
from projections.page import read_entries, read_page
from projections.projection import Batch, first_bytes, part_of
from projections.runner import connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.life import Life
from tests.views import Views

NAMES = sorted(PROJECTIONS)


@pytest.fixture
def world(client, ledger):
    world = Life(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


@pytest.mark.parametrize("name", NAMES)
def test_the_script_makes_what_is_declared(views, name):
    """No table more or less, with these keys; the rows of one that is split by positions have a position."""
    projection = PROJECTIONS[name](views.code)
    known = views.rows(
        "SELECT c.relname, c.relkind = 'p', "
        " ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (n, at)"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n ORDER BY k.at)"
        " FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " WHERE c.relnamespace = '{s}'::regnamespace AND NOT c.relispartition"
    )
    known = {table: (ranged, tuple(key)) for table, ranged, key in known}
    for table in projection.tables:
        assert known[f"{table.name}_v1"] == (table.ranged, tuple(table.key))
        if table.ranged:
            views.rows(f"SELECT position FROM {{s}}.{table.name}_v1")
        if table.partition:
            views.rows(f"SELECT uuid_send({table.partition}) FROM {{s}}.{table.name}_v1")
    declared = [table.name for make in PROJECTIONS.values() for table in make("x").tables]
    assert len(declared) == len(set(declared))
    assert {name for name in known if name.endswith("_v1")} == {f"{name}_v1" for name in declared}


@pytest.mark.parametrize("name", NAMES)
def test_transactions_may_be_written_in_any_order(world, views, database, name):
    """A dead letter is taken in later than what came behind it."""
    histories.everything(world, random.Random(11), 60)
    views.follow()
    projection, reader = PROJECTIONS[name](views.code), Reader(f"ledger_{views.code}")
    tables = [f"{table.name}_v1" for table in projection.tables]

    def contents():
        return [sorted(map(repr, views.rows(f"SELECT * FROM {{s}}.{table}"))) for table in tables]

    whole = contents()
    assert all(whole)
    for table in tables:
        views.rows(f"TRUNCATE {{s}}.{table}")
    with connect(database.url) as connection:
        page = read_page(connection, reader, 0, b"", 10_000)
        singles = {}
        for head, entry in zip(page.heads, page.entries, strict=True):
            singles.setdefault(head[3], []).append((head, entry))
        order = list(singles.values())
        random.Random(12).shuffle(order)
        for transaction in order:
            heads, entries = zip(*transaction, strict=True)
            with connection.transaction():
                lookup = lambda positions: read_entries(connection, reader, positions)  # noqa: E731
                for write in projection.fold(Batch(heads, entries, lookup)):
                    write.run(connection, views.schema, 1)
    assert contents() == whole


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 64, 256])
def test_parts_are_ranges_of_first_bytes(parts):
    """What PostgreSQL selects for a part is what the partition key says."""
    for part in range(parts):
        least, most = first_bytes(part, parts)
        mine = [byte for byte in range(256) if part_of(bytes([byte]), parts) == part]
        assert mine == list(range(least, most + 1))
