"""Openings that are approved as a list: the list's root for the proposal, and each opening's place in it.

openings = ApprovedOpenings({account: opening, ...})       # in the order of the list
proposed = client.propose_openings(ledger=..., openings=openings.proposal())
...                                                          # somebody else approves it: entry `approving`
for account, opening in openings.under(approving):
    client.import_opening(account=account, opening=opening)
"""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.v1 import commands_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ApprovedOpenings:
    """A list of openings, and the Merkle tree over it (RFC 9162 section 2.1.1)."""

    def __init__(self, openings: Mapping[str, commands_pb2.Opening]) -> None:
        """Take the openings by the names of their accounts; at least one."""
        if not openings:
            raise ValueError("a list of openings has at least one")
        self._openings = list(openings.items())
        # The hashes of each height, from the leaves up; a node without a sibling moves up as it is.
        self._heights = [[_leaf(account, opening) for account, opening in self._openings]]
        while len(self._heights[-1]) > 1:
            below = self._heights[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            self._heights.append(above + below[-1:] if len(below) & 1 else above)

    def proposal(self) -> commands_pb2.OpeningsProposal:
        """Return what is to be approved: how many accounts, how much money in fen, and the root of the list."""
        balance = sum(opening.balance for _, opening in self._openings)
        return commands_pb2.OpeningsProposal(
            count=len(self._openings), balance=balance, source_sha256=self._heights[-1][0]
        )

    def under(self, approving: str) -> Iterator[tuple[str, commands_pb2.Opening]]:
        """Yield each account and its opening with its place in the list.

        `approving` is the name of the entry `OpeningsApproved`, `ledgers/{ledger}/entries/{position}`.
        """
        for index, (account, opening) in enumerate(self._openings):
            placed = commands_pb2.Opening()
            placed.CopyFrom(opening)
            placed.approval.CopyFrom(commands_pb2.OpeningApproval(entry=approving, index=index, path=self._path(index)))
            yield account, placed

    def _path(self, index: int) -> list[bytes]:
        path = []
        for height in self._heights[:-1]:
            sibling = index ^ 1
            if sibling < len(height):
                path.append(height[sibling])
            index >>= 1
        return path


def _leaf(account: str, opening: commands_pb2.Opening) -> bytes:
    told = commands_pb2.Opening()
    told.CopyFrom(opening)
    told.ClearField("approval")
    told.ClearField("confidential")
    identifier = uuid.UUID(account.rpartition("/")[2]).bytes
    return sha256(b"\x00" + identifier + told.SerializeToString(deterministic=True)).digest()
