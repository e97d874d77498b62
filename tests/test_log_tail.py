"""The end of a log when reading it fails in a way that nobody expected."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from ledger.log.header import HEADER_LENGTH
from ledger.log.passage import Selection
from ledger.log.tail import Tail
from ledger.v1 import reasons_pb2 as reasons

PATIENCE = 5.0


class Watch:
    """Notices nothing by itself."""

    def add(self, _):
        pass

    def remove(self, _):
        pass


def test_who_comes_behind_a_defect_is_served():
    """Although one of those who met it has not gone yet, as its connection takes nothing."""
    asyncio.run(_who_comes_behind_a_defect())


async def _who_comes_behind_a_defect():
    entries = [bytes(HEADER_LENGTH)] * 3
    broken = True

    async def read(first, _):
        if broken:
            raise RuntimeError
        return [(position, entry) for position, entry in enumerate(entries, 1) if position >= first], len(entries)

    state = SimpleNamespace(end=SimpleNamespace(size=1))
    tail = Tail("ledger_x", state, Watch(), read, lambda: 0, lambda: False)
    first = tail.join(Selection())
    tail.due()
    tail.told(2)
    await first.wait(PATIENCE)
    assert first.failure == reasons.REFUSAL_REASON_INTERNAL
    broken = False
    second = tail.join(Selection())
    tail.due()
    tail.told(3)
    await second.wait(PATIENCE)
    assert [position for passage in second.take(1 << 20) for position, _ in passage.entries] == [2, 3]
    assert first.take(1 << 20) == []
    tail.leave(first)
    tail.leave(second)
