"""Claims: a row for each that was filed, and one for each decision and payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.log.entry import EVENT_TYPES
from projections.projection import Table, by_stream
from projections.rows import Copy, id_value, int2_value, int4_value, int8_value, row, text_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.page import Head
    from projections.projection import Batch
    from projections.rows import Write

DECIDED: Final = 1
PAID: Final = 2
_FILED: Final = EVENT_TYPES["claim_filed"]
_DECIDED: Final = EVENT_TYPES["claim_decided"]
_PAID: Final = EVENT_TYPES["claim_paid"]
_CLAIMS: Final = (
    "position", "effective_time", "record_time", "total", "served_on", "deadline", "cause", "category", "person",
    "institution",
)  # fmt: skip
_STEPS: Final = ("claim", "position", "effective_time", "amount", "step", "decision", "person")


class Claims:
    """The projection `claims`."""

    name: Final = "claims"
    shape: Final = 1
    tables: Final = (
        Table("claims", ("position",), "person"),
        Table("claim_steps", ("claim", "step"), "person"),
    )

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        claims, steps = [], []
        for head, message in batch.of(_FILED):
            claims.append(_claim(head, message.claim_filed))
        for head, message in batch.of(_DECIDED):
            event = message.claim_decided
            due = event.split.pooled + sum(fund.amount for fund in event.split.funds)
            steps.append(_step(head, event.claim_position, due, DECIDED, event.decision))
        for head, message in batch.of(_PAID):
            paid = message.claim_paid
            steps.append(_step(head, paid.claim_position, paid.amount, PAID, 0))
        return [Copy("claims", _CLAIMS, claims), Copy("claim_steps", _STEPS, steps)]


def _claim(head: Head, event: Any) -> bytes:
    filing = event.filing
    return row(
        int8_value(head[0]),
        int8_value(head[6]),
        int8_value(head[7]),
        int8_value(filing.bill.total),
        int4_value(_day(filing.service_date)),
        int4_value(_day(event.deadline)),
        int2_value(filing.cause),
        int2_value(filing.category),
        id_value(head[1]),
        text_value(filing.institution),
    )


def _step(head: Head, claim: int, amount: int, step: int, decision: int) -> bytes:
    return row(
        int8_value(claim),
        int8_value(head[0]),
        int8_value(head[6]),
        int8_value(amount),
        int2_value(step),
        int2_value(decision),
        id_value(head[1]),
    )


def _day(date: Any) -> int:
    return int(date.year) * 10_000 + int(date.month) * 100 + int(date.day)
