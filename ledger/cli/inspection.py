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
    rows = _Rows(folder, inspection)
    with bar("verifying") as progress:
        defects = rows.defects() if rows.form else inspection.defects(processes, progress)
        for defect in defects:
            print(defect)
            found += 1
            if found >= most:
                print(f"stopped after {found} defect(s)")
                raise typer.Exit(DIFFERENT)
    _conclude(inspection.result, found, time.monotonic() - begin, own, rows)
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


class _Rows:
    """An export as rows: what its manifest says, and how much of the log was there to be looked at."""

    def __init__(self, folder: Folder, inspection: Inspection) -> None:
        manifest = folder.manifest()
        form = manifest.get("format")
        self.form = form if isinstance(form, str) and form in FILES else ""
        self._folder = folder
        self._inspection = inspection
        self._manifest = manifest
        self._selected = manifest.get("selected") or {}
        self._count = 0

    def defects(self) -> Iterator[Defect]:
        """Yield what is wrong with them."""
        yield from self._inspection.signatures()
        result, selected, said = self._inspection.result, self._selected, self._manifest.get("entries")
        if not result.size:
            return
        result.code = str(self._manifest.get("ledger", ""))
        try:
            account = bytes.fromhex(selected["account"]) if set(selected) == {"account"} else None
        except (TypeError, ValueError, KeyError):
            yield Defect("manifest", 0, f"what was selected cannot be read: {str(selected)[:60]}")
            account = None
        try:
            ledger = ledger_id(result.code)
            self._count = yield from inspect_rows(
                self._folder, self.form, ledger, result.size, result.root, whole=not selected
            )
            if account is not None:
                yield from gaps(self._folder, self.form, account)
        except (UnreadableError, OSError) as error:
            raise Trouble(f"the rows cannot be read: {error}", WRONG_USAGE) from None
        if said != self._count:
            yield Defect("manifest", 0, f"it says {str(said)[:20]} rows, and there are {self._count}")

    def conclude(self, result: Result, rate: str) -> None:
        """Say what is proven. Rows show that entries are the log's, not that the log is right."""
        if self._selected:
            by = ", ".join(f"{name} {value}" for name, value in dict(self._selected).items())
            print(
                f"{self._count:,} of {result.size:,} entries of {result.code} ({by}) are in order as they stand; {rate}"
            )
            print(
                "entries that are not there cannot be judged, nor what the log's entries must satisfy among one another"
            )
        else:
            print(f"all {self._count:,} entries of {result.code} are there and in order as they stand; {rate}")
            print("what they must satisfy among one another is judged from tiles: `ledgerctl export` without --format")


def _conclude(result: Result, found: int, seconds: float, own: bool, rows: _Rows) -> None:
    rate = f"{result.size:,} entries in {seconds:.1f} s ({result.size / max(seconds, 1e-6):,.0f}/s)"
    if found:
        print(f"{found} defect(s) in {result.code or 'the export'}; {rate}")
    elif rows.form:
        rows.conclude(result, f"{seconds:.1f} s")
    else:
        print(f"{result.code} is in order up to position {result.size}; {rate}")
        if result.not_compared:
            print(f"not compared, as nothing lies beside the entries: {', '.join(result.not_compared)}")
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
