"""Deciding every settlement again: purchases, what was taken back, and manual claims, from what the log had before.

The same rules run once more, over nothing but the entries: policies, institutions, filings, grants, balances and sums
as they were folded up to that position, and the entries that a reversal or a decision names. Whatever differs from what
is recorded is told, field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from google.protobuf.json_format import MessageToDict

from ledger.audit.past import Past
from ledger.domain import claims, settle
from ledger.domain import entry_types as types
from ledger.domain.command import RECORD_CLAIM_PAYMENT, RECORD_PURCHASE, REVIEW_CLAIM, Command
from ledger.domain.purchases import record_purchase
from ledger.domain.recorded import Recorded
from ledger.domain.refusal import Refusal
from ledger.domain.reversals import is_reversed, reversal_legs
from ledger.domain.values import EvolveError, Sums
from ledger.log.entry import MalformedEntryError, parse, recorded
from ledger.v1 import reasons_pb2, types_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from ledger.domain.recorded import Leg

_AGENT = types_pb2.Agent(principal_id_ref="sealed", agent_id_ref="sealed")
_REVERSALS: Final = frozenset(
    (types.PURCHASE_REVERSED, types.DEPOSIT_REVERSED, types.PREMIUM_REVERSED, types.FAMILY_TRANSFER_REVERSED)
)
_CLAIMS: Final = {
    types.CLAIM_DECIDED: (REVIEW_CLAIM, claims.review_claim, "review"),
    types.CLAIM_PAID: (RECORD_CLAIM_PAYMENT, claims.record_claim_payment, "payment"),
}
_FOLLOWING: Final = frozenset((types.SHARE_PAID, types.SHARE_REFUNDED, types.FAMILY_TRANSFER_REVERSED))
"""Types of entries that are a purchase's or a reversal's further legs."""


TransactionAt = Callable[[int], Sequence[Recorded]]
"""Reads the entries of the transaction that a position lies in; empty where they cannot be read."""
_LEGS_MAX: Final = 500


def transactions_of(entry_at: Callable[[int], bytes]) -> TransactionAt:
    """Return a reader of transactions from one of stored entries, which raises IndexError where there is none."""

    def transaction_at(position: int) -> Sequence[Recorded]:
        try:
            hit = recorded(entry_at(position))
            legs = min(hit.legs, _LEGS_MAX)
            return [recorded(entry_at(each)) for each in range(hit.first_position, hit.first_position + legs)]
        except (MalformedEntryError, IndexError):
            return ()

    return transaction_at


class Difference(NamedTuple):
    """What is recorded at a position is not what the rules give. Values are as JSON writes them."""

    position: int
    field: str
    recorded: Any
    computed: Any


class Recomputer:
    """Takes the entries of a whole log in order. `settlements` counts those that were settled again."""

    def __init__(self, code: str, zone: ZoneInfo, transaction_at: TransactionAt) -> None:
        """Begin at position 1. `transaction_at` reads the transaction that an earlier position lies in."""
        self._past = Past(code, zone, transaction_at)
        self._due: list[Leg] = []
        self._broken: set[bytes] = set()
        self._marked = False
        self.entries = 0
        self.settlements = 0
        self.computed = 0
        """How many of them have a pooled part that was computed from a policy."""
        self.reversals = 0
        self.claims = 0
        """Decisions and payments of claims."""
        self.older = 0
        """Bills outside the benefit that counted by the rule before feature level 2, and were judged by it."""

    def differences(self, data: bytes) -> Iterator[Difference]:
        """Yield what differs in the next stored entry."""
        self.entries += 1
        try:
            entry = recorded(data)
        except MalformedEntryError as error:
            yield Difference(self.entries, "entry", "unreadable", str(error))
            return
        self._past.next_position = entry.position
        if self._due and entry.type in _FOLLOWING:
            yield from self._following(entry)
        else:
            yield from self._missing(entry.position)
            if entry.stream not in self._broken:
                yield from self._decided(entry, data)
        try:
            if entry.stream not in self._broken:
                self._past.take(entry)
        except (EvolveError, KeyError) as error:
            # Nothing that follows in this stream can be judged.
            self._broken.add(entry.stream)
            yield Difference(entry.position, "state", "does not continue its stream", str(error))

    def _decided(self, entry: Recorded, data: bytes) -> Iterator[Difference]:
        """Yield what differs where the entry is the first one of something that can be decided again."""
        if entry.type == types.PURCHASE_SETTLED:
            self.settlements += 1
            self.computed += entry.event.HasField("computation")
            yield from self._compared(entry, data, self._settled)
        elif entry.type in _REVERSALS:
            self.reversals += 1
            yield from self._compared(entry, data, self._undone)
        elif entry.type in _CLAIMS:
            self.claims += 1
            yield from self._compared(entry, data, self._claim)
        elif entry.type in _FOLLOWING:
            yield Difference(entry.position, "share", _plain(entry.event), "none is due")

    def _settled(self, entry: Recorded) -> list[Leg]:
        sealed = None
        if entry.event.purchase.presenter == types_pb2.PRESENTER_OTHER:
            sealed = types_pb2.Confidential(agent=_AGENT)  # it was checked; the references themselves are sealed
        command = _command(RECORD_PURCHASE, entry.event.purchase, entry)
        command.confidential = sealed
        return record_purchase(command, self._past)

    def _undone(self, entry: Recorded) -> list[Leg]:
        """Take back again what the entry names: whole, once, by the recorded amounts."""
        event: Any = entry.event
        transaction = self._past.transaction(event.reversed_position)
        target = next((each for each in transaction if each.position == event.reversed_position), None)
        if target is None:
            raise Refusal(reasons_pb2.REFUSAL_REASON_ENTRY_NOT_FOUND)
        view: Any = self._past
        if is_reversed(target, view):
            raise Refusal(reasons_pb2.REFUSAL_REASON_ALREADY_REVERSED)
        reversal = event.reversal if event.HasField("reversal") else None
        try:
            return reversal_legs(target, transaction, reversal, view)
        except KeyError:
            raise Refusal(reasons_pb2.REFUSAL_REASON_NOT_REVERSIBLE) from None

    def _claim(self, entry: Recorded) -> list[Leg]:
        kind, decide, content = _CLAIMS[entry.type]
        return decide(_command(kind, getattr(entry.event, content), entry), self._past)

    def _compared(self, entry: Recorded, data: bytes, decide: Callable[[Recorded], list[Leg]]) -> Iterator[Difference]:
        """Decide again, and yield what differs in the first leg; the others must follow."""
        event: Any = entry.event
        self._marked = self._marked or getattr(event, "uncounted", False)
        try:
            first, *self._due = decide(entry)
        except StopIteration:
            yield Difference(entry.position, "settlement", "recorded", "the entry that it names cannot be read")
            return
        except Refusal as refusal:
            if self._is_older_deductible(event, refusal):
                self.older += 1
                return
            reason = reasons_pb2.RefusalReason.Name(refusal.reason).removeprefix("REFUSAL_REASON_")
            yield Difference(entry.position, "settlement", "recorded", reason)
            return
        if getattr(first.event, "uncounted", False) and not event.uncounted and not self._marked:
            self._count_by_the_older_rule(first, entry)
        yield from _compare(entry.position, "", _plain(event), _plain(first.event))
        if first.type != entry.type or first.stream != entry.stream:
            yield Difference(
                entry.position, "entry", (entry.type, entry.stream.hex()), (first.type, first.stream.hex())
            )
        if first.balance_change != entry.balance_change:
            yield Difference(entry.position, "balance_change", entry.balance_change, first.balance_change)
        if first.reverses != entry.reverses:
            yield Difference(entry.position, "reverses", entry.reverses, first.reverses)
        yield from _released(entry, first)
        yield from _references(entry.position, data, first)

    def _is_older_deductible(self, event: Any, refusal: Refusal) -> bool:
        """Tell whether a bill outside the benefit has a supplied deductible, which was let in until it was marked."""
        if self._marked or event.DESCRIPTOR.name not in {"PurchaseSettled", "ClaimDecided"}:
            return False
        supplied = event.split.deductible and not event.split.pooled
        outside = (reasons_pb2.REFUSAL_REASON_COVERAGE_SUSPENDED, reasons_pb2.REFUSAL_REASON_AMOUNT_MISMATCH)
        return bool(supplied) and refusal.reason in outside

    def _count_by_the_older_rule(self, first: Leg, entry: Recorded) -> None:
        """Let a bill outside the benefit count, as all did before the first one that is marked."""
        self.older += 1
        event: Any = first.event
        bill = event.purchase if entry.type == types.PURCHASE_SETTLED else claims.bill_of(self._filing_of(event))
        sums = event.accumulator
        before = self._past.person(entry.stream).accumulators.get((sums.year, sums.benefit), Sums())
        change = settle.sums_of(bill, event.split, uncounted=False)
        event.accumulator.CopyFrom(settle.accumulator(sums.year, sums.benefit, before, change, 1))
        event.uncounted = False

    def _filing_of(self, event: Any) -> Any:
        transaction = self._past.transaction(event.claim_position)
        return next(each.event.filing for each in transaction if each.position == event.claim_position)

    def _following(self, entry: Recorded) -> Iterator[Difference]:
        due = self._due.pop(0)
        if (due.stream, due.event, due.balance_change, due.reverses) != (
            entry.stream,
            entry.event,
            entry.balance_change,
            entry.reverses,
        ):
            yield Difference(entry.position, "share", _plain(entry.event), _plain(due.event))

    def missing_at_the_end(self) -> Iterator[Difference]:
        """Yield what the last purchase still owed. Call it behind the last entry."""
        yield from self._missing(self.entries + 1)

    def _missing(self, position: int) -> Iterator[Difference]:
        for leg in self._due:
            yield Difference(position, "share", "none", _plain(leg.event))
        self._due = []


def _command(kind: int, content: Any, entry: Recorded) -> Command:
    return Command(kind, content, None, entry.stream, entry.effective_time, True, entry.effective_time)


def _released(entry: Recorded, first: Leg) -> Iterator[Difference]:
    """Yield a difference where other keys are released; which are taken only the ledger's secret tells."""
    said = sorted((key.kind, key.hash.hex()) for key in entry.keys if key.released)
    again = sorted((key.kind, key.hash.hex()) for key in first.keys if key.released)
    if said != again:
        yield Difference(entry.position, "released keys", said, again)


def _references(position: int, data: bytes, first: Leg) -> Iterator[Difference]:
    references = parse(data).references
    policy = (references.policy_position, references.policy_hash)
    if policy != (first.policy or (0, b"")):
        yield Difference(position, "policy", references.policy_position, (first.policy or (0, b""))[0])
    decided_by = [(each.stream.hex(), each.version) for each in references.decided_by]
    again = [(stream.hex(), version) for stream, version in first.decided_by]
    if decided_by != again:
        yield Difference(position, "decided_by", decided_by, again)


def _plain(message: Any) -> Any:
    return MessageToDict(message, preserving_proto_field_name=True)


def _compare(position: int, path: str, said: Any, again: Any) -> Iterator[Difference]:
    """Yield the innermost fields that differ."""
    if isinstance(said, dict) and isinstance(again, dict):
        for name in sorted(said.keys() | again.keys()):
            yield from _compare(position, f"{path}.{name}".lstrip("."), said.get(name), again.get(name))
    elif said != again:
        yield Difference(position, path, said, again)
