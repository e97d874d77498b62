"""Four eyes: somebody proposes, another identity approves, and both leave an entry.

A proposal lies in the stream `admin`, or, when it is about a policy, in `policies`. Deciding it is one command for
every kind of proposal; what an approval brings about stands in `EFFECTS` and is recorded by the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.adjustments import post_adjustment
from ledger.domain.closing import approve_payout
from ledger.domain.erasure import approve_key_destruction
from ledger.domain.policies import approve_withdrawal, publish
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.register import Register
from ledger.domain.subject import check_version
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

APPROVED = types_pb2.PROPOSAL_DECISION_APPROVED
WITHDRAWN = types_pb2.PROPOSAL_DECISION_WITHDRAWN


class Proposal(NamedTuple):
    """An open proposal: type of its entry, who made it (16 bytes), when it ends (µs since 1970 UTC, 0 = never).

    `person` is the stream whose key it would destroy, empty for other proposals.
    """

    type: int
    proposer: bytes
    expire_time: int
    person: bytes = b""


class ClosedYear(NamedTuple):
    """The last year that was closed, 0 = none; sum of all balances at its end, in fen; last position that counts."""

    year: int = 0
    balance: int = 0
    last_position: int = 0


class Admin(Register):
    """The stream `admin`: proposals that wait for a decision, by position, the keys that sign checkpoints, up to which
    year the books are closed, and the feature level.
    """

    __slots__ = ("closed_year", "erased", "feature_level", "open", "signing_keys")

    closed_year: ClosedYear

    open: Mapping[int, Proposal]
    signing_keys: Mapping[bytes, bool]
    """Public key (32 bytes) → whether it still signs. The first key is here from the first change on."""
    erased: frozenset[bytes]
    """Streams of the persons whose key's destruction was approved."""
    feature_level: int
    """The level to which the ledger was raised; 0: it has the one that it was born with."""

    def __init__(self, stream: bytes) -> None:
        """Make it empty."""
        super().__init__(stream)
        self.open = {}
        self.signing_keys = {}
        self.closed_year = ClosedYear()
        self.erased = frozenset()
        self.feature_level = 0


def evolve_admin(state: Any, recorded: Recorded) -> Any:
    """Return the register after one more entry of the stream `admin`."""
    after = Admin.of(state).after(recorded)
    if recorded.type in EFFECTS:
        after.open = {**after.open, recorded.position: proposal_of(recorded)}
    elif recorded.type == types.PROPOSAL_DECIDED:
        decided = recorded.event.proposal_position
        ended = after.open.get(decided)
        if ended and ended.person and recorded.event.decision == APPROVED:
            after.erased = after.erased | {ended.person}
        after.open = {position: found for position, found in after.open.items() if position != decided}
    elif recorded.type == types.SIGNING_KEY_CHANGED:
        after.signing_keys = {**after.signing_keys, recorded.event.public_key: not recorded.event.retired}
    elif recorded.type == types.FEATURE_LEVEL_RAISED:
        after.feature_level = recorded.event.level
    elif recorded.type == types.YEAR_CLOSED:
        event = recorded.event
        after.closed_year = ClosedYear(event.closing.year, event.balance, event.last_position)
    return after


def proposal_of(recorded: Recorded) -> Proposal:
    """Return what a proposal's entry says about deciding it. Its content is the event's first field."""
    content = getattr(recorded.event, recorded.event.DESCRIPTOR.fields[0].name)
    expires = getattr(content, "expire_time", None)
    time = expires.seconds * 1_000_000 + expires.nanos // 1_000 if expires is not None else 0
    person = names.parse_person(content.person)[1] if recorded.type == types.KEY_DESTRUCTION_PROPOSED else b""
    return Proposal(recorded.type, recorded.actor, time, person)


def review_proposal(command: Command, view: View) -> list[Leg]:
    """Decide a proposal. Approving records what it brings about, or is refused as that would be."""
    content = cast("commands_pb2.ProposalReview", command.content)
    ledger, position = names.parse_entry(content.proposal)
    transaction = view.transaction(position) if ledger == view.ledger and position < view.next_position else ()
    target = next((entry for entry in transaction if entry.position == position), None)
    if target is None:
        raise Refusal(reasons.REFUSAL_REASON_ENTRY_NOT_FOUND)
    if target.type not in EFFECTS:
        raise Refusal(reasons.REFUSAL_REASON_NOT_A_PROPOSAL)
    register = view.state(target.stream)
    check_version(command, register)
    proposal = register.open.get(position)
    if proposal is None:
        raise Refusal(reasons.REFUSAL_REASON_PROPOSAL_ALREADY_DECIDED)
    _check_may_decide(content.decision, proposal, command, view)
    decided = events_pb2.ProposalDecided(review=content, proposal_position=position, decision=content.decision)
    # What is said about somebody's proposal goes with that person's key; of a list or a policy it is about nobody.
    person = getattr(proposal, "person", b"") or getattr(target.event, "account", b"")
    legs = [Leg(target.stream, types.PROPOSAL_DECIDED, decided, confidential=command.confidential, owner=person)]
    if content.decision == APPROVED:
        legs += EFFECTS[target.type](target, command, view)
    return legs


def _check_may_decide(decision: int, proposal: Proposal, command: Command, view: View) -> None:
    over = bool(proposal.expire_time) and proposal.expire_time <= command.effective_time
    if over and decision == APPROVED:
        raise Refusal(reasons.REFUSAL_REASON_PROPOSAL_EXPIRED)
    own = proposal.proposer == view.actor
    if decision == APPROVED and own:
        raise Refusal(reasons.REFUSAL_REASON_FOUR_EYES_REQUIRED)
    if decision == WITHDRAWN and not own:
        raise Refusal(reasons.REFUSAL_REASON_PROPOSAL_NOT_OWN)


def _approve_openings(target: Recorded, _command: Command, _view: View) -> list[Leg]:
    """Say that the openings of a list may be imported."""
    asked = target.event.proposal
    event = events_pb2.OpeningsApproved(
        proposal_position=target.position, count=asked.count, balance=asked.balance, source_sha256=asked.source_sha256
    )
    return [Leg(target.stream, types.OPENINGS_APPROVED, event)]


EFFECTS: dict[int, Callable[[Recorded, Command, View], list[Leg]]] = {
    types.KEY_DESTRUCTION_PROPOSED: approve_key_destruction,
    types.ADJUSTMENT_PROPOSED: post_adjustment,
    types.POLICY_PROPOSED: publish,
    types.POLICY_WITHDRAWAL_PROPOSED: approve_withdrawal,
    types.PAYOUT_PROPOSED: approve_payout,
    types.OPENINGS_PROPOSED: _approve_openings,
}
"""Type of a proposal's entry → the legs that its approval records. A type that is not here cannot be decided."""
