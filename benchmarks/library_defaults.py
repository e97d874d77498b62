"""Deposits as the library `eventsourcing` records them by default. Prints rate, p50 and p99."""

from __future__ import annotations

import sys
import time

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Account(Aggregate):
    """An account that only takes money."""

    balance = 0

    @event("Deposited")
    def deposit(self, amount: int) -> None:
        """Credit it."""
        self.balance += amount


def main(seconds: float) -> None:
    """One caller, one account, one event per save."""
    application: Application = Application()
    account = Account()
    application.save(account)
    times = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        account.deposit(100)
        application.save(account)
        times.append(time.perf_counter() - start)
    elapsed = time.perf_counter() - begin
    application.close()
    count = len(times)
    times.sort()
    print(count / elapsed, 1e3 * times[count // 2], 1e3 * times[count * 99 // 100])


if __name__ == "__main__":
    main(float(sys.argv[1]))
