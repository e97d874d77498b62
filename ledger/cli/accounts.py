"""`ledgerctl account show`: an account replayed from its first event, each with its arithmetic."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import typer
from eventsourcing.application import Application
from eventsourcing.persistence import MapperDeserialisationError
from psycopg.conninfo import conninfo_to_dict
from rich.markup import escape
from rich.table import Table

from ledger.cli.accesses import record
from ledger.cli.database import OpenLedger, Options, connect, console, open_ledger
from ledger.cli.money import arithmetic, exact, signed
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, MISSING, Trouble
from ledger.cli.words import sentence
from ledger.domain.calendar import text
from ledger.domain.names import id_text, parse_account, parse_person
from ledger.domain.person import EvolveError, Person, evolve
from ledger.domain.recorded import Recorded
from ledger.domain.restrictions import in_force, loss_at, state_at
from ledger.log.identifiers import schema_name
from ledger.log.mapper import LedgerEvent
from ledger.v1 import types_pb2 as t

NEVER = 2**63 - 1

group = typer.Typer(no_args_is_help=True, help="Accounts, replayed from their events.")


class LedgerApplication(Application[UUID]):
    """What any `eventsourcing` user would write to read a ledger: configuration and a name."""

    name = "ledger"


def application(url: str, code: str) -> LedgerApplication:
    """Open a ledger as an `eventsourcing` application that can read and follow."""
    known = conninfo_to_dict(url)
    return LedgerApplication(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "MAPPER_TOPIC": "ledger.log.mapper:EntryMapper",
            "APPLICATION_RECORDER_TOPIC": "ledger.log.recorder:LedgerRecorder",
            "CREATE_TABLE": "no",
            "POSTGRES_SCHEMA": schema_name(code),
            "POSTGRES_DBNAME": str(known.get("dbname", "")),
            "POSTGRES_HOST": str(known.get("host", "")),
            "POSTGRES_PORT": str(known.get("port", "")),
            "POSTGRES_USER": str(known.get("user", "")),
            "POSTGRES_PASSWORD": str(known.get("password", "")),
        }
    )


@group.command("show", epilog=EXIT_CODES)
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="ledgers/CODE/accounts/UUID or ledgers/CODE/persons/UUID.")],
    to: Annotated[int, typer.Option(min=1, help="Replay up to this position of the log only.")] = NEVER,
) -> None:
    """Replay an account event by event, with the arithmetic, and show the state it leads to.

    Only ends of transactions are states: a transaction that goes beyond --to is left out.
    """
    code, stream = subject(name)
    options: Options = context.obj
    url = options.url()
    with connect(url) as connection:
        ledger = open_ledger(connection, code)
        record(options, connection, ledger, "account show", t.ACCESS_KIND_ACCOUNT, stream=stream)
    person = Person(stream)
    table = Table(title=name, title_justify="left", pad_edge=False)
    table.add_column("position", justify="right", no_wrap=True)
    table.add_column("when", no_wrap=True)
    table.add_column("what happened", ratio=1)
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("balance", justify="right", no_wrap=True)
    later = seen = 0
    defect = ""
    try:
        for event in _events(url, code, stream):
            item = event.recorded
            if item.first_position + item.legs - 1 > to:
                later += 1
                continue
            before = person.balance
            person = evolve(person, item)
            seen = max(seen, item.effective_time)
            table.add_row(*_row(ledger, item, before))
    except (EvolveError, MapperDeserialisationError) as error:
        defect = str(error)
    if not person.version and not later and not defect:
        raise Trouble(f"there is no event of {name}; is the id right?", MISSING)
    output = console()
    output.print(table)
    if later:
        output.print(f"{later} later event(s) left out by --to {to}")
    if defect:
        raise Trouble(f"the replay stops here: {defect}; run `log verify {code}`", DIFFERENT)
    # An older state is judged as of its last event.
    moment = time.time_ns() // 1_000 if to == NEVER else seen
    output.print(_state(ledger, person, moment))


def subject(name: str) -> tuple[str, bytes]:
    """Return ledger code and stream of an account or person; refuse another name."""
    for parse in (parse_account, parse_person):
        try:
            return parse(name.lower())
        except ValueError:
            continue
    raise typer.BadParameter(
        f"{name!r} is no account; write it like ledgers/410100/accounts/0197a3f0-0000-7000-8000-00000000000a",
        param_hint="NAME",
    )


def _events(url: str, code: str, stream: bytes) -> Iterator[LedgerEvent]:
    app = application(url, code)
    try:
        for event in app.events.get(UUID(bytes=stream)):
            assert isinstance(event, LedgerEvent)  # what the mapper makes
            yield event
    finally:
        app.close()


def _row(ledger: OpenLedger, item: Recorded, before: int) -> tuple[str, ...]:
    when = ledger.time(item.effective_time)
    recorded = ledger.time(item.record_time)
    if recorded != when:
        when += f"\n[dim]recorded {recorded}[/dim]"
    return (
        str(item.position),
        when,
        escape(sentence(item)),
        signed(item.balance_change),
        arithmetic(before, item.balance_change, item.balance_after),
    )


def _state(ledger: OpenLedger, person: Person, moment: int) -> Table:
    """Return what the events add up to, with what has run out by a moment (µs)."""
    table = Table(title="state", title_justify="left", show_header=False, pad_edge=False)
    state = t.AccountState.Name(state_at(person, moment)).removeprefix("ACCOUNT_STATE_")
    table.add_row("account", "none" if state == "UNSPECIFIED" else state.lower().replace("_", " "))
    table.add_row("balance", exact(person.balance))
    table.add_row("version", f"{person.version}, last changed at position {person.last_position}")
    if lost := loss_at(person, moment):
        table.add_row("loss report", t.LossKind.Name(lost).removeprefix("LOSS_KIND_").lower())
    if person.card.request_position:
        table.add_row("new card", f"ready by {text(person.card.due)}")
    for position, term in in_force(person, moment):
        what = t.SanctionKind.Name(term.kind).removeprefix("SANCTION_KIND_").lower().replace("_", " ")
        ends = f" until {ledger.time(term.end)}" if term.end else ""
        table.add_row("sanction", f"{what}{ends}, at position {position}")
    for position, flag in person.flags.open.items():
        what = t.RiskFlagKind.Name(flag.kind).removeprefix("RISK_FLAG_KIND_").lower().replace("_", " ")
        table.add_row("risk flag", f"{what}, found by {escape(flag.rule)}, at position {position}")
    if person.payable_after_close:
        table.add_row("owed outside", exact(person.payable_after_close))
    for beneficiary, grant in person.grants.items():
        ends = f" until {ledger.time(grant.expire_time)}" if grant.expire_time else ""
        table.add_row("may be used by", f"{id_text(beneficiary)} from {ledger.time(grant.start_time)}{ends}")
    for payer in person.payers:
        table.add_row("paid for by", id_text(payer))
    for (year, benefit), sums in sorted(person.accumulators.items()):
        what = t.Benefit.Name(benefit).removeprefix("BENEFIT_").lower()
        table.add_row(
            f"{year} {what}",
            f"deductible {exact(sums.deductible)}, pooled {exact(sums.pooled)}, in scope "
            f"{exact(sums.eligible)}, {sums.visits} visits, {sums.admissions} admissions",
        )
    return table
