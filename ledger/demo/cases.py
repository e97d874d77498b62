"""The worked cases: amounts that were worked by hand.

`worked_cases.yaml` is kept as it was worked; a case is never edited to fit the software.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

Case = Mapping[str, Any]


@cache
def document() -> Mapping[str, Any]:
    """Return the whole file of worked cases."""
    return _read("worked_cases.yaml")


@cache
def family_year() -> Case:
    """Return the family's year, written in the words of the cases, with every month's steps."""
    told = _read("family_year.yaml")
    steps = [
        step
        | {
            "id": f"{step['account']}2025{month:02}",
            "at": f"2025-{month:02}-05T00:00:00+08:00",
            "period": 202500 + month,
        }
        for step in told["monthly"]
        for month in range(step["first"], step["last"] + 1)
    ]
    return {**told, "steps": sorted([*steps, *told["steps"]], key=lambda step: str(step["at"]))}


def _read(name: str) -> Mapping[str, Any]:
    text = (resources.files("ledger.demo") / name).read_text("utf-8")
    read: Mapping[str, Any] = yaml.safe_load(text)
    return read


def worked_cases() -> list[Case]:
    """Return every case in the order of the file."""
    return list(document()["cases"])


def institution(label: str) -> str:
    """Return the code of an institution that the cases call by a label."""
    return str(document()["meta"]["institutions"][label]["code"])


def institutions() -> Mapping[str, Mapping[str, Any]]:
    """Return what the cases say of every institution, by its label."""
    found: Mapping[str, Mapping[str, Any]] = document()["meta"]["institutions"]
    return found


def policy(name: str) -> Mapping[str, Any]:
    """Return a policy of the cases."""
    found: Mapping[str, Any] = document()["policies"][name]
    return found
