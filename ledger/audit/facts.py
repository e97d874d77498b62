"""What a person's state says, fact by fact, and what differs between two states of one person.

A state is a flat table: code and subject of a fact → its value. Two states differ exactly where their tables do, so
that an event, or all events between two positions, are told in the same words.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.audit.money import arithmetic
from ledger.audit.wording import FACTS, Words, named
from ledger.domain.calendar import text
from ledger.domain.filings import last_day
from ledger.domain.insurance import OPEN_END, kind_on
from ledger.domain.names import account_name, entry_name, person_name
from ledger.domain.restrictions import loss_at, state_at
from ledger.policy.rules import LAST_DAY
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

    from ledger.domain.person import Person

FEN, COUNT, TEXT = "fen", "count", "text"
RISK_FLAG = "RISK_FLAG"


class Moment(NamedTuple):
    """As of when something that ends by itself is judged: µs since 1970 UTC, civil date; and the zone of times."""

    time: int
    date: tuple[int, int, int]
    zone: tzinfo

    @classmethod
    def at(cls, time: int, zone: tzinfo) -> Moment:
        """Return the moment of a time in µs since 1970 UTC."""
        local = _local(time, zone)
        return cls(time, (local.year, local.month, local.day), zone)


class Change(NamedTuple):
    """A fact that differs. `kind` says what the values are: fen, a count, or a text, of which "" is none."""

    code: str
    subject: str
    kind: str
    before: int | str
    after: int | str

    def sentence(self) -> Words:
        """Return it in English and Chinese, with the arithmetic of an amount."""
        english, chinese = FACTS[self.code]
        about = f" {_short(self.subject)}" if self.subject else ""
        one, other = self._values()
        return f"{english}{about}: {one}", f"{chinese}{about}:{other}"

    def _values(self) -> Words:
        before, after = self.before, self.after
        if self.kind == FEN:
            told = arithmetic(int(before), int(after) - int(before), int(after))
            return told, told
        if self.kind == COUNT:
            return f"{before} → {after}", f"{before} → {after}"
        old, new = named(str(before)), named(str(after))
        return f"{old[0]} → {new[0]}", f"{old[1]} → {new[1]}"


Key = tuple[str, str]
Fact = tuple[str, int | str]
Facts = dict[Key, Fact]
_Add = Any


def facts(person: Person, code: str, moment: Moment) -> Facts:
    """Return every fact of a person. What is zero, or "no", is left out."""
    told: Facts = {}

    def add(name: str, subject: str, value: int | str, kind: str = FEN) -> None:
        if value:
            told[name, subject] = (kind, value)

    for write in dict.fromkeys(each for each in TOLD_BY.values() if each is not None):
        write(person, code, moment, add)
    return told


def differences(before: Mapping[Key, Fact], after: Mapping[Key, Fact]) -> Iterator[Change]:
    """Yield what differs, in the order of the facts, ended ones where they stood."""
    for key in dict.fromkeys((*before, *after)):
        kind = (after.get(key) or before[key])[0]
        nothing: Fact = (kind, "" if kind == TEXT else 0)
        old, new = before.get(key, nothing)[1], after.get(key, nothing)[1]
        if old != new:
            yield Change(*key, kind, old, new)


def _balance(person: Person, _code: str, _moment: Moment, add: _Add) -> None:
    add("BALANCE", "", person.balance)


def _state(person: Person, _code: str, moment: Moment, add: _Add) -> None:
    state = state_at(person, moment.time)
    add("STATE", "", _enum(t.AccountState, state, "ACCOUNT_STATE_") if state else "", TEXT)
    add("ACTIVATED", "", "YES" if person.activated else "", TEXT)
    add("IMPORTED", "", "YES" if person.imported else "", TEXT)
    for cause in sorted(person.freeze_causes):
        add("FROZEN_BY", _enum(t.FreezeCause, cause, "FREEZE_CAUSE_"), "YES", TEXT)


def _person(person: Person, _code: str, moment: Moment, add: _Add) -> None:
    add("REGISTERED", "", "YES" if person.registered else "", TEXT)
    add("SCHEME", "", _enum(t.Scheme, person.scheme, "SCHEME_") if person.scheme else "", TEXT)
    add("PERSON_TYPE", "", _kind(kind_on(person, moment.date)), TEXT)
    for date, kind in sorted(person.insurance.kinds.items()):
        add("PERSON_TYPE_FROM", text(date), _kind(kind), TEXT)
    add("NUMBERS", "", len(person.number_keys), COUNT)


def _gaps(person: Person, code: str, _moment: Moment, add: _Add) -> None:
    for position, gap in person.insurance.gaps.items():
        until = "…" if gap.end == OPEN_END else text(gap.end)
        add("COVERAGE_GAP", entry_name(code, position), f"{text(gap.begin)} – {until}", TEXT)


def _money_elsewhere(person: Person, code: str, _moment: Moment, add: _Add) -> None:
    add("PAYABLE", "", person.payable_after_close)
    for position, sent in person.wallet.in_flight.items():
        add("IN_FLIGHT", entry_name(code, position), sent.amount)
    for day, count in sorted(person.wallet.days.items()):
        add("TRANSFERS_SENT", str(day), count, COUNT)
    add("INTEREST_TO", "", text(person.interest_to) if any(person.interest_to) else "", TEXT)


def _loss(person: Person, _code: str, moment: Moment, add: _Add) -> None:
    loss, card = loss_at(person, moment.time), person.card
    add("LOSS", "", _enum(t.LossKind, loss, "") if loss else "", TEXT)
    if loss and card.lapse_time:
        add("LOSS_LAPSES", "", str(_local(card.lapse_time, moment.zone)), TEXT)
    add("NEW_CARD", "", text(card.due) if card.request_position else "", TEXT)


def _sanctions(person: Person, code: str, moment: Moment, add: _Add) -> None:
    for position, term in person.sanctions.items():
        kind = "ENDED" if term.ended(moment.time) else _enum(t.SanctionKind, term.kind, "SANCTION_KIND_")
        add("SANCTION", entry_name(code, position), kind, TEXT)


def _shares(person: Person, code: str, moment: Moment, add: _Add) -> None:
    for grant in person.grants.values():
        whom, relation = grant.beneficiary_name, _enum(t.Relation, grant.relation, "RELATION_")
        add("GRANT", whom, "ENDED" if grant.ended(moment.time) else relation, TEXT)
        add("GRANT_PURCHASE_LIMIT", whom, grant.purchase_limit)
        add("GRANT_YEAR_LIMIT", whom, grant.year_limit)
        add("GRANT_ENDS", whom, str(_local(grant.expire_time, moment.zone)) if grant.expire_time else "", TEXT)
    for (beneficiary, year), used in sorted(person.grant_use.items()):
        add("SHARE_USED", f"{person_name(code, beneficiary)} {year}", used)
    for place, payer in enumerate(person.payers, 1):
        add("PAYER", account_name(code, payer), place, COUNT)


def _sums(person: Person, _code: str, _moment: Moment, add: _Add) -> None:
    for (year, benefit), sums in sorted(person.accumulators.items()):
        of = f"{year} {_enum(t.Benefit, benefit, 'BENEFIT_')}"
        for name, value in sums._asdict().items():
            add(name.upper(), of, value, COUNT if name in {"visits", "admissions"} else FEN)


def _claims(person: Person, code: str, _moment: Moment, add: _Add) -> None:
    for position, claim in person.claims.items():
        add("CLAIM", entry_name(code, position), _enum(t.ClaimState, claim.state, "CLAIM_STATE_"), TEXT)
        add("CLAIM_DUE", entry_name(code, position), claim.due)


def _filings(person: Person, code: str, _moment: Moment, add: _Add) -> None:
    for position, filing in person.filings.items():
        where = " ".join([filing.region, *sorted(filing.institutions)])
        until = "…" if filing.effective_to == LAST_DAY else text(last_day(filing.effective_to))
        told = "ENDED" if filing.is_empty else f"{where}, {text(filing.effective_from)} – {until}"
        add("FILING", entry_name(code, position), told, TEXT)
    for year, count in sorted(person.filing_changes.items()):
        add("FILING_CHANGES", str(year), count, COUNT)


def _flags(person: Person, code: str, _moment: Moment, add: _Add) -> None:
    for position, flag in person.flags.open.items():
        add(RISK_FLAG, entry_name(code, position), _enum(t.RiskFlagKind, flag.kind, "RISK_FLAG_KIND_"), TEXT)


def _mandates(person: Person, code: str, moment: Moment, add: _Add) -> None:
    for position, mandate in person.mandates.items():
        kind = "ENDED" if mandate.ended(moment.time) else _enum(t.MandateKind, mandate.kind, "MANDATE_KIND_")
        add("MANDATE", f"{mandate.agent} {entry_name(code, position)}", kind, TEXT)


def _reversals(person: Person, code: str, _moment: Moment, add: _Add) -> None:
    for position in sorted(person.reversed):
        add("REVERSED", entry_name(code, position), "YES", TEXT)


TOLD_BY: Final[dict[str, Callable[[Person, str, Moment, _Add], None] | None]] = {
    "balance": _balance,
    "state": _state,
    "activated": _state,
    "imported": _state,
    "freeze_causes": _state,
    "registered": _person,
    "scheme": _person,
    "person_type": _person,
    "number_keys": _person,
    "insurance": _gaps,
    "payable_after_close": _money_elsewhere,
    "wallet": _money_elsewhere,
    "interest_to": _money_elsewhere,
    "loss": _loss,
    "card": _loss,
    "sanctions": _sanctions,
    "grants": _shares,
    "payers": _shares,
    "payer_ends": _shares,
    "grant_use": _shares,
    "accumulators": _sums,
    "claims": _claims,
    "filings": _filings,
    "filing_changes": _filings,
    "flags": _flags,
    "mandates": _mandates,
    "reversed": _reversals,
    "standing": None,  # the purchases without the reversed ones
    "id": None,
    "version": None,  # every step has them
    "last_position": None,
}
"""Attribute of a person → what tells it. One that is missing here fails a test."""


def _enum(enum: Any, number: int, prefix: str) -> str:
    return str(enum.Name(number)).removeprefix(prefix) if number in enum.values() else str(number)


def _kind(kind: int) -> str:
    name = _enum(t.PersonType, kind, "PERSON_TYPE_") if kind else ""
    return "WORKING" if name == "ACTIVE" else name


def _local(time: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(time // 1_000_000, zone).replace(tzinfo=None)


def _short(subject: str) -> str:
    """Write a resource name by its end: time-ordered ids begin alike."""
    name, _, rest = subject.partition(" ")
    last = name.rpartition("/")[2]
    if "/entries/" in name:
        told = f"#{last}"
    elif "/" in name:
        told = f"…{last[-8:]}"
    else:
        told = name
    return f"{told} {rest}".strip()
