"""Request ids are stored in a transaction of their own, after that of their entries."""

from __future__ import annotations

import psycopg

from ledger.log import session
from ledger.log.committer import Committer
from ledger.log.connection import Statement
from tests import crash_server

_append_statement = session.append_statement
_accept = Committer._accept


def _without_commands(schema):
    text = _append_statement(schema).text.decode()
    begin = text.index(", new_commands AS (")
    end = text.index(", new_keys AS (")
    rest = text[:begin] + text[end:]
    # The parameters stay, so that their types must still be known.
    unused = "AND $6::uuid[] IS NOT NULL AND $7::uuid[] IS NOT NULL AND $8::bytea[] IS NOT NULL"
    unused += " AND $9::int8[] IS NOT NULL AND $10::int4[] IS NOT NULL"
    marker = "WHERE last_position = $1::int8 AND"
    assert marker in rest
    return Statement("append", rest.replace(marker, f"{marker[:-4]} {unused} AND"))


def _accepting(self, batch):
    schema, values = self._identity.schema, batch.parameters[5:10]
    with psycopg.connect(self._settings.database_url, autocommit=True) as connection:
        connection.pgconn.exec_params(
            f'INSERT INTO "{schema}".commands SELECT * FROM unnest('
            "$1::uuid[], $2::uuid[], $3::bytea[], $4::int8[], $5::int4[])".encode(),
            values,
            param_formats=[1] * len(values),
        )
    _accept(self, batch)


session.append_statement = _without_commands
Committer._accept = _accepting

if __name__ == "__main__":
    crash_server.main()
