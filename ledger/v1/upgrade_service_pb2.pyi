from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from ledger.v1 import command_service_pb2 as _command_service_pb2
from ledger.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FinishUpgradeRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "feature_level")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FEATURE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    feature_level: int
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., feature_level: _Optional[int] = ...) -> None: ...

class FinishUpgradeResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ...) -> None: ...
