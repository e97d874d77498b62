"""What `decide` may look at. Whoever implements it brings the state; the domain never fetches anything itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ledger.domain.person import Person
    from ledger.domain.recorded import Recorded


class NotLoaded(Exception):
    """Raised by a view for state that is not in memory yet.

    `decide` lets it pass: the caller loads what it names and decides again from the beginning.
    """

    def __init__(
        self,
        *,
        stream: bytes | None = None,
        position: int | None = None,
        key: tuple[int, bytes] | None = None,
        request_id: bytes | None = None,
    ) -> None:
        """Name one thing: a stream, a transaction's position, a unique key, or a request id."""
        super().__init__()
        self.stream = stream
        self.position = position
        self.key = key
        self.request_id = request_id


class View(Protocol):
    """The recorded state at one position of one ledger, plus what the commands before this one decided."""

    ledger: str
    """Code of the ledger, for example `410100`."""
    next_position: int
    """Position that the first leg of this command will have."""
    organisation: bytes
    """Organisation of the caller."""
    actor: bytes
    """The caller's actor, 16 bytes."""
    refusals: bytes
    """Id of the stream `refusals` of the ledger, 16 bytes."""
    admin: bytes
    """Id of the stream `admin`."""
    policies: bytes
    """Id of the stream `policies`."""
    latest_first: bool
    """Whether a purchase can be reversed only while no later one of its service year and benefit stands."""
    feature_level: int
    """The feature level of the ledger at the commit before this command's."""
    approved_openings_only: bool
    """Whether openings are taken over only from lists that two identities approved."""

    def person(self, stream: bytes) -> Person:
        """Return the person of a stream; one that nobody registered has version 0."""

    def state(self, stream: bytes) -> Any:
        """Return what a stream says, be it of a person or a register of the ledger; version 0 = it has no entries."""

    def institution(self, code: str) -> bytes:
        """Return the id of an institution's stream by its code."""

    def transaction(self, position: int) -> Sequence[Recorded]:
        """Return the entries of the transaction that the position lies in, in order; empty beyond the end."""

    def command(self, request_id: bytes) -> int:
        """Return the first position of the command of the caller's organisation with this id, 0 if unknown."""

    def key_hash(self, kind: int, *parts: str) -> bytes:
        """Return the 16-byte keyed hash of a unique key's scope and value."""

    def key_active(self, kind: int, key_hash: bytes) -> bool:
        """Tell whether the key is in use."""

    def key_position(self, kind: int, key_hash: bytes) -> int:
        """Return the position of the entry that took the key; 0 when it is not in use."""

    def civil_date(self, time: int) -> tuple[int, int, int]:
        """Return year, month and day of a time (microseconds) in the ledger's zone."""

    def local_time(self, time: int) -> datetime:
        """Return a time (microseconds) in the ledger's zone."""
