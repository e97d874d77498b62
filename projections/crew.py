"""The processes that work on the builds of a ledger, as whoever starts them sees them: an operator, or the runner."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

from projections.builds import OPEN_SQL
from projections.environment import environment
from projections.tracking import Tracking

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

LEDGER: Final = "LEDGER_BUILDS_OF"
"""Names the ledger for a process of a crew."""
END_SECONDS: Final = 10.0


class Crew:
    """Processes that end by themselves when nothing is left to do, and with whoever started them, be that killed."""

    def __init__(
        self,
        database_url: str,
        code: str,
        size: int,
        *,
        program: str = "projections.builder",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Take how many. `program` replaces the module that they run."""
        self._environment = {**environment(database_url, create=False), LEDGER: code, **(variables or {})}
        self._size = size
        self._program = program
        self.processes: list[subprocess.Popen[bytes]] = []

    def muster(self) -> None:
        """Start those that are missing."""
        self.processes = [process for process in self.processes if process.poll() is None]
        while len(self.processes) < self._size:
            self.processes.append(
                subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", self._program],
                    stdin=subprocess.PIPE,
                    env=self._environment,
                    start_new_session=True,
                )
            )

    @property
    def at_work(self) -> int:
        """How many are running."""
        return sum(process.poll() is None for process in self.processes)

    def dismiss(self) -> None:
        """End them: the pages in progress are committed."""
        for process in self.processes:
            if process.stdin is not None:
                process.stdin.close()
        for process in self.processes:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []


class Crews:
    """The crews of a runner: one for each ledger that has builds to work on, as large as they have parts."""

    def __init__(self, database_url: str) -> None:
        """Take where the ledgers are."""
        self._url = database_url
        self._crews: dict[str, Crew] = {}

    def look(self, connection: psycopg.Connection, code: str) -> None:
        """Start who is needed for a ledger."""
        row = connection.execute(
            Tracking(code).sql("SELECT max(parts) FROM {s}.builds WHERE {open}".replace("{open}", OPEN_SQL))
        ).fetchone()
        size = int(row[0] or 0) if row else 0
        crew = self._crews.get(code)
        if size and (crew is None or not crew.at_work):
            crew = self._crews[code] = Crew(self._url, code, size)
            crew.muster()

    def dismiss(self) -> None:
        """End all."""
        for crew in self._crews.values():
            crew.dismiss()
        self._crews.clear()
