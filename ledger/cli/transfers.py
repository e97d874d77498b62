"""`ledgerctl transfers list` and `transfers sweep`: what is in flight between ledgers, and going on with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ledger.api.transfer_queries import not_credited
from ledger.cli.accesses import record
from ledger.cli.database import Options, connect, console, ledger_codes, open_ledger
from ledger.cli.money import yuan
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, Trouble
from ledger.domain import names
from ledger.log.ledgers import Ledgers
from ledger.log.settings import LogSettings
from ledger.operation.sweeper import PAGE, Sweeper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.log.transfers import Stored

STOP_SECONDS = 20.0

group = typer.Typer(no_args_is_help=True, help="Wallet transfers (医保钱包) that have not ended.")

_CODES = Annotated[list[str] | None, typer.Argument(help="Codes of the senders' ledgers; default: all.")]


@group.command("list", epilog=EXIT_CODES)
def list_transfers(context: typer.Context, codes: _CODES = None) -> None:
    """List money in flight: pending transfers, and accepted ones that are not credited yet."""
    options: Options = context.obj
    table = Table("transfer", "state", "receiver", "returns", title="in flight", title_justify="left")
    table.add_column("yuan", justify="right")
    total = 0
    with connect(options.url()) as connection:
        known = {code: open_ledger(connection, code) for code in _chosen(options, codes)}
        for ledger in known.values():
            record(options, connection, ledger, "transfers list")
    for code, state, stored in asyncio.run(_in_flight(options, list(known))):
        event = stored.recorded.event
        pending = state == "pending"
        asked = event.transfer if pending else event.acceptance
        amount = asked.amount if pending else event.amount
        returns = known[code].time(event.return_time) if pending else ""
        receiver = asked.receiver
        table.add_row(names.transfer_name(code, asked.transfer_id), state, receiver, returns, yuan(amount))
        total += amount
    console().print(table)
    print(f"{yuan(total)} yuan in flight")


@group.command("sweep", epilog=EXIT_CODES)
def sweep(
    context: typer.Context,
    codes: _CODES = None,
    grace_seconds: Annotated[
        float, typer.Option(min=0, help="Return a transfer so long after its time; an acceptance may arrive late.")
    ] = 900.0,
) -> None:
    """Credit what was accepted, and return what nobody accepted in time, until nothing is left to do.

    Safe beside running services: every step is the same command for everybody.
    """
    options: Options = context.obj
    waiting = asyncio.run(_sweep(options, _chosen(options, codes), grace_seconds))
    if waiting:
        raise Trouble(f"{waiting} accepted transfer(s) could not be credited; see `transfers list`", DIFFERENT)


def _chosen(options: Options, codes: list[str] | None) -> list[str]:
    with connect(options.url()) as connection:
        for code in codes or ():
            open_ledger(connection, code)
        return codes or ledger_codes(connection)


def _opened(options: Options) -> Ledgers:
    return Ledgers.open(LogSettings(options.url(), options.master_key()))


async def _in_flight(options: Options, codes: Sequence[str]) -> list[tuple[str, str, Stored]]:
    ledgers = _opened(options)
    await ledgers.start()
    found: list[tuple[str, str, Stored]] = []
    try:
        for code in codes:
            ledger = await ledgers.get(code)
            assert ledger is not None  # it is in the registry
            for state, read in (("pending", ledger.transfers.pending), ("accepted", ledger.transfers.accepted)):
                after = 0
                while page := await read(after, PAGE):
                    after = page[-1].recorded.position
                    kept = page if state == "pending" else await not_credited(ledgers, code, page)
                    found += [(code, state, stored) for stored in kept]
    finally:
        await ledgers.stop(STOP_SECONDS)
    return found


async def _sweep(options: Options, codes: Sequence[str], grace_seconds: float) -> int:
    """Sweep until nothing changes; return how many accepted transfers still wait."""
    ledgers = _opened(options)
    await ledgers.start()
    waiting = 0
    try:
        sweeper = Sweeper(ledgers, grace_seconds=grace_seconds)
        for code in codes:
            credited = returned = 0
            while True:
                swept = await sweeper.sweep(code)
                credited += swept.credited
                returned += swept.returned
                if not swept.more:
                    break
            print(f"ledger {code}: {credited} credited, {returned} returned, {swept.waiting} waiting")
            waiting += swept.waiting
    finally:
        await ledgers.stop(STOP_SECONDS)
    return waiting
