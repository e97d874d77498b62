"""Wallet transfers over real gRPC between two ledgers of one service."""

from __future__ import annotations

import time
import uuid

import pytest

from ledger.log.merkle import leaf_hash
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd, time_ordered_id
from tests.test_bad_input import assert_filled, meaning
from tests.world import World, again, details, group, item, reason_of, refusal

DAY, HOUR = 86_400, 3_600


NOON = (int(time.time()) + 8 * HOUR) // DAY * DAY + 4 * HOUR
"""Noon in Shanghai on the day of the test: transfers are open then, whenever it runs."""


def noon() -> int:
    """Seconds from now to noon."""
    return NOON - int(time.time())


@pytest.fixture(scope="module")
def ledgerd(database):
    """A service that leaves transfers alone, so that what stopped half way can be looked at."""
    with Ledgerd(database, [], environment={"LEDGER_TRANSFER_SWEEP_SECONDS": "0"}) as process:
        yield process


@pytest.fixture
def pair(client, database):
    """Ann's ledger and Bob's; Ann has 5,000 fen and lets Bob, her parent, use them."""
    here, there = (World(client, database.new_ledger()) for _ in range(2))
    here.done(here.opening("ann", 5_000))
    there.done(there.opening("bob", 100))
    here.done(here.grant("ann", there.person("bob"), relation=t.RELATION_PARENT, at=noon() - 7 * DAY))
    return here, there


def new_id() -> bytes:
    return uuid.uuid4().bytes


def name(world, transfer_id):
    return f"{world.ledger}/transfers/{uuid.UUID(bytes=transfer_id)}"


def transfer_of(world, transfer_id):
    return world.send(q.GetTransferRequest(name=name(world, transfer_id))).transfer


def pending(world, parent="", state=t.TRANSFER_STATE_PENDING):
    return list(world.send(q.ListTransfersRequest(parent=parent or world.ledger, state=state)).transfers)


def test_from_one_ledger_to_the_other(pair):
    here, there = pair
    transfer_id, bob = new_id(), there.account("bob")
    sent = here.done(here.send_to("ann", bob, 700, transfer_id, at=noon()))
    assert [(entry.type, entry.balance_change, entry.balance_after) for entry in sent.entries] == [
        ("transfer_initiated", -700, 4_300)
    ]
    found = transfer_of(here, transfer_id)
    assert (found.state, found.amount, found.receiver) == (t.TRANSFER_STATE_PENDING, 700, bob)
    assert pending(here) == pending(here, here.account("ann")) == [found]
    assert (here.state("ann").balance, here.state("ann").in_flight) == (4_300, 700)
    answer = here.send(here.accept(transfer_id, bob, at=noon()))
    (accepted,), (credited,) = answer.transaction.entries, answer.credit.entries
    assert (accepted.type, accepted.HasField("balance_after")) == ("transfer_accepted", False)  # Ann's is not Bob's
    assert (credited.type, credited.balance_change, credited.balance_after) == ("transfer_credited", 700, 800)
    found = transfer_of(here, transfer_id)
    assert found.state == t.TRANSFER_STATE_CREDITED
    assert (found.ended_position, found.credited_position) == (
        answer.transaction.first_position,
        answer.credit.first_position,
    )
    assert pending(here) == pending(here, state=t.TRANSFER_STATE_ACCEPTED) == []
    assert (here.state("ann").in_flight, there.state("bob").balance) == (0, 800)


def test_both_ends_in_one_ledger(pair):
    here, _ = pair
    here.done(here.opening("carl", 0))
    here.done(here.grant("ann", "carl", at=noon() - DAY))
    transfer_id = new_id()
    here.done(here.send_to("ann", "carl", 1, transfer_id, at=noon()))
    answer = here.send(here.accept(transfer_id, "carl", at=noon()))
    assert answer.credit.first_position == answer.transaction.last_position + 1
    assert here.state("carl").balance == 1


def test_every_step_again_is_the_first_answer(pair):
    here, there = pair
    transfer_id, bob = new_id(), there.account("bob")
    send = here.send_to("ann", bob, 700, transfer_id, at=noon())
    first = here.done(send)
    assert here.done(send) == again(first)
    accept = here.accept(transfer_id, bob, at=noon())
    answer = here.send(accept)
    repeated = here.send(accept)
    assert repeated.transaction == again(answer.transaction)
    assert repeated.credit == again(answer.credit)
    there.done(there.close("bob"))
    assert here.send(accept).transaction == again(answer.transaction)  # whatever became of Bob since
    other = here.accept(transfer_id, bob, at=noon())
    assert reason_of(here.send(other)) == "ACCOUNT_CLOSED"
    other.request_id = accept.request_id
    other.acceptance.receiver = there.account("somebody")
    status = here.send(other)
    assert details(status)[0].metadata["field"] == "receiver"


def test_nobody_accepts_what_was_not_sent_yet(pair):
    """Not even a microsecond before, whoever may name times; at the same moment it is possible."""
    here, there = pair
    transfer_id, bob = new_id(), there.account("bob")
    moment = noon()
    send = here.send_to("ann", bob, 700, transfer_id, at=moment)
    here.done(send)
    early = here.accept(transfer_id, bob, at=moment)
    early.effective_time.FromMicroseconds(send.effective_time.ToMicroseconds() - 1)
    info = details(here.send(early))[0]
    assert (info.reason, info.metadata["initiate_time"][-14:]) == ("TRANSFER_NOT_YET_SENT", "12:00:00+08:00")
    assert transfer_of(here, transfer_id).state == t.TRANSFER_STATE_PENDING
    exact = here.accept(transfer_id, bob, at=moment)
    exact.effective_time.CopyFrom(send.effective_time)
    assert here.send(exact).transaction.entries[0].type == "transfer_accepted"


def test_declined_cancelled_and_voided(pair):
    here, there = pair
    bob = there.account("bob")
    for reason, receiver, seen in (
        (t.TRANSFER_RETURN_REASON_DECLINED, bob, False),
        (t.TRANSFER_RETURN_REASON_CANCELLED, "", True),
    ):
        transfer_id = new_id()
        here.done(here.send_to("ann", bob, 100, transfer_id, at=noon()))
        (entry,) = here.done(here.send_back(transfer_id, reason, receiver)).entries
        assert (entry.type, entry.balance_change) == ("transfer_returned", 100)
        assert entry.HasField("balance_after") is seen  # the sender who cancels sees it, the receiver does not
        found = transfer_of(here, transfer_id)
        assert (found.state, found.return_reason) == (t.TRANSFER_STATE_RETURNED, reason)
        assert reason_of(here.send(here.accept(transfer_id, bob, at=noon()))) == "TRANSFER_ALREADY_RETURNED"
    send = here.send_to("ann", bob, 100, new_id(), at=noon())
    here.done(send)
    voided = here.send(here.void(send.request_id))
    assert [entry.type for entry in voided.transaction.entries] == ["command_voided", "transfer_returned"]
    assert here.outcome(send.request_id).voided
    assert (here.state("ann").balance, here.state("ann").in_flight) == (5_000, 0)


def test_a_return_that_somebody_asked_for_is_no_void(pair):
    here, there = pair
    transfer_id = new_id()
    send = here.send_to("ann", there.account("bob"), 100, transfer_id, at=noon())
    here.done(send)
    here.done(here.send_back(transfer_id))
    assert not here.outcome(send.request_id).voided


def test_an_acceptance_in_a_batch_is_credited_by_whoever_goes_on(pair):
    here, there = pair
    transfer_id, bob = new_id(), there.account("bob")
    here.done(here.send_to("ann", bob, 50, transfer_id, at=noon()))
    (accepted,) = here.batch(item(here.accept(transfer_id, bob, at=noon())))
    found = pending(here, state=t.TRANSFER_STATE_ACCEPTED)
    assert [(each.name, each.ended_position) for each in found] == [(name(here, transfer_id), accepted.first_position)]
    credit = credit_of(here, there, transfer_id, 50)
    there.done(credit)
    assert pending(here, state=t.TRANSFER_STATE_ACCEPTED) == []
    assert there.state("bob").balance == 150
    credit.request_id = time_ordered_id()
    assert reason_of(there.send(credit)) == "TRANSFER_ALREADY_CREDITED"
    accept = here.accept(transfer_id, bob, at=noon())
    assert reason_of(here.send(accept)) == "TRANSFER_ALREADY_ACCEPTED"
    assert there.state("bob").balance == 150


def test_atomic_groups(pair):
    here, there = pair
    bob, first, second = there.account("bob"), new_id(), new_id()
    sends = [here.send_to("ann", bob, 1, each, at=noon()) for each in (first, second)]
    (done,) = here.batch(group(*sends))
    assert len(done.entries) == 2
    ends = [here.accept(first, bob, at=noon()), here.send_back(second)]
    (done,) = here.batch(group(*ends))
    assert [entry.type for entry in done.entries] == ["transfer_accepted", "transfer_returned"]
    third = new_id()
    here.done(here.send_to("ann", bob, 1, third, at=noon()))
    (status,) = here.batch(group(here.accept(third, bob, at=noon()), here.send_back(third)))
    assert reason_of(status) == "TRANSFER_ALREADY_ACCEPTED"
    assert transfer_of(here, third).state == t.TRANSFER_STATE_PENDING


def credit_of(here, there, transfer_id, amount, changed=None):
    """The credit of the transfer that was accepted last, as an operator asks for it."""
    position = here.size()
    credit = c.TransferCredit(
        transfer_id=transfer_id,
        sender=here.account("ann"),
        amount=amount,
        accepted_position=position,
        accepted_leaf=leaf_hash(here.entries(position)[0]),
    )
    for field, value in (changed or {}).items():
        setattr(credit, field, value)
    return pb.CreditTransferRequest(credit=credit, **there.common("bob"))


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 51},
        {"transfer_id": b"X" * 16},
        {"accepted_leaf": bytes(32)},
        {"accepted_position": 1},
        {"accepted_position": 10**9},
    ],
)
def test_nothing_is_credited_that_the_senders_log_does_not_hold(pair, changed):
    here, there = pair
    transfer_id, bob = new_id(), there.account("bob")
    here.done(here.send_to("ann", bob, 50, transfer_id, at=noon()))
    here.batch(item(here.accept(transfer_id, bob, at=noon())))
    size = there.size()
    forged = credit_of(here, there, transfer_id, 50, changed)
    assert reason_of(there.send(forged)) == "TRANSFER_NOT_FOUND"
    forged.request_id = time_ordered_id()
    (status,) = there.batch(item(forged))
    assert reason_of(status) == "TRANSFER_NOT_FOUND"
    forged.request_id = time_ordered_id()
    (status,) = there.batch(group(forged))
    assert reason_of(status) == "TRANSFER_NOT_FOUND"
    elsewhere = credit_of(here, there, transfer_id, 50)
    elsewhere.account = there.account("somebody")
    assert reason_of(there.send(elsewhere)) == "TRANSFER_NOT_FOUND"
    assert there.size() == size
    assert there.state("bob").balance == 100


BAD = {
    "no such ledger": (lambda h, _: h.send_to("ann", f"ledgers/nowhere/accounts/{uuid.uuid4()}"), "LEDGER_NOT_FOUND"),
    "no account": (lambda h, _: h.send_to("ann", "ledgers/x/persons/1"), "INVALID_REQUEST"),
    "a stream of the ledger": (
        lambda h, t_: h.send_to("ann", f"{t_.ledger}/accounts/{uuid.uuid5(uuid.NAMESPACE_DNS, 'a')}"),
        "INVALID_REQUEST",
    ),
    "zero": (lambda h, t_: h.send_to("ann", t_.account("bob"), 0), "INVALID_REQUEST"),
    "negative": (lambda h, t_: h.send_to("ann", t_.account("bob"), -1), "INVALID_REQUEST"),
    "beyond all amounts": (lambda h, t_: h.send_to("ann", t_.account("bob"), 10**12 + 1), "INVALID_REQUEST"),
    "no id": (lambda h, t_: h.send_to("ann", t_.account("bob"), 1, b""), "INVALID_REQUEST"),
    "a short id": (lambda h, t_: h.send_to("ann", t_.account("bob"), 1, b"123"), "INVALID_REQUEST"),
    "zeros as id": (lambda h, t_: h.send_to("ann", t_.account("bob"), 1, bytes(16)), "INVALID_REQUEST"),
    "no relation": (lambda h, t_: h.send_to("ann", t_.account("bob"), 1, relation=99), "INVALID_REQUEST"),
    "another relation": (
        lambda h, t_: h.send_to("ann", t_.account("bob"), relation=t.RELATION_CHILD, at=noon()),
        "SHARE_NOT_AUTHORIZED",
    ),
    "over the ceiling": (
        lambda h, t_: h.send_to("ann", t_.account("bob"), 200_001, at=noon()),
        "TRANSFER_LIMIT_EXCEEDED",
    ),
    "more than there is": (
        lambda h, t_: h.send_to("ann", t_.account("bob"), 5_001, at=noon()),
        "INSUFFICIENT_BALANCE",
    ),
    "at night": (
        lambda h, t_: h.send_to("ann", t_.account("bob"), 1, at=noon() + 11 * HOUR),
        "TRANSFER_WINDOW_CLOSED",
    ),
    "to nobody's friend": (lambda h, t_: h.send_to("ann", t_.account("eve"), at=noon()), "SHARE_NOT_AUTHORIZED"),
    "to oneself": (lambda h, _: h.send_to("ann", "ann"), "SHARE_WITH_SELF"),
    "unknown transfer accepted": (lambda h, t_: h.accept(b"?" * 16, t_.account("bob")), "TRANSFER_NOT_FOUND"),
    "unknown transfer returned": (lambda h, _: h.send_back(b"?" * 16), "TRANSFER_NOT_FOUND"),
    "accepted by no account": (lambda h, t_: h.accept(b"1" * 16, t_.account("nobody")), "ACCOUNT_NOT_FOUND"),
    "accepted by a closed one": (lambda h, t_: h.accept(b"1" * 16, t_.account("closed")), "ACCOUNT_CLOSED"),
    "accepted nowhere": (
        lambda h, _: h.accept(b"1" * 16, f"ledgers/nowhere/accounts/{uuid.uuid4()}"),
        "LEDGER_NOT_FOUND",
    ),
    "accepted by another": (lambda h, t_: h.accept(b"1" * 16, t_.account("eve"), at=noon()), "TRANSFER_NOT_FOUND"),
    "accepted too late": (
        lambda h, t_: h.accept(b"1" * 16, t_.account("bob"), at=noon() + 18 * HOUR),
        "TRANSFER_EXPIRED",
    ),
    "returned too early": (
        lambda h, _: h.send_back(b"1" * 16, t.TRANSFER_RETURN_REASON_EXPIRED, at=noon() + 18 * HOUR - 1),
        "TRANSFER_NOT_EXPIRED",
    ),
    "a fourth one in a day": (
        lambda h, t_: h.send_to("ann", t_.account("bob"), 1, at=noon() - DAY),
        "TRANSFER_COUNT_EXCEEDED",
    ),
    "accepted twice": (
        lambda h, t_: h.accept(b"2" * 16, t_.account("bob"), at=noon() - DAY),
        "TRANSFER_ALREADY_ACCEPTED",
    ),
    "returned after it was accepted": (lambda h, _: h.send_back(b"2" * 16), "TRANSFER_ALREADY_ACCEPTED"),
    "accepted after it came back": (
        lambda h, t_: h.accept(b"3" * 16, t_.account("bob"), at=noon() - DAY),
        "TRANSFER_ALREADY_RETURNED",
    ),
    "declined by another": (
        lambda h, t_: h.send_back(b"1" * 16, t.TRANSFER_RETURN_REASON_DECLINED, t_.account("eve")),
        "TRANSFER_NOT_FOUND",
    ),
    "declined by nobody": (
        lambda h, _: h.send_back(b"1" * 16, t.TRANSFER_RETURN_REASON_DECLINED),
        "TRANSFER_NOT_FOUND",
    ),
    "returned for no reason": (lambda h, _: h.send_back(b"1" * 16, 0), "INVALID_REQUEST"),
    "returned as void": (
        lambda h, _: h.send_back(b"1" * 16, t.TRANSFER_RETURN_REASON_VOIDED),
        "INVALID_REQUEST",
    ),
    "sent twice": (lambda h, t_: h.send_to("ann", t_.account("bob"), 1, b"1" * 16, at=noon()), "DUPLICATE_TRANSFER_ID"),
}


@pytest.fixture(scope="module")
def settled(ledgerd, database):
    """Two ledgers with one pending transfer of 100 fen, id 1, for all bad requests."""
    client = Client(ledgerd.channel())
    here, there = (World(client, database.new_ledger()) for _ in range(2))
    here.done(here.opening("ann", 5_000))
    for who in ("bob", "eve", "closed"):
        there.done(there.opening(who, 0))
    there.done(there.close("closed"))
    here.done(here.grant("ann", there.person("bob"), relation=t.RELATION_PARENT, at=noon() - 7 * DAY))
    here.done(here.send_to("ann", there.account("bob"), 100, b"1" * 16, at=noon()))
    for number in b"234":
        here.done(here.send_to("ann", there.account("bob"), 1, bytes([number]) * 16, at=noon() - DAY))
    here.done(here.accept(b"2" * 16, there.account("bob"), at=noon() - DAY))
    here.done(here.send_back(b"3" * 16))
    yield here, there
    client.close()


@pytest.mark.parametrize("what", BAD)
def test_bad_requests_change_nothing(settled, what):
    here, there = settled
    make, expected = BAD[what]
    before = [world.state(who) for world, who in ((here, "ann"), (there, "bob"), (there, "eve"))]
    sizes = here.size(), there.size()
    request = make(here, there)
    status = here.send(request)
    known = meaning(expected)
    assert (reason_of(status), status.code) == (expected, known.status)
    assert_filled(details(status)[2].message, known.chinese)
    assert refusal(here.send(request)) == (*refusal(status)[:2], "position" in refusal(status)[1])
    # What is asked of the other ledger is not recorded in this one: it may be otherwise a moment later.
    recorded = known.recorded and what not in ("accepted by no account", "accepted by a closed one")
    assert (here.size(), there.size()) == (sizes[0] + recorded, sizes[1])
    assert [world.state(who) for world, who in ((here, "ann"), (there, "bob"), (there, "eve"))] == before
    assert transfer_of(here, b"1" * 16).state == t.TRANSFER_STATE_PENDING


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (lambda _: q.GetTransferRequest(), "INVALID_REQUEST"),
        (lambda w: q.GetTransferRequest(name=f"{w.ledger}/transfers/1"), "INVALID_REQUEST"),
        (lambda w: q.GetTransferRequest(name=name(w, b"?" * 16)), "TRANSFER_NOT_FOUND"),
        (lambda _: q.GetTransferRequest(name=f"ledgers/nowhere/transfers/{uuid.uuid4()}"), "LEDGER_NOT_FOUND"),
        (lambda _: q.ListTransfersRequest(), "INVALID_REQUEST"),
        (lambda _: q.ListTransfersRequest(parent="ledgers/nowhere"), "LEDGER_NOT_FOUND"),
        (lambda w: q.ListTransfersRequest(parent=w.ledger, page_size=-1), "INVALID_REQUEST"),
        (lambda w: q.ListTransfersRequest(parent=w.ledger, page_token="?"), "INVALID_REQUEST"),
        (lambda w: q.ListTransfersRequest(parent=w.ledger, state=t.TRANSFER_STATE_CREDITED), "INVALID_REQUEST"),
        (lambda w: q.ListTransfersRequest(parent=w.ledger, state=99), "INVALID_REQUEST"),
    ],
)
def test_bad_queries(settled, request_, reason):
    assert reason_of(settled[0].send(request_(settled[0]))) == reason


def test_lists_are_paged_without_gap_or_repeat(pair):
    here, there = pair
    bob, sent = there.account("bob"), []
    for day in range(3):
        for _ in range(3):
            sent.append(new_id())
            here.done(here.send_to("ann", bob, 1, sent[-1], at=noon() - day * DAY))
    for state in (t.TRANSFER_STATE_PENDING, t.TRANSFER_STATE_ACCEPTED):
        for parent in (here.ledger, here.account("ann")):
            found, token = [], ""
            while True:
                ask = q.ListTransfersRequest(parent=parent, state=state, page_size=2, page_token=token)
                page = here.send(ask)
                found += [each.name for each in page.transfers]
                token = page.next_page_token
                if not token:
                    break
            assert found == [name(here, each) for each in sent]
        ends = [here.accept(each, bob, at=noon() - index // 3 * DAY) for index, each in enumerate(sent)]
        here.batch(*map(item, ends))
    ask = q.ListTransfersRequest(parent=here.ledger, state=t.TRANSFER_STATE_ACCEPTED, page_size=2)
    token = here.send(ask).next_page_token
    other = q.ListTransfersRequest(parent=here.ledger, page_token=token)
    assert reason_of(here.send(other)) == "INVALID_REQUEST"  # the token of another list
