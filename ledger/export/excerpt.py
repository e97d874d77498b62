"""An export as rows: a file of them, the checkpoint that they are proven under, and the manifest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from ledger.export.rows import Rows, Selection, row_of
from ledger.export.source import Source
from ledger.export.tables import FORMS
from ledger.export.tiled import prepare, write, write_manifest
from ledger.log.identifiers import schema_name
from ledger.proof.tree import StoredTree


def export_rows(
    source: Source,
    connection: psycopg.Connection,
    place: Path,
    form: str,
    selection: Selection,
    zone: ZoneInfo,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> int:
    """Write the entries of a selection as rows of a form into an empty directory; return their number.

    Raise NoCheckpointError, NotEmptyError, MissingPackageError, CorruptLogError, OSError, psycopg errors.
    """
    size, note = source.checkpoint()
    prepare(place)
    name, table = FORMS[form]
    tree = StoredTree(schema_name(source.code))
    count = 0
    with table(place / name) as rows:
        for stored in Rows(source, size, zone, selection):
            # A whole log proves itself: its rows give the root.
            proof = [] if selection.everything else tree.inclusion(connection, stored.position - 1, size)
            rows.add(row_of(stored.entry, proof))
            count += 1
            progress(stored.position, size)
    write(place, "checkpoint", note.encode())
    keys = source.keys(note)
    if keys:
        write(place, "keys", "".join(f"{key}\n" for key in keys).encode())
    selected = {
        "account": selection.account.hex(),
        "institution": selection.institution,
        "first_date": selection.first.isoformat() if selection.first else "",
        "last_date": selection.last.isoformat() if selection.last else "",
    }
    write_manifest(
        place, source.code, size, form, entries=count, selected={key: value for key, value in selected.items() if value}
    )
    return count
