"""`ledgerctl projections status`, `projections dead-letters` and `projections run`: the read side."""

from __future__ import annotations

import signal
from typing import Annotated

import psycopg
import typer
from psycopg import sql
from rich.table import Table

from ledger.cli.database import OpenLedger, Options, connect, console, ledger_codes, open_ledger
from ledger.cli.trouble import DATABASE, DIFFERENT, EXIT_CODES, Trouble
from ledger.domain.names import id_text
from ledger.log.collector import calm_collector
from ledger.log.entry import EVENT_NAMES
from ledger.log.identifiers import schema_name
from projections import letters
from projections.runner import Runner
from projections.schema import views_schema
from projections.tracking import LIVE, STANDINGS, STANDINGS_PARAMETERS, Standing, standing

group = typer.Typer(no_args_is_help=True, help="The read side: views that are folded from the log.")

Code = Annotated[str, typer.Argument(help="Code of the ledger.")]


def standings(connection: psycopg.Connection, code: str) -> list[Standing]:
    """Return how each projection of a ledger stands."""
    names = {"s": sql.Identifier(views_schema(code)), "log": sql.Identifier(schema_name(code))}
    try:
        rows = connection.execute(sql.SQL(STANDINGS).format(**names), STANDINGS_PARAMETERS, binary=True)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise Trouble(f"ledger {code} has no read side yet; run `ledgerctl migrate`", DATABASE) from None
    return [standing(row) for row in rows]


@group.command("status", epilog=EXIT_CODES)
def status(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of a ledger; all when left out.")] = "",
) -> None:
    """Show how far each projection has come, and what it could not take in.

    Ends with exit status 1 when one is stopped or has dead letters, and when one that answers is paused or nobody
    follows it.
    """
    options: Options = context.obj
    table = Table("ledger", "projection", "version", "state")
    for title in ("position", "head", "lag", "oldest waits", "dead letters"):
        table.add_column(title, justify="right")
    table.add_column("last entry")
    problems = []
    with connect(options.url()) as connection:
        for each in [code] if code else ledger_codes(connection):
            ledger = open_ledger(connection, each)
            for row in standings(connection, each):
                table.add_row(*_cells(ledger, row))
                if row.problem:
                    problems.append(f"{each} {row.projection} is stopped: {row.problem}")
                elif row.paused and row.state == LIVE:
                    problems.append(f"{each} {row.projection} is paused; `ledgerctl projections resume` lets it go on")
                elif row.frozen:
                    problems.append(f"{each} {row.projection} does not move; is anybody following the ledger?")
                if row.dead_letters and row.state == LIVE:
                    problems.append(f"{each} {row.projection} has {row.dead_letters} dead letters")
    console().print(table)
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(DIFFERENT)


def _cells(ledger: OpenLedger, row: Standing) -> list[str]:
    return [
        ledger.code,
        row.projection,
        str(row.version),
        "stopped" if row.problem else "paused" if row.paused else "frozen" if row.frozen else row.state,
        f"{row.position:,}",
        f"{row.head:,}",
        f"{row.lag_entries:,}",
        f"{row.lag_microseconds / 1e6:.1f} s",
        f"{row.dead_letters:,}",
        ledger.time(row.record_time) if row.record_time else "",
    ]


@group.command("dead-letters", epilog=EXIT_CODES)
def dead_letters(
    context: typer.Context,
    code: Code,
    most: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List the entries that a projection could not take in, and why. Exit status 1 when there are any."""
    options: Options = context.obj
    with connect(options.url()) as connection:
        open_ledger(connection, code)
        standings(connection, code)
        found = letters.letters(connection, code, most=most, whole=False)
    for each in found:
        name = EVENT_NAMES.get(each.type, str(each.type))
        stream = id_text(bytes(each.stream))
        print(f"{each.projection} v{each.version}  position {each.position}  {stream}  {name}  {each.error}")
    if found:
        raise typer.Exit(DIFFERENT)


@group.command("run", epilog=EXIT_CODES)
def run(
    context: typer.Context,
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes of ledgers; all, also later ones, when none.")
    ] = None,
) -> None:
    """Keep the read side up to date until SIGTERM or Ctrl-C. As many processes as one likes may do so."""
    options: Options = context.obj
    url = options.url()
    with connect(url) as connection:
        for code in codes or []:
            open_ledger(connection, code)
            standings(connection, code)
    calm_collector()
    runner = Runner(url, codes or (), named_only=bool(codes))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop())
    runner.run()
