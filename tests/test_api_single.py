"""A typed request in encodings that no generated code makes: it means the same, or is refused in words."""

from __future__ import annotations

import pytest

from ledger.api.single import code_at_start
from ledger.v1 import command_service_pb2 as pb
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, details, reason_of


@pytest.fixture
def worlds(database):
    """Two ledgers of one service, each with the accounts of ann and bob."""
    codes = database.new_ledger(), database.new_ledger()
    with Ledgerd(database, codes) as server:
        client = Client(server.channel())
        found = [World(client, code) for code in codes]
        for world in found:
            for who in ("ann", "bob"):
                world.done(world.opening(who))
        yield found
        client.close()


def send(world, raw):
    """The transaction, or the status of the error."""
    answer = world.send(raw, method="RecordDeposit")
    return pb.RecordDepositResponse.FromString(answer).transaction if isinstance(answer, bytes) else answer


def text(number, value):
    """One field of type string."""
    encoded = value.encode()
    return bytes([number << 3 | 2, len(encoded)]) + encoded


def test_the_ledger_of_the_first_bytes():
    request = pb.RecordDepositRequest(account="ledgers/410100/accounts/x", request_id="1")
    assert code_at_start(request.SerializeToString()) == "410100"
    assert code_at_start(pb.ReverseEntryRequest(ledger="ledgers/410100").SerializeToString()) == "410100"
    for raw in (b"", b"\n", b"\n\x08ledgers/", b"\n\xff\xff\xff", text(2, "ledgers/410100"), text(1, "persons/410100")):
        assert code_at_start(raw) == ""


def test_fields_in_another_order_mean_the_same(worlds):
    here, _ = worlds
    raw = pb.RecordDepositRequest(deposit=here.deposit("ann").deposit).SerializeToString()
    raw += text(2, time_ordered_id()) + text(1, here.account("ann"))
    assert send(here, raw).entries[0].account == here.account("ann")


def test_a_subject_encoded_twice_is_the_last_one(worlds):
    here, _ = worlds
    raw = here.deposit("ann").SerializeToString() + text(1, here.account("bob"))
    assert send(here, raw).entries[0].account == here.account("bob")


def test_a_subject_encoded_twice_for_two_ledgers_is_refused(worlds):
    here, there = worlds
    before = here.size(), there.size()
    refused = send(here, here.deposit("ann").SerializeToString() + text(1, there.account("ann")))
    assert reason_of(refused) == "INVALID_REQUEST"
    assert details(refused)[1] == ["account"]
    assert (here.size(), there.size()) == before
