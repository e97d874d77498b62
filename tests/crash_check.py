"""Holds what is stored against what was answered. Nothing here trusts what it checks.

Entries are parsed as protobuf messages, hashes are computed level by level, balances are added up
from what the events say. Every finding is one line; no finding is the only good result.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from ledger.log import entry as entries_module
from ledger.log import header, merkle
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.schema import FEATURE_LEVEL
from ledger.v1 import entry_pb2, events_pb2
from tests.crash_load import NOT_RECORDED, Load, Sent
from tests.running import Ledgerd

HEADER = tuple(field.name for field in entry_pb2.Header.DESCRIPTOR.fields)
_REVERSED = events_pb2.VOID_EFFECT_REVERSED
DEFECTS = ("batch.rolled_back", "committer.defect", "command.defect", '"defect"', "ledger.stopped")
"""Lines that must not be in the log of a healthy process."""


@dataclass(frozen=True)
class Stored:
    """One stored entry, parsed, with the columns beside it."""

    position: int
    stream: bytes
    version: int
    data: bytes
    leaf: bytes
    head: Any
    message: Any

    @property
    def event(self) -> Any:
        """The event."""
        return getattr(self.message, self.message.WhichOneof("event"))


class Log:
    """Everything that is stored of a ledger, read in one snapshot."""

    def __init__(self, url: str, code: str) -> None:
        """Read it."""
        self.code = code
        self.id = ledger_id(code)
        s = schema_name(code)
        with psycopg.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

            def rows(query: str) -> list[tuple[Any, ...]]:
                return connection.execute(query.format(s=f'"{s}"'), binary=True).fetchall()

            raw = rows("SELECT position, stream, version, entry FROM {s}.entries ORDER BY position")
            self.commits = rows(
                "SELECT last_position, root, frontier, last_leaf_hash, record_time, entries,"
                " feature_level FROM {s}.commits ORDER BY last_position"
            )
            self.commands = rows(
                "SELECT request_id, organisation, command_hash, first_position, entries FROM {s}.commands"
            )
            self.keys = rows("SELECT kind, key_hash, position, active FROM {s}.unique_keys")
            self.tiles = rows("SELECT level, index, hashes FROM {s}.tiles ORDER BY level, index")
        self.entries = [self._stored(*row) for row in raw]
        self.found: list[str] = []
        self.transactions: dict[int, list[Stored]] = {}
        self.by_request: dict[str, int] = {}
        """Request id → first position of its transaction."""
        self.tombstones: dict[str, int] = {}
        self.voided: set[int] = set()
        """First positions of transactions that a void reversed."""
        self.levels: list[list[bytes]] = []

    @staticmethod
    def _stored(position: int, stream: uuid.UUID, version: int, data: bytes) -> Stored:
        message = entry_pb2.Entry.FromString(data)
        leaf = hashlib.sha256(b"\0" + data).digest()
        return Stored(position, stream.bytes, version, data, leaf, message.header, message)

    def expect(self, condition: object, finding: str) -> None:
        """Note a finding unless the condition holds."""
        if not condition:
            self.found.append(finding)

    def check(self) -> list[str]:
        """Check everything that the log says about itself."""
        self._positions_and_columns()
        self._transactions()
        self._streams()
        self._money()
        self._tree()
        self._commit_rows()
        self._commands_table()
        self._keys_table()
        return self.found

    def _positions_and_columns(self) -> None:
        for expected, stored in enumerate(self.entries, 1):
            head, at = stored.head, f"position {stored.position}"
            self.expect(stored.position == expected, f"{at}: {expected} was expected")
            columns = stored.position, stored.stream, stored.version
            inside = head.position, head.stream, head.version
            self.expect(columns == inside, f"{at}: columns {columns} are not those inside {inside}")
            self.expect(head.ledger == self.id, f"{at}: another ledger's entry")
            self.expect(head.format == header.FORMAT, f"{at}: format {head.format}")
            sliced = header.unpack(stored.data)
            whole = tuple(getattr(head, name) for name in HEADER)
            self.expect(sliced == whole, f"{at}: slicing gives {sliced}, parsing {whole}")
            name = stored.message.WhichOneof("event")
            right = name and entries_module.EVENT_TYPES[name] == head.type
            self.expect(right, f"{at}: type {head.type} holds {name}")
        salts = {stored.head.salt for stored in self.entries}
        self.expect(len(salts) == len(self.entries), "a salt was used twice")

    def _transactions(self) -> None:
        last_time, index = 0, 0
        while index < len(self.entries):
            first = self.entries[index]
            head, at = first.head, f"position {first.position}"
            legs = self.entries[index : index + max(1, head.legs)]
            self.expect(len(legs) == head.legs, f"{at}: has {len(legs)} of {head.legs} legs")
            for number, leg in enumerate(legs, 1):
                other = leg.head
                same = (
                    (other.leg, other.legs, other.first_position) == (number, head.legs, first.position)
                    and other.request_id == head.request_id
                    and other.organisation == head.organisation
                    and other.command_hash == head.command_hash
                    and other.record_time == head.record_time
                )
                self.expect(same, f"position {leg.position}: is no leg {number} of {first.position}")
            self.expect(head.record_time > last_time, f"{at}: record time does not rise")
            last_time = head.record_time
            self.transactions[first.position] = legs
            if first.position > 1:
                request = str(uuid.UUID(bytes=head.request_id))
                known = self.by_request.get(request)
                self.expect(known is None, f"{at}: request {request} was applied before at {known}")
                self.by_request[request] = first.position
            index += max(1, len(legs))

    def _streams(self) -> None:
        tips: dict[bytes, tuple[int, bytes, int]] = {}
        for stored in self.entries:
            version, leaf, balance = tips.get(stored.stream, (0, bytes(32), 0))
            head, at = stored.head, f"position {stored.position}"
            self.expect(head.version == version + 1, f"{at}: version {head.version} after {version}")
            self.expect(head.previous_leaf == leaf, f"{at}: previous leaf is not that of {version}")
            after = balance + head.balance_change
            self.expect(
                head.balance_after == after,
                f"{at}: balance {head.balance_after}, but {balance} {head.balance_change:+}",
            )
            self.expect(after >= 0, f"{at}: balance {after} is negative")
            tips[stored.stream] = head.version, stored.leaf, head.balance_after
        self.balances = {stream: tip[2] for stream, tip in tips.items()}

    def _money(self) -> None:
        """What each transaction does to the balances follows from its events alone."""
        inside = 0
        for position, legs in self.transactions.items():
            total = 0
            for leg in legs:
                change = _change(leg)
                said = leg.head.balance_change
                self.expect(said == change, f"position {leg.position}: {said} instead of {change}")
                total += change
            self.expect(total == _from_outside(legs), f"position {position}: money {total:+} appeared")
            inside += _from_outside(legs)
            for leg in legs:
                if leg.message.WhichOneof("event") == "purchase_settled":
                    self._bill(leg, legs)
        held = sum(self.balances.values())
        self.expect(held == inside, f"accounts hold {held}, but {inside} came in")

    def _bill(self, leg: Stored, legs: Sequence[Stored]) -> None:
        split, bill = leg.event.split, leg.event.purchase.bill
        shared = sum(payment.amount for payment in split.shared)
        funds = sum(payment.amount for payment in split.funds)
        paid = split.pooled + funds + split.hospital + split.own_account + shared + split.cash
        self.expect(paid == bill.total, f"position {leg.position}: {paid} paid of {bill.total}")
        legs_paid = sum(
            other.event.amount
            for other in legs
            if other.message.WhichOneof("event") == "share_paid" and other.event.purchase_position == leg.position
        )
        self.expect(legs_paid == shared, f"position {leg.position}: relatives paid {legs_paid}")

    def _tree(self) -> None:
        """All perfect subtrees, level by level."""
        level = [stored.leaf for stored in self.entries]
        while level:
            self.levels.append(level)
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        expected = [
            (number, index, b"".join(self.levels[8 * number][256 * index : 256 * (index + 1)]))
            for number in range((len(self.levels) + 7) // 8)
            for index in range(len(self.levels[8 * number]) // 256)
        ]
        self.expect(self.tiles == expected, "the tiles are not those of the entries")

    def _peaks(self, size: int) -> list[bytes]:
        """Roots of the perfect subtrees of the first `size` leaves, largest first."""
        peaks, begin = [], 0
        for height in range(size.bit_length() - 1, -1, -1):
            if size >> height & 1:
                peaks.append(self.levels[height][begin >> height])
                begin += 1 << height
        return peaks

    def root(self, size: int) -> bytes:
        """The root of the first `size` entries."""
        *rest, root = self._peaks(size)
        for peak in reversed(rest):
            root = hashlib.sha256(b"\1" + peak + root).digest()
        return root

    def _commit_rows(self) -> None:
        before = 0
        for last, root, frontier, leaf, record_time, count, level in self.commits:
            at = f"commit {last}"
            if not before < last <= len(self.entries):
                self.expect(False, f"{at}: there are {len(self.entries)} entries")
                return
            self.expect(count == last - before, f"{at}: says {count} entries, has {last - before}")
            self.expect(root == self.root(last), f"{at}: root is not that of its entries")
            self.expect(frontier == b"".join(self._peaks(last)), f"{at}: wrong frontier")
            stored = self.entries[last - 1]
            self.expect(leaf == stored.leaf, f"{at}: last leaf hash is another entry's")
            self.expect(record_time == stored.head.record_time, f"{at}: wrong record time")
            self.expect(stored.head.leg == stored.head.legs, f"{at}: ends inside a transaction")
            self.expect(level == FEATURE_LEVEL, f"{at}: feature level {level}")
            before = last
        self.expect(before == len(self.entries), f"{len(self.entries) - before} entries lack a commit")
        if self.found:
            return
        tree, _ = merkle.Tree().append([merkle.leaf_hash(stored.data) for stored in self.entries])
        self.expect(tree.root() == self.root(before), "two ways to compute the root disagree")

    def _commands_table(self) -> None:
        expected = {}
        for position, legs in self.transactions.items():
            head = legs[0].head
            if position == 1:
                continue
            key = (uuid.UUID(bytes=head.request_id), uuid.UUID(bytes=head.organisation))
            expected[key] = head.command_hash, position, len(legs)
            event = legs[0].event
            if isinstance(event, events_pb2.CommandVoided) and event.effect == _REVERSED:
                self.voided.add(event.voided_position)
            if isinstance(event, events_pb2.CommandVoided) and not event.voided_position:
                voided = uuid.UUID(bytes=event.command.request_id)
                self.expect(
                    str(voided) not in self.by_request,
                    f"position {position}: voided {voided} as unknown, but it was executed",
                )
                expected[voided, key[1]] = bytes(32), position, len(legs)
                self.tombstones[str(voided)] = position
        found = {(request, owner): tuple(rest) for request, owner, *rest in self.commands}
        for key in expected.keys() | found.keys():
            one, other = found.get(key), expected.get(key)
            self.expect(one == other, f"commands: {key[0]} is {one}, the entries say {other}")

    def _keys_table(self) -> None:
        expected: dict[tuple[int, bytes], tuple[int, bool]] = {}
        for stored in self.entries:
            for key in stored.message.references.unique_keys:
                taken = expected.get((key.kind, key.hash), (0, False))[1]
                right = taken == key.released
                self.expect(right, f"position {stored.position}: a key is taken or released twice")
                expected[key.kind, key.hash] = stored.position, not key.released
        found = {(kind, key.bytes): tuple(rest) for kind, key, *rest in self.keys}
        self.expect(found == expected, "unique_keys is not what the entries say")


def _change(leg: Stored) -> int:
    """What an event does to its account's balance, in fen."""
    event = leg.event
    match leg.message.WhichOneof("event"):
        case "opening_imported":
            return event.opening.balance
        case "deposit_posted":
            return event.deposit.amount
        case "deposit_reversed":
            return -event.amount
        case "purchase_settled":
            return -event.split.own_account
        case "purchase_reversed":
            return event.split.own_account - event.payable_after_close
        case "share_paid":
            return -event.amount
        case "share_refunded":
            return event.amount - event.payable_after_close
        case "family_transfer_sent":
            return -event.transfer.amount
        case "family_transfer_received":
            return event.amount
        case "family_transfer_reversed":
            return -event.amount if event.receiver_leg else event.amount
        case "balance_paid_out":
            return -event.amount
    return 0


def _from_outside(legs: Iterable[Stored]) -> int:
    """What a transaction brings into the accounts together, negative for what leaves them."""
    total = 0
    for leg in legs:
        event = leg.event
        match leg.message.WhichOneof("event"):
            case "opening_imported":
                total += event.opening.balance
            case "deposit_posted":
                total += event.deposit.amount
            case "deposit_reversed" | "balance_paid_out":
                total -= event.amount
            case "purchase_settled":
                total -= event.split.own_account
                total -= sum(payment.amount for payment in event.split.shared)
            case "purchase_reversed":
                total += event.split.own_account
                total += sum(payment.amount for payment in event.split.shared)
    return total


# -- what was answered ------------------------------------------------------------------------------


def check_answers(log: Log, load: Load) -> list[str]:
    """Hold every answer and every read against the stored entries."""
    found = list(load.problems)
    known = {sent.request_id for sent in load.sent}
    strangers = [request for request in log.by_request if request not in known]
    if strangers:
        found.append(f"{len(strangers)} transactions belong to no request: {strangers[:3]}")
    for sent in load.sent:
        found += [f"{sent.request_id}: {line}" for line in _check_sent(log, sent)]
    found += _check_reads(log, load)
    return found


def _check_sent(log: Log, sent: Sent) -> list[str]:
    found = list(sent.conflicts)
    position = log.by_request.get(sent.request_id)
    if sent.answer is not None:
        found += _check_answer(log, sent, position)
    if sent.refusal is not None:
        reason, where = sent.refusal
        legs = log.transactions.get(where, [])
        refused = legs and isinstance(legs[0].event, events_pb2.CommandRefused)
        if position != where or not refused:
            found.append(f"refused ({reason}) at {where}, but recorded at {position}")
    for reason in sent.failures:
        if reason == "COMMAND_VOIDED":
            if sent.request_id not in log.tombstones:
                found.append("answered COMMAND_VOIDED without a tombstone")
        elif reason not in NOT_RECORDED:
            found.append(f"failed with {reason}")
    if sent.failures and not sent.unknown and not sent.final and position is not None:
        found.append(f"answered {sent.failures}: nothing recorded; but it is, at {position}")
    return found


def _check_answer(log: Log, sent: Sent, position: int | None) -> list[str]:
    told = sent.answer
    assert told is not None
    if position is None:
        return [f"acknowledged at {told.first_position}, but lost"]
    legs = log.transactions[position]
    span = position, legs[-1].position
    if (told.first_position, told.last_position) != span:
        return [f"acknowledged at {told.first_position}…{told.last_position}, stored at {span}"]
    found = []
    if told.record_time.ToMicroseconds() != legs[0].head.record_time:
        found.append("the record time in the answer is not the stored one")
    if len(told.entries) != len(legs):
        return [f"answered with {len(told.entries)} entries, {len(legs)} are stored"]
    for line, leg in zip(told.entries, legs, strict=True):
        head = leg.head
        same = (
            line.name == f"ledgers/{log.code}/entries/{leg.position}"
            and line.type == leg.message.WhichOneof("event")
            and line.balance_change == head.balance_change
            and (not line.HasField("balance_after") or line.balance_after == head.balance_after)
            and line.version in {0, head.version}
        )
        if not same:
            found.append(f"answered {line}, stored is {head}")
    return found + _check_content(sent, legs)


def _check_content(sent: Sent, legs: Sequence[Stored]) -> list[str]:
    """The amounts that were asked for are those that are stored."""
    if sent.item is None:
        return []
    group = sent.item.group.commands
    commands = list(group) if group else [sent.item.command]
    firsts = [leg for leg in legs if _amount_of_event(leg) is not None]
    asked = [amount for command in commands if (amount := _amount_of_command(command)) is not None]
    stored = [_amount_of_event(leg) for leg in firsts]
    return [] if asked == stored else [f"asked for {asked}, stored are {stored}"]


def _amount_of_command(command: Any) -> tuple[str, int] | None:
    match command.WhichOneof("kind"):
        case "record_deposit":
            asked = command.record_deposit
            return _tail(asked.account), asked.deposit.amount
        case "record_purchase":
            asked = command.record_purchase
            return _tail(asked.person), asked.purchase.bill.total
        case "transfer_share":
            asked = command.transfer_share
            return _tail(asked.account), asked.transfer.amount
        case "import_opening":
            asked = command.import_opening
            return _tail(asked.account), asked.opening.balance
    return None


def _amount_of_event(leg: Stored) -> tuple[str, int] | None:
    stream, event = str(uuid.UUID(bytes=leg.stream)), leg.event
    match leg.message.WhichOneof("event"):
        case "deposit_posted":
            return stream, event.deposit.amount
        case "purchase_settled":
            return stream, event.purchase.bill.total
        case "family_transfer_sent":
            return stream, event.transfer.amount
        case "opening_imported":
            return stream, event.opening.balance
    return None


def _tail(name: str) -> str:
    return name.rpartition("/")[2]


def _check_reads(log: Log, load: Load) -> list[str]:
    found = []
    history: dict[str, list[Stored]] = defaultdict(list)
    for stored in log.entries:
        history[str(uuid.UUID(bytes=stored.stream))].append(stored)
    for seen in load.seen:
        past = history[seen.account]
        due = sum(stored.position <= seen.position for stored in past)
        if seen.version > len(past):
            found.append(f"a read showed {seen}, which was never recorded")
            continue
        balance = past[seen.version - 1].head.balance_after if seen.version else 0
        if seen.balance != balance:
            found.append(f"a read showed {seen}, stored is {balance}")
        if seen.version < due or (seen.linearizable and seen.version != due):
            found.append(f"a read showed {seen}, but version {due} is the one of its position")
        if seen.linearizable and seen.position < seen.floor:
            found.append(f"a read showed {seen}, although more had been acknowledged")
    sizes = {commit[0] for commit in log.commits}
    for size, root in load.roots:
        if size not in sizes or root != log.root(size):
            found.append(f"a read showed size {size} with a root that is not the log's")
    return found


def check_programs(programs: Iterable[Ledgerd]) -> list[str]:
    """No process may have met a defect, or let a constraint of the database catch one."""
    return [
        f"{program.log.name}: {line[:600]}"
        for program in programs
        for line in program.errors().splitlines()
        if any(word in line for word in DEFECTS)
    ]
