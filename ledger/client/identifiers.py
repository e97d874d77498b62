"""Request ids: made once for each command, before it is sent, and used again on every retry."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message


def new_request_id() -> str:
    """A UUID of version 7: ids that are made together lie together, which keeps the ledger's index small."""
    value = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(value)))


def give_ids(request: Message) -> None:
    """Give an id to each command of a request that has none yet: to itself, or to the items of a batch."""
    for command in _commands(request):
        if not command.request_id:
            command.request_id = new_request_id()


def request_id_of(request: Message) -> str:
    """The id of the command that a request is; empty for a read and for a batch."""
    return str(getattr(request, "request_id", ""))


def _commands(request: Any) -> Iterator[Any]:
    """What has a request id of its own in a request. The commands of a group have none."""
    fields = request.DESCRIPTOR.fields_by_name
    if "request_id" in fields:
        yield request
    elif "items" in fields:
        for item in request.items:
            yield from _commands(item)
    else:
        for oneof in request.DESCRIPTOR.oneofs:
            if chosen := request.WhichOneof(oneof.name):
                part = getattr(request, chosen)
                if isinstance(part, Message):
                    yield from _commands(part)
