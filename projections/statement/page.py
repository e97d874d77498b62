"""A statement as a page to be read and printed: HTML with its style and charts inside, without scripts.

Everything that comes from a caller or from the log is escaped.
"""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from projections.statement import chart
from projections.statement.style import CSS
from projections.statement.words import LANGUAGES, MINUS, Words, yuan
from projections.statement.year import civil

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from google.protobuf.timestamp_pb2 import Timestamp

    from ledger.v1 import history_service_pb2 as pb

__all__ = ["LANGUAGES", "page"]

_END: Final = 6
"""Characters of an id that tell relatives apart: time-ordered ids begin alike."""
_SHARES: Final = ("pooled", "funds", "hospital", "own", "family", "cash")


def page(
    statement: pb.GetStatementResponse, language: str, holder: str = "", places: Mapping[str, str] | None = None
) -> str:
    """Return the page of a statement in one of `LANGUAGES`. `holder` is printed as the holder's name, if given.

    `places`: names of institutions by their codes. The code is printed, too: it is what the agency asks for.
    """
    return _Page(statement, Words(language), holder, places or {}).text()


class _Page:
    def __init__(
        self, statement: pb.GetStatementResponse, words: Words, holder: str, places: Mapping[str, str]
    ) -> None:
        self._places = places
        self._of = statement
        self._words = words
        self._holder = holder
        self._zone = ZoneInfo(statement.time_zone)

    def text(self) -> str:
        words, year = self._words, self._of.year
        title = f"{words.text('statement', year=year)} · {words.text('title')}"
        parts = [self._head(), *self._notices(), self._sum(), *self._charts(), *self._bills(), self._tables()]
        parts += [*self._lists(), self._foot()]
        language = "zh-CN" if words.language == "zh" else words.language
        return (
            f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
            f"<style>{CSS}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
        )

    def _say(self, name: str, **values: object) -> str:
        return escape(self._words.text(name, **values))

    def _head(self) -> str:
        of = self._of
        _, ledger, _, account = of.account.split("/")
        facts = [("holder", self._holder)] if self._holder else []
        facts += [("account", account), ("region", ledger)]
        if of.HasField("drawn_time"):
            last = self._moment(of.drawn_time) - timedelta(microseconds=1)  # the time itself no longer counts
            facts.append(("drawn", self._words.full_date(last)))
        facts.append(("position", f"{of.position:,}"))
        listed = "".join(f'<dt>{self._say(name)}</dt><dd class="{name}">{escape(value)}</dd>' for name, value in facts)
        return (
            f"<header><div><p>{self._say('title')}</p><h1>{self._say('statement', year=of.year)}</h1>"
            f"<p>{self._say('period', year=of.year)}</p></div><dl>{listed}</dl></header>"
        )

    def _notices(self) -> Iterator[str]:
        of = self._of
        if not of.HasField("drawn_time"):
            yield f'<p class="notice">{self._say("open", year=of.year)}</p>'
        elif not of.final and not of.missing_entries:
            yield f'<p class="notice">{self._say("fresh")}</p>'
        if of.missing_entries:
            yield f'<p class="notice">{self._say("missing", count=of.missing_entries)}</p>'

    def _sum(self) -> str:
        of = self._of
        closing = "closing" if of.HasField("drawn_time") else "closing_open"
        parts = [("", "opening", of.opening_balance)]
        if of.late_transaction_count:
            sign = "+" if of.late_change >= 0 else MINUS
            parts.append((sign, "late", abs(of.late_change)))
        parts += [("+", "credits", of.credits), ("+", "interest", of.interest), (MINUS, "debits", of.debits)]
        parts.append(("=", closing, of.closing_balance))
        cells = "".join(
            f'<div data-sign="{sign}"><span>{self._say(name)}</span><b>{yuan(amount)}</b></div>'
            for sign, name, amount in parts
        )
        return f'<div class="sum">{cells}</div>'

    def _charts(self) -> Iterator[str]:
        of, words = self._of, self._words
        title = words.text("spent_by_month")
        if not of.categories:
            yield f"<h2>{escape(title)}</h2><p>{self._say('nothing_spent')}</p>"
            return
        months = [(words.month(month.month), month.spent) for month in of.months]
        by_month = chart.columns(months, title)
        rest = words.category(0)
        by_category = [(words.category(each.category), each.spent) for each in of.categories]
        sections = [
            f"<h2>{self._say('spent_by_category')}</h2>"
            + chart.bars(by_category, words.text("spent_by_category"), rest)
        ]
        if len(of.beneficiaries) > 1 or (of.beneficiaries and self._relative(of.beneficiaries[0].beneficiary)):
            people = [(self._person(each.beneficiary), each.spent) for each in of.beneficiaries]
            sections.append(f"<h2>{self._say('spent_for')}</h2>" + chart.bars(people, words.text("spent_for"), "…"))
        yield (
            f'<div class="charts"><section><h2>{escape(title)}</h2>{by_month}</section>'
            f"<section>{''.join(sections)}</section></div>"
        )

    def _bills(self) -> Iterator[str]:
        of, settled = self._of, self._of.settled
        if settled.total <= 0:
            return
        amounts = (
            settled.pooled, settled.funds, settled.hospital, settled.own_account, of.received_shares, settled.cash,
        )  # fmt: skip
        parts = [(self._words.text(name), amount, name) for name, amount in zip(_SHARES, amounts, strict=True)]
        legend = "".join(
            f'<li><i class="{name}"></i>{escape(text)}<b>{yuan(amount)}</b></li>'
            for text, amount, name in parts
            if amount
        )
        title = self._words.text("bills", total=yuan(settled.total))
        yield (
            f'<section class="bills"><h2>{escape(title)}</h2>{chart.divided(parts, title)}'
            f'<ul class="legend">{legend}</ul></section>'
        )

    def _tables(self) -> str:
        return f'<div class="two"><section>{self._by_kind()}</section><section>{self._by_month()}</section></div>'

    def _by_kind(self) -> str:
        rows = [
            (escape(self._words.kind(each.kind, each.source)), str(each.transactions), _signed(each.balance_change))
            for each in sorted(self._of.items, key=lambda each: (each.balance_change < 0, each.kind, each.source))
            if each.balance_change
        ]
        head = [("kind", ""), ("count", "n"), ("amount", "n")]
        if not rows:
            return f"<h2>{self._say('summary')}</h2><p>{self._say('nothing_moved')}</p>"
        return f"<h2>{self._say('summary')}</h2>" + self._table(head, rows)

    def _by_month(self) -> str:
        rows = [
            (
                escape(self._words.month(each.month)),
                _or_nothing(each.credits + each.interest),
                _or_nothing(each.debits),
                yuan(each.balance),
            )
            for each in self._of.months
        ]
        head = [("month", ""), ("in", "n"), ("out", "n"), ("balance", "n")]
        return f"<h2>{self._say('months')}</h2>" + self._table(head, rows)

    def _lists(self) -> Iterator[str]:
        of = self._of
        head = [("date", "when"), ("kind", ""), ("in", "n"), ("out", "n"), ("balance", "n")]
        balance = of.opening_balance
        if of.late_transactions:
            rows = list(self._lines(of.late_transactions, balance, late=True))
            yield f"<h2>{self._say('late_details')}</h2>" + self._table(head, rows)
        balance += of.late_change
        if of.transactions:
            carried = f'<tr class="carried"><td></td><td>{self._say("opening")}</td><td></td><td></td>'
            carried += f'<td class="n">{yuan(balance)}</td></tr>'
            rows = list(self._lines(of.transactions, balance, late=False))
            begin = "" if of.late_transactions else carried
            yield f"<h2>{self._say('details')}</h2>" + self._table(head, rows, begin)
        listed = len(of.late_transactions) + len(of.transactions)
        if listed and (left := of.late_transaction_count + of.transaction_count - listed):
            yield f"<p>{self._say('left_out', count=left)}</p>"

    def _lines(self, found: Iterable[pb.AccountTransaction], balance: int, *, late: bool) -> Iterator[tuple[str, ...]]:
        for each in found:
            change = each.balance_change
            balance += change
            moment = self._moment(each.effective_time)
            yield (
                escape(self._words.full_date(moment) if late else self._words.date(moment)),
                self._what(each, late=late),
                yuan(change) if change > 0 else "",
                yuan(-change) if change < 0 else "",
                yuan(balance),
            )

    def _what(self, each: pb.AccountTransaction, *, late: bool) -> str:
        words = self._words
        text = words.kind(each.kind, each.source)
        if each.period:
            text += f" {each.period // 100}-{each.period % 100:02}"
        elif each.category:
            text += f" · {words.category(each.category)}"
        if each.beneficiary and self._relative(each.beneficiary):
            text += f" · {self._person(each.beneficiary)}"
        under = []
        if each.institution:
            place = self._places.get(each.institution)
            named = {"place": place} if place else {}
            under.append(words.text("at_named" if place else "at", institution=each.institution, **named))
        if each.HasField("settled"):
            under += self._bill(each.settled)
        if each.reversed_by:
            under.append(words.text("reversed"))
        if late:
            under.append(words.text("recorded", date=words.full_date(self._moment(each.record_time))))
        parts = [f"<span>{escape(part)}</span>" for part in under]
        return escape(text) + (f"<small>{' · '.join(parts)}</small>" if under else "")

    def _bill(self, bill: pb.SettledAmounts) -> Iterator[str]:
        """Who paid a bill beside the account, or got it back."""
        back = "_back" if bill.total < 0 else ""
        yield self._words.text(f"bill{back}", total=yuan(abs(bill.total)))
        relatives = sum(share.amount for share in bill.shared)
        parts = {"insured": bill.pooled + bill.funds, "relatives_paid": relatives, "cash_paid": bill.cash}
        for name, amount in parts.items():
            if amount:
                yield self._words.text(f"{name}{back}", paid=yuan(abs(amount)))

    def _table(self, head: list[tuple[str, str]], rows: Iterable[tuple[str, ...]], begin: str = "") -> str:
        kinds = [kind for _, kind in head]
        heads = "".join(f'<th class="{kind}">{self._say(name)}</th>' for name, kind in head)
        body = "".join(
            "<tr>" + "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in zip(kinds, row, strict=True)) + "</tr>"
            for row in rows
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{begin}{body}</tbody></table>"

    def _foot(self) -> str:
        of = self._of
        balance = "note_sum_late" if of.late_transaction_count else "note_sum"
        notes = [self._say(balance), self._say("note_dates", zone=of.time_zone), self._say("note_ask")]
        if of.recorded_later_count:
            amount = yuan(of.recorded_later_change)
            notes.insert(0, self._say("later", count=of.recorded_later_count, amount=amount))
        return "<footer>" + "".join(f"<p>{note}</p>" for note in notes) + "</footer>"

    def _relative(self, beneficiary: str) -> bool:
        """Tell whether somebody named as a person is not the holder, who has the same id as the account."""
        return bool(beneficiary) and beneficiary.rsplit("/", 1)[1] != self._of.account.rsplit("/", 1)[1]

    def _person(self, beneficiary: str) -> str:
        if not beneficiary:
            return "–"
        if not self._relative(beneficiary):
            return self._words.text("self")
        return self._words.text("relative", end=f"*{beneficiary[-_END:]}")

    def _moment(self, time: Timestamp) -> datetime:
        return civil(time.seconds * 1_000_000 + time.nanos // 1_000, self._zone)


def _or_nothing(fen: int) -> str:
    return yuan(fen) if fen else ""


def _signed(fen: int) -> str:
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)
