"""Which database and master key a command works on, and the ledgers in it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console

from ledger.cli.trouble import DATABASE, MISSING, Trouble
from ledger.embedded_postgres import EmbeddedPostgres, default_directory
from ledger.log.entry import parse
from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from ledger.settings import SettingsError, read_master_key
from ledger.v1.events_pb2 import LedgerOpened

NOT_A_TERMINAL_COLUMNS = 160
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every command has."""

    database_url: str
    master_key_file: Path | None
    reason: str = ""
    """Why something is read, as its access entry says."""
    actor: str = ""
    """Who reads, for a service of the profile dev; nothing: the account of the operating system."""

    def url(self) -> str:
        """Return the database that was named, else that of the development service if it runs."""
        if self.database_url:
            try:
                conninfo_to_dict(self.database_url)
            except psycopg.ProgrammingError as error:
                raise Trouble(
                    f"the database URL cannot be read: {str(error).strip()}; "
                    "write it like postgresql://user@host:5432/name",
                    DATABASE,
                ) from None
            return self.database_url
        server = EmbeddedPostgres(data_directory())
        if server.pids():
            return server.url
        raise Trouble(
            "there is no database to work on; name one with --database-url or "
            "LEDGER_DATABASE_URL, or start the development service with `make serve`",
            DATABASE,
        )

    def master_key(self) -> bytes:
        """Return the master key, by default that of the development service."""
        path = self.master_key_file or data_directory() / "master.key"
        try:
            return read_master_key(path)
        except SettingsError as error:
            raise Trouble(str(error), DATABASE) from None


def data_directory() -> Path:
    """Return where the development service keeps its PostgreSQL and its master key."""
    named = os.environ.get("LEDGER_DATA_DIRECTORY", "")
    return Path(named) if named else default_directory()


def connect(url: str) -> psycopg.Connection:
    """Open a connection that can only read, with the rights of an auditor where the login has them."""
    connection = psycopg.connect(
        url, autocommit=True, application_name="ledgerctl", connect_timeout=10, prepare_threshold=2
    )
    connection.execute("SET default_transaction_read_only = on")
    try:
        connection.execute("SET ROLE ledger_auditor")
    except psycopg.errors.InsufficientPrivilege:
        pass  # the login's own rights then decide
    except psycopg.errors.InvalidParameterValue:  # there is no such role
        raise Trouble("the database has no ledgers yet; run `ledgerctl migrate`", DATABASE) from None
    return connection


def ledger_codes(connection: psycopg.Connection) -> list[str]:
    """Return the codes of all ledgers."""
    try:
        rows = connection.execute("SELECT code FROM ledger_registry.ledgers ORDER BY code").fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise Trouble("the database has no ledgers yet; run `ledgerctl migrate`", DATABASE) from None
    return [code for (code,) in rows]


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """A ledger that is being looked at."""

    code: str
    reader: Reader
    opened: LedgerOpened
    zone: ZoneInfo

    def time(self, micros: int, *, exact: bool = False) -> str:
        """Write a time (microseconds) in the ledger's zone."""
        moment = (_EPOCH + timedelta(microseconds=micros)).astimezone(self.zone)
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f" if exact else "%Y-%m-%d %H:%M:%S")


def open_ledger(connection: psycopg.Connection, code: str) -> OpenLedger:
    """Find a ledger by its code."""
    known = ledger_codes(connection)
    if code not in known:
        listed = f"there are: {', '.join(known)}" if known else "there is none yet"
        raise Trouble(f"there is no ledger {code!r}; {listed}", MISSING)
    reader = Reader(schema_name(code))
    birth = reader.since(connection, 0, 1)
    opened = parse(birth[0]).ledger_opened if birth else LedgerOpened()
    return OpenLedger(code, reader, opened, ZoneInfo(opened.time_zone or "Asia/Shanghai"))


def console() -> Console:
    """Return where results go; wide where nobody's terminal sets a width."""
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else NOT_A_TERMINAL_COLUMNS
    return Console(width=wide, highlight=False, soft_wrap=False)
