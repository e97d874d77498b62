"""The committed state in memory: one thread changes it, others read it."""

from __future__ import annotations

import asyncio
import os

import pytest

from ledger.domain.person import Person
from ledger.log.ledger import Ledger
from ledger.log.merkle import Tree
from ledger.log.state import End, State, Tip

STREAM = os.urandom(16)


def person(version):
    """A person whose only property is how new it is."""
    made = Person(STREAM)
    made.version = made.last_position = version
    return made, Tip(version, bytes(32))


def end(size):
    return End(Tree(size), bytes(32), size, 2)


class Meanwhile(dict):
    """A generation of the cache; the committer does something just after somebody looked into it."""

    def __init__(self, values, commit):
        super().__init__(values)
        self.commit = commit

    def get(self, key, default=None):
        found = super().get(key, default)
        if self.commit:
            self.commit, commit = None, self.commit
            commit()
        return found


def reader(state):
    """A ledger of which only the memory is there."""
    ledger = object.__new__(Ledger)
    ledger._state = state
    return ledger


def read(state):
    return asyncio.run(reader(state).read_person(STREAM, cached=True))


def test_a_reader_never_lays_an_old_state_over_a_new_one():
    """The person has moved to the old generation, is read there, and a commit comes in between."""
    state = State(end(1), limit=0)
    state.put({STREAM: person(1)})
    state._old = Meanwhile(state._old, lambda: state._young.update({STREAM: person(2)}))
    read(state)
    assert state.get(STREAM)[0].version == 2


@pytest.mark.parametrize("generation", ["_young", "_old"])
def test_a_cached_read_never_claims_more_than_it_saw(generation):
    """A commit between finding the person and naming the position."""
    state = State(end(1), limit=10)

    def commit():
        state.put({STREAM: person(2)})
        state.end = end(2)

    setattr(state, generation, Meanwhile({STREAM: person(1)}, commit))
    found, position = read(state)
    assert found.version >= position


def test_the_cache_keeps_what_is_used_and_drops_what_is_not():
    """Two generations: a person that is asked for moves on, the others go with the old one."""
    state = State(end(1), limit=2)
    names = [bytes([number]) * 16 for number in range(9)]
    for name in names:
        state.put({name: (Person(name), Tip(1, bytes(32)))})
        assert state.get(names[0]) is not None
    assert state.get(names[1]) is None
    assert state.peek(names[-1]) is not None
