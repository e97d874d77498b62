"""Openings by four eyes: an approval says what was proposed, and each opening that names it stands in its list."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from ledger.inspector import tree
from ledger.inspector.layout import EVENT_TYPES, Header

_ENTRY: Final = re.compile(r"ledgers/([^/]+)/entries/([1-9][0-9]*)")


class Openings:
    """Follows the birth of the ledger, approvals of openings, and openings."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self._ledger = ""
        self._approved_only = False
        self._lists: dict[int, tuple[int, bytes]] = {}
        """Position of the approval → accounts, root of the list."""

    def take(self, header: Header, event: Any, approved: dict[int, tuple[int, Any, bytes]]) -> None:
        """Check the next entry; `approved` are the proposals whose approval has no effect yet."""
        if header.type == EVENT_TYPES["ledger_opened"]:
            self._ledger, self._approved_only = event.ledger, event.approved_openings_only
        elif header.type == EVENT_TYPES["openings_approved"]:
            self._approve(header, event, approved)
        elif header.type == EVENT_TYPES["opening_imported"]:
            self._import(header, event.opening)

    def _approve(self, header: Header, event: Any, approved: dict[int, tuple[int, Any, bytes]]) -> None:
        first, proposed, _ = approved.pop(event.proposal_position, (0, None, b""))
        if first != header.first_position:
            self._say("approval", header.position, f"no approval of {event.proposal_position} stands beside it")
            return
        asked = getattr(proposed, "proposal", None)
        if (event.count, event.balance, event.source_sha256) != (
            getattr(asked, "count", 0),
            getattr(asked, "balance", 0),
            getattr(asked, "source_sha256", b""),
        ):
            self._say("approval", header.position, "another list of openings was approved")
        self._lists[header.position] = (event.count, event.source_sha256)

    def _import(self, header: Header, opening: Any) -> None:
        if not opening.HasField("approval"):
            if self._approved_only:
                self._say("approval", header.position, "the ledger takes over openings from approved lists only")
            return
        approval = opening.approval
        named = _ENTRY.fullmatch(approval.entry)
        known = self._lists.get(int(named[2])) if named and named[1] == self._ledger else None
        if known is None:
            self._say("approval", header.position, f"{approval.entry} approves no openings")
            return
        told = type(opening)()
        told.CopyFrom(opening)
        told.ClearField("approval")
        leaf = sha256(b"\x00" + header.stream + told.SerializeToString(deterministic=True)).digest()
        if tree.root_by_proof(approval.index, known[0], leaf, approval.path) != known[1]:
            self._say("approval", header.position, f"it stands not in the list that {approval.entry} approved")
