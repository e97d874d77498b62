"""`ledgerctl account statement`: the yearly statement of an account, written as a page."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from ledger.cli.accesses import record
from ledger.cli.database import Options, connect, open_ledger
from ledger.cli.projections import standings
from ledger.cli.trouble import DATABASE, MISSING, Trouble
from ledger.domain.names import parse_account
from ledger.v1.history_service_pb2 import GetStatementResponse
from ledger.v1.types_pb2 import ACCESS_KIND_ACCOUNT
from projections.service import statement
from projections.service.statement import Asked
from projections.service.views import composed
from projections.statement.page import LANGUAGES, page
from projections.statement.year import FIRST, civil, year_of
from projections.tracking import LIVE, Standing

SPENDING = "spending"


def write(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="ledgers/CODE/accounts/UUID.")],
    year: Annotated[int, typer.Option(help="Civil year; the current one is not over, and so are its figures.")],
    language: Annotated[str, typer.Option(help="zh or en.")] = LANGUAGES[0],
    holder: Annotated[str, typer.Option(help="Name to print as that of the holder.")] = "",
    drawn: Annotated[
        datetime | None, typer.Option(help="Count what was recorded before this time (UTC); default: the year's end.")
    ] = None,
    previous_drawn: Annotated[
        datetime | None, typer.Option(help="When the statement before was drawn (UTC); default: the year's beginning.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="File to write; default: statement-YEAR.html in the current directory.")
    ] = None,
) -> None:
    """Write the yearly statement of an account as an HTML page for A4.

    It has the numbers of GetStatement, as far as the projection `spending` has come.
    """
    if language not in LANGUAGES:
        raise typer.BadParameter(f"must be one of {', '.join(LANGUAGES)}", param_hint="--language")
    try:
        code, stream = parse_account(name.lower())
    except ValueError:
        raise typer.BadParameter(f"{name!r} is no account (ledgers/CODE/accounts/UUID)", param_hint="NAME") from None
    options: Options = context.obj
    asked = Asked(code, stream, year, _micros(drawn), _micros(previous_drawn), False, 0, False)
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        record(options, connection, ledger, "account statement", ACCESS_KIND_ACCOUNT, stream=stream)
        found, names = _statement(connection, asked)
    target = output or Path(f"statement-{year}.html")
    target.write_text(page(found, language, holder, names), "utf-8")
    typer.echo(f"{target}: {year} of {name}, as of position {found.position}")


def _statement(connection: psycopg.Connection, asked: Asked) -> tuple[GetStatementResponse, dict[str, str]]:
    """Return the statement, and names of institutions by their codes."""
    ledger = open_ledger(connection, asked.ledger)
    now = time.time_ns() // 1_000
    latest = civil(now, ledger.zone).year
    if not FIRST <= asked.year <= latest:
        raise typer.BadParameter(f"must be from {FIRST} to {latest}", param_hint="--year")
    year = year_of(asked.year, ledger.zone, now, asked.drawn, asked.previous)
    if asked.drawn is not None and not year.end <= asked.drawn <= now:
        raise typer.BadParameter("must be between the end of the year and now", param_hint="--drawn")
    if not year.begin <= year.previous <= min(year.drawn, now):
        raise typer.BadParameter("must be between the year's beginning and --drawn", param_hint="--previous-drawn")
    live = _live(connection, asked.ledger)
    values = statement.parameters(asked, year, live.position)
    before, rows = (
        connection.execute(composed(text, asked.ledger, SPENDING, live.version), values, binary=True).fetchall()
        for text in (statement.BEFORE, statement.COUNTED)
    )
    if not rows and not before[0][0] and not ledger.reader.tip(connection, asked.stream).version:
        raise Trouble(f"there is no event of this account up to {year.number}; is the id right?", MISSING)
    found = statement.compose(asked, year, before[0], rows, now)
    found.position = live.position
    found.missing_entries = _missing(connection, asked, live.version)
    found.final = statement.is_final(found, year, live.record_time, now, complete=live.position == live.head)
    text = composed(statement.DESIGNATIONS, asked.ledger, SPENDING, live.version)
    designated = connection.execute(text, statement.designations_of(found, asked.ledger), binary=True).fetchall()
    return found, statement.places(designated)


def _missing(connection: psycopg.Connection, asked: Asked, version: int) -> int:
    text = composed(
        "SELECT count(*) FROM {dead_letters} WHERE stream = %s AND projection = 'spending' AND version = %s",
        asked.ledger,
        SPENDING,
        version,
    )
    row = connection.execute(text, (uuid.UUID(bytes=asked.stream), version)).fetchone()
    return int(row[0]) if row else 0


def _live(connection: psycopg.Connection, code: str) -> Standing:
    for row in standings(connection, code):
        if (row.projection, row.state) == (SPENDING, LIVE):
            return row
    raise Trouble(f"ledger {code} has no spending history yet; run `ledgerctl migrate`", DATABASE)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp()) * 1_000_000
