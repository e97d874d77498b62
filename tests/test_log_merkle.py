"""The Merkle tree against RFC 6962 as it is defined: roots, tiles, restoring, and proofs of random sizes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.merkle import EMPTY_ROOT, TILE_WIDTH, Tree, leaf_hash

SIZES = [0, 1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000]


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaves_of(size):
    return [hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(size)]


def naive_root(leaves):
    """The definition: the left subtree is the largest perfect one that is smaller than the whole."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node(naive_root(leaves[:half]), naive_root(leaves[half:]))


def path(index, leaves):
    """The inclusion proof of a leaf, by definition (RFC 6962, 2.1.1)."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*path(index, leaves[:half]), naive_root(leaves[half:])]
    return [*path(index - half, leaves[half:]), naive_root(leaves[:half])]


def root_by_path(leaf, index, size, proof):
    """The root that a proof leads to, as RFC 9162, 2.1.3.2 verifies it."""
    last, proved = size - 1, leaf
    for step in proof:
        assert last
        if index & 1 or index == last:
            proved = node(step, proved)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            proved = node(proved, step)
        index >>= 1
        last >>= 1
    assert not last
    return proved


def consistency(size, leaves, *, whole=True):
    """The proof that the tree of `size` begins this one, by definition (RFC 6962, 2.1.2)."""
    if size == len(leaves):
        return [] if whole else [naive_root(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if size <= half:
        return [*consistency(size, leaves[:half], whole=whole), naive_root(leaves[half:])]
    return [*consistency(size - half, leaves[half:], whole=False), naive_root(leaves[:half])]


def roots_by_consistency(first, second, old_root, proof):
    """Old and new root that a consistency proof leads to, as RFC 9162, 2.1.4.2 verifies it."""
    proof = list(proof)
    if not first & (first - 1):
        proof.insert(0, old_root)
    index, last = first - 1, second - 1
    while index & 1:
        index >>= 1
        last >>= 1
    old = new = proof[0]
    for step in proof[1:]:
        assert last
        if index & 1 or index == last:
            old, new = node(step, old), node(step, new)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            new = node(new, step)
        index >>= 1
        last >>= 1
    assert not last
    return old, new


def grown(leaves, cuts):
    """A tree grown in steps, with all tiles that it completed."""
    tree, tiles, at = Tree(), [], 0
    for cut in [*sorted(cuts), len(leaves)]:
        tree, more = tree.append(leaves[at:cut])
        tiles += more
        at = cut
    return tree, tiles


@given(st.data())
@settings(max_examples=60, deadline=None, database=None)
def test_random_trees_grown_in_random_steps(data):
    """However the leaves arrive, root, frontier and tiles are those of the definition; so is a restored tree."""
    size = data.draw(st.integers(0, 1_500))
    leaves = leaves_of(size)
    tree, tiles = grown(leaves, data.draw(st.lists(st.integers(0, size), max_size=8)))
    assert tree.root() == naive_root(leaves)
    assert {(tile.level, tile.number): tile.hashes for tile in tiles} == expected_tiles(leaves)
    assert len(tiles) == len(expected_tiles(leaves))
    assert Tree.restore(size, tree.encoded_frontier(), tree.partial).append([])[0].root() == tree.root()
    more = leaves_of(300)
    restored = Tree.restore(size, tree.encoded_frontier(), tree.partial)
    assert restored.append(more) == tree.append(more)


def expected_tiles(leaves):
    """Full tiles by definition: 256 hashes of perfect subtrees, level by level."""
    tiles, level, row = {}, 0, leaves
    while row:
        for index in range(len(row) // TILE_WIDTH):
            tiles[level, index] = b"".join(row[index * TILE_WIDTH : (index + 1) * TILE_WIDTH])
        row = [naive_root(row[at : at + TILE_WIDTH]) for at in range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)]
        level += 1
    return tiles


@pytest.mark.parametrize("size", SIZES)
def test_sizes_around_powers_of_two(size):
    """One step, tile edges and two levels of tiles."""
    leaves = leaves_of(size)
    tree, tiles = grown(leaves, [])
    assert tree.root() == naive_root(leaves)
    assert {(tile.level, tile.number): tile.hashes for tile in tiles} == expected_tiles(leaves)
    frontier = tree.encoded_frontier()
    assert len(frontier) == 32 * size.bit_count()
    hashes = [frontier[at : at + 32] for at in range(0, len(frontier), 32)]
    if hashes:  # as docs/log-format.md says: the last one, then node(it, what you have)
        root = hashes.pop()
        while hashes:
            root = node(hashes.pop(), root)
        assert root == tree.root()


@given(st.integers(1, 700), st.data())
@settings(max_examples=150, deadline=None, database=None)
def test_proofs_lead_to_the_roots(size, data):
    """Inclusion of any leaf, and consistency with any smaller size, verified as auditors do it."""
    leaves = leaves_of(size)
    tree, _ = Tree().append(leaves)
    index = data.draw(st.integers(0, size - 1))
    assert root_by_path(leaves[index], index, size, path(index, leaves)) == tree.root()
    first = data.draw(st.integers(1, size))
    old, _ = Tree().append(leaves[:first])
    if first < size:
        proof = consistency(first, leaves)
        assert roots_by_consistency(first, size, old.root(), proof) == (old.root(), tree.root())


def test_known_values():
    """The empty tree and a leaf, as RFC 6962 has them."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Tree().root() == EMPTY_ROOT
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_a_tree_never_changes():
    """Appending makes a new one: what a rolled back batch appended is gone."""
    tree, _ = Tree().append(leaves_of(300))
    before = (tree.root(), tree.encoded_frontier(), tree.partial)
    tree.append(leaves_of(500))
    assert (tree.root(), tree.encoded_frontier(), tree.partial) == before


def test_a_frontier_of_another_size_is_refused():
    """Restoring checks what it is given."""
    tree, _ = Tree().append(leaves_of(5))
    with pytest.raises(ValueError, match="frontier"):
        Tree.restore(7, tree.encoded_frontier(), tree.partial)
