"""`ledgerctl books`: the double-entry books of a ledger, for the programs of accountants."""

from __future__ import annotations

import sys
from collections import defaultdict
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from ledger.cli.accesses import record
from ledger.cli.database import Options, connect, console, open_ledger
from ledger.cli.money import yuan
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, MISSING, Trouble
from ledger.log.merkle import leaf_hash
from ledger.v1.types_pb2 import ACCESS_KIND_EXPORT
from projections.chart import CHART
from projections.journal import journal
from projections.page import read_entries, read_page
from projections.plain_text import FORMS, Export
from projections.projection import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from ledger.cli.database import OpenLedger
    from projections.page import Head
    from projections.postings import Posting

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
        last = _last(connection, ledger, position)
        record(options, connection, ledger, "books export", ACCESS_KIND_EXPORT, last=last)
        form = FORMS[file_format.value](ledger.opened.currency or "CNY")
        writer = Export(form, ledger.zone, recorded=dates is Dates.RECORDED)
        sys.stdout.write(form.head(f"Books of ledger {code} at position {last}"))
        for text in writer.transactions(_entries(connection, ledger, last)):
            sys.stdout.write(text)
        for text in writer.end():
            sys.stdout.write(text)


@group.command("trial-balance", epilog=EXIT_CODES)
def trial_balance(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    position: Annotated[
        int, typer.Option(min=0, help="As it was at this position, a transaction end; 0: the newest.")
    ] = 0,
) -> None:
    """Print debits, credits and balance of every account of the books (试算平衡), folded from the log itself.

    Ends with exit status 1 when they are not equal.
    """
    options: Options = context.obj
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        last = _last(connection, ledger, position)
        record(options, connection, ledger, "books trial-balance", last=last)
        for _, found in _entries(connection, ledger, last):
            for account, _, fen in found:
                sums[account][fen < 0] += abs(fen)
    table = Table(title=f"books of {code} at position {last}", title_justify="left", pad_edge=False)
    for name in ("account", "科目"):
        table.add_column(name, overflow="fold")  # a narrow terminal must not cut amounts
    for name in ("debits 借方", "credits 贷方", "balance 余额"):
        table.add_column(name, justify="right", no_wrap=True)
    for account, (debits, credited) in sorted(sums.items()):
        known = CHART[account]
        path = Text(known.path)  # as markup, `:Memo:` would be a picture
        table.add_row(path, known.chinese, yuan(debits), yuan(credited), yuan(debits - credited))
    debits, credited = (sum(each[side] for each in sums.values()) for side in (0, 1))
    table.add_row("", "", yuan(debits), yuan(credited), yuan(debits - credited), style="bold")
    console().print(table)
    if debits != credited:
        raise typer.Exit(DIFFERENT)


def _last(connection: psycopg.Connection, ledger: OpenLedger, position: int) -> int:
    """Return the position to stop at: the one that was asked for, or the newest."""
    size = ledger.reader.head(connection).size
    if position > size:
        raise Trouble(f"the ledger {ledger.code} ends at position {size}", MISSING)
    return position or size


def _entries(connection: psycopg.Connection, ledger: OpenLedger, last: int) -> Iterator[tuple[Head, Sequence[Posting]]]:
    """Read the log up to a position, in pages that end on transaction ends. Return each entry with its postings."""
    after, leaf = 0, b""
    lookup = partial(read_entries, connection, ledger.reader)
    while after < last:
        page = read_page(connection, ledger.reader, after, leaf, min(PAGE, last - after))
        if not page.heads or page.last_position > last:
            raise Trouble(f"position {last} of {ledger.code} is no transaction end", MISSING)
        yield from journal(Batch(page.heads, page.entries, lookup))
        after, leaf = page.last_position, leaf_hash(page.entries[-1])
