"""Balances, bitemporal: what an account has now, and what it had at any time as it was known at any other.

It listens to every entry that moves a balance or opens an account. Headers say all of it: no event is parsed.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from ledger.log.entry import EVENT_NAMES, EVENT_TYPES, UnknownPartError
from ledger.log.reader import UuidArray
from projections.projection import Table, by_stream
from projections.rows import Copy, Int8Array, Merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.projection import Batch
    from projections.rows import Write

_OPENING: Final = frozenset({EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]})
_KNOWN: Final = frozenset(EVENT_NAMES)
_COLUMNS: Final = ("position", "effective_time", "record_time", "change", "balance_after", "account", "type")
_ROW: Final = struct.Struct("!h" + "iq" * 5 + "i16s" + "ih")
_MERGE: Final = (
    "INSERT INTO {table} AS old (account, balance, position, effective_time)"
    " SELECT * FROM unnest(%s, %s, %s, %s)"
    " ON CONFLICT (account) DO UPDATE SET"
    " balance = CASE WHEN old.position < excluded.position THEN excluded.balance ELSE old.balance END,"
    " position = greatest(old.position, excluded.position),"
    " effective_time = greatest(old.effective_time, excluded.effective_time)"
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
        changes = []
        pack, known, opening, get = _ROW.pack, _KNOWN, _OPENING, accounts.get
        for position, stream, _, _, _, _, effective, recorded, type_, change, after in batch.heads:
            if type_ not in known:
                raise UnknownPartError(f"position {position} has event type {type_}, which this version cannot read")
            if not change and type_ not in opening:
                continue
            old = get(stream)
            if old is None:
                accounts[stream] = (after, position, effective)
            else:
                if old[0] + change != after:
                    raise ValueError(f"position {position}: {old[0]} fen and {change} fen are not {after} fen")
                accounts[stream] = (after, position, max(old[2], effective))
            changes.append(pack(7, 8, position, 8, effective, 8, recorded, 8, change, 8, after, 16, stream, 2, type_))
        states = sorted(accounts.items())  # the index is then written from left to right
        columns = [Int8Array([state[at] for _, state in states]) for at in range(3)]
        writes: list[Write] = [Copy("balance_changes", _COLUMNS, changes)]
        if states:
            ids = UuidArray([account for account, _ in states])
            writes.append(Merge("balances", _MERGE, (ids, *columns)))
        return writes
