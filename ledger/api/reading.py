"""Requests from their bytes: refused where they are no message, or say what this version would not understand."""

from __future__ import annotations

from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.v1 import reasons_pb2 as reasons


def read_any(message: type[Message], raw: bytes) -> Message:
    """Parse a request."""
    try:
        return message.FromString(raw)
    except DecodeError:
        text = f"Its bytes cannot be read as a {message.DESCRIPTOR.full_name}"
        raise InvalidRequest([Violation("", text)]) from None


def read_known(message: type[Message], raw: bytes) -> Message:
    """Parse a request that must have no unknown fields, however deep.

    A message that loses nothing keeps its size. Sizes are compared with each other and not with
    the bytes, because a value may be encoded in more than one way.
    """
    request = read_any(message, raw)
    size = request.ByteSize()
    request.DiscardUnknownFields()
    if request.ByteSize() != size:
        raise unknown_field_refused(unknown_field(message.FromString(raw)))
    return request


def unknown_field_refused(path: str) -> Rejected:
    """What is said about an unknown field."""
    violation = Violation(path, "is not a field of this version of the contract")
    return Rejected(reasons.REFUSAL_REASON_UNKNOWN_FIELD, None, [violation])


def unknown_field(message: Message) -> str:
    """The path to the first unknown field, which has a number only: `deposit.99`. Empty: none."""
    if len(unknown := UnknownFieldSet(message)):
        return str(unknown[0].field_number)
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        repeated = not isinstance(value, Message)
        for index, part in enumerate(value if repeated else (value,)):
            if path := unknown_field(part):
                return f"{field.name}[{index}].{path}" if repeated else f"{field.name}.{path}"
    return ""
