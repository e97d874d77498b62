"""A world with reads of OversightService."""

from __future__ import annotations

import time

import grpc
from google.rpc.status_pb2 import Status

from ledger.v1 import oversight_service_pb2 as o
from tests.life import Life
from tests.reading import Reading
from tests.world import status_of


class Overseeing(Life, Reading):
    """Reads of whole ledgers."""

    def oversee(self, request, *, metadata=(), timeout=20):
        """The answer, or the status of the error."""
        name = type(request).__name__.removesuffix("Request")
        try:
            return getattr(self.client.oversight, name)(request, metadata=metadata, timeout=timeout)
        except grpc.RpcError as error:
            return status_of(error)

    def seen(self, request, **options):
        """An answer that must be one."""
        answer = self.oversee(request, **options)
        assert not isinstance(answer, Status), answer
        return answer

    def all_of(self, request, field, size=3, between=lambda: None):
        """Everything of a list, page by page; `between` is called before each page but the first."""
        request.page_size = size
        while True:
            page = self.seen(request)
            yield from getattr(page, field)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token
            between()

    @staticmethod
    def noon():
        """Seconds from now to noon of today or tomorrow in Shanghai: inside the hours of transfers."""
        now = int(time.time())
        return (now + 8 * 3_600) // 86_400 * 86_400 + 4 * 3_600 - now

    def institution(self, code):
        return f"{self.ledger}/institutions/{code}"

    def totals(self, code, first, last, **fields):
        return self.seen(
            o.GetInstitutionTotalsRequest(institution=self.institution(code), from_date=first, to_date=last, **fields)
        )

    def settlements(self, code, first, last, size=4, between=lambda: None, **fields):
        request = o.ListSettlementsRequest(institution=self.institution(code), from_date=first, to_date=last, **fields)
        return list(self.all_of(request, "settlements", size, between))

    def flags(self, size=3, **fields):
        return list(self.all_of(o.ListRiskFlagsRequest(ledger=self.ledger, **fields), "flags", size))

    def exceptions(self, size=2, **fields):
        return list(self.all_of(o.ListExceptionsRequest(ledger=self.ledger, **fields), "exceptions", size))
