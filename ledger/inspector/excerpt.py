"""Rows that were exported, of a whole log or a part: each must be proven under the checkpoint, and say what its entry
says. What is missing from a part cannot be seen, but within a stream: versions are counted and chained.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import json
import uuid
from collections.abc import Generator, Iterator
from typing import Any, Final

from google.protobuf.json_format import MessageToDict

from ledger.inspector import money
from ledger.inspector.beside import Peaks
from ledger.inspector.defect import Defect
from ledger.inspector.folder import Folder
from ledger.inspector.layout import EVENT_NAMES, FixedPart, Header, PartsError, body, unpack
from ledger.inspector.tree import HASH, leaf_of, root_by_proof

FILES: Final = {"jsonl": "entries.jsonl", "csv": "entries.csv", "parquet": "entries.parquet"}
_NUMBERS: Final = ("position", "transaction", "leg", "legs", "version", "rights", "balance_change", "balance_after")
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class UnreadableError(Exception):
    """The file cannot be read here; the message says why."""


def rows_of(folder: Folder, form: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of an export, entry as bytes and event as an object. Raise UnreadableError."""
    name = FILES[form]
    if not folder.has(name):
        raise UnreadableError(f"there is no {name}")
    if form == "jsonl":
        for row in folder.rows(name):
            yield row if isinstance(row, dict) else {}
    elif form == "csv":
        csv.field_size_limit(1 << 20)
        with (folder.path / name).open(encoding="utf-8", newline="") as file:
            try:
                yield from csv.DictReader(file)
            except (csv.Error, UnicodeDecodeError) as error:
                raise UnreadableError(f"{name}: {error}") from None
    else:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise UnreadableError("reading Parquet needs the package pyarrow") from None
        try:
            for group in pq.ParquetFile(folder.path / name).iter_batches(1_024):
                yield from group.to_pylist()
        except pa.ArrowException as error:
            raise UnreadableError(f"{name}: {error}") from None


def inspect_rows(
    folder: Folder, form: str, ledger: bytes, size: int, root: bytes, *, whole: bool
) -> Generator[Defect, None, int]:
    """Yield what is wrong with the rows of an export, under a checkpoint of this size and root; return their number.

    A `whole` log must give the root by itself; of a part, each row must be proven. Raise UnreadableError, OSError.
    """
    fixed, peaks = FixedPart(ledger), Peaks()
    ends: dict[bytes, tuple[int, int, bytes, int]] = {}
    last = number = 0
    for number, row in enumerate(rows_of(folder, form), 1):
        try:
            entry = row["entry"] if isinstance(row["entry"], bytes) else base64.b64decode(row["entry"], validate=True)
            proof = [base64.b64decode(each, validate=True) for each in row["proof"].split()]
            place = int(row["position"])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            yield Defect("manifest", 0, f"row {number} cannot be read")
            continue
        if not fixed.holds(entry):
            yield Defect("layout", place, fixed.problem(entry))
            continue
        header = Header(*unpack(entry))
        position = header.position
        leaf = leaf_of(entry)
        if whole:
            peaks.add(leaf)
        elif any(len(hash_) != HASH for hash_ in proof) or root_by_proof(position - 1, size, leaf, proof) != root:
            yield Defect("proof", position, "its proof does not lead to the root of the checkpoint")
        if position <= last or (whole and position != last + 1):
            yield Defect("position", position, f"it stands behind {last}")
        last = max(last, position)
        try:
            yield from _said(row, header, entry)
        except Exception as error:  # noqa: BLE001 - a forged entry may be anything, and none may end the inspection
            yield Defect("state", position, f"it cannot be judged: {type(error).__name__} {error}")
        yield from _chained(header, leaf, ends)

    if whole and (last != size or peaks.root() != root):
        yield Defect("root", size, f"{last} rows give {peaks.root().hex()}, the checkpoint says {root.hex()}")
    return number


def _said(row: dict[str, Any], header: Header, entry: bytes) -> Iterator[Defect]:
    """Compare what a row says in words with its entry."""
    position = header.position
    try:
        parts = body(entry, header.type)
    except PartsError as error:
        yield Defect("parts", position, str(error))
        return
    if wrong := money.problem(header.type, parts.event, header.balance_change):
        yield Defect("money", position, wrong)
    event = row.get("event")
    try:
        told = json.loads(event) if isinstance(event, str) else event
    except ValueError:
        told = event
    if told != MessageToDict(parts.event, preserving_proto_field_name=True):
        yield Defect("column", position, "event is not what the entry says")
    references = parts.references
    true: dict[str, Any] = {name: getattr(header, name) for name in _NUMBERS if name != "transaction"}
    true |= {
        "transaction": header.first_position,
        "reverses": references.reverses if references else 0,
        "policy_position": references.policy_position if references else 0,
        "type": EVENT_NAMES[header.type],
        "leaf_hash": leaf_of(entry).hex(),
    }
    for name in ("stream", "organisation", "actor", "request_id"):
        true[name] = str(uuid.UUID(bytes=getattr(header, name)))
    for name in ("effective_time", "service_time", "record_time"):
        moment = _EPOCH + dt.timedelta(microseconds=getattr(header, name))
        true[name] = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for name, value in true.items():
        if str(row.get(name)) != str(value):
            yield Defect("column", position, f"{name} says {row.get(name)}, the entry {value}")


def _chained(header: Header, leaf: bytes, ends: dict[bytes, tuple[int, int, bytes, int]]) -> Iterator[Defect]:
    """Compare an entry with the one of its stream before it, where both are there."""
    before = ends.get(header.stream)
    if before is not None and before[0] == header.version - 1:
        if header.previous_leaf != before[2]:
            yield Defect("chain", header.position, f"it does not name the entry at {before[1]}")
        if header.balance_after != before[3] + header.balance_change or header.balance_after < 0:
            yield Defect(
                "balance", header.position, f"{before[3]}{header.balance_change:+} gives {header.balance_after}"
            )
    elif before is not None and header.version <= before[0]:
        yield Defect("version", header.position, f"version {header.version} follows {before[0]}")
    ends[header.stream] = (header.version, header.position, leaf, header.balance_after)


def gaps(folder: Folder, form: str, stream: bytes) -> Iterator[Defect]:
    """Yield the versions of one stream that an export of the whole stream lacks."""
    expected = 1
    for row in rows_of(folder, form):
        if row.get("stream") == str(uuid.UUID(bytes=stream)):
            try:
                version, position = int(row["version"]), int(row["position"])
            except (KeyError, TypeError, ValueError, OverflowError):
                continue  # that it is not what its entry says was reported
            if version != expected:
                yield Defect("version", position, f"versions {expected} to {version - 1} are missing")
            expected = version + 1
