"""The document of a policy version: JSON in one canonical form, so that its hash stands for its content.

A document says everything itself: nothing is inherited from another version (contradiction C8 of the sources). What is
checked here depends on the document alone; overlaps with other versions are the register's to find.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from ledger.policy import rules as r
from ledger.policy.fields import Reader, read_object
from ledger.policy.region import read_region
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from collections.abc import Mapping

BYTES_MAX = 32_768
"""Most that a document may have: it is a part of an entry."""
FORMAT = 1
AMOUNT_MAX = 10**12

BENEFIT, REGION = "BENEFIT", "REGION"
_NATIONAL = "000000"
_PLACE = re.compile(r"[a-z_]+(\[\d+\])?(\.[a-z_]+(\[\d+\])?)*")
_BASES = {
    "ELIGIBLE_GROSS": r.ELIGIBLE_GROSS,
    "ELIGIBLE_NET": r.ELIGIBLE_NET,
    "ELIGIBLE_YTD": r.ELIGIBLE_YTD,
    "FUND_PAID_YTD": r.FUND_PAID_YTD,
}
_KINDS = {"NONE": r.NONE, "ANNUAL": r.ANNUAL, "PER_VISIT": r.PER_VISIT, "PER_ADMISSION": r.PER_ADMISSION}
_RELATIONS = {"IN_REGION": r.IN_REGION, "FILED": r.FILED, "UNFILED": r.UNFILED}


class DocumentError(ValueError):
    """The document is not in order. `problems` are sentences that name a place in it."""

    def __init__(self, problems: list[str]) -> None:
        """Take the problems."""
        super().__init__("; ".join(problems))
        self.problems = problems


def encode(document: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a document: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def source_hash(document: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of the legal text that a document quotes."""
    return hashlib.sha256(document["source"]["text"].encode()).digest()


def is_approximate(document: Mapping[str, Any]) -> bool:
    """Tell whether some figures are marked as approximate in the source."""
    return bool(document.get("approximate"))


def decode(content: bytes) -> dict[str, Any]:
    """Return the document of canonical bytes. Raise DocumentError for any other bytes."""
    if len(content) > BYTES_MAX:
        raise DocumentError([f"the document has more than {BYTES_MAX:,} bytes"])
    try:
        document = json.loads(content)
        canonical = isinstance(document, dict) and encode(document) == content
    except (ValueError, RecursionError):
        raise DocumentError(["the document is not JSON in UTF-8"]) from None
    if not canonical:
        raise DocumentError(["the document is not an object in canonical form (sorted keys, no spaces, no key twice)"])
    return dict(document)


def read(document: Mapping[str, Any]) -> r.Version | r.RegionRules:
    """Return what a document says. Raise DocumentError with everything that is wrong with it."""
    problems: list[str] = []
    reader = Reader(problems)
    kind = document.get("kind")
    head = ("format", "kind", "policy", "region", "effective_from", "effective_to", "source", "approximate")
    if document.get("format") != FORMAT:
        problems.append(f"format: must be {FORMAT}")
    found: r.Version | r.RegionRules | None = None
    if kind == BENEFIT:
        found = _read_version(document, reader, head)
    elif kind == REGION:
        found = read_region(document, reader, head)
    else:
        problems.append(f"kind: must be {BENEFIT} or {REGION}")
    _check_source(document, reader)
    if found is not None and found.effective_from > found.effective_to:
        problems.append("effective_to: lies before effective_from")
    if problems or found is None:
        raise DocumentError(problems)
    return found


def _check_source(document: Mapping[str, Any], reader: Reader) -> None:
    source = read_object(document.get("source"), "source", reader, {"title", "text"})
    for name in ("title", "text"):
        if not isinstance(source.get(name), str) or not source[name].strip():
            reader.problem(f"source.{name}", "must be a text")
    for index, place in enumerate(reader.items(document.get("approximate", []), "approximate")):
        if not isinstance(place, str) or not _PLACE.fullmatch(place) or not _exists(document, place):
            reader.problem(f"approximate[{index}]", "names no place of this document")


def _exists(document: Any, place: str) -> bool:
    value = document
    for part in re.findall(r"[a-z_]+|\d+", place):
        try:
            value = value[int(part)] if part.isdigit() else value[part]
        except (KeyError, IndexError, TypeError, ValueError):  # the last for a number of thousands of digits
            return False
    return True


def _read_version(document: Mapping[str, Any], reader: Reader, head: tuple[str, ...]) -> r.Version:
    known = {*head, "benefit", "selection", "allowed_categories", "full_self_pay_payable", "rules"}
    read_object(document, "", reader, known)
    payable = document.get("full_self_pay_payable", False)
    if not isinstance(payable, bool):
        reader.problem("full_self_pay_payable", "must be true or false")
    selection = reader.word(document.get("selection", "AUTOMATIC"), "selection", ("AUTOMATIC", "PINNED"))
    rules = [
        _read_rule(rule, f"rules[{index}]", reader)
        for index, rule in enumerate(reader.items(document.get("rules"), "rules"))
    ]
    if not rules:
        reader.problem("rules", "must have at least one rule")
    for index, rule in enumerate(rules):
        for earlier in range(index):
            if rule.meets(rules[earlier]):
                reader.problem(f"rules[{index}]", f"holds for some of the purchases of rules[{earlier}]")
    return r.Version(
        policy=reader.name(document.get("policy"), "policy"),
        region=reader.region(document.get("region"), "region"),
        benefit=reader.choice(document.get("benefit"), "benefit", t.Benefit, "BENEFIT_"),
        effective_from=reader.date(document.get("effective_from"), "effective_from"),
        effective_to=reader.end(document.get("effective_to"), "effective_to"),
        pinned_only=selection == "PINNED",
        categories=reader.choices(
            document.get("allowed_categories", []), "allowed_categories", t.Category, "CATEGORY_"
        ),
        full_self_pay_payable=bool(payable),
        rules=tuple(rules),
    )


def _read_rule(rule: Any, at: str, reader: Reader) -> r.Rule:
    known = {"person_types", "levels", "relations", "deductible", "bands", "band_basis", "beyond_last_band", "cap"}
    rule = read_object(rule, at, reader, known)
    for name in ("person_types", "levels", "relations", "deductible", "bands", "cap"):
        if name not in rule:
            reader.problem(f"{at}.{name}", "must be given")
    cap = rule.get("cap")
    bands = _read_bands(rule, at, reader)
    if not bands and cap != 0:
        reader.problem(f"{at}.cap", "must be 0 where there are no bands")
    relations = [
        reader.word(relation, f"{at}.relations[{index}]", _RELATIONS)
        for index, relation in enumerate(reader.items(rule.get("relations", []), f"{at}.relations"))
    ]
    found = r.Rule(
        person_types=reader.choices(rule.get("person_types", []), f"{at}.person_types", t.PersonType, "PERSON_TYPE_"),
        levels=reader.choices(rule.get("levels", []), f"{at}.levels", t.InstitutionLevel, "INSTITUTION_LEVEL_"),
        relations=frozenset(_RELATIONS[relation] for relation in relations if relation),
        deductible=_read_deductible(rule.get("deductible"), f"{at}.deductible", reader),
        bands=bands,
        basis=_BASES.get(str(rule.get("band_basis")), r.ELIGIBLE_GROSS),
        cap=None if cap is None else reader.number(cap, f"{at}.cap", 0, AMOUNT_MAX),
    )
    for name in ("person_types", "levels", "relations"):
        if name in rule and not getattr(found, name):
            reader.problem(f"{at}.{name}", "must name at least one")
    return found


def _read_bands(rule: Mapping[str, Any], at: str, reader: Reader) -> tuple[r.Band, ...]:
    """Bands follow one another without a gap, from zero; where the last one ends must be said."""
    found: list[r.Band] = []
    listed = reader.items(rule.get("bands", []), f"{at}.bands")
    for index, band in enumerate(listed):
        place = f"{at}.bands[{index}]"
        band = read_object(band, place, reader, {"up_to", "ratio_bp"})  # noqa: PLW2901 - the same, checked
        ratio = reader.number(band.get("ratio_bp"), f"{place}.ratio_bp", 0, 10_000)
        up_to = band.get("up_to")
        if up_to is not None:
            up_to = reader.number(up_to, f"{place}.up_to", 1, AMOUNT_MAX)
            if found and up_to <= (found[-1].up_to or 0):
                reader.problem(f"{place}.up_to", f"must be more than {found[-1].up_to}, where the band before ends")
        elif index < len(listed) - 1:
            reader.problem(f"{place}.up_to", "must be given: another band follows")
        found.append(r.Band(up_to, ratio))
    basis = rule.get("band_basis")
    limited = len(found) > 1 or bool(found and found[-1].up_to is not None)
    if basis is not None:
        reader.word(basis, f"{at}.band_basis", _BASES)
    if limited and basis is None:
        reader.problem(f"{at}.band_basis", "must say what the limits of the bands are measured on")
    open_end = bool(found) and found[-1].up_to is not None
    beyond = rule.get("beyond_last_band")
    if open_end and beyond != "UNDEFINED":
        reader.problem(f"{at}.beyond_last_band", "must be UNDEFINED where the last band has a limit")
    if beyond is not None and not open_end:
        reader.problem(f"{at}.beyond_last_band", "has no meaning: the last band has no limit")
    return tuple(found)


def _read_deductible(value: Any, at: str, reader: Reader) -> r.Deductible:
    known = {"kind", "amount", "first", "later", "annual_max"}
    value = read_object(value, at, reader, known)
    kind = _KINDS.get(str(value.get("kind")))
    if kind is None:
        reader.problem(f"{at}.kind", f"must be one of {', '.join(_KINDS)}")
        return r.Deductible()
    wanted = {r.NONE: set(), r.ANNUAL: {"amount"}}.get(kind, {"first", "later"})
    allowed = wanted | ({"annual_max"} if kind in {r.PER_VISIT, r.PER_ADMISSION} else set())
    for name in sorted(wanted - value.keys()):
        reader.problem(f"{at}.{name}", "must be given")
    for name in sorted(value.keys() - allowed - {"kind"}):
        reader.problem(f"{at}.{name}", "has no meaning for this kind")
    amounts = {
        name: reader.number(value[name], f"{at}.{name}", 0, AMOUNT_MAX) for name in sorted(allowed & value.keys())
    }
    if kind == r.ANNUAL:
        return r.Deductible(kind, amounts.get("amount", 0))
    return r.Deductible(kind, amounts.get("first", 0), amounts.get("later", 0), amounts.get("annual_max"))


def civil(date: r.Date) -> str:
    """Write a date as documents do."""
    return dt.date(*date).isoformat()
