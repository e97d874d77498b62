"""ListTransactions: pages in the order of (effective time, position), of the log as the first page saw it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg import sql

from ledger.api.errors import Rejected
from ledger.domain import names
from ledger.v1 import history_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as types
from projections.service import tokens
from projections.service.requests import ACCOUNT_PATTERN, PERSON_PATTERN, Shape, timestamp

if TYPE_CHECKING:
    from projections.service.views import View

PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 1_000
INSTITUTION_CHARACTERS_MAX: Final = 32

COLUMNS: Final = (
    "position, effective_time, record_time, change, balance_after, type, category, benefit, source, period, reverses,"
    " payable, uuid_send(beneficiary), counterparty, institution, total, pooled, funds, hospital, own_account, cash,"
    " ARRAY(SELECT uuid_send(payer) FROM unnest(payers) payer), shares"
)
"""What `message` is made of."""
REVERSES: Final = 10
"""Place of `reverses` among them."""
_PAYING: Final = [
    pb.TRANSACTION_KIND_SHARE,
    pb.TRANSACTION_KIND_SHARE_REFUND,
    pb.TRANSACTION_KIND_PREMIUM,
    pb.TRANSACTION_KIND_PREMIUM_REVERSAL,
]


class Query(NamedTuple):
    """What is asked for. `conditions` are SQL with values by name."""

    ledger: str
    stream: bytes
    as_account: bool
    page_size: int
    oldest_first: bool
    conditions: list[sql.SQL]
    values: dict[str, object]
    min_position: int
    linearizable: bool


def read(request: pb.ListTransactionsRequest) -> Query:
    """Check the request. Raise InvalidRequest."""
    shape = Shape(request)
    code, stream, as_account = shape.account(persons=True)
    if request.page_size < 0:
        shape.wrong("page_size", "must not be negative")
    order = shape.choice("order", pb.TransactionOrder)
    shape.text("institution", INSTITUTION_CHARACTERS_MAX)
    effective_from, effective_to = shape.period("effective_from", "effective_to")
    recorded_from, recorded_to = shape.period("recorded_from", "recorded_to")
    beneficiary = shape.related("beneficiary", names.parse_person, PERSON_PATTERN, code)
    payer = shape.related("payer", names.parse_account, ACCOUNT_PATTERN, code)
    filters: list[tuple[str, sql.SQL, object]] = [
        ("effective_from", sql.SQL("effective_time >= %(effective_from)s"), effective_from),
        ("effective_to", sql.SQL("effective_time < %(effective_to)s"), effective_to),
        ("recorded_from", sql.SQL("record_time >= %(recorded_from)s"), recorded_from),
        ("recorded_to", sql.SQL("record_time < %(recorded_to)s"), recorded_to),
        ("kinds", sql.SQL("type = ANY(%(kinds)s)"), shape.choices("kinds", pb.TransactionKind, 50) or None),
        (
            "categories",
            sql.SQL("category = ANY(%(categories)s)"),
            shape.choices("categories", types.Category, 50) or None,
        ),
        ("institution", sql.SQL("institution = %(institution)s"), request.institution or None),
        (
            "beneficiary",
            sql.SQL("beneficiary = %(beneficiary)s"),
            uuid.UUID(bytes=beneficiary) if beneficiary else None,
        ),
        (
            "payer",
            # Relatives pay what they share of the account's purchases; itself it pays its part, shares and premiums.
            sql.SQL(
                "(%(payer)s = ANY(payers) OR (account = %(payer)s AND (own_account <> 0 OR type = ANY(%(paying)s))))"
            ),
            uuid.UUID(bytes=payer) if payer else None,
        ),
    ]
    values = {name: value for name, _, value in filters if value is not None}
    if payer:
        values["paying"] = _PAYING
    query = Query(
        code,
        stream,
        as_account,
        min(request.page_size or PAGE_DEFAULT, PAGE_MAX),
        order == pb.TRANSACTION_ORDER_OLDEST_FIRST,
        [condition for _, condition, value in filters if value is not None],
        values,
        shape.position("min_position"),
        shape.linearizable(),
    )
    shape.position("past_position")
    shape.check()
    return query


async def answer(
    view: View, query: Query, request: pb.ListTransactionsRequest, token: tokens.PageToken | None
) -> pb.ListTransactionsResponse:
    """Return a page. Raise Rejected where a token is outdated or nobody of this name is known."""
    if token and token.version != view.serving.version:
        raise Rejected(reasons.REFUSAL_REASON_PAGE_TOKEN_OUTDATED)
    upper = token.upper if token else view.serving.position
    rows = await _rows(view, query, upper, token)
    if not rows and not token:
        await check_known(view, query.stream, as_account=query.as_account)
    response = pb.ListTransactionsResponse(position=upper, missing_entries=await view.missing(query.stream))
    page = rows[: query.page_size]
    reversed_by = await _reversals(view, query, upper, [row[0] for row in page])
    for row in page:
        response.transactions.append(message(query.ledger, row, reversed_by.get(row[0], 0)))
    if len(rows) > len(page):
        position, effective_time = page[-1][:2]
        following = tokens.PageToken(view.serving.version, upper, effective_time, position)
        response.next_page_token = tokens.write(following, request, view.ledger.secret)
    return response


async def _rows(view: View, query: Query, upper: int, token: tokens.PageToken | None) -> list[tuple[Any, ...]]:
    conditions = [sql.SQL("account = %(account)s"), sql.SQL("position <= %(upper)s"), *query.conditions]
    values = {**query.values, "account": uuid.UUID(bytes=query.stream), "upper": upper, "most": query.page_size + 1}
    if token:
        behind = ">" if query.oldest_first else "<"
        conditions.append(sql.SQL(f"(effective_time, position) {behind} (%(last_time)s, %(last_position)s)"))
        values |= {"last_time": token.effective_time, "last_position": token.position}
    direction = sql.SQL("ASC" if query.oldest_first else "DESC")
    text = sql.SQL("SELECT {columns} FROM {table} WHERE {conditions} ORDER BY {order} LIMIT %(most)s").format(
        columns=sql.SQL(COLUMNS),
        table=view.sql("{transactions}"),
        conditions=sql.SQL(" AND ").join(conditions),
        order=sql.SQL("effective_time {d}, position {d}").format(d=direction),
    )
    return await view.rows(text, values)


async def _reversals(view: View, query: Query, upper: int, positions: list[int]) -> dict[int, int]:
    """Return which of these entries were reversed, and by which, as of the position that the pages show."""
    if not positions:
        return {}
    rows = await view.rows(
        "SELECT reverses, position FROM {transactions}"
        " WHERE account = %s AND reverses = ANY(%s) AND reverses > 0 AND position <= %s",
        (uuid.UUID(bytes=query.stream), positions, upper),
    )
    return dict(rows)


async def check_known(view: View, stream: bytes, *, as_account: bool) -> None:
    """Raise Rejected unless there is such a person or account: an empty list means that nothing was bought."""
    person, _ = await view.ledger.read_person(stream)
    if as_account and not person.state:
        raise Rejected(reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND)
    if not person.version:
        raise Rejected(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)


def message(code: str, row: tuple[Any, ...], reversed_by: int) -> pb.AccountTransaction:
    """Make a message of a row with `COLUMNS`. `reversed_by` is the position of what reverses it, 0 = nothing."""
    (
        position, effective, recorded, change, after, kind, category, benefit, source, period, reverses, payable,
        beneficiary, counterparty, institution, total, pooled, funds, hospital, own, cash, payers, shares,
    ) = row  # fmt: skip
    found = pb.AccountTransaction(
        name=names.entry_name(code, position),
        position=position,
        kind=kind,
        effective_time=timestamp(effective),
        record_time=timestamp(recorded),
        balance_change=change,
        balance_after=after,
        category=category,
        benefit=benefit,
        institution=institution or "",
        beneficiary=names.person_name(code, bytes(beneficiary)) if beneficiary else "",
        counterparty=counterparty or "",
        source=source,
        period=period,
        reverses=names.entry_name(code, reverses) if reverses else "",
        reversed_by=names.entry_name(code, reversed_by) if reversed_by else "",
        payable_after_close=payable,
    )
    if total is not None:
        found.settled.CopyFrom(
            pb.SettledAmounts(total=total, pooled=pooled, funds=funds, hospital=hospital, own_account=own, cash=cash)
        )
        for payer, amount in zip(payers, shares or (), strict=True):
            found.settled.shared.add(payer=names.account_name(code, bytes(payer)), amount=amount)
    return found
