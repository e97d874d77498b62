"""Cosignatures of one ledger while it is served: asked for beside everything else, waited for by who wants them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from ledger.log.identifiers import schema_name
from ledger.log.reader import CorruptLogError, Reader
from ledger.proof.cosigner import Cosigner
from ledger.proof.signer import CheckpointSigner, ForkError

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

RETRY_SECONDS: Final = 2.0
"""How long a witness that failed is left alone."""
NOTES_LOOKED_AT: Final = 16
"""How many of the newest cosigned checkpoints are looked through for one that the quorum has seen."""

log = structlog.get_logger(__name__)


class Cosigning:
    """Used on one event loop; the asking itself is done by a thread."""

    def __init__(self, cosigner: Cosigner, signer: CheckpointSigner) -> None:
        """Take who asks, and who compares the log with what witnesses have seen."""
        self.cosigner = cosigner
        self._signer = signer
        self._asked = 0
        self._again_at = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self.arrived = asyncio.Event()
        """Set once, when the next answers are there; then there is another one."""

    def ask(self, ledger: Ledger, note: str, size: int) -> None:
        """Ask for cosignatures of a stored note, unless they are being asked for or were given."""
        running = self._task is not None and not self._task.done()
        if not running and size != self._asked and time.monotonic() >= self._again_at:
            self._task = asyncio.get_running_loop().create_task(self._ask(ledger, note, size))

    async def stop(self) -> None:
        """Wait for nothing any more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _ask(self, ledger: Ledger, note: str, size: int) -> None:
        try:
            suspects = await asyncio.to_thread(self.cosigner.cosign, note)
            if suspects:
                # Another process may have submitted more, or a witness is away: only what they have seen tells a fork.
                await asyncio.to_thread(lambda: self._signer.check(self.cosigner.seen()))
                self._again_at = time.monotonic() + RETRY_SECONDS
            else:
                self._asked = size
        except ForkError as fork:
            log.critical("witness.fork", ledger=ledger.code, problem=str(fork))
            ledger.stop_serving(str(fork))
        except (psycopg.Error, CorruptLogError, OSError) as error:
            log.warning("witness.unasked", ledger=ledger.code, problem=str(error))
            self._again_at = time.monotonic() + RETRY_SECONDS
        except Exception:
            log.exception("witness.defect", ledger=ledger.code)
            self._again_at = time.monotonic() + RETRY_SECONDS
        finally:
            arrived, self.arrived = self.arrived, asyncio.Event()
            arrived.set()


def lines(connection: psycopg.Connection, code: str, size: int) -> str:
    """Return the cosignatures of a checkpoint that are stored."""
    rows = connection.execute(
        Reader(schema_name(code)).sql("SELECT line FROM {s}.cosignatures WHERE size = %s ORDER BY witness"), (size,)
    )
    return "".join([line for (line,) in rows])


def newest(connection: psycopg.Connection, cosigner: Cosigner, least: int) -> tuple[str, int] | None:
    """Return the newest note of at least this size that the quorum has cosigned, and its size; None: there is none."""
    rows = connection.execute(
        Reader(schema_name(cosigner.code)).sql(
            "SELECT note || string_agg(line, '' ORDER BY witness), size FROM {s}.checkpoints"
            " JOIN {s}.cosignatures USING (size) WHERE size >= %s GROUP BY size, note ORDER BY size DESC LIMIT %s"
        ),
        (least, NOTES_LOOKED_AT),
    )
    for note, size in rows:
        if cosigner.policy.satisfied(cosigner.policy.cosigners(note)):
            return note, size
    return None
