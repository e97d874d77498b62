"""GetBalance: a sum over what happened until one time, of what was known at another."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.api.errors import Rejected
from ledger.domain import names
from ledger.log import header
from ledger.v1 import history_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from projections.service.requests import Shape, timestamp

if TYPE_CHECKING:
    from projections.service.views import View

LATE_ENTRIES_MAX: Final = 100
_EVER: Final = 2**63 - 1


class Moment(NamedTuple):
    """What is asked for. Times are microseconds since 1970 UTC, `known_position` 0 = not given."""

    ledger: str
    stream: bytes
    effective_time: int
    known_time: int
    known_position: int
    min_position: int
    linearizable: bool


def read(request: pb.GetBalanceRequest, now: int) -> Moment:
    """Check the request. Raise InvalidRequest."""
    shape = Shape(request)
    code, stream, _ = shape.account(persons=False)
    effective, known = shape.time("effective_time"), shape.time("known_time")
    position = shape.position("known_position")
    if known is not None and known > now:
        shape.wrong("known_time", "must not be in the future: more may become known until then")
    if known is not None and position:
        shape.wrong("known_position", "cannot be given together with known_time")
    moment = Moment(
        code,
        stream,
        _EVER if effective is None else effective,
        _EVER if known is None else known,
        position,
        shape.position("min_position"),
        shape.linearizable(),
    )
    shape.position("past_position")
    shape.check()
    return moment


# Late is what was recorded behind something that happened after the time asked for: without such entries, what happened
# until then is what was recorded until some position, and that sum is a recorded balance, which is never negative. So
# the balance is the one recorded before the first entry of later, and what is late. Nothing is looked through where the
# time asked for is behind everything that happened. `position` ends what was known.
_BALANCE: Final = (
    "WITH later AS MATERIALIZED (SELECT position AS first FROM {balance_changes}"
    "  WHERE account = %(account)s AND position <= %(position)s AND effective_time > %(effective)s"
    "  AND %(effective)s < (SELECT effective_time FROM {balances} WHERE account = %(account)s)"
    "  ORDER BY position LIMIT 1),"
    " late AS MATERIALIZED (SELECT count(*) AS entries, coalesce(sum(change), 0)::int8 AS change"
    "  FROM {balance_changes} WHERE account = %(account)s AND position <= %(position)s"
    "  AND effective_time <= %(effective)s AND position > (SELECT first FROM later)),"
    " before AS MATERIALIZED (SELECT balance_after FROM {balance_changes}"
    "  WHERE account = %(account)s AND position <= %(position)s"
    "  AND position < coalesce((SELECT first FROM later), %(position)s + 1) ORDER BY position DESC LIMIT 1)"
    " SELECT (SELECT balance_after FROM before), late.entries, late.change, coalesce((SELECT first FROM later), 0)"
    " FROM late"
)
# Record times never fall from one position to the next: some thirty looks find the account's last entry up to a time.
_KNOWN: Final = (
    "WITH RECURSIVE search (low, high) AS (SELECT 0::int8, %(position)s::int8 UNION ALL"
    " SELECT CASE WHEN found.record_time <= %(known)s THEN found.position ELSE low END,"
    "  CASE WHEN found.record_time <= %(known)s THEN high ELSE (low + high + 1) / 2 - 1 END"
    " FROM search LEFT JOIN LATERAL (SELECT position, record_time FROM {balance_changes}"
    "  WHERE account = %(account)s AND position BETWEEN (low + high + 1) / 2 AND high ORDER BY position LIMIT 1) found"
    " ON true WHERE low < high)"
    " SELECT low FROM search WHERE low = high"
)
_LATE: Final = (
    "SELECT position, type, effective_time, record_time, change FROM {balance_changes}"
    " WHERE account = %(account)s AND position <= %(position)s"
    " AND effective_time <= %(effective)s AND position > %(first)s ORDER BY position DESC LIMIT %(most)s"
)
_NOW: Final = (
    "SELECT balance, (SELECT position FROM {tracking}"
    " WHERE projection = 'balances' AND version = %s AND partitions = 1)"
    " FROM {balances} WHERE account = %s"
)


async def answer(view: View, moment: Moment) -> pb.GetBalanceResponse:
    """Return the balance. Raise Rejected with ACCOUNT_NOT_FOUND where no account was known."""
    account = uuid.UUID(bytes=moment.stream)
    response = pb.GetBalanceResponse(account=names.account_name(moment.ledger, moment.stream))
    if (moment.effective_time, moment.known_time, moment.known_position) == (_EVER, _EVER, 0):
        rows = await view.rows(_NOW, (view.serving.version, account))
        if not rows:
            raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
        response.balance, response.position = rows[0]
    else:
        response.position = view.serving.position
        await _bitemporal(view, moment, account, response)
    response.missing_entries = await view.missing(moment.stream)
    return response


async def _bitemporal(view: View, moment: Moment, account: uuid.UUID, response: pb.GetBalanceResponse) -> None:
    position = view.serving.position
    if moment.known_position:
        position = min(position, await transaction_end(view, moment.known_position))
    values = {
        "account": account,
        "position": position,
        "known": moment.known_time,
        "effective": moment.effective_time,
        "most": LATE_ENTRIES_MAX,
    }
    if moment.known_time != _EVER:
        ((values["position"],),) = await view.rows(_KNOWN, values)
    ((before, late, late_change, first),) = await view.rows(_BALANCE, values)
    if before is None and not first:
        raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
    response.balance = (before or 0) + late_change
    response.late_entry_count, response.late_change = late, late_change
    if late:
        for at, kind, effective, recorded, change in reversed(await view.rows(_LATE, {**values, "first": first})):
            response.late_entries.add(
                name=names.entry_name(moment.ledger, at),
                kind=kind,
                effective_time=timestamp(effective),
                record_time=timestamp(recorded),
                balance_change=change,
            )


async def transaction_end(view: View, position: int) -> int:
    """Return the newest transaction end that is not behind a position."""
    rows = await view.rows("SELECT entry FROM {entries} WHERE position = %s", (position,))
    if not rows:
        return position
    fields = header.unpack(rows[0][0])
    return position if fields[6] == fields[7] else fields[5] - 1
