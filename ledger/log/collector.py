"""The cyclic garbage collector of a process that makes many objects and few cycles."""

from __future__ import annotations

import gc


def calm_collector() -> None:
    """Let the garbage collector look less often.

    Commands and pages of the log make many short-lived objects without cycles; the default looks at them, and at the
    whole cache of persons, again and again (5 to 10 % of the time of a batch, 15 % of a page).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
