"""Following one ledger: a page of the log, folded by every projection that stands there, in one transaction.

Rows and tracking row move together, so each entry counts exactly once, whatever is killed when. Whoever has locked the
tracking row leads until the transaction ends; several processes may follow one ledger and take turns.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

import psycopg
import structlog
from psycopg import sql

from ledger.log.entry import UnknownPartError
from ledger.log.identifiers import schema_name
from ledger.log.merkle import leaf_hash
from ledger.log.reader import Reader
from ledger.log.schema import FEATURE_LEVEL
from projections.ahead import Prepared
from projections.page import NO_ENTRIES, LogEndError, Page, read_entries, read_page
from projections.projection import Batch
from projections.schema import PROJECTIONS
from projections.tracking import LIVE, SHADOW, Tracked, Tracking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.ahead import Ahead
    from projections.projection import Projection
    from projections.rows import Write

PAGE_ENTRIES_MAX: Final = 10_000
"""Entries of a page. The larger, the fewer times the row of an account is written; a slow page is followed by less."""
PAGE_ENTRIES_FIRST: Final = 2_500
"""Entries of the first page: nothing is written while it is folded."""
TURN_SECONDS: Final = 0.4
"""A page that takes longer is followed by a shorter one: an open transaction keeps PostgreSQL from tidying up."""
DAMAGED_SECONDS: Final = 10.0
"""Between two attempts at a version whose tables cannot be written."""
_RANGE_AHEAD: Final = 262_144
_DAMAGE: Final = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.DatatypeMismatch,
    psycopg.errors.InvalidColumnReference,  # the key that a row is merged by is gone
    psycopg.errors.InsufficientPrivilege,
)

log = structlog.get_logger(__name__)


class PoisonedError(Exception):
    """A projection could not take a page in; nothing of it was written."""


class DamagedError(Exception):
    """The tables of a version cannot be written at all: they are gone, or not what they were."""

    def __init__(self, row: Tracked, problem: str) -> None:
        """Name the version."""
        super().__init__(problem)
        self.row = row


class Follower:
    """Follows one ledger. Its methods take the connection of the runner, in autocommit mode."""

    def __init__(
        self,
        code: str,
        ahead: Ahead | None = None,
        *,
        page_entries: int = PAGE_ENTRIES_MAX,
        only: tuple[str, int] | None = None,
    ) -> None:
        """Take the code of the ledger, who prepares pages (nobody: each is prepared when its turn comes), and how many
        entries a page has at most. `only`: the projection and version to follow, instead of all.
        """
        self.code = code
        self._only = only
        self._damaged: dict[tuple[str, int], float] = {}
        self._for_those_behind = False
        self._ahead = ahead
        self.buried = 0
        self._projections: dict[str, Projection] = {name: make(code) for name, make in PROJECTIONS.items()}
        self._tracking = Tracking(code)
        self._reader = Reader(schema_name(code))
        # One statement, one snapshot: a projection that is ahead of the log was fed from another one.
        self._look = sql.SQL(
            "SELECT h.last_position, h.feature_level, t.least, t.most FROM"
            " (SELECT last_position, feature_level FROM {log}.commits ORDER BY last_position DESC LIMIT 1) h,"
            " (SELECT min(position) AS least, max(position) AS most FROM {views}.tracking"
            " WHERE state IN ('live', 'shadow', 'standby') AND NOT paused) t"
        ).format(log=sql.Identifier(schema_name(code)), views=sql.Identifier(self._tracking.schema))
        self._page_max, self._page = page_entries, min(page_entries, PAGE_ENTRIES_FIRST)
        self._reach = 0

    def step(self, connection: psycopg.Connection) -> int:
        """Take one page in. Return the number of its entries; 0 = there is none, or somebody else is at it.

        Raise LogEndError or UnknownPartError where the log cannot be followed, psycopg errors when the database is out
        of reach. Nothing has moved then.
        """
        prepared = self._ahead.take(self.code) if self._ahead else None
        head = self._behind(connection)
        if not head:
            return 0
        begin = time.monotonic()
        try:
            page = self._take(connection, head, prepared)
        except DamagedError as error:
            self._damaged[error.row.projection, error.row.version] = begin + DAMAGED_SECONDS
            self._tracking.halt(connection, error.row, str(error))
            log.error(  # noqa: TRY400 - the message says what is missing
                "projection.damaged",
                ledger=self.code,
                projection=error.row.projection,
                version=error.row.version,
                problem=str(error),
            )
            return self.step(connection)
        except PoisonedError as error:
            self._page = max(1, self._page // 2)
            log.warning("projection.poisoned", ledger=self.code, error=str(error), next_page=self._page)
            return self.step(connection)
        except psycopg.OperationalError:
            self._page = max(1, self._page // 2)  # it may have taken too long
            raise
        self._adapt(len(page.heads), time.monotonic() - begin)
        return len(page.heads)

    def _adapt(self, entries: int, seconds: float) -> None:
        if seconds > TURN_SECONDS:
            self._page = max(1, self._page // 2)
        elif entries >= self._page // 2 and seconds < TURN_SECONDS / 3:
            self._page = min(self._page_max, self._page * 2)

    def _behind(self, connection: psycopg.Connection) -> int:
        """Return the size of the log when something is not taken in yet, else 0. Locks nothing."""
        row = connection.execute(self._look).fetchone()
        if row is None or row[2] is None:
            return 0
        size, level, least, most = row
        if level > FEATURE_LEVEL:
            raise UnknownPartError(f"the log has feature level {level}, this version knows {FEATURE_LEVEL}")
        if most > size:
            raise LogEndError(f"the log ends at {size}, but positions up to {most} were taken in")
        return int(size) if least < size else 0

    def _take(self, connection: psycopg.Connection, head: int, prepared: Prepared | None) -> Page:
        """Take the next page in, for every projection whose row stands lowest."""
        nothing = Page((), NO_ENTRIES)
        with connection.transaction():
            due, stop = self._due(connection, head)
            if not due:
                return nothing
            after = due[0].position
            leaf = due[0].last_leaf
            if any(row.last_leaf != leaf for row in due):
                raise LogEndError(f"the projections that stand at position {after} were fed from different logs")
            if not prepared or (prepared.after, prepared.leaf) != (after, leaf) or prepared.page.last_position > stop:
                page = read_page(connection, self._reader, after, leaf, min(self._page, stop - after))
                prepared = Prepared(after, leaf, page, {})
            page = prepared.page
            if not page.heads:
                return nothing
            reach = self._make_room(connection, due, page.last_position)
            last = leaf_hash(page.entries[-1])
            if self._ahead and page.last_position < head:
                names = [row.projection for row in due]
                self._ahead.begin(self.code, partial(self._prepare, page.last_position, last, names))
            batch = Batch(page.heads, page.entries, partial(read_entries, connection, self._reader))
            for row in due:
                self._fold(connection, row, page, prepared.writes.get(row.projection), batch)
            self._tracking.move(connection, due, page.heads[-1], last)
        self._reach = reach  # not before: the ranges are there when the transaction is committed
        return page

    def _prepare(self, after: int, leaf: bytes, names: Sequence[str], connection: psycopg.Connection) -> Prepared:
        """Read the page behind a position and fold it for these projections. Runs on another thread."""
        page = read_page(connection, self._reader, after, leaf, self._page)
        batch = Batch(page.heads, page.entries, partial(read_entries, connection, self._reader))
        return Prepared(after, leaf, page, {name: self._projections[name].fold(batch) for name in names})

    def _can_fold(self, row: Tracked) -> bool:
        known = self._projections.get(row.projection)
        name = row.projection, row.version
        return (
            known is not None
            and known.shape == row.shape
            and (self._only is None or name == self._only)
            and self._damaged.get(name, 0.0) < time.monotonic()
        )

    def _due(self, connection: psycopg.Connection, head: int) -> tuple[list[Tracked], int]:
        """Lock the rows, and choose those that take the next page in: all stand at one position. Return up to where."""
        rows = [row for row in self._tracking.claim(connection) if self._can_fold(row)]
        ends = self._ends(connection, rows, head)
        able = [row for row in rows if row.position < ends[row.projection, row.version]]
        if not able:
            return [], 0
        after = min(row.position for row in able)
        live = min((row.position for row in able if row.state == LIVE), default=after)
        # Who answers is not held up by who is far behind: they take turns, until a page of the longest, or some shorter
        # ones, bring them together. The length of a page now must not count: under load pages are short, and both would
        # go on apart from one another for as long as the load lasts.
        self._for_those_behind = live - after <= self._page_max or not self._for_those_behind
        if not self._for_those_behind:
            after = live
        due = [row for row in able if row.position == after]
        # Whoever is ahead is met where it stands, and goes on together with the others from there.
        ahead = (row.position for row in rows if row.position > after)
        return due, min([*ahead, *(ends[row.projection, row.version] for row in due)])

    def _ends(self, connection: psycopg.Connection, rows: Sequence[Tracked], head: int) -> dict[tuple[str, int], int]:
        """Return how far each may go: a shadow not beyond the live version, unless they go together."""
        ends = {(row.projection, row.version): head for row in rows}
        shadows = [row for row in rows if row.state == SHADOW]
        if shadows:
            live = self._tracking.live(connection)
            together = {row.projection: row.position for row in rows if row.state == LIVE}
            for row in shadows:
                other = live.get(row.projection)
                if other and other.shape == row.shape and together.get(row.projection) != row.position:
                    ends[row.projection, row.version] = other.position
        return ends

    def _fold(
        self, connection: psycopg.Connection, row: Tracked, page: Page, folded: Sequence[Write] | None, batch: Batch
    ) -> None:
        """Fold a page for one projection unless it is `folded`, and write it; bury it when it is one transaction and
        fails.
        """
        single = page.heads[0][5] == len(page.heads)
        try:
            if single:
                with connection.transaction():  # a savepoint: the other projections take the transaction in
                    self._write(connection, row, batch, folded)
            else:
                self._write(connection, row, batch, folded)
        except (UnknownPartError, psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except _DAMAGE as error:
            raise _damaged(row, error) from error
        except Exception as error:
            words = f"{type(error).__name__}: {error}"
            if not single:
                raise PoisonedError(f"{row.projection} behind {row.position}: {words}") from error
            self._tracking.bury(connection, row, page, words)
            self.buried += len(page.heads)
            log.error(  # noqa: TRY400 - a trace may show what is in the entry
                "projection.buried",
                ledger=self.code,
                projection=row.projection,
                version=row.version,
                position=page.heads[0][0],
                entries=len(page.heads),
                error=type(error).__name__,
            )

    def _write(
        self, connection: psycopg.Connection, row: Tracked, batch: Batch, folded: Sequence[Write] | None
    ) -> None:
        for write in self._projections[row.projection].fold(batch) if folded is None else folded:
            write.run(connection, self._tracking.schema, row.version)

    def _make_room(self, connection: psycopg.Connection, rows: Sequence[Tracked], position: int) -> int:
        """Create the next ranges of the tables long before they are reached. Return up to where it need not be done
        again.
        """
        if position <= self._reach:
            return self._reach
        for row in rows:
            try:
                make_room(connection, self._tracking, self._projections[row.projection], row.version, position)
            except (psycopg.errors.RaiseException, *_DAMAGE) as error:
                raise _damaged(row, error) from error
        return position + _RANGE_AHEAD // 2

    def complain(self, connection: psycopg.Connection, problem: str) -> None:
        """Say for every process to see why this ledger is not followed."""
        self._tracking.complain(connection, problem)


def _damaged(row: Tracked, error: psycopg.Error) -> DamagedError:
    return DamagedError(row, f"its tables cannot be written: {error.diag.message_primary}; mend them, or rebuild it")


def make_room(
    connection: psycopg.Connection, tracking: Tracking, projection: Projection, version: int, position: int
) -> None:
    """Create the ranges of a version's tables that positions well behind this one need."""
    for table in projection.tables:
        if table.ranged:
            connection.execute(
                tracking.sql("SELECT {s}.ensure_ranges(%s, %s)"),
                (f"{table.name}_v{version}", position + _RANGE_AHEAD),
            )
