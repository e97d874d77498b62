"""A rebuild of every projection whose processes are killed, at moments spread over the whole of the work."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.cli.builds import ALL_SECONDS, Rate
from projections import builds, schema
from projections.crew import LEDGER

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    import psycopg

BUILDERS: Final = ("projections.builder", "tests.small_builds")
RUNNERS: Final = ("projections", "tests.small_runner")
LATEST: Final = 0.92
"""The last kill is due at this share of the work: afterwards only comparisons and switches are left."""


class Rebuild:
    """The builds of one rebuild, how far they have come, and what could be foretold at each moment."""

    def __init__(self, connection: psycopg.Connection, code: str, parts: int) -> None:
        """Begin. The runner that follows the ledger finds the builds, and does the work."""
        self._connection, self._code = connection, code
        self.begin = time.perf_counter()
        self.begun = [
            builds.begin(connection, code, name, parts=parts, switches=True) for name in sorted(schema.PROJECTIONS)
        ]
        self.seen: list[tuple[float, float]] = [(0.0, 0.0)]
        """Seconds, and the share of the work that was done."""
        self.entries: list[tuple[float, int, int, float]] = []
        """Seconds, entries that were and that were to be taken in, and what `ledgerctl` foretells is left (seconds)."""
        self._rate = Rate(ALL_SECONDS)
        self.rewinds, self.killed, self.kills = 0, 0, 0
        self._taken: dict[int, int] = {}

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.seen[-1][1]

    @property
    def seconds(self) -> float:
        """How long it took until now."""
        return self.seen[-1][0]

    def now(self) -> list[builds.Build]:
        """The builds as they are."""
        return [builds.find(self._connection, self._code, each.build) for each in self.begun]

    def look(self) -> bool:
        """See how far it has come: taking entries in counts nine parts of ten. Return whether anything is left."""
        shares, states, taken, wanted = [], [], 0, 0
        for each in self.begun:
            state = builds.progress(self._connection, self._code, each.build)
            states.append(state.build.state)
            taken, wanted = taken + state.taken // each.parts, wanted + state.wanted // each.parts
            stage = {"building": 0.0, "joining": 0.0, "comparing": 0.5}.get(state.build.state, 1.0)
            shares.append(0.9 * state.ratio + 0.1 * stage)
            if state.build.state == "building":
                self.rewinds += state.taken < self._taken.get(each.build, 0)
                self._taken[each.build] = state.taken
        self.seen.append((time.perf_counter() - self.begin, sum(shares) / len(shares)))
        rate = self._rate.see(self.seconds, taken)
        self.entries.append((self.seconds, taken, wanted, (wanted - taken) / rate if rate else 0.0))
        return any(state not in {"done", "failed", "dropped"} for state in states)

    def kill(self, runner_of: int, *, runner: bool) -> bool:
        """SIGKILL every builder of the ledger, and the runner as well. Return False where none is at work."""
        pids = list(builders(self._code))
        if not pids:
            return False
        pids += children(runner_of) if runner else []
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.killed += len(pids)
        self.kills += 1
        return True

    def under_fire(
        self,
        chance: random.Random,
        kills: int,
        runner_of: int,
        patience: float,
        watch: Callable[[Rebuild, str], None] = lambda _, __: None,
    ) -> None:
        """Wait for its end, and kill as often; at every fourth time the runner too, a child of `runner_of` (0: never).

        `watch` is called at every look, with words when something was killed.
        """
        moments = sorted(chance.uniform(0.0, LATEST) for _ in range(kills))
        while self.look():
            words = ""
            if moments and self.share >= moments[0] and self.kill(runner_of, runner=len(moments) % 4 == 1):
                moments.pop(0)
                words = " ".join(f"{each.projection}:{each.state}" for each in self.now())
            watch(self, words)
            assert time.perf_counter() - self.begin < patience, [(each.state, each.problem) for each in self.now()]
            time.sleep(0.02)
        assert not moments, f"{len(moments)} kills were not due"

    def foretold(self, share: float) -> tuple[float, float]:
        """How long taking in should last when this share was taken in (seconds), and how long it lasted in fact."""
        end = next(seconds for seconds, taken, wanted, _ in self.entries if taken == wanted)
        seconds, left = next(
            (seconds, left) for seconds, taken, wanted, left in self.entries if taken >= share * wanted
        )
        return left, end - seconds


def builders(code: str) -> Iterator[int]:
    """The processes that work on the builds of a ledger."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().decode().split("\0")
            if set(words) & set(BUILDERS) and f"{LEDGER}={code}" in (place / "environ").read_bytes().decode():
                yield int(place.name)


def children(pid: int) -> list[int]:
    """The runners that a process started."""
    found = []
    for place in Path("/proc").glob("[0-9]*") if pid else ():
        with contextlib.suppress(OSError):
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            words = (place / "cmdline").read_bytes().decode().split("\0")
            if parent == pid and set(words) & set(RUNNERS):
                found.append(int(place.name))
    return found
