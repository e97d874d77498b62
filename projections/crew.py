"""The processes that work on the builds of a ledger, as whoever starts them sees them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

from projections.builder import LEDGER
from projections.process import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

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
