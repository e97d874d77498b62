"""The Merkle tree of RFC 6962 and the tiles of C2SP tlog-tiles, from a few lines that anybody can check.

A tile of level 0 holds leaf hashes; a hash in a tile of level L + 1 is the root over a full tile of level L.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

WIDTH: Final = 256
HASH: Final = 32
EMPTY: Final = sha256().digest()


def leaf_of(entry: bytes) -> bytes:
    """Return the leaf hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes, as many as there are: the last one without a partner moves up as it is."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        odd = row.pop() if len(row) & 1 else None
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
        if odd is not None:
            row.append(odd)
    return row[0]


def cut(data: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def levels(leaves: bytes) -> list[bytes]:
    """Return, from joined leaf hashes, the joined hashes of every tile level, the leaves first."""
    found = [leaves]
    while len(found[-1]) >= WIDTH * HASH:
        below, tile = found[-1], WIDTH * HASH
        found.append(b"".join(root_of(cut(below[at : at + tile])) for at in range(0, len(below) - tile + 1, tile)))
    return found


def root_at(rows: Sequence[bytes], size: int) -> bytes:
    """Return the root over the first `size` leaves, from the rows of `levels`."""
    full, rest = divmod(size, WIDTH)
    return root_over(cut(rows[0][full * WIDTH * HASH : (full * WIDTH + rest) * HASH]), rows[1:], full)


def root_over(leaves: Sequence[bytes], rows: Sequence[bytes], full: int) -> bytes:
    """Return the root over `full` tiles of leaves, of which `rows` has the tile levels from 1 on, and leaves behind."""
    root = _joined(list(leaves), smaller_last=False) if leaves else b""
    for row in rows:
        count, rest = divmod(full, WIDTH)
        hashes = cut(row[count * WIDTH * HASH : (count * WIDTH + rest) * HASH])
        if hashes:
            # Subtrees of one size and, behind them, the smaller one to their right.
            root = _joined([*hashes, root] if root else hashes, smaller_last=bool(root))
        full = count
    return root or EMPTY


def _joined(hashes: list[bytes], *, smaller_last: bool) -> bytes:
    """Join subtrees of one size, and perhaps a smaller one behind them, as RFC 6962 splits them."""
    if len(hashes) == 1:
        return hashes[0]
    equal = len(hashes) - smaller_last
    split = 1 << (len(hashes) - 1).bit_length() - 1
    split = min(split, 1 << equal.bit_length() - 1) if smaller_last else split
    left = _joined(hashes[:split], smaller_last=False)
    right = _joined(hashes[split:], smaller_last=smaller_last)
    return sha256(b"\x01" + left + right).digest()


def root_by_proof(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf (index from 0) and its inclusion proof give; nothing where it has a wrong length."""
    hashes = list(proof)

    def climb(begin: int, end: int) -> bytes:
        if end - begin == 1:
            return leaf
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        inside = climb(begin, middle) if index < middle else climb(middle, end)
        if not hashes or not inside:
            return b""
        other = hashes.pop(0)
        pair = inside + other if index < middle else other + inside
        return sha256(b"\x01" + pair).digest()

    root = climb(0, size) if 0 <= index < size else b""
    return b"" if hashes else root


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile, or of an entry bundle where `level` is `entries`."""
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def tiles_of(size: int) -> list[tuple[int, int, int]]:
    """Return level, number and width of every tile that a tree of this size has."""
    found, level, count = [], 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        found += [(level, number, WIDTH) for number in range(full)]
        if rest:
            found.append((level, full, rest))
        level, count = level + 1, full
    return found


def base64_of(data: bytes) -> str:
    """Return base64 as notes have it."""
    return base64.b64encode(data).decode()
