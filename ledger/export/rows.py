"""Entries as rows, for programs that read JSON lines, CSV or Parquet: every row says what it is in words, and holds the
stored bytes, their hash and the proof that they are in the signed tree, so that the words can be checked.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from google.protobuf.json_format import MessageToDict

from ledger.export.source import Source, Stored
from ledger.log import header
from ledger.log.entry import EVENT_NAMES, parse_body
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.log.merkle import leaf_hash

COLUMNS: Final[tuple[tuple[str, type], ...]] = (
    ("position", int), ("transaction", int), ("leg", int), ("legs", int), ("stream", str), ("version", int),
    ("type", str), ("effective_time", str), ("service_time", str), ("record_time", str), ("organisation", str),
    ("actor", str), ("rights", int), ("request_id", str), ("balance_change", int), ("balance_after", int),
    ("reverses", int), ("policy_position", int), ("event", str), ("entry", bytes), ("leaf_hash", str), ("proof", str),
)  # fmt: skip
"""Names and types. Amounts are fen, times RFC 3339 in UTC; `event` is JSON, `proof` are hashes in base64."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Selection(NamedTuple):
    """What is wanted: one account, one institution, a period of civil dates by record time; each may be open."""

    account: bytes = b""
    institution: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()


def time_text(micros: int) -> str:
    """Write a time (microseconds since 1970 UTC)."""
    return (_EPOCH + dt.timedelta(microseconds=micros)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def row_of(entry: bytes, proof: Iterable[bytes]) -> dict[str, Any]:
    """Return an entry as a row. Raise ValueError where it cannot be read."""
    header.check_layout(entry)
    fields = header.unpack(entry)
    message = parse_body(entry)
    name = EVENT_NAMES[fields[18]]
    event = MessageToDict(getattr(message, name), preserving_proto_field_name=True)
    return {
        "position": fields[2],
        "transaction": fields[5],
        "leg": fields[6],
        "legs": fields[7],
        "stream": str(uuid.UUID(bytes=fields[3])),
        "version": fields[4],
        "type": name,
        "effective_time": time_text(fields[8]),
        "service_time": time_text(fields[9]),
        "record_time": time_text(fields[10]),
        "organisation": str(uuid.UUID(bytes=fields[13])),
        "actor": str(uuid.UUID(bytes=fields[14])),
        "rights": fields[15],
        "request_id": str(uuid.UUID(bytes=fields[16])),
        "balance_change": fields[19],
        "balance_after": fields[20],
        "reverses": message.references.reverses,
        "policy_position": message.references.policy_position,
        "event": json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "entry": entry,
        "leaf_hash": leaf_hash(entry).hex(),
        "proof": " ".join(base64.b64encode(hash_).decode() for hash_ in proof),
    }


class Rows:
    """The rows of a selection, up to a checkpoint."""

    def __init__(self, source: Source, size: int, zone: ZoneInfo, selection: Selection) -> None:
        """Take the source, the size of the checkpoint, the ledger's zone, and what is wanted."""
        self._source = source
        self._size = size
        self._zone = zone
        self._selection = selection
        self._ledger = ledger_id(source.code)
        self._followed: set[int] = set()
        """Positions of the institution's purchases and claims: what refers to them is of the institution too."""

    def __iter__(self) -> Iterator[Stored]:
        """Yield the rows that are wanted, in order."""
        wanted = self._selection
        rows = self._source.stream(wanted.account, self._size) if wanted.account else self._source.entries(self._size)
        for row in rows:
            if self._in_period(row.entry) and (not wanted.institution or self._of_institution(row)):
                yield row

    def _in_period(self, entry: bytes) -> bool:
        wanted = self._selection
        if wanted.first is None and wanted.last is None:
            return True
        time = dt.datetime.fromtimestamp(header.unpack(entry)[10] // 1_000_000, self._zone).date()
        return (wanted.first is None or wanted.first <= time) and (wanted.last is None or time <= wanted.last)

    def _of_institution(self, row: Stored) -> bool:
        code = self._selection.institution
        if row.stream == institution_stream(self._ledger, code):
            return True
        message = parse_body(row.entry)
        event: Any = getattr(message, EVENT_NAMES[header.unpack(row.entry)[18]])
        for place in _PLACES:
            if place(event) == code:
                self._followed.add(row.position)
                return True
        return any(_position(event, name) in self._followed for name in _REFERRING) or (
            message.references.reverses in self._followed
        )


def _inside(*names: str) -> Callable[[Any], Any]:
    def find(event: Any) -> Any:
        for name in names:
            if name not in event.DESCRIPTOR.fields_by_name:
                return None
            event = getattr(event, name)
        return event

    return find


_PLACES: Final = (
    _inside("institution"),
    _inside("purchase", "institution"),
    _inside("filing", "institution"),
    _inside("amendment", "purchase", "institution"),
)
_REFERRING: Final = ("reversed_position", "purchase_position", "claim_position", "share_position", "amended_position")


def _position(event: Any, name: str) -> int:
    return int(getattr(event, name)) if name in event.DESCRIPTOR.fields_by_name else 0
