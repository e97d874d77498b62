"""Files that may change while the service runs: what cannot be used is logged, and what was read before stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

POLL_SECONDS: Final = 1.0

_log = structlog.get_logger("ledger.server")

Signature = tuple[int, int, int] | None


def signature(path: Path) -> Signature:
    """What changes when a file does: its inode, size and time; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


class WatchedFile:
    """One file, and who takes its text when it has changed."""

    def __init__(self, name: str, path: Path, take: Callable[[str], None]) -> None:
        """Take the setting's name, the path, and what reads the text; it may raise ValueError."""
        self.name = name
        self.path = path
        self._take = take
        self._seen: Signature = None
        self.problem = ""
        """Why the newest version of the file is not in use; empty while it is."""

    def read(self) -> None:
        """Read it. Raises OSError, ValueError."""
        self._seen = signature(self.path)
        self._take(self.path.read_text("utf-8"))
        self.problem = ""

    def poll(self) -> None:
        """Read it again if it has changed."""
        if signature(self.path) == self._seen:
            return
        try:
            self.read()
        except (OSError, ValueError) as error:
            self.problem = error.strerror or "cannot be read" if isinstance(error, OSError) else str(error)
            _log.error("file.unusable", setting=self.name, path=str(self.path), problem=self.problem)
        else:
            _log.info("file.read", setting=self.name, path=str(self.path))


async def watch(files: Sequence[WatchedFile]) -> None:
    """Poll for ever, beside the event loop: a large file takes a while."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        for file in files:
            await asyncio.to_thread(file.poll)
