"""What is counted and logged about each call: how it ended and how long it took, nothing about whom it was for.

Calls that ended in trouble of the service leave a line each, up to a limit per second; those of the caller's making and
those without trouble leave a line for a fraction of them, and slow ones always.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

import grpc
import structlog

from ledger.api import errors
from ledger.log.histogram import Histogram

if TYPE_CHECKING:
    from ledger.api.calls import Call
    from ledger.api.errors import Rejected

CALL_SECONDS: Final = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LINES_MAX: Final = 100
"""Most lines about calls per second; what is left out is counted."""
_OK: Final = grpc.StatusCode.OK.value[0]
_CANCELLED: Final = grpc.StatusCode.CANCELLED.value[0]
_TROUBLE: Final = frozenset(
    code.value[0]
    for code in (
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.DATA_LOSS,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
    )
)

_log = structlog.get_logger("ledger.access")


class MethodMeter:
    """Counts of one method."""

    __slots__ = ("codes", "seconds")

    def __init__(self) -> None:
        """Begin at zero."""
        self.codes: dict[int, int] = {}
        self.seconds = Histogram(CALL_SECONDS)


class AccessLog:
    """Counts and logs calls. Used on one event loop; the counts may be read elsewhere."""

    def __init__(self, *, sample: float = 0.0, slow_seconds: float = 0.0) -> None:
        """Take the fraction of ordinary calls to log, and what counts as slow (0: nothing does)."""
        self._sample = sample
        self._slow = slow_seconds or float("inf")
        self._second = 0
        self._lines = 0
        self.suppressed = 0
        """Lines that were left out because there were too many."""
        self.methods: dict[str, MethodMeter] = {}

    def method(self, name: str) -> MethodMeter:
        """Return the counts of a method by its name: `CommandService/RecordDeposit`."""
        return self.methods.setdefault(name, MethodMeter())

    def ended(self, name: str, meter: MethodMeter, started: float, call: Call | None) -> None:
        """Count a call that was answered. `started` is in seconds of the monotonic clock."""
        seconds = time.monotonic() - started
        meter.codes[_OK] = meter.codes.get(_OK, 0) + 1
        meter.seconds.add(seconds)
        if seconds >= self._slow or (self._sample and random.random() < self._sample):  # noqa: S311 - no secret
            self._line(name, _OK, seconds, call)

    def streamed(self, meter: MethodMeter) -> None:
        """Count a stream that ended well; how long it took is its caller's affair."""
        meter.codes[_OK] = meter.codes.get(_OK, 0) + 1

    def cancelled(self, meter: MethodMeter, started: float) -> None:
        """Count a call whose caller went away."""
        meter.codes[_CANCELLED] = meter.codes.get(_CANCELLED, 0) + 1
        meter.seconds.add(time.monotonic() - started)

    def failed(
        self,
        name: str,
        meter: MethodMeter,
        started: float,
        call: Call | None,
        ending: Rejected,
        *,
        expected: bool = False,
    ) -> None:
        """Count a call that ended with a reason. `expected`: it is no trouble, the service is being stopped."""
        seconds = time.monotonic() - started
        meaning = errors.meaning(ending.reason)
        meter.codes[meaning.code] = meter.codes.get(meaning.code, 0) + 1
        meter.seconds.add(seconds)
        sampled = self._sample and random.random() < self._sample  # noqa: S311 - no secret
        trouble = meaning.code in _TROUBLE and not expected
        if trouble or seconds >= self._slow or sampled:
            self._line(name, meaning.code, seconds, call, reason=meaning.name)

    def _line(self, name: str, code: int, seconds: float, call: Call | None, **more: Any) -> None:
        second = int(time.monotonic())
        if second != self._second:
            if self._lines > LINES_MAX:
                _log.warning("calls.unlogged", lines=self._lines - LINES_MAX)
            self._second, self._lines = second, 0
        self._lines += 1
        if self._lines > LINES_MAX:
            self.suppressed += 1
            return
        if call is not None:
            more["organisation"] = call.identity.organisation_name
            more["actor"] = call.identity.actor.hex()
            more["trace_id"] = call.trace_id.hex()
        _log.info("call", method=name, code=errors.code_name(code), ms=round(seconds * 1000, 3), **more)
