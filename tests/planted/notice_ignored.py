"""A notice during COMMIT is not looked at."""

from __future__ import annotations

from ledger.log.connection import CommitConnection
from tests import crash_server

CommitConnection._note = lambda *_: None

if __name__ == "__main__":
    crash_server.main()
