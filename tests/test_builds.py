"""Builds: a version made beside the one that answers, whoever is killed when, compared, and put in its place."""

from __future__ import annotations

import random
import threading

import pytest

from projections import builds, steering
from projections.builder import work
from projections.parts import Parts
from projections.runner import connect
from projections.schema import PROJECTIONS
from tests import histories
from tests.views import Views
from tests.world import World

NAMES = sorted(PROJECTIONS)


@pytest.fixture
def world(client, ledger):
    world = World(client, ledger)
    histories.people(world)
    return world


@pytest.fixture
def views(database, ledger):
    return Views(database, ledger)


@pytest.fixture
def connection(database):
    with connect(database.url) as connection:
        yield connection


def rows_of(views, name, version):
    return [
        sorted(map(repr, views.rows(f"SELECT * FROM {{s}}.{table.name}_v{version}")))
        for table in PROJECTIONS[name](views.code).tables
    ]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_rebuild_gives_the_same_rows_and_takes_over(world, views, connection, name, parts):
    histories.make(world, random.Random(21), 80)
    views.follow()
    build = builds.begin(connection, views.code, name, parts=parts, switches=True)
    work(views.url, views.code, threading.Event(), Parts(views.code, page_entries=7, page_entries_max=7))
    build = builds.find(connection, views.code, build.build)
    assert (build.state, build.equal, build.position, build.problem) == ("done", True, world.size(), "")
    found = {each.version: each.state for each in steering.versions(connection, views.code, name)}
    assert found == {1: "standby", 2: "live"}
    whole = rows_of(views, name, 1)
    assert any(whole)
    assert rows_of(views, name, 2) == whole
    world.done(world.deposit("A", 100))
    views.follow()
    assert rows_of(views, name, 2) == rows_of(views, name, 1)
    assert steering.roll_back(connection, views.code, name) == (2, 1)
