"""The register of institutions: one stream for each, which says what it was designated as on which days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain.flags import NO_FLAGS, Flags, flags_after
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.register import Register
from ledger.domain.subject import check_version
from ledger.policy.rules import LAST_DAY, Date
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_DATES_MAX = 64


class Designation(NamedTuple):
    """What is recorded of an institution from a civil date on. `designated` is False from a revocation on."""

    position: int
    effective_from: Date
    effective_to: Date
    designated: bool
    level: int = 0
    region: str = ""
    categories: frozenset[int] = frozenset()
    kind: int = 0
    organisation: bytes = b""


class Institution(Register):
    """An institution; `designations` in the order in which they were recorded.

    `places` remembers, by civil date, what this state means for a bill (`coverage.Place`).
    """

    __slots__ = ("designations", "flags", "places")

    designations: tuple[Designation, ...]
    flags: Flags
    places: dict[Date, Any]

    def __init__(self, stream: bytes) -> None:
        """Make one that nobody designated."""
        super().__init__(stream)
        self.designations = ()
        self.flags = NO_FLAGS
        self.places = {}

    def keep(self, date: Date, place: Any) -> None:
        """Remember what was found for a civil date; of the dates that are asked for, most are of the same days."""
        if len(self.places) >= _DATES_MAX:
            self.places.clear()
        self.places[date] = place

    @property
    def organisation(self) -> bytes:
        """Return who may act for it as recorded last, 16 bytes or empty. A revocation leaves it: months are compared
        behind it.
        """
        return next((each.organisation for each in reversed(self.designations) if each.designated), b"")

    def on(self, date: Date) -> Designation | None:
        """Return the designation on a civil date: of those that had begun, the one that was recorded last."""
        for each in reversed(self.designations):
            if each.effective_from <= date:
                return each if each.designated and date <= each.effective_to else None
        return None


def institution_of(code: str, view: View) -> Institution:
    """Return an institution by its code, which a purchase may have made up: another stream is no institution."""
    stream = view.institution(code)
    state = view.state(stream)
    return state if isinstance(state, Institution) else Institution(stream)


def evolve_institution(state: Any, recorded: Recorded) -> Any:
    """Return the institution after one more entry of its stream."""
    after = Institution.of(state).after(recorded)
    after.places = {}
    if recorded.type == types.INSTITUTION_DESIGNATED:
        asked = recorded.event.designation
        found = Designation(
            recorded.position,
            _date(asked.effective_from),
            _date(asked.effective_to) if asked.HasField("effective_to") else LAST_DAY,
            True,
            asked.level,
            asked.region,
            frozenset(asked.categories),
            asked.kind,
            asked.organisation,
        )
        after.designations = (*after.designations, found)
    elif recorded.type == types.DESIGNATION_REVOKED:
        ended = Designation(recorded.position, _date(recorded.event.revocation.effective_from), LAST_DAY, False)
        after.designations = (*after.designations, ended)
    elif recorded.type in types.RISK:
        after.flags = flags_after(after.flags, recorded)
    return after


def designate_institution(command: Command, view: View) -> list[Leg]:
    """Designate an institution from a date on. What was recorded for earlier days stays."""
    content = cast("commands_pb2.InstitutionDesignation", command.content)
    check_version(command, Institution.of(view.state(command.stream)))
    event = events_pb2.InstitutionDesignated(designation=content)
    return [Leg(command.stream, types.INSTITUTION_DESIGNATED, event)]


def revoke_designation(command: Command, view: View) -> list[Leg]:
    """End a designation from a date on; there must be one that day."""
    content = cast("commands_pb2.DesignationRevocation", command.content)
    institution = Institution.of(view.state(command.stream))
    check_version(command, institution)
    current = institution.on(_date(content.effective_from))
    if current is None:
        raise Refusal(reasons.REFUSAL_REASON_INSTITUTION_NOT_DESIGNATED, {"institution": "named"})
    event = events_pb2.DesignationRevoked(revocation=content, designated_position=current.position)
    return [Leg(command.stream, types.DESIGNATION_REVOKED, event)]


def _date(date: Any) -> Date:
    return date.year, date.month, date.day
