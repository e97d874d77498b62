"""One worker: the service itself, told over standard input what to do, and ending when that closes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Final

from ledger.operation.log_lines import configure_logging
from ledger.operation.master_keys import key_wrapper
from ledger.operation.supervisor import Order
from ledger.server import work

_STDIN: Final = 0


def main() -> None:
    """Serve until SIGTERM, or until the supervisor is gone: nobody would start a lost worker again, or stop it."""
    configure_logging()
    order = Order.decode(sys.stdin.buffer.readline())
    threading.Thread(target=_outlive_nobody, name="supervisor", daemon=True).start()
    key = order.master_key or key_wrapper(order.settings)
    work(order.settings, order.settings.log_settings(order.database_url, key), order.number, order.sockets)


def _outlive_nobody() -> None:
    # Not through sys.stdin, whose lock would be held when the interpreter ends.
    while os.read(_STDIN, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
