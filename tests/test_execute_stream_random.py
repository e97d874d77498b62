"""Random streams against the running service: every item is answered in order, with what the model says.

A run sends some thirty messages of random items on ExecuteStream: commands of every kind, atomic groups, malformed
items, ids that came before with the same or other content. Now and then the caller goes away with messages unanswered,
and sends them again on a new stream. What the model says of each item is fixed when the message is made, so only the
order of the stream can make it true. `LEDGER_TEST_SEED=…` repeats a run.
"""

from __future__ import annotations

import os
import secrets
from collections import deque
from typing import NamedTuple

import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import command_service_pb2 as pb
from tests.conversation import Conversation
from tests.programs import Draw
from tests.running import time_ordered_id
from tests.test_stateful import History, Processes
from tests.world import details, refusal

RUNS, PARTS, MESSAGES = 8, 2, 30


class Expected(NamedTuple):
    """What the model says of one item: positions and entries, or a reason; and whether it was answered before."""

    reason: str = ""
    first: int = 0
    entries: tuple = ()
    position: int = 0
    replayed: bool = False


class StreamedHistory(History):
    """A ledger with its model, and the items of messages with what must become of them."""

    def __init__(self, client, code, draw):
        super().__init__(client, code)
        self.draw = draw
        self.sent = []

    def message(self):
        """Items, and what the model says of each."""
        pairs = [self.item() for _ in range(self.draw.choice([1, 1, 3, 10, 80, 120]))]
        return [item for item, _ in pairs], [expected for _, expected in pairs]

    def item(self):
        (name,) = self.draw.choices(["fresh", "group", "again", "changed", "malformed"], [60, 10, 12, 6, 12])
        if name in {"again", "changed"} and self.sent:
            return getattr(self, name)(*self.draw.choice(self.sent[-40:]))
        return self.malformed() if name == "malformed" else self.fresh(grouped=name == "group")

    def fresh(self, *, grouped):
        own_id = time_ordered_id()
        if grouped:
            requests = [self.request(self.draw.asked()) for _ in range(self.draw.randint(1, 4))]
            commands = [self.wrapped(request) for request in requests]
            item = pb.BatchItem(group=pb.AtomicGroup(request_id=own_id, commands=commands))
        else:
            requests = [self.request(self.draw.asked(), own_id)]
            item = pb.BatchItem(command=self.wrapped(requests[0]))
        first = len(self.model.log) + 1
        answer = self.model.answer(own_id, *requests)
        if isinstance(answer, str):
            expected = Expected(answer, position=first)
        else:
            entries = tuple((entry.type, entry.who, entry.change) for entry in answer)
            expected = Expected(first=first, entries=entries)
        self.sent.append((item, expected))
        return item, expected

    def again(self, item, expected):
        return item, expected._replace(replayed=True)

    def changed(self, item, _):
        """The same id with other content: somebody else's, or one more in the group."""
        copy = pb.BatchItem()
        copy.CopyFrom(item)
        if copy.HasField("group"):
            copy.group.commands.add().CopyFrom(copy.group.commands[0])
        else:
            request = getattr(copy.command, copy.command.WhichOneof("kind"))
            request.expected_version += 1
        return copy, Expected("IDEMPOTENCY_CONFLICT")

    def malformed(self):
        """Something that no model needs to judge."""
        own_id = self.draw.choice(["", "1", time_ordered_id()])
        request = self.request((("open", "A", 310), 0, -1), own_id)
        wrong = [
            pb.BatchItem(),
            pb.BatchItem(command=self.wrapped(request)),
            pb.BatchItem(group=pb.AtomicGroup(request_id=time_ordered_id())),
            pb.BatchItem(group=pb.AtomicGroup(request_id=time_ordered_id(), commands=[self.wrapped(request)])),
        ]
        return self.draw.choice(wrong), Expected("INVALID_REQUEST")


def check(answer, expected, *, resent):
    """One result is what the model says; one that is sent again may be marked as answered before."""
    if isinstance(answer, Status):
        reason, metadata, replayed = refusal(answer)
        assert reason == expected.reason, (answer, expected)
        if expected.position:
            assert metadata["position"] == str(expected.position)
        if reason == "INVALID_REQUEST":
            assert details(answer)[1]
        assert replayed == expected.replayed or (resent and replayed)
        return
    assert not expected.reason, (answer, expected)
    assert answer.first_position == expected.first
    entries = tuple((each.type, each.account[-36:], each.balance_change) for each in answer.entries)
    assert entries == expected.entries
    assert answer.replayed == expected.replayed or (resent and answer.replayed)


def run(client, code, seed):
    """One ledger, one program of messages, several streams."""
    draw = Draw(seed)
    history = StreamedHistory(client, code, draw)
    ledger = f"ledgers/{code}"
    stream, open_ = Conversation(client, ledger), deque()
    left, heard = MESSAGES, 0
    while left or open_:
        if left and (not open_ or draw.random() < 0.8):
            items, expected = history.message()
            stream.say(*items)
            open_.append([items, expected, False])
            left -= 1
        elif draw.random() < 0.1:
            stream.cancel()
            stream = Conversation(client, ledger)
            for message in open_:
                stream.say(*message[0])
                message[2] = True
        else:
            items, expected, resent = open_.popleft()
            answers = stream.hear()
            assert len(answers) == len(items)
            for answer, each in zip(answers, expected, strict=True):
                check(answer, each, resent=resent)
            heard += len(answers)
    stream.end()
    assert stream.rest() == ([], None)
    history.log_is_the_model()
    return heard


@pytest.mark.parametrize("part", range(PARTS))
def test_random_streams(database, part):
    """Whatever is sent, in whatever portions and with whatever interruptions."""
    given = os.environ.get("LEDGER_TEST_SEED")
    processes = Processes(database)
    try:
        for _ in range(1 if given else RUNS // PARTS):
            seed = given or secrets.token_hex(8)
            try:
                assert run(*processes.ledger(), seed) >= MESSAGES
                processes.check()
            except AssertionError as error:
                pytest.fail(f"LEDGER_TEST_SEED={seed}: {error}")
    finally:
        processes.close()
