"""The runner's process as a service sees it: started, fed with the codes of open ledgers, started again when it dies.

A process and not a thread: folding in a thread would take the interpreter from the commits (`docs/performance.md`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import structlog

from projections.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

LOOK_SECONDS: Final = 0.2
"""Between two looks at which ledgers are open."""
AGAIN_SECONDS: Final = 1.0
"""Before a process that died is started again."""
END_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


class Child:
    """One process for the ledgers that are open here. Used on one event loop."""

    def __init__(
        self,
        database_url: str,
        open_codes: Callable[[], Iterable[str]],
        apart: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
        *,
        create: bool,
    ) -> None:
        """Take where the log is, and which ledgers to follow. `create` as for the runner.

        Inside `apart()` a process is started that does not inherit where this one runs.
        """
        self._apart = apart
        self._environment = environment(database_url, create=create)
        self._open_codes = open_codes
        self._process: subprocess.Popen[bytes] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._followed: set[str] = set()

    def start(self) -> None:
        """Start it, and keep it alive until `stop`."""
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            self._followed = set()
            # Popen and not asyncio's: it does not fork, which gRPC cannot stand. The session is its own because Ctrl-C
            # is for the service, which then tells the process to end.
            with self._apart():
                self._process = process = subprocess.Popen(  # noqa: ASYNC220 - it takes a millisecond
                    [sys.executable, "-m", "projections"],
                    stdin=subprocess.PIPE,
                    env=self._environment,
                    start_new_session=True,
                    bufsize=0,
                )
            assert process.stdin is not None
            os.set_blocking(process.stdin.fileno(), False)
            while process.poll() is None:
                for code in set(self._open_codes()) - self._followed:
                    self.look(code)
                await asyncio.sleep(LOOK_SECONDS)
            log.error("projections.process_ended", status=process.returncode)
            await asyncio.sleep(AGAIN_SECONDS)

    def look(self, code: str) -> None:
        """Let a ledger be looked at now, because somebody waits for what was just written."""
        process = self._process
        if process is None or process.stdin is None:
            return
        try:
            if process.stdin.write(f"{code}\n".encode()):  # else it has much to read: the next look tries again
                self._followed.add(code)
        except OSError:  # it is dying, and is then started again
            return

    async def stop(self) -> None:
        """End it: the page in progress is committed."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            await asyncio.to_thread(process.wait, END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
