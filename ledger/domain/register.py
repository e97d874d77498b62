"""Streams of the ledger itself that hold a register: proposals, policies, institutions.

A register is folded from its stream like a person, and like a person it is never changed once made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ledger.domain.values import EvolveError

if TYPE_CHECKING:
    from ledger.domain.recorded import Recorded


class Register:
    """State of a stream that belongs to no person, after its entry `version`. It holds no money."""

    __slots__ = ("id", "last_position", "version")

    balance = 0

    id: bytes
    version: int
    last_position: int

    def __init__(self, stream: bytes) -> None:
        """Make the register of a stream that has no entries yet."""
        self.id = stream
        self.version = 0
        self.last_position = 0

    @classmethod
    def of(cls, state: Any) -> Self:
        """Return the state as this register; a stream without entries gives an empty one."""
        if isinstance(state, cls):
            return state
        if state.version:
            raise EvolveError(f"stream {state.id.hex()} holds {type(state).__name__}, not {cls.__name__}")
        return cls(state.id)

    def after(self, recorded: Recorded) -> Self:
        """Return a copy behind one more entry of the stream; raise EvolveError if it does not continue it."""
        if (
            recorded.version != self.version + 1
            or recorded.stream != self.id
            or recorded.position <= self.last_position
            or recorded.balance_change
            or recorded.balance_after
        ):
            raise EvolveError(
                f"entry {recorded.position} (stream {recorded.stream.hex()}, version {recorded.version}) does not "
                f"continue {type(self).__name__} at version {self.version}, last position {self.last_position}"
            )
        copy = object.__new__(type(self))
        for kind in type(self).__mro__:
            for name in getattr(kind, "__slots__", ()):
                setattr(copy, name, getattr(self, name))
        copy.version = recorded.version
        copy.last_position = recorded.position
        return copy
