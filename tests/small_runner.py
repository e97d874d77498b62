"""The runner, whose builders take small pages and are looked for often."""

from __future__ import annotations

from functools import partial

from projections import crew, process, runner

crew.Crew = partial(crew.Crew, program="tests.small_builds")  # type: ignore[misc, assignment]
runner.BUILDS_SECONDS = 0.1  # type: ignore[misc]

if __name__ == "__main__":
    process.main()
