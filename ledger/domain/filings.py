"""Cross-region filings (异地就医备案): where a person may be treated outside the region, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import registered_person
from ledger.policy.rules import LAST_DAY, Date
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2, types_pb2


class Filing(NamedTuple):
    """A filing; `institutions` is empty where any designated one of the region will do."""

    region: str
    institutions: frozenset[str]
    effective_from: Date
    effective_to: Date


def is_filed(filings: Mapping[int, Filing], region: str, institution: str, date: Date) -> bool:
    """Tell whether treatment at an institution of another region is filed for a civil date."""
    return any(
        each.region == region
        and each.effective_from <= date <= each.effective_to
        and (not each.institutions or institution in each.institutions)
        for each in filings.values()
    )


def file_cross_region(command: Command, view: View) -> list[Leg]:
    """File treatment in another region. A filing that chooses other institutions of the same region changes it."""
    content = cast("commands_pb2.CrossRegionFiling", command.content)
    person = registered_person(command, view)
    begin = _date(content.effective_from)
    policies = policies_of(view)
    limits = policies.rules_on(begin).filings
    if len(content.institutions) > limits.institutions_max:
        metadata = {"limit": str(limits.institutions_max)}
        raise Refusal(reasons.REFUSAL_REASON_FILING_INSTITUTIONS_LIMIT, metadata)
    chosen = frozenset(content.institutions)
    changes = any(
        filing.region == content.region and filing.institutions != chosen and begin <= filing.effective_to
        for filing in person.filings.values()
    )
    count = person.filing_changes.get(begin[0], 0) + changes
    if changes and count > limits.changes_per_year:
        raise Refusal(reasons.REFUSAL_REASON_FILING_CHANGE_LIMIT, {"limit": str(limits.changes_per_year)})
    event = events_pb2.CrossRegionFiled(filing=content, changes_in_year=count)
    return [
        Leg(
            stream=command.stream,
            type=types.CROSS_REGION_FILED,
            event=event,
            confidential=command.confidential,
            decided_by=((policies.id, policies.version),) if policies.version else (),
        )
    ]


def end_cross_region_filing(command: Command, view: View) -> list[Leg]:
    """End a filing of the subject, never later than it ends already."""
    content = cast("commands_pb2.FilingEnd", command.content)
    person = registered_person(command, view)
    ledger, position = names.parse_entry(content.filing)
    filing = person.filings.get(position) if ledger == view.ledger else None
    if filing is None or _date(content.effective_to) > filing.effective_to:
        raise Refusal(reasons.REFUSAL_REASON_FILING_NOT_IN_FORCE)
    event = events_pb2.CrossRegionFilingEnded(end=content, filed_position=position)
    return [Leg(command.stream, types.CROSS_REGION_FILING_ENDED, event, confidential=command.confidential)]


def filed(filings: Mapping[int, Filing], position: int, asked: commands_pb2.CrossRegionFiling) -> dict[int, Filing]:
    """Return the filings with a new one, which ends those of the same region the day it begins."""
    begin = _date(asked.effective_from)
    kept = {
        at: each if each.region != asked.region else each._replace(effective_to=min(each.effective_to, _before(begin)))
        for at, each in filings.items()
    }
    end = _date(asked.effective_to) if asked.HasField("effective_to") else LAST_DAY
    kept[position] = Filing(asked.region, frozenset(asked.institutions), begin, end)
    return {at: each for at, each in kept.items() if each.effective_from <= each.effective_to}


def ended(filings: Mapping[int, Filing], position: int, last: Date) -> dict[int, Filing]:
    """Return the filings after one of them was given a last day."""
    filing = filings[position]._replace(effective_to=last)
    rest = {at: each for at, each in filings.items() if at != position}
    return {**rest, position: filing} if filing.effective_from <= last else rest


def _before(date: Date) -> Date:
    """Return a value that lies behind every earlier date and before this one: good for comparing, not for showing."""
    year, month, day = date
    return year, month, day - 1


def _date(date: types_pb2.CivilDate) -> Date:
    return date.year, date.month, date.day
