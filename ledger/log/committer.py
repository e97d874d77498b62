"""The committer: one thread per ledger that decides batches, commits them, and only then answers.

States: idle → deciding → in flight → committed | rolled back | unknown (`docs/commit-protocol.md`). The rules that
must never break:

- the committed state changes, and answers leave, only after COMMIT returned without error and without notice;
- a batch is decided on the commit before it, and writes nothing unless that commit is the last one of the log;
- when a batch fails, every batch decided on top of it is dropped with it;
- after an unclear end nothing is decided until the log itself has said whether the batch is in it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import psycopg
import structlog

from ledger.log.batch import Batch, Decider, NeedsLockError
from ledger.log.clock import ClockSuspectError
from ledger.log.connection import (
    CommitDoubtError,
    ConnectionLostError,
    StatementFailedError,
    UnsafeServerError,
)
from ledger.log.intake import deliver, prepare
from ledger.log.levels import NewerLogError
from ledger.log.loader import StaleEndError
from ledger.log.meter import Meter
from ledger.log.outcome import Failed, OutcomeQuery
from ledger.log.patience import LOOK_SECONDS
from ledger.log.reader import CorruptLogError
from ledger.log.session import ForkedError, Session
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.log.clock import Clock
    from ledger.log.identity import Identity
    from ledger.log.intake import Intake, Item
    from ledger.log.outcome import Outcome
    from ledger.log.settings import LogSettings
    from ledger.log.state import State

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 0.25
_LOCKED_COMMITS = 16
"""Commits that are decided under the lock after another process was met on the ledger."""
_TRANSIENT = frozenset({"40", "53", "55", "57"})
"""SQLSTATE classes that say nothing about the batch: conflicts, resources, locks, cancellations."""
_ANSWER_SECONDS = LOOK_SECONDS + 0.15  # before its deadline a caller is told: the next look, and the way of an answer
_UNREACHABLE = (ConnectionLostError, CommitDoubtError, psycopg.OperationalError)


class Committer:
    """Commits the works of one ledger. `start` and `stop` are called from outside, the rest is its own thread."""

    def __init__(
        self,
        identity: Identity,
        settings: LogSettings,
        state: State,
        intake: Intake,
        session: Session,
        decider: Decider,
        clock: Clock,
        committed: Callable[[int, Sequence[tuple[bytes, int, bytes]]], None],
    ) -> None:
        """Take the parts of one ledger; `committed` is told what each commit added: first position, rows of entries."""
        self._identity = identity
        self._settings = settings
        self._state = state
        self._intake = intake
        self._session = session
        session.meanwhile = self._expire
        self._decider = decider
        self._clock = clock
        self._committed = committed
        self._flight: deque[Batch] = deque()
        self.in_flight = self._flight.__len__
        """Tells how many batches are on their way. For other threads: it may be past when it is read."""
        self._contended = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"committer-{identity.code}", daemon=True)
        self.problem = ""
        """Why this ledger is not served any more; empty while it is."""
        self.problem_reason = 0
        self.condemned: tuple[int, str] | None = None
        """Reason and words, set from outside by whoever finds the log forked or too new; then serving stops soon."""
        self.meter = Meter()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Commit what waits, then end. What does not get through in `timeout` seconds is answered as unavailable."""
        self._intake.close()
        self._stopping.set()
        self._thread.join(timeout)

    # -- the loop ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not (self._stopping.is_set() and not self._intake.waiting and not self._flight):
                try:
                    self._turn()
                except Exception:
                    # The thread lives on, to answer whoever still asks.
                    log.exception("committer.defect", ledger=self._identity.code)
                    self._stop_serving(reasons.REFUSAL_REASON_INTERNAL, "the committer met a defect")
        finally:
            self._session.close()

    def _turn(self) -> None:
        """One step: answer the oldest batch in flight, or decide the next one."""
        if self.problem:
            self._refuse_waiting()
            return
        if self.condemned:
            self._stop_serving(*self.condemned)
            return
        try:
            try:
                self._step()
            except _UNREACHABLE as error:
                self._resolve(error)
        except (ForkedError, CorruptLogError) as error:
            self._stop_serving(reasons.REFUSAL_REASON_LEDGER_FORKED, str(error))
        except (NewerLogError, UnsafeServerError) as error:
            self._stop_serving(reasons.REFUSAL_REASON_UNAVAILABLE, str(error))

    def _step(self) -> None:
        if self._flight and not self._may_overlap():
            self._finish_oldest()
        elif self._flight or self._intake.wait(_IDLE_SECONDS):
            self._next_batch()
        else:
            self._session.rest()

    def _may_overlap(self) -> bool:
        """Tell whether the next batch is worth deciding before the last one has its answer."""
        return (
            len(self._flight) < self._settings.overlap
            and not self._contended
            and self._intake.waiting >= self._settings.full_batch
            and not self._session.has_answer()
        )

    def _next_batch(self) -> None:
        # Before anything is taken: who waits in the queue can be told when this takes long.
        self._session.ensure_open(self._state, in_flight=len(self._flight))
        items, failed = prepare(self._intake.take(self._settings.batch_commands))
        self._answer(failed)
        if not items:
            return
        locked = bool(self._contended) or any(isinstance(item.work, OutcomeQuery) for item in items)
        if locked and self._flight:
            # First the batches in flight: should one be dropped, its items go before these.
            self._intake.put_back(items)
            self._finish_oldest()
            return
        try:
            if self._clock.is_due():
                self._clock.check(self._session.reading, self._state.end.record_time)
            if locked:
                self._commit_locked(items)
            else:
                self._send(items)
        except ClockSuspectError as error:
            log.exception("clock.suspect", ledger=self._identity.code, detail=str(error))
            self._answer([(item, Failed(reasons.REFUSAL_REASON_CLOCK_SUSPECT)) for item in items])
        except NeedsLockError:
            self._intake.put_back(items)
        except StaleEndError:
            self._intake.put_back(items)
            if self._flight:
                self._finish_oldest()
            else:
                self._session.catch_up(self._state)
            self._contended = _LOCKED_COMMITS
        except Exception:
            # Unless they are in flight, nothing of these items was sent: they wait for the next attempt.
            if not (self._flight and self._flight[-1].items is items):
                self._intake.put_back([item for item in items if item.call.outcomes[item.index] is None])
            raise

    def _decide(self, items: Sequence[Item], *, locked: bool) -> Batch:
        parent = self._flight[-1].overlay if self._flight else None
        base = parent.end if parent is not None and parent.end is not None else self._state.end
        record_time = self._clock.next_after(base.record_time)
        return self._decider.decide(items, parent, self._session.reading, record_time, locked=locked)

    def _send(self, items: Sequence[Item]) -> None:
        batch = self._decide(items, locked=False)
        if not batch.writes:
            if self._flight and batch.answers:
                # These answers repeat what is in flight: they wait for its end.
                self._flight[-1].answers += batch.answers
            else:
                self._answer(batch.answers)
            self._answer(batch.doubtless)
            return
        self._session.make_room(batch.overlay.next_position)
        self._answer(batch.doubtless)
        self._flight.append(self.meter.sent(batch))
        self._session.writing.send(batch.parameters)

    def _finish_oldest(self) -> None:
        batch = self._flight[0]
        try:
            written = self._session.writing.receive()
        except StatementFailedError as error:
            self._roll_back(error)
            return
        if written:
            self._flight.popleft()
            self._accept(batch)
        else:
            self._lose_race()

    def _accept(self, batch: Batch) -> None:
        """COMMIT returned: only now the state moves and the callers learn of it."""
        end = batch.overlay.end
        if end is None:
            raise RuntimeError("a batch was committed before it was sealed")
        self._state.put(batch.overlay.streams)
        self._state.ids.add([row[0] for row in batch.overlay.rows.commands])
        self._state.end = end
        for later in self._flight:
            if later.overlay.parent is batch.overlay:
                later.overlay.parent = None
        self.meter.committed(batch)
        self._committed(batch.first_position, batch.overlay.rows.entries)
        self._answer(batch.answers)

    # -- when it goes wrong -----------------------------------------------------------------------------------------

    def _drop_flight(self) -> None:
        """Give up every batch in flight together with its overlay; its items go back to the queue, oldest first."""
        dropped = list(self._flight)
        self._flight.clear()
        for batch in reversed(dropped):
            self._intake.put_back([item for item, _ in batch.answers])

    def _lose_race(self) -> None:
        """Another process committed first: nothing was written. Catch up and take the lock for a while."""
        self._session.writing.drain(len(self._flight) - 1)
        self._drop_flight()
        self._session.catch_up(self._state)
        self._contended = _LOCKED_COMMITS

    def _roll_back(self, error: StatementFailedError) -> None:
        """The server refused the batch: retry its items one at a time, the one that fails alone is the poison."""
        self._session.writing.drain(len(self._flight) - 1, failed=True)
        if error.sqlstate.startswith("23") or error.sqlstate == "22012":
            self.meter.backstops += 1
        log.error(
            "batch.rolled_back",
            ledger=self._identity.code,
            sqlstate=error.sqlstate,
            detail=str(error),
        )
        first = self._flight.popleft()
        self._drop_flight()
        items = [item for item, _ in first.answers]
        if error.sqlstate[:2] in _TRANSIENT:
            self._intake.put_back(items)
            time.sleep(self._settings.reconnect_seconds)
        elif len(items) == 1 and items[0].alone:
            self._answer([(items[0], Failed(reasons.REFUSAL_REASON_INTERNAL))])
        else:
            for item in items:
                item.alone = True
            self._intake.put_back(items)
        self._session.catch_up(self._state)

    def _commit_locked(self, items: Sequence[Item]) -> None:
        """Hold the lock while deciding: no race can be lost, and questions about the end of the log have an answer."""
        writing = self._session.writing
        try:
            writing.send_lock()
            writing.receive_lock()
            self._session.catch_up(self._state)
            batch = self._decide(items, locked=True)
            if not batch.writes:
                writing.roll_back()
                self._answer(batch.answers + batch.doubtless)
                return
            self._session.make_room(batch.overlay.next_position)
            self._answer(batch.doubtless)
            self._flight.append(self.meter.sent(batch))
            writing.send_locked(batch.parameters)
            written = writing.receive(locked=True)
        except StatementFailedError as error:
            if self._flight:
                self._roll_back(error)
                return
            self._intake.put_back(items)
            log.warning("lock.refused", ledger=self._identity.code, detail=str(error))
            return
        if not written:
            raise ForkedError("the log changed while its lock was held")
        self._flight.popleft()
        self._accept(batch)
        self._contended = max(0, self._contended - 1)

    def _resolve(self, error: Exception) -> None:
        """It is not known what was committed: ask the log itself, on a new connection, until it answers."""
        self.meter.unknown += bool(self._flight)
        log.warning("connection.lost", ledger=self._identity.code, in_flight=len(self._flight), detail=str(error))
        wait = self._settings.reconnect_seconds
        while True:
            try:
                self._session.begin_settling()
                self._settle()
            except _UNREACHABLE as again:
                log.warning("database.unreachable", ledger=self._identity.code, detail=str(again))
                self._expire()
                if self._stopping.is_set():
                    self._give_up()
                    return
                end = time.monotonic() + wait
                while time.monotonic() < end:
                    time.sleep(LOOK_SECONDS)
                    self._expire()
                wait = min(1.0, wait * 2)
            else:
                return

    def _settle(self) -> None:
        """Find each batch in flight in the log, or know that it is not there. The old backend has ended."""
        # Whatever ended the wait for COMMIT ended its wait for the standby too: the commit may be durable here and
        # nowhere else. Only a later clean COMMIT says that it is not.
        self._session.confirm()
        while self._flight:
            batch = self._flight[0]
            if self._session.holds(batch.first_position, batch.overlay.leaves[0]):
                self._flight.popleft()
                self._accept(batch)
            else:
                self._drop_flight()
        self._session.release()
        self._session.catch_up(self._state)

    def _expire(self) -> None:
        """Tell callers whose deadline is near that the outcome is unknown; those not yet sent are unavailable."""
        limit = time.monotonic() + _ANSWER_SECONDS
        for batch in self._flight:
            late = [item for item, _ in batch.answers if item.call.deadline <= limit]
            self._answer([(item, Failed(reasons.REFUSAL_REASON_OUTCOME_UNKNOWN)) for item in late])
            batch.answers = [(item, outcome) for item, outcome in batch.answers if item.call.deadline > limit]
        waiting, failed = prepare(self._intake.drain())
        self._answer(failed)
        late = [item for item in waiting if item.call.deadline <= limit]
        self._answer([(item, Failed(reasons.REFUSAL_REASON_UNAVAILABLE)) for item in late])
        self._intake.put_back([item for item in waiting if item.call.deadline > limit])

    def _give_up(self) -> None:
        """End with the database out of reach."""
        for batch in self._flight:
            self._answer([(item, Failed(reasons.REFUSAL_REASON_OUTCOME_UNKNOWN)) for item, _ in batch.answers])
        self._flight.clear()
        self._answer([(item, Failed(reasons.REFUSAL_REASON_UNAVAILABLE)) for item in self._intake.drain()])

    def _stop_serving(self, reason: int, problem: str) -> None:
        """Write nothing more to this ledger until an operator has looked. What was acknowledged last is kept."""
        log.critical("ledger.stopped", ledger=self._identity.code, reason=reason, problem=problem)
        self.problem = problem
        self.problem_reason = reason
        for batch in self._flight:
            self._answer([(item, Failed(reasons.REFUSAL_REASON_OUTCOME_UNKNOWN)) for item, _ in batch.answers])
        self._flight.clear()
        # It may hold the lock, for which the others would wait.
        self._session.close()
        self._refuse_waiting()

    def _refuse_waiting(self) -> None:
        self._intake.wait(_IDLE_SECONDS)
        ready, failed = prepare(self._intake.drain())
        self._answer(failed)
        self._answer([(item, Failed(self.problem_reason, {"problem": self.problem})) for item in ready])

    def _answer(self, answers: Sequence[tuple[Item, Outcome]]) -> None:
        """Hand outcomes to their calls; one wake-up of the event loop for all calls that are complete now."""
        if not answers:
            return
        self.meter.answered(answers)
        deliver(answers)
        self._intake.answered(len(answers))
