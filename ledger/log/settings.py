"""What the log can be told: limits and waits, each with its unit and its reason.

The texts are also those of `ledgerd --help`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ledger.domain.features import FEATURE_LEVEL, OLDEST_LEVEL
from ledger.log.master import MasterKey


def setting(default: Any, text: str, *, least: float | None = None, most: float | None = None) -> Any:
    """A field with its text and the range of its values, both ends included."""
    return field(default=default, metadata={"help": text, "least": least, "most": most})


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Settings of all ledgers of one database.

    `database_url` is the connection string of the server of record, never of a replica: reads here decide about
    money. `master_key` wraps the ledger secrets and the person keys: one or more keys of 32 bytes, the newest first,
    or who wraps instead (`ledger.log.master`).
    """

    database_url: str
    master_key: MasterKey
    batch_commands: int = setting(
        1_000, "most commands in one commit: beyond it the gain is small and the pharmacy behind it waits", least=1
    )
    full_batch: int = setting(
        400, "as many waiting commands make it worth deciding the next batch while the last one commits", least=1
    )
    overlap: int = setting(
        2, "batches in flight; 1 switches overlapping off, a third one gains nothing (measured)", least=1, most=4
    )
    gather_seconds: float = setting(0.006, "longest wait for callers that are expected to send again", least=0, most=1)
    queue_commands: int = setting(
        100_000, "most commands that wait for a commit, per ledger; beyond it callers are told to come back", least=1
    )
    commit_timeout_seconds: float = setting(
        20.0,
        "silence of the server after which a commit counts as unknown and the connection is given up",
        least=0.1,
        most=600,
    )
    reconnect_seconds: float = setting(
        0.05, "first wait between attempts to reach the database; it doubles up to one second", least=0.001, most=1
    )
    idle_seconds: float = setting(30.0, "rest after which a ledger gives its connections back", least=0)
    busy_ledgers: int = setting(
        32, "ledgers that may hold connections at one time, two each; beyond it they take turns", least=1, most=10_000
    )
    cached_persons: int = setting(200_000, "persons kept in memory per ledger (twice as many at most)", least=1)
    clock_skew_seconds: float = setting(
        60.0, "largest difference between the clocks of this process and of the database", least=0.1, most=3600
    )
    clock_behind_seconds: float = setting(
        5.0, "how far the database's clock may be behind the last record time", least=0, most=3600
    )
    readers: int = setting(8, "connections of the pool that all ledgers share for reading", least=1, most=1_000)
    feature_level: int = setting(
        FEATURE_LEVEL,
        "highest feature level of a ledger that is served; lower than the program's own only to rehearse an upgrade",
        least=OLDEST_LEVEL,
        most=FEATURE_LEVEL,
    )
    require_replica: bool = setting(
        False, "refuse to start, and to write, unless commits wait for a standby; the profile ha demands it"
    )
