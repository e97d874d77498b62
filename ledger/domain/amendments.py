"""Amending a purchase: it is reversed as a whole, and what is kept of it is settled anew, in one transaction.

It is what reversing and then settling would do, without the moment between them in which somebody
else could spend the money, and with one request id for a retry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ledger.domain import command as kinds
from ledger.domain import entry_types as types
from ledger.domain.afterwards import Afterwards
from ledger.domain.purchases import record_purchase
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.reversals import check_standing, entry_named, reversal_legs
from ledger.domain.subject import check_version
from ledger.v1 import commands_pb2, events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View


def amend_purchase(command: Command, view: View) -> list[Leg]:
    """Reverse the named purchase and settle what is kept, on the state that the reversal leaves.

    What is kept has the service date of the amended purchase unless it names another one, and is excluded by law for
    the reason for which that was, unless it names another: leaving the reason out must not make the fund pay. Grants,
    limits and the state of accounts count as they are recorded now, as for every settlement.
    """
    content = cast("commands_pb2.PurchaseAmendment", command.content)
    target, transaction = entry_named(content.entry, view)
    if target.type != types.PURCHASE_SETTLED:
        raise Refusal(reasons.REFUSAL_REASON_NOT_REVERSIBLE)
    if content.purchase.institution != target.event.purchase.institution:
        raise Refusal(reasons.REFUSAL_REASON_INSTITUTION_DIFFERS)
    check_version(command, view.person(target.stream))
    check_standing(target, view)
    amended = events_pb2.PurchaseAmended(amendment=content, amended_position=target.position)
    first = Leg(target.stream, types.PURCHASE_AMENDED, amended)
    undone = reversal_legs(target, transaction, None, view)
    afterwards = Afterwards(view, command, [first, *undone])
    amended.kept_position = afterwards.next_position
    kept = commands_pb2.Purchase()
    kept.CopyFrom(content.purchase)
    if not kept.HasField("service_date"):
        kept.service_date.CopyFrom(target.event.service_date)
    kept.exclusion_reason = kept.exclusion_reason or target.event.purchase.exclusion_reason
    settling = replace(
        command,
        kind=kinds.RECORD_PURCHASE,
        content=kept,
        stream=target.stream,
        expected_version=0,
        encoded=b"",
    )
    return [first, *undone, *record_purchase(settling, afterwards)]
