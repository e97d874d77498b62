"""A folder in the layout of C2SP tlog-tiles: a checkpoint, tiles, entry bundles, and what an export puts beside them.

- `checkpoint`: the signed note over everything
- `tile/entries/N`: 256 entries, each behind its length (uint16, big-endian)
- `tile/L/N`: 256 hashes
- `checkpoints/SIZE`: earlier notes, with what witnesses put under them
- `keys`: the log's verifier keys, one a line
- `manifest.json`: what was exported, and when
- `beside/*.jsonl`: rows that the database keeps beside the entries
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ledger.inspector.tree import HASH, WIDTH, tile_path

_NAME_DIGITS: Final = 18


class Folder:
    """Reads; never writes. What is missing or unreadable is empty."""

    def __init__(self, path: Path) -> None:
        """Take the folder."""
        self.path = path

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, nothing where there is none."""
        try:
            return (self.path / name).read_bytes()
        except (OSError, ValueError):
            return b""

    def text(self, name: str) -> str:
        """Return the text of a file. What is no UTF-8 is replaced, and no signature will hold over it."""
        return self.read(name).decode("utf-8", "replace")

    def manifest(self) -> dict[str, Any]:
        """Return what the export says of itself, nothing where it says nothing."""
        found = _json(self.read("manifest.json"))
        return found if isinstance(found, dict) else {}

    def notes(self) -> dict[int, str]:
        """Return the notes under `checkpoints/` by the size in their names, smallest first."""
        place = self.path / "checkpoints"
        names = [item.name for item in place.iterdir()] if place.is_dir() else []
        sizes = sorted(int(name) for name in names if name.isascii() and name.isdigit() and len(name) <= _NAME_DIGITS)
        return {size: self.text(f"checkpoints/{size}") for size in sizes}

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Return a tile's hashes. A log that has grown may have a wider tile in its place."""
        found = self.read(tile_path(level, number, width))
        if not found and width < WIDTH:
            found = self.read(tile_path(level, number))[: width * HASH]
        return found

    def bundle(self, number: int, width: int) -> tuple[list[bytes], str]:
        """Return the entries of a bundle, and what is wrong with its file, in words."""
        data, wider = self.read(tile_path("entries", number, width)), False
        if not data and width < WIDTH:
            data, wider = self.read(tile_path("entries", number)), True
        if not data:
            return [], "the bundle is missing or empty"
        entries, whole = entries_of(data)
        if not whole:
            return entries[:width], "the bundle ends inside an entry"
        if wider:
            return entries[:width], ""
        problem = f"the bundle has {len(entries)} entries, not {width}" if len(entries) != width else ""
        return entries[:width], problem

    def entries(self, size: int, first: int = 0) -> Iterator[bytes]:
        """Yield entries in order, from a bundle on; one that cannot be read is empty."""
        for number in range(first, -(-size // WIDTH)):
            width = min(WIDTH, size - number * WIDTH)
            found, _ = self.bundle(number, width)
            yield from found
            yield from [b""] * (width - len(found))

    def rows(self, name: str) -> Iterator[Any]:
        """Yield the rows of a file of JSON lines; None for a line that is none."""
        try:
            with (self.path / name).open("rb") as file:
                for line in file:
                    yield _json(line)
        except OSError:
            return

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return (self.path / name).is_file()

    def tile_files(self) -> Iterator[str]:
        """Yield the paths of all files under `tile/`."""
        for item in (self.path / "tile").rglob("*"):
            if item.is_file():
                yield item.relative_to(self.path).as_posix()


def _json(data: bytes) -> Any:
    """Return what JSON says; None where it is none, or is nested deeper than anybody would."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def entries_of(data: bytes) -> tuple[list[bytes], bool]:
    """Return the entries of a bundle's bytes, and whether the last one is whole."""
    found, at, end = [], 0, len(data)
    while at + 2 <= end:
        begin = at + 2
        at = begin + (data[at] << 8 | data[at + 1])
        found.append(data[begin:at])
    if at > end:
        found.pop()
    return found, at == end
