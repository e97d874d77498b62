"""ListExceptions: debits, movements and settlements held against what restrained them, and transfers that got stuck.

The rules are those of the domain in another language: they ask the entries and not the state that decided them.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg import sql

from ledger.api.errors import Rejected
from ledger.api.transfer_queries import not_credited
from ledger.domain import names
from ledger.log.entry import EVENT_NAMES, EVENT_TYPES
from ledger.v1 import oversight_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from projections.restraints import CLOSED, FROZEN, LIFTED, LOST, RULED, SANCTIONED, UNFROZEN
from projections.schema import views_schema
from projections.service import listing, tokens
from projections.service.requests import Shape, timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.api.shelf import Shelf
    from projections.service.views import View

POSITIONS_MAX: Final = 1_000_000
"""Positions that one call looks at."""
TRANSFERS_MAX: Final = 1_000
KINDS_MAX: Final = 10
PROJECTIONS: Final = ("restraints", "balances", "settlements")
"""What the answer is made of."""
_OTHERS: Final = struct.Struct("<II")
"""The versions of all but the first, as a page token holds them."""

_DEBITS: Final = [
    EVENT_TYPES[name]
    for name in ("purchase_settled", "share_paid", "family_transfer_sent", "transfer_initiated", "premium_deducted")
]
_FROZEN: Final = (
    "SELECT d.position, d.type, d.effective_time, d.record_time, d.change, uuid_send(d.account), ''"
    " FROM (SELECT DISTINCT account FROM {restraints} WHERE kind IN (%(frozen)s, %(sanctioned)s)) r"
    " JOIN {balance_changes} d ON d.account = r.account"
    " WHERE d.position > %(after)s AND d.position <= %(until)s AND d.change < 0 AND d.type = ANY(%(debits)s) AND ("
    " EXISTS (SELECT FROM {restraints} s WHERE s.account = d.account AND s.kind = %(sanctioned)s"
    "  AND s.position < d.position AND (s.ends = 0 OR d.effective_time < s.ends)"
    "  AND NOT EXISTS (SELECT FROM {restraints} l WHERE l.account = d.account AND l.kind = %(lifted)s"
    "   AND l.of = s.position AND l.position < d.position))"
    " OR EXISTS (SELECT FROM {restraints} f WHERE f.account = d.account AND f.kind = %(frozen)s"
    "  AND f.position < d.position"
    "  AND NOT EXISTS (SELECT FROM {restraints} u WHERE u.account = d.account AND u.kind = %(unfrozen)s"
    "   AND u.position > f.position AND u.position < d.position)"
    "  AND EXISTS (SELECT FROM {restraints} c WHERE c.account = d.account AND c.kind = %(lost)s"
    "   AND c.position >= f.first_position AND c.position < d.position"
    "   AND (c.ends = 0 OR d.effective_time < c.ends))))"
    " ORDER BY 1 LIMIT %(most)s"
)
_CLOSED: Final = (
    "SELECT b.position, b.type, b.effective_time, b.record_time, b.change, uuid_send(b.account), ''"
    " FROM {restraints} c JOIN {balance_changes} b ON b.account = c.account AND b.position > c.ends"
    " WHERE c.kind = %(closed)s AND b.position > %(after)s AND b.position <= %(until)s AND b.change <> 0"
    " ORDER BY 1 LIMIT %(most)s"
)
_DESIGNATED: Final = (
    "SELECT s.position, %(settled)s::int2, s.effective_time, s.record_time, -s.own_account, uuid_send(s.person),"
    " s.institution FROM {settlements} s"
    " WHERE s.position > %(after)s AND s.position <= %(until)s AND s.reverses = 0"
    " AND s.position > (SELECT min(position) FROM {restraints} WHERE kind = %(ruled)s)"
    " AND NOT coalesce((SELECT d.designated = 1 AND s.served_on <= d.ends_on FROM {designations} d"
    "  WHERE d.place = s.place AND d.position < s.position AND d.begins_on <= s.served_on"
    "  ORDER BY d.position DESC LIMIT 1), false)"
    " ORDER BY 1 LIMIT %(most)s"
)
_QUERIES: Final = {
    pb.EXCEPTION_KIND_DEBIT_WHILE_FROZEN: _FROZEN,
    pb.EXCEPTION_KIND_MOVED_AFTER_CLOSING: _CLOSED,
    pb.EXCEPTION_KIND_NOT_DESIGNATED: _DESIGNATED,
}
_VALUES: Final = {
    "frozen": FROZEN,
    "unfrozen": UNFROZEN,
    "lost": LOST,
    "sanctioned": SANCTIONED,
    "lifted": LIFTED,
    "closed": CLOSED,
    "ruled": RULED,
    "debits": _DEBITS,
    "settled": EVENT_TYPES["purchase_settled"],
}


class Wanted(NamedTuple):
    """What is asked for: kinds, and positions behind `after` up to `until`, 0 = to the last."""

    asked: listing.Asked
    kinds: frozenset[int]
    after: int
    until: int


def read(request: pb.ListExceptionsRequest) -> Wanted:
    """Check the request. Raise InvalidRequest."""
    found = Shape(request)
    asked = listing.asked(found)
    kinds = found.choices("kinds", pb.ExceptionKind, KINDS_MAX) or pb.ExceptionKind.values()[1:]
    first, last = found.position("from_position"), found.position("to_position")
    if last and last < first:
        found.wrong("to_position", "must not lie before from_position")
    found.check()
    return Wanted(asked, frozenset(kinds), max(first, 1) - 1, last)


def versions_of(token: tokens.PageToken | None) -> Mapping[str, int]:
    """Return the versions of all projections that the page before came from; 0 = there was none."""
    known = token is not None and len(token.owner) == _OTHERS.size  # an older program gave other tokens
    versions = (token.version, *_OTHERS.unpack(token.owner)) if token and known else (0,) * len(PROJECTIONS)
    return dict(zip(PROJECTIONS, versions, strict=True))


async def page(
    views: Mapping[str, View],
    wanted: Wanted,
    request: pb.ListExceptionsRequest,
    token: tokens.PageToken | None,
    ledgers: Shelf,
) -> pb.ListExceptionsResponse:
    """Return a page of exceptions by position."""
    view, versions = views["restraints"], {name: each.serving.version for name, each in views.items()}
    if token and versions_of(token) != versions:
        raise Rejected(reasons.REFUSAL_REASON_PAGE_TOKEN_OUTDATED)
    upper = token.upper if token else min(each.serving.position for each in views.values())
    last = min(upper, wanted.until) if wanted.until else upper
    after = token.position if token else wanted.after
    until = min(last, after + POSITIONS_MAX)
    size = wanted.asked.page_size
    found = [
        (row, kind)
        for kind, text in _QUERIES.items()
        if kind in wanted.kinds
        for row in await view.rows(
            _composed(text, views), {**_VALUES, "after": after, "until": until, "most": size + 1}
        )
    ]
    if pb.EXCEPTION_KIND_TRANSFER_NOT_CREDITED in wanted.kinds:
        found += [(row, pb.EXCEPTION_KIND_TRANSFER_NOT_CREDITED) for row in await _stuck(view, ledgers, after, until)]
    found.sort(key=lambda each: (each[0][0], each[1]))
    shown = found[:size]
    # Whatever is wrong with one entry stands on one page.
    shown += [each for each in found[size:] if each[0][0] == shown[-1][0][0]]
    response = pb.ListExceptionsResponse(
        exceptions=[_exception(wanted.asked.ledger, row, kind) for row, kind in shown],
        position=upper,
        missing_entries=sum([await listing.missing(each) for each in views.values()]),
    )
    reached = shown[-1][0][0] if len(found) > len(shown) else until
    if reached < last:
        others = _OTHERS.pack(*(versions[name] for name in PROJECTIONS[1:]))
        following = tokens.PageToken(versions[PROJECTIONS[0]], upper, 0, reached, others)
        response.next_page_token = tokens.write(following, request, view.ledger.secret)
    return response


def _composed(text: str, views: Mapping[str, View]) -> sql.Composed:
    schema = views_schema(views["restraints"].ledger.code)
    return sql.SQL(text).format(
        **{
            table: sql.Identifier(schema, f"{table}_v{views[name].serving.version}")
            for table, name in (
                ("restraints", "restraints"),
                ("designations", "restraints"),
                ("balance_changes", "balances"),
                ("settlements", "settlements"),
            )
        }
    )


async def _stuck(view: View, ledgers: Shelf, after: int, until: int) -> list[tuple[Any, ...]]:
    """Return the acceptances between two positions that the receivers' ledgers have not credited."""
    ledger, rows = view.ledger, []
    while after < until:
        stored = await ledger.transfers.accepted(after, TRANSFERS_MAX)
        for each in await not_credited(ledgers, ledger.code, stored):
            item = each.recorded
            if item.position <= until:
                row = (item.position, item.type, item.effective_time, item.record_time, item.event.amount, item.stream)
                rows.append((*row, ""))
        if len(stored) < TRANSFERS_MAX:
            break
        after = stored[-1].recorded.position
    return rows


def _exception(code: str, row: tuple[Any, ...], kind: int) -> pb.LedgerException:
    position, type_, effective, recorded, amount, account, institution = row
    return pb.LedgerException(
        name=names.entry_name(code, position),
        kind=kind,  # type: ignore[arg-type]
        account=names.account_name(code, bytes(account)),
        type=EVENT_NAMES[type_],
        effective_time=timestamp(effective),
        record_time=timestamp(recorded),
        amount=amount,
        institution=institution,
    )
