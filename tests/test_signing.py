"""Checkpoints are signed on time: nobody who is slow makes another ledger's older, and slow signing begins earlier."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from ledger.proof.checkpoint import Checkpoint
from ledger.proof.note import Signer, join
from ledger.proof.signer import ForkError
from ledger.proof.signing import (
    LOOK_SECONDS,
    PAUSE_SECONDS_MIN,
    SIGN_SECONDS,
    SIGNING_MAX,
    Signers,
    Signing,
)

PATIENCE = 20.0
KEY = Signer("log", bytes(range(32)))


class Log:
    """A ledger and who signs it. Signing waits for `gate`, and raises what it is told."""

    def __init__(self, code):
        self.code, self.end, self.serving, self.problem = code, SimpleNamespace(size=1), True, ""
        self.gate, self.begun, self.errors = threading.Event(), threading.Event(), []
        self.gate.set()
        self.signing = Signing(self)

    def sign(self, connection):
        """As a signer of checkpoints does."""
        assert connection is None or not connection.closed
        size = self.end.size
        self.begun.set()
        assert self.gate.wait(PATIENCE)
        if self.errors:
            raise self.errors.pop()
        text = Checkpoint("log", size, bytes(32)).text()
        return join(text, [KEY.line(text)])

    def stop_serving(self, problem):
        """As a ledger does."""
        self.serving, self.problem = False, problem

    def wait(self, size):
        """Wait until a size is signed."""
        ended = time.monotonic() + PATIENCE
        while self.signing.signed.size != size:
            assert time.monotonic() < ended, f"{self.code} is signed at {self.signing.signed.size}"
            time.sleep(0.005)


@pytest.fixture
def signers(database):
    """Starts the threads for some logs; they are let go and ended afterwards."""
    started = []

    def start(*logs):
        found = Signers(database.url, lambda: [(log, log.signing) for log in logs if log.serving])
        started.append((found, logs))
        found.start()

    yield start
    for found, logs in started:
        for log in logs:
            log.gate.set()
        found.stop()


def test_a_ledger_that_is_slow_to_sign_makes_no_other_one_wait(signers):
    slow, quick = [Log(f"slow{number}") for number in range(SIGNING_MAX - 1)], Log("quick")
    for log in slow:
        log.gate.clear()
    signers(*slow, quick)
    assert all(log.begun.wait(PATIENCE) for log in slow)
    for size in (1, 2, 3):
        quick.end.size = size
        quick.wait(size)
    assert [log.signing.signed.size for log in slow] == [0] * len(slow)
    for log in slow:
        log.gate.set()
        log.wait(1)


def test_what_was_committed_while_it_was_signed_is_signed_next(signers):
    log = Log("busy")
    log.gate.clear()
    signers(log)
    assert log.begun.wait(PATIENCE)
    log.end.size = 7
    log.gate.set()
    log.wait(7)


def test_a_defect_is_tried_again_and_a_fork_ends_the_service(signers):
    log, forked = Log("broken"), Log("forked")
    log.errors = [RuntimeError("once"), OSError("the disk is full")]
    forked.errors = [ForkError("2 to 3 are missing")]
    signers(log, forked)
    log.wait(1)
    ended = time.monotonic() + PATIENCE
    while forked.serving:
        assert time.monotonic() < ended
    assert (forked.problem, forked.signing.signed.size) == ("2 to 3 are missing", 0)


@pytest.mark.parametrize(("took", "pause"), [(0.0, 0.95), (0.05, 0.85), (0.3, 0.35), (0.45, 0.1), (3.0, 0.1)])
def test_signing_begins_the_earlier_the_longer_it_took(monkeypatch, took, pause):
    """Whatever it takes up to 0.425 s, twice of it fits between the pause and a second."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    log = Log("timed")
    original = log.sign
    log.sign = lambda connection: setattr(clock, "now", clock.now + took) or original(connection)
    log.signing.sign()
    assert log.signing.pause() == pytest.approx(pause)
    assert pause == pytest.approx(max(PAUSE_SECONDS_MIN, SIGN_SECONDS - LOOK_SECONDS - 2 * took))
    begun = log.signing.signed.at
    assert not log.signing.is_due(1, begun + 100), "nothing is new"
    assert not log.signing.is_due(2, begun + pause - 0.01)
    assert log.signing.is_due(2, begun + pause + 0.01)
    if took <= (SIGN_SECONDS - LOOK_SECONDS - PAUSE_SECONDS_MIN) / 2:
        assert pause + LOOK_SECONDS + 2 * took <= SIGN_SECONDS + 1e-9
