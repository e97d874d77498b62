"""`ledgerd` with small buffers and short waits for followers, so that their limits are met within a test."""

from __future__ import annotations

from ledger import server
from ledger.api import subscription_service
from ledger.log import scan, tail

BUFFER_BYTES = 20_000
"""About fifty deposits."""
CHECKPOINT_SECONDS = 0.2


def main() -> None:
    """Start it."""
    tail.BUFFER_BYTES = BUFFER_BYTES  # type: ignore[misc]
    subscription_service.CHECKPOINT_SECONDS = CHECKPOINT_SECONDS
    scan._WINDOW = scan._SELECTIVE_WINDOW = 100  # type: ignore[misc]
    scan._ROWS = 50  # type: ignore[misc]
    server.main()


if __name__ == "__main__":
    main()
