"""Health as gRPC tells it: of the process, of each service, and of each ledger under its name `ledgers/410100`.

A ledger that had to stop (a fork, a newer log) is NOT_SERVING by itself; the process goes on serving the others. One
that nobody has asked for yet has no health. So has each view, as `ledgers/410100/projections/balances`: one that is
stopped, paused or frozen is NOT_SERVING.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog
from grpc_health.v1 import health, health_pb2  # type: ignore[import-untyped]

from ledger.log.ledgers import Ledgers

POLL_SECONDS: Final = 0.25
OTHERS_SECONDS: Final = 5.0
"""Between two looks at what is known only to the database."""
Others = Callable[[], Awaitable[Mapping[str, bool]]]

_SERVING: Final = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING: Final = health_pb2.HealthCheckResponse.NOT_SERVING
_log = structlog.get_logger("ledger.server")


class HealthBoard:
    """Keeps the health of every ledger that is open. Used on one event loop."""

    def __init__(self, ledgers: Ledgers, services: Sequence[str], others: Others | None = None) -> None:
        """Take what is watched. `others` tells of what else has a health, by name, and is asked every few seconds."""
        self.servicer = health.aio.HealthServicer()
        self._ledgers = ledgers
        self._services = services
        self._told: dict[str, bool] = {}
        self._others = others
        self._asked = float("-inf")

    async def open(self) -> None:
        """Say that the service is there."""
        await self.look()
        for name in ("", *self._services):
            await self.servicer.set(name, _SERVING)

    async def look(self) -> None:
        """Tell what has changed."""
        for ledger in self._ledgers.open_ledgers():
            serving = ledger.serving
            if self._told.get(ledger.code) is serving:
                continue
            self._told[ledger.code] = serving
            await self.servicer.set(f"ledgers/{ledger.code}", _SERVING if serving else _NOT_SERVING)
            if not serving:
                _log.critical("ledger.not_serving", ledger=ledger.code, problem=ledger.problem)

    async def look_at_others(self) -> None:
        """Tell what has changed of the rest, from time to time."""
        now = time.monotonic()
        if self._others is None or now - self._asked < OTHERS_SECONDS:
            return
        self._asked = now
        for name, serving in (await self._others()).items():
            if self._told.get(name) is not serving:
                self._told[name] = serving
                await self.servicer.set(name, _SERVING if serving else _NOT_SERVING)
                if not serving:
                    _log.error("view.not_serving", name=name)

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.look()
            await self.look_at_others()

    async def close(self) -> None:
        """Say that the service goes, so that nobody sends more."""
        await self.servicer.enter_graceful_shutdown()
