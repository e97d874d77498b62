"""Load that remembers: every request with its id, and every answer it got.

An answer is one of: a transaction, a recorded refusal, a failure that says "nothing was recorded",
or nothing that can be relied on (unknown). `tests/crash_check.py` holds them against the log.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import query_service_pb2 as queries
from ledger.v1 import types_pb2 as types
from tests.running import Client, Ledgerd, time_ordered_id

# PostgreSQL is started by a fork, and gRPC's handlers for forks, on by default, break the child when
# calls are in progress. It reads this when the first channel is opened.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

METHODS = {
    "open_account": "OpenAccount",
    "activate_account": "ActivateAccount",
    "import_opening": "ImportOpening",
    "record_deposit": "RecordDeposit",
    "record_purchase": "RecordPurchase",
    "grant_share": "GrantShare",
    "transfer_share": "TransferShare",
    "reverse_entry": "ReverseEntry",
}
NOT_RECORDED = {"UNAVAILABLE", "DEADLINE_EXPIRED", "OVERLOADED", "CLOCK_SUSPECT", "LEDGER_FORKED"}
"""Reasons that promise that nothing was recorded and that may occur in a run."""


def reason_of(status: Status) -> tuple[str, dict[str, str]]:
    """Reason and metadata of a status; an empty reason when it does not come from the service."""
    info = details.ErrorInfo()
    for detail in status.details:
        if detail.Unpack(info):
            return info.reason, dict(info.metadata)
    return "", {}


def status_of(error: grpc.RpcError) -> Status:
    """The status of a failed call; without details when the service did not answer."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return Status.FromString(value)
    return Status(message=str(error.details()))


@dataclass(eq=False)
class Sent:
    """One command or group, by its request id, and what was heard of it."""

    request_id: str
    item: pb.BatchItem | None
    void: pb.VoidCommandRequest | None = None
    answer: pb.Transaction | None = None
    refusal: tuple[str, int] | None = None
    effect: int = 0
    attempts: int = 0
    unknown: int = 0
    failures: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    """Answers that contradict an earlier answer to the same request."""

    @property
    def final(self) -> bool:
        """Whether its recorded result is known."""
        return self.answer is not None or self.refusal is not None

    def take_transaction(self, told: pb.Transaction) -> None:
        """Note that it was committed."""
        if self.refusal:
            self.conflicts.append(f"refused at {self.refusal}, then executed")
        if self.answer is not None:
            one, other = pb.Transaction.FromString(self.answer.SerializeToString()), told
            one.replayed = other.replayed = True
            if one != other:
                self.conflicts.append(f"answered {one} and then {other}")
        self.answer = told

    def take_status(self, status: Status) -> None:
        """Note that it was refused, failed, or that nobody knows."""
        reason, metadata = reason_of(status)
        if not reason or reason == "OUTCOME_UNKNOWN":
            self.unknown += 1
        elif "position" in metadata:
            found = reason, int(metadata["position"])
            if self.answer is not None or self.refusal not in {None, found}:
                self.conflicts.append(f"had {self.answer or self.refusal}, then {found}")
            self.refusal = found
        else:
            self.failures.append(reason)


@dataclass
class Seen:
    """One read of an account: `floor` is what had been acknowledged before it began."""

    account: str
    linearizable: bool
    floor: int
    version: int
    balance: int
    position: int


class Load:
    """Sends commands to one or more `ledgerd` until it is stopped."""

    def __init__(self, ledger: str, *, accounts: int = 40, seed: int = 0) -> None:
        """Nothing is sent yet."""
        self.ledger = ledger
        self.sent: list[Sent] = []
        self.seen: list[Seen] = []
        self.roots: list[tuple[int, bytes]] = []
        self.acknowledged = 0
        self.top = 0
        """Highest position that was acknowledged."""
        self.problems: list[str] = []
        ids = random.Random(f"accounts {seed}")
        self.accounts = [str(uuid.UUID(int=ids.getrandbits(128), version=4)) for _ in range(accounts)]
        self._random = random.Random(seed)
        self._clients: list[Client | None] = []
        self._lock = threading.Condition()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._reversible: list[int] = []

    # -- who is asked -------------------------------------------------------------------------------

    def use(self, ledgerd: Ledgerd, place: int = 0) -> None:
        """Send to this process from now on, instead of the one before in the same place."""
        with self._lock:
            while len(self._clients) <= place:
                self._clients.append(None)
            old, self._clients[place] = self._clients[place], Client(ledgerd.channel())
            self._lock.notify_all()
        if old is not None:
            old.close()

    def drop(self, place: int = 0) -> None:
        """Send nothing there until `use` names another process."""
        with self._lock:
            old, self._clients[place] = self._clients[place], None
        if old is not None:
            old.close()

    def client(self, number: int = 0) -> Client | None:
        """The client of a worker; None while its process is away or the load ends."""
        with self._lock:
            while not self._stop.is_set() or number < 0:
                alive = [client for client in self._clients if client is not None]
                if alive:
                    return alive[number % len(alive)]
                self._lock.wait(0.1)
        return None

    # -- running ------------------------------------------------------------------------------------

    def start(self, *, singles: int = 8, batchers: int = 0, batch: int = 500) -> None:
        """Begin: `singles` callers of one command each, `batchers` of `batch` commands each."""
        for number in range(singles + batchers):
            target, arguments = self._single_caller, (number,)
            if number >= singles:
                target, arguments = self._batch_caller, (number, batch)
            thread = threading.Thread(target=self._guarded, args=(target, *arguments), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End: calls in progress get their answer or their deadline."""
        self._stop.set()
        with self._lock:
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a caller hangs"
        self._threads.clear()
        self._stop.clear()

    def wait_for(self, more: int, seconds: float = 20.0) -> bool:
        """Wait until so many more commands are acknowledged; False when they are not in time."""
        goal, end = self.acknowledged + more, time.monotonic() + seconds
        with self._lock:
            while self.acknowledged < goal:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._lock.wait(left)
        return True

    def _guarded(self, target: Any, *arguments: Any) -> None:
        try:
            target(*arguments)
        except Exception as error:  # noqa: BLE001 - the test reports it
            if not self._stop.is_set():
                self.problems.append(f"a caller failed: {error!r}")

    def _single_caller(self, number: int) -> None:
        chance = random.Random(f"{self.ledger} {number}")
        while (client := self.client(number)) is not None:
            draw = chance.random()
            if draw < 0.08:
                self.read(client, chance.choice(self.accounts), linearizable=chance.random() < 0.6)
                continue
            if draw < 0.10:
                self._read_root(client)
                continue
            sent = self.make(chance)
            self.call(client, sent)
            # Half of the unknown ones are asked again at once, half only at the end.
            while not sent.final and sent.unknown and chance.random() < 0.5:
                if (client := self.client(number)) is None:
                    return
                if chance.random() < 0.2 and sent.item is not None:
                    self.call(client, self.make_void(sent.request_id))
                self.call(client, sent)

    def _batch_caller(self, number: int, size: int) -> None:
        chance = random.Random(f"{self.ledger} {number}")
        while (client := self.client(number)) is not None:
            count = chance.randint(size // 2, size)
            several = [self.make(chance, batch=True) for _ in range(count)]
            self.call_batch(client, several)
            while any(not sent.final and sent.unknown for sent in several) and chance.random() < 0.5:
                if (client := self.client(number)) is None:
                    return
                self.call_batch(client, several)

    # -- calls --------------------------------------------------------------------------------------

    def call(self, client: Client, sent: Sent, timeout: float = 10.0) -> Sent:
        """Send one by its own method and note the answer."""
        if sent.attempts == 0:
            self.sent.append(sent)
        sent.attempts += 1
        if sent.void is not None:
            method, request = client.commands.VoidCommand, sent.void
        elif sent.item is None or sent.item.HasField("group"):
            self.call_batch(client, [sent], timeout)
            return sent
        else:
            kind = sent.item.command.WhichOneof("kind")
            method = getattr(client.commands, METHODS[kind])
            request = getattr(sent.item.command, kind)
        try:
            response = method(request, timeout=timeout)
        except grpc.RpcError as error:
            sent.take_status(status_of(error))
            self._pause(sent)
        except ValueError:  # the channel was closed under it
            sent.unknown += 1
        else:
            sent.take_transaction(response.transaction)
            if sent.void is not None:
                sent.effect = response.effect
            self._acknowledge([sent])
        return sent

    def call_batch(self, client: Client, several: list[Sent], timeout: float = 10.0) -> bool:
        """Send many in one call and note the answers. False when the call as a whole failed."""
        request = pb.BatchExecuteRequest(ledger=f"ledgers/{self.ledger}")
        for sent in several:
            if sent.attempts == 0:
                self.sent.append(sent)
            sent.attempts += 1
            request.items.append(sent.item)
        try:
            response = client.commands.BatchExecute(request, timeout=timeout)
        except (grpc.RpcError, ValueError) as error:
            status = status_of(error) if isinstance(error, grpc.RpcError) else Status()
            for sent in several:
                sent.take_status(status)
            self._pause(several[0])
            return False
        last = 0
        for sent, result in zip(several, response.results, strict=True):
            told = result.transaction
            if told.first_position and not told.replayed:
                if told.first_position < last:
                    self.problems.append(f"{sent.request_id}: before the item in front of it")
                last = told.first_position
            if result.HasField("transaction"):
                sent.take_transaction(result.transaction)
            else:
                sent.take_status(result.error)
        self._acknowledge(several)
        return True

    def _pause(self, sent: Sent) -> None:
        """Do not hammer a process that is gone."""
        if not sent.final and sent.unknown:
            with self._lock:
                self._lock.wait(0.02)

    def _acknowledge(self, several: list[Sent]) -> None:
        with self._lock:
            for sent in several:
                if sent.answer is not None:
                    self.acknowledged += 1
                    self.top = max(self.top, sent.answer.last_position)
                    first = sent.answer.entries[0]
                    if first.type in {"deposit_posted", "purchase_settled", "family_transfer_sent"}:
                        self._reversible.append(sent.answer.first_position)
            del self._reversible[:-200]
            self._lock.notify_all()

    def read(self, client: Client, account: str, *, linearizable: bool = True) -> Seen | None:
        """Read an account and remember what was shown."""
        floor = self.top
        consistency = queries.CONSISTENCY_LINEARIZABLE if linearizable else queries.CONSISTENCY_CACHED
        name = f"ledgers/{self.ledger}/accounts/{account}"
        request = queries.GetAccountRequest(name=name, consistency=consistency)
        try:
            found = client.queries.GetAccount(request, timeout=10)
        except (grpc.RpcError, ValueError):
            return None
        told = found.account
        seen = Seen(account, linearizable, floor, told.version, told.balance, found.position)
        self.seen.append(seen)
        return seen

    def _read_root(self, client: Client) -> None:
        request = queries.GetLedgerRequest(name=f"ledgers/{self.ledger}")
        try:
            found = client.queries.GetLedger(request, timeout=10)
        except (grpc.RpcError, ValueError):
            return
        self.roots.append((found.size, found.root))

    # -- what is sent -------------------------------------------------------------------------------

    def open_accounts(self, client: Client, *, balance: int = 5_000_000) -> None:
        """Open every account, and let each one share with its two neighbours."""
        everybody = [self._opening(account, balance) for account in self.accounts]
        assert self.call_batch(client, everybody, 30)
        shares = []
        for index, account in enumerate(self.accounts):
            for distance in (1, 2):
                relative = self.accounts[(index + distance) % len(self.accounts)]
                if relative != account:
                    shares.append(self._share(account, relative))
        assert self.call_batch(client, shares, 30)
        assert all(sent.answer is not None for sent in everybody)

    def _opening(self, account: str, balance: int) -> Sent:
        command = pb.Command()
        asked = command.import_opening
        asked.account = self._account(account)
        asked.opening.scheme = types.SCHEME_EMPLOYEE
        asked.opening.person_type = types.PERSON_TYPE_ACTIVE
        asked.opening.balance = balance
        asked.opening.opened_time.CopyFrom(Timestamp(seconds=1_600_000_000))
        asked.opening.activated_time.CopyFrom(Timestamp(seconds=1_600_000_001))
        asked.opening.source_sha256 = bytes(32)
        return self._sent(command)

    def _share(self, payer: str, beneficiary: str) -> Sent:
        command = pb.Command()
        asked = command.grant_share
        asked.account = self._account(payer)
        asked.grant.beneficiary = f"ledgers/{self.ledger}/persons/{beneficiary}"
        asked.grant.relation = types.RELATION_CHILD
        return self._sent(command)

    def make(self, chance: random.Random, *, batch: bool = False) -> Sent:
        """Any command, not sent yet."""
        draw = chance.random()
        if batch and draw < 0.04:
            return self._group(chance)
        if draw < 0.5:
            return self._sent(self.deposit(chance.choice(self.accounts), chance.randint(1, 5000), chance))
        if draw < 0.75:
            return self._sent(self._purchase(chance))
        if draw < 0.88:
            return self._sent(self._transfer(chance))
        if draw < 0.96 and self._reversible:
            return self.make_reversal(chance.choice(self._reversible))
        if draw < 0.98:
            return self._new_account()
        return self._sent(self.deposit(chance.choice(self.accounts), 1, chance, payment=chance.randint(1, 40)))

    def make_void(self, request_id: str) -> Sent:
        """A void of another request."""
        own = time_ordered_id()
        request = pb.VoidCommandRequest(ledger=f"ledgers/{self.ledger}", request_id=own, voided_request_id=request_id)
        return Sent(own, None, request)

    def make_deposit(self, amount: int = 1, account: str | None = None) -> Sent:
        """A deposit of a known amount."""
        return self._sent(self.deposit(account or self.accounts[0], amount))

    def deposit(self, account: str, amount: int, chance: random.Random | None = None, payment: int = 0) -> pb.Command:
        """A deposit. One in four has personal data and with it a unique key."""
        command = pb.Command()
        asked = command.record_deposit
        asked.account = self._account(account)
        asked.deposit.amount = amount
        asked.deposit.source = types.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION
        if payment:
            asked.deposit.confidential.payment_ref = f"again {payment}"
        elif chance and chance.random() < 0.25:
            asked.deposit.confidential.payment_ref = time_ordered_id()
        return command

    def _purchase(self, chance: random.Random) -> pb.Command:
        command = pb.Command()
        asked = command.record_purchase
        asked.person = f"ledgers/{self.ledger}/persons/{chance.choice(self.accounts)}"
        bill = asked.purchase.bill
        bill.in_scope = chance.randint(1, 20_000)
        bill.full_self_pay = chance.randint(0, 500)
        bill.total = bill.in_scope + bill.full_self_pay
        asked.purchase.institution = "H410100"
        asked.purchase.category = types.CATEGORY_DRUG
        asked.purchase.upstream.pooled = bill.in_scope * chance.randint(0, 70) // 100
        if chance.random() < 0.2:
            asked.purchase.confidential.invoice_number = time_ordered_id()
        return command

    def _transfer(self, chance: random.Random) -> pb.Command:
        command = pb.Command()
        asked = command.transfer_share
        index = chance.randrange(len(self.accounts))
        receiver = self.accounts[(index + chance.randint(1, 2)) % len(self.accounts)]
        asked.account = self._account(self.accounts[index])
        asked.transfer.receiver = self._account(receiver)
        asked.transfer.amount = chance.randint(1, 3000)
        return command

    def make_reversal(self, position: int) -> Sent:
        """A reversal of the entry at a position."""
        command = pb.Command()
        asked = command.reverse_entry
        asked.ledger = f"ledgers/{self.ledger}"
        asked.reversal.entry = f"ledgers/{self.ledger}/entries/{position}"
        asked.reversal.reason = "TEST"
        return self._sent(command)

    def _new_account(self) -> Sent:
        """Open and activate an account, and deposit into it, in one group."""
        account = str(uuid.uuid4())
        opening, activation = pb.Command(), pb.Command()
        opening.open_account.account = activation.activate_account.account = self._account(account)
        opening.open_account.opening.scheme = types.SCHEME_EMPLOYEE
        opening.open_account.opening.person_type = types.PERSON_TYPE_RETIRED
        opening.open_account.opening.confidential.insured_person_id = account
        activation.activate_account.activation.channel = types.CHANNEL_APP
        return self._grouped([opening, activation, self.deposit(account, 7)])

    def _group(self, chance: random.Random) -> Sent:
        members = [self.deposit(chance.choice(self.accounts), chance.randint(1, 99)) for _ in range(3)]
        return self._grouped([*members, self._transfer(chance), self._purchase(chance)])

    def _grouped(self, commands: list[pb.Command]) -> Sent:
        item = pb.BatchItem(group=pb.AtomicGroup(request_id=time_ordered_id(), commands=commands))
        return Sent(item.group.request_id, item)

    def _sent(self, command: pb.Command) -> Sent:
        own = time_ordered_id()
        getattr(command, command.WhichOneof("kind")).request_id = own
        return Sent(own, pb.BatchItem(command=command))

    def _account(self, account: str) -> str:
        return f"ledgers/{self.ledger}/accounts/{account}"
