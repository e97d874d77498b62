"""A business "no": a machine-readable reason and the values that its sentence names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """Raised or returned by `decide`. `reason` is a `RefusalReason` number; metadata holds no personal data.

    `item` is the index of the refused command inside an atomic group.
    """

    reason: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    item: int = 0
