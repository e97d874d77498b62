"""Ids of ledgers and of named streams: UUIDs of version 5, so that everybody derives the same ones."""

from __future__ import annotations

import uuid
from functools import lru_cache

ADMIN = "admin"
REFUSALS = "refusals"
POLICIES = "policies"
ACCESS_LOG = "access-log"


def ledger_id(code: str) -> bytes:
    """Return the 16 bytes of the ledger's id."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:personal-account-ledger:ledger:{code}").bytes


def named_stream(ledger: bytes, name: str) -> bytes:
    """Return the 16 bytes of the id of a stream that belongs to no person, such as `refusals`."""
    return uuid.uuid5(uuid.UUID(bytes=ledger), name).bytes


@lru_cache(maxsize=16_384)
def institution_stream(ledger: bytes, code: str) -> bytes:
    """Return the 16 bytes of the id of an institution's stream. No code is the name of another stream."""
    return named_stream(ledger, code)


def schema_name(code: str) -> str:
    """Return the PostgreSQL schema of a ledger."""
    return f"ledger_{code}"
