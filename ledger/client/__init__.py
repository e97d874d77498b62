"""A client of the ledger: typed calls with deadlines and retries, errors as exceptions, pages as iterators.

`Client` blocks, `AsyncClient` is for asyncio; `docs/tutorial.md` shows them at work. It is the
outermost layer: it knows the messages of `ledger.v1` and gRPC, and nothing of the service.
"""

from ledger.client.batches import Outcome, group
from ledger.client.calls import SERVICE_CONFIG, TIMEOUT_SECONDS
from ledger.client.client import CHINESE, ENGLISH, AsyncClient, Client
from ledger.client.errors import (
    DeadlineExceeded,
    IdempotencyConflict,
    InvalidRequest,
    LedgerError,
    NotFound,
    OutcomeUnknown,
    OutOfRange,
    Overloaded,
    PermissionDenied,
    Refused,
    ServiceDefect,
    Unauthenticated,
    Unavailable,
    VersionMismatch,
    Violation,
)
from ledger.client.identifiers import new_request_id
from ledger.client.openings import ApprovedOpenings
from ledger.client.subscription import AsyncSubscription, SequenceError, Subscription

__all__ = [
    "CHINESE",
    "ENGLISH",
    "SERVICE_CONFIG",
    "TIMEOUT_SECONDS",
    "ApprovedOpenings",
    "AsyncClient",
    "AsyncSubscription",
    "Client",
    "DeadlineExceeded",
    "IdempotencyConflict",
    "InvalidRequest",
    "LedgerError",
    "NotFound",
    "OutOfRange",
    "Outcome",
    "OutcomeUnknown",
    "Overloaded",
    "PermissionDenied",
    "Refused",
    "SequenceError",
    "ServiceDefect",
    "Subscription",
    "Unauthenticated",
    "Unavailable",
    "VersionMismatch",
    "Violation",
    "group",
    "new_request_id",
]
