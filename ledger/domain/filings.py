"""Cross-region filings (异地就医备案): where a person may be treated outside the region, and since when."""

from __future__ import annotations

from datetime import date as civil_day
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import registered_person
from ledger.policy.rules import LAST_DAY, Date
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


_RESIDENCE = frozenset(
    (
        types_pb2.FILING_KIND_RELOCATED_RETIREE,
        types_pb2.FILING_KIND_LONG_TERM_RESIDENCE,
        types_pb2.FILING_KIND_WORK_POSTING,
    )
)
"""Kinds of people who live elsewhere: which of them somebody is may change, the choice is one."""


class Filing(NamedTuple):
    """A filing; `institutions` is empty where any designated one of the region will do.

    One that ends before it begins never counts, and is kept as the latest choice of its region and kind.
    """

    region: str
    institutions: frozenset[str]
    effective_from: Date
    effective_to: Date
    kind: int = types_pb2.FILING_KIND_UNSPECIFIED

    @property
    def choice(self) -> tuple[str, int]:
        """What it chooses institutions for: a region, and a kind of stay there."""
        return self.region, types_pb2.FILING_KIND_LONG_TERM_RESIDENCE if self.kind in _RESIDENCE else self.kind

    @property
    def is_empty(self) -> bool:
        """Whether it ends before it begins."""
        return self.effective_from > self.effective_to


def is_filed(filings: Mapping[int, Filing], region: str, institution: str, date: Date) -> bool:
    """Tell whether treatment at an institution of another region is filed for a civil date."""
    return any(
        each.region == region
        and each.effective_from <= date <= each.effective_to
        and (not each.institutions or institution in each.institutions)
        for each in filings.values()
    )


def file_cross_region(command: Command, view: View) -> list[Leg]:
    """File treatment in another region. Choosing other institutions than the latest filing of the same region and
    kind of stay is a change, of which a civil year sees a few; ending that filing first does not help.
    """
    content = cast("commands_pb2.CrossRegionFiling", command.content)
    person = registered_person(command, view)
    begin = _date(content.effective_from)
    policies = policies_of(view)
    limits = policies.rules_on(begin).filings
    if len(content.institutions) > limits.institutions_max:
        metadata = {"limit": str(limits.institutions_max)}
        raise Refusal(reasons.REFUSAL_REASON_FILING_INSTITUTIONS_LIMIT, metadata)
    changes = _is_change(person.filings, _filing(content))
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
    if filing is None or filing.is_empty or _date(content.effective_to) > filing.effective_to:
        raise Refusal(reasons.REFUSAL_REASON_FILING_NOT_IN_FORCE)
    event = events_pb2.CrossRegionFilingEnded(end=content, filed_position=position)
    return [Leg(command.stream, types.CROSS_REGION_FILING_ENDED, event, confidential=command.confidential)]


def _is_change(filings: Mapping[int, Filing], new: Filing) -> bool:
    """Tell whether a new filing chooses anew what was chosen before in the year in which it begins.

    A referral is a physician's decision about one illness, not a choice of where to be treated for the year.
    """
    if new.kind == types_pb2.FILING_KIND_REFERRAL:
        return False
    latest = max((at for at, each in filings.items() if each.choice == new.choice), default=0)
    if not latest:
        return False
    before = filings[latest]
    last = max(before.effective_from, before.effective_to)
    return before.institutions != new.institutions and last[0] >= new.effective_from[0]


def _filing(asked: commands_pb2.CrossRegionFiling) -> Filing:
    end = _date(asked.effective_to) if asked.HasField("effective_to") else LAST_DAY
    return Filing(asked.region, frozenset(asked.institutions), _date(asked.effective_from), end, asked.kind)


def filed(filings: Mapping[int, Filing], position: int, asked: commands_pb2.CrossRegionFiling) -> dict[int, Filing]:
    """Return the filings with a new one, which ends those of the same region the day it begins."""
    new = _filing(asked)
    last = _before(new.effective_from)
    kept = {
        at: each if each.region != new.region else each._replace(effective_to=min(each.effective_to, last))
        for at, each in filings.items()
    }
    kept[position] = new
    return _needed(kept)


def _needed(filings: Mapping[int, Filing]) -> dict[int, Filing]:
    """Return the filings without the empty ones that are not the latest of what they chose."""
    latest = {each.choice: at for at, each in sorted(filings.items())}
    return {at: each for at, each in filings.items() if not each.is_empty or latest[each.choice] == at}


def ended(filings: Mapping[int, Filing], position: int, last: Date) -> dict[int, Filing]:
    """Return the filings after one of them was given a last day."""
    rest = {at: each for at, each in filings.items() if at != position}
    return _needed({**rest, position: filings[position]._replace(effective_to=last)})


def last_day(date: Date) -> Date:
    """Return a last day as a date that exists: it may be told as the day before the first of a month."""
    year, month, day = date
    if day:
        return date
    before = civil_day(year, month, 1) - timedelta(days=1)
    return before.year, before.month, before.day


def _before(date: Date) -> Date:
    """Return a value that lies behind every earlier date and before this one: good for comparing, not for showing."""
    year, month, day = date
    return year, month, day - 1


def _date(date: types_pb2.CivilDate) -> Date:
    return date.year, date.month, date.day
