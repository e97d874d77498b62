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


class _Loader(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML lets the last one win."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.composer.ComposerError(None, None, f"{key.value} is given twice", key.start_mark)
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return node


def region_files() -> list[str]:
    """Return the names of the files that ship, without their suffix."""
    folder = resources.files("ledger.policy") / "regions"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def shipped(name: str) -> list[dict[str, Any]]:
    """Return the documents of a file that ships, such as `hefei`."""
    return documents((resources.files("ledger.policy") / "regions" / f"{name}.yaml").read_text("utf-8"))


def load(name: str) -> list[dict[str, Any]]:
    """Return the documents of a file: a path, or the name of one that ships. Raise DocumentError, OSError."""
    if name in region_files():
        return shipped(name)
    try:
        text = Path(name).read_text("utf-8")
    except UnicodeDecodeError:
        raise document.DocumentError(["the file is not UTF-8"]) from None
    return documents(text)


def documents(text: str) -> list[dict[str, Any]]:
    """Return the documents of a YAML file: `region`, and `documents` that have it in common."""
    try:
        told = yaml.load(text, Loader=_Loader)  # noqa: S506 - it makes nothing but plain values
    except yaml.YAMLError as error:
        raise document.DocumentError([f"the file is not YAML: {str(error)[:300]}"]) from None
    if (
        not isinstance(told, dict)
        or told.keys() - {"region", "documents"}
        or not isinstance(told.get("documents"), list)
    ):
        raise document.DocumentError(["the file must have `region` and a list of `documents`, and nothing else"])
    listed = enumerate(told["documents"])
    if wrong := [f"documents[{at}] must be an object" for at, each in listed if not isinstance(each, dict)]:
        raise document.DocumentError(wrong)
    common = {"format": document.FORMAT, "region": told.get("region")}
    return [{**common, **_plain(each)} for each in told["documents"]]


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
