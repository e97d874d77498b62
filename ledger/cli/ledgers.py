"""`ledgerctl migrate`, `ledger create` and `ledger list`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
import typer
from cryptography.exceptions import InvalidTag
from rich.table import Table

from ledger.cli.database import Options, connect, console, ledger_codes, open_ledger
from ledger.cli.trouble import DATABASE, EXIT_CODES, Trouble
from ledger.domain.features import FEATURE_LEVEL, OLDEST_LEVEL
from ledger.log import keystore, schema
from ledger.log.identifiers import ledger_id
from ledger.proof import schema as proof_schema
from ledger.v1 import types_pb2 as t
from projections import schema as projections_schema

ROOT_DIGITS = 16


class Order(StrEnum):
    """In which order purchases may be reversed."""

    ANY = "any"
    LIFO = "lifo"


_ORDERS = {Order.ANY: t.REVERSAL_ORDER_ANY, Order.LIFO: t.REVERSAL_ORDER_LIFO}


group = typer.Typer(no_args_is_help=True, help="Ledgers: one book per pooling region (统筹区).")


def migrate(context: typer.Context) -> None:
    """Bring the database and every ledger in it up to this version."""
    options: Options = context.obj
    names = (
        schema.migrate(options.url()) + projections_schema.migrate(options.url()) + proof_schema.migrate(options.url())
    )
    for name in names:
        print(f"applied {name}")
    print(f"{len(names)} applied" if names else "up to date")


@group.command("create", epilog=EXIT_CODES)
def create(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="1 to 16 digits and lower-case letters: 410100.")],
    time_zone: Annotated[str, typer.Option(help="Zone of civil dates.")] = "Asia/Shanghai",
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "CNY",
    origin: Annotated[str, typer.Option(help="Name on its checkpoints; default personal-account-ledger/CODE.")] = "",
    reversal_order: Annotated[
        Order, typer.Option(help="Whether a purchase may be reversed while a later one stands.")
    ] = Order.ANY,
    approved_openings_only: Annotated[
        bool,
        typer.Option("--approved-openings-only", help="Take over openings only from lists that two people approved."),
    ] = False,
    feature_level: Annotated[
        int, typer.Option(min=OLDEST_LEVEL, max=FEATURE_LEVEL, help="A lower one while older programs are to serve it.")
    ] = FEATURE_LEVEL,
) -> None:
    """Create a ledger with its birth entry at position 1. What it says there is for ever."""
    options: Options = context.obj
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter(
            f"{time_zone!r} is no time zone; write it like Asia/Shanghai", param_hint="--time-zone"
        ) from None
    made = create_ledger(
        options,
        code,
        time_zone=time_zone,
        currency=currency,
        origin=origin,
        reversal_order=reversal_order,
        approved_openings_only=approved_openings_only,
        feature_level=feature_level,
    )
    print(f"ledger {code} {'created' if made else 'exists already; nothing was changed'}")


def create_ledger(
    options: Options,
    code: str,
    *,
    time_zone: str,
    currency: str = "CNY",
    origin: str = "",
    reversal_order: Order = Order.ANY,
    approved_openings_only: bool = False,
    feature_level: int = FEATURE_LEVEL,
) -> bool:
    """Create a ledger under a master key that opens the ledgers which are there already."""
    url, key = options.url(), options.master_key()
    check_master_key(url, key)
    try:
        made = schema.create_ledger(
            url,
            code,
            master_key=key,
            time_zone=time_zone,
            currency=currency,
            origin=origin or None,
            reversal_order=_ORDERS[reversal_order],
            approved_openings_only=approved_openings_only,
            feature_level=feature_level,
        )
        projections_schema.migrate(url, [code])
        proof_schema.migrate(url, [code])
        return made
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise Trouble("the database is not prepared; run `ledgerctl migrate`", DATABASE) from None


def check_master_key(url: str, key: bytes) -> None:
    """Refuse a key that cannot open an existing ledger: nobody could serve a new one under it."""
    with psycopg.connect(url, autocommit=True, application_name="ledgerctl") as connection:
        for code in ledger_codes(connection)[:1]:
            try:
                keystore.read_secret(connection, ledger_id(code), key)
            except (InvalidTag, LookupError):
                raise Trouble(
                    f"the master key does not open ledger {code} of this database; "
                    "name the right file with --master-key-file",
                    DATABASE,
                ) from None


@group.command("list", epilog=EXIT_CODES)
def list_ledgers(context: typer.Context) -> None:
    """List the ledgers with their size and root."""
    options: Options = context.obj
    table = Table("ledger", "zone", "currency")
    table.add_column("entries", justify="right")
    table.add_column("newest commit")
    table.add_column(f"root (first {ROOT_DIGITS} digits)")
    with connect(options.url()) as connection:
        for code in ledger_codes(connection):
            ledger = open_ledger(connection, code)
            head = ledger.reader.head(connection)
            table.add_row(
                code,
                ledger.opened.time_zone,
                ledger.opened.currency,
                f"{head.size:,}",
                ledger.time(head.record_time),
                head.root.hex()[:ROOT_DIGITS],
            )
    console().print(table)
