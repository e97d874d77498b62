"""Readers see what a batch will make of the accounts before it is committed."""

from __future__ import annotations

from ledger.log.committer import Committer
from ledger.log.connection import CommitConnection
from tests import crash_server

_send = Committer._send
_sending = CommitConnection.send


def _showing(self, parameters):
    self.owner._state.put(self.owner._flight[-1].overlay.streams)
    _sending(self, parameters)


def _with_owner(self, items):
    self._session.writing.owner = self
    _send(self, items)


CommitConnection.send = _showing
Committer._send = _with_owner

if __name__ == "__main__":
    crash_server.main()
