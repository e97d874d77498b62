"""The Merkle tree over the entries (RFC 6962), kept as its frontier and its unfinished tiles.

A `Tree` is immutable: appending gives a new one, so that a batch that is rolled back leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TILE_WIDTH = 256
TILE_HEIGHT = 8
HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the leaf hash of an entry's stored bytes: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Tile(NamedTuple):
    """A full tile of C2SP tlog-tiles: 256 hashes of tree level 8 × `level` (its index is `number`), 8,192 bytes."""

    level: int
    number: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree of the first `size` entries.

    `frontier[k]` is the root of the perfect subtree of 2^k leaves that ends the tree, or empty where bit k of the
    size is 0. `partial[l]` holds the hashes of the unfinished tile of tile level l.
    """

    size: int = 0
    frontier: tuple[bytes, ...] = ()
    partial: tuple[tuple[bytes, ...], ...] = ()

    def append(self, leaves: Sequence[bytes]) -> tuple[Tree, list[Tile]]:
        """Return the tree with these leaf hashes added, and the tiles that they completed."""
        frontier = list(self.frontier)
        partial = list(self.partial)
        tiles: list[Tile] = []
        hashes = list(leaves)
        level = 0
        count = self.size
        while hashes:
            if level % TILE_HEIGHT == 0:
                _fill(partial, level // TILE_HEIGHT, count, hashes, tiles)
            if level == len(frontier):
                frontier.append(b"")
            if count & 1:
                hashes.insert(0, frontier[level])
            frontier[level] = hashes[-1] if len(hashes) & 1 else b""
            pairs = iter(hashes)
            hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
            count >>= 1
            level += 1
        return Tree(self.size + len(leaves), tuple(frontier), tuple(partial)), tiles

    def root(self) -> bytes:
        """Return the root hash."""
        root = b""
        for node in self.frontier:
            if node:
                root = node_hash(node, root) if root else node
        return root or EMPTY_ROOT

    def encoded_frontier(self) -> bytes:
        """Return the roots of the perfect subtrees, largest first, 32 bytes each."""
        return b"".join(reversed(self.frontier))

    @classmethod
    def restore(cls, size: int, frontier: bytes, partial: Iterable[Sequence[bytes]]) -> Tree:
        """Rebuild a tree from its encoded frontier and the hashes of its unfinished tiles, lowest level first."""
        if len(frontier) != HASH_SIZE * size.bit_count():
            raise ValueError(f"a frontier of {len(frontier)} bytes does not fit size {size}")
        nodes: list[bytes] = []
        end = len(frontier)
        for level in range(size.bit_length()):
            if size >> level & 1:
                nodes.append(frontier[end - HASH_SIZE : end])
                end -= HASH_SIZE
            else:
                nodes.append(b"")
        return cls(size, tuple(nodes), tuple(tuple(hashes) for hashes in partial))


def _fill(
    partial: list[tuple[bytes, ...]],
    tile_level: int,
    count: int,
    hashes: Sequence[bytes],
    tiles: list[Tile],
) -> None:
    """Add the new hashes of a tile level to its unfinished tile; cut off every tile that is full."""
    if tile_level == len(partial):
        partial.append(())
    row = partial[tile_level] + tuple(hashes)
    index = count // TILE_WIDTH
    while len(row) >= TILE_WIDTH:
        tiles.append(Tile(tile_level, index, b"".join(row[:TILE_WIDTH])))
        row = row[TILE_WIDTH:]
        index += 1
    partial[tile_level] = row
