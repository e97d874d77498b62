"""Closing an account: the whole balance is paid out, for the reasons that the region permits and with their evidence.

A payout above the region's limit is proposed, and takes place when another identity approves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import account_of, check_not_closed
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

# A reason that is not here is never permitted: the money is earmarked.
_EVIDENCE = {
    types_pb2.CLOSE_REASON_DEATH: types_pb2.EVIDENCE_KIND_DEATH_CERTIFICATE,
    types_pb2.CLOSE_REASON_EMIGRATION: types_pb2.EVIDENCE_KIND_EMIGRATION_PROOF,
    types_pb2.CLOSE_REASON_LONG_TERM_RESIDENCE: types_pb2.EVIDENCE_KIND_RESIDENCE_PROOF,
}


def close_account(command: Command, view: View) -> list[Leg]:
    """Close the account for ever and pay the whole balance out, whatever its state: the holder may
    be dead. Above the limit only propose it.
    """
    person = account_of(command, view)
    check_not_closed(person)
    content = cast("commands_pb2.Closing", command.content)
    policies = policies_of(view)
    rules = policies.rules_on(view.civil_date(command.effective_time))
    needed = _EVIDENCE.get(content.reason)
    if needed is None or content.reason not in rules.close_reasons:
        raise Refusal(reasons.REFUSAL_REASON_WITHDRAWAL_NOT_PERMITTED)
    if needed not in content.evidence:
        evidence = types_pb2.EvidenceKind.Name(needed).removeprefix("EVIDENCE_KIND_")
        raise Refusal(reasons.REFUSAL_REASON_CLOSE_EVIDENCE_REQUIRED, {"evidence": evidence})
    decided_by = ((policies.id, policies.version),) if policies.version else ()
    if rules.payout_limit is not None and person.balance > rules.payout_limit:
        proposed = events_pb2.PayoutProposed(
            closing=content, account=person.id, account_version=person.version, amount=person.balance
        )
        return [
            Leg(
                stream=view.admin,
                type=types.PAYOUT_PROPOSED,
                event=proposed,
                confidential=command.confidential,
                decided_by=decided_by,
            )
        ]
    closed = Leg(
        stream=command.stream,
        type=types.ACCOUNT_CLOSED,
        event=events_pb2.AccountClosed(closing=content),
        confidential=command.confidential,
        decided_by=decided_by,
    )
    return [closed, *_paid_out(person, content.reason)]


def approve_payout(target: Recorded, _command: Command, view: View) -> list[Leg]:
    """Close the account of an approved payout. Refuse when the balance is not the one that was looked at."""
    proposed = target.event
    person = view.person(proposed.account)
    check_not_closed(person)
    if person.balance != proposed.amount:
        raise Refusal(reasons.REFUSAL_REASON_PAYOUT_CHANGED)
    reason = proposed.closing.reason
    approved = events_pb2.PayoutApproved(proposal_position=target.position, amount=proposed.amount)
    return [
        Leg(person.id, types.PAYOUT_APPROVED, approved),
        Leg(person.id, types.ACCOUNT_CLOSED, events_pb2.AccountClosed(reason=reason)),
        *_paid_out(person, reason),
    ]


def _paid_out(person: Person, reason: types_pb2.CloseReason) -> list[Leg]:
    if not person.balance:
        return []
    event = events_pb2.BalancePaidOut(amount=person.balance, reason=reason)
    return [Leg(person.id, types.BALANCE_PAID_OUT, event, -person.balance)]
