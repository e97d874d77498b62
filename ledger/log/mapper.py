"""The log through the eyes of `eventsourcing`: its events are our entries, read and never written.

A plain `Application` with `MAPPER_TOPIC=ledger.log.mapper:EntryMapper` reads the view `ledger_events`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn
from uuid import UUID

from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent

from ledger.log.entry import EVENT_NAMES, MalformedEntryError, recorded

if TYPE_CHECKING:
    from eventsourcing.persistence import Cipher, Compressor, Transcoder

    from ledger.domain.recorded import Recorded

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ReadOnlyLogError(TypeError):
    """The log is appended by the committer of its ledger alone."""


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """A domain event of `eventsourcing`: one entry of the log, with its exact bytes.

    `recorded` has the event's message and what the header says; the sealed part stays sealed.
    """

    originator_id: UUID
    originator_version: int
    recorded: Recorded
    entry: bytes

    @property
    def position(self) -> int:
        """Return the position in the log, which is the notification id."""
        return self.recorded.position

    @property
    def type(self) -> str:
        """Return the name of the event in `Entry`, such as `deposit_posted`."""
        return EVENT_NAMES[self.recorded.type]

    @property
    def timestamp(self) -> datetime:
        """Return when it was recorded."""
        # Not fromtimestamp: a float cannot hold microseconds exactly.
        return _EPOCH + timedelta(microseconds=self.recorded.record_time)


class EntryMapper(Mapper[UUID]):
    """Opens stored entries. Writing is refused: an entry needs its place in chain and tree."""

    def __init__(
        self,
        transcoder: Transcoder,
        compressor: Compressor | None = None,
        cipher: Cipher | None = None,
    ) -> None:
        """Take what the library hands every mapper; entries are neither compressed nor encrypted."""
        if compressor is not None or cipher is not None:
            raise ValueError("entries are hashed as they are stored: unset COMPRESSOR_TOPIC and CIPHER_TOPIC")
        super().__init__(transcoder)

    def to_domain_event(self, stored_event: StoredEvent) -> LedgerEvent:
        """Open one entry. Raise MapperDeserialisationError unless it is what its row says."""
        try:
            item = recorded(stored_event.state)
        except MalformedEntryError as error:
            raise MapperDeserialisationError(str(error)) from error
        stream = UUID(bytes=item.stream)
        row = (UUID(str(stored_event.originator_id)), stored_event.originator_version)
        if row != (stream, item.version):
            raise MapperDeserialisationError(
                f"position {item.position} holds version {item.version} of {stream}, "
                f"but its row says version {row[1]} of {row[0]}"
            )
        return LedgerEvent(stream, item.version, item, stored_event.state)

    def to_stored_event(self, domain_event: Any) -> NoReturn:
        """Refuse: entries are made by the committer."""
        raise ReadOnlyLogError("the log is appended by its committer alone; send a command instead")
