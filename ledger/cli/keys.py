"""`ledgerctl keys`: the keys that sign a ledger's checkpoints, by a running service."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from ledger.cli.caller import ACTOR, ADDRESS, CODE, called, service
from ledger.cli.database import console
from ledger.cli.trouble import EXIT_CODES

group = typer.Typer(no_args_is_help=True, help="Keys that sign checkpoints: list, rotate, retire.")


@group.command("list", epilog=EXIT_CODES)
def list_keys(code: CODE, address: ADDRESS = "", actor: ACTOR = "") -> None:
    """List all keys, oldest first. A retired key stays: what it signed stays good."""
    table = Table("verifier key", "taken into use", "retired")
    with service(address, actor) as client:
        for key in called(client.list_signing_keys, ledger=f"ledgers/{code}").keys:
            taken, retired = key.take_time.ToJsonString(), key.HasField("retire_time")
            table.add_row(key.verifier_key, taken, key.retire_time.ToJsonString() if retired else "")
    console().print(table)


@group.command("rotate", epilog=EXIT_CODES)
def rotate(code: CODE, address: ADDRESS = "", actor: ACTOR = "") -> None:
    """Take a new key into use beside those that sign. Tell verifiers of it, then retire the old one."""
    with service(address, actor) as client:
        done = called(client.rotate_signing_key, ledger=f"ledgers/{code}")
    print(f"{done.verifier_key} signs from position {done.transaction.last_position} on, beside the keys before it")


@group.command("retire", epilog=EXIT_CODES)
def retire(
    code: CODE,
    verifier_key: Annotated[str, typer.Argument(help="The verifier key, as `keys list` prints it.")],
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Let a key sign nothing more. The last one cannot be retired."""
    with service(address, actor) as client:
        done = called(client.retire_signing_key, ledger=f"ledgers/{code}", verifier_key=verifier_key)
    print(f"retired at position {done.transaction.last_position}")
