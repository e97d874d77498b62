"""`ledgerctl books`: the double-entry books of a ledger, for the programs of accountants."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.database import Options, connect, open_ledger
from ledger.cli.trouble import EXIT_CODES, MISSING, Trouble
from ledger.log.merkle import leaf_hash
from projections.journal import journal
from projections.page import read_entries, read_page
from projections.plain_text import FORMS, Export
from projections.projection import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from ledger.cli.database import OpenLedger

PAGE = 5_000

group = typer.Typer(no_args_is_help=True, help="The double-entry books of a ledger.")


class FileFormat(StrEnum):
    """A program that reads the books."""

    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


class Dates(StrEnum):
    """Which of an entry's two times dates it."""

    EFFECTIVE = "effective"
    RECORDED = "recorded"


@group.command("export", epilog=EXIT_CODES)
def export(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    file_format: Annotated[FileFormat, typer.Option("--format", help="Which program reads it.")],
    dates: Annotated[Dates, typer.Option(help="Date transactions by this of their two times.")] = Dates.EFFECTIVE,
    position: Annotated[
        int, typer.Option(min=0, help="The books as they were at this position, a transaction end; 0: the newest.")
    ] = 0,
) -> None:
    """Write the books to standard output, with assertions that the program checks.

    Folded from the log itself: nothing of the read side is needed. Ids of accounts are pseudonyms, and institutions and
    funds tell of health: keep the file as you keep the log.
    """
    options: Options = context.obj
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        size = ledger.reader.head(connection).size
        if position > size:
            raise Trouble(f"the ledger {code} ends at position {size}", MISSING)
        form = FORMS[file_format.value](ledger.opened.currency or "CNY")
        writer = Export(form, ledger.zone, recorded=dates is Dates.RECORDED)
        sys.stdout.write(form.head(f"Books of ledger {code} at position {position or size}"))
        for text in _pages(connection, ledger, writer, position or size):
            sys.stdout.write(text)
        for text in writer.end():
            sys.stdout.write(text)


def _pages(connection: psycopg.Connection, ledger: OpenLedger, writer: Export, last: int) -> Iterator[str]:
    """Read the log in pages that end on transaction ends, and write them."""
    after, leaf = 0, b""
    lookup = partial(read_entries, connection, ledger.reader)
    while after < last:
        page = read_page(connection, ledger.reader, after, leaf, min(PAGE, last - after))
        if not page.heads or page.last_position > last:
            raise Trouble(f"position {last} of {ledger.code} is no transaction end", MISSING)
        yield from writer.transactions(journal(Batch(page.heads, page.entries, lookup)))
        after, leaf = page.last_position, leaf_hash(page.entries[-1])
