"""A process that works on the builds of one ledger, beside others: it fills parts, joins, compares, and switches.

It has no state: everything is in the rows of the builds, so any number of such processes may be killed and started.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from ledger.log.collector import calm_collector
from ledger.log.entry import UnknownPartError
from ledger.operation.log_lines import configure_logging
from ledger.v1 import reasons_pb2 as reasons
from projections import builds, steering
from projections.backoff import Backoff
from projections.builds import PAST, REBUILD, VERIFICATION, Build
from projections.comparison import Comparison, Difference, Result, record
from projections.crew import LEDGER
from projections.environment import DATABASE_URL
from projections.follower import Follower
from projections.page import LogEndError
from projections.parts import Parts
from projections.runner import connect
from projections.steering import SteeringError
from projections.tracking import SHADOW, Tracking

if TYPE_CHECKING:
    from collections.abc import Callable

NEAR_ENTRIES: Final = 20_000
"""A version that is no farther behind the live one joins it."""
LOOK_SECONDS: Final = 0.05
"""Between two looks while others hold what there is to do."""

log = structlog.get_logger(__name__)
_FOR_A_MOMENT: Final = frozenset(
    (reasons.REFUSAL_REASON_PROJECTION_VERSION_BEHIND, reasons.REFUSAL_REASON_PROJECTION_VERSION_PAUSED)
)


class Builder:
    """Works on the builds of one ledger."""

    def __init__(self, database_url: str, code: str, parts: Parts | None = None) -> None:
        """Take where the ledger is, and who fills parts."""
        self._url = database_url
        self._code = code
        self._parts = parts or Parts(code)
        self._followers: dict[int, Follower] = {}

    def step(self, connection: psycopg.Connection) -> bool | None:
        """Do a little. Return False where others hold what there is to do, None where nothing is left to do."""
        if self._parts.step(connection):
            return True
        left = [each for each in builds.builds(connection, self._code) if each.open]
        if not left:
            return None
        done = [self._advance(connection, each) for each in left]
        return any(done)

    def _advance(self, connection: psycopg.Connection, build: Build) -> bool:
        """Take a build to its next stage, if it is there. Return whether something was done."""
        try:
            if build.state == "building":
                return self._collect(connection, build)
            if build.state == "joining":
                return self._join(connection, build)
            if build.due:
                return self._switch(connection, build)
            return self._alone(connection, build, self._compare)
        except (LogEndError, UnknownPartError) as error:
            if build.purpose == VERIFICATION and isinstance(error, LogEndError):
                # It is the tracking row of the version in question that makes no sense.
                result = Result(0, {}, [Difference("tracking", 0, str(error), f"version {build.against}")])
                self._end(connection, build, result)
            else:
                builds.fail(connection, self._code, build.build, str(error))
            return True

    def _collect(self, connection: psycopg.Connection, build: Build) -> bool:
        """Where all parts stand at the goal: move the goal, or make one of them."""
        done = builds.progress(connection, self._code, build.build)
        if done.paused or not done.at_goal:
            return False
        if build.purpose == PAST:
            return builds.settle(connection, self._code, build, "past", "comparing")
        goal = builds.further(connection, self._code, build)
        if goal - build.goal > NEAR_ENTRIES:
            moved = connection.execute(
                Tracking(self._code).sql(
                    "UPDATE {s}.builds SET goal = %s WHERE build = %s AND state = 'building' AND goal = %s"
                ),
                (goal, build.build, build.goal),
            )
            return bool(moved.rowcount)
        return builds.settle(connection, self._code, build, SHADOW, "joining")

    def _join(self, connection: psycopg.Connection, build: Build) -> bool:
        """Bring it to where the version that answers stands. Whoever follows the ledger does so too."""
        follower = self._followers.get(build.build)
        if follower is None:
            only = build.projection, build.version
            follower = self._followers[build.build] = Follower(self._code, only=only)
        taken = follower.step(connection)
        row = connection.execute(
            Tracking(self._code).sql(
                "SELECT a.position = b.position, b.shape = a.shape, b.paused, b.position >= h.last_position"
                " FROM {s}.tracking b LEFT JOIN {s}.tracking a ON a.projection = b.projection AND a.state = 'live',"
                " (SELECT last_position FROM {log}.commits ORDER BY last_position DESC LIMIT 1) h"
                " WHERE b.projection = %s AND b.version = %s"
            ),
            (build.projection, build.version),
        ).fetchone()
        together, same_shape, paused, at_end = row or (None, None, True, False)
        if together and same_shape:
            self._to(connection, build, "comparing")
        elif not same_shape and at_end:
            words = "no version of this shape answers, so there is nothing to compare with"
            self._to(connection, build, "ready", words)
        else:
            return bool(taken)
        return not paused

    def _to(self, connection: psycopg.Connection, build: Build, state: str, problem: str = "") -> None:
        connection.execute(
            Tracking(self._code).sql(
                "UPDATE {s}.builds SET state = %s, problem = %s, ended_at = CASE WHEN %s = 'done' THEN now() END"
                " WHERE build = %s AND state = %s"
            ),
            (state, problem, state, build.build, build.state),
        )

    def _alone(
        self, connection: psycopg.Connection, build: Build, work: Callable[[psycopg.Connection, Build], bool]
    ) -> bool:
        """Do what takes long in one process only. That saves work; nothing would be wrong if two did it."""
        key = f"{Tracking(self._code).schema}.builds.{build.build}"
        row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (key,)).fetchone()
        if not row or not row[0]:
            return False
        try:
            now = builds.find(connection, self._code, build.build)  # somebody may have done it in the meantime
            return now.state != build.state or work(connection, now)
        finally:
            if not connection.closed:
                connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (key,))

    def _compare(self, connection: psycopg.Connection, build: Build) -> bool:
        if build.purpose == PAST and not self._is_comparable(connection, build):
            self._to(connection, build, "done", "no version of this shape answers, so there is nothing to compare with")
            return True
        with connect(self._url) as reading:
            comparison = Comparison(self._code, build)
            result = comparison.run_past(reading) if build.purpose == PAST else comparison.run(reading)
        if result is None:
            return False
        self._end(connection, build, result)
        return True

    def _is_comparable(self, connection: psycopg.Connection, build: Build) -> bool:
        row = connection.execute(
            Tracking(self._code).sql(
                "SELECT count(DISTINCT version) = 2 AND count(DISTINCT shape) = 1 FROM {s}.tracking"
                " WHERE projection = %s AND version IN (%s, %s)"
            ),
            (build.projection, build.version, build.against),
        ).fetchone()
        return bool(row and row[0])

    def _end(self, connection: psycopg.Connection, build: Build, result: Result) -> bool:
        """Record what was found, unless somebody has; of a verification nothing else remains."""
        state = "ready" if build.purpose == REBUILD else "done"
        problem = "" if result.equal else _words(result)
        with connection.transaction():
            row = connection.execute(
                Tracking(self._code).sql(
                    "UPDATE {s}.builds SET state = %s, equal = %s, position = %s, problem = %s,"
                    " ended_at = CASE WHEN %s = 'done' THEN now() END WHERE build = %s"
                    " AND state IN ('building', 'joining', 'comparing')"
                ),
                (state, result.equal, result.position, problem, state, build.build),
            )
            if not row.rowcount:
                return False
            record(connection, self._code, build, result)
            if build.purpose == VERIFICATION:
                steering.drop(connection, self._code, build.projection, build.version)
        log.info(
            "projection.compared",
            ledger=self._code,
            projection=build.projection,
            version=build.version,
            against=build.against,
            position=result.position,
            equal=result.equal,
        )
        return True

    def _switch(self, connection: psycopg.Connection, build: Build) -> bool:
        """Let it answer. Return False where it is behind or paused: whoever is there tries again."""
        try:
            before, now = steering.switch(connection, self._code, build.projection, build.version)
        except SteeringError as error:
            if error.reason in _FOR_A_MOMENT:
                return False
            # It is no longer what was proven, or lacks entries by now: an operator decides.
            connection.execute(
                Tracking(self._code).sql("UPDATE {s}.builds SET switches = false, problem = %s WHERE build = %s"),
                (str(error), build.build),
            )
        else:
            log.info("projection.switched", ledger=self._code, projection=build.projection, before=before, now=now)
        return True


def _words(result: Result) -> str:
    tables = sorted({found.table for found in result.differences})
    return f"not equal at position {result.position}: {len(result.differences)} differences in {', '.join(tables)}"


def work(database_url: str, code: str, stopped: threading.Event, parts: Parts | None = None) -> None:
    """Work until nothing is left to do, or told to stop. What is transient is tried again."""
    backoff, builder = Backoff(), Builder(database_url, code, parts)
    connection: psycopg.Connection | None = None
    while not stopped.is_set():
        try:
            if connection is None:
                connection = connect(database_url)
            done = builder.step(connection)
            backoff.succeeded()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            wait = backoff.failed()
            log.warning("builds.waiting", ledger=code, error=type(error).__name__, seconds=round(wait, 2))
            if connection is not None:
                connection.close()
                connection = None
            stopped.wait(wait)
            continue
        if done is None:
            break
        if not done:
            stopped.wait(LOOK_SECONDS)
    if connection is not None:
        connection.close()


def main(make_parts: Callable[[str], Parts] | None = None) -> None:
    """Work on the builds of the ledger that is named, until there are none, or standard input ends."""
    configure_logging()
    calm_collector()
    code, stopped = os.environ[LEDGER], threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=listen, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    work(os.environ[DATABASE_URL], code, stopped, make_parts(code) if make_parts else None)


if __name__ == "__main__":
    main()
