"""Signed notes, checkpoints and cosignatures of C2SP, read and verified with nothing but Ed25519 from outside."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG_KEY: Final = 0x01
WITNESS_KEY: Final = 0x04
NOTE_CHARACTERS_MAX: Final = 65_536
SIZE_DIGITS_MAX: Final = 19
"""Positions are int64."""
_PUBLIC, _ID, _TIME, _SIGNATURE, _ROOT = 32, 4, 8, 64, 32


class BadNoteError(ValueError):
    """The text is no note, checkpoint or key; the message says why."""


def _decoded(text: str, length: int | None = None) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNoteError(f"{text[:60]!r} is not base64") from None
    if length is not None and len(data) != length:
        raise BadNoteError(f"{text[:60]!r} has {len(data)} bytes, not {length}")
    return data


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under a name, of a log (type 1) or a witness (type 4)."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        return sha256(self.name.encode() + b"\n" + bytes((self.kind,)) + self.public).digest()[:_ID]

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read a vkey: `name+id+base64 of type and key`. Raise BadNoteError."""
        name, _, rest = text.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        data = _decoded(encoded, 1 + _PUBLIC)
        key = cls(name, data[0], data[1:])
        if not name or key.kind not in {LOG_KEY, WITNESS_KEY}:
            raise BadNoteError(f"{text[:60]!r} is no Ed25519 key of a log or witness")
        if key.id.hex() != digits:
            raise BadNoteError(f"the key {name!r} has the id {key.id.hex()}, not {digits}")
        return key

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether it made a signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """A text with the signature lines under it: (name, key id, what follows the id)."""

    text: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Read a note. Raise BadNoteError."""
        at = note.rfind("\n\n")
        if len(note) > NOTE_CHARACTERS_MAX or at < 0 or not note.endswith("\n"):
            raise BadNoteError("a note is a text, an empty line, and lines with signatures")
        found = []
        for line in note[at + 2 : -1].split("\n"):
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            data = _decoded(encoded)
            if dash != "—" or not name or len(data) <= _ID:
                raise BadNoteError(f"{line[:60]!r} is no signature line")
            found.append((name, data[:_ID], data[_ID:]))
        return cls(note[: at + 1], tuple(found))

    def signed_by(self, key: Key) -> bool:
        """Tell whether a log's key signed. Raise BadNoteError where a line names the key and is wrong."""
        found = False
        for name, key_id, signature in self.lines:
            if (name, key_id) == (key.name, key.id) and key.kind == LOG_KEY:
                if len(signature) != _SIGNATURE or not key.verifies(self.text.encode(), signature):
                    raise BadNoteError(f"the signature of {name} is wrong")
                found = True
        return found

    def cosigned_by(self, key: Key) -> int | None:
        """Return when a witness cosigned, in seconds since 1970 UTC; None: it did not. Raise BadNoteError."""
        times = []
        for name, key_id, data in self.lines:
            if (name, key_id) == (key.name, key.id) and key.kind == WITNESS_KEY:
                time = int.from_bytes(data[:_TIME], "big")
                message = f"cosignature/v1\ntime {time}\n{self.text}".encode()
                if len(data) != _TIME + _SIGNATURE or not key.verifies(message, data[_TIME:]):
                    raise BadNoteError(f"the cosignature of {name} is wrong")
                times.append(time)
        return max(times, default=None)


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: origin, number of entries, root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read the text of a note. Raise BadNoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():  # noqa: PLR2004
            raise BadNoteError("a checkpoint has the lines origin, size and root")
        if len(lines[1]) > SIZE_DIGITS_MAX:
            raise BadNoteError(f"no log has {lines[1][:20]}… entries")
        if lines[1] != str(int(lines[1])):
            raise BadNoteError(f"the size {lines[1]} has a leading zero")
        return cls(lines[0], int(lines[1]), _decoded(lines[2], _ROOT))
