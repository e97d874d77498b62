"""The stream `policies`: versions that were proposed, published and withdrawn. A version is never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.register import Register
from ledger.domain.subject import check_version
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


class Draft(NamedTuple):
    """A proposed version that waits for a decision. `expire_time` is 0: it waits for ever."""

    content: commands_pb2.PolicyDraft
    proposer: bytes
    expire_time: int = 0


class Policies(Register):
    """All versions of the ledger's policies: `open` proposals by position, and names that are taken."""

    __slots__ = ("names", "open")

    open: Mapping[int, Draft]
    names: frozenset[str]

    def __init__(self, stream: bytes) -> None:
        """Make it empty."""
        super().__init__(stream)
        self.open = {}
        self.names = frozenset()


def policies_of(view: View) -> Policies:
    """Return the policies of the ledger."""
    return Policies.of(view.state(view.policies))


def evolve_policies(state: Any, recorded: Recorded) -> Any:
    """Return the policies after one more entry of their stream."""
    after = Policies.of(state).after(recorded)
    event = recorded.event
    if recorded.type == types.POLICY_PROPOSED:
        after.open = {**after.open, recorded.position: Draft(event.draft, recorded.actor)}
        after.names |= {event.draft.policy}
    elif recorded.type == types.PROPOSAL_DECIDED:
        after.open = {position: draft for position, draft in after.open.items() if position != event.proposal_position}
    return after


def propose_policy(command: Command, view: View) -> list[Leg]:
    """Propose a version. It counts for nothing until somebody else has approved it."""
    draft = cast("commands_pb2.PolicyDraft", command.content)
    policies = policies_of(view)
    check_version(command, policies)
    if draft.policy in policies.names:
        raise Refusal(reasons.REFUSAL_REASON_POLICY_VERSION_EXISTS)
    return [Leg(view.policies, types.POLICY_PROPOSED, events_pb2.PolicyProposed(draft=draft))]


def publish(target: Recorded, _command: Command, view: View) -> list[Leg]:
    """Publish an approved version: it decides purchases that are recorded from now on."""
    draft = target.event.draft
    event = events_pb2.PolicyPublished(
        proposal_position=target.position,
        policy=draft.policy,
        benefit=draft.benefit,
        effective_from=draft.effective_from,
        effective_to=draft.effective_to if draft.HasField("effective_to") else None,
        content_sha256=draft.content_sha256,
    )
    return [Leg(view.policies, types.POLICY_PUBLISHED, event)]
