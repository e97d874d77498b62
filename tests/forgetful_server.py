"""`ledgerd` that does not bring about erasures as it should: what a search for the erased must find.

FORGETFUL names the defect. `list`: who was erased is remembered outside the database, and not looked up. `key`: a
destruction is recorded, and the key stays.
"""

from __future__ import annotations

import os

from ledger import server
from ledger.api.erasures import ErasedList
from ledger.log import keystore


def _nobody(*_: object) -> set[bytes]:
    return set()


def _kept(connection, ledger, stream, _now):
    return keystore.KeyStore(ledger, bytes(32)).key_id(connection, stream)


def main() -> None:
    """Start it."""
    if os.environ["FORGETFUL"] == "list":
        ErasedList.recall = _nobody  # type: ignore[method-assign]
    else:
        keystore.destroy = _kept
    server.main()


if __name__ == "__main__":
    main()
