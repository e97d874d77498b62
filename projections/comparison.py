"""Proof of equality: two versions compared row by row at one position, by sums in which no two errors cancel.

Each row has a SHA-256 over a salt of this comparison, the name of its table and its text. The two halves of the first
128 bits are summed, exactly, over the rows of each table and part, in whatever order. Sums and numbers of rows must be
equal: a row that is there twice counts twice, and too much in one row is not made up for by too little in another.

State and position come from one snapshot. Of a table to which rows are only added, the rows up to that position stay
the same ever after; they are read behind it, a stretch at a time, so that no snapshot is held for long. Only tables
whose rows change are read inside of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from psycopg import sql

from ledger.log.identifiers import schema_name
from ledger.log.merkle import leaf_hash
from ledger.log.reader import Reader
from projections import moments, schema
from projections.tracking import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from projections.builds import Build
    from projections.projection import Table

STRETCH_BLOCKS: Final = 4_096
"""Blocks of 8 KiB of a table that one statement reads: some tenths of a second."""
DIFFERENCES_MAX: Final = 100
"""Differing keys that are recorded for each part of a table."""

_SESSION: Final = (
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET enable_seqscan = on",
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO'",
    "SET extra_float_digits = 1",
    "SET bytea_output = 'hex'",
)
_SUMS: Final = (
    "SELECT part, count(*), sum(('x' || substr(h, 1, 16))::bit(64)::int8),"
    " sum(('x' || substr(h, 17, 16))::bit(64)::int8)"
    " FROM (SELECT {part} AS part, encode(sha256(%(salt)s || convert_to(%(table)s || r::text, 'UTF8')), 'hex') AS h"
    " FROM {name} r WHERE {which} OFFSET 0) hashed GROUP BY part"
)
_KEYS: Final = (
    "WITH a AS (SELECT ROW({key})::text AS key, count(*) AS n, sum(hashtextextended(r::text, 0)) AS h"
    " FROM {old} r WHERE {part} = %(part)s AND {which} GROUP BY 1),"
    " b AS (SELECT ROW({key})::text AS key, count(*) AS n, sum(hashtextextended(r::text, 0)) AS h"
    " FROM {new} r WHERE {part} = %(part)s AND {which} GROUP BY 1)"
    " SELECT key, coalesce(a.n, 0), coalesce(b.n, 0) FROM a FULL JOIN b USING (key)"
    " WHERE (a.n, a.h) IS DISTINCT FROM (b.n, b.h) ORDER BY 1 LIMIT %(most)s"
)


class Sum(NamedTuple):
    """Rows, and the sums of the halves of their hashes."""

    rows: int = 0
    high: int = 0
    low: int = 0

    def plus(self, rows: int, high: int, low: int) -> Sum:
        """Add."""
        return Sum(self.rows + rows, self.high + high, self.low + low)

    @property
    def digits(self) -> str:
        """Return both sums modulo 2^64, as 32 hexadecimal digits."""
        return f"{self.high % 2**64:016x}{self.low % 2**64:016x}"


NOTHING: Final = Sum()


class Difference(NamedTuple):
    """A key for which the versions differ. `kind` says what is wrong with the older one, if the newer is right."""

    table: str
    part: int
    kind: str
    key: str


class Result(NamedTuple):
    """What a comparison found: sums by table, part and version, at a position."""

    position: int
    sums: dict[tuple[str, int, int], Sum]
    differences: list[Difference]

    @property
    def equal(self) -> bool:
        """Tell whether nothing differs."""
        return not self.differences


class Comparison:
    """Compares the version of a build with the older one that it is against."""

    def __init__(self, code: str, build: Build) -> None:
        """Take the ledger and the build."""
        self._build = build
        self._tracking = Tracking(code)
        self._reader = Reader(schema_name(code))
        self._tables: Sequence[Table] = schema.PROJECTIONS[build.projection](code).tables
        self._sums: dict[tuple[str, int, int], Sum] = {}
        self._found: list[Difference] = []

    def run(self, connection: psycopg.Connection) -> Result | None:
        """Compare at the position of both. Return None while they do not stand at one position.

        The connection is for this alone, in autocommit mode.
        """
        for statement in _SESSION:
            connection.execute(statement)
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            position = self._common_position(connection)
            if position is None:
                return None
            present = [table for table in self._tables if self._is_there(connection, table)]
            for table in present:
                if table.ranged:
                    self._look_beyond(connection, table, position)
                else:
                    for version in self._versions:
                        self._add(connection, table, version, sql.SQL("true"))
                    self._compare(connection, table, sql.SQL("true"))
        self._ranged(connection, present, position)
        return Result(position, self._sums, self._found)

    def run_past(self, connection: psycopg.Connection) -> Result | None:
        """Compare a past with the version that answers, for tables whose rows stay what they are.

        Return None while that version has not come as far: what it lacks is no difference. Where it does not move, that
        is what is found.
        """
        for statement in _SESSION:
            connection.execute(statement)
        row = connection.execute(
            self._tracking.sql(
                "SELECT position, paused OR problem <> '' FROM {s}.tracking WHERE projection = %s AND version = %s"
            ),
            (self._build.projection, self._build.against),
        ).fetchone()
        position, halted = row or (0, True)
        if position < self._build.goal:
            if not halted:
                return None
            words = f"version {self._build.against} stands still at position {position}"
            return Result(self._build.goal, {}, [Difference("tracking", 0, "is behind the past", words)])
        self._ranged(connection, [t for t in self._tables if self._is_there(connection, t)], self._build.goal)
        return Result(self._build.goal, self._sums, self._found)

    @property
    def _versions(self) -> tuple[int, int]:
        return self._build.against, self._build.version

    def _name(self, table: Table, version: int) -> sql.Identifier:
        return sql.Identifier(self._tracking.schema, f"{table.name}_v{version}")

    def _common_position(self, connection: psycopg.Connection) -> int | None:
        rows = connection.execute(
            self._tracking.sql(
                "SELECT version, position, last_leaf, record_time FROM {s}.tracking"
                " WHERE projection = %s AND version = ANY(%s) AND state <> 'building'"
            ),
            (self._build.projection, list(self._versions)),
            binary=True,
        ).fetchall()
        if len(rows) != len(self._versions) or rows[0][1] != rows[1][1]:
            return None
        position = int(rows[0][1])
        head, entry = moments.head_at(connection, self._reader, position) if position else (None, b"")
        for version, _, leaf, record_time in rows:
            if head and (leaf != leaf_hash(entry) or record_time != head[7]):
                kind = "does not name the entry at its position"
                self._found.append(Difference("tracking", 0, kind, f"version {version}, position {position}"))
        return position

    def _is_there(self, connection: psycopg.Connection, table: Table) -> bool:
        name = f"{self._tracking.schema}.{table.name}_v{self._build.against}"
        row = connection.execute("SELECT to_regclass(%s)", (name,)).fetchone()
        if row and row[0]:
            return True
        self._found.append(Difference(table.name, 0, "missing table", name))
        return False

    def _look_beyond(self, connection: psycopg.Connection, table: Table, position: int) -> None:
        """Find rows of entries that the tracking row says were not taken in."""
        for version in self._versions:
            rows = connection.execute(
                sql.SQL("SELECT ROW({key})::text FROM {name} WHERE position > %s LIMIT %s").format(
                    key=_columns(table), name=self._name(table, version)
                ),
                (position, DIFFERENCES_MAX),
            )
            self._found += [Difference(table.name, 0, f"extra beyond position {position}", key) for (key,) in rows]

    def _ranged(self, connection: psycopg.Connection, tables: Sequence[Table], position: int) -> None:
        for table in tables:
            if table.ranged:
                for version in self._versions:
                    for which in self._stretches(connection, table, version, position):
                        self._add(connection, table, version, which)
                self._compare(connection, table, sql.SQL("position <= {}").format(position))

    def _stretches(
        self, connection: psycopg.Connection, table: Table, version: int, position: int
    ) -> Iterator[sql.Composable]:
        """Return conditions for pieces of a table that are read within a moment each."""
        ranges = connection.execute(
            "SELECT right(c.relname, 6)::int8, pg_relation_size(c.oid) / 8192"
            " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass ORDER BY c.relname",
            (f"{self._tracking.schema}.{table.name}_v{version}",),
        ).fetchall()
        for number, blocks in ranges:
            first, last = number * schema.RANGE_POSITIONS, min((number + 1) * schema.RANGE_POSITIONS, position)
            for block in range(0, int(blocks) if first < last else 0, STRETCH_BLOCKS):
                yield sql.SQL("position > {} AND position <= {} AND ctid >= {}::tid AND ctid < {}::tid").format(
                    first, last, f"({block},0)", f"({block + STRETCH_BLOCKS},0)"
                )

    def _add(self, connection: psycopg.Connection, table: Table, version: int, which: sql.Composable) -> None:
        rows = connection.execute(
            sql.SQL(_SUMS).format(part=_part(table), name=self._name(table, version), which=which),
            {"salt": self._build.salt, "table": table.name},
        )
        for part, *more in rows:
            key = table.name, int(part), version
            self._sums[key] = self._sums.get(key, NOTHING).plus(*map(int, more))

    def _compare(self, connection: psycopg.Connection, table: Table, which: sql.Composable) -> None:
        old, new = self._versions
        for part in sorted({part for name, part, _ in self._sums if name == table.name}):
            if self._sums.get((table.name, part, old)) == self._sums.get((table.name, part, new)):
                continue
            rows = connection.execute(
                sql.SQL(_KEYS).format(
                    key=_columns(table), part=_part(table), which=which,
                    old=self._name(table, old), new=self._name(table, new),
                ),
                {"part": part, "most": DIFFERENCES_MAX},
            ).fetchall()  # fmt: skip
            for key, before, after in rows:
                self._found.append(Difference(table.name, part, _kind(before, after), key))
            if not rows:  # it was mended in the meantime
                self._found.append(Difference(table.name, part, "different sums", "the rows are the same now"))


def _kind(before: int, after: int) -> str:
    if not before:
        return "missing"
    if not after:
        return "extra"
    return "duplicated" if before > after else "changed"


def _columns(table: Table) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, table.key))


def _part(table: Table) -> sql.Composable:
    """The number of a row's part, of 16: the first bits of its partition key."""
    if not table.partition:
        return sql.SQL("0")
    return sql.SQL("(get_byte(uuid_send({}), 0) >> 4)").format(sql.SQL(table.partition))


def record(connection: psycopg.Connection, code: str, build: Build, result: Result) -> None:
    """Keep what was found, in the transaction of the caller."""
    tracking = Tracking(code)
    for table in ("sums", "differences"):
        statement = sql.SQL("DELETE FROM {} WHERE build = %s").format(sql.Identifier(tracking.schema, table))
        connection.execute(statement, (build.build,))
    with connection.cursor() as cursor:
        cursor.executemany(
            tracking.sql(
                "INSERT INTO {s}.sums (build, table_name, part, version, rows, high, low)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)"
            ),
            [(build.build, *key, *found) for key, found in result.sums.items()],
        )
        cursor.executemany(
            tracking.sql(
                "INSERT INTO {s}.differences (build, table_name, part, kind, key) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING"
            ),
            [(build.build, *found) for found in result.differences],
        )


def recorded(connection: psycopg.Connection, code: str, number: int) -> Result:
    """Return what the comparison of a build found; nothing where it was not compared."""
    tracking = Tracking(code)
    sums = connection.execute(
        tracking.sql(
            "SELECT table_name, part, version, rows, high, low FROM {s}.sums WHERE build = %s"
            " ORDER BY table_name, part, version"
        ),
        (number,),
    )
    known = {(table, part, version): Sum(rows, int(high), int(low)) for table, part, version, rows, high, low in sums}
    found = connection.execute(
        tracking.sql(
            "SELECT table_name, part, kind, key FROM {s}.differences WHERE build = %s ORDER BY table_name, part, key"
        ),
        (number,),
    )
    row = connection.execute(tracking.sql("SELECT position FROM {s}.builds WHERE build = %s"), (number,)).fetchone()
    return Result(row[0] if row else 0, known, [Difference(*each) for each in found])
