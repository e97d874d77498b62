"""Signs on time: threads of their own, which wait neither for the event loop nor for proofs that are being made.

A checkpoint may be a second old while the log grows. What makes it older is the time until signing begins and the time
that it takes, so the next one begins the earlier, the longer the last ones took.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from ledger.log.connection import CommitDoubtError, connect
from ledger.log.patience import PatientConnection
from ledger.proof.note import split
from ledger.proof.signer import CheckpointSigner, ForkError

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

SIGN_SECONDS: Final = 1.0
"""How old a checkpoint may get while the log grows."""
LOOK_SECONDS: Final = 0.05
"""How often it is looked whether a log has grown."""
PAUSE_SECONDS_MIN: Final = 0.1
"""Between the beginnings of two signatures, however long they take."""
FIRST_SECONDS: Final = 0.1
"""How long signing is taken to last before it was tried."""
REMEMBERED: Final = 16
"""Signatures whose time counts."""
SIGNING_MAX: Final = 4
"""Ledgers that are signed at a time: each takes a connection and a thread."""

UNREACHABLE: Final = (psycopg.Error, PoolTimeout, CommitDoubtError)

log = structlog.get_logger(__name__)


class Signed(NamedTuple):
    """A note, the size that it is about, and when signing it began (monotonic seconds)."""

    note: str = ""
    size: int = 0
    at: float = float("-inf")


class Signing:
    """The newest checkpoint of one ledger. May be used by any thread; one signs at a time."""

    def __init__(self, signer: CheckpointSigner) -> None:
        """Take who signs."""
        self.signer = signer
        self.signed = Signed()
        self._lock = threading.Lock()
        self._tried_at = float("-inf")
        self._took: deque[float] = deque(maxlen=REMEMBERED)

    def is_due(self, size: int, now: float) -> bool:
        """Tell whether a log of this size has to be signed now (monotonic seconds)."""
        return size != self.signed.size and now - self._tried_at >= self.pause() and not self._lock.locked()

    def pause(self) -> float:
        """Return the seconds between two beginnings: the slowest signature of late fits twice into what is left."""
        slowest = max(self._took, default=FIRST_SECONDS)
        return max(PAUSE_SECONDS_MIN, SIGN_SECONDS - LOOK_SECONDS - 2 * slowest)

    def sign(self, connection: psycopg.Connection | None = None) -> Signed:
        """Sign everything that is committed when this is called. Raise what the signer raises."""
        with self._lock:
            begun = self._tried_at = time.monotonic()
            note = self.signer.sign(connection)
            # Attempts that failed say nothing of how long one takes: a server that was gone must not make it hurry.
            self._took.append(time.monotonic() - begun)
            self.signed = Signed(note, int(split(note)[0].split("\n")[1]), begun)
            return self.signed


Watched = Callable[[], Iterable[tuple["Ledger", Signing]]]


class Signers:
    """Threads that keep the checkpoints of the ledgers fresh that are being served."""

    def __init__(self, database_url: str, watched: Watched) -> None:
        """Take the database, and how to learn of the ledgers; that is called on a thread."""
        self._url = database_url
        self._watched = watched
        self._ended = threading.Event()
        self._busy: set[str] = set()
        self._own = threading.local()
        self._open: list[PatientConnection] = []
        self._pool = ThreadPoolExecutor(SIGNING_MAX, thread_name_prefix="signing")
        self._clock = threading.Thread(target=self._look, name="signing-clock", daemon=True)

    def start(self) -> None:
        """Begin to sign."""
        self._clock.start()

    def stop(self) -> None:
        """End, once what is being signed is signed."""
        self._ended.set()
        self._clock.join()
        self._pool.shutdown(wait=True)
        for connection in self._open:
            connection.close()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                for ledger, signing in self._watched():
                    if ledger.code not in self._busy and signing.is_due(ledger.end.size, time.monotonic()):
                        self._submit(ledger, signing)
            except Exception:
                log.exception("checkpoint.defect")

    def _submit(self, ledger: Ledger, signing: Signing) -> None:
        self._busy.add(ledger.code)
        try:
            self._pool.submit(self._refresh, ledger, signing)
        except RuntimeError:  # no thread could be started: it must not count as being signed for ever
            self._busy.discard(ledger.code)
            raise

    def _refresh(self, ledger: Ledger, signing: Signing) -> None:
        try:
            sign(ledger, signing, self._connection())
        except ForkError:
            pass  # said already
        except UNREACHABLE as error:
            log.warning("checkpoint.unsigned", ledger=ledger.code, problem=str(error))
            self._hang_up()
        except Exception:
            log.exception("checkpoint.defect", ledger=ledger.code)
            self._hang_up()
        finally:
            self._busy.discard(ledger.code)

    def _connection(self) -> PatientConnection:
        """Return the connection of this thread."""
        found: PatientConnection | None = getattr(self._own, "connection", None)
        if found is None or found.closed:
            found = self._own.connection = connect(self._url, application="ledgerd signing")
            self._open.append(found)
        return found

    def _hang_up(self) -> None:
        found: PatientConnection | None = getattr(self._own, "connection", None)
        if found is not None:
            self._own.connection = None
            self._open.remove(found)
            found.close()


def sign(ledger: Ledger, signing: Signing, connection: psycopg.Connection | None = None) -> Signed:
    """Sign a ledger; it is not served any more where its log does not continue what was signed.

    Raise ForkError, and what else the signer raises.
    """
    try:
        return signing.sign(connection)
    except ForkError as fork:
        log.critical("checkpoint.refused", ledger=ledger.code, problem=str(fork))
        ledger.stop_serving(str(fork))
        raise
