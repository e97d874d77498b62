"""What the log can be told: limits and waits, each with its unit and its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Settings of all ledgers of one database."""

    database_url: str
    """Connection string of the server of record. Never a replica: reads here decide about money."""
    master_key: bytes
    """32 bytes that wrap the ledger secrets and the person keys."""
    batch_commands: int = 1_000
    """Most commands in one commit: beyond it the gain is small and the pharmacy behind it waits."""
    full_batch: int = 400
    """As many waiting commands make it worth while to decide the next batch while the last one commits."""
    overlap: int = 2
    """Batches in flight; 1 switches overlapping off. A third one gains nothing (measured)."""
    gather_seconds: float = 0.004
    """Longest wait for callers that are expected to send again."""
    queue_commands: int = 100_000
    """Most commands waiting; beyond it callers are told to come back."""
    commit_timeout_seconds: float = 20.0
    """Silence of the server after which a commit counts as unknown and the connection is given up."""
    reconnect_seconds: float = 0.05
    """First wait between attempts to reach the database; it doubles up to one second."""
    idle_seconds: float = 30.0
    """Rest after which a ledger gives its connections back."""
    cached_persons: int = 200_000
    """Persons kept in memory per ledger."""
    clock_skew_seconds: float = 60.0
    """Largest difference between the clocks of this process and of the database."""
    clock_behind_seconds: float = 5.0
    """How far the database's clock may be behind the last record time."""
    readers: int = 8
    """Connections of the pool that all ledgers share for reading."""
    require_replica: bool = False
    """Profile `ha`: refuse to start unless commits wait for a standby."""
