"""Destroying a person's key: whoever has proposed it needs another identity's approval, and then nothing undoes it.

What is sealed under the key can be read by nobody any more, while entries, balances and proofs stay as they are. It is
for persons with whom the ledger is done: an account must be closed first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.values import CLOSED, NONE
from ledger.v1 import events_pb2, options_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_DESTROY = 1 << options_pb2.RIGHT_DESTROY_KEY


def propose_key_destruction(command: Command, view: View) -> list[Leg]:
    """Propose to destroy a person's key. Nothing changes yet."""
    content = cast("commands_pb2.KeyDestructionProposal", command.content)
    _check_done_with(names.parse_person(content.person)[1], view)
    event = events_pb2.KeyDestructionProposed(proposal=content)
    return [Leg(view.admin, types.KEY_DESTRUCTION_PROPOSED, event)]


def approve_key_destruction(target: Recorded, command: Command, view: View) -> list[Leg]:
    """Approve it. Only a command that needed the right DESTROY_KEY does: deciding other proposals is not enough."""
    if not command.rights & _DESTROY:
        raise Refusal(reasons.REFUSAL_REASON_NOT_A_PROPOSAL)
    proposal = target.event.proposal
    person = names.parse_person(proposal.person)[1]
    _check_done_with(person, view)
    event = events_pb2.KeyDestructionApproved(
        proposal_position=target.position, key_id=proposal.key_id, cause=proposal.cause
    )
    return [Leg(person, types.KEY_DESTRUCTION_APPROVED, event)]


def record_key_destruction(command: Command, _view: View) -> list[Leg]:
    """Record that the key store has destroyed what was approved."""
    return [Leg(command.stream, types.KEY_DESTROYED, command.content)]


def _check_done_with(stream: bytes, view: View) -> None:
    person = view.person(stream)
    if not person.version:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    if stream in getattr(view.state(view.admin), "erased", ()):
        raise Refusal(reasons.REFUSAL_REASON_KEY_ALREADY_DESTROYED)
    if person.state not in {NONE, CLOSED}:
        raise Refusal(reasons.REFUSAL_REASON_KEY_IN_USE)
