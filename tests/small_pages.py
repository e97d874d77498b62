"""The runner's process with pages of `PAGE_ENTRIES` entries, so that there are many moments to be killed at."""

from __future__ import annotations

import os
from functools import partial

from projections import process, runner

if __name__ == "__main__":
    runner.Follower = partial(runner.Follower, page_entries=int(os.environ["PAGE_ENTRIES"]))
    process.main()
