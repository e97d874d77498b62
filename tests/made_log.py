"""A log made for the read side: real entries in the real tables, without the time that commands take.

Hashes of chain and tree are left out, as no projection reads them.
"""

from __future__ import annotations

import os
import random
import struct

import psycopg

from ledger.log import header
from ledger.log.entry import EVENT_TYPES, body
from ledger.log.identifiers import ledger_id
from ledger.v1 import commands_pb2, entry_pb2, events_pb2, types_pb2

COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
BEGIN_MICROSECONDS = 1_750_000_000_000_000
BALANCE = 1_000_000_000
CHUNK = 20_000

_ROW = struct.Struct("!hiqi16siqi")
_DEPOSIT, _PURCHASE = EVENT_TYPES["deposit_posted"], EVENT_TYPES["purchase_settled"]


def _deposit() -> bytes:
    deposit = commands_pb2.Deposit(amount=16_000, source=1, channel=9, period=202511, base=800_000, rate_bp=200)
    return body(_DEPOSIT, events_pb2.DepositPosted(deposit=deposit), b"", None)


def _purchase(institution: str, category: int) -> bytes:
    """A bill of 100 yuan: 60 pooled, 30 from the account, 10 in cash; invoice and settlement are sealed."""
    split = types_pb2.Split(pooled=6_000, personal=4_000, account_payable=3_000, own_account=3_000, cash=1_000)
    purchase = commands_pb2.Purchase(
        bill=types_pb2.Bill(total=10_000, in_scope=9_000, full_self_pay=1_000), institution=institution,
        category=category, benefit=1, care_type="11", clearing_type=11, credential=1, presenter=1,
        upstream=commands_pb2.UpstreamSplit(pooled=6_000),
    )  # fmt: skip
    event = events_pb2.PurchaseSettled(
        purchase=purchase, split=split,
        accumulator=types_pb2.Accumulator(year=2025, benefit=1, pooled=6_000, eligible=9_000, visits=1),
        service_date=types_pb2.CivilDate(year=2025, month=11, day=20), person_type=1,
    )  # fmt: skip
    keys = [entry_pb2.UniqueKey(kind=kind, hash=os.urandom(16)) for kind in (2, 3)]
    sealed = entry_pb2.Sealed(key_id=os.urandom(16), nonce=os.urandom(12), ciphertext=os.urandom(90))
    return body(_PURCHASE, event, entry_pb2.References(unique_keys=keys).SerializeToString(), sealed)


def fill(database_url: str, code: str, entries: int, *, accounts: int = 20_000, purchases: float = 0.5) -> None:
    """Append entries of single deposits and purchases of random accounts behind position 1."""
    chance = random.Random(entries)
    ledger, zeros = ledger_id(code), bytes(32)
    streams = [os.urandom(16) for _ in range(accounts)]
    state = {stream: [0, BALANCE] for stream in streams}
    bought = [_purchase(f"H4101000{number:04}", 1 + number % 4) for number in range(200)]
    deposited = _deposit()
    schema = f"ledger_{code}"
    with psycopg.connect(database_url) as connection:
        connection.execute(f"SELECT {schema}.ensure_ranges({entries + 1})".encode())
        for first in range(2, entries + 2, CHUNK):
            rows = [COPY_HEAD]
            for position in range(first, min(first + CHUNK, entries + 2)):
                stream = chance.choice(streams)
                known = state[stream]
                buys = chance.random() < purchases
                change = -3_000 if buys else 16_000
                known[0] += 1
                known[1] += change
                time = BEGIN_MICROSECONDS + position * 1_000
                entry = header.pack(
                    ledger, position, stream, known[0], position, 1, 1, time, time, time, zeros, os.urandom(16),
                    zeros[:16], zeros[:16], 8, os.urandom(16), zeros, _PURCHASE if buys else _DEPOSIT, change, known[1],
                ) + (chance.choice(bought) if buys else deposited)  # fmt: skip
                rows += (_ROW.pack(4, 8, position, 16, stream, 8, known[0], len(entry)), entry)
            with connection.cursor().copy(f"COPY {schema}.entries FROM STDIN (FORMAT BINARY)".encode()) as copy:
                copy.write(b"".join([*rows, b"\xff\xff"]))
        record_time = BEGIN_MICROSECONDS + (entries + 1) * 1_000
        connection.execute(
            f"INSERT INTO {schema}.commits VALUES (%s, %s, %s, %s, %s, %s, 1)".encode(),
            (entries + 1, zeros, zeros, zeros, record_time, entries),
        )
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {schema}.entries".encode())
