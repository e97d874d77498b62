"""Settling every recorded purchase again: from its own inputs and from the state that the log had before it.

The same rules run once more, over nothing but the entries: policies, institutions, filings, grants, balances and sums
as they were folded up to that position. Whatever differs from what is recorded is told, field by field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from google.protobuf.json_format import MessageToDict

from ledger.audit.past import Past
from ledger.domain import entry_types as types
from ledger.domain.command import RECORD_PURCHASE, Command
from ledger.domain.purchases import record_purchase
from ledger.domain.refusal import Refusal
from ledger.domain.values import EvolveError
from ledger.log.entry import MalformedEntryError, parse, recorded
from ledger.v1 import reasons_pb2, types_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from ledger.domain.recorded import Leg, Recorded

_AGENT = types_pb2.Agent(principal_id_ref="sealed", agent_id_ref="sealed")


class Difference(NamedTuple):
    """What is recorded at a position is not what the rules give. Values are as JSON writes them."""

    position: int
    field: str
    recorded: Any
    computed: Any


class Recomputer:
    """Takes the entries of a whole log in order. `settlements` counts those that were settled again."""

    def __init__(self, code: str, zone: ZoneInfo) -> None:
        """Begin at position 1."""
        self._past = Past(code, zone)
        self._due: list[Leg] = []
        self._broken: set[bytes] = set()
        self.entries = 0
        self.settlements = 0
        self.computed = 0
        """How many of them have a pooled part that was computed from a policy."""

    def differences(self, data: bytes) -> Iterator[Difference]:
        """Yield what differs in the next stored entry."""
        self.entries += 1
        try:
            entry = recorded(data)
        except MalformedEntryError as error:
            yield Difference(self.entries, "entry", "unreadable", str(error))
            return
        if entry.type == types.PURCHASE_SETTLED and entry.stream not in self._broken:
            yield from self._again(entry, data)
        elif entry.type == types.SHARE_PAID:
            yield from self._share(entry)
        elif self._due:
            yield from self._missing(entry.position)
        try:
            if entry.stream not in self._broken:
                self._past.take(entry)
        except (EvolveError, KeyError) as error:
            # Nothing that follows in this stream can be judged.
            self._broken.add(entry.stream)
            yield Difference(entry.position, "state", "does not continue its stream", str(error))

    def _again(self, entry: Recorded, data: bytes) -> Iterator[Difference]:
        yield from self._missing(entry.position)
        settled = entry.event
        self.settlements += 1
        self.computed += settled.HasField("computation")
        sealed = None
        if settled.purchase.presenter == types_pb2.PRESENTER_OTHER:
            sealed = types_pb2.Confidential(agent=_AGENT)  # it was checked; the references themselves are sealed
        command = Command(
            RECORD_PURCHASE, settled.purchase, sealed, entry.stream, entry.effective_time, True, entry.effective_time
        )
        self._past.next_position = entry.position
        try:
            first, *self._due = record_purchase(command, self._past)  # type: ignore[arg-type]
        except Refusal as refusal:
            reason = reasons_pb2.RefusalReason.Name(refusal.reason).removeprefix("REFUSAL_REASON_")
            yield Difference(entry.position, "settlement", "settled", reason)
            return
        yield from _compare(entry.position, "", _plain(settled), _plain(first.event))
        if first.balance_change != entry.balance_change:
            yield Difference(entry.position, "balance_change", entry.balance_change, first.balance_change)
        references = parse(data).references
        policy = (references.policy_position, references.policy_hash)
        if policy != (first.policy or (0, b"")):
            yield Difference(entry.position, "policy", references.policy_position, (first.policy or (0, b""))[0])
        decided_by = [(each.stream.hex(), each.version) for each in references.decided_by]
        again = [(stream.hex(), version) for stream, version in first.decided_by]
        if decided_by != again:
            yield Difference(entry.position, "decided_by", decided_by, again)

    def _share(self, entry: Recorded) -> Iterator[Difference]:
        due = self._due.pop(0) if self._due else None
        if due is None:
            yield Difference(entry.position, "share", _plain(entry.event), "none is due")
        elif (due.stream, due.event, due.balance_change) != (entry.stream, entry.event, entry.balance_change):
            yield Difference(entry.position, "share", _plain(entry.event), _plain(due.event))

    def missing_at_the_end(self) -> Iterator[Difference]:
        """Yield what the last purchase still owed. Call it behind the last entry."""
        yield from self._missing(self.entries + 1)

    def _missing(self, position: int) -> Iterator[Difference]:
        for leg in self._due:
            yield Difference(position, "share", "none", _plain(leg.event))
        self._due = []


def _plain(message: Any) -> Any:
    return MessageToDict(message, preserving_proto_field_name=True)


def _compare(position: int, path: str, said: Any, again: Any) -> Iterator[Difference]:
    """Yield the innermost fields that differ."""
    if isinstance(said, dict) and isinstance(again, dict):
        for name in sorted(said.keys() | again.keys()):
            yield from _compare(position, f"{path}.{name}".lstrip("."), said.get(name), again.get(name))
    elif said != again:
        yield Difference(position, path, said, again)
