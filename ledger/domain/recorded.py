"""What was decided and what was recorded: a leg before it has its place, an entry after it has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ledger.v1.types_pb2 import Confidential


class Key(NamedTuple):
    """A unique key that an entry activates (or releases). `hash` is 16 bytes of a keyed hash."""

    kind: int
    hash: bytes
    released: bool = False


@dataclass(slots=True)
class Leg:
    """One event that `decide` wants to record. Order of legs is the order of entries.

    `type` is the field number of the event in `Entry`; `balance_change` is in fen.
    `event` is the protobuf message of that field. `confidential` is sealed with the entry.
    """

    stream: bytes
    type: int
    event: Any
    balance_change: int = 0
    reverses: int = 0
    causation: bytes = b""
    keys: tuple[Key, ...] = ()
    confidential: Confidential | None = None
    encoded: bytes = b""
    """`event` as protobuf bytes, where they are known already."""
    policy: tuple[int, bytes] | None = None
    """Position and content hash of the policy that decided."""
    decided_by: tuple[tuple[bytes, int], ...] = ()
    """Other streams whose state decided, with the versions that were read."""
    owner: bytes = b""
    """Whose key seals `confidential`: a person whom neither the stream nor the command names."""


@dataclass(slots=True)
class Recorded:
    """An entry that has its place in the log, opened far enough to evolve state and to answer the caller.

    Times are microseconds since 1970 UTC, amounts fen. Positions and versions count from 1.
    """

    position: int
    stream: bytes
    version: int
    type: int
    event: Any
    balance_change: int
    balance_after: int
    effective_time: int
    record_time: int
    first_position: int
    leg: int
    legs: int
    reverses: int = 0
    keys: tuple[Key, ...] = ()
    sealed: Any = None
    """The sealed part as it is stored (`Sealed`), None where there is none. Only the holder of the key opens it."""
    expected_version: int = 0
    """The version of the stream that the caller named, 0 = none."""
    actor: bytes = b""
    """Who caused it, 16 bytes."""
    effective_time_given: bool = False
    """Whether the caller named the effective time."""
