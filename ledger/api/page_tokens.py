"""Tokens of lists that are made from a stream: behind which key the next page begins, and as of which position.

A token says nothing about who may read. It is tied with the ledger's secret to its query, so that nobody can make one
or move it to another.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import struct
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from google.protobuf.message import Message

    from ledger.log.secret import LedgerSecret

_LAYOUT: Final = struct.Struct("<16sqq")
_TIE_BYTES: Final = 16
ROWS_MAX: Final = 1_000
"""Rows on a page of a list that is made as a whole."""
T = TypeVar("T")
_NOT_OF_QUERY: Final = ("page_size", "page_token", "min_position", "consistency")


class Place(NamedTuple):
    """The last position that counts, and the key of the last row that was shown: a position, or `row`, as JSON."""

    upper: int
    after: int
    row: str = ""


def write(place: Place, request: Message, secret: LedgerSecret) -> str:
    """Return the token of the next page of a query."""
    body = _LAYOUT.pack(_query(request), place.upper, place.after) + place.row.encode()
    return base64.urlsafe_b64encode(body + secret.token_hash(body)).decode().rstrip("=")


def read(text: str, request: Message, secret: LedgerSecret) -> Place | None:
    """Return what a token says, None for the first page. Raise Rejected unless it was given for this query."""
    if not text:
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    body, tie = data[:-_TIE_BYTES], data[-_TIE_BYTES:]
    if len(body) < _LAYOUT.size or not hmac.compare_digest(tie, secret.token_hash(body)):
        raise _invalid("was not given by this ledger, or was changed")
    query, upper, after = _LAYOUT.unpack_from(body)
    if query != _query(request):
        raise _invalid("belongs to a query with other fields")
    return Place(upper, after, body[_LAYOUT.size :].decode())


def size(request: Any) -> int:
    """Return how many rows a page of a short list has at most. Raise InvalidRequest."""
    if request.page_size < 0:
        raise InvalidRequest([Violation("page_size", "must not be negative")])
    return min(request.page_size or ROWS_MAX, ROWS_MAX)


def behind(request: Any, secret: LedgerSecret) -> list[Any]:
    """Return the key behind which a page of a short list begins; empty for the first one. Raise Rejected."""
    place = read(request.page_token, request, secret)
    return list(json.loads(place.row)) if place else []


def page(request: Any, secret: LedgerSecret, rows: Iterable[T], key: Callable[[T], list[Any]]) -> tuple[list[T], str]:
    """Return the rows of a short list that its page has, and the token of the next one or nothing.

    `rows` are in the order of their keys, which are numbers and texts, and stay the same from call to call: whatever
    comes or goes meanwhile, no row is shown twice or left out. Raise InvalidRequest, Rejected.
    """
    most, after = size(request), behind(request, secret)
    rest = [row for row in rows if not after or key(row) > after]
    if len(rest) <= most:
        return rest, ""
    return rest[:most], write(Place(0, 0, json.dumps(key(rest[most - 1]))), request, secret)


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
