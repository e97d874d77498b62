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


def main() -> None:
    """Start it."""
    changes: dict[str, Any] = json.loads(os.environ.get("BENCHMARK_LOG_SETTINGS") or "{}")
    prepare = server.prepare
    cast("Any", server).prepare = lambda given, stack: replace(prepare(given, stack), **changes)
    name_threads()
    server.main()


if __name__ == "__main__":
    main()
