"""ProjectionService: versions are built, compared, put in place and taken back; consumers keep their positions.

Steering is rare, so each call has a connection and a thread of its own, and waits for nobody who reads.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg
from google.protobuf.message import Message

from ledger.api import page_tokens
from ledger.api.calls import Call, Handler
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.reading import read_known
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.domain import names
from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from ledger.v1 import projection_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from projections import builds, comparison, consumers, letters, moments, steering
from projections.runner import connect
from projections.service.requests import duration, timestamp
from projections.steering import SteeringError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.api.streams import Stream, StreamHandler
    from projections.builds import Progress

SERVICE: Final = pb.DESCRIPTOR.services_by_name["ProjectionService"]
WATCH_SECONDS: Final = 0.5
"""Between two messages about a build."""
RATE_MESSAGES: Final = 10
"""A rate is that of these last messages."""
BUILDS_DEFAULT: Final = 100

_PARTS: Final = {
    "projections": (re.compile(r"(ledgers/[^/]*)/projections/([a-z][a-z0-9-]{0,31})"), "{projection}"),
    "builds": (re.compile(r"(ledgers/[^/]*)/builds/([1-9][0-9]{0,8})"), "{build}"),
    "consumers": (re.compile(r"(ledgers/[^/]*)/consumers/([a-z0-9][a-z0-9-]{0,62})"), "{consumer}"),
}
_PURPOSES: Final = {
    pb.BUILD_PURPOSE_UNSPECIFIED: builds.REBUILD,
    pb.BUILD_PURPOSE_REBUILD: builds.REBUILD,
    pb.BUILD_PURPOSE_VERIFICATION: builds.VERIFICATION,
    pb.BUILD_PURPOSE_PAST: builds.PAST,
}
_PURPOSE_NUMBERS: Final = {name: number for number, name in _PURPOSES.items() if number}


def _named(name: str, kind: str, path: str) -> tuple[str, str]:
    """Return ledger and last part of a name. Raise InvalidRequest."""
    pattern, part = _PARTS[kind]
    found = pattern.fullmatch(name)
    if not found:
        wanted = f"must look like ledgers/{{ledger}}/{kind}/{part}"
        raise InvalidRequest([Violation(path, wanted if name else REQUIRED)])
    return ledger_code(found[1], path), found[2]


def _check_version(request: Any) -> None:
    if request.version < 0:
        raise InvalidRequest([Violation("version", "must not be negative")])


class ProjectionService:
    """The methods, as handlers by name."""

    def __init__(self, ledgers: Shelf, database_url: str, wake: Callable[[str], None]) -> None:
        """Take where ledgers are found, where the read side is, and whom to tell that there is something to build."""
        self._ledgers = ledgers
        self._url = database_url
        self._wake = wake

    def handlers(self) -> Mapping[str, Handler]:
        """Every method that answers once."""
        return {
            "CreateBuild": self._create,
            "GetBuild": self._get,
            "ListBuilds": self._list,
            "SwitchProjection": self._switch,
            "RollBackProjection": self._roll_back,
            "PauseProjection": self._pause,
            "ResumeProjection": self._resume,
            "DropProjectionVersion": self._drop,
            "ListDeadLetters": self._letters,
            "ReplayDeadLetters": self._replay,
            "SetConsumerPosition": self._set_position,
            "GetConsumer": self._consumer,
            "ListConsumers": self._consumers,
            "DeleteConsumer": self._forget,
        }

    def streams(self) -> Mapping[str, StreamHandler]:
        """Every method that streams."""
        return {"WatchBuild": self._watch}

    async def _do(
        self, code: str, call: Call, work: Callable[[psycopg.Connection], Any], *, role: str = "ledger_writer"
    ) -> Any:
        """Do something on a connection of its own, for a caller who may use the ledger."""
        await find_serving(self._ledgers, code, call.identity)

        def run() -> Any:
            with connect(self._url, role) as connection:
                return work(connection)

        try:
            return await asyncio.to_thread(run)
        except SteeringError as error:
            raise Rejected(error.reason, error.metadata) from None
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):  # the read side is not made yet
            metadata = {"projection": f"ledgers/{code}/projections"}
            raise Rejected(reasons.REFUSAL_REASON_PROJECTION_UNAVAILABLE, metadata) from None

    async def _create(self, request: pb.CreateBuildRequest, call: Call) -> Message:
        code, name = _named(request.projection, "projections", "projection")
        wrong = []
        past = request.purpose == pb.BUILD_PURPOSE_PAST
        if request.purpose not in _PURPOSES:
            wrong.append(Violation("purpose", "has no such value"))
        if not 0 <= request.parts <= builds.PARTS_MAX:
            wrong.append(Violation("parts", f"must be between 0 and {builds.PARTS_MAX}"))
        if request.past_position < 0:
            wrong.append(Violation("past_position", "must not be negative"))
        if past and bool(request.past_position) == request.HasField("past_time"):
            wrong.append(Violation("past_position", "either it or past_time must be given"))
        if not past and (request.past_position or request.HasField("past_time")):
            wrong.append(Violation("purpose", "must be BUILD_PURPOSE_PAST where a past is named"))
        if wrong:
            raise InvalidRequest(wrong)

        def work(connection: psycopg.Connection) -> Progress:
            if past:
                place = request.past_position
                if not place:
                    moment = request.past_time.ToMicroseconds()
                    place = moments.position_at(connection, Reader(schema_name(code)), moment)
                build = builds.begin_past(connection, code, name, place, parts=request.parts)
            else:
                purpose = _PURPOSES[request.purpose]
                build = builds.begin(
                    connection, code, name, purpose, parts=request.parts, switches=request.switch_when_equal
                )
            return builds.progress(connection, code, build.build)

        done = await self._do(code, call, work)
        self._wake(code)
        return pb.CreateBuildResponse(build=_build(code, done))

    async def _get(self, request: pb.GetBuildRequest, call: Call) -> Message:
        code, number = _named(request.name, "builds", "name")

        def work(connection: psycopg.Connection) -> Any:
            done = builds.progress(connection, code, int(number))
            return done, comparison.recorded(connection, code, int(number))

        done, found = await self._do(code, call, work)
        response = pb.GetBuildResponse(build=_build(code, done))
        versions = done.build.against, done.build.version
        for table, part in sorted({(table, part) for table, part, _ in found.sums}):
            old, new = (found.sums.get((table, part, version), comparison.NOTHING) for version in versions)
            response.sums.add(
                table=table, part=part, old_rows=old.rows, new_rows=new.rows, old_sum=old.digits, new_sum=new.digits
            )
        for each in found.differences:
            response.differences.add(table=each.table, part=each.part, kind=each.kind, key=each.key)
        return response

    async def _list(self, request: pb.ListBuildsRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        page_tokens.size(request)
        asked = pb.ListBuildsRequest()
        asked.CopyFrom(request)
        asked.page_size = request.page_size or BUILDS_DEFAULT
        ledger = await find_serving(self._ledgers, code, call.identity)

        def work(connection: psycopg.Connection) -> tuple[list[Progress], str]:
            newest = builds.builds(connection, code)
            shown, token = page_tokens.page(asked, ledger.secret, newest, lambda each: [-each.build])
            return [builds.progress(connection, code, each.build) for each in shown], token

        done, token = await self._do(code, call, work)
        return pb.ListBuildsResponse(builds=[_build(code, each) for each in done], next_page_token=token)

    async def _watch(self, stream: Stream) -> None:
        raw = await stream.read()
        if raw is None:
            raise InvalidRequest([Violation("", "a request must come")])
        request = cast("pb.WatchBuildRequest", read_known(pb.WatchBuildRequest, raw))
        code, number = _named(request.name, "builds", "name")
        await stream.until_closing(self._tell(stream, code, int(number)))

    async def _tell(self, stream: Stream, code: str, number: int) -> None:
        seen: deque[tuple[float, int]] = deque(maxlen=RATE_MESSAGES)
        while True:
            done: Progress = await self._do(
                code, stream.call, lambda connection: builds.progress(connection, code, number)
            )
            parts = done.build.parts
            seen.append((done.now, done.taken // parts))
            (begin, before), (end, after) = seen[0], seen[-1]
            rate = (after - before) / (end - begin) if end > begin else 0.0
            message = pb.WatchBuildResponse(build=_build(code, done), entries_per_second=rate)
            if rate > 0 and done.taken < done.wanted:  # joining and comparing have no rate
                left = (done.wanted - done.taken) // parts
                message.remaining.CopyFrom(duration(round(left / rate * 1_000_000)))
            await stream.write(message.SerializeToString())
            if not done.build.open:
                return
            await asyncio.sleep(WATCH_SECONDS)

    async def _switch(self, request: pb.SwitchProjectionRequest, call: Call) -> Message:
        code, name = _named(request.projection, "projections", "projection")
        _check_version(request)
        before, now = await self._do(
            code,
            call,
            lambda connection: steering.switch(
                connection, code, name, request.version, accept_differences=request.accept_differences
            ),
        )
        return pb.SwitchProjectionResponse(previous_version=before, version=now)

    async def _roll_back(self, request: pb.RollBackProjectionRequest, call: Call) -> Message:
        code, name = _named(request.projection, "projections", "projection")
        before, now = await self._do(code, call, lambda connection: steering.roll_back(connection, code, name))
        return pb.RollBackProjectionResponse(previous_version=before, version=now)

    async def _pause(self, request: pb.PauseProjectionRequest, call: Call) -> Message:
        return pb.PauseProjectionResponse(versions=await self._paused(request, call, paused=True))

    async def _resume(self, request: pb.ResumeProjectionRequest, call: Call) -> Message:
        return pb.ResumeProjectionResponse(versions=await self._paused(request, call, paused=False))

    async def _paused(self, request: Any, call: Call, *, paused: bool) -> list[int]:
        code, name = _named(request.projection, "projections", "projection")
        _check_version(request)
        numbers: list[int] = await self._do(
            code, call, lambda connection: steering.pause(connection, code, name, request.version, paused=paused)
        )
        self._wake(code)
        return numbers

    async def _drop(self, request: pb.DropProjectionVersionRequest, call: Call) -> Message:
        code, name = _named(request.projection, "projections", "projection")
        if request.version < 1:
            raise InvalidRequest([Violation("version", "must be at least 1")])
        await self._do(code, call, lambda connection: steering.drop(connection, code, name, request.version))
        return pb.DropProjectionVersionResponse()

    async def _letters(self, request: pb.ListDeadLettersRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        if request.after_position < 0:
            raise InvalidRequest([Violation("after_position", "must not be negative")])
        most = page_tokens.size(request)
        ledger = await find_serving(self._ledgers, code, call.identity)
        behind = page_tokens.behind(request, ledger.secret)
        first = letters.Place(*behind) if behind else letters.Place(request.after_position)
        # One more tells whether there is another page.
        wanted = most + 1 if request.page_size else most
        found: list[letters.Letter] = await self._do(
            code,
            call,
            lambda connection: letters.letters(connection, code, after=first, most=wanted, whole=not request.page_size),
        )
        shown = found[:most] if request.page_size else found
        response = pb.ListDeadLettersResponse()
        if len(found) > len(shown) or (not request.page_size and len(shown) >= most):
            row = json.dumps(list(letters.place_of(shown[-1])))
            response.next_page_token = page_tokens.write(page_tokens.Place(0, 0, row), request, ledger.secret)
        for each in shown:
            response.dead_letters.add(
                projection=f"ledgers/{code}/projections/{each.projection}",
                version=each.version,
                entry=names.entry_name(code, each.position),
                position=each.position,
                first_position=each.first_position,
                bury_time=timestamp(round(each.buried_at.timestamp() * 1_000_000)),
                error=each.error,
            )
        return response

    async def _replay(self, request: pb.ReplayDeadLettersRequest, call: Call) -> Message:
        code, name = _named(request.projection, "projections", "projection")

        def work(connection: psycopg.Connection) -> letters.Replayed:
            steering.versions(connection, code, name)
            return letters.replay(connection, code, name)

        done = await self._do(code, call, work, role="ledger_projector")
        return pb.ReplayDeadLettersResponse(taken_positions=done.taken, failed_positions=sorted(done.failed))

    async def _set_position(self, request: pb.SetConsumerPositionRequest, call: Call) -> Message:
        code, name = _named(request.consumer, "consumers", "consumer")
        negative = [each for each in ("position", "expected_position") if getattr(request, each) < 0]
        if negative:
            raise InvalidRequest([Violation(each, "must not be negative") for each in negative])
        expected = request.expected_position if request.HasField("expected_position") else None
        found = await self._do(
            code,
            call,
            lambda connection: consumers.store(
                connection,
                code,
                name,
                call.identity.organisation,
                request.position,
                expected=expected,
                rewind=request.rewind,
            ),
        )
        return pb.SetConsumerPositionResponse(consumer=_consumer(code, found))

    async def _consumer(self, request: pb.GetConsumerRequest, call: Call) -> Message:
        code, name = _named(request.name, "consumers", "name")
        found = await self._do(code, call, lambda connection: consumers.find(connection, code, name))
        return pb.GetConsumerResponse(consumer=_consumer(code, found))

    async def _consumers(self, request: pb.ListConsumersRequest, call: Call) -> Message:
        code = ledger_code(request.ledger, "ledger")
        page_tokens.size(request)
        ledger = await find_serving(self._ledgers, code, call.identity)
        every = await self._do(code, call, lambda connection: consumers.consumers(connection, code))
        every.sort(key=lambda each: each.consumer)
        shown, token = page_tokens.page(request, ledger.secret, every, lambda each: [each.consumer])
        return pb.ListConsumersResponse(consumers=[_consumer(code, each) for each in shown], next_page_token=token)

    async def _forget(self, request: pb.DeleteConsumerRequest, call: Call) -> Message:
        code, name = _named(request.name, "consumers", "name")
        await self._do(code, call, lambda connection: consumers.forget(connection, code, name))
        return pb.DeleteConsumerResponse()


def _build(code: str, done: Progress) -> pb.Build:
    build = done.build
    return pb.Build(
        name=f"ledgers/{code}/builds/{build.build}",
        projection=f"ledgers/{code}/projections/{build.projection}",
        version=build.version,
        against=build.against,
        purpose=_PURPOSE_NUMBERS[build.purpose],
        state=f"BUILD_STATE_{build.state.upper()}",
        switch_when_equal=build.switches,
        parts=build.parts,
        goal_position=build.goal,
        taken_entries=done.taken // build.parts,
        paused=done.paused,
        compared_position=build.position,
        equal=bool(build.equal),
        begin_time=timestamp(round(build.begun_at.timestamp() * 1_000_000)),
        end_time=timestamp(round(build.ended_at.timestamp() * 1_000_000)) if build.ended_at else None,
        problem=build.problem,
    )


def _consumer(code: str, found: consumers.Consumer) -> pb.Consumer:
    return pb.Consumer(
        name=f"ledgers/{code}/consumers/{found.consumer}",
        position=found.position,
        record_time=timestamp(found.record_time) if found.record_time else None,
        head=found.head,
        lag_entries=found.lag_entries,
        lag=duration(found.lag_microseconds),
        move_time=timestamp(found.moved_time),
    )
