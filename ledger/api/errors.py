"""How a "no" is worded: one google.rpc.Status with a machine-readable reason and a sentence.

What a reason means stands in the proto, as an option of its enum value; this module only reads it.
A status has an ErrorInfo, a LocalizedMessage, a BadRequest when fields are at fault, and a
RetryInfo when it is worth waiting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status

from ledger.v1 import options_pb2 as options
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.reasons_pb2 import RefusalReason

DOMAIN = "ledger.v1"
PREFIX = "REFUSAL_REASON_"
CHINESE, ENGLISH = "zh-CN", "en"
RETRY_MS = 200
"""How long a caller that met a full queue should wait: the queue drains in less."""

RETRY_METADATA = "retry_after_ms"
"""Where a reason says how long to wait, if it knows better than `RETRY_MS`."""

STATUS_TRAILER = "grpc-status-details-bin"

_CODES = {code.value[0]: code for code in grpc.StatusCode}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SAID_MAX = 3  # faults in a message; the details have all
_RETRIED = {reasons.REFUSAL_REASON_OVERLOADED, reasons.REFUSAL_REASON_TOO_MANY_REFUSALS}
_TYPE_URL = "type.googleapis.com/"


class Violation(NamedTuple):
    """One field at fault: the path that leads to it in the request, and what is wrong with it."""

    path: str
    problem: str


class Rejected(Exception):
    """A call, or one item of a batch, that does not reach the log."""

    recorded = False
    """Whether it is a refusal that was recorded just now, in the log for ever."""

    def __init__(
        self,
        reason: int,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
    ) -> None:
        """Keep the `RefusalReason`, the values of its sentence, and the fields at fault."""
        super().__init__(reason)
        self.reason = reason
        self.metadata = metadata or {}
        self.violations = violations

    def status(self, language: str) -> Status:
        """Word it."""
        return status(self.reason, self.metadata, language, self.violations)


class InvalidRequest(Rejected):
    """The shape of the request is wrong."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Name at least one field."""
        super().__init__(reasons.REFUSAL_REASON_INVALID_REQUEST, None, violations)

    def below(self, path: str) -> InvalidRequest:
        """The same, seen from the message that holds the request at `path`."""
        return InvalidRequest([Violation(f"{path}.{at}", text) for at, text in self.violations])


class Meaning(NamedTuple):
    """What the proto says about a reason. `name` has no prefix, `code` is a google.rpc.Code."""

    name: str
    code: int
    sentences: Mapping[str, str]
    recorded: bool = False


@cache
def meaning(reason: int) -> Meaning:
    """Look a reason up. A number from a newer version of the log is worded as an internal error."""
    value = RefusalReason.DESCRIPTOR.values_by_number.get(reason)
    if value is None or not reason:
        return meaning(reasons.REFUSAL_REASON_INTERNAL)
    said: Any = value.GetOptions().Extensions[options.reason]  # type: ignore[index]
    sentences = {CHINESE: said.chinese, ENGLISH: said.english}
    return Meaning(value.name.removeprefix(PREFIX), said.status, sentences, said.recorded)


def sentence(reason: int, metadata: Mapping[str, str], language: str) -> str:
    """The sentence of a reason, with the metadata's values in their places."""
    template = meaning(reason).sentences[language]
    if "{" not in template:
        return template
    return _PLACEHOLDER.sub(lambda found: metadata.get(found[1], "?"), template)


@lru_cache(maxsize=256)
def language_of(accepted: str) -> str:
    """Choose between Chinese, the default, and English by an `accept-language` header."""
    best, chosen = 0.0, CHINESE
    for part in accepted.split(","):
        tag, _, rest = part.strip().partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        weight = float(quality[1]) if quality else 1.0
        spoken = {"zh": CHINESE, "en": ENGLISH}.get(tag.strip().lower().partition("-")[0])
        if spoken and weight > best:
            best, chosen = weight, spoken
    return chosen


def status(
    reason: int,
    metadata: Mapping[str, str],
    language: str,
    violations: Sequence[Violation] = (),
) -> Status:
    """Word a reason for a caller. The message is English for developers, the sentence is not."""
    known = meaning(reason)
    answer = Status(code=known.code, message=sentence(reason, metadata, ENGLISH))
    info = details_pb2.ErrorInfo(reason=known.name, domain=DOMAIN, metadata=metadata)
    _attach(answer, info)
    if violations:
        said = [f"{path}: {problem}" if path else problem for path, problem in violations[:_SAID_MAX]]
        if len(violations) > _SAID_MAX:
            said.append(f"and {len(violations) - _SAID_MAX} more, in the details")
        answer.message += " " + "; ".join(said)
        fields = [
            details_pb2.BadRequest.FieldViolation(field=path, description=problem) for path, problem in violations
        ]
        _attach(answer, details_pb2.BadRequest(field_violations=fields))
    spoken = sentence(reason, metadata, language)
    _attach(answer, details_pb2.LocalizedMessage(locale=language, message=spoken))
    if reason in _RETRIED:
        delay = Duration()
        delay.FromMilliseconds(int(metadata.get(RETRY_METADATA, RETRY_MS)))
        _attach(answer, details_pb2.RetryInfo(retry_delay=delay))
    return answer


def _attach(answer: Status, detail: Message) -> None:
    url = _TYPE_URL + detail.DESCRIPTOR.full_name
    answer.details.add(type_url=url, value=detail.SerializeToString())


def code_of(answer: Status) -> grpc.StatusCode:
    """The gRPC code of a status."""
    return _CODES[answer.code]


def code_name(code: int) -> str:
    """The name of a gRPC code: `NOT_FOUND`."""
    return _CODES[code].name


def trailers(answer: Status) -> tuple[tuple[str, bytes], ...]:
    """The metadata that carry a status with its details to the caller of a unary method."""
    return ((STATUS_TRAILER, answer.SerializeToString()),)
