"""Entries about what is read past the service: made before anything is read, by the service, as whoever calls it.

The service knows who calls, and whether the log is the one that was signed; a program that wrote the entry into a
restored database by itself could part it from its mirror for ever.
"""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING, Final

import grpc

from ledger.cli.caller import service
from ledger.cli.trouble import DIFFERENT, Trouble
from ledger.client import LedgerError
from ledger.domain.names import person_name
from ledger.log.identifiers import ACCESS_LOG, ledger_id, named_stream
from ledger.v1.types_pb2 import ACCESS_KIND_ENTRIES, AccessKind

if TYPE_CHECKING:
    import psycopg

    from ledger.cli.database import OpenLedger, Options

SETTING: Final = "LEDGER_ACCESS_ENTRIES"
_RECORDING: Final = ("prod", "ha")
_NO: Final = frozenset(("0", "false", "no", "off"))


def record(
    options: Options,
    connection: psycopg.Connection,
    ledger: OpenLedger,
    command: str,
    kind: AccessKind = ACCESS_KIND_ENTRIES,
    *,
    stream: bytes = b"",
    first: int = 1,
    last: int = 0,
) -> None:
    """Return once an entry says who reads what: a stream, or the positions from `first` to `last` (0 = the newest).

    Raise Trouble where it cannot be made: then nothing may be read. Ledgers that record nothing are read without.
    """
    if not _recorded(connection, ledger):
        return
    whole = {} if stream else {"from_position": first, "to_position": last or ledger.reader.head(connection).size}
    try:
        with service("", options.actor or getpass.getuser()) as client:
            client.record_access(
                ledger=f"ledgers/{ledger.code}",
                kind=kind,
                command=f"ledgerctl {command}",
                person=person_name(ledger.code, stream) if stream else "",
                purpose=options.reason,
                **whole,
            )
    except (LedgerError, grpc.RpcError) as error:
        told = str(error) if isinstance(error, LedgerError) else "the service does not answer"
        raise Trouble(
            f"nothing was read: who reads {ledger.code} has to leave an entry in its log, and it could not be made "
            f"({told}). Name the service by LEDGER_LISTEN, or, where it cannot run, say {SETTING}=false",
            DIFFERENT,
        ) from None


def record_if_possible(
    options: Options, connection: psycopg.Connection, ledger: OpenLedger, command: str, *, first: int
) -> None:
    """Record what hands out no entry, and must work on a log that is served by nobody; say so where it was not."""
    try:
        record(options, connection, ledger, command, first=first)
    except Trouble as trouble:
        sys.stderr.write(f"not recorded: {str(trouble).removeprefix('nothing was read: ')}\n")


def _recorded(connection: psycopg.Connection, ledger: OpenLedger) -> bool:
    """Tell whether accesses are recorded: as it is set, else by the profile, else as the log itself shows."""
    if setting := os.environ.get(SETTING, ""):
        return setting.lower() not in _NO
    if os.environ.get("LEDGER_PROFILE") in _RECORDING:
        return True
    return ledger.reader.tip(connection, named_stream(ledger_id(ledger.code), ACCESS_LOG)).version > 0
