"""A world whose read side is kept up to date by the process beside the service, and reads of it."""

from __future__ import annotations

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.status_pb2 import Status

from ledger.v1 import history_service_pb2 as h
from tests.world import World, status_of


def moment(micros):
    """A time in microseconds as a message."""
    return Timestamp(seconds=micros // 1_000_000, nanos=micros % 1_000_000 * 1_000)


def micros(time):
    """A message as microseconds."""
    return time.seconds * 1_000_000 + time.nanos // 1_000


class Reading(World):
    """A world with reads of its projections."""

    def ask(self, request, *, metadata=(), timeout=20):
        """The answer, or the status of the error."""
        name = type(request).__name__.removesuffix("Request")
        try:
            return getattr(self.client.history, name)(request, metadata=metadata, timeout=timeout)
        except grpc.RpcError as error:
            return status_of(error)

    def told(self, request, **options):
        """An answer that must be one."""
        answer = self.ask(request, **options)
        assert not isinstance(answer, Status), answer
        return answer

    def balance(self, who, **fields):
        return self.told(h.GetBalanceRequest(account=self.account(who), **fields))

    def pages(self, who, size=7, between=lambda: None, **fields):
        """All transactions, page by page; `between` is called before each page but the first."""
        request = h.ListTransactionsRequest(account=self.account(who), page_size=size, **fields)
        while True:
            page = self.told(request)
            yield from page.transactions
            if not page.next_page_token:
                return
            assert len(page.transactions) == size
            request.page_token = page.next_page_token
            between()

    def summary(self, who, **fields):
        return self.told(h.GetSpendingSummaryRequest(account=self.account(who), **fields))
