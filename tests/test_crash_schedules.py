"""Exact schedules with the service as it is."""

from __future__ import annotations

import pytest

from tests import crash_schedules as schedules

pytestmark = pytest.mark.crash


@pytest.mark.parametrize(
    "schedule",
    [
        schedules.killed_before_commit,
        schedules.killed_behind_commit,
        schedules.cut_behind_commit,
        schedules.read_before_commit,
        schedules.two_commit_at_once,
        schedules.asked_while_in_flight,
        schedules.voided_while_in_flight,
        schedules.overtaken_by_as_many,
        schedules.notice_in_commit,
        schedules.decided_on_a_newer_account,
        schedules.large_batches_dropped,
        schedules.dropped_before_a_question,
        schedules.late_bytes,
        schedules.black_hole,
        schedules.poison,
        schedules.disk_full,
        schedules.key_used_again,
        schedules.drained,
    ],
    ids=lambda schedule: schedule.__name__,
)
def test_schedule(database, schedule):
    schedule(database)
