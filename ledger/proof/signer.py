"""Signs checkpoints of what is committed, and refuses to sign a log that does not continue what was signed before.

"Signed before" is known from two places: the ledger's table of checkpoints, and a file outside the database. A database
that was restored to an earlier moment has lost entries and checkpoints together; the file still knows.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psycopg

from ledger.domain.entry_types import SIGNING_KEY_CHANGED
from ledger.log.connection import CommitDoubtError, connect
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.master import MasterKey
from ledger.log.reader import CorruptLogError, Reader
from ledger.proof.administration import administration_between
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.inclusion import ProofError, verify_consistency
from ledger.proof.keys import SigningKeys
from ledger.proof.note import NoteError, join, split
from ledger.proof.tree import StoredTree

LOCK_CLASS: Final = 4712
"""First half of the advisory lock under which a ledger's checkpoints are signed, one at a time."""


class ForkError(Exception):
    """The log does not continue what was signed; nothing is signed. The message names the positions."""


class Memory:
    """The last checkpoint of each ledger, in a file outside the database. Each file is whole or not there."""

    def __init__(self, directory: Path) -> None:
        """Take the directory; it is made when it is needed."""
        self._directory = directory

    def recall(self, code: str) -> str:
        """Return the last note of a ledger, or nothing."""
        try:
            return (self._directory / f"{code}.checkpoint").read_text("utf-8")
        except FileNotFoundError:
            return ""

    def keep(self, code: str, note: str) -> None:
        """Store a note, durably. One that is older than what is there changes nothing."""
        self._directory.mkdir(parents=True, exist_ok=True)
        known = self.recall(code)
        if known and _read(known).size >= _read(note).size:
            return
        with tempfile.NamedTemporaryFile("w", dir=self._directory, encoding="utf-8", delete=False) as fresh:
            fresh.write(note)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(fresh.name).replace(self._directory / f"{code}.checkpoint")
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _read(note: str) -> Checkpoint:
    return Checkpoint.parse(split(note)[0])


class CheckpointSigner:
    """Signs for one ledger. Used by one thread at a time; several processes may sign for the same ledger."""

    def __init__(
        self,
        code: str,
        origin: str,
        database_url: str,
        master_key: MasterKey,
        memory: Memory | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        """Take the ledger, the origin of its checkpoints, and where the last one is kept outside the database."""
        self.code = code
        self.origin = origin
        self._url = database_url
        self._reader = Reader(schema_name(code))
        self._tree = StoredTree(schema_name(code))
        self._keys = SigningKeys(ledger_id(code), origin, master_key)
        self._memory = memory
        self._clock = clock
        self._last: Checkpoint | None = None
        self._followed = self._following = 0
        """Version of `admin` up to which the key store follows the log: durably, and in the transaction at hand."""

    def sign(self, connection: psycopg.Connection | None = None) -> str:
        """Return a signed note over everything that is committed now; without a connection, on one of its own.

        Raise ForkError, CorruptLogError, LookupError (no key can be opened), CommitDoubtError, psycopg errors.
        """
        if connection is None:
            with connect(self._url, application=f"ledgerd {self.code} signing") as own:
                return self.sign(own)
        notices: list[str] = []

        def hear(notice: psycopg.errors.Diagnostic) -> None:
            notices.append(str(notice.message_primary))

        connection.add_notice_handler(hear)
        try:
            with connection.transaction():
                connection.execute(
                    "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK_CLASS, schema_name(self.code))
                )
                note = self._note(connection)
        finally:
            connection.remove_notice_handler(hear)
        if notices:  # the standby may know neither the row nor what it signs
            raise CommitDoubtError("; ".join(notices))
        # The row is durable: now the file may know of it too, and then the world.
        if self._memory is not None:
            self._memory.keep(self.code, note)
        self._last, self._followed = _read(note), self._following
        return note

    def check(self, seen: Sequence[Checkpoint] = ()) -> None:
        """Raise ForkError unless the log continues what was signed, and what witnesses have seen. Signs nothing.

        Raise also what `sign` raises, except LookupError.
        """
        with connect(self._url, application=f"ledgerd {self.code} checking") as connection:
            checkpoint, _ = self._continued(connection)
            for known in seen:
                if known.size:
                    self._check(connection, known, checkpoint)

    def _continued(self, connection: psycopg.Connection) -> tuple[Checkpoint, str]:
        """Return the checkpoint of what is committed, and the last note in the database or nothing."""
        head = self._reader.head(connection)
        checkpoint = Checkpoint(self.origin, head.size, head.root)
        row = connection.execute(
            self._reader.sql("SELECT note FROM {s}.checkpoints ORDER BY size DESC LIMIT 1")
        ).fetchone()
        stored = str(row[0]) if row else ""
        for known in dict.fromkeys(self._known(stored)):  # mostly the same one three times
            self._check(connection, known, checkpoint)
        return checkpoint, stored

    def _note(self, connection: psycopg.Connection) -> str:
        checkpoint, stored = self._continued(connection)
        if stored and _read(stored).size == checkpoint.size:
            return stored
        text = checkpoint.text()
        self._follow(connection, checkpoint.size)
        note = join(text, [signer.line(text) for signer in self._keys.signers(connection)])
        connection.execute(
            self._reader.sql("INSERT INTO {s}.checkpoints (size, note, signed_at) VALUES (%s, %s, %s)"),
            (checkpoint.size, note, self._clock()),
        )
        return note

    def _follow(self, connection: psycopg.Connection, size: int) -> None:
        """Bring the key store after the entries that are signed now: a verifier reads in them whose time it is."""
        types = (SIGNING_KEY_CHANGED,)
        changes, self._following = administration_between(connection, self.code, types, self._followed, size)
        self._keys.follow(connection, changes)

    def _known(self, stored: str) -> list[Checkpoint]:
        """Return what is known to have been signed: by this process, in the database, in the file."""
        notes = [stored, self._memory.recall(self.code) if self._memory is not None else ""]
        try:
            found = [_read(note) for note in notes if note]
        except NoteError as error:
            raise ForkError(f"what was signed last cannot be read: {error}") from error
        return [*found, self._last] if self._last is not None else found

    def _check(self, connection: psycopg.Connection, known: Checkpoint, now: Checkpoint) -> None:
        """Raise ForkError unless the tree as it is continues a checkpoint that was signed."""
        if known.origin != now.origin:
            raise ForkError(f"a checkpoint was signed for {known.origin}, but the ledger is {now.origin}")
        if known.size > now.size:
            raise ForkError(
                f"the log ends at {now.size}, but a checkpoint of size {known.size} was signed:"
                f" the positions {now.size + 1} to {known.size} are missing"
            )
        try:
            proof = self._tree.consistency(connection, known.size, now.size)
            verify_consistency(known.size, now.size, known.root, now.root, proof)
        except (ProofError, CorruptLogError) as error:
            raise ForkError(
                f"the log does not continue the checkpoint of size {known.size} that was signed: {error}"
            ) from error
