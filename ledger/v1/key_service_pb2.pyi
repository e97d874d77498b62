from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from ledger.v1 import command_service_pb2 as _command_service_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import types_pb2 as _types_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProposeKeyDestructionRequest(_message.Message):
    __slots__ = ("person", "request_id", "cause", "order_sha256")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ORDER_SHA256_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    cause: _types_pb2.KeyDestructionCause
    order_sha256: bytes
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., cause: _Optional[_Union[_types_pb2.KeyDestructionCause, str]] = ..., order_sha256: _Optional[bytes] = ...) -> None: ...

class ProposeKeyDestructionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ...) -> None: ...

class ReviewKeyDestructionRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "proposal", "decision")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    proposal: str
    decision: _types_pb2.ProposalDecision
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., proposal: _Optional[str] = ..., decision: _Optional[_Union[_types_pb2.ProposalDecision, str]] = ...) -> None: ...

class ReviewKeyDestructionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ...) -> None: ...

class RotateSigningKeyRequest(_message.Message):
    __slots__ = ("ledger", "request_id")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class RotateSigningKeyResponse(_message.Message):
    __slots__ = ("transaction", "verifier_key")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_KEY_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    verifier_key: str
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ..., verifier_key: _Optional[str] = ...) -> None: ...

class RetireSigningKeyRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "verifier_key")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFIER_KEY_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    verifier_key: str
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., verifier_key: _Optional[str] = ...) -> None: ...

class RetireSigningKeyResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ...) -> None: ...
