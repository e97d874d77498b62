"""Parts of a build: each holds the entries of some partition keys, and is filled page by page.

A page is one transaction. Whoever locks the row of a part leads for one page, so any number of processes work side by
side; one that is killed loses at most a page, and another takes its part up.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from ledger.log.entry import UnknownPartError
from ledger.log.identifiers import schema_name
from ledger.log.merkle import leaf_hash
from ledger.log.reader import Reader
from projections import builds, moments, schema
from projections.follower import make_room
from projections.page import LogEndError, fetch, read_entries
from projections.projection import Batch, by_stream, first_bytes, part_of
from projections.tracking import Tracking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.page import Entries, Head
    from projections.projection import Projection

PAGE_ENTRIES: Final = 10_000
PAGE_ENTRIES_MAX: Final = 100_000
"""Entries of the log, those of other parts too. A large page writes the row of an account once for many entries."""
TURN_SECONDS: Final = 0.4
"""As in `follower`: no transaction shall take much longer."""


class Part(NamedTuple):
    """A part that is locked: everything up to `position` is in the tables."""

    build: int
    projection: str
    version: int
    partition: int
    partitions: int
    position: int
    last_leaf: bytes
    goal: int

    @property
    def name(self) -> tuple[str, int, int]:
        """What tells it from others."""
        return self.projection, self.version, self.partition


class Parts:
    """The parts of all builds of one ledger. Methods take a connection of the projector in autocommit mode."""

    def __init__(
        self, code: str, *, page_entries: int = PAGE_ENTRIES, page_entries_max: int = PAGE_ENTRIES_MAX
    ) -> None:
        """Take the code of the ledger, and how many entries a page has at first and at most."""
        self.code = code
        self._tracking = Tracking(code)
        self._reader = Reader(schema_name(code))
        self._page, self._page_max = page_entries, page_entries_max
        self._held: tuple[str, int, int] = ("", 0, 0)
        self._projections: dict[str, Projection] = {}

    def step(self, connection: psycopg.Connection) -> int:
        """Take a page of some part in. Return the number of entries of the log; 0 = there is none, or others hold all.

        An entry that cannot be taken in fails the build; it is not skipped. psycopg errors: nothing has moved.
        """
        begin = time.monotonic()
        part: Part | None = None
        try:
            with connection.transaction():
                part = self._claim(connection)
                if part is None:
                    return 0
                taken = self._take(connection, part)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._page = max(1, self._page // 2)  # it may have taken too long
            raise
        except Exception as error:
            if part is None:
                raise
            if self._page > 1 and not isinstance(error, LogEndError | UnknownPartError):
                self._page = max(1, self._page // 8)  # to name the transaction that fails
                return self.step(connection)
            words = f"behind position {part.position}: {type(error).__name__}: {error}"
            builds.fail(connection, self.code, part.build, words)
            return 0
        seconds = time.monotonic() - begin
        if seconds > TURN_SECONDS:
            self._page = max(1, self._page // 2)
        elif taken >= self._page // 2 and seconds < TURN_SECONDS / 2:
            self._page = min(self._page_max, self._page * 2)
        return taken

    def _claim(self, connection: psycopg.Connection) -> Part | None:
        """Lock a part that has not reached its goal: the last one again, else the one that has come the least far."""
        row = connection.execute(
            self._tracking.sql(
                "SELECT b.build, t.projection, t.version, t.partition, t.partitions, t.position, t.last_leaf, b.goal"
                " FROM {s}.tracking t JOIN {s}.builds b USING (projection, version)"
                " WHERE t.state = 'building' AND b.state = 'building' AND NOT t.paused AND t.position < b.goal"
                " ORDER BY (t.projection, t.version, t.partition) = (%s, %s, %s) DESC, t.position"
                " LIMIT 1 FOR UPDATE OF t SKIP LOCKED"
            ),
            self._held,
            binary=True,
        ).fetchone()
        if row is None:
            return None
        part = Part(*row)
        self._held = part.name
        return part

    def _take(self, connection: psycopg.Connection, part: Part) -> int:
        projection = self._projection(part.projection)
        heads, entries, last, head, leaf = self._read(connection, part, projection)
        if not part.position % self._page_max or last // self._page_max != part.position // self._page_max:
            make_room(connection, self._tracking, projection, part.version, last)
        lookup = partial(read_entries, connection, self._reader)
        if heads:
            for write in projection.fold(Batch(heads, entries, lookup)):
                write.run(connection, self._tracking.schema, part.version)
        connection.execute(
            self._tracking.sql(
                "UPDATE {s}.tracking SET position = %s, record_time = %s, last_leaf = %s, moved_at = now()"
                " WHERE projection = %s AND version = %s AND partition = %s"
            ),
            (last, head[7], leaf, *part.name),
        )
        return last - part.position

    def _projection(self, name: str) -> Projection:
        if name not in self._projections:
            self._projections[name] = schema.PROJECTIONS[name](self.code)
        return self._projections[name]

    def _read(
        self, connection: psycopg.Connection, part: Part, projection: Projection
    ) -> tuple[Sequence[Head], Entries | Sequence[bytes], int, Head, bytes]:
        """Return the part's entries of a page, and of the last entry of the page position, header and leaf hash."""
        after = part.position
        if after:
            _, entry = moments.head_at(connection, self._reader, after)
            if leaf_hash(entry) != part.last_leaf:
                raise LogEndError(f"position {after} no longer holds the entry that was taken in: the log was replaced")
        last = moments.end_behind(connection, self._reader, min(after + self._page, part.goal))
        if last > part.goal:
            raise LogEndError(f"position {part.goal} is no end of a transaction")
        head, entry = moments.head_at(connection, self._reader, last)
        leaf = leaf_hash(entry)
        if part.partitions > 1 and projection.partition_key is by_stream:
            of_part = self._entries_of(connection, part, last)
            return of_part.heads_between(after, last), of_part, last, head, leaf
        entries = fetch(connection, self._reader, after + 1, last)
        _check_whole(after, last, len(entries))
        heads = entries.heads(after + 1)
        if part.partitions > 1:
            key, parts, mine = projection.partition_key, part.partitions, part.partition
            chosen = [index for index, each in enumerate(heads) if part_of(key(each), parts) == mine]
            return [heads[index] for index in chosen], [entries[index] for index in chosen], last, head, leaf
        return heads, entries, last, head, leaf

    def _entries_of(self, connection: psycopg.Connection, part: Part, last: int) -> Entries:
        """Return the entries of a part whose partition key is the stream; PostgreSQL leaves the others out."""
        row = connection.execute(
            self._reader.sql("SELECT count(*) FROM {s}.entries WHERE position > %s AND position <= %s"),
            (part.position, last),
        ).fetchone()
        _check_whole(part.position, last, row[0] if row else 0)
        least, most = first_bytes(part.partition, part.partitions)
        return fetch(
            connection,
            self._reader,
            part.position + 1,
            last,
            " AND get_byte(uuid_send(stream), 0) BETWEEN %(least)s AND %(most)s",
            {"least": least, "most": most},
        )


def _check_whole(after: int, last: int, count: int) -> None:
    if count != last - after:
        raise LogEndError(f"the log lacks entries between positions {after} and {last}")
