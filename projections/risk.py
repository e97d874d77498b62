"""Risk flags: a row for each that was raised, and one for each that was cleared; and the codes of institutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.log.entry import EVENT_TYPES
from ledger.log.reader import UuidArray
from projections.projection import Table, by_stream
from projections.rows import Copy, Merge, id_value, int2_value, int8_array, int8_value, row, text_value, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.page import Head
    from projections.projection import Batch
    from projections.rows import Write

_RAISED: Final = EVENT_TYPES["risk_flag_raised"]
_CLEARED: Final = EVENT_TYPES["risk_flag_cleared"]
_DESIGNATED: Final = EVENT_TYPES["institution_designated"]
_PLACES: Final = "INSERT INTO {table} (place, institution) SELECT * FROM unnest(%s, %s::text[]) ON CONFLICT DO NOTHING"
_FLAGS: Final = ("position", "effective_time", "record_time", "kind", "severity", "subject", "rule", "positions")
_CLEARANCES: Final = ("flag", "position", "effective_time", "record_time", "subject", "reason")


class Risk:
    """The projection `risk`."""

    name: Final = "risk"
    shape: Final = 1
    tables: Final = (
        Table("risk_places", ("place",), "place"),
        Table("risk_flags", ("position",), "subject"),
        Table("risk_clearances", ("flag",), "subject"),
    )

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        flags, clearances = [], []
        places: dict[bytes, str] = {}
        for head, message in batch.of(_RAISED):
            flag = message.risk_flag_raised.flag
            flags.append(
                row(
                    *_placed(head),
                    int2_value(flag.kind),
                    int2_value(flag.severity),
                    id_value(head[1]),
                    text_value(flag.rule),
                    value(int8_array(sorted(flag.positions))),
                )
            )
        for head, message in batch.of(_CLEARED):
            event = message.risk_flag_cleared
            clearances.append(
                row(
                    int8_value(event.flag_position),
                    *_placed(head),
                    id_value(head[1]),
                    text_value(event.clearance.reason),
                )
            )
        for head, message in batch.of(_DESIGNATED):
            if code := message.institution_designated.designation.institution:
                places[head[1]] = code
        writes: list[Write] = [Copy("risk_flags", _FLAGS, flags), Copy("risk_clearances", _CLEARANCES, clearances)]
        if places:
            writes.append(Merge("risk_places", _PLACES, (UuidArray(list(places)), list(places.values()))))
        return writes


def _placed(head: Head) -> tuple[bytes, bytes, bytes]:
    return int8_value(head[0]), int8_value(head[6]), int8_value(head[7])
