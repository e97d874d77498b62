"""Rows of the one table, and its three forms: for people, for programs, for the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

COLUMNS = (
    "what", "value", "unit", "p50 ms", "p99 ms", "ratio", "to",
    "client", "loop", "committer", "other", "PostgreSQL",
)  # fmt: skip
CPU = ("client", "loop", "committer", "other", "postgres")
NOTE = "The last five columns are CPU µs per command; `other` are the threads of gRPC."


@dataclass(slots=True)
class Row:
    """One line. `cpu` holds microseconds per command by process or thread."""

    what: str
    value: float
    unit: str
    p50: float | None = None
    p99: float | None = None
    ratio: float | None = None
    to: str = ""
    cpu: dict[str, float] = field(default_factory=dict)

    def cells(self) -> list[str]:
        """The texts of its columns."""
        return [
            self.what,
            number(self.value),
            self.unit,
            number(self.p50),
            number(self.p99),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self.to,
            *(number(self.cpu.get(name)) for name in CPU),
        ]


def number(value: float | None) -> str:
    """A number with as many digits as mean something."""
    if value is None:
        return ""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 1 else f"{value:.2f}"


def middle(rounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of every number of several rounds."""
    return {name: median(one[name] for one in rounds) for name in rounds[0]}


def plain(rows: Sequence[Row]) -> str:
    """Aligned columns."""
    table = [list(COLUMNS), *(row.cells() for row in rows)]
    widths = [max(len(cells[at]) for cells in table) for at in range(len(COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(width) if at in {0, 2, 6} else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in table
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:], "", NOTE])


def markdown(rows: Sequence[Row]) -> str:
    """A table for docs/performance.md."""
    table = [list(COLUMNS), ["---"] * len(COLUMNS), *(row.cells() for row in rows)]
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    return "\n".join([*lines, "", NOTE])


def machine_readable(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What goes into the JSON file."""
    return [asdict(row) for row in rows]
