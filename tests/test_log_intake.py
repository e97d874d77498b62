"""The queue of a ledger: what waits is counted by commands, however it comes, goes and comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.intake import NOT_MADE, Intake, Item, QueueFullError

LIMIT = 20
SIZES = st.lists(st.integers(1, 8), min_size=1, max_size=4)
STEPS = st.lists(
    st.tuples(st.just("put"), SIZES, st.integers(0, 2))
    | st.tuples(st.just("take"), st.integers(1, 12))
    | st.tuples(st.just("back"), st.integers(1, 4)),
    max_size=40,
)


@given(steps=STEPS)
def test_the_limit_counts_the_commands_that_wait(steps):
    """A list of sizes is the model: a call is refused exactly when its commands do not fit."""
    intake = Intake(limit=LIMIT, gather_seconds=0, full_batch=4)
    waiting, out = 0, []
    for step, amount, *source in steps:
        if step == "put":
            items = [Item(NOT_MADE, None, index, size) for index, size in enumerate(amount)]
            if waiting + sum(amount) > LIMIT:
                with pytest.raises(QueueFullError):
                    intake.put(source[0], items)
            else:
                intake.put(source[0], items)
                waiting += sum(amount)
        elif step == "take":
            taken = intake.take(amount)
            out += taken
            waiting -= sum(each.size for each in taken)
        else:
            back, out = out[-amount:], out[:-amount]
            intake.put_back(back)
            waiting += sum(each.size for each in back)
    left = intake.drain()
    assert sum(each.size for each in left) == waiting
    intake.put("after", [Item(NOT_MADE, None, 0, LIMIT)])
