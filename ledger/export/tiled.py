"""The whole log in the static layout of C2SP tlog-tiles, and beside it what the database keeps beside the entries.

Entries and full tiles are written as they are stored; nothing is mended or left out, so that whoever verifies sees what
is there. The manifest comes last: without it an export was cut off.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from ledger.export.source import Source
from ledger.log import header
from ledger.log.merkle import HASH_SIZE, TILE_WIDTH, Tree, leaf_hash

FORMAT: Final = 1
"""Version of the manifest."""
DIRECTORY_MODE: Final = 0o700
"""Entries are pseudonymous health data: nobody else may read them."""


class NotEmptyError(Exception):
    """The place is not an empty directory."""


def prepare(place: Path) -> None:
    """Make a directory, or take an empty one. Raise NotEmptyError, OSError."""
    place.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    if any(place.iterdir()):
        raise NotEmptyError(str(place))


def number_path(number: int) -> str:
    """Return a tile's number as a path: three digits each, all but the last part behind an `x`."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    return "/".join([*(f"x{part}" for part in above), last])


def tile_name(level: int | str, number: int, width: int) -> str:
    """Return the path of a tile, or of a bundle where `level` is `entries`."""
    return f"tile/{level}/{number_path(number)}" + (f".p/{width}" if width < TILE_WIDTH else "")


def bundle_of(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each entry behind its length, two bytes, most significant first."""
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def write(place: Path, name: str, data: bytes) -> None:
    """Write a file below a directory."""
    path = place / name
    path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    path.write_bytes(data)


def export(
    source: Source,
    place: Path,
    views: Iterable[dict[str, Any]] = (),
    progress: Callable[[int, int], None] = lambda *_: None,
) -> int:
    """Write the log up to its newest checkpoint into an empty directory; return the number of entries.

    `views` are what the read side says, each bound to a position. Raise NoCheckpointError, NotEmptyError, OSError,
    psycopg errors.
    """
    size, note = source.checkpoint()
    prepare(place)
    tree = _entries(source, place, size, progress)
    _tiles(source, place, size, tree)
    write(place, "checkpoint", note.encode())
    for each, text in source.earlier():
        if each < size:
            write(place, f"checkpoints/{each}", text.encode())
    _lines(place / "beside/commits.jsonl", source.commits(size))
    _lines(place / "beside/commands.jsonl", source.commands(size))
    behind: set[int] = set()
    _lines(place / "beside/unique_keys.jsonl", _noting(source.unique_keys(), size, behind))
    # Somebody spoke of them meanwhile: what he said goes along, so that each of these rows can be judged as well.
    _lines(place / "beside/behind.jsonl", source.at(behind))
    _lines(place / "beside/projections.jsonl", (view for view in views if view["position"] <= size))
    keys = source.keys(note)
    if keys:
        write(place, "keys", "".join(f"{key}\n" for key in keys).encode())
    write_manifest(place, source.code, size, "tlog-tiles")
    return size


def write_manifest(place: Path, code: str, size: int, form: str, **more: Any) -> None:
    """Write what an export is, as the last file, and make all of it durable."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    manifest = {"manifest": FORMAT, "format": form, "ledger": code, "size": size, "exported_at": now, **more}
    write(place, "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())
    os.sync()


def _entries(source: Source, place: Path, size: int, progress: Callable[[int, int], None]) -> Tree:
    """Write the bundles, and the rows of columns that differ from their entries. Return the tree."""
    tree, waiting, number = Tree(), [], 0
    differing: list[dict[str, Any]] = []
    for row in source.entries(size):
        waiting.append(row.entry)
        if _differs(row.position, row.stream, row.version, row.entry):
            differing.append(_column(row.position, row.stream, row.version, row.entry))
        if len(waiting) == TILE_WIDTH:
            write(place, tile_name("entries", number, TILE_WIDTH), bundle_of(waiting))
            tree, _ = tree.append([leaf_hash(entry) for entry in waiting])
            number, waiting = number + 1, []
            progress(tree.size, size)
    if waiting:
        write(place, tile_name("entries", number, len(waiting)), bundle_of(waiting))
        tree, _ = tree.append([leaf_hash(entry) for entry in waiting])
    progress(size, size)
    _lines(place / "beside/columns.jsonl", differing)
    return tree


def _differs(position: int, stream: bytes, version: int, entry: bytes) -> bool:
    if len(entry) < header.HEADER_LENGTH:
        return True
    fields = header.unpack(entry)
    return (fields[2], fields[3], fields[4]) != (position, stream, version)


def _column(position: int, stream: bytes, version: int, entry: bytes) -> dict[str, Any]:
    said = "nothing that can be read"
    if len(entry) >= header.HEADER_LENGTH:
        fields = header.unpack(entry)
        said = f"position {fields[2]}, {fields[3].hex()} version {fields[4]}"
    return {"position": position, "stream": stream.hex(), "version": version, "header": said}


def _tiles(source: Source, place: Path, size: int, tree: Tree) -> None:
    """Write the full tiles as they are stored, and the unfinished ones of this size."""
    for level, number, hashes in source.tiles(size):
        write(place, tile_name(level, number, TILE_WIDTH), hashes)
    for level, row in enumerate(tree.partial):
        if row:
            number = (size >> 8 * level) // TILE_WIDTH
            write(place, tile_name(level, number, len(row)), b"".join(row))
            assert len(b"".join(row)) == len(row) * HASH_SIZE


def _noting(rows: Iterable[dict[str, Any]], size: int, behind: set[int]) -> Iterator[dict[str, Any]]:
    """Yield rows, and note the positions behind the checkpoint that they name."""
    for row in rows:
        if row["position"] > size:
            behind.add(row["position"])
        yield row


def _lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
