from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import query_service_pb2 as _query_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EntrySelection(_message.Message):
    __slots__ = ("streams", "types")
    STREAMS_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    streams: _containers.RepeatedScalarFieldContainer[str]
    types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, streams: _Optional[_Iterable[str]] = ..., types: _Optional[_Iterable[str]] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("ledger", "from_position", "selection")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    FROM_POSITION_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    from_position: int
    selection: EntrySelection
    def __init__(self, ledger: _Optional[str] = ..., from_position: _Optional[int] = ..., selection: _Optional[_Union[EntrySelection, _Mapping]] = ...) -> None: ...

class CaughtUp(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FellBehind(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("entries", "next_position", "size", "caught_up", "fell_behind")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_POSITION_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    FELL_BEHIND_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_query_service_pb2.StoredEntry]
    next_position: int
    size: int
    caught_up: CaughtUp
    fell_behind: FellBehind
    def __init__(self, entries: _Optional[_Iterable[_Union[_query_service_pb2.StoredEntry, _Mapping]]] = ..., next_position: _Optional[int] = ..., size: _Optional[int] = ..., caught_up: _Optional[_Union[CaughtUp, _Mapping]] = ..., fell_behind: _Optional[_Union[FellBehind, _Mapping]] = ...) -> None: ...
