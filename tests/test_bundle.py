"""Bodies that are parsed together say what they say one by one, and nothing unknown gets through."""

from __future__ import annotations

import random

import pytest
from google.protobuf.message import DecodeError

from ledger.log import header
from ledger.log.entry import EVENT_NAMES, EVENT_TYPES, MalformedEntryError, UnknownPartError, parse_body
from projections.bundle import parse_bodies
from projections.page import Entries, LogEndError
from projections.projection import Batch
from tests.test_log_golden import GOLDEN

AT = header.OFFSETS["position"]


def type_of(entry):
    return header.unpack(entry)[18]


def at(entry, position):
    """The entry as if it stood at another position."""
    return entry[:AT] + position.to_bytes(8, "little") + entry[AT + 8 :]


ENTRIES = [bytes.fromhex(data["entry"]) for data in GOLDEN.values()]
PURCHASES = [entry for entry in ENTRIES if type_of(entry) == EVENT_TYPES["purchase_settled"]]
UNKNOWN = b"\xa2\x06\x00"


def never(_):
    """Look at nothing."""
    raise AssertionError


def batch(entries):
    placed = [at(entry, position) for position, entry in enumerate(entries, 1)]
    together = Entries.of(placed)
    assert list(together) == placed
    return Batch(together.heads(1), together, never)


def test_together_as_one_by_one():
    """Every event that the service writes, in a batch of many types in any order."""
    chosen = ENTRIES * 3
    random.Random(5).shuffle(chosen)
    made = batch(chosen)
    assert made.types() == {type_of(entry) for entry in chosen}
    seen = 0
    for type_ in made.types():
        name = EVENT_NAMES[type_]
        for head, message in made.of(type_):
            alone = parse_body(chosen[head[0] - 1])
            assert getattr(message, name) == getattr(alone, name)
            assert (message.references, message.sealed) == (alone.references, alone.sealed)
            seen += 1
        assert made.of(type_) is made.of(type_), "once for all projections"
    assert seen == len(chosen)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda body: body + UNKNOWN, UnknownPartError),
        (lambda body: body + b"\x12\x02\xa0\x1f", DecodeError),
        (lambda body: body[:-1], DecodeError),
        (lambda body: body + body, MalformedEntryError),
    ],
)
def test_one_that_is_wrong(change, error):
    """It is told as if it were alone, wherever it stands."""
    bodies = [entry[header.HEADER_LENGTH :] for entry in PURCHASES * 4]
    type_ = EVENT_TYPES["purchase_settled"]
    assert len(parse_bodies(type_, bodies)) == len(bodies)
    for place in (0, len(bodies) - 1):
        with pytest.raises(error):
            parse_bodies(type_, [*bodies[:place], change(bodies[place]), *bodies[place + 1 :]])


def test_a_field_inside_that_nobody_knows():
    """Also deep inside of the event."""
    message = parse_body(PURCHASES[0])
    message.purchase_settled.split.MergeFromString(UNKNOWN)
    with pytest.raises(UnknownPartError):
        parse_bodies(EVENT_TYPES["purchase_settled"], [message.SerializeToString()])


def test_an_event_of_another_type():
    """The header's type counts, as it does alone: the event of that type is then empty."""
    other = next(entry for entry in ENTRIES if type_of(entry) == EVENT_TYPES["deposit_posted"])
    (message,) = parse_bodies(EVENT_TYPES["purchase_settled"], [other[header.HEADER_LENGTH :]])
    assert not message.HasField("purchase_settled")


@pytest.mark.parametrize("place", [0, 2, 5])
def test_what_is_no_entry(place):
    """A position that does not follow, and another layout."""
    placed = [at(PURCHASES[0], position) for position in range(1, 7)]
    for wrong in (at(placed[place], 99), b"\x0a\x9b\x02\x0d\x02" + placed[place][5:]):
        with pytest.raises(LogEndError, match=f"position {place + 1} holds no entry"):
            Entries.of([*placed[:place], wrong, *placed[place + 1 :]]).heads(1)


def test_some_of_the_entries():
    """As a part of a rebuild reads them: they rise, and stay within the page."""
    some = Entries.of([at(PURCHASES[0], position) for position in (4, 7, 9)])
    assert [head[0] for head in some.heads_between(3, 9)] == [4, 7, 9]
    for after, last in ((4, 9), (3, 8)):
        with pytest.raises(LogEndError):
            some.heads_between(after, last)
    back = Entries.of([at(PURCHASES[0], position) for position in (4, 4, 9)])
    with pytest.raises(LogEndError):
        back.heads_between(3, 9)
    assert list(some.between(1, 3)) == list(some)[1:]
    assert some[-1] == list(some)[2]
    assert len(Entries.of([])) == 0
