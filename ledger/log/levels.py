"""The feature level of a log against the one that a process knows."""

from __future__ import annotations


class NewerLogError(Exception):
    """The log may hold entries of a newer version, which this one cannot judge."""


def check_level(level: int, known: int) -> None:
    """Raise NewerLogError for a log of a higher level than this process knows."""
    if level > known:
        raise NewerLogError(
            f"the ledger was raised to feature level {level}, and this process knows {known}:"
            " end it, and start the newer version"
        )
