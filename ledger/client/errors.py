"""What a failed call raises: one exception for each thing that a caller may do about it.

LedgerError
├── InvalidRequest       correct the fields in `violations`
├── OutOfRange           ask for a position that exists
├── Unauthenticated      authenticate
├── PermissionDenied     ask for the right in `metadata["right"]`
├── NotFound             what the request names does not exist, or the caller may not know it
├── Refused              a business "no": `reason` says which, `sentence` can be read out
├── IdempotencyConflict  use a new request id for a new command
├── VersionMismatch      read again, then decide anew
├── Overloaded           come back after `retry_delay`
├── DeadlineExceeded     send the same request id again
├── Unavailable          send the same request id again
│   └── OutcomeUnknown   the same; until then nobody knows whether it was recorded
└── ServiceDefect        report `metadata["error_id"]`
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import grpc
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status

from ledger.v1 import options_pb2
from ledger.v1.reasons_pb2 import RefusalReason

DOMAIN: Final = "ledger.v1"
STATUS_TRAILER: Final = "grpc-status-details-bin"

_CODES = {code.value[0]: code for code in grpc.StatusCode}
_PREFIX = "REFUSAL_REASON_"


class Violation(NamedTuple):
    """A field at fault: the path to it in the request, and what is wrong with it."""

    field: str
    description: str


class LedgerError(Exception):
    """A call, or one item of a batch, that failed.

    `code` is the gRPC status, `reason` a name of `RefusalReason` without its prefix (empty when no
    service was reached), `metadata` the values of its sentence, `violations` the fields at fault,
    `retry_delay` the seconds to wait or None, `sentence` words for a person in the language
    `locale`, `message` English for developers, `request_id` that of the command: it can be sent
    again with it at any time.
    """

    def __init__(self, status: Status, request_id: str = "") -> None:
        """Read what the service said."""
        self.code: grpc.StatusCode = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
        self.message: str = status.message
        self.request_id = request_id
        self.reason = ""
        self.metadata: Mapping[str, str] = {}
        self.violations: tuple[Violation, ...] = ()
        self.retry_delay: float | None = None
        self.sentence = self.locale = ""
        self._read(status)
        words = [self.reason or self.code.name, f": {self.message}"]
        if request_id:
            words.append(f" (request id {request_id})")
        super().__init__("".join(words))

    def _read(self, status: Status) -> None:
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        spoken, retry = error_details_pb2.LocalizedMessage(), error_details_pb2.RetryInfo()
        for detail in status.details:
            if detail.Unpack(info) and info.domain == DOMAIN:
                self.reason, self.metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(bad):
                self.violations = tuple(Violation(found.field, found.description) for found in bad.field_violations)
            elif detail.Unpack(spoken):
                self.sentence, self.locale = spoken.message, spoken.locale
            elif detail.Unpack(retry):
                self.retry_delay = retry.retry_delay.ToTimedelta().total_seconds()

    @property
    def recorded(self) -> bool:
        """Whether the refusal stands in the log, so that the same request id gets it for ever."""
        return _recorded(self.reason)

    @property
    def replayed(self) -> bool:
        """Whether it is the recorded answer to an earlier call with the same request id."""
        return self.metadata.get("replayed") == "true"


class InvalidRequest(LedgerError):
    """The shape of the request is wrong, or it has a field that the service does not know."""


class OutOfRange(LedgerError):
    """A position lies beyond the end of the ledger."""


class Unauthenticated(LedgerError):
    """The caller has no valid identity."""


class PermissionDenied(LedgerError):
    """The identity lacks a right."""


class NotFound(LedgerError):
    """What the request names does not exist, or the caller may not know that it does."""


class Refused(LedgerError):
    """The rules, or the state of an account, do not allow it."""


class IdempotencyConflict(LedgerError):
    """The request id was used before for something else; `metadata["field"]` names the difference."""


class VersionMismatch(LedgerError):
    """The stream is not at the expected version."""


class Overloaded(LedgerError):
    """The service has no room; nothing was recorded."""


class DeadlineExceeded(LedgerError):
    """The time is over. With the reason DEADLINE_EXPIRED nothing was recorded; without one nobody knows."""


class Unavailable(LedgerError):
    """The service cannot be reached, or cannot answer. With a reason, nothing was recorded."""


class OutcomeUnknown(Unavailable):
    """It is not known yet whether the command was recorded. The same request id will tell."""


class ServiceDefect(LedgerError):
    """The service made a mistake; nothing was recorded."""


_CLASSES: Final[Mapping[grpc.StatusCode, type[LedgerError]]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: OutOfRange,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.FAILED_PRECONDITION: Refused,
    grpc.StatusCode.ALREADY_EXISTS: IdempotencyConflict,
    grpc.StatusCode.ABORTED: VersionMismatch,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.INTERNAL: ServiceDefect,
}


def error_of(status: Status, request_id: str = "") -> LedgerError:
    """The exception that stands for a status, such as that of an item of a batch."""
    kind = _CLASSES.get(_CODES.get(status.code, grpc.StatusCode.UNKNOWN), LedgerError)
    error = kind(status, request_id)
    return OutcomeUnknown(status, request_id) if error.reason == "OUTCOME_UNKNOWN" else error


def error_of_call(failure: grpc.RpcError, request_id: str = "") -> LedgerError:
    """The exception that stands for what gRPC raised."""
    trailers: Any = failure.trailing_metadata() or ()
    for key, value in trailers:
        if key == STATUS_TRAILER and isinstance(value, bytes):
            return error_of(Status.FromString(value), request_id)
    number: int = failure.code().value[0]
    return error_of(Status(code=number, message=failure.details() or ""), request_id)


@cache
def _recorded(reason: str) -> bool:
    value: Any = RefusalReason.DESCRIPTOR.values_by_name.get(_PREFIX + reason)
    return value is not None and bool(value.GetOptions().Extensions[options_pb2.reason].recorded)
