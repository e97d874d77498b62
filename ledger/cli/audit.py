"""`ledgerctl audit`: an export verified from its files alone, and every settlement of a database once more."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ledger.audit.recompute import Recomputer, transactions_of
from ledger.cli import inspection
from ledger.cli.accesses import record
from ledger.cli.database import Options, connect, open_ledger
from ledger.cli.trouble import DIFFERENT, EXIT_CODES

PAGE = 2_000

group = typer.Typer(no_args_is_help=True, help="Questions of auditors, answered from the log alone.")
group.command("verify", epilog=EXIT_CODES)(inspection.verify)


@group.command("recompute", epilog=EXIT_CODES)
def recompute(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    most: Annotated[int, typer.Option(min=1, help="Stop after so many differences.")] = 1_000,
) -> None:
    """Settle every recorded purchase again, take back what was taken back, decide every claim; print what differs.

    Policies, institutions, filings, grants, balances and sums are those that the log had at each position. A policy
    that was published later changes nothing. Ends with exit status 1 when something differs.
    """
    options: Options = context.obj
    begin, found, at = time.monotonic(), 0, 0
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        size = ledger.reader.head(connection).size
        record(options, connection, ledger, "audit recompute", last=size)
        again = Recomputer(code, ledger.zone, transactions_of(lambda at: ledger.reader.since(connection, at - 1, 1)[0]))
        while at < size:
            for entry in ledger.reader.since(connection, at, min(PAGE, size - at)):
                at += 1
                for each in again.differences(entry):
                    print(f"position {each.position}  {each.field}: recorded {each.recorded}, computed {each.computed}")
                    found += 1
                    if found >= most:
                        print(f"stopped after {found} difference(s)")
                        raise typer.Exit(DIFFERENT)
    for each in again.missing_at_the_end():
        print(f"position {each.position}  {each.field}: recorded {each.recorded}, computed {each.computed}")
        found += 1
    seconds = max(time.monotonic() - begin, 1e-6)
    rate = f"{again.entries:,} entries in {seconds:.1f} s"
    kinds = f"{again.settlements:,} settlements, {again.computed:,} of them by a policy"
    kinds += f", {again.reversals:,} reversals, {again.claims:,} decisions and payments of claims"
    if again.older:
        kinds += f" ({again.older:,} bills by the rule before feature level 2)"
    if found:
        print(f"{found} difference(s) in {code}: {kinds}; {rate}")
        raise typer.Exit(DIFFERENT)
    print(f"every settlement of {code} follows from policy and inputs: {kinds}; {rate}")
