"""A witness over real HTTP: no restart, rollback, fork or foreign key makes it cosign a second history."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.log.merkle import EMPTY_ROOT, Tree, leaf_hash
from ledger.proof import note as notes
from ledger.proof.checkpoint import Checkpoint, witnessed
from ledger.proof.inclusion import consistency_ranges
from ledger.proof.note import Signer
from ledger.proof.policy import Policy, PolicyError
from ledger.proof.witness import origin_hash, submission
from tests.witnesses import WitnessProcess, WitnessThread

ORIGIN = "example.test/ledger"


class Log:
    """A log of random leaves, that can sign any size and prove between any two."""

    def __init__(self, seed, count=600, signer=None):
        chance = random.Random(seed)
        self.leaves = [leaf_hash(chance.randbytes(20)) for _ in range(count)]
        self.signer = signer or Signer(ORIGIN, os.urandom(32))

    def root(self, begin, end):
        return Tree().append(self.leaves[begin:end])[0].root() if end > begin else EMPTY_ROOT

    def note(self, size, signer=None, root=None):
        text = Checkpoint(ORIGIN, size, root or self.root(0, size)).text()
        return notes.join(text, [(signer or self.signer).line(text)])

    def asking(self, old, size, proof=None, **changed):
        if proof is None:
            proof = [self.root(*each) for each in consistency_ranges(old, size)] if 0 < old <= size else []
        return submission(old, proof, self.note(size, **changed))


@pytest.fixture
def log():
    return Log(1)


@pytest.fixture
def witness(tmp_path, log):
    found = WitnessThread(tmp_path, "audit.test/w1", [log.signer.verifier])
    yield found
    found.stop()


def submit(witness, body):
    return witness.ask("/add-checkpoint", body)


def test_it_cosigns_what_continues_and_serves_the_last_note(witness, log):
    old = 0
    for size in (0, 1, 255, 256, 257, 600, 600):
        status, _, said = submit(witness, log.asking(old, size))
        assert status == 200, said
        assert set(witnessed(log.note(size) + said, [witness.verifier])) == {"audit.test/w1"}
        status, _, note = witness.ask(f"/{origin_hash(ORIGIN)}/checkpoint")
        assert (status, note) == (200, log.note(size) + said)
        old = size
    assert witness.ask("/key")[2] == witness.verifier.encode() + "\n"
    assert witness.ask(f"/{origin_hash('nobody.test')}/checkpoint")[0] == 404


def test_restarts_do_not_make_it_forget(tmp_path, log):
    witness = WitnessProcess(tmp_path, "audit.test/w2", [log.signer.verifier])
    assert submit(witness, log.asking(0, 100))[0] == 200
    for number in (signal.SIGTERM, signal.SIGKILL):
        witness.stop(number)
        witness.start()
        assert submit(witness, log.asking(0, 50)) == (409, "text/x.tlog.size", "100\n")
    assert submit(witness, log.asking(100, 200))[0] == 200
    again = subprocess.run(witness.arguments(), capture_output=True, text=True, timeout=30, check=False)
    assert (again.returncode, "another process works in" in again.stderr) == (1, True)
    witness.stop()


def test_what_it_refuses_and_with_which_status(witness, log):
    """The statuses are those of C2SP tlog-witness, in the order in which it names them."""
    assert submit(witness, log.asking(0, 300))[0] == 200
    other = Log(2, signer=log.signer)
    stranger = Signer(ORIGIN, os.urandom(32))
    unknown = Signer("other.test/log", os.urandom(32))
    text = Checkpoint("other.test/log", 5, bytes(32)).text()
    good = log.note(400)
    at = good.rindex(" ") + 20
    forged = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    proof = [log.root(*each) for each in consistency_ranges(300, 400)]
    refused = {
        "another log": (submission(0, [], notes.join(text, [unknown.line(text)])), 404),
        "another key": (log.asking(300, 400, signer=stranger), 403),
        "a forged signature": (submission(300, proof, forged), 403),
        "a rollback": (log.asking(200, 250), 409),
        "a rollback that claims to continue": (log.asking(300, 250, proof=[]), 400),
        "a fork": (other.asking(300, 400), 422),
        "a fork of the same size": (other.asking(300, 300), 422),
        "no proof": (log.asking(300, 400, proof=[]), 422),
        "a wrong hash": (log.asking(300, 400, proof=[*proof[:-1], bytes(32)]), 422),
        "a proof between equal sizes": (log.asking(300, 300, proof=[bytes(32)]), 422),
        "another old size": (log.asking(299, 400), 409),
        "no request": (b"", 400),
        "no old line": (good.encode(), 400),
        "a size with a zero before it": (b"old 0300\n\n" + good.encode(), 400),
        "too many lines": (submission(300, [bytes(32)] * 64, good), 400),
        "a hash that is none": (b"old 300\nAAAA\n\n" + good.encode(), 400),
        "bytes": (b"old 300\n\n\xff\xfe", 400),
    }
    assert {name: submit(witness, body)[0] for name, (body, _) in refused.items()} == {
        name: status for name, (_, status) in refused.items()
    }
    assert submit(witness, log.asking(300, 301))[0] == 200, "none of that changed anything"
    assert submit(witness, b"x" * 200_000)[0] == 413
    assert witness.ask("/elsewhere", b"x")[0] == 404


def test_an_empty_tree_has_one_root_and_needs_no_proof(witness, log):
    assert submit(witness, log.asking(0, 0, root=bytes(32)))[0] == 422
    assert submit(witness, log.asking(0, 9, proof=[bytes(32)]))[0] == 422
    assert submit(witness, log.asking(0, 9))[0] == 200


def test_two_logs_that_race_leave_one_history(witness, log):
    """Many requests at once, from the same old size to two histories: only one of them is cosigned."""
    assert submit(witness, log.asking(0, 10))[0] == 200
    other = Log(1, signer=log.signer)
    other.leaves[15] = bytes(32)
    bodies = [each.asking(10, 20) for each in (log, other)] * 10
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda body: submit(witness, body)[0], bodies))
    assert statuses.count(200) == 1
    assert set(statuses) == {200, 409}


# -- policies ---------------------------------------------------------------------------------------


def keys(count, kind=notes.COSIGNATURE):
    return [Signer(f"w{number}.test", bytes([number] * 32), kind).verifier.encode() for number in range(1, count + 1)]


def test_the_quorum_of_the_specification():
    """The example of C2SP tlog-policy: two of the X, and one of the Y."""
    names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    lines = [f"witness\t{name}  {key}" for name, key in zip(names, keys(6), strict=True)]
    policy = Policy.parse(
        "\n".join(
            [
                f"log {keys(1, notes.ED25519)[0]} https://log.test/",
                "  # comment",
                *lines,
                "group X-witnesses 2 X1 X2 X3",
                "group Y-witnesses any Y1 Y2 Y3",
                "group X-and-Y all X-witnesses Y-witnesses",
                "quorum X-and-Y",
                "",
            ]
        )
    )
    for bits in range(64):
        seen = {name for number, name in enumerate(names) if bits >> number & 1}
        wanted = sum(name[0] == "X" for name in seen) >= 2 and any(name[0] == "Y" for name in seen)
        assert policy.satisfied(seen) == wanted, seen
    assert Policy.parse("quorum none\n").satisfied([])


ONE, TWO = keys(2)
WRONG = {
    "no quorum": f"witness a {ONE}",
    "two quorums": "quorum none\nquorum none",
    "unknown quorum": "quorum a",
    "quorum above": f"quorum a\nwitness a {ONE}",
    "unknown line": "wittness a b\nquorum none",
    "a taken name": f"witness a {ONE}\nwitness a {TWO}\nquorum none",
    "the name none": f"witness none {ONE}\nquorum none",
    "a key twice": f"witness a {ONE}\nwitness b {ONE}\nquorum none",
    "a log's key": f"witness a {keys(1, notes.ED25519)[0]}\nquorum none",
    "a witness's key": f"log {ONE}\nquorum none",
    "member twice": f"witness a {ONE}\ngroup g 1 a a\nquorum g",
    "member of two": f"witness a {ONE}\ngroup g 1 a\ngroup h 1 a\nquorum h",
    "too many": f"witness a {ONE}\ngroup g 2 a\nquorum g",
    "zero": f"witness a {ONE}\ngroup g 0 a\nquorum g",
    "no members": "group g all\nquorum g",
    "unknown member": "group g 1 a\nquorum g",
    "a control character": "quorum none\r\n",
    "no key": "log\nquorum none",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_policy(name):
    with pytest.raises(PolicyError):
        Policy.parse(WRONG[name])
