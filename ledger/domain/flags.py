"""The risk flags that a stream holds, of a person or an institution, folded from its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.domain import entry_types as types
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.recorded import Recorded
    from ledger.v1 import commands_pb2


class Flag(NamedTuple):
    """A risk flag that is open: the entries that it rests on by position, ascending, and since when (µs since 1970
    UTC).
    """

    kind: types_pb2.RiskFlagKind
    severity: types_pb2.RiskSeverity
    rule: str
    positions: tuple[int, ...]
    time: int

    def same_finding(self, other: Flag) -> bool:
        """Tell whether another flag says the same: how serious it is taken to be does not make another finding."""
        return (self.kind, self.rule, self.positions) == (other.kind, other.rule, other.positions)


class Flags(NamedTuple):
    """The risk flags of a person or institution: open ones by position, and the positions of cleared ones."""

    open: Mapping[int, Flag]
    cleared: frozenset[int]


NO_FLAGS: Final = Flags({}, frozenset())
"""Nothing was ever suspected."""


def flag_of(content: commands_pb2.RiskFlag, time: int) -> Flag:
    """Return the flag that is asked for at an effective time (µs)."""
    return Flag(content.kind, content.severity, content.rule, tuple(sorted(content.positions)), time)


def flags_after(flags: Flags, recorded: Recorded) -> Flags:
    """Return the flags after one more entry of `types.RISK`. What was cleared is remembered: nobody clears it twice."""
    if recorded.type == types.RISK_FLAG_RAISED:
        found = flag_of(recorded.event.flag, recorded.effective_time)
        return flags._replace(open={**flags.open, recorded.position: found})
    position = recorded.event.flag_position
    left = {at: flag for at, flag in flags.open.items() if at != position}
    return Flags(left, flags.cleared | {position})
