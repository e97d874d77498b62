"""What a caller learns of its command: committed, refused for a business reason, or failed without a trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.domain.recorded import Leg, Recorded


@dataclass(slots=True)
class Committed:
    """The command is recorded for ever. `entries` are the entries of its transaction, in order.

    `voided` is told to outcome queries only: a void has reversed the entries since.
    """

    entries: Sequence[Recorded]
    replayed: bool = False
    voided: bool = False


@dataclass(slots=True)
class Refused:
    """The command was refused for a business reason, and the refusal is recorded at `position`.

    `item` is the index of the refused command where it belonged to an atomic group.
    """

    reason: int
    metadata: Mapping[str, str]
    position: int
    item: int | None = None
    replayed: bool = False


@dataclass(slots=True)
class Failed:
    """Nothing was recorded under this answer: overload, expired deadline, conflict of the request id, defect.

    With reason OUTCOME_UNKNOWN it is not known whether the command is recorded: ask again. `cause` is whatever made the
    work fail before it was decided, for whoever made it.
    """

    reason: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    cause: Any = None


@dataclass(slots=True)
class Quoted:
    """What a command would record, while nothing is. `before` is its subject; it rests on entries up to `position`."""

    legs: Sequence[Leg]
    before: Any
    position: int


Outcome = Committed | Refused | Failed
"""What a command leads to; a quote alone leads to `Quoted` instead of `Committed`."""


@dataclass(slots=True)
class OutcomeQuery:
    """Asks, under the lock of the log, what became of a command. Answered like the command itself.

    An unknown command is `Failed(COMMAND_NOT_FOUND)`, a tombstone `Failed(COMMAND_VOIDED)`.
    """

    organisation: bytes
    request_id: bytes
