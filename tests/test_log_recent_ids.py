"""Request ids that need no look-up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.log.recent_ids import RecentIds

IDS = st.binary(min_size=16, max_size=16)


@given(st.lists(IDS, max_size=20), st.lists(st.lists(IDS, max_size=10), max_size=10), IDS)
def test_an_id_that_is_recorded_is_never_ruled_out(before, batches, other):
    """Whatever the order of ids and however often the memory is emptied."""
    ids = RecentIds(max(before, default=bytes(16)), limit=5)
    recorded = set(before)
    for batch in batches:
        ids.add(batch)
        recorded.update(batch)
    assert all(ids.may_be_recorded(each) for each in recorded)
    if not ids.may_be_recorded(other):
        assert other not in recorded


def test_new_time_ordered_ids_are_ruled_out():
    """The whole point: they cost no query."""
    ids = RecentIds(b"\x01" + bytes(15))
    ids.add([b"\x02" + bytes(15)])
    assert not ids.may_be_recorded(b"\x03" + bytes(15))
    assert ids.may_be_recorded(b"\x02" + bytes(15))
    assert ids.may_be_recorded(b"\x00" + bytes(15))
