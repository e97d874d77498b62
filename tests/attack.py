"""Somebody who tampers with a log: what he can reach, and how far he covers his tracks.

An `Attack` works on a copy of an export in memory. `change` and `message` alter an entry; `recompute` makes chains and
balances follow, as only somebody with all rights can; `pack` writes bundles and tiles anew, `sign` a checkpoint.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.inspector.folder import Folder
from ledger.inspector.layout import EVENT_NAMES, EVENT_TYPES, HEADER_BYTES, PLACES, Header, unpack
from ledger.inspector.note import Key
from ledger.inspector.tree import cut, leaf_of, levels, root_of, tile_path, tiles_of
from ledger.inspector.trust import Trust
from ledger.proof.checkpoint import Checkpoint, cosign
from ledger.proof.note import COSIGNATURE, Signer, join
from ledger.v1.entry_pb2 import Entry

POSITION_FIELDS = re.compile(r"(?:.*_)?position|reverses")
ENTRY_NAME = re.compile(r"(/entries/)(\d+)$")
FAR_APART = 10
"""Microseconds between two record times that leave room for another one."""
SEEN_AT = 1_790_000_000
"""When the witness cosigned, in seconds since 1970 UTC."""


def signer(name: str, kind: int = 1) -> Signer:
    """A fresh key under a name."""
    return Signer(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)


def entry_of(header: bytes, message: Entry) -> bytes:
    """The stored bytes of a header and what follows it."""
    message.ClearField("header")
    return header[:HEADER_BYTES] + message.SerializeToString(deterministic=True)


class Base:
    """A log in order, signed by a key of ours, and cosigned by a witness in the middle."""

    def __init__(self, folder: Folder, code: str) -> None:
        """Read an export; take its signatures away and put ours in their place."""
        self.code = code
        self.files = {
            item.relative_to(folder.path).as_posix(): item.read_bytes()
            for item in sorted(folder.path.rglob("*"))
            if item.is_file() and not item.relative_to(folder.path).as_posix().startswith("checkpoints/")
        }
        self.size = int(folder.text("checkpoint").split("\n")[1])
        self.entries = list(folder.entries(self.size))
        self.headers = [Header(*unpack(entry)) for entry in self.entries]
        self.origin = f"personal-account-ledger/{code}"
        self.log, self.witness = signer(self.origin), signer("witness.example/court", COSIGNATURE)
        self.seen = next(at for at in range(self.size // 2, 0, -1) if self._ends(at))
        witnessed = self.note(self.seen, self.root(self.entries[: self.seen]))
        text = witnessed[: witnessed.rindex("\n\n") + 1]
        self.cosignature = cosign(self.witness, text, SEEN_AT)
        self.files["checkpoint"] = self.note(self.size, self.root(self.entries)).encode()
        self.files[f"checkpoints/{self.seen}"] = (witnessed + self.cosignature).encode()
        self.files["keys"] = (self.log.verifier.encode() + "\n").encode()
        self.policy = (
            f"log {self.log.verifier.encode()}\nwitness court {self.witness.verifier.encode()}\nquorum court\n"
        )

    def _ends(self, position: int) -> bool:
        header = self.headers[position - 1]
        return header.leg == header.legs

    @staticmethod
    def root(entries: list[bytes]) -> bytes:
        """The root over entries."""
        return root_of([leaf_of(entry) for entry in entries])

    def note(self, size: int, root: bytes, log: Signer | None = None) -> str:
        """A checkpoint that a key has signed, by default the log's."""
        text = Checkpoint(self.origin, size, root).text()
        return join(text, [(log or self.log).line(text)])

    def trust(self) -> Trust:
        """What an auditor trusts who asks for the witness."""
        return Trust.parse(self.policy.encode())

    def log_key(self) -> Trust:
        """What an auditor trusts who knows the log's key alone."""
        return Trust(logs=[Key.parse(self.log.verifier.encode())])

    def find(
        self, type_: str, *, late: bool, nth: int = 0, where: Callable[[Header, Entry], bool] | None = None
    ) -> int:
        """The position of an entry of a type: before what the witness saw ends, or behind it."""
        found = [
            header.position
            for header, entry in zip(self.headers, self.entries, strict=True)
            if EVENT_NAMES[header.type] == type_
            and (header.position > self.seen) == late
            and (where is None or where(header, Entry.FromString(entry)))
        ]
        return found[nth]

    def plain(self, *, late: bool) -> int:
        """A deposit of one leg that nothing refers to, with entries of its stream before and behind it."""
        last = {header.stream: header.position for header in self.headers}

        def suits(header: Header, entry: Entry) -> bool:
            if header.position >= last[header.stream]:
                return False
            before, behind = self.headers[header.position - 2], self.headers[header.position]
            apart = min(behind.record_time - header.record_time, header.record_time - before.record_time)
            alone = header.legs == before.legs == behind.legs == 1
            bare = not entry.HasField("references") and not entry.HasField("sealed")
            room = apart > FAR_APART if late else header.position < self.seen - 3
            return alone and bare and room

        return self.find("deposit_posted", late=late, nth=-1 if late else 0, where=suits)


class Attack:
    """One tampering with a copy."""

    def __init__(self, base: Base) -> None:
        """Copy."""
        self.base = base
        self.files = dict(base.files)
        self.entries = list(base.entries)
        self.kept: list[str] = []
        self.trust = base.trust()

    # -- entries ---------------------------------------------------------------------------------

    def change(self, position: int, field: str, value: bytes | None = None) -> None:
        """Put another value into a field of a header; by default flip its first bit."""
        entry, (at, length) = bytearray(self.entries[position - 1]), PLACES[field]
        if value is None:
            entry[at] ^= 1
        else:
            entry[at : at + length] = value
        self.entries[position - 1] = bytes(entry)

    def number(self, position: int, field: str, value: int) -> None:
        """Put a number into a field of a header."""
        length = PLACES[field][1]
        self.change(position, field, value.to_bytes(length, "little", signed=value < 0))

    def header(self, position: int) -> Header:
        """The header of an entry as it is now."""
        return Header(*unpack(self.entries[position - 1]))

    def message(self, position: int, change: Callable[[Entry], object], moves: int = 0) -> None:
        """Change what follows a header; `moves` fen are added to what the entry does to the balance."""
        old = self.entries[position - 1]
        message = Entry.FromString(old)
        change(message)
        self.entries[position - 1] = entry_of(old, message)
        if moves:
            self.number(position, "balance_change", self.header(position).balance_change + moves)

    def event(self, position: int, change: Callable[[object], object], moves: int = 0) -> None:
        """Change the event of an entry."""
        name = EVENT_NAMES[self.header(position).type]
        self.message(position, lambda message: change(getattr(message, name)), moves)

    # -- covering tracks -------------------------------------------------------------------------

    def recompute(self) -> None:
        """Make every chain and balance follow, and what names a leaf hash name the new one."""
        ends: dict[bytes, tuple[bytes, int]] = {}
        for place in range(len(self.entries)):
            position, header = place + 1, self.header(place + 1)
            leaf, balance = ends.get(header.stream, (bytes(32), 0))
            if header.previous_leaf != leaf:
                self.change(position, "previous_leaf", leaf)
            if header.balance_after != balance + header.balance_change:
                self.number(position, "balance_after", balance + header.balance_change)
            if header.type == EVENT_TYPES["transfer_credited"]:
                accepted = Entry.FromString(self.entries[place]).transfer_credited.credit.accepted_position
                new = leaf_of(self.entries[accepted - 1])
                self.event(position, lambda event, new=new: setattr(event.credit, "accepted_leaf", new))
            ends[header.stream] = (leaf_of(self.entries[place]), balance + header.balance_change)

    def remove(self, position: int) -> None:
        """Take an entry out, and let all that follows move up: positions, versions, and what names a position."""
        gone = self.header(position)
        del self.entries[position - 1]
        self._moved(position, -1, gone.stream)

    def insert(self, position: int, entry: bytes) -> None:
        """Put an entry in at a position, and let all that follows move down."""
        self.entries.insert(position - 1, entry)
        stream = self.header(position).stream
        version = sum(self.header(at).stream == stream for at in range(1, position)) + 1
        for name, value in (("position", position), ("first_position", position), ("version", version)):
            self.number(position, name, value)
        self._moved(position + 1, 1, stream)

    def _moved(self, first: int, by: int, stream: bytes) -> None:
        """Renumber everything from a position on."""
        for position in range(first, len(self.entries) + 1):
            header = self.header(position)
            self.number(position, "position", position)
            if header.first_position >= first - max(by, 0):
                self.number(position, "first_position", header.first_position + by)
            if header.stream == stream:
                self.number(position, "version", header.version + by)
            message = Entry.FromString(self.entries[position - 1])
            message.ClearField("header")
            _shift(message, first - max(by, 0), by)
            self.entries[position - 1] = entry_of(self.entries[position - 1], message)

    def pack(self, *, tiles: bool = True) -> None:
        """Write the bundles anew, and the tiles above them; the rows beside the entries go, as they would agree."""
        self.files = {name: data for name, data in self.files.items() if not name.startswith(("tile/", "beside/"))}
        self.files["manifest.json"] = b""
        rows = levels(b"".join(leaf_of(entry) for entry in self.entries))
        for level, number, width in tiles_of(len(self.entries)):
            if not level:
                part = self.entries[number * 256 : number * 256 + width]
                self.files[tile_path("entries", number, width)] = bundle(part)
            if tiles:
                hashes = cut(rows[level])[number * 256 : number * 256 + width]
                self.files[tile_path(level, number, width)] = b"".join(hashes)
        if not tiles:
            self.files |= {
                name: data
                for name, data in self.base.files.items()
                if name.startswith("tile/") and not name.startswith("tile/entries/")
            }

    def sign(self, log: Signer | None = None) -> None:
        """Sign a checkpoint over what there is now."""
        self.files["checkpoint"] = self.base.note(len(self.entries), self.base.root(self.entries), log).encode()

    def write(self, place: Path) -> Folder:
        """Write the files."""
        for name, data in self.files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return Folder(place)


def bundle(entries: list[bytes]) -> bytes:
    """An entry bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def _shift(message, first: int, by: int) -> None:
    """Move every position from `first` on that a message names."""
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            if field.message_type.GetOptions().map_entry:
                continue
            for each in value if field.is_repeated else (value,):
                _shift(each, first, by)
        elif isinstance(value, int) and POSITION_FIELDS.fullmatch(field.name) and value >= first:
            setattr(message, field.name, value + by)
        elif isinstance(value, str) and (found := ENTRY_NAME.search(value)) and int(found[2]) >= first:
            setattr(message, field.name, f"{value[: found.start(2)]}{int(found[2]) + by}")


def flipped(text: str) -> str:
    """Base64 with one bit of its last but one byte changed."""
    data = bytearray(base64.b64decode(text))
    data[-2] ^= 1
    return base64.b64encode(data).decode()
