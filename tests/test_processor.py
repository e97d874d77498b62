"""Where a service runs: on one processor, and on a freer one when others keep that busy."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ledger.operation.processor import Seat, busy_seconds, sit
from ledger.settings import SettingsError
from tests.running import Ledgerd


def wait_for(look, seconds=10.0):
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found


def places(pid):
    """The sets of processors on which the threads of a process may run."""
    return {frozenset(os.sched_getaffinity(int(task.name))) for task in Path(f"/proc/{pid}/task").iterdir()}


class Machine:
    """Processors whose use is told and not measured. A step is two seconds."""

    def __init__(self, count):
        self.now, self.own = 0.0, 0.0
        self.busy = dict.fromkeys(range(count), 0.0)
        self.places = []

    def seat(self):
        return Seat(
            frozenset(self.busy),
            busy=self.busy.copy,
            own=lambda: self.own,
            clock=lambda: self.now,
            put=self.places.append,
        )

    def step(self, seat, own, **others):
        """Let the service use `own` of its processor, and others what is said of `p0`, `p1`."""
        self.now += 2
        self.own += 2 * own
        self.busy[seat.place] += 2 * own
        for place in self.busy:
            self.busy[place] += 2 * others.get(f"p{place}", 0.0)
        seat.look()
        return seat.place


def test_it_stays_while_it_is_alone():
    machine = Machine(2)
    seat = machine.seat()
    first = seat.place
    assert [machine.step(seat, 0.9, **{f"p{1 - first}": 0.5}) for _ in range(3)] == [first] * 3
    assert machine.places == [first]


def test_it_leaves_a_processor_that_others_use():
    machine = Machine(2)
    seat = machine.seat()
    first = seat.place
    assert machine.step(seat, 0.5, **{f"p{first}": 0.5}) == 1 - first
    assert machine.places == [first, 1 - first]


def test_it_stays_where_no_processor_is_freer():
    machine = Machine(2)
    seat = machine.seat()
    first = seat.place
    assert machine.step(seat, 0.4, p0=0.6, p1=0.6) == first


def test_it_takes_the_freest_of_many():
    machine = Machine(4)
    seat = machine.seat()
    use = {f"p{place}": 0.5 for place in range(4)}
    free = (seat.place + 2) % 4
    use[f"p{free}"] = 0.1
    assert machine.step(seat, 0.5, **use) == free


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux keeps a process on a processor")
class TestLinux:
    def test_the_kernel_tells_how_busy_each_processor_was(self):
        assert busy_seconds().keys() >= os.sched_getaffinity(0)

    def test_a_service_runs_on_one_and_its_child_anywhere(self, database):
        allowed = os.sched_getaffinity(0)
        environment = {"LEDGER_PROJECTIONS": "process", "LEDGER_PROCESSORS": "one"}
        with Ledgerd(database, [database.new_ledger()], environment=environment) as server:
            started = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
            children = wait_for(lambda: started.read_text().split())
            assert all(os.sched_getaffinity(int(child)) == allowed for child in children)
            # The loop's thread leaves its place for the moment in which it starts the child.
            wait_for(lambda: {len(place) for place in places(server.process.pid)} == {1})
            assert len(places(server.process.pid)) == 1

    def test_any_leaves_it_to_the_system(self):
        before = os.sched_getaffinity(0)
        assert sit(("any",)) is None
        assert os.sched_getaffinity(0) == before

    def test_a_processor_that_is_not_there(self):
        with pytest.raises(SettingsError, match="LEDGER_PROCESSORS is '9999'"):
            sit(("9999",))
