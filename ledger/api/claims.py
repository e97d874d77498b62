"""What a person's stream says about manual claims, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.api.errors import Violation
from ledger.api.shape import REQUIRED
from ledger.api.shares import timestamp
from ledger.domain import names
from ledger.v1 import query_service_pb2 as pb
from ledger.v1.types_pb2 import CivilDate

if TYPE_CHECKING:
    from ledger.domain.person import Person
    from ledger.policy.rules import Date

_PATTERN = "must look like ledgers/{ledger}/persons/{person}"


def parent(name: str, found: list[Violation]) -> tuple[str, bytes]:
    """Return ledger code and stream of the person whose claims are asked for."""
    try:
        return names.parse_person(name)
    except ValueError:
        found.append(Violation("parent", _PATTERN if name else REQUIRED))
        return "", b""


def shown(person: Person, code: str) -> list[pb.Claim]:
    """Return the claims of a person, the latest first."""
    return [
        pb.Claim(
            entry=names.entry_name(code, position),
            state=claim.state,
            cause=claim.cause,
            institution=claim.institution,
            service_date=_date(claim.service_date),
            file_time=timestamp(claim.filed),
            deadline=_date(claim.deadline),
            total=claim.total,
            due=claim.due,
            decision_entry=names.entry_name(code, claim.decided) if claim.decided else "",
            payment_entry=names.entry_name(code, claim.paid) if claim.paid else "",
        )
        for position, claim in sorted(person.claims.items(), reverse=True)
    ]


def _date(date: Date) -> CivilDate:
    year, month, day = date
    return CivilDate(year=year, month=month, day=day)
