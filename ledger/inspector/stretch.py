"""A stretch of a log: some bundles, checked by one process without knowing what lies before or behind.

What crosses its ends is handed on: for each stream what its first entry here claims of the one before, and its end.
"""

from __future__ import annotations

from hashlib import sha256
from operator import itemgetter
from typing import Final, NamedTuple

from ledger.inspector import layout, money, tree
from ledger.inspector.defect import Defect
from ledger.inspector.folder import Folder
from ledger.inspector.tree import HASH, WIDTH

BUNDLES: Final = 32
"""Bundles of a stretch: enough that handing over costs little, few enough that progress is seen."""

Begin = tuple[int, int, bytes, int]
"""Position, version, claimed leaf of the entry before, balance before."""
End = tuple[int, bytes, int]
"""Version, leaf, balance after."""

NEW: Final[End] = (0, bytes(HASH), 0)
# From the values of a header: what the legs of a transaction have in common.
_shared = itemgetter(5, 7, 9, 10, 13, 14, 16, 17)


class Found(NamedTuple):
    """What a stretch is like."""

    entries: int
    roots: list[bytes]
    """Roots over its full tiles of level 0."""
    begins: dict[bytes, Begin]
    ends: dict[bytes, End]
    defects: list[Defect]


class Stretch:
    """Checks bundles one after another."""

    def __init__(self, folder: Folder, ledger: bytes, size: int, *, bodies: bool = True) -> None:
        """Take the log, its ledger's id and size. Without `bodies` only headers and hashes are looked at."""
        self._folder = folder
        self._fixed = layout.FixedPart(ledger)
        self._size = size
        self._bodies = bodies
        self._defects: list[Defect] = []
        self._begins: dict[bytes, Begin] = {}
        self._ends: dict[bytes, End] = {}
        self._rest = 0
        self._legs: tuple[object, ...] = ()
        self._time = 0
        self._offset = 0

    def check(self, first: int, last: int) -> Found:
        """Check the bundles from `first` up to, not including, `last`."""
        self._look_back(first)
        roots, entries = [], 0
        for number in range(first, last):
            width = min(WIDTH, self._size - number * WIDTH)
            begin = number * WIDTH + 1
            found, problem = self._folder.bundle(number, width)
            if problem:
                self._say("bundle", begin + len(found), problem)
            leaves = [sha256(b"\x00" + entry).digest() for entry in found]
            self._compare(number, width, leaves)
            self._headers(begin, found, leaves)
            if self._bodies:
                self._look_inside(begin, found)
            entries += len(found)
            if width == WIDTH:
                roots.append(tree.root_of(leaves + [bytes(HASH)] * (WIDTH - len(leaves))))
        if last * WIDTH >= self._size and self._rest:
            self._say("transaction", self._size, f"the last one lacks {self._rest} legs")
        return Found(entries, roots, self._begins, self._ends, self._defects)

    def _say(self, kind: str, position: int, detail: str) -> None:
        self._defects.append(Defect(kind, position, detail))

    def _look_back(self, first: int) -> None:
        """Learn from the last entry before the stretch which transaction may go on here."""
        if not first:
            return
        found, _ = self._folder.bundle(first - 1, WIDTH)
        if len(found) == WIDTH and self._fixed.holds(found[-1]):
            values = layout.unpack(found[-1])
            self._rest, self._legs, self._time = values[7] - values[6], _shared(values), values[10]

    def _compare(self, number: int, width: int, leaves: list[bytes]) -> None:
        """Compare the leaf hashes with the tile above them."""
        stored = self._folder.tile(0, number, width)
        begin = number * WIDTH + 1
        if len(stored) != width * HASH:
            what = f"has {len(stored)} bytes, not {width * HASH}" if stored else "is missing"
            self._say("tile", begin + width - 1, f"tile 0/{number} {what}")
            return
        if stored != b"".join(leaves):
            for place, leaf in enumerate(leaves):
                if stored[place * HASH : (place + 1) * HASH] != leaf:
                    self._say("leaf", begin + place, f"its hash is {leaf.hex()}, not the one in tile 0/{number}")

    def _headers(self, begin: int, entries: list[bytes], leaves: list[bytes]) -> None:
        """Positions, versions, chains, balances, transactions, times."""
        fixed, value, mask, unpack = int.from_bytes, self._fixed.value, self._fixed.mask, layout.unpack
        ends, begins, shortest = self._ends, self._begins, layout.HEADER_BYTES
        expected = begin + self._offset
        for place, entry in enumerate(entries):
            position = begin + place
            if len(entry) <= shortest or fixed(entry[:shortest], "little") & mask != value:
                self._say("layout", position, self._fixed.problem(entry))
                expected += 1
                self._rest = max(self._rest - 1, 0)
                continue
            values = unpack(entry)
            stream, version, after = values[3], values[4], values[20]
            if values[2] != expected:
                self._say("position", position, f"entry {position} says that it is at {values[2]}")
                expected = values[2]
            expected += 1
            end = ends.get(stream)
            before = after - values[19]
            if end is None:
                if after < 0 or before < 0:
                    self._say("balance", position, f"{before}{values[19]:+} gives {after} fen")
                begins[stream] = (position, version, values[11], before)
            elif version != end[0] + 1:
                self._say("version", position, f"version {version} follows {end[0]} in {stream.hex()}")
            else:
                if values[11] != end[1]:
                    self._say("chain", position, f"it names {values[11].hex()}, not {end[1].hex()}")
                if before != end[2] or after < 0:
                    self._say("balance", position, f"{end[2]}{values[19]:+} gives {after} fen")
            ends[stream] = (version, leaves[place], after)
            if values[6] == 1 == values[7] and not self._rest and values[5] == values[2]:
                if values[10] <= self._time:
                    self._say("time", position, f"record time {values[10]} follows {self._time}")
                self._time = values[10]
            else:
                self._leg(position, values)
        self._offset = expected - begin - len(entries)

    def _leg(self, position: int, values: tuple[int, ...]) -> None:
        """An entry of a transaction with several."""
        leg, legs, time = values[6], values[7], values[10]
        if leg == 1:
            if self._rest:
                self._say("transaction", position, f"the one before lacks {self._rest} legs")
            if values[5] != values[2] or legs < 1:
                self._say("transaction", position, f"leg 1 of {legs} names {values[5]} as the first")
            if time <= self._time:
                self._say("time", position, f"record time {time} follows {self._time}")
            self._time, self._legs, self._rest = time, _shared(values), legs
        elif not self._rest or leg != values[2] - values[5] + 1 or _shared(values) != self._legs:
            self._say("transaction", position, f"leg {leg} of {legs} does not continue what is before it")
            self._legs, self._rest = _shared(values), max(legs - leg + 1, 1)
        self._rest -= 1

    def _look_inside(self, begin: int, entries: list[bytes]) -> None:
        """What follows the headers."""
        holds, unpack, body, problem = self._fixed.holds, layout.unpack, layout.body, money.problem
        birth = layout.EVENT_TYPES["ledger_opened"]
        for place, entry in enumerate(entries):
            if not holds(entry):
                continue
            values = unpack(entry)
            position, type_ = begin + place, values[18]
            try:
                event = body(entry, type_).event
            except layout.PartsError as error:
                self._say("parts", position, str(error))
                continue
            if wrong := problem(type_, event, values[19]):
                self._say("money", position, wrong)
            if (position == 1) != (type_ == birth):
                self._say("birth", position, f"it holds {layout.EVENT_NAMES[type_]}")


def joined(begins: dict[bytes, Begin], ends: dict[bytes, End]) -> list[Defect]:
    """Compare what a stretch claims of what lies before it with the ends of all streams there."""
    defects = []
    for stream, (position, version, claimed, before) in begins.items():
        end = ends.get(stream, NEW)
        if version != end[0] + 1:
            detail = f"version {version} follows {end[0]} in {stream.hex()}"
            defects.append(Defect("version", position, detail))
            continue
        if claimed != end[1]:
            defects.append(Defect("chain", position, f"it names {claimed.hex()}, not {end[1].hex()}"))
        if before != end[2]:
            defects.append(Defect("balance", position, f"a balance of {before} fen follows one of {end[2]}"))
    return defects
