"""The end of every crash test: ask for every outcome, send again what is unknown, check it all."""

from __future__ import annotations

from collections.abc import Iterable

import grpc
import psycopg

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import events_pb2
from tests.crash_check import Log, check_answers, check_programs
from tests.crash_load import Load, Sent, reason_of, status_of
from tests.proxy import wait_until
from tests.running import Client, Ledgerd

WINDOW = 256


class Violations(AssertionError):
    """What the checks found; the first lines are in the message."""

    def __init__(self, found: list[str]) -> None:
        """Keep the findings."""
        self.found = found
        super().__init__("\n".join([f"{len(found)} findings", *found[:12]]))


def finish(url: str, load: Load, ledgerd: Ledgerd, programs: Iterable[Ledgerd] = (), *, stopped: bool = False) -> Log:
    """Check a log that nothing is written to any more except by us. Raise Violations.

    `ledgerd` was started and not used yet; `programs` are all that ever ran, for what they logged.
    """
    load.stop()
    wait_until(lambda: not _writers(url, load.ledger), "the connections of dead processes end")
    client = Client(ledgerd.channel())
    try:
        log = Log(url, load.ledger)
        found = log.check() + check_answers(log, load)
        found += ask_outcomes(client, log, load)
        found += send_again(client, load)
        log = Log(url, load.ledger)
        found += log.check() + check_answers(log, load)
    finally:
        client.close()
    if not stopped:
        found += check_programs({ledgerd, *programs})
    if found:
        raise Violations(list(dict.fromkeys(found)))
    return log


def _writers(url: str, ledger: str) -> int:
    """Server processes that may still commit what a dead service had sent."""
    with psycopg.connect(url) as connection:
        [(count,)] = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s",
            (f"ledgerd {ledger} writing",),
        )
    return count


def ask_outcomes(client: Client, log: Log, load: Load) -> list[str]:
    """GetCommandOutcome tells the truth for every request id."""
    found = []
    for begin in range(0, len(load.sent), WINDOW):
        some = load.sent[begin : begin + WINDOW]
        calls = [
            client.commands.GetCommandOutcome.future(
                pb.GetCommandOutcomeRequest(ledger=f"ledgers/{load.ledger}", command_request_id=sent.request_id),
                timeout=30,
            )
            for sent in some
        ]
        for sent, call in zip(some, calls, strict=True):
            told = _outcome(call)
            expected = _expected(log, sent)
            if told != expected:
                found.append(f"{sent.request_id}: outcome {told}, the log says {expected}")
    return found


def _outcome(call: grpc.Future) -> tuple[str, int]:
    try:
        response = call.result()
    except grpc.RpcError as error:
        return reason_of(status_of(error))[0] or str(error), 0
    if response.HasField("transaction"):
        told = response.transaction
        return ("transaction, voided" if response.voided else "transaction"), told.first_position
    reason, metadata = reason_of(response.refusal)
    if reason == "COMMAND_VOIDED":
        return (reason if response.voided else "COMMAND_VOIDED without voided"), 0
    return "refusal", int(metadata["position"])


def _expected(log: Log, sent: Sent) -> tuple[str, int]:
    position = log.by_request.get(sent.request_id)
    if position is not None:
        event = log.transactions[position][0].event
        refused = isinstance(event, events_pb2.CommandRefused)
        voided = ", voided" if position in log.voided else ""
        return ("refusal" if refused else "transaction" + voided), position
    if sent.request_id in log.tombstones:
        return "COMMAND_VOIDED", 0
    return "COMMAND_NOT_FOUND", 0


def send_again(client: Client, load: Load) -> list[str]:
    """Whatever has no answer is sent twice more under its id: one result, the same both times."""
    for _ in range(2):
        left = [sent for sent in load.sent if not sent.final or sent.unknown]
        batched = [sent for sent in left if sent.void is None]
        for begin in range(0, len(batched), 500):
            assert load.call_batch(client, batched[begin : begin + 500], 30)
        for sent in left:
            if sent.void is not None:
                load.call(client, sent, 30)
    return [
        f"{sent.request_id}: sent again, and still no answer: {sent.failures}"
        for sent in load.sent
        if not sent.final and "COMMAND_VOIDED" not in sent.failures[-1:]
    ]
