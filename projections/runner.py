"""The runner: follows many ledgers in turn, a page each, with one connection and one thread.

Folding is bound by the interpreter, so more threads would gain nothing; more processes do, as each page is led by
whoever locks its tracking rows.
"""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import psycopg
import structlog
from psycopg import sql

from ledger.log.entry import UnknownPartError
from ledger.log.schema import SchemaError, check_version
from projections.ahead import Ahead
from projections.backoff import Backoff
from projections.crew import Crews
from projections.follower import Follower
from projections.page import LogEndError
from projections.schema import VIEWS_VERSION, migrate, views_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

POLL_SECONDS: Final = 0.02
"""Between two looks at a ledger that has just been written."""
IDLE_SECONDS: Final = 1.0
"""Between two looks at a ledger that has been quiet for `QUIET_FACTOR` times as long, unless somebody asks for it."""
QUIET_FACTOR: Final = 20
TROUBLE_SECONDS: Final = 2.0
"""Between two attempts at a ledger whose log cannot be followed."""
BUILDS_SECONDS: Final = 2.0
"""Between two looks at whether there is something to build, unless somebody asks for the ledger."""
NOT_PERMITTED_SECONDS: Final = 60.0
"""Between two attempts with a login that may not do what is needed."""
LISTING_SECONDS: Final = 5.0
"""Between two looks at which ledgers there are."""
SWITCH_SECONDS: Final = 0.0002

_SESSION: Final = (
    "SET statement_timeout = '15s'",
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET client_min_messages = 'warning'",
    # Rows and tracking row are lost together or not at all, and are then folded again.
    "SET synchronous_commit = off",
    "SET enable_seqscan = off",
    # Rows are found by their key, one by one, however many a table has: no plan reads a whole index.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    "SET jit = off",
)

log = structlog.get_logger(__name__)


def connect(database_url: str, role: str = "ledger_projector") -> psycopg.Connection:
    """Open a connection of a role, that of the projector unless it only reads, with bounded waits."""
    connection = psycopg.connect(
        database_url,
        autocommit=True,
        application_name="ledger projections",
        prepare_threshold=2,
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=20_000,
    )
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    for statement in _SESSION:
        connection.execute(statement)
    return connection


class Place:
    """A ledger that is followed, and when it is looked at again (seconds of the monotonic clock)."""

    def __init__(self, follower: Follower) -> None:
        """Look at once."""
        self.follower = follower
        self.due = 0.0
        self.moved = time.monotonic()
        self.problem = ""
        self.backoff = Backoff(TROUBLE_SECONDS)
        self.looked = float("-inf")


class Runner:
    """Follows ledgers until it is told to stop."""

    def __init__(
        self, database_url: str, codes: Iterable[str] = (), *, named_only: bool = True, create: bool = False
    ) -> None:
        """Take the ledgers to follow; unless `named_only`, all others that the database has, now and later, too.

        `create`: make what a ledger's read side lacks, as the profile `dev` does.
        """
        self._url = database_url
        self._codes = set(codes)
        self._all = not named_only
        self._create = create
        self._places: dict[str, Place] = {}
        self._connection: psycopg.Connection | None = None
        self._listed = float("-inf")
        self._ahead = Ahead(partial(connect, database_url))
        self._crews = Crews(database_url)
        self._backoff = Backoff()
        self._asked: set[str] = set()
        self._stopped = False
        self._wake = threading.Condition()

    def follow(self, code: str) -> None:
        """Follow this ledger too, and look at it now. May be called from any thread."""
        with self._wake:
            self._asked.add(code)
            self._wake.notify()

    def stop(self) -> None:
        """End `run`. What was begun is committed or given up as a whole. May be called from any thread."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """Follow until told to stop."""
        # Whoever waits for PostgreSQL gets the interpreter back from whoever folds after 0.2 ms instead of 5.
        sys.setswitchinterval(SWITCH_SECONDS)
        while not self._stopped:
            try:
                wait = self.turn()
                self._backoff.succeeded()
            except psycopg.OperationalError as error:
                wait = self._backoff.failed()
                log.warning("projections.database_unavailable", error=type(error).__name__, seconds=round(wait, 2))
                self.close()
            except psycopg.errors.InsufficientPrivilege as error:
                problem = f"{error.diag.message_primary}: make the login a member of ledger_projector"
                log.error("projections.not_permitted", problem=problem)  # noqa: TRY400 - nothing more is known
                self.close()
                wait = NOT_PERMITTED_SECONDS
            with self._wake:
                if not self._stopped and not self._asked:
                    self._wake.wait(wait)
        self._crews.dismiss()
        self.close()
        self._ahead.close()

    def turn(self) -> float:
        """Give every ledger that is due one page. Return how long nothing is due (seconds)."""
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url)
        self._list(self._connection)
        begin = time.monotonic()
        for place in self._places.values():
            if place.due <= begin:
                self._step(self._connection, place)
            if begin - place.looked > BUILDS_SECONDS:
                place.looked = begin
                self._crews.look(self._connection, place.follower.code)
        now = time.monotonic()
        return max(0.0, min((place.due for place in self._places.values()), default=now + IDLE_SECONDS) - now)

    def _step(self, connection: psycopg.Connection, place: Place) -> None:
        follower, now = place.follower, time.monotonic()
        try:
            taken = follower.step(connection)
        except (
            LogEndError,
            UnknownPartError,
            psycopg.errors.UndefinedTable,
            psycopg.errors.InvalidSchemaName,
        ) as error:
            self._trouble(connection, place, error)
            return
        except psycopg.OperationalError:
            place.due = now + place.backoff.failed()  # it may be this ledger alone, so the others come first
            raise
        place.backoff.succeeded()
        if place.problem:
            place.problem = ""
            log.info("projections.resumed", ledger=follower.code)
        if taken:
            place.moved, place.due = now, now
        else:
            place.due = now + min(max((now - place.moved) / QUIET_FACTOR, POLL_SECONDS), IDLE_SECONDS)

    def _trouble(self, connection: psycopg.Connection, place: Place, error: Exception) -> None:
        """Leave a ledger alone for a while, and say why where everybody looks."""
        place.due = time.monotonic() + TROUBLE_SECONDS
        problem = str(error)
        if problem == place.problem:
            return
        place.problem = problem
        log.error("projections.stopped", ledger=place.follower.code, problem=problem)
        if not isinstance(error, psycopg.Error):
            place.follower.complain(connection, problem)

    def _list(self, connection: psycopg.Connection) -> None:
        """Take up ledgers that were not there before, and see who was asked for."""
        with self._wake:
            asked, self._asked = self._asked, set()
        self._codes |= asked
        codes = self._codes - self._places.keys()
        for code in asked & self._places.keys():
            self._places[code].due = 0.0
            self._places[code].looked = float("-inf")
        if time.monotonic() - self._listed > LISTING_SECONDS:
            self._listed = time.monotonic()
            if self._all:
                rows = connection.execute("SELECT code FROM ledger_registry.ledgers ORDER BY code")
                codes |= {code for (code,) in rows} - self._places.keys()
        for code in sorted(codes):
            if self._create:
                for name in migrate(self._url, [code]):
                    log.info("migrated", migration=name)
            try:
                check_version(connection, views_schema(code), VIEWS_VERSION)
            except SchemaError as error:
                self._codes.discard(code)  # it is looked at again when it is listed or asked for again
                log.warning("projections.not_migrated", ledger=code, problem=str(error))
                continue
            self._places[code] = Place(Follower(code, self._ahead))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
