"""`ledgerctl log verify` and `log tail`: prove a log, or watch it grow."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ledger.cli.accesses import record, record_if_possible
from ledger.cli.database import OpenLedger, Options, connect, open_ledger
from ledger.cli.money import signed, yuan
from ledger.cli.trouble import DATABASE, DIFFERENT, EXIT_CODES, Trouble
from ledger.cli.words import sentence
from ledger.domain.names import id_text
from ledger.log import identifiers
from ledger.log.entry import EVENT_NAMES, MalformedEntryError, recorded
from ledger.log.reader import Reader
from ledger.log.verify import Verifier
from ledger.log.verify_sealed import SealedVerifier
from ledger.v1.types_pb2 import ACCESS_KIND_UNSEAL

POLL_SECONDS = 0.1
PAGE = 1_000

group = typer.Typer(no_args_is_help=True, help="The log of a ledger: prove it, watch it.")


@group.command("verify", epilog=EXIT_CODES)
def verify(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    first: Annotated[
        int,
        typer.Option("--from", min=1, help="Trust what was committed before this position, to save time."),
    ] = 1,
    most: Annotated[int, typer.Option(min=1, help="Stop after so many defects.")] = 1_000,
    sealed: Annotated[
        bool,
        typer.Option("--sealed", help="Open what is sealed as well, and make every unique key again (key store)."),
    ] = False,
) -> None:
    """Prove that a log is whole and unchanged: every entry, chain, balance, root and table.

    Prints one line for each defect and ends with exit status 1 when there is one.
    """
    options: Options = context.obj
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        if sealed:
            record(options, connection, ledger, "log verify", ACCESS_KIND_UNSEAL, first=first)
        else:
            record_if_possible(options, connection, ledger, "log verify", first=first)
        right = print_verification(connection, code, first=first, most=most)
        if sealed:
            right = _print_sealed(connection, code, options.master_key()) and right
        if not right:
            raise typer.Exit(DIFFERENT)


def _print_sealed(connection: psycopg.Connection, code: str, master_key: bytes) -> bool:
    """Compare sealed numbers with unique keys, print defects and the result, and return whether it is in order."""
    connection.execute("RESET ROLE")  # an auditor has no key store; the login itself may have one
    try:
        verifier = SealedVerifier(connection, code, master_key)
    except LookupError as error:
        raise Trouble(str(error), DATABASE) from None
    size = Reader(identifiers.schema_name(code)).head(connection).size
    found = 0
    for defect in verifier.defects(size):
        print(f"{defect.kind}  position {defect.position}  {defect.detail}")
        found += 1
    gone = f", {verifier.destroyed:,} under keys that are gone" if verifier.destroyed else ""
    told = f"{found} defect(s) in" if found else "unique keys follow from"
    print(f"{told} {verifier.opened:,} sealed parts{gone}")
    return not found


def print_verification(connection: psycopg.Connection, code: str, *, first: int = 1, most: int = 1_000) -> bool:
    """Verify a ledger, print defects and the result, and return whether it is in order."""
    verifier = Verifier(connection, code, first=first)
    begin = time.monotonic()
    found = 0
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # The bar goes to standard error, so that the result can be piped.
    bar = Console(stderr=True)
    with Progress(*columns, console=bar, transient=True, disable=not bar.is_terminal) as progress:
        task = progress.add_task("", total=None)
        for defect in verifier.defects(lambda done: progress.update(task, completed=done, total=verifier.size)):
            print(f"{defect.kind}  position {defect.position}  {defect.detail}")
            found += 1
            if found >= most:
                print(f"stopped after {found} defects")
                return False
    seconds = max(time.monotonic() - begin, 1e-6)
    rate = f"{verifier.entries:,} entries in {seconds:.1f} s ({verifier.entries / seconds:,.0f}/s)"
    if found:
        print(f"{found} defect(s) in {code}; {rate}")
        return False
    trusted = f", trusting what lies before position {verifier.first}" if first > 1 else ""
    print(f"{code} is in order up to position {verifier.size}{trusted}; {rate}")
    print(f"root {verifier.root.hex()}")
    return True


@group.command("tail", epilog=EXIT_CODES)
def tail(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as the log grows.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many entries.")] = 20,
    first: Annotated[int, typer.Option("--from", min=0, help="Begin at this position instead.")] = 0,
) -> None:
    """Print the newest entries, one line each, in the order of the log."""
    options: Options = context.obj
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        names = _stream_names(code)
        size = ledger.reader.head(connection).size
        at = first - 1 if first else max(0, size - lines)
        record(options, connection, ledger, "log tail", first=at + 1, last=max(size, at + 1))
        while True:
            while at < size:
                page = ledger.reader.since(connection, at, min(PAGE, size - at))
                for entry in page:
                    at += 1
                    print(_line(ledger, names, at, entry))
            sys.stdout.flush()
            if not follow:
                return
            time.sleep(POLL_SECONDS)
            size = ledger.reader.head(connection).size


def _stream_names(code: str) -> dict[bytes, str]:
    ledger = identifiers.ledger_id(code)
    names = (
        identifiers.ADMIN,
        identifiers.REFUSALS,
        identifiers.POLICIES,
        identifiers.ACCESS_LOG,
    )
    return {identifiers.named_stream(ledger, name): name for name in names}


def _line(ledger: OpenLedger, names: dict[bytes, str], position: int, entry: bytes) -> str:
    try:
        item = recorded(entry)
    except MalformedEntryError as error:
        return f"{position:>9}  unreadable: {error}"
    stream = names.get(item.stream) or id_text(item.stream)
    leg = f"{item.leg}/{item.legs}"
    money = f"{signed(item.balance_change):>14} {yuan(item.balance_after):>14}"
    if stream in names.values():
        money = " " * 29
    return (
        f"{item.position:>9}  {ledger.time(item.record_time, exact=True)}  {leg:>5}  "
        f"{stream:<36} v{item.version:<6} {EVENT_NAMES[item.type]:<24} {money}  {sentence(item)}"
    )
