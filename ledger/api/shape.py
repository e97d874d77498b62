"""Rules for the shape of a message: which fields, which ranges; no state, no clock.

A rule looks at one value and returns what is wrong with it, nothing when all is well. A `Shape`
holds a rule per field and is itself a rule, so messages nest. Only fields that are set are visited,
which is what keeps the check of a typical deposit near one microsecond.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, Protocol

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message

from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.domain.names import ID_BYTES

YEAR_MIN, YEAR_MAX = 1900, 9999
SECONDS_MIN = -2_208_988_800  # 1900-01-01T00:00:00Z
SECONDS_MAX = 253_370_764_800  # 9999-01-01T00:00:00Z; a zone's offset cannot leave year 9999
NANOS_MAX = 999_999_999
SHA256_BYTES = 32

REQUIRED = "is required"

Problems = Sequence[tuple[str, str]]
"""Pairs of a path below the value (`.bill.total`, `[2]`, or empty for itself) and a text."""

FINE: Problems = ()

Rule = Callable[[Any], Problems]


class EnumType(Protocol):
    """A generated enum."""

    DESCRIPTOR: EnumDescriptor

    def values(self) -> Collection[int]:
        """Return the numbers that are defined."""


class Field(NamedTuple):
    """The rule of one field, and what to say when it is absent (None: it may be absent).

    proto3 cannot tell an absent number from zero, so the text for a required amount is its range.
    Values inside `span` need no call of the rule.
    """

    rule: Rule
    absent: str | None = None
    span: tuple[int, int] | None = None

    def required(self) -> Field:
        """The same field, which must be there."""
        return self._replace(absent=self.absent or REQUIRED)


def number(low: int, high: int) -> Field:
    """A number from `low` to `high`; required when zero is outside."""
    problem = f"must be from {low:,} to {high:,}"

    def rule(value: int) -> Problems:
        return FINE if low <= value <= high else [("", problem)]

    return Field(rule, None if low <= 0 else problem, (low, high))


def fen(low: int) -> Field:
    """An amount in fen of at least `low`."""
    return number(low, AMOUNT_LIMIT)


def no_value(enum: EnumType, value: int) -> str:
    """Say that an enum does not define a number, by the name under which callers find those that it does."""
    return f"{value} is not a value of {enum.DESCRIPTOR.name}"


def choice(enum: EnumType) -> Field:
    """A defined value of an enum. Values of a newer contract would lose their meaning here."""
    known = frozenset(enum.values())

    def rule(value: int) -> Problems:
        return FINE if value in known else [("", no_value(enum, value))]

    gapless = known == frozenset(range(max(known) + 1))
    return Field(rule, span=(0, max(known)) if gapless else None)


def text(most: int) -> Field:
    """A text of at most `most` characters. It is kept as it is, spaces included.

    U+0000 is refused: a database cannot keep it, so one such text would end in every view that shows it.
    """

    def rule(value: str) -> Problems:
        if len(value) > most:
            return [("", f"has more than {most} characters")]
        return [("", "has the character U+0000")] if "\0" in value else FINE

    return Field(rule)


def code(most: int) -> Field:
    """A code that programs read: capitals, digits and underscores, never free text."""
    pattern = re.compile(rf"[A-Z0-9_]{{1,{most}}}")
    problem = f"must be a code of at most {most} characters of A-Z, 0-9 and _"

    def rule(value: str) -> Problems:
        return FINE if pattern.fullmatch(value) else [("", problem)]

    return Field(rule)


def flag() -> Field:
    """Yes or no: nothing to check."""
    return Field(lambda _: FINE)


def digits(count: int) -> Field:
    """A code of so many digits."""
    pattern = re.compile(rf"[0-9]{{{count}}}")

    def rule(value: str) -> Problems:
        return FINE if pattern.fullmatch(value) else [("", f"must have {count} digits")]

    return Field(rule)


def exactly(count: int) -> Field:
    """Bytes, just so many."""

    def rule(value: bytes) -> Problems:
        return FINE if len(value) == count else [("", f"must have {count} bytes")]

    return Field(rule)


def data(most: int) -> Field:
    """Bytes, at most so many."""

    def rule(value: bytes) -> Problems:
        return FINE if len(value) <= most else [("", f"has more than {most:,} bytes")]

    return Field(rule)


def sha256() -> Field:
    """A SHA-256 value."""

    def rule(value: bytes) -> Problems:
        return FINE if len(value) == SHA256_BYTES else [("", f"must have {SHA256_BYTES} bytes")]

    return Field(rule)


def identifier() -> Field:
    """The 16 bytes of a UUID. Zeros are what nobody chose."""

    def rule(value: bytes) -> Problems:
        return FINE if len(value) == ID_BYTES and any(value) else [("", f"must be the {ID_BYTES} bytes of a UUID")]

    return Field(rule)


def resource(parse: Callable[[str], object], pattern: str) -> Field:
    """A resource name that `parse` accepts; `pattern` shows the caller what it looks like."""

    def rule(value: str) -> Problems:
        try:
            parse(value)
        except ValueError:
            return [("", f"must look like {pattern}")]
        return FINE

    return Field(rule)


def timestamp() -> Field:
    """A point in time, of the years 1900 to 9998."""

    def rule(value: Any) -> Problems:
        if SECONDS_MIN <= value.seconds < SECONDS_MAX and 0 <= value.nanos <= NANOS_MAX:
            return FINE
        return [("", "must be a time from 1900 to 9998")]

    return Field(rule)


def month() -> Field:
    """A month as YYYYMM; zero is none."""

    def rule(value: int) -> Problems:
        year, part = divmod(value, 100)
        if YEAR_MIN <= year <= YEAR_MAX and 1 <= part <= 12:  # noqa: PLR2004 - months of a year
            return FINE
        return [("", "must be a month as YYYYMM")]

    return Field(rule)


def civil_date() -> Field:
    """A date that exists, of the years 1900 to 9999."""

    def rule(value: Any) -> Problems:
        try:
            if value.year >= YEAR_MIN:
                dt.date(value.year, value.month, value.day)
                return FINE
        except (ValueError, OverflowError):
            pass
        return [("", "must be a date that exists, 1900 to 9999")]

    return Field(rule)


def many(each: Field, most: int, *, unique: Callable[[Any], object] | None = None) -> Field:
    """A list of at most `most` values, none of them empty; `unique` says what may not repeat."""

    def rule(values: Sequence[Any]) -> Problems:
        if len(values) > most:
            return [("", f"has more than {most} elements")]
        found = []
        for index, value in enumerate(values):
            if not value and not isinstance(value, Message):
                found.append((f"[{index}]", "must not be empty"))
            found += [(f"[{index}]{below}", problem) for below, problem in each.rule(value)]
        if unique and not found and len({unique(value) for value in values}) < len(values):
            return [("", "has an element twice")]
        return found

    return Field(rule)


class Shape:
    """The rules of a message: one for each of its fields, so that a new field cannot be forgotten.

    `apart` names fields that somebody else looks at.
    """

    __slots__ = ("_absent", "_required", "_rules")

    def __init__(self, message: type[Message], *, apart: tuple[str, ...] = (), **fields: Field) -> None:
        """Build the tables."""
        declared = {field.name: field for field in message.DESCRIPTOR.fields}
        if declared.keys() != {*fields, *apart}:
            wrong = sorted(declared.keys() ^ {*fields, *apart})
            raise TypeError(f"{message.DESCRIPTOR.full_name}: rules and fields differ in {wrong}")
        self._rules: dict[Any, tuple[int, tuple[int, int] | None, Rule, str]] = {}
        self._absent: dict[str, tuple[int, str]] = {}
        self._required = 0
        for name, field in fields.items():
            bit = 1 << declared[name].number
            self._rules[declared[name]] = bit, field.span, field.rule, name
            if field.absent is not None:
                self._absent[name] = bit, field.absent
                self._required |= bit

    def __call__(self, message: Message) -> Problems:
        """Return what is wrong with a message."""
        found: list[tuple[str, str]] = []
        seen = 0
        rules = self._rules
        for field, value in message.ListFields():
            bit, span, rule, name = rules[field]
            seen |= bit
            if span and span[0] <= value <= span[1]:
                continue
            if problems := rule(value):
                found += [(f".{name}{below}", problem) for below, problem in problems]
        if self._required & ~seen:
            found += [(f".{name}", problem) for name, (bit, problem) in self._absent.items() if not seen & bit]
        return found
