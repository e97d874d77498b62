"""Each planted defect is found by the schedule that is written for it: the checks can fail."""

from __future__ import annotations

import re

import pytest

from tests import crash_schedules as schedules

pytestmark = pytest.mark.crash

PLANTED = [
    ("acknowledge_before_commit", schedules.killed_before_commit, "acknowledged at .*, but lost"),
    ("size_only", schedules.overtaken_by_as_many, "previous leaf is not|root is not|lost"),
    ("notice_ignored", schedules.notice_in_commit, "although COMMIT ended with a notice"),
    ("request_id_outside", schedules.killed_behind_commit, "was applied before"),
    ("overlay_visible", schedules.read_before_commit, "which was never recorded"),
    ("no_head_lock", schedules.two_commit_at_once, "batch.rolled_back"),
    ("void_outside_lock", schedules.voided_while_in_flight, "batch.rolled_back|INTERNAL"),
    ("outcome_outside_lock", schedules.asked_while_in_flight, "final answer was COMMAND_NOT_FOUND"),
    ("unknown_is_abort", schedules.cut_behind_commit, "nothing recorded; but it is"),
]


@pytest.mark.parametrize(("defect", "schedule", "finding"), PLANTED, ids=[defect for defect, _, _ in PLANTED])
def test_planted_defect_is_found(database, defect, schedule, finding):
    with pytest.raises(AssertionError) as caught:
        schedule(database, f"tests.planted.{defect}")
    found = getattr(caught.value, "found", [str(caught.value)])
    assert any(re.search(finding, line) for line in found), found
