"""Goes on with wallet transfers that stopped half way: credits what was accepted, returns what nobody accepted in time.

Everything is found in the log of the sender's ledger, so any process may do it, and several at once: each step has a
request id that follows from the transfer, so the second one is answered with what the first one recorded.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
import structlog

from ledger.api.transfer_queries import not_credited
from ledger.api.transfers import SERVICE, credit_work, return_work, settle_work
from ledger.domain import names
from ledger.log.outcome import Committed, Failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.domain.command import Work
    from ledger.log.ledger import Ledger
    from ledger.log.ledgers import Ledgers
    from ledger.log.outcome import Outcome
    from ledger.log.transfers import Stored

PAGE: Final = 1_000
PAGES: Final = 20
"""Pages of the index that one sweep reads of a ledger; a process that starts catches up over several sweeps."""
STEPS: Final = 200
"""Steps that one sweep takes in a ledger, so that it never holds up callers for long."""
STEP_SECONDS: Final = 30.0

_log = structlog.get_logger(__name__)


class Swept(NamedTuple):
    """What a sweep did in a ledger, how many accepted transfers still wait for their credit, and whether it left work
    for the next one.
    """

    credited: int = 0
    returned: int = 0
    waiting: int = 0
    more: bool = False


@dataclass(slots=True)
class _Known:
    """What this process has seen of a ledger's transfers: positions up to which, and which have not ended."""

    pending_to: int = 0
    accepted_to: int = 0
    accepted: dict[int, Stored] = field(default_factory=dict)
    credited: dict[int, Stored] = field(default_factory=dict)
    """Acceptances whose credit the sender's ledger does not know yet, by position."""
    due: list[tuple[int, int, bytes]] = field(default_factory=list)
    """A heap of (when to return it in µs, position of the initiation, id)."""


class _Reachable:
    """The ledgers, without those that cannot be opened now: what is for them waits, and nothing else does."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._ledgers = ledgers

    async def get(self, code: str) -> Ledger | None:
        try:
            return await self._ledgers.get(code)
        except psycopg.OperationalError:  # no ledger can be reached
            raise
        except Exception as error:  # noqa: BLE001 - it is that ledger's, whatever it is
            _log.warning("transfers.ledger_not_opened", ledger=code, error=type(error).__name__)
            return None

    def opened(self, code: str) -> Ledger | None:
        return self._ledgers.opened(code)


class Sweeper:
    """Sweeps the ledgers of one process. Used on one event loop."""

    def __init__(self, ledgers: Ledgers, *, grace_seconds: float) -> None:
        """Take the ledgers, and how long after its time a transfer stays pending: an acceptance may arrive late."""
        self._ledgers = ledgers
        self._receivers = _Reachable(ledgers)
        self._grace = int(grace_seconds * 1_000_000)
        self._known: dict[str, _Known] = {}

    async def run(self, every: float) -> None:
        """Sweep every open ledger again and again, about `every` seconds apart, never in step with other processes."""
        while True:
            await asyncio.sleep(every * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            for code in self._ledgers.open_codes():
                try:
                    swept = await self.sweep(code)
                except Exception as error:  # noqa: BLE001 - the next sweep tries again, whatever it was
                    _log.warning("transfers.sweep_failed", ledger=code, error=type(error).__name__)
                    continue
                if swept.credited or swept.returned:
                    _log.info("transfers.swept", ledger=code, **swept._asdict())

    async def sweep(self, code: str) -> Swept:
        """Go on with the transfers that a ledger sent, as far as one sweep goes. Raise psycopg errors."""
        ledger = await self._ledgers.get(code)
        if ledger is None or not ledger.serving:
            return Swept()
        known = self._known.setdefault(code, _Known())
        more = await self._learn(ledger, known)
        credited = await self._credit(ledger, known)
        returned = await self._return(ledger, known)
        settled = await self._settle(ledger, known)
        more |= (
            bool(credited and known.accepted)
            or bool(settled and known.credited)
            or bool(known.due and known.due[0][0] <= _now())
        )
        return Swept(credited, returned, len(known.accepted), more)

    async def _learn(self, ledger: Ledger, known: _Known) -> bool:
        """Read on in the index; return whether there is more to read."""
        for _ in range(PAGES):
            accepted = await ledger.transfers.accepted(known.accepted_to, PAGE)
            known.credited |= {stored.recorded.position: stored for stored in accepted}
            for stored in await not_credited(self._receivers, ledger.code, accepted):
                known.accepted[stored.recorded.position] = known.credited.pop(stored.recorded.position)
            pending = await ledger.transfers.pending(known.pending_to, PAGE)
            for stored in pending:
                item = stored.recorded
                due = max(item.event.return_time, item.record_time) + self._grace
                heapq.heappush(known.due, (due, item.position, item.event.transfer.transfer_id))
            known.accepted_to = accepted[-1].recorded.position if accepted else known.accepted_to
            known.pending_to = pending[-1].recorded.position if pending else known.pending_to
            if len(accepted) < PAGE and len(pending) < PAGE:
                return False
        return True

    async def _credit(self, origin: Ledger, known: _Known) -> int:
        """Credit accepted transfers; what fails now stays for the next sweep."""
        by_ledger: dict[str, list[Stored]] = {}
        for stored in known.accepted.values():
            code, _ = names.parse_account(stored.recorded.event.receiver)
            by_ledger.setdefault(code, []).append(stored)
        credited = 0
        for code, waiting in by_ledger.items():
            target = await self._receivers.get(code)
            if target is None or not target.serving:
                continue
            found = waiting[:STEPS]
            outcomes = await _executed(target, [credit_work(origin.code, stored, target) for stored in found])
            for stored, outcome in zip(found, outcomes, strict=True):
                if not isinstance(outcome, Failed):
                    known.credited[stored.recorded.position] = known.accepted.pop(stored.recorded.position)
                    credited += isinstance(outcome, Committed) and not outcome.replayed
        return credited

    async def _settle(self, origin: Ledger, known: _Known) -> int:
        """Tell the sender's ledger of credits, so that nobody has to look for them again. Return how many it took."""
        by_ledger: dict[str, list[Stored]] = {}
        for stored in list(known.credited.values())[:STEPS]:
            code, _ = names.parse_account(stored.recorded.event.receiver)
            by_ledger.setdefault(code, []).append(stored)
        works: list[tuple[int, Work]] = []
        for code, waiting in by_ledger.items():
            target = await self._receivers.get(code)
            if target is None:
                continue
            ids = {(origin.code, each.recorded.event.acceptance.transfer_id): each for each in waiting}
            places = await target.transfers.credited(list(ids))
            entries = {each.recorded.position: each for each in await target.transfers.entries(list(places.values()))}
            for transfer, position in places.items():
                accepted = ids[transfer]
                works.append((accepted.recorded.position, settle_work(origin, accepted, entries[position])))
        outcomes = await _executed(origin, [work for _, work in works])
        for (position, _), outcome in zip(works, outcomes, strict=True):
            if not isinstance(outcome, Failed):
                del known.credited[position]
        return sum(not isinstance(outcome, Failed) for outcome in outcomes)

    async def _return(self, ledger: Ledger, known: _Known) -> int:
        """Return what is due and still pending."""
        now = _now()
        due: list[tuple[int, int, bytes]] = []
        while known.due and known.due[0][0] <= now and len(due) < STEPS:
            due.append(heapq.heappop(known.due))
        if not due:
            return 0
        try:
            pending = await ledger.transfers.still_pending([position for _, position, _ in due])
            left = [each for each in due if each[1] in pending]
            outcomes = await _executed(ledger, [return_work(transfer_id, ledger) for _, _, transfer_id in left])
        except BaseException:
            for each in due:
                heapq.heappush(known.due, each)
            raise
        for each, outcome in zip(left, outcomes, strict=True):
            if isinstance(outcome, Failed):
                heapq.heappush(known.due, each)
        return sum(isinstance(outcome, Committed) and not outcome.replayed for outcome in outcomes)


def _now() -> int:
    return time.time_ns() // 1000


async def _executed(ledger: Ledger, works: Sequence[Work]) -> list[Outcome]:
    if not works:
        return []
    return await ledger.execute(works, deadline=time.monotonic() + STEP_SECONDS, source=SERVICE.source)
