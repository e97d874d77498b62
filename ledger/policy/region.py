"""The document of what holds for all benefits of a region: categories, relations, limits, windows, calendar.

Figures that follow from one another are checked: an amount is base × rate, half up (contradiction C10 of the sources).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.policy import rules as r
from ledger.policy.contributions import Contributions, amount_of
from ledger.policy.fields import Reader, read_object
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from collections.abc import Mapping

_AMOUNT_MAX = 10**12
_DAYS_MAX = 3_650
_SECTIONS = (
    *(
        "allowed_categories",
        "shared_categories",
        "relations",
        "exemptions",
        "voluntary_top_ups",
        "close_reasons",
        "filings",
    ),
    *("transfers", "losses", "claims", "calendar", "contributions", "interest_days"),
    *("payout_limit", "premiums"),
)


def read_region(document: Mapping[str, Any], reader: Reader, head: tuple[str, ...]) -> r.RegionRules:
    """Return the rules of a region's document; a section that is left out has the national values."""
    read_object(document, "", reader, {*head, *_SECTIONS})
    found: dict[str, Any] = {
        "policy": reader.name(document.get("policy"), "policy"),
        "region": reader.region(document.get("region"), "region"),
        "effective_from": reader.date(document.get("effective_from"), "effective_from"),
        "effective_to": reader.end(document.get("effective_to"), "effective_to"),
    }
    enums = {
        "allowed_categories": ("categories", t.Category, "CATEGORY_"),
        "shared_categories": ("shared_categories", t.Category, "CATEGORY_"),
        "relations": ("relations", t.Relation, "RELATION_"),
        "close_reasons": ("close_reasons", t.CloseReason, "CLOSE_REASON_"),
    }
    for section, (name, enum, prefix) in enums.items():
        if section in document:
            found[name] = reader.choices(document[section], section, enum, prefix)
    if "voluntary_top_ups" in document:
        found["top_ups"] = reader.flag(document["voluntary_top_ups"], "voluntary_top_ups")
    if "exemptions" in document:
        found["exemptions"] = _exemptions(document["exemptions"], reader)
    for section, read_section in _READERS.items():
        if section in document:
            found[section] = read_section(document[section], section, reader)
    if "calendar" in document:
        found |= _calendar(document["calendar"], reader)
    if "contributions" in document:
        check_contributions(document["contributions"], reader)
        found["contributions"] = _contributions(document["contributions"])
    if "payout_limit" in document:
        found["payout_limit"] = reader.number(document["payout_limit"], "payout_limit", 0, _AMOUNT_MAX)
    if "premiums" in document:
        found["premiums"] = _premiums(document["premiums"], reader)
    if "interest_days" in document:
        found["interest_days"] = reader.number(document["interest_days"], "interest_days", 360, 366)
    return r.RegionRules(**found)


def _exemptions(value: Any, reader: Reader) -> tuple[r.Exemption, ...]:
    found = []
    for index, each in enumerate(reader.items(value, "exemptions")):
        at = f"exemptions[{index}]"
        item = read_object(each, at, reader, {"region", "from"})
        found.append(
            r.Exemption(reader.region(item.get("region"), f"{at}.region"), reader.date(item.get("from"), f"{at}.from"))
        )
    return tuple(found)


def _filings(value: Any, at: str, reader: Reader) -> r.Filings:
    known = {"institutions_max": (1, 8), "changes_per_year": (0, 366)}
    return r.Filings(**_numbers(value, at, reader, known))


def _transfers(value: Any, at: str, reader: Reader) -> r.Transfers:
    known = {"amount_max": (1, _AMOUNT_MAX), "per_day": (0, 1_000)}
    clocks = ("closed_from", "closed_to", "returned_at")
    item = read_object(value, at, reader, {*known, *clocks})
    numbers = _numbers({name: item[name] for name in known if name in item}, at, reader, known)
    times = {name: reader.minutes(item[name], f"{at}.{name}") for name in clocks if name in item}
    return r.Transfers(**numbers, **times)


def _losses(value: Any, at: str, reader: Reader) -> r.Losses:
    days = {"period_days", "provisional_days", "reissue_days", "expedited_days"}
    item = read_object(value, at, reader, {*days, "freeze_scope"})
    spans = dict.fromkeys(sorted(days), (0, _DAYS_MAX))
    numbers = _numbers({name: item[name] for name in spans if name in item}, at, reader, spans)
    scope = reader.word(item.get("freeze_scope", "ACCOUNT"), f"{at}.freeze_scope", ("ACCOUNT", "CREDENTIAL"))
    return r.Losses(**numbers, freezes_account=scope == "ACCOUNT")


def _claims(value: Any, at: str, reader: Reader) -> r.Claims:
    item = read_object(value, at, reader, {"deadline_months", "causes"})
    found: dict[str, Any] = {}
    if "deadline_months" in item:
        found["deadline_months"] = reader.number(item["deadline_months"], f"{at}.deadline_months", 0, 120)
    if "causes" in item:
        found["causes"] = reader.choices(item["causes"], f"{at}.causes", t.ClaimCause, "CLAIM_CAUSE_")
    return r.Claims(**found)


_READERS = {"filings": _filings, "transfers": _transfers, "losses": _losses, "claims": _claims}


def _calendar(value: Any, reader: Reader) -> dict[str, frozenset[r.Date]]:
    item = read_object(value, "calendar", reader, {"holidays", "workdays"})
    found = {}
    for name in ("holidays", "workdays"):
        listed = reader.items(item.get(name, []), f"calendar.{name}")
        found[name] = frozenset(reader.date(day, f"calendar.{name}[{at}]") for at, day in enumerate(listed))
    if both := found["holidays"] & found["workdays"]:
        reader.problem("calendar.workdays", f"{min(both)} is a holiday too")
    return found


def _numbers(value: Any, at: str, reader: Reader, known: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    item = read_object(value, at, reader, known)
    return {name: reader.number(item[name], f"{at}.{name}", *span) for name, span in known.items() if name in item}


def check_contributions(value: Any, reader: Reader) -> None:
    """Check that what a table of contributions prints follows from its bases and rates."""
    at = "contributions"
    known = {"average_month", "floor_bp", "floor", "ceiling_bp", "ceiling", "rates_bp", "examples"}
    item = read_object(value, at, reader, known)
    rates = read_object(item.get("rates_bp", {}), f"{at}.rates_bp", reader, {"employer", "employee", "flexible"})
    for name, rate in rates.items():
        reader.number(rate, f"{at}.rates_bp.{name}", 0, 10_000)
    if "average_month" in item:
        average = reader.number(item["average_month"], f"{at}.average_month", 1, _AMOUNT_MAX)
        for name in ("floor", "ceiling"):
            if name in item:
                rate = reader.number(item.get(f"{name}_bp"), f"{at}.{name}_bp", 0, 100_000)
                _check_product(item[name], average, rate, f"{at}.{name}", reader)
    for index, each in enumerate(reader.items(item.get("examples", []), f"{at}.examples")):
        place = f"{at}.examples[{index}]"
        example = read_object(each, place, reader, {"base", "rate_bp", "amount"})
        base = reader.number(example.get("base"), f"{place}.base", 0, _AMOUNT_MAX)
        rate = reader.number(example.get("rate_bp"), f"{place}.rate_bp", 0, 10_000)
        _check_product(example.get("amount"), base, rate, f"{place}.amount", reader)


def _premiums(value: Any, reader: Reader) -> dict[int, int]:
    """Return what an account pays of each premium: the year's amount times the person's share, half up."""
    kinds = {name.removeprefix("PREMIUM_KIND_"): number for name, number in t.PremiumKind.items() if number}
    found = {}
    for name, each in read_object(value, "premiums", reader, kinds).items():
        at = f"premiums.{name}"
        item = read_object(each, at, reader, {"year_amount", "person_bp"})
        amount = reader.number(item.get("year_amount"), f"{at}.year_amount", 1, _AMOUNT_MAX)
        share = reader.number(item.get("person_bp", 10_000), f"{at}.person_bp", 0, 10_000)
        if name in kinds:
            found[kinds[name]] = amount_of(amount, share)
    return found


def _contributions(value: Any) -> Contributions:
    """Return what was checked; nothing of what is wrong, which the reader has told."""
    rates = value.get("rates_bp", {}) if isinstance(value, dict) else {}
    if not isinstance(rates, dict):
        return Contributions()
    parts = (rates.get(name, 0) for name in ("employee", "employer", "flexible"))
    return (
        Contributions(value.get("floor"), value.get("ceiling"), *parts) if isinstance(value, dict) else Contributions()
    )


def _check_product(amount: Any, base: int, rate: int, at: str, reader: Reader) -> None:
    product = amount_of(base, rate)
    if amount != product:
        reader.problem(at, f"is {amount}, but {base} × {rate} basis points is {product}")
