"""Keeps the threads of a process together on one processor, and moves them when somebody else keeps it busy.

Python runs one thread at a time. Spread over processors, the event loop and the committers hand the interpreter from
one to another, whose caches are cold and which may be asleep: single commands then cost half as much processor time
again (docs/performance.md). Left where they started, they would wait whenever another program is put beside them, so
their place is looked at every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from ledger.settings import SettingsError

ANY: Final = ("any",)
ONE: Final = ("one",)

LOOK_SECONDS: Final = (1.0, 3.0)
"""Between two looks, at random: two services that met on a processor must not both leave it, again and again."""
SHARED: Final = 0.3
"""Part of a processor that others may use before it is worth leaving."""
GAIN: Final = 0.2
"""Part of a processor by which another one must be freer."""
TICKS: Final = 100.0
"""Units per second of /proc/stat, the same on every Linux."""
_IDLE, _WAITING = 3, 4

_log = structlog.get_logger("ledger.operation")


def busy_seconds() -> dict[int, float]:
    """Return, for each processor, the seconds that it has worked since the machine started. Linux only."""
    found = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *numbers = line.split()
        if name.startswith("cpu") and name != "cpu":
            ticks = [int(number) for number in numbers[:8]]
            found[int(name[3:])] = (sum(ticks) - ticks[_IDLE] - ticks[_WAITING]) / TICKS
    return found


def stay(place: int) -> None:
    """Put every thread of this process on a processor, and those that they start."""
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
            os.sched_setaffinity(int(thread.name), {place})


class Seat:
    """The processor on which this process runs. The functions are parameters for tests."""

    def __init__(
        self,
        allowed: frozenset[int],
        *,
        busy: Callable[[], Mapping[int, float]] = busy_seconds,
        own: Callable[[], float] = time.process_time,
        clock: Callable[[], float] = time.monotonic,
        put: Callable[[int], None] = stay,
    ) -> None:
        """Take the processors to choose from. `own` is the processor time that this process has used, in seconds."""
        self._allowed = allowed
        self._busy, self._own, self._clock, self._put = busy, own, clock, put
        self.place = random.choice(sorted(allowed))  # noqa: S311 - no secret
        self._seen = (clock(), own(), busy())
        put(self.place)

    def look(self) -> None:
        """Move to the freest processor where others use too much of this one."""
        at, own, busy = self._seen
        self._seen = (self._clock(), self._own(), self._busy())
        seconds = self._seen[0] - at
        if seconds <= 0:
            return
        others = {
            place: (self._seen[2].get(place, 0.0) - busy.get(place, 0.0)) / seconds for place in sorted(self._allowed)
        }
        others[self.place] -= (self._seen[1] - own) / seconds
        best = min(others, key=others.__getitem__)
        if others[self.place] > SHARED and others[best] + GAIN < others[self.place]:
            _log.info("processor_changed", left=self.place, taken=best)
            self.place = best
            self._put(best)

    async def keep(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(random.uniform(*LOOK_SECONDS))  # noqa: S311 - no secret
            self.look()

    @contextlib.contextmanager
    def left(self) -> Iterator[None]:
        """Let this thread run anywhere: a process that it starts meanwhile chooses for itself."""
        os.sched_setaffinity(0, self._allowed)
        try:
            yield
        finally:
            os.sched_setaffinity(0, {self.place})


def sit(processors: Sequence[str]) -> Seat | None:
    """Do what the setting `processors` says. Return the seat that is to be kept, where it says `one`."""
    if tuple(processors) == ANY:
        return None
    if tuple(processors) == ONE:
        if not hasattr(os, "sched_setaffinity"):
            return None
        allowed = frozenset(os.sched_getaffinity(0))
        return Seat(allowed) if len(allowed) > 1 else None
    try:
        os.sched_setaffinity(0, {int(number) for number in processors})
    except AttributeError:
        raise SettingsError("LEDGER_PROCESSORS: this operating system cannot keep a process on a processor") from None
    except OSError as error:
        text = ",".join(processors)
        raise SettingsError(f"LEDGER_PROCESSORS is {text!r}: {error.strerror}; is there such a processor?") from None
    return None
