from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from ledger.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PersonIdentity(_message.Message):
    __slots__ = ("name", "document_number", "phone")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    name: str
    document_number: str
    phone: str
    def __init__(self, name: _Optional[str] = ..., document_number: _Optional[str] = ..., phone: _Optional[str] = ...) -> None: ...

class PutIdentityRequest(_message.Message):
    __slots__ = ("person", "identity")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    person: str
    identity: PersonIdentity
    def __init__(self, person: _Optional[str] = ..., identity: _Optional[_Union[PersonIdentity, _Mapping]] = ...) -> None: ...

class PutIdentityResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class CorrectIdentityRequest(_message.Message):
    __slots__ = ("person", "identity", "expected_version")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    person: str
    identity: PersonIdentity
    expected_version: int
    def __init__(self, person: _Optional[str] = ..., identity: _Optional[_Union[PersonIdentity, _Mapping]] = ..., expected_version: _Optional[int] = ...) -> None: ...

class CorrectIdentityResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class GetIdentityRequest(_message.Message):
    __slots__ = ("person", "purpose")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    person: str
    purpose: str
    def __init__(self, person: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class GetIdentityResponse(_message.Message):
    __slots__ = ("identity", "version")
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    identity: PersonIdentity
    version: int
    def __init__(self, identity: _Optional[_Union[PersonIdentity, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...
