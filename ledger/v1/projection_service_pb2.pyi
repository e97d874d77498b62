import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ledger.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BuildPurpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUILD_PURPOSE_UNSPECIFIED: _ClassVar[BuildPurpose]
    BUILD_PURPOSE_REBUILD: _ClassVar[BuildPurpose]
    BUILD_PURPOSE_VERIFICATION: _ClassVar[BuildPurpose]
    BUILD_PURPOSE_PAST: _ClassVar[BuildPurpose]

class BuildState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUILD_STATE_UNSPECIFIED: _ClassVar[BuildState]
    BUILD_STATE_BUILDING: _ClassVar[BuildState]
    BUILD_STATE_JOINING: _ClassVar[BuildState]
    BUILD_STATE_COMPARING: _ClassVar[BuildState]
    BUILD_STATE_READY: _ClassVar[BuildState]
    BUILD_STATE_DONE: _ClassVar[BuildState]
    BUILD_STATE_FAILED: _ClassVar[BuildState]
    BUILD_STATE_DROPPED: _ClassVar[BuildState]
BUILD_PURPOSE_UNSPECIFIED: BuildPurpose
BUILD_PURPOSE_REBUILD: BuildPurpose
BUILD_PURPOSE_VERIFICATION: BuildPurpose
BUILD_PURPOSE_PAST: BuildPurpose
BUILD_STATE_UNSPECIFIED: BuildState
BUILD_STATE_BUILDING: BuildState
BUILD_STATE_JOINING: BuildState
BUILD_STATE_COMPARING: BuildState
BUILD_STATE_READY: BuildState
BUILD_STATE_DONE: BuildState
BUILD_STATE_FAILED: BuildState
BUILD_STATE_DROPPED: BuildState

class TableSum(_message.Message):
    __slots__ = ("table", "part", "old_rows", "new_rows", "old_sum", "new_sum")
    TABLE_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    OLD_ROWS_FIELD_NUMBER: _ClassVar[int]
    NEW_ROWS_FIELD_NUMBER: _ClassVar[int]
    OLD_SUM_FIELD_NUMBER: _ClassVar[int]
    NEW_SUM_FIELD_NUMBER: _ClassVar[int]
    table: str
    part: int
    old_rows: int
    new_rows: int
    old_sum: str
    new_sum: str
    def __init__(self, table: _Optional[str] = ..., part: _Optional[int] = ..., old_rows: _Optional[int] = ..., new_rows: _Optional[int] = ..., old_sum: _Optional[str] = ..., new_sum: _Optional[str] = ...) -> None: ...

class RowDifference(_message.Message):
    __slots__ = ("table", "part", "kind", "key")
    TABLE_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    table: str
    part: int
    kind: str
    key: str
    def __init__(self, table: _Optional[str] = ..., part: _Optional[int] = ..., kind: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class Build(_message.Message):
    __slots__ = ("name", "projection", "version", "against", "purpose", "state", "switch_when_equal", "parts", "goal_position", "taken_entries", "paused", "compared_position", "equal", "begin_time", "end_time", "problem")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SWITCH_WHEN_EQUAL_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    GOAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    TAKEN_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    COMPARED_POSITION_FIELD_NUMBER: _ClassVar[int]
    EQUAL_FIELD_NUMBER: _ClassVar[int]
    BEGIN_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    name: str
    projection: str
    version: int
    against: int
    purpose: BuildPurpose
    state: BuildState
    switch_when_equal: bool
    parts: int
    goal_position: int
    taken_entries: int
    paused: bool
    compared_position: int
    equal: bool
    begin_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    problem: str
    def __init__(self, name: _Optional[str] = ..., projection: _Optional[str] = ..., version: _Optional[int] = ..., against: _Optional[int] = ..., purpose: _Optional[_Union[BuildPurpose, str]] = ..., state: _Optional[_Union[BuildState, str]] = ..., switch_when_equal: _Optional[bool] = ..., parts: _Optional[int] = ..., goal_position: _Optional[int] = ..., taken_entries: _Optional[int] = ..., paused: _Optional[bool] = ..., compared_position: _Optional[int] = ..., equal: _Optional[bool] = ..., begin_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., problem: _Optional[str] = ...) -> None: ...

class CreateBuildRequest(_message.Message):
    __slots__ = ("projection", "purpose", "switch_when_equal", "parts", "past_position", "past_time")
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    SWITCH_WHEN_EQUAL_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    PAST_TIME_FIELD_NUMBER: _ClassVar[int]
    projection: str
    purpose: BuildPurpose
    switch_when_equal: bool
    parts: int
    past_position: int
    past_time: _timestamp_pb2.Timestamp
    def __init__(self, projection: _Optional[str] = ..., purpose: _Optional[_Union[BuildPurpose, str]] = ..., switch_when_equal: _Optional[bool] = ..., parts: _Optional[int] = ..., past_position: _Optional[int] = ..., past_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateBuildResponse(_message.Message):
    __slots__ = ("build",)
    BUILD_FIELD_NUMBER: _ClassVar[int]
    build: Build
    def __init__(self, build: _Optional[_Union[Build, _Mapping]] = ...) -> None: ...

class GetBuildRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetBuildResponse(_message.Message):
    __slots__ = ("build", "sums", "differences")
    BUILD_FIELD_NUMBER: _ClassVar[int]
    SUMS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    build: Build
    sums: _containers.RepeatedCompositeFieldContainer[TableSum]
    differences: _containers.RepeatedCompositeFieldContainer[RowDifference]
    def __init__(self, build: _Optional[_Union[Build, _Mapping]] = ..., sums: _Optional[_Iterable[_Union[TableSum, _Mapping]]] = ..., differences: _Optional[_Iterable[_Union[RowDifference, _Mapping]]] = ...) -> None: ...

class ListBuildsRequest(_message.Message):
    __slots__ = ("ledger", "page_size", "page_token")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    page_size: int
    page_token: str
    def __init__(self, ledger: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBuildsResponse(_message.Message):
    __slots__ = ("builds", "next_page_token")
    BUILDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    builds: _containers.RepeatedCompositeFieldContainer[Build]
    next_page_token: str
    def __init__(self, builds: _Optional[_Iterable[_Union[Build, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchBuildRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class WatchBuildResponse(_message.Message):
    __slots__ = ("build", "entries_per_second", "remaining")
    BUILD_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    build: Build
    entries_per_second: float
    remaining: _duration_pb2.Duration
    def __init__(self, build: _Optional[_Union[Build, _Mapping]] = ..., entries_per_second: _Optional[float] = ..., remaining: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class SwitchProjectionRequest(_message.Message):
    __slots__ = ("projection", "version", "accept_differences")
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    projection: str
    version: int
    accept_differences: bool
    def __init__(self, projection: _Optional[str] = ..., version: _Optional[int] = ..., accept_differences: _Optional[bool] = ...) -> None: ...

class SwitchProjectionResponse(_message.Message):
    __slots__ = ("previous_version", "version")
    PREVIOUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    previous_version: int
    version: int
    def __init__(self, previous_version: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class RollBackProjectionRequest(_message.Message):
    __slots__ = ("projection",)
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    projection: str
    def __init__(self, projection: _Optional[str] = ...) -> None: ...

class RollBackProjectionResponse(_message.Message):
    __slots__ = ("previous_version", "version")
    PREVIOUS_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    previous_version: int
    version: int
    def __init__(self, previous_version: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class PauseProjectionRequest(_message.Message):
    __slots__ = ("projection", "version")
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    projection: str
    version: int
    def __init__(self, projection: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class PauseProjectionResponse(_message.Message):
    __slots__ = ("versions",)
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, versions: _Optional[_Iterable[int]] = ...) -> None: ...

class ResumeProjectionRequest(_message.Message):
    __slots__ = ("projection", "version")
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    projection: str
    version: int
    def __init__(self, projection: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ResumeProjectionResponse(_message.Message):
    __slots__ = ("versions",)
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, versions: _Optional[_Iterable[int]] = ...) -> None: ...

class DropProjectionVersionRequest(_message.Message):
    __slots__ = ("projection", "version")
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    projection: str
    version: int
    def __init__(self, projection: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class DropProjectionVersionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("projection", "version", "entry", "position", "first_position", "bury_time", "error")
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    FIRST_POSITION_FIELD_NUMBER: _ClassVar[int]
    BURY_TIME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    projection: str
    version: int
    entry: str
    position: int
    first_position: int
    bury_time: _timestamp_pb2.Timestamp
    error: str
    def __init__(self, projection: _Optional[str] = ..., version: _Optional[int] = ..., entry: _Optional[str] = ..., position: _Optional[int] = ..., first_position: _Optional[int] = ..., bury_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., error: _Optional[str] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("ledger", "after_position", "page_size", "page_token")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    AFTER_POSITION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    after_position: int
    page_size: int
    page_token: str
    def __init__(self, ledger: _Optional[str] = ..., after_position: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("dead_letters", "next_page_token")
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dead_letters: _containers.RepeatedCompositeFieldContainer[DeadLetter]
    next_page_token: str
    def __init__(self, dead_letters: _Optional[_Iterable[_Union[DeadLetter, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReplayDeadLettersRequest(_message.Message):
    __slots__ = ("projection",)
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    projection: str
    def __init__(self, projection: _Optional[str] = ...) -> None: ...

class ReplayDeadLettersResponse(_message.Message):
    __slots__ = ("taken_positions", "failed_positions")
    TAKEN_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    FAILED_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    taken_positions: _containers.RepeatedScalarFieldContainer[int]
    failed_positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, taken_positions: _Optional[_Iterable[int]] = ..., failed_positions: _Optional[_Iterable[int]] = ...) -> None: ...

class Consumer(_message.Message):
    __slots__ = ("name", "position", "record_time", "head", "lag_entries", "lag", "move_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    LAG_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    LAG_FIELD_NUMBER: _ClassVar[int]
    MOVE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    position: int
    record_time: _timestamp_pb2.Timestamp
    head: int
    lag_entries: int
    lag: _duration_pb2.Duration
    move_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., position: _Optional[int] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., head: _Optional[int] = ..., lag_entries: _Optional[int] = ..., lag: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., move_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetConsumerPositionRequest(_message.Message):
    __slots__ = ("consumer", "position", "expected_position", "rewind")
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_POSITION_FIELD_NUMBER: _ClassVar[int]
    REWIND_FIELD_NUMBER: _ClassVar[int]
    consumer: str
    position: int
    expected_position: int
    rewind: bool
    def __init__(self, consumer: _Optional[str] = ..., position: _Optional[int] = ..., expected_position: _Optional[int] = ..., rewind: _Optional[bool] = ...) -> None: ...

class SetConsumerPositionResponse(_message.Message):
    __slots__ = ("consumer",)
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    consumer: Consumer
    def __init__(self, consumer: _Optional[_Union[Consumer, _Mapping]] = ...) -> None: ...

class GetConsumerRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetConsumerResponse(_message.Message):
    __slots__ = ("consumer",)
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    consumer: Consumer
    def __init__(self, consumer: _Optional[_Union[Consumer, _Mapping]] = ...) -> None: ...

class ListConsumersRequest(_message.Message):
    __slots__ = ("ledger", "page_size", "page_token")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    page_size: int
    page_token: str
    def __init__(self, ledger: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListConsumersResponse(_message.Message):
    __slots__ = ("consumers", "next_page_token")
    CONSUMERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    consumers: _containers.RepeatedCompositeFieldContainer[Consumer]
    next_page_token: str
    def __init__(self, consumers: _Optional[_Iterable[_Union[Consumer, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteConsumerRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteConsumerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
