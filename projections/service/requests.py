"""What requests of HistoryService have in common: whose history, which times, how fresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from ledger.api import shape
from ledger.api.errors import InvalidRequest, Violation
from ledger.domain import names
from ledger.v1 import query_service_pb2 as query

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.api.shape import EnumType

ACCOUNT_PATTERN: Final = "ledgers/{ledger}/accounts/{account}"
PERSON_PATTERN: Final = "ledgers/{ledger}/persons/{person}"

_TIME: Final = shape.timestamp().rule


@dataclass(slots=True)
class Shape:
    """Collects everything that is wrong with a request, so that its caller is told all at once."""

    request: Any
    violations: list[Violation] = field(default_factory=list)

    def wrong(self, path: str, problem: str) -> None:
        """Note what is wrong with a field."""
        self.violations.append(Violation(path, problem))

    def check(self) -> None:
        """Raise InvalidRequest when something was wrong."""
        if self.violations:
            raise InvalidRequest(self.violations)

    def account(self, *, persons: bool) -> tuple[str, bytes, bool]:
        """Return ledger and stream of `account`, and whether it was named as an account."""
        name = self.request.account
        for parse, as_account in ((names.parse_account, True), (names.parse_person, False)):
            if not as_account and not persons:
                break
            try:
                return *parse(name), as_account
            except ValueError:
                continue
        pattern = f"{ACCOUNT_PATTERN} or {PERSON_PATTERN}" if persons else ACCOUNT_PATTERN
        self.wrong("account", f"must look like {pattern}" if name else shape.REQUIRED)
        return "", b"", True

    def related(self, path: str, parse: Callable[[str], tuple[str, bytes]], pattern: str, ledger: str) -> bytes:
        """Return the id in an optional name of the same ledger; empty when it is not given."""
        name = getattr(self.request, path)
        if not name:
            return b""
        try:
            other, identifier = parse(name)
        except ValueError:
            self.wrong(path, f"must look like {pattern}")
            return b""
        if ledger and other != ledger:
            self.wrong(path, f"must be of the ledger {ledger}")
        return identifier

    def time(self, path: str) -> int | None:
        """Return an optional time in microseconds since 1970 UTC."""
        if not self.request.HasField(path):
            return None
        value = getattr(self.request, path)
        for _, problem in _TIME(value):
            self.wrong(path, problem)
        return int(value.seconds) * 1_000_000 + int(value.nanos) // 1_000

    def period(self, first: str, last: str) -> tuple[int | None, int | None]:
        """Return the times from `first`, inclusive, to `last`, exclusive, which must be in this order."""
        begin, end = self.time(first), self.time(last)
        if begin is not None and end is not None and begin >= end:
            self.wrong(last, f"must be later than {first}")
        return begin, end

    def text(self, path: str, most: int) -> None:
        """Look at an optional text, which a database must be able to hold."""
        for _, problem in shape.text(most).rule(getattr(self.request, path)):
            self.wrong(path, problem)

    def position(self, path: str) -> int:
        """Return an optional position; 0 = none."""
        value: int = getattr(self.request, path)
        if value < 0:
            self.wrong(path, "must not be negative")
        return value

    def choice(self, path: str, enum: EnumType) -> int:
        """Return a value of an enum that this version knows."""
        value: int = getattr(self.request, path)
        if value not in enum.values():
            self.wrong(path, f"has no meaning {value}")
        return value

    def choices(self, path: str, enum: EnumType, most: int) -> Sequence[int]:
        """Return values of an enum, each of which has a meaning."""
        values = list(getattr(self.request, path))
        if len(values) > most:
            self.wrong(path, f"has more than {most} elements")
        for index, value in enumerate(values):
            if not value or value not in enum.values():
                self.wrong(f"{path}[{index}]", f"has no meaning {value}")
        return values

    def linearizable(self) -> bool:
        """Tell whether the answer must reflect every command that was answered before."""
        return self.choice("consistency", query.Consistency) != query.CONSISTENCY_CACHED


def timestamp(micros: int) -> Timestamp:
    """A time in microseconds since 1970 UTC as a message."""
    seconds, rest = divmod(micros, 1_000_000)
    return Timestamp(seconds=seconds, nanos=rest * 1_000)


def duration(micros: int) -> Duration:
    """A length of time in microseconds as a message."""
    seconds, rest = divmod(micros, 1_000_000)
    return Duration(seconds=seconds, nanos=rest * 1_000)
