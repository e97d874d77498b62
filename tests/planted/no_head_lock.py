"""Commits do not take the lock of the head."""

from __future__ import annotations

from ledger.log import session
from ledger.log.connection import Statement
from tests import crash_server

session.lock_statement = lambda _: Statement("lock", "SELECT 1")

if __name__ == "__main__":
    crash_server.main()
