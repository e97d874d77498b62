"""ListRiskFlags: flags on persons and institutions with what became of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg import sql

from ledger.domain import names
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.v1 import oversight_service_pb2 as pb
from ledger.v1 import query_service_pb2 as query
from ledger.v1 import types_pb2 as types
from projections.service import listing
from projections.service.requests import PERSON_PATTERN, Shape, timestamp

if TYPE_CHECKING:
    from projections.service.tokens import PageToken
    from projections.service.views import View

RULE_CHARACTERS_MAX: Final = 64
KINDS_MAX: Final = 50
_SUBJECT_PATTERN: Final = f"{PERSON_PATTERN} or ledgers/{{ledger}}/institutions/{{institution}}"

_FLAGS: Final = (
    "SELECT f.position, f.effective_time, f.record_time, f.kind, f.severity, uuid_send(f.subject), f.rule, f.positions,"
    " coalesce(c.position, 0), coalesce(c.effective_time, 0), coalesce(c.reason, ''), p.institution"
    " FROM {risk_flags} f LEFT JOIN {risk_clearances} c ON c.flag = f.position AND c.position <= %(upper)s"
    " LEFT JOIN {risk_places} p ON p.place = f.subject WHERE f.position <= %(upper)s"
)
_FILTERS: Final = {
    "after": " AND f.position > %(after)s",
    "kinds": " AND f.kind = ANY(%(kinds)s)",
    "severity": " AND f.severity >= %(severity)s",
    "subject": " AND f.subject = %(subject)s",
    "rule": " AND f.rule = %(rule)s",
}
_STATES: Final[dict[int, str]] = {
    pb.RISK_FLAG_STATE_OPEN: " AND c.position IS NULL",
    pb.RISK_FLAG_STATE_CLEARED: " AND c.position IS NOT NULL",
}


class Wanted(NamedTuple):
    """What is asked for. `conditions` are SQL with values by name."""

    asked: listing.Asked
    oldest_first: bool
    conditions: str
    values: dict[str, object]


def read(request: pb.ListRiskFlagsRequest) -> Wanted:
    """Check the request. Raise InvalidRequest."""
    found = Shape(request)
    asked = listing.asked(found)
    found.text("rule", RULE_CHARACTERS_MAX)
    subject = found.related("subject", _subject, _SUBJECT_PATTERN, asked.ledger)
    state = found.choice("state", pb.RiskFlagState)
    oldest_first = request.HasField("after_position")
    given = {
        "after": found.position("after_position") if oldest_first else None,
        "kinds": list(found.choices("kinds", types.RiskFlagKind, KINDS_MAX)) or None,
        "severity": found.choice("min_severity", types.RiskSeverity) or None,
        "subject": uuid.UUID(bytes=subject) if subject else None,
        "rule": request.rule or None,
    }
    found.check()
    values: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    conditions = "".join(_FILTERS[name] for name in values) + _STATES.get(state, "")
    return Wanted(asked, oldest_first, conditions, values)


async def page(
    view: View, wanted: Wanted, request: pb.ListRiskFlagsRequest, token: PageToken | None
) -> pb.ListRiskFlagsResponse:
    """Return a page of flags."""
    upper = listing.upper(view, token)
    size = wanted.asked.page_size
    values = {**wanted.values, "upper": upper, "last": token.position if token else 0}
    order = "ASC" if wanted.oldest_first else "DESC"
    behind = f" AND f.position {'>' if wanted.oldest_first else '<'} %(last)s" if token else ""
    text = _FLAGS + wanted.conditions + behind + f" ORDER BY f.position {order} LIMIT {size + 1}"
    tables = {name: view.sql(f"{{{name}}}") for name in ("risk_flags", "risk_clearances", "risk_places")}
    rows = await view.rows(sql.SQL(text).format(**tables), values)
    response = pb.ListRiskFlagsResponse(
        flags=[_flag(wanted.asked.ledger, row) for row in rows[:size]],
        position=upper,
        missing_entries=await listing.missing(view),
    )
    if len(rows) > size:
        response.next_page_token = listing.following(view, request, upper, rows[size - 1][0])
    return response


def _subject(name: str) -> tuple[str, bytes]:
    if "/institutions/" not in name:
        return names.parse_person(name)
    ledger, code = names.parse_institution(name)
    return ledger, institution_stream(ledger_id(ledger), code)


def _flag(code: str, row: tuple[Any, ...]) -> pb.RiskFlagRecord:
    position, effective, recorded, kind, severity, subject, rule, positions, cleared, cleared_at, reason, place = row
    subject = bytes(subject)
    name = names.person_name(code, subject)
    if names.is_named(subject):
        name = names.institution_name(code, place or names.id_text(subject))
    found = pb.RiskFlagRecord(
        flag=query.RiskFlagOpen(
            entry=names.entry_name(code, position),
            kind=kind,
            severity=severity,
            rule=rule,
            positions=positions,
            raise_time=timestamp(effective),
        ),
        subject=name,
        record_time=timestamp(recorded),
    )
    if cleared:
        found.clearance = names.entry_name(code, cleared)
        found.clear_time.CopyFrom(timestamp(cleared_at))
        found.clear_reason = reason
    return found
