"""A mandate that is revoked between the door and the lock: what the agent sent is decided behind the revocation."""

from __future__ import annotations

import time
import uuid

import grpc
import psycopg
import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import types_pb2 as t
from tests.exported import noon
from tests.life import Life
from tests.running import Client, Ledgerd
from tests.test_mandates import by
from tests.test_operation_watch import console_of, samples
from tests.world import reason_of

DAY = 86_400


@pytest.fixture(scope="module")
def service(database):
    with Ledgerd(database, [database.new_ledger()], environment={"LEDGER_OPERATOR_LISTEN": "127.0.0.1:0"}) as process:
        yield process


@pytest.fixture
def life(service, database):
    client = Client(service.channel())
    w = Life(client, database.new_ledger())
    for who in ("father", "mother", "daughter"):
        w.done(w.opening(who, 1_000))
    yield w
    client.close()


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def waiting(service, w):
    """Works that are let in, and wait for a commit."""
    return samples(console_of(service)).get(("ledger_queue_works", ("ledger", w.code)), 0)


@pytest.mark.parametrize("declines", [False, True], ids=["accept", "decline"])
def test_a_transfer_is_taken_under_a_mandate_that_still_holds(service, life, database, declines):
    w, transfer_id = life, uuid.uuid4().bytes
    w.done(w.grant("father", "mother", at=noon() - DAY))
    w.done(w.send_to("father", "mother", 10, transfer_id=transfer_id, at=noon()))
    given = w.done(w.mandate("mother", "daughter", "MANAGE_SHARE", until=DAY), **by(w, "mother")).first_position
    late = w.accept(transfer_id, "mother", at=noon())
    if declines:
        late = w.send_back(transfer_id, t.TRANSFER_RETURN_REASON_DECLINED, w.account("mother"))
    name = "ReturnTransfer" if declines else "AcceptTransfer"
    commands = w.client.commands
    with psycopg.connect(database.url) as connection:
        connection.execute(f'SELECT 1 FROM "ledger_{w.code}".head FOR UPDATE')
        held = [commands.RecordDeposit.future(w.deposit("father", 1), timeout=30)]
        query = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        until(lambda: connection.execute(query).fetchone()[0])
        before = waiting(service, w)
        held.append(commands.RevokeMandate.future(w.revoke_mandate("mother", given), timeout=30))
        until(lambda: waiting(service, w) == before + 1)
        # The door still knows the mandate: the command is let in, and waits for its turn.
        taken = getattr(commands, name).future(late, timeout=30, metadata=by(w, "daughter")["metadata"])
        until(lambda: waiting(service, w) == before + 2)
    for each in held:
        each.result()
    with pytest.raises(grpc.RpcError) as refused:
        taken.result()
    status = Status.FromString(dict(refused.value.trailing_metadata())["grpc-status-details-bin"])
    assert reason_of(status) == "PERSON_NOT_FOUND"
    assert (w.state("father").balance, w.state("mother").balance) == (991, 1_000), "the money is still in flight"
    w.done(w.accept(transfer_id, "mother", at=noon()), **by(w, "mother"))
    assert w.state("mother").balance == 1_010
