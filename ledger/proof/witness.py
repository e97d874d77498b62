"""A witness (C2SP tlog-witness): cosigns checkpoints of logs that it knows, each only if it continues the one before.

It keeps one checkpoint for each log in a directory of its own, and never needs a database. Whoever runs it sees sizes
and roots, and no data.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from ledger.log.merkle import EMPTY_ROOT, HASH_SIZE
from ledger.proof.checkpoint import Checkpoint, cosign
from ledger.proof.inclusion import ProofError, verify_consistency
from ledger.proof.note import NOTE_MAX, NoteError, Signer, Verifier, split, unbase64, verify

PROOF_LINES_MAX: Final = 63
BODY_MAX: Final = NOTE_MAX + 64 * 64
"""Longest request, in bytes."""
SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Answer(NamedTuple):
    """An HTTP answer."""

    status: HTTPStatus
    text: str
    content_type: str = TEXT_TYPE


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, text: str, content_type: str = TEXT_TYPE) -> None:
        super().__init__(text)
        self.answer = Answer(status, text + "\n", content_type)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a log asks: to cosign a note that continues the tree of size `old`."""

    old: int
    proof: Sequence[bytes]
    note: str
    checkpoint: Checkpoint

    def encode(self) -> bytes:
        """Write the body of the request."""
        return submission(self.old, self.proof, self.note)

    @classmethod
    def parse(cls, body: bytes) -> Submission:
        """Read the body of a request. Raise NoteError."""
        try:
            head, found, note = body.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise NoteError("the request is not UTF-8") from None
        first, *lines = head.split("\n")
        old = _OLD.fullmatch(first)
        if not found or old is None:
            raise NoteError("a request begins with the line `old` and a size, and has an empty line before the note")
        if len(lines) > PROOF_LINES_MAX:
            raise NoteError(f"a proof has at most {PROOF_LINES_MAX} lines")
        proof = [unbase64(line) for line in lines]
        if any(len(hash_) != HASH_SIZE for hash_ in proof):
            raise NoteError(f"the hashes of a proof have {HASH_SIZE} bytes")
        return cls(int(old[1]), proof, note, Checkpoint.parse(split(note)[0]))


def submission(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return the body of a request to cosign a note that continues the tree of size `old`."""
    lines = [f"old {old}", *(b64encode(hash_).decode() for hash_ in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def origin_hash(origin: str) -> str:
    """Return the name under which a witness serves the last checkpoint of a log."""
    return sha256(origin.encode()).hexdigest()


class Witness:
    """One witness with its key. May be used by any number of threads; a second process finds the directory taken."""

    def __init__(
        self,
        signer: Signer,
        logs: Sequence[Verifier],
        directory: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the key (of type 0x04), the keys of the logs by their origins, and where the state is kept.

        Raise BlockingIOError where another process works in the directory.
        """
        self._signer = signer
        self._logs = list(logs)
        self._directory = directory
        self._clock = clock
        self._lock = threading.Lock()
        directory.mkdir(parents=True, exist_ok=True)
        self._held = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @property
    def verifier(self) -> Verifier:
        """The key by which its cosignatures are known."""
        return self._signer.verifier

    def close(self) -> None:
        """Give the directory back."""
        os.close(self._held)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a submission: cosign it, or say in the words of the specification why not."""
        try:
            asked = Submission.parse(body)
        except NoteError as error:
            return Answer(HTTPStatus.BAD_REQUEST, f"{error}\n")
        try:
            signed = self._signed(asked)
            with self._lock:
                return self._cosigned(asked, signed)
        except _Refused as refused:
            return refused.answer

    def latest(self, name: str) -> Answer:
        """Return the last note that was cosigned, by the hash of its origin."""
        for origin in {log.name for log in self._logs}:
            if origin_hash(origin) == name:
                with self._lock:
                    note = self._recall(origin)
                if note:
                    return Answer(HTTPStatus.OK, note)
        return Answer(HTTPStatus.NOT_FOUND, "nothing was cosigned for such a log\n")

    def _signed(self, asked: Submission) -> str:
        """Return the text and those of its signature lines that the log's own keys made."""
        keys = [log for log in self._logs if log.name == asked.checkpoint.origin]
        if not keys:
            raise _Refused(HTTPStatus.NOT_FOUND, f"the log {asked.checkpoint.origin} is not known here")
        try:
            text, found = verify(asked.note, keys)
        except NoteError as error:
            raise _Refused(HTTPStatus.FORBIDDEN, str(error)) from None
        ids = {key.id for key in found}
        lines = asked.note[len(text) + 1 :].splitlines(keepends=True)
        _, signatures = split(asked.note)
        kept = [line for line, each in zip(lines, signatures, strict=True) if each.id in ids]
        return text + "\n" + "".join(kept)

    def _cosigned(self, asked: Submission, signed: str) -> Answer:
        new = asked.checkpoint
        if asked.old > new.size:
            raise _Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than that of the checkpoint")
        note = self._recall(new.origin)
        known = Checkpoint.parse(split(note)[0]) if note else Checkpoint(new.origin, 0, EMPTY_ROOT)
        if asked.old != known.size:
            raise _Refused(HTTPStatus.CONFLICT, str(known.size), SIZE_TYPE)
        self._check(known, new, asked.proof)
        # The whole text is cosigned, whatever extensions stand behind the root.
        line = cosign(self._signer, signed[: signed.rindex("\n\n") + 1], max(1, int(self._clock())))
        self._keep(new.origin, signed + line)
        return Answer(HTTPStatus.OK, line)

    def _check(self, known: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
        if new.size == 0 and new.root != EMPTY_ROOT:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "an empty tree has another root")
        if known.size == 0:
            if proof:
                raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "nothing has to be proven of the empty tree")
            return
        try:
            verify_consistency(known.size, new.size, known.root, new.root, proof)
        except ProofError as error:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None

    def _path(self, origin: str) -> Path:
        return self._directory / f"{origin_hash(origin)}.checkpoint"

    def _recall(self, origin: str) -> str:
        try:
            return self._path(origin).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def _keep(self, origin: str, note: str) -> None:
        """Store a note durably before its cosignature leaves; the file is whole or the one before."""
        with tempfile.NamedTemporaryFile("w", dir=self._directory, encoding="utf-8", delete=False) as fresh:
            fresh.write(note)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(fresh.name).replace(self._path(origin))
        with _opened(self._directory) as directory:
            os.fsync(directory)


@contextlib.contextmanager
def _opened(directory: Path) -> Iterator[int]:
    found = os.open(directory, os.O_RDONLY)
    try:
        yield found
    finally:
        os.close(found)
