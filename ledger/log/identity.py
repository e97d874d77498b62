"""What identifies an open ledger: its code, ids, zone and secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ledger.domain.person import Person
    from ledger.log.secret import LedgerSecret


@dataclass(frozen=True, slots=True)
class Identity:
    """Constant for the life of a ledger. `nobody` is the empty person of streams that belong to no person.

    `latest_first`: purchases are reversed from the latest one back. `approved_openings_only`: openings come from lists
    that two identities approved.
    """

    code: str
    id: bytes
    schema: str
    time_zone: ZoneInfo
    secret: LedgerSecret
    nobody: Person
    latest_first: bool = False
    approved_openings_only: bool = False
