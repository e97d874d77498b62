"""`ledgerctl projections list`, `switch`, `rollback`, `pause`, `resume`, `drop`, `replay`, `consumers`: steering."""

from __future__ import annotations

import time
from typing import Annotated, Final

import typer
from rich.table import Table

from ledger.cli.builds import steering
from ledger.cli.database import console, open_ledger
from ledger.cli.projections import Code, group, standings
from ledger.cli.trouble import DIFFERENT, EXIT_CODES
from ledger.v1 import reasons_pb2 as reasons
from projections import builds, consumers, letters
from projections import steering as steps
from projections.steering import SteeringError

PATIENCE_SECONDS: Final = 10.0
"""How long `switch` waits for a version that is a page behind."""

Name = Annotated[str, typer.Argument(help="Name of the projection.")]
Version = Annotated[int, typer.Option("--version", min=0, help="A version of it.")]


@group.command("list", epilog=EXIT_CODES)
def list_versions(
    context: typer.Context, code: Code, most: Annotated[int, typer.Option(min=1, help="Builds to show.")] = 20
) -> None:
    """Show every version of every projection, and the builds, newest first."""
    with steering(context, code) as connection:
        ledger = open_ledger(connection, code)
        table = Table("projection", "version", "shape", "state")
        for title in ("position", "lag", "dead letters"):
            table.add_column(title, justify="right")
        table.add_column("problem")
        for row in standings(connection, code):
            table.add_row(
                row.projection, str(row.version), str(row.shape), "paused" if row.paused else row.state,
                f"{row.position:,}", f"{row.lag_entries:,}", f"{row.dead_letters:,}", row.problem,
            )  # fmt: skip
        console().print(table)
        made = Table("build", "projection", "version", "purpose", "state", "progress", "equal", "begun", "problem")
        for build in builds.builds(connection, code)[:most]:
            done = builds.progress(connection, code, build.build)
            equal = {None: "", True: f"at {build.position:,}", False: "no"}[build.equal]
            begun = ledger.time(round(build.begun_at.timestamp() * 1_000_000))
            made.add_row(
                str(build.build), build.projection, str(build.version), build.purpose,
                "paused" if done.paused else build.state, f"{done.ratio:.0%}", equal, begun, build.problem,
            )  # fmt: skip
        console().print(made)


@group.command("switch", epilog=EXIT_CODES)
def switch(
    context: typer.Context,
    code: Code,
    name: Name,
    version: Version = 0,
    accept_differences: Annotated[
        bool,
        typer.Option("--accept-differences", help="Although it was not found equal: the old rows are the wrong ones."),
    ] = False,
) -> None:
    """Let a version that was built answer, by default the newest. The other one is fed on, for `rollback`."""
    with steering(context, code) as connection:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                before, now = steps.switch(connection, code, name, version, accept_differences=accept_differences)
                break
            except SteeringError as error:
                behind = error.reason == reasons.REFUSAL_REASON_PROJECTION_VERSION_BEHIND
                if not behind or time.monotonic() > end:
                    raise
                time.sleep(0.1)
        print(f"{name} version {now} answers now, version {before} is kept up to date")


@group.command("rollback", epilog=EXIT_CODES)
def rollback(context: typer.Context, code: Code, name: Name) -> None:
    """Let the version answer again that answered before."""
    with steering(context, code) as connection:
        before, now = steps.roll_back(connection, code, name)
        print(f"{name} version {now} answers again, version {before} is kept up to date")


@group.command("pause", epilog=EXIT_CODES)
def pause(context: typer.Context, code: Code, name: Name, version: Version = 0) -> None:
    """Stop feeding or building a version, or all. What it has can be read on; waiting reads are turned away."""
    with steering(context, code) as connection:
        print(_named(name, steps.pause(connection, code, name, version, paused=True), "paused"))


@group.command("resume", epilog=EXIT_CODES)
def resume(context: typer.Context, code: Code, name: Name, version: Version = 0) -> None:
    """Go on with what was paused, and try builds again that failed."""
    with steering(context, code) as connection:
        print(_named(name, steps.pause(connection, code, name, version, paused=False), "goes on"))


def _named(name: str, numbers: list[int], what: str) -> str:
    return f"{name} version {', '.join(map(str, numbers))}: {what}"


@group.command("drop", epilog=EXIT_CODES)
def drop(
    context: typer.Context,
    code: Code,
    name: Name,
    version: Annotated[int, typer.Argument(min=1, help="The version; the one that answers cannot be dropped.")],
) -> None:
    """Remove a version with its tables: one that answered before, a past, or one that is being built."""
    with steering(context, code) as connection:
        steps.drop(connection, code, name, version)
        print(f"{name} version {version} was removed")


@group.command("replay", epilog=EXIT_CODES)
def replay(context: typer.Context, code: Code, name: Name) -> None:
    """Take the dead letters of a projection in, after it was mended. Exit status 1 when some fail again."""
    with steering(context, code) as connection:
        steps.versions(connection, code, name)
        done = letters.replay(connection, code, name)
    print(f"{name}: {len(done.taken)} transaction(s) taken in, {len(done.failed)} failed again")
    for position, error in done.failed.items():
        print(f"  position {position}: {error}")
    if done.failed:
        raise typer.Exit(DIFFERENT)


@group.command("consumers", epilog=EXIT_CODES)
def list_consumers(context: typer.Context, code: Code) -> None:
    """Show how far those have come who read the log from outside and keep their positions here."""
    with steering(context, code) as connection:
        table = Table("consumer")
        for title in ("position", "lag", "oldest waits", "last moved"):
            table.add_column(title, justify="right")
        ledger = open_ledger(connection, code)
        for each in consumers.consumers(connection, code):
            table.add_row(
                each.consumer, f"{each.position:,}", f"{each.lag_entries:,}", f"{each.lag_microseconds / 1e6:.1f} s",
                ledger.time(each.moved_time),
            )  # fmt: skip
        console().print(table)
