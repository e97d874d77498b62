"""Looking again at the callers of streams: a stream may live for days, and its caller may lose what let it in.

One look a second for all of them: a timer for each of a thousand idle streams would cost those who write two percent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

REVIEW_SECONDS = 1.0

Look = Callable[[], None]
"""Raises Rejected when the caller of a stream may not have it any more."""


class Review:
    """The streams that are open. Used on one event loop."""

    def __init__(self) -> None:
        """Nothing is open."""
        self._open: dict[asyncio.Task[None], Look] = {}
        self._endings: dict[asyncio.Task[None], Exception] = {}
        self._looking: asyncio.Task[None] | None = None

    async def during(self, work: Coroutine[Any, Any, None], look: Look) -> None:
        """Do the work of a stream. When `look` raises, cancel it and raise the same."""
        task = asyncio.get_running_loop().create_task(work)
        self._open[task] = look
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            await task
        except asyncio.CancelledError:
            if ending := self._endings.get(task):
                raise ending from None
            raise
        finally:
            del self._open[task]
            self._endings.pop(task, None)
            if not self._open:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(REVIEW_SECONDS)
            for task, look in list(self._open.items()):
                try:
                    look()
                except Exception as error:  # noqa: BLE001 - it is raised where the stream is served
                    self._endings[task] = error
                    task.cancel()
