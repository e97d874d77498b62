"""`ledgerctl audit verify`: an export, checked from its files alone."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ledger.audit.again import settle_again
from ledger.cli.money import yuan
from ledger.cli.progress import bar
from ledger.cli.trouble import DIFFERENT, MISSING, Trouble
from ledger.inspector.defect import Defect
from ledger.inspector.excerpt import FILES, UnreadableError, gaps, inspect_rows
from ledger.inspector.folder import Folder
from ledger.inspector.inspection import Inspection, Result, trust_in
from ledger.inspector.layout import ledger_id
from ledger.inspector.note import BadNoteError, Key
from ledger.inspector.trust import PolicyError, Trust

WRONG_USAGE = 2
OWN_KEYS = (
    "the signature was checked with the keys that came with the export: it shows that the files belong together, not\n"
    "who signed them. Take the log's key from elsewhere, and give it by --key or in a --policy"
)


def verify(
    place: Annotated[Path, typer.Argument(metavar="DIR", help="What `ledgerctl export` wrote, or any tlog-tiles log.")],
    policy: Annotated[
        Path | None, typer.Option(help="A C2SP policy file: keys of the log, witnesses, and how many must cosign.")
    ] = None,
    key: Annotated[list[str] | None, typer.Option(help="A verifier key of the log (vkey); may be repeated.")] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", help="A checkpoint kept from an earlier audit, or from a witness; may be repeated."),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes to use; default: all processors.")] = (
        os.cpu_count() or 1
    ),
    most: Annotated[int, typer.Option(min=1, help="Stop after so many defects.")] = 1_000,
    settle: Annotated[
        bool, typer.Option("--settle/--no-settle", help="Also run the service's own rules over every settlement.")
    ] = True,
) -> None:
    """Prove from files alone that a log is whole, unchanged and right. It needs no database and no service.

    Prints one line for each defect, with its kind and position, and ends with exit status 1 when there is one.
    """
    if not place.is_dir():
        raise Trouble(f"there is no directory {place}", MISSING)
    folder = Folder(place)
    notes = [_text(path) for path in kept or ()]
    trust, own = _trust(folder, policy, key or [])
    begin, found = time.monotonic(), 0
    inspection = Inspection(folder, trust, kept=notes, again=settle_again if settle else None)
    form = folder.manifest().get("format", "tlog-tiles")
    with bar("verifying") as progress:
        defects = _rows(folder, inspection, form) if form in FILES else inspection.defects(processes, progress)
        for defect in defects:
            print(defect)
            found += 1
            if found >= most:
                print(f"stopped after {found} defect(s)")
                raise typer.Exit(DIFFERENT)
    _conclude(inspection.result, found, time.monotonic() - begin, own)
    if found:
        raise typer.Exit(DIFFERENT)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{path} cannot be read: {error}", WRONG_USAGE) from None


def _trust(folder: Folder, policy: Path | None, keys: list[str]) -> tuple[Trust, bool]:
    """Return whom to trust, and whether that is only what the export says itself."""
    try:
        trust = Trust.parse(policy.read_bytes()) if policy else Trust()
        trust.logs += [Key.parse(key) for key in keys]
        if trust.logs:
            return trust, False
        trust.logs = trust_in(folder).logs
    except OSError as error:
        raise Trouble(f"{policy} cannot be read: {error.strerror}", WRONG_USAGE) from None
    except (PolicyError, BadNoteError) as error:
        raise Trouble(f"{policy or 'a key'}: {error}", WRONG_USAGE) from None
    if not trust.logs:
        raise Trouble("no key of the log is known: give it by --key or in a --policy", WRONG_USAGE)
    return trust, True


def _rows(folder: Folder, inspection: Inspection, form: str) -> Iterator[Defect]:
    """Yield the defects of an export as rows."""
    yield from inspection.signatures()
    result, manifest = inspection.result, folder.manifest()
    if not result.size:
        return
    result.code = str(manifest.get("ledger", ""))
    selected = manifest.get("selected") or {}
    try:
        ledger = ledger_id(result.code)
        yield from inspect_rows(folder, form, ledger, result.size, result.root, whole=not selected)
        if set(selected) == {"account"}:
            yield from gaps(folder, form, bytes.fromhex(selected["account"]))
    except (UnreadableError, OSError) as error:
        raise Trouble(f"the rows cannot be read: {error}", WRONG_USAGE) from None


def _conclude(result: Result, found: int, seconds: float, own: bool) -> None:
    rate = f"{result.size:,} entries in {seconds:.1f} s ({result.size / max(seconds, 1e-6):,.0f}/s)"
    if found:
        print(f"{found} defect(s) in {result.code or 'the export'}; {rate}")
    else:
        print(f"{result.code} is in order up to position {result.size}; {rate}")
    if result.root:
        print(f"root {result.root.hex()}, signed by {', '.join(result.signed_by)}")
    if result.notes > 1:
        print(
            f"{result.notes - 1} earlier checkpoint(s) agree" if not found else f"{result.notes} checkpoints compared"
        )
    if result.witnessed:
        times = [
            f"{name} at {dt.datetime.fromtimestamp(at, dt.UTC):%Y-%m-%d %H:%M:%S}Z"
            for name, at in sorted(result.witnesses.items())
        ]
        print(f"witnessed up to position {result.witnessed}: {', '.join(times)}")
        if result.witnessed < result.size:
            print(f"the {result.size - result.witnessed} entries behind it are vouched for by the log's key alone")
    if result.moved:
        came = sum(fen for fen in result.moved.values() if fen > 0)
        went = sum(fen for fen in result.moved.values() if fen < 0)
        flight = f", {yuan(result.in_flight)} in flight" if result.in_flight else ""
        print(f"money: {yuan(came)} came, {yuan(-went)} went, {yuan(result.balances)} are in accounts{flight}")
    if result.settlements or result.second_opinions:
        print(f"{result.settlements:,} settlements by the rules, {result.second_opinions:,} worked out a second time")
    if own:
        print(OWN_KEYS)
