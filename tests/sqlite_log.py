"""The log as an auditor takes it home: every entry as a row of another database, asked in its own SQL.

SQLite knows nothing of projections: it sums what the raw entries say.
"""

from __future__ import annotations

import sqlite3
import uuid

from tests import histories

FOREVER = 2**62

STATEMENT = """
WITH mine AS (SELECT * FROM entries WHERE account = :account AND effective < :end AND change <> 0),
known AS (SELECT * FROM mine WHERE recorded < :drawn),
parts AS (
    SELECT
        total(CASE WHEN effective < :begin AND recorded < :previous THEN change END) AS opening,
        total(CASE WHEN effective < :begin AND recorded >= :previous THEN change END) AS late,
        total(CASE WHEN effective >= :begin AND change > 0 AND type <> 'interest_posted' THEN change END) AS credits,
        total(CASE WHEN effective >= :begin AND type = 'interest_posted' THEN change END) AS interest,
        -total(CASE WHEN effective >= :begin AND change < 0 THEN change END) AS debits,
        total(change) AS closing
    FROM known)
SELECT opening, late, credits, interest, debits, closing,
    (SELECT total(change) FROM mine WHERE recorded >= :drawn),
    (SELECT count(*) FROM shown WHERE account = :account AND effective < :end AND recorded >= :drawn)
FROM parts
"""


class Exported:
    """A copy of a ledger in memory."""

    def __init__(self, world):
        self.world = world
        self.database = sqlite3.connect(":memory:")
        self.database.execute(
            "CREATE TABLE entries (position INTEGER PRIMARY KEY, account TEXT, type TEXT, change INTEGER,"
            " after INTEGER, effective INTEGER, recorded INTEGER)"
        )
        # What a list of transactions shows: what moves money, and every purchase, whoever paid.
        self.database.execute(
            "CREATE VIEW shown AS SELECT * FROM entries WHERE change <> 0"
            " OR type IN ('purchase_settled', 'purchase_reversed', 'share_refunded', 'deposit_reversed')"
        )
        self.database.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (m.position, str(uuid.UUID(bytes=m.account)), m.type, m.change, m.after, m.effective, m.recorded)
                for m in histories.raw(world)
            ],
        )

    def one(self, query, **values):
        """The only row of a query, its numbers whole."""
        (row,) = self.database.execute(query, values).fetchall()
        return tuple(int(value) for value in row)

    def accounts(self):
        """Everybody with an account, by name."""
        rows = self.database.execute(
            "SELECT DISTINCT account FROM entries WHERE type IN ('account_opened', 'opening_imported')"
        )
        names = {identifier: who for who, identifier in self.world.ids.items()}
        return [names[account] for (account,) in rows]

    def statement(self, who, begin, end, drawn, previous):
        """Opening, late, credits, interest, debits, closing, and what came after it was drawn: sum and number."""
        return self.one(
            STATEMENT, account=self.world.id(who), begin=begin, end=end, drawn=drawn or FOREVER, previous=previous
        )

    def summary(self, who, begin, end):
        """Balance before, change, balance behind."""
        return self.one(
            "SELECT total(CASE WHEN effective < :begin THEN change END),"
            " total(CASE WHEN effective >= :begin THEN change END), total(change)"
            " FROM entries WHERE account = :account AND effective < :end",
            account=self.world.id(who),
            begin=begin,
            end=end,
        )

    def balance(self, who, effective=FOREVER, known=FOREVER):
        """The balance of a time as it was known at another."""
        (balance,) = self.one(
            "SELECT total(change) FROM entries WHERE account = :account AND effective <= :effective"
            " AND recorded <= :known",
            account=self.world.id(who),
            effective=effective,
            known=known,
        )
        return balance
