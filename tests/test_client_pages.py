"""Lists that go through their pages by themselves, from a service with projections."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from ledger.client import AsyncClient, Client, InvalidRequest
from ledger.v1.history_service_pb2 import TRANSACTION_ORDER_OLDEST_FIRST
from tests.test_client import OPENING, money

AMOUNTS = list(range(1, 12))


@pytest.fixture
def account(whole_service, ledger):
    """An account with eleven deposits."""
    name = f"ledgers/{ledger}/accounts/{uuid.uuid4()}"
    with Client(whole_service.address) as client:
        client.open_account(account=name, opening=OPENING)
        for amount in AMOUNTS:
            client.record_deposit(account=name, deposit=money(amount))
    return name


def test_all_pages(whole_service, account):
    """Each transaction once, in order; a page of the list is still to be had, and a bad token is refused."""
    with Client(whole_service.address) as client:
        found = client.transactions(account=account, order=TRANSACTION_ORDER_OLDEST_FIRST, page_size=4)
        assert [move.balance_change for move in found] == AMOUNTS
        page = client.list_transactions(account=account, page_size=4)
        assert [move.balance_change for move in page.transactions] == AMOUNTS[:-5:-1]
        with pytest.raises(InvalidRequest):
            client.list_transactions(account=account, page_token="nonsense")


def test_all_pages_for_asyncio(whole_service, account):
    """The same."""

    async def body():
        async with AsyncClient(whole_service.address) as client:
            found = client.transactions(account=account, order=TRANSACTION_ORDER_OLDEST_FIRST, page_size=4)
            assert [move.balance_change async for move in found] == AMOUNTS

    asyncio.run(body())
