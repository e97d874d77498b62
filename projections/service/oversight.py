"""OversightService: each method checks its request, waits for the projections that it needs, and asks their tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from google.protobuf.message import Message

from ledger.api.calls import Call, Handler
from ledger.api.own_institution import check_own
from ledger.api.shelf import Shelf, find_serving
from ledger.v1 import oversight_service_pb2 as pb
from projections.service import cases, exceptions, flags, settlements, tokens
from projections.service.views import View, view

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger
    from ledger.log.pool import ReadPool
    from projections.service.arrival import Arrival
    from projections.service.listing import Asked

SERVICE: Final = pb.DESCRIPTOR.services_by_name["OversightService"]


class OversightService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, pool: ReadPool, arrival: Arrival) -> None:
        """Take where ledgers are found, where the tables are, and who waits for them."""
        self._ledgers = ledgers
        self._pool = pool
        self._arrival = arrival

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {
            "GetInstitutionTotals": self._totals,
            "ListSettlements": self._settlements,
            "ListRiskFlags": self._flags,
            "ListClaimCases": self._cases,
            "ListExceptions": self._exceptions,
        }

    async def _totals(self, request: pb.GetInstitutionTotalsRequest, call: Call) -> Message:
        period = settlements.read(request)
        ledger = await find_serving(self._ledgers, period.asked.ledger, call.identity)
        await check_own(ledger, period.institution, call.identity)
        return await settlements.totals(await self._view(ledger, "settlements", period.asked, None), period)

    async def _settlements(self, request: pb.ListSettlementsRequest, call: Call) -> Message:
        period = settlements.read(request)
        ledger, token = await self._paged(request, period.asked, call)
        await check_own(ledger, period.institution, call.identity)
        found = await self._view(ledger, "settlements", period.asked, token)
        return await settlements.page(found, period, request, token)

    async def _flags(self, request: pb.ListRiskFlagsRequest, call: Call) -> Message:
        wanted = flags.read(request)
        ledger, token = await self._paged(request, wanted.asked, call)
        return await flags.page(await self._view(ledger, "risk", wanted.asked, token), wanted, request, token)

    async def _cases(self, request: pb.ListClaimCasesRequest, call: Call) -> Message:
        wanted = cases.read(request)
        ledger, token = await self._paged(request, wanted.asked, call)
        return await cases.page(await self._view(ledger, "claims", wanted.asked, token), wanted, request, token)

    async def _exceptions(self, request: pb.ListExceptionsRequest, call: Call) -> Message:
        wanted = exceptions.read(request)
        ledger, token = await self._paged(request, wanted.asked, call)
        versions = exceptions.versions_of(token)
        views = {
            name: await self._view(ledger, name, wanted.asked, token, versions[name]) for name in exceptions.PROJECTIONS
        }
        return await exceptions.page(views, wanted, request, token, self._ledgers)

    async def _paged(
        self,
        request: pb.ListSettlementsRequest
        | pb.ListRiskFlagsRequest
        | pb.ListClaimCasesRequest
        | pb.ListExceptionsRequest,
        asked: Asked,
        call: Call,
    ) -> tuple[Ledger, tokens.PageToken | None]:
        ledger = await find_serving(self._ledgers, asked.ledger, call.identity)
        return ledger, tokens.read(request.page_token, request, ledger.secret) if request.page_token else None

    async def _view(
        self, ledger: Ledger, projection: str, asked: Asked, token: tokens.PageToken | None, version: int | None = None
    ) -> View:
        # A later page shows what the first one showed, be it that the projection was set back by a crash since, or that
        # another version answers by now.
        if version is None:
            version = token.version if token else 0
        position = token.upper if token else asked.min_position
        linearizable = asked.linearizable and not token
        return await view(
            ledger,
            self._arrival,
            self._pool,
            projection,
            position=position,
            linearizable=linearizable,
            version=version,
            past=asked.past,
        )
