"""`ledgerctl keys`: the keys that sign checkpoints, those of persons that are to be destroyed, and the master key."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import psycopg
import typer
from rich.table import Table

from ledger.cli.caller import ACTOR, ADDRESS, CODE, called, service
from ledger.cli.database import Options, console
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, Trouble
from ledger.proof.rewrapping import rewrap
from ledger.v1.types_pb2 import PROPOSAL_DECISION_APPROVED, PROPOSAL_DECISION_REJECTED, KeyDestructionCause

group = typer.Typer(no_args_is_help=True, help="Signing keys, destruction of persons' keys, the master key.")


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


class Cause(StrEnum):
    """Why a person's key is destroyed."""

    RETENTION_ENDED = "retention-ended"
    ERASURE = "erasure"
    COURT_ORDER = "court-order"
    REGISTERED_IN_ERROR = "registered-in-error"


@group.command("propose-destruction", epilog=EXIT_CODES)
def propose_destruction(
    code: CODE,
    person: Annotated[str, typer.Argument(help="UUID of the person.")],
    cause: Annotated[Cause, typer.Option(help="Why.")],
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Propose to destroy a person's key, and with it who the person is. Another identity has to approve it."""
    number = KeyDestructionCause.Value(f"KEY_DESTRUCTION_CAUSE_{cause.name}")
    with service(address, actor) as client:
        done = called(client.propose_key_destruction, person=f"ledgers/{code}/persons/{person}", cause=number)
    position = done.transaction.first_position
    print(f"proposed at position {position}; another identity approves it with")
    print(f"  ledgerctl keys approve-destruction {code} {position}")


@group.command("approve-destruction", epilog=EXIT_CODES)
def approve_destruction(
    code: CODE,
    position: Annotated[int, typer.Argument(min=1, help="Position of the proposal.")],
    reject: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
    address: ADDRESS = "",
    actor: ACTOR = "",
) -> None:
    """Approve that a person's key is destroyed. It cannot be undone."""
    decision = PROPOSAL_DECISION_REJECTED if reject else PROPOSAL_DECISION_APPROVED
    with service(address, actor) as client:
        done = called(
            client.review_key_destruction,
            ledger=f"ledgers/{code}",
            proposal=f"ledgers/{code}/entries/{position}",
            decision=decision,
        )
    print(f"{'rejected' if reject else 'destroyed'} at position {done.transaction.last_position}")


@group.command("rewrap", epilog=EXIT_CODES)
def rewrap_keys(context: typer.Context) -> None:
    """Wrap every stored key with the first master key of the file; the further ones still open what they wrapped.

    Restart the services with the new file before, and take the old key out of it afterwards.
    """
    options: Options = context.obj
    with psycopg.connect(options.url(), autocommit=True, application_name="ledgerctl") as connection:
        try:
            done = rewrap(connection, options.master_key())
        except LookupError as error:
            raise Trouble(str(error), DIFFERENT) from None
    print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in done.items()) + " wrapped again")
