"""Tokens of lists that are made from a stream: behind which key the next page begins, and as of which position.

A token says nothing about who may read. It is tied with the ledger's secret to its query, so that nobody can make one
or move it to another.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.api.errors import Rejected, Violation
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from ledger.log.secret import LedgerSecret

_LAYOUT: Final = struct.Struct("<16sqq")
_NOT_OF_QUERY: Final = ("page_size", "page_token", "min_position", "consistency")


class Place(NamedTuple):
    """The last position that counts, and the key (a position) of the last row that was shown."""

    upper: int
    after: int


def write(place: Place, request: Message, secret: LedgerSecret) -> str:
    """Return the token of the next page of a query."""
    body = _LAYOUT.pack(_query(request), *place)
    return base64.urlsafe_b64encode(body + secret.token_hash(body)).decode().rstrip("=")


def read(text: str, request: Message, secret: LedgerSecret) -> Place | None:
    """Return what a token says, None for the first page. Raise Rejected unless it was given for this query."""
    if not text:
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    body, tie = data[: _LAYOUT.size], data[_LAYOUT.size :]
    if len(body) != _LAYOUT.size or not hmac.compare_digest(tie, secret.token_hash(body)):
        raise _invalid("was not given by this ledger, or was changed")
    query, upper, after = _LAYOUT.unpack(body)
    if query != _query(request):
        raise _invalid("belongs to a query with other fields")
    return Place(upper, after)


def _query(request: Message) -> bytes:
    """Return 16 bytes of everything that decides which rows a list has."""
    query = type(request)()
    query.CopyFrom(request)
    for name in _NOT_OF_QUERY:
        if name in query.DESCRIPTOR.fields_by_name:
            query.ClearField(name)
    data = query.SerializeToString(deterministic=True)
    return sha256(query.DESCRIPTOR.full_name.encode() + b"\x00" + data).digest()[:16]


def _invalid(problem: str) -> Rejected:
    return Rejected(reasons.REFUSAL_REASON_PAGE_TOKEN_INVALID, None, [Violation("page_token", problem)])
