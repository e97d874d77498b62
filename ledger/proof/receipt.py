"""Receipts (C2SP tlog-proof): a text with which anybody shows, offline, that an entry is in the log.

It holds the index of the entry, the inclusion proof, and a signed checkpoint. It holds neither the entry nor anything
else of the account; whoever checks it has the entry's stored bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.log.merkle import HASH_SIZE, leaf_hash
from ledger.proof.checkpoint import Checkpoint, witnessed
from ledger.proof.inclusion import verify_inclusion
from ledger.proof.note import NoteError, Verifier, unbase64, verify

HEADER: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = "index "
_EXTRA: Final = "extra "


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, not verified. `index` counts from 0: the position of the entry less one."""

    index: int
    proof: Sequence[bytes]
    note: str
    extra: bytes = b""

    def encode(self) -> str:
        """Write it."""
        lines = [HEADER]
        if self.extra:
            lines.append(_EXTRA + base64.b64encode(self.extra).decode())
        lines.append(f"{_INDEX}{self.index}")
        lines += [base64.b64encode(hash_).decode() for hash_ in self.proof]
        return "\n".join([*lines, "", self.note])

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read it. Raise NoteError."""
        head, found, note = text.partition("\n\n")
        lines = head.split("\n")
        if not found or lines.pop(0) != HEADER:
            raise NoteError(f"a receipt begins with the line {HEADER}")
        extra = unbase64(lines.pop(0)[len(_EXTRA) :]) if lines and lines[0].startswith(_EXTRA) else b""
        number = lines.pop(0).removeprefix(_INDEX) if lines and lines[0].startswith(_INDEX) else ""
        if not number.isascii() or not number.isdigit() or number != str(int(number)):
            raise NoteError("a receipt names the index of its entry")
        proof = [unbase64(line) for line in lines]
        if any(len(hash_) != HASH_SIZE for hash_ in proof):
            raise NoteError(f"the hashes of a receipt have {HASH_SIZE} bytes")
        return cls(int(number), proof, note, extra)


def verify_receipt(
    text: str, entry: bytes, log: Sequence[Verifier], witnesses: Sequence[Verifier] = (), *, witnesses_min: int = 0
) -> Checkpoint:
    """Return the checkpoint under which an entry's stored bytes are proven.

    `log` are the keys of the log that are trusted; at least `witnesses_min` of the witnesses must have cosigned.
    Raise NoteError where signatures are missing or wrong, ProofError where the entry is not in that tree.
    """
    receipt = Receipt.parse(text)
    signed, _ = verify(receipt.note, log)
    checkpoint = Checkpoint.parse(signed)
    if checkpoint.origin not in {key.name for key in log}:
        raise NoteError(f"the checkpoint is of {checkpoint.origin}, not of the log that is trusted")
    seen = witnessed(receipt.note, witnesses)
    if len(seen) < witnesses_min:
        raise NoteError(f"{len(seen)} of the witnesses have cosigned, {witnesses_min} are needed")
    verify_inclusion(receipt.index, checkpoint.size, leaf_hash(entry), receipt.proof, checkpoint.root)
    return checkpoint
