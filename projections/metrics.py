"""What Prometheus reads of the read side: how far each projection is behind, and what it could not take in."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import psycopg
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg import sql

from ledger.log.identifiers import schema_name
from projections import builds, consumers
from projections.builds import PAST
from projections.runner import connect
from projections.schema import views_schema
from projections.tracking import LIVE, STANDINGS, STANDINGS_PARAMETERS, Standing, standing

if TYPE_CHECKING:
    from projections.builds import Progress
    from projections.consumers import Consumer

_FAMILIES: Final[dict[str, tuple[str, Callable[[Standing], float]]]] = {
    "ledger_projection_position": ("Everything up to this position is taken in", lambda row: row.position),
    "ledger_projection_lag_entries": ("Entries that are recorded and not taken in", lambda row: row.lag_entries),
    "ledger_projection_lag_seconds": (
        "How long the oldest of them has waited",
        lambda row: row.lag_microseconds / 1e6,
    ),
    "ledger_projection_dead_letters": ("Entries that could not be taken in", lambda row: row.dead_letters),
    "ledger_projection_stopped": ("1: it does not move until somebody looks", lambda row: bool(row.problem)),
    "ledger_projection_paused": ("1: an operator stopped feeding it", lambda row: row.paused),
    "ledger_projection_frozen": (
        "1: entries wait, and nobody takes them in although nothing is said to be wrong",
        lambda row: row.frozen,
    ),
}
_UNEQUAL: Final = "ledger_projection_build_unequal"
_BUILDS: Final[dict[str, tuple[str, Callable[[Progress], float]]]] = {
    "ledger_projection_build_entries": ("Entries that a build has taken in", lambda row: row.taken / row.build.parts),
    "ledger_projection_build_goal_entries": ("Entries that it will have taken in", lambda row: row.build.goal),
    "ledger_projection_build_failed": ("1: it was stopped by an entry", lambda row: row.build.state == "failed"),
    _UNEQUAL: (
        "1: a build has other rows than the version that answers, or that version was found wrong when it was compared",
        lambda row: row.build.equal is False,
    ),
}
_CONSUMERS: Final[dict[str, tuple[str, Callable[[Consumer], float]]]] = {
    "ledger_consumer_position": ("Where a consumer of the log said that it is", lambda row: row.position),
    "ledger_consumer_lag_entries": ("Entries that are recorded behind it", lambda row: row.lag_entries),
    "ledger_consumer_lag_seconds": ("How long the oldest of them has waited", lambda row: row.lag_microseconds / 1e6),
}
_OPEN: Final = frozenset({*builds.OPEN, "ready", "failed"})


class ProjectionMetrics(Collector):
    """Asks the database when Prometheus asks, so that it also knows what other processes take in."""

    def __init__(self, database_url: str, codes: Callable[[], Iterable[str]]) -> None:
        """Take where to look, and at which ledgers."""
        self._url = database_url
        self._codes = codes
        self._connection: psycopg.Connection | None = None
        self._lock = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """Return every metric; without values where the database is out of reach."""
        families = {
            name: GaugeMetricFamily(name, text, labels=["ledger", "projection"])
            for name, (text, _) in _FAMILIES.items()
        }
        families |= {
            name: GaugeMetricFamily(name, text, labels=["ledger", "projection", "version"])
            for name, (text, _) in _BUILDS.items()
        }
        families |= {
            name: GaugeMetricFamily(name, text, labels=["ledger", "consumer"]) for name, (text, _) in _CONSUMERS.items()
        }
        with self._lock, contextlib.suppress(psycopg.OperationalError):
            for code in self._codes():
                live = {row.projection: row for row in self._standings(code) if row.state == LIVE}
                for row in live.values():
                    for name, (_, value) in _FAMILIES.items():
                        families[name].add_metric([code, row.projection], value(row))
                self._add_others(code, families, {name: row.version for name, row in live.items()})
        yield from families.values()

    def _add_others(self, code: str, families: dict[str, GaugeMetricFamily], live: Mapping[str, int]) -> None:
        """Add builds that are not over, versions that answer though they were found wrong, and consumers."""
        connection = self._connection
        if connection is None:
            return
        try:
            compared: set[str] = set()
            for build in builds.builds(connection, code):  # newest first
                answers = build.purpose != PAST and build.against == live.get(build.projection)
                if answers and build.equal is not None and build.projection not in compared:
                    compared.add(build.projection)
                    if not build.equal and build.state == "done":
                        families[_UNEQUAL].add_metric([code, build.projection, str(build.against)], 1)
                if build.state in _OPEN:
                    done = builds.progress(connection, code, build.build)
                    for name, (_, value) in _BUILDS.items():
                        families[name].add_metric([code, build.projection, str(build.version)], value(done))
            for each in consumers.consumers(connection, code):
                for name, (_, worth) in _CONSUMERS.items():
                    families[name].add_metric([code, each.consumer], worth(each))
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):  # the read side is not made yet
            return

    def _standings(self, code: str) -> list[Standing]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url, "ledger_writer")
        names = {"s": sql.Identifier(views_schema(code)), "log": sql.Identifier(schema_name(code))}
        try:
            rows = self._connection.execute(sql.SQL(STANDINGS).format(**names), STANDINGS_PARAMETERS, binary=True)
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):  # the read side is not made yet
            return []
        return [standing(row) for row in rows]
