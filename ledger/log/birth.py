"""Position 1 of a ledger."""

from __future__ import annotations

import os
import time
from typing import Final

from ledger.log import header
from ledger.log.entry import EVENT_TYPES, body
from ledger.log.identifiers import ADMIN, ledger_id, named_stream
from ledger.v1 import events_pb2, types_pb2

_NOBODY: Final = bytes(16)


def birth_entry(
    code: str,
    origin: str,
    time_zone: str,
    currency: str,
    secret_check: bytes,
    reversal_order: types_pb2.ReversalOrder = types_pb2.REVERSAL_ORDER_UNSPECIFIED,
    *,
    approved_openings_only: bool = False,
) -> tuple[int, bytes]:
    """Return the record time (microseconds) and the stored bytes of `LedgerOpened`."""
    identity = ledger_id(code)
    now = time.time_ns() // 1000
    type_ = EVENT_TYPES["ledger_opened"]
    event = events_pb2.LedgerOpened(
        ledger=code,
        origin=origin,
        time_zone=time_zone,
        currency=currency,
        hash_algorithm="SHA-256",
        format=header.FORMAT,
        secret_check=secret_check,
        reversal_order=reversal_order,
        approved_openings_only=approved_openings_only,
    )
    head = header.pack(
        identity, 1, named_stream(identity, ADMIN), 1, 1, 1, 1, now, now, now, bytes(32),
        os.urandom(16), _NOBODY, _NOBODY, 0, _NOBODY, bytes(32), type_, 0, 0,
    )  # fmt: skip
    return now, head + body(type_, event, b"", None)
