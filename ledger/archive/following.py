"""Keeps the mirrors of the open ledgers up to date, on a thread of its own beside the commits.

A committer only hands over what it has committed; what does not come that way (before the start, from another process,
after a full disk) is read from the database. What is mirrored was committed, always.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ledger.archive.mirror import Mirror, MirrorBusyError, MirrorError
from ledger.log.connection import connect
from ledger.log.identifiers import schema_name
from ledger.log.merkle import leaf_hash
from ledger.log.reader import Reader

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger
    from ledger.log.ledgers import Ledgers

LOOK_SECONDS: Final = 0.5
"""Between two looks at which ledgers are open."""
RETRY_SECONDS: Final = 2.0
GATHER_SECONDS: Final = 0.02
"""How far the mirror may be behind, beside the time of the disk."""
WAITING_BYTES_MAX: Final = 64 << 20
"""What may wait for the disk; beyond it everything is read from the database later."""
PAGE: Final = 4_096

log = structlog.get_logger(__name__)

_Commit = tuple[int, Sequence[tuple[bytes, int, bytes]]]


class _Place:
    """A ledger that is mirrored. Everything but `offer` and `waiting` belongs to the thread."""

    def __init__(self, ledger: Ledger, place: Path) -> None:
        self.ledger = ledger
        self.place = place
        self.mirror: Mirror | None = None
        self.refused = ""
        self.size = 0
        self._waiting: deque[_Commit] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def offer(self, first: int, entries: Sequence[tuple[bytes, int, bytes]]) -> None:
        """Take what was committed. Called on the committer's thread: nothing here waits for a disk."""
        weight = sum([len(entry) for _, _, entry in entries])
        with self._lock:
            self._bytes += weight
            if self._bytes > WAITING_BYTES_MAX:
                self._waiting.clear()
                self._bytes = 0
                return
            self._waiting.append((first, entries))

    def taken(self) -> list[_Commit]:
        """Return what waits."""
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
            self._bytes = 0
        return found


class Mirroring(Collector):
    """Mirrors every ledger that is open into a directory; each has a directory of its own there."""

    def __init__(self, directory: Path, database_url: str) -> None:
        """Take where mirrors go, and where what was missed is read from."""
        self._directory = directory
        self._url = database_url
        self._places: dict[str, _Place] = {}
        self._news = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="mirror", daemon=True)

    async def keep(self, ledgers: Ledgers) -> None:
        """Mirror ledgers from when they are opened, until cancelled."""
        self._thread.start()
        while True:
            for ledger in ledgers.open_ledgers():
                if ledger.code not in self._places:
                    place = _Place(ledger, self._directory / ledger.code)
                    self._places[ledger.code] = place
                    ledger.listen(self._listener(place))
                    self._news.set()
            await asyncio.sleep(LOOK_SECONDS)

    def _listener(self, place: _Place) -> Callable[[int, Sequence[tuple[bytes, int, bytes]]], None]:
        def committed(first: int, entries: Sequence[tuple[bytes, int, bytes]]) -> None:
            place.offer(first, entries)
            self._news.set()

        return committed

    async def stop(self) -> None:
        """Mirror what was committed, and end. Call it when nothing more is committed."""
        self._stopped = True
        self._news.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, 10.0)

    def collect(self) -> Iterator[Metric]:
        """Return how far each mirror is."""
        size = GaugeMetricFamily("ledger_mirror_position", "Everything up to it is mirrored", labels=["ledger"])
        stopped = GaugeMetricFamily(
            "ledger_mirror_stopped", "1: nothing is mirrored; the log says why", labels=["ledger"]
        )
        for code, place in list(self._places.items()):
            size.add_metric([code], place.size)
            stopped.add_metric([code], bool(place.refused))
        yield from (size, stopped)

    def _run(self) -> None:
        while True:
            if self._news.wait(RETRY_SECONDS) and not self._stopped:
                # Threads take turns: writing for several commits at once leaves the committer more of them.
                time.sleep(GATHER_SECONDS)
            stopping = self._stopped
            self._news.clear()
            for place in list(self._places.values()):
                self._attend(place)
            if stopping:
                break
        for place in self._places.values():
            if place.mirror is not None:
                place.mirror.close()

    def _attend(self, place: _Place) -> None:
        """Write what is new of one ledger; after trouble, try again later."""
        try:
            self._write(place)
            place.refused = ""
        except MirrorBusyError:
            self._refuse(place, "another process writes this mirror")
        except (MirrorError, OSError, psycopg.Error) as error:
            self._refuse(place, str(error))
        except Exception as error:
            self._refuse(place, repr(error))
            log.exception("mirror.defect", ledger=place.ledger.code)

    def _refuse(self, place: _Place, problem: str) -> None:
        if problem != place.refused:
            log.error("mirror.stopped", ledger=place.ledger.code, problem=problem)
        place.refused = problem
        if place.mirror is not None:
            # What was written in part is cut off when it is opened again.
            place.mirror.close()
            place.mirror = None

    def _write(self, place: _Place) -> None:
        commits = place.taken()
        if place.mirror is None:
            mirror = Mirror(place.place)
            try:
                self._compare(place, mirror)
            except BaseException:
                mirror.close()
                raise
            place.mirror = mirror
        mirror = place.mirror
        before = mirror.size
        for first, entries in commits:
            if first > mirror.size + 1:
                self._catch_up(place, mirror, first - 1)
            fresh = [entry for _, _, entry in entries[max(0, mirror.size + 1 - first) :]]
            if fresh:
                mirror.append(mirror.size + 1, fresh)
        if not commits and mirror.size < place.ledger.end.size:
            self._catch_up(place, mirror, place.ledger.end.size)
        if mirror.size != before:
            mirror.sync()
        place.size = mirror.size

    def _compare(self, place: _Place, mirror: Mirror) -> None:
        """Raise MirrorError unless the log continues what is mirrored."""
        if not mirror.size:
            return
        with connect(self._url, application=f"ledgerd {place.ledger.code} mirror") as connection:
            reader = Reader(schema_name(place.ledger.code))
            leaf, head = reader.leaf_at(connection, mirror.size), reader.head(connection)
        if leaf is None:
            raise MirrorError(
                f"the log ends at {head.size}, its mirror at {mirror.size}: the log has lost entries, and "
                f"`ledgerctl archive fill {place.ledger.code}` brings them back"
            )
        if leaf != leaf_hash(mirror.last):
            raise MirrorError(f"position {mirror.size} of the log is another entry than the mirrored one")

    def _catch_up(self, place: _Place, mirror: Mirror, upto: int) -> None:
        """Read committed entries from the database."""
        with connect(self._url, application=f"ledgerd {place.ledger.code} mirror") as connection:
            reader = Reader(schema_name(place.ledger.code))
            while mirror.size < upto:
                entries = reader.since(connection, mirror.size, min(PAGE, upto - mirror.size))
                if not entries:
                    return
                mirror.append(mirror.size + 1, entries)
