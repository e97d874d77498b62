"""`ledgerctl projections rebuild`, `verify` and `watch`: versions made beside the one that answers."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections import deque
from typing import TYPE_CHECKING, Annotated, Any, Final

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from ledger.cli.database import OpenLedger, Options, console, open_ledger
from ledger.cli.database import connect as connect_reading
from ledger.cli.projections import Code, group, standings
from ledger.cli.trouble import DATABASE, DIFFERENT, EXIT_CODES, Trouble
from projections import builds, moments
from projections.builds import REBUILD, VERIFICATION, Build
from projections.comparison import recorded
from projections.crew import Crew
from projections.runner import connect
from projections.schema import PROJECTIONS
from projections.steering import SteeringError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOK_SECONDS: Final = 0.2
LINE_SECONDS: Final = 5.0
"""Between two lines where nobody looks at a terminal."""
WINDOW_SECONDS: Final = 5.0
"""The rate of a build is that of these last seconds."""
ALL_SECONDS: Final = 60.0
"""The rate of several builds is that of these: their turns come one after another, and each has a speed of its own."""
SHOWN: Final = 20

Names = Annotated[list[str] | None, typer.Argument(help="Projections; all when left out.")]
Processes = Annotated[
    int, typer.Option(min=0, help="How many processes work side by side; 0 = one for each processor.")
]
Background = Annotated[bool, typer.Option("--background", help="Leave the work to the runner, and return at once.")]


@contextlib.contextmanager
def steering(context: typer.Context, code: str) -> Iterator[psycopg.Connection]:
    """Open a connection that may steer the projections of a ledger; what cannot be done ends the command in words."""
    options: Options = context.obj
    with connect_reading(options.url()) as reading:
        open_ledger(reading, code)
        standings(reading, code)
    try:
        with connect(options.url()) as connection:
            yield connection
    except SteeringError as error:
        raise Trouble(f"{error}", DIFFERENT) from None
    except psycopg.errors.InsufficientPrivilege as error:
        words = f"{error.diag.message_primary}; the login must be a member of ledger_projector"
        raise Trouble(words, DATABASE) from None


class Rate:
    """Entries a second of the last moments, and how long the rest takes at that rate."""

    def __init__(self, window: float = WINDOW_SECONDS) -> None:
        """Begin without a rate."""
        self._seen: deque[tuple[float, int]] = deque()
        self._window = window

    def see(self, now: float, taken: int) -> float:
        """Take how far it has come; return entries a second."""
        self._seen.append((now, taken))
        while len(self._seen) > 1 and now - self._seen[0][0] > self._window:
            self._seen.popleft()
        (begin, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - begin) if end > begin else 0.0


def remaining(rate: float, left: int) -> str:
    """Write how long the rest takes."""
    if not left:
        return "0:00:00"
    return str(dt.timedelta(seconds=round(left / rate))) if rate > 0 else "-:--:--"


class _Field(ProgressColumn):
    """A text that a task carries."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def render(self, task: object) -> Text:
        return Text(str(getattr(task, "fields", {}).get(self._name, "")))


def left_of(states: Sequence[builds.Progress], rate: float) -> str:
    """Write how long it takes until all entries are taken in; nothing where they are, and are joined and compared."""
    left = sum((state.wanted - state.taken) // state.build.parts for state in states)
    return f"{remaining(rate, left)} to take in" if left else ""


def follow(connection: psycopg.Connection, code: str, numbers: Sequence[int], crew: Crew | None = None) -> list[Build]:
    """Show how builds go on until nothing is left to do. `crew` does the work; None: others do."""
    rates = {number: Rate() for number in numbers}
    of_all, everything = Rate(ALL_SECONDS), None
    said = 0.0
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=30), _Field("ratio"), _Field("entries"), _Field("rate"),
        _Field("left"), console=Console(stderr=True), transient=False,
    )  # fmt: skip
    with bar:
        tasks = {number: bar.add_task("", total=1) for number in numbers}
        if len(numbers) > 1:
            everything = bar.add_task("", total=1)
        while True:
            states = [builds.progress(connection, code, number) for number in numbers]
            talks = not bar.console.is_terminal and time.monotonic() - said > LINE_SECONDS
            said = time.monotonic() if talks else said
            for state in states:
                build = state.build
                rate = rates[build.build].see(state.now, state.taken // build.parts)
                words = "paused" if state.paused else build.state
                left = left_of([state], rate)
                bar.update(
                    tasks[build.build], completed=state.taken, total=max(1, state.wanted),
                    description=f"{build.projection} v{build.version} {words}", ratio=f"{state.ratio:4.0%}",
                    entries=f"{state.taken // build.parts:,}/{state.wanted // build.parts:,}", rate=f"{rate:,.0f}/s",
                    left=left,
                )  # fmt: skip
                if talks:
                    details = f", {rate:,.0f} entries/s, {left}" if left else ""
                    bar.console.print(f"{build.projection} v{build.version} {words} {state.ratio:.0%}{details}")
            if everything is not None:
                line = _line(states, of_all)
                bar.update(everything, **line)
                if talks:
                    bar.console.print(
                        " ".join(filter(None, (str(line[name]) for name in ("description", "ratio", "left"))))
                    )
            if not any(state.build.open for state in states):
                return [state.build for state in states]
            if crew:
                crew.muster()
            time.sleep(LOOK_SECONDS)


def _line(states: Sequence[builds.Progress], of_all: Rate) -> dict[str, Any]:
    """Return what is said of several builds together."""
    taken, wanted = (sum(getattr(state, name) // state.build.parts for state in states) for name in ("taken", "wanted"))
    rate = of_all.see(states[0].now, taken)
    return {
        "completed": taken, "total": max(1, wanted), "description": "all", "ratio": f"{taken / max(1, wanted):4.0%}",
        "entries": f"{taken:,}/{wanted:,}", "rate": f"{rate:,.0f}/s", "left": left_of(states, rate),
    }  # fmt: skip


def _position(ledger: OpenLedger, connection: psycopg.Connection, text: str) -> int:
    """Return the position that `--as-of` names: a number, or a time in the ledger's zone."""
    if text.isdecimal():
        return int(text)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a position nor a time such as 2025-06-30T12:00:00") from None
    if len(text) == len("2025-06-30"):  # a date means its end
        moment += dt.timedelta(days=1, microseconds=-1)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ledger.zone)
    position = moments.position_at(connection, ledger.reader, round(moment.timestamp() * 1_000_000))
    if not position:
        raise Trouble(f"nothing was recorded up to {text}", DIFFERENT)
    return position


@group.command("rebuild", epilog=EXIT_CODES)
def rebuild(
    context: typer.Context,
    code: Code,
    names: Names = None,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            help="Build the state at this position or record time instead, to be read beside the one of now.",
        ),
    ] = "",
    processes: Processes = 0,
    switch: Annotated[bool, typer.Option("--switch", help="Let it answer as soon as it was found equal.")] = False,
    background: Background = False,
) -> None:
    """Make a version anew from the log, beside the one that answers, and compare the two at one position.

    It may be ended or killed at any time; the same command goes on where it stood. Ends with exit status 1 when the
    versions are not equal, or an entry could not be taken in.
    """
    with steering(context, code) as connection:
        ledger = open_ledger(connection, code)
        place = _position(ledger, connection, as_of) if as_of else 0
        numbers = []
        with connection.transaction():  # all of them are begun, or none
            for name in names or PROJECTIONS:
                if place:
                    numbers.append(builds.begin_past(connection, code, name, place, parts=processes).build)
                else:
                    numbers.append(_begin(connection, code, name, REBUILD, processes, switch=switch))
        _finish(context, connection, code, numbers, processes, background=background)


@group.command("verify", epilog=EXIT_CODES)
def verify(
    context: typer.Context, code: Code, names: Names = None, processes: Processes = 0, background: Background = False
) -> None:
    """Compare every row of the versions that answer with rows made anew from the log, at one position.

    Nothing is changed, and reads go on. It takes as long as a rebuild, and as much room until it ends. Ends with exit
    status 1 when something differs; tables and keys are named.
    """
    with steering(context, code) as connection:
        with connection.transaction():  # all of them are begun, or none
            numbers = [
                _begin(connection, code, name, VERIFICATION, processes, switch=False) for name in names or PROJECTIONS
            ]
        _finish(context, connection, code, numbers, processes, background=background)


@group.command("watch", epilog=EXIT_CODES)
def watch(
    context: typer.Context, code: Code, number: Annotated[int, typer.Argument(help="The build; see `list`.")]
) -> None:
    """Show how a build goes on that others work on, until it ends."""
    with steering(context, code) as connection:
        builds.find(connection, code, number)
        _report(connection, code, follow(connection, code, [number]))


def _begin(connection: psycopg.Connection, code: str, name: str, purpose: str, processes: int, *, switch: bool) -> int:
    """Begin a build, or go on with the one that is under way."""
    try:
        return builds.begin(connection, code, name, purpose, parts=processes, switches=switch).build
    except SteeringError as error:
        number = error.metadata.get("build")
        if number is None or not builds.find(connection, code, int(number)).open:
            raise
        print(f"{error}; going on with it")
        return int(number)


def _finish(
    context: typer.Context,
    connection: psycopg.Connection,
    code: str,
    numbers: Sequence[int],
    processes: int,
    *,
    background: bool,
) -> None:
    if background:
        for number in numbers:
            print(f"build {number} of {code}: see `ledgerctl projections watch {code} {number}`")
        return
    options: Options = context.obj
    crew = Crew(options.url(), code, processes or builds.processes_default())
    try:
        done = follow(connection, code, numbers, crew)
    except KeyboardInterrupt:
        print("ended; what was built stays, and the same command goes on")
        raise typer.Exit(DIFFERENT) from None
    finally:
        crew.dismiss()
    _report(connection, code, done)


def _report(connection: psycopg.Connection, code: str, done: Sequence[Build]) -> None:
    """Say how builds ended, with the sums that prove it."""
    table = Table("projection", "version", "compared with", "table")
    for title in ("at position", "rows", "sum of row hashes, both"):
        table.add_column(title, justify="right")
    bad = False
    for build in done:
        result = recorded(connection, code, build.build)
        for name in sorted({name for name, _, _ in result.sums}):
            sums = {}
            for version in (build.against, build.version):
                of_version = [found for (t, _, v), found in result.sums.items() if (t, v) == (name, version)]
                digits = sum(found.high for found in of_version) % 2**64, sum(found.low for found in of_version) % 2**64
                sums[version] = sum(found.rows for found in of_version), f"{digits[0]:016x}{digits[1]:016x}"
            old, new = sums[build.against], sums[build.version]
            same = old == new
            table.add_row(
                build.projection, str(build.version), str(build.against), name, f"{result.position:,}",
                f"{old[0]:,}" if same else f"{old[0]:,} and {new[0]:,}",
                old[1] if same else f"{old[1]} and {new[1]}",
            )  # fmt: skip
        bad |= build.state == "failed" or build.equal is False
    console().print(table)
    for build in done:
        print(_sentence(build))
        for found in recorded(connection, code, build.build).differences[:SHOWN]:
            print(f"  {found.table}, part {found.part}: {found.kind} {found.key}")
    if bad:
        raise typer.Exit(DIFFERENT)


def _sentence(build: Build) -> str:
    name = f"{build.projection} version {build.version}"
    if build.state == "failed":
        return f"{name}: stopped, {build.problem}. Nothing was skipped; `resume` tries again"
    if build.equal is None:
        return f"{name}: {build.state}, not compared: {build.problem}" if build.problem else f"{name}: {build.state}"
    if not build.equal:
        return f"{name}: {build.problem}"
    if build.purpose == VERIFICATION:
        return (
            f"{build.projection} version {build.against}: every row is what the log says at position {build.position}"
        )
    done = {"ready": "ready to switch", "done": "answers now" if build.purpose == REBUILD else "can be read"}
    return (
        f"{name}: equal to version {build.against} at position {build.position}; {done.get(build.state, build.state)}"
    )
