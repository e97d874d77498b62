"""Mandates by both sides: for whom somebody may act, and who may act for somebody.

A person's own stream knows only who may act for that person. The other way round has to be looked up over all streams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.log.entry import EVENT_NAMES, EVENT_TYPES, UnknownPartError, parse_body
from projections.projection import Table, by_stream
from projections.rows import Copy, id_value, int2_value, int8_value, row, text_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.page import Head
    from projections.projection import Batch
    from projections.rows import Write

_GRANTED: Final = EVENT_TYPES["mandate_granted"]
_REVOKED: Final = EVENT_TYPES["mandate_revoked"]
_MANDATES: Final = ("position", "effective_time", "expires", "rights", "kind", "person", "agent", "beneficiaries")
_ENDS: Final = ("mandate", "position", "person")


class Mandates:
    """The projection `mandates`."""

    name: Final = "mandates"
    shape: Final = 1
    tables: Final = (Table("mandates", ("position",), "person"), Table("mandate_ends", ("mandate",), "person"))

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        granted, ended = [], []
        for head, entry in batch:
            type_ = head[8]
            if type_ == _GRANTED:
                granted.append(_mandate(head, parse_body(entry).mandate_granted.mandate))
            elif type_ == _REVOKED:
                position = parse_body(entry).mandate_revoked.granted_position
                ended.append(row(int8_value(position), int8_value(head[0]), id_value(head[1])))
            elif type_ not in EVENT_NAMES:
                raise UnknownPartError(f"position {head[0]} has event type {type_}, which this version cannot read")
        return [Copy("mandates", _MANDATES, granted), Copy("mandate_ends", _ENDS, ended)]


def _mandate(head: Head, mandate: Any) -> bytes:
    end = mandate.expire_time
    rights = 0
    for right in mandate.rights:
        rights |= 1 << right
    return row(
        int8_value(head[0]),
        int8_value(head[6]),
        int8_value(end.seconds * 1_000_000 + end.nanos // 1_000),
        int8_value(rights),
        int2_value(mandate.kind),
        id_value(head[1]),
        text_value(mandate.agent),
        text_value("\n".join(mandate.beneficiaries)),
    )
