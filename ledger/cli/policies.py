"""`ledgerctl policy`: check files of policies, compare them, propose and approve them, and try them on the past."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from ledger.audit.dry_run import DryRun
from ledger.cli.accesses import record
from ledger.cli.caller import ACTOR, ADDRESS, CODE, called, service
from ledger.cli.database import Options, connect, console, open_ledger
from ledger.cli.money import signed, yuan
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, Trouble
from ledger.policy import document, seeds
from ledger.policy.rules import Version
from ledger.v1 import commands_pb2, query_service_pb2, types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = 2_000

group = typer.Typer(no_args_is_help=True, help="Policies as data: check, compare, publish, try on the past.")

_FILE = Annotated[str, typer.Argument(help="A file of policies, or the name of one that ships: hefei, beijing, …")]


@group.command("lint", epilog=EXIT_CODES)
def lint(files: Annotated[list[str] | None, typer.Argument(help="Files; default: all that ship.")] = None) -> None:
    """Check files of policies: bands, overlaps within a document, products, marks, dates. Names every problem."""
    bad = 0
    for name in files or seeds.region_files():
        for content in _documents(name):
            told = content.get("policy")
            problems = _problems(content)
            for problem in problems:
                print(f"{name}  {told}  {problem}")
            bad += len(problems)
            if not problems:
                print(f"{name}  {told}  in order, {len(document.encode(content)):,} bytes")
    if bad:
        print(f"{bad} problem(s)")
        raise typer.Exit(DIFFERENT)


@group.command("diff", epilog=EXIT_CODES)
def diff(
    one: Annotated[str, typer.Argument(help="FILE:POLICY, for example hefei:hefei-outpatient-2025.")],
    other: Annotated[str, typer.Argument(help="FILE:POLICY.")],
) -> None:
    """Print what differs between two documents, line by line. Ends with exit status 1 when something does."""
    before, after = (
        json.dumps(_one(name), ensure_ascii=False, indent=1, sort_keys=True).splitlines() for name in (one, other)
    )
    lines = list(difflib.unified_diff(before, after, one, other, lineterm="", n=2))
    for line in lines:
        print(line)
    if lines:
        raise typer.Exit(DIFFERENT)
    print("the same")


@group.command("publish", epilog=EXIT_CODES)
def publish(
    code: CODE,
    file: _FILE,
    policy: Annotated[list[str] | None, typer.Option(help="Only these versions of the file.")] = None,
    replaces: Annotated[str, typer.Option(help="Name of the version that the new one replaces.")] = "",
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Propose the versions of a file to a running service. Each counts once another identity has approved it."""
    chosen = [each for each in _documents(file) if not policy or each.get("policy") in policy]
    if not chosen:
        raise typer.BadParameter(f"{file} has no such version", param_hint="--policy")
    if replaces and len(chosen) > 1:
        raise typer.BadParameter("one version replaces another; choose it with --policy", param_hint="--replaces")
    with service(address, actor) as client:
        for content in chosen:
            try:
                draft = seeds.draft(code, content, replaces)
            except document.DocumentError as error:
                raise Trouble(f"{content.get('policy')}: {error}", DIFFERENT) from None
            done = called(client.propose_policy, ledger=f"ledgers/{code}", draft=draft)
            position = done.transaction.first_position
            print(f"{content['policy']} proposed at position {position}; another identity approves it with")
            print(f"  ledgerctl policy approve {code} {position}")


@group.command("withdraw", epilog=EXIT_CODES)
def withdraw(
    code: CODE,
    policy: Annotated[str, typer.Argument(help="Name of a published version.")],
    reason: Annotated[str, typer.Option(help="Machine-readable reason, for example WRONG_RATIO.")],
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Propose to withdraw a version for purchases to come. It counts until another identity has approved that."""
    withdrawal = commands_pb2.PolicyWithdrawal(policy=f"ledgers/{code}/policies/{policy}", reason=reason)
    with service(address, actor) as client:
        done = called(client.withdraw_policy, ledger=f"ledgers/{code}", withdrawal=withdrawal)
    position = done.transaction.first_position
    print(f"withdrawal of {policy} proposed at position {position}; another identity approves it with")
    print(f"  ledgerctl policy approve {code} {position}")


@group.command("approve", epilog=EXIT_CODES)
def approve(
    code: CODE,
    position: Annotated[int, typer.Argument(min=1, help="Position of the proposal.")],
    reject: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Approve a proposed version, which publishes it, or a proposed withdrawal; or reject it. Needs the right to read
    what it decides.
    """
    decision = types_pb2.PROPOSAL_DECISION_REJECTED if reject else types_pb2.PROPOSAL_DECISION_APPROVED
    review = commands_pb2.ProposalReview(proposal=f"ledgers/{code}/entries/{position}", decision=decision)
    with service(address, actor) as client:
        listed = called(client.list_policies, parent=f"ledgers/{code}").policies
        waiting = {each.entry: each for each in listed if each.state == query_service_pb2.POLICY_STATE_PROPOSED}
        withdrawn = {each.withdrawal_entry: each for each in listed if each.withdrawal_entry}
        # Other proposals are decided by the same RPC: a mistyped position must not post an adjustment.
        if review.proposal not in waiting | withdrawn:
            raise Trouble(f"at position {position} is no policy that waits for a decision", DIFFERENT)
        done = called(client.review_proposal, ledger=f"ledgers/{code}", review=review)
    name = (waiting | withdrawn)[review.proposal].name.rpartition("/")[2]
    outcome = "rejected" if reject else "withdrawn" if review.proposal in withdrawn else "published"
    print(f"{name} {outcome} at position {done.transaction.last_position}")


@group.command("dry-run", epilog=EXIT_CODES)
def dry_run(
    context: typer.Context,
    code: CODE,
    version: Annotated[str, typer.Argument(help="FILE:POLICY, the version to try.")],
    first: Annotated[str, typer.Option("--from", help="First service date, 2025-01-01.")] = "1900-01-01",
    last: Annotated[str, typer.Option("--to", help="Last service date.")] = "9999-12-31",
    rows: Annotated[int, typer.Option(min=0, help="Print at most so many settlements that would differ.")] = 50,
) -> None:
    """Settle a period of recorded purchases under another version, print differences and totals, record nothing."""
    says = document.read(_one(version))
    if not isinstance(says, Version):
        raise typer.BadParameter("rules of a region decide no amounts", param_hint="VERSION")
    options: Options = context.obj
    run = DryRun(says, _date(first), _date(last))
    table = Table(title=f"settlements under {says.policy}, in yuan", title_justify="left")
    for column in ("position", "service date", "in scope", "pooled now", "pooled then", "difference"):
        table.add_column(column, justify="right")
    with connect(options.url()) as connection:
        ledger = open_ledger(connection, code)
        at, size = 0, ledger.reader.head(connection).size
        record(options, connection, ledger, "policy dry-run", last=size)
        while at < size:
            for entry in ledger.reader.since(connection, at, min(PAGE, size - at)):
                at += 1
                found = run.outcome(entry)
                if found is None or found.pooled_then == found.pooled_now or table.row_count >= rows:
                    continue
                then = "not covered" if found.pooled_then is None else yuan(found.pooled_then)
                change = "" if found.pooled_then is None else signed(found.pooled_then - found.pooled_now)
                date = document.civil(found.service_date)
                table.add_row(str(found.position), date, yuan(found.in_scope), yuan(found.pooled_now), then, change)
    _print_totals(table, run)


def _print_totals(table: Table, run: DryRun) -> None:
    totals = run.totals
    if table.row_count:
        console().print(table)
    print(f"settlements          {totals.settlements:>16,}, {totals.reversals:,} of them reversed since")
    print(f"would differ         {totals.changed:>16,}, of {len(totals.people):,} persons")
    print(f"not covered          {totals.not_covered:>16,}")
    print(f"supplied by centre   {totals.supplied:>16,}, left out")
    print(f"pooled now           {yuan(totals.pooled_now):>16}")
    print(f"pooled then          {yuan(totals.pooled_then):>16}")
    print(f"difference           {signed(totals.pooled_then - totals.pooled_now) or '0.00':>16}")


def _documents(name: str) -> list[dict[str, Any]]:
    try:
        return seeds.load(name)
    except OSError as error:
        shipped = ", ".join(seeds.region_files())
        raise Trouble(f"{name}: {error.strerror or error}; these ship: {shipped}", DIFFERENT) from None
    except document.DocumentError as error:
        raise Trouble(f"{name}: {error}", DIFFERENT) from None


def _problems(content: Mapping[str, Any]) -> list[str]:
    try:
        document.read(content)
    except document.DocumentError as error:
        return error.problems
    return []


def _one(name: str) -> dict[str, Any]:
    """Return the document that FILE:POLICY names."""
    file, _, policy = name.rpartition(":")
    if not file:
        raise typer.BadParameter(f"{name!r} must look like FILE:POLICY", param_hint="FILE:POLICY")
    for content in _documents(file):
        if content.get("policy") == policy:
            return content
    raise Trouble(f"{file} has no version {policy!r}", DIFFERENT)


def _date(text: str) -> tuple[int, int, int]:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2025-01-31") from None
    return date.year, date.month, date.day
