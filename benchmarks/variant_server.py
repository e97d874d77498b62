"""`ledgerd` as it is, with names on its threads and, on request, other settings of its log.

`BENCHMARK_LOG_SETTINGS` holds a JSON object with fields of `LogSettings`, for example
`{"overlap": 1}`, so that the worth of each can be measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ledger import server
from projections.runner import Runner

NAME_LENGTH = 15


def name_threads() -> None:
    """Give each thread's name to the kernel, so that its CPU time can be told apart."""
    run = threading.Thread.run

    def named(thread: threading.Thread) -> None:
        with contextlib.suppress(OSError):
            comm = Path(f"/proc/self/task/{threading.get_native_id()}/comm")
            comm.write_text(thread.name[:NAME_LENGTH])
        run(thread)

    threading.Thread.run = named  # type: ignore[method-assign]


def follow_in_a_thread(code: str) -> None:
    """Keep the read side up to date in this process, which `ledgerd` never does: what that would cost."""
    runner = Runner(os.environ["LEDGER_DATABASE_URL"], [code], create=True)
    threading.Thread(target=runner.run, name="projections", daemon=True).start()


def main() -> None:
    """Start it."""
    if code := os.environ.get("BENCHMARK_PROJECTIONS_THREAD"):
        follow_in_a_thread(code)
    changes: dict[str, Any] = json.loads(os.environ.get("BENCHMARK_LOG_SETTINGS") or "{}")
    prepare = server.prepare
    cast("Any", server).prepare = lambda given, stack: replace(prepare(given, stack), **changes)
    name_threads()
    server.main()


if __name__ == "__main__":
    main()
