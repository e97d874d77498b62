"""Which processes serve a database, as their connections say: where each runs, and the feature level that it knows."""

from __future__ import annotations

import os
import re
import socket
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import psycopg

_NAME: Final = re.compile(r"ledgerd pool(?: level (\d+) (\d+)@(.*))?")
_HOST_LENGTH: Final = 30
"""PostgreSQL keeps 63 bytes of a connection's name."""


class Process(NamedTuple):
    """One process. A program from before this was told has level 0, pid 0, and no host."""

    level: int
    pid: int
    host: str


def name(level: int) -> str:
    """Return the name of the reading connections of this process."""
    return f"ledgerd pool level {level} {os.getpid()}@{socket.gethostname()[:_HOST_LENGTH]}"


def processes(connection: psycopg.Connection) -> list[Process]:
    """Return the processes that are connected now; one whose connection is broken at this moment is missing."""
    rows = connection.execute(
        "SELECT DISTINCT application_name FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'ledgerd pool%'"
    ).fetchall()
    matches = [match for (text,) in rows if (match := _NAME.fullmatch(text))]
    return sorted(Process(int(match[1] or 0), int(match[2] or 0), match[3] or "") for match in matches)
