"""Adjustments: a balance is corrected by what one identity proposes and another approves.

They are for what no reversal can undo: money that was spent, a wrong opening, an order of a court.
The balance never goes below zero, neither when the adjustment is proposed nor when it is posted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.amounts import BALANCE_LIMIT
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.reversals import entry_named
from ledger.domain.subject import check_version, existing_account
from ledger.domain.values import CLOSED
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def propose_adjustment(command: Command, view: View) -> list[Leg]:
    """Propose to add fen to an account or to take some. The account does not move."""
    content = cast("commands_pb2.AdjustmentProposal", command.content)
    person = existing_account(command.stream, view)
    if content.entry and entry_named(content.entry, view)[0].stream != person.id:
        raise Refusal(reasons.REFUSAL_REASON_ENTRY_NOT_FOUND)
    check_version(command, person)
    end = content.expire_time.seconds * 1_000_000 + content.expire_time.nanos // 1_000
    if 0 < end <= command.effective_time:
        raise Refusal(reasons.REFUSAL_REASON_PROPOSAL_EXPIRED)
    _check_bearable(person, content.amount)
    return [
        Leg(
            stream=view.admin,
            type=types.ADJUSTMENT_PROPOSED,
            event=events_pb2.AdjustmentProposed(proposal=content, account=person.id),
            confidential=command.confidential,
        )
    ]


def post_adjustment(target: Recorded, _command: Command, view: View) -> list[Leg]:
    """Post an approved adjustment, on the balance as it is now. What is added to a closed account is
    owed outside.
    """
    proposal = target.event.proposal
    person = view.person(target.event.account)
    _check_bearable(person, proposal.amount)
    owed = proposal.amount if person.state == CLOSED else 0
    event = events_pb2.AdjustmentPosted(
        proposal_position=target.position,
        amount=proposal.amount,
        reason=proposal.reason,
        corrected_position=entry_named(proposal.entry, view)[0].position if proposal.entry else 0,
        proposer=target.actor,
        payable_after_close=owed,
    )
    return [Leg(person.id, types.ADJUSTMENT_POSTED, event, proposal.amount - owed)]


def _check_bearable(person: Person, amount: int) -> None:
    if person.balance + amount < 0:
        raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
    if person.balance + amount > BALANCE_LIMIT:
        raise Refusal(reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED)
