"""Resource names: `ledgers/{ledger}` and what lies below it, and the 16 bytes of the ids inside
them.

Names are written in lower case. Reading takes either case of the hexadecimal digits, because the
bytes are the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

ID_TEXT_LENGTH = 36
ID_BYTES = 16
NAMED_VERSION = 5

_LEDGER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_CODE = r"[A-Za-z0-9_-]{1,32}"
INSTITUTION_CODE = re.compile(_CODE)
"""What an institution's code can be: what a resource name can hold."""
_INSTITUTION = re.compile(rf"ledgers/([^/]*)/institutions/({_CODE})")
_POLICY = re.compile(r"ledgers/([^/]*)/policies/([a-z0-9][a-z0-9-]{0,62})")
_STREAMS = frozenset(("admin", "refusals", "policies", "access-log"))
"""Streams of the ledger itself, whose ids are made from their names as those of institutions are from their codes."""
_ENTRY = re.compile(r"ledgers/([^/]*)/entries/([1-9][0-9]{0,18})")


def id_text(identifier: bytes) -> str:
    """Write the 16 bytes of a UUID in the canonical form of 36 characters."""
    text = identifier.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def id_bytes(text: str) -> bytes:
    """Read the 36 characters of a UUID into its 16 bytes."""
    try:
        # fromhex skips white space, but then too few digits remain for 16 bytes.
        identifier = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        identifier = b""
    # The slice takes the characters 8, 13, 18 and 23.
    if len(identifier) != ID_BYTES or len(text) != ID_TEXT_LENGTH or text[8:24:5] != "----":
        raise ValueError(f"not a UUID of 36 characters: {text[:64]!r}")
    return identifier


def is_named(identifier: bytes) -> bool:
    """Tell whether the 16 bytes are a UUID of version 5: such ids name streams of a ledger itself, never a person."""
    return identifier[6] >> 4 == NAMED_VERSION


def ledger_name(ledger: str) -> str:
    """Name of a ledger."""
    return f"ledgers/{ledger}"


def account_name(ledger: str, identifier: bytes) -> str:
    """Name of the personal account of a stream."""
    return f"ledgers/{ledger}/accounts/{id_text(identifier)}"


def person_name(ledger: str, identifier: bytes) -> str:
    """Name of the insured person of a stream."""
    return f"ledgers/{ledger}/persons/{id_text(identifier)}"


def entry_name(ledger: str, position: int) -> str:
    """Name of the entry at a position."""
    return f"ledgers/{ledger}/entries/{position}"


def policy_name(ledger: str, policy: str) -> str:
    """Name of a version of a policy."""
    return f"ledgers/{ledger}/policies/{policy}"


def institution_name(ledger: str, institution: str) -> str:
    """Name of an institution by its code."""
    return f"ledgers/{ledger}/institutions/{institution}"


def parse_institution(name: str) -> tuple[str, str]:
    """Return the ledger and the code of `ledgers/{ledger}/institutions/{institution}`."""
    found = _INSTITUTION.fullmatch(name)
    if not found or not _LEDGER.fullmatch(found[1]) or found[2] in _STREAMS:
        raise ValueError(f"not an institution's name (ledgers/{{ledger}}/institutions/{{institution}}): {name[:64]!r}")
    return found[1], found[2]


def parse_policy(name: str) -> tuple[str, str]:
    """Return the ledger and the version of `ledgers/{ledger}/policies/{policy}`."""
    found = _POLICY.fullmatch(name)
    if not found or not _LEDGER.fullmatch(found[1]):
        raise ValueError(f"not a policy's name (ledgers/{{ledger}}/policies/{{policy}}): {name[:64]!r}")
    return found[1], found[2]


def transfer_name(ledger: str, identifier: bytes) -> str:
    """Name of a wallet transfer that an account of the ledger sent."""
    return f"ledgers/{ledger}/transfers/{id_text(identifier)}"


def parse_transfer(name: str) -> tuple[str, bytes]:
    """Return the ledger and the 16 bytes of `ledgers/{ledger}/transfers/{uuid}`."""
    return _ledger_before(name[:-ID_TEXT_LENGTH], "transfers"), id_bytes(name[-ID_TEXT_LENGTH:])


def parse_ledger(name: str) -> str:
    """Return the code of `ledgers/{ledger}`."""
    ledger = name.removeprefix("ledgers/")
    if ledger == name or not _LEDGER.fullmatch(ledger):
        raise ValueError(f"not a ledger name (ledgers/{{ledger}}): {name[:64]!r}")
    return ledger


def parse_account(name: str) -> tuple[str, bytes]:
    """Return the ledger and the 16 bytes of `ledgers/{ledger}/accounts/{uuid}`."""
    return _ledger_before(name[:-ID_TEXT_LENGTH], "accounts"), id_bytes(name[-ID_TEXT_LENGTH:])


def parse_person(name: str) -> tuple[str, bytes]:
    """Return the ledger and the 16 bytes of `ledgers/{ledger}/persons/{uuid}`."""
    return _ledger_before(name[:-ID_TEXT_LENGTH], "persons"), id_bytes(name[-ID_TEXT_LENGTH:])


def parse_entry(name: str) -> tuple[str, int]:
    """Return the ledger and the position of `ledgers/{ledger}/entries/{position}`."""
    found = _ENTRY.fullmatch(name)
    if not found or not _LEDGER.fullmatch(found[1]):
        raise ValueError(f"not an entry name (ledgers/{{ledger}}/entries/{{position}}): {name[:64]!r}")
    return found[1], int(found[2])


@lru_cache(maxsize=1024)  # a process meets few prefixes, and meets them in every call
def _ledger_before(prefix: str, collection: str) -> str:
    found = re.fullmatch(r"ledgers/([^/]*)/([a-z]+)/", prefix)
    if not found or found[2] != collection or not _LEDGER.fullmatch(found[1]):
        raise ValueError(f"not a name of the form ledgers/{{ledger}}/{collection}/{{uuid}}: {prefix[:64]!r}…")
    return found[1]
