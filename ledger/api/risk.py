"""Open risk flags as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.api.shares import timestamp
from ledger.domain import names
from ledger.v1.options_pb2 import RIGHT_READ_RISK

if TYPE_CHECKING:
    from google.protobuf.internal.containers import RepeatedCompositeFieldContainer

    from ledger.api.identity import Identity
    from ledger.domain.flags import Flags
    from ledger.v1.query_service_pb2 import RiskFlagOpen


def describe(shown: RepeatedCompositeFieldContainer[RiskFlagOpen], flags: Flags, code: str, identity: Identity) -> None:
    """Write the open flags of a person or institution of a ledger, for whoever may read them."""
    if not identity.rights >> RIGHT_READ_RISK & 1:
        return
    for position, flag in flags.open.items():
        shown.add(
            entry=names.entry_name(code, position),
            kind=flag.kind,
            severity=flag.severity,
            rule=flag.rule,
            positions=flag.positions,
            raise_time=timestamp(flag.time),
        )
