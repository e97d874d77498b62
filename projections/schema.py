"""The schema of the read side, one per ledger: numbered migrations, and the tables of each projection's versions."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from ledger.log import schema as log_schema
from projections.balances import Balances
from projections.claims import Claims
from projections.journal import Journal
from projections.mandates import Mandates
from projections.restraints import Restraints
from projections.risk import Risk
from projections.settlements import Settlements
from projections.spending import Spending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from projections.projection import Projection

VIEWS_VERSION: Final = 5
"""The version of the read side's schema that this program works with."""
RANGE_POSITIONS: Final = 4_194_304
"""Positions of a range of a table that is split by them, as `ensure_ranges` makes it."""
PROJECTIONS: Final[dict[str, Callable[[str], Projection]]] = {
    "balances": lambda _: Balances(),
    "claims": lambda _: Claims(),
    "journal": lambda _: Journal(),
    "mandates": lambda _: Mandates(),
    "restraints": lambda _: Restraints(),
    "risk": lambda _: Risk(),
    "settlements": Settlements,
    "spending": Spending,
}
"""Every projection, made from the code of a ledger."""


def views_schema(code: str) -> str:
    """Return the PostgreSQL schema of a ledger's read side."""
    return f"views_{code}"


def migrate(database_url: str, codes: Iterable[str] | None = None) -> list[str]:
    """Bring the read side of these ledgers, by default of all, up to this version. Return what was applied."""
    names = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        if codes is None:
            rows = connection.execute("SELECT code FROM ledger_registry.ledgers ORDER BY code")
            codes = [code for (code,) in rows]
        for code in codes:
            with connection.transaction():
                names += [f"{code}: {name}" for name in _migrate(connection, code)]
    return names


def _migrate(connection: psycopg.Connection, code: str) -> list[str]:
    schema = views_schema(code)
    names = log_schema.apply_scripts(
        connection,
        schema,
        resources.files("projections") / "migrations",
        "views_",
        {"schema": f'"{schema}"', "schema_name": schema},
        oldest_compatible=VIEWS_VERSION,
    )
    may_own = connection.execute("SELECT pg_has_role('ledger_owner', 'SET')").fetchone()
    if may_own is None or not may_own[0]:
        return names  # a login that may only write the log: somebody else makes what is missing
    tracked = connection.execute(
        sql.SQL("SELECT DISTINCT projection FROM {}.tracking").format(sql.Identifier(schema))
    ).fetchall()
    for name, make in PROJECTIONS.items():
        projection = make(code)
        _store_script(connection, code, projection)
        if (name,) not in tracked:
            create_version(connection, code, projection, version=1, state="live")
            names.append(f"{name}, version 1")
    return names


def create_version(
    connection: psycopg.Connection, code: str, projection: Projection, *, version: int, state: str, parts: int = 1
) -> None:
    """Create the empty tables of a version, and its tracking rows, which begin before position 1.

    Who may call it needs no right to create tables: they are made by a script that a migration has put in place.
    """
    connection.execute(
        sql.SQL("SELECT {}.create_version(%s, %s, %s, %s, %s)").format(sql.Identifier(views_schema(code))),
        (projection.name, projection.shape, version, state, parts),
    )


def drop_version(connection: psycopg.Connection, code: str, projection: str, version: int) -> None:
    """Remove the tables and tracking rows of a version that does not answer."""
    connection.execute(
        sql.SQL("SELECT {}.drop_version(%s, %s)").format(sql.Identifier(views_schema(code))), (projection, version)
    )


def _store_script(connection: psycopg.Connection, code: str, projection: Projection) -> None:
    schema = views_schema(code)
    file = resources.files("projections") / "migrations" / f"{projection.name}_{projection.shape}.sql"
    script = file.read_text("utf-8").replace("{schema}", f'"{schema}"')
    tables = [table.name for table in projection.tables]
    ranged = [table.name for table in projection.tables if table.ranged]
    connection.execute("SET LOCAL ROLE ledger_owner")
    connection.execute(
        sql.SQL(
            "INSERT INTO {}.scripts (projection, shape, tables, ranged, script) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING"
        ).format(sql.Identifier(schema)),
        (projection.name, projection.shape, tables, ranged, script),
    )
    connection.execute("RESET ROLE")
