"""The hashes of a stored tree: full tiles from their table, the unfinished ones from what they stand over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

import psycopg

from ledger.log.merkle import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, leaf_hash, node_hash
from ledger.log.reader import CorruptLogError, Reader
from ledger.proof.inclusion import (
    Node,
    consistency_ranges,
    inclusion_ranges,
    range_nodes,
    range_root,
)

TILES_KEPT: Final = 4_096
"""Full tiles that are kept in memory, 8 KiB each: they never change."""

TileName = tuple[int, int]
"""Tile level and number."""


def tile_of(node: Node) -> TileName:
    """Return the tile that a perfect subtree lies in."""
    level, number = node
    tile_level, above = divmod(level, TILE_HEIGHT)
    return tile_level, (number << above) // TILE_WIDTH


def width_of(tile: TileName, size: int) -> int:
    """Return how many hashes a tile has in a tree of this size: 0 to 256."""
    level, number = tile
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - number * TILE_WIDTH))


class StoredTree:
    """The tree of one ledger. `size` is always one that was committed, or less. Used by one thread at a time."""

    def __init__(self, schema: str) -> None:
        """Take the schema of the ledger."""
        self._reader = Reader(schema)
        self._full: OrderedDict[TileName, bytes] = OrderedDict()
        self._roots: dict[TileName, bytes] = {}

    def root(self, connection: psycopg.Connection, size: int) -> bytes:
        """Return the root over the first `size` entries, from the stored hashes."""
        return self._range_roots(connection, size, [(0, size)])[0]

    def inclusion(self, connection: psycopg.Connection, index: int, size: int) -> list[bytes]:
        """Return the proof of leaf `index` (from 0) in the tree of `size`. Raise ProofError, CorruptLogError."""
        return self._range_roots(connection, size, inclusion_ranges(index, size))

    def consistency(self, connection: psycopg.Connection, old: int, size: int) -> list[bytes]:
        """Return the proof that the tree of `size` continues that of `old`. Raise ProofError, CorruptLogError."""
        return self._range_roots(connection, size, consistency_ranges(old, size))

    def tile(self, connection: psycopg.Connection, tile: TileName, size: int) -> bytes:
        """Return the hashes of a tile as it is in a tree of this size; nothing where it has none."""
        return self._tiles(connection, [tile], size)[tile]

    def _range_roots(self, connection: psycopg.Connection, size: int, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        wanted = {tile_of(node) for begin, end in ranges for node in range_nodes(begin, end)}
        tiles = self._tiles(connection, wanted, size)

        def hash_at(node: Node) -> bytes:
            level, number = node
            hashes = tiles[tile_of(node)]
            count = 1 << level % TILE_HEIGHT
            first = (number * count) % TILE_WIDTH
            return _perfect(hashes[first * HASH_SIZE : (first + count) * HASH_SIZE])

        return [range_root(hash_at, begin, end) for begin, end in ranges]

    def _tiles(self, connection: psycopg.Connection, wanted: Iterable[TileName], size: int) -> dict[TileName, bytes]:
        found: dict[TileName, bytes] = {}
        full = []
        for tile in wanted:
            width = width_of(tile, size)
            if width == TILE_WIDTH:
                full.append(tile)
            elif tile[0] == 0:
                found[tile] = self._leaves(connection, tile[1] * TILE_WIDTH, width)
            else:
                below = [(tile[0] - 1, tile[1] * TILE_WIDTH + each) for each in range(width)]
                found[tile] = b"".join(self._tile_roots(connection, below))
        return found | self._full_tiles(connection, full)

    def _leaves(self, connection: psycopg.Connection, first: int, count: int) -> bytes:
        rows = connection.execute(
            self._reader.sql("SELECT entry FROM {s}.entries WHERE position > %s AND position <= %s ORDER BY position"),
            (first, first + count),
            binary=True,
        ).fetchall()
        if len(rows) != count:
            raise CorruptLogError(f"entries between {first + 1} and {first + count} are missing")
        return b"".join([leaf_hash(entry) for (entry,) in rows])

    def _tile_roots(self, connection: psycopg.Connection, tiles: Sequence[TileName]) -> list[bytes]:
        missing = [tile for tile in tiles if tile not in self._roots]
        for tile, hashes in self._full_tiles(connection, missing).items():
            self._roots[tile] = _perfect(hashes)
        roots = [self._roots[tile] for tile in tiles]
        if len(self._roots) > TILES_KEPT:
            self._roots.clear()
        return roots

    def _full_tiles(self, connection: psycopg.Connection, tiles: Sequence[TileName]) -> dict[TileName, bytes]:
        found = {tile: self._full[tile] for tile in tiles if tile in self._full}
        missing = [tile for tile in tiles if tile not in found]
        if missing:
            rows = connection.execute(
                self._reader.sql(
                    "SELECT level, index, hashes FROM {s}.tiles JOIN unnest(%s::int2[], %s::int8[])"
                    " AS wanted (level, index) USING (level, index)"
                ),
                ([level for level, _ in missing], [number for _, number in missing]),
                binary=True,
            )
            found |= {(level, number): hashes for level, number, hashes in rows}
        for tile in tiles:
            if len(found.get(tile, b"")) != TILE_WIDTH * HASH_SIZE:
                raise CorruptLogError(f"tile {tile[0]}/{tile[1]} is missing or damaged")
            self._full[tile] = found[tile]
            self._full.move_to_end(tile)
        while len(self._full) > TILES_KEPT:
            self._full.popitem(last=False)
        return found


def _perfect(hashes: bytes) -> bytes:
    """Return the root over hashes of 32 bytes each, as many as a power of two."""
    row = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
    while len(row) > 1:
        pairs = iter(row)
        row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return row[0]
