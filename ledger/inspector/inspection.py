"""The inspection of a folder: signatures, then everything below them, spread over processes.

Stretches of bundles are checked side by side; beside them one process follows the log in its order, and another one may
settle every purchase again. What crosses the ends of stretches is compared here.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ledger.inspector import beside, tree
from ledger.inspector.defect import Defect
from ledger.inspector.folder import Folder
from ledger.inspector.follower import Followed, follow
from ledger.inspector.layout import EVENT_TYPES, PartsError, body, ledger_id, stream_id, unpack
from ledger.inspector.note import BadNoteError, Head, Key, Note
from ledger.inspector.signing_keys import judge
from ledger.inspector.stretch import BUNDLES, End, Found, Stretch, joined
from ledger.inspector.tree import HASH, WIDTH
from ledger.inspector.trust import Trust

FORMAT: Final = "tlog-tiles"
SMALL: Final = 20_000
"""Entries below which other processes cost more than they save."""

Again = Callable[[Path, int, Callable[[int], None]], tuple[list[Defect], int]]
"""Settles everything again: takes folder, size and progress; gives defects and the number of settlements."""


@dataclass(slots=True)
class Result:
    """What was inspected, apart from its defects."""

    code: str = ""
    size: int = 0
    root: bytes = b""
    signed_by: list[str] = field(default_factory=list)
    witnessed: int = 0
    """Entries that the quorum of the policy has seen; 0 where none did, or no policy asks for it."""
    witnesses: dict[str, int] = field(default_factory=dict)
    """Who cosigned that checkpoint, and when (seconds since 1970 UTC)."""
    notes: int = 0
    """Signed checkpoints that the entries were compared with."""
    second_opinions: int = 0
    settlements: int = 0
    moved: Mapping[str, int] = field(default_factory=dict)
    """What moved balances, by type of event, in fen."""
    balances: int = 0
    """Sum of all balances at the end, in fen."""
    in_flight: int = 0
    not_compared: list[str] = field(default_factory=list)
    """What may lie beside the entries and does not, in words."""


class Inspection:
    """One inspection of one folder in the layout of tlog-tiles."""

    def __init__(self, folder: Folder, trust: Trust, *, kept: Sequence[str] = (), again: Again | None = None) -> None:
        """Take whom to trust, and notes that the auditor has kept from elsewhere; every one must fit."""
        self.result = Result()
        self._folder = folder
        self._trust = trust
        self._kept = kept
        self._again = again
        self._heads: list[Head] = []
        self._signed_by: list[tuple[Head, list[Key]]] = []
        """Checkpoints that were read, the newest first, and the trusted keys that signed each."""
        self._roots: list[bytes] = []
        self._ledger = b""

    def defects(self, processes: int = 1, progress: Callable[[int, int], None] = lambda *_: None) -> Iterator[Defect]:
        """Yield every defect. `progress` takes what is done, and of how much."""
        yield from self.signatures()
        if not self._heads:
            return  # nobody who is trusted says what should be here
        yield from self._birth()
        if not self.result.size:
            return
        yield from self._surplus()
        run = _pooled if processes > 1 and self.result.size > SMALL else _inline
        jobs = _Jobs(self._folder.path, self._ledger, self.result.size, self._again)
        ends: dict[bytes, End] = {}
        for found in run(jobs, processes, progress):
            if isinstance(found, Found):
                yield from joined(found.begins, ends)
                ends.update(found.ends)
                self._roots += found.roots
                yield from found.defects
            elif isinstance(found, Followed):
                self.result.second_opinions = found.second_opinions
                self.result.moved, self.result.in_flight = found.moved, found.in_flight
                yield from found.defects
                own = [key for key in self._trust.logs if key.name == self._heads[0].origin]
                yield from judge(found.key_changes, self._signed_by, own)
            else:
                defects, self.result.settlements = found
                yield from defects
        self.result.balances = sum(balance for _, _, balance in ends.values())
        moved = sum(self.result.moved.values())
        if moved != self.result.balances:
            detail = f"all events together moved {moved} fen, all balances are {self.result.balances} fen"
            yield Defect("money", self.result.size, detail)
        yield from self._tree()

    # -- signatures ------------------------------------------------------------------------------

    def signatures(self) -> Iterator[Defect]:
        """Yield what is wrong with the checkpoint, those beside it, and those that the auditor kept."""
        result = self.result
        try:
            note, head, signers = self._signed(self._folder.text("checkpoint"), result.signed_by)
        except BadNoteError as error:
            yield Defect("checkpoint", 0, f"the checkpoint: {error}")
            return
        result.size, result.root = head.size, head.root
        self._heads, self._signed_by = [head], [(head, signers)]
        notes: list[tuple[str, str, int | None]]
        notes = [(f"checkpoints/{size}", text, size) for size, text in self._folder.notes().items()]
        notes += [("a checkpoint that was kept", text, None) for text in self._kept]
        yield from self._cosigned(note, head, "the checkpoint")
        for name, text, size in notes:
            try:
                other, found, signers = self._signed(text, [])
            except BadNoteError as error:
                yield Defect("checkpoint", size or 0, f"{name}: {error}")
                continue
            if found.origin != head.origin or size not in {None, found.size}:
                yield Defect("checkpoint", found.size, f"{name} is of {found.origin}, size {found.size}")
                continue
            if found.size > head.size:
                missing = f"the entries {head.size + 1} to {found.size} are missing"
                yield Defect("checkpoint", head.size, f"{name} was signed for {found.size} entries: {missing}")
                continue
            self._heads.append(found)
            self._signed_by.append((found, signers))
            yield from self._cosigned(other, found, name)
        if self._trust.witnessed and not result.witnessed:
            yield Defect("cosignature", head.size, "no checkpoint has the cosignatures that the policy asks for")
        result.notes = len(self._heads)

    def _signed(self, text: str, names: list[str]) -> tuple[Note, Head, list[Key]]:
        """Read a note that a trusted key signed. Raise BadNoteError."""
        note = Note.parse(text)
        head = Head.parse(note.text)
        signers = [key for key in self._trust.logs if note.signed_by(key)]
        if not signers:
            raise BadNoteError("no key that is trusted has signed it")
        if head.origin not in {key.name for key in signers}:
            raise BadNoteError(f"it is of {head.origin}, and signed by {signers[0].name}")
        names += [f"{key.name}+{key.id.hex()}" for key in signers]
        return note, head, signers

    def _cosigned(self, note: Note, head: Head, name: str) -> Iterator[Defect]:
        times: dict[str, int] = {}
        for witness, key in self._trust.witnesses.items():
            try:
                time = note.cosigned_by(key)
            except BadNoteError as error:
                yield Defect("cosignature", head.size, f"{name}: {error}")
                continue
            if time is not None:
                times[witness] = time
        if self._trust.witnessed and self._trust.satisfied(times) and head.size > self.result.witnessed:
            self.result.witnessed, self.result.witnesses = head.size, times

    # -- the beginning ---------------------------------------------------------------------------

    def _birth(self) -> Iterator[Defect]:
        """Read which ledger it is."""
        entry = next(self._folder.entries(min(self.result.size, WIDTH)), b"")
        try:
            values = unpack(entry)
            opened: Any = body(entry, EVENT_TYPES["ledger_opened"]).event
        except (PartsError, Exception) as error:  # noqa: BLE001 - whatever is there instead of a first entry
            yield Defect("birth", 1, f"position 1 cannot be read: {error}")
            self._ledger = entry[10:26] if len(entry) > 26 else bytes(16)  # noqa: PLR2004 - where the id stands
            return
        self.result.code, self._ledger = opened.ledger, ledger_id(opened.ledger)
        said = (values[1], values[3], opened.hash_algorithm, opened.format, opened.origin)
        origin = self._heads[0].origin if self._heads else opened.origin
        if said != (self._ledger, stream_id(self._ledger, "admin"), "SHA-256", 1, origin):
            yield Defect("birth", 1, f"it opens {opened.ledger!r} under {opened.origin}, {opened.hash_algorithm}")
        manifest = self._folder.manifest()
        if not manifest and self._folder.read("manifest.json"):
            yield Defect("manifest", 0, "it cannot be read")
        for name, true in (("format", FORMAT), ("ledger", opened.ledger), ("size", self.result.size)):
            if manifest and manifest.get(name, FORMAT) != true:
                yield Defect("manifest", 0, f"{name} is {manifest.get(name)!r:.60}, and is {true!r}")
        self.result.not_compared = [beside.FILES[name] for name in beside.missing(self._folder)]
        if manifest:
            for name in beside.missing(self._folder):
                yield Defect("manifest", 0, f"{name} is missing, which every export of a whole log has")

    def _surplus(self) -> Iterator[Defect]:
        """Find files under `tile/` that a log of this size does not have."""
        known = {tree.tile_path(*tile) for tile in tree.tiles_of(self.result.size)}
        for name in sorted(self._folder.tile_files()):
            bundle = name.startswith("tile/entries/")
            if name.replace("tile/entries/", "tile/0/", 1) not in known:
                yield Defect("bundle" if bundle else "tile", self.result.size, f"{name} belongs to no log of this size")

    # -- the tree --------------------------------------------------------------------------------

    def _tree(self) -> Iterator[Defect]:
        """Compare the upper tiles, and every signed root."""
        rows = [b"".join(self._roots)]
        while len(rows[-1]) >= WIDTH * HASH:
            rows.append(tree.levels(rows[-1])[1])
        for level, number, width in tree.tiles_of(self.result.size):
            if not level:
                continue
            at = number * WIDTH * HASH
            if self._folder.tile(level, number, width) != rows[level - 1][at : at + width * HASH]:
                last = (number * WIDTH + width) * WIDTH**level
                yield Defect("tile", last, f"tile {level}/{number} is missing, or not what the tiles below it give")
        for head in sorted(set(self._heads), key=lambda head: head.size):
            root = self._root_at(rows, head.size)
            if root != head.root:
                said = f"the checkpoint of size {head.size} says {head.root.hex()}"
                yield Defect("root", head.size, f"{said}, the entries give {root.hex()}")

    def _root_at(self, rows: Sequence[bytes], size: int) -> bytes:
        full, rest = divmod(size, WIDTH)
        leaves: list[bytes] = []
        if rest:
            width = min(WIDTH, self.result.size - full * WIDTH)
            entries, _ = self._folder.bundle(full, width)
            leaves = [tree.leaf_of(entry) for entry in entries[:rest]]
            leaves += [bytes(HASH)] * (rest - len(leaves))
        return tree.root_over(leaves, rows, full)


# -- how it is spread over processes ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Jobs:
    """What there is to do."""

    path: Path
    ledger: bytes
    size: int
    again: Again | None

    @property
    def stretches(self) -> list[tuple[int, int]]:
        bundles = -(-self.size // WIDTH)
        return [(first, min(first + BUNDLES, bundles)) for first in range(0, bundles, BUNDLES)]

    @property
    def work(self) -> int:
        return self.size * (3 if self.again else 2)

    def stretch(self, first: int, last: int) -> Found:
        return Stretch(Folder(self.path), self.ledger, self.size).check(first, last)

    def follow(self, progress: Callable[[int], None]) -> Followed:
        return follow(Folder(self.path), self.ledger, self.size, progress)

    def settle(self, progress: Callable[[int], None]) -> tuple[list[Defect], int]:
        return self.again(self.path, self.size, progress) if self.again else ([], 0)


def _inline(jobs: _Jobs, _: int, progress: Callable[[int, int], None]) -> Iterator[Any]:
    done = 0

    def add(count: int) -> None:
        nonlocal done
        done += count
        progress(done, jobs.work)

    for first, last in jobs.stretches:
        found = jobs.stretch(first, last)
        add(found.entries)
        yield found
    yield jobs.follow(add)
    yield jobs.settle(add)


_counter: Any = None


def _share(counter: Any) -> None:
    global _counter  # noqa: PLW0603 - one number that a process shares with its parent
    _counter = counter


def _count(number: int) -> None:
    with _counter.get_lock():
        _counter.value += number


def _follow_counted(jobs: _Jobs) -> Followed:
    return jobs.follow(_count)


def _settle_counted(jobs: _Jobs) -> tuple[list[Defect], int]:
    return jobs.settle(_count)


def _stretch_counted(jobs: _Jobs, first: int, last: int) -> Found:
    found = jobs.stretch(first, last)
    _count(found.entries)
    return found


def _pooled(jobs: _Jobs, processes: int, progress: Callable[[int, int], None]) -> Iterator[Any]:
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    with ProcessPoolExecutor(processes, context, _share, (counter,)) as pool:
        # The two that cannot be divided come first, so that nobody waits for them at the end.
        whole: list[Future[Any]] = [pool.submit(_follow_counted, jobs)]
        if jobs.again:
            whole.append(pool.submit(_settle_counted, jobs))
        parts = [pool.submit(_stretch_counted, jobs, first, last) for first, last in jobs.stretches]
        for part in [*parts, *whole]:
            while True:
                try:
                    yield part.result(timeout=0.2)
                    break
                except TimeoutError:
                    progress(counter.value, jobs.work)
            progress(counter.value, jobs.work)


def trust_in(folder: Folder) -> Trust:
    """Return trust in the keys that came with an export itself. Raise BadNoteError."""
    return Trust(logs=[Key.parse(line) for line in folder.text("keys").splitlines() if line.strip()])
