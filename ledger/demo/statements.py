"""Plays the steps of a case in which an institution compares its statement with the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import grpc

from ledger.demo.cases import institution
from ledger.demo.ids import new_id
from ledger.demo.requests import Step, civil_date
from ledger.v1 import commands_pb2 as c
from ledger.v1 import period_service_pb2 as pb
from ledger.v1.period_service_pb2_grpc import PeriodServiceStub
from ledger.v1.types_pb2 import RECONCILIATION_RESULT_BALANCED, ReconciliationResult

Values = dict[str, Any]

CALL_SECONDS: Final = 20.0
_FIELDS: Final = {
    "count": "count",
    "medfee": "total",
    "fund": "funds",
    "account": "own_account",
    "shared": "shared",
    "cash": "cash",
}
"""The words of the cases, and the fields of totals and rows."""


class Statements:
    """The statements of one case in one ledger."""

    def __init__(self, channel: grpc.Channel, ledger: str, positions: Mapping[str, int]) -> None:
        """Take the channel, the ledger's name, and where the entries of the steps so far are, by label."""
        self._service = PeriodServiceStub(channel)
        self._ledger = ledger
        self._positions = positions

    def plays(self, step: Step) -> bool:
        """Tell whether a step is one of these."""
        return step["op"] in {"totals", "detail_check"}

    def play(self, step: Step) -> Values:
        """Return what the service says, in the words of the cases."""
        return self._totals(step) if step["op"] == "totals" else self._details(step)

    def _period(self, step: Step) -> c.Reconciliation:
        return c.Reconciliation(
            from_date=civil_date(step["from"]),
            to_date=civil_date(step["to"]),
            refunds_counted=step.get("include_refunds", True),
        )

    def _totals(self, step: Step) -> Values:
        """The institution states what the case expects, so both must agree."""
        asked = self._period(step)
        for word, field in _FIELDS.items():
            setattr(asked.stated, field, step["expect"][word])
        request = pb.ReconcileTotalsRequest(
            institution=self._institution(step), request_id=new_id(), reconciliation=asked
        )
        told = self._service.ReconcileTotals(request, timeout=CALL_SECONDS)
        balanced = told.result == RECONCILIATION_RESULT_BALANCED
        return {word: getattr(told.recorded, field) if balanced else None for word, field in _FIELDS.items()}

    def _details(self, step: Step) -> Values:
        """Rows and entries that are no difference are balanced; what only the ledger has goes by its step's label."""
        labels = {f"{self._ledger}/entries/{position}": label for label, position in self._positions.items()}
        results = {row["id"]: RECONCILIATION_RESULT_BALANCED for row in step["rows"]}
        for answer in self._service.ReconcileDetails(self._messages(step), timeout=CALL_SECONDS):
            for each in answer.differences.differences:
                label = step["rows"][each.row - 1]["id"] if each.row else labels[each.entry]
                results[label] = each.result
        prefix = "RECONCILIATION_RESULT_"
        return {label: ReconciliationResult.Name(result).removeprefix(prefix) for label, result in results.items()}

    def _messages(self, step: Step) -> Iterator[pb.ReconcileDetailsRequest]:
        start = pb.ReconcileDetailsStart(
            institution=self._institution(step), request_id=new_id(), reconciliation=self._period(step)
        )
        yield pb.ReconcileDetailsRequest(start=start)
        rows = pb.StatementRows(first_row=1, rows=[self._row(row) for row in step["rows"]])
        yield pb.ReconcileDetailsRequest(rows=rows)
        yield pb.ReconcileDetailsRequest(finish=True)

    def _row(self, row: Mapping[str, Any]) -> pb.StatementRow:
        told = pb.StatementRow(**{_FIELDS[word]: fen for word, fen in row.items() if word != "id"})
        if row["id"] in self._positions:
            told.entry = f"{self._ledger}/entries/{self._positions[row['id']]}"
        else:
            told.institution_settlement_id = row["id"]
        return told

    def _institution(self, step: Step) -> str:
        return f"{self._ledger}/institutions/{institution(step['inst'])}"
