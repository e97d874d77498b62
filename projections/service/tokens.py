"""Page tokens: where the next page begins, and which query and which state of the log it belongs to.

A token says nothing about who may read; rights are looked at in every call. It is tied with the ledger's secret, so
that nobody can make one or move it to another query.
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

_FORM: Final = 1
_LAYOUT: Final = struct.Struct("<B16sIqqq")
_TIE_BYTES: Final = 16
_NOT_OF_QUERY: Final = ("page_size", "page_token", "min_position", "consistency")


class PageToken(NamedTuple):
    """Version of the projection, last position that counts, and the key of the last row that was shown.

    The key is effective time (microseconds) and position, or `owner`, whose part of an account of the books it is.
    """

    version: int
    upper: int
    effective_time: int
    position: int
    owner: bytes = b""


def query_hash(request: Message) -> bytes:
    """Return 16 bytes of everything that decides which rows a list has."""
    query = type(request)()
    query.CopyFrom(request)
    for name in _NOT_OF_QUERY:
        query.ClearField(name)
    data = query.SerializeToString(deterministic=True)
    return sha256(query.DESCRIPTOR.full_name.encode() + b"\x00" + data).digest()[:_TIE_BYTES]


def write(token: PageToken, request: Message, secret: LedgerSecret) -> str:
    """Return the text of a token for the next page of a query."""
    body = _LAYOUT.pack(_FORM, query_hash(request), *token[:-1]) + token.owner
    return base64.urlsafe_b64encode(body + secret.token_hash(body)).decode().rstrip("=")


def read(text: str, request: Message, secret: LedgerSecret) -> PageToken:
    """Return what a token says. Raise Rejected with PAGE_TOKEN_INVALID unless it was given for this query."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _invalid("is no page token") from None
    body, tie = data[:-_TIE_BYTES], data[-_TIE_BYTES:]
    if len(body) < _LAYOUT.size or not hmac.compare_digest(tie, secret.token_hash(body)):
        raise _invalid("was not given by this ledger, or was changed")
    _, of_query, *values = _LAYOUT.unpack_from(body)
    if of_query != query_hash(request):
        raise _invalid("belongs to a query with other fields")
    return PageToken._make([*values, body[_LAYOUT.size :]])


def _invalid(problem: str) -> Rejected:
    return Rejected(reasons.REFUSAL_REASON_PAGE_TOKEN_INVALID, None, [Violation("page_token", problem)])
