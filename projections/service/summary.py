"""GetSpendingSummary: sums by part, which together are the change of the balance."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg import sql

from ledger.domain import names
from ledger.log.entry import EVENT_TYPES
from ledger.v1 import history_service_pb2 as pb
from projections.service.requests import Shape

if TYPE_CHECKING:
    from projections.service.views import View

_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1


def _types(*events: str) -> list[int]:
    return [EVENT_TYPES[event] for event in events]


_FAMILIES: Final = {
    "deposits": _types("deposit_posted", "deposit_reversed"),
    "purchases": _types("purchase_settled", "purchase_reversed"),
    "shares": _types("share_paid", "share_refunded"),
    "transfers": _types(
        "family_transfer_sent", "family_transfer_received", "family_transfer_reversed",
        "transfer_initiated", "transfer_returned", "transfer_credited",
    ),
}  # fmt: skip
_SETTLED, _REVERSED = _FAMILIES["purchases"]

_KEYS: Final[dict[int, sql.SQL]] = {
    pb.SUMMARY_GROUPING_UNSPECIFIED: sql.SQL("NULL::int4"),
    pb.SUMMARY_GROUPING_MONTH: sql.SQL(
        "to_char((timestamptz 'epoch' + effective_time * interval '1 microsecond') AT TIME ZONE %(zone)s,"
        " 'YYYYMM')::int4"
    ),
    pb.SUMMARY_GROUPING_CATEGORY: sql.SQL("category::int4"),
    pb.SUMMARY_GROUPING_INSTITUTION: sql.SQL("coalesce(institution, '')"),
    pb.SUMMARY_GROUPING_BENEFICIARY: sql.SQL("beneficiary"),
}

_SUMS: Final = sql.SQL(
    "SELECT {key} AS part, sum(change)::int8,"
    " coalesce(sum(change) FILTER (WHERE type = ANY(%(deposits)s)), 0)::int8,"
    " coalesce(sum(change) FILTER (WHERE type = ANY(%(purchases)s)), 0)::int8,"
    " coalesce(sum(change) FILTER (WHERE type = ANY(%(shares)s)), 0)::int8,"
    " coalesce(sum(change) FILTER (WHERE type = ANY(%(transfers)s)), 0)::int8,"
    " (count(*) FILTER (WHERE type = %(settled)s) - count(*) FILTER (WHERE type = %(reversed)s))::int8,"
    " coalesce(sum(total), 0)::int8, coalesce(sum(pooled), 0)::int8, coalesce(sum(funds), 0)::int8,"
    " coalesce(sum(hospital), 0)::int8, coalesce(sum(own_account), 0)::int8, coalesce(sum(cash), 0)::int8,"
    " coalesce(sum(shared), 0)::int8, count(*)::int8"
    " FROM {table} WHERE account = %(account)s AND position <= %(upper)s"
    " AND effective_time >= %(first)s AND effective_time < %(last)s GROUP BY part ORDER BY part NULLS FIRST"
)
_BOUNDS: Final = (
    "SELECT coalesce(sum(change) FILTER (WHERE effective_time < %(first)s), 0)::int8, coalesce(sum(change), 0)::int8,"
    " coalesce((array_agg(balance_after ORDER BY position DESC))[1], 0)"
    " FROM {transactions} WHERE account = %(account)s AND position <= %(upper)s"
)


class Period(NamedTuple):
    """What is asked for. Times are microseconds since 1970 UTC, from `first` to before `last`."""

    ledger: str
    stream: bytes
    as_account: bool
    first: int
    last: int
    grouping: int
    min_position: int
    linearizable: bool


def read(request: pb.GetSpendingSummaryRequest) -> Period:
    """Check the request. Raise InvalidRequest."""
    shape = Shape(request)
    code, stream, as_account = shape.account(persons=True)
    first, last = shape.period("effective_from", "effective_to")
    period = Period(
        code,
        stream,
        as_account,
        _FIRST if first is None else first,
        _LAST if last is None else last,
        shape.choice("grouping", pb.SummaryGrouping),
        shape.position("min_position"),
        shape.linearizable(),
    )
    shape.position("past_position")
    shape.check()
    return period


async def answer(view: View, period: Period) -> pb.GetSpendingSummaryResponse:
    """Return the sums. All of them are of the same rows: nothing behind the position of the view counts."""
    values = {
        "account": uuid.UUID(bytes=period.stream),
        "upper": view.serving.position,
        "first": period.first,
        "last": period.last,
        "zone": view.ledger.time_zone.key,
        "settled": _SETTLED,
        "reversed": _REVERSED,
        **_FAMILIES,
    }
    ((opening, all_changes, recorded),) = await view.rows(_BOUNDS, values)
    text = _SUMS.format(key=_KEYS[period.grouping], table=view.sql("{transactions}"))
    response = pb.GetSpendingSummaryResponse(
        position=view.serving.position,
        opening_balance=opening,
        unexplained=recorded - all_changes,
        missing_entries=await view.missing(period.stream),
    )
    for part, *sums in await view.rows(text, values):
        group = response.groups.add(sums=_sums(sums))
        _name(group, period, part)
        _add(response.total, group.sums)
    response.closing_balance = opening + response.total.balance_change
    return response


def _sums(columns: list[int]) -> pb.SpendingSums:
    (
        change, deposited, purchased, shared, transferred, purchases,
        total, pooled, funds, hospital, own, cash, received, count,
    ) = columns  # fmt: skip
    return pb.SpendingSums(
        balance_change=change,
        deposited=deposited,
        purchased=purchased,
        shared=shared,
        transferred=transferred,
        other=change - deposited - purchased - shared - transferred,
        purchases=purchases,
        settled=pb.SettledAmounts(
            total=total, pooled=pooled, funds=funds, hospital=hospital, own_account=own, cash=cash
        ),
        received_shares=received,
        transactions=count,
    )


def _name(group: pb.SpendingGroup, period: Period, part: Any) -> None:
    if period.grouping == pb.SUMMARY_GROUPING_MONTH:
        group.month = part
    elif period.grouping == pb.SUMMARY_GROUPING_CATEGORY:
        group.category = part
    elif period.grouping == pb.SUMMARY_GROUPING_INSTITUTION:
        group.institution = part
    elif period.grouping == pb.SUMMARY_GROUPING_BENEFICIARY and part is not None:
        group.beneficiary = names.person_name(period.ledger, part.bytes)


def _add(total: Any, sums: Any) -> None:
    """Add every number of one message to another."""
    for field in sums.DESCRIPTOR.fields:
        if field.is_repeated:
            continue
        if field.message_type is not None:
            _add(getattr(total, field.name), getattr(sums, field.name))
        else:
            setattr(total, field.name, getattr(total, field.name) + getattr(sums, field.name))
