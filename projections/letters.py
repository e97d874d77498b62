"""Dead letters: what a version could not take in, and taking it in later, when the projection was mended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, LiteralString, NamedTuple

import psycopg

from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from projections import schema
from projections.page import heads_of, read_entries
from projections.projection import Batch
from projections.tracking import ERROR_CHARACTERS_MAX, Tracking

if TYPE_CHECKING:
    from datetime import datetime


class Letter(NamedTuple):
    """An entry that was not taken in, with all others of its transaction. `stream` has 16 bytes."""

    projection: str
    version: int
    position: int
    first_position: int
    stream: bytes
    type: int
    buried_at: datetime
    error: str


class Replayed(NamedTuple):
    """Transactions that were taken in now, and those that failed again, by first position with the error."""

    taken: list[int]
    failed: dict[int, str]


_ORDER: LiteralString = 'position, projection COLLATE "C", version'


class Place(NamedTuple):
    """A place in the order of the letters: behind all of a position, or behind one of them."""

    position: int = 0
    projection: str = "~"
    version: int = 0


def place_of(letter: Letter) -> Place:
    """Return where a letter stands."""
    return Place(letter.position, letter.projection, letter.version)


def letters(
    connection: psycopg.Connection,
    code: str,
    projection: str = "",
    *,
    after: Place = Place(),  # noqa: B008 - a constant
    most: int = 100,
    whole: bool = True,
) -> list[Letter]:
    """Return `most` dead letters behind a place, by position, projection and version.

    `whole` adds what else there is of the last position, so that the next ones are those behind that position.
    """
    order: LiteralString = "position" if whole else _ORDER
    ties: LiteralString = "WITH TIES" if whole else "ONLY"
    rows = connection.execute(
        Tracking(code).sql(
            "SELECT projection, version, position, first_position, uuid_send(stream), type, buried_at, error"  # noqa: S608
            " FROM (SELECT * FROM {s}.dead_letters WHERE (projection = %s OR %s = '')"
            ' AND position >= %s AND (position, projection COLLATE "C", version) > (%s, %s, %s)'
            " ORDER BY " + order + " FETCH FIRST %s ROWS " + ties + ") found ORDER BY " + _ORDER
        ),
        (projection, projection, after.position, *after, most),
        binary=True,
    )
    return [Letter(*row) for row in rows]


def replay(connection: psycopg.Connection, code: str, projection: str) -> Replayed:
    """Take the dead letters of every version of a projection in, oldest first, each transaction by itself.

    Rows and the end of the letters are one transaction. That they come late changes nothing: what two transactions
    write gives the same rows in either order. What fails again stays, with its new error.
    """
    tracking, made = Tracking(code), schema.PROJECTIONS[projection](code)
    rows = connection.execute(
        tracking.sql(
            "SELECT d.version, d.first_position FROM {s}.dead_letters d JOIN {s}.tracking t USING (projection, version)"
            " WHERE projection = %s AND t.shape = %s GROUP BY 1, 2 ORDER BY 2, 1"
        ),
        (projection, made.shape),
    ).fetchall()
    done = Replayed([], {})
    for version, first in rows:
        try:
            if _take(connection, code, projection, version, first):
                done.taken.append(first)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is why the letter stays
            words = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX]
            done.failed[first] = words
            connection.execute(
                tracking.sql(
                    "UPDATE {s}.dead_letters SET error = %s WHERE projection = %s AND version = %s"
                    " AND first_position = %s"
                ),
                (words, projection, version, first),
            )
    return done


def _take(connection: psycopg.Connection, code: str, projection: str, version: int, first: int) -> bool:
    tracking, reader, made = Tracking(code), Reader(schema_name(code)), schema.PROJECTIONS[projection](code)
    with connection.transaction():
        # The row of the version is locked as for a page, so that nobody else writes its tables.
        connection.execute(
            tracking.sql("SELECT FROM {s}.tracking WHERE projection = %s AND version = %s FOR UPDATE"),
            (projection, version),
        )
        buried = connection.execute(
            tracking.sql(
                "DELETE FROM {s}.dead_letters WHERE projection = %s AND version = %s AND first_position = %s"
                " RETURNING position"
            ),
            (projection, version, first),
        ).fetchall()
        if not buried:
            return False  # somebody else took it in
        positions = range(first, max(position for (position,) in buried) + 1)
        found = read_entries(connection, reader, positions)
        entries = [found[position] for position in positions]
        lookup = partial(read_entries, connection, reader)
        for write in made.fold(Batch(heads_of(entries, first), entries, lookup)):
            write.run(connection, tracking.schema, version)
    return True
