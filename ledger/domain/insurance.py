"""What the scheme says of a person by civil date: the kind of person, and gaps in the coverage by the pooled fund.

A purchase is decided by what holds on its service date, whatever was recorded first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import registered_person
from ledger.policy.rules import Date
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2, types_pb2

OPEN_END: Final[Date] = (10_000, 1, 1)
"""Behind every date: a gap that has no end yet."""


class Gap(NamedTuple):
    """Civil dates without coverage: from `begin` on and before `end`."""

    cause: types_pb2.CoverageCause
    begin: Date
    end: Date


class Insurance(NamedTuple):
    """Changes of the kind of person by the date from which they count, and gaps by the position of their suspension.

    A change that was recorded late counts until the next later date.
    """

    kinds: Mapping[Date, types_pb2.PersonType]
    gaps: Mapping[int, Gap]


EMPTY: Final = Insurance({}, {})
"""That of a person in whom nothing has changed since registration."""


def kind_on(person: Person, date: Date) -> types_pb2.PersonType:
    """Return the kind of person on a civil date."""
    kinds = person.insurance.kinds
    if not kinds:  # nearly everybody
        return person.person_type
    latest = max((each for each in kinds if each <= date), default=None)
    return person.person_type if latest is None else kinds[latest]


def gap_on(person: Person, date: Date) -> Gap | None:
    """Return the gap in coverage that a civil date lies in, None where the pooled fund covers it."""
    gaps = person.insurance.gaps
    return next((gap for gap in gaps.values() if gap.begin <= date < gap.end), None) if gaps else None


def change_person_type(command: Command, view: View) -> list[Leg]:
    """Change the kind of person from a date on, be it past or to come. What was settled keeps its kind."""
    content = cast("commands_pb2.PersonTypeChange", command.content)
    person = registered_person(command, view)
    begin = civil(content.effective_from)
    if kind_on(person, begin) == content.person_type:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_TYPE_UNCHANGED)
    year, month, day = begin
    # Nothing lies between a date and the "day" before it, which is good for comparing.
    event = events_pb2.PersonTypeChanged(change=content, previous=kind_on(person, (year, month, day - 1)))
    return [Leg(command.stream, types.PERSON_TYPE_CHANGED, event, confidential=command.confidential)]


def suspend_coverage(command: Command, view: View) -> list[Leg]:
    """Begin a gap in coverage. The balance stays with the person, and still pays."""
    content = cast("commands_pb2.CoverageSuspension", command.content)
    person = registered_person(command, view)
    if _open_gap(person):
        raise Refusal(reasons.REFUSAL_REASON_COVERAGE_ALREADY_SUSPENDED)
    event = events_pb2.CoverageSuspended(suspension=content)
    return [Leg(command.stream, types.COVERAGE_SUSPENDED, event, confidential=command.confidential)]


def restore_coverage(command: Command, view: View) -> list[Leg]:
    """End the gap that is open. One that ends before it begins was a mistake, and counts for nothing."""
    content = cast("commands_pb2.CoverageRestoration", command.content)
    person = registered_person(command, view)
    position = _open_gap(person)
    if not position:
        raise Refusal(reasons.REFUSAL_REASON_COVERAGE_NOT_SUSPENDED)
    event = events_pb2.CoverageRestored(restoration=content, suspended_position=position)
    return [Leg(command.stream, types.COVERAGE_RESTORED, event, confidential=command.confidential)]


def _open_gap(person: Person) -> int:
    return next((position for position, gap in person.insurance.gaps.items() if gap.end == OPEN_END), 0)


def changed(insurance: Insurance, change: commands_pb2.PersonTypeChange) -> Insurance:
    """Return the insurance after a change of the kind of person."""
    return insurance._replace(kinds={**insurance.kinds, civil(change.effective_from): change.person_type})


def suspended(insurance: Insurance, position: int, suspension: commands_pb2.CoverageSuspension) -> Insurance:
    """Return the insurance after coverage was suspended at a position."""
    gap = Gap(suspension.cause, civil(suspension.effective_from), OPEN_END)
    return insurance._replace(gaps={**insurance.gaps, position: gap})


def restored(insurance: Insurance, event: events_pb2.CoverageRestored) -> Insurance:
    """Return the insurance after coverage was restored: the gap has an end, or never was."""
    position = event.suspended_position
    gaps = {at: gap for at, gap in insurance.gaps.items() if at != position}
    gap = insurance.gaps[position]._replace(end=civil(event.restoration.effective_from))
    if gap.begin < gap.end and not event.restoration.gap_covered:
        gaps[position] = gap
    return insurance._replace(gaps=gaps)


def civil(date: types_pb2.CivilDate) -> Date:
    """Return a date of the API as it is compared."""
    return date.year, date.month, date.day
