"""What the lists of OversightService have in common: how they are asked for, and pages of the log of one moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.api import shape
from ledger.api.errors import Rejected
from ledger.domain import names
from ledger.v1 import reasons_pb2 as reasons
from projections.service import tokens
from projections.statement.year import NEVER

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ledger.v1.types_pb2 import CivilDate
    from projections.service.requests import Shape
    from projections.service.views import View

PAGE_DEFAULT: Final = 100
PAGE_MAX: Final = 1_000
LEDGER_PATTERN: Final = "ledgers/{ledger}"
_LAST_DAY: Final = 99_991_231


class Asked(NamedTuple):
    """What every request says: which ledger, how fresh, how much."""

    ledger: str
    min_position: int
    linearizable: bool
    page_size: int = 0
    past: int = 0
    """The position of the past that is asked for; 0 = now."""


def asked(found: Shape, ledger: str = "") -> Asked:
    """Check what every request says. `ledger` is given where the request names more than one."""
    request = found.request
    if not ledger and hasattr(request, "ledger"):
        try:
            ledger = names.parse_ledger(request.ledger)
        except ValueError:
            found.wrong("ledger", f"must look like {LEDGER_PATTERN}" if request.ledger else shape.REQUIRED)
    size = 0
    if hasattr(request, "page_size"):
        if request.page_size < 0:
            found.wrong("page_size", "must not be negative")
        size = min(request.page_size or PAGE_DEFAULT, PAGE_MAX)
    past = found.position("past_position") if hasattr(request, "past_position") else 0
    return Asked(ledger, found.position("min_position"), found.linearizable(), size, past)


def civil_day(found: Shape, path: str) -> int:
    """Return a required civil date as YYYYMMDD, 0 where it is wrong."""
    if not found.request.HasField(path):
        found.wrong(path, shape.REQUIRED)
        return 0
    date: CivilDate = getattr(found.request, path)
    for below, problem in shape.civil_date().rule(date):
        found.wrong(f"{path}{below}", problem)
        return 0
    return date.year * 10_000 + date.month * 100 + date.day


def begin_of(day: int, zone: ZoneInfo, days: int = 0) -> int:
    """Return when a civil day (YYYYMMDD) begins, or one some days later: µs since 1970 UTC."""
    if days and day == _LAST_DAY:
        return NEVER
    date = datetime(day // 10_000, day // 100 % 100, day % 100) + timedelta(days)  # noqa: DTZ001 - the zone follows
    return int(date.replace(tzinfo=zone).timestamp()) * 1_000_000


def upper(view: View, token: tokens.PageToken | None) -> int:
    """Return the last position that counts. Raise Rejected where a token belongs to another version."""
    if token is None:
        return view.serving.position
    if token.version != view.serving.version:
        raise Rejected(reasons.REFUSAL_REASON_PAGE_TOKEN_OUTDATED)
    return token.upper


def following(view: View, request: Any, last: int, position: int, effective_time: int = 0) -> str:
    """Return the token of the next page: behind a position, of the log up to `last`."""
    token = tokens.PageToken(view.serving.version, last, effective_time, position)
    return tokens.write(token, request, view.ledger.secret)


async def missing(view: View) -> int:
    """Return how many entries of the ledger a projection could not take in."""
    rows = await view.rows(
        "SELECT count(*) FROM {dead_letters} WHERE projection = %s AND version = %s",
        (view.projection, view.serving.version),
    )
    return int(rows[0][0])
