"""Merkle proofs, notes and receipts by themselves: against RFC 6962 and other people's programs."""

from __future__ import annotations

import base64
import os
import random

import metamorphic_log
import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.merkle import EMPTY_ROOT, Tree, leaf_hash, node_hash
from ledger.proof import note as notes
from ledger.proof.checkpoint import Checkpoint, cosign, witnessed
from ledger.proof.inclusion import (
    ProofError,
    consistency_ranges,
    inclusion_ranges,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from ledger.proof.note import COSIGNATURE, NoteError, Signer, Verifier
from ledger.proof.receipt import Receipt, verify_receipt

ORIGIN = "example.test/ledger"


def tree_hash(leaves):
    """MTH of RFC 6962 section 2.1, as it stands there."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_hash(leaves[:split]), tree_hash(leaves[split:]))


def path(index, leaves):
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*path(index, leaves[:split]), tree_hash(leaves[split:])]
    return [*path(index - split, leaves[split:]), tree_hash(leaves[:split])]


def subproof(old, leaves, whole=True):
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [tree_hash(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*subproof(old, leaves[:split], whole), tree_hash(leaves[split:])]
    return [*subproof(old - split, leaves[split:], False), tree_hash(leaves[:split])]


def leaves_of(count, seed=0):
    return [leaf_hash(random.Random(seed + number).randbytes(20)) for number in range(count)]


def roots(leaves, ranges):
    return [tree_hash(leaves[begin:end]) for begin, end in ranges]


def test_every_proof_of_small_trees_is_that_of_the_rfc():
    leaves = leaves_of(40)
    for size in range(1, 41):
        tree = leaves[:size]
        root = tree_hash(tree)
        for index in range(size):
            proof = roots(leaves, inclusion_ranges(index, size))
            assert proof == path(index, tree)
            verify_inclusion(index, size, leaves[index], proof, root)
        for old in range(1, size + 1):
            proof = roots(leaves, consistency_ranges(old, size))
            assert proof == subproof(old, tree)
            verify_consistency(old, size, tree_hash(leaves[:old]), root, proof)


def test_other_programs_accept_a_thousand_proofs_and_refuse_what_was_changed():
    chance = random.Random(1)
    leaves = leaves_of(700)
    for _ in range(1_000):
        size = chance.randint(1, 700)
        index, old = chance.randrange(size), chance.randint(1, size)
        root, old_root = tree_hash(leaves[:size]), tree_hash(leaves[:old])
        proof = roots(leaves, inclusion_ranges(index, size))
        metamorphic_log.verify_inclusion(index, size, leaves[index], proof, root)
        with pytest.raises(metamorphic_log.VerifyError):
            metamorphic_log.verify_inclusion(index, size, leaves[index - 1] if size > 1 else bytes(32), proof, root)
        between = roots(leaves, consistency_ranges(old, size))
        metamorphic_log.verify_consistency(old, size, between, old_root, root)


def test_another_program_computes_the_same_roots():
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    entries = [os.urandom(30) for _ in range(300)]
    for number, entry in enumerate(entries, 1):
        theirs.append_entry(entry)
        if number % 37 == 0 or number == 256:
            ours, _ = Tree().append([leaf_hash(each) for each in entries[:number]])
            assert theirs.get_root() == ours.root()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_nothing_but_the_true_proof_is_accepted(data):
    size = data.draw(st.integers(2, 200))
    leaves = leaves_of(size)
    root = tree_hash(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = roots(leaves, inclusion_ranges(index, size))
    change = data.draw(st.sampled_from(["drop", "add", "flip", "index", "size", "leaf"]))
    leaf = leaves[index]
    if change == "drop":
        proof.pop(data.draw(st.integers(0, len(proof) - 1)))
    elif change == "add":
        proof.insert(data.draw(st.integers(0, len(proof))), os.urandom(32))
    elif change == "flip":
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    elif change == "index":
        index = (index + data.draw(st.integers(1, size - 1))) % size
    elif change == "leaf":
        leaf = os.urandom(32)
    elif change == "size":
        smaller = data.draw(st.integers(index + 1, size))
        try:
            found = root_from_inclusion(index, smaller, leaf, proof)
        except ProofError:
            return
        assert found != tree_hash(leaves[:smaller]) or smaller == size
        return
    with pytest.raises(ProofError):
        verify_inclusion(index, size, leaf, proof, root)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_other_history_is_consistent(data):
    size = data.draw(st.integers(2, 150))
    old = data.draw(st.integers(1, size - 1))
    leaves = leaves_of(size)
    forged = [*leaves]
    forged[data.draw(st.integers(0, old - 1))] = os.urandom(32)
    for first, second in ((leaves, forged), (forged, leaves)):
        for proven in (leaves, forged):
            proof = roots(proven, consistency_ranges(old, size))
            with pytest.raises(ProofError):
                verify_consistency(old, size, tree_hash(first[:old]), tree_hash(second), proof)


def test_the_example_of_the_specification_is_verified():
    """C2SP signed-note, verifier key of its example."""
    text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    key = Verifier.parse(text)
    assert (key.name, key.id.hex()) == ("example.com/foo", "530d903a")
    assert key.encode() == text


def signed(size=1, root=None, signer=None):
    signer = signer or Signer(ORIGIN, os.urandom(32))
    text = Checkpoint(ORIGIN, size, root or os.urandom(32)).text()
    return signer, notes.join(text, [signer.line(text)])


def test_a_note_is_read_back_and_accepted_by_another_program():
    signer, note = signed(7)
    text, keys = notes.verify(note, [signer.verifier])
    assert keys == [signer.verifier]
    head = metamorphic_log.checkpoint_verify(note, [signer.verifier.encode()])
    assert (head.origin, head.size, bytes(head.root)) == (ORIGIN, 7, Checkpoint.parse(text).root)


@pytest.mark.parametrize("change", ["text", "size", "signature", "name", "blank", "control", "dash"])
def test_a_changed_note_is_refused_by_us_and_by_another_program(change):
    signer, note = signed(1234)
    changed = {
        "text": note.replace(ORIGIN, "example.test/lodger", 1),
        "size": note.replace("1234", "1235"),
        "signature": note[:-8] + ("A" if note[-8] != "A" else "B") + note[-7:],
        "name": note.replace(f"— {ORIGIN}", "— somebody.test"),
        "blank": note.replace("\n\n", "\n"),
        "control": note.replace("1234", "12\t34"),
        "dash": note.replace("—", "-"),
    }[change]
    assert changed != note
    with pytest.raises(NoteError):
        notes.verify(changed, [signer.verifier])
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.checkpoint_verify(changed, [signer.verifier.encode()])


def test_a_key_of_another_name_or_number_is_refused():
    signer, note = signed()
    other = Signer(ORIGIN, os.urandom(32))
    with pytest.raises(NoteError, match="no known key"):
        notes.verify(note, [other.verifier])
    name, number, key = signer.verifier.encode().split("+", 2)
    for wrong in (
        f"{name}+00000000+{key}",
        f"other.test+{number}+{key}",
        f"{name}+{number}",
        "",
        f"{name}+{number}+AQ==",
    ):
        with pytest.raises(NoteError):
            Verifier.parse(wrong)


@pytest.mark.parametrize(
    "text", ["", "a\n", "a\n1\n", "a\n01\n" + "A" * 44 + "\n", "a\n1\nAAAA\n", "\n1\nx\n", "a\n-1\nx\n"]
)
def test_what_is_no_checkpoint(text):
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_witnesses_are_counted_by_name_and_their_time_is_signed():
    _, note = signed(3)
    text = notes.split(note)[0]
    witnesses = [Signer(f"witness{number}.test", os.urandom(32), COSIGNATURE) for number in range(3)]
    note += "".join(cosign(witness, text, 1_700_000_000 + number) for number, witness in enumerate(witnesses[:2]))
    keys = [witness.verifier for witness in witnesses]
    assert witnessed(note, keys) == {"witness0.test": 1_700_000_000, "witness1.test": 1_700_000_001}
    line = note.splitlines()[-1]
    data = base64.b64decode(line.split()[-1])
    later = data[:4] + (1_700_000_002).to_bytes(8, "big") + data[12:]
    with pytest.raises(NoteError, match=r"witness1\.test is wrong"):
        witnessed(note.replace(line.split()[-1], base64.b64encode(later).decode()), keys)


def receipt_of(entries, index, extra=b""):
    leaves = [leaf_hash(entry) for entry in entries]
    signer, note = signed(len(entries), tree_hash(leaves))
    proof = roots(leaves, inclusion_ranges(index, len(entries)))
    return signer, Receipt(index, proof, note, extra).encode()


def test_a_receipt_proves_its_entry_and_no_other():
    entries = [os.urandom(50) for _ in range(20)]
    signer, text = receipt_of(entries, 13, b"any")
    assert verify_receipt(text, entries[13], [signer.verifier]).size == 20
    with pytest.raises(ProofError):
        verify_receipt(text, entries[12], [signer.verifier])
    with pytest.raises(NoteError, match="0 of the witnesses"):
        verify_receipt(text, entries[13], [signer.verifier], witnesses_min=1)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_receipt_never_proves_anything_else(data):
    entries = [bytes([number]) * 9 for number in range(11)]
    signer, text = receipt_of(entries, 6)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("AZaz09+/=\n —")) + text[at + 1 :]
    try:
        checkpoint = verify_receipt(changed, entries[6], [signer.verifier])
    except (NoteError, ProofError):
        return
    assert checkpoint.root == tree_hash([leaf_hash(entry) for entry in entries])
