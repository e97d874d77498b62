"""The sums of a statement, from its transactions. All of them are of the same transactions, so they add up."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, cast

from ledger.v1 import history_service_pb2 as pb
from projections.statement.year import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ledger.v1.types_pb2 import Category, DepositSource
    from projections.statement.year import Year

_SPENDING: Final = {
    pb.TRANSACTION_KIND_PURCHASE: 1,
    pb.TRANSACTION_KIND_SHARE: 1,
    pb.TRANSACTION_KIND_PREMIUM: 1,
    pb.TRANSACTION_KIND_PURCHASE_REVERSAL: -1,
    pb.TRANSACTION_KIND_SHARE_REFUND: -1,
    pb.TRANSACTION_KIND_PREMIUM_REVERSAL: -1,
}
"""Kinds that spend the money of an account on somebody or give it back → how many payments each is."""


def fill(answer: pb.GetStatementResponse, year: Year, late: Sequence[pb.AccountTransaction], last_month: int) -> None:
    """Write every sum. `answer` has its opening balance and the transactions of the year by effective time.

    `last_month`: months behind it are left out unless something happened in them, as YYYYMM.
    """
    answer.late_change = sum(each.balance_change for each in late)
    answer.late_transaction_count = len(late)
    answer.transaction_count = len(answer.transactions)
    for each in answer.transactions:
        credit, interest, debit = _parts(each)
        answer.credits += credit
        answer.interest += interest
        answer.debits += debit
        _bill(answer, each)
    answer.closing_balance = (
        answer.opening_balance + answer.late_change + answer.credits + answer.interest - answer.debits
    )
    answer.items.extend(_items(answer.transactions))
    answer.months.extend(_months(answer, year, last_month))
    spending = [each for each in answer.transactions if each.kind in _SPENDING and each.balance_change]
    for category, spent, payments in _ranked(spending, lambda each: each.category):
        answer.categories.add(category=cast("Category", category), spent=spent, payments=payments)
    for beneficiary, spent, payments in _ranked(spending, lambda each: each.beneficiary):
        answer.beneficiaries.add(beneficiary=cast("str", beneficiary), spent=spent, payments=payments)


def _parts(each: pb.AccountTransaction) -> tuple[int, int, int]:
    """Return what a transaction is as credit, interest and debit; one of them at most is not zero."""
    change = each.balance_change
    if each.kind == pb.TRANSACTION_KIND_INTEREST:
        return 0, change, 0
    return (change, 0, 0) if change > 0 else (0, 0, -change)


def _bill(answer: pb.GetStatementResponse, each: pb.AccountTransaction) -> None:
    if not each.HasField("settled"):
        return
    for name in ("total", "pooled", "funds", "hospital", "own_account", "cash"):
        setattr(answer.settled, name, getattr(answer.settled, name) + getattr(each.settled, name))
    answer.received_shares += sum(share.amount for share in each.settled.shared)


def _items(transactions: Iterable[pb.AccountTransaction]) -> Iterable[pb.StatementItem]:
    sums: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for each in transactions:
        found = sums[each.kind, each.source]
        found[0] += each.balance_change
        found[1] += 1
    for (kind, source), (change, count) in sorted(sums.items()):
        yield pb.StatementItem(
            kind=cast("pb.TransactionKind", kind),
            source=cast("DepositSource", source),
            balance_change=change,
            transactions=count,
        )


def _months(answer: pb.GetStatementResponse, year: Year, last: int) -> Iterable[pb.StatementMonth]:
    months = {number: pb.StatementMonth(month=year.number * 100 + number) for number in range(1, MONTHS + 1)}
    for each in answer.transactions:
        time = each.effective_time
        number = year.month(time.seconds * 1_000_000 + time.nanos // 1_000)
        last = max(last, number)
        month = months[number % 100]
        credit, interest, debit = _parts(each)
        month.credits += credit
        month.interest += interest
        month.debits += debit
        if each.kind in _SPENDING:
            month.spent -= each.balance_change
    balance = answer.opening_balance + answer.late_change
    for month in months.values():
        balance += month.credits + month.interest - month.debits
        month.balance = balance
        if month.month <= last:
            yield month


def _ranked(
    spending: Iterable[pb.AccountTransaction], part: Callable[[pb.AccountTransaction], object]
) -> Iterable[tuple[object, int, int]]:
    sums: defaultdict[object, list[int]] = defaultdict(lambda: [0, 0])
    for each in spending:
        found = sums[part(each)]
        found[0] -= each.balance_change
        found[1] += _SPENDING[each.kind]
    for key, (spent, payments) in sorted(sums.items(), key=lambda item: (-item[1][0], str(item[0]))):
        if spent or payments:
            yield key, spent, payments
