"""What bounds wallet transfers: how much, how often, at which hours, and how long one stays pending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class TransferRules:
    """Limits of wallet transfers in one ledger; the defaults are those of the national wallet (医保钱包).

    `amount_limit` is fen per transfer, `daily_count` transfers per account and civil date. Times of day are in the
    ledger's zone: nothing is sent from `closed_from` until `closed_until`, and what is not accepted returns at
    `returned_at` of the next day.
    """

    amount_limit: int = 200_000
    daily_count: int = 3
    closed_from: time = time(22)
    closed_until: time = time(6)
    returned_at: time = time(6)

    def is_open(self, local: datetime) -> bool:
        """Tell whether a transfer may be sent at a local time; the first closed second is that of `closed_from`."""
        now = local.time()
        if self.closed_from <= self.closed_until:
            return not self.closed_from <= now < self.closed_until
        return self.closed_until <= now < self.closed_from

    def return_time(self, local: datetime) -> int:
        """Return when a transfer that was sent at a local time returns, in microseconds since 1970 UTC."""
        at = datetime.combine(local.date() + timedelta(days=1), self.returned_at, local.tzinfo)
        return int(at.timestamp()) * 1_000_000


NATIONAL = TransferRules()
