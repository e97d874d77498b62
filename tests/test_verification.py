"""Verification finds every planted fault, names the row, and leaves nothing behind."""

from __future__ import annotations

import random
import threading

import pytest

from ledger.log.merkle import leaf_hash
from projections import builds, steering
from projections.builder import work
from projections.comparison import recorded
from projections.page import heads_of
from projections.parts import Parts
from projections.runner import connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.life import Life
from tests.running import Client
from tests.views import Views

NAMES = sorted(PROJECTIONS)
OTHER_ACCOUNT = "'00000000-0000-5000-8000-000000000001'"
KEYS = {"uuid": OTHER_ACCOUNT, "int8": "{0} + 1000000", "int4": "{0} + 1000", "int2": "{0} + 100", "text": "{0} || 'x'"}


@pytest.fixture(scope="module")
def history(database, ledgerd):
    """A ledger with a history."""
    code = database.new_ledger()
    client = Client(ledgerd.channel())
    world = Life(client, code)
    histories.people(world)
    histories.everything(world, random.Random(31), 60)
    client.close()
    return Views(database, code)


@pytest.fixture
def views(history):
    """Its views, made anew."""
    for make in PROJECTIONS.values():
        for table in make(history.code).tables:
            history.rows(f"DROP TABLE {{s}}.{table.name}_v1")
    history.rows("DELETE FROM {s}.tracking")
    history.rows("DELETE FROM {s}.dead_letters")
    for name, make in PROJECTIONS.items():
        history.rows("SELECT {s}.create_version(%s, %s, 1, 'live', 1)", name, make(history.code).shape)
    history.follow()
    return history


def verify(views, name):
    """Verify the version that answers; return the build and the differences."""
    with connect(views.url) as connection:
        build = builds.begin(connection, views.code, name, builds.VERIFICATION, parts=2)
        work(views.url, views.code, threading.Event(), Parts(views.code, page_entries=50, page_entries_max=50))
        build = builds.find(connection, views.code, build.build)
        assert build.state == "done", build
        assert [each.version for each in steering.versions(connection, views.code, name)] == [1]
        return build, recorded(connection, views.code, build.build).differences


class Planted:
    """A table in which faults are planted."""

    def __init__(self, views, table):
        self.views, self.table, self.name = views, table, f"{{s}}.{table.name}_v1"
        self.columns = dict(
            views.rows(
                "SELECT attname::text, typname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
                f" WHERE attrelid = '{self.name}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
            )
        )
        self.count = views.rows(f"SELECT count(*) FROM {self.name}")[0][0]

    def nth(self, number):
        """A condition for one row."""
        key = ", ".join(self.table.key)
        return f"({key}) = (SELECT {key} FROM {self.name} ORDER BY {key} OFFSET {number} LIMIT 1)"

    def amount(self):
        """A column of whole numbers outside of the key: money, where there is any; empty where there is none."""
        times = {"position", "effective_time", "record_time", "first_position", *self.table.key}
        found = [name for name, kind in self.columns.items() if kind in {"int8", "numeric"} and name not in times]
        found += [name for name, kind in self.columns.items() if kind in {"int4", "int2"} and name not in times]
        return min(found, key=lambda name: name not in {"balance", "change", "amount"}, default="")

    def changed(self):
        self.views.rows(f"UPDATE {self.name} SET {self.amount()} = {self.amount()} + 1 WHERE {self.nth(0)}")
        return {"changed": 1}

    def missing(self):
        self.views.rows(f"DELETE FROM {self.name} WHERE {self.nth(self.count - 1)}")
        return {"missing": 1}

    def _copy(self, column):
        value = KEYS[self.columns[column]].format(column)
        chosen = ", ".join(value if name == column else name for name in self.columns)
        self.views.rows(f"INSERT INTO {self.name} SELECT {chosen} FROM {self.name} WHERE {self.nth(0)}")
        return {"extra": 1}

    def extra(self):
        return self._copy([name for name in self.table.key if name != "position" or len(self.table.key) == 1][-1])

    def another_ledger(self):
        known = [name for name in self.table.key if self.columns[name] == "uuid"]
        return self._copy(known[0] if known else self.table.key[0])

    def compensating(self):
        column = self.amount()
        for number, sign in ((0, "+"), (1, "-")):
            self.views.rows(f"UPDATE {self.name} SET {column} = {column} {sign} 1 WHERE {self.nth(number)}")
        return {"changed": 2}

    def duplicated_pair(self):
        ((constraint,),) = self.views.rows(
            f"SELECT conname::text FROM pg_constraint WHERE conrelid = '{self.name}'::regclass AND contype = 'p'"
        )
        self.views.rows(f"ALTER TABLE {self.name} DROP CONSTRAINT {constraint}")
        pair = f"{self.nth(0)} OR {self.nth(1)}"
        self.views.rows(f"INSERT INTO {self.name} SELECT * FROM {self.name} WHERE {pair}")
        return {"duplicated": 2}


FAULTS = ["changed", "missing", "extra", "another_ledger", "compensating", "duplicated_pair"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_where_nothing_is_wrong(views, name):
    build, found = verify(views, name)
    assert (build.equal, build.position, found) == (True, views.head(), [])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", NAMES)
def test_planted_rows(views, name, fault):
    """Every table of the projection has the fault; each is found, with its kind and as many keys."""
    tables = [Planted(views, table) for table in PROJECTIONS[name](views.code).tables]
    planted = {each.table.name: getattr(each, fault)() for each in tables if each.count >= 2 and each.amount()}
    assert planted, "the history gives too few rows"
    build, found = verify(views, name)
    assert build.equal is False
    kinds = {}
    for each in found:
        of_table = kinds.setdefault(each.table, {})
        kind = each.kind.split(" beyond ")[0]
        of_table[kind] = of_table.get(kind, 0) + 1
    assert kinds == planted


def leaf_at(views, position):
    ((entry,),) = views.rows("SELECT entry FROM {log}.entries WHERE position = %s", position)
    return leaf_hash(entry), heads_of([entry], position)[0][7]


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("way", ["forward", "back"])
@pytest.mark.parametrize("name", NAMES)
def test_a_moved_tracking_row(views, name, way, careful):
    """Moved without care it does not name the entry there; with care, rows are missing or there are too many."""
    ends = [p for (p,) in views.rows("SELECT last_position FROM {log}.commits ORDER BY 1")]
    if way == "forward":  # what lies between was never taken in
        place = ends[-2]
        set_back(views, name, ends[len(ends) // 2])
    else:
        place = ends[len(ends) // 2]
    if careful:
        views.rows(
            "UPDATE {s}.tracking SET position = t.position, last_leaf = t.last_leaf, record_time = t.record_time"
            " FROM (VALUES (%s::int8, %s::bytea, %s::int8)) t (position, last_leaf, record_time) WHERE projection = %s",
            place,
            *leaf_at(views, place),
            name,
        )
    else:
        views.rows("UPDATE {s}.tracking SET position = %s WHERE projection = %s", place, name)
    build, found = verify(views, name)
    assert build.equal is False
    kinds = {each.kind.split(" beyond ")[0] for each in found}
    assert ("does not name the entry at its position" in kinds) is not careful
    tables = {each.kind.split(" beyond ")[0] for each in found if each.table != "tracking"}
    assert tables & ({"missing", "changed"} if way == "forward" else {"extra", "changed"})


def set_back(views, name, position):
    """Make the tables of a projection as they were at a position."""
    projection = PROJECTIONS[name](views.code)
    with connect(views.url) as connection:
        past = builds.begin_past(connection, views.code, name, position, parts=1)
        work(views.url, views.code, threading.Event())
        for table in projection.tables:
            connection.execute(f"TRUNCATE {views.schema}.{table.name}_v1".encode())
            connection.execute(
                f"INSERT INTO {views.schema}.{table.name}_v1"
                f" SELECT * FROM {views.schema}.{table.name}_v{past.version}".encode()
            )
        steering.drop(connection, views.code, name, past.version)


@pytest.mark.parametrize("how", ["beyond the end", "inside a transaction"])
def test_a_tracking_row_that_makes_no_sense(views, how):
    ((place,),) = views.rows("SELECT max(last_position) + 3 FROM {log}.commits")
    if how == "inside a transaction":
        entries = [entry for (entry,) in views.rows("SELECT entry FROM {log}.entries ORDER BY position")]
        place = next(head[0] for head in reversed(heads_of(entries, 1)) if head[4] < head[5])
    views.rows("UPDATE {s}.tracking SET position = %s WHERE projection = 'balances'", place)
    build, found = verify(views, "balances")
    assert build.equal is False
    assert found[0].table == "tracking"
