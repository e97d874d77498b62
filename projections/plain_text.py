"""The books as files of plain-text accounting, for hledger and beancount, with assertions that those programs check.

A transaction of the log is a transaction of the file. What its entries post to the same part of an account is added up,
so that the account `clearing` does not show. Assertions come from another source than postings wherever there is one:
what a personal account must have is the balance in the header of its last entry.

Dated by effective time, the file shows the year as it happened, late entries where they belong; it asserts the balance
of every account at the end of every month, and of every part at the end. Dated by record time, which never goes back,
every posting to a personal account in hledger's format asserts the recorded balance behind it as well.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from ledger.log.entry import EVENT_NAMES
from projections import chart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from projections.page import Head
    from projections.postings import Posting

Part = tuple[int, bytes]
"""Number of an account of the books, and owner; an empty owner stands for the account with all of its parts."""

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction as a file shows it. `amounts` are fen by part, `after` what personal accounts have behind it."""

    date: dt.date
    words: str
    position: int
    other_date: dt.date
    amounts: Mapping[Part, int]
    after: Mapping[Part, int]


class Form(Protocol):
    """How a program wants to read it."""

    def head(self, title: str) -> str:
        """Return the beginning of a file."""

    def account(self, part: Part, since: dt.date) -> str:
        """Declare an account or a part of one that is used from a date on."""

    def entry(self, entry: Entry, *, asserts: bool) -> str:
        """Return a transaction; `asserts`: with the balances behind it, where the program takes them."""

    def assertion(self, date: dt.date, balances: Mapping[Part, int]) -> str:
        """Assert balances (fen) at the end of a day; an empty owner means the sum of all parts."""


def yuan(fen: int) -> str:
    """Return fen as yuan with two digits and nothing else: -160.05."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02}"


def _words(part: Part) -> str:
    """Return, in quotes, the word of an owner that its path can only show as digits; else nothing."""
    if ":0X" not in chart.path(*part):
        return ""
    return json.dumps(chart.owner_text(*part), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Hledger:
    """hledger, 1.25 and later; it passes `hledger check --strict`."""

    currency: str

    def head(self, title: str) -> str:
        """Return title and commodity."""
        return f"; {title}\n\ncommodity 1000.00 {self.currency}\n\n"

    def account(self, part: Part, since: dt.date) -> str:
        """Declare it; hledger needs no date."""
        known = chart.CHART[part[0]]
        words = _words(part) if part[1] else f"{known.english} {known.chinese}"
        comment = f"  ; {words}" if words else ""
        return f"account {chart.path(*part)}{comment}\n"

    def entry(self, entry: Entry, *, asserts: bool) -> str:
        """Return a transaction with its position and its other date as tags."""
        lines = [f"{entry.date} ({entry.position}) {entry.words}  ; other-date: {entry.other_date}\n"]
        for part, amount in entry.amounts.items():
            behind = f" = {yuan(entry.after[part])} {self.currency}" if asserts and part in entry.after else ""
            lines.append(f"    {chart.path(*part)}  {yuan(amount)} {self.currency}{behind}\n")
        return "".join([*lines, "\n"])

    def assertion(self, date: dt.date, balances: Mapping[Part, int]) -> str:
        """Return a transaction of nothing. It stands behind all others of its day, as hledger reads a day in order."""
        lines = [f"{date} balances\n"]
        for part, fen in balances.items():
            sign = "=" if part[1] else "=*"
            lines.append(f"    {chart.path(*part)}  0.00 {self.currency} {sign} {yuan(fen)} {self.currency}\n")
        return "".join([*lines, "\n"])


@dataclass(frozen=True, slots=True)
class Beancount:
    """beancount, version 3."""

    currency: str

    def head(self, title: str) -> str:
        """Return options: whole cents, so no tolerance, and which currency is used."""
        return (
            f'; {title}\n\noption "title" "{title}"\noption "operating_currency" "{self.currency}"\n'
            f'option "inferred_tolerance_default" "{self.currency}:0"\n\n'
        )

    def account(self, part: Part, since: dt.date) -> str:
        """Open it on the first day on which it is used."""
        known = chart.CHART[part[0]]
        text = f"{since} open {chart.path(*part)} {self.currency}\n"
        if part[1]:
            return f"{text}  owner: {words}\n" if (words := _words(part)) else text
        return f'{text}  english: "{known.english}"\n  chinese: "{known.chinese}"\n'

    def entry(self, entry: Entry, *, asserts: bool) -> str:
        """Return a transaction with position and other date as metadata; it cannot assert what is true inside a day."""
        lines = [f'{entry.date} * "{entry.words}"\n  position: {entry.position}\n  other-date: {entry.other_date}\n']
        lines += [f"  {chart.path(*part)}  {yuan(fen)} {self.currency}\n" for part, fen in entry.amounts.items()]
        return "".join([*lines, "\n"])

    def assertion(self, date: dt.date, balances: Mapping[Part, int]) -> str:
        """Return balance directives of the next day, which count everything before it, parts included."""
        day = date + _DAY
        return "".join(
            f"{day} balance {chart.path(*part)}  {yuan(fen)} ~ 0 {self.currency}\n" for part, fen in balances.items()
        )


FORMS: Final[Mapping[str, Callable[[str], Form]]] = {"hledger": Hledger, "beancount": Beancount}
"""By the name of the program; made from the currency."""


@dataclass(slots=True)
class Export:
    """Writes the journal of a ledger, transaction by transaction, then what must be true of it.

    It holds a sum for each part of each account: some 300 bytes for each personal account.
    """

    form: Form
    zone: ZoneInfo
    recorded: bool = False
    """Dated by record time instead of effective time."""
    _sums: dict[Part, int] = field(default_factory=lambda: defaultdict(int))
    _since: dict[Part, dt.date] = field(default_factory=dict)
    _months: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    _balances: dict[bytes, int] = field(default_factory=dict)
    _last: dt.date = dt.date.min

    def transactions(self, entries: Iterable[tuple[Head, Sequence[Posting]]]) -> Iterator[str]:
        """Return the text of whole transactions, given entries in the order of the log."""
        held: list[tuple[Head, Sequence[Posting]]] = []
        for head, found in entries:
            held.append((head, found))
            if head[4] == head[5]:  # the last leg
                yield from self._transaction(held)
                held = []

    def _transaction(self, entries: Sequence[tuple[Head, Sequence[Posting]]]) -> Iterator[str]:
        amounts: dict[Part, int] = defaultdict(int)
        after: dict[Part, int] = {}
        for head, found in entries:
            for account, owner, fen in found:
                amounts[account, owner] += fen
                if account == chart.PERSONAL:
                    self._balances[owner] = head[10]
                    after[account, owner] = -head[10]
        amounts = {part: fen for part, fen in amounts.items() if fen}
        if not amounts:
            return
        first = entries[0][0]
        effective, recorded = self._date(first[6]), self._date(first[7])
        date, other = (recorded, effective) if self.recorded else (effective, recorded)
        month = self._months.setdefault((date.year, date.month), defaultdict(int))
        for part, fen in amounts.items():
            self._sums[part] += fen
            month[part[0]] += fen
            for used in {part, (part[0], b"")}:
                self._since[used] = min(date, self._since.get(used, date))
        self._last = max(self._last, date)
        words = ", ".join(dict.fromkeys(EVENT_NAMES[head[8]] for head, _ in entries))
        yield self.form.entry(Entry(date, words, first[0], other, amounts, after), asserts=self.recorded)

    def _date(self, time: int) -> dt.date:
        return dt.datetime.fromtimestamp(time // 1_000_000, self.zone).date()

    def end(self) -> Iterator[str]:
        """Return the declarations of what was used, the balances at the end of each month, and those of all parts."""
        for part, since in sorted(self._since.items()):
            yield self.form.account(part, since)
        yield "\n"
        running: dict[int, int] = defaultdict(int)
        for (year, month), moved in sorted(self._months.items()):
            for account, fen in moved.items():
                running[account] += fen
            last = (dt.date(year, month, 28) + 4 * _DAY).replace(day=1) - _DAY
            yield self.form.assertion(last, {(account, b""): fen for account, fen in sorted(running.items())})
        parts = {part: fen for part, fen in sorted(self._sums.items()) if part[1] and part[0] != chart.PERSONAL}
        parts |= {(chart.PERSONAL, owner): -fen for owner, fen in sorted(self._balances.items())}
        if parts:
            yield self.form.assertion(self._last, parts)
