"""The mirror of one log: its entries in bundles of C2SP tlog-tiles, in a directory, and the unfinished one growing.

`tile/entries/N` are whole bundles, written once. `growing` has the entries behind them, each behind its length; it is
only added to, and cut where a crash left half an entry. One process writes at a time.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from ledger.export.tiled import bundle_of, tile_name
from ledger.log import header
from ledger.log.merkle import TILE_WIDTH

DIRECTORY_MODE: Final = 0o700
GROWING: Final = "growing"
_LENGTH: Final = 2


class MirrorBusyError(Exception):
    """Another process writes this mirror."""


class MirrorError(Exception):
    """What is mirrored does not fit what is to come; the message says how. Nothing was written."""


def split(data: bytes) -> tuple[list[bytes], int]:
    """Return the whole entries of a bundle, and how many bytes they take."""
    found, at = [], 0
    while at + _LENGTH <= len(data):
        end = at + _LENGTH + int.from_bytes(data[at : at + _LENGTH], "big")
        if end > len(data):
            break
        found.append(data[at + _LENGTH : end])
        at = end
    return found, at


def position_of(entry: bytes) -> int:
    """Return the position that an entry says it is at; 0 where it says none."""
    return header.unpack(entry)[2] if len(entry) >= header.HEADER_LENGTH else 0


class Mirror:
    """Written by one thread. `size` entries are in it; `sync` makes them durable."""

    def __init__(self, place: Path) -> None:
        """Take the directory of the ledger, made when needed. Raise MirrorBusyError, MirrorError, OSError."""
        place.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        self._place = place
        self._lock = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise MirrorBusyError(str(place)) from None
        self._file = os.open(place / GROWING, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._full = full_bundles(place)
            self._open = self._recover()
        except BaseException:
            self.close()
            raise

    def _recover(self) -> list[bytes]:
        """Read the growing bundle, and cut off what a crash left of an entry."""
        data = (self._place / GROWING).read_bytes()
        entries, length = split(data)
        if entries and position_of(entries[0]) <= self._full * TILE_WIDTH:
            entries, length = [], 0  # it was made whole, and not emptied any more
        if length < len(data):
            os.ftruncate(self._file, length)
            os.fsync(self._file)
        for place, entry in enumerate(entries, self._full * TILE_WIDTH + 1):
            if position_of(entry) != place:
                raise MirrorError(f"position {place} of the mirror holds entry {position_of(entry)}")
        return entries

    @property
    def size(self) -> int:
        """How many entries are mirrored."""
        return self._full * TILE_WIDTH + len(self._open)

    @property
    def last(self) -> bytes:
        """The last entry; nothing where there is none."""
        if self._open:
            return self._open[-1]
        return split(read_bundle(self._place, self._full - 1))[0][-1] if self._full else b""

    def append(self, first: int, entries: Sequence[bytes]) -> None:
        """Add the entries from a position on, which must be the next one. Raise MirrorError, OSError."""
        if first != self.size + 1:
            raise MirrorError(f"the entries from {first} on do not follow {self.size}")
        at = 0
        while at < len(entries):
            part = entries[at : at + TILE_WIDTH - len(self._open)]
            data = bundle_of(part)
            if os.write(self._file, data) != len(data):
                raise OSError(errno.ENOSPC, "the disk is full")
            self._open += part
            at += len(part)
            if len(self._open) == TILE_WIDTH:
                self._finish()

    def _finish(self) -> None:
        """Write the growing bundle as a whole one, then empty it."""
        path = self._place / tile_name("entries", self._full, TILE_WIDTH)
        path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("wb") as file:
            file.write(bundle_of(self._open))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_directory(path.parent)
        self._full += 1
        self._open = []
        os.ftruncate(self._file, 0)

    def sync(self) -> None:
        """Make everything durable."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """Let another process write."""
        os.close(self._file)
        os.close(self._lock)

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def full_bundles(place: Path) -> int:
    """Return how many whole bundles there are; they have no gaps, so that few have to be looked for."""

    def there(number: int) -> bool:
        return (place / tile_name("entries", number, TILE_WIDTH)).is_file()

    if not there(0):
        return 0
    low, high = 0, 1
    while there(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if there(middle) else (low, middle)
    return high


def read_bundle(place: Path, number: int) -> bytes:
    """Return the bytes of a whole bundle; nothing where there is none."""
    try:
        return (place / tile_name("entries", number, TILE_WIDTH)).read_bytes()
    except FileNotFoundError:
        return b""


def mirrored(place: Path, first: int) -> Iterator[bytes]:
    """Yield the entries of a mirror or an archive from a position on, as far as there are any without a gap."""
    number, skip = divmod(first - 1, TILE_WIDTH)
    while data := read_bundle(place, number):
        yield from split(data)[0][skip:]
        number, skip = number + 1, 0
    partial = place / f"{tile_name('entries', number, TILE_WIDTH)}.p"
    widths = (
        sorted((item for item in partial.iterdir() if item.name.isdigit()), key=lambda item: int(item.name))
        if (partial.is_dir())
        else []
    )
    for path in [*widths[-1:], place / GROWING]:
        if path.is_file():
            entries = split(path.read_bytes())[0]
            found = [entry for entry in entries if position_of(entry) > number * TILE_WIDTH + skip]
            if found:
                yield from found
                return


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
