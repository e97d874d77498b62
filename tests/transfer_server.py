"""`ledgerd` that is killed behind a chosen step of a wallet transfer, the n-th time that it is taken.

`TRANSFER_KILL` is `step:n`. The steps are the arrows of `docs/transfers.md`: what has been committed when the process
dies is exactly what that arrow wrote, and nobody was answered.
"""

from __future__ import annotations

import os
import signal

from ledger import server
from ledger.api.transfer_commands import TransferCommands
from ledger.api.transfers import Transfers
from ledger.operation import sweeper

STEPS = ("initiate_transfer", "accept_transfer", "return_transfer", "credit", "sweep_begins", "sweep_done")


def main() -> None:
    """Serve until the step is taken."""
    step, _, number = os.environ.get("TRANSFER_KILL", "").partition(":")
    left = int(number or 0)

    def reached(taken: str) -> None:
        nonlocal left
        if taken == step:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    committed, credit, executed = TransferCommands._committed, Transfers.credit, sweeper._executed

    async def and_committed(self, kind, request, call):
        done = await committed(self, kind, request, call)
        reached(kind.field)
        return done

    async def and_credit(self, origin, position, deadline):
        done = await credit(self, origin, position, deadline)
        reached("credit")
        return done

    async def and_executed(ledger, works):
        if works:
            reached("sweep_begins")
        done = await executed(ledger, works)
        if works:
            reached("sweep_done")
        return done

    TransferCommands._committed = and_committed
    Transfers.credit = and_credit
    sweeper._executed = and_executed
    server.main()


if __name__ == "__main__":
    main()
