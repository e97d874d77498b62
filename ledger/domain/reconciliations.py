"""Runs of reconciliation: what an institution states was compared with the ledger, and with which result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain.institutions import Institution
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2
    from ledger.v1.types_pb2 import ReconciliationResult


class Compared(NamedTuple):
    """What the comparison found, up to a position. It is read beside the log, so it is no part of the command."""

    up_to_position: int
    recorded: commands_pb2.SettlementTotals
    result: int
    centre_only: int = 0
    institution_only: int = 0
    mismatched: int = 0
    report_sha256: bytes = b""


def reconcile(command: Command, view: View) -> list[Leg]:
    """Record a run in the institution's stream. The period must be over or have begun, so that it has settlements."""
    content = cast("commands_pb2.Reconciliation", command.content)
    if not Institution.of(view.state(command.stream)).designations:
        raise Refusal(reasons.REFUSAL_REASON_INSTITUTION_NOT_FOUND)
    first, last = content.from_date, content.to_date
    today = view.civil_date(command.effective_time)
    if (first.year, first.month, first.day) > (last.year, last.month, last.day) or (
        (last.year, last.month, last.day) > today
    ):
        raise Refusal(reasons.REFUSAL_REASON_RECONCILIATION_PERIOD_INVALID)
    found = cast("Compared", command.facts)
    event = events_pb2.ReconciliationRun(
        reconciliation=content,
        up_to_position=found.up_to_position,
        recorded=found.recorded,
        result=cast("ReconciliationResult", found.result),
        centre_only=found.centre_only,
        institution_only=found.institution_only,
        mismatched=found.mismatched,
        report_sha256=found.report_sha256,
    )
    return [Leg(command.stream, types.RECONCILIATION_RUN, event)]
