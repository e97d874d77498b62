"""The servicer: each method checks its request, waits until the projection has come far enough, and asks its tables."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import psycopg
from google.protobuf.message import Message
from psycopg import sql
from psycopg_pool import PoolTimeout

from ledger.api import page_tokens
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.log.identifiers import schema_name
from ledger.log.pool import ReadPool
from ledger.v1 import history_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from projections.schema import views_schema
from projections.service import balance, statement, summary, tokens, transactions
from projections.service.arrival import Arrival
from projections.service.requests import duration, timestamp
from projections.service.views import View, view
from projections.tracking import LIVE, STANDINGS, STANDINGS_PARAMETERS, Standing, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.log.ledger import Ledger

SERVICE: Final = pb.DESCRIPTOR.services_by_name["HistoryService"]
CONNECTIONS: Final = 4
"""Connections of the pool that the reads of all ledgers share."""

_NAME: Final = re.compile(r"(ledgers/[^/]*)/projections/([a-z][a-z0-9-]{0,31})")
_PATTERN: Final = "must look like ledgers/{ledger}/projections/{projection}"
_STATES: Final = {
    "live": pb.PROJECTION_STATE_LIVE,
    "shadow": pb.PROJECTION_STATE_SHADOW,
    "standby": pb.PROJECTION_STATE_STANDBY,
    "past": pb.PROJECTION_STATE_PAST,
}


class HistoryService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, database_url: str, wake: Callable[[str], None]) -> None:
        """Take where ledgers are found, where the tables are, and whom to tell that somebody waits for a ledger."""
        self._ledgers = ledgers
        self._pool = ReadPool(database_url, CONNECTIONS)
        self._arrival = Arrival(self._pool, wake)

    @property
    def reading(self) -> tuple[ReadPool, Arrival]:
        """What other services that answer from projections share with this one."""
        return self._pool, self._arrival

    def handlers(self) -> Mapping[str, Handler]:
        """Every method of the service."""
        return {
            "GetBalance": self._balance,
            "ListTransactions": self._transactions,
            "GetSpendingSummary": self._summary,
            "GetStatement": self._statement,
            "RenderStatement": self._statement_page,
            "GetProjectionStatus": self._status,
            "ListProjections": self._list,
        }

    async def start(self) -> None:
        """Begin to open connections."""
        await self._pool.open()

    async def stop(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def _view(
        self,
        ledger: Ledger,
        projection: str,
        position: int,
        *,
        linearizable: bool,
        version: int = 0,
        past: int = 0,
    ) -> View:
        return await view(
            ledger,
            self._arrival,
            self._pool,
            projection,
            position=position,
            linearizable=linearizable,
            version=version,
            past=past,
        )

    async def _balance(self, request: pb.GetBalanceRequest, call: Call) -> Message:
        moment = balance.read(request, call.now)
        ledger = await find_serving(self._ledgers, moment.ledger, call.identity)
        position = max(moment.min_position, moment.known_position)
        found = await self._view(
            ledger, "balances", position, linearizable=moment.linearizable, past=request.past_position
        )
        return await balance.answer(found, moment)

    async def _transactions(self, request: pb.ListTransactionsRequest, call: Call) -> Message:
        query = transactions.read(request)
        ledger = await find_serving(self._ledgers, query.ledger, call.identity)
        token = tokens.read(request.page_token, request, ledger.secret) if request.page_token else None
        # A later page shows what the first one showed, be it that the projection was set back by a crash since.
        position = token.upper if token else query.min_position
        linearizable = query.linearizable and not token
        version = token.version if token else 0
        found = await self._view(
            ledger, "spending", position, linearizable=linearizable, version=version, past=request.past_position
        )
        return await transactions.answer(found, query, request, token)

    async def _summary(self, request: pb.GetSpendingSummaryRequest, call: Call) -> Message:
        period = summary.read(request)
        ledger = await find_serving(self._ledgers, period.ledger, call.identity)
        found = await self._view(
            ledger,
            "spending",
            period.min_position,
            linearizable=period.linearizable,
            past=request.past_position,
        )
        response = await summary.answer(found, period)
        if not response.groups:
            await transactions.check_known(found, period.stream, as_account=period.as_account)
        return response

    async def _statement(self, request: pb.GetStatementRequest, call: Call) -> Message:
        return (await self._drawn(request, call))[1]

    async def _statement_page(self, request: pb.RenderStatementRequest, call: Call) -> Message:
        return await statement.render(*await self._drawn(request, call), request)

    async def _drawn(
        self, request: pb.GetStatementRequest | pb.RenderStatementRequest, call: Call
    ) -> tuple[View, pb.GetStatementResponse]:
        asked = statement.read(request, call.now)
        ledger = await find_serving(self._ledgers, asked.ledger, call.identity)
        year = statement.bounds(asked, request, ledger.time_zone, call.now)
        found = await self._view(
            ledger, "spending", asked.min_position, linearizable=asked.linearizable, past=asked.past
        )
        return found, await statement.answer(found, asked, year, call.now)

    async def _status(self, request: pb.GetProjectionStatusRequest, call: Call) -> Message:
        found = _NAME.fullmatch(request.name)
        if not found:
            raise InvalidRequest([Violation("name", _PATTERN if request.name else REQUIRED)])
        code = ledger_code(found[1], "name")
        for row in await self._standings(code, call):
            if row.projection == found[2] and row.state == LIVE:
                return pb.GetProjectionStatusResponse(projection=_message(code, row))
        raise Rejected(reasons.REFUSAL_REASON_PROJECTION_NOT_FOUND, {"projection": found[2]})

    async def _list(self, request: pb.ListProjectionsRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        page_tokens.size(request)
        ledger = await find_serving(self._ledgers, code, call.identity)
        rows = sorted(await self._stand(code), key=_place)
        shown, token = page_tokens.page(request, ledger.secret, rows, _place)
        return pb.ListProjectionsResponse(projections=[_message(code, row) for row in shown], next_page_token=token)

    async def health(self, codes: Iterable[str]) -> dict[str, bool]:
        """Tell of the views of these ledgers whether they keep up: not those that are stopped, paused or frozen.

        Where the database does not answer, nothing is told.
        """
        found = {}
        with contextlib.suppress(psycopg.OperationalError, PoolTimeout):
            for code in codes:
                for row in await self._stand(code):
                    if row.state == LIVE:
                        serving = not (row.problem or row.paused or row.frozen)
                        found[f"ledgers/{code}/projections/{row.projection}"] = serving
        return found

    async def _standings(self, code: str, call: Call) -> list[Standing]:
        await find_serving(self._ledgers, code, call.identity)
        return await self._stand(code)

    async def _stand(self, code: str) -> list[Standing]:
        names = {"s": sql.Identifier(views_schema(code)), "log": sql.Identifier(schema_name(code))}
        async with self._pool.connection() as connection:
            known = await connection.execute("SELECT to_regclass(%s)", (f"{views_schema(code)}.tracking",))
            row = await known.fetchone()
            if row is None or row[0] is None:
                return []
            cursor = await connection.execute(sql.SQL(STANDINGS).format(**names), STANDINGS_PARAMETERS, binary=True)
            return [standing(row) for row in await cursor.fetchall()]


def _place(row: Standing) -> list[Any]:
    return [row.projection, row.version]


def _message(code: str, row: Standing) -> pb.ProjectionStatus:
    return pb.ProjectionStatus(
        name=f"ledgers/{code}/projections/{row.projection}",
        version=row.version,
        state=_STATES[row.state],
        position=row.position,
        head=row.head,
        lag_entries=row.lag_entries,
        lag=duration(row.lag_microseconds),
        record_time=timestamp(row.record_time) if row.record_time else None,
        move_time=timestamp(row.moved_time),
        dead_letters=row.dead_letters,
        problem=row.problem,
        paused=row.paused,
        frozen=row.frozen,
    )
