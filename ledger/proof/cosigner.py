"""Asks witnesses to cosign a ledger's checkpoints, and believes them when they have seen more than the log holds.

Nothing here is in the way of a commit: a checkpoint is handed out when it is signed, and its cosignatures are added as
they arrive.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import psycopg
import structlog

from ledger.log.connection import connect
from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from ledger.proof.checkpoint import Checkpoint, cosigned_at, witnessed
from ledger.proof.note import NoteError, join, split
from ledger.proof.policy import Policy, WitnessEntry
from ledger.proof.tree import StoredTree
from ledger.proof.witness import SIZE_TYPE, origin_hash, submission

ANSWER_SECONDS: Final = 5.0
"""How long a witness may take."""
ANSWER_MAX: Final = 64 * 1024

_UNREACHABLE: Final = (OSError, urllib.error.URLError, http.client.HTTPException)

log = structlog.get_logger(__name__)


class WitnessError(Exception):
    """The witness did not cosign; the message says why."""


class OtherSizeError(WitnessError):
    """The witness has cosigned another size than the proof begins with."""

    def __init__(self, size: int) -> None:
        """Take the size that it says."""
        super().__init__(f"the witness has cosigned size {size}")
        self.size = size


def submit(witness: WitnessEntry, body: bytes, text: str) -> str:
    """Submit a checkpoint; return the line of the witness's cosignature, verified. Raise WitnessError."""
    url = f"{witness.url.rstrip('/')}/add-checkpoint"
    request = urllib.request.Request(url, data=body, method="POST")  # noqa: S310 - the operator's own policy names it
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            said: str = answer.read(ANSWER_MAX).decode()
    except urllib.error.HTTPError as refused:
        told = refused.read(ANSWER_MAX).decode(errors="replace").strip()
        if refused.code == HTTPStatus.CONFLICT and refused.headers.get_content_type() == SIZE_TYPE and told.isdigit():
            raise OtherSizeError(int(told)) from None
        raise WitnessError(f"{refused.code}: {told[:200]}") from None
    except (*_UNREACHABLE, UnicodeDecodeError) as error:
        raise WitnessError(str(error)) from None
    try:
        _, signatures = split(join(text, [said]))
        for line, signature in zip(said.splitlines(keepends=True), signatures, strict=True):
            if cosigned_at(text, signature, witness.verifier) is not None:
                return line
    except (NoteError, ValueError) as error:
        raise WitnessError(str(error)) from None
    raise WitnessError(f"no line of the answer is signed by {witness.verifier.name}")


def latest(witness: WitnessEntry, origin: str) -> Checkpoint | None:
    """Return the last checkpoint of a log that a witness has cosigned, None where it has none. Raise WitnessError."""
    url = f"{witness.url.rstrip('/')}/{origin_hash(origin)}/checkpoint"
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - as above
            note = answer.read(ANSWER_MAX).decode()
        text, _ = split(note)
        if not witnessed(note, [witness.verifier]):
            raise WitnessError(f"what it serves is not cosigned by {witness.verifier.name}")
        found = Checkpoint.parse(text)
    except urllib.error.HTTPError as refused:
        if refused.code == HTTPStatus.NOT_FOUND:
            return None
        raise WitnessError(f"{refused.code}") from None
    except (*_UNREACHABLE, UnicodeDecodeError, NoteError) as error:
        raise WitnessError(str(error)) from None
    if found.origin != origin:
        raise WitnessError(f"what it serves is of {found.origin}")
    return found


@dataclass(slots=True)
class Cosigner:
    """Asks the witnesses of a policy about one ledger. Used by one thread at a time."""

    code: str
    origin: str
    database_url: str
    policy: Policy
    _sizes: dict[str, int] = field(default_factory=dict)
    """Witness → the size that it cosigned last, as far as it is known here."""
    _tree: StoredTree = field(init=False)

    def __post_init__(self) -> None:
        """Begin without knowing what witnesses have seen: they say it."""
        self._tree = StoredTree(schema_name(self.code))

    def seen(self) -> list[Checkpoint]:
        """Return what the witnesses that answer have seen of this log. One that does not answer stops nothing."""
        witnesses = self.policy.reachable()
        if not witnesses:
            return []
        with ThreadPoolExecutor(len(witnesses)) as pool:
            return [found for found in pool.map(self._seen_by, witnesses) if found is not None]

    def _seen_by(self, witness: WitnessEntry) -> Checkpoint | None:
        try:
            return latest(witness, self.origin)
        except WitnessError as error:
            log.warning("witness.silent", ledger=self.code, witness=witness.name, problem=str(error))
            return None

    def cosign(self, note: str) -> list[WitnessEntry]:
        """Ask all witnesses to cosign a note that is stored; store what they give. Return those that disagree.

        Raise psycopg errors, CorruptLogError.
        """
        text, _ = split(note)
        checkpoint = Checkpoint.parse(text)
        witnesses = self.policy.reachable()
        with connect(self.database_url, application=f"ledgerd {self.code} cosigning") as connection:
            bodies = [self._body(connection, witness, checkpoint, note) for witness in witnesses]
            with ThreadPoolExecutor(len(witnesses)) as pool:
                asked = [pool.submit(_submitted, *each, text) for each in zip(witnesses, bodies, strict=True)]
                answers = [each.result() for each in asked]
            suspects = []
            for witness, answer in zip(witnesses, answers, strict=True):
                if isinstance(answer, OtherSizeError) and answer.size <= checkpoint.size:
                    self._sizes[witness.name] = answer.size
                    body = self._body(connection, witness, checkpoint, note)
                    answer = _submitted(witness, body, text)  # noqa: PLW2901 - the second answer counts
                if isinstance(answer, str):
                    self._sizes[witness.name] = checkpoint.size
                    self._store(connection, checkpoint.size, witness, answer)
                else:
                    log.warning("witness.refused", ledger=self.code, witness=witness.name, problem=str(answer))
                    suspects.append(witness)
        return suspects

    def _body(self, connection: psycopg.Connection, witness: WitnessEntry, checkpoint: Checkpoint, note: str) -> bytes:
        old = self._sizes.get(witness.name, 0)
        proof: Sequence[bytes] = self._tree.consistency(connection, old, checkpoint.size) if old else ()
        return submission(old, proof, note)

    def _store(self, connection: psycopg.Connection, size: int, witness: WitnessEntry, line: str) -> None:
        connection.execute(
            Reader(schema_name(self.code)).sql(
                "INSERT INTO {s}.cosignatures (size, witness, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
            ),
            (size, witness.verifier.name, line),
        )


def _submitted(witness: WitnessEntry, body: bytes, text: str) -> str | WitnessError:
    try:
        return submit(witness, body, text)
    except WitnessError as error:
        return error
