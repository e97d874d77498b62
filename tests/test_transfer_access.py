"""Who may do what with a transfer: callers whose access ends at one ledger."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest

from ledger.api.calls import Call
from ledger.api.errors import Rejected
from ledger.api.identity import ALL_RIGHTS, Identity
from ledger.api.transfer_commands import TransferCommands
from ledger.api.transfer_queries import TransferQueries
from ledger.log.ledgers import Ledgers
from ledger.log.settings import LogSettings
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from ledger.v1.reasons_pb2 import RefusalReason
from tests.test_transfers import name, new_id, noon, pair  # noqa: F401 - a fixture

DECLINED = t.TRANSFER_RETURN_REASON_DECLINED


def caller(*codes):
    """A call by somebody who may use these ledgers only."""
    anybody = Identity.named("clinic", "desk", ALL_RIGHTS)
    identity = dataclasses.replace(anybody, ledgers=frozenset(codes))
    return Call(identity, {}, time.monotonic() + 20, time.time_ns() // 1000)


def as_seen(database, ask):
    """What the methods answer; `ask` takes the commands and the queries."""

    async def run():
        ledgers = Ledgers.open(LogSettings(database.url, database.master_key))
        await ledgers.start()
        try:
            return await ask(TransferCommands(ledgers).handlers(), TransferQueries(ledgers))
        finally:
            await ledgers.stop(5)

    return asyncio.run(run())


async def refused(call, request):
    with pytest.raises(Rejected) as caught:
        await call(request)
    return RefusalReason.Name(caught.value.reason).removeprefix("REFUSAL_REASON_")


def test_a_receiver_acts_with_access_to_the_receivers_ledger_only(database, pair):  # noqa: F811
    here, there = pair
    bob, first, second = there.account("bob"), new_id(), new_id()
    for transfer_id in (first, second):
        here.done(here.send_to("ann", bob, 5, transfer_id, at=noon()))
    receivers, senders, strangers = caller(there.code), caller(here.code), caller("elsewhere")

    async def ask(commands, queries):
        accept, decline = here.accept(first, bob, at=noon()), here.send_back(second, DECLINED, bob)
        look = q.GetTransferRequest(name=name(here, first))
        for other in (senders, strangers):
            assert await refused(lambda r, c=other: commands["AcceptTransfer"](r, c), accept) == "LEDGER_NOT_FOUND"
            assert await refused(lambda r, c=other: commands["ReturnTransfer"](r, c), decline) == "LEDGER_NOT_FOUND"
        assert await refused(lambda r: queries.get(r, strangers), look) == "LEDGER_NOT_FOUND"
        for party in (senders, receivers):
            assert (await queries.get(look, party)).transfer.amount == 5
        # The receiver cannot cancel for the sender, nor list what others sent.
        cancel = here.send_back(second)
        assert await refused(lambda r: commands["ReturnTransfer"](r, receivers), cancel) == "LEDGER_NOT_FOUND"
        listed = q.ListTransfersRequest(parent=here.ledger)
        assert await refused(lambda r: queries.unfinished(r, receivers), listed) == "LEDGER_NOT_FOUND"
        answer = await commands["AcceptTransfer"](accept, receivers)
        assert answer.credit.entries[0].balance_change == 5
        assert (await commands["ReturnTransfer"](decline, receivers)).transaction.entries[0].balance_change == 5

    as_seen(database, ask)
    assert there.state("bob").balance == 105
