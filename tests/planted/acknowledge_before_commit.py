"""Answers leave when the batch is sent, not when COMMIT has returned."""

from __future__ import annotations

from ledger.log.committer import Committer
from ledger.log.connection import CommitConnection
from tests import crash_server

_send_items = Committer._send
_accept = Committer._accept
_send = CommitConnection.send


def _sending(self, parameters):
    _send(self, parameters)
    self.owner._answer(self.owner._flight[-1].answers)
    self.owner._flight[-1].answers = []


def _with_owner(self, items):
    self._session.writing.owner = self
    _send_items(self, items)


def _accepting(self, batch):
    answers, batch.answers = batch.answers, []
    _accept(self, batch)
    batch.answers = answers
    self._answer([(item, told) for item, told in answers if item.call.outcomes[item.index] is None])


Committer._send = _with_owner
Committer._accept = _accepting
CommitConnection.send = _sending

if __name__ == "__main__":
    crash_server.main()
