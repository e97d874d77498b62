"""Restraints: when accounts were frozen, sanctioned and closed, and when institutions were designated.

They are what debits and settlements are held against to find those that must not have happened. Nothing is decided
here: that is asked of the tables, by whoever reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.log.entry import EVENT_TYPES
from ledger.v1 import types_pb2
from projections.projection import Table, by_stream
from projections.rows import Copy, id_value, int2_value, int4_value, int8_value, row, text_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from projections.page import Head
    from projections.projection import Batch
    from projections.rows import Write

FROZEN: Final = 1
"""Frozen because a card was lost, until `UNFROZEN`; counts only while a `LOST` is in force."""
UNFROZEN: Final = 2
LOST: Final = 3
"""A report of loss; in force before `ends` by effective time, 0 = without end."""
SANCTIONED: Final = 4
"""A sanction that freezes the account; in force before `ends` by effective time, until a `LIFTED` of its position."""
LIFTED: Final = 5
CLOSED: Final = 6
"""Closed; `ends` is the last position of its transaction."""
RULED: Final = 7
"""The ledger published a policy: from the first one on, institutions have to be designated."""

_LAST_DAY: Final = 99_991_231
_RESTRAINTS: Final = ("position", "first_position", "ends", "of", "kind", "account")
_DESIGNATIONS: Final = ("position", "begins_on", "ends_on", "designated", "place", "institution")
_LOSS: Final = types_pb2.FREEZE_CAUSE_LOSS
_FREEZING: Final = types_pb2.SANCTION_KIND_ACCOUNT_FROZEN


def _micros(time: Any) -> int:
    return int(time.seconds) * 1_000_000 + int(time.nanos) // 1_000


# Event → what it says: kind, end, and the position that it is about; nothing when it does not count.
_READERS: Final[dict[str, Callable[[Any, Head], tuple[int, int, int] | None]]] = {
    "account_frozen": lambda event, _: (FROZEN, 0, 0) if event.cause == _LOSS else None,
    "account_unfrozen": lambda event, _: (UNFROZEN, 0, 0) if event.cause == _LOSS else None,
    "loss_reported": lambda event, _: (LOST, event.lapse_time, 0),
    "sanction_imposed": lambda event, _: (
        (SANCTIONED, _micros(event.sanction.expire_time), 0) if event.sanction.kind == _FREEZING else None
    ),
    "sanction_lifted": lambda event, _: (LIFTED, 0, event.sanction_position) if event.kind == _FREEZING else None,
    "account_closed": lambda _, head: (CLOSED, head[3] + head[5] - 1, 0),
    "policy_published": lambda _, __: (RULED, 0, 0),
}
_NAMES: Final = {EVENT_TYPES[name]: name for name in _READERS}
_DESIGNATED: Final = EVENT_TYPES["institution_designated"]
_REVOKED: Final = EVENT_TYPES["designation_revoked"]


class Restraints:
    """The projection `restraints`."""

    name: Final = "restraints"
    shape: Final = 1
    tables: Final = (
        Table("restraints", ("account", "position"), "account"),
        Table("designations", ("place", "position"), "place"),
    )

    partition_key = staticmethod(by_stream)

    def fold(self, batch: Batch) -> Sequence[Write]:
        """Return the rows to add."""
        restraints, designations = [], []
        for type_ in batch.types():
            if name := _NAMES.get(type_):
                for head, message in batch.of(type_):
                    said = _READERS[name](getattr(message, name), head)
                    if said is not None:
                        restraints.append(_restraint(head, *said))
            elif type_ in {_DESIGNATED, _REVOKED}:
                designations += [_designation(head, message) for head, message in batch.of(type_)]
        return [Copy("restraints", _RESTRAINTS, restraints), Copy("designations", _DESIGNATIONS, designations)]


def _restraint(head: Head, kind: int, ends: int, of: int) -> bytes:
    return row(
        int8_value(head[0]),
        int8_value(head[3]),
        int8_value(ends),
        int8_value(of),
        int2_value(kind),
        id_value(head[1]),
    )


def _designation(head: Head, message: Any) -> bytes:
    if head[8] == _DESIGNATED:
        asked, designated = message.institution_designated.designation, 1
        ends = _day(asked.effective_to) if asked.HasField("effective_to") else _LAST_DAY
        code = asked.institution
    else:
        asked, designated, ends, code = message.designation_revoked.revocation, 0, _LAST_DAY, ""
    return row(
        int8_value(head[0]),
        int4_value(_day(asked.effective_from)),
        int4_value(ends),
        int2_value(designated),
        id_value(head[1]),
        text_value(code),
    )


def _day(date: Any) -> int:
    return int(date.year) * 10_000 + int(date.month) * 100 + int(date.day)
