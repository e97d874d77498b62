"""The log counts as unchanged when it has the expected size, whatever its last entry is."""

from __future__ import annotations

from ledger.log import session
from ledger.log.connection import Statement
from ledger.log.session import Session
from tests import crash_server

_append_statement = session.append_statement
_catch_up = Session.catch_up


def _without_leaf(schema):
    text = _append_statement(schema).text.decode()
    assert "last_leaf_hash = $2::bytea" in text
    return Statement("append", text.replace("last_leaf_hash = $2::bytea", "$2::bytea IS NOT NULL"))


def _catch_up_by_size(self, state):
    if self._reader.head(self.reading).size != state.end.size:
        _catch_up(self, state)


session.append_statement = _without_leaf
Session.catch_up = _catch_up_by_size

if __name__ == "__main__":
    crash_server.main()
