"""`ledgerctl status`: whether everything is in order, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from rich.table import Table

from ledger.cli import service
from ledger.cli.database import Options, connect, console, ledger_codes, open_ledger
from ledger.cli.projections import standings
from ledger.cli.service import Target
from ledger.cli.trouble import DIFFERENT, Trouble
from ledger.domain.features import FEATURE_LEVEL
from ledger.log.identifiers import schema_name
from ledger.log.schema import LEDGER_VERSION
from projections.tracking import LIVE

ROOT_DIGITS = 16
CERTIFICATE_DAYS = 14
"""A certificate that ends sooner is worth a word."""
_HEALTHY = ("serving", service.UNKNOWN)


def status(
    context: typer.Context,
    address: Annotated[
        str, typer.Option(envvar="LEDGER_LISTEN", show_envvar=True, help="host:port of the service.")
    ] = "127.0.0.1:50051",
    operator: Annotated[
        str,
        typer.Option(
            envvar="LEDGER_OPERATOR_LISTEN", show_envvar=True, help="Loopback host:port of the first worker's /status."
        ),
    ] = "",
    ca_file: Annotated[Path | None, typer.Option(help="PEM file with the authority of a service with TLS.")] = None,
    certificate_file: Annotated[Path | None, typer.Option(help="PEM file with our certificate.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="PEM file with the key of our certificate.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the health of the service, its workers and its ledgers.

    Ends with exit status 1 when something needs somebody's attention; the last lines say what.
    """
    options: Options = context.obj
    target = Target(address, ca_file, certificate_file, key_file)
    with connect(options.url()) as connection:
        ledgers = [_ledger(connection, code) for code in ledger_codes(connection)]
    told = service.health(target, ["", *(f"ledgers/{ledger['ledger']}" for ledger in ledgers)])
    for ledger in ledgers:
        ledger["health"] = told[f"ledgers/{ledger['ledger']}"]
    workers = service.workers(operator)
    report = {
        "address": address,
        "health": told[""],
        "ledgers": ledgers,
        "workers": workers,
        "problems": _problems(told[""], ledgers, workers),
    }
    if as_json:
        print(json.dumps(report, indent=2))
    else:
        _print(report)
    if report["problems"]:
        raise typer.Exit(DIFFERENT)


def _ledger(connection: psycopg.Connection, code: str) -> dict[str, Any]:
    ledger = open_ledger(connection, code)
    head = ledger.reader.head(connection)
    row = connection.execute(
        "SELECT max(version), max(oldest_compatible), (extract(epoch FROM clock_timestamp()) * 1000000)::int8"
        " FROM ledger_registry.migrations WHERE scope = %s",
        (schema_name(code),),
    ).fetchone()
    version, oldest, now = row or (0, 0, 0)
    return {
        "ledger": code,
        "size": head.size,
        "root": head.root.hex(),
        "record_time": ledger.time(head.record_time, exact=True),
        "lag_seconds": max(0, now - head.record_time) / 1e6,
        "schema_version": version,
        "oldest_compatible": oldest,
        "feature_level": head.feature_level,
        "projections": _projections(connection, code),
    }


def _projections(connection: psycopg.Connection, code: str) -> list[dict[str, Any]]:
    """How the views of a ledger stand; none where there is no read side."""
    try:
        found = standings(connection, code)
    except Trouble:
        return []
    return [
        {
            "projection": each.projection,
            "version": each.version,
            "state": each.state,
            "position": each.position,
            "lag_entries": each.lag_entries,
            "lag_seconds": each.lag_microseconds / 1e6,
            "dead_letters": each.dead_letters,
            "problem": each.problem,
            "paused": each.paused,
            "frozen": each.frozen,
        }
        for each in found
    ]


def _problems(told: str, ledgers: list[dict[str, Any]], workers: list[dict[str, Any]]) -> list[str]:
    """What needs somebody's attention, as sentences."""
    found = [] if told == "serving" else [f"the service is {told}"]
    for ledger in ledgers:
        code = ledger["ledger"]
        if told != service.UNREACHABLE and ledger["health"] not in _HEALTHY:
            found.append(f"ledger {code} is {ledger['health']}")
        if not ledger["schema_version"] or ledger["schema_version"] < LEDGER_VERSION:
            found.append(f"ledger {code} has schema version {ledger['schema_version']}: run `ledgerctl migrate`")
        elif ledger["oldest_compatible"] > LEDGER_VERSION or ledger["feature_level"] > FEATURE_LEVEL:
            found.append(f"ledger {code} was written by a newer version: upgrade this program")
        for view in ledger["projections"]:
            name = f"projection {view['projection']} of ledger {code}"
            if view["problem"]:
                found.append(f"{name} is stopped: {view['problem']}")
            if view["frozen"]:
                found.append(f"{name} does not move although entries wait: is a runner at work?")
            if view["paused"] and view["state"] == LIVE:
                found.append(f"{name} is paused")
            if view["dead_letters"] and view["state"] == LIVE:
                found.append(f"{name} has {view['dead_letters']} dead letters")
    for worker in workers:
        name = f"worker {worker['worker']}"
        if worker.get("problem"):
            found.append(f"{name}: {worker['problem']}")
            continue
        for code, ledger in worker["ledgers"].items():
            if not ledger["serving"]:
                found.append(f"{name} has stopped ledger {code}: {ledger['problem']}")
            if ledger["backstops"]:
                found.append(f"{name}: the database caught {ledger['backstops']} defects in ledger {code}; report them")
        found += [
            f"{name} cannot use the new {file}: {problem}" for file, problem in worker["files"].items() if problem
        ]
        if (ends := worker["certificate_expires"]) and ends - worker["now"] < CERTIFICATE_DAYS * 86_400:
            found.append(f"{name}: the certificate ends in {(ends - worker['now']) / 86_400:.1f} days")
    return found


def _print(report: dict[str, Any]) -> None:
    print(f"service {report['address']}: {report['health']}")
    table = Table("ledger", "health")
    for title in ("entries", "schema", "newest", "views behind"):
        table.add_column(title, justify="right")
    table.add_column("newest commit")
    table.add_column(f"root (first {ROOT_DIGITS} digits)")
    for ledger in report["ledgers"]:
        table.add_row(
            ledger["ledger"],
            ledger["health"],
            f"{ledger['size']:,}",
            str(ledger["schema_version"]),
            f"{ledger['lag_seconds']:,.1f} s ago",
            f"{max(behind):,}" if (behind := [view["lag_entries"] for view in ledger["projections"]]) else "",
            ledger["record_time"],
            ledger["root"][:ROOT_DIGITS],
        )
    console().print(table)
    for worker in report["workers"]:
        if worker.get("problem"):
            continue
        commits = sum(ledger["commits"] for ledger in worker["ledgers"].values())
        print(
            f"worker {worker['worker']}: version {worker['version']}, pid {worker['pid']},"
            f" up {worker['now'] - worker['started']:,.0f} s, {len(worker['ledgers'])} ledgers open,"
            f" {commits:,} commits, {worker['calls_in_flight']} calls and {worker['streams']} streams in progress"
        )
    if settings := next((worker["settings"] for worker in report["workers"] if "settings" in worker), None):
        print("settings that are not the defaults:")
        for name, value in settings.items():
            print(f"  {name} = {value}")
    for problem in report["problems"]:
        print(f"! {problem}")
    print("something needs attention" if report["problems"] else "everything is in order")
