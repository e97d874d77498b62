"""The connection that commits, where the server goes away at an awkward moment."""

from __future__ import annotations

import socket
import threading
import time

import psycopg
import pytest

from ledger.log import connection as connections
from ledger.log.append import append_statement, lock_statement
from ledger.log.connection import CommitConnection, ConnectionLostError, StatementFailedError, connect


def commit_connection(opened, schema):
    return CommitConnection(opened, lock_statement(schema), append_statement(schema), 5.0)


def test_a_server_that_ends_while_statements_are_prepared_is_a_lost_connection(database, ledger, monkeypatch):
    """A restart at that moment is waited for; it is no defect for which the ledger would have to stop."""
    identify = connections.backend

    def ended_behind(opened):
        backend = identify(opened)
        with psycopg.connect(database.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend.pid,))
        return backend

    monkeypatch.setattr(connections, "backend", ended_behind)
    with pytest.raises(ConnectionLostError):
        commit_connection(connect(database.url, application="test"), f"ledger_{ledger}")


def test_a_statement_that_cannot_be_prepared_is_named(database):
    with pytest.raises(StatementFailedError, match="42P01"):
        commit_connection(connect(database.url, application="test"), "ledger_nobody")


def test_callers_are_looked_at_while_a_connection_is_opened():
    """A server that takes long to answer at all, as one does that hardly gets a processor, keeps nobody waiting."""
    looked = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_late():
            silent, _ = server.accept()
            time.sleep(0.6)
            silent.close()

        late = threading.Thread(target=answer_late)
        late.start()
        with pytest.raises(psycopg.OperationalError):
            connect(
                f"postgresql://nobody@127.0.0.1:{server.getsockname()[1]}/ledger?sslmode=disable",
                application="test",
                meanwhile=lambda: looked.append(time.monotonic()),
            )
        late.join()
    assert len(looked) >= 3
