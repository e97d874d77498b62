"""Family sharing: granting and revoking the use of one's account."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import account_of, check_may_pay, check_version, existing_account
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

GRANTS_PER_PAYER = 16
PAYERS_PER_BENEFICIARY = 8

# The near relatives of the rule; in-laws are outside.
NEAR_RELATIVES = frozenset(
    (
        types_pb2.RELATION_SPOUSE,
        types_pb2.RELATION_PARENT,
        types_pb2.RELATION_CHILD,
        types_pb2.RELATION_SIBLING,
        types_pb2.RELATION_GRANDPARENT,
        types_pb2.RELATION_GRANDCHILD,
    )
)


def grant_share(command: Command, view: View) -> list[Leg]:
    """Let a near relative use the subject's account. A relative of another ledger is noted on the
    payer's side only.
    """
    content = cast("commands_pb2.ShareGrant", command.content)
    ledger, stream = names.parse_person(content.beneficiary)
    payer = existing_account(command.stream, view)
    beneficiary = view.person(stream) if ledger == view.ledger else None
    if beneficiary is not None and not beneficiary.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    check_version(command, payer)
    check_may_pay(payer)
    if stream == payer.id:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_WITH_SELF)
    if content.relation not in NEAR_RELATIVES:
        raise Refusal(reasons.REFUSAL_REASON_RELATION_NOT_PERMITTED)
    if stream in payer.grants:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_ALREADY_GRANTED)
    _check_limit(len(payer.grants), GRANTS_PER_PAYER)
    if beneficiary is not None:
        _check_limit(len(beneficiary.payers), PAYERS_PER_BENEFICIARY)
    granted = Leg(
        stream=command.stream,
        type=types.SHARE_GRANTED,
        event=events_pb2.ShareGranted(grant=content),
        confidential=command.confidential,
    )
    if beneficiary is None:
        return [granted]
    bound = events_pb2.PayerBound(payer=payer.id, relation=content.relation)
    return [granted, Leg(stream, types.PAYER_BOUND, bound)]


def revoke_share(command: Command, view: View) -> list[Leg]:
    """End a grant. It is possible in every state of the account: revoking takes nothing from
    anybody.
    """
    content = cast("commands_pb2.ShareRevocation", command.content)
    payer = account_of(command, view)
    ledger, stream = names.parse_person(content.beneficiary)
    grant = payer.grants.get(stream)
    if grant is None or grant.beneficiary_name != content.beneficiary:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED)
    revoked = Leg(
        stream=command.stream,
        type=types.SHARE_REVOKED,
        event=events_pb2.ShareRevoked(revocation=content),
        confidential=command.confidential,
    )
    if ledger != view.ledger:
        return [revoked]
    return [revoked, Leg(stream, types.PAYER_UNBOUND, events_pb2.PayerUnbound(payer=payer.id))]


def _check_limit(present: int, limit: int) -> None:
    if present >= limit:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_LIMIT_EXCEEDED, {"limit": str(limit)})
