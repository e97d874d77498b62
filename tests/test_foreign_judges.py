"""Other people's programs judge what a running service hands out: Go's own `sumdb`, a Rust verifier, a Python tree.

Each is asked about a thousand random sizes and positions, and about every answer once more with something changed.
"""

from __future__ import annotations

import base64
import json
import random
from typing import NamedTuple

import metamorphic_log
import pymerkle
import pytest

from ledger.log.merkle import HASH_SIZE, Tree, leaf_hash
from ledger.v1 import audit_service_pb2 as a
from tests.auditor import Auditor
from tests.judge import Judge
from tests.world import World, item

ROUNDS = 1_000
DEPOSITS = 1_290
CHANGES = ("hash", "order", "missing", "more", "place", "size", "root", "leaf")


class Book(NamedTuple):
    """A ledger of a running service with more entries than five tiles hold, and its entries."""

    auditor: Auditor
    entries: list[bytes]
    leaves: list[bytes]

    def root(self, size):
        return Tree().append(self.leaves[:size])[0].root()


@pytest.fixture
def book(ledger, client):
    world = World(client, ledger)
    world.done(world.opening("ann"))
    world.batch(*(item(world.deposit("ann", 1)) for _ in range(DEPOSITS)))
    entries = world.entries()
    return Book(Auditor(world), entries, [leaf_hash(entry) for entry in entries])


@pytest.fixture(scope="module")
def go():
    return Judge()


def changed(chance, question, change):
    """The question with one thing changed so that no honest judge accepts it; None where that cannot be."""
    other = {**question, "hashes": list(question["hashes"])}
    hashes = other["hashes"]
    place = "index" if "index" in question else "old"
    if change in {"hash", "missing", "order"} and not hashes:
        return None
    if change == "hash":
        at = chance.randrange(len(hashes))
        bit = 1 << chance.randrange(HASH_SIZE * 8)
        hashes[at] = (int.from_bytes(hashes[at], "big") ^ bit).to_bytes(HASH_SIZE, "big")
    elif change == "order":
        hashes.reverse()
    elif change == "missing":
        hashes.pop(chance.randrange(len(hashes)))
    elif change == "more":
        hashes.append(chance.randbytes(HASH_SIZE))
    elif change == "place":
        other[place] = question[place] - 1
    elif change == "size":
        # A proof fits every size that has the same shape; in a tree of twice the height there is none such.
        other["size"] = 2 << question["size"].bit_length()
    elif change == "root":
        other["root"] = chance.randbytes(HASH_SIZE)
    else:
        other["leaf" if "leaf" in question else "first"] = chance.randbytes(HASH_SIZE)
    if other == question or other[place] < (place == "old"):
        return None
    return other


def rust(question):
    """Whether the verifier in Rust accepts it."""
    try:
        if question["kind"] == "inclusion":
            metamorphic_log.verify_inclusion(
                question["index"], question["size"], question["leaf"], question["hashes"], question["root"]
            )
        else:
            metamorphic_log.verify_consistency(
                question["old"], question["size"], question["hashes"], question["first"], question["root"]
            )
    except metamorphic_log.VerifyError:
        return False
    return True


def test_proofs_of_a_thousand_sizes_and_positions(book, go):
    chance = random.Random(26)
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in book.entries:
        theirs.append_entry(entry)
    questions = []
    for _ in range(ROUNDS):
        size = chance.randint(1, len(book.leaves))
        index, old = chance.randrange(size), chance.randint(1, size)
        ask = a.GetInclusionProofRequest(entry=book.auditor.entry(index + 1), size=size)
        proof = book.auditor.ask("GetInclusionProof", ask)
        assert proof.root == theirs.get_root(size)
        assert [book.leaves[index], *proof.hashes] == theirs.prove_inclusion(index + 1, size).path
        questions.append(
            {
                "kind": "inclusion",
                "size": size,
                "index": index,
                "leaf": book.leaves[index],
                "root": proof.root,
                "hashes": list(proof.hashes),
            }
        )
        ask = a.GetConsistencyProofRequest(ledger=book.auditor.world.ledger, first_size=old, second_size=size)
        between = book.auditor.ask("GetConsistencyProof", ask)
        assert (between.first_root, between.second_root) == (theirs.get_root(old), proof.root)
        questions.append(
            {
                "kind": "consistency",
                "size": size,
                "old": old,
                "first": between.first_root,
                "root": between.second_root,
                "hashes": list(between.hashes),
            }
        )
    assert all(go.accepts(questions))
    assert all(rust(question) for question in questions)
    bad = [
        other
        for question in questions
        for change in CHANGES
        if (other := changed(chance, question, change)) is not None
    ]
    assert len(bad) > 7 * len(questions)
    accepted = [question for question, yes in zip(bad, go.accepts(bad), strict=True) if yes]
    assert accepted == []
    assert [question for question in bad if rust(question)] == []


def test_tiles_alone_prove_entries_and_older_sizes(book, go):
    chance = random.Random(9)
    total = len(book.leaves)
    for size in [1, 255, 256, 257, 1_024, total, *(chance.randint(1, total) for _ in range(14))]:
        (told,) = go.ask([{"kind": "needed", "size": size}])
        tiles = {}
        for path in json.loads(told.removeprefix("ok ")):
            _, _, level, number = path.split("/", 3)
            number, _, width = number.partition(".p/")
            ask = a.GetTileRequest(
                ledger=book.auditor.world.ledger, level=int(level), number=int(number), width=int(width or 256)
            )
            tiles[path] = book.auditor.ask("GetTile", ask).hashes
        index, old = chance.randrange(size), chance.randint(1, size)
        question = {"kind": "tiles", "size": size, "index": index, "old": old, "root": book.root(size), "tiles": tiles}
        (told,) = go.ask([question])
        record, tree = json.loads(told.removeprefix("ok "))
        ask = a.GetInclusionProofRequest(entry=book.auditor.entry(index + 1), size=size)
        assert list(book.auditor.ask("GetInclusionProof", ask).hashes) == _hashes(record)
        ask = a.GetConsistencyProofRequest(ledger=book.auditor.world.ledger, first_size=old, second_size=size)
        assert list(book.auditor.ask("GetConsistencyProof", ask).hashes) == _hashes(tree)
        if index ^ 1 >= size:
            continue  # the last leaf stands alone: its proof needs no leaf
        path = f"tile/8/0/{index // 256:03}"
        path = path if path in tiles else f"{path}.p/{size % 256}"
        at = (index % 256) * HASH_SIZE
        spoilt = bytearray(tiles[path])
        spoilt[at] ^= 1
        assert not go.accepts([{**question, "tiles": {**tiles, path: bytes(spoilt)}}])[0]


def _hashes(listed):
    return [base64.b64decode(each) for each in listed or ()]


def test_checkpoints_and_what_becomes_of_them_when_they_are_changed(book, go):
    world, chance = book.auditor.world, random.Random(3)
    keys = [key.encode() for key in book.auditor.known_keys()]
    seen = []
    for _ in range(8):
        position = world.done(world.deposit("ann", 1)).last_position
        ask = a.GetCheckpointRequest(ledger=world.ledger, min_position=position)
        seen.append(book.auditor.ask("GetCheckpoint", ask).note)
    for note, told in zip(seen, go.ask([{"kind": "note", "note": note, "keys": keys} for note in seen]), strict=True):
        ok, count, text = told.split()
        assert (ok, count) == ("ok", "1")
        assert note.startswith(base64.b64decode(text).decode())
        metamorphic_log.checkpoint_verify(note, keys)
    bad = []
    for note in seen:
        end = note.rindex("\n\n") + 1
        for _ in range(25):
            # A changed line of a signature may be that of an unknown key; a changed text must always be noticed.
            at = chance.randrange(end - 1)
            bad.append(note[:at] + ("x" if note[at] != "x" else "y") + note[at + 1 :])
    assert not any(go.accepts([{"kind": "note", "note": note, "keys": keys} for note in bad]))
    for note in bad:
        with pytest.raises(metamorphic_log.VerifyError):
            metamorphic_log.checkpoint_verify(note, keys)
