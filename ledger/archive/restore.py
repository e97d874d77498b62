"""An archive back into a database, and a mirror into the gap of a ledger that was restored too old."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psycopg

from ledger.archive import keys
from ledger.archive.importer import CommitEnd, Importer, ImportRefusedError
from ledger.archive.mirror import mirrored
from ledger.inspector.folder import Folder
from ledger.log import schema
from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from ledger.proof import schema as proof_schema
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.note import NoteError, split


class Restored(NamedTuple):
    """What was put back: entries, the size of the log now, its root, and how many keys."""

    entries: int
    size: int
    root: bytes
    keys: int


def signed_roots(notes: Sequence[str]) -> dict[int, bytes]:
    """Return the roots of checkpoints by their size. Raise ImportRefusedError."""
    try:
        heads = [Checkpoint.parse(split(note)[0]) for note in notes]
    except NoteError as error:
        raise ImportRefusedError(f"a checkpoint cannot be read: {error}") from None
    return {head.size: head.root for head in heads}


def restore(
    database_url: str, code: str, place: Path, key_file: Path | None, progress: Callable[[int], None] = lambda _: None
) -> Restored:
    """Make a ledger from an archive, in one transaction. It must not exist in the database, which is migrated.

    Raise ImportRefusedError, ValueError, OSError, psycopg errors.
    """
    folder = Folder(place)
    notes = [folder.text("checkpoint"), *folder.notes().values()]
    schema.migrate(database_url)
    proof_schema.migrate(database_url)  # the tables of the keys, which may be restored below
    with psycopg.connect(database_url, application_name="ledgerctl archive") as connection:
        with connection.transaction():
            if not schema.prepare_ledger(connection, code):
                raise ImportRefusedError(f"there is a ledger {code} already; `ledgerctl archive fill` mends one")
            importer = Importer(connection, code)
            size = max(signed_roots(notes))
            count = importer.run(folder.entries(size), _ends(folder), signed_roots(notes), progress)
            if count != size:
                raise ImportRefusedError(f"the archive has {count} entries, its checkpoint says {size}")
            added = keys.restore(connection, code, key_file) if key_file else 0
        proof_schema.migrate(database_url, [code])
        with connection.transaction():
            for note in notes:
                _store_note(connection, code, note)
    return Restored(count, importer.size, importer.root(), added)


def fill(
    database_url: str, code: str, place: Path, kept: Sequence[str], progress: Callable[[int], None] = lambda _: None
) -> Restored:
    """Append what a mirror or an archive has behind the end of a ledger, in one transaction.

    `kept` are checkpoints that were signed; the result must fulfil them. Raise ImportRefusedError, psycopg errors.
    """
    folder = Folder(place)
    with psycopg.connect(database_url, application_name="ledgerctl archive") as connection, connection.transaction():
        importer = Importer(connection, code)
        begin, roots = importer.size, signed_roots(kept)
        entries = mirrored(place, begin + 1) if begin else iter(())
        count = importer.run(entries, _ends(folder, begin), {s: r for s, r in roots.items() if s > begin}, progress)
        missing = max(roots, default=0)
        if missing > importer.size:
            raise ImportRefusedError(
                f"a checkpoint of size {missing} was signed, and the positions {importer.size + 1} to {missing} "
                f"are not in {place} either"
            )
    return Restored(count, importer.size, importer.root(), 0)


def gap(connection: psycopg.Connection, code: str, place: Path) -> tuple[int, int]:
    """Return the size of a ledger, and that of a mirror or an archive of it."""
    size = Reader(schema_name(code)).head(connection).size
    return size, size + sum(1 for _ in mirrored(place, size + 1))


def _ends(folder: Folder, behind: int = 0) -> Iterator[CommitEnd]:
    for row in folder.rows("beside/commits.jsonl"):
        if isinstance(row, dict) and row["last_position"] > behind:
            yield CommitEnd(row["last_position"], row["feature_level"])


def _store_note(connection: psycopg.Connection, code: str, note: str) -> None:
    """Put a checkpoint back, and what witnesses have put under it."""
    text, signatures = split(note)
    head = Checkpoint.parse(text)
    reader = Reader(schema_name(code))
    lines = note[len(text) + 1 :].splitlines(keepends=True)
    own = [line for line, each in zip(lines, signatures, strict=True) if each.name == head.origin]
    time = connection.execute(
        reader.sql("SELECT record_time FROM {s}.commits WHERE last_position >= %s ORDER BY last_position LIMIT 1"),
        (head.size,),
    ).fetchone()
    connection.execute(
        reader.sql("INSERT INTO {s}.checkpoints (size, note, signed_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"),
        (head.size, f"{text}\n{''.join(own)}", time[0] if time else 0),
    )
    for line, each in zip(lines, signatures, strict=True):
        if each.name != head.origin:
            connection.execute(
                reader.sql("INSERT INTO {s}.cosignatures (size, witness, line) VALUES (%s, %s, %s)"
                           " ON CONFLICT DO NOTHING"),
                (head.size, each.name, line),
            )  # fmt: skip
