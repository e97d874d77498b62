"""Writers of rows: JSON lines, CSV, Parquet. Each is a context that takes rows one after another."""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from ledger.export.rows import COLUMNS

GROUP: Final = 4_096
"""Rows of a row group of Parquet."""


class MissingPackageError(Exception):
    """A package that this form needs is not installed."""


class Table(Protocol):
    """Takes rows."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Finish the file."""

    def add(self, row: dict[str, Any]) -> None:
        """Add a row."""


class _Lines:
    """A file of text."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class JsonLines(_Lines):
    """One JSON object a line; the entry in base64, the event as an object."""

    def add(self, row: dict[str, Any]) -> None:
        """Write a line."""
        said = {**row, "entry": base64.b64encode(row["entry"]).decode(), "event": json.loads(row["event"])}
        self._file.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")


class Csv(_Lines):
    """RFC 4180 with a line of names; the entry in base64, the event as JSON."""

    def __init__(self, path: Path) -> None:
        """Write the names."""
        super().__init__(path)
        self._writer = csv.writer(self._file)
        self._writer.writerow([name for name, _ in COLUMNS])

    def add(self, row: dict[str, Any]) -> None:
        """Write a line."""
        said = {**row, "entry": base64.b64encode(row["entry"]).decode()}
        self._writer.writerow([said[name] for name, _ in COLUMNS])


class Parquet:
    """Parquet with the entry as bytes, the event as JSON, times as texts; compressed with zstd."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raise MissingPackageError."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise MissingPackageError("pyarrow") from None
        kinds = {int: pa.int64(), str: pa.string(), bytes: pa.binary()}
        self._pa = pa
        self._schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS])
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and the footer."""
        self._flush()
        self._writer.close()

    def add(self, row: dict[str, Any]) -> None:
        """Take a row."""
        self._rows.append(row)
        if len(self._rows) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []


FORMS: Final[dict[str, tuple[str, type[JsonLines | Csv | Parquet]]]] = {
    "jsonl": ("entries.jsonl", JsonLines),
    "csv": ("entries.csv", Csv),
    "parquet": ("entries.parquet", Parquet),
}
"""Name of a form → its file, and who writes it."""
