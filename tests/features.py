"""The features of the domain by number, and the tests over gRPC that hold each of them.

A test says which it holds: `@pytest.mark.feature(26, 27)`. `python -m tests.features` writes docs/features.md from
those marks; `--check` only compares. A feature that is listed as built without a test, or that has a test and is not
listed as built, is an error. While a marked test runs, tests/conftest.py sees that it calls a service and is not
skipped: so a page that is fresh in a green run lists tests that passed.
"""

from __future__ import annotations

import io
import sys
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "features.yaml"
PLACE = ROOT / "docs" / "features.md"
BUILT, LATER, OUTSIDE = "built", "not yet", "outside"
TESTS_SHOWN = 4

HEAD = """# Features

What the ledger does for each feature of the domain, and the tests that hold it: each of them calls a running service
over gRPC, with a real PostgreSQL behind it. This page is written by `make features` from the marks of the tests, and
`make lint` compares it: a feature without a test cannot be listed as built.

*Outside* lies what other systems do; the ledger keeps a reference where one is needed.
"""


class Feature(NamedTuple):
    """One feature: number, names, and whether it is built."""

    number: int
    chinese: str
    english: str
    state: str


def sections() -> dict[str, list[Feature]]:
    """Every feature, by section."""
    read = yaml.safe_load(TABLE.read_text("utf-8"))
    return {title: [Feature(number, *row) for number, row in rows.items()] for title, rows in read.items()}


class Marks:
    """Collects which tests hold which feature: module and function, in the order of the files."""

    def __init__(self) -> None:
        self.tests: dict[int, dict[str, int]] = defaultdict(dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Read the marks of every test."""
        for item in session.items:
            of_function = getattr(getattr(item, "function", None), "pytestmark", [])
            for mark in item.iter_markers("feature"):
                # A mark of one parameter stands for that case only.
                test = item.originalname if mark in of_function else item.name  # type: ignore[attr-defined]
                name = f"{item.path.stem}.{test}"
                for number in mark.args:
                    self.tests[number][name] = self.tests[number].get(name, 0) + 1


def marked() -> dict[int, dict[str, int]]:
    """Collect the tests, without running them: feature → test → number of its cases."""
    marks, said = Marks(), io.StringIO()
    with redirect_stdout(said):
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(ROOT / "tests")], plugins=[marks])
    if status:
        raise SystemExit(said.getvalue()[-2_000:])
    return marks.tests


def mistakes(features: dict[str, list[Feature]], tests: dict[int, dict[str, int]]) -> list[str]:
    """What the table and the marks say differently."""
    known = {feature.number: feature for rows in features.values() for feature in rows}
    found = [f"feature {number} of a mark is not in the table" for number in sorted(tests.keys() - known.keys())]
    for number, feature in sorted(known.items()):
        if feature.state not in {BUILT, LATER, OUTSIDE}:
            found.append(f"feature {number} has no state {feature.state!r}")
        if feature.state == BUILT and not tests.get(number):
            found.append(f"feature {number} is listed as built, and no test over gRPC is marked with it")
        if feature.state != BUILT and tests.get(number):
            found.append(f"feature {number} has tests and is listed as {feature.state}")
    return found


def _tests(named: dict[str, int]) -> str:
    shown = [f"`{name}`" + (f" ({cases} cases)" if cases > 1 else "") for name, cases in list(named.items())]
    more = f" and {len(shown) - TESTS_SHOWN} more" if len(shown) > TESTS_SHOWN else ""
    return "<br>".join(shown[:TESTS_SHOWN]) + more


def page(features: dict[str, list[Feature]], tests: dict[int, dict[str, int]]) -> str:
    """The whole page."""
    states = [feature.state for rows in features.values() for feature in rows]
    counts = f"{states.count(BUILT)} built, {states.count(LATER)} not yet, {states.count(OUTSIDE)} outside."
    lines = [HEAD, counts]
    for title, rows in features.items():
        lines += ["", f"## {title}", "", "| No. | Feature | 功能 | Held by |", "| ---: | --- | --- | --- |"]
        for number, chinese, english, state in rows:
            held = _tests(tests[number]) if state == BUILT else state
            lines.append(f"| {number} | {english} | {chinese} | {held} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, or compare it."""
    features, tests = sections(), marked()
    found = mistakes(features, tests)
    if found:
        raise SystemExit("\n".join(found))
    text = page(features, tests)
    if "--check" not in sys.argv:
        PLACE.write_text(text, "utf-8")
    elif not PLACE.exists() or PLACE.read_text("utf-8") != text:
        raise SystemExit("docs/features.md is not what the marks say; run `make features`")


if __name__ == "__main__":
    main()
