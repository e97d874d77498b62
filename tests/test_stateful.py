"""Random histories against the running service: every answer is the one that a plain model gives.

A run is one fresh ledger with five persons and 60 steps. A step is one command, a batch, an atomic
group, a void or a retry, each over the wire. After every step the log says what the model says.

Values are drawn evenly from a new seed for each run. (Hypothesis prefers small and repeated values:
of 1,000 steps that it drew, three settled a purchase.) A run that fails is shortened by leaving
steps out; the message has its seed and the steps that are left. `LEDGER_TEST_SEED=…` repeats it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
import uuid
from zoneinfo import ZoneInfo

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from ledger.api.accounts import account as account_message
from ledger.api.shares import Moment
from ledger.domain.person import Person, evolve
from ledger.log.entry import recorded
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.model import Model, over
from tests.programs import MIDNIGHT, PEOPLE, Draw
from tests.running import Client, Ledgerd, time_ordered_id

RUNS, STEPS, PARTS = 300, 60, 12
LEDGERS_PER_PROCESS = 25
"""An open ledger holds two connections, and PostgreSQL has a hundred."""

HIDDEN = {
    "command_voided",
    "share_paid",
    "share_refunded",
    "payer_bound",
    "payer_unbound",
    "family_transfer_received",
    "family_transfer_reversed",  # in the receiver's stream
}
"""Entries whose balance is not the caller's business."""


OUTSIDE = {
    *("DepositPosted", "DepositReversed", "OpeningImported", "BalancePaidOut"),
    *("PremiumDeducted", "PremiumReversed"),
}
"""Events whose money comes from outside the ledger or leaves it."""


def ended(error):
    """What a failed call says: its status."""
    metadata = dict(error.trailing_metadata() or ())
    if "grpc-status-details-bin" not in metadata:
        raise error
    return Status.FromString(metadata["grpc-status-details-bin"])


def reason_of(status):
    """The reason in a status, and its metadata."""
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    return info.reason, dict(info.metadata)


def naive_root(leaves):
    """The Merkle root as RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = naive_root(leaves[:half]), naive_root(leaves[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


class Processes:
    """Fresh ledgers, and a service that is started anew before its connections run out."""

    def __init__(self, database):
        self.database = database
        self.used = 0
        self.process = self.client = None

    def ledger(self):
        """A client and the code of a ledger that it has never asked for."""
        if self.process is None or self.used >= LEDGERS_PER_PROCESS:
            self.close()
            self.process = Ledgerd(self.database, [])
            self.client = Client(self.process.channel())
            self.used = 0
        self.used += 1
        return self.client, self.database.new_ledger()

    def check(self):
        """The database never has to refuse what was decided, and no command meets a defect."""
        log = self.process.errors()
        if "batch.rolled_back" in log or "defect" in log:
            self.used = LEDGERS_PER_PROCESS  # the next run begins with an empty log
            raise AssertionError(log[-2_000:])

    def close(self):
        if self.process is not None:
            self.client.close()
            self.process.kill()


METHODS = {
    getattr(pb, f"{method.name}Request"): method.name
    for method in pb.DESCRIPTOR.services_by_name["CommandService"].methods
}
FIELDS = {field.message_type.name: field.name for field in pb.Command.DESCRIPTOR.fields}


class History:
    """One run: a ledger, its model, and everything that was ever asked with its answer."""

    def __init__(self, client, code):
        self.client, self.code = client, code
        self.model = Model()
        self.ids = {label: str(uuid.uuid4()) for label in PEOPLE}
        self.answered = []
        self.leaves, self.folded, self.came = [], {}, 0
        self.touched, self.steps = set(), 0
        self.begin()

    def begin(self):
        """A family: A, B and C may spend, D has no account, E is unknown."""
        retired = c.Opening(scheme=310, person_type=2, source_sha256=bytes(32), activated_time=Timestamp(seconds=1))
        wanted = [("import", "A", retired)]
        wanted += [step for who in "BC" for step in (("open", who, t.SCHEME_EMPLOYEE), ("activate", who))]
        wanted += [("deposit", who, c.Deposit(amount=2_000, source=1)) for who in "ABC"]
        wanted += [("register", "D"), ("grant", "A", "B", (1, 0, 900, 0))]
        wanted += [("grant", "C", "B", (2, 0, 0, MIDNIGHT))]
        wanted += [("grant", payer, "D", (2, 300, 0, 0)) for payer in "BA"]
        self.batch([(each, MIDNIGHT, 0) for each in wanted])

    # -- requests -------------------------------------------------------------------------------

    def account(self, who):
        return f"ledgers/{self.code}/accounts/{self.ids[who]}"

    def name(self, who):
        return f"ledgers/{self.code}/persons/{self.ids[who]}"

    def request(self, asked, request_id=""):
        """The message of one command."""
        (kind, *values), seconds, expected = asked
        common = {
            "request_id": request_id,
            "effective_time": Timestamp(seconds=seconds),
            "expected_version": expected,
        }
        if kind == "reverse":
            position = self.position(*values)
            reversal = c.Reversal(entry=f"ledgers/{self.code}/entries/{position}", reason="X")
            ledger = f"ledgers/{self.code}"
            return pb.ReverseEntryRequest(ledger=ledger, reversal=reversal, **common)
        if kind == "amend":
            return self._amend(common, *values)
        who, *rest = values
        about_person = kind in {"purchase", "register", "order"}
        common["person" if about_person else "account"] = self.name(who) if about_person else self.account(who)
        return getattr(self, f"_{kind}")(common, *rest)

    def _deposit(self, common, deposit):
        return pb.RecordDepositRequest(deposit=deposit, **common)

    def _purchase(self, common, purchase, payers):
        request = pb.RecordPurchaseRequest(purchase=purchase, **common)
        request.purchase.payers.extend(map(self.account, payers))
        return request

    def _amend(self, common, back, anything, purchase, payers):
        amendment = c.PurchaseAmendment(
            entry=f"ledgers/{self.code}/entries/{self.position(back, anything, 'purchase_settled')}",
            purchase=purchase,
            confidential=purchase.confidential,
        )
        amendment.purchase.ClearField("confidential")
        amendment.purchase.payers.extend(map(self.account, payers))
        return pb.AmendPurchaseRequest(ledger=f"ledgers/{self.code}", amendment=amendment, **common)

    def _order(self, common, payers):
        return pb.OrderPayersRequest(order=c.PayerOrder(payers=map(self.account, payers)), **common)

    def _premium(self, common, year, amount):
        deduction = c.PremiumDeduction(amount=amount, kind=t.PREMIUM_KIND_SUPPLEMENTARY, year=year)
        return pb.DeductPremiumRequest(deduction=deduction, **common)

    def _grant(self, common, who, terms):
        relation, per_purchase, per_year, expires = terms
        grant = c.ShareGrant(
            beneficiary=self.name(who),
            relation=relation,
            purchase_limit=per_purchase,
            year_limit=per_year,
            expire_time=Timestamp(seconds=expires) if expires else None,
        )
        return pb.GrantShareRequest(grant=grant, **common)

    def _revoke(self, common, who):
        revocation = c.ShareRevocation(beneficiary=self.name(who))
        return pb.RevokeShareRequest(revocation=revocation, **common)

    def _transfer(self, common, who, amount):
        transfer = c.FamilyTransfer(receiver=self.account(who), amount=amount)
        return pb.TransferShareRequest(transfer=transfer, **common)

    def _loss(self, common, kind):
        return pb.ReportLossRequest(loss=c.LossReport(kind=kind), **common)

    def _lift(self, common):
        return pb.LiftLossRequest(lift=c.LossLift(), **common)

    def _open(self, common, scheme):
        opening = c.AccountOpening(scheme=scheme, person_type=t.PERSON_TYPE_ACTIVE)
        return pb.OpenAccountRequest(opening=opening, **common)

    def _activate(self, common):
        return pb.ActivateAccountRequest(activation=c.Activation(), **common)

    def _import(self, common, opening):
        return pb.ImportOpeningRequest(opening=opening, **common)

    def _register(self, common):
        registration = c.PersonRegistration(scheme=t.SCHEME_RESIDENT, person_type=t.PERSON_TYPE_FLEXIBLE)
        return pb.RegisterPersonRequest(registration=registration, **common)

    def _close(self, common, closing):
        return pb.CloseAccountRequest(closing=closing, **common)

    def position(self, back, anything, *kinds):
        """An entry that could be reversed, or any, or one that is not there yet."""
        kinds = kinds or ("deposit_posted", "purchase_settled", "premium_deducted", "family_transfer_sent")
        log = list(enumerate(self.model.log, 1))
        places = [place for place, entry in log if anything or entry.type in kinds]
        return places[-back] if back <= len(places) else len(log) + 1

    # -- steps ----------------------------------------------------------------------------------

    def call(self, request):
        """The transaction of an answer, or the status of a "no"."""
        try:
            answer = getattr(self.client.commands, METHODS[type(request)])(request, timeout=30)
        except grpc.RpcError as error:
            return ended(error)
        return answer.transaction

    def command(self, asked):
        """One command."""
        self.send(self.request(asked, time_ordered_id()))

    def send(self, request):
        told = self.call(request)
        self.expect(request.request_id, told, request)
        self.answered.append((request, told))

    def batch(self, several):
        """Several commands in one call: each sees the ones before it."""
        requests = [self.request(asked, time_ordered_id()) for asked in several]
        items = [pb.BatchItem(command=self.wrapped(request)) for request in requests]
        answer = self.execute(items)
        for request, result in zip(requests, answer.results, strict=True):
            told = getattr(result, result.WhichOneof("result"))
            self.expect(request.request_id, told, request)
            self.answered.append((request, told))

    def group(self, several):
        """Several commands, all of them or none."""
        commands = [self.wrapped(self.request(asked)) for asked in several]
        group = pb.AtomicGroup(request_id=time_ordered_id(), commands=commands)
        result = self.execute([pb.BatchItem(group=group)]).results[0]
        told = getattr(result, result.WhichOneof("result"))
        requests = [getattr(command, command.WhichOneof("kind")) for command in commands]
        self.expect(group.request_id, told, *requests)
        self.answered.append((group, told))

    def void(self, back):
        """Void an earlier command."""
        self.void_id(self.answered[-min(back, len(self.answered))][0].request_id)

    def void_id(self, request_id):
        request = pb.VoidCommandRequest(
            ledger=f"ledgers/{self.code}",
            request_id=time_ordered_id(),
            voided_request_id=request_id,
        )
        self.send(request)

    def late(self, amount):
        """Void a command before it arrives."""
        deposit = c.Deposit(amount=amount, source=1)
        request = self.request((("deposit", "A", deposit), MIDNIGHT, 0), time_ordered_id())
        self.void_id(request.request_id)
        self.send(request)

    def retry(self, back):
        """The same request again: the same answer, marked, and nothing changes."""
        request, told = self.answered[-min(back, len(self.answered))]
        self.retried(request, told)

    def retried(self, request, told):
        if isinstance(request, pb.AtomicGroup):
            result = self.execute([pb.BatchItem(group=request)]).results[0]
            again = getattr(result, result.WhichOneof("result"))
        else:
            again = self.call(request)
        if isinstance(told, pb.Transaction):
            assert again == marked(told)
            return
        reason, metadata = reason_of(told)
        if reason != "COMMAND_VOIDED":
            metadata["replayed"] = "true"
        assert reason_of(again) == (reason, metadata)

    def wrapped(self, request):
        return pb.Command(**{FIELDS[type(request).__name__]: request})

    def execute(self, items):
        request = pb.BatchExecuteRequest(ledger=f"ledgers/{self.code}", items=items)
        return self.client.commands.BatchExecute(request, timeout=30)

    def expect(self, request_id, told, *requests):
        """What was told is what the model says."""
        first = len(self.model.log) + 1
        expected = self.model.answer(request_id, *requests)
        if isinstance(expected, str):
            assert isinstance(told, Status), (expected, told)
            reason, metadata = reason_of(told)
            assert reason == expected, told
            assert metadata.get("position", str(first)) == str(first)
            return
        assert isinstance(told, pb.Transaction), (expected, told)
        assert (told.first_position, told.last_position) == (first, len(self.model.log))
        seen = [(each.type, each.account[-36:], each.balance_change) for each in told.entries]
        assert seen == [entry[:3] for entry in expected]
        for each, entry in zip(told.entries, expected, strict=True):
            if each.HasField("balance_after"):
                assert (each.balance_after, each.version) == (entry.after, entry.version)
            else:
                assert entry.type in HIDDEN
        self.touched.update(entry.who for entry in expected if entry.who)
        assert not told.replayed

    # -- what holds after every step --------------------------------------------------------------

    def log_is_the_model(self):
        """New entries continue the log, fold to the answers of GetAccount, and keep the money."""
        name, first = f"ledgers/{self.code}", len(self.leaves) + 1
        page = self.client.queries.ReadEntries(q.ReadEntriesRequest(ledger=name, from_position=first, page_size=10_000))
        for stored in page.entries:
            self.leaves.append(hashlib.sha256(b"\0" + stored.entry).digest())
            self.fold(recorded(stored.entry))
        assert page.size == len(self.leaves) == len(self.model.log)
        self.steps += 1
        if self.steps % 4 == 0:  # each root covers the sizes before it
            self.check_root()
        for identifier in self.touched:
            self.compare(identifier, q.CONSISTENCY_CACHED)
        self.touched.clear()
        people = self.model.people.values()
        assert sum(each.balance + each.owed for each in people) == self.came

    def check_root(self):
        head = self.client.queries.GetLedger(q.GetLedgerRequest(name=f"ledgers/{self.code}"))
        assert (head.size, head.root) == (len(self.leaves), naive_root(self.leaves))

    def fold(self, item):
        """Replay one entry."""
        entry = self.model.log[item.position - 1]
        assert item.balance_change == entry.change
        if item.type >= 30:
            before = self.folded.get(item.stream, Person(item.stream))
            self.folded[item.stream] = evolve(before, item)
        event = item.event
        name = event.DESCRIPTOR.name
        if name in OUTSIDE:
            self.came += item.balance_change + getattr(event, "payable_after_close", 0)  # owed: in no balance
        if name in {"PurchaseSettled", "PurchaseReversed"}:
            paid = event.split.own_account + sum(each.amount for each in event.split.shared)
            self.came += paid if name == "PurchaseReversed" else -paid

    def shown(self, identifier):
        """A person as the replay has it."""
        person = self.folded[uuid.UUID(identifier).bytes]
        return account_message(person, self.code, Moment(time.time_ns() // 1000, ZoneInfo("Asia/Shanghai")))

    def compare(self, identifier, consistency):
        """The service, the replay and the model agree about a person."""
        name = f"ledgers/{self.code}/persons/{identifier}"
        query = q.GetAccountRequest(name=name, consistency=consistency)
        account = self.client.queries.GetAccount(query).account
        assert account == self.shown(identifier)
        expected, now = self.model.people[identifier], time.time()
        assert (account.state, account.balance, account.version, account.loss) == (
            (expected.state, expected.balance, expected.version, expected.loss)
        )
        assert account.payable_after_close == expected.owed
        grants_of = {payer: self.model.people[payer].grants.get(identifier) for payer in expected.payers}
        assert [payer[-36:] for payer in account.payers] == [
            payer for payer, grant in grants_of.items() if grant and not over(grant, now)
        ]
        assert {
            grant.beneficiary[-36:]: (
                (grant.purchase_limit, grant.year_limit, grant.expire_time.seconds, grant.start_time.seconds)
            )
            for grant in account.grants
        } == {who: grant for who, grant in expected.grants.items() if not over(grant, now)}
        assert {
            (sums.year, sums.benefit): tuple(
                getattr(sums, field) for field in ("deductible", "pooled", "eligible", "visits", "admissions")
            )
            for sums in account.accumulators
        } == {
            slot: tuple(sums[field] for field in ("deductible", "pooled", "eligible", "visits", "admissions"))
            for slot, sums in expected.sums.items()
        }

    def end(self):
        """In the end every fifth request once more; then all is as it was."""
        for request, told in self.answered[::5]:
            self.retried(request, told)
        self.log_is_the_model()
        for identifier, person in self.model.people.items():
            if person.version:
                self.compare(identifier, q.CONSISTENCY_LINEARIZABLE)
        self.check_root()


def marked(told):
    """The answer as a retry gets it."""
    again = pb.Transaction()
    again.CopyFrom(told)
    again.replayed = True
    return again


def run(program, processes):
    """Run a program on a fresh ledger; return what went wrong, None if nothing did."""
    client, code = processes.ledger()
    history = History(client, code)
    try:
        history.log_is_the_model()
        for name, argument in program:
            getattr(history, name)(argument)
            history.log_is_the_model()
        history.end()
        processes.check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is shortened and shown
        return error
    return None


def shortened(program, processes):
    """Leave out what is not needed to fail."""
    size = len(program) // 2
    while size:
        at = 0
        while at < len(program):
            shorter = program[:at] + program[at + size :]
            if run(shorter, processes):
                program = shorter
            else:
                at += size
        size //= 2
    return program


@pytest.fixture(scope="module")
def processes(database):
    """Services of this module's own, so that their connections can be given back."""
    started = Processes(database)
    yield started
    started.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_is_answered_as_the_model_says(part, processes):
    """25 runs of 60 steps in each part, other ones each time."""
    given = os.environ.get("LEDGER_TEST_SEED")
    for _ in range(1 if given else RUNS // PARTS):
        seed = int(given) if given else secrets.randbits(48)
        draw = Draw(seed)
        program = [draw.step() for _ in range(STEPS)]
        error = run(program, processes)
        if error is not None:
            steps = shortened(program, processes)
            listed = "\n".join(f"{name} {argument}" for name, argument in steps)
            error.add_note(f"LEDGER_TEST_SEED={seed}, {len(steps)} of {STEPS} steps:\n{listed}")
            raise error
