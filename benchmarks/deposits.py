"""Requests of the load: accounts to open, deposits one by one, and batches in message or bytes."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable, Sequence

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2, types_pb2

_VARIANTS = "89ab"
_ID_LENGTH = 36


def fresh_ids(count: int) -> list[str]:
    """UUIDs of version 7 made now."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big").hex()
    head = f"{stamp[:8]}-{stamp[8:]}-7"
    digits = os.urandom(10 * count).hex()
    texts = []
    for at in range(0, 20 * count, 20):
        part = digits[at : at + 20]
        variant = _VARIANTS[int(part[3], 16) & 3]
        texts.append(f"{head}{part[:3]}-{variant}{part[4:7]}-{part[7:19]}")
    return texts


def account_names(ledger: str, count: int) -> list[str]:
    """Names of accounts that nobody has used."""
    return [f"ledgers/{ledger}/accounts/{uuid.uuid4()}" for _ in range(count)]


def opening_batch(ledger: str, accounts: Sequence[str]) -> pb.BatchExecuteRequest:
    """Open and activate accounts."""
    request = pb.BatchExecuteRequest(ledger=f"ledgers/{ledger}")
    for account, own_id in zip(accounts, fresh_ids(len(accounts)), strict=True):
        opening = commands_pb2.AccountOpening(
            scheme=types_pb2.SCHEME_EMPLOYEE, person_type=types_pb2.PersonType.values()[1]
        )
        opening.confidential.insured_person_id = account[-_ID_LENGTH:]
        request.items.add().command.open_account.CopyFrom(
            pb.OpenAccountRequest(account=account, request_id=own_id, opening=opening)
        )
    for account, own_id in zip(accounts, fresh_ids(len(accounts)), strict=True):
        request.items.add().command.activate_account.CopyFrom(
            pb.ActivateAccountRequest(account=account, request_id=own_id, activation=commands_pb2.Activation())
        )
    return request


def deposit(account: str, own_id: str) -> pb.RecordDepositRequest:
    """One yuan."""
    return pb.RecordDepositRequest(
        account=account,
        request_id=own_id,
        deposit=commands_pb2.Deposit(amount=100, source=1, channel=1),
    )


def batch(ledger: str, accounts: Sequence[str], size: int) -> pb.BatchExecuteRequest:
    """Deposits into accounts chosen at random, as messages: what a program does that sends them."""
    request = pb.BatchExecuteRequest(ledger=f"ledgers/{ledger}")
    add = request.items.add
    for account, own_id in zip(random.choices(accounts, k=size), fresh_ids(size), strict=True):
        asked = add().command.record_deposit  # filled in its place: made apart and copied in, it costs twice as much
        asked.account, asked.request_id = account, own_id
        content = asked.deposit
        content.amount, content.source, content.channel = 100, 1, 1
    return request


def deposit_item(account: str, own_id: str) -> pb.BatchItem:
    """One deposit of a batch."""
    return pb.BatchItem(command=pb.Command(record_deposit=deposit(account, own_id)))


def encoded_batches(
    ledger: str,
    accounts: Sequence[str],
    size: int,
    calls: int,
    make: Callable[[str, str], pb.BatchItem] = deposit_item,
) -> list[bytes]:
    """Batches of what `make` gives, as bytes. Names and ids have fixed lengths, so they are laid into a template."""
    name, own_id = accounts[0], fresh_ids(1)[0]
    item = make(name, own_id)
    data = pb.BatchExecuteRequest(items=[item]).SerializeToString()
    before, rest = data.split(name.encode())
    between, after = rest.split(own_id.encode())
    lead = pb.BatchExecuteRequest(ledger=f"ledgers/{ledger}").SerializeToString()
    names = [account.encode() for account in accounts]
    batches = []
    for _ in range(calls):
        ids = "".join(fresh_ids(size)).encode()
        parts = [lead]
        at = 0
        for chosen in random.choices(names, k=size):
            parts += (before, chosen, between, ids[at : at + _ID_LENGTH], after)
            at += _ID_LENGTH
        batches.append(b"".join(parts))
    return batches
