"""`ledgerctl upgrade`: which levels ledgers and processes have, and the end of an upgrade."""

from __future__ import annotations

import json
from typing import Annotated, Any

import psycopg
import typer
from rich.table import Table

from ledger.cli.caller import ACTOR, ADDRESS, called, service
from ledger.cli.database import Options, connect, console, ledger_codes, open_ledger
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, Trouble
from ledger.domain.features import FEATURE_LEVEL
from ledger.log.identifiers import schema_name
from ledger.log.running import Process, processes
from ledger.log.schema import LEDGER_VERSION

group = typer.Typer(no_args_is_help=True, help="Upgrades: levels of ledgers and processes, and their end.")


@group.command("status", epilog=EXIT_CODES)
def status(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Show the feature level of each ledger, and which processes serve the database now.

    Ends with exit status 1 while an upgrade is not finished, or a process is too old for a ledger. A process is known
    by its connections to this server of record; one that cannot reach it at this moment is not listed.
    """
    options: Options = context.obj
    with connect(options.url()) as connection:
        ledgers = {code: _level(connection, code) for code in ledger_codes(connection)}
        running = processes(connection)
    problems = _problems(ledgers, running)
    if as_json:
        report: dict[str, Any] = {
            "program": FEATURE_LEVEL,
            "ledgers": ledgers,
            "processes": [each._asdict() for each in running],
            "problems": problems,
        }
        print(json.dumps(report, indent=2))
    else:
        _print(ledgers, running)
        for problem in problems:
            print(f"! {problem}")
        print("something is left to do" if problems else "nothing is left to do")
    if problems:
        raise typer.Exit(DIFFERENT)


@group.command("finish", epilog=EXIT_CODES)
def finish(
    context: typer.Context,
    codes: Annotated[list[str] | None, typer.Argument(help="Codes of ledgers; without any, all.")] = None,
    level: Annotated[
        int, typer.Option(min=1, max=FEATURE_LEVEL, help="Level to raise them to; the newest unless you know better.")
    ] = FEATURE_LEVEL,
    force: Annotated[
        bool, typer.Option("--force", help="Also while older processes are connected: they stop serving these ledgers.")
    ] = False,
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Raise ledgers to the newest feature level. It cannot be undone: older programs can never serve them again."""
    options: Options = context.obj
    with connect(options.url()) as connection:
        known = ledger_codes(connection)
        if unknown := [code for code in codes or [] if code not in known]:
            raise Trouble(f"there is no ledger {unknown[0]}", DIFFERENT)
        levels = {code: _level(connection, code) for code in codes or known}
        for code in levels:
            _check_schema(connection, code)
        older = [each for each in processes(connection) if each.level < level]
    left = [code for code, current in levels.items() if current < level]
    if not left:
        print(f"nothing is left to do: feature level {level} in all {len(levels)} ledgers")
        return
    if older and not force:
        raise Trouble(
            f"older programs are still connected: {', '.join(map(_where, older))}. End them first; with --force they"
            " stop serving these ledgers at their next command or read",
            DIFFERENT,
        )
    with service(address, actor) as client:
        for code in left:
            done = called(client.finish_upgrade, ledger=f"ledgers/{code}", feature_level=level)
            print(f"ledger {code} has feature level {level} from position {done.transaction.first_position} on")


def _level(connection: psycopg.Connection, code: str) -> int:
    return open_ledger(connection, code).reader.head(connection).feature_level


def _check_schema(connection: psycopg.Connection, code: str) -> None:
    row = connection.execute(
        "SELECT max(version) FROM ledger_registry.migrations WHERE scope = %s", (schema_name(code),)
    ).fetchone()
    if not row or (row[0] or 0) < LEDGER_VERSION:
        raise Trouble(f"ledger {code} has an older schema: run `ledgerctl migrate` first", DIFFERENT)


def _where(process: Process) -> str:
    if not process.level:
        return "a program that does not tell its level"
    return f"process {process.pid} on {process.host} (level {process.level})"


def _problems(ledgers: dict[str, int], running: list[Process]) -> list[str]:
    found = []
    for code, level in ledgers.items():
        if level > FEATURE_LEVEL:
            found.append(f"ledger {code} has level {level}, and this program knows {FEATURE_LEVEL}: use a newer one")
        elif level < FEATURE_LEVEL:
            found.append(f"the upgrade of ledger {code} is not finished: `ledgerctl upgrade finish {code}`")
    highest = max(ledgers.values(), default=0)
    for process in running:
        if process.level < highest:
            found.append(f"{_where(process)} is too old for a ledger of level {highest}: end it")
        elif process.level < FEATURE_LEVEL:
            found.append(f"{_where(process)} is older than this program: replace it, then finish the upgrade")
    return found


def _print(ledgers: dict[str, int], running: list[Process]) -> None:
    print(f"this program knows feature level {FEATURE_LEVEL}")
    table = Table("ledger")
    table.add_column("feature level", justify="right")
    for code, level in ledgers.items():
        table.add_row(code, str(level))
    console().print(table)
    table = Table("process", "host")
    table.add_column("knows level", justify="right")
    for process in running:
        table.add_row(str(process.pid or "unknown"), process.host or "unknown", str(process.level or "unknown"))
    console().print(table)
