"""The table of the command kinds, read from the descriptors so that it cannot differ from them.

A kind is a field of `Command.kind` in the proto: its number is what is stored and hashed, its
message type is the request of the typed method, field 1 of that request is the subject and field 5
the content. Only what a descriptor cannot say is written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ledger.api.contents import GENERAL_CONTENTS
from ledger.api.person_contents import PERSON_CONTENTS
from ledger.api.shape import Shape
from ledger.v1 import command_service_pb2 as service_pb2
from ledger.v1 import options_pb2

SUBJECT_FIELD, CONTENT_FIELD = 1, 5

SERVICE = service_pb2.DESCRIPTOR.services_by_name["CommandService"]

# Fields of contents that hold resource names. `_LOCAL` ones must be of the subject's ledger; the
# others may name another one, which the domain refuses with a reason of its own.
_NAMES = {
    "purchase": ("policy",),
    "grant": ("beneficiary",),
    "revocation": ("beneficiary",),
    "transfer": ("receiver",),
    "reversal": ("entry",),
    "review": ("proposal",),
    "draft": ("policy", "replaces"),
    "amendment": ("entry",),
    "deduction": ("covered",),
    "withdrawal": ("policy",),
    "end": ("filing",),
    "sanction_lift": ("sanction",),
    "clearance": ("flag",),
    "merge": ("absorbed",),
    "claim_review": ("claim",),
    "mandate": ("agent",),
    "mandate_revocation": ("mandate",),
    "claim_payment": ("claim",),
    "adjustment": ("account", "entry"),
    "acceptance": ("receiver",),
    "transfer_return": ("receiver",),
    "credit": ("sender",),
    "settled": ("receiver",),
}
_LOCAL = {
    "purchase": "policy",
    "reversal": "entry",
    "review": "proposal",
    "draft": "policy",
    "amendment": "entry",
    "deduction": "covered",
    "withdrawal": "policy",
    "end": "filing",
    "sanction_lift": "sanction",
    "clearance": "flag",
    "merge": "absorbed",
    "claim_review": "claim",
    "mandate_revocation": "mandate",
    "claim_payment": "claim",
    "adjustment": "entry",
}

CONTENTS = GENERAL_CONTENTS | PERSON_CONTENTS
"""The shape of each content message by its full name."""


def method_rights(method: MethodDescriptor) -> int:
    """The mask of the rights that a method's option names; 0 means that nobody may call it."""
    mask = 0
    rights: Any = method.GetOptions().Extensions[options_pb2.rights]  # type: ignore[index]
    for right in rights:
        mask |= 1 << right
    return mask


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of command. `subject` and `content` are field names of its request.

    `names` are fields of the content with resource names; `local` is the one of them that must be
    of the subject's ledger, or empty. `confidential`: the content may hold personal data.
    """

    number: int
    field: str
    method: str
    request: type[Message]
    response: type[Message]
    subject: str
    content: str
    shape: Shape
    rights: int
    names: tuple[str, ...]
    local: str
    confidential: bool


def _message(field: Any) -> Descriptor:
    if field.message_type is None:
        raise TypeError(f"{field.full_name} is not a message")
    described: Descriptor = field.message_type
    return described


def _kinds() -> Iterator[Kind]:
    methods = {method.input_type.full_name: method for method in SERVICE.methods}
    for field in service_pb2.Command.DESCRIPTOR.oneofs_by_name["kind"].fields:
        request = _message(field)
        method = methods[request.full_name]
        content = request.fields_by_number[CONTENT_FIELD]
        yield Kind(
            number=field.number,
            field=field.name,
            method=method.name,
            request=GetMessageClass(request),
            response=GetMessageClass(method.output_type),
            subject=request.fields_by_number[SUBJECT_FIELD].name,
            content=content.name,
            shape=CONTENTS[_message(content).full_name],
            rights=method_rights(method),
            names=_NAMES.get(content.name, ()),
            local=_LOCAL.get(content.name, ""),
            confidential="confidential" in _message(content).fields_by_name,
        )


KINDS = {kind.field: kind for kind in _kinds()}
"""Every kind by the name of its field in `Command.kind`."""
