"""What a void undoes is looked up once, before the lock, and not again."""

from __future__ import annotations

from ledger.log.view import BatchView
from tests import crash_server

_command = BatchView.command
_looked_up: dict[bytes, int] = {}


def _remembered(self, request_id):
    if request_id not in _looked_up:
        _looked_up[request_id] = _command(self, request_id)
    return _looked_up[request_id]


BatchView.command = _remembered

if __name__ == "__main__":
    crash_server.main()
