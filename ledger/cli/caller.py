"""Calls a running service: where it is, who calls, and what went wrong, for every command that asks one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer

from ledger.cli.trouble import DATABASE, DIFFERENT, Trouble
from ledger.client import Client, LedgerError
from ledger.settings import Settings

CODE = Annotated[str, typer.Argument(help="Code of the ledger.")]
ADDRESS = Annotated[
    str, typer.Option(envvar="LEDGER_LISTEN", show_envvar=True, help="Address of the service; default 127.0.0.1:50051.")
]
ACTOR = Annotated[str, typer.Option("--as", help="Who acts, for a service of the profile dev.")]

_FILES = ("LEDGER_CA_FILE", "LEDGER_CLIENT_KEY_FILE", "LEDGER_CLIENT_CERTIFICATE_FILE")


def service(address: str, actor: str) -> Client:
    """Open a client. TLS where LEDGER_CA_FILE names a file; LEDGER_TOKEN is sent as a bearer token."""
    target = address or os.environ.get("LEDGER_LISTEN") or Settings().listen
    metadata = [("x-dev-actor", actor)] if actor else []
    if token := os.environ.get("LEDGER_TOKEN"):
        metadata.append(("authorization", f"Bearer {token}"))
    credentials = None
    if os.environ.get(_FILES[0]):
        try:
            parts = [Path(path).read_bytes() if (path := os.environ.get(name)) else None for name in _FILES]
        except OSError as error:
            raise Trouble(f"{error.filename}: {error.strerror}", DATABASE) from None
        credentials = grpc.ssl_channel_credentials(*parts)
    return Client(target, credentials=credentials, metadata=tuple(metadata))


def called(method: Any, **fields: Any) -> Any:
    """Return the answer of a method; its refusal is the trouble of the command."""
    try:
        return method(**fields)
    except LedgerError as error:
        raise Trouble(str(error), DIFFERENT) from None
    except grpc.RpcError as error:
        raise Trouble(f"the service does not answer: {error}", DIFFERENT) from None
