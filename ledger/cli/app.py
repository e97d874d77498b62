"""The commands of `ledgerctl` and the options that all of them have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import (
    accounts,
    archive,
    audit,
    books,
    builds,
    demo,
    export,
    keys,
    ledgers,
    logs,
    policies,
    projections,
    replays,
    statements,
    status,
    transfers,
    upgrades,
    versions,
    witness,
)
from ledger.cli.database import Options
from ledger.cli.trouble import EXIT_CODES

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=EXIT_CODES,
)
app.add_typer(ledgers.group, name="ledger", epilog=EXIT_CODES)
assert replays  # its commands are in the group of accounts
accounts.group.command("statement", epilog=EXIT_CODES)(statements.write)
app.add_typer(accounts.group, name="account", epilog=EXIT_CODES)
app.add_typer(logs.group, name="log", epilog=EXIT_CODES)
app.add_typer(transfers.group, name="transfers", epilog=EXIT_CODES)
assert builds  # its commands and those of versions are in the group of projections
assert versions
app.add_typer(projections.group, name="projections", epilog=EXIT_CODES)
app.add_typer(audit.group, name="audit", epilog=EXIT_CODES)
app.add_typer(keys.group, name="keys", epilog=EXIT_CODES)
app.add_typer(books.group, name="books", epilog=EXIT_CODES)
app.add_typer(upgrades.group, name="upgrade", epilog=EXIT_CODES)
app.add_typer(witness.group, name="witness", epilog=EXIT_CODES)
app.add_typer(archive.group, name="archive", epilog=EXIT_CODES)
app.add_typer(policies.group, name="policy", epilog=EXIT_CODES)
app.command("migrate", epilog=EXIT_CODES)(ledgers.migrate)
app.command("status", epilog=EXIT_CODES)(status.status)
app.command("export", epilog=EXIT_CODES)(export.export)
app.command("demo", epilog=EXIT_CODES)(demo.demo)


@app.callback()
def options(
    context: typer.Context,
    database_url: Annotated[
        str,
        typer.Option(
            envvar="LEDGER_DATABASE_URL",
            show_envvar=True,
            help="PostgreSQL to work on; default: that of the running development service.",
        ),
    ] = "",
    master_key_file: Annotated[
        Path | None,
        typer.Option(
            envvar="LEDGER_MASTER_KEY_FILE",
            show_envvar=True,
            help="File with the master key in hexadecimal digits; needed to create a ledger.",
        ),
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            envvar="LEDGER_REASON", show_envvar=True, help="Why entries are read: at most 64 characters, recorded."
        ),
    ] = "",
    actor: Annotated[
        str, typer.Option("--as", help="Who reads, for a service of the profile dev; default: your account here.")
    ] = "",
) -> None:
    """Look after personal-account ledgers: make them, replay them, prove them."""
    context.obj = Options(database_url, master_key_file, reason, actor)
