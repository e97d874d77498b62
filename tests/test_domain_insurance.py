"""Kinds and coverage by date, compared day by day with a plain calendar of what was said."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from ledger.domain.filings import Filing
from ledger.domain.insurance import gap_on, kind_on
from ledger.domain.person import Person
from ledger.log import snapshot
from ledger.v1 import types_pb2 as t
from tests.test_domain_ledger import Ledger, content, expect, kinds, stream_of

FIRST = dt.date(2024, 12, 20)
DAYS = [FIRST + dt.timedelta(days) for days in range(60)]


def civil(date):
    return t.CivilDate(year=date.year, month=date.month, day=date.day)


def triple(date):
    return date.year, date.month, date.day


class Calendar:
    """What each day is, worked out anew from everything that was said."""

    def __init__(self):
        self.said = {}
        self.gaps = []

    def kind(self, day):
        known = [date for date in self.said if date <= day]
        return self.said[max(known)] if known else t.PERSON_TYPE_ACTIVE

    def covered(self, day):
        return not any(begin <= day and (end is None or day < end) for begin, end in self.gaps)


@pytest.mark.parametrize("seed", range(40))
def test_every_day_is_what_was_said_of_it(seed):
    draw, ledger, plain = random.Random(seed), Ledger(), Calendar()
    ledger.open("A")
    for _ in range(30):
        day, what = draw.choice(DAYS), draw.randrange(3)
        if what == 0:
            kind = draw.choice([1, 2, 3])
            change = content.PersonTypeChange(person_type=kind, effective_from=civil(day))
            if plain.kind(day) == kind:
                expect("PERSON_TYPE_UNCHANGED", ledger.run, kinds.CHANGE_PERSON_TYPE, change, "A")
                continue
            before = plain.kind(day - dt.timedelta(1))
            assert ledger.run(kinds.CHANGE_PERSON_TYPE, change, "A")[0].event.previous == before
            plain.said[day] = kind
        elif what == 1:
            suspension = content.CoverageSuspension(effective_from=civil(day))
            if plain.gaps and plain.gaps[-1][1] is None:
                expect("COVERAGE_ALREADY_SUSPENDED", ledger.run, kinds.SUSPEND_COVERAGE, suspension, "A")
                continue
            ledger.run(kinds.SUSPEND_COVERAGE, suspension, "A")
            plain.gaps.append((day, None))
        else:
            paid = draw.random() < 0.3
            restoration = content.CoverageRestoration(effective_from=civil(day), gap_covered=paid)
            if not plain.gaps or plain.gaps[-1][1] is not None:
                expect("COVERAGE_NOT_SUSPENDED", ledger.run, kinds.RESTORE_COVERAGE, restoration, "A")
                continue
            ledger.run(kinds.RESTORE_COVERAGE, restoration, "A")
            begin, _ = plain.gaps.pop()
            plain.gaps.append((begin, begin if paid else day))
        for each in DAYS:
            assert kind_on(ledger["A"], triple(each)) == plain.kind(each)
            assert (gap_on(ledger["A"], triple(each)) is None) == plain.covered(each)


def test_whoever_is_not_known_has_nothing_to_change():
    """And the expected version is looked at before the state."""
    ledger = Ledger()
    messages = {
        kinds.CHANGE_PERSON_TYPE: content.PersonTypeChange(person_type=1, effective_from=civil(FIRST)),
        kinds.SUSPEND_COVERAGE: content.CoverageSuspension(effective_from=civil(FIRST)),
        kinds.RESTORE_COVERAGE: content.CoverageRestoration(effective_from=civil(FIRST)),
        kinds.CHANGE_HOLDER_INFO: content.HolderInfoChange(fields=[{"field": 1}]),
        kinds.RECORD_CREDENTIAL_EVENT: content.CredentialEvent(),
    }
    ledger.open("A")
    for kind, message in messages.items():
        expect("PERSON_NOT_FOUND", ledger.run, kind, message, "nobody")
        expect("VERSION_MISMATCH", ledger.run, kind, message, "A", expected_version=9)


def test_opening_an_account_states_the_kind_anew():
    ledger = Ledger()
    ledger.register("A")
    change = content.PersonTypeChange(person_type=t.PERSON_TYPE_FLEXIBLE, effective_from=civil(FIRST))
    ledger.run(kinds.CHANGE_PERSON_TYPE, change, "A")
    ledger.open("A", retired=True)
    assert kind_on(ledger["A"], triple(FIRST)) == t.PERSON_TYPE_RETIRED


def test_every_named_value_comes_back_from_a_snapshot_as_what_it_was():
    """A value without a letter is refused, so that none comes back as a bare tuple."""
    person = Person(stream_of("A"))
    person.filings = {4: Filing("310000", frozenset({"H1"}), (2025, 1, 1), (9999, 12, 31))}
    packed = snapshot._unpacked(snapshot._packed(person.filings))
    assert packed == person.filings
    assert packed[4].region == "310000"
    with pytest.raises(TypeError):
        snapshot._packed(snapshot.Snapshot(b"", 1, 1, b"", 1, b"", b""))
