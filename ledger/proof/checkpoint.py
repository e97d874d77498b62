"""Checkpoints (C2SP tlog-checkpoint) and their cosignatures (C2SP tlog-cosignature, type 0x04).

The text of a checkpoint is three lines: the origin, the size of the tree, the root in base64.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.log.merkle import HASH_SIZE
from ledger.proof.note import COSIGNATURE, NoteError, Signature, Signer, Verifier, signature_line, split, unbase64

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES: Final = 3
_TIME_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: the log's origin, the number of its entries, and the RFC 6962 root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Write the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note. Lines behind the third are extensions, which nothing here reads. Raise NoteError."""
        lines = text.split("\n")
        if len(lines) <= _LINES or lines[-1] or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteError("a checkpoint has the lines origin, size, root")
        root = unbase64(lines[2])
        if len(root) != HASH_SIZE:
            raise NoteError(f"the root of a checkpoint has {HASH_SIZE} bytes, not {len(root)}")
        return cls(lines[0], int(lines[1]), root)


def cosigned_message(text: str, time: int) -> bytes:
    """Return what a witness signs: that it saw this checkpoint at `time` (seconds since 1970 UTC)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(signer: Signer, text: str, time: int) -> str:
    """Return the line of a witness's cosignature under a checkpoint's text. The key is of type 0x04."""
    signature = signer.sign(cosigned_message(text, time))
    return signature_line(signer.verifier, time.to_bytes(_TIME_SIZE, "big") + signature)


def cosigned_at(text: str, signature: Signature, witness: Verifier) -> int | None:
    """Return when a witness cosigned, in seconds since 1970 UTC; None for another key's line. Raise NoteError."""
    if not signature.is_of(witness) or witness.kind != COSIGNATURE:
        return None
    time = int.from_bytes(signature.signature[:_TIME_SIZE], "big")
    if not witness.holds(cosigned_message(text, time), signature.signature[_TIME_SIZE:]):
        raise NoteError(f"the cosignature of {witness.name} is wrong")
    return time


def witnessed(note: str, witnesses: Sequence[Verifier]) -> dict[str, int]:
    """Return which of these witnesses cosigned a note, by name, and when. Raise NoteError where one is wrong."""
    text, signatures = split(note)
    found: dict[str, int] = {}
    for signature in signatures:
        for witness in witnesses:
            time = cosigned_at(text, signature, witness)
            if time is not None:
                found[witness.name] = max(time, found.get(witness.name, 0))
    return found
