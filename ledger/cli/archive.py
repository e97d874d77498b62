"""`ledgerctl archive`: copies of a log outside its database, and back again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from ledger.archive import keys
from ledger.archive.importer import ImportRefusedError
from ledger.archive.mirror import mirrored
from ledger.archive.restore import Restored, fill, gap, restore
from ledger.cli.accesses import record
from ledger.cli.database import Options, connect, open_ledger
from ledger.cli.inspection import verify
from ledger.cli.progress import bar
from ledger.cli.trouble import DIFFERENT, EXIT_CODES, MISSING, Trouble
from ledger.export.source import NoCheckpointError, Source
from ledger.export.tiled import NotEmptyError, export
from ledger.inspector.folder import Folder
from ledger.inspector.inspection import Inspection, trust_in
from ledger.inspector.note import BadNoteError, Key
from ledger.inspector.trust import Trust
from ledger.v1.types_pb2 import ACCESS_KIND_EXPORT

WRONG_USAGE = 2
UNPROVEN = (
    "without --key the signatures cannot be checked: only the keys that lie in the archive itself are known, "
    "and they prove nothing about who made it"
)
MOST = 20
"""Defects that are printed before a restore gives up."""

group = typer.Typer(no_args_is_help=True, help="Copies of a log outside its database, and back again.")
group.command("verify", epilog=EXIT_CODES)(verify)
Place = Annotated[Path, typer.Argument(metavar="DIR", help="Directory of the archive.")]
KeyFile = Annotated[
    Path | None, typer.Option("--keys", help="File of the log's keys, wrapped by the master key. Keep it elsewhere.")
]


@group.command("create", epilog=EXIT_CODES)
def create(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    place: Place,
    key_file: KeyFile = None,
) -> None:
    """Write a ledger up to its newest signed checkpoint: an export as tiles, and with --keys the keys it needs.

    Without the keys a restored ledger proves everything, but is not served and opens nothing that is sealed.
    """
    options: Options = context.obj
    with connect(options.url()) as connection, bar("archiving") as progress:
        ledger = open_ledger(connection, code)
        record(options, connection, ledger, "archive create", ACCESS_KIND_EXPORT)
        try:
            size = export(Source(connection, code), place, (), progress)
        except NoCheckpointError:
            raise Trouble(f"no checkpoint of {code} has been signed yet", MISSING) from None
        except NotEmptyError:
            raise Trouble(f"{place} is not empty; name a new directory", WRONG_USAGE) from None
        except OSError as error:
            raise Trouble(f"{place} cannot be written: {error.strerror or error}", DIFFERENT) from None
    print(f"{size:,} entries of {code} in {place}")
    if key_file:
        with psycopg.connect(options.url(), autocommit=True) as connection:
            try:
                count = keys.save(connection, code, key_file)
            except FileExistsError:
                raise Trouble(f"{key_file} exists; keys are never overwritten", WRONG_USAGE) from None
        print(f"{count:,} wrapped keys in {key_file}; keep it apart from the archive and from the master key")


@group.command("restore", epilog=EXIT_CODES)
def bring_back(
    context: typer.Context,
    place: Place,
    key_file: KeyFile = None,
    key: Annotated[list[str] | None, typer.Option("--key", help="A verifier key of the log; may be repeated.")] = None,
    unproven: Annotated[
        bool, typer.Option("--unproven", help="Restore without --key what nobody has vouched for; ends with status 1.")
    ] = False,
) -> None:
    """Make a ledger from an archive, in a database that does not have it. The archive is verified first.

    Whoever can change an archive can also sign it anew with a key of their own, and put that key beside it. So --key
    is needed, from elsewhere: from whoever verifies the log, or from a policy of its witnesses.
    """
    options: Options = context.obj
    if not key and not unproven:
        raise Trouble(f"nothing was changed: {UNPROVEN}. Give the log's key by --key, or say --unproven", WRONG_USAGE)
    folder = Folder(place)
    code = _verified(folder, key or [])
    size = folder.manifest().get("size", 0)
    with bar("restoring") as progress:
        done = _import(lambda: restore(options.url(), code, place, key_file, lambda at: progress(at, size)))
    print(f"{code} has {done.size:,} entries, root {done.root.hex()}; {done.keys:,} keys restored")
    if not key:
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"WARNING: {UNPROVEN}", style="bold red")
        print(f"do not serve {code} before its root was compared with a checkpoint that somebody has kept")
        raise typer.Exit(DIFFERENT)
    print(f"next: `ledgerctl log verify {code}`, then start ledgerd, which rebuilds the projections")


@group.command("fill", epilog=EXIT_CODES)
def fill_gap(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the ledger.")],
    place: Annotated[Path, typer.Argument(metavar="DIR", help="Mirror of the ledger, or an archive of it.")],
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", help="A checkpoint that was signed, from the checkpoint directory or a witness."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is missing.")] = False,
) -> None:
    """Bring back the entries that a restored or failed-over database has lost, from a mirror or an archive.

    Stop ledgerd first. Every entry must continue the log, and the result must give the root of each checkpoint.
    """
    options: Options = context.obj
    if next(mirrored(place, 1), None) is None:
        raise Trouble(f"{place} is no mirror or archive: there are no entries in it", MISSING)
    with connect(options.url()) as connection:
        open_ledger(connection, code)
        size, there = gap(connection, code, place)
    if there == size:
        print(f"{code} ends at {size:,}, and {place} has nothing behind it")
    else:
        print(f"{code} ends at {size:,}; {place} has the positions {size + 1:,} to {there:,}")
    if dry_run:
        raise typer.Exit(DIFFERENT if there > size else 0)
    try:
        notes = [path.read_text("utf-8") for path in kept or ()]
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"a checkpoint cannot be read: {error}", WRONG_USAGE) from None
    with bar("filling") as progress:
        done = _import(lambda: fill(options.url(), code, place, notes, lambda at: progress(at, there)))
    print(f"{done.entries:,} entries brought back; {code} ends at {done.size:,}, root {done.root.hex()}")


def _import(work: Callable[[], Restored]) -> Restored:
    try:
        return work()
    except ImportRefusedError as error:
        raise Trouble(f"nothing was changed: {error}", DIFFERENT) from None
    except (ValueError, OSError) as error:
        raise Trouble(f"nothing was changed: {error}", WRONG_USAGE) from None


def _verified(folder: Folder, vkeys: list[str]) -> str:
    """Verify an archive but for the rules of settlements, and return the code of its ledger."""
    if not folder.path.is_dir():
        raise Trouble(f"there is no directory {folder.path}", MISSING)
    try:
        trust = Trust(logs=[Key.parse(key) for key in vkeys]) if vkeys else trust_in(folder)
    except BadNoteError as error:
        raise Trouble(str(error), WRONG_USAGE) from None
    inspection = Inspection(folder, trust)
    found = 0
    with bar("verifying") as progress:
        for found, defect in enumerate(inspection.defects(1, progress), 1):
            print(defect)
            if found >= MOST:
                break
    if found:
        raise Trouble("the archive is not in order; nothing was changed", DIFFERENT)
    return inspection.result.code
