"""Signed notes (C2SP signed-note): a text, and lines with signatures of Ed25519 keys under it.

A signature line is `— name base64(key id ‖ signature)`; the key id is the first four bytes of
SHA-256(name ‖ 0x0A ‖ signature type ‖ public key).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
KEY_SIZE: Final = 32
KEY_ID_SIZE: Final = 4
SIGNATURES_MAX: Final = 64
"""More signature lines than any note needs: a limit on what a stranger makes us verify."""
NOTE_MAX: Final = 65_536
"""Longest note that is read, in characters."""

_DASH: Final = "— "


class NoteError(ValueError):
    """The text is no signed note, or no known key signed it, or a known key's signature is wrong."""


def check_name(name: str) -> str:
    """Return a key name; raise NoteError where C2SP does not allow it."""
    if not name or "+" in name or any(letter.isspace() or ord(letter) < 0x20 for letter in name):  # noqa: PLR2004
        raise NoteError(f"{name!r} cannot name a key: it must not be empty or hold spaces or a plus sign")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes that stand before a signature."""
    return sha256(name.encode() + b"\n" + bytes((kind,)) + public).digest()[:KEY_ID_SIZE]


def unbase64(text: str) -> bytes:
    """Decode standard base64, strictly. Raise NoteError."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(f"{text[:64]!r} is not base64") from None


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name. `kind` is the signature type: 1 for a log's own, 4 for a cosignature."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """The key id."""
        return key_id(self.name, self.kind, self.public)

    def encode(self) -> str:
        """Write the verifier key (vkey): name, key id in hexadecimal digits, base64 of type and key."""
        key = base64.b64encode(bytes((self.kind,)) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a verifier key. Raise NoteError."""
        name, _, rest = text.strip().partition("+")
        digits, _, encoded = rest.partition("+")
        key = unbase64(encoded)
        if len(key) != KEY_SIZE + 1 or key[0] not in {ED25519, COSIGNATURE}:
            raise NoteError(f"the verifier key of {name!r} is not one of Ed25519")
        found = cls(check_name(name), key[1:], key[0])
        if found.id.hex() != digits:
            raise NoteError(f"the verifier key of {name!r} has the id {digits}, which belongs to another key or name")
        return found

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Tell whether a signature of 64 bytes is this key's over a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private key under a name."""

    def __init__(self, name: str, private: bytes, kind: int = ED25519) -> None:
        """Take the 32 bytes of an Ed25519 key."""
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.verifier = Verifier(check_name(name), self._key.public_key().public_bytes_raw(), kind)

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes over a message."""
        return self._key.sign(message)

    def line(self, text: str) -> str:
        """Return the signature line for a note's text."""
        return signature_line(self.verifier, self.sign(text.encode()))


def signature_line(verifier: Verifier, signature: bytes) -> str:
    """Write a signature line."""
    return f"{_DASH}{verifier.name} {base64.b64encode(verifier.id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and the bytes behind the id."""

    name: str
    id: bytes
    signature: bytes

    def is_of(self, verifier: Verifier) -> bool:
        """Tell whether the line names this key."""
        return (self.name, self.id) == (verifier.name, verifier.id)


def split(note: str) -> tuple[str, list[Signature]]:
    """Return the text of a note and its signature lines, none of them verified. Raise NoteError."""
    if len(note) > NOTE_MAX or any(ord(letter) < 0x20 and letter != "\n" for letter in note):  # noqa: PLR2004
        raise NoteError("a note is text without control characters, and not that long")
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise NoteError("a note has an empty line between its text and its signatures")
    text, lines = note[: at + 1], note[at + 2 : -1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise NoteError(f"the note has more than {SIGNATURES_MAX} signatures")
    found = []
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        data = unbase64(encoded)
        if not line.startswith(_DASH) or len(data) <= KEY_ID_SIZE:
            raise NoteError(f"{line[:64]!r} is not a signature line")
        found.append(Signature(check_name(name), data[:KEY_ID_SIZE], data[KEY_ID_SIZE:]))
    return text, found


def join(text: str, lines: Iterable[str]) -> str:
    """Put signature lines under a text that ends with a newline."""
    return text + "\n" + "".join(lines)


def verify(note: str, verifiers: Sequence[Verifier]) -> tuple[str, list[Verifier]]:
    """Return the text of a note, and which of these keys signed it.

    Raise NoteError when none did, or when a line that names one of them is wrong.
    """
    text, signatures = split(note)
    found: list[Verifier] = []
    for signature in signatures:
        for verifier in verifiers:
            if verifier.kind != ED25519 or not signature.is_of(verifier) or verifier in found:
                continue
            if not verifier.holds(text.encode(), signature.signature):
                raise NoteError(f"the signature of {verifier.name} is wrong")
            found.append(verifier)
    if not found:
        raise NoteError("no known key has signed the note")
    return text, found
