"""Claiming unique keys: what an entry activates, refused where the key is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain.recorded import Key
from ledger.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger.domain.view import View


def claim(
    view: View,
    kind: int,
    parts: tuple[str, ...],
    reason: int,
    metadata: Mapping[str, str] | None = None,
) -> Key:
    """Return the key over the parts; refuse with the reason when it is in use."""
    key_hash = view.key_hash(kind, *parts)
    if view.key_active(kind, key_hash):
        raise Refusal(reason, metadata or {})
    return Key(kind, key_hash)


def release(keys: Iterable[Key]) -> tuple[Key, ...]:
    """Return the releases of the keys that an entry activated."""
    return tuple(Key(key.kind, key.hash, released=True) for key in keys if not key.released)
