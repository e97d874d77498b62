"""The runner as a process of its own, beside a service or alone.

A service keeps the standard input open and writes codes of ledgers to it, one a line: follow this one, and look at it
now. The process ends when the input does, so it never outlives the service, be that killed.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from ledger.log.collector import calm_collector
from ledger.operation.log_lines import configure_logging
from projections.environment import CREATE, DATABASE_URL
from projections.runner import Runner

if TYPE_CHECKING:
    from typing import IO


def listen(runner: Runner, lines: IO[str]) -> None:
    """Follow what is named, and stop at the end."""
    for line in lines:
        if code := line.strip():
            runner.follow(code)
    runner.stop()


def main() -> None:
    """Follow the ledgers that are named on standard input, until it ends."""
    configure_logging()
    calm_collector()
    runner = Runner(os.environ[DATABASE_URL], named_only=True, create=bool(os.environ.get(CREATE)))
    threading.Thread(target=listen, args=(runner, sys.stdin), daemon=True).start()
    runner.run()
