"""Two ledgers between which transfers go, and what their logs say about the money, read without the service."""

from __future__ import annotations

from collections import Counter

import psycopg
from psycopg import sql

from ledger.domain import entry_types as types
from ledger.log.entry import recorded
from ledger.log.verify import Verifier

PAYING = (types.TRANSFER_RETURNED, types.TRANSFER_CREDITED)


class Books:
    """The logs of some ledgers of one database."""

    def __init__(self, url, codes):
        self.url, self.codes = url, codes

    def entries(self):
        """(ledger, opened entry), of one ledger after the other."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            # The receivers' logs first: what is credited there was accepted before.
            for code in reversed(self.codes):
                table = sql.SQL("SELECT entry FROM {}.entries ORDER BY position").format(
                    sql.Identifier(f"ledger_{code}")
                )
                for (entry,) in connection.execute(table).fetchall():
                    yield code, recorded(entry)

    def check(self, total):
        """Money is constant and each transfer ends once. Return how many ended in which way; ids that are in flight."""
        balances, payable = {}, 0
        sent, accepted, returned, credited = {}, {}, {}, Counter()
        for code, item in self.entries():
            balances[code, item.stream] = item.balance_after
            event = item.event
            if item.type in PAYING:
                payable += event.payable_after_close
            if item.type == types.TRANSFER_INITIATED:
                assert (code, event.transfer.transfer_id) not in sent
                sent[code, event.transfer.transfer_id] = (item.position, event.transfer.amount)
            elif item.type == types.TRANSFER_ACCEPTED:
                key = (code, event.initiated_position)
                assert key not in accepted, "accepted twice"
                accepted[key] = event.amount
            elif item.type == types.TRANSFER_RETURNED:
                key = (code, event.initiated_position)
                assert key not in returned, "returned twice"
                returned[key] = event.amount
            elif item.type == types.TRANSFER_CREDITED:
                credited[event.credit.sender.split("/")[1], event.credit.transfer_id] += 1
        by_id = {key: (key[0], position) for key, (position, _) in sent.items()}
        assert not accepted.keys() & returned.keys(), "accepted and returned"
        assert set(credited.values()) <= {1}, "credited twice"
        assert {by_id[key] for key in credited} <= accepted.keys(), "credited and not accepted"
        pending = {key for key, place in by_id.items() if place not in accepted and place not in returned}
        waiting = {key for key, place in by_id.items() if place in accepted and key not in credited}
        in_flight = sum(sent[key][1] for key in pending | waiting)
        assert sum(balances.values()) + in_flight + payable == total, "money was made or lost"
        return Counter(accepted=len(accepted), returned=len(returned), credited=len(credited)), pending | waiting

    def verify(self):
        """Nothing is wrong with the logs."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for code in self.codes:
                assert list(Verifier(connection, code).defects()) == []
