from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Right(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RIGHT_UNSPECIFIED: _ClassVar[Right]
    RIGHT_READ_ACCOUNT: _ClassVar[Right]
    RIGHT_ADMINISTER_ACCOUNT: _ClassVar[Right]
    RIGHT_POST_DEPOSIT: _ClassVar[Right]
    RIGHT_RECORD_PURCHASE: _ClassVar[Right]
    RIGHT_MANAGE_SHARE: _ClassVar[Right]
    RIGHT_REVERSE: _ClassVar[Right]
    RIGHT_REPORT_LOSS: _ClassVar[Right]
    RIGHT_IMPORT_OPENING: _ClassVar[Right]
    RIGHT_BACKDATE: _ClassVar[Right]
    RIGHT_PIN_POLICY: _ClassVar[Right]
    RIGHT_READ_OUTCOME: _ClassVar[Right]
    RIGHT_READ_ENTRIES: _ClassVar[Right]
    RIGHT_READ_LEDGER: _ClassVar[Right]
    RIGHT_OPERATE: _ClassVar[Right]
    RIGHT_SANCTION: _ClassVar[Right]
    RIGHT_UNSEAL: _ClassVar[Right]
    RIGHT_DEDUCT_PREMIUM: _ClassVar[Right]
    RIGHT_DECIDE_CLAIM: _ClassVar[Right]
    RIGHT_READ_RISK: _ClassVar[Right]
    RIGHT_READ_SETTLEMENT: _ClassVar[Right]
    RIGHT_READ_EXCEPTION: _ClassVar[Right]
    RIGHT_READ_BOOKS: _ClassVar[Right]
    RIGHT_CLOSE_YEAR: _ClassVar[Right]
    RIGHT_RECONCILE: _ClassVar[Right]
    RIGHT_MANAGE_SIGNING_KEYS: _ClassVar[Right]
    RIGHT_WRITE_IDENTITY: _ClassVar[Right]
    RIGHT_READ_IDENTITY: _ClassVar[Right]
    RIGHT_DESTROY_KEY: _ClassVar[Right]
    RIGHT_CHECK_ELIGIBILITY: _ClassVar[Right]
    RIGHT_MANAGE_MANDATE: _ClassVar[Right]
    RIGHT_READ_MANDATE: _ClassVar[Right]
    RIGHT_ANY_INSTITUTION: _ClassVar[Right]
    RIGHT_STEER_PROJECTION: _ClassVar[Right]
    RIGHT_KEEP_POSITION: _ClassVar[Right]
RIGHT_UNSPECIFIED: Right
RIGHT_READ_ACCOUNT: Right
RIGHT_ADMINISTER_ACCOUNT: Right
RIGHT_POST_DEPOSIT: Right
RIGHT_RECORD_PURCHASE: Right
RIGHT_MANAGE_SHARE: Right
RIGHT_REVERSE: Right
RIGHT_REPORT_LOSS: Right
RIGHT_IMPORT_OPENING: Right
RIGHT_BACKDATE: Right
RIGHT_PIN_POLICY: Right
RIGHT_READ_OUTCOME: Right
RIGHT_READ_ENTRIES: Right
RIGHT_READ_LEDGER: Right
RIGHT_OPERATE: Right
RIGHT_SANCTION: Right
RIGHT_UNSEAL: Right
RIGHT_DEDUCT_PREMIUM: Right
RIGHT_DECIDE_CLAIM: Right
RIGHT_READ_RISK: Right
RIGHT_READ_SETTLEMENT: Right
RIGHT_READ_EXCEPTION: Right
RIGHT_READ_BOOKS: Right
RIGHT_CLOSE_YEAR: Right
RIGHT_RECONCILE: Right
RIGHT_MANAGE_SIGNING_KEYS: Right
RIGHT_WRITE_IDENTITY: Right
RIGHT_READ_IDENTITY: Right
RIGHT_DESTROY_KEY: Right
RIGHT_CHECK_ELIGIBILITY: Right
RIGHT_MANAGE_MANDATE: Right
RIGHT_READ_MANDATE: Right
RIGHT_ANY_INSTITUTION: Right
RIGHT_STEER_PROJECTION: Right
RIGHT_KEEP_POSITION: Right
RIGHTS_FIELD_NUMBER: _ClassVar[int]
rights: _descriptor.FieldDescriptor
REASON_FIELD_NUMBER: _ClassVar[int]
reason: _descriptor.FieldDescriptor

class ReasonMeaning(_message.Message):
    __slots__ = ("status", "recorded", "client_action", "english", "chinese")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACTION_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    status: int
    recorded: bool
    client_action: str
    english: str
    chinese: str
    def __init__(self, status: _Optional[int] = ..., recorded: _Optional[bool] = ..., client_action: _Optional[str] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ...) -> None: ...
