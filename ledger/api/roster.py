"""The file of identities: which certificates and tokens stand for whom, and what they may do.

Nobody who is not in it may do anything, and nobody in it may do more than it says. Rights are named one by one; there
is no name for all of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from ledger.api.identity import Identity, right_number
from ledger.domain.names import parse_person, person_name

FIELDS: Final = frozenset(
    {"organisation", "actor", "certificates", "tokens", "rights", "ledgers", "person", "citizens"}
)
KINDS: Final = ("uri", "dns", "subject", "sha256")
"""What a certificate can be named by: a URI or a DNS name of its subjectAltName, its subject (RFC 4514), its hash."""
ALL_LEDGERS: Final = "*"

_NAME = re.compile(r"[^\x00-\x1f]{1,200}")
_LEDGER = re.compile(r"[0-9a-z]{1,16}")
_HASH = re.compile(r"[0-9a-f]{64}")


class RosterError(ValueError):
    """The file cannot be used; the message says which identity is at fault, and why."""


class Roster:
    """Identities by what their certificates and tokens say."""

    def __init__(self, certificates: Mapping[str, Identity], tokens: Mapping[str, Identity]) -> None:
        """Take the identities by certificate name (`dns:pos.example.org`) and by subject of a token."""
        self._certificates = certificates
        self._tokens = tokens

    def __len__(self) -> int:
        """How many certificate names and token subjects there are."""
        return len(self._certificates) + len(self._tokens)

    def of_certificate(self, names: Iterable[str]) -> Identity | None:
        """The one identity that a certificate's names lead to; None for none, and for more than one."""
        found = {id(known): known for name in names if (known := self._certificates.get(name))}
        return found.popitem()[1] if len(found) == 1 else None

    def of_token(self, subject: str) -> Identity | None:
        """The identity of a token's subject."""
        return self._tokens.get(subject)


def read_roster(text: str) -> Roster:
    """Read the file. Raise RosterError; never a part of the file is used."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RosterError(f"is no TOML: {error}") from None
    if unknown := content.keys() - {"identity"}:
        raise RosterError(f"has {min(unknown)!r}; it consists of [[identity]] tables")
    entries = content.get("identity")
    if not isinstance(entries, list) or not entries:
        raise RosterError("has no [[identity]]: nobody could do anything")
    certificates: dict[str, Identity] = {}
    tokens: dict[str, Identity] = {}
    for number, entry in enumerate(entries, 1):
        try:
            _read_entry(entry, certificates, tokens)
        except RosterError as error:
            raise RosterError(f"[[identity]] number {number}: {error}") from None
    return Roster(certificates, tokens)


def _read_entry(entry: Any, certificates: dict[str, Identity], tokens: dict[str, Identity]) -> None:
    if not isinstance(entry, dict):
        raise RosterError("is no table")
    if unknown := entry.keys() - FIELDS:
        raise RosterError(f"has {min(unknown)!r}; the fields are {', '.join(sorted(FIELDS))}")
    identity = Identity.named(_text(entry, "organisation"), _text(entry, "actor"), _rights(entry), _ledgers(entry))
    identity = _bound(entry, identity)
    named = [_certificate_name(text) for text in _texts(entry, "certificates", needed=False)]
    subjects = _texts(entry, "tokens", needed=False)
    if not named and not subjects:
        raise RosterError("needs certificates or tokens: nobody could ever be this identity")
    for names, known in ((named, certificates), (subjects, tokens)):
        for name in names:
            if name in known:
                raise RosterError(f"{name!r} stands for somebody else already")
            known[name] = identity


def _text(entry: Mapping[str, Any], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise RosterError(f"{field} must be a name of 1 to 200 characters")
    return value


def _texts(entry: Mapping[str, Any], field: str, *, needed: bool = True) -> list[str]:
    value = entry.get(field, [])
    if not isinstance(value, list) or not all(isinstance(part, str) and _NAME.fullmatch(part) for part in value):
        raise RosterError(f"{field} must be a list of strings")
    if needed and field not in entry:
        raise RosterError(f"{field} is missing; an empty list means none")
    return value


def _rights(entry: Mapping[str, Any]) -> int:
    mask = 0
    for name in _texts(entry, "rights"):
        number = right_number(name)
        if number is None:
            raise RosterError(f"there is no right {name!r}; protos/ledger/v1/options.proto has them all")
        mask |= 1 << number
    return mask


def _ledgers(entry: Mapping[str, Any]) -> frozenset[str] | None:
    codes = _texts(entry, "ledgers")
    if ALL_LEDGERS in codes:
        if len(codes) > 1:
            raise RosterError(f"ledgers has {ALL_LEDGERS!r}, which means all of them, beside others")
        return None
    for code in codes:
        if not _LEDGER.fullmatch(code):
            raise RosterError(f"ledgers has {code!r}; a code has 1 to 16 digits and lower-case letters")
    return frozenset(codes)


def _bound(entry: Mapping[str, Any], identity: Identity) -> Identity:
    """Read whether the identity is one person's, or one of many citizens' who are named in each call."""
    citizens = entry.get("citizens", False)
    if not isinstance(citizens, bool):
        raise RosterError("citizens must be true or false")
    if "person" not in entry:
        return replace(identity, citizens=citizens)
    if citizens:
        raise RosterError("has a person and citizens: it is either one's or many's")
    name = _text(entry, "person")
    try:
        ledger, stream = parse_person(name.lower())
    except ValueError:
        raise RosterError(f"person has {name!r}; write it like ledgers/410100/persons/UUID") from None
    return identity.acting_as(person_name(ledger, stream))


def _certificate_name(text: str) -> str:
    kind, colon, name = text.partition(":")
    if kind not in KINDS or not colon or not name:
        raise RosterError(f"certificates has {text!r}; write it like {':..., '.join(KINDS)}:...")
    if kind == "sha256":
        name = name.replace(":", "").lower()
        if not _HASH.fullmatch(name):
            raise RosterError(f"certificates has {text!r}; a SHA-256 has 64 hexadecimal digits")
    return f"{kind}:{name.lower()}" if kind == "dns" else f"{kind}:{name}"
