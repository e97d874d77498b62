"""What a committer counts about its work: whole numbers and histograms, nothing about anybody.

Plain integers, written by one thread: a metrics library's counters take a lock and look labels up for every command,
which costs more than deciding some of them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from ledger.log.histogram import Histogram
from ledger.log.intake import NOT_MADE
from ledger.log.outcome import Committed, OutcomeQuery, Quoted, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.log.batch import Batch
    from ledger.log.intake import Item
    from ledger.log.outcome import Outcome

COMMIT_SECONDS: Final = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.5, 1.0, 5.0, 20.0)
BATCH_COMMANDS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
QUERY: Final = 0
GROUP: Final = -1
UNREAD: Final = -2
"""In the place of a command kind: a question for an outcome, an atomic group, bytes that are no command."""


class Meter:
    """The counts of one ledger in this process."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.commits = 0
        self.backstops = 0
        """How often a constraint of the database had to catch what deciding should have caught: always 0."""
        self.unknown = 0
        """How often the connection ended while it was not known what had been committed."""
        self.outcomes: dict[tuple[int, int, bool], int] = {}
        """Answers by command kind, `RefusalReason` (0: committed), and whether it was the answer to a retry."""
        self.batch_commands = Histogram(BATCH_COMMANDS)
        self.commit_seconds = Histogram(COMMIT_SECONDS)

    def sent(self, batch: Batch) -> Batch:
        """Note when a batch left for the server; return it."""
        batch.sent_at = time.monotonic()
        return batch

    def committed(self, batch: Batch) -> None:
        """Count a batch whose COMMIT returned."""
        self.commits += 1
        self.batch_commands.add(len(batch.answers))
        self.commit_seconds.add(time.monotonic() - batch.sent_at)

    def answered(self, answers: Sequence[tuple[Item, Outcome]]) -> None:
        """Count answers."""
        outcomes = self.outcomes
        for item, outcome in answers:
            work = item.work
            if isinstance(work, OutcomeQuery) or work.quote:
                kind = UNREAD if work is NOT_MADE else QUERY
            else:
                kind = work.commands[0].kind if len(work.commands) == 1 else GROUP
            if isinstance(outcome, Committed):
                key = (kind, 0, outcome.replayed)
            elif isinstance(outcome, Quoted):  # no `Outcome`, so that only a quote may lead to it
                key = (kind, 0, False)
            else:
                key = (kind, outcome.reason, isinstance(outcome, Refused) and outcome.replayed)
            outcomes[key] = outcomes.get(key, 0) + 1
