"""Steering versions: which one answers, which are fed, and which go. Each step is one short transaction.

Callers give a connection in autocommit mode whose role may steer: the projector, or the writer of the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from ledger.v1 import reasons_pb2 as reasons
from projections import schema
from projections.tracking import LIVE, PAST, SHADOW, STANDBY, Tracking

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVED_SECONDS: Final = 30
"""A version that answered within these is not removed: somebody may still be reading it."""


class SteeringError(Exception):
    """What was asked for cannot be done now. `reason` is a RefusalReason, `metadata` the values of its sentence."""

    def __init__(self, reason: int, message: str, **metadata: object) -> None:
        """Keep them."""
        super().__init__(message)
        self.reason = reason
        self.metadata = {name: str(value) for name, value in metadata.items()}


class Version(NamedTuple):
    """A version of a projection; of one that is being built, what has come the least far."""

    version: int
    shape: int
    state: str
    paused: bool
    position: int


def versions(connection: psycopg.Connection, code: str, projection: str, *, lock: bool = False) -> list[Version]:
    """Return the versions of a projection, oldest first. Raise SteeringError where there is no such projection."""
    if projection not in schema.PROJECTIONS:
        known = ", ".join(sorted(schema.PROJECTIONS))
        raise SteeringError(
            reasons.REFUSAL_REASON_PROJECTION_NOT_FOUND,
            f"there is no projection {projection!r}; there are: {known}",
            projection=projection,
        )
    tracking = Tracking(code)
    if lock:
        connection.execute(
            tracking.sql("SELECT FROM {s}.tracking WHERE projection = %s ORDER BY version, partition FOR UPDATE"),
            (projection,),
        )
    rows = connection.execute(
        tracking.sql(
            "SELECT version, min(shape), min(state), bool_or(paused), min(position) FROM {s}.tracking"
            " WHERE projection = %s GROUP BY version ORDER BY version"
        ),
        (projection,),
    )
    return [Version(*row) for row in rows]


def _find(found: Sequence[Version], projection: str, version: int) -> Version:
    for each in found:
        if each.version == version:
            return each
    raise SteeringError(
        reasons.REFUSAL_REASON_PROJECTION_VERSION_NOT_FOUND,
        f"{projection} has no version {version}",
        projection=projection,
        version=version,
    )


def _live(found: Sequence[Version], projection: str) -> Version:
    for each in found:
        if each.state == LIVE:
            return each
    raise SteeringError(
        reasons.REFUSAL_REASON_PROJECTION_UNAVAILABLE, f"no version of {projection} answers", projection=projection
    )


def switch(
    connection: psycopg.Connection, code: str, projection: str, version: int = 0, *, accept_differences: bool = False
) -> tuple[int, int]:
    """Let another version answer, by default the newest shadow. Return the versions that answered before and now.

    It must not be paused or behind. Unless `accept_differences`, it must have been found equal to the one that answers,
    and have no dead letters of its own since. The other is fed on. Raise SteeringError.
    """
    with connection.transaction():
        found = versions(connection, code, projection, lock=True)
        live = _live(found, projection)
        shadows = [each for each in found if each.state == SHADOW]
        if not version and not shadows:
            raise SteeringError(
                reasons.REFUSAL_REASON_PROJECTION_VERSION_NOT_FOUND,
                f"{projection} has no version to switch to; begin with a rebuild",
                projection=projection,
                version="",
            )
        chosen = _find(found, projection, version) if version else shadows[-1]
        if chosen.version == live.version:
            return live.version, live.version
        _check_fed(projection, chosen)
        if chosen.state not in {SHADOW, STANDBY} or chosen.position < live.position:
            raise _behind(projection, chosen, live)
        if not accept_differences:
            _check_letters(connection, code, projection, live, chosen)
        if chosen.state == SHADOW and not accept_differences and not _is_proven(connection, code, projection, chosen):
            raise SteeringError(
                reasons.REFUSAL_REASON_PROJECTION_VERSION_NOT_PROVEN,
                f"version {chosen.version} of {projection} was not found equal to version {live.version}, which"
                " answers; look at the differences, and accept them if the old rows are the wrong ones",
                projection=projection,
                version=chosen.version,
            )
        _exchange(connection, code, projection, live, chosen)
    return live.version, chosen.version


def _check_fed(projection: str, chosen: Version) -> None:
    """Raise SteeringError where an operator stopped feeding a version: it comes no farther, however long one waits."""
    if chosen.paused:
        raise SteeringError(
            reasons.REFUSAL_REASON_PROJECTION_VERSION_PAUSED,
            f"version {chosen.version} of {projection} is paused at position {chosen.position}; resume it first",
            projection=projection,
            version=chosen.version,
            position=chosen.position,
        )


def _behind(projection: str, chosen: Version, live: Version) -> SteeringError:
    return SteeringError(
        reasons.REFUSAL_REASON_PROJECTION_VERSION_BEHIND,
        f"version {chosen.version} of {projection} is {chosen.state} at position {chosen.position}, version"
        f" {live.version} answers from {live.position}",
        projection=projection,
        version=chosen.version,
        position=chosen.position,
    )


def _check_letters(connection: psycopg.Connection, code: str, projection: str, live: Version, chosen: Version) -> None:
    """Raise SteeringError where a version lacks entries that the one which answers has: balances would step back."""
    row = connection.execute(
        Tracking(code).sql(
            "SELECT count(*) FROM {s}.dead_letters mine WHERE projection = %s AND version = %s AND NOT EXISTS"
            " (SELECT FROM {s}.dead_letters its WHERE its.projection = mine.projection AND its.version = %s"
            " AND its.position = mine.position)"
        ),
        (projection, chosen.version, live.version),
    ).fetchone()
    if row and row[0]:
        raise SteeringError(
            reasons.REFUSAL_REASON_PROJECTION_VERSION_NOT_PROVEN,
            f"version {chosen.version} of {projection} lacks {row[0]} entries that version {live.version} has; replay"
            " its dead letters, or accept the differences with a switch",
            projection=projection,
            version=chosen.version,
        )


def _is_proven(connection: psycopg.Connection, code: str, projection: str, chosen: Version) -> bool:
    row = connection.execute(
        Tracking(code).sql(
            "SELECT b.equal AND t.state = 'live' FROM {s}.builds b"
            " LEFT JOIN {s}.tracking t ON t.projection = b.projection AND t.version = b.against"
            " WHERE b.projection = %s AND b.version = %s ORDER BY b.build DESC LIMIT 1"
        ),
        (projection, chosen.version),
    ).fetchone()
    return bool(row and row[0])


def _exchange(connection: psycopg.Connection, code: str, projection: str, live: Version, chosen: Version) -> None:
    tracking = Tracking(code)
    for version, state in ((live.version, STANDBY), (chosen.version, LIVE)):  # one version at most is live
        connection.execute(
            tracking.sql(
                "UPDATE {s}.tracking SET state = %s, served_until = CASE WHEN state = 'live' THEN now() END"
                " WHERE projection = %s AND version = %s"
            ),
            (state, projection, version),
        )
    connection.execute(
        tracking.sql(
            "UPDATE {s}.builds SET state = 'done', ended_at = now()"
            " WHERE projection = %s AND version = %s AND state = 'ready'"
        ),
        (projection, chosen.version),
    )


def roll_back(connection: psycopg.Connection, code: str, projection: str) -> tuple[int, int]:
    """Let the version answer again that answered before. Return the versions that answered before and now.

    Raise SteeringError where there is none, or it is paused, is behind or lacks entries.
    """
    with connection.transaction():
        found = versions(connection, code, projection, lock=True)
        live = _live(found, projection)
        row = connection.execute(
            Tracking(code).sql(
                "SELECT version FROM {s}.tracking WHERE projection = %s AND state = 'standby'"
                " ORDER BY served_until DESC NULLS LAST LIMIT 1"
            ),
            (projection,),
        ).fetchone()
        if row is None:
            raise SteeringError(
                reasons.REFUSAL_REASON_PROJECTION_VERSION_NOT_FOUND,
                f"no version of {projection} answered before",
                projection=projection,
                version="",
            )
        chosen = _find(found, projection, row[0])
        _check_fed(projection, chosen)
        if chosen.position < live.position:
            raise _behind(projection, chosen, live)
        _check_letters(connection, code, projection, live, chosen)
        _exchange(connection, code, projection, live, chosen)
    return live.version, chosen.version


def pause(connection: psycopg.Connection, code: str, projection: str, version: int = 0, *, paused: bool) -> list[int]:
    """Stop feeding a version, or all of them, or go on. Return which."""
    with connection.transaction():
        found = versions(connection, code, projection, lock=True)
        chosen = [_find(found, projection, version)] if version else [each for each in found if each.state != PAST]
        numbers = [each.version for each in chosen]
        connection.execute(
            Tracking(code).sql("UPDATE {s}.tracking SET paused = %s WHERE projection = %s AND version = ANY(%s)"),
            (paused, projection, numbers),
        )
        if not paused:  # a build that stopped may have found what it lacked
            connection.execute(
                Tracking(code).sql(
                    "UPDATE {s}.builds SET state = CASE WHEN EXISTS (SELECT FROM {s}.tracking t WHERE t.projection ="
                    " builds.projection AND t.version = builds.version AND t.state = 'building') THEN 'building'"
                    " ELSE 'joining' END, problem = '', ended_at = NULL"
                    " WHERE projection = %s AND version = ANY(%s) AND state = 'failed'"
                ),
                (projection, numbers),
            )
    return numbers


def drop(connection: psycopg.Connection, code: str, projection: str, version: int) -> None:
    """Remove a version that does not answer, its tables and what is known about it. Raise SteeringError."""
    with connection.transaction():
        found = versions(connection, code, projection, lock=True)
        _find(found, projection, version)
        row = connection.execute(
            Tracking(code).sql(
                "SELECT bool_or(state = 'live' OR served_until > now() - make_interval(secs => %s)) FROM {s}.tracking"
                " WHERE projection = %s AND version = %s"
            ),
            (SERVED_SECONDS, projection, version),
        ).fetchone()
        if row and row[0]:
            raise SteeringError(
                reasons.REFUSAL_REASON_PROJECTION_VERSION_SERVING,
                f"version {version} of {projection} answers, or did so less than {SERVED_SECONDS} s ago",
                projection=projection,
                version=version,
            )
        connection.execute(
            Tracking(code).sql(
                "UPDATE {s}.builds SET state = 'dropped', ended_at = now()"
                " WHERE projection = %s AND version = %s AND purpose <> 'verification'"
            ),
            (projection, version),
        )
        schema.drop_version(connection, code, projection, version)
