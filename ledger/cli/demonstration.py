"""What `ledgerctl demo` does and prints: the family's year, the comparison, the proof."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ledger.cli.database import Options, connect, console
from ledger.cli.ledgers import create_ledger
from ledger.cli.logs import print_verification
from ledger.cli.money import yuan
from ledger.cli.trouble import DATABASE, Trouble
from ledger.demo.books import book_of, documents, prepare
from ledger.demo.cases import Case, family_year, worked_cases
from ledger.demo.pages import write_statements
from ledger.demo.service import ServiceError, answers, channel, own_service
from ledger.demo.story import Line, Played, Story, strangers
from ledger.settings import Settings
from ledger.v1.query_service_pb2 import GetLedgerRequest
from ledger.v1.query_service_pb2_grpc import QueryServiceStub

CALL_SECONDS = 20.0
ELSEWHERE = "elsewhere"
_CREDITS = ("contribution", "deposit")
_NO_AMOUNTS = frozenset({"ok", "replay", "error", "visits", "admissions"})


def run(options: Options, statements: Path | None = None) -> bool:
    """Play everything; return whether each line is as expected and the log is in order.

    `statements`: where to write the statements of everybody who took part.
    """
    out = console()
    with _service(options, out) as (address, stays), channel(address) as wire:
        books = _Books(options, wire, address)
        year = family_year()
        code = books.ledger(year)
        out.print(f"ledger [bold]{code}[/bold], made for this demo, served at {address}")
        out.print(f"policies published by four eyes: {', '.join(books.policies(year))}\n", soft_wrap=True)
        family = Story(wire, code, year)
        lines = _tell(out, year, family)
        stories = [family]
        for case in worked_cases():
            stories.append(Story(wire, books.ledger(case), case, books.elsewhere(case)))
            lines += [line for played in stories[-1].play() for line in played.lines]
        equal = _compare(out, lines)
        if statements:
            statements.mkdir(parents=True, exist_ok=True)
            count = sum(1 for story in stories for _ in write_statements(wire, story, statements))
            out.print(f"{count} statements written to {statements}", soft_wrap=True)
        out.print()
        with connect(options.url()) as connection:
            verdicts = [print_verification(connection, each) for each in books.codes()]  # each is printed
        out.print(f"\nlook closer{'' if stays else ' while `make serve` runs'}:")
        out.print(f"  ledgerctl account show {family.account('F')}", soft_wrap=True)
        out.print(f"  ledgerctl log tail {code}")
    return equal and all(verdicts)


@contextlib.contextmanager
def _service(options: Options, out: Console) -> Iterator[tuple[str, bool]]:
    """Lend the address of a service, and whether it was there before and stays."""
    listen = os.environ.get("LEDGER_LISTEN") or Settings().listen
    if answers(listen):
        yield listen, True
        return
    out.print(f"no service answers at {listen}; one is started for this demo")
    environment = {"LEDGER_DATABASE_URL": options.database_url} if options.database_url else {}
    if options.master_key_file:
        environment["LEDGER_MASTER_KEY_FILE"] = str(options.master_key_file)
    try:
        with own_service(environment) as address:
            yield address, False
    except ServiceError as error:
        raise Trouble(str(error), DATABASE) from None


class _Books:
    """The ledgers of a demo: one for each region that the cases need, made when it is first asked for."""

    def __init__(self, options: Options, wire: grpc.Channel, address: str) -> None:
        self._options = options
        self._wire = wire
        self._address = address
        self._codes: dict[str, str] = {}

    def ledger(self, case: Case) -> str:
        """Return the code of the ledger that a case is played on."""
        book = book_of(case)
        if book not in self._codes:
            code = _fresh_ledger(self._options, self._wire, self._address)
            prepare(self._wire, code, book)
            self._codes[book] = code
        return self._codes[book]

    def elsewhere(self, case: Case) -> str:
        """Return the code of a ledger of another region, for a case that needs two; else nothing."""
        if not strangers(case):
            return ""
        if ELSEWHERE not in self._codes:
            self._codes[ELSEWHERE] = _fresh_ledger(self._options, self._wire, self._address)
        return self._codes[ELSEWHERE]

    def policies(self, case: Case) -> list[str]:
        """Return the names of the policies that a case rests on."""
        return [content["policy"] for content in documents(book_of(case))]

    def codes(self) -> list[str]:
        """Return the codes of all ledgers that were made."""
        return list(self._codes.values())


def _fresh_ledger(options: Options, wire: grpc.Channel, address: str) -> str:
    """Create a ledger, and see that the service finds it."""
    code = f"demo{secrets.token_hex(4)}"
    create_ledger(options, code, time_zone="Asia/Shanghai")
    try:
        request = GetLedgerRequest(name=f"ledgers/{code}")
        QueryServiceStub(wire).GetLedger(request, timeout=CALL_SECONDS)
    except grpc.RpcError as error:
        raise Trouble(
            f"the service at {address} does not find the new ledger {code} ({error.details()}); "
            "does it use another database or master key? Name them with LEDGER_DATABASE_URL and "
            "LEDGER_MASTER_KEY_FILE",
            DATABASE,
        ) from None
    return code


def _tell(out: Console, year: Case, story: Story) -> list[Line]:
    """Play the year and print what happened in order; credits of one day share a line."""
    out.print("[bold]A family's year[/bold]")
    lines: list[Line] = []
    credits_of_day: list[Played] = []
    for played in story.play():
        lines += played.lines
        step = played.step
        monthly = step["op"] in _CREDITS and "first" in step and "error" not in played.actual
        if credits_of_day and (not monthly or step["at"] != credits_of_day[0].step["at"]):
            _print_credits(out, year, credits_of_day)
            credits_of_day = []
        if monthly:
            credits_of_day.append(played)
        elif step["op"] != "end":
            out.print(f"  {step['at'][:16].replace('T', ' ')}  {escape(step['told'])}")
            out.print(f"                    [dim]{escape(_result(story, year, played))}[/dim]")
    return lines


def _print_credits(out: Console, year: Case, credited: list[Played]) -> None:
    parts = [
        f"{year['people'][played.step['account']]} +{yuan(played.actual['change'])} = {yuan(played.actual['balance'])}"
        for played in credited
    ]
    day = credited[0].step["at"][:10]
    out.print(f"  {day}        monthly credits: {', '.join(parts)}")


def _result(story: Story, year: Case, played: Played) -> str:
    """Return what the service answered, in words."""
    actual, step = played.actual, played.step
    if "error" in actual:
        return f"refused: {actual['error']}"
    people = {story.account(label): name for label, name in year["people"].items()}
    parts = []
    if step["op"] in {"purchase", "amend", "reverse"}:
        words = {"pooled": "fund", "own_account": "own account", "cash": "cash"}
        parts = [f"{word} {yuan(actual[key])}" for key, word in words.items() if actual[key]]
        parts += [f"{people[payer]}'s account {yuan(fen)}" for payer, fen in actual["shared"]]
    if actual["paid_out"]:
        parts.append(f"paid out {yuan(actual['paid_out'])}")
    if actual["payable_after_close"]:
        parts.append(f"owed outside {yuan(actual['payable_after_close'])}")
    if actual["replay"]:
        parts.append("the recorded answer again")
    back = "back: " if step["op"] == "reverse" else ""
    return f"position {actual['position']}: {back}{', '.join(parts) or 'done'}"


def _compare(out: Console, lines: list[Line]) -> bool:
    """Print each compared field in fen, and the sum."""
    table = Table(title="expected and actual, in fen", title_justify="left", pad_edge=False)
    table.add_column("case", no_wrap=True)
    table.add_column("step", no_wrap=True)
    table.add_column("field", no_wrap=True)
    table.add_column("expected", justify="right")
    table.add_column("actual", justify="right")
    table.add_column("equal?")
    for line in lines:
        verdict = "yes" if line.equal else "[bold red]NO[/bold red]"
        expected, actual = _shown(line.expected), _shown(line.actual)
        table.add_row(line.case, line.step, line.field, expected, actual, verdict)
    out.print()
    out.print(table)
    wrong = sum(not line.equal for line in lines)
    cases = len({line.case for line in lines})
    out.print(
        "deductible and pooled of a purchase were computed by the service from the published policies,"
        " first as a quote and then as the settlement",
        soft_wrap=True,
    )
    out.print(f"{len(lines)} fields of {cases} cases compared, {wrong} differ")
    return not wrong


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " + ".join(f"{fen} from …{payer[-6:]}" for payer, fen in value) or "nobody"
    return "" if value is None else str(value)
