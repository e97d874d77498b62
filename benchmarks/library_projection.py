"""Balances of the same log by the library's own `ProjectionRunner`. Prints events per second."""

from __future__ import annotations

import sys
import time
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier


class Ledger(Application[UUID]):
    """The log, as any application of the library reads it."""

    name = "ledger"


class View(PostgresTrackingRecorder):
    """A table of balances, moved together with the tracking row."""

    def __init__(self, datastore: Any, **options: Any) -> None:
        super().__init__(datastore, **options)
        self._table = Identifier(datastore.schema, "library_balances")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (account uuid PRIMARY KEY, balance bigint NOT NULL)").format(self._table)
        )

    def set(self, account: UUID, balance: int, tracking: Tracking) -> None:
        """Write a balance and the position."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                SQL(
                    "INSERT INTO {} VALUES (%s, %s) ON CONFLICT (account) DO UPDATE SET balance = excluded.balance"
                ).format(self._table),
                (account, balance),
            )


class Balances(Projection[View]):
    """One transaction for each event: the library has no batches."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Write what the entry says."""
        self.view.set(domain_event.originator_id, domain_event.recorded.balance_after, tracking)


def main(seconds: float) -> None:
    """Follow for a while."""
    with ProjectionRunner(application_class=Ledger, projection_class=Balances, view_class=View) as runner:
        while not (first := runner.view.max_tracking_id("ledger") or 0):
            time.sleep(0.01)
        begin = time.perf_counter()
        time.sleep(seconds)
        done = (runner.view.max_tracking_id("ledger") or 0) - first
        print(done / (time.perf_counter() - begin))


if __name__ == "__main__":
    main(float(sys.argv[1]))
