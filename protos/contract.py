"""The contract as the proto files state it: services, messages and enums with their comments and options.

It is read from the image that protoc builds, never from generated code, which may be older.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    EnumValueDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClassesForFiles

PACKAGE = "ledger.v1"

Path = tuple[int, ...]
"""Where a part of a file stands: numbers of fields and indexes by turns."""

_SCALARS = {number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()}
# Numbers of the fields that lead to a part of a file (google/protobuf/descriptor.proto).
_FILE_MESSAGE, _FILE_ENUM, _FILE_SERVICE = 4, 5, 6
_MESSAGE_FIELD, _MESSAGE_MESSAGE, _MESSAGE_ENUM, _ENUM_VALUE, _SERVICE_METHOD = 2, 3, 4, 2, 2
_FILE_SYNTAX = 12


@dataclass(frozen=True)
class Field:
    """A field of a message. `type` is a scalar (`int64`) or a full name; `oneof` is empty or a name."""

    name: str
    type: str
    comment: str
    repeated: bool
    optional: bool
    oneof: str
    behaviours: Sequence[str]


@dataclass(frozen=True)
class Message:
    """A message of the contract; `name` is without the package."""

    name: str
    comment: str
    fields: Sequence[Field]


@dataclass(frozen=True)
class Value:
    """A value of an enum. `options` are its options by full name."""

    name: str
    number: int
    comment: str
    options: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Enum:
    """An enum of the contract."""

    name: str
    comment: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Method:
    """An RPC. `http` are its bindings as (verb, path, body); `request` and `response` are without the package."""

    name: str
    comment: str
    request: str
    response: str
    client_streams: bool
    server_streams: bool
    rights: Sequence[str]
    http: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Service:
    """A service of the contract."""

    name: str
    comment: str
    methods: Sequence[Method]


@dataclass(frozen=True)
class File:
    """A proto file: `name` is like `types.proto`, `module` like `types_pb2`."""

    name: str
    comment: str
    services: Sequence[Service]
    messages: Sequence[Message]
    enums: Sequence[Enum]

    @property
    def module(self) -> str:
        """The generated module."""
        return self.name.removesuffix(".proto") + "_pb2"


class Contract:
    """Every file of the package, in the order of their names."""

    def __init__(self, image: bytes) -> None:
        """Read an image with source information."""
        files = FileDescriptorSet.FromString(image).file
        pool = DescriptorPool()
        for file in files:
            pool.Add(file)
        self._pool = pool
        self._options = GetMessageClassesForFiles([file.name for file in files], pool)
        self.files = [self._file(file) for file in files if file.package == PACKAGE]

    @cached_property
    def messages(self) -> dict[str, Message]:
        """Every message by its name."""
        return {message.name: message for file in self.files for message in file.messages}

    @cached_property
    def modules(self) -> dict[str, str]:
        """The generated module of every message and enum by its name."""
        names = {message.name: file.module for file in self.files for message in file.messages}
        return names | {enum.name: file.module for file in self.files for enum in file.enums}

    @property
    def services(self) -> list[Service]:
        """Every service."""
        return [service for file in self.files for service in file.services]

    def enum(self, name: str) -> Enum:
        """The enum of a name."""
        return next(enum for file in self.files for enum in file.enums if enum.name == name)

    def _read(self, options: Any) -> dict[str, Any]:
        """Options by full name, custom ones too."""
        typed = self._options[options.DESCRIPTOR.full_name].FromString(options.SerializeToString())
        return {found.full_name: value for found, value in typed.ListFields()}

    def _file(self, file: FileDescriptorProto) -> File:
        said = _Comments(file)
        services = [
            Service(
                service.name,
                said.at(_FILE_SERVICE, at),
                [
                    self._method(method, said.at(_FILE_SERVICE, at, _SERVICE_METHOD, number))
                    for number, method in enumerate(service.method)
                ],
            )
            for at, service in enumerate(file.service)
        ]
        enums = [self._enum(part, said, (_FILE_ENUM, at)) for at, part in enumerate(file.enum_type)]
        messages: list[Message] = []
        for at, part in enumerate(file.message_type):
            self._message(part, said, (_FILE_MESSAGE, at), messages, enums)
        return File(file.name.rsplit("/", 1)[-1], said.at(_FILE_SYNTAX), services, messages, enums)

    def _method(self, method: MethodDescriptorProto, comment: str) -> Method:
        options = self._read(method.options)
        rights = self._pool.FindEnumTypeByName(f"{PACKAGE}.Right").values_by_number
        rule = options.get("google.api.http")
        rules = [rule, *rule.additional_bindings] if rule else []
        return Method(
            method.name,
            comment,
            _local(method.input_type),
            _local(method.output_type),
            method.client_streaming,
            method.server_streaming,
            [rights[number].name for number in options.get(f"{PACKAGE}.rights", ())],
            [(verb.upper(), getattr(rule, verb), rule.body) for rule in rules if (verb := rule.WhichOneof("pattern"))],
        )

    def _message(
        self,
        message: DescriptorProto,
        said: _Comments,
        path: Path,
        messages: list[Message],
        enums: list[Enum],
        outer: str = "",
    ) -> None:
        """Add a message and what is declared inside it, which is named `Outer.Inner`."""
        name = outer + message.name
        maps = {inner.name: inner.field for inner in message.nested_type if inner.options.map_entry}
        fields = [
            self._field(part, message, said.at(*path, _MESSAGE_FIELD, number), maps)
            for number, part in enumerate(message.field)
        ]
        messages.append(Message(name, said.at(*path), fields))
        for at, inner in enumerate(message.nested_type):
            if inner.name not in maps:
                self._message(inner, said, (*path, _MESSAGE_MESSAGE, at), messages, enums, f"{name}.")
        for at, enum in enumerate(message.enum_type):
            enums.append(self._enum(enum, said, (*path, _MESSAGE_ENUM, at), f"{name}."))

    def _field(
        self, part: FieldDescriptorProto, message: DescriptorProto, comment: str, maps: Mapping[str, Any]
    ) -> Field:
        options = self._read(part.options)
        enum = self._pool.FindEnumTypeByName("google.api.FieldBehavior").values_by_number
        in_oneof = part.HasField("oneof_index") and not part.proto3_optional
        entry = maps.get(part.type_name.rsplit(".", 1)[-1])
        return Field(
            part.name,
            f"map<{', '.join(_type(inner) for inner in entry)}>" if entry else _type(part),
            comment,
            part.label == FieldDescriptorProto.LABEL_REPEATED and not entry,
            part.proto3_optional,
            message.oneof_decl[part.oneof_index].name if in_oneof else "",
            [enum[number].name for number in options.get("google.api.field_behavior", ())],
        )

    def _enum(self, enum: EnumDescriptorProto, said: _Comments, path: Path, outer: str = "") -> Enum:
        values = [self._value(value, said.at(*path, _ENUM_VALUE, number)) for number, value in enumerate(enum.value)]
        return Enum(outer + enum.name, said.at(*path), values)

    def _value(self, value: EnumValueDescriptorProto, comment: str) -> Value:
        return Value(value.name, value.number, comment, self._read(value.options))


class _Comments:
    """The comments of a file by where they stand."""

    def __init__(self, file: FileDescriptorProto) -> None:
        """Index them."""
        self._texts = {
            tuple(place.path): place.leading_comments or place.trailing_comments
            for place in file.source_code_info.location
        }

    def at(self, *path: int) -> str:
        """The comment in one line."""
        return re.sub(r"\s+", " ", self._texts.get(path, "")).strip()


def _type(part: FieldDescriptorProto) -> str:
    """The type of a field, of one element where it is repeated."""
    return _local(part.type_name) if part.type_name else _SCALARS[part.type]


def _local(name: str) -> str:
    """A full name without the dot, and without the package where it is ours."""
    return name.removeprefix(".").removeprefix(f"{PACKAGE}.")
