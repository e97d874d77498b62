"""A builder with small pages, which kills itself in its fifth page at the moment that DIE_AT names."""

from __future__ import annotations

import os
import signal

import psycopg

from projections import builder
from projections.parts import Parts

PAGE_ENTRIES = int(os.environ["PAGE_ENTRIES"])
DIE_AT = os.environ.get("DIE_AT", "")
FIFTH = 5


class DyingParts(Parts):
    """Parts whose process dies."""

    pages = 0

    def step(self, connection: psycopg.Connection) -> int:
        self.pages += 1
        if DIE_AT and self.pages == FIFTH:
            execute = connection.execute

            def dying(query, *arguments, **options):  # type: ignore[no-untyped-def]
                text = query.as_string(connection) if hasattr(query, "as_string") else str(query)
                moves = ".tracking SET position" in text.replace('"', "")
                if moves and DIE_AT == "before_moving":
                    die()
                result = execute(query, *arguments, **options)
                if moves and DIE_AT == "before_commit":
                    die()
                return result

            connection.execute = dying  # type: ignore[method-assign]
        taken = super().step(connection)
        if DIE_AT == "behind_commit" and self.pages == FIFTH:
            die()
        return taken


def die() -> None:
    """As a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    builder.main(lambda code: DyingParts(code, page_entries=PAGE_ENTRIES, page_entries_max=PAGE_ENTRIES))
