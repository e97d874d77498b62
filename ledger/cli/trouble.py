"""What ends a command early, in words that say what to do, and the exit status it ends with."""

from __future__ import annotations

from typing import Final

DIFFERENT: Final = 1
"""Defects were found, or a result is not the expected one."""
DATABASE: Final = 3
"""There is no database, or it cannot be used."""
MISSING: Final = 4
"""The ledger or account does not exist."""

EXIT_CODES: Final = (
    "Exit status: 0 = done and in order; 1 = defects, or a result that is not the expected one; "
    "2 = wrong usage; 3 = the database cannot be used; 4 = no such ledger or account."
)


class Trouble(Exception):
    """The message is a sentence for the user."""

    def __init__(self, sentence: str, status: int) -> None:
        """Take the sentence and the exit status."""
        super().__init__(sentence)
        self.status = status
