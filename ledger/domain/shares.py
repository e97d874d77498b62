"""Family sharing: granting and revoking the use of one's account, and the order in which payers are asked.

A grant holds from the effective time of its command until its end, judged by the effective time of
whatever asks. One that has ended counts for nothing; it is kept until its place is needed, because
a purchase of its time may be recorded late. A recorded revocation counts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.payers import holding_grant
from ledger.domain.policies import DEFAULT_RULES, policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.sanctions import check_may_share
from ledger.domain.subject import account_of, check_may_pay, check_version, existing_account, registered_person
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Collection

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

GRANTS_PER_PAYER = 16
PAYERS_PER_BENEFICIARY = 8

# The near relatives of the national rule; in-laws are outside. A region's policy may say otherwise.
NEAR_RELATIVES = DEFAULT_RULES.relations


def grant_share(command: Command, view: View) -> list[Leg]:
    """Let a relative whom the region's rules permit use the subject's account. A relative of another
    ledger is noted on the payer's side only.
    """
    content = cast("commands_pb2.ShareGrant", command.content)
    ledger, stream = names.parse_person(content.beneficiary)
    payer = existing_account(command.stream, view)
    beneficiary = view.person(stream) if ledger == view.ledger else None
    if beneficiary is not None and not beneficiary.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    check_version(command, payer)
    check_may_pay(payer, command.effective_time)
    if stream == payer.id:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_WITH_SELF)
    now = command.effective_time
    policies = policies_of(view)
    check_may_share(now, payer, beneficiary)
    if content.relation not in policies.rules_on(view.civil_date(now)).relations:
        raise Refusal(reasons.REFUSAL_REASON_RELATION_NOT_PERMITTED)
    if stream in payer.grants and not payer.grants[stream].ended(now):
        raise Refusal(reasons.REFUSAL_REASON_SHARE_ALREADY_GRANTED)
    end = _micros(content)
    if end and end <= now:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_PERIOD_EMPTY)
    others = {of: grant.ended(now) for of, grant in payer.grants.items() if of != stream}
    making_room = [
        Leg(payer.id, types.SHARE_REVOKED, events_pb2.ShareRevoked(beneficiary=of))
        for of in _room(others, GRANTS_PER_PAYER)
    ]
    granted = Leg(
        stream=command.stream,
        type=types.SHARE_GRANTED,
        event=events_pb2.ShareGranted(grant=content),
        confidential=command.confidential,
        decided_by=((policies.id, policies.version),) if policies.version else (),
    )
    if beneficiary is None:
        return [granted, *making_room]
    bound = events_pb2.PayerBound(payer=payer.id, relation=content.relation, expire_time=end)
    making_room += [
        Leg(stream, types.PAYER_UNBOUND, events_pb2.PayerUnbound(payer=other))
        for other in _room(_other_payers(beneficiary, payer.id, now), PAYERS_PER_BENEFICIARY)
    ]
    return [granted, Leg(stream, types.PAYER_BOUND, bound), *making_room]


def revoke_share(command: Command, view: View) -> list[Leg]:
    """End a grant. It is possible in every state of the account, and after the grant's own end:
    revoking takes nothing from anybody, and no late purchase can use the grant any more.
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


def order_payers(command: Command, view: View) -> list[Leg]:
    """Put some of a beneficiary's payers first, in the given order; the others follow as they did.

    Naming a few is enough, so that a payer who binds at the same moment is not lost.
    """
    content = cast("commands_pb2.PayerOrder", command.content)
    beneficiary = registered_person(command, view)
    named = [names.parse_account(name) for name in content.payers]
    for name, (ledger, _) in zip(content.payers, named, strict=True):
        if ledger != view.ledger:
            raise Refusal(reasons.REFUSAL_REASON_SHARE_ACROSS_LEDGERS_NOT_SUPPORTED, {"payer": name})
    first = [stream for _, stream in named]
    for name, stream in zip(content.payers, first, strict=True):
        grant = holding_grant(view.person(stream), beneficiary.id, view.ledger, command.effective_time)
        if grant is None or stream not in beneficiary.payers:
            raise Refusal(reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED, {"payer": name})
    rest = [payer for payer in beneficiary.payers if payer not in first]
    return [
        Leg(
            stream=command.stream,
            type=types.PAYERS_ORDERED,
            event=events_pb2.PayersOrdered(order=content, payers=[*first, *rest]),
            confidential=command.confidential,
        )
    ]


def _other_payers(beneficiary: Person, payer: bytes, time: int) -> dict[bytes, bool]:
    """Return the payers beside one, and whether their grants have ended at a time (µs)."""
    ends = beneficiary.payer_ends
    return {other: 0 < ends[other] <= time for other in beneficiary.payers if other != payer}


def _room(present: dict[bytes, bool], limit: int) -> Collection[bytes]:
    """Return who has to leave so that one more finds room: nobody while there is some, else those
    whose grants have ended. Refuse when nobody's has.
    """
    if list(present.values()).count(False) >= limit:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_LIMIT_EXCEEDED, {"limit": str(limit)})
    return [of for of, ended in present.items() if ended] if len(present) >= limit else ()


def _micros(content: commands_pb2.ShareGrant) -> int:
    return content.expire_time.seconds * 1_000_000 + content.expire_time.nanos // 1_000
