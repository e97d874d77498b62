"""`ledgerctl demo`: a family's year on a running service, and what became of every fen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.database import Options
from ledger.cli.trouble import DIFFERENT


def demo(
    context: typer.Context,
    statements: Annotated[
        Path | None,
        typer.Option(help="Folder for the yearly statements of everybody, as pages in Chinese and English."),
    ] = None,
) -> None:
    """Drive a family's year and the worked cases through the running service, and prove the log.

    Uses the service at LEDGER_LISTEN (127.0.0.1:50051), or starts one and stops it at the end.
    """
    from ledger.cli.demonstration import run

    options: Options = context.obj
    if not run(options, statements):
        raise typer.Exit(DIFFERENT)
