"""`ledgerd` with other limits of the log, so that overlapping and time-outs happen at a small scale.

`CRASH_LOG_SETTINGS` is a JSON object of fields of `LogSettings`. Beside them it may hold
`clock_ahead` (seconds by which this process' clock is wrong). Nothing else is changed. A `feature_level` above this
program's own stands for a newer version.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time

from ledger import server
from ledger.log import clock

SMALL = {"batch_commands": 40, "full_batch": 16}
"""Two batches are in flight as soon as 16 commands wait, not 400."""


def environment(**settings: float) -> dict[str, str]:
    """The variable that hands settings to the program."""
    return {"CRASH_LOG_SETTINGS": json.dumps(settings)}


def main() -> None:
    """Serve."""
    settings = json.loads(os.environ.get("CRASH_LOG_SETTINGS", "{}"))
    ahead = settings.pop("clock_ahead", 0)
    clock.now_microseconds = lambda: time.time_ns() // 1000 + ahead * 1_000_000
    prepare = server.prepare
    server.prepare = lambda given, stack: dataclasses.replace(prepare(given, stack), **settings)
    server.main()


if __name__ == "__main__":
    main()
