"""Rows that a database keeps beside the entries, as an export has them, compared with what the entries say."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final

from ledger.inspector.folder import Folder
from ledger.inspector.layout import EVENT_TYPES, FixedPart, Header, PartsError, body, unpack
from ledger.inspector.tree import EMPTY

COMMITS: Final = "beside/commits.jsonl"
COMMANDS: Final = "beside/commands.jsonl"
KEYS: Final = "beside/unique_keys.jsonl"
BEHIND: Final = "beside/behind.jsonl"
COLUMNS: Final = "beside/columns.jsonl"
PROJECTIONS: Final = "beside/projections.jsonl"
FILES: Final = {
    COMMITS: "commits",
    COMMANDS: "request ids",
    KEYS: "unique keys",
    BEHIND: "entries behind the checkpoint that spoke of unique keys",
    COLUMNS: "columns",
    PROJECTIONS: "views",
}
"""What lies beside the entries, in words."""
_OPENING: Final = frozenset((EVENT_TYPES["account_opened"], EVENT_TYPES["opening_imported"]))

Say = Callable[[str, int, str], None]


def missing(folder: Folder) -> list[str]:
    """Return the files that an export of a whole log has beside its entries, and this one has not."""
    return [name for name in FILES if not folder.has(name)]


class Peaks:
    """The roots of the perfect subtrees of a growing tree, largest first: one hash is made for each leaf."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = sha256(b"\x01" + self._peaks.pop()[1] + leaf).digest()
            height += 1
        self._peaks.append((height, leaf))

    def frontier(self) -> bytes:
        """Return the peaks as a commit row has them."""
        return b"".join(peak for _, peak in self._peaks)

    def root(self) -> bytes:
        """Return the root."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            root = sha256(b"\x01" + peak + root).digest()
        return root


class Commits:
    """Compares commit rows with the entries, which come in order."""

    def __init__(self, folder: Folder, say: Say) -> None:
        """Take the folder, and whom to tell."""
        self._say = say
        self._rows = folder.rows(COMMITS)
        self._peaks = Peaks()
        self._given = folder.has(COMMITS)
        self._before = 0
        self._level = 0
        self._row = self._next()

    def _next(self) -> dict[str, Any] | None:
        row = next(self._rows, None)
        return row if isinstance(row, dict) and isinstance(row.get("last_position"), int) else None

    def take(self, position: int, leaf: bytes, header: Header | None) -> None:
        """Take the next entry; `header` is None where it cannot be read."""
        if not self._given:
            return
        self._peaks.add(leaf)
        row = self._row
        if row is None or row["last_position"] > position:
            return
        if row["last_position"] == position:
            self._compare(row, position, leaf, header)
        else:
            self._say("commit", row["last_position"], "commits do not come in order")
        self._row = self._next()

    def _compare(self, row: dict[str, Any], position: int, leaf: bytes, header: Header | None) -> None:
        true = {
            "root": self._peaks.root().hex(),
            "frontier": self._peaks.frontier().hex(),
            "last_leaf_hash": leaf.hex(),
            "entries": position - self._before,
        }
        if header is not None:
            true["record_time"] = header.record_time
            if header.leg != header.legs:
                self._say("commit", position, "it ends inside a transaction")
        for name, value in true.items():
            if row.get(name) != value:
                self._say("commit", position, f"its {name} is {row.get(name)}, the entries give {value}")
        level = row.get("feature_level")
        if not isinstance(level, int) or level < self._level:
            self._say("commit", position, f"feature level {level} follows {self._level}")
        else:
            self._level = level
        self._before = position

    def finish(self, size: int) -> None:
        """Report what the rows lack, or have too many."""
        if not self._given:
            return
        if self._row is not None:
            self._say("commit", size, f"a commit ends at {self._row['last_position']}, behind the log")
        if self._before != size:
            self._say("commit", size, f"the last commit ends at {self._before}, the log at {size}")


def _id(text: str) -> bytes:
    """Return the 16 bytes of an id. Raise ValueError."""
    data = bytes.fromhex(text.replace("-", ""))
    if len(data) != 16:  # noqa: PLR2004 - as the format has it
        raise ValueError(text)
    return data


def compare_commands(folder: Folder, requests: dict[bytes, tuple[int, int, bytes]], size: int, say: Say) -> None:
    """Compare the rows of the request ids. `requests` are those that the entries have."""
    if not folder.has(COMMANDS):
        return
    missing = dict(requests)
    for row in folder.rows(COMMANDS):
        try:
            key = _id(row["organisation"]) + _id(row["request_id"])
            said = (int(row["first_position"]), row["entries"], bytes.fromhex(row["command_hash"]))
        except (AttributeError, TypeError, KeyError, ValueError, OverflowError):
            say("command", 0, f"a row cannot be read: {str(row)[:100]}")
            continue
        true = missing.pop(key, None)
        if true is None and said[0] <= size:
            say("command", said[0], f"{row['request_id']} is in no entry, or has two rows")
        elif true is not None and said != true:
            say("command", true[0], f"{row['request_id']} says {said[1]} entries from {said[0]}, or another hash")
    for key, true in missing.items():
        say("command", true[0], f"{uuid.UUID(bytes=key[16:])} has no row")


def compare_keys(
    folder: Folder, ledger: bytes, keys: dict[tuple[int, bytes], tuple[int, bool]], size: int, say: Say
) -> None:
    """Compare the rows of the unique keys with what the entries said last, of the ledger with this id.

    The log grows while it is exported: a row may rest on an entry behind the checkpoint, which then lies beside it.
    """
    if not folder.has(KEYS):
        return
    missing, behind = dict(keys), _spoken_behind(folder, ledger, say)
    for row in folder.rows(KEYS):
        try:
            key = (int(row["kind"]), _id(row["key_hash"]))
            said = (row["position"], row["active"])
        except (AttributeError, TypeError, KeyError, ValueError, OverflowError):
            say("unique_key", 0, f"a row cannot be read: {str(row)[:100]}")
            continue
        true = missing.pop(key, None)
        if isinstance(said[0], int) and said[0] > size and behind.get((said[0], *key)) == said[1]:
            continue
        if said != true:
            use = "in no entry" if true is None else f"{'in use' if true[1] else 'free'} since {true[0]}"
            say("unique_key", true[0] if true else 0, f"kind {key[0]} {key[1].hex()} is {use}; the row says {said}")
    for key, true in missing.items():
        say("unique_key", true[0], f"kind {key[0]} {key[1].hex()} has no row")


def _spoken_behind(folder: Folder, ledger: bytes, say: Say) -> dict[tuple[int, int, bytes], bool]:
    """Return what entries behind the checkpoint say: position, kind and hash → whether the key is in use."""
    fixed, found = FixedPart(ledger), {}
    for row in folder.rows(BEHIND):
        try:
            entry = base64.b64decode(row["entry"], validate=True)
            if not fixed.holds(entry):
                raise PartsError(fixed.problem(entry))
            header = Header(*unpack(entry))
            references = body(entry, header.type).references
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            say("unique_key", 0, f"an entry behind the checkpoint cannot be read: {error}")
            continue
        for key in references.unique_keys if references is not None else ():
            found[header.position, key.kind, key.hash] = not key.released
    return found


def compare_columns(folder: Folder, say: Say) -> None:
    """Report the columns that differed from their entries when they were exported."""
    for row in folder.rows(COLUMNS):
        if not isinstance(row, dict) or not isinstance(row.get("position"), int):
            say("column", 0, "a row cannot be read")
            continue
        said = f"position {row['position']}, {row.get('stream')} version {row.get('version')}"
        say("column", row["position"], f"the columns said {said}; the header says {row.get('header')}")


class Balances:
    """Compares a view of the balances that was bound to a position: count, sum, and a hash over all of them."""

    def __init__(self, folder: Folder, say: Say) -> None:
        """Take the folder, and whom to tell."""
        self._say = say
        self._bound: dict[int, dict[str, Any]] = {}
        for row in folder.rows(PROJECTIONS):
            if isinstance(row, dict) and row.get("view") == "balances" and isinstance(row.get("position"), int):
                self._bound[row["position"]] = row
            else:
                say("projection", 0, f"a row is of no view that can be compared: {str(row)[:100]}")
        self._accounts: dict[bytes, int] = {}

    def take(self, header: Header) -> None:
        """Take the next entry."""
        if not self._bound:
            return
        if header.balance_change or header.type in _OPENING:
            self._accounts[header.stream] = header.balance_after
        row = self._bound.pop(header.position, None)
        if row is not None:
            true = dict(
                zip(("accounts", "balance", "sha256"), balances_hash(iter(self._accounts.items())), strict=True)
            )
            for name, value in true.items():
                if row.get(name) != value:
                    detail = f"{name} of the view `balances` is {row.get(name)}, the entries give {value}"
                    self._say("projection", header.position, detail)

    def finish(self, size: int) -> None:
        """Report what is bound to a position that the log does not have."""
        for position in self._bound:
            self._say("projection", size, f"a view is bound to {position}, behind the log")


def balances_hash(accounts: Iterable[tuple[bytes, int]]) -> tuple[int, int, str]:
    """Return number, sum in fen, and SHA-256 over `id in hexadecimal digits, space, fen, newline`, by id."""
    digest, number, total = sha256(), 0, 0
    for account, balance in sorted(accounts):
        digest.update(f"{account.hex()} {balance}\n".encode())
        number, total = number + 1, total + balance
    return number, total, digest.hexdigest()
