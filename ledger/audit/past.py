"""The state of a ledger as it was at one position, folded from its entries, for decisions to be taken again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from ledger.domain.features import FEATURE_LEVEL
from ledger.domain.person import Person
from ledger.log.identifiers import ADMIN, POLICIES, REFUSALS, institution_stream, ledger_id, named_stream
from ledger.log.state import advance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from ledger.domain.recorded import Recorded


class Past:
    """Implements the parts of `ledger.domain.view.View` that purchases, reversals and claims look at.

    It holds every person and register of the ledger, some 2 KB each. Unique keys are sealed or keyed, so none is in use
    here; `verify` compares them.
    """

    latest_first = False
    approved_openings_only = False
    feature_level = FEATURE_LEVEL
    organisation = b""
    actor = b""

    def __init__(self, code: str, zone: ZoneInfo, transaction_at: Callable[[int], Sequence[Recorded]]) -> None:
        """Begin before the first entry. `transaction_at` reads the transaction that an earlier position lies in."""
        self.ledger = code
        self._transaction_at = transaction_at
        self._id = ledger_id(code)
        self.refusals = named_stream(self._id, REFUSALS)
        self.admin = named_stream(self._id, ADMIN)
        self.policies = named_stream(self._id, POLICIES)
        self.next_position = 1
        self._zone = zone
        self._states: dict[bytes, Person] = {}

    def take(self, recorded: Recorded) -> None:
        """Move behind one more entry. Raise EvolveError where it does not continue its stream."""
        stream = recorded.stream
        self._states[stream] = advance(self.state(stream), recorded)
        self.next_position = recorded.position + 1

    def state(self, stream: bytes) -> Any:
        """Return what a stream says."""
        return self._states.get(stream) or Person(stream)

    def person(self, stream: bytes) -> Person:
        """Return the person of a stream."""
        found = self.state(stream)
        return found if isinstance(found, Person) else Person(stream)

    def institution(self, code: str) -> bytes:
        """Return the id of an institution's stream by its code."""
        return institution_stream(self._id, code)

    def key_hash(self, kind: int, *parts: str) -> bytes:
        """Return nothing: the ledger's secret is not needed to decide amounts."""
        return b""

    def key_active(self, kind: int, key_hash: bytes) -> bool:
        """Tell that no key is in use."""
        return False

    def civil_date(self, time: int) -> tuple[int, int, int]:
        """Return year, month and day of a time (microseconds) in the ledger's zone."""
        date = self.local_time(time)
        return date.year, date.month, date.day

    def local_time(self, time: int) -> datetime:
        """Return a time (microseconds) in the ledger's zone."""
        return datetime.fromtimestamp(time // 1_000_000, self._zone)

    def transaction(self, position: int) -> Sequence[Recorded]:
        """Return the entries of the transaction that the position lies in; empty from here on."""
        return self._transaction_at(position) if position < self.next_position else ()

    def command(self, request_id: bytes) -> NoReturn:
        """Fail: what is decided again refers to no other command."""
        raise LookupError(request_id)

    def key_position(self, kind: int, key_hash: bytes) -> NoReturn:
        """Fail: what is decided again finds nothing by its key."""
        raise LookupError(key_hash)
