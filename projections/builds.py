"""Builds: a version made from the log beside the one that answers, to replace it, to check it, or to show a past.

A build is rows in the database and nothing else: whoever works on it may be killed, and anybody may go on. Its stages:

    building   every part is filled up to the goal, which moves along with the version that answers, unless it is a past
    joining    one part again, taken to where the live version stands; from there both take the same pages
    comparing  both are compared at one position
    ready      compared; waits for somebody to switch. One that shall switch by itself does so while it was found equal,
               however often whoever works on it is killed between the two
    done       it answers, or the past was built, or the live version was checked and this one is gone
    failed     an entry could not be taken in; nothing was skipped. `resume` tries again
    dropped    somebody removed it
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from typing import Final, NamedTuple

import psycopg

from ledger.log.identifiers import schema_name
from ledger.log.merkle import leaf_hash
from ledger.log.reader import Reader
from ledger.v1 import reasons_pb2 as reasons
from projections import moments, schema
from projections.page import LogEndError
from projections.projection import is_divided
from projections.steering import SteeringError, versions
from projections.tracking import BUILDING, LIVE, Tracking

PARTS_MAX: Final = 64
REBUILD: Final = "rebuild"
VERIFICATION: Final = "verification"
PAST: Final = "past"
OPEN: Final = ("building", "joining", "comparing")
"""States in which there is work to do."""
OPEN_SQL: Final = "(state IN ('building', 'joining', 'comparing') OR state = 'ready' AND switches AND equal)"
"""The same as `Build.open` in SQL."""
SALT_BYTES: Final = 16


class Build(NamedTuple):
    """A build. `position` is where it was compared, `equal` None until then."""

    build: int
    projection: str
    version: int
    against: int
    purpose: str
    state: str
    parts: int
    goal: int
    switches: bool
    equal: bool | None
    position: int
    salt: bytes
    begun_at: datetime
    ended_at: datetime | None
    problem: str

    @property
    def due(self) -> bool:
        """Tell whether it was found equal and shall answer by itself, and does not yet."""
        return self.state == "ready" and self.switches and self.equal is True

    @property
    def open(self) -> bool:
        """Tell whether there is work to do."""
        return self.state in OPEN or self.due


class Progress(NamedTuple):
    """How far the parts of a build have come: entries of all parts, and as many as there are to be as things stand.

    The version that answers goes on meanwhile, and the goal follows it in steps. So `wanted` goes by where that version
    is: or else too little time would be foretold until the goal moves. `at_goal`: all parts stand at the goal.
    """

    build: Build
    taken: int
    wanted: int
    paused: bool
    now: float
    at_goal: bool

    @property
    def ratio(self) -> float:
        """Between 0 and 1."""
        return min(1.0, self.taken / self.wanted) if self.wanted else 1.0


_SELECT: Final = (
    "SELECT build, projection, version, against, purpose, state, parts, goal, switches, equal, position, salt,"
    " begun_at, ended_at, problem FROM {s}.builds"
)
_PROGRESS: Final = (
    "SELECT b.*, t.taken, t.paused, extract(epoch FROM clock_timestamp())::float8, coalesce(l.position, 0)"
    " FROM ({build}) b LEFT JOIN {s}.tracking l ON l.projection = b.projection AND l.state = 'live'"
    " CROSS JOIN LATERAL (SELECT coalesce(sum(least(position, b.goal)), 0)::int8 AS taken,"
    " coalesce(bool_or(p.paused), false) AS paused FROM {s}.tracking p"
    " WHERE p.projection = b.projection AND p.version = b.version AND p.state = 'building') t"
).replace("{build}", _SELECT + " WHERE build = %s")


def processes_default() -> int:
    """Return how many processes build side by side where nobody says so: one for each processor."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin(
    connection: psycopg.Connection,
    code: str,
    projection: str,
    purpose: str = REBUILD,
    *,
    parts: int = 0,
    switches: bool = False,
    past: int = 0,
) -> Build:
    """Begin to build a version, in so many parts, by default one for each processor.

    `switches`: let it answer by itself once it was found equal. `past`: the position at which a past ends. Raise
    SteeringError, also where a build of the projection for the same purpose is under way.
    """
    with connection.transaction():
        found = versions(connection, code, projection, lock=True)
        under_way = [each for each in builds(connection, code, projection) if each.open or each.state == "ready"]
        for each in under_way:
            if each.purpose == purpose and (purpose != PAST or each.goal == past):
                raise SteeringError(
                    reasons.REFUSAL_REASON_BUILD_IN_PROGRESS,
                    f"build {each.build} of {projection} (version {each.version}) is {each.state}",
                    projection=projection,
                    build=each.build,
                )
        made = schema.PROJECTIONS[projection](code)
        live = next((each for each in found if each.state == LIVE), None)
        parts = min(parts or processes_default(), PARTS_MAX) if is_divided(made) else 1
        number = _next_version(connection, code, projection)
        schema.create_version(connection, code, made, version=number, state=BUILDING, parts=parts)
        goal = past or _goal(connection, code, live.position if live and live.shape == made.shape else 0)
        row = connection.execute(
            Tracking(code).sql(
                "INSERT INTO {s}.builds (projection, version, against, purpose, state, parts, goal, switches, salt)"
                " VALUES (%s, %s, %s, %s, 'building', %s, %s, %s, %s) RETURNING build"
            ),
            (projection, number, live.version if live else 0, purpose, parts, goal, switches,
             secrets.token_bytes(SALT_BYTES)),
        ).fetchone()  # fmt: skip
        assert row is not None
        return find(connection, code, row[0])


def _next_version(connection: psycopg.Connection, code: str, projection: str) -> int:
    """Return a number that no version of the projection ever had."""
    row = connection.execute(
        Tracking(code).sql(
            "SELECT 1 + greatest((SELECT max(version) FROM {s}.tracking WHERE projection = %s),"
            " (SELECT max(version) FROM {s}.builds WHERE projection = %s), 0)"
        ),
        (projection, projection),
    ).fetchone()
    return int(row[0]) if row else 1


def _goal(connection: psycopg.Connection, code: str, position: int) -> int:
    """Return where to go first: to where the live version stands, or to the end of the log where that cannot be."""
    reader = Reader(schema_name(code))
    end = moments.size(connection, reader)
    return moments.end_before(connection, reader, min(position, end) if position else end)


def begin_past(connection: psycopg.Connection, code: str, projection: str, position: int, *, parts: int = 0) -> Build:
    """Begin to build the state at a position, or at the end of the transaction before it where it is inside of one.

    Raise SteeringError where the log has no such position.
    """
    reader = Reader(schema_name(code))
    end = moments.size(connection, reader)
    if not 0 < position <= end:
        raise SteeringError(
            reasons.REFUSAL_REASON_POSITION_BEYOND_END,
            f"the ledger has positions 1 to {end}, not {position}",
            position=position,
            size=end,
        )
    goal = moments.end_before(connection, reader, position)
    there = {each.version for each in versions(connection, code, projection)}
    for each in builds(connection, code, projection):
        if each.purpose == PAST and each.goal == goal and each.version in there:
            return each  # it is there, or on its way
    return begin(connection, code, projection, PAST, parts=parts, past=goal)


def builds(connection: psycopg.Connection, code: str, projection: str = "") -> list[Build]:
    """Return the builds of a projection, or of all, newest first."""
    rows = connection.execute(
        Tracking(code).sql(_SELECT + " WHERE projection = %s OR %s = '' ORDER BY build DESC"),
        (projection, projection),
    )
    return [Build(*row) for row in rows]


def find(connection: psycopg.Connection, code: str, number: int) -> Build:
    """Return a build. Raise SteeringError where there is none."""
    row = connection.execute(
        Tracking(code).sql(_SELECT + " WHERE build = %s"),
        (number,),
    ).fetchone()
    if row is None:
        raise _no_build(number)
    return Build(*row)


def _no_build(number: int) -> SteeringError:
    return SteeringError(reasons.REFUSAL_REASON_BUILD_NOT_FOUND, f"there is no build {number}", build=number)


def progress(connection: psycopg.Connection, code: str, number: int) -> Progress:
    """Return how far a build has come. Raise SteeringError where there is none."""
    # One statement, one snapshot: between two, parts may have become one row, and the build would seem to rewind.
    row = connection.execute(
        Tracking(code).sql(_PROGRESS),
        (number,),
    ).fetchone()
    if row is None:
        raise _no_build(number)
    *of_build, taken, paused, now, live = row
    build = Build(*of_build)
    end = build.goal if build.purpose == PAST else max(build.goal, live)
    wanted, at_goal = end * build.parts, taken >= build.goal * build.parts
    if build.state not in {"building", "failed", "dropped"}:
        taken = wanted = build.goal * build.parts
    return Progress(build, taken, wanted, paused, now, at_goal)


def fail(connection: psycopg.Connection, code: str, number: int, problem: str) -> None:
    """Stop a build, for everybody to see why."""
    connection.execute(
        Tracking(code).sql(
            "UPDATE {s}.builds SET state = 'failed', problem = %s, ended_at = now()"
            " WHERE build = %s AND state IN ('building', 'joining', 'comparing')"
        ),
        (problem, number),
    )


def settle(connection: psycopg.Connection, code: str, build: Build, state: str, next_state: str) -> bool:
    """Make one tracking row of the parts of a build, which all stand at its goal. Return False where they do not.

    The build goes on to `next_state`.
    """
    tracking, reader = Tracking(code), Reader(schema_name(code))
    with connection.transaction():
        rows = connection.execute(
            tracking.sql(
                "SELECT position FROM {s}.tracking WHERE projection = %s AND version = %s AND state = 'building'"
                " FOR UPDATE"
            ),
            (build.projection, build.version),
        ).fetchall()
        if len(rows) != build.parts or any(position != build.goal for (position,) in rows):
            return False
        head, entry = moments.head_at(connection, reader, build.goal)
        connection.execute(
            tracking.sql("DELETE FROM {s}.tracking WHERE projection = %s AND version = %s AND partition > 0"),
            (build.projection, build.version),
        )
        connection.execute(
            tracking.sql(
                "UPDATE {s}.tracking SET partitions = 1, state = %s, record_time = %s, last_leaf = %s, moved_at = now()"
                " WHERE projection = %s AND version = %s"
            ),
            (state, head[7], leaf_hash(entry), build.projection, build.version),
        )
        connection.execute(
            tracking.sql("UPDATE {s}.builds SET state = %s, ended_at = CASE WHEN %s = 'done' THEN now() END"
            " WHERE build = %s"),
            (next_state, next_state, build.build),
        )  # fmt: skip
    return True


def further(connection: psycopg.Connection, code: str, build: Build) -> int:
    """Return where a build that shall follow goes next: where the live version of its shape stands, else the end.

    Raise LogEndError where the live version stands where the log has no end of a transaction.
    """
    reader = Reader(schema_name(code))
    end = moments.size(connection, reader)
    live = Tracking(code).live(connection).get(build.projection)
    if live is None or live.shape != schema.PROJECTIONS[build.projection](code).shape:
        return end
    if live.position > end:
        raise LogEndError(f"version {live.version} stands at {live.position}, the log ends at {end}")
    if moments.end_before(connection, reader, live.position) != live.position:
        raise LogEndError(f"version {live.version} stands at {live.position}, inside a transaction")
    return live.position
