"""One request id, one command, for ever: replays, voids, outcomes, groups."""

from __future__ import annotations

import threading

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.status_pb2 import Status

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import events_pb2 as e
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, again, details, group, item, reason_of, refusal

PHARMACY = (("x-dev-organisation", "pharmacy"),)
NO_BACKDATE = (("x-dev-rights", "POST_DEPOSIT"),)


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture(scope="module")
def code(database):
    """One ledger for all tests here; each uses people of its own."""
    return database.new_ledger()


@pytest.fixture
def world(service, code):
    """A client with fresh people: ann has 1,000 fen, bob too, and ann pays for bob."""
    client = Client(service.channel())
    w = World(client, code)
    w.batch(item(w.opening("ann")), item(w.opening("bob")), item(w.grant("ann", "bob")))
    yield w
    client.close()


# -- replays ------------------------------------------------------------------------------------


def every_kind(w):
    """A command of each kind, in an order in which all succeed."""
    yield w.register("cat")
    yield w.open("new")
    yield w.activate("new")
    yield w.opening("imported")
    yield w.deposit("ann", sealed=t.Confidential(payment_ref=time_ordered_id()))
    yield w.purchase("bob", total=1_200, service_date=t.CivilDate(year=2024, month=2, day=29))
    yield w.transfer("ann", "bob", amount=3)
    yield w.reverse(w.done(w.deposit("ann", amount=7)).first_position)
    yield w.revoke("ann", "bob")
    yield w.grant("ann", "bob")
    yield w.order("bob", "ann")
    yield w.amend(w.done(w.purchase("bob", total=50)).first_position, total=30)
    w.done(w.opening("old", person_type=t.PERSON_TYPE_RETIRED))
    yield w.premium("old")
    yield w.adjustment("ann", 5)
    yield w.review(w.done(w.adjustment("ann", 6), metadata=(("x-dev-actor", "other"),)).first_position)
    yield w.report("bob")
    yield w.lift("bob")
    yield w.close("imported")
    yield w.void(time_ordered_id())


def test_a_retry_of_every_kind_gets_the_first_answer(world):
    """Amounts, positions, split and times again, marked, in any spelling of the ids; nothing is added."""
    for request in every_kind(world):
        first = world.done(request)
        size = world.size()
        assert world.done(request) == again(first)
        request.request_id = request.request_id.upper()
        assert world.done(request) == again(first)
        assert world.size() == size


def test_a_refusal_is_given_again_whatever_has_changed_since(world):
    """The refusal is the answer of that request for ever; a new id asks again."""
    request = world.transfer("ann", "bob", amount=5_000)
    reason, metadata, replayed = refusal(world.send(request))
    assert (reason, replayed) == ("INSUFFICIENT_BALANCE", False)
    world.done(world.deposit("ann", amount=10_000))
    assert refusal(world.send(request)) == (reason, metadata, True)
    world.done(world.transfer("ann", "bob", amount=5_000))


def test_retries_with_personal_data(world):
    """Whatever became of the command, and whether its data could be kept: the same request is the same."""
    note = t.Confidential(note="a", documents=[t.Document(kind=t.EVIDENCE_KIND_INVOICE)])
    position = world.done(world.deposit("ann")).first_position
    reversal, unknown, void = world.reverse(position), world.reverse(10**9), world.void(time_ordered_id(), sealed=note)
    for request in (reversal, unknown):
        request.reversal.confidential.CopyFrom(note)
    asked = [reversal, unknown, void, world.deposit("nobody", sealed=note), world.deposit("ann", sealed=note)]
    asked += [world.purchase("bob", total=1_100, sealed=note), world.deposit("ann", source=4, sealed=note)]
    for request in asked:
        first, second = world.send(request), world.send(request)
        if isinstance(first, Status):
            assert refusal(second) == (*refusal(first)[:2], True)
        else:
            assert second.transaction == again(first.transaction)
    for last in (world.deposit("bob"), world.lift("bob")):
        together = group(world.deposit("ann", sealed=note), world.purchase("bob", total=3_000, sealed=note), last)
        first, second = (world.batch(together)[0] for _ in range(2))
        assert second == again(first) if isinstance(first, pb.Transaction) else refusal(second)[2]


def test_answers_survive_a_restart(database, code):
    """A new process rebuilds the first answers from the entries: commits, refusals, voids, groups."""
    with Ledgerd(database, []) as process:
        client = Client(process.channel())
        w = World(client, code)
        w.done(w.opening("ann"))
        w.done(w.opening("bob"))
        w.done(w.grant("ann", "bob"))
        asked = [*every_kind(w), w.lift("ann"), w.deposit("nobody")]
        told = [w.send(request) for request in asked]
        together = group(w.deposit("ann"), w.purchase("bob", total=1_500))
        split = w.batch(together)[0]
        late = w.deposit("ann", amount=9)
        w.done(w.void(late.request_id))
        client.close()
        assert process.terminate() == 0
    with Ledgerd(database, []) as process:
        client = Client(process.channel())
        w.client = client
        size = w.size()
        for request, first in zip(asked, told, strict=True):
            answer = w.send(request)
            if isinstance(first, Status):
                assert refusal(answer) == (*refusal(first)[:2], True)
            else:
                assert answer.transaction == again(first.transaction)
        assert w.batch(together)[0] == again(split)
        assert refusal(w.send(late)) == ("COMMAND_VOIDED", {}, False)
        assert w.size() == size
        client.close()


def test_a_retry_outside_the_window_is_still_a_retry(world):
    """The window is for new commands: a time that was fine when it was recorded stays fine."""
    request = world.deposit("ann", at=-3_600)
    first = world.done(request)
    assert world.done(request, metadata=NO_BACKDATE) == again(first)
    request.request_id = time_ordered_id()
    assert reason_of(world.send(request, metadata=NO_BACKDATE)) == "EFFECTIVE_TIME_OUT_OF_WINDOW"


def test_rights_are_asked_for_on_a_replay_too(world):
    """Whoever lost the right does not get the answer."""
    request = world.deposit("ann")
    world.done(request)
    answer = world.send(request, metadata=(("x-dev-rights", "READ_OUTCOME"),))
    assert reason_of(answer) == "PERMISSION_DENIED"


def test_organisations_do_not_see_each_other(world):
    """The same id of another organisation is another command."""
    request = world.deposit("ann")
    first = world.done(request)
    second = world.done(request, metadata=PHARMACY)
    assert second.first_position > first.first_position
    assert not second.replayed
    request.deposit.amount = 5
    assert reason_of(world.send(request, metadata=PHARMACY)) == "IDEMPOTENCY_CONFLICT"
    alone = world.deposit("ann")
    world.done(alone)
    assert reason_of(world.outcome(alone.request_id, metadata=PHARMACY)) == "COMMAND_NOT_FOUND"
    world.done(world.void(alone.request_id), metadata=PHARMACY)  # a tombstone of their own
    assert world.done(alone).replayed


# -- the same id more than once on its way --------------------------------------------------------


def test_twice_in_one_batch(world):
    """The second waits for the first and gets its answer; with other content it conflicts."""
    request = world.deposit("ann")
    other = world.deposit("ann", amount=7, request_id=request.request_id)
    first, second, third = world.batch(item(request), item(request), item(other))
    assert second == again(first)
    assert details(third)[0].metadata["field"] == "amount"


def test_twice_in_one_batch_as_a_refusal(world):
    """A refusal of this very batch is repeated too."""
    request = world.deposit("nobody")
    first, second = world.batch(item(request), item(request))
    assert refusal(second) == (*refusal(first)[:2], True)


def test_in_two_groups_and_as_a_single_command(world):
    """A group is one command: its id is taken for groups and single commands alike."""
    request_id = time_ordered_id()
    one = group(world.deposit("ann"), world.deposit("bob"), request_id=request_id)
    same = group(world.deposit("ann"), world.deposit("bob"), request_id=request_id)
    other = group(world.deposit("ann"), world.deposit("bob", 7), request_id=request_id)
    fewer = group(world.deposit("ann"), request_id=request_id)
    single = item(world.deposit("ann", request_id=request_id))
    size = world.size()
    first, second, *conflicts = world.batch(one, same, other, fewer, single)
    assert second == again(first)
    assert {reason_of(each) for each in conflicts} == {"IDEMPOTENCY_CONFLICT"}
    assert details(conflicts[0])[0].metadata["field"] == "commands"
    assert world.size() == size + 2


def test_a_single_command_is_not_a_group_of_one(world):
    """Alike in everything else, they are two commands; what differs beside the content is named truly."""
    w = world
    single, alone = w.deposit("ann"), w.deposit("ann")
    w.done(single)
    (first,) = w.batch(group(w.deposit("ann"), request_id=alone.request_id))
    assert first.first_position
    conflicts = [w.batch(group(w.deposit("ann"), request_id=single.request_id))[0], w.send(alone)]
    for version, at, field in ((3, None, "expected_version"), (0, -60, "effective_time"), (3, -60, "effective_time")):
        other = w.deposit("ann", version=version, at=at, request_id=single.request_id)
        conflicts.append(w.send(other))
        assert details(conflicts[-1])[0].metadata["field"] == field
    assert {reason_of(each) for each in conflicts} == {"IDEMPOTENCY_CONFLICT"}
    assert [details(each)[0].metadata["field"] for each in conflicts[:2]] == ["commands", "commands"]


def test_a_refusal_in_a_group_names_its_item(world):
    """The first one too, in a group of one as well, and when it is asked for again; a single command has no items."""
    w = world
    for requests, place in (((w.lift("ann"), w.deposit("ann")), "0"), ((w.lift("ann"),), "0")):
        asked = group(*requests)
        first, again_ = w.batch(asked)[0], w.batch(asked)[0]
        told = w.outcome(asked.group.request_id).refusal
        assert [details(each)[0].metadata["item"] for each in (first, again_, told)] == [place] * 3
    assert "item" not in details(w.send(w.lift("ann")))[0].metadata


def test_a_group_of_too_many_entries_is_named(world):
    """Only deciding shows how many entries there are; the path is told all the same, and nothing is recorded."""
    w = world
    size = w.size()
    many = group(*(w.transfer("ann", "bob", amount=1) for _ in range(251)))
    _, told, _ = w.batch(item(w.deposit("ann")), many, item(w.deposit("ann")))
    assert (reason_of(told), details(told)[1]) == ("INVALID_REQUEST", ["items[1].group.commands"])
    assert w.size() == size + 2


def test_at_once_from_many_connections(world, service):
    """Eight connections, one id: one of them executes it, all get the same answer."""
    request = world.deposit("ann")
    size = world.size()
    told, start = [], threading.Barrier(8)

    def ask():
        client = Client(service.channel())
        w = World(client, world.code)
        w.size()
        start.wait(20)
        told.append(w.done(request))
        client.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(each.replayed for each in told) == [False] + [True] * 7
    (first,) = [each for each in told if not each.replayed]
    assert all(each in (first, again(first)) for each in told)
    assert world.size() == size + 1


# -- voids --------------------------------------------------------------------------------------


def test_a_void_of_something_unknown_stops_the_late_original(world):
    """A tombstone: the original is refused without an entry, voided or asked for twice."""
    late = world.deposit("ann")
    void = world.void(late.request_id)
    answer = world.send(void)
    assert answer.effect == e.VOID_EFFECT_TOMBSTONED
    size, before = world.size(), world.state("ann")
    for _ in range(2):
        assert refusal(world.send(late)) == ("COMMAND_VOIDED", {}, False)
    late.deposit.amount = 7
    assert reason_of(world.send(late)) == "COMMAND_VOIDED"
    assert reason_of(world.batch(group(world.lift("ann"), request_id=late.request_id))[0]) == "COMMAND_VOIDED"
    assert (world.size(), world.state("ann")) == (size, before)
    assert world.send(void).transaction == again(answer.transaction)
    assert world.send(void).effect == e.VOID_EFFECT_TOMBSTONED
    assert world.send(world.void(late.request_id)).effect == e.VOID_EFFECT_NOTHING_TO_UNDO


def test_void_and_late_original_in_the_same_moment(world, service):
    """Whichever the log meets first, the money is not there in the end."""
    balance = world.state("ann").balance
    for _ in range(10):
        request = world.deposit("ann")
        void = world.void(request.request_id)
        client = Client(service.channel())
        first = client.commands.VoidCommand.future(void)
        second = world.send(request)
        effect = first.result(20).effect
        client.close()
        executed = not isinstance(second, Status)
        assert effect == (e.VOID_EFFECT_REVERSED if executed else e.VOID_EFFECT_TOMBSTONED)
        assert world.state("ann").balance == balance


def voidable(w):
    """A command of each kind that can be voided."""
    yield w.deposit("ann", period=202507, sealed=t.Confidential(payment_ref=time_ordered_id()))
    yield w.purchase("bob", total=1_300, sealed=t.Confidential(invoice_number=time_ordered_id()))
    yield w.transfer("ann", "bob", amount=30)


def test_a_void_of_something_known_reverses_it(world):
    """Balances, limits and unique keys are as before; a second void finds nothing to undo."""
    for request in voidable(world):
        money = [world.state(who).balance for who in ("ann", "bob")]
        first = world.done(request)
        void = world.void(request.request_id)
        answer = world.send(void)
        assert answer.effect == e.VOID_EFFECT_REVERSED
        assert answer.transaction.entries[0].type == "command_voided"
        assert [world.state(who).balance for who in ("ann", "bob")] == money
        assert world.done(request) == again(first)
        assert world.send(void).transaction == again(answer.transaction)
        size = world.size()
        assert world.send(world.void(request.request_id)).effect == e.VOID_EFFECT_NOTHING_TO_UNDO
        assert world.size() == size + 1
        position = world.done(request).first_position
        assert reason_of(world.send(world.reverse(position))) == "ALREADY_REVERSED"
        request.request_id = time_ordered_id()
        assert not world.done(request).replayed  # its keys are free again


def test_a_void_of_a_refusal_finds_nothing_to_undo(world):
    """And the refusal stays the answer."""
    request = world.deposit("nobody")
    world.send(request)
    assert world.send(world.void(request.request_id)).effect == e.VOID_EFFECT_NOTHING_TO_UNDO
    assert reason_of(world.send(request)) == "ACCOUNT_NOT_FOUND"


def test_a_void_may_be_refused(world):
    """Money that is spent cannot be taken back; the refusal is the void's answer for ever."""
    world.done(world.opening("poor", balance=0))
    request = world.deposit("poor")
    world.done(request)
    world.done(world.purchase("poor"))
    void = world.void(request.request_id)
    assert reason_of(world.send(void)) == "INSUFFICIENT_BALANCE"
    world.done(world.deposit("poor", amount=1_000))
    assert refusal(world.send(void))[::2] == ("INSUFFICIENT_BALANCE", True)
    assert world.send(world.void(request.request_id)).effect == e.VOID_EFFECT_REVERSED


# -- outcomes -----------------------------------------------------------------------------------


def test_outcomes_in_every_state(world):
    """Unknown, executed, refused, voided before, voided after; asking changes nothing."""
    unknown, executed, refused = time_ordered_id(), world.deposit("ann"), world.deposit("nobody")
    before, after = world.deposit("ann"), world.deposit("ann")
    done = world.done(executed)
    said = world.send(refused)
    world.done(world.void(before.request_id))
    world.done(after)
    void = world.void(after.request_id)
    voided = world.done(void)
    size = world.size()
    assert reason_of(world.outcome(unknown)) == "COMMAND_NOT_FOUND"
    told = world.outcome(executed.request_id)
    assert (told.transaction, told.voided) == (again(done), False)
    told = world.outcome(refused.request_id)
    assert refusal(told.refusal) == (*refusal(said)[:2], True)
    assert not told.voided
    told = world.outcome(before.request_id)
    assert (reason_of(told.refusal), told.voided) == ("COMMAND_VOIDED", True)
    assert world.outcome(void.request_id).transaction == again(voided)
    assert world.outcome(after.request_id).transaction.entries[0].type == "deposit_posted"
    assert world.size() == size


def test_the_outcome_says_that_a_void_reversed_it(world):
    """`voided` is for commands that a void undid, and not for those that a reversal undid."""
    voided, reversed_ = world.deposit("ann"), world.deposit("ann")
    world.done(voided)
    world.done(world.void(voided.request_id))
    world.done(world.reverse(world.done(reversed_).first_position))
    assert world.outcome(voided.request_id).voided
    assert not world.outcome(reversed_.request_id).voided


# -- groups -------------------------------------------------------------------------------------


def test_a_group_is_recorded_as_a_whole(world):
    """One transaction, one record time, contiguous positions; members see the ones before them."""
    size = world.size()
    together = group(
        world.open("kid"),
        world.activate("kid"),
        world.grant("ann", "kid"),
        world.purchase("kid", total=400),
        world.transfer("ann", "kid", amount=50),
    )
    answer = world.batch(together)[0]
    assert (answer.first_position, answer.last_position) == (size + 1, size + 8)
    assert [entry.type for entry in answer.entries] == [
        "account_opened",
        "account_activated",
        "share_granted",
        "payer_bound",
        "purchase_settled",
        "share_paid",
        "family_transfer_sent",
        "family_transfer_received",
    ]
    assert (world.state("ann").balance, world.state("kid").balance) == (550, 50)
    assert world.batch(together)[0] == again(answer)
    assert world.outcome(together.group.request_id).transaction == again(answer)
    assert reason_of(world.send(world.void(together.group.request_id))) == "NOT_VOIDABLE"


def test_a_group_with_one_refusal_leaves_nothing_else(world):
    """All or nothing: one entry says which member was refused, and a retry says it again."""
    size = world.size()
    before = [world.state(who) for who in ("ann", "bob")]
    sealed = t.Confidential(payment_ref=time_ordered_id())
    together = group(
        world.deposit("ann", sealed=sealed), world.transfer("ann", "bob"), world.lift("bob"), world.deposit("bob")
    )
    told = world.batch(together)[0]
    assert refusal(told) == ("LOSS_NOT_REPORTED", {"position": str(size + 1), "item": "2"}, False)
    assert [world.state(who) for who in ("ann", "bob")] == before
    assert world.size() == size + 1
    assert refusal(world.batch(together)[0]) == (*refusal(told)[:2], True)
    world.done(world.deposit("ann", sealed=sealed))  # its key was not taken


def test_a_group_has_at_most_500_commands_and_entries(world):
    """500 pass and give one transaction; 501 commands, or 500 with more entries, are refused before."""
    size = world.size()
    full = group(*(world.deposit("ann", amount=1) for _ in range(500)))
    answer = world.batch(full)[0]
    assert answer.last_position - answer.first_position == 499
    assert world.batch(full)[0] == again(answer)
    many = world.batch(group(*(world.deposit("ann", amount=1) for _ in range(501))))[0]
    assert details(many)[1] == ["items[0].group.commands"]
    long = world.batch(group(*(world.transfer("ann", "bob", amount=1) for _ in range(251))))[0]
    assert reason_of(long) == "INVALID_REQUEST"
    assert world.size() == size + 500


def test_a_key_is_used_once_inside_a_group(world):
    """The second use of a month inside one group is refused like one after it."""
    told = world.batch(group(world.deposit("ann", period=202503), world.deposit("ann", period=202503)))[0]
    assert reason_of(told) == "DUPLICATE_CONTRIBUTION_PERIOD"
    world.done(world.deposit("ann", period=202503))


def test_a_time_before_1970_is_recorded_as_given(world):
    """A command may name any time of the years 1900 to 9998, to the microsecond."""
    request = world.deposit("ann")
    request.effective_time.CopyFrom(Timestamp(seconds=-1, nanos=999_999_999))
    first = world.done(request)
    assert world.done(request) == again(first)


def test_a_key_that_is_given_back_may_be_used_again_at_once(world):
    """In one batch and in one group, a reversal frees the invoice for the purchase behind it; in this order only."""
    invoice = t.Confidential(invoice_number=time_ordered_id())
    first = world.done(world.purchase("ann", sealed=invoice)).first_position
    asked = item(world.reverse(first)), item(world.purchase("ann", sealed=invoice))
    told = world.batch(*asked, item(world.purchase("bob", sealed=invoice)))
    assert [isinstance(each, Status) for each in told] == [False, False, True]
    assert reason_of(told[2]) == "DUPLICATE_REIMBURSEMENT"
    (both,) = world.batch(group(world.reverse(told[1].first_position), world.purchase("bob", sealed=invoice)))
    assert [entry.type for entry in both.entries] == ["purchase_reversed", "purchase_settled"]
    assert reason_of(world.send(world.purchase("ann", sealed=invoice))) == "DUPLICATE_REIMBURSEMENT"


def test_no_backstop_fires(service, world):
    """The database never has to refuse what was decided: nothing in this file rolled a batch back."""
    assert "batch.rolled_back" not in service.errors()
    assert "command.defect" not in service.errors()
