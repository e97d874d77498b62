"""`ledgerctl witness`: a witness of checkpoints, run by whoever audits the ledger, apart from it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ledger.cli.trouble import DIFFERENT, EXIT_CODES, Trouble
from ledger.proof.note import COSIGNATURE, NoteError, Signer, check_name
from ledger.proof.policy import Policy, PolicyError
from ledger.proof.witness import Witness
from ledger.proof.witness_server import WitnessServer
from ledger.settings import SettingsError, address

KEY_WORDS = 2

group = typer.Typer(no_args_is_help=True, help="A witness (C2SP tlog-witness): its own key and state, no database.")


@group.command("create-key", epilog=EXIT_CODES)
def create_key(
    file: Annotated[Path, typer.Argument(help="Where the private key goes; must not exist.")],
    name: Annotated[str, typer.Argument(help="Name of the witness, for example audit.example/w1.")],
) -> None:
    """Make a key and print the verifier key that policies name. Whoever reads the file can cosign."""
    try:
        signer = Signer(check_name(name), private := os.urandom(32), COSIGNATURE)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (NoteError, OSError) as error:
        raise Trouble(str(error), DIFFERENT) from None
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(f"{name} {private.hex()}\n")
        target.flush()
        os.fsync(target.fileno())
    print(signer.verifier.encode())


@group.command("serve", epilog=EXIT_CODES)
def serve(
    key_file: Annotated[Path, typer.Option(help="File that `witness create-key` made.")],
    state_directory: Annotated[Path, typer.Option(help="Where the last checkpoint of each log is kept.")],
    policy_file: Annotated[Path, typer.Option(help="Policy (C2SP tlog-policy) whose logs are witnessed.")],
    listen: Annotated[str, typer.Option(help="host:port; port 0 takes a free one.")] = "127.0.0.1:7380",
) -> None:
    """Cosign checkpoints of the policy's logs, each only if it continues the last one. Ends at SIGTERM."""
    signer = read_key(key_file)
    try:
        logs = [log.verifier for log in Policy.parse(policy_file.read_bytes()).logs]
        host, port = address(listen)
        witness = Witness(signer, logs, state_directory)
    except BlockingIOError:
        raise Trouble(f"another process works in {state_directory}", DIFFERENT) from None
    except (OSError, PolicyError, SettingsError) as error:
        raise Trouble(str(error), DIFFERENT) from None
    if not logs:
        raise Trouble(f"{policy_file} names no log", DIFFERENT)
    try:
        server = WitnessServer(host, port, witness)
    except OSError as error:
        raise Trouble(f"{listen} cannot be used: {error}", DIFFERENT) from None

    def leave(_: int, __: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    sys.stdout.write(f"witness {signer.verifier.name} ready on {host}:{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()
    server.server_close()
    witness.close()


def read_key(file: Path) -> Signer:
    """Read the file of a witness's key."""
    try:
        words = file.read_text("utf-8").split()
        if len(words) != KEY_WORDS:
            raise Trouble(f"{file} is no key of a witness: it holds a name and 64 hexadecimal digits", DIFFERENT)
        return Signer(words[0], bytes.fromhex(words[1]), COSIGNATURE)
    except (OSError, ValueError) as error:
        raise Trouble(f"{file} is no key of a witness: {error}", DIFFERENT) from None
