"""Proofs of RFC 6962 section 2.1: that an entry is in a tree, and that a tree continues a smaller one.

Making a proof asks for the roots of perfect subtrees, each by its level k (2^k leaves) and its number; verifying it
needs nothing but hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ledger.log.merkle import EMPTY_ROOT, node_hash

Node = tuple[int, int]
"""Level and number of a perfect subtree: the leaves from number × 2^level."""

Nodes = Callable[[Node], bytes]
"""Gives the root of a perfect subtree."""


class ProofError(ValueError):
    """The proof does not show what it should."""


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def range_nodes(begin: int, end: int) -> Iterator[Node]:
    """Yield the perfect subtrees of the leaves `begin` … `end` − 1, as RFC 6962 splits them, largest first."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def range_root(nodes: Nodes, begin: int, end: int) -> bytes:
    """Return the root over the leaves `begin` … `end` − 1."""
    root = b""
    for node in reversed([nodes(node) for node in range_nodes(begin, end)]):
        root = node_hash(node, root) if root else node
    return root or EMPTY_ROOT


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges of leaves whose roots prove leaf `index` in a tree of `size`, the leaf's sibling first."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} entries has no entry {index}")
    begin, end = 0, size
    ranges = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges of leaves whose roots prove that a tree of `size` continues one of `old`."""
    if not 0 < old <= size:
        raise ProofError(f"a tree of {size} entries continues none of {old}")
    begin, end = 0, size
    whole = True
    ranges = []
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
            whole = False
    if not whole:
        ranges.append((begin, end))
    return ranges[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf and its proof give (RFC 9162 section 2.1.3.2). Raise ProofError."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} entries has no entry {index}")
    place, last, root = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if place & 1 or place == last:
            root = node_hash(hash_, root)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            root = node_hash(root, hash_)
        place >>= 1
        last >>= 1
    if last:
        raise ProofError("the proof is too short")
    return root


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofError unless the leaf hash stands at `index` (from 0) of the tree with this size and root."""
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofError(f"entry {index} is not in the tree of {size} entries")


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the larger tree begins with the smaller one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old <= size:
        raise ProofError(f"a tree of {size} entries continues none of {old}")
    if old == size:
        if proof or old_root != root:
            raise ProofError(f"two trees of {size} entries differ")
        return
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        raise ProofError("the proof is empty")
    place, last = old - 1, size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    first = second = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if place & 1 or place == last:
            first = node_hash(hash_, first)
            second = node_hash(hash_, second)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            second = node_hash(second, hash_)
        place >>= 1
        last >>= 1
    if last or first != old_root or second != root:
        raise ProofError(f"the tree of {size} entries does not continue the one of {old}")
