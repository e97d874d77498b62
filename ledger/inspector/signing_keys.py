"""Which key signs a log at which size: a change of keys is an entry, and what it says holds from its position on.

A checkpoint of `size` entries is good under a key that the entries 1 to `size` have in use. Where none of them tells of
keys, the one that the auditor trusts has signed from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from ledger.inspector.defect import Defect
from ledger.inspector.layout import EVENT_TYPES, Header
from ledger.inspector.note import Head, Key

CHANGED: Final = EVENT_TYPES["signing_key_changed"]
_KEY_BYTES: Final = 32


class Change(NamedTuple):
    """From this position on a key signs, or signs no more."""

    position: int
    public: bytes
    retired: bool


class SigningKeys:
    """Follows the changes in order."""

    def __init__(self, say: Callable[[str, int, str], None]) -> None:
        """Take whom to tell: kind, position, detail."""
        self._say = say
        self._origin = ""
        self._retired: set[bytes] = set()
        self._signing: set[bytes] = set()
        self.changes: list[Change] = []

    def take(self, header: Header, event: Any) -> None:
        """Check the next entry."""
        if header.type == EVENT_TYPES["ledger_opened"]:
            self._origin = event.origin
        if header.type != CHANGED:
            return
        key, position = event.public_key, header.position
        if len(key) != _KEY_BYTES or event.origin != self._origin:
            self._say("signing_key", position, f"{key.hex()} of {event.origin} is no key of {self._origin}")
        if key in self._retired:
            self._say("signing_key", position, f"{key.hex()} was retired before")
        elif event.retired and (key not in self._signing or len(self._signing) == 1):
            self._say("signing_key", position, f"{key.hex()} is retired, and does not sign, or is the last that does")
        elif not event.retired and key in self._signing:
            self._say("signing_key", position, f"{key.hex()} signs already")
        (self._retired if event.retired else self._signing).add(key)
        self._signing -= self._retired
        self.changes.append(Change(position, key, event.retired))


def signing(changes: Iterable[Change], size: int) -> set[bytes]:
    """Return the keys that sign a log of this size, as its entries have it; nothing where they tell of none."""
    found: set[bytes] = set()
    for change in changes:
        if change.position <= size:
            (found.discard if change.retired else found.add)(change.public)
    return found


def judge(changes: list[Change], signed: Iterable[tuple[Head, list[Key]]], trusted: Iterable[Key]) -> Iterator[Defect]:
    """Report each checkpoint that no key signed whose time it was, and keys of which the log says nothing.

    `signed` are the checkpoints and the trusted keys that signed them, the newest one first.
    """
    size = 0
    for head, keys in signed:
        size = max(size, head.size)
        good = signing(changes, head.size)
        if good and not any(key.public in good for key in keys):
            told = "; ".join(_told(changes, key) for key in keys)
            yield Defect("checkpoint", head.size, f"at size {head.size} no key signs that has signed it: {told}")
    # Whoever has a retired key can leave out the entry that retires it. But the auditor knows its successor.
    named = {change.public for change in changes}
    keys = list(trusted)
    if len({key.public for key in keys}) > 1:
        for key in keys:
            if key.public not in named:
                detail = f"{key.name}+{key.id.hex()} is trusted beside another key, and no entry takes it into use"
                yield Defect("checkpoint", size, detail)


def _told(changes: list[Change], key: Key) -> str:
    own = [change for change in changes if change.public == key.public]
    said = [f"{'retired' if change.retired else 'taken into use'} at {change.position}" for change in own]
    return f"{key.name}+{key.id.hex()} was {' and '.join(said) or 'never taken into use'}"
