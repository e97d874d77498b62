"""SubscriptionService: the log from a position on, then live, to many at once.

The way of one subscriber: read the log up to its end as it was (`Scan`), join those who follow the end (`Tail`), read
what lies between, tell `CaughtUp`, then hand on what the tail gives. Who falls behind leaves the tail and begins again
where it stands. Positions are the only state, so there can be neither gap nor repeat.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import structlog

from ledger.api.access_records import Access, AccessRecords
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.reading import read_known
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.api.streams import Stream, StreamHandler
from ledger.domain import names
from ledger.log.entry import EVENT_TYPES
from ledger.log.passage import Passage, Selection
from ledger.log.reader import CorruptLogError
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import subscription_service_pb2 as pb
from ledger.v1.types_pb2 import ACCESS_KIND_ENTRIES

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger
    from ledger.log.tail import Follower

STREAMS_MAX = 1_000
TYPES_MAX = 100
MESSAGE_BYTES = 1 << 20
"""What waits is joined to messages of about this size."""
CHECKPOINT_SECONDS = 10.0
"""Longest time in which the log grows and a subscriber is told no position."""

_SUBSCRIBE = "ledger.v1.SubscriptionService.Subscribe"
_STREAM_PATTERN = "must look like ledgers/{ledger}/accounts/{uuid} or ledgers/{ledger}/persons/{uuid}"

_log = structlog.get_logger(__name__)


class SubscriptionService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, records: AccessRecords) -> None:
        """Take where ledgers are found, and who records what is read."""
        self._ledgers = ledgers
        self._records = records

    def streams(self) -> Mapping[str, StreamHandler]:
        """Every method of the service."""
        return {"Subscribe": self._subscribe}

    async def _subscribe(self, stream: Stream) -> None:
        raw = await stream.read()
        if raw is None:
            raise InvalidRequest([Violation("", "a request must come")])
        request = cast("pb.SubscribeRequest", read_known(pb.SubscribeRequest, raw))
        code, selection = _read(request)
        ledger = await find_serving(self._ledgers, code, stream.call.identity)
        size = (await ledger.read_head()).size
        await check_beginning(ledger, request.from_position, size)
        # What is yet to come has no last position.
        access = Access(ACCESS_KIND_ENTRIES, _SUBSCRIBE, b"", request.from_position)
        await self._records.record(code, access, stream.call)
        subscription = Subscription(ledger, selection, request.from_position, stream)
        await stream.until_closing(subscription.run(size))


def _read(request: pb.SubscribeRequest) -> tuple[str, Selection]:
    """The ledger's code and the selection, or InvalidRequest with everything that is wrong."""
    found: list[Violation] = []
    code = ""
    try:
        code = ledger_code(request.ledger, "ledger")
    except InvalidRequest as invalid:
        found += invalid.violations
    if request.from_position < 1:
        found.append(Violation("from_position", "must be at least 1"))
    streams = _streams(request.selection.streams, code, found)
    types = _types(request.selection.types, found)
    if found:
        raise InvalidRequest(found)
    return code, Selection(frozenset(streams), frozenset(types))


def _streams(listed: Sequence[str], code: str, found: list[Violation]) -> list[bytes]:
    if len(listed) > STREAMS_MAX:
        found.append(Violation("selection.streams", f"has more than {STREAMS_MAX:,} elements"))
        return []
    streams = []
    for index, name in enumerate(listed):
        path = f"selection.streams[{index}]"
        for parse in (names.parse_account, names.parse_person):
            try:
                ledger, stream = parse(name)
            except ValueError:
                continue
            if code and ledger != code:
                found.append(Violation(path, f"must be of the ledger {code}"))
            streams.append(stream)
            break
        else:
            found.append(Violation(path, _STREAM_PATTERN))
    return streams


def _types(listed: Sequence[str], found: list[Violation]) -> list[bytes]:
    if len(listed) > TYPES_MAX:
        found.append(Violation("selection.types", f"has more than {TYPES_MAX:,} elements"))
        return []
    types = []
    for index, name in enumerate(listed):
        number = EVENT_TYPES.get(name)
        if number is None:
            found.append(Violation(f"selection.types[{index}]", "is not the name of an event in Entry"))
        else:
            types.append(number.to_bytes(4, "little"))
    return types


async def check_beginning(ledger: Ledger, position: int, size: int) -> None:
    """Refuse a position from which nobody can begin."""
    if position > size + 1:
        metadata = {"position": str(position), "size": str(size)}
        raise Rejected(reasons.REFUSAL_REASON_POSITION_BEYOND_END, metadata)
    if position <= size:
        first = await ledger.scan.first_of_transaction(position)
        if first != position:
            metadata = {"position": str(position), "first_position": str(first)}
            raise Rejected(reasons.REFUSAL_REASON_POSITION_INSIDE_TRANSACTION, metadata)


class Subscription:
    """One subscriber: everything selected before `position` has been sent."""

    def __init__(self, ledger: Ledger, selection: Selection, position: int, stream: Stream) -> None:
        """Take what is wanted and whom to send it to."""
        self._ledger = ledger
        self._selection = selection
        self._position = position
        self._told = position  # the last one that the subscriber heard of
        self._stream = stream
        # Not all at once, although a thousand subscribers may have come at once.
        self._patience = CHECKPOINT_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    async def run(self, size: int) -> None:
        """Send without end. `size` is what was committed when the subscription began."""
        while True:
            await self._read_up_to(size)
            follower = self._ledger.tail.join(self._selection)
            try:
                await self._read_up_to(follower.first - 1)
                await self._tell(caught_up=pb.CaughtUp())
                await self._follow(follower)
                _log.info("subscriber.fell_behind", ledger=self._ledger.code, position=self._position)
                await self._tell(fell_behind=pb.FellBehind())
                size = self._ledger.tail.next_position - 1
            finally:
                self._ledger.tail.leave(follower)

    async def _read_up_to(self, end: int) -> None:
        """Send what is recorded up to a position that ends a transaction."""
        while self._position <= end:
            before = self._position
            for passage in await self._ledger.scan.passages(before, self._selection, end):
                await self._send([passage])
            if self._position == before:
                raise CorruptLogError(f"positions from {before} to {end} are missing")

    async def _follow(self, follower: Follower) -> None:
        """Send what the tail gives, until the subscriber has fallen behind."""
        while True:
            await follower.wait(self._patience)
            if taken := follower.take(MESSAGE_BYTES):
                await self._send([passage.behind(self._position) for passage in taken])
            elif follower.failure:
                raise Rejected(follower.failure)
            elif follower.fell_behind:
                return
            elif self._ledger.tail.next_position > self._told:
                self._position = self._ledger.tail.next_position
                await self._send([Passage((), self._position, self._position - 1)])

    async def _send(self, passages: Sequence[Passage]) -> None:
        """Send passages as one message, unless they are known already."""
        position = passages[-1].next_position
        if position > self._told:
            await self._stream.write(b"".join([encoded(passage) for passage in passages]))
            self._position = self._told = position

    async def _tell(self, **notice: pb.CaughtUp | pb.FellBehind) -> None:
        size = max(self._ledger.tail.next_position, self._position) - 1
        response = pb.SubscribeResponse(next_position=self._position, size=size, **notice)  # type: ignore[arg-type]
        self._told = self._position
        await self._stream.write(response.SerializeToString())


def encoded(passage: Passage) -> bytes:
    """A passage as a message, made once. Messages that follow each other directly are one message, too: their lists
    are joined, and the last number counts.
    """
    if not passage.encoded:
        response = pb.SubscribeResponse(next_position=passage.next_position, size=passage.size)
        add = response.entries.add
        for position, entry in passage.entries:
            add(position=position, entry=entry)
        passage.encoded = response.SerializeToString()
    return passage.encoded
