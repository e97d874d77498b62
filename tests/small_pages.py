"""The runner's process with pages of `PAGE_ENTRIES` entries, so that there are many moments to be killed at.

`DIE_AT` names one of them: `before_moving`, `before_commit` or `behind_commit`; the process kills itself there at its
third page.
"""

from __future__ import annotations

import os
import signal
from functools import partial

from projections import process, runner
from projections.follower import Follower
from projections.tracking import Tracking

THIRD = 3


def die_at(moment):
    """Kill this process at a moment of the third page."""
    move, take = Tracking.move, Follower._take
    pages = []

    def die(at):
        if at == moment and len(pages) >= THIRD:
            os.kill(os.getpid(), signal.SIGKILL)

    def moving(self, *arguments):
        pages.append(1)
        die("before_moving")
        move(self, *arguments)
        die("before_commit")

    def taking(self, *arguments):
        page = take(self, *arguments)
        die("behind_commit")
        return page

    Tracking.move, Follower._take = moving, taking


if __name__ == "__main__":
    runner.Follower = partial(runner.Follower, page_entries=int(os.environ["PAGE_ENTRIES"]))
    if moment := os.environ.get("DIE_AT"):
        die_at(moment)
    process.main()
