"""`ledgerctl export`: a ledger, or a part of it, as files for auditors and for other programs."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from psycopg import sql

from ledger.cli.accesses import record
from ledger.cli.database import Options, connect, open_ledger
from ledger.cli.progress import bar
from ledger.cli.trouble import DIFFERENT, MISSING, Trouble
from ledger.export.bound import balances_digest
from ledger.export.excerpt import export_rows
from ledger.export.rows import Selection
from ledger.export.source import NoCheckpointError, Source
from ledger.export.tables import MissingPackageError
from ledger.export.tiled import NotEmptyError
from ledger.export.tiled import export as export_tiles
from ledger.v1.types_pb2 import ACCESS_KIND_EXPORT
from projections.schema import views_schema

WRONG_USAGE = 2


class Form(StrEnum):
    """The forms of an export."""

    TILES = "tlog-tiles"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    place: Annotated[Path, typer.Argument(metavar="DIR", help="An empty directory, or one to be made.")],
    form: Annotated[Form, typer.Option("--format", help="tlog-tiles holds the whole log; the others are rows.")] = (
        Form.TILES
    ),
    account: Annotated[str, typer.Option(help="Only this account or person: its name or id.")] = "",
    institution: Annotated[str, typer.Option(help="Only this institution, and what was bought there.")] = "",
    first: Annotated[str, typer.Option("--from", help="First civil date of recording, such as 2026-01-31.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last civil date of recording.")] = "",
) -> None:
    """Write a ledger, up to its newest signed checkpoint, into a directory.

    It holds pseudonymous health data, readable for its owner only. `ledgerctl audit verify DIR` checks every form.
    """
    options: Options = context.obj
    selection = Selection(_stream(account), institution, _date(first, "--from"), _date(last, "--to"))
    if form is Form.TILES and not selection.everything:
        raise Trouble("tiles hold a whole log; for a part of it use --format jsonl, csv or parquet", WRONG_USAGE)
    begin = time.monotonic()
    with connect(options.url()) as connection, bar("exporting") as progress:
        ledger = open_ledger(connection, code)
        record(options, connection, ledger, "export", ACCESS_KIND_EXPORT, stream=selection.account)
        source = Source(connection, code)
        try:
            if form is Form.TILES:
                count = export_tiles(source, place, _views(connection, code), progress)
            else:
                count = export_rows(source, connection, place, form.value, selection, ledger.zone, progress)
        except NoCheckpointError:
            raise Trouble(
                f"no checkpoint of {code} has been signed yet; the service signs one every second", MISSING
            ) from None
        except NotEmptyError:
            raise Trouble(f"{place} is not empty; name a new directory", WRONG_USAGE) from None
        except MissingPackageError as missing:
            raise Trouble(f"this form needs {missing}: pip install 'personal-account-ledger[parquet]'", 2) from None
        except OSError as error:
            raise Trouble(f"{place} cannot be written: {error.strerror or error}", DIFFERENT) from None
    seconds = max(time.monotonic() - begin, 1e-6)
    print(f"{count:,} entries of {code} in {place} as {form.value}; {seconds:.1f} s ({count / seconds:,.0f}/s)")
    print(f"verify it anywhere: ledgerctl audit verify {place}")


def _stream(name: str) -> bytes:
    if not name:
        return b""
    try:
        return uuid.UUID(name.rpartition("/")[2]).bytes
    except ValueError:
        raise Trouble(f"{name!r} names no account; use its id, or ledgers/…/accounts/…", WRONG_USAGE) from None


def _date(text: str, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Trouble(f"{option} is {text!r}; write a date such as 2026-01-31", WRONG_USAGE) from None


def _views(connection: psycopg.Connection, code: str) -> Iterator[dict[str, Any]]:
    """Yield what the live view of the balances says, bound to its position; nothing where there is none."""
    schema = views_schema(code)
    try:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            row = connection.execute(
                sql.SQL(
                    "SELECT version, position FROM {}.tracking WHERE projection = 'balances' AND state = 'live'"
                ).format(sql.Identifier(schema))
            ).fetchone()
            if row is None or not row[1]:
                return
            with connection.cursor("balances", binary=True) as rows:
                rows.itersize = 10_000
                rows.execute(
                    sql.SQL("SELECT account, balance FROM {}").format(sql.Identifier(schema, f"balances_v{row[0]}"))
                )
                accounts, balance, digest = balances_digest((account.bytes, fen) for account, fen in rows)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.InsufficientPrivilege):
        return
    yield {"view": "balances", "position": row[1], "accounts": accounts, "balance": balance, "sha256": digest}
