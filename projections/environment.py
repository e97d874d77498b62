"""What a process of the read side is told by whoever starts it. The command line would be seen by every user."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE_URL: Final = "LEDGER_DATABASE_URL"
CREATE: Final = "LEDGER_PROJECTIONS_CREATE"
"""Set: make what the read side of a ledger lacks."""


def environment(database_url: str, *, create: bool) -> Mapping[str, str]:
    """Return the variables for a process."""
    return {**os.environ, DATABASE_URL: database_url, CREATE: "1" if create else ""}
