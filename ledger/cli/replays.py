"""`ledgerctl account replay` and `explain`: the state behind each event, and what a balance is made of."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from ledger.audit import replay as audit
from ledger.audit.wording import EVENTS
from ledger.cli.accesses import record
from ledger.cli.accounts import group, subject
from ledger.cli.database import OpenLedger, Options, connect, open_ledger
from ledger.cli.money import arithmetic, exact, yuan
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, MISSING, Trouble
from ledger.cli.words import sentence
from ledger.domain.person import EvolveError
from ledger.log.entry import EVENT_NAMES, MalformedEntryError
from ledger.v1.types_pb2 import ACCESS_KIND_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import psycopg

    from ledger.audit.facts import Change
    from ledger.audit.wording import Words


class Language(StrEnum):
    """In which words it is told."""

    ENGLISH = "en"
    CHINESE = "zh"
    BOTH = "both"


_NAME = Annotated[str, typer.Argument(help="ledgers/CODE/accounts/UUID or ledgers/CODE/persons/UUID.")]
_TO = Annotated[
    str,
    typer.Option(
        "--to",
        help="A position, or a record time in the ledger's zone: 2025-06-30, 2025-06-30T12:00:00. Both included.",
    ),
]
_LANGUAGE = Annotated[Language, typer.Option(help="In which words.")]


@group.command("replay", epilog=EXIT_CODES)
def replay(
    context: typer.Context,
    name: _NAME,
    to: _TO = "",
    after: Annotated[int, typer.Option(min=0, help="Print only what lies behind this position.")] = 0,
    rows: Annotated[int, typer.Option(min=0, help="Print at most so many events; 0 = all.")] = 0,
    language: _LANGUAGE = Language.BOTH,
) -> None:
    """Fold an account from its first event and print every change of its state, with the arithmetic, to the fen."""
    code, stream = subject(name)
    options: Options = context.obj
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        record(options, connection, ledger, "account replay", ACCESS_KIND_ACCOUNT, stream=stream)
        printed, last = 0, 0
        for step in _steps(ledger, connection, stream, _bound(ledger, to), name):
            if step.recorded.position <= after:
                continue
            if rows and printed == rows:
                print(f"more behind position {last}: --after {last}")
                return
            printed, last = printed + 1, step.recorded.position
            _print_step(ledger, step, language)
    if not printed:
        print("no event of the account lies there")


@group.command("explain", epilog=EXIT_CODES)
def explain(
    context: typer.Context,
    name: _NAME,
    start: Annotated[int, typer.Option("--from", min=0, help="Position whose state is the one before.")] = 0,
    to: _TO = "",
    language: _LANGUAGE = Language.BOTH,
) -> None:
    """Print what a balance is made of, and what differs between the states at two positions."""
    code, stream = subject(name)
    options: Options = context.obj
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        bound = _bound(ledger, to)
        if start > bound.position:
            raise typer.BadParameter("must not lie behind --to", param_hint="--from")
        record(options, connection, ledger, "account explain", ACCESS_KIND_ACCOUNT, stream=stream)
        try:
            entries = _entries(ledger, connection, stream, name)
            told = audit.explain(stream, entries, audit.Bound(start), bound)
        except (EvolveError, MalformedEntryError) as error:
            raise _broken(code, error) from None
    for line in told.lines.values():
        print(f"{yuan(line.amount):>16}  {_words(line.words, language)} ×{line.count}, positions {_span(line)}")
    print(f"{yuan(told.after.balance - told.before.balance):>16}  =")
    for words in _chosen(told.equation(), language):
        print(words)
    print(f"{exact(told.after.balance)}, {told.events} event(s)")
    _print_changes(told.changes(code, ledger.zone), language, "  ")


def _print_step(ledger: OpenLedger, step: audit.Step, language: Language) -> None:
    item = step.recorded
    title = _words(EVENTS[EVENT_NAMES[item.type]], language)
    when = ledger.time(item.effective_time)
    recorded = ledger.time(item.record_time)
    late = "" if recorded == when else f", recorded {recorded}"
    print(f"#{item.position}  {when}{late}  {title}")
    if language != Language.CHINESE:
        print(f"    {sentence(item)}")
    print(f"    {arithmetic(step.before.balance, item.balance_change, item.balance_after)}")
    changes = [each for each in step.changes(ledger.code, ledger.zone) if each.code != "BALANCE"]
    _print_changes(changes, language, "    ")


def _print_changes(changes: Iterable[Change], language: Language, indent: str) -> None:
    for change in changes:
        print(indent + " | ".join(_chosen(change.sentence(), language)))


def _words(words: Words, language: Language) -> str:
    return " ".join(_chosen(words, language))


def _chosen(words: Words, language: Language) -> tuple[str, ...]:
    return {Language.ENGLISH: words[:1], Language.CHINESE: words[1:], Language.BOTH: words}[language]


def _span(line: audit.Line) -> str:
    first, last = line.first_position, line.last_position
    return str(first) if first == last else f"{first} … {last}"


def _bound(ledger: OpenLedger, to: str) -> audit.Bound:
    """Return how far to go: a position or a time. A date without a clock means its end."""
    if not to:
        return audit.Bound()
    if to.isdigit() and int(to):
        return audit.Bound(position=min(int(to), audit.FOR_EVER))
    try:
        moment = dt.datetime.fromisoformat(to)
    except ValueError:
        problem = f"{to!r} is neither a position nor a time like 2025-06-30T12:00:00"
        raise typer.BadParameter(problem, param_hint="--to") from None
    if len(to) == len("2025-06-30"):
        moment += dt.timedelta(days=1, microseconds=-1)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ledger.zone)
    micros = (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    return audit.Bound(time=micros)


def _steps(
    ledger: OpenLedger, connection: psycopg.Connection, stream: bytes, bound: audit.Bound, name: str
) -> Iterator[audit.Step]:
    try:
        yield from audit.steps(stream, _entries(ledger, connection, stream, name), bound)
    except (EvolveError, MalformedEntryError) as error:
        raise _broken(ledger.code, error) from None


def _entries(ledger: OpenLedger, connection: psycopg.Connection, stream: bytes, name: str) -> list[bytes]:
    query = ledger.reader.sql("SELECT entry FROM {s}.entries WHERE stream = %s ORDER BY version")
    entries = [bytes(entry) for (entry,) in connection.execute(query, (UUID(bytes=stream),), binary=True)]
    if not entries:
        raise Trouble(f"there is no event of {name}; is the id right?", MISSING)
    return entries


def _broken(code: str, error: Exception) -> Trouble:
    return Trouble(f"the replay stops here: {error}; run `log verify {code}`", DIFFERENT)
