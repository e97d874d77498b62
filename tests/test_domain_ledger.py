"""A ledger in memory that decides and evolves without a log, and what it says about evolving."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ledger.domain import command as kinds
from ledger.domain import entry_types as types
from ledger.domain import names
from ledger.domain.command import NO_ID, Command
from ledger.domain.decide import decide
from ledger.domain.features import FEATURE_LEVEL
from ledger.domain.person import EvolveError, Person, evolve
from ledger.domain.recorded import Recorded
from ledger.domain.refusal import Refusal
from ledger.log.state import advance
from ledger.v1 import commands_pb2 as content
from ledger.v1 import events_pb2, reasons_pb2, types_pb2
from ledger.v1.types_pb2 import Confidential

CODE = "410100"
OTHER_CODE = "340100"
ZONE = ZoneInfo("Asia/Shanghai")
REFUSALS = b"R" * 16
SECOND = 1_000_000


def instant(text: str) -> int:
    """Microseconds since 1970 of a time in Shanghai, such as `2025-03-03 09:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * SECOND


NOW = instant("2025-03-03 09:00")
DAY = 86_400 * SECOND


def stream_of(label: str) -> bytes:
    """The id of a person who has a label in a test."""
    return hashlib.sha256(label.encode()).digest()[:16]


def account(label: str, ledger: str = CODE) -> str:
    """Name of the account of a labelled person."""
    return names.account_name(ledger, stream_of(label))


def person(label: str, ledger: str = CODE) -> str:
    """Name of a labelled person."""
    return names.person_name(ledger, stream_of(label))


def entry(position: int, ledger: str = CODE) -> str:
    """Name of an entry."""
    return names.entry_name(ledger, position)


def reason_name(reason: int) -> str:
    """Name of a reason without its prefix."""
    return reasons_pb2.RefusalReason.Name(reason).removeprefix("REFUSAL_REASON_")


class Ledger:
    """Implements the domain's view over plain dictionaries, and records what is decided."""

    def __init__(self) -> None:
        self.ledger = CODE
        self.organisation = b"O" * 16
        self.actor = b"A" * 16
        self.refusals = REFUSALS
        self.admin = b"M" * 16
        self.policies = b"P" * 16
        self.latest_first = False
        self.approved_openings_only = False
        self.feature_level = FEATURE_LEVEL
        self.persons: dict[bytes, Person] = {}
        self.log: list[Recorded] = []
        self.commands: dict[bytes, int] = {}
        self.keys: dict[tuple[int, bytes], int] = {}
        self.keys_seen: list[tuple[int, tuple[str, ...]]] = []
        self.now = NOW

    @property
    def next_position(self) -> int:
        return len(self.log) + 1

    def person(self, stream: bytes) -> Person:
        return self.persons.get(stream) or Person(stream)

    def state(self, stream: bytes) -> Any:
        return self.person(stream)

    def institution(self, code: str) -> bytes:
        return stream_of(f"institution {code}")

    def transaction(self, position: int) -> list[Recorded]:
        if not 0 < position <= len(self.log):
            return []
        first = self.log[position - 1].first_position
        return [recorded for recorded in self.log if recorded.first_position == first]

    def command(self, request_id: bytes) -> int:
        return self.commands.get(request_id, 0)

    def key_hash(self, kind: int, *parts: str) -> bytes:
        self.keys_seen.append((kind, parts))
        return hashlib.sha256(repr((kind, parts)).encode()).digest()[:16]

    def key_active(self, kind: int, key_hash: bytes) -> bool:
        return (kind, key_hash) in self.keys

    def key_position(self, kind: int, key_hash: bytes) -> int:
        return self.keys.get((kind, key_hash), 0)

    def civil_date(self, time: int) -> tuple[int, int, int]:
        date = self.local_time(time)
        return date.year, date.month, date.day

    def local_time(self, time: int) -> datetime:
        return datetime.fromtimestamp(time // SECOND, ZONE)

    def record(self, commands: list[Command], request_id: bytes = b"") -> list[Recorded]:
        """Decide commands as one transaction and record the legs of all."""
        first = self.next_position
        legs = []
        for command in commands:
            assert command.confidential is None or not command.content.HasField("confidential")
            decided = decide(command, self)
            assert decided
            legs.append(decided)
            for leg in decided:
                self._append(leg, first, command)
        total = sum(map(len, legs))
        transaction = self.log[first - 1 :]
        for number, recorded in enumerate(transaction, start=1):
            recorded.leg, recorded.legs = number, total
        if request_id:
            self.commands[request_id] = first
        return transaction

    def refuse(self, request_id: bytes) -> None:
        """Record a refusal, as the log does."""
        event = events_pb2.CommandRefused()
        position = self.next_position
        self.log.append(Recorded(position, REFUSALS, 0, types.COMMAND_REFUSED, event, 0, 0, 0, 0, position, 1, 1))
        self.commands[request_id] = position

    def _append(self, leg: Any, first: int, command: Command) -> None:
        before = self.person(leg.stream)
        recorded = Recorded(
            position=self.next_position,
            stream=leg.stream,
            version=before.version + 1,
            type=leg.type,
            event=leg.event,
            balance_change=leg.balance_change,
            balance_after=before.balance + leg.balance_change,
            effective_time=command.effective_time,
            record_time=self.now,
            first_position=first,
            leg=0,
            legs=0,
            reverses=leg.reverses,
            keys=leg.keys,
            actor=self.actor,
        )
        for key in leg.keys:
            assert ((key.kind, key.hash) in self.keys) == key.released
            if key.released:
                del self.keys[key.kind, key.hash]
            else:
                self.keys[key.kind, key.hash] = recorded.position
        self.log.append(recorded)
        if leg.stream != REFUSALS:
            self.persons[leg.stream] = advance(before, recorded)

    def run(
        self,
        kind: int,
        message: Any,
        label: str = "",
        confidential: Confidential | None = None,
        *,
        at: int = 0,
        expected_version: int = 0,
        request_id: bytes = b"",
    ) -> list[Recorded]:
        """Decide and record one command about a labelled person."""
        command = self.command_of(kind, message, label, confidential, at, expected_version)
        return self.record([command], request_id)

    def command_of(
        self,
        kind: int,
        message: Any,
        label: str = "",
        confidential: Confidential | None = None,
        at: int = 0,
        expected_version: int = 0,
    ) -> Command:
        """One command about a labelled person."""
        time = at or self.now
        stream = stream_of(label) if label else NO_ID
        return Command(kind, message, confidential, stream, time, bool(at), self.now, expected_version)

    def __getitem__(self, label: str) -> Person:
        return self.person(stream_of(label))

    # What most tests begin with.

    def register(self, label: str) -> None:
        """A resident without an account."""
        registration = content.PersonRegistration(
            scheme=types_pb2.SCHEME_RESIDENT, person_type=types_pb2.PERSON_TYPE_ACTIVE
        )
        self.run(kinds.REGISTER_PERSON, registration, label)

    def open(self, label: str, balance: int = 0, *, active: bool = True, retired: bool = False) -> None:
        """An account with a balance, in fen."""
        opening = content.Opening(
            scheme=types_pb2.SCHEME_EMPLOYEE,
            person_type=types_pb2.PERSON_TYPE_RETIRED if retired else types_pb2.PERSON_TYPE_ACTIVE,
            balance=balance,
        )
        if active:
            opening.activated_time.seconds = 1
        self.run(kinds.IMPORT_OPENING, opening, label)

    def deposit(self, label: str, amount: int, **fields: Any) -> int:
        """A deposit; its position."""
        message = content.Deposit(amount=amount, **{"source": types_pb2.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION, **fields})
        return self.run(kinds.RECORD_DEPOSIT, message, label)[0].position

    def grant(self, payer: str, beneficiary: str, **fields: Any) -> None:
        """A grant to a child, unless another relation is given."""
        message = content.ShareGrant(
            beneficiary=person(beneficiary), **{"relation": types_pb2.RELATION_CHILD, **fields}
        )
        self.run(kinds.GRANT_SHARE, message, payer)

    def revoke(self, payer: str, beneficiary: str) -> None:
        """The end of a grant."""
        message = content.ShareRevocation(beneficiary=person(beneficiary))
        self.run(kinds.REVOKE_SHARE, message, payer)

    def transfer(self, sender: str, receiver: str, amount: int) -> int:
        """A family transfer; the position of its sent leg."""
        message = content.FamilyTransfer(receiver=account(receiver), amount=amount)
        return self.run(kinds.TRANSFER_SHARE, message, sender)[0].position

    def purchase(self, label: str, total: int, **fields: Any) -> Recorded:
        """A purchase that is in scope as a whole unless said otherwise; its entry."""
        return self.run(kinds.RECORD_PURCHASE, purchase(total, **fields), label)[0]

    def reverse(self, position: int, **options: Any) -> list[Recorded]:
        """The reversal of an entry."""
        return self.run(kinds.REVERSE_ENTRY, content.Reversal(entry=entry(position)), **options)

    def report_loss(self, label: str, kind: int = types_pb2.LOSS_KIND_PROVISIONAL) -> None:
        """A loss report."""
        self.run(kinds.REPORT_LOSS, content.LossReport(kind=kind), label)

    def lift_loss(self, label: str) -> None:
        """The end of a loss report."""
        self.run(kinds.LIFT_LOSS, content.LossLift(), label)

    def close(self, label: str) -> None:
        """A death."""
        closing = content.Closing(
            reason=types_pb2.CLOSE_REASON_DEATH,
            evidence=[types_pb2.EVIDENCE_KIND_DEATH_CERTIFICATE],
        )
        self.run(kinds.CLOSE_ACCOUNT, closing, label)

    def void(self, request_id: bytes) -> list[Recorded]:
        """The void of a command."""
        return self.run(kinds.VOID_COMMAND, content.VoidedCommand(request_id=request_id))


def purchase(total: int, **fields: Any) -> content.Purchase:
    """A purchase with a split of the settlement centre; its parts go by their names."""
    bill = {
        name: fields.pop(name) for name in ("pre_self_pay", "over_limit_self_pay", "full_self_pay") if name in fields
    }
    bill["in_scope"] = fields.pop("in_scope", total - sum(bill.values()))
    upstream = {
        name: fields.pop(name)
        for name in (
            *("deductible", "pooled", "funds", "hospital", "own_account", "cash"),
            "full_self_pay_payable",
        )
        if name in fields
    }
    return content.Purchase(
        bill=types_pb2.Bill(total=total, **bill),
        upstream=content.UpstreamSplit(**upstream),
        **{"institution": "H41010000005", "category": types_pb2.CATEGORY_OUTPATIENT, **fields},
    )


def expect(reason: str, call: Any, *arguments: Any, **fields: Any) -> Refusal:
    """The call is refused for this reason, and records nothing."""
    with pytest.raises(Refusal) as caught:
        call(*arguments, **fields)
    assert reason_name(caught.value.reason) == reason
    return caught.value


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_folding_the_log_again_gives_the_same_persons(ledger):
    ledger.open("P", 8_000)
    ledger.open("B", 1_000)
    ledger.grant("P", "B", year_limit=5_000)
    bought = ledger.purchase("B", 5_000, deductible=100, pooled=200)
    ledger.report_loss("P")
    ledger.reverse(bought.position)
    folded: dict[bytes, Person] = {}
    for recorded in ledger.log:
        before = folded.get(recorded.stream) or Person(recorded.stream)
        folded[recorded.stream] = evolve(before, recorded)
    assert folded == ledger.persons


def test_evolving_leaves_the_person_before_untouched(ledger):
    ledger.open("A", 100)
    before = ledger["A"]
    kept = {name: getattr(before, name) for name in Person.FIELDS}
    ledger.deposit("A", 1)
    ledger.purchase("A", 50)
    ledger.report_loss("A")
    assert {name: getattr(before, name) for name in Person.FIELDS} == kept
    assert ledger["A"].version == before.version + 4


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 3},
        {"version": 1},
        {"balance_after": 101},
        {"balance_change": -101, "balance_after": -1},
        {"stream": stream_of("somebody else")},
        {"position": 1},
        {"type": types.COMMAND_REFUSED},
        {"type": 999},
        {"type": types.DEPOSIT_REVERSED, "reverses": 0},
    ],
)
def test_an_entry_that_does_not_continue_the_state_is_a_defect(ledger, damage):
    ledger.open("A", 100)
    good = Recorded(
        position=2,
        stream=stream_of("A"),
        version=2,
        type=types.DEPOSIT_POSTED,
        event=events_pb2.DepositPosted(),
        balance_change=5,
        balance_after=105,
        effective_time=NOW,
        record_time=NOW,
        first_position=2,
        leg=1,
        legs=1,
    )
    assert evolve(ledger["A"], good).balance == 105
    with pytest.raises(EvolveError):
        evolve(ledger["A"], replace(good, **damage))
