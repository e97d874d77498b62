"""Policies that ship with the service, and files of policies: YAML for people, documents for the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ledger.policy import document
from ledger.policy.rules import LAST_DAY, Version
from ledger.v1 import commands_pb2, types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping


def region_files() -> list[str]:
    """Return the names of the files that ship, without their suffix."""
    folder = resources.files("ledger.policy") / "regions"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def shipped(name: str) -> list[dict[str, Any]]:
    """Return the documents of a file that ships, such as `hefei`."""
    return documents((resources.files("ledger.policy") / "regions" / f"{name}.yaml").read_text("utf-8"))


def load(name: str) -> list[dict[str, Any]]:
    """Return the documents of a file: a path, or the name of one that ships. Raise DocumentError, OSError."""
    return shipped(name) if name in region_files() else documents(Path(name).read_text("utf-8"))


def documents(text: str) -> list[dict[str, Any]]:
    """Return the documents of a YAML file: `region`, and `documents` that have it in common."""
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise document.DocumentError([f"the file is not YAML: {str(error)[:300]}"]) from None
    if (
        not isinstance(told, dict)
        or told.keys() - {"region", "documents"}
        or not isinstance(told.get("documents"), list)
    ):
        raise document.DocumentError(["the file must have `region` and a list of `documents`, and nothing else"])
    common = {"format": document.FORMAT, "region": told.get("region")}
    return [{**common, **_plain(each)} if isinstance(each, dict) else each for each in told["documents"]]


def draft(ledger: str, content: Mapping[str, Any], replaces: str = "") -> commands_pb2.PolicyDraft:
    """Return a document as it is proposed to a ledger. `replaces` is the last part of a version's name, or empty.

    Raises DocumentError.
    """
    says = document.read(content)
    encoded = document.encode(content)
    prefix = f"ledgers/{ledger}/policies/"
    return commands_pb2.PolicyDraft(
        policy=prefix + says.policy,
        benefit=types_pb2.Benefit.Name(says.benefit) if isinstance(says, Version) else None,
        effective_from=_civil(says.effective_from),
        effective_to=None if says.effective_to == LAST_DAY else _civil(says.effective_to),
        content=encoded,
        content_sha256=hashlib.sha256(encoded).digest(),
        source_sha256=document.source_hash(content),
        approximate=document.is_approximate(content),
        replaces=prefix + replaces if replaces else "",
    )


def _civil(date: tuple[int, int, int]) -> types_pb2.CivilDate:
    year, month, day = date
    return types_pb2.CivilDate(year=year, month=month, day=day)


def _plain(value: Any) -> Any:
    """Write dates as texts: YAML makes dates of 2025-01-31 without quotes."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value
