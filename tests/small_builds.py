"""A builder with small pages, which kills itself at a moment that DIE_AT names."""

from __future__ import annotations

import os
import signal
import sys

from projections import builder
from projections.parts import Parts

PAGE_ENTRIES = int(os.environ["PAGE_ENTRIES"])
DIE_AT = os.environ.get("DIE_AT", "")


def die(moment: str) -> None:
    """As a power cut."""
    if moment == DIE_AT:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(builder.main(lambda code: Parts(code, page_entries=PAGE_ENTRIES, page_entries_max=PAGE_ENTRIES)))
