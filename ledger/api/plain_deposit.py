"""The deposit as nearly all of them are: for the time of the call, without personal data, and with nothing wrong in it.

The contributions of a month are most of what a ledger takes in, so this one form is read without the tables that every
command goes through, at half the price (docs/performance.md). Whatever is otherwise in any way is left to the tables,
and with it the words of every refusal. A test holds that both read alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger.api.contents import BASIS_POINTS
from ledger.api.shape import YEAR_MAX, YEAR_MIN
from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.domain.command import NO_ID
from ledger.domain.names import parse_account
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from ledger.v1.command_service_pb2 import RecordDepositRequest

_SOURCES: Final = frozenset(t.DepositSource.values()) - {t.DEPOSIT_SOURCE_UNSPECIFIED}
_CHANNELS: Final = frozenset(t.Channel.values())
_MONTHS: Final = range(1, 13)


def read(request: RecordDepositRequest) -> tuple[str, bytes, int, bytes] | None:
    """Return ledger, stream, expected version and the content's bytes, or None for a deposit of any other form."""
    deposit = request.deposit
    if request.HasField("effective_time") or deposit.HasField("confidential"):
        return None
    version = request.expected_version
    period = deposit.period
    if (
        not 0 < deposit.amount <= AMOUNT_LIMIT
        or deposit.source not in _SOURCES
        or deposit.channel not in _CHANNELS
        or not 0 <= deposit.base <= AMOUNT_LIMIT
        or not 0 <= deposit.rate_bp <= BASIS_POINTS
        or version < 0
        or (period and not (YEAR_MIN <= period // 100 <= YEAR_MAX and period % 100 in _MONTHS))
    ):
        return None
    try:
        ledger, stream = parse_account(request.account)
    except ValueError:
        return None
    if stream == NO_ID:
        return None
    return ledger, stream, version, deposit.SerializeToString()  # it has no map, whose order would be anybody's
