"""Bad input over the wire: every reason that can occur is provoked, answered as documented, and leaves nothing.

What a reason means (status, recorded or not) is read from the option of its enum value, so the contract is the
judge. A refusal that is recorded adds one entry in the stream `refusals`; anything else adds none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.status_pb2 import Status

from ledger.log.entry import parse
from ledger.log.identifiers import ledger_id, named_stream
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import options_pb2
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from ledger.v1.reasons_pb2 import RefusalReason
from tests import bad_corrections, bad_life
from tests.life import Life
from tests.reasons_elsewhere import ELSEWHERE
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, details, group, item, reason_of

ENGLISH = (("accept-language", "en-GB,zh;q=0.5"),)
NO_BACKDATE = (("x-dev-rights", "POST_DEPOSIT,RECORD_PURCHASE,READ_OUTCOME"),)
READER = (("x-dev-rights", "READ_ACCOUNT,READ_OUTCOME"),)
UNKNOWN = b"\xf8\x06\x01"  # field 111, a varint
NEW = "ledgers/nosuch"

PEOPLE = ("ann", "bob", "dan", "frozen", "formal", "pending", "closed", "rich")


class Case(NamedTuple):
    """A request that must fail: why, and which fields are named. `ask` makes it, or (method, bytes)."""

    reason: str
    ask: Any
    fields: tuple[str, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


def bill(total=100, **parts):
    return t.Bill(total=total, **parts)


def raw(request, tail):
    """Bytes of a request with something more behind them."""
    return request.SerializeToString() + tail


def nested(field, content, tail=UNKNOWN):
    """A field of type message once more, with something unknown inside: parsers merge it."""
    inside = content.SerializeToString() + tail
    return bytes([field << 3 | 2, len(inside)]) + inside


SHAPE = {
    "U+0000 in a text": (lambda w: w.purchase("ann", institution="H\0"), ("purchase.institution",)),
    "U+0000 in a short personal text": (
        lambda w: w.deposit("ann", sealed=t.Confidential(operator_id="\0")),
        ("deposit.confidential.operator_id",),
    ),
    "no ledger": (lambda w: w.deposit("accounts/1"), ("account",)),
    "no name": (lambda w: pb.RecordDepositRequest(**strip(w.deposit("ann"))), ("account",)),
    "a person's name": (lambda w: w.deposit(w.person("ann")), ("account",)),
    "zeros as id": (
        lambda w: w.deposit(f"{w.ledger}/accounts/{'0' * 8}-{'-'.join(['0' * 4] * 3)}-{'0' * 12}"),
        ("account",),
    ),
    "no request id": (lambda w: w.deposit("ann", request_id=""), ("request_id",)),
    "short request id": (lambda w: w.deposit("ann", request_id="0198c0de"), ("request_id",)),
    "request id without dashes": (lambda w: w.deposit("ann", request_id="0" * 4 + "1" * 32), ("request_id",)),
    "request id of zeros": (
        lambda w: w.deposit("ann", request_id="00000000-0000-0000-0000-000000000000"),
        ("request_id",),
    ),
    "two fields at once": (lambda w: w.deposit("ann", amount=0, request_id="x"), ("request_id", "deposit.amount")),
    "no content": (lambda w: pb.RecordDepositRequest(**w.common("ann")), ("deposit",)),
    "zero": (lambda w: w.deposit("ann", amount=0), ("deposit.amount",)),
    "negative": (lambda w: w.deposit("ann", amount=-5), ("deposit.amount",)),
    "over the ceiling": (lambda w: w.deposit("ann", amount=10**12 + 1), ("deposit.amount",)),
    "as large as it goes": (lambda w: w.deposit("ann", amount=2**63 - 1), ("deposit.amount",)),
    "negative transfer": (lambda w: w.transfer("ann", "bob", amount=-1), ("transfer.amount",)),
    "negative opening": (lambda w: w.opening("new", balance=-1), ("opening.balance",)),
    "bill of nothing": (lambda w: w.purchase("ann", bill=bill(0)), ("purchase.bill.total",)),
    "negative part of a bill": (lambda w: w.purchase("ann", bill=bill(5, in_scope=-5)), ("purchase.bill.in_scope",)),
    "negative share": (lambda w: w.purchase("ann", upstream=c.UpstreamSplit(pooled=-1)), ("purchase.upstream.pooled",)),
    "fund of zero": (
        lambda w: w.purchase("ann", upstream=c.UpstreamSplit(funds=[t.FundPayment(fund="1")])),
        ("purchase.upstream.funds[0].amount",),
    ),
    "no institution": (lambda w: w.purchase("ann", institution=""), ("purchase.institution",)),
    "nine payers": (lambda w: w.purchase("ann", payers=[f"p{n}" for n in range(9)]), ("purchase.payers",)),
    "the same payer twice": (lambda w: w.purchase("ann", payers=["bob", "bob"]), ("purchase.payers",)),
    "a date that is none": (
        lambda w: w.purchase("ann", service_date=t.CivilDate(year=2023, month=2, day=29)),
        ("purchase.service_date",),
    ),
    "a month that is none": (lambda w: w.deposit("ann", period=202513), ("deposit.period",)),
    "enum without a value": (lambda w: w.deposit("ann", source=0), ("deposit.source",)),
    "enum of a newer contract": (lambda w: w.deposit("ann", source=99), ("deposit.source",)),
    "enum below zero": (lambda w: w.deposit("ann", channel=-1), ("deposit.channel",)),
    "enum of a list": (lambda w: w.close("ann", evidence=(1, 77)), ("closing.evidence[1]",)),
    "relation of a newer contract": (lambda w: w.grant("ann", "bob", relation=55), ("grant.relation",)),
    "a long note": (lambda w: w.deposit("ann", sealed=t.Confidential(note="字" * 501)), ("deposit.confidential.note",)),
    "101 trace codes": (
        lambda w: w.purchase("ann", sealed=t.Confidential(trace_codes=[str(n) for n in range(101)])),
        ("purchase.confidential.trace_codes",),
    ),
    "the same trace code twice": (
        lambda w: w.purchase("ann", sealed=t.Confidential(trace_codes=["1", "1"])),
        ("purchase.confidential.trace_codes",),
    ),
    "negative version": (lambda w: w.deposit("ann", version=-1), ("expected_version",)),
    "a time before 1900": (lambda w: w.deposit("ann", at=-(10**10)), ("effective_time",)),
    "the time zero": (lambda w: timed(w.deposit("ann"), 0, 0), ("effective_time",)),
    "nanoseconds out of range": (lambda w: timed(w.deposit("ann"), 10**9, 10**9), ("effective_time",)),
    "entry zero": (lambda w: w.reverse(0), ("reversal.entry",)),
    "entry beyond 64 bits": (lambda w: w.reverse(2**63), ("reversal.entry",)),
    "entry of another ledger": (
        lambda w: pb.ReverseEntryRequest(
            ledger=w.ledger, request_id=time_ordered_id(), reversal=c.Reversal(entry=f"{NEW}/entries/1")
        ),
        ("reversal.entry",),
    ),
    "void of nothing": (lambda w: w.void(""), ("voided_request_id",)),
    "void with a bad id": (lambda w: w.void("x", request_id="y"), None),
    "void of itself": (lambda w: w.void(SAME := time_ordered_id(), request_id=SAME), ("voided_request_id",)),
    "outcome of nothing": (lambda w: pb.GetCommandOutcomeRequest(ledger=w.ledger), ("command_request_id",)),
    "empty batch": (lambda w: pb.BatchExecuteRequest(ledger=w.ledger), ("items",)),
    "batch of 5,001": (lambda w: pb.BatchExecuteRequest(ledger=w.ledger, items=[pb.BatchItem()] * 5_001), ("items",)),
    "groups of 5,001 in all": (
        lambda w: pb.BatchExecuteRequest(ledger=w.ledger, items=[oversize(w, 500)] * 10 + [oversize(w, 1)]),
        ("items",),
    ),
    "batch without a ledger": (lambda w: pb.BatchExecuteRequest(items=[item(w.deposit("ann"))]), ("ledger",)),
    "bytes that are no request": (lambda _: ("RecordDeposit", b"\xff\xff"), ("",)),
    "page from zero": (lambda w: q.ReadEntriesRequest(ledger=w.ledger), ("from_position",)),
    "page of negative size": (
        lambda w: q.ReadEntriesRequest(ledger=w.ledger, from_position=1, page_size=-1),
        ("page_size",),
    ),
    "account without a name": (lambda _: q.GetAccountRequest(), ("name",)),
    "consistency of a newer contract": (
        lambda w: q.GetAccountRequest(name=w.person("ann"), consistency=9),
        ("consistency",),
    ),
}


def strip(request):
    """The fields of a deposit without its account."""
    return {"request_id": request.request_id, "deposit": request.deposit}


def timed(request, seconds, nanos):
    request.effective_time.CopyFrom(Timestamp(seconds=seconds, nanos=nanos))
    return request


def oversize(w, count):
    return pb.BatchItem(group=pb.AtomicGroup(request_id=time_ordered_id(), commands=[pb.Command()] * count))


def split(**parts):
    return c.UpstreamSplit(**parts)


def sealed(**parts):
    return t.Confidential(**parts)


OTHERS = {
    "unknown ledger": Case("LEDGER_NOT_FOUND", lambda w: w.deposit(f"{NEW}/accounts/{w.id('ann')}")),
    "unknown ledger, read": Case("LEDGER_NOT_FOUND", lambda _: q.GetLedgerRequest(name=NEW)),
    "unknown ledger, outcome": Case(
        "LEDGER_NOT_FOUND", lambda _: pb.GetCommandOutcomeRequest(ledger=NEW, command_request_id=time_ordered_id())
    ),
    "unknown account": Case("ACCOUNT_NOT_FOUND", lambda w: w.deposit("nobody", sealed=sealed(note="x"))),
    "person without account": Case("ACCOUNT_NOT_FOUND", lambda w: w.deposit("dan")),
    "receiver without account": Case("ACCOUNT_NOT_FOUND", lambda w: w.transfer("ann", "dan")),
    "unknown person": Case("PERSON_NOT_FOUND", lambda w: w.purchase("nobody")),
    "unknown beneficiary": Case("PERSON_NOT_FOUND", lambda w: w.grant("ann", "nobody")),
    "a person under the id of the refusals": Case(
        "INVALID_REQUEST", lambda w: w.open(named(w, "refusals")), ("account",)
    ),
    "a person under the id of a stream to come": Case(
        "INVALID_REQUEST", lambda w: w.open(named(w, "policies")), ("account",)
    ),
    "the refusals as an account": Case("PERSON_NOT_FOUND", lambda w: w.deposit(named(w, "refusals"))),
    "the admin stream as an account": Case("PERSON_NOT_FOUND", lambda w: w.deposit(named(w, "admin"))),
    "unknown entry": Case("ENTRY_NOT_FOUND", lambda w: w.reverse(10**9)),
    "unknown command": Case(
        "COMMAND_NOT_FOUND",
        lambda w: pb.GetCommandOutcomeRequest(ledger=w.ledger, command_request_id=time_ordered_id()),
    ),
    "another organisation's command": Case(
        "COMMAND_NOT_FOUND",
        lambda w: pb.GetCommandOutcomeRequest(ledger=w.ledger, command_request_id=w.known),
        metadata=(("x-dev-organisation", "pharmacy"),),
    ),
    "unknown field": Case("UNKNOWN_FIELD", lambda w: ("RecordDeposit", raw(w.deposit("ann"), UNKNOWN)), ("111",)),
    "unknown field inside": Case(
        "UNKNOWN_FIELD",
        lambda w: ("RecordDeposit", raw(w.deposit("ann"), nested(5, c.Deposit(amount=1)))),
        ("deposit.111",),
    ),
    "unknown field deep inside": Case(
        "UNKNOWN_FIELD",
        lambda w: ("RecordDeposit", raw(w.deposit("ann"), nested(5, c.Deposit(), nested(15, sealed(note="x"))))),
        ("deposit.confidential.111",),
    ),
    "unknown field in a batch": Case(
        "UNKNOWN_FIELD",
        lambda w: (
            "BatchExecute",
            raw(pb.BatchExecuteRequest(ledger=w.ledger), nested(2, item(w.lift("ann")))),
        ),
        ("items[0].111",),
    ),
    "sixteen minutes ago": Case(
        "EFFECTIVE_TIME_OUT_OF_WINDOW", lambda w: w.deposit("ann", at=-16 * 60), metadata=NO_BACKDATE
    ),
    "in two minutes": Case("EFFECTIVE_TIME_OUT_OF_WINDOW", lambda w: w.deposit("ann", at=120), metadata=NO_BACKDATE),
    "nobody": Case("UNAUTHENTICATED", lambda w: w.deposit("ann"), metadata=(("x-dev-rights", "FLY"),)),
    "no right": Case("PERMISSION_DENIED", lambda w: w.deposit("ann"), metadata=READER),
    "no right, and a bad shape": Case("PERMISSION_DENIED", lambda w: w.deposit("", amount=-1), metadata=READER),
    "no right to read entries": Case(
        "PERMISSION_DENIED", lambda w: q.ReadEntriesRequest(ledger=w.ledger, from_position=1), metadata=READER
    ),
    "no right to pin a policy": Case(
        "PERMISSION_DENIED",
        lambda w: w.purchase("ann", policy=f"{w.ledger}/policies/p-1"),
        metadata=(("x-dev-rights", "RECORD_PURCHASE"),),
    ),
    "other content": Case("IDEMPOTENCY_CONFLICT", lambda w: w.deposit("ann", amount=2, request_id=w.known)),
    "voided before it came": Case("COMMAND_VOIDED", lambda w: w.deposit("ann", request_id=w.voided)),
    "an account that has changed": Case("VERSION_MISMATCH", lambda w: w.deposit("ann", version=1)),
    "void of an opening": Case("NOT_VOIDABLE", lambda w: w.void(w.opened)),
    "void of a void": Case("NOT_VOIDABLE", lambda w: w.void(w.voiding)),
    "resident scheme": Case("SCHEME_HAS_NO_PERSONAL_ACCOUNT", lambda w: w.open("new", scheme=t.SCHEME_RESIDENT)),
    "registered twice": Case("PERSON_ALREADY_REGISTERED", lambda w: w.register("ann")),
    "number of somebody else": Case("PERSON_ALREADY_REGISTERED", lambda w: w.register("new", number="N-1")),
    "opened twice": Case("ACCOUNT_ALREADY_OPEN", lambda w: w.open("ann")),
    "imported twice": Case("ACCOUNT_ALREADY_OPEN", lambda w: w.opening("ann")),
    "activated twice": Case("ACCOUNT_ALREADY_ACTIVE", lambda w: w.activate("ann")),
    "activated while frozen": Case("ACCOUNT_FROZEN", lambda w: w.activate("pending lost")),
    "deposit after closing": Case("ACCOUNT_CLOSED", lambda w: w.deposit("closed")),
    "opened after closing": Case("ACCOUNT_CLOSED", lambda w: w.open("closed")),
    "transfer to a closed account": Case("ACCOUNT_CLOSED", lambda w: w.transfer("ann", "closed")),
    "purchase before activation": Case("ACCOUNT_NOT_ACTIVATED", lambda w: w.purchase("pending")),
    "purchase while frozen": Case("ACCOUNT_FROZEN", lambda w: w.purchase("frozen")),
    "grant while frozen": Case("ACCOUNT_FROZEN", lambda w: w.grant("frozen", "bob")),
    "somebody else's card": Case("IDENTITY_MISMATCH", lambda w: w.purchase("ann", presenter=t.PRESENTER_OTHER)),
    "somebody else's card, one reference": Case(
        "IDENTITY_MISMATCH",
        lambda w: w.purchase("ann", presenter=t.PRESENTER_OTHER, sealed=sealed(agent=t.Agent(agent_id_ref="a"))),
    ),
    "parts of the bill": Case("AMOUNT_MISMATCH", lambda w: w.purchase("ann", bill=bill(100, in_scope=99))),
    "more shares than scope": Case(
        "AMOUNT_MISMATCH", lambda w: w.purchase("ann", upstream=split(pooled=60, deductible=41))
    ),
    "fixed cash": Case("AMOUNT_MISMATCH", lambda w: w.purchase("ann", upstream=split(cash=1))),
    "fixed own part": Case(
        "INSUFFICIENT_BALANCE", lambda w: w.purchase("ann", total=9_999, upstream=split(own_account=9_999))
    ),
    "transfer of more than there is": Case("INSUFFICIENT_BALANCE", lambda w: w.transfer("ann", "bob", amount=10**6)),
    "reversal of money that is spent": Case("INSUFFICIENT_BALANCE", lambda w: w.reverse(w.spent)),
    "more than an account may hold": Case("BALANCE_LIMIT_EXCEEDED", lambda w: w.deposit("rich", amount=10**12)),
    "month posted before": Case("DUPLICATE_CONTRIBUTION_PERIOD", lambda w: w.deposit("ann", period=202501)),
    "payment posted before": Case(
        "DUPLICATE_PAYMENT_REFERENCE", lambda w: w.deposit("bob", sealed=sealed(payment_ref="P-1"))
    ),
    "top-up": Case("VOLUNTARY_TOPUP_NOT_ALLOWED", lambda w: w.deposit("ann", source=t.DEPOSIT_SOURCE_VOLUNTARY_TOPUP)),
    "invoice settled before": Case(
        "DUPLICATE_REIMBURSEMENT", lambda w: w.purchase("bob", sealed=sealed(invoice_number="I-1"))
    ),
    "settlement id used before": Case(
        "DUPLICATE_SETTLEMENT_ID", lambda w: w.purchase("bob", sealed=sealed(institution_settlement_id="S-1"))
    ),
    "drug sold before": Case(
        "TRACE_CODE_ALREADY_SETTLED", lambda w: w.purchase("bob", sealed=sealed(trace_codes=["T-9", "T-1"]))
    ),
    "no split and no policy": Case("POLICY_NOT_FOUND", lambda w: w.purchase("ann", upstream=None)),
    "payer who granted nothing": Case("SHARE_NOT_AUTHORIZED", lambda w: w.purchase("ann", payers=["bob"])),
    "transfer without grant": Case("SHARE_NOT_AUTHORIZED", lambda w: w.transfer("bob", "ann")),
    "nothing to revoke": Case("SHARE_NOT_AUTHORIZED", lambda w: w.revoke("bob", "ann")),
    "granted twice": Case("SHARE_ALREADY_GRANTED", lambda w: w.grant("ann", "bob")),
    "in-laws": Case("RELATION_NOT_PERMITTED", lambda w: w.grant("bob", "ann", relation=t.RELATION_PARENT_IN_LAW)),
    "ninth payer": Case("SHARE_LIMIT_EXCEEDED", lambda w: w.grant("ann", "popular")),
    "payer in another ledger": Case(
        "SHARE_ACROSS_LEDGERS_NOT_SUPPORTED", lambda w: w.purchase("ann", payers=[f"{NEW}/accounts/{w.id('bob')}"])
    ),
    "receiver in another ledger": Case(
        "SHARE_ACROSS_LEDGERS_NOT_SUPPORTED", lambda w: w.transfer("ann", f"{NEW}/accounts/{w.id('bob')}")
    ),
    "grant to oneself": Case("SHARE_WITH_SELF", lambda w: w.grant("ann", "ann")),
    "reversed twice": Case("ALREADY_REVERSED", lambda w: w.reverse(w.reversed)),
    "reversal of an opening": Case("NOT_REVERSIBLE", lambda w: w.reverse(2)),
    "reversal of the birth": Case("NOT_REVERSIBLE", lambda w: w.reverse(1)),
    "nothing lost": Case("LOSS_NOT_REPORTED", lambda w: w.lift("ann")),
    "formal loss": Case("FORMAL_LOSS_REQUIRES_REISSUE", lambda w: w.lift("formal")),
    "closing at will": Case(
        "WITHDRAWAL_NOT_PERMITTED", lambda w: w.close("ann", reason=t.CLOSE_REASON_PERSONAL_REQUEST)
    ),
    "closing without proof": Case("CLOSE_EVIDENCE_REQUIRED", lambda w: w.close("ann", evidence=(2,))),
}

SHAPE |= bad_corrections.SHAPE | bad_life.SHAPE
OTHERS |= {name: Case(reason, ask) for name, (reason, ask) in (bad_corrections.REFUSED | bad_life.REFUSED).items()}
CASES = {name: Case("INVALID_REQUEST", ask, fields) for name, (ask, fields) in SHAPE.items()} | OTHERS


def named(w, name):
    """The account name of a stream of the ledger itself."""
    stream = named_stream(ledger_id(w.code), name).hex()
    return f"{w.ledger}/accounts/{stream[:8]}-{stream[8:12]}-{stream[12:16]}-{stream[16:20]}-{stream[20:]}"


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture(scope="module")
def world(database, service):
    """People in every state."""
    client = Client(service.channel())
    w = Life(client, database.new_ledger())
    w.opened = time_ordered_id()
    w.done(w.opening("ann", request_id=w.opened))  # position 2
    for who in ("bob", "frozen", "formal", "closed"):
        w.done(w.opening(who))
    w.done(w.register("dan", number="N-1"))
    for who in ("pending", "pending lost"):
        w.done(w.open(who))
    w.done(w.report("frozen"))
    w.done(w.report("pending lost"))
    w.done(w.report("formal", kind=t.LOSS_KIND_FORMAL))
    w.done(w.grant("ann", "bob"))
    w.done(w.grant("ann", "closed"))
    w.done(w.close("closed"))
    w.done(w.deposit("ann", period=202501, sealed=sealed(payment_ref="P-1")))
    keys = sealed(invoice_number="I-1", institution_settlement_id="S-1", trace_codes=["T-1", "T-2"])
    w.done(w.purchase("ann", sealed=keys))
    w.done(w.opening("spender", balance=0))
    w.spent = w.done(w.deposit("spender")).first_position
    w.done(w.purchase("spender"))
    w.reversed = w.done(w.deposit("ann")).first_position
    w.done(w.reverse(w.reversed))
    bad_corrections.arrange(w)
    bad_life.arrange(w)
    w.done(w.register("popular"))
    for number in range(8):
        w.done(w.opening(f"payer {number}"))
        w.done(w.grant(f"payer {number}", "popular"))
    w.done(w.opening("rich", balance=10**12))
    for answer in w.batch(*(item(w.deposit("rich", amount=10**12)) for _ in range(999))):
        assert answer.first_position
    w.known, w.voided, w.voiding = (time_ordered_id() for _ in range(3))
    w.done(w.deposit("ann", amount=1, request_id=w.known))
    w.done(w.void(w.voided, request_id=w.voiding))
    yield w
    client.close()


def meaning(reason):
    """What the contract says about a reason."""
    value = RefusalReason.DESCRIPTOR.values_by_name[f"REFUSAL_REASON_{reason}"]
    return value.GetOptions().Extensions[options_pb2.reason]


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_answered_as_documented(name, world):
    """Status, reason, fields and sentence; nothing changes but that a recorded refusal is one entry."""
    case = CASES[name]
    ask = case.ask(world)
    method, ask = ask if isinstance(ask, tuple) else ("", ask)
    size, before = world.size(), {who: world.state(who) for who in PEOPLE}
    chinese = world.send(ask, method=method, metadata=case.metadata)
    assert isinstance(chinese, Status), chinese
    info, fields, spoken = details(chinese)
    known = meaning(case.reason)
    assert (info.reason, info.domain, chinese.code) == (case.reason, "ledger.v1", known.status)
    if case.fields is not None:
        assert tuple(fields) == case.fields
    assert spoken.locale == "zh-CN"
    assert_filled(spoken.message, known.chinese)
    assert {who: world.state(who) for who in PEOPLE} == before
    assert world.size() == size + known.recorded
    if known.recorded:
        (entry,) = world.entries(size + 1)
        assert parse(entry).header.stream == named_stream(ledger_id(world.code), "refusals")
        assert info.metadata["position"] == str(size + 1)
    again = world.send(ask, method=method, metadata=case.metadata + ENGLISH)
    info, _, spoken = details(again)
    assert (info.reason, spoken.locale) == (case.reason, "en")
    assert_filled(spoken.message, known.english)
    assert info.metadata.get("replayed", "") == ("true" if known.recorded else "")
    assert world.size() == size + known.recorded


def assert_filled(sentence, template):
    """A sentence is its template with every place filled."""
    assert sentence
    assert not {"{", "?"} & set(sentence)
    for part in template.replace("}", "{").split("{")[::2]:
        assert part in sentence


def test_every_reason_is_provoked():
    """The table has every reason of the contract that bad input can bring about."""
    provoked = {case.reason for case in CASES.values()}
    names = {name.removeprefix("REFUSAL_REASON_") for name in RefusalReason.DESCRIPTOR.values_by_name}
    assert provoked.isdisjoint(ELSEWHERE)
    assert names - {"UNSPECIFIED"} == provoked | ELSEWHERE.keys()


def test_a_full_queue_says_when_to_come_back(database):
    """OVERLOADED with RetryInfo for each item, and nothing is recorded."""
    with Ledgerd(database, [], environment={"LEDGER_QUEUE_COMMANDS": "1"}) as process:
        client = Client(process.channel())
        w = World(client, database.new_ledger())
        told = w.batch(item(w.opening("ann")), item(w.opening("bob")))
        assert [reason_of(each) for each in told] == ["OVERLOADED"] * 2
        assert "RetryInfo" in told[0].details[-1].type_url
        # A group is one item, and takes as much of the queue as its commands.
        assert [reason_of(each) for each in w.batch(group(w.opening("ann"), w.opening("bob")))] == ["OVERLOADED"]
        assert w.size() == 1
        assert w.batch(item(w.opening("ann")))[0].first_position == 2
        client.close()


def test_items_of_a_batch_fail_by_themselves(world):
    """Bad items are named by their place; good ones between them are recorded."""
    w = world
    elsewhere = w.deposit(f"{NEW}/accounts/{w.id('ann')}")
    size = w.size()
    answers = w.batch(
        item(w.deposit("ann")),
        item(elsewhere),
        item(w.deposit("ann", amount=0)),
        pb.BatchItem(),
        group(w.deposit("ann"), elsewhere),
        group(request_id=time_ordered_id()),
        group(w.deposit("ann"), request_id="x"),
        pb.BatchItem(group=pb.AtomicGroup(request_id=time_ordered_id(), commands=[item(w.lift("ann")).command])),
        item(w.deposit("ann")),
    )
    assert answers[0].first_position == size + 1
    assert answers[-1].first_position == size + 2
    assert w.size() == size + 2
    paths = [details(status)[1] for status in answers[1:-1]]
    assert paths == [
        ["items[1].command.record_deposit.account"],
        ["items[2].command.record_deposit.deposit.amount"],
        ["items[3].command"],
        ["items[4].group.commands[1].record_deposit.account"],
        ["items[5].group.commands"],
        ["items[6].group.request_id"],
        ["items[7].group.commands[0].lift_loss.request_id"],
    ]
    assert {reason_of(status) for status in answers[1:-1]} == {"INVALID_REQUEST"}


def test_items_of_a_batch_need_their_own_rights(world):
    """The right to ask for a batch is not the right to what is in it."""
    rights = (("x-dev-rights", "READ_OUTCOME,POST_DEPOSIT"),)
    size = world.size()
    answers = world.batch(item(world.deposit("ann")), item(world.report("ann")), metadata=rights)
    assert answers[0].first_position == size + 1
    assert reason_of(answers[1]) == "PERMISSION_DENIED"
    assert world.size() == size + 1


def test_within_the_window_a_live_caller_may_name_the_time(world):
    """Fourteen minutes ago and half a minute ahead need no right."""
    for seconds in (-14 * 60, 30):
        answer = world.send(world.deposit("ann", at=seconds), metadata=NO_BACKDATE)
        assert answer.transaction.first_position
