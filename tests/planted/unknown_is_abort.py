"""When the connection ends in a commit, the callers are told that nothing was recorded."""

from __future__ import annotations

from ledger.log.committer import Committer
from ledger.log.outcome import Failed
from ledger.v1 import reasons_pb2 as reasons
from tests import crash_server

_resolve = Committer._resolve


def _aborting(self, error):
    for batch in self._flight:
        failed = Failed(reasons.REFUSAL_REASON_UNAVAILABLE)
        self._answer([(item, failed) for item, _ in batch.answers])
    self._flight.clear()
    _resolve(self, error)


Committer._resolve = _aborting

if __name__ == "__main__":
    crash_server.main()
