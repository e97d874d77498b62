"""Balances, bitemporal: what an account has now, and what it had at any time as it was known at any other.

It listens to every entry that moves a balance or opens an account. Headers say all of it: no event is parsed.
"""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, Final

from ledger.log.entry import EVENT_TYPES
from ledger.log.reader import UuidArray
from projections.projection import Table, by_stream
from projections.rows import Copy, Int8Array, Merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.projection import Batch
    from projections.rows import Write

_OPENING: Final = frozenset({EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]})
_COLUMNS: Final = ("position", "effective_time", "record_time", "change", "balance_after", "account", "type")
_ROW: Final = struct.Struct("!h" + "iq" * 5 + "i16s" + "ih")
_MERGE: Final = (
    # Whoever holds the tracking row is alone, so no conflict need be looked out for: ON CONFLICT locks each row first,
    # which is a second record in the write-ahead log.
    "MERGE INTO {table} AS old USING unnest(%s, %s, %s, %s) AS new (account, balance, position, effective_time)"
    " ON old.account = new.account WHEN MATCHED THEN UPDATE SET"
    " balance = CASE WHEN old.position < new.position THEN new.balance ELSE old.balance END,"
    " position = greatest(old.position, new.position),"
    " effective_time = greatest(old.effective_time, new.effective_time)"
    " WHEN NOT MATCHED THEN INSERT (account, balance, position, effective_time)"
    " VALUES (new.account, new.balance, new.position, new.effective_time)"
)


class Balances:
    """The projection `balances`."""

    name: Final = "balances"
    shape: Final = 1
    tables: Final = (
        Table("balances", ("account",), "account"),
        Table("balance_changes", ("account", "position"), "account", ranged=True),
    )

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the changes, and the newest state of each account that changed."""
        accounts: dict[bytes, tuple[int, int, int]] = {}
        changes: dict[bytes, list[bytes]] = {}
        pack, opening, get = _ROW.pack, _OPENING, accounts.get
        batch.types()  # none is unknown
        for position, stream, _, _, _, _, effective, recorded, type_, change, after in batch.heads:
            if not change and type_ not in opening:
                continue
            row = pack(7, 8, position, 8, effective, 8, recorded, 8, change, 8, after, 16, stream, 2, type_)
            old = get(stream)
            if old is None:
                accounts[stream] = (after, position, effective)
                changes[stream] = [row]
            else:
                if old[0] + change != after:
                    raise ValueError(f"position {position}: {old[0]} fen and {change} fen are not {after} fen")
                accounts[stream] = (after, position, max(old[2], effective))
                changes[stream].append(row)
        if not accounts:
            return []
        ids = sorted(accounts)  # the indexes are then written from left to right
        columns = [Int8Array(column) for column in zip(*map(accounts.__getitem__, ids), strict=True)]
        return [
            Copy("balance_changes", _COLUMNS, list(chain.from_iterable(map(changes.__getitem__, ids)))),
            Merge("balances", _MERGE, (UuidArray(ids), *columns)),
        ]
