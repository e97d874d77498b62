"""Every worked case over real gRPC: every step, and every field that it expects."""

from __future__ import annotations

import pytest

from ledger.demo.books import book_of, prepare
from ledger.demo.cases import family_year, worked_cases
from ledger.demo.story import Story

CASES = {case["id"]: case for case in worked_cases()}


@pytest.fixture(scope="module")
def ledgers(database, channel):
    """One ledger for each region, made when a case first needs it: each case brings its own persons."""
    made = {}

    def of(case):
        book = book_of(case)
        if book not in made:
            made[book] = database.new_ledger()
            prepare(channel, made[book], book)
        return made[book]

    return of


@pytest.fixture(scope="module")
def elsewhere(database):
    """A second ledger for those who live in another region."""
    return database.new_ledger()


@pytest.fixture(scope="module")
def channel(whole_service):
    with whole_service.channel() as channel:
        yield channel


FEATURES = {
    "G01": (43,),
    "G03": (44,),
    "G04": (45,),
    "G05": (46,),
    "G07": (46,),
    "G09": (47,),
    "G10": (47,),
    "G12": (47,),
    "G14": (29, 50),
    "G15": (50,),
    "G17": (50,),
    "G18": (45,),
    "G19": (46,),
    "G23": (45,),
    "G24": (45,),
    "G26": (48,),
    "G27": (30, 49),
    "G28": (53,),
    "G29": (28, 53),
    "G31": (31,),
    "G33": (43,),
    "G34": (55, 56, 57),
    "G35": (55,),
    "G36": (55,),
    "G37": (55,),
    "G39": (55,),
    "G40": (71,),
    "G41": (63, 65),
    "G42": (65, 66, 67, 70),
    "G43": (67, 68),
    "G45": (36,),
    "G46": (37,),
    "G47": (31, 33, 35),
    "G48": (9, 10),
    "G49": (1, 2),
    "G51": (12,),
    "G52": (59,),
    "G53": (72,),
    "G54": (72,),
    "G55": (72,),
    "G56": (72,),
    "G59": (72,),
    "G60": (15,),
    "G61": (73,),
    "G62": (54,),
    "G64": (81,),
    "G65": (58, 62),
    "G67": (62, 72),
    "G68": (55,),
    "G70": (76, 78),
}
"""Case → the features that it stands for."""


def played(name):
    """A case with the marks of its features."""
    return pytest.param(name, marks=[pytest.mark.feature(*FEATURES[name])] if name in FEATURES else [])


@pytest.mark.parametrize("name", [*map(played, CASES), family_year()["id"]])
def test_case(name, channel, ledgers, elsewhere):
    case = CASES.get(name) or family_year()
    story = Story(channel, ledgers(case), case, elsewhere)
    played = list(story.play())
    assert [each.step for each in played[:-1]] == case["steps"]
    for each in played[:-1]:
        assert {line.field for line in each.lines} >= set(each.step["expect"])
    assert sum(len(each.lines) for each in played[-1:]) >= len(case["then"]["balances"])
    assert [line for each in played for line in each.lines if not line.equal] == []
