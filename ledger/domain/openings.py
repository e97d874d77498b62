"""Openings by four eyes: a list of them is proposed and approved, and each proves that it stands in the list.

What is approved is the root of a Merkle tree over the openings (RFC 9162 section 2.1), so that one hash of 32 bytes
says which accounts may be taken over, and with which balance and sums, be they five or five million. Each import then
carries its path to that root. That none comes twice follows from the account, which is open afterwards.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.names import parse_entry
from ledger.domain.proposals import Admin
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import check_version
from ledger.v1 import commands_pb2, events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.command import Command
    from ledger.domain.view import View


def propose_openings(command: Command, view: View) -> list[Leg]:
    """Propose a list. No account comes into being, not even when it is approved."""
    content = cast("commands_pb2.OpeningsProposal", command.content)
    check_version(command, Admin.of(view.state(view.admin)))
    event = events_pb2.OpeningsProposed(proposal=content)
    return [Leg(view.admin, types.OPENINGS_PROPOSED, event, confidential=command.confidential)]


def check_approved(opening: commands_pb2.Opening, account: bytes, view: View) -> None:
    """Refuse an opening that no approved list holds: always where it claims to stand in one, and where it does not,
    in a ledger that takes over nothing else.
    """
    if not opening.HasField("approval"):
        if view.approved_openings_only:
            raise Refusal(reasons.REFUSAL_REASON_OPENING_NOT_APPROVED)
        return
    approval = opening.approval
    ledger, position = parse_entry(approval.entry)
    entries = view.transaction(position) if ledger == view.ledger and position < view.next_position else ()
    found = next((entry for entry in entries if entry.position == position), None)
    if found is None:
        raise Refusal(reasons.REFUSAL_REASON_ENTRY_NOT_FOUND)
    approved = found.event
    if found.type != types.OPENINGS_APPROVED or approved.source_sha256 != root_of(
        leaf(opening, account), approval.index, approved.count, approval.path
    ):
        raise Refusal(reasons.REFUSAL_REASON_OPENING_NOT_APPROVED)


def leaf(opening: commands_pb2.Opening, account: bytes) -> bytes:
    """Return the leaf hash of an opening: of the account's 16 bytes, and of what is approved about it."""
    told = commands_pb2.Opening()
    told.CopyFrom(opening)
    told.ClearField("approval")
    told.ClearField("confidential")
    return sha256(b"\x00" + account + told.SerializeToString(deterministic=True)).digest()


def root_of(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root to which a path leads from the leaf at an index of a list (RFC 9162 section 2.1.3.2).

    Empty where no list of this size has such a path.
    """
    if not 0 <= index < size:
        return b""
    found, last = leaf_hash, size - 1
    for sibling in path:
        if not last:
            return b""
        if index & 1 or index == last:
            found = sha256(b"\x01" + sibling + found).digest()
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            found = sha256(b"\x01" + found + sibling).digest()
        index >>= 1
        last >>= 1
    return b"" if last else found
