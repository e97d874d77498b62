"""A connection that commits: guarded statements in pipeline mode, so that two batches can be under way.

Nothing here decides what an outcome means; it reports what the server said, and `ConnectionLostError` or
`CommitDoubtError` where the server did not say it clearly.
"""

from __future__ import annotations

import select
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import pq, sql

from ledger.log.patience import LOOK_SECONDS, PatientConnection, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ROLE: Final = "SET ROLE ledger_writer"
_SESSION: Final = (
    _ROLE,
    "SET statement_timeout = '15s'",
    "SET lock_timeout = '15s'",
    "SET idle_in_transaction_session_timeout = '20s'",
    "SET client_min_messages = 'warning'",
    "SET synchronous_commit = on",
    # Look-ups go by index, whatever a young table's statistics say; compiling them would cost more than they do.
    "SET enable_seqscan = off",
    "SET jit = off",
)
_KEEPALIVE: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class UnsafeServerError(Exception):
    """The server is set up so that it can lose what it acknowledged; the message names the setting."""


class ConnectionLostError(Exception):
    """The connection is gone: what was sent may or may not have been committed."""


class StatementFailedError(Exception):
    """The server refused a statement and said so; the transaction was rolled back."""

    def __init__(self, sqlstate: str, message: str) -> None:
        """Keep the SQLSTATE for the decision what to do next."""
        super().__init__(f"{sqlstate}: {message}")
        self.sqlstate = sqlstate


class CommitDoubtError(Exception):
    """COMMIT ended with an error or with a notice: it is not known what became durable where."""


@dataclass(frozen=True, slots=True)
class Backend:
    """The server process of a connection. The start time tells it from a later process with the same pid."""

    pid: int
    start: str


def connect(
    database_url: str,
    *,
    application: str,
    limit: float = PatientConnection.limit,
    meanwhile: Callable[[], None] = nothing,
) -> PatientConnection:
    """Open a connection of the writer role on which every wait is bounded by `limit` seconds.

    `meanwhile` is called again and again while the server is waited for.
    """
    # A class of its own: nobody has the connection in hand while it is opened.
    own: Any = type("PatientConnection", (PatientConnection,), {"limit": limit, "meanwhile": staticmethod(meanwhile)})
    connection: PatientConnection = own.connect(
        database_url,
        autocommit=True,
        application_name=application,
        prepare_threshold=2,
        **_KEEPALIVE,
    )
    for statement in _SESSION:
        connection.execute(statement)
    return connection


def check_server(connection: psycopg.Connection, *, require_replica: bool) -> None:
    """Raise UnsafeServerError unless an acknowledged commit survives a crash."""
    names = (
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "synchronous_standby_names",
        "transaction_read_only",
    )
    values = {name: connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone() for name in names}
    settings = {name: row[0] if row else "" for name, row in values.items()}
    for name in ("fsync", "full_page_writes"):
        if settings[name] != "on":
            raise UnsafeServerError(f"{name} is {settings[name]}: an acknowledged deposit could be lost; switch it on")
    if settings["synchronous_commit"] in {"off", "local" if require_replica else "off"}:
        raise UnsafeServerError(f"synchronous_commit is {settings['synchronous_commit']}; set it to on")
    if require_replica and not settings["synchronous_standby_names"]:
        raise UnsafeServerError("synchronous_standby_names is empty: commits would not wait for a standby")
    if settings["transaction_read_only"] == "on":
        raise UnsafeServerError("the server is read-only: it is a replica, not the server of record")


def backend(connection: psycopg.Connection) -> Backend:
    """Return the identity of the connection's server process."""
    # As the role that logged in: the writer role is not told the start time of another role's process.
    connection.execute("RESET ROLE")
    row = connection.execute(
        "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    ).fetchone()
    connection.execute(_ROLE)
    if row is None:
        raise ConnectionLostError("the server does not know this connection")
    return Backend(row[0], row[1])


def end_backend(connection: psycopg.Connection, old: Backend) -> None:
    """Terminate a server process and wait for its end. Raise ConnectionLostError when it lives on."""
    # As the role that logged in, which is that of the old process: another one may not terminate it.
    connection.execute("RESET ROLE")
    ended = connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = %s AND backend_start::text = %s",
        (old.pid, old.start),
    ).fetchone()
    connection.execute(_ROLE)
    if ended is not None and not ended[0]:
        raise ConnectionLostError(f"the old server process {old.pid} does not end")


class Statement:
    """One prepared statement with binary parameters."""

    def __init__(self, name: str, text: str) -> None:
        """Name it; it is prepared by `CommitConnection`."""
        self.name = name.encode()
        self.text = text.encode()


class CommitConnection:
    """The connection on which one committer writes.

    `send` queues BEGIN, the lock of the head, the guarded insert and COMMIT in one go; `receive` reads the outcome of
    the oldest batch that was sent. Waiting is bounded by `timeout_seconds`.
    """

    def __init__(
        self,
        connection: PatientConnection,
        lock: Statement,
        append: Statement,
        timeout_seconds: float,
    ) -> None:
        """Prepare the statements and switch to pipeline mode."""
        self._connection = connection
        self._pg = connection.pgconn
        self._lock = lock
        self._append = append
        self._timeout = timeout_seconds
        self._notices: list[str] = []
        self._formats: list[int] = []
        self.backend = backend(connection)
        connection.add_notice_handler(self._note)
        for statement in (lock, append, _BEGIN, _COMMIT):
            result = self._pg.prepare(statement.name, statement.text)
            if result.status != pq.ExecStatus.COMMAND_OK:
                self._raise_if_broken()
                state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"?").decode()
                raise StatementFailedError(state, result.error_message.decode(errors="replace"))
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()

    def _note(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        self._notices.append(f"{diagnostic.severity}: {diagnostic.message_primary}")

    def fileno(self) -> int:
        """Return the socket, for whoever wants to cut it from outside."""
        return self._pg.socket

    def send(self, parameters: Sequence[bytes]) -> None:
        """Queue one batch. Raise ConnectionLostError when the socket is gone."""
        try:
            self._pg.send_query_prepared(_BEGIN.name, None)
            self._pg.send_query_prepared(self._lock.name, None)
            self._pg.send_query_prepared(self._append.name, parameters, [1] * len(parameters), 1)
            self._pg.send_query_prepared(_COMMIT.name, None)
            self._pg.pipeline_sync()
            self._flush()
        except psycopg.OperationalError as error:
            raise ConnectionLostError(str(error)) from error

    def send_lock(self) -> None:
        """Begin a transaction and take the lock; answered by `receive_lock`."""
        try:
            self._pg.send_query_prepared(_BEGIN.name, None)
            self._pg.send_query_prepared(self._lock.name, None)
            self._pg.pipeline_sync()
            self._flush()
        except psycopg.OperationalError as error:
            raise ConnectionLostError(str(error)) from error

    def send_locked(self, parameters: Sequence[bytes]) -> None:
        """Queue the guarded insert and COMMIT of a transaction that holds the lock already."""
        try:
            self._pg.send_query_prepared(self._append.name, parameters, [1] * len(parameters), 1)
            self._pg.send_query_prepared(_COMMIT.name, None)
            self._pg.pipeline_sync()
            self._flush()
        except psycopg.OperationalError as error:
            raise ConnectionLostError(str(error)) from error

    def receive_lock(self) -> None:
        """Wait until the lock is held. Raise StatementFailedError when the server refuses."""
        failure = None
        for _ in range(2):
            failure = self._one(failure)[0]
        self._sync()
        if failure:
            self.roll_back()
            raise failure

    def receive(self, *, locked: bool = False) -> bool:
        """Read the outcome of the oldest batch: True = committed, False = the guard did not hold, nothing written.

        Raises StatementFailedError (nothing written; `drain` leaves the failed transaction), CommitDoubtError or
        ConnectionLostError (unknown).
        """
        failure: StatementFailedError | None = None
        if not locked:
            for _ in range(2):
                failure = self._one(failure)[0]
        failure, rows, _ = self._one(failure)
        failure, _, tag = self._one(failure, commit=True)
        self._sync()
        if self._notices:
            # libpq may hand over a notice of COMMIT together with the result before it: any notice means doubt.
            raise CommitDoubtError("; ".join(self._notices))
        if failure:
            raise failure
        if tag != b"COMMIT":
            raise CommitDoubtError(f"COMMIT answered {tag!r}")
        return rows == 1

    def _one(
        self, failure: StatementFailedError | None, *, commit: bool = False
    ) -> tuple[StatementFailedError | None, int, bytes]:
        """Read the result of one statement and the null result that ends it."""
        result = self._result()
        if result is None:
            raise ConnectionLostError("the server sent no result")
        rows, tag = 0, b""
        if result.status in {pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE}:
            self._raise_if_broken()
            state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"?").decode()
            message = result.error_message.decode(errors="replace")
            if commit and failure is None:
                # The server had everything and failed in COMMIT itself: an error is not an abort.
                self._drain_sync()
                raise CommitDoubtError(f"{state}: {message}")
            if state.startswith(("57P", "08", "58")):
                raise ConnectionLostError(f"{state}: {message}")
            failure = failure or StatementFailedError(state, message)
        elif result.status != pq.ExecStatus.PIPELINE_ABORTED:
            rows, tag = result.ntuples, result.command_status or b""
        if self._result() is not None:
            raise ConnectionLostError("the server sent more results than statements")
        return failure, rows, tag

    def _drain_sync(self) -> None:
        try:
            while (result := self._result()) is None or result.status != pq.ExecStatus.PIPELINE_SYNC:
                pass
        except ConnectionLostError:
            return

    def _sync(self) -> None:
        result = self._result()
        if result is None or result.status != pq.ExecStatus.PIPELINE_SYNC:
            raise ConnectionLostError("the pipeline is out of step")

    def roll_back(self) -> None:
        """Leave a failed or unwanted transaction. Only when nothing else is in flight."""
        try:
            self._pg.send_query_params(b"ROLLBACK", None)
            self._pg.pipeline_sync()
            self._flush()
        except psycopg.OperationalError as error:
            raise ConnectionLostError(str(error)) from error
        self._one(None)
        self._sync()

    def _raise_if_broken(self) -> None:
        if self._pg.status != pq.ConnStatus.OK:
            raise ConnectionLostError(self._pg.error_message.decode(errors="replace"))

    def _flush(self) -> None:
        deadline = time.monotonic() + self._timeout
        while self._pg.flush():
            self._wait(deadline, writing=True)
            self._pg.consume_input()

    def _result(self) -> pq.abc.PGresult | None:
        deadline = time.monotonic() + self._timeout
        try:
            while self._pg.is_busy():
                self._wait(deadline, writing=False)
                self._pg.consume_input()
            return self._pg.get_result()
        except psycopg.OperationalError as error:
            raise ConnectionLostError(str(error)) from error

    def _wait(self, deadline: float, *, writing: bool) -> None:
        poll = select.poll()
        poll.register(self._pg.socket, select.POLLIN | (select.POLLOUT if writing else 0))
        while not poll.poll(max(0.0, min(LOOK_SECONDS, deadline - time.monotonic())) * 1000):
            if time.monotonic() >= deadline:
                raise ConnectionLostError("the server did not answer in time")
            self._connection.meanwhile()

    def drain(self, batches: int, *, failed: bool = False) -> None:
        """Read the outcomes of batches that were sent behind one that was not written: nor were they.

        `failed`: the server refused that one, so that its transaction is still to be left.
        """
        for _ in range(batches):
            try:
                if self.receive():
                    raise CommitDoubtError("a batch was written although the one before it was not")
            except StatementFailedError:
                failed = True
        if failed:
            self.roll_back()

    def ready(self) -> bool:
        """Tell, without waiting, whether a result lies ready."""
        try:
            self._pg.consume_input()
        except psycopg.OperationalError:
            return True
        return not self._pg.is_busy()

    def close(self) -> None:
        """Close the socket, whatever is in flight."""
        try:
            self._connection.close()
        except psycopg.Error:
            return


_BEGIN: Final = Statement("begin", "BEGIN ISOLATION LEVEL READ COMMITTED")
_COMMIT: Final = Statement("commit", "COMMIT")
