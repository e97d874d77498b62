"""ListAgents and ListPrincipals: who may act for a person, and for whom a person may act.

Who acts for whom is told to the person, and to staff only after it is recorded that they looked.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from google.protobuf.message import Message
from psycopg import sql

from ledger.api import shape
from ledger.api.access_records import Access, AccessRecords
from ledger.api.calls import Call, Handler
from ledger.api.errors import Rejected
from ledger.api.shelf import Shelf, find_serving
from ledger.domain import names
from ledger.v1 import history_service_pb2 as pb
from ledger.v1 import options_pb2
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import ACCESS_KIND_MANDATES
from projections.service import listing, tokens
from projections.service.requests import PERSON_PATTERN, Shape, timestamp
from projections.service.views import view

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger
    from ledger.log.pool import ReadPool
    from projections.service.arrival import Arrival
    from projections.service.views import View

_SERVICE: Final = pb.DESCRIPTOR.services_by_name["HistoryService"].full_name
_SELECT: Final = (
    "SELECT m.position, m.effective_time, m.expires, m.rights, m.kind, uuid_send(m.person), m.agent, m.beneficiaries,"
    " coalesce(e.position, 0) FROM {mandates} m"
    " LEFT JOIN {mandate_ends} e ON e.mandate = m.position AND e.position <= %(upper)s"
    " WHERE m.position <= %(upper)s AND m.position > %(after)s"
)
_IN_FORCE: Final = " AND e.position IS NULL AND (m.expires = 0 OR m.expires > %(now)s)"


class Wanted(NamedTuple):
    """What is asked for: mandates of the ledger `asked.ledger` that name a person, by full name, on one side."""

    asked: listing.Asked
    person: str
    stream: bytes
    of_agent: bool
    ended_too: bool


def read(request: pb.ListAgentsRequest | pb.ListPrincipalsRequest) -> Wanted:
    """Check a request. Raise InvalidRequest."""
    found = Shape(request)
    of_agent = isinstance(request, pb.ListPrincipalsRequest)
    path = "agent" if of_agent else "person"
    name = getattr(request, path)
    code, stream = "?", b""
    try:
        code, stream = names.parse_person(name.lower())
    except ValueError:
        found.wrong(path, f"must look like {PERSON_PATTERN}" if name else shape.REQUIRED)
    person = names.person_name(code, stream) if stream else ""
    if isinstance(request, pb.ListPrincipalsRequest) and request.ledger:
        try:
            code = names.parse_ledger(request.ledger)
        except ValueError:
            found.wrong("ledger", f"must look like {listing.LEDGER_PATTERN}")
    wanted = Wanted(listing.asked(found, code), person, stream, of_agent, request.ended_too)
    found.check()
    return wanted


class MandateLists:
    """Both methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, records: AccessRecords, pool: ReadPool, arrival: Arrival) -> None:
        """Take where ledgers are found, who records accesses, where the tables are, and who waits for them."""
        self._ledgers = ledgers
        self._records = records
        self._pool = pool
        self._arrival = arrival

    def handlers(self) -> Mapping[str, Handler]:
        """Both methods."""
        return {"ListAgents": self._agents, "ListPrincipals": self._principals}

    async def _agents(self, request: pb.ListAgentsRequest, call: Call) -> Message:
        wanted = read(request)
        ledger = await find_serving(self._ledgers, wanted.asked.ledger, call.identity)
        state, _ = await ledger.read_person(wanted.stream)
        if not state.version:
            raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
        return await self._page(ledger, wanted, request, pb.ListAgentsResponse(), call)

    async def _principals(self, request: pb.ListPrincipalsRequest, call: Call) -> Message:
        wanted = read(request)
        ledger = await find_serving(self._ledgers, wanted.asked.ledger, call.identity)
        return await self._page(ledger, wanted, request, pb.ListPrincipalsResponse(), call)

    async def _page(
        self,
        ledger: Ledger,
        wanted: Wanted,
        request: pb.ListAgentsRequest | pb.ListPrincipalsRequest,
        response: pb.ListAgentsResponse | pb.ListPrincipalsResponse,
        call: Call,
    ) -> Message:
        asked = wanted.asked
        token = tokens.read(request.page_token, request, ledger.secret) if request.page_token else None
        found = await view(
            ledger,
            self._arrival,
            self._pool,
            "mandates",
            position=token.upper if token else asked.min_position,
            linearizable=asked.linearizable and not token,
            version=token.version if token else 0,
        )
        upper = listing.upper(found, token)
        # All pages show who could act when the first one was asked for.
        now = token.effective_time if token else call.now
        rows = await found.rows(*_query(found, wanted, upper, token.position if token else 0, now))
        shown = rows[: asked.page_size]
        if call.identity.person != wanted.person:
            method = f"{_SERVICE}.{'ListPrincipals' if wanted.of_agent else 'ListAgents'}"
            access = Access(ACCESS_KIND_MANDATES, method, wanted.stream, entries=len(shown))
            await self._records.record(ledger.code, access, call)
        response.mandates.extend(_listed(ledger.code, row, now) for row in shown)
        response.position = upper
        response.missing_entries = await listing.missing(found)
        if len(rows) > len(shown):
            response.next_page_token = listing.following(found, request, upper, shown[-1][0], now)
        return response


def _query(found: View, wanted: Wanted, upper: int, after: int, now: int) -> tuple[sql.Composed, Mapping[str, object]]:
    text = _SELECT + (" AND m.agent = %(agent)s" if wanted.of_agent else " AND m.person = %(person)s")
    if not wanted.ended_too:
        text += _IN_FORCE
    text += f" ORDER BY m.position LIMIT {wanted.asked.page_size + 1}"
    values = {
        "upper": upper,
        "after": after,
        "now": now,
        "agent": wanted.person,
        "person": uuid.UUID(bytes=wanted.stream),
    }
    tables = {name: found.sql(f"{{{name}}}") for name in ("mandates", "mandate_ends")}
    return sql.SQL(text).format(**tables), values


def _listed(code: str, row: tuple[Any, ...], now: int) -> pb.ListedMandate:
    position, start, expires, mask, kind, person, agent, beneficiaries, revoked = row
    rights = [right for right in options_pb2.Right.values() if right and mask >> right & 1]
    listed = pb.ListedMandate(
        entry=names.entry_name(code, position),
        principal=names.person_name(code, bytes(person)),
        agent=agent,
        kind=kind,
        rights=cast("list[options_pb2.Right]", rights),
        start_time=timestamp(start),
        beneficiaries=beneficiaries.split("\n") if beneficiaries else (),
        revocation_entry=names.entry_name(code, revoked) if revoked else "",
        in_force=not revoked and start <= now and (not expires or now < expires),
    )
    if expires:
        listed.expire_time.CopyFrom(timestamp(expires))
    return listed
